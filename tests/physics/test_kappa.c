/* The action scale: in dimensionless coordinates κ only divides the time, so that κ = ½ is at t/2
 * where κ = 1 is at t, in every basis and every ensemble, to rounding. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/sampling.h"

TestSuite(kappa, .init = scratch_make, .fini = scratch_remove);

/* `yaml` goes on with an output block; κ by `scale`, the time with it. */
static qfp_config *scaled(const char *yaml, double scale, double time)
{
    char text[1024];
    snprintf(text, sizeof text,
             "kappa: %g\n%s\noutput: {times: [0, %g], husimi: {from: -5, to: 5, points: 5}}\n",
             scale, yaml, scale * time);
    return load_text(text);
}

/* Powers of two: products of κ, t and rates are the same numbers. */
static const double scales[2] = {1.0, 0.5};

static void check_ensemble(const char *yaml, double time)
{
    qfp_sample_result r[2];
    for (int i = 0; i < 2; i++) {
        qfp_config *config = scaled(yaml, scales[i], time);
        qfp_sample_options options = {0};
        OK(qfp_sample(config, &options, &r[i]));
        qfp_config_destroy(config);
    }
    for (size_t k = 0; k < r[0].time_count * r[0].observable_count; k++) {
        const qfp_estimate *a = &r[0].estimates[k], *b = &r[1].estimates[k];
        const char *name = r[0].names[k % r[0].observable_count];
        double size = fmax(1.0, fabs(a->value)); /* rounding, grown along unstable paths */
        cr_assert(lt(dbl, fabs(a->value - b->value), 1e-9 * size), "%s: %.12g, %.12g: %s", name,
                  a->value, b->value, yaml);
        bool exact = isnan(a->exact) ? isnan(b->exact) : fabs(a->exact - b->exact) <= 1e-9 * size;
        cr_assert(exact, "%s: exact %.12g, %.12g: %s", name, a->exact, b->exact, yaml);
    }
    qfp_sample_result_destroy(&r[0]);
    qfp_sample_result_destroy(&r[1]);
}

static const char kerr[] = "hamiltonian: {operator: \"0.5*ad^2*a^2 + 0.2*(a + ad)\"}\n"
                           "initial: {coherent: ['1.2-0.3*I']}\n"
                           "ensemble: {method: %s, paths: 96, steps: 16, seed: 5}";

static const char amplifier[] = "hamiltonian: {operator: \"(x*p + p*x)/2 + 0.1*x\"}\n"
                                "initial: {coherent: ['0.3+0.2*I']}\n"
                                "ensemble: {method: %s, paths: 96, seed: 5%s}";

Test(kappa, ensembles_of_a_driven_kerr_oscillator)
{
    static const char *const methods[] = {"guided", "positive_p", "doubled_q", "truncated_wigner",
                                          "gaussian"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, kerr, methods[i]);
        check_ensemble(yaml, 0.25);
    }
}

Test(kappa, ensembles_that_couple_modes)
{
    check_ensemble("hamiltonian: {model: {name: cross_kerr, chi: 1.0, omega_1: 0.3}}\n"
                   "initial: {coherent: ['0.7+0.3*I', '-0.5+0.6*I']}\n"
                   "ensemble: {method: guided, paths: 64, steps: 8, seed: 7}",
                   0.25);
}

Test(kappa, ensembles_between_boundary_values)
{
    char yaml[512];
    snprintf(yaml, sizeof yaml, amplifier, "forward_backward", ", steps: 8");
    check_ensemble(yaml, 0.5);
    snprintf(yaml, sizeof yaml, amplifier, "action",
             ", begin: 0.2, end: -0.1, slices: 16, sweeps: 5, virtual_step: 0.5");
    check_ensemble(yaml, 0.5);
    check_ensemble("hamiltonian: {operator: \"0.5*n + 0.5*ad^2*a^2\"}\ninitial: {coherent: [0.0]}\n"
                   "ensemble: {method: action, paths: 64, begin: 0.1, end: 0.2, slices: 16,"
                   " sweeps: 5, virtual_step: 0.5, seed: 1}",
                   0.25);
}

/* The plan as well: the same grid, levels and steps. */
Test(kappa, bases)
{
    static const char *const bases[] = {"fourier", "fock", "reference"};
    for (int b = 0; b < 3; b++) {
        qfp_run_result r[2];
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {operator: \"0.5*ad^2*a^2 + 0.1*x^3 + 0.2*p\"}\n"
                 "initial: {coherent: [0.6]}\nsolver: {basis: %s, tolerance: 1.0e-5}",
                 bases[b]);
        for (int i = 0; i < 2; i++) {
            qfp_config *config = scaled(yaml, scales[i], 0.5);
            qfp_run_options options = {0};
            OK(qfp_run(config, &options, &r[i]));
            qfp_config_destroy(config);
        }
        const qfp_theory_result *first = &r[0].theories[0], *second = &r[1].theories[0];
        cr_assert(eq(sz, first->observable_count, second->observable_count));
        for (size_t k = 0; k < first->observable_count * r[0].time_count; k++) {
            double x = first->values[k], y = second->values[k];
            bool same = (isnan(x) && isnan(y)) || fabs(x - y) <= 1e-11 * fmax(1.0, fabs(x));
            cr_assert(same, "%s of %s: %.15g, %.15g", first->names[k % first->observable_count],
                      bases[b], x, y);
        }
        qfp_run_result_destroy(&r[0]);
        qfp_run_result_destroy(&r[1]);
    }
}
