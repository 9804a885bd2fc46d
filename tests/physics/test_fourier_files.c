/* The Fourier basis at its default settings against exact files made with QuTiP (tests/data). */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "qfp/compare.h"

static void agrees_with(const char *name, size_t datasets)
{
    char yaml[512], reference[512];
    snprintf(yaml, sizeof yaml, "%s/reference/%s.yaml", QFP_TEST_DATA, name);
    snprintf(reference, sizeof reference, "%s/reference/%s.h5", QFP_TEST_DATA, name);
    qfp_config *config = NULL;
    qfp_run_result result;
    qfp_comparison comparison;
    scratch_make();
    qfp_run_options options = {.output_path = scratch_path("out.h5")};
    OK(qfp_config_load(yaml, NULL, 0, &config));
    OK(qfp_run(config, &options, &result));
    /* The default tolerance is 1e-8; 1e-7 leaves the observables a factor of ten for their weights
     * (the files themselves are good to 1e-10). The requirement on the project is 1e-6. */
    const qfp_compare_options limits = {.tolerance = 1e-7};
    OK(qfp_compare_files(options.output_path, reference, &limits, &comparison));
    cr_assert(eq(sz, comparison.failures, 0), "%s: %s", name, comparison.reason);
    /* what the errors state in the run does not widen this */
    cr_assert(lt(dbl, comparison.worst, 1e-7), "%s: %.2e in %s", name, comparison.worst,
              comparison.worst_dataset);
    /* husimi, n, energy, re_a, im_a, and purity where it is stated: nothing was left out */
    cr_assert(eq(sz, comparison.compared, datasets));
    /* the windows of two of the files do not hold all of Q, which is said */
    cr_assert(eq(ptr, (void *)strstr(result.warning, "may be off"), NULL), "%s", result.warning);
    /* C1 of every run: ∫Q = 1, pure or mixed */
    for (size_t t = 0; t < result.time_count; t++)
        cr_assert(epsilon_eq(dbl, observable(&result, "norm", t), 1.0, 1e-9));
    qfp_comparison_destroy(&comparison);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    scratch_remove();
}

Test(fourier, kerr)
{
    agrees_with("kerr", 5);
}

Test(fourier, amplifier_cat)
{
    agrees_with("amplifier_cat", 5);
}

Test(fourier, quartic)
{
    agrees_with("quartic", 5);
}

Test(fourier, thermal_kerr)
{
    agrees_with("thermal_kerr", 5);
}

/* With dissipation: a revival that loss damps, and a cat between two attractors. */
Test(fourier, lossy_kerr)
{
    agrees_with("lossy_kerr", 6);
}

Test(fourier, cat_stabilised)
{
    agrees_with("cat_stabilised", 6);
}

/* A pulse that drives a Kerr oscillator: H(t), and its energy. */
Test(fourier, pulsed_kerr)
{
    agrees_with("pulsed_kerr", 6);
}

/* Two modes against the exact reference, which shares no code with the grid. */
Test(fourier, dimer_against_the_reference)
{
    static const char dimer[] = "hamiltonian:\n"
                                "  modes: 2\n"
                                "  parameters: {J: 1.0, U: 1.0}\n"
                                "  operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2)\"\n"
                                "initial: {coherent: [0.8, '0.3*I']}\n"
                                "solver: {basis: %s, tolerance: 1.0e-4}\n"
                                "output:\n"
                                "  times: [0.0, 0.25]\n"
                                "  husimi: {from: -4.0, to: 4.0, points: 17, full: true}\n";
    char text[1024];
    scratch_make();
    snprintf(text, sizeof text, dimer, "fourier");
    qfp_run_result grid = simulate(text, "grid.h5");
    snprintf(text, sizeof text, dimer, "reference");
    qfp_run_result exact = simulate(text, "exact.h5");
    const char *const datasets[] = {"/husimi/mode_1", "/husimi/mode_2", "/husimi/full"};
    for (int d = 0; d < 3; d++) {
        double worst = disagreement(scratch_path("grid.h5"), scratch_path("exact.h5"), datasets[d]);
        cr_assert(lt(dbl, worst, 1e-4), "%s: %.2e", datasets[d],
                  worst); /* the tolerance asked for */
    }
    const char *const names[] = {"norm", "energy", "n_1", "n_2", "re_a_1", "im_a_2", "n_1_n_2"};
    for (int n = 0; n < 7; n++)
        /* moments weigh the edge of the box by r²: ten times the tolerance */
        cr_assert(
            epsilon_eq(dbl, observable(&grid, names[n], 1), observable(&exact, names[n], 1), 1e-3),
            "%s", names[n]);
    qfp_run_result_destroy(&grid);
    qfp_run_result_destroy(&exact);
    scratch_remove();
}

/* Renaming the modes renames the answer: nothing in the axis bookkeeping prefers one. */
Test(fourier, modes_can_be_relabelled)
{
    static const char pair[] =
        "hamiltonian:\n"
        "  modes: 2\n"
        "  operator: \"0.7*n[%d] + 0.5*ad[%d]^2*a[%d]^2 + 0.4*x[%d]*p[%d] + 0.3*n[%d]*n[%d]\"\n"
        "initial: {coherent: %s}\n"
        "solver: {grid: {points: %s, extent: 8.0}}\n"
        "output:\n"
        "  times: [0.0, 0.1]\n"
        "  husimi: {from: -3.0, to: 3.0, points: 9}\n";
    char text[1024];
    scratch_make();
    snprintf(text, sizeof text, pair, 1, 1, 1, 1, 2, 1, 2, "[0.5, '0.4*I']", "[14, 16]");
    qfp_run_result a = simulate(text, "a.h5");
    snprintf(text, sizeof text, pair, 2, 2, 2, 2, 1, 2, 1, "['0.4*I', 0.5]", "[16, 14]");
    qfp_run_result b = simulate(text, "b.h5");
    /* Krylov steps may differ by rounding only; the grid error is the same on both sides */
    cr_assert(epsilon_eq(dbl, observable(&a, "n_1", 1), observable(&b, "n_2", 1), 1e-7));
    cr_assert(epsilon_eq(dbl, observable(&a, "im_a_2", 1), observable(&b, "im_a_1", 1), 1e-7));
    cr_assert(epsilon_eq(dbl, observable(&a, "energy", 1), observable(&b, "energy", 1), 1e-7));
    /* and the two modes are different, so that the test can fail */
    cr_assert(lt(dbl, 1e-2, fabs(observable(&a, "n_1", 1) - observable(&a, "n_2", 1))));
    qfp_run_result_destroy(&a);
    qfp_run_result_destroy(&b);
    scratch_remove();
}
