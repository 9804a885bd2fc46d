/* Doubled phase space: exact moments inside the useful time, an end to it that is noticed, and what
 * truncated Wigner gets wrong. */
#include "../support/sampling.h"
#include "../support/text_attribute.h"
#include "io/hdf5_access.h"

static const char kerr[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {%s}\n"
                           "ensemble: {method: %s, paths: 4000, steps: %d, seed: 2}\n"
                           "output: {times: [%s], husimi: {from: -5, to: 5, points: 5}}\n";

static qfp_sample_result sample_kerr(const char *initial, const char *method, int steps,
                                     const char *times)
{
    char yaml[512];
    snprintf(yaml, sizeof yaml, kerr, initial, method, steps, times);
    return sample(yaml);
}

Test(doubled, positive_p_inside_its_window)
{
    scratch_make();
    /* n = 9: U t n^{2/3} up to 0.65; n = 1: U t up to 0.4 */
    qfp_sample_result r = sample_kerr("coherent: [3.0]", "positive_p", 300, "0.05, 0.1, 0.15");
    check_estimates(&r, LIMIT);
    qfp_sample_result_destroy(&r);
    r = sample_kerr("coherent: [1.0]", "positive_p", 200, "0.2, 0.3");
    check_estimates(&r, LIMIT);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

Test(doubled, positive_p_of_a_number_state)
{
    scratch_make();
    qfp_sample_result r = sample_kerr("fock: [2]", "positive_p", 100, "0.0, 0.1");
    check_estimates(&r, LIMIT);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

Test(doubled, doubled_q_inside_its_window)
{
    scratch_make();
    qfp_sample_result r = sample_kerr("coherent: [3.0]", "doubled_q", 200, "0.0, 0.05, 0.1");
    check_estimates(&r, LIMIT);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

Test(doubled, positive_p_of_the_dimer)
{
    scratch_make();
    qfp_sample_result r =
        sample("hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + "
               "sum(j, 0.25*ad[j]^2*a[j]^2)\"}\n"
               "initial: {coherent: [2.0, 0.0]}\n"
               "ensemble: {method: positive_p, paths: 3000, steps: 120, seed: 4}\n"
               "output: {times: [0.2, 0.35], husimi: {from: -5, to: 5, points: 5}}\n");
    check_estimates(&r, LIMIT);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

/* Far outside: figures of the times before are kept, and nothing is printed as a result after. */
Test(doubled, the_end_of_the_useful_time_is_noticed)
{
    static const char *const methods[] = {"positive_p", "doubled_q"};
    for (int i = 0; i < 2; i++) {
        char yaml[512];
        scratch_make();
        snprintf(yaml, sizeof yaml, kerr, "coherent: [3.0]", methods[i], 300, "0.05, 0.1, 1.0");
        qfp_config *config = load_text(yaml);
        qfp_sample_options options = {.output_path = scratch_path("stopped.h5")};
        qfp_sample_result r;
        qfp_status status = qfp_sample(config, &options, &r);
        cr_assert(status == QFP_GROWTH, "%s: %s", methods[i], qfp_last_error());
        cr_assert(strstr(qfp_last_error(), "useful time") != NULL);
        cr_assert(eq(sz, r.time_count, 2));
        check_estimates(&r, LIMIT);
        hid_t file;
        OK(qfp_hdf5_open(options.output_path, &file));
        char *stopped = text_attribute(file, "stopped");
        cr_assert(stopped != NULL && strstr(stopped, "useful time") != NULL);
        free(stopped);
        H5Fclose(file);
        qfp_sample_result_destroy(&r);
        qfp_config_destroy(config);
        scratch_remove();
    }
}

/* Before any path runs away the errors jump: sixteen times between these outputs. */
Test(doubled, an_error_that_jumps_ends_the_useful_time)
{
    char yaml[512];
    scratch_make();
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [2.0]}\n"
             "ensemble: {method: positive_p, paths: 1000, steps: 100, seed: 1}\n"
             "output: {times: [0, 0.2, 0.5], husimi: {points: 5}}\n");
    qfp_config *config = load_text(yaml);
    qfp_sample_options options = {0};
    qfp_sample_result r;
    cr_assert(eq(int, (int)qfp_sample(config, &options, &r), QFP_GROWTH));
    cr_assert(strstr(qfp_last_error(), "the sampling error of re_a_1 rose from") != NULL, "%s",
              qfp_last_error());
    cr_assert(eq(sz, r.time_count, 2)); /* the figures before are kept */
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
    scratch_remove();
}

/* Exact for quadratic Hamiltonians, visibly not for Kerr. */
Test(doubled, truncated_wigner_is_exact_only_for_quadratic_hamiltonians)
{
    scratch_make();
    qfp_sample_result r =
        sample("hamiltonian: {modes: 1, operator: \"0.5*I*(ad^2 - a^2) + 0.3*n\"}\n"
               "initial: {squeezed: {r: 0.4, phi: 0.7, alpha: '0.8-0.2*I'}}\n"
               "ensemble: {method: truncated_wigner, paths: 10000, steps: 60, seed: 3}\n"
               "output: {times: [0.0, 0.5], husimi: {from: -5, to: 5, points: 5}}\n");
    check_estimates(&r, LIMIT);
    qfp_sample_result_destroy(&r);
    r = sample_kerr("coherent: [2.0]", "truncated_wigner", 400, "2*pi"); /* no revival */
    const qfp_estimate *re_a = &r.estimates[2];
    cr_assert(strcmp(r.names[2], "re_a_1") == 0);
    cr_assert(epsilon_eq(dbl, re_a->exact, 2.0, 1e-8)); /* the reference's tolerance */
    cr_assert(fabs(re_a->value) < 10.0 * re_a->stderr_, "%g ± %g", re_a->value, re_a->stderr_);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

Test(doubled, refusals)
{
    static const struct {
        const char *operator_text, *initial, *method, *says;
        int modes;
    } bad[] = {{"x^4", "coherent: [1.0]", "positive_p", "Eq. 64", 1},
               {"n", "fock: [1]", "truncated_wigner", "Gaussian", 1},
               {"n[1]*n[2]", "coherent: [1.0, 1.0]", "doubled_q", "modes 1 and 2", 2}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char yaml[512];
        scratch_make();
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: %d, operator: \"%s\"}\ninitial: {%s}\n"
                 "ensemble: {method: %s}\noutput: {times: [0.1]}\n",
                 bad[i].modes, bad[i].operator_text, bad[i].initial, bad[i].method);
        qfp_config *config = load_text(yaml);
        qfp_sample_options options = {0};
        qfp_sample_result r;
        cr_assert(eq(int, qfp_status_exit(qfp_sample(config, &options, &r)), 2));
        cr_assert(strstr(qfp_last_error(), bad[i].says) != NULL, "%s", qfp_last_error());
        qfp_config_destroy(config);
        scratch_remove();
    }
}
