/* Processes with drift and noise of the user against closed forms: Ornstein and Uhlenbeck's, whose
 * backward kernel follows from Bayes' theorem; geometric Brownian motion, which tells Itô from
 * Stratonovich; a rotating one in two variables with correlated noise. */
#include "../support/configurations.h"
#include "../support/sampling.h"
#include "io/snapshot.h"
#include "qfp/plot.h"

TestSuite(markov, .init = scratch_make, .fini = scratch_remove);

/* A correct histogram falls below this p in one of a thousand seeds. */
#define LEAST_P 1e-3
/* Finite volumes: their error is of the second order in the width of a fine cell, 0.04 at most in
 * these tests, of distributions of width about 1. */
#define OF_THE_GRID 1e-3

static void check_histograms(const qfp_sample_result *r)
{
    for (size_t i = 0; i < r->time_count * (size_t)r->modes; i++)
        cr_assert(r->chi2_probability[i] > LEAST_P, "chi2 = %g with %g degrees, p = %g", r->chi2[i],
                  r->chi2_cells[i], r->chi2_probability[i]);
}

/* Sampled and solved figures against the closed form. */
static void check_figure(const qfp_sample_result *r, size_t row, const char *name, double closed)
{
    for (size_t k = 0; k < r->observable_count; k++) {
        const qfp_estimate *e = &r->estimates[row * r->observable_count + k];
        if (strcmp(r->names[k], name) != 0)
            continue;
        cr_assert(fabs(e->value + e->step_error - closed) < LIMIT * e->stderr_,
                  "%s at t = %g: %g ± %g, closed form %g", name, r->times[row], e->value,
                  e->stderr_, closed);
        cr_assert(epsilon_eq(dbl, e->exact, closed, OF_THE_GRID));
        return;
    }
    cr_assert(false, "no observable %s", name);
}

static double *dataset(const char *name, const char *path)
{
    double *out = NULL;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(path, name, &rank, shape, &is_complex, &out));
    return out;
}

static const double start_mean[2] = {-1.0, 1.0}, start_deviation[2] = {0.8, 0.6};

static qfp_sample_result watanabe(const char *output)
{
    qfp_config *config = configuration("watanabe", "ensemble.paths=20000", "ensemble.steps=60",
                                       "output.husimi.points=25");
    qfp_sample_options options = {.output_path = output};
    qfp_sample_result r;
    OK(qfp_sample(config, &options, &r));
    qfp_config_destroy(config);
    return r;
}

Test(markov, ornstein_uhlenbeck)
{
    static const char *const names[2][2] = {{"mean_x_1", "var_x_1"},
                                            {"mean_x_1_prep_2", "var_x_1_prep_2"}};
    qfp_sample_result r = watanabe(NULL);
    for (size_t row = 0; row < r.time_count; row++)
        for (int k = 0; k < 2; k++) {
            double decay = exp(-r.times[row]), s = start_deviation[k];
            check_figure(&r, row, names[k][0], start_mean[k] * decay);
            check_figure(&r, row, names[k][1], s * s * decay * decay + 0.5 * (1.0 - decay * decay));
        }
    check_histograms(&r);
    qfp_sample_result_destroy(&r);
}

/* Two equal preparations are two samples of one distribution: as far apart as two of 4000 paths are,
 * whose difference has √2 times the standard error of each, and not the same paths twice. */
Test(markov, preparations_draw_their_own_numbers)
{
    static const char twice[] = "ensemble.preparations=[{mean: [0.5], deviation: [0.8]}, "
                                "{mean: [0.5], deviation: [0.8]}]";
    qfp_config *config =
        configuration("watanabe", twice, "ensemble.paths=4000", "ensemble.steps=20");
    qfp_sample_options options = {0};
    qfp_sample_result r;
    OK(qfp_sample(config, &options, &r));
    qfp_config_destroy(config);
    size_t figures = r.observable_count / 2;
    for (size_t row = 0; row < r.time_count; row++)
        for (size_t f = 0; f < figures; f++) {
            const qfp_estimate *first = &r.estimates[row * r.observable_count + f];
            const qfp_estimate *second = first + figures;
            double apart = fabs(first->value - second->value);
            cr_assert(lt(dbl, 0.0, apart), "%s", r.names[f]);
            cr_assert(lt(dbl, apart, LIMIT * M_SQRT2 * first->stderr_), "%s", r.names[f]);
        }
    qfp_sample_result_destroy(&r);
}

/* Mean of x(0) given x(T) in a cell (backward) or of x(T) given x(0) (forward), from J(i, k). */
static double conditional_mean(const double *joint, size_t n, const double *x, int backward,
                               size_t condition)
{
    double weight = 0.0, sum = 0.0;
    for (size_t k = 0; k < n; k++) {
        double j = backward ? joint[k * n + condition] : joint[condition * n + k];
        weight += j;
        sum += j * x[k];
    }
    return sum / weight;
}

/* Gaussian regression: ⟨x(0)|x(T) = y⟩ = m + s² e^{−T}/v (y − m e^{−T}), v the variance at T;
 * ⟨x(T)|x(0) = x⟩ = x e^{−T} whatever the preparation. */
Test(markov, backward_kernel_depends_on_the_preparation)
{
    const char *path = scratch_path("watanabe.h5");
    qfp_sample_result r = watanabe(path);
    double T = r.times[r.time_count - 1], decay = exp(-T), backward[2] = {0.0};
    double *x = dataset("/axes/x", path), *distances = dataset("/kernel/distances", path);
    const size_t n = 25, middle = 12; /* the cell of x = 0 */
    for (int k = 0; k < 2; k++) {
        char name[32];
        snprintf(name, sizeof name, "/kernel/joint_%d", k + 1);
        double *joint = dataset(name, path);
        double m = start_mean[k], s = start_deviation[k];
        double v = s * s * decay * decay + 0.5 * (1.0 - decay * decay);
        for (size_t i = middle - 2; i <= middle + 2; i++) {
            double closed = m + s * s * decay / v * (x[i] - m * decay);
            /* within a cell of 0.375 the density is not flat: its mean moves by up to
             * 0.375²/12 × the slope of ln p, about 3 */
            cr_assert(epsilon_eq(dbl, conditional_mean(joint, n, x, 1, i), closed, 0.04));
            cr_assert(epsilon_eq(dbl, conditional_mean(joint, n, x, 0, i), x[i] * decay, 0.04));
        }
        backward[k] = conditional_mean(joint, n, x, 1, middle);
        free(joint);
    }
    cr_assert(lt(dbl, 0.5, backward[1] - backward[0])); /* closed forms: 0.96 */
    /* equation, paths, noise: forward, then backward */
    cr_assert(lt(dbl, distances[0], 0.05)); /* the same shift within a cell */
    cr_assert(lt(dbl, distances[1], 2.0 * (distances[2] + distances[0])));
    /* what the paths show of equal kernels is their noise, up to that of its estimate */
    cr_assert(epsilon_eq(dbl, distances[1] / distances[2], 1.0, 0.15));
    cr_assert(lt(dbl, 0.5, distances[3]));
    cr_assert(epsilon_eq(dbl, distances[4], distances[3], 3.0 * distances[5]));
    free(x);
    free(distances);
    qfp_sample_result_destroy(&r);
}

/* ⟨x⟩ = m e^{μt}, ⟨x²⟩ = (m² + s²) e^{(2μ + σ²)t} for dx = μx dt + σx dW in Itô's sense; in
 * Stratonovich's ⟨x⟩ would grow with μ + σ²/2, here by 18 standard errors more. */
Test(markov, geometric_brownian_motion_is_ito)
{
    const double mu = 0.2, sigma = 0.4, m = 2.0, s = 0.2;
    qfp_sample_result r =
        sample("ensemble: {method: markov, drift: [\"0.2*x\"], noise: [[\"0.4*x\"]], paths: 20000,"
               " steps: 100, preparations: [{mean: [2.0], deviation: [0.2]}]}\n"
               "output: {times: [0, 0.5], husimi: {from: 0.0, to: 8.0, points: 40}}\n");
    for (size_t row = 0; row < 2; row++) {
        double t = r.times[row], mean = m * exp(mu * t);
        check_figure(&r, row, "mean_x_1", mean);
        check_figure(&r, row, "var_x_1",
                     (m * m + s * s) * exp((2.0 * mu + sigma * sigma) * t) - mean * mean);
    }
    check_histograms(&r);
    qfp_sample_result_destroy(&r);
}

/* dm/dt = A m, dC/dt = A C + C Aᵀ + D, with A = [[−1, ω], [−ω, −1]], in small steps. */
static void rotate(double T, const double d[3], double mean[2], double c[3])
{
    const double omega = 1.5, h = T / 20000.0;
    for (int i = 0; i < 20000; i++) { /* Euler: 1e-4 of the slopes, below OF_THE_GRID */
        double m0 = mean[0], c0 = c[0], c1 = c[1];
        mean[0] += h * (-mean[0] + omega * mean[1]);
        mean[1] += h * (-mean[1] - omega * m0);
        c[0] += h * (-2.0 * c[0] + 2.0 * omega * c[1] + d[0]);
        c[1] += h * (-2.0 * c[1] + omega * c[2] - omega * c0 + d[1]);
        c[2] += h * (-2.0 * c[2] - 2.0 * omega * c1 + d[2]);
    }
}

Test(markov, two_variables_with_correlated_noise)
{
    const double d[3] = {1.0, 0.6, 0.8};
    double mean[2] = {1.0, -0.5}, c[3] = {0.25, 0.0, 0.49};
    qfp_sample_result r =
        sample("ensemble: {method: markov, drift: [\"-x[1] + 1.5*x[2]\", \"-x[2] - 1.5*x[1]\"],"
               " diffusion: [[1.0, 0.6], [0.6, 0.8]], paths: 20000, steps: 100,"
               " preparations: [{mean: [1.0, -0.5], deviation: [0.5, 0.7]}]}\n"
               "output: {times: [0, 0.4], husimi: {from: -4.0, to: 4.0, points: 16}}\n");
    rotate(0.4, d, mean, c);
    static const char *const names[5] = {"mean_x_1", "mean_x_2", "var_x_1", "cov_x_1_x_2",
                                         "var_x_2"};
    const double closed[5] = {mean[0], mean[1], c[0], c[1], c[2]};
    for (size_t f = 0; f < 5; f++)
        for (size_t k = 0; k < r.observable_count; k++) {
            const qfp_estimate *e = &r.estimates[r.observable_count + k];
            if (strcmp(r.names[k], names[f]) != 0)
                continue;
            cr_assert(fabs(e->value + e->step_error - closed[f]) < LIMIT * e->stderr_);
            /* cells of 0.083 here */
            cr_assert(epsilon_eq(dbl, e->exact, closed[f], 3e-3), "%s: %g, %g", names[f], e->exact,
                      closed[f]);
        }
    check_histograms(&r);
    qfp_sample_result_destroy(&r);
}

Test(markov, an_axis_that_is_too_short_is_told)
{
    qfp_config *config =
        load_text("ensemble: {method: markov, drift: [\"1\"], noise: [[\"1\"]], paths: 100,"
                  " steps: 10, preparations: [{mean: [0], deviation: [0.3]}]}\n"
                  "output: {times: [0, 4], husimi: {from: -2, to: 2, points: 21}}\n");
    const char *path = scratch_path("short.h5");
    qfp_sample_options options = {.output_path = path};
    qfp_sample_result r;
    cr_assert(eq(int, (int)qfp_sample(config, &options, &r), QFP_TOLERANCE));
    cr_assert(strstr(qfp_last_error(), "output.husimi") != NULL, "%s", qfp_last_error());
    cr_assert(eq(sz, r.time_count, 1)); /* the first time is kept */
    cr_assert(scratch_exists(path));
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
}

Test(markov, the_picture_is_drawn)
{
    const char *path = scratch_path("watanabe.h5"), *png = scratch_path("watanabe.png");
    qfp_sample_result r = watanabe(path);
    OK(qfp_plot_file(path, png, NULL));
    FILE *file = fopen(png, "rb");
    unsigned char head[24] = {0};
    cr_assert(file != NULL && fread(head, 1, sizeof head, file) == sizeof head);
    fclose(file);
    cr_assert(memcmp(head, "\x89PNG", 4) == 0);
    /* rows of curves, a row of kernels forward and one backward, each taller than 270 pixels */
    cr_assert(lt(int, 900, head[22] * 256 + head[23]));
    qfp_sample_result_destroy(&r);
}

Test(markov, other_commands_refuse_a_process)
{
    qfp_config *config = configuration("watanabe", NULL, NULL, NULL);
    qfp_run_options options = {0};
    qfp_run_result result;
    cr_assert(eq(int, (int)qfp_run(config, &options, &result), QFP_CONFIG));
    cr_assert(strstr(qfp_last_error(), "qfp sample") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
}
