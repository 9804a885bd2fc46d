/* Trajectories with loss, gain and dephasing: exact means where H is quadratic or while positive P holds. */
#include "../support/sampling.h"

#define BATH                                                                                       \
    "dissipation: [{operator: a, rate: 0.75}, {operator: ad, rate: 0.25}, {operator: n, rate: "    \
    "0.3}]\n"

static void check(const char *yaml)
{
    scratch_make();
    qfp_sample_result r = sample(yaml);
    check_estimates(&r, LIMIT);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

/* A detuned mode in a bath that dephases: of second order at every ordering, so all three are exact. */
#define LINEAR(method)                                                                             \
    "hamiltonian: {operator: \"0.7*n + 0.4*(a + ad)\"}\n" BATH "initial: {coherent: [1.5]}\n"      \
    "ensemble: {method: " method ", paths: 6000, steps: 80, seed: 5}\n"                            \
    "output: {times: [0.5, 1.5], husimi: {from: -5, to: 5, points: 5}}\n"

Test(open_ensembles, truncated_wigner_in_a_bath)
{
    check(LINEAR("truncated_wigner"));
}

Test(open_ensembles, positive_p_in_a_bath)
{
    check(LINEAR("positive_p"));
}

Test(open_ensembles, doubled_q_in_a_bath)
{
    check(LINEAR("doubled_q"));
}

/* Loss is no noise at all in positive P, and keeps its trajectories from running away for longer. */
Test(open_ensembles, positive_p_of_a_lossy_dimer)
{
    check("hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + sum(j, 0.1*ad[j]^2*a[j]^2)\"}\n"
          "dissipation: [{operator: \"a[1] + 0.5*I*a[2]\", rate: 0.8}, {operator: \"ad[1]*a[2] + "
          "ad[2]*a[1]\", rate: 0.2}]\n"
          "initial: {coherent: [1.2, 0.5]}\n"
          "solver: {levels: [11, 10], tolerance: 1.0e-3}\n" /* far below the sampling error */
          "ensemble: {method: positive_p, paths: 6000, steps: 100, seed: 6}\n"
          "output: {times: [0.3, 0.6], husimi: {from: -5, to: 5, points: 5}}\n");
}

/* Where loss is stronger than the Hamiltonian's own diffusion Q is an ordinary one: means and the histogram. */
Test(open_ensembles, diffusion_with_strong_loss)
{
    scratch_make();
    qfp_sample_result r =
        sample("hamiltonian: {operator: \"0.02*ad^2*a^2 + 0.5*n + 0.3*(a + ad)\"}\n"
               "dissipation: [{operator: a, rate: 1.5}]\n"
               "initial: {superposition: [{coherent: [0.9]}, {coherent: [-0.9], weight: I}]}\n"
               "ensemble: {method: diffusion, paths: 12000, steps: 200, seed: 8}\n"
               "output: {times: [0.5, 1.5], husimi: {from: -5, to: 5, points: 25}}\n");
    check_estimates(&r, LIMIT);
    for (size_t i = 0; i < r.time_count; i++)
        cr_assert(lt(dbl, 1e-3, r.chi2_probability[i])); /* one seed in a thousand */
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

/* A squeezing drive with more loss: D is constant, and nine times as large in one direction as in the other. */
Test(open_ensembles, diffusion_with_a_squeezing_drive)
{
    check("hamiltonian: {operator: \"0.2*I*(ad^2 - a^2) + 0.3*n\"}\n"
          "dissipation: [{operator: a, rate: 0.5}]\n"
          "initial: {coherent: [1.0]}\n"
          "ensemble: {method: diffusion, paths: 10000, steps: 100, seed: 4}\n"
          "output: {times: [0.5, 1.5], husimi: {from: -5, to: 5, points: 5}}\n");
}

Test(open_ensembles, diffusion_of_two_modes)
{
    check("hamiltonian: {modes: 2, operator: \"0.4*hc(ad[1]*a[2]) + 0.02*n[1]*n[2]\"}\n"
          "dissipation: [{operator: \"a[1] + 0.5*I*a[2]\", rate: 1.0}, {operator: \"a[2]\", rate: "
          "0.6}]\n"
          "initial: {coherent: [0.8, 0.3]}\n"
          "solver: {levels: [9, 8], tolerance: 1.0e-3}\n" /* far below the sampling error */
          "ensemble: {method: diffusion, paths: 8000, steps: 100, seed: 9}\n"
          "output: {times: [0.4, 1.0], husimi: {from: -5, to: 5, points: 5}}\n");
}

/* Where D is not positive nothing is sampled any more. */
Test(open_ensembles, diffusion_ends_where_d_is_not_positive)
{
    qfp_sample_result r;
    const qfp_sample_options options = {0};
    scratch_make();
    qfp_config *config = load_text("hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
                                   "dissipation: [{operator: a, rate: 1}]\n"
                                   "initial: {coherent: [1.0]}\n"
                                   "ensemble: {method: diffusion, paths: 1000, steps: 10}\n"
                                   "output: {times: [0.1]}\n");
    cr_assert(eq(int, qfp_sample(config, &options, &r), QFP_UNBALANCED));
    cr_assert(strstr(qfp_last_error(), "D has a negative eigenvalue") != NULL, "%s",
              qfp_last_error());
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
    scratch_remove();
}

/* What is no ordinary noise is refused, with the place. */
Test(open_ensembles, other_channels_are_refused)
{
    static const struct {
        const char *method, *channel, *words;
    } cases[] = {
        {"positive_p", "a^2", "\"a^2\" is no ordinary noise"},
        {"truncated_wigner", "a^2 - 1", "is no ordinary noise"},
        {"positive_p", "a + 0.5*ad", "is no ordinary noise"},
        {"truncated_wigner", "n*a", "is no ordinary noise"},
        {"guided", "a", "take method: truncated_wigner"},
        {"gaussian", "a", "take method: truncated_wigner"},
        {"diffusion", "a^2", "is of order 4"},
    };
    scratch_make();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char yaml[512];
        qfp_sample_result r;
        const qfp_sample_options options = {0};
        snprintf(
            yaml, sizeof yaml,
            "hamiltonian: {operator: \"n + 0.1*ad^2*a^2\"}\ndissipation: [{operator: \"%s\"}]\n"
            "initial: {coherent: [1.0]}\nensemble: {method: %s, paths: 100}\n"
            "output: {times: [0.1]}\n",
            cases[i].channel, cases[i].method);
        qfp_config *config = load_text(yaml);
        cr_assert(eq(int, qfp_sample(config, &options, &r), QFP_UNSUPPORTED), "%s", yaml);
        cr_assert(strstr(qfp_last_error(), cases[i].words) != NULL, "%s", qfp_last_error());
        qfp_config_destroy(config);
    }
    scratch_remove();
}

/* Linear channels of both kinds are noise of the Wigner function alone. */
Test(open_ensembles, truncated_wigner_in_a_squeezed_bath)
{
    check("hamiltonian: {operator: \"0.3*n\"}\ndissipation: [{operator: \"a + 0.5*I*ad\", rate: "
          "0.9}]\n"
          "initial: {squeezed: {r: 0.3, alpha: 1}}\n"
          "ensemble: {method: truncated_wigner, paths: 6000, steps: 60, seed: 7}\n"
          "output: {times: [0.5, 1.5], husimi: {from: -5, to: 5, points: 5}}\n");
}
