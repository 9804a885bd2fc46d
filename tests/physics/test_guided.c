/* The score-guided diffusion: its density at one time is Q(t), whatever λ. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "../support/sampling.h"
#include "backend.h"

/* A correct histogram falls below this p in one of a thousand seeds. */
#define LEAST_P 1e-3

static void check_histograms(const qfp_sample_result *r)
{
    for (size_t i = 0; i < r->time_count * (size_t)r->modes; i++)
        cr_assert(r->chi2_probability[i] > LEAST_P, "chi2 = %g with %g degrees, p = %g", r->chi2[i],
                  r->chi2_cells[i], r->chi2_probability[i]);
}

Test(guided, draws_from_every_kind_of_state)
{
    scratch_make();
    static const char *const initial[] = {
        "coherent: ['1.0+0.5*I']",
        "fock: [3]",
        "thermal: {nbar: 0.7}",
        "squeezed: {r: 0.8, phi: 0.6, alpha: 0.5}",
        "superposition: [{coherent: [1.5]}, {coherent: [-1.5], weight: I}]",
        "mixture: [{fock: [0], weight: 0.3}, {coherent: [1.0], weight: 0.7}]",
    };
    for (size_t i = 0; i < sizeof initial / sizeof *initial; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 1, operator: \"n\"}\n"
                 "initial: {%s}\n"
                 "ensemble: {method: guided, paths: 20000, seed: 5}\n"
                 "output: {times: [0], husimi: {from: -5, to: 5, points: 21}}\n",
                 initial[i]);
        qfp_sample_result r = sample(yaml);
        check_estimates(&r, LIMIT);
        check_histograms(&r);
        qfp_sample_result_destroy(&r);
    }
    scratch_remove();
}

Test(guided, draws_from_an_entangled_state_of_three_modes)
{
    scratch_make();
    qfp_sample_result r =
        sample("hamiltonian: {modes: 3, operator: \"sum(j, n[j])\"}\n"
               "initial: {superposition: [{fock: [2, 0, 1]}, {fock: [0, 2, 1], weight: I},"
               " {coherent: [0.5, 0.7, -0.4], weight: 0.6}]}\n"
               "ensemble: {method: guided, paths: 20000, seed: 6}\n"
               "output: {times: [0], husimi: {from: -5, to: 5, points: 21}}\n");
    check_estimates(&r, LIMIT); /* among them ⟨n_i n_j⟩: the modes are drawn together */
    check_histograms(&r);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

static const char kerr[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [2.0]}\n"
                           "ensemble: {method: guided, paths: %d, steps: %d, noise: %g}\n"
                           "output: {times: [%s], husimi: {from: -5, to: 5, points: 20}}\n";

Test(guided, kerr_follows_q_with_any_noise)
{
    scratch_make();
    for (int i = 0; i < 3; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml, kerr, 1500, 300, 0.5 * i, "0.5, 1.0");
        qfp_sample_result r = sample(yaml);
        check_estimates(&r, LIMIT);
        check_histograms(&r);
        qfp_sample_result_destroy(&r);
    }
    scratch_remove();
}

Test(guided, a_wrong_time_is_seen)
{
    scratch_make();
    /* The same trajectories judged by another Hamiltonian: Q at Ut = 1 is far from
     * Q at Ut = 0.7. */
    char yaml[512];
    snprintf(yaml, sizeof yaml, kerr, 1000, 200, 1.0, "0.7, 1.0");
    qfp_sample_result r = sample(yaml);
    size_t im_a = 3;
    cr_assert(strcmp(r.names[im_a], "im_a_1") == 0);
    const qfp_estimate *early = &r.estimates[im_a], *late = early + r.observable_count;
    cr_assert(fabs(early->value - late->exact) > 8.0 * early->stderr_, "%g against %g ± %g",
              early->value, late->exact, early->stderr_);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

Test(guided, dimer_follows_q)
{
    scratch_make();
    qfp_sample_result r = sample(
        "hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + sum(j, 0.5*ad[j]^2*a[j]^2)\"}\n"
        "initial: {coherent: [2.0, 0.0]}\n"
        "solver: {tolerance: 1.0e-4}\n"
        "ensemble: {method: guided, paths: 400, steps: 120, seed: 3}\n"
        "output: {times: [0.5], husimi: {from: -5, to: 5, points: 16}}\n");
    check_estimates(&r, LIMIT);
    check_histograms(&r);
    /* sums of exact sectors of fixed total number, U = 1, t = 0.5 */
    cr_assert(epsilon_eq(dbl, r.estimates[1].exact, 3.3280510233, 1e-6)); /* the tolerance above */
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

Test(guided, threads_and_cuts_change_no_bit)
{
    scratch_make();
    const qfp_backend *b = qfp_backend_cpu();
    const int levels[1] = {4};
    const double weights[1] = {1.0}, ket[8] = {0.5, 0.0, 0.0, 0.5, -0.5, 0.0, 0.1, 0.2};
    enum { PATHS = 3000, CUT = 1100 };
    double *whole = malloc(2 * PATHS * sizeof *whole), *part = malloc(2 * PATHS * sizeof *part);
    for (int threads = 1; threads <= 2; threads++) {
        qfp_context *context;
        qfp_buffer *x;
        OK(b->device->context_create(threads, &context));
        OK(b->vector->create(context, 2 * PATHS, &x));
        const qfp_path_set all = {.paths = PATHS, .coordinates = 1, .seed = 9};
        OK(b->paths->draw(context, &all, 1, levels, 1, weights, ket, x));
        OK(b->vector->download(x, 0, 2 * PATHS, threads == 1 ? whole : part));
        if (threads == 2)
            cr_assert(memcmp(whole, part, 2 * PATHS * sizeof *whole) == 0);
        const qfp_path_set rest = {
            .paths = PATHS - CUT, .coordinates = 1, .seed = 9, .first_path = CUT};
        OK(b->paths->draw(context, &rest, 1, levels, 1, weights, ket, x));
        OK(b->vector->download(x, 0, 2 * (PATHS - CUT), part));
        cr_assert(memcmp(whole + CUT, part, (PATHS - CUT) * sizeof *whole) == 0);
        b->vector->destroy(x);
        b->device->context_destroy(context);
    }
    free(whole);
    free(part);
    scratch_remove();
}

Test(guided, refuses_equations_of_higher_order)
{
    scratch_make();
    qfp_config *config = load_text("hamiltonian: {modes: 1, operator: \"x^4\"}\n"
                                   "initial: {coherent: [1.0]}\n"
                                   "ensemble: {method: guided}\n"
                                   "output: {times: [0.1]}\n");
    qfp_sample_options options = {.output_path = scratch_path("never.h5")};
    qfp_sample_result r;
    cr_assert(eq(int, qfp_status_exit(qfp_sample(config, &options, &r)), 2));
    cr_assert(strstr(qfp_last_error(), "Eq. 64") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
    scratch_remove();
}
