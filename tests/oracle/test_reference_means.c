/* Means of operators by the reference's own ladder algebra, against closed forms. */
#include "reference_case.h"

#define ROUNDING 1e-13

static void expect_mean(qfp_reference *r, const char *text, double complex expected, double within)
{
    double complex found = case_mean(r, text);
    cr_expect(le(dbl, cabs(found - expected), within), "<%s> = %.15g%+.15gi, not %.15g%+.15gi",
              text, creal(found), cimag(found), creal(expected), cimag(expected));
}

/* ⟨a†^p a^q⟩ = α*^p α^q */
Test(reference_means, of_a_coherent_state)
{
    const double complex alpha = 0.8 - 0.5 * I;
    double n = 0.89;
    qfp_config config = case_coherent(1, "n", alpha);
    qfp_reference *r = case_reference(&config);
    expect_mean(r, "ad^2*a^2", n * n, 1e-10);
    expect_mean(r, "a*ad", n + 1.0, 1e-10);
    expect_mean(r, "a^3", alpha * alpha * alpha, 1e-10);
    expect_mean(r, "ad*a^2", n * alpha, 1e-10);
    expect_mean(r, "comm(x, p)", I, 1e-10);
    expect_mean(r, NULL, n, 1e-10);
    qfp_reference_destroy(r);
}

/* ⟨a†²a²⟩ = n(n−1), ⟨x⁴⟩ = (6n² + 6n + 3)/4 */
Test(reference_means, of_a_number_state)
{
    qfp_config config = case_new(1, "n");
    config.initial = (qfp_state){.kind = QFP_STATE_FOCK, .level = {5}};
    qfp_reference *r = case_reference(&config);
    expect_mean(r, "ad^2*a^2", 20.0, ROUNDING);
    expect_mean(r, "x^4", (6.0 * 25.0 + 30.0 + 3.0) / 4.0, 10.0 * ROUNDING);
    expect_mean(r, "a^2", 0.0, ROUNDING);
    qfp_reference_destroy(r);
}

/* ⟨a†²a²⟩ = 2 nbar²; the mixture leaves out what third powers weigh with 1e-12. */
Test(reference_means, of_a_thermal_state)
{
    qfp_config config = case_new(1, "n");
    config.initial = (qfp_state){.kind = QFP_STATE_GAUSSIAN, .nbar = {0.4}};
    qfp_reference *r = case_reference(&config);
    expect_mean(r, "ad^2*a^2", 2.0 * 0.16, 1e-11);
    expect_mean(r, "ad^3*a^3", 6.0 * 0.064, 1e-11);
    qfp_reference_destroy(r);
}

/* Modes of a product state factorise, and letters find their own mode. */
Test(reference_means, of_two_modes)
{
    qfp_config config = case_new(2, "n[1] + n[2]");
    config.initial = (qfp_state){.kind = QFP_STATE_GAUSSIAN, .alpha = {0.5, -0.3 * I}};
    qfp_reference *r = case_reference(&config);
    expect_mean(r, "ad[1]*a[2]", -0.15 * I, 1e-10);
    expect_mean(r, "n[1]*n[2]", 0.25 * 0.09, 1e-10);
    expect_mean(r, "a[1]*ad[2]^2*a[2]", 0.5 * 0.09 * 0.3 * I, 1e-10);
    qfp_reference_destroy(r);
}
