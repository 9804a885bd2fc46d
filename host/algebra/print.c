#include "algebra/print.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

/* |value| as a small fraction, possibly times √2, when it is one to 1e-12; else ten digits. */
static void format_magnitude(double value, bool latex, char *text, size_t size)
{
    const char *roots[2] = {"", latex ? "\\sqrt{2}" : "√2"};
    for (int root = 0; root < 2; root++) {
        double scaled = root == 0 ? value : value / sqrt(2.0);
        for (int denominator = 1; denominator <= 64; denominator++) {
            double numerator = round(scaled * denominator);
            if (numerator < 1.0 || numerator > 1e6 ||
                fabs(scaled * denominator - numerator) > 1e-12 * numerator)
                continue;
            if (denominator == 1 && root == 1 && numerator == 1.0)
                snprintf(text, size, "%s", roots[1]);
            else if (denominator == 1)
                snprintf(text, size, "%.0f%s", numerator, roots[root]);
            else if (latex)
                snprintf(text, size, "\\frac{%.0f}{%d}%s", numerator, denominator, roots[root]);
            else
                snprintf(text, size, "%.0f/%d%s%s", numerator, denominator, root ? " " : "",
                         roots[root]);
            return;
        }
    }
    snprintf(text, size, "%.10g", value);
}

/* Writes "sign coefficient" of a term; a factor 1 in front of letters is left out. */
static void put_coefficient(qfp_text *s, double complex c, bool first, bool has_letters, bool latex)
{
    char re[64], im[64];
    double tiny = 1e-13 * cabs(c);
    bool has_re = fabs(creal(c)) > tiny, has_im = fabs(cimag(c)) > tiny;
    if (has_re && has_im) {
        format_magnitude(fabs(creal(c)), latex, re, sizeof re);
        format_magnitude(fabs(cimag(c)), latex, im, sizeof im);
        qfpi_text_put(s, "%s(%s%s %s %si)%s", first ? "" : " + ", creal(c) < 0.0 ? "-" : "", re,
                      cimag(c) < 0.0 ? "-" : "+", strcmp(im, "1") == 0 ? "" : im,
                      has_letters ? " " : "");
        return;
    }
    double value = has_im ? cimag(c) : creal(c);
    format_magnitude(fabs(value), latex, re, sizeof re);
    bool unit = strcmp(re, "1") == 0;
    qfpi_text_put(s, "%s", value < 0.0 ? (first ? "-" : " - ") : (first ? "" : " + "));
    if (has_im)
        qfpi_text_put(s, "%s%si%s", unit ? "" : re, unit || latex ? "" : " ",
                      has_letters ? " " : "");
    else if (!unit || !has_letters)
        qfpi_text_put(s, "%s%s", re, has_letters ? " " : "");
}

static const char *raised(int power, bool latex, char *buffer, size_t size)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    buffer[0] = '\0';
    if (power == 1)
        return buffer;
    if (latex)
        snprintf(buffer, size, "^{%d}", power);
    else if (power < 10)
        snprintf(buffer, size, "%s", digits[power]);
    else
        snprintf(buffer, size, "^%d", power);
    return buffer;
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
    char exponent[16], index[16] = "";
    if (power == 0)
        return;
    if (modes > 1)
        snprintf(index, sizeof index, latex ? "_{%d}" : "%d", mode + 1);
    const char *raise = raised(power, latex, exponent, sizeof exponent);
    if (!l->conjugate)
        qfpi_text_put(s, "%s%s%s", latex ? l->latex : l->text, index, raise);
    else if (latex)
        qfpi_text_put(s, power == 1 ? "%s%s^{*}" : "%s%s^{*%d}", l->latex, index, power);
    else
        qfpi_text_put(s, "%s%s*%s", l->text, index, raise);
    if (latex)
        qfpi_text_put(s, " ");
}

static void put_word(qfp_text *s, const uint8_t *power, const letters *const *family, int families,
                     int modes, bool latex)
{
    for (int f = 0; f < families; f++)
        for (int j = 0; j < modes; j++)
            put_letter(s, family[f], j, modes, power[f * modes + j], latex);
}

static bool any(const uint8_t *power, int count)
{
    for (int v = 0; v < count; v++)
        if (power[v] != 0)
            return true;
    return false;
}

static char *print_commuting(const qfp_polynomial *p, int modes, qfp_print_style style,
                             const letters *const *family)
{
    qfp_text s = {0};
    bool latex = style == QFP_PRINT_LATEX;
    if (p->count == 0)
        qfpi_text_put(&s, "0");
    /* highest powers first: the list is sorted the other way round */
    for (size_t t = p->count; t-- > 0;) {
        const qfp_term *term = &p->terms[t];
        put_coefficient(&s, term->coefficient, t + 1 == p->count, any(term->power, 2 * modes),
                        latex);
        put_word(&s, term->power, family, 2, modes, latex);
    }
    return qfpi_text_finish(&s);
}

char *qfp_print_symbol(const qfp_polynomial *symbol, int modes, qfp_print_style style)
{
    const letters *const family[] = {&ALPHA, &ALPHA_C};
    return print_commuting(symbol, modes, style, family);
}

char *qfp_print_real_symbol(const qfp_polynomial *symbol, int modes, qfp_print_style style)
{
    const letters *const family[] = {&POSITION, &MOMENTUM};
    return print_commuting(symbol, modes, style, family);
}

static int derivative_order(const qfp_term *term, int modes)
{
    int order = 0;
    for (int v = 0; v < 2 * modes; v++)
        order += term->power[v];
    return order;
}

/* The terms are sorted with the derivatives as leading key, so equal derivatives are neighbours. */
char *qfp_print_generator(const qfp_polynomial *generator, int modes, int order,
                          qfp_print_style style)
{
    const letters *const derivatives[] = {&D, &D_BAR};
    const letters *const coordinates[] = {&ALPHA, &ALPHA_C};
    qfp_text s = {0};
    bool latex = style == QFP_PRINT_LATEX, started = false;
    size_t half = 2 * (size_t)modes;
    for (size_t t = 0; t < generator->count;) {
        const qfp_term *head = &generator->terms[t];
        size_t end = t;
        while (end < generator->count &&
               memcmp(generator->terms[end].power, head->power, half) == 0)
            end++;
        if (order == 0 || derivative_order(head, modes) == order) {
            qfpi_text_put(&s, "%s", started ? " + " : "");
            put_word(&s, head->power, derivatives, 2, modes, latex);
            qfpi_text_put(&s, "(");
            for (size_t i = end; i-- > t;) {
                const qfp_term *term = &generator->terms[i];
                put_coefficient(&s, term->coefficient, i + 1 == end,
                                any(term->power + half, 2 * modes), latex);
                put_word(&s, term->power + half, coordinates, 2, modes, latex);
            }
            qfpi_text_put(&s, ")");
            started = true;
        }
        t = end;
    }
    if (!started)
        qfpi_text_put(&s, "0");
    return qfpi_text_finish(&s);
}
