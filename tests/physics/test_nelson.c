/* Paths guided by ψ against closed forms: a free packet, two of them that interfere, a coherent
 * state of the oscillator. */
#include <complex.h>

#include "../support/configurations.h"
#include "../support/sampling.h"
#include "io/snapshot.h"

TestSuite(nelson, .init = scratch_make, .fini = scratch_remove);

#define LEAST_P 1e-3 /* one of a thousand seeds of a correct program */

static void check_histograms(const qfp_sample_result *r)
{
    for (size_t i = 0; i < r->time_count * (size_t)r->modes; i++)
        cr_assert(r->chi2_probability[i] > LEAST_P, "chi2 = %g with %g degrees, p = %g", r->chi2[i],
                  r->chi2_cells[i], r->chi2_probability[i]);
}

/* Mean and variance, sampled within four standard errors and of ψ within `exact`. */
static void check_row(const qfp_sample_result *r, size_t row, double mean, double variance,
                      double exact)
{
    const double closed[2] = {mean, variance};
    for (size_t k = 0; k < 2; k++) {
        const qfp_estimate *e = &r->estimates[row * r->observable_count + k];
        cr_assert(fabs(e->value - closed[k]) < LIMIT * e->stderr_ + fabs(e->step_error),
                  "%s at t = %g: %g ± %g, step %g, closed form %g", r->names[k], r->times[row],
                  e->value, e->stderr_, e->step_error, closed[k]);
        cr_assert(epsilon_eq(dbl, e->exact, closed[k], exact));
    }
}

/* ⟨x⟩ = x₀ + pt/m, var = s² + (ħt/(2ms))². */
Test(nelson, free_packet_spreads)
{
    qfp_sample_result r =
        sample("kappa: 0.5\n"
               "ensemble: {method: nelson, mass: 2.0, paths: 10000, steps: 100,"
               " grid: {points: 256, extent: 20}, packets: [{centre: -1, deviation: 0.4,"
               " momentum: 1.2}]}\n"
               "output: {times: [0, 1, 3], husimi: {from: -5, to: 5, points: 41}}\n");
    for (size_t row = 0; row < 3; row++) {
        double t = r.times[row], wide = 0.5 * t / (2.0 * 2.0 * 0.4);
        /* the free step is exact, the grid resolves the packet to rounding */
        check_row(&r, row, -1.0 + 1.2 * t / 2.0, 0.16 + wide * wide, 1e-9);
    }
    check_histograms(&r);
    qfp_sample_result_destroy(&r);
}

/* A free Gaussian of ħ = m = 1 about c: ψ ∝ (1 + iτ)^{−1/2} exp(−(x − c)²/(4s²(1 + iτ))),
 * τ = t/(2s²). */
static double complex packet(double x, double c, double s, double t)
{
    double complex spread = 1.0 + I * t / (2.0 * s * s);
    return cexp(-(x - c) * (x - c) / (4.0 * s * s * spread)) / csqrt(spread);
}

Test(nelson, two_packets_interfere)
{
    const char *path = scratch_path("two.h5");
    qfp_config *config = configuration("nelson_two_packets", "ensemble.paths=5000",
                                       "ensemble.steps=200", "output.times=[0, 1, 2]");
    qfp_sample_options options = {.output_path = path};
    qfp_sample_result r;
    OK(qfp_sample(config, &options, &r));
    qfp_config_destroy(config);
    check_histograms(&r);
    for (size_t row = 0; row < 3; row++) { /* overlap of the packets: e^{−25/2} */
        double t = r.times[row];
        check_row(&r, row, 0.0, 6.25 + 0.25 + t * t, 1e-3);
    }
    double *density = NULL, *x = NULL;
    int rank, is_complex;
    size_t shape[16];
    OK(qfp_hdf5_read(path, "/density/x_1", &rank, shape, &is_complex, &density));
    OK(qfp_hdf5_read(path, "/axes/x", &rank, shape, &is_complex, &x));
    cr_assert(epsilon_eq(dbl, x[0], -10.0, 1e-12)); /* the axis that was asked for */
    cr_assert(epsilon_eq(dbl, x[100], 10.0, 1e-12));
    double norm = 0.0;
    for (double y = -30.0; y < 30.0; y += 0.01) {
        double a = cabs(packet(y, -2.5, 0.5, 2.0) + packet(y, 2.5, 0.5, 2.0));
        norm += 0.01 * a * a;
    }
    for (size_t i = 0; i < 101; i++) {
        double closed = 0.0;
        for (int k = 0; k < 20; k++) { /* mean over the cell of 0.2 */
            double y = x[i] + 0.2 * ((k + 0.5) / 20.0 - 0.5);
            double a = cabs(packet(y, -2.5, 0.5, 2.0) + packet(y, 2.5, 0.5, 2.0));
            closed += a * a / (20.0 * norm);
        }
        /* |ψ|² constant around grid points 0.06 apart, fringes of period 2.5 and height 0.2 */
        cr_assert(epsilon_eq(dbl, density[2 * 101 + i], closed, 2e-3), "x = %g: %g, closed form %g",
                  x[i], density[2 * 101 + i], closed);
    }
    free(density);
    free(x);
    qfp_sample_result_destroy(&r);
}

/* ω = 2, m = ħ = 1: ⟨x⟩ = x₀ cos ωt, var = 1/(2ω). */
Test(nelson, coherent_state_of_the_oscillator)
{
    qfp_sample_result r =
        sample("ensemble: {method: nelson, potential: \"2*x^2\", paths: 10000, steps: 200,"
               " grid: {points: 256, extent: 14}, packets: [{centre: 1.5, deviation: 0.5}]}\n"
               "output: {times: [0, 0.5, 1.0], husimi: {from: -3.5, to: 3.5, points: 41}}\n");
    for (size_t row = 0; row < 3; row++) /* Strang: (ω h)²/24 of the phase, h = 0.005 */
        check_row(&r, row, 1.5 * cos(2.0 * r.times[row]), 0.25, 1e-4);
    check_histograms(&r);
    qfp_sample_result_destroy(&r);
}

/* The first excited state of the oscillator as two close packets of opposite sign: the paths do
 * not cross its node. */
Test(nelson, a_node_is_not_crossed)
{
    const char *path = scratch_path("node.h5");
    qfp_config *config = load_text(
        "ensemble: {method: nelson, potential: \"0.5*x^2\", paths: 2000, steps: 1000,"
        " grid: {points: 512, extent: 16}, packets: [{centre: -0.02, deviation: 0.7071067811865476,"
        " weight: -1}, {centre: 0.02, deviation: 0.7071067811865476}]}\n"
        "output: {times: [0, 1], husimi: {from: -4, to: 4, points: 33}, paths: {count: 2000}}\n");
    qfp_sample_options options = {.output_path = path};
    qfp_sample_result r;
    OK(qfp_sample(config, &options, &r));
    qfp_config_destroy(config);
    check_histograms(&r);
    /* ψ_1 ∝ x e^{−x²/2}: var 3/2; the packets are 0.02 off that, squared */
    check_row(&r, 1, 0.0, 1.5, 2e-3);
    double *paths = NULL;
    int rank, is_complex, crossed = 0;
    size_t shape[16];
    OK(qfp_hdf5_read(path, "/paths", &rank, shape, &is_complex, &paths));
    cr_assert(eq(sz, shape[1], 2000));
    for (size_t i = 0; i < 2000; i++)
        crossed += paths[i] * paths[2000 + i] < 0.0;
    /* never in continuous time; a step of 0.001 jumps over the node with a probability of about
     * (√0.001)³ each, 0.03 over the run */
    cr_assert(crossed < 100, "%d of 2000 paths crossed", crossed);
    free(paths);
    qfp_sample_result_destroy(&r);
}

Test(nelson, packets_that_cancel_or_leave_the_grid_are_told)
{
    static const struct {
        const char *packets;
        qfp_status status;
        const char *word;
    } list[] = {
        {"{centre: 1, deviation: 0.5}, {centre: 1, deviation: 0.5, weight: -1}", QFP_CONFIG,
         "ensemble.packets"},
        {"{centre: 0, deviation: 0.5, momentum: 40}", QFP_TOLERANCE, "ensemble.grid.extent"},
    };
    for (size_t i = 0; i < 2; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "ensemble: {method: nelson, paths: 100, steps: 10, packets: [%s]}\n"
                 "output: {times: [0, 0.25], husimi: {from: -5, to: 5, points: 21}}\n",
                 list[i].packets);
        qfp_config *config = load_text(yaml);
        qfp_sample_options options = {0};
        qfp_sample_result r;
        cr_assert(eq(int, (int)qfp_sample(config, &options, &r), (int)list[i].status));
        cr_assert(strstr(qfp_last_error(), list[i].word) != NULL, "%s", qfp_last_error());
        qfp_sample_result_destroy(&r);
        qfp_config_destroy(config);
    }
}
