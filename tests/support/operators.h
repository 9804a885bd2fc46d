/* operators.h - from a text to the objects of the algebra, for tests; a failure ends the test. */
#ifndef QFPI_TEST_OPERATORS_H
#define QFPI_TEST_OPERATORS_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "algebra/generator.h"
#include "algebra/ordered_product.h"

#define MUST(call) cr_assert(eq(int, (call), QFP_OK), "%s", qfp_last_error())

static inline qfp_polynomial wick_of(const char *text, int modes)
{
    qfp_node *node = NULL;
    qfp_polynomial wick;
    MUST(qfp_expression_parse(text, modes, NULL, 0, NULL, &node));
    MUST(qfp_wick_from_operator(node, modes, &wick));
    qfp_node_destroy(node);
    return wick;
}

static inline qfp_polynomial antiwick_of(const char *text, int modes)
{
    qfp_polynomial symbol = wick_of(text, modes);
    MUST(qfp_symbol_exp_laplacian(&symbol, -1.0, &symbol));
    return symbol;
}

/* the generator of the theory (M = order, C, κ = 1) at ordering c */
static inline qfp_polynomial generator_of(const char *text, int modes, int order, double C,
                                          double c)
{
    const qfp_theory theory = {.order = order, .C = C, .kappa = 1.0};
    qfp_polynomial wick = wick_of(text, modes);
    qfp_polynomial generator;
    qfp_polynomial_init(&generator, 4 * modes);
    MUST(qfp_generator_build(&wick, &theory, &generator));
    MUST(qfp_generator_gauge(&generator, c, &generator));
    qfp_polynomial_destroy(&wick);
    return generator;
}

/* Product in the Weyl algebra, normal form derivatives left, [∂,α] = 1, [∂̄,α*] = 1. */
static inline qfp_status weyl_multiply(const qfp_polynomial *a, const qfp_polynomial *b,
                                       qfp_polynomial *out)
{
    qfp_letter_pairs weyl = qfp_weyl_pairs(a->variables / 4);
    return qfp_ordered_multiply(&weyl, a, b, out);
}

/* largest |coefficient| of a − b */
static inline double distance(const qfp_polynomial *a, const qfp_polynomial *b)
{
    qfp_polynomial difference;
    cr_assert(eq(int, a->variables, b->variables));
    qfp_polynomial_init(&difference, a->variables);
    MUST(qfp_polynomial_add(a, -1.0, b, &difference));
    double norm = qfp_polynomial_norm(&difference);
    qfp_polynomial_destroy(&difference);
    return norm;
}

/* The coefficient of one monomial; `power` is a list of variables, one entry per variable. */
static inline double complex coefficient_of(const qfp_polynomial *p, const uint8_t *power)
{
    for (size_t t = 0; t < p->count; t++) /* not by the search that it helps to test */
        if (memcmp(p->terms[t].power, power, (size_t)p->variables) == 0)
            return p->terms[t].coefficient;
    return 0.0;
}
#define POWERS(...) ((const uint8_t[QFP_MAX_VARIABLES]){__VA_ARGS__})

/* Numbers in [-1, 1) that are the same on every machine (xorshift64*). */
static inline double random_number(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (double)((*state * 0x2545F4914F6CDD1DULL) >> 11) * 0x1p-52 - 1.0;
}

static inline int random_below(uint64_t *state, int bound)
{
    return (int)((random_number(state) + 1.0) * 0.5 * bound);
}

/* A Hermitian symbol with random coefficients: every monomial of total degree ≤ `degree`. */
static inline void add_random_monomials(qfp_polynomial *p, int variable, int degree, uint8_t *power,
                                        uint64_t *seed)
{
    int modes = p->variables / 2;
    if (variable == p->variables) {
        uint8_t adjoint[QFP_MAX_VARIABLES] = {0};
        memcpy(adjoint, power + modes, (size_t)modes);
        memcpy(adjoint + modes, power, (size_t)modes);
        double complex c = random_number(seed) + I * random_number(seed);
        MUST(qfp_polynomial_add_term(p, c, power));
        MUST(qfp_polynomial_add_term(p, conj(c), adjoint));
        return;
    }
    for (int k = 0; k <= degree; k++) {
        power[variable] = (uint8_t)k;
        add_random_monomials(p, variable + 1, degree - k, power, seed);
    }
    power[variable] = 0;
}

static inline qfp_polynomial random_hermitian(int modes, int degree, uint64_t seed)
{
    qfp_polynomial p;
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial_init(&p, 2 * modes);
    add_random_monomials(&p, 0, degree, power, &seed);
    return p;
}

#endif
