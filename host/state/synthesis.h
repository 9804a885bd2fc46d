/* synthesis.h - from u on the solver's grid to Q on any other.
 *
 * Q = e^{cΔ}u is a convolution, axis by axis a dense matrix.  Where the grid resolves the Gaussian
 * (c k_max²/2 ≥ 4: at c = ½ on any grid worth its name), the trapezoidal sum of the convolution is
 * exact to rounding and holds outside the box too: E[i][j] = L/(n √(2πc)) e^{−(z_i − Q_j)²/2c}.
 * Elsewhere (c = 0: plain interpolation) the periodic continuation is evaluated, E[i][j] = (1/n)
 * Σ_k e^{−c k²/2} cos(k (z_i − Q_j)),   zero for z_i outside the box.
 */
#ifndef QFPI_SYNTHESIS_H
#define QFPI_SYNTHESIS_H

#include "io/snapshot.h"
#include "state/phase_grid.h"

typedef struct qfp_synthesis qfp_synthesis;

/* `q`, `p`: dimensionless output coordinates of mode j at q + j*n_q and p + j*n_p (physical axes
 * divided by ℓ_j and κ/ℓ_j).  c: the Gaussian applied on the way, 0 for plain interpolation. */
qfp_status qfp_synthesis_create(const qfp_phase_grid *grid, double c, size_t n_q, const double *q,
                                size_t n_p, const double *p, qfp_synthesis **out) QFP_MUST_USE;
void qfp_synthesis_destroy(qfp_synthesis *s);
/* Bytes of one that gives `count` points on every axis, the stages of whole functions included; `real` are
 * the bytes of a number on the device, 0 where only marginals are asked for. */
double qfp_synthesis_bytes(int modes, const int *points, int count, double real);

/* Marginal of one mode per d²α_j, out[n_q * n_p]. */
qfp_status qfp_synthesis_marginal(qfp_synthesis *s, int mode, const qfp_buffer *u,
                                  double *out) QFP_MUST_USE;
/* Two axes of different modes, out[first][second]: the others are summed over on the device, in the
 * measure of one mode. */
qfp_status qfp_synthesis_plane(qfp_synthesis *s, int first, int second, const qfp_buffer *u,
                               double *out) QFP_MUST_USE;
/* Bytes that it takes, beside qfp_synthesis_bytes, of a grid of so many cells. */
double qfp_synthesis_plane_bytes(int modes, const int *points, int count, double cells,
                                 double real);
/* All modes on the device, axes [q_1]…[q_N][p_1]…[p_N]; the buffer belongs to the synthesis and
 * holds `count` values until the next call. */
qfp_status qfp_synthesis_on_device(qfp_synthesis *s, const qfp_buffer *u, qfp_buffer **out,
                                   size_t *count) QFP_MUST_USE;
/* All modes, [n_q, n_p, n_q, n_p, …] mode after mode, by slices of the first n_q: 2 MiB or one slice at a time. */
qfp_status qfp_synthesis_full(qfp_synthesis *s, const qfp_buffer *u,
                              const qfp_slices *to) QFP_MUST_USE;
/* Bytes that it takes on the way, of `count` points on every axis. */
double qfp_synthesis_full_bytes(int modes, int count);

#endif
