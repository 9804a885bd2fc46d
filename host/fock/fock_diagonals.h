/* fock_diagonals.h - an equation that leaves every diagonal of ρ to itself, solved diagonal by diagonal.
 *
 * Where every term shifts rows and columns alike (Kerr, cross-Kerr with loss, gain and dephasing in any powers), the
 * elements ρ_{m, m+k} of one k depend on one another alone:
 *     dx_m/dt = Σ_s w_s(m) x_{m+s},     w_s(m) = Σ_{t: shift s} row_t[m] column_t[m + k],
 * a matrix of few bands on a vector that the nearest cache holds.  Gershgorin's rows bound its field of values, an ellipse
 * around them gives the series of evolve/chebyshev.c with as many terms as this diagonal needs, and what is a number of
 * it, the mean phase and decay, is taken out exactly.
 */
#ifndef QFPI_FOCK_DIAGONALS_H
#define QFPI_FOCK_DIAGONALS_H

#include "fock/fock_terms.h"

typedef struct qfp_fock_diagonals qfp_fock_diagonals;

/* *out stays NULL when the equation (Weyl form at c = 0) couples diagonals. */
qfp_status qfp_fock_diagonals_create(const qfp_backend *backend, const qfp_fock_space *space,
                                     const qfp_polynomial *generator,
                                     qfp_fock_diagonals **out) QFP_MUST_USE;
void qfp_fock_diagonals_destroy(qfp_fock_diagonals *w);

/* The longest time of one call: terms of its series beyond would be too large. */
double qfp_fock_diagonals_longest(const qfp_fock_diagonals *w);

/* u ← e^{tL} u.  *lost: a bound on what rounding changed of it, relative to it, in the 2-norm; *products: entries of ρ
 * times terms, in units of a state. */
qfp_status qfp_fock_diagonals_advance(qfp_fock_diagonals *w, double t, qfp_buffer *u, double *lost,
                                      double *products) QFP_MUST_USE;

#endif
