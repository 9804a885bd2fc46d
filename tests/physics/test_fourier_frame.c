/* Runs on a box that is not around the origin: against the reference, and against a box that is. */
#include "../support/simulate.h"

#include <complex.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#include "algebra/displace.h"
#include "run/basis.h"

TestSuite(fourier_frame, .init = scratch_make, .fini = scratch_remove);

Test(fourier_frame, a_displaced_symbol_has_the_values_of_the_symbol_elsewhere)
{
    const char *const yaml = "hamiltonian: {modes: 2, operator: \"0.3*ad[1]^2*a[1]^2 + "
                             "hc((0.2 + I)*ad[1]*a[2]^2) - x[2]^3\"}\n"
                             "initial: {coherent: [1, 0]}\noutput: {times: [0]}\n";
    const double complex alpha[] = {1.5 - 0.25 * I, -0.75 + 2.0 * I},
                         at[] = {0.3 + 0.1 * I, -0.4 + 0.7 * I};
    double complex here[4], there[4];
    qfp_config *config = load_text(yaml);
    qfp_polynomial moved;
    qfp_polynomial_init(&moved, 4);
    OK(qfp_symbol_displace(&config->wick, alpha, &moved));
    for (int j = 0; j < 2; j++) {
        here[j] = at[j];
        here[2 + j] = conj(at[j]);
        there[j] = at[j] + alpha[j];
        there[2 + j] = conj(there[j]);
    }
    double complex expected = qfp_polynomial_value(&config->wick, there);
    cr_assert(lt(dbl, cabs(qfp_polynomial_value(&moved, here) - expected), 1e-12 * cabs(expected)));
    qfp_polynomial_destroy(&moved);
    qfp_config_destroy(config);
}

static qfp_plan plan_of(const char *yaml)
{
    qfp_plan plan;
    qfp_config *config = load_text(yaml);
    OK(qfp_plan_create(config, &plan, NULL));
    qfp_config_destroy(config);
    return plan;
}

static bool is_moved(const qfp_plan *plan)
{
    return plan->centre[0] != 0.0 || plan->centre[plan->modes] != 0.0;
}

/* Everything that is read off, held against the reference within what both state. */
static void agrees_with_the_reference(const char *system, const char *output, const char *solver,
                                      double limit)
{
    static const char *const means[] = {"norm",   "energy",  "n_1",  "re_a_1", "im_a_1",
                                        "purity", "var_x_1", "wehrl"}; /* the last: of one mode */
    char yaml[2048], exact_yaml[2048];
    snprintf(yaml, sizeof yaml, "%s\nsolver: {%s}\noutput: {%s}\nbackend: cpu\n", system, solver,
             output);
    snprintf(exact_yaml, sizeof exact_yaml, "%s\nsolver: {basis: reference}\noutput: {%s}\n",
             system, output);
    qfp_plan plan = plan_of(yaml);
    cr_assert(is_moved(&plan), "%s: the box is around the origin", system);
    qfp_run_result moved = simulate(yaml, "moved.h5"), exact = simulate(exact_yaml, "exact.h5");
    size_t count = sizeof means / sizeof *means - (size_t)(plan.modes - 1);
    for (size_t m = 0; m < count; m++)
        for (size_t t = 0; t < 2; t++) {
            double apart = fabs(observable(&moved, means[m], t) - observable(&exact, means[m], t));
            double stated = stated_error(&moved, means[m], t) + stated_error(&exact, means[m], t);
            cr_assert(le(dbl, apart, stated), "%s: %s at t[%zu]", system, means[m], t);
        }
    double q = disagreement(scratch_path("moved.h5"), scratch_path("exact.h5"), "/husimi/mode_1");
    cr_assert(lt(dbl, q, limit), "%s: Q", system);
    double w = disagreement(scratch_path("moved.h5"), scratch_path("exact.h5"), "/wigner/mode_1");
    cr_assert(lt(dbl, w, 10.0 * limit), "%s: W", system);
    qfp_run_result_destroy(&moved);
    qfp_run_result_destroy(&exact);
}

#define WINDOW "husimi: {from: -1.0, to: 7.0, points: 33}, wigner: true"

/* κ ≠ 1 and ℓ ≠ 1, a squeezed thermal state, complex coefficients: nothing is symmetric. */
#define DRIVEN                                                                                     \
    "hamiltonian: {modes: 1, operator: '0.1*ad^2*a^2 + (0.3 + 0.4*I)*a + (0.3 - 0.4*I)*ad'}\n"     \
    "kappa: 0.8\nlengths: [1.3]\n"                                                                 \
    "initial: {squeezed_thermal: {alpha: '2.5+1.0*I', r: 0.2, phi: 0.5, nbar: 0.1}}"

Test(fourier_frame, a_driven_oscillator_by_steps_and_by_flow)
{
    const char *const output = "times: [0, 0.1], " WINDOW;
    agrees_with_the_reference(DRIVEN, output,
                              "basis: fourier, tolerance: 1.0e-7, integrator: krylov", 3e-8);
    agrees_with_the_reference(DRIVEN, output,
                              "basis: fourier, tolerance: 1.0e-7, integrator: split", 1e-10);
}

Test(fourier_frame, two_modes_a_product_with_a_mixture_and_planes)
{
    const char *const system =
        "hamiltonian: {modes: 2, parameters: {J: 1.0, U: 0.5},\n"
        "  operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2)\"}\n"
        "initial: {product: [{coherent: [2.0]}, {mixture: [{coherent: ['0.5+0.5*I']}, "
        "{coherent: [0.7]}]}]}";
    agrees_with_the_reference(system, "times: [0, 0.1], planes: [[x_1, p_2]], " WINDOW,
                              "basis: fourier, tolerance: 1.0e-3", 1e-4);
    double plane =
        disagreement(scratch_path("moved.h5"), scratch_path("exact.h5"), "/husimi/x_1_p_2");
    cr_assert(lt(dbl, plane, 1e-4));
}

Test(fourier_frame, loss_dephasing_and_a_bath)
{
    const char *const system =
        "hamiltonian: {modes: 2, operator: '0.05*ad[1]^2*a[1]^2 + 0.2*x[1] + n[2]'}\n"
        "dissipation: [{operator: 'a[1]', rate: 0.4}, {operator: 'n[1]', rate: 0.02},\n"
        "  {operator: 'ad[1]', rate: 0.1}]\ninitial: {coherent: ['2.5+1.0*I', 0]}";
    agrees_with_the_reference(system, "times: [0, 0.2], " WINDOW,
                              "basis: fourier, tolerance: 1.0e-3", 3e-4);
}

/* A given grid stands where the configuration says, a ring and a superposition are all around the origin or have phases, and
 * a state that goes around comes back on the other side. */
Test(fourier_frame, the_box_stays_where_it_has_to)
{
    static const char *const systems[] = {
        "initial: {coherent: [3]}\nsolver: {grid: {points: 96, extent: 18.0}}\n"
        "output: {times: [0, 0.1]}\n",
        "initial: {coherent: [3]}\nsolver: {grid: {points: 96}}\noutput: {times: [0, 0.1]}\n",
        "initial: {superposition: [{coherent: [3]}, {coherent: [3.1]}]}\n"
        "output: {times: [0, 0.1]}\n",
        "initial: {fock: [3]}\noutput: {times: [0, 0.1]}\n",
        "initial: {coherent: [3]}\noutput: {times: [0, 10]}\n",
        "initial: {coherent: [3]}\noutput: {times: [0, 0.1], state: {times: last}}\n",
        "initial: {coherent: [3]}\noutput: {times: [0, 0.1], fields: [drift]}\n",
        "initial: {coherent: [3]}\ntheory: [{order: exact}, {order: 2}]\n"
        "output: {times: [0, 0.1]}\n"};
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, "hamiltonian: {operator: n + 0.05*n^2}\n%s", systems[i]);
        qfp_plan plan = plan_of(yaml);
        cr_assert(not(is_moved(&plan)), "%s", systems[i]);
    }
    qfp_plan plan = plan_of("hamiltonian: {operator: n + 0.05*n^2}\ninitial: {coherent: [3]}\n"
                            "output: {times: [0, 0.1]}\n");
    cr_assert(is_moved(&plan));
}
