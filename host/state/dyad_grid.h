/* dyad_grid.h - operators of several modes between the Fock basis and phase space.
 *
 * One mode with d levels has the Hermitian basis, k = m d + n,
 *     B_mm = |m⟩⟨m|,   B_mn = (|m⟩⟨n| + |n⟩⟨m|)/√2,   B_nm = i(|m⟩⟨n| − |n⟩⟨m|)/√2      (m < n),
 * orthonormal in Tr(AB).  A Hermitian ρ of N modes is Σ x_k B_{k_1} ⊗ … ⊗ B_{k_N} with real
 * x[Π d_j²], last mode fastest, and its u at ordering c (state/one_mode.h)
 *     u(z_1…z_N) = Σ_k x_k Π_j u_{k_j}(z_j).
 * At c = ½ (Wigner functions) π ∫ u_k u_l d²α = δ_kl, so the way back is the transposed matrix.
 * Both ways take one mode after the other: Σ_j (points)(d_j²)(rest) multiplications, as matrix
 * products over blocks of grid points.  There is no way back at other orderings: the dual functions
 * of c < ½ grow like ((1 − c)/c)^levels.
 */
#ifndef QFPI_DYAD_GRID_H
#define QFPI_DYAD_GRID_H

#include <complex.h>
#include <stddef.h>

#include "core/error.h"
#include "expression/expression.h"

typedef struct qfp_dyad_grid {
    int modes;
    int levels[QFP_MAX_MODES];
    size_t n_q[QFP_MAX_MODES], n_p[QFP_MAX_MODES];
    const double *q[QFP_MAX_MODES],
        *p[QFP_MAX_MODES]; /* borrowed; for the way back equally spaced, ≥ 2 */
} qfp_dyad_grid;

/* Π d_j² and Π n_q,j n_p,j; QFP_MEMORY when one of them, or a step between, cannot be counted. */
qfp_status qfp_dyad_grid_sizes(const qfp_dyad_grid *grid, size_t *coefficients,
                               size_t *points) QFP_MUST_USE;

/* ρ_mn by flat indices of the kept levels (last mode fastest). */
typedef double complex (*qfp_matrix_element)(const void *data, size_t m, size_t n);

/* x += weight × coefficients of ρ. */
qfp_status qfp_dyads_from_matrix(const qfp_dyad_grid *grid, double weight,
                                 qfp_matrix_element element, const void *data,
                                 double *x) QFP_MUST_USE;
/* rho [D][D] of the coefficients. */
qfp_status qfp_dyads_to_matrix(const qfp_dyad_grid *grid, const double *x,
                               double complex *rho) QFP_MUST_USE;

/* u [q_1][p_1][q_2][p_2]…, per d^{2N}α, from x at ordering c < 1. */
qfp_status qfp_dyads_to_grid(const qfp_dyad_grid *grid, double c, const double *x,
                             double *u) QFP_MUST_USE;
/* x = projections π^N ∫ u B_k of u at c = ½ (rectangle rule: spectrally accurate for functions that
 * fade inside the box). */
qfp_status qfp_dyads_from_grid(const qfp_dyad_grid *grid, const double *u, double *x) QFP_MUST_USE;

#endif
