/* The Fock basis with levels of its own choice against exact files made with QuTiP (tests/data),
 * the exact reference, and the Fourier basis. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "qfp/compare.h"

/* Compares every dataset of the file; `own` is what the file itself is wrong by in `dataset`. */
static void agrees_with(const char *name, const char *dataset, double own)
{
    char yaml[512], reference[512];
    const char *const overrides[] = {"solver.basis=fock", "solver.tolerance=1e-10"};
    snprintf(yaml, sizeof yaml, "%s/reference/%s.yaml", QFP_TEST_DATA, name);
    snprintf(reference, sizeof reference, "%s/reference/%s.h5", QFP_TEST_DATA, name);
    qfp_config *config = NULL;
    qfp_run_result result;
    qfp_comparison comparison;
    scratch_make();
    qfp_run_options options = {.output_path = scratch_path("out.h5")};
    OK(qfp_config_load(yaml, overrides, 2, &config));
    OK(qfp_run(config, &options, &result));
    const qfp_compare_options limits = {.tolerance = 1e-8}; /* of the command's verdict */
    OK(qfp_compare_files(options.output_path, reference, &limits, &comparison));
    cr_assert(eq(sz, comparison.failures, 0), "%s: %s", name, comparison.reason);
    for (size_t i = 0; i < comparison.count; i++) {
        const qfp_comparison_row *row = &comparison.rows[i];
        if (!row->judged)
            continue;
        double limit = dataset != NULL && strcmp(row->dataset, dataset) == 0 ? own : 1e-9;
        cr_assert(le(dbl, row->disagreement, limit), "%s: %.2e in %s", name, row->disagreement,
                  row->dataset);
    }
    /* a husimi, n, re_a, im_a for every mode and the energy: nothing was left out */
    cr_assert(ge(sz, comparison.compared, 5));
    cr_assert(eq(int, (int)comparison.only_in_b, 0));
    for (size_t t = 0; t < result.time_count; t++)
        cr_assert(epsilon_eq(dbl, observable(&result, "norm", t), 1.0, 1e-11));
    qfp_comparison_destroy(&comparison);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    scratch_remove();
}

Test(fock_files, kerr)
{
    agrees_with("kerr", NULL, 0.0);
}

Test(fock_files, amplifier_cat)
{
    agrees_with("amplifier_cat", NULL, 0.0);
}

Test(fock_files, quartic)
{
    agrees_with("quartic", NULL, 0.0);
}

Test(fock_files, thermal_kerr)
{
    agrees_with("thermal_kerr", "/observables/energy", 3e-9); /* tests/data/README.md */
}

Test(fock_files, trimer)
{
    agrees_with("trimer", NULL, 0.0);
}

/* The file's Q is wrong by 2.4e-9 absolute (README.md there), 7.6e-9 of its maximum. */
Test(fock_files, dimer)
{
    agrees_with("dimer", "/husimi/mode_1", 8e-9);
}

static void agree(const char *a, const char *b, const qfp_run_result *x, const qfp_run_result *y,
                  double tolerance)
{
    qfp_comparison comparison;
    OK(qfp_compare_files(scratch_path(a), scratch_path(b), NULL, &comparison));
    cr_assert(ge(sz, comparison.compared, 9)); /* husimi and eight observables at least */
    cr_assert(eq(sz, comparison.failures, 0), "%s", comparison.reason);
    for (size_t i = 0; i < comparison.count; i++) {
        const char *dataset = comparison.rows[i].dataset;
        /* monitors of the two ways, and entropies good to 1e-5 where Q has zeros */
        if (strstr(dataset, "wehrl") != NULL || !comparison.rows[i].judged)
            continue;
        cr_assert(le(dbl, comparison.rows[i].disagreement, tolerance), "%s: %.2e", dataset,
                  comparison.rows[i].disagreement);
    }
    cr_assert(eq(ulong, x->time_count, y->time_count));
    qfp_comparison_destroy(&comparison);
}

static void basis_against(const char *yaml, const char *basis, const char *other, double tolerance)
{
    char text[2048];
    scratch_make();
    snprintf(text, sizeof text, yaml, basis);
    qfp_run_result a = simulate(text, "a.h5");
    snprintf(text, sizeof text, yaml, other);
    qfp_run_result b = simulate(text, "b.h5");
    agree("a.h5", "b.h5", &a, &b, tolerance);
    qfp_run_result_destroy(&a);
    qfp_run_result_destroy(&b);
    scratch_remove();
}

/* D = 1296; the same levels for both, once in one block and once by steps of the stencil. */
#define CHAIN(solver, time)                                                                        \
    "hamiltonian:\n"                                                                               \
    "  modes: 4\n"                                                                                 \
    "  operator: \"-sum(j, 1, 3, hc(ad[j]*a[j+1])) + sum(j, 0.4*ad[j]^2*a[j]^2)\"\n"               \
    "initial: {fock: [2, 0, 1, 0]}\n"                                                              \
    "solver: {basis: %s, levels: 6, tolerance: 1.0e-9" solver "}\n"                                \
    "output: {times: [0.0, " time "], husimi: {from: -4, to: 4, points: 9}}\n"

Test(fock_files, four_modes_against_the_reference)
{
    basis_against(CHAIN("", "0.7"), "fock", "reference", 1e-8);
}

Test(fock_files, four_modes_by_steps_against_the_reference)
{
    basis_against(CHAIN(", integrator: krylov", "0.1"), "fock", "reference", 1e-8);
}

/* D = 4096: one quantum and the vacuum on a chain of six. */
Test(fock_files, six_modes_against_the_reference)
{
    basis_against("hamiltonian:\n"
                  "  modes: 6\n"
                  "  operator: \"-sum(j, 1, 5, hc(ad[j]*a[j+1])) + sum(j, 0.4*ad[j]^2*a[j]^2)\"\n"
                  "initial:\n"
                  "  superposition: [{fock: [1, 0, 0, 0, 0, 0]},\n"
                  "                  {fock: [0, 0, 0, 1, 0, 0], weight: I},\n"
                  "                  {fock: [0, 0, 0, 0, 0, 0], weight: 0.5}]\n"
                  "solver: {basis: %s, levels: 4, tolerance: 1.0e-9}\n"
                  "output: {times: [0.0, 1.0], husimi: {from: -4, to: 4, points: 9}}\n",
                  "fock", "reference", 1e-8);
}

/* The two bases within the sum of what they state: the tolerance, and for moments on the grid ten
 * times it (they weigh the edge of the box). */
#define KINDRED(operator, initial, times)                                                          \
    "hamiltonian: {modes: 1, operator: \"" operator"\"}\n"                                         \
                                                   "initial: " initial "\n"                        \
                                                   "solver: {basis: %s, tolerance: 1.0e-8}\n"      \
                                                   "output: {times: " times                        \
                                                   ", husimi: {from: -5, to: 5, points: 21}}\n"

Test(fock_files, fourier_kerr)
{
    basis_against(KINDRED("0.5*ad^2*a^2 + 0.2*n", "{coherent: [1.5]}", "[0.0, 0.7, 1.9]"), "fock",
                  "fourier", 1.1e-7);
}

Test(fock_files, fourier_driven_kerr)
{
    basis_against(KINDRED("-n + 0.25*n*(n-1) + a + ad", "{coherent: [0.3]}", "[0.0, 0.5, 1.0]"),
                  "fock", "fourier", 1.1e-7);
}

Test(fock_files, fourier_cubic)
{
    basis_against(KINDRED("n + 0.02*x^3", "{squeezed: {r: 0.3, alpha: 1.0}}", "[0.0, 1.0]"), "fock",
                  "fourier", 1.1e-7);
}

Test(fock_files, fourier_quartic)
{
    basis_against(KINDRED("p^2/2 + x^2/2 + 0.02*x^4", "{fock: [2]}", "[0.0, 0.8]"), "fock",
                  "fourier", 1.1e-7);
}

Test(fock_files, fourier_dimer)
{
    basis_against(
        "hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + "
        "sum(j, 0.5*ad[j]^2*a[j]^2)\"}\n"
        "initial: {coherent: [0.8, '0.3*I']}\n"
        "solver: {basis: %s, tolerance: 1.0e-4}\n"
        "output: {times: [0.0, 0.25], husimi: {from: -4, to: 4, points: 9, full: true}}\n",
        "fock", "fourier", 1.1e-3);
}
