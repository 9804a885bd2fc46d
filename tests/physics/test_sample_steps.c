/* The steps of an ensemble: how many there are, and what the error of one is. */
#include "../support/sampling.h"

TestSuite(sample_steps, .init = scratch_make, .fini = scratch_remove);

static double value_of(const qfp_sample_result *r, size_t row, const char *name, double *step_error)
{
    for (size_t k = 0; k < r->observable_count; k++)
        if (strcmp(r->names[k], name) == 0) {
            const qfp_estimate *e = &r->estimates[row * r->observable_count + k];
            if (step_error != NULL)
                *step_error = e->step_error;
            return e->value;
        }
    cr_assert(false, "no observable %s", name);
    return NAN;
}

/* dx = −x dt by Euler's rule: every path, and so their mean, is multiplied by (1 − h)^steps; the
 * coarse paths beside them by (1 − 2h)^(steps/2).  The noise is too small to be seen. */
Test(sample_steps, there_are_as_many_as_were_asked_for)
{
    qfp_sample_result r =
        sample("ensemble: {method: markov, drift: [\"-x\"], noise: [[\"1e-9\"]], paths: 100,\n"
               "  steps: 40, preparations: [{mean: [1.0], deviation: [0.1]}]}\n"
               "output: {times: [0, 0.25, 1], husimi: {from: -2, to: 2, points: 9}}\n");
    double start = value_of(&r, 0, "mean_x_1", NULL);
    static const int steps[] = {0, 10, 40};
    for (size_t row = 1; row < 3; row++) {
        double h = 1.0 / 40.0, step_error, fine = pow(1.0 - h, steps[row]);
        double coarse = pow(1.0 - 2.0 * h, steps[row] / 2.0);
        double value = value_of(&r, row, "mean_x_1", &step_error);
        cr_assert(epsilon_eq(dbl, value / start, fine, 1e-8));
        cr_assert(epsilon_eq(dbl, step_error / start, fine - coarse, 1e-8));
    }
    qfp_sample_result_destroy(&r);
}

/* Without noise a guided path is a flow, integrated to the fourth order along a score that is known to
 * the third at five times of two steps: a quarter of the step changes 4e-6 here, and a score at one
 * wrong time a thousand times that. */
Test(sample_steps, a_guided_flow_converges)
{
    static const char *const names[] = {"n_1", "re_a_1", "im_a_1"};
    qfp_sample_result r[2];
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [1.5]}\n"
                 "ensemble: {method: guided, noise: 0, paths: 100, steps: %d, seed: 1}\n"
                 "output: {times: [0, 0.4], husimi: {points: 5}}\n",
                 i == 0 ? 20 : 80);
        r[i] = sample(text);
    }
    for (int k = 0; k < 3; k++) {
        double step_error, coarse = value_of(&r[0], 1, names[k], &step_error);
        double fine = value_of(&r[1], 1, names[k], NULL);
        cr_assert(lt(dbl, fabs(coarse - fine), 5e-5), "%s: %g", names[k], coarse - fine);
        cr_assert(lt(dbl, fabs(step_error), 5e-4), "%s: %g", names[k], step_error);
    }
    qfp_sample_result_destroy(&r[0]);
    qfp_sample_result_destroy(&r[1]);
}

/* Heun's rule is of second order in the step, (ωH)² = 4e-4 for the coarse steps of 0.01; a drift
 * taken a quarter of a step late would be off by 1e-2. */
Test(sample_steps, the_coarse_paths_of_nelson_see_the_wave_of_their_times)
{
    qfp_sample_result r =
        sample("ensemble: {method: nelson, potential: \"2*x^2\", paths: 2000, steps: 200,"
               " grid: {points: 256, extent: 14}, packets: [{centre: 1.5, deviation: 0.5}]}\n"
               "output: {times: [0, 0.4, 1.0], husimi: {from: -3.5, to: 3.5, points: 41}}\n");
    for (size_t row = 1; row < 3; row++) {
        double step_error;
        value_of(&r, row, "mean_x_1", &step_error);
        cr_assert(lt(dbl, fabs(step_error), 1e-3), "%g", step_error);
    }
    qfp_sample_result_destroy(&r);
}
