#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>

#include "algebra/generator.h"
#include "algebra/print.h"

typedef struct printed {
    double complex coefficient;
    uint8_t power[4];
    const char *text, *latex;
} printed;

static void assert_text(char *found, const char *expected)
{
    cr_assert(found != NULL);
    cr_assert(eq(str, found, (char *)expected));
    free(found);
}

static void add(qfp_polynomial *p, double complex c, const uint8_t *power)
{
    cr_assert(qfp_polynomial_add_term(p, c, power) == QFP_OK);
}

Test(print, coefficients)
{
    const double r = sqrt(2.0);
    static const uint8_t none[] = {0, 0}, letter[] = {0, 1};
    const printed cases[] = {
        {1.0, {0}, "α*", "\\alpha^{*}"},
        {-1.0, {0}, "−α*", "-\\alpha^{*}"},
        {12.0, {0}, "12 α*", "12 \\alpha^{*}"},
        {0.75, {0}, "(3/4) α*", "\\frac{3}{4} \\alpha^{*}"},
        {-1.0 / 3, {0}, "−(1/3) α*", "-\\frac{1}{3} \\alpha^{*}"},
        {I, {0}, "i α*", "i \\alpha^{*}"},
        {-2.5 * I, {0}, "−(5i/2) α*", "-\\frac{5i}{2} \\alpha^{*}"},
        {r, {0}, "√2 α*", "\\sqrt{2} \\alpha^{*}"},
        {-3 * r * I, {0}, "−3i√2 α*", "-3i\\sqrt{2} \\alpha^{*}"},
        {1 / r, {0}, "(√2/2) α*", "\\frac{\\sqrt{2}}{2} \\alpha^{*}"},
        {0.1, {0}, "0.1 α*", "0.1 \\alpha^{*}"},
        {-1.23456789012345 * I, {0}, "−1.23456789i α*", "-1.23456789i \\alpha^{*}"},
        {0.5 - 0.25 * I, {0}, "(1/2 − i/4) α*", "(\\frac{1}{2} - \\frac{i}{4}) \\alpha^{*}"},
        {-1.0 + I, {0}, "(−1 + i) α*", "(-1 + i) \\alpha^{*}"},
        /* 1e-13 away from a fraction is rounding, 1e-9 is not */
        {0.5 + 1e-9, {0}, "0.500000001 α*", "0.500000001 \\alpha^{*}"},
        {0.5 + 1e-13, {0}, "(1/2) α*", "\\frac{1}{2} \\alpha^{*}"},
        {1.0 + 1e-15 * I, {0}, "α*", "\\alpha^{*}"},
        {1e12, {0}, "1e+12 α*", "1e+12 \\alpha^{*}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_polynomial p;
        qfp_polynomial_init(&p, 2);
        add(&p, cases[i].coefficient, letter);
        assert_text(qfp_print_symbol(&p, 1, QFP_PRINT_TEXT), cases[i].text);
        assert_text(qfp_print_symbol(&p, 1, QFP_PRINT_LATEX), cases[i].latex);
        qfp_polynomial_destroy(&p);
    }
    qfp_polynomial p;
    qfp_polynomial_init(&p, 2);
    assert_text(qfp_print_symbol(&p, 1, QFP_PRINT_TEXT), "0");
    add(&p, -0.5, none);
    assert_text(qfp_print_symbol(&p, 1, QFP_PRINT_TEXT), "−1/2");
    assert_text(qfp_print_symbol(&p, 1, QFP_PRINT_LATEX), "-\\frac{1}{2}");
    add(&p, 1.5, none);
    assert_text(qfp_print_symbol(&p, 1, QFP_PRINT_TEXT), "1");
    qfp_polynomial_destroy(&p);
}

Test(print, symbols_start_with_the_highest_degree)
{
    qfp_polynomial p;
    qfp_polynomial_init(&p, 2);
    add(&p, 2.0, (const uint8_t[]){0, 0});
    add(&p, -4.0, (const uint8_t[]){1, 1});
    add(&p, 1.0, (const uint8_t[]){2, 2});
    add(&p, 0.1, (const uint8_t[]){0, 12});
    assert_text(qfp_print_symbol(&p, 1, QFP_PRINT_TEXT), "0.1 α*¹² + α² α*² − 4 α α* + 2");
    assert_text(qfp_print_symbol(&p, 1, QFP_PRINT_LATEX),
                "0.1 \\alpha^{*12} + \\alpha^{2} \\alpha^{*2} - 4 \\alpha \\alpha^{*} + 2");
    assert_text(qfp_print_real_symbol(&p, 1, QFP_PRINT_TEXT), "0.1 P¹² + Q² P² − 4 Q P + 2");
    qfp_polynomial_destroy(&p);
}

Test(print, modes_are_numbered_when_there_are_several)
{
    qfp_polynomial p;
    qfp_polynomial_init(&p, 4);
    add(&p, -1.0, (const uint8_t[]){1, 0, 0, 1});
    add(&p, -1.0, (const uint8_t[]){0, 1, 2, 0});
    assert_text(qfp_print_symbol(&p, 2, QFP_PRINT_TEXT), "−α₂ α₁*² − α₁ α₂*");
    assert_text(qfp_print_symbol(&p, 2, QFP_PRINT_LATEX),
                "-\\alpha_{2} \\alpha_{1}^{*2} - \\alpha_{1} \\alpha_{2}^{*}");
    assert_text(qfp_print_real_symbol(&p, 2, QFP_PRINT_TEXT), "−Q₂ P₁² − Q₁ P₂");
    qfp_polynomial_destroy(&p);
}

/* H = ½U a†²a², U = κ = 1: the generators of the golden test of the algebra, as a reader sees
 * them */
Test(print, kerr_generators)
{
    const qfp_theory quantum = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = 1.0};
    qfp_polynomial wick, L;
    qfp_polynomial_init(&wick, 2);
    qfp_polynomial_init(&L, 4);
    add(&wick, 0.5, (const uint8_t[]){2, 2});
    cr_assert(qfp_generator_build(&wick, &quantum, &L) == QFP_OK);
    assert_text(qfp_print_generator(&L, 1, 0, QFP_PRINT_TEXT),
                "∂̄(−i α α*² + 2i α*) + ∂̄²(−(i/2) α*²) + c.c.");
    assert_text(qfp_print_generator(&L, 1, 2, QFP_PRINT_TEXT), "∂̄²(−(i/2) α*²) + c.c.");
    assert_text(qfp_print_generator(&L, 1, 2, QFP_PRINT_LATEX),
                "\\bar\\partial^{2}(-\\frac{i}{2} \\alpha^{*2}) + \\mathrm{c.c.}");
    assert_text(qfp_print_generator(&L, 1, 3, QFP_PRINT_TEXT), "0");
    cr_assert(qfp_generator_gauge(&L, 0.5, &L) == QFP_OK);
    assert_text(qfp_print_generator(&L, 1, 0, QFP_PRINT_TEXT),
                "∂̄(−i α α*² + i α*) + ∂∂̄²((i/4) α*) + c.c.");
    qfp_polynomial_destroy(&wick);
    qfp_polynomial_destroy(&L);
}

Test(print, what_is_its_own_conjugate_stands_alone_and_what_is_not_real_is_written_out)
{
    qfp_polynomial L;
    qfp_polynomial_init(&L, 4); /* ∂, ∂̄, α, α* */
    add(&L, 1.0, (const uint8_t[]){1, 1, 1, 1});
    assert_text(qfp_print_generator(&L, 1, 0, QFP_PRINT_TEXT), "∂∂̄(α α*)");
    add(&L, I, (const uint8_t[]){0, 1, 0, 1});
    add(&L, -I, (const uint8_t[]){1, 0, 1, 0});
    assert_text(qfp_print_generator(&L, 1, 0, QFP_PRINT_TEXT), "∂∂̄(α α*) + [∂̄(i α*) + c.c.]");
    add(&L, 0.5, (const uint8_t[]){1, 0, 1, 0});
    assert_text(qfp_print_generator(&L, 1, 0, QFP_PRINT_TEXT),
                "∂̄(i α*) + ∂((1/2 − i) α) + ∂∂̄(α α*)");
    qfp_polynomial_destroy(&L);
}
