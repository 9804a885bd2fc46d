/* The window of the output follows the state where nobody gave one, and says what it misses where
 * somebody did. */
#include "../support/simulate.h"

#include <complex.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>
#include <stdio.h>

static void check_axis(const char *yaml, double from, double to)
{
    double *axis = NULL;
    int rank, is_complex;
    size_t shape[16];
    qfp_run_result r = simulate(yaml, "out.h5");
    OK(qfp_hdf5_read(scratch_path("out.h5"), "/axes/x", &rank, shape, &is_complex, &axis));
    cr_expect(eq(dbl, axis[0], from), "%s", yaml);
    cr_expect(eq(dbl, axis[shape[0] - 1], to), "%s", yaml);
    cr_expect(eq(str, r.warning, ""), "%s", yaml);
    free(axis);
    qfp_run_result_destroy(&r);
}

Test(output_window, it_follows_the_state_in_every_basis)
{
    static const char *const bases[] = {"fourier", "fock", "reference"};
    scratch_make();
    for (int b = 0; b < 3; b++) {
        char yaml[512];
        /* 8√2 = 11.3 and four standard deviations of Q, 1 each: round to the next whole number */
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [8]}\n"
                 "solver: {basis: %s}\noutput: {times: [0, 0.1]}\n",
                 bases[b]);
        check_axis(yaml, -16.0, 16.0);
    }
    scratch_remove();
}

Test(output_window, it_is_what_it_was_where_that_is_enough)
{
    scratch_make();
    check_axis("hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [1.5]}\n"
               "output: {times: [0, 1]}\n",
               -6.0, 6.0);
    /* driven out of it during the run: ⟨x⟩ = −0.5 t, ⟨p⟩ = 4t: 7.6 at the end */
    check_axis("hamiltonian: {modes: 1, operator: \"-4*x - 0.5*p\"}\ninitial: {coherent: [0]}\n"
               "solver: {basis: fock}\noutput: {times: [0, 1.9]}\n",
               -12.0, 12.0);
    scratch_remove();
}

Test(output_window, a_given_one_that_misses_the_state_is_warned_of)
{
    scratch_make();
    qfp_run_result r = simulate("hamiltonian: {modes: 2, operator: \"n[1] + n[2]\"}\n"
                                "initial: {coherent: [0, 4]}\nsolver: {basis: fock}\n"
                                "output: {times: [0, 0.1], husimi: {from: -6, to: 6}}\n",
                                "out.h5");
    /* Q of mode 2 at t = 0: 1 − ½ erfc(0.343/√2) = 63.4 % of it below x = 6 */
    cr_expect(ne(ptr, (void *)strstr(r.warning, "% of Q of mode 2"), NULL), "%s", r.warning);
    cr_expect(ne(ptr, (void *)strstr(r.warning, "holds 63.4"), NULL), "%s", r.warning);
    qfp_run_result_destroy(&r);
    r = simulate("hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0]}\n"
                 "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 41}}\n",
                 "out.h5");
    cr_expect(eq(str, r.warning, "")); /* 99.99 % */
    qfp_run_result_destroy(&r);
    /* eleven points, 1.2 apart, see that nothing is there, and do not err where all of it is */
    r = simulate(
        "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [8]}\n"
        "solver: {basis: fock}\noutput: {times: [0], husimi: {points: 11, from: -6, to: 6}}\n",
        "out.h5");
    cr_expect(ne(ptr, (void *)strstr(r.warning, "% of Q of mode 1"), NULL), "%s", r.warning);
    qfp_run_result_destroy(&r);
    r = simulate(
        "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.3]}\n"
        "solver: {basis: fock}\noutput: {times: [0], husimi: {points: 11, from: -6, to: 6}}\n",
        "out.h5");
    cr_expect(eq(str, r.warning, ""));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* ---- windows of modes and quadratures ------------------------------------------------------- */

static double *axis_of(const char *name, double from, double to)
{
    double *axis = NULL;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(scratch_path("out.h5"), name, &rank, shape, &is_complex, &axis));
    cr_expect(eq(sz, shape[0], 7), "%s", name);
    cr_expect(epsilon_eq(dbl, axis[0], from, 1e-15 * fabs(from)), "%s", name); /* a rounding */
    cr_expect(epsilon_eq(dbl, axis[6], to, 1e-15 * fabs(to)), "%s", name);
    return axis;
}

/* Q of a coherent state, exp(−|α − α₀|²)/π with α = (x/ℓ + i pℓ/κ)/√2, at every point of its window. */
static void check_mode(int mode, double length, double kappa, double complex alpha, const double *x,
                       const double *p)
{
    char name[32];
    double *q = NULL;
    int rank, is_complex;
    size_t shape[16];
    snprintf(name, sizeof name, "/husimi/mode_%d", mode);
    OK(qfp_hdf5_read(scratch_path("out.h5"), name, &rank, shape, &is_complex, &q));
    for (int i = 0; i < 7; i++)
        for (int k = 0; k < 7; k++) {
            double complex at = (x[i] / length + I * p[k] * length / kappa) / sqrt(2.0);
            double exact = exp(-creal((at - alpha) * conj(at - alpha))) / M_PI;
            /* the tolerance of the run */
            cr_expect(epsilon_eq(dbl, q[i * 7 + k], exact, 1e-6), "%s at %g, %g", name, x[i], p[k]);
        }
    free(q);
}

Test(output_window, every_mode_and_quadrature_has_its_own_in_every_basis)
{
    static const char *const bases[] = {"fourier", "fock", "reference"};
    scratch_make();
    for (int b = 0; b < 3; b++) {
        char yaml[640];
        snprintf(yaml, sizeof yaml,
                 "kappa: 0.5\nlengths: [1, 2]\n"
                 "hamiltonian: {modes: 2, operator: '0*n[1]'}\ninitial: {coherent: [1, '-0.5*I']}\n"
                 "solver: {basis: %s, tolerance: 1e-6}\n"
                 "output: {times: [0], wigner: true, planes: [[x_1, p_2]],\n"
                 "  husimi: [{from: -4, to: 5, points: 7}, {x: [-9, 8], p: [-1, 1.5]}]}\n",
                 bases[b]);
        qfp_run_result r = simulate(yaml, "out.h5");
        double *x1 = axis_of("/axes/x_1", -4, 5), *p1 = axis_of("/axes/p_1", -4, 5);
        double *x2 = axis_of("/axes/x_2", -9, 8), *p2 = axis_of("/axes/p_2", -1, 1.5);
        check_mode(1, 1.0, 0.5, 1.0, x1, p1);
        check_mode(2, 2.0, 0.5, -0.5 * I, x2, p2);
        hid_t file = H5Fopen(scratch_path("out.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
        cr_expect(H5Lexists(file, "/axes/x", H5P_DEFAULT) == 0);
        cr_expect(H5Lexists(file, "/wigner/x_2", H5P_DEFAULT) > 0);
        cr_expect(H5Lexists(file, "/husimi/p_2", H5P_DEFAULT) > 0);
        H5Fclose(file);
        free(x1);
        free(p1);
        free(x2);
        free(p2);
        qfp_run_result_destroy(&r);
    }
    scratch_remove();
}

/* p is physical: P κ/ℓ, so that the default window follows κ. */
Test(output_window, it_is_in_units_of_the_vacuum)
{
    scratch_make();
    qfp_run_result r = simulate("kappa: 0.1\nlengths: [2]\nhamiltonian: {operator: n}\n"
                                "initial: {coherent: [0]}\nsolver: {basis: fock}\n"
                                "output: {times: [0], husimi: {points: 7}}\n",
                                "out.h5");
    cr_expect(eq(str, r.warning, ""));
    free(axis_of("/axes/x", -12.0, 12.0));
    free(axis_of("/axes/p", -0.3, 0.3));
    qfp_run_result_destroy(&r);
    scratch_remove();
}
