/* What the audit says of dissipation: drift and D+ of single channels by hand, squares, verdicts. */
#include "../support/operators.h"
#include "../support/scratch.h"

#include <stdio.h>
#include <stdlib.h>

#include "qfp/audit.h"
#include "algebra/dissipation_facts.h"

TestSuite(audit_dissipation, .init = scratch_make, .fini = scratch_remove);

static qfp_dissipation_facts facts_of(const char *text, int modes, double rate, int order)
{
    qfp_lindblad l;
    qfp_dissipation_facts f;
    qfp_polynomial wick = wick_of(text, modes);
    qfp_lindblad_init(&l, modes);
    MUST(qfp_lindblad_add(&l, rate, &wick));
    MUST(qfp_dissipation_facts_create(&l, order, &f));
    qfp_polynomial_destroy(&wick);
    qfp_lindblad_destroy(&l);
    return f;
}

static double at(const qfp_polynomial *p, uint8_t q, uint8_t power_of_p)
{
    const uint8_t power[QFP_MAX_VARIABLES] = {q, power_of_p};
    return creal(qfp_polynomial_coefficient(p, power));
}

/* Loss draws in and diffuses Q by γ in both directions; gain drives out and leaves the shape alone. */
Test(audit_dissipation, loss_and_gain)
{
    qfp_dissipation_facts loss = facts_of("a", 1, 0.4, QFP_ORDER_EXACT);
    qfp_dissipation_facts gain = facts_of("ad", 1, 0.4, QFP_ORDER_EXACT);
    cr_expect(epsilon_eq(dbl, at(&loss.drift[0], 1, 0), -0.2, 1e-14));
    cr_expect(epsilon_eq(dbl, at(&loss.drift[1], 0, 1), -0.2, 1e-14));
    cr_expect(epsilon_eq(dbl, at(&gain.drift[0], 1, 0), 0.2, 1e-14));
    for (int a = 0; a < 2; a++)
        cr_expect(epsilon_eq(dbl, at(&loss.diffusion[a][a], 0, 0), 0.4, 1e-14));
    cr_expect(eq(sz, loss.diffusion[0][1].count, 0));
    cr_expect(epsilon_eq(dbl, at(&loss.trace, 0, 0), 0.8, 1e-14));
    cr_expect(eq(sz, gain.trace.count, 0));
    cr_expect(eq(int, loss.order, 2));
    cr_expect(eq(int, gain.order, 1));
    qfp_dissipation_facts_destroy(&loss);
    qfp_dissipation_facts_destroy(&gain);
}

/* Dephasing is a noisy turn: D+ = γ z⊥ z⊥ᵀ, z⊥ = (P, −Q), and the drift −½γ z that keeps the radius. */
Test(audit_dissipation, dephasing)
{
    qfp_dissipation_facts f = facts_of("n", 1, 0.6, QFP_ORDER_EXACT);
    cr_expect(epsilon_eq(dbl, at(&f.diffusion[0][0], 0, 2), 0.6, 1e-14));
    cr_expect(epsilon_eq(dbl, at(&f.diffusion[0][1], 1, 1), -0.6, 1e-14));
    cr_expect(epsilon_eq(dbl, at(&f.diffusion[1][0], 1, 1), -0.6, 1e-14));
    cr_expect(epsilon_eq(dbl, at(&f.diffusion[1][1], 2, 0), 0.6, 1e-14));
    cr_expect(epsilon_eq(dbl, at(&f.drift[0], 1, 0), -0.3, 1e-14));
    qfp_dissipation_facts_destroy(&f);
}

/* D[a²] has four derivatives; a theory of order 2 keeps two. */
Test(audit_dissipation, truncated)
{
    qfp_dissipation_facts whole = facts_of("a^2", 1, 1.0, QFP_ORDER_EXACT);
    qfp_dissipation_facts cut = facts_of("a^2", 1, 1.0, 2);
    cr_expect(eq(int, whole.order, 4));
    cr_expect(lt(sz, 0, whole.beyond.count));
    cr_expect(eq(int, cut.order, 2));
    cr_expect(eq(sz, cut.beyond.count, 0));
    qfp_dissipation_facts_destroy(&whole);
    qfp_dissipation_facts_destroy(&cut);
}

static qfp_audit audit_of(const char *dissipation, const char *more)
{
    char *path = qfpi_format("%s/config.yaml", scratch_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    fprintf(file,
            "hamiltonian: {operator: \"ad^2*a^2/2\"}\ndissipation: [%s]\ninitial: {coherent: [0]}\n"
            "output: {times: [0, 1]}\n%s",
            dissipation, more);
    fclose(file);
    qfp_config *config = NULL;
    qfp_audit audit = {0};
    MUST(qfp_config_load(path, NULL, 0, &config));
    MUST(qfp_audit_create(config, &audit));
    qfp_config_destroy(config);
    free(path);
    return audit;
}

static void says(const char *text, const char *words, bool does)
{
    cr_expect(eq(int, strstr(text, words) != NULL, does), "'%s' in:\n%s", words, text);
}

Test(audit_dissipation, report)
{
    qfp_audit a = audit_of("{operator: a, rate: 0.25}, {operator: ad^2, rate: 0.5}, "
                           "{operator: a^2, rate: 'sin(t)^2'}",
                           "");
    says(a.text, "γ as typed: sin(t)^2", true);
    says(a.text, "γ at t = 0 = 0", true);
    says(a.text, "all of this is of t = 0", true);
    says(a.text, "dQ/dt = −(1/8) Q", true);
    says(a.text, "Tr D+ = 0.5", false); /* fractions */
    says(a.text, "Tr D+ = 1/2", true);
    says(a.text, "[c, c†] = −4 α α* − 2", true);
    says(a.text, "at most 0.125", true);
    says(a.text, "✓ well-posed", true);
    says(a.text, "✗ C4 time reversal", true);
    says(a.json, "\"channel_3\"", true);
    says(a.json, "\"rest_bound\"", true);
    qfp_audit_destroy(&a);
}

Test(audit_dissipation, what_a_theory_truncates_is_said)
{
    qfp_audit a = audit_of("{operator: a^2, rate: 1}", "theory: {order: 2}\n");
    says(a.text, "theory.order: 2 drops the derivatives of order 3 to 4 of the dissipation", true);
    says(a.text, "✗ theory.order", true);
    qfp_audit_destroy(&a);
    a = audit_of("{operator: a, rate: 1}", "theory: {order: 2}\n");
    says(a.text, "✓ well-posed", true);
    qfp_audit_destroy(&a);
}

/* The square of growing channels is bounded as far as the trace norm is, and that is said. */
Test(audit_dissipation, a_rest_that_grows_is_no_bound)
{
    qfp_audit a = audit_of("{operator: a^2, rate: 1}", "");
    says(a.text, "grows with the number of quanta", true);
    says(a.json, "\"rest_bound\": null", true);
    qfp_audit_destroy(&a);
}
