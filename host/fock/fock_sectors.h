/* fock_sectors.h - an equation in which a number of quanta is sharp, solved sector by sector.
 *
 * Where H conserves W = Σ_j w_j n_j and every jump changes it by a number of its own, elements ρ_mn of one k = W(n) − W(m)
 * depend on one another alone: hopping moves them within a block of W(m), jumps from block to block.  Sectors in which the
 * state is empty stay so: of a state of N quanta only k = 0 is there, Σ_N d_N² numbers instead of (Σ d_N)².  Each is a small
 * sparse matrix on the elements that there are, in the series of ellipse_series.h; k < 0 are the adjoints.
 */
#ifndef QFPI_FOCK_SECTORS_H
#define QFPI_FOCK_SECTORS_H

#include "fock/fock_terms.h"

typedef struct qfp_fock_sectors qfp_fock_sectors;

/* Of the equation (Weyl form at c = 0) for which W is sharp, and the state in u.  *out stays NULL where the matrices would be
 * too large. */
qfp_status qfp_fock_sectors_create(const qfp_backend *backend, const qfp_fock_space *space,
                                   const qfp_polynomial *generator, const int *weight,
                                   const qfp_buffer *u, qfp_fock_sectors **out) QFP_MUST_USE;
void qfp_fock_sectors_destroy(qfp_fock_sectors *w);

/* The longest time of one call. */
double qfp_fock_sectors_longest(const qfp_fock_sectors *w);

/* As qfp_fock_diagonals_advance. */
qfp_status qfp_fock_sectors_advance(qfp_fock_sectors *w, double t, qfp_buffer *u, double *lost,
                                    double *products) QFP_MUST_USE;

#endif
