/* The guided diffusion where the diffusion matrix couples modes, and the same Q for any noise. */
#include "../support/sampling.h"
#include "io/snapshot.h"

#define LEAST_P 1e-3 /* a correct histogram falls below it in one of a thousand seeds */

static void check_histograms(const qfp_sample_result *r)
{
    for (size_t i = 0; i < r->time_count * (size_t)r->modes; i++)
        cr_assert(r->chi2_probability[i] > LEAST_P, "chi2 = %g with %g degrees, p = %g", r->chi2[i],
                  r->chi2_cells[i], r->chi2_probability[i]);
}

static qfp_sample_result sample_two(const char *operator_text, const char *initial, int steps,
                                    double noise)
{
    char yaml[640];
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {modes: 2, operator: \"%s\"}\n"
             "initial: {%s}\n"
             "solver: {tolerance: 1.0e-4}\n"
             "ensemble: {method: guided, paths: 300, steps: %d, seed: 3, noise: %g}\n"
             "output: {times: [0.7], husimi: {from: -5, to: 5, points: 12}}\n",
             operator_text, initial, steps, noise);
    return sample(yaml);
}

Test(guided_coupled, cross_kerr_follows_q_with_any_noise)
{
    scratch_make();
    for (int i = 0; i < 2; i++) {
        qfp_sample_result r = sample_two("n[1]*n[2]", "coherent: [1.5, 1.0]", 50, i);
        /* closed form: ⟨a_1⟩ = α_1 exp(|α_2|² (e^{−iχt} − 1)) */
        const double re = 0.9480252983513, im = -0.7120810048629;
        cr_assert(strcmp(r.names[2], "re_a_1") == 0 && strcmp(r.names[3], "im_a_1") == 0);
        cr_assert(fabs(r.estimates[2].value + r.estimates[2].step_error - re) <
                  LIMIT * r.estimates[2].stderr_);
        cr_assert(fabs(r.estimates[3].value + r.estimates[3].step_error - im) <
                  LIMIT * r.estimates[3].stderr_);
        check_estimates(&r, LIMIT);
        check_histograms(&r);
        qfp_sample_result_destroy(&r);
    }
    scratch_remove();
}

/* Kerr of (a_1 + a_2)/√2: S has rank one, M a zero eigenvalue, and the modes entangle. */
Test(guided_coupled, kerr_of_a_combination_of_modes)
{
    scratch_make();
    qfp_sample_result r =
        sample_two("0.125*(ad[1]+ad[2])^2*(a[1]+a[2])^2", "coherent: [1.0, '0.5*I']", 60, 1.0);
    check_estimates(&r, LIMIT);
    check_histograms(&r);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

static qfp_status sample_kerr(double noise, int seed, const char *path, qfp_sample_result *r)
{
    char yaml[512];
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
             "initial: {coherent: [1.5]}\n"
             "ensemble: {method: guided, paths: 1500, steps: 100, noise: %g, seed: %d}\n"
             "output: {times: [1.0], husimi: {from: -5, to: 5, points: 20}}\n",
             noise, seed);
    qfp_config *config = load_text(yaml);
    qfp_sample_options options = {.output_path = path};
    qfp_status status = qfp_sample(config, &options, r);
    qfp_config_destroy(config);
    return status;
}

/* Two samples of one density: Σ (n_1 − n_2)²/(n_1 + n_2) over the cells with counts is χ² with as
 * many degrees of freedom less one, without any reference to Q. */
Test(guided_coupled, the_deterministic_flow_and_the_noisy_one_have_one_density)
{
    scratch_make();
    const char *paths[2] = {scratch_path("flow.h5"), scratch_path("noisy.h5")};
    double *density[2], chi2 = 0.0, cell = 0.5 * pow(10.0 / 19.0, 2.0); /* d²α = dx dp/2 */
    size_t shape[16], cells = 0;
    int rank, is_complex;
    for (int i = 0; i < 2; i++) {
        qfp_sample_result r;
        OK(sample_kerr(i, 11 + i, paths[i], &r));
        OK(qfp_hdf5_read(paths[i], "/histogram/mode_1", &rank, shape, &is_complex, &density[i]));
        qfp_sample_result_destroy(&r);
    }
    for (size_t k = 0; k < shape[1] * shape[2]; k++) {
        double a = 1500.0 * cell * density[0][k], b = 1500.0 * cell * density[1][k];
        if (a + b < 10.0) /* too few for χ² */
            continue;
        chi2 += (a - b) * (a - b) / (a + b);
        cells++;
    }
    cr_assert(cells > 50, "%zu", cells);
    /* 4 standard deviations of χ² above its mean: below 1e-3 for as many degrees */
    cr_assert(chi2 < (double)cells + 4.0 * sqrt(2.0 * (double)cells), "%g of %zu", chi2, cells);
    cr_assert(chi2 > (double)cells - 4.0 * sqrt(2.0 * (double)cells), "%g of %zu", chi2, cells);
    free(density[0]);
    free(density[1]);
    scratch_remove();
}
