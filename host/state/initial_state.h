/* initial_state.h - the configured initial state on a phase grid, and how far it reaches. */
#ifndef QFPI_INITIAL_STATE_H
#define QFPI_INITIAL_STATE_H

#include "io/config.h"
#include "state/phase_grid.h"

/* u at ordering c.  The state is expanded into products of one-mode dyads (a superposition of K
 * products has K² of them, folded to K(K+1)/2) and summed on the backend.  `warning` (size bytes)
 * gets a sentence when a state from a file had to be cut, else "". */
qfp_status qfp_initial_state_fill(const qfp_phase_grid *grid, const qfp_state *state, double c,
                                  qfp_buffer *u, char *warning, size_t size) QFP_MUST_USE;

/* Memory that the tables of those dyads take at once, beside u. */
double qfp_initial_state_bytes(const qfp_state *state, int modes, const int *points);

/* ‖Σ w_i |part_i⟩‖² of a superposition, whatever levels or grid it will be cut to.  QFP_CONFIG when
 * a part is no product ket or the sum is zero. */
qfp_status qfp_superposition_norm(const qfp_state *state, int modes, double *norm) QFP_MUST_USE;

/* What rounding does to a superposition whose parts nearly cancel, relative to the state: `density`
 * of a sum of dyads, ε (Σ|w_i|)²/‖Σ w_i part_i‖², `ket` of a sum of kets, with the root of the norm.
 * The largest of all superpositions in the state; 0 without. */
typedef struct qfp_cancellation {
    double density, ket;
} qfp_cancellation;
qfp_status qfp_initial_state_cancellation(const qfp_state *state, int modes,
                                          qfp_cancellation *out) QFP_MUST_USE;

/* Where the state sits: Gaussian-like pieces whose Wigner function falls like e^{−d²/width²} away
 * from a centre (or ring). */
typedef struct qfp_state_piece {
    double q[QFP_MAX_MODES], p[QFP_MAX_MODES]; /* centre */
    double ring[QFP_MAX_MODES];  /* radius of the ring (number states), 0 for a point */
    double width[QFP_MAX_MODES]; /* the larger semi-axis, 1 for a coherent state */
} qfp_state_piece;
/* depth: the d at which the contour of the Wigner function is wanted.  Of a state from a file it lies at
 * ring + depth. */
qfp_status qfp_initial_state_pieces(const qfp_state *state, int modes, double depth, size_t *count,
                                    qfp_state_piece **pieces) QFP_MUST_USE;

#endif
