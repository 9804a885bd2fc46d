/* What an exact flow of several modes is held against: the same modes by other names, and what would be off, a Hamiltonian
 * taken apart in as many passes. */
#include "../support/simulate.h"

#include <complex.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#include "core/dense.h"
#include "core/hermitian.h"
#include "evolve/ket_hamiltonian.h"

TestSuite(split_control, .init = scratch_make, .fini = scratch_remove);

static qfp_run_result run(const char *system, const char *name)
{
    char text[1024];
    snprintf(text, sizeof text,
             "%s\nsolver: {basis: fourier, integrator: split, grid: {points: 20, extent: %.15g}}\n"
             "output: {times: [0, 0.4], husimi: {from: -4.0, to: 4.0, points: 15}}\n"
             "backend: cpu\n",
             system, sqrt(20.0 * M_PI));
    return simulate(text, name);
}

Test(split_control, modes_by_other_names_have_the_same_numbers)
{
    static const char *const means[][2] = {{"n_1", "n_2"},         {"re_a_1", "re_a_2"},
                                           {"im_a_1", "im_a_2"},   {"var_x_1", "var_x_2"},
                                           {"var_p_1", "var_p_2"}, {"energy", "energy"}};
    qfp_run_result one = run("hamiltonian: {modes: 2, operator: 'hc((0.4 + 0.3*I)*ad[1]*a[2]) + "
                             "0.2*ad[1]^2*a[1]^2 + 0.3*x[2]'}\n"
                             "initial: {coherent: [0.6, '0.2 - 0.3*I']}",
                             "one.h5");
    qfp_run_result other = run("hamiltonian: {modes: 2, operator: 'hc((0.4 + 0.3*I)*ad[2]*a[1]) + "
                               "0.2*ad[2]^2*a[2]^2 + 0.3*x[1]'}\n"
                               "initial: {coherent: ['0.2 - 0.3*I', 0.6]}",
                               "other.h5");
    for (size_t m = 0; m < sizeof means / sizeof *means; m++)
        for (int way = 0; way < 2; way++) {
            double apart =
                fabs(observable(&one, means[m][way], 1) - observable(&other, means[m][1 - way], 1));
            cr_assert(lt(dbl, apart, 1e-12), "%s: %.2e", means[m][way], apart);
        }
    qfp_run_result_destroy(&one);
    qfp_run_result_destroy(&other);
}

enum { LEVELS = 14, STATES = LEVELS * LEVELS };

/* ψ ← e^{−iHt}ψ of the operator, on LEVELS² number states. */
static void turn(const char *operator_text, double t, double complex *psi)
{
    static const size_t levels[] = {LEVELS, LEVELS};
    static const double width[] = {1.0, 1.0};
    static double energy[STATES];
    char text[512];
    double complex *v = NULL, part[STATES];
    snprintf(text, sizeof text,
             "hamiltonian: {modes: 2, operator: '%s'}\ninitial: {coherent: [0, 0]}\n"
             "output: {times: [0]}\n",
             operator_text);
    qfp_config *config = load_text(text);
    OK(qfp_ket_hamiltonian(&config->wick, 2, levels, width, &v));
    OK(qfpi_hermitian_eigen(STATES, v, energy));
    for (size_t k = 0; k < STATES; k++) { /* row k is v_k */
        part[k] = 0.0;
        for (size_t i = 0; i < STATES; i++)
            part[k] += conj(v[k * STATES + i]) * psi[i];
        part[k] *= cexp(-I * (energy[k] * t));
    }
    qfpi_multiply(STATES, 1, STATES, CblasTrans, v, CblasNoTrans, part, 1.0, psi);
    free(v);
    qfp_config_destroy(config);
}

static double n_1_of(const double complex *psi)
{
    double sum = 0.0;
    for (size_t i = 0; i < STATES; i++)
        sum += (double)(i / LEVELS) * pow(cabs(psi[i]), 2.0);
    return sum;
}

static void begin(double complex *psi)
{
    const double alpha = 0.8;
    double complex c = exp(-0.5 * alpha * alpha);
    for (size_t i = 0; i < STATES; i++)
        psi[i] = 0.0;
    for (size_t n = 0; n < LEVELS; n++) {
        psi[n * LEVELS] = c;
        c *= alpha / sqrt((double)(n + 1));
    }
}

#define HOPPING "-hc(ad[1]*a[2])"
#define SITES "sum(j, 0.25*ad[j]^2*a[j]^2)"

/* The flow takes H as a whole: four of them, main and witness to t = 1.5.  Four parts of Strang's splitting instead. */
Test(split_control, as_many_passes_of_a_splitting_are_off_by_orders_of_magnitude)
{
    double complex whole[STATES], apart[STATES];
    const double t = 1.5;
    begin(whole);
    begin(apart);
    turn(HOPPING " + " SITES, t, whole);
    for (int step = 0; step < 2; step++) {
        turn(SITES, 0.25 * t, apart);
        turn(HOPPING, 0.5 * t, apart);
        turn(SITES, 0.25 * t, apart);
    }
    char text[512];
    snprintf(text, sizeof text,
             "hamiltonian: {modes: 2, operator: '%s'}\ninitial: {coherent: [0.8, 0]}\n"
             "solver: {basis: fourier, integrator: split, grid: {points: 28}}\n"
             "output: {times: [0, %g], husimi: {points: 3}}\nbackend: cpu\n",
             HOPPING " + " SITES, t);
    qfp_run_result flow = simulate(text, "flow.h5");
    double off = fabs(observable(&flow, "n_1", 1) - n_1_of(whole)),
           split = fabs(n_1_of(apart) - n_1_of(whole));
    cr_log_info("flow %.1e, splitting %.1e\n", off, split);
    cr_assert(lt(dbl, off, 1e-5));
    cr_assert(lt(dbl, 100.0 * off, split));
    qfp_run_result_destroy(&flow);
}
