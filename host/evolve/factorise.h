/* factorise.h - a real-form generator as few products f(Q, ∂_P) g(P, ∂_Q) as possible.
 *
 * Every term of the real form is (monomial of A)(monomial of B), A = {Q, ∂_P}, B = {P, ∂_Q}; the
 * letters inside each set commute.  Read as a matrix M[A monomial][B monomial], the generator of
 * rank r splits into r products of two polynomials, and each product costs two passes between the
 * mixed spaces.  Kerr needs 2, a Bose-Hubbard chain 2 per site, p²/2 + V(x) none.
 */
#ifndef QFPI_FACTORISE_H
#define QFPI_FACTORISE_H

#include "algebra/polynomial.h"
#include "backend.h"

typedef struct qfp_factor {
    size_t count;
    qfp_symbol_term *terms; /* powers as in backend/symbol.h: of (Q, k_P) for A, of (k_Q, P) for B;
                               the i of every ∂ = ik is in the coefficients */
} qfp_factor;

typedef struct qfp_factorisation {
    int modes;
    bool symmetrised;  /* products mean ½(f g + g f), else f g (f acts last) */
    qfp_factor pure_a; /* terms without a letter of B */
    qfp_factor pure_b;
    size_t pair_count;
    qfp_factor *f, *g; /* [pair_count] */
} qfp_factorisation;

/* `real_form`: variables as in qfp_generator_to_real, coefficients real (their imaginary parts are
 * rounding and dropped).  The factors of one pair have definite derivative parity when every term
 * of the input has an odd number of derivatives.  Pivots below 1e-13 of the largest end the search.
 */
qfp_status qfp_factorise(const qfp_polynomial *real_form, int modes, bool symmetrised,
                         qfp_factorisation *out) QFP_MUST_USE;
void qfp_factorisation_destroy(qfp_factorisation *f);

#endif
