/* Every configuration of an ensemble does what its comment says, with fewer trajectories than it
 * asks for. */
#include <complex.h>

#include "../support/configurations.h"
#include "../support/sampling.h"
#include "io/snapshot.h"

TestSuite(sample_configs, .init = scratch_make, .fini = scratch_remove);

static qfp_status sample_file(const char *name, const char *paths, const char *steps,
                              const char *output, qfp_sample_result *r)
{
    qfp_config *config = configuration(name, paths, steps, "output.husimi.points=16");
    qfp_sample_options options = {.output_path = output};
    qfp_status status = qfp_sample(config, &options, r);
    qfp_config_destroy(config);
    return status;
}

static const qfp_estimate *estimate(const qfp_sample_result *r, size_t row, const char *name)
{
    for (size_t k = 0; k < r->observable_count; k++)
        if (strcmp(r->names[k], name) == 0)
            return &r->estimates[row * r->observable_count + k];
    cr_assert(false, "no observable %s", name);
    return NULL;
}

/* closed form: ⟨a⟩ = α exp(|α|² (e^{−it} − 1)), in figures that come from nowhere else. */
static void check_collapse(const qfp_sample_result *r, size_t row, double alpha, double limit)
{
    double complex exact = alpha * cexp(alpha * alpha * (cexp(-I * r->times[row]) - 1.0));
    const qfp_estimate *re = estimate(r, row, "re_a_1"), *im = estimate(r, row, "im_a_1");
    cr_assert(fabs(re->value + re->step_error - creal(exact)) <
              limit * re->stderr_ + fabs(re->step_error) + 1e-12);
    cr_assert(fabs(im->value + im->step_error - cimag(exact)) <
              limit * im->stderr_ + fabs(im->step_error) + 1e-12);
}

Test(sample_configs, positive_p_inside_its_useful_time)
{
    qfp_sample_result r;
    OK(sample_file("kerr_positive_p", "ensemble.paths=4000", "ensemble.steps=150", NULL, &r));
    cr_assert(eq(sz, r.time_count, 4));
    check_estimates(&r, LIMIT);
    for (size_t row = 0; row < r.time_count; row++)
        check_collapse(&r, row, 3.0, LIMIT);
    qfp_sample_result_destroy(&r);
}

Test(sample_configs, positive_p_beyond_its_useful_time)
{
    const char *path = scratch_path("stopped.h5");
    qfp_sample_result r;
    int rank, is_complex;
    size_t shape[16];
    double *times;
    qfp_status status = sample_file("kerr_positive_p_beyond", "ensemble.paths=4000",
                                    "ensemble.steps=500", path, &r);
    cr_assert(status == QFP_GROWTH && qfp_status_exit(status) == 3);
    cr_assert(strstr(qfp_last_error(), "useful time") != NULL, "%s", qfp_last_error());
    cr_assert(eq(sz, r.time_count, 4)); /* 0.15 is the last one inside */
    check_estimates(&r, LIMIT);
    OK(qfp_hdf5_read(path, "/time", &rank, shape, &is_complex, &times));
    cr_assert(eq(sz, shape[0], 4)); /* nothing of what came after is in the file */
    free(times);
    qfp_sample_result_destroy(&r);
}

Test(sample_configs, cross_kerr_guided)
{
    qfp_sample_result r;
    OK(sample_file("cross_kerr_guided", "ensemble.paths=300", "ensemble.steps=60", NULL, &r));
    check_estimates(&r, LIMIT_FEW);
    /* |α_2|² = 1 */
    double complex exact = 1.5 * cexp(cexp(-I * 0.7) - 1.0);
    cr_assert(
        epsilon_eq(dbl, estimate(&r, 2, "re_a_1")->exact, creal(exact), 1e-4)); /* tolerance */
    cr_assert(epsilon_eq(dbl, estimate(&r, 2, "im_a_1")->exact, cimag(exact), 1e-4));
    qfp_sample_result_destroy(&r);
}

Test(sample_configs, kerr_ends_in_two_branches_with_born_weights)
{
    const char *path = scratch_path("cat.h5");
    qfp_sample_result r;
    int rank, is_complex;
    size_t shape[16], upper = 0, between = 0;
    double *paths;
    OK(sample_file("kerr_guided_cat", "ensemble.paths=200", "ensemble.steps=500", path, &r));
    check_estimates(&r, LIMIT_FEW);
    check_collapse(&r, r.time_count - 1, 2.0, LIMIT_FEW);
    OK(qfp_hdf5_read(path, "/paths", &rank, shape, &is_complex, &paths));
    cr_assert(shape[0] == 25 && shape[1] == 200 && shape[2] == 2);
    for (size_t i = 0; i < 200; i++) {
        double start = paths[2 * i], p = paths[(24 * 200 + i) * 2 + 1];
        cr_assert(start > -1.0); /* one cloud: 2√2 less four standard deviations of 1 */
        upper += p > 0.0;
        between += fabs(p) < 0.5;
    }
    /* Born weight 1/2: four standard deviations of the binomial distribution */
    cr_assert(fabs((double)upper - 100.0) < 4.0 * sqrt(50.0), "%zu", upper);
    /* branches at p = ±2√2 with variance 1: 1 in 100 lies between, 200 of them scatter by 1.4 */
    cr_assert(lt(sz, between, 9));
    free(paths);
    qfp_sample_result_destroy(&r);
}

/* x runs backwards from its marginal at the end, so that the paths of x alone are the same with
 * and without signs; without, every path counts as one. */
Test(sample_configs, cat_measurement_selects_its_past)
{
    enum { PATHS = 20000 };
    const char *path = scratch_path("cat.h5");
    qfp_sample_result r;
    int rank, is_complex;
    size_t shape[16], upper = 0;
    double *paths, sum = 0.0, square = 0.0;
    qfp_config *config =
        configuration("cat_measurement", "ensemble.paths=20000", "output.paths={count: 20000}",
                      "ensemble.initialisation=conditional");
    qfp_sample_options options = {.output_path = path};
    OK(qfp_sample(config, &options, &r));
    qfp_config_destroy(config);
    check_estimates(&r, LIMIT);
    OK(qfp_hdf5_read(path, "/paths", &rank, shape, &is_complex, &paths));
    cr_assert(shape[0] == 5 && shape[1] == PATHS && shape[2] == 2);
    for (size_t i = 0; i < PATHS; i++) {
        double begin = paths[2 * i], end = paths[2 * (4 * PATHS + i)];
        if (end < 0.0)
            continue;
        upper++;
        sum += begin;
        square += begin * begin;
    }
    double n = (double)upper, mean = sum / n, variance = square / n - mean * mean;
    /* four standard deviations each; tails beyond the middle hold 1e-4 */
    cr_assert(epsilon_eq(dbl, n / PATHS, 0.3, 4.0 * sqrt(0.21 / PATHS) + 1e-4));
    cr_assert(epsilon_eq(dbl, mean, 2.0 * sqrt(2.0), 4.0 / sqrt(n)));
    cr_assert(epsilon_eq(dbl, variance, 1.0, 4.0 * sqrt(2.0 / n)));
    free(paths);
    qfp_sample_result_destroy(&r);
}

Test(sample_configs, cat_measurement_with_signs)
{
    qfp_sample_result r;
    OK(sample_file("cat_measurement", "ensemble.paths=20000", NULL, NULL, &r));
    check_estimates(&r, LIMIT);
    const char *at = strstr(r.statement, "negative mass ");
    cr_assert(at != NULL, "%s", r.statement);
    double mass = atof(at + strlen("negative mass "));
    cr_assert(lt(dbl, 0.0, mass));
    cr_assert(lt(dbl, mass, 5e-3)); /* what the comment promises */
    qfp_sample_result_destroy(&r);
}

/* The exact covariance of the path measure (banded precision matrix): E q² = E p² = 0.3549 at the
 * middle, −0.1108 between them. */
Test(sample_configs, amplifier_action)
{
    qfp_sample_result r;
    OK(sample_file("amplifier_action", "ensemble.paths=4000", NULL, NULL, &r));
    static const char *const means[] = {"re_a_1", "im_a_1"}, *const variances[] = {"var_x_1",
                                                                                   "var_p_1"};
    for (int k = 0; k < 2; k++) {
        const qfp_estimate *m = estimate(&r, 2, means[k]), *v = estimate(&r, 2, variances[k]);
        cr_assert(lt(dbl, fabs(m->value), LIMIT * m->stderr_));
        /* 64 slices: (T/64)² of the covariance; 60 sweeps forget all but e^{−15} of the start */
        cr_assert(epsilon_eq(dbl, v->value, 0.3549 - 0.5, LIMIT * v->stderr_ + 1e-3));
    }
    const char *at = strstr(r.statement, "acceptance ");
    cr_assert(at != NULL && strstr(r.statement, "not Q(t)") != NULL, "%s", r.statement);
    cr_assert(epsilon_eq(dbl, atof(at + strlen("acceptance ")), 0.728, 0.02));
    qfp_sample_result_destroy(&r);
}

/* What the comment promises: no exact value, an error of the slices, and which measure it is. */
Test(sample_configs, kerr_action)
{
    qfp_sample_result r;
    OK(sample_file("kerr_action", "ensemble.paths=1000", NULL, NULL, &r));
    const qfp_estimate *a = estimate(&r, 2, "re_a_1");
    cr_assert(ne(int, isnan(a->exact), 0));
    cr_assert(lt(dbl, 0.0, fabs(a->step_error)));
    cr_assert(lt(dbl, fabs(a->step_error), a->stderr_)); /* same noise, 32 and 16 slices */
    const char *at = strstr(r.statement, "acceptance ");
    cr_assert(at != NULL && strstr(r.statement, "not Q(t)") != NULL, "%s", r.statement);
    cr_assert(epsilon_eq(dbl, atof(at + strlen("acceptance ")), 0.735, 0.02));
    qfp_sample_result_destroy(&r);
}
