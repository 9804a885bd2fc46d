/* ordered_product.h - products of words whose letters do not commute.
 *
 * A normal form keeps, in every pair of conjugate letters (l, r) with [l, r] = s = ±1, the letter l
 * to the left.  Then  r^b l^c = Σ_k (−s)^k k! C(b,k) C(c,k) l^{c−k} r^{b−k}, and letters of
 * different pairs commute.  One rule serves three algebras:
 *
 *     normal order   l = a†, r = a, s = −1
 *     Weyl algebra   l = ∂, r = α, s = 1, and with bars and stars
 *     real form      (l, r) = (Q, ∂_Q), s = −1, and (∂_P, P), s = 1
 */
#ifndef QFPI_ORDERED_PRODUCT_H
#define QFPI_ORDERED_PRODUCT_H

#include "algebra/polynomial.h"

typedef struct qfp_letter_pair {
    int left, right; /* variable indices */
    int sign;        /* [left, right] */
} qfp_letter_pair;

typedef struct qfp_letter_pairs {
    int count;
    qfp_letter_pair pair[2 * QFP_MAX_MODES];
} qfp_letter_pairs;

qfp_letter_pairs qfp_ladder_pairs(int modes); /* variables of a symbol: a_j at j, a†_j at N+j */
qfp_letter_pairs qfp_weyl_pairs(int modes);   /* 4N variables, derivatives left */
qfp_letter_pairs qfp_phase_space_pairs(int modes); /* 4N variables, A left of B */

/* out = a b in the normal form of the pairs. */
qfp_status qfp_ordered_multiply(const qfp_letter_pairs *pairs, const qfp_polynomial *a,
                                const qfp_polynomial *b, qfp_polynomial *out) QFP_MUST_USE;

/* How many words that product makes before equal ones are added up: what its time goes with; or at
 * least `enough`, found at once. */
double qfp_ordered_product_words(const qfp_letter_pairs *pairs, const qfp_polynomial *a,
                                 const qfp_polynomial *b, double enough);

/* out = p with every letter v replaced by images[v], letters multiplied in the order in which they
 * stand in the source's normal form: all left letters (ascending variable), then all right ones. */
qfp_status qfp_ordered_substitute(const qfp_letter_pairs *source, const qfp_polynomial *p,
                                  const qfp_polynomial *images, const qfp_letter_pairs *target,
                                  int target_variables, qfp_polynomial *out) QFP_MUST_USE;

#endif
