/* Configurations of fields and gauge bosons do what their comments, and the paper, say of them. */
#include "../support/configurations.h"

#include <complex.h>
#include <criterion/new/assert.h>

#include "qfp/audit.h"

TestSuite(field_models, .init = scratch_make, .fini = scratch_remove);

#define EXPECT_NEAR(found, expected, tolerance)                                                    \
    cr_expect(epsilon_eq(dbl, (found), (expected), (tolerance)))

/* Kets of the reference are good to 1e-10 or better at these sizes; observables to a few times
 * that. */
#define REFERENCE 1e-9

static double drift_of_energy(const qfp_run_result *r)
{
    double worst = 0.0;
    for (size_t t = 1; t < r->time_count; t++)
        worst = fmax(worst, fabs(observable(r, "energy", t) - observable(r, "energy", 0)));
    return worst;
}

/* --- III.F, the free field --- */

Test(field_models, free_field_has_no_diffusion_with_its_own_lengths_only)
{
    static const char *const others[] = {"lengths=1.3",
                                         "lengths=[1.1, 0.7071067811865475, 0.7071067811865475]",
                                         "lengths=[1, 0.7, 0.70710678118654752]", "frequencies=2"};
    qfp_audit_facts facts = facts_of(configuration("free_scalar_field", NULL, NULL, NULL));
    cr_expect(eq(dbl, diffusion_norm(&facts), 0.0));
    cr_expect(facts.holds[QFP_C7_FREE_PART] && facts.class.order == 1);
    qfp_audit_facts_destroy(&facts);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        facts = facts_of(configuration("free_scalar_field", others[i], NULL, NULL));
        cr_expect(lt(dbl, 1e-2, diffusion_norm(&facts)), "%s", others[i]);
        cr_expect(not(facts.holds[QFP_C7_FREE_PART]), "%s", others[i]);
        qfp_audit_facts_destroy(&facts);
    }
}

/* a_k(t) = a_k(0) e^{−iω_k t}, ω = 1, 2, 2: m = s = 1 and ω² = 1 + 4 sin²(π/3) = 4 */
Test(field_models, free_field_turns)
{
    const double omega[3] = {1.0, 2.0, 2.0};
    const double complex start[3] = {1.0, 0.6 * I, -0.4};
    qfp_run_result r = run_file("free_scalar_field");
    for (size_t t = 0; t < r.time_count; t++)
        for (int k = 0; k < 3; k++) {
            double complex expected = start[k] * cexp(-I * omega[k] * r.times[t]);
            char re[16], im[16];
            snprintf(re, sizeof re, "re_a_%d", k + 1);
            snprintf(im, sizeof im, "im_a_%d", k + 1);
            EXPECT_NEAR(observable(&r, re, t), creal(expected), REFERENCE);
            EXPECT_NEAR(observable(&r, im, t), cimag(expected), REFERENCE);
        }
    qfp_run_result_destroy(&r);
}

Test(field_models, position_modes_fail_C7_whatever_the_lengths)
{
    static const char *const lengths[] = {NULL, "lengths=1", "lengths=0.70710678118654752",
                                          "lengths=[0.6, 1.1, 0.8]"};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        qfp_audit_facts facts =
            facts_of(configuration("free_scalar_position", lengths[i], NULL, NULL));
        cr_expect(not(facts.holds[QFP_C7_FREE_PART]));
        cr_expect(lt(dbl, 0.1, diffusion_norm(&facts)));
        qfp_audit_facts_destroy(&facts);
    }
}

/* q_1(t) = q_1(0) Σ_k cos(ω_k t)/3: the same normal modes */
Test(field_models, position_modes_have_the_same_frequencies)
{
    qfp_run_result r = run_file("free_scalar_position");
    for (size_t t = 0; t < r.time_count; t++) /* the two last of 18 levels hold 1e-9 of a state */
        EXPECT_NEAR(observable(&r, "re_a_1", t),
                    (cos(r.times[t]) + 2.0 * cos(2.0 * r.times[t])) / 3.0, 1e-7);
    qfp_run_result_destroy(&r);
}

/* --- φ⁴ --- */

Test(field_models, phi4_conserves_momentum_and_makes_pairs)
{
    qfp_run_result r = run_file("scalar_phi4");
    double most = 0.0;
    for (size_t t = 0; t < r.time_count; t++) {
        EXPECT_NEAR(observable(&r, "re_a_2", t), 0.0, REFERENCE);
        EXPECT_NEAR(observable(&r, "im_a_2", t), 0.0, REFERENCE);
        most = fmax(most, observable(&r, "n_2", t));
    }
    cr_expect(lt(dbl, 3e-3, most));
    cr_expect(lt(dbl, drift_of_energy(&r), REFERENCE));
    qfp_run_result_destroy(&r);
}

/* --- V.B, the complex scalar --- */

Test(field_models, complex_scalar_makes_pairs_and_keeps_its_charge)
{
    qfp_run_result r = run_file("complex_scalar");
    double most = 0.0;
    for (size_t t = 0; t < r.time_count; t++) {
        EXPECT_NEAR(observable(&r, "n_1", t) - observable(&r, "n_2", t), 1.0, REFERENCE);
        most = fmax(most, observable(&r, "n_2", t));
    }
    cr_expect(lt(dbl, 0.05, most));
    cr_expect(lt(dbl, drift_of_energy(&r), REFERENCE));
    qfp_run_result_destroy(&r);
}

/* Eq. (72): mixed derivatives, ∂α∂α∂β and ∂α∂β∂β, and no others, break (64). */
Test(field_models, complex_scalar_breaks_64_through_mixed_derivatives)
{
    const int expected[3][4] = {{0, 0, 1}, {0, 1, 1}, {0, 0, 1, 1}};
    qfp_audit_facts facts = facts_of(configuration("complex_scalar", NULL, NULL, NULL));
    cr_assert(eq(sz, facts.class.breaking_count, 3));
    for (int b = 0; b < 3; b++)
        for (int i = 0; i < facts.class.breaking[b].order; i++)
            cr_expect(eq(int, facts.class.breaking[b].mode[i], expected[b][i]));
    qfp_audit_facts_destroy(&facts);
}

/* --- V.C, gauge bosons --- */

static void check_gauge(const char *name, const char *derivative)
{
    qfp_config *config = configuration(name, NULL, NULL, NULL);
    qfp_audit report;
    OK(qfp_audit_create(config, &report));
    cr_expect(not(report.satisfies_64));
    cr_expect(strstr(report.text, derivative) != NULL, "%s", report.text);
    cr_expect(strstr(report.text, "∂⁴H/") != NULL);
    qfp_audit_destroy(&report);
    qfp_audit_facts facts = facts_of(config);
    for (size_t b = 0; b < facts.class.breaking_count; b++) {
        const int *mode = facts.class.breaking[b].mode;
        cr_expect(not(mode[0] == mode[1] && mode[1] == mode[2]), "%s: not mixed", name);
    }
    qfp_audit_facts_destroy(&facts);
}

Test(field_models, gauge_bosons_break_64_through_mixed_derivatives)
{
    check_gauge("gauge_su2", "∂³H/∂α₁∂α₂∂α₃ =");
    check_gauge("gauge_su3", "∂³H/∂α₂∂α₃∂α₄ =");
}

/* The cubic vertex: d²⟨q₃⟩/dt² = (3√6/4) g k⟨q₁⟩⟨q₂⟩ at t = 0, when ⟨q₃⟩ = ⟨p₃⟩ = 0 and
 * k = V = 1. */
Test(field_models, two_colours_push_the_third)
{
    const double t = 1e-3, q = 0.7 * M_SQRT2;
    qfp_config *config = configuration("gauge_su2", "output.times=[0, 1e-3]", NULL, NULL);
    qfp_run_result r = run_configuration(config, "out.h5");
    double expected = 0.5 * t * t * 0.75 * sqrt(6.0) * 0.25 * q * q;
    /* the next term of the series is t² times smaller, and the truncation at 18 levels as small */
    EXPECT_NEAR(M_SQRT2 * observable(&r, "re_a_3", 1) / expected, 1.0, 1e-5);
    qfp_run_result_destroy(&r);
}

Test(field_models, gauge_bosons_feed_empty_colours_and_keep_the_energy)
{
    qfp_run_result r = run_file("gauge_su2");
    size_t last = r.time_count - 1;
    cr_expect(lt(dbl, 0.1, observable(&r, "n_3", last)));
    for (size_t t = 0; t <= last; t++) /* colours 1 and 2 enter alike */
        EXPECT_NEAR(observable(&r, "n_1", t), observable(&r, "n_2", t), REFERENCE);
    cr_expect(lt(dbl, drift_of_energy(&r), REFERENCE));
    qfp_run_result_destroy(&r);
    r = run_file("gauge_su3");
    last = r.time_count - 1;
    cr_expect(lt(dbl, 0.03, observable(&r, "n_1", last)));
    cr_expect(lt(dbl, 0.03, observable(&r, "n_4", last)));
    cr_expect(lt(dbl, drift_of_energy(&r), REFERENCE));
    qfp_run_result_destroy(&r);
}
