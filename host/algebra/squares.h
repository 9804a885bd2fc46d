/* squares.h - the generator of a master equation as squares of skew maps and what is left.
 *
 * With c = X + iY, X and Y Hermitian, and K_X = −i[X, ·]:
 *     D[c] = ½(K_X² + K_Y²) + ½(c·c† − c†·c) + ¼{[c, c†], ·}.
 * At c = ½ the maps K and the second part are skew, the third is symmetric: what can grow is at most
 * ½ sup [c, c†].  K_X² is never positive, on a grid as well where it is K_X applied twice; the symmetric
 * part as a whole, discretised, is not (docs/numerics.md).
 */
#ifndef QFPI_SQUARES_H
#define QFPI_SQUARES_H

#include "algebra/lindblad.h"

/* weight × K², K a skew Weyl polynomial at c = ½. */
typedef struct qfp_square {
    double weight; /* ½γ of what it is made of; negative in a sum of negative weights */
    qfp_polynomial map;
} qfp_square;

typedef struct qfp_squares {
    qfp_polynomial skew;      /* of H in its theory, and Σ γ ½(c·c† − c†·c), at c = ½ */
    qfp_polynomial symmetric; /* Σ γ ¼{[c, c†], ·}, at c = ½ */
    size_t count;
    qfp_square *square; /* owned; proportional maps are one square */
} qfp_squares;

/* The H of `theory` must be skew at c = ½, as it is for C = 1.  Give `out` to qfp_squares_destroy either
 * way. */
qfp_status qfp_squares_create(const qfp_lindblad *lindblad, const qfp_theory *theory,
                              qfp_squares *out) QFP_MUST_USE;
void qfp_squares_destroy(qfp_squares *s);

/* out = [c, c†], a Wick symbol. */
qfp_status qfp_channel_commutator(const qfp_polynomial *wick, qfp_polynomial *out) QFP_MUST_USE;

/* The Hermitian parts X and Y of e^{iφ}c, a phase that changes nothing in D[c]: the largest coefficient of
 * c, a constant apart, becomes real. */
qfp_status qfp_channel_parts(const qfp_polynomial *wick, qfp_polynomial *x,
                             qfp_polynomial *y) QFP_MUST_USE;

#endif
