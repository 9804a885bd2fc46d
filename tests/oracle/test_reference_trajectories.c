/* Quantum trajectories, which the reference takes where a density matrix is too large, against closed forms
 * of linear systems: every mean must be within the errors stated for it. */
#include "../support/config_text.h"
#include "reference_case.h"

TestSuite(reference_trajectories, .init = scratch_make, .fini = scratch_remove);

/* 13³ states, more than a density matrix may have; the third mode is only there for that. */
#define SYSTEM                                                                                     \
    "hamiltonian: {modes: 3, operator: \"1.3*hc(ad[1]*a[2])\"}\n"                                  \
    "solver: {levels: 13}\n"                                                                       \
    "output: {times: [0, 0.5, 1]}\n"

static void expect_mean(qfp_reference *r, const char *text, double complex expected)
{
    qfp_reference_operator *o = NULL;
    qfp_reference_error error;
    double stated;
    double complex found = case_mean(r, text);
    cr_assert(eq(int, qfp_reference_operator_create(r, text, &o), QFP_OK));
    cr_assert(eq(int, qfp_reference_error_now(r, &error), QFP_OK));
    cr_assert(eq(int, qfp_reference_mean_error(r, o, found, &error, &stated), QFP_OK));
    cr_expect(le(dbl, cabs(found - expected), stated),
              "<%s> = %g%+gi, expected %g%+gi, stated %.2g", text, creal(found), cimag(found),
              creal(expected), cimag(expected), stated);
    cr_expect(lt(dbl, stated, 0.2), "<%s>: stated %.2g", text, stated);
    qfp_reference_operator_destroy(o);
}

/* Two coupled modes that lose at equal rates: a(t) = e^{−γt/2} (cos Jt a_1 − i sin Jt a_2). */
Test(reference_trajectories, loss_of_two_coupled_modes)
{
    qfp_reference *r = NULL;
    qfp_config *config = load(SYSTEM "dissipation:\n"
                                     "  - {operator: \"a[1]\", rate: 0.6}\n"
                                     "  - {operator: \"a[2]\", rate: 0.6}\n"
                                     "initial: {fock: [3, 1, 0]}\n");
    cr_assert(eq(int, qfp_reference_create_boxed(config, &r), QFP_OK), "%s", qfp_last_error());
    size_t count = qfp_reference_trajectories(r);
    cr_assert(lt(sz, 1000, count));
    double *carried = calloc(qfp_reference_carried(r), sizeof *carried);
    case_evolve(r, 0.5);
    qfp_reference_save(r, carried);
    case_evolve(r, 1.0);
    double left = exp(-0.6), stay = pow(cos(1.3), 2.0), go = pow(sin(1.3), 2.0);
    expect_mean(r, "n[1]", left * (3.0 * stay + go));
    expect_mean(r, "ad[1]*a[2]", left * CMPLX(0.0, -2.0 * sin(1.3) * cos(1.3)));
    expect_mean(r, "1", 1.0);
    /* what is left of |3⟩ and of |1⟩ is binomial, and coupling modes that lose alike keeps the purity */
    qfp_reference_diagnostics d;
    double purity = pow(left, 2.0) + pow(1.0 - left, 2.0), of_three = 0.0;
    const double ways[4] = {1.0, 3.0, 3.0, 1.0};
    for (int k = 0; k < 4; k++)
        of_three += pow(ways[k] * pow(left, k) * pow(1.0 - left, 3 - k), 2.0);
    cr_assert(eq(int, qfp_reference_diagnose(r, &d), QFP_OK));
    cr_expect(le(dbl, fabs(d.purity - purity * of_three), d.purity_sampling), "%g %g %g", d.purity,
              purity * of_three, d.purity_sampling);
    cr_expect(lt(dbl, d.purity_sampling, 0.1));
    /* it goes on from the middle, bit for bit */
    double complex last = case_mean(r, "n[1]");
    cr_assert(eq(int, qfp_reference_load(r, carried), QFP_OK));
    case_evolve(r, 1.0);
    cr_expect(eq(dbl, creal(case_mean(r, "n[1]")), creal(last)));
    free(carried);
    qfp_reference_destroy(r);
    qfp_config_destroy(config);
}

/* A thermal mode with a bath whose rate varies, and dephasing of a superposition in another. */
Test(reference_trajectories, a_mixture_and_a_rate_that_varies)
{
    qfp_reference *r = NULL;
    qfp_config *config = load(
        "hamiltonian: {modes: 3, operator: \"0\"}\n"
        "solver: {levels: [30, 9, 9]}\n"
        "output: {times: [0, 0.8]}\n"
        "dissipation:\n"
        "  - {operator: \"a[1]\", rate: \"1 + t\"}\n"
        "  - {operator: \"n[2]\", rate: 0.5}\n"
        "initial: {product: [{thermal: {nbar: 1.2}},\n"
        "  {superposition: [{fock: [0], weight: 1}, {fock: [1], weight: \"I\"}]}, {fock: [0]}]}\n");
    cr_assert(eq(int, qfp_reference_create(config, &r), QFP_OK), "%s", qfp_last_error());
    cr_assert(lt(sz, 1000, qfp_reference_trajectories(r)));
    case_evolve(r, 0.8);
    double left = exp(-0.8 - 0.32);
    expect_mean(r, "ad[1]^2*a[1]^2", 2.0 * pow(1.2 * left, 2.0));
    expect_mean(r, "a[2]", CMPLX(0.0, 0.5 * exp(-0.2)));
    qfp_reference_destroy(r);
    qfp_config_destroy(config);
}
