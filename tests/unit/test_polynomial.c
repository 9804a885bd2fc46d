/* The container, the three products against the action on explicit functions, the symbols. */
#include "../support/operators.h"

#include <stdio.h>
#include <stdlib.h>

#include "algebra/ordered_product.h"

/* A word of a product: random letters, few of them. */
static qfp_polynomial random_words(int variables, int terms, int letters, uint64_t *seed)
{
    qfp_polynomial p;
    qfp_polynomial_init(&p, variables);
    for (int t = 0; t < terms; t++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        for (int l = random_below(seed, letters + 1); l > 0; l--)
            power[random_below(seed, variables)]++;
        MUST(qfp_polynomial_add_term(&p, random_number(seed) + I * random_number(seed), power));
    }
    return p;
}

Test(polynomial, terms_are_sorted_and_merged)
{
    qfp_polynomial p;
    qfp_polynomial_init(&p, 2);
    MUST(qfp_polynomial_add_term(&p, 1.0, POWERS(2, 0)));
    MUST(qfp_polynomial_add_term(&p, 2.0, POWERS(0, 3)));
    MUST(qfp_polynomial_add_term(&p, 3.0, POWERS(1, 0)));
    MUST(qfp_polynomial_add_term(&p, 4.0 * I, POWERS(2, 0)));
    cr_assert(eq(sz, p.count, 3));
    for (size_t t = 1; t < p.count; t++)
        cr_assert(lt(int, memcmp(p.terms[t - 1].power, p.terms[t].power, 2), 0));
    cr_assert(eq(dbl, cabs(coefficient_of(&p, POWERS(2, 0)) - (1.0 + 4.0 * I)), 0.0));
    cr_assert(eq(int, qfp_polynomial_degree(&p, 0, 2), 3));
    cr_assert(eq(int, qfp_polynomial_degree(&p, 0, 1), 2));
    cr_assert(epsilon_eq(dbl, qfp_polynomial_norm(&p), sqrt(17.0), 1e-15)); /* rounding of |·| */
    qfp_polynomial_destroy(&p);
}

Test(polynomial, clean_is_relative_and_drop_absolute)
{
    qfp_polynomial p;
    qfp_polynomial_init(&p, 1);
    for (uint8_t k = 0; k < 4; k++)
        MUST(qfp_polynomial_add_term(&p, pow(10.0, k), &k)); /* 1, 10, 100, 1000 */
    qfp_polynomial_clean(&p, 0.005);
    cr_assert(eq(sz, p.count, 3));
    qfp_polynomial_drop(&p, 100.0);
    cr_assert(eq(sz, p.count, 1));
    cr_assert(eq(dbl, creal(p.terms[0].coefficient), 1000.0));
    qfp_polynomial_destroy(&p);
}

Test(polynomial, commuting_product_and_derivative_have_the_values_they_should)
{
    uint64_t seed = 11;
    qfp_polynomial a = random_words(4, 8, 5, &seed), b = random_words(4, 8, 5, &seed), ab, d;
    qfp_polynomial_init(&ab, 4);
    qfp_polynomial_init(&d, 4);
    MUST(qfp_polynomial_multiply(&a, &b, &ab));
    double complex x[4];
    for (int v = 0; v < 4; v++)
        x[v] = random_number(&seed) + I * random_number(&seed);
    double complex expected = qfp_polynomial_value(&a, x) * qfp_polynomial_value(&b, x);
    /* 64 products of numbers of order one */
    cr_assert(lt(dbl, cabs(qfp_polynomial_value(&ab, x) - expected), 1e-13));
    for (int v = 0; v < 4; v++) {
        /* central difference: error h² f'''/6 ~ 1e-8, rounding 1e-16/h = 1e-12 */
        const double h = 1e-4;
        double complex plus[4], minus[4];
        memcpy(plus, x, sizeof x);
        memcpy(minus, x, sizeof x);
        plus[v] += h;
        minus[v] -= h;
        MUST(qfp_polynomial_differentiate(&ab, v, &d));
        expected = (qfp_polynomial_value(&ab, plus) - qfp_polynomial_value(&ab, minus)) / (2 * h);
        cr_assert(lt(dbl, cabs(qfp_polynomial_value(&d, x) - expected), 1e-5));
    }
    qfp_polynomial_destroy(&a);
    qfp_polynomial_destroy(&b);
    qfp_polynomial_destroy(&ab);
    qfp_polynomial_destroy(&d);
}

Test(polynomial, results_may_replace_their_inputs)
{
    uint64_t seed = 12;
    qfp_polynomial a = random_words(4, 6, 4, &seed), b = random_words(4, 6, 4, &seed), other, same;
    qfp_polynomial_init(&other, 4);
    qfp_polynomial_init(&same, 4);
    MUST(qfp_polynomial_add(&a, 2.0, &a, &other));
    MUST(qfp_polynomial_copy(&a, &same));
    MUST(qfp_polynomial_add(&same, 2.0, &same, &same));
    cr_assert(eq(dbl, distance(&same, &other), 0.0));
    MUST(weyl_multiply(&a, &b, &other));
    MUST(qfp_polynomial_copy(&b, &same));
    MUST(weyl_multiply(&a, &same, &same));
    cr_assert(eq(dbl, distance(&same, &other), 0.0));
    MUST(qfp_polynomial_differentiate(&a, 0, &other));
    MUST(qfp_polynomial_copy(&a, &same));
    MUST(qfp_polynomial_differentiate(&same, 0, &same));
    cr_assert(eq(dbl, distance(&same, &other), 0.0));
    qfp_polynomial_destroy(&a);
    qfp_polynomial_destroy(&b);
    qfp_polynomial_destroy(&other);
    qfp_polynomial_destroy(&same);
}

/* A polynomial function of `axes` variables as a dense array of coefficients, SIZE per axis: the
 * oracle for everything that claims to be an operator. */
enum { SIZE = 16 };

typedef struct function {
    int axes;
    size_t count;
    double complex *c;
} function;

static function function_zero(int axes)
{
    function f = {.axes = axes, .count = 1};
    for (int v = 0; v < axes; v++)
        f.count *= SIZE;
    f.c = calloc(f.count, sizeof *f.c);
    return f;
}

static size_t stride(int axis)
{
    size_t s = 1;
    for (int v = 0; v < axis; v++)
        s *= SIZE;
    return s;
}

static void times_variable(function *f, int axis)
{
    size_t s = stride(axis);
    for (size_t i = f->count; i-- > 0;) {
        size_t k = i / s % SIZE;
        cr_assert(k + 1 < SIZE || f->c[i] == 0.0, "the array of the oracle is too small");
        f->c[i] = k > 0 ? f->c[i - s] : 0.0;
    }
}

static void derivative(function *f, int axis)
{
    size_t s = stride(axis);
    for (size_t i = 0; i < f->count; i++) {
        size_t k = i / s % SIZE;
        f->c[i] = k + 1 < SIZE ? (double)(k + 1) * f->c[i + s] : 0.0;
    }
}

/* out += p f for p in derivatives-left form: coordinates first, then derivatives. */
static void apply_weyl(const qfp_polynomial *p, const function *f, function *out)
{
    for (size_t t = 0; t < p->count; t++) {
        function word = function_zero(f->axes);
        memcpy(word.c, f->c, f->count * sizeof *f->c);
        for (int v = 0; v < f->axes; v++)
            for (int k = 0; k < p->terms[t].power[f->axes + v]; k++)
                times_variable(&word, v);
        for (int v = 0; v < f->axes; v++)
            for (int k = 0; k < p->terms[t].power[v]; k++)
                derivative(&word, v);
        for (size_t i = 0; i < f->count; i++)
            out->c[i] += p->terms[t].coefficient * word.c[i];
        free(word.c);
    }
}

static function random_function(int axes, int degree, uint64_t *seed)
{
    function f = function_zero(axes);
    for (size_t i = 0; i < f.count; i++) {
        size_t rest = i, total = 0;
        for (int v = 0; v < axes; v++, rest /= SIZE)
            total += rest % SIZE;
        if (total <= (size_t)degree)
            f.c[i] = random_number(seed) + I * random_number(seed);
    }
    return f;
}

Test(weyl, product_acts_like_one_operator_after_the_other)
{
    for (int modes = 1; modes <= 2; modes++)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            uint64_t state = seed;
            qfp_polynomial a = random_words(4 * modes, 6, 5, &state),
                           b = random_words(4 * modes, 6, 5, &state), ab;
            qfp_polynomial_init(&ab, 4 * modes);
            MUST(weyl_multiply(&a, &b, &ab));
            function f = random_function(2 * modes, 4, &state), bf = function_zero(2 * modes),
                     abf = function_zero(2 * modes), product = function_zero(2 * modes);
            apply_weyl(&b, &f, &bf);
            apply_weyl(&a, &bf, &abf);
            apply_weyl(&ab, &f, &product);
            double worst = 0.0, largest = 0.0;
            for (size_t i = 0; i < f.count; i++) {
                worst = fmax(worst, cabs(abf.c[i] - product.c[i]));
                largest = fmax(largest, cabs(abf.c[i]));
            }
            cr_assert(lt(dbl, 0.1, largest));
            cr_assert(lt(dbl, worst, 1e-13 * largest)); /* sums of at most a few hundred terms */
            free(f.c);
            free(bf.c);
            free(abf.c);
            free(product.c);
            qfp_polynomial_destroy(&a);
            qfp_polynomial_destroy(&b);
            qfp_polynomial_destroy(&ab);
        }
}

/* Random words of ladder operators, as text, against a† = z, a = d/dz on powers of z. */
Test(hamiltonian, normal_order_agrees_with_bargmann_functions)
{
    const char *const names[] = {"a", "ad", "n", "x", "p"};
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint64_t state = 77 * seed;
        char text[128] = "1";
        int word[7], length = 1 + random_below(&state, 7);
        for (int l = 0; l < length; l++) {
            word[l] = random_below(&state, 5);
            strcat(strcat(text, "*"), names[word[l]]);
        }
        qfp_polynomial wick = wick_of(text, 1);
        for (int level = 0; level < 4; level++) {
            function f = function_zero(1), expected = function_zero(1);
            expected.c[level] = 1.0;
            for (int l = length - 1; l >= 0; l--) {
                function up = function_zero(1), down = function_zero(1);
                memcpy(up.c, expected.c, SIZE * sizeof *up.c);
                memcpy(down.c, expected.c, SIZE * sizeof *down.c);
                times_variable(&up, 0);
                derivative(&down, 0);
                for (int k = 0; k < SIZE; k++) {
                    const double complex letter[] = {down.c[k], up.c[k], k * expected.c[k],
                                                     (down.c[k] + up.c[k]) / sqrt(2.0),
                                                     (down.c[k] - up.c[k]) / (I * sqrt(2.0))};
                    expected.c[k] = letter[word[l]];
                }
                free(up.c);
                free(down.c);
            }
            for (size_t t = 0; t < wick.count; t++) { /* a†^p a^q z^level */
                int q = wick.terms[t].power[0], p = wick.terms[t].power[1];
                double factor = 1.0;
                for (int k = 0; k < q; k++)
                    factor *= level - k;
                if (q <= level)
                    f.c[level - q + p] += factor * wick.terms[t].coefficient;
            }
            for (int k = 0; k < SIZE; k++) /* factorials up to 11!/4! times rounding */
                cr_assert(lt(dbl, cabs(f.c[k] - expected.c[k]), 1e-9), "%s on z^%d", text, level);
            free(f.c);
            free(expected.c);
        }
        qfp_polynomial_destroy(&wick);
    }
}

Test(hamiltonian, commutators_and_adjoints)
{
    qfp_polynomial one = wick_of("comm(a, ad)", 1), i = wick_of("comm(x, p)", 1),
                   zero = wick_of("comm(a[1], ad[2])", 2), hc = wick_of("hc(I*ad^2*a)", 1);
    cr_assert(eq(sz, one.count, 1));
    cr_assert(eq(dbl, creal(one.terms[0].coefficient), 1.0));
    cr_assert(eq(sz, i.count, 1));
    /* sqrt(0.5)² is not exactly one half */
    cr_assert(lt(dbl, cabs(i.terms[0].coefficient - I), 1e-15));
    cr_assert(eq(sz, zero.count, 0));
    cr_assert(eq(dbl, cimag(coefficient_of(&hc, POWERS(1, 2))), 1.0));
    cr_assert(eq(dbl, cimag(coefficient_of(&hc, POWERS(2, 1))), -1.0));
    cr_assert(eq(dbl, qfp_symbol_antihermitian_part(&hc), 0.0));
    qfp_polynomial_destroy(&one);
    qfp_polynomial_destroy(&i);
    qfp_polynomial_destroy(&zero);
    qfp_polynomial_destroy(&hc);
    qfp_polynomial skew = wick_of("ad^2*a", 1);
    cr_assert(eq(dbl, qfp_symbol_antihermitian_part(&skew), 1.0));
    qfp_polynomial_destroy(&skew);
}

/* The numbers of the three symbols, one of them the erratum: |α|⁴ − 4|α|² + 2 belongs to n(n−1),
 * the published |α|⁴ − 3|α|² (+1) to n². */
Test(hamiltonian, symbols_of_the_number_operator)
{
    const struct {
        const char *text;
        double s, constant, square, fourth;
    } cases[] = {
        {"n", 0.0, 0.0, 1.0, 0.0},         {"n", -0.5, -0.5, 1.0, 0.0},
        {"n", -1.0, -1.0, 1.0, 0.0},       {"n*(n-1)", 0.0, 0.0, 0.0, 1.0},
        {"n*(n-1)", -0.5, 0.5, -2.0, 1.0}, {"n*(n-1)", -1.0, 2.0, -4.0, 1.0},
        {"n^2", -1.0, 1.0, -3.0, 1.0},     {"ad^2*a^2", -1.0, 2.0, -4.0, 1.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_polynomial symbol = wick_of(cases[i].text, 1);
        MUST(qfp_symbol_exp_laplacian(&symbol, cases[i].s, &symbol));
        cr_expect(eq(dbl, creal(coefficient_of(&symbol, POWERS(0, 0))), cases[i].constant));
        cr_expect(eq(dbl, creal(coefficient_of(&symbol, POWERS(1, 1))), cases[i].square));
        cr_expect(eq(dbl, creal(coefficient_of(&symbol, POWERS(2, 2))), cases[i].fourth));
        qfp_polynomial_destroy(&symbol);
    }
}

Test(hamiltonian, weyl_symbol_of_a_power_of_x_is_that_power)
{
    for (int power = 1; power <= 6; power++) {
        char text[16];
        snprintf(text, sizeof text, "x^%d", power);
        qfp_polynomial symbol = wick_of(text, 1);
        MUST(qfp_symbol_exp_laplacian(&symbol, -0.5, &symbol));
        MUST(qfp_symbol_to_real(&symbol, &symbol));
        cr_assert(eq(sz, symbol.count, 1), "%s", text);
        cr_assert(eq(int, symbol.terms[0].power[0], power));
        cr_assert(lt(dbl, cabs(symbol.terms[0].coefficient - 1.0), 1e-13)); /* √½ to the power */
        qfp_polynomial_destroy(&symbol);
    }
}

Test(hamiltonian, real_coordinates_keep_the_value)
{
    uint64_t seed = 5;
    qfp_polynomial symbol = random_hermitian(2, 4, 99), real;
    qfp_polynomial_init(&real, 4);
    MUST(qfp_symbol_to_real(&symbol, &real));
    double complex z[4], alpha[4];
    for (int v = 0; v < 4; v++)
        z[v] = random_number(&seed);
    for (int j = 0; j < 2; j++) {
        alpha[j] = (z[j] + I * z[2 + j]) / sqrt(2.0);
        alpha[2 + j] = conj(alpha[j]);
    }
    double complex value = qfp_polynomial_value(&symbol, alpha);
    cr_assert(lt(dbl, 0.1, cabs(value)));
    /* about a hundred terms of order one */
    cr_assert(lt(dbl, cabs(qfp_polynomial_value(&real, z) - value), 1e-13));
    cr_assert(lt(dbl, fabs(cimag(value)), 1e-13));
    qfp_polynomial_destroy(&symbol);
    qfp_polynomial_destroy(&real);
}

Test(hamiltonian, a_commuting_symbol_is_not_reordered)
{
    qfp_node *node = NULL;
    qfp_polynomial symbol;
    MUST(qfp_expression_parse("a*ad + comm(a, ad)", 1, NULL, 0, NULL, &node));
    MUST(qfp_symbol_from_expression(node, 1, &symbol));
    cr_assert(eq(sz, symbol.count, 1));
    cr_assert(eq(dbl, creal(coefficient_of(&symbol, POWERS(1, 1))), 1.0));
    qfp_node_destroy(node);
    qfp_polynomial_destroy(&symbol);
}

/* Rounding goes power by power: what cancels leaves nothing, what was typed small stays. */
Test(hamiltonian, exact_cancellation_leaves_no_term)
{
    const struct {
        const char *text;
        size_t terms;
    } cases[] = {
        {"x*p*x - p*x^2 - I*x", 0},
        {"1e-3*x^3 - (1e-3*x)*x^2", 0},
        {"(0.1*a + 0.2*a - 0.3*a)*ad", 0},
        {"-x^2 - p^2 + 2*n + 1", 0},
        {"comm(x^2, p^2) - 2*I*(x*p + p*x)", 0},
        {"1e6*n + 1e-12*hc(a^3)", 3},
        {"1.0000000001*n - n", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qfp_polynomial wick = wick_of(cases[i].text, 1);
        cr_expect(eq(sz, wick.count, cases[i].terms), "%s", cases[i].text);
        qfp_polynomial_destroy(&wick);
    }
}
