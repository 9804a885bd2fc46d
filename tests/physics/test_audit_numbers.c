/* The measured section of the audit: closed forms for Kerr and quadratic Hamiltonians, controls
 * that must be seen to fail, and the same rows in text, LaTeX and JSON. */
#include "../support/operators.h"
#include "../support/scratch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "qfp/audit.h"
#include "run/audit_density.h"
#include "run/audit_numbers.h"

TestSuite(audit_numbers, .init = scratch_make, .fini = scratch_remove);

static qfp_config *configuration(const char *operator, int modes, const char *more)
{
    static const char *const vacuum[] = {"", "0.0", "0.0, 0.0", "0.0, 0.0, 0.0"};
    char text[1024];
    qfp_config *config = NULL;
    int length = snprintf(text, sizeof text,
                          "hamiltonian:\n  modes: %d\n  operator: \"%s\"\ninitial: {coherent: "
                          "[%s]}\noutput: {times: [0, 1]}\n%s",
                          modes, operator, vacuum[modes], more);
    scratch_write(scratch_path("config.yaml"), text, (size_t)length);
    MUST(qfp_config_load(scratch_path("config.yaml"), NULL, 0, &config));
    return config;
}

static qfp_audit_numbers numbers_of(const char *operator, int modes, const char *more)
{
    qfp_config *config = configuration(operator, modes, more);
    qfp_audit_facts facts;
    qfp_audit_numbers numbers;
    MUST(qfp_audit_facts_create(config, &facts));
    MUST(qfp_audit_numbers_find(config, &facts, &numbers));
    qfp_audit_facts_destroy(&facts);
    qfp_config_destroy(config);
    return numbers;
}

static qfp_audit audit_of(const char *operator, int modes, const char *more)
{
    qfp_config *config = configuration(operator, modes, more);
    qfp_audit audit = {0};
    MUST(qfp_audit_create(config, &audit));
    qfp_config_destroy(config);
    return audit;
}

static const char kerr[] = "0.5*ad^2*a^2", quartic[] = "n + 0.1*x^4";

/* H_aW = |α|⁴/2 − 2|α|² + 1, so α̇ = −i(|α|² − 2)α and ∂²H = α*²; on Q = e^{−|α − β|²}
 *     L₁Q/Q = 2 Re(α̇(α* − β*)),   L₂Q/Q = C Im(2 − 4α*(α − β) + α*²(α − β)²). */
static double kerr_by_hand(double C, double complex alpha, double complex beta)
{
    double complex velocity = -I * (creal(alpha * conj(alpha)) - 2.0) * alpha;
    double complex x = conj(alpha) * (alpha - beta);
    return 2.0 * creal(velocity * conj(alpha - beta)) + C * cimag(2.0 - 4.0 * x + x * x);
}

Test(audit_numbers, generator_on_a_gaussian_density)
{
    static const double complex points[] = {0.3 - 0.2 * I, 1.7 + 0.9 * I, -0.4 + 2.1 * I};
    const uint8_t zero[QFP_MAX_VARIABLES] = {0};
    const qfp_audit_density density = {.modes = 1, .s = 1.0, .centre = {1.1 + 0.6 * I}};
    for (int theory = 0; theory < 3; theory++) {
        double C = (double[]){1.0, 0.9, 0.0}[theory];
        qfp_polynomial generator = generator_of(kerr, 1, 2, C, 0.0), one, image;
        qfp_polynomial_init(&one, 2);
        qfp_polynomial_init(&image, 2);
        MUST(qfp_polynomial_add_term(&one, 1.0, zero));
        MUST(qfp_audit_density_apply(&density, &generator, &one, &image));
        for (int p = 0; p < 3; p++) {
            double complex z[2] = {points[p], conj(points[p])};
            double complex value = qfp_polynomial_value(&image, z);
            double expected = kerr_by_hand(C, points[p], 1.1 + 0.6 * I);
            /* values of size 10 from a dozen products */
            cr_assert(epsilon_eq(dbl, creal(value), expected, 1e-12));
            cr_assert(lt(dbl, fabs(cimag(value)), 1e-12));
        }
        qfp_polynomial_destroy(&generator);
        qfp_polynomial_destroy(&one);
        qfp_polynomial_destroy(&image);
    }
}

Test(audit_numbers, kerr_keeps_every_constraint)
{
    qfp_audit_numbers m = numbers_of(kerr, 1, "");
    /* rounding of sums of a few products, relative to the largest */
    cr_assert(lt(dbl, m.asymmetry, 1e-14));
    cr_assert(lt(dbl, m.trace, 1e-14));
    cr_assert(lt(dbl, m.pairing, 1e-13));
    cr_assert(lt(dbl, m.partners, 1e-13));
    cr_assert(lt(dbl, m.contraction, 1e-13));
    cr_assert(lt(dbl, m.energy, 1e-14));
    cr_assert(eq(int, m.reversal_state, QFP_REVERSAL_MEASURED));
    cr_assert(lt(dbl, m.reversal, 1e-9)); /* two legs at tolerance 1e-11 */
    /* Weyl's quadratic part −n: its Hessian is a multiple of the identity at the right length, and
     * −diag(s², 1/s²) at length s = 3/2, D = ½(s² − 1/s²) off the diagonal */
    cr_assert(lt(dbl, m.free_part, 1e-14));
    cr_assert(epsilon_eq(dbl, m.free_part_stretched, 0.5 * (2.25 - 1.0 / 2.25), 1e-13));
    cr_assert(lt(dbl, m.free_part_error, 1e-13));
    /* the second order is proportional to C: exactly the first order of (1 − C) */
    cr_assert(lt(dbl, m.schrodinger_own, 1e-12));
    cr_assert(lt(dbl, m.schrodinger[3], 1e-12));
    cr_assert(lt(dbl, 0.1, m.schrodinger[0]));
    cr_assert(epsilon_eq(dbl, m.schrodinger[1] / m.schrodinger[0], 0.2, 1e-10));
    cr_assert(epsilon_eq(dbl, m.schrodinger[2] / m.schrodinger[0], 0.02, 1e-10));
    cr_assert(epsilon_eq(dbl, m.schrodinger_order, 1.0, 1e-9));
    /* the drift itself carries κ, by the reordering of n² (−2 against |α|²/κ): the slope from κ/16
     * to κ/64 lies within that of 1 */
    cr_assert(epsilon_eq(dbl, m.classical_order, 1.0, 0.1));
    cr_assert(lt(dbl, m.classical[1], m.classical[0]));
}

/* Control: C = 0.9 is told from C = 1, by the distance and by a diffusion nine tenths as large. */
Test(audit_numbers, another_C_is_seen)
{
    qfp_audit_numbers quantum = numbers_of(kerr, 1, "");
    qfp_audit_numbers m = numbers_of(kerr, 1, "theory: {order: 2, C: 0.9}\n");
    cr_assert(epsilon_eq(dbl, m.schrodinger_own / m.schrodinger[0], 0.2, 1e-10));
    cr_assert(lt(dbl, 1e-2, m.schrodinger_own));
    for (int i = 0; i < QFP_AUDIT_STEPS; i++) /* Liouville's own size does not depend on C */
        cr_assert(epsilon_eq(dbl, m.classical[i] / quantum.classical[i], 0.9, 1e-10));
    cr_assert(eq(int, m.reversal_state, QFP_REVERSAL_NOT_SKEW));
    cr_assert(isnan(m.reversal));
    cr_assert(lt(dbl, m.trace, 1e-14)); /* the constraints hold for any C */
    cr_assert(lt(dbl, m.contraction, 1e-13));
}

/* H = ½(w²x² + p²): D_QP = (C/2κ)(w² − 1), and nothing of higher order anywhere. */
Test(audit_numbers, quadratic_by_hand)
{
    static const struct {
        const char *operator, * more;
        double w2, C_over_kappa;
    } cases[] = {
        {"0.5*(4*x^2 + p^2)", "", 4.0, 1.0},
        {"0.5*(4*x^2 + p^2)", "theory: {order: 2, C: 0.3}\n", 4.0, 0.3},
        {"0.5*(4*x^2 + p^2)", "kappa: 0.5\n", 4.0, 2.0},
        {"0.5*p^2", "", 0.0, 1.0},
    };
    for (int i = 0; i < 4; i++) {
        qfp_audit_numbers m = numbers_of(cases[i].operator, 1, cases[i].more);
        double half = 0.5 * cases[i].C_over_kappa, w2 = cases[i].w2;
        cr_assert(epsilon_eq(dbl, m.free_part, half * fabs(w2 - 1.0), 1e-13));
        cr_assert(
            epsilon_eq(dbl, m.free_part_stretched, half * fabs(2.25 * w2 - 1.0 / 2.25), 1e-13));
        cr_assert(lt(dbl, m.free_part_error, 1e-13));
        /* the symbol changes by a constant only: exactly proportional to κ */
        cr_assert(epsilon_eq(dbl, m.classical_order, 1.0, 1e-9), "case %d", i);
        cr_assert(epsilon_eq(dbl, m.classical[3] / m.classical[0], 1.0 / 64.0, 1e-10));
    }
}

/* Control: the oscillator n written at lengths 3/2 times its own has D ≠ 0, the D that the
 * stretched row of n itself predicts. */
Test(audit_numbers, wrong_length_is_seen)
{
    qfp_audit_numbers right = numbers_of("0.5*(x^2 + p^2)", 1, "");
    qfp_audit_numbers wrong = numbers_of("0.5*(2.25*x^2 + p^2/2.25)", 1, "");
    cr_assert(lt(dbl, right.free_part, 1e-14));
    cr_assert(isnan(right.classical_order)); /* D = 0: Liouville's equation itself */
    cr_assert(isnan(right.schrodinger_order));
    cr_assert(lt(dbl, 0.5, wrong.free_part));
    cr_assert(epsilon_eq(dbl, wrong.free_part, right.free_part_stretched, 1e-13));
    cr_assert(lt(dbl, 1e-2, wrong.classical[0]));
}

/* Control: H = n + 0.4 p is not even in P, and the round trip does not close. */
Test(audit_numbers, odd_in_p_is_seen)
{
    qfp_audit_numbers even = numbers_of("n + 0.4*x", 1, ""), odd = numbers_of("n + 0.4*p", 1, "");
    cr_assert(lt(dbl, even.reversal, 1e-9));
    cr_assert(lt(dbl, 1e-3, odd.reversal));
    qfp_audit report = audit_of("n + 0.4*p", 1, "");
    cr_assert(strstr(report.json, "C4_odd_part") != NULL);
    cr_assert(strstr(report.json, "the odd part 0.4 P changes sign") != NULL, "%s", report.json);
    qfp_audit_destroy(&report);
}

/* x⁴ at second order: no C makes it Schrödinger's, and the report must not say that C = 1 does. */
Test(audit_numbers, truncated_quartic_is_never_quantum_theory)
{
    qfp_audit_numbers m = numbers_of(quartic, 1, "theory: {order: 2, C: 1}\n");
    for (int i = 0; i < QFP_AUDIT_STEPS; i++)
        cr_assert(lt(dbl, 0.1, m.schrodinger[i]));
    cr_assert(isnan(m.schrodinger_order));
    cr_assert(eq(dbl, m.schrodinger_own, m.schrodinger[3]));
    qfp_audit report = audit_of(quartic, 1, "theory: {order: 2, C: 1}\n");
    cr_assert(strstr(report.text, "no C measured makes this theory Schr") != NULL);
    cr_assert(strstr(report.json, "tells C = 1") == NULL);
    cr_assert(strstr(report.json, "\"C_order\": null, \"C_order_why\": \"the distance at C = 1") !=
              NULL);
    qfp_audit_destroy(&report);
    report = audit_of(kerr, 1, "");
    cr_assert(strstr(report.json, "tells C = 1") != NULL);
    qfp_audit_destroy(&report);
}

Test(audit_numbers, what_is_not_measured_has_a_reason)
{
    static const struct {
        const char *operator, * more;
        int modes;
        const char *says;
    } cases[] = {
        {kerr, "theory: {order: 2, C: 0.9}\n", 1, "not skew"},
        {"n[1] + n[2] + n[3]", "", 3, "three modes or more"},
        {"n", "", 1, "this is Liouville's equation"},
        {"n", "", 1, "vanishes at every C measured"},
        {quartic, "theory: {order: 2}\n", 1, "does not vanish"},
    };
    for (int i = 0; i < 5; i++) {
        qfp_audit report = audit_of(cases[i].operator, cases[i].modes, cases[i].more);
        cr_assert(strstr(report.text, cases[i].says) != NULL, "%s", report.text);
        cr_assert(strstr(report.json, cases[i].says) != NULL);
        cr_assert(strstr(report.latex, cases[i].says) != NULL);
        cr_assert(strstr(report.text, "nan") == NULL);
        cr_assert(strstr(report.latex, "nan") == NULL);
        qfp_audit_destroy(&report);
    }
}

/* The row of a JSON key as LaTeX writes it: "\mathrm{C1\_order} &= ". */
static void latex_row(const char *key, size_t length, char *out)
{
    out += sprintf(out, "\\mathrm{");
    for (size_t i = 0; i < length; i++) {
        if (key[i] == '_')
            *out++ = '\\';
        *out++ = key[i];
    }
    sprintf(out, "} &= ");
}

/* Every number of the JSON section "measured" is the number LaTeX prints; the count of rows. */
static int compare_rows(const qfp_audit *report)
{
    const char *at = strstr(report->json, "\"measured\": {");
    int rows = 0;
    cr_assert(at != NULL);
    at = strchr(at, '{') + 1;
    while (*at != '}') {
        const char *key = strchr(at, '"') + 1, *end = strchr(key, '"'), *value = end + 3;
        if (*value == '"') { /* a sentence: none of those here holds an escaped quote */
            at = strchr(value + 1, '"') + 1;
            continue;
        }
        char row[256], number[64];
        latex_row(key, (size_t)(end - key), row);
        const char *latex = strstr(report->latex, row);
        cr_assert(latex != NULL, "LaTeX has no row '%s'", row);
        latex += strlen(row);
        if (strncmp(value, "null", 4) == 0) {
            cr_assert(strncmp(latex, "\\text{none: ", 12) == 0, "%.40s", latex);
        } else {
            int digits = snprintf(number, sizeof number, "%.10g", strtod(value, NULL));
            cr_assert(strncmp(latex, number, (size_t)digits) == 0, "%s: %s in JSON, %.20s in LaTeX",
                      row, number, latex);
        }
        at = value + strcspn(value, ",}");
        rows++;
    }
    return rows;
}

Test(audit_numbers, latex_and_json_agree)
{
    static const char *const more[] = {"", "theory: {order: 2, C: 0.9}\n", "kappa: 0.5\n"};
    for (int i = 0; i < 3; i++) {
        qfp_audit report = audit_of(i == 2 ? quartic : kerr, 1, more[i]);
        /* 8 distances and their own, 2 orders, 2 + 1 of C4, 2 of C5, 2 of C6, 3 of C7 */
        cr_assert(eq(int, compare_rows(&report), 21));
        qfp_audit_destroy(&report);
    }
}
