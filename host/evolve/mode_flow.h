/* mode_flow.h - the exact flow of a closed system on a grid, u(t) = e^{tL}u(0) whatever t is.
 *
 * With L_Q L_P = π n in every mode the points of space A are those of ρ(x, x') at x_j = Q_j − k_Pj/2, x'_j = Q_j + k_Pj/2: an
 * index map, onto pairs of equal parity.  On each of the 2^N products of sublattices, of D = Π n_j/2 points, the flow is
 * ρ → UρU†, U = e^{−iHt/κ}.  H is P H P on the first n_j/2 number states of each mode, as wide as its box, sampled and
 * orthonormalised in their order, so that U is unitary on the grid.  Pairs with one point beyond the box are dropped.
 * On the host, by LAPACK and BLAS, between two transforms of the backend: ρ is taken apart into its r
 * kets (evolve/low_rank.h), so that a step takes some 2^N 40 r D² operations and the eigenvectors of H some 50 D³ once.
 */
#ifndef QFPI_MODE_FLOW_H
#define QFPI_MODE_FLOW_H

#include "state/phase_grid.h"

typedef struct qfp_mode_flow qfp_mode_flow;

/* What a grid lacks for it, NULL where nothing: L_Q L_P = π n, D ≤ 2048. */
const char *qfp_mode_flow_lacks(const qfp_grid *grid);

/* `wick`: of H, which is Hermitian; u is the Wigner function.  A witness moves it on more number states, as they are and not
 * orthonormalised on the points: what it makes of u is right but for pairs of which one point is beyond the box. */
qfp_status qfp_mode_flow_create(const qfp_phase_grid *grid, const qfp_polynomial *wick,
                                double kappa, bool is_witness, qfp_mode_flow **out) QFP_MUST_USE;
void qfp_mode_flow_destroy(qfp_mode_flow *flow);

/* u ← e^{tL}u in place, t of either sign. */
qfp_status qfp_mode_flow_apply(qfp_mode_flow *flow, double t, qfp_buffer *u) QFP_MUST_USE;
/* Steps that a run is cut into at least, so that what a state does between two outputs is seen. */
double qfp_mode_flow_looks(const qfp_mode_flow *flow);
/* Of a witness: how much of √(Tr ρ²) its last flow left out beyond the box, before it and after it, from |ψ|² at the edges. */
double qfp_mode_flow_beyond(const qfp_mode_flow *flow);
/* What one allocates at most, for an H of `degree` letters; the operations of one step of a pure state, and before the
 * first of one and its witness. */
double qfp_mode_flow_bytes(int modes, const int *points, int degree, bool is_witness);
double qfp_mode_flow_flops(int modes, const int *points);
double qfp_mode_flow_setup_flops(int modes, const int *points);
/* Largest less smallest eigenvalue of H on the grid, over κ: what turns the phases. */
double qfp_mode_flow_radius(const qfp_mode_flow *flow);

#endif
