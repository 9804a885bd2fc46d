/* polynomial.h - sparse polynomials: a sorted list of (complex coefficient, exponents).
 *
 * One container serves the three algebras of this folder; only the meaning of the variables and
 * the rule for products differ:
 *
 *   symbol     2N variables   α_1…α_N, α*_1…α*_N                      commuting (hamiltonian.h)
 *   Weyl       4N variables   ∂_1…∂_N, ∂̄_1…∂̄_N, α_1…α_N, α*_1…α*_N     derivatives left (generator.h)
 *   real       4N variables   Q_1…Q_N, ∂_P1…∂_PN, P_1…P_N, ∂_Q1…∂_QN   A left of B (generator.h)
 */
#ifndef QFPI_POLYNOMIAL_H
#define QFPI_POLYNOMIAL_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "expression/expression.h"

#define QFP_MAX_VARIABLES (4 * QFP_MAX_MODES)

typedef struct qfp_term {
    double complex coefficient;
    uint8_t power[QFP_MAX_VARIABLES];
} qfp_term;

/* What an expression may expand to; larger ones are refused with QFP_CONFIG. */
#define QFP_MAX_TERMS 200000

typedef struct qfp_polynomial {
    int variables;
    size_t count, capacity;
    qfp_term *terms; /* sorted by power (memcmp), no power twice; owned */
} qfp_polynomial;

/* All functions below leave `out` an initialised polynomial (possibly zero) on success; `out` may
 * be the same object as an input.  Small terms are dropped by qfp_polynomial_clean and
 * qfp_polynomial_drop only, never silently. */
void qfp_polynomial_init(qfp_polynomial *p, int variables);
void qfp_polynomial_destroy(qfp_polynomial *p);
qfp_status qfp_polynomial_copy(const qfp_polynomial *p, qfp_polynomial *out) QFP_MUST_USE;
/* The end of what computed `result`, which it takes over: `out` when status is QFP_OK, freed
 * otherwise.  Returns status. */
qfp_status qfp_polynomial_end(qfp_status status, qfp_polynomial *result,
                              qfp_polynomial *out) QFP_MUST_USE;
/* p += coefficient * x^power; `power` has p->variables entries. */
qfp_status qfp_polynomial_add_term(qfp_polynomial *p, double complex coefficient,
                                   const uint8_t *power) QFP_MUST_USE;
/* The coefficient of x^power, 0 when there is none. */
double complex qfp_polynomial_coefficient(const qfp_polynomial *p, const uint8_t *power);
/* For long lists: appends without keeping the order or looking for the same power, which
 * qfp_polynomial_collect restores, in n log n steps altogether.  In between, every other function
 * may be used on other polynomials only. */
qfp_status qfp_polynomial_append(qfp_polynomial *p, double complex coefficient,
                                 const uint8_t *power) QFP_MUST_USE;
qfp_status qfp_polynomial_collect(qfp_polynomial *p) QFP_MUST_USE;
/* out = a + s b */
qfp_status qfp_polynomial_add(const qfp_polynomial *a, double complex s, const qfp_polynomial *b,
                              qfp_polynomial *out) QFP_MUST_USE;
/* commuting product */
qfp_status qfp_polynomial_multiply(const qfp_polynomial *a, const qfp_polynomial *b,
                                   qfp_polynomial *out) QFP_MUST_USE;
qfp_status qfp_polynomial_differentiate(const qfp_polynomial *p, int variable,
                                        qfp_polynomial *out) QFP_MUST_USE;
/* Drops the terms with |coefficient| ≤ relative × the largest one, or ≤ floor. */
void qfp_polynomial_clean(qfp_polynomial *p, double relative);
void qfp_polynomial_drop(qfp_polynomial *p, double floor);
double qfp_polynomial_norm(const qfp_polynomial *p); /* largest |coefficient| */
int qfp_polynomial_degree(const qfp_polynomial *p, int first_variable, int count);
double complex qfp_polynomial_value(const qfp_polynomial *p, const double complex *x);

#endif
