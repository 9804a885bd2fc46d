/* chebyshev.h - INTERNAL to reference: e^{-iHτ/κ} on a ket, by Chebyshev polynomials of a Hermitian H.
 *
 *     e^{-iHτ/κ} = e^{-icτ/κ} Σ_k (2 − δ_k0) (−i)^k J_k(z) T_k((H − c)/R),     z = Rτ/κ
 *
 * where all energies lie within c ± R.  |T_k| ≤ 1 there, so that what the terms beyond K leave out is at most
 * 2 Σ_{k>K} |J_k(z)|: a bound, not an estimate.  The terms are about |z| and as many again for each factor of the
 * tolerance; none of the vectors is kept, and what the ket is on the way costs a few sums more.
 */
#ifndef QFPI_REFERENCE_CHEBYSHEV_H
#define QFPI_REFERENCE_CHEBYSHEV_H

#include "reference/hamiltonian_matrix.h"

typedef struct qfp_chebyshev {
    const qfp_sparse *matrix; /* borrowed */
    double kappa, centre, radius;
    double *real;                        /* the elements, where all of them are; else NULL */
    double complex *last, *before, *sum; /* [dim] */
} qfp_chebyshev;

/* Finds c and R: by Collatz and Wielandt max_i (|H| d)_i / d_i bounds the energies for any d > 0, and d ← |H| d makes
 * it a good bound.  Give `out` to qfp_chebyshev_destroy either way. */
qfp_status qfp_chebyshev_create(const qfp_sparse *matrix, double kappa,
                                qfp_chebyshev *out) QFP_MUST_USE;
void qfp_chebyshev_destroy(qfp_chebyshev *c);

/* Some states of the ket at times on the way, each from 0 to τ: amplitude [count][states]. */
typedef struct qfp_on_the_way {
    size_t count, states;
    const double *time;
    const int32_t *state;
    double complex *amplitude;
} qfp_on_the_way;

/* psi ← e^{-iHτ/κ} psi with an error of at most `error` beside rounding; any sign of τ.  way: NULL, or what is wanted
 * of it.  QFP_TOLERANCE where τ is too long for H; *terms += those it took. */
qfp_status qfp_chebyshev_advance(qfp_chebyshev *c, double tau, double error,
                                 const qfp_on_the_way *way, double complex *psi,
                                 double *terms) QFP_MUST_USE;

/* How many terms that will be of a normalised ket. */
double qfp_chebyshev_terms(const qfp_chebyshev *c, double tau, double error);

double qfp_chebyshev_bytes(double dim);

#endif
