/* mode_flow.h - the exact flow of one mode on a grid, u(t) = e^{tL}u(0) whatever t is.
 *
 * With L_Q L_P = π n the points of space A are those of ρ(x₁, x₂) at x₁ = Q − k_P/2, x₂ = Q + k_P/2: an index
 * map, onto pairs of equal parity.  On each of the two sublattices, of N = n/2 points, the flow is
 * ρ → UρU†, U = e^{−iHt/κ}.  H is P H P on the first N number states as wide as the box, sampled and orthonormalised
 * in their order, so that U is unitary on the grid.  Pairs with one point beyond the box are dropped.
 * On the host, by LAPACK and BLAS, between two transforms of the backend: 32 n³ flops.
 */
#ifndef QFPI_MODE_FLOW_H
#define QFPI_MODE_FLOW_H

#include "state/phase_grid.h"

typedef struct qfp_mode_flow qfp_mode_flow;

/* What a grid lacks for it, NULL where nothing: one mode, L_Q L_P = π n, at most 2048 points. */
const char *qfp_mode_flow_lacks(const qfp_grid *grid);

/* `wick`: of H, which is Hermitian; u is the Wigner function.  A witness first cuts u to less of the box and moves it on
 * fewer number states. */
qfp_status qfp_mode_flow_create(const qfp_phase_grid *grid, const qfp_polynomial *wick,
                                double kappa, bool is_witness, qfp_mode_flow **out) QFP_MUST_USE;
void qfp_mode_flow_destroy(qfp_mode_flow *flow);

/* u ← e^{tL}u in place, t of either sign. */
qfp_status qfp_mode_flow_apply(qfp_mode_flow *flow, double t, qfp_buffer *u) QFP_MUST_USE;
/* What one allocates at most, for an H of `degree` letters. */
double qfp_mode_flow_bytes(int points, int degree);
/* Largest less smallest eigenvalue of H on the grid, over κ: what turns the phases. */
double qfp_mode_flow_radius(const qfp_mode_flow *flow);

#endif
