#include "algebra/print.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

#define SAME 1e-12 /* relative difference that counts as rounding */

/* A number as (numerator/denominator)√root, or as decimals when denominator is 0. */
typedef struct magnitude {
    double decimals;
    int numerator, denominator, root; /* root is 1 or 2 */
} magnitude;

/* Orderings, factorials and α = (Q + iP)/√2 make these denominators and no others; a parameter such
 * as 0.1 is better left as it was written. */
static magnitude recognise(double value)
{
    static const int denominators[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
    for (int root = 1; root <= 2; root++)
        for (size_t d = 0; d < sizeof denominators / sizeof *denominators; d++) {
            double scaled = value / sqrt(root) * denominators[d], whole = round(scaled);
            if (whole >= 1.0 && whole <= 9999.0 && fabs(scaled - whole) <= SAME * whole)
                return (magnitude){value, (int)whole, denominators[d], root};
        }
    return (magnitude){.decimals = value};
}

/* What stands above the fraction bar: "3", "√2", "3i√2", "i"; "1" when nothing else does. */
static void put_numerator(qfp_text *s, const magnitude *m, bool imaginary, bool latex)
{
    if (m->numerator > 1 || (m->root == 1 && !imaginary))
        qfpi_text_put(s, "%d", m->numerator);
    if (imaginary)
        qfpi_text_put(s, "i");
    if (m->root == 2)
        qfpi_text_put(s, latex ? "\\sqrt{2}" : "√2");
}

/* |value|, or i|value|; `bracket` keeps a fraction apart from the letters after it. */
static void put_magnitude(qfp_text *s, double value, bool imaginary, bool bracket, bool latex)
{
    magnitude m = recognise(fabs(value));
    if (m.denominator == 0) {
        qfpi_text_put(s, "%.10g%s", m.decimals, imaginary ? "i" : "");
    } else if (m.denominator == 1) {
        put_numerator(s, &m, imaginary, latex);
    } else if (latex) {
        qfpi_text_put(s, "\\frac{");
        put_numerator(s, &m, imaginary, latex);
        qfpi_text_put(s, "}{%d}", m.denominator);
    } else {
        qfpi_text_put(s, bracket ? "(" : "");
        put_numerator(s, &m, imaginary, latex);
        qfpi_text_put(s, bracket ? "/%d)" : "/%d", m.denominator);
    }
}

static const char *minus(bool latex)
{
    return latex ? "-" : "−";
}

/* The sign and the coefficient of a term; a factor 1 in front of letters is left out. */
static void put_coefficient(qfp_text *s, double complex c, bool first, bool has_letters, bool latex)
{
    double re = creal(c), im = cimag(c), tiny = SAME * cabs(c);
    bool has_re = fabs(re) > tiny, has_im = fabs(im) > tiny;
    if (has_re && has_im) {
        qfpi_text_put(s, "%s(%s", first ? "" : " + ", re < 0.0 ? minus(latex) : "");
        put_magnitude(s, re, false, false, latex);
        qfpi_text_put(s, " %s ", im < 0.0 ? minus(latex) : "+");
        put_magnitude(s, im, true, false, latex);
        qfpi_text_put(s, has_letters ? ") " : ")");
        return;
    }
    double value = has_im ? im : re;
    if (first)
        qfpi_text_put(s, "%s", value < 0.0 ? minus(latex) : "");
    else
        qfpi_text_put(s, " %s ", value < 0.0 ? minus(latex) : "+");
    if (has_letters && !has_im && fabs(fabs(value) - 1.0) <= SAME)
        return;
    put_magnitude(s, value, has_im, has_letters, latex);
    qfpi_text_put(s, has_letters ? " " : "");
}

/* One family of letters: its text and LaTeX names; a conjugate's star stands with its power. */
typedef struct letters {
    const char *text, *latex;
    bool conjugate;
} letters;

static const letters ALPHA = {"α", "\\alpha", false}, ALPHA_C = {"α", "\\alpha", true},
                     D = {"∂", "\\partial", false}, D_BAR = {"∂̄", "\\bar\\partial", false},
                     POSITION = {"Q", "Q", false}, MOMENTUM = {"P", "P", false};

static void put_letter(qfp_text *s, const letters *l, int mode, int modes, int power, bool latex)
{
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    static const char *const lowered[] = {"₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈"};
    qfpi_text_put(s, "%s", latex ? l->latex : l->text);
    if (modes > 1 && latex)
        qfpi_text_put(s, "_{%d}", mode + 1);
    else if (modes > 1)
        qfpi_text_put(s, "%s", lowered[mode]);
    if (!latex) {
        qfpi_text_put(s, l->conjugate ? "*" : "");
        if (power > 9)
            qfpi_text_put(s, "%s", raised[power / 10 % 10]);
        if (power > 1)
            qfpi_text_put(s, "%s", raised[power % 10]);
    } else if (l->conjugate || power > 1) {
        qfpi_text_put(s, "^{%s", l->conjugate ? "*" : "");
        qfpi_text_put(s, power > 1 ? "%d}" : "}", power);
    }
}

static void put_word(qfp_text *s, const uint8_t *power, const letters *const *family,
                     const char *between, int modes, bool latex)
{
    const char *separator = "";
    for (int v = 0; v < 2 * modes; v++) {
        if (power[v] == 0)
            continue;
        qfpi_text_put(s, "%s", separator);
        put_letter(s, family[v / modes], v % modes, modes, power[v], latex);
        separator = between;
    }
}

static int sum_of(const uint8_t *power, int count)
{
    int sum = 0;
    for (int v = 0; v < count; v++)
        sum += power[v];
    return sum;
}

/* Terms in two families of letters, powers starting at variable `from`: highest degree first. */
static void put_terms(qfp_text *s, const qfp_term *terms, size_t count, int from,
                      const letters *const *family, int modes, bool latex)
{
    int highest = 0;
    bool first = true;
    for (size_t t = 0; t < count; t++) {
        int degree = sum_of(terms[t].power + from, 2 * modes);
        highest = degree > highest ? degree : highest;
    }
    for (int degree = highest; degree >= 0; degree--)
        for (size_t t = count; t-- > 0;) {
            const uint8_t *power = terms[t].power + from;
            if (sum_of(power, 2 * modes) != degree)
                continue;
            put_coefficient(s, terms[t].coefficient, first, degree > 0, latex);
            put_word(s, power, family, " ", modes, latex);
            first = false;
        }
    if (count == 0)
        qfpi_text_put(s, "0");
}

char *qfp_print_symbol(const qfp_polynomial *symbol, int modes, qfp_print_style style)
{
    const letters *const family[] = {&ALPHA, &ALPHA_C};
    qfp_text s = {0};
    put_terms(&s, symbol->terms, symbol->count, 0, family, modes, style == QFP_PRINT_LATEX);
    return qfpi_text_finish(&s);
}

char *qfp_print_real_symbol(const qfp_polynomial *symbol, int modes, qfp_print_style style)
{
    const letters *const family[] = {&POSITION, &MOMENTUM};
    qfp_text s = {0};
    put_terms(&s, symbol->terms, symbol->count, 0, family, modes, style == QFP_PRINT_LATEX);
    return qfpi_text_finish(&s);
}

/* α ↔ α*, ∂ ↔ ∂̄ */
static void conjugate_power(const uint8_t *power, int modes, uint8_t *out)
{
    size_t n = (size_t)modes;
    for (size_t family = 0; family < 4; family++)
        memcpy(out + (family ^ 1) * n, power + family * n, n);
}

/* Is L the sum of a half and its complex conjugate, as the generator of a Hermitian H is? */
static bool is_real(const qfp_polynomial *generator, int modes)
{
    double floor = SAME * qfp_polynomial_norm(generator);
    for (size_t t = 0; t < generator->count; t++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        conjugate_power(generator->terms[t].power, modes, power);
        double complex partner = qfp_polynomial_coefficient(generator, power);
        if (cabs(generator->terms[t].coefficient - conj(partner)) > floor)
            return false;
    }
    return true;
}

typedef enum selection { ALL_WORDS, SELF_CONJUGATE, ONE_OF_EACH_PAIR } selection;

static bool is_selected(const uint8_t *derivatives, int modes, selection which)
{
    size_t n = (size_t)modes;
    int order = memcmp(derivatives, derivatives + n, n); /* the powers of ∂ against those of ∂̄ */
    return which == ALL_WORDS || (which == SELF_CONJUGATE ? order == 0 : order < 0);
}

/* The terms grouped by their derivatives, lowest order first; says how many groups it wrote. They
 * are sorted with the derivatives as leading key, so equal derivatives are neighbours. */
static int put_groups(qfp_text *s, const qfp_polynomial *generator, int modes, int order,
                      selection which, bool latex)
{
    const letters *const derivatives[] = {&D, &D_BAR}, *const coordinates[] = {&ALPHA, &ALPHA_C};
    int half = 2 * modes, groups = 0;
    int highest = qfp_polynomial_degree(generator, 0, half);
    for (int now = order; now <= (order == 0 ? highest : order); now++)
        for (size_t t = 0, end; t < generator->count; t = end) {
            const uint8_t *head = generator->terms[t].power;
            for (end = t + 1; end < generator->count; end++)
                if (memcmp(generator->terms[end].power, head, (size_t)half) != 0)
                    break;
            if (sum_of(head, half) != now || !is_selected(head, modes, which))
                continue;
            qfpi_text_put(s, groups++ > 0 ? " + " : "");
            put_word(s, head, derivatives, "", modes, latex);
            qfpi_text_put(s, "(");
            put_terms(s, generator->terms + t, end - t, half, coordinates, modes, latex);
            qfpi_text_put(s, ")");
        }
    return groups;
}

static bool has_groups(const qfp_polynomial *generator, int modes, int order, selection which)
{
    for (size_t t = 0; t < generator->count; t++) {
        const uint8_t *power = generator->terms[t].power;
        if ((order == 0 || sum_of(power, 2 * modes) == order) && is_selected(power, modes, which))
            return true;
    }
    return false;
}

char *qfp_print_generator(const qfp_polynomial *generator, int modes, int order,
                          qfp_print_style style)
{
    qfp_text s = {0};
    bool latex = style == QFP_PRINT_LATEX;
    const char *conjugate = latex ? " + \\mathrm{c.c.}" : " + c.c.";
    if (!has_groups(generator, modes, order, ALL_WORDS)) {
        qfpi_text_put(&s, "0");
    } else if (!is_real(generator, modes)) {
        put_groups(&s, generator, modes, order, ALL_WORDS, latex);
    } else {
        bool alone = put_groups(&s, generator, modes, order, SELF_CONJUGATE, latex) > 0;
        if (has_groups(generator, modes, order, ONE_OF_EACH_PAIR)) {
            qfpi_text_put(&s, alone ? " + [" : "");
            put_groups(&s, generator, modes, order, ONE_OF_EACH_PAIR, latex);
            qfpi_text_put(&s, alone ? "%s]" : "%s", conjugate);
        }
    }
    return qfpi_text_finish(&s);
}
