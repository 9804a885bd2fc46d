/* rim.h - how much of |u|² is where a grid treats it wrongly.
 *
 * The grid is a torus in Q, P, k_Q and k_P: what crosses one of its seams comes back on the other side,
 * and the multipliers of the generator have faded out beyond the taper.  The population there tells
 * how much has gone wrong: what was there has been moved to a wrong place, and what should be there
 * is missing.
 */
#ifndef QFPI_RIM_H
#define QFPI_RIM_H

#include "state/phase_grid.h"

typedef struct qfp_rim qfp_rim;

qfp_status qfp_rim_create(const qfp_phase_grid *grid, qfp_rim **out) QFP_MUST_USE;
void qfp_rim_destroy(qfp_rim *rim);

/* Σ|u|² over the modes, relative to that of the whole grid. */
typedef struct qfp_rim_share {
    double place;      /* within 0.3 of the seam of Q_j or P_j; (1 − taper)² |u|² at k = 0 */
    double wavenumber; /* within 0.6 of the seam of k_Qj or k_Pj; (1 − taper)² |u|² in A, in B */
} qfp_rim_share;

/* Two transforms and 3N + 1 sums. */
qfp_status qfp_rim_evaluate(qfp_rim *rim, qfp_buffer *u, qfp_rim_share *share) QFP_MUST_USE;

#endif
