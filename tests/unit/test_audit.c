/* The audit: drift and diffusion by hand, verdicts of known theories, and well-formed reports. */
#include "../support/operators.h"
#include "../support/scratch.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "qfp/audit.h"
#include "run/audit_facts.h"

TestSuite(audit, .init = scratch_make, .fini = scratch_remove);

/* A configuration of `modes` modes; `more` is extra YAML. */
static qfp_config *configuration(const char *operator, int modes, const char *more)
{
    char *path = qfpi_format("%s/config.yaml", scratch_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    fprintf(file,
            "hamiltonian:\n  modes: %d\n  operator: \"%s\"\ninitial: {coherent: [%s]}\n"
            "output: {times: [0, 1]}\n%s",
            modes, operator, modes == 1 ? "0.0" : "0.0, 0.0", more);
    fclose(file);
    qfp_config *config = NULL;
    MUST(qfp_config_load(path, NULL, 0, &config));
    free(path);
    return config;
}

static qfp_audit audit_of(const char *operator, int modes, const char *more)
{
    qfp_audit audit = {0};
    qfp_config *config = configuration(operator, modes, more);
    MUST(qfp_audit_create(config, &audit));
    qfp_config_destroy(config);
    return audit;
}

static void facts_of(const char *operator, int modes, const char *more, qfp_audit_facts *facts)
{
    qfp_config *config = configuration(operator, modes, more);
    MUST(qfp_audit_facts_create(config, facts));
    qfp_config_destroy(config);
}

static double real_coefficient(const qfp_polynomial *p, const uint8_t *power)
{
    return creal(coefficient_of(p, power));
}

/* n₁n₂: H_aW = (R₁ − 1)(R₂ − 1), R = (Q² + P²)/2.  H_Q1Q2 = Q₁Q₂ and so on, so
 * D_Q1Q2 = −½(Q₁P₂ + P₁Q₂), D_Q1P2 = ½(Q₁Q₂ − P₁P₂), and nothing inside one mode. */
Test(audit, diffusion_of_cross_kerr_by_hand)
{
    qfp_audit_facts f;
    facts_of("n[1]*n[2]", 2, "kappa: 1.0\n", &f);
    /* axes and variables: Q₁ Q₂ P₁ P₂; tolerances: products of √½ */
    cr_assert(
        epsilon_eq(dbl, real_coefficient(&f.diffusion[0][1], POWERS(1, 0, 0, 1)), -0.5, 1e-14));
    cr_assert(
        epsilon_eq(dbl, real_coefficient(&f.diffusion[0][1], POWERS(0, 1, 1, 0)), -0.5, 1e-14));
    cr_assert(eq(sz, f.diffusion[0][1].count, 2));
    cr_assert(
        epsilon_eq(dbl, real_coefficient(&f.diffusion[0][3], POWERS(1, 1, 0, 0)), 0.5, 1e-14));
    cr_assert(
        epsilon_eq(dbl, real_coefficient(&f.diffusion[0][3], POWERS(0, 0, 1, 1)), -0.5, 1e-14));
    cr_assert(eq(sz, f.diffusion[0][3].count, 2));
    cr_assert(eq(sz, f.diffusion[0][0].count, 0));
    cr_assert(eq(sz, f.diffusion[0][2].count, 0));
    /* dQ₁/dt = ∂H/∂P₁ = P₁(R₂ − 1) */
    cr_assert(eq(sz, f.drift[0].count, 3));
    cr_assert(epsilon_eq(dbl, real_coefficient(&f.drift[0], POWERS(0, 2, 1, 0)), 0.5, 1e-14));
    cr_assert(epsilon_eq(dbl, real_coefficient(&f.drift[0], POWERS(0, 0, 1, 0)), -1.0, 1e-14));
    cr_assert(epsilon_eq(dbl, real_coefficient(&f.drift[2], POWERS(1, 0, 0, 0)), 1.0, 1e-14));
    qfp_audit_facts_destroy(&f);
}

/* −Σ ∂_a(v_a f) + ½ Σ ∂_a∂_b(D_ab f) with the audit's drift and diffusion (Eq. 56) */
static void apply_fokker_planck(const qfp_audit_facts *facts, const qfp_polynomial *f,
                                qfp_polynomial *out)
{
    int axes = 2 * facts->modes;
    qfp_polynomial term;
    qfp_polynomial_init(&term, axes);
    for (int a = 0; a < axes; a++) {
        MUST(qfp_polynomial_multiply(&facts->drift[a], f, &term));
        MUST(qfp_polynomial_differentiate(&term, a, &term));
        MUST(qfp_polynomial_add(out, -1.0, &term, out));
        for (int b = 0; b < axes; b++) {
            MUST(qfp_polynomial_multiply(&facts->diffusion[a][b], f, &term));
            MUST(qfp_polynomial_differentiate(&term, a, &term));
            MUST(qfp_polynomial_differentiate(&term, b, &term));
            MUST(qfp_polynomial_add(out, 0.5, &term, out));
        }
    }
    qfp_polynomial_destroy(&term);
}

/* Σ ∂^m(c_m f) with the complex generator at c = 0 */
static void apply_generator(const qfp_polynomial *l, const qfp_polynomial *f, qfp_polynomial *out)
{
    int half = l->variables / 2;
    for (size_t t = 0; t < l->count; t++) {
        qfp_polynomial term;
        qfp_polynomial_init(&term, half);
        MUST(qfp_polynomial_add_term(&term, l->terms[t].coefficient, l->terms[t].power + half));
        MUST(qfp_polynomial_multiply(&term, f, &term));
        for (int v = 0; v < half; v++)
            for (int k = 0; k < l->terms[t].power[v]; k++)
                MUST(qfp_polynomial_differentiate(&term, v, &term));
        MUST(qfp_polynomial_add(out, 1.0, &term, out));
        qfp_polynomial_destroy(&term);
    }
}

/* Drift, D, their signs and factors, C and κ: the real equation is the complex one. */
Test(audit, drift_and_diffusion_are_the_generator)
{
    static const char *const more[] = {"kappa: 1.0\n", "theory: {order: 2, C: 0.3}\n",
                                       "kappa: 0.5\n", "theory: {order: 1}\n"};
    for (int i = 0; i < 4; i++) {
        qfp_audit_facts facts;
        facts_of("n[1]^2 + n[1]*n[2] + 0.7*hc(I*ad[1]*a[2]^2) + x[2]^2", 2, more[i], &facts);
        qfp_polynomial f = random_hermitian(2, 3, 61 + (uint64_t)i), f_real, left, right;
        qfp_polynomial_init(&f_real, 4);
        qfp_polynomial_init(&left, 4);
        qfp_polynomial_init(&right, 4);
        apply_generator(&facts.equation.husimi, &f, &left);
        MUST(qfp_symbol_to_real(&left, &left));
        MUST(qfp_symbol_to_real(&f, &f_real));
        apply_fokker_planck(&facts, &f_real, &right);
        double norm = qfp_polynomial_norm(&left);
        cr_assert(lt(dbl, 0.1, norm));
        cr_assert(lt(dbl, distance(&left, &right), 1e-12 * norm), "%s", more[i]);
        qfp_polynomial_destroy(&f);
        qfp_polynomial_destroy(&f_real);
        qfp_polynomial_destroy(&left);
        qfp_polynomial_destroy(&right);
        qfp_audit_facts_destroy(&facts);
    }
}

Test(audit, verdicts_of_known_theories)
{
    const struct {
        const char *operator, * more;
        int modes;
        bool satisfies_64, balanced, c2, c4, c7;
    } cases[] = {
        {"ad^2*a^2/2", "", 1, true, true, true, true, true},
        {"ad^2*a^2/2", "theory: {order: 2, C: 0.5}\n", 1, true, true, true, true, true},
        {"x^4 + n", "", 1, false, true, false, true, true},
        {"x^4 + n", "theory: {order: 2}\n", 1, false, false, true, true, true},
        {"x^3 + n", "theory: {order: 2}\n", 1, false, true, true, true, true},
        {"p^2/2 + 2*x^2", "", 1, true, true, true, true, false},
        {"I*(ad^2 - a^2)/2", "", 1, true, true, true, false, false},
        {"-hc(ad[1]*a[2]) + sum(j, ad[j]^2*a[j]^2)", "", 2, true, true, true, true, true},
        {"hc(I*ad[1]*a[2])", "", 2, true, true, true, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_audit_facts f;
        facts_of(cases[i].operator, cases[i].modes, cases[i].more, &f);
        const char *what = cases[i].operator;
        cr_expect(eq(int, f.class.satisfies_64, cases[i].satisfies_64), "%s", what);
        cr_expect(eq(int, f.equation.balanced, cases[i].balanced), "%s", what);
        cr_expect(f.holds[QFP_C1_CLASSICAL_LIMIT] && f.holds[QFP_C3_LOCAL_HAMILTONIAN]);
        cr_expect(eq(int, f.holds[QFP_C2_FOKKER_PLANCK_FORM], cases[i].c2), "%s", what);
        cr_expect(eq(int, f.holds[QFP_C4_TIME_REVERSAL], cases[i].c4), "%s", what);
        cr_expect(f.holds[QFP_C5_ENERGY] && f.holds[QFP_C6_MINIMALITY], "%s", what);
        cr_expect(eq(int, f.holds[QFP_C7_FREE_PART], cases[i].c7), "%s", what);
        qfp_audit_facts_destroy(&f);
    }
}

/* p²/2 + 2x²: ω = 2, the Hessian is diag(4, 1), and D_QP = ½(4 − 1) says what C7 complains of. */
Test(audit, free_part_with_the_wrong_length)
{
    qfp_audit_facts f;
    facts_of("p^2/2 + 2*x^2", 1, "", &f);
    cr_assert(epsilon_eq(dbl, f.free_hessian[0][0], 4.0, 1e-14)); /* squares of √½ */
    cr_assert(epsilon_eq(dbl, f.free_hessian[1][1], 1.0, 1e-14));
    cr_assert(epsilon_eq(dbl, real_coefficient(&f.diffusion[0][1], POWERS(0, 0)), 1.5, 1e-14));
    qfp_audit_facts_destroy(&f);
}

static void assert_says(const char *text, const char *words)
{
    cr_expect(strstr(text, words) != NULL, "'%s' is missing in:\n%s", words, text);
}

Test(audit, text_of_kerr)
{
    qfp_audit a = audit_of("ad^2*a^2/2", 1, "title: Kerr\n");
    cr_assert(eq(int, strncmp(a.text, "Kerr\n", 5), 0));
    cr_assert(a.satisfies_64 && a.balanced);
    assert_says(a.text, "operator as typed: ad^2*a^2/2");
    assert_says(a.text, "H_antiWick = (1/2) α² α*² − 2 α α* + 1");
    assert_says(a.text, "dQ/dt = (1/2) Q² P + (1/2) P³ − 2 P");
    assert_says(a.text, "D(Q, Q) = −Q P");
    assert_says(a.text, "✓ Eq. (64) holds");
    assert_says(a.text, "a run accepts this theory");
    cr_assert(strstr(a.text, "✗") == NULL);
    assert_says(a.latex, "\\begin{align*}");
    assert_says(a.latex, "\\bar\\partial^{2}");
    qfp_audit_destroy(&a);
    qfp_audit_destroy(NULL);
}

Test(audit, an_unbalanced_theory_is_announced_as_refused)
{
    qfp_audit a = audit_of("x^4", 1, "theory: {order: 2}\n");
    cr_assert(not(a.satisfies_64));
    cr_assert(not(a.balanced));
    assert_says(a.text, "✗ not balanced");
    assert_says(a.text, "refused with exit status 3");
    assert_says(a.text, "∂³H/∂α³ = 6 α + 6 α*");
    assert_says(a.json, "\"balanced\": {\"holds\": false");
    qfp_audit_destroy(&a);
}

Test(audit, json_is_well_formed_whatever_the_title)
{
    static const char *const titles[][2] = {
        {"title: plain\n", "plain"},
        {"title: 'say \"hi\" \\ back'\n", "say \"hi\" \\ back"},
        {"title: \"two\\nlines and a \\t tab\"\n", "two\nlines and a \t tab"},
        {"title: \"\\e[31m\"\n", "\x1b[31m"},
        {"title: 'α → β'\n", "α → β"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        qfp_audit a = audit_of("hc(a[1]^2*a[2]) + x[1]^2", 2, titles[i][0]);
        json_t *document = json_loads(a.json, JSON_REJECT_DUPLICATES, NULL);
        cr_assert(document != NULL, "%s", a.json);
        const char *title = json_string_value(json_object_get(document, "title"));
        cr_assert(eq(str, (char *)title, (char *)titles[i][1]));
        json_decref(document);
        cr_assert(strchr(a.text, '\x1b') == NULL);
        assert_says(a.json, "\"kappa\": 1");
        assert_says(a.json, "\"d3_1_1_2\": \"2\"");
        assert_says(a.json, "\"D_Q1_P1\"");
        qfp_audit_destroy(&a);
    }
}

/* Every brace and every environment of the LaTeX closes, and no bare special character is left. */
Test(audit, latex_is_balanced)
{
    qfp_audit a = audit_of("hc(a[1]^2*a[2]) + x[1]^2", 2, "title: '50% of $ & #1_2 {x} ~^'\n");
    int braces = 0, begins = 0, dollars = 0;
    for (const char *c = a.latex; *c != '\0'; c++) {
        if (*c == '\\' && strchr("{}$&#_%\\", c[1]) != NULL) {
            c++;
            continue;
        }
        braces += (*c == '{') - (*c == '}');
        dollars += *c == '$';
        begins += (strncmp(c, "\\begin{", 7) == 0) - (strncmp(c, "\\end{", 5) == 0);
        cr_assert(ge(int, braces, 0));
        cr_assert(ne(chr, *c, '%'));
        cr_assert(ne(chr, *c, '#'));
    }
    cr_assert(eq(int, braces, 0));
    cr_assert(eq(int, begins, 0));
    cr_assert(eq(int, dollars % 2, 0));
    for (const char *c = a.latex; *c != '\0'; c++)
        cr_assert(lt(int, (unsigned char)*c, 0x80), "'%.8s' is left untranslated", c);
    qfp_audit_destroy(&a);
}
