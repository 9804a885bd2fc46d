/* plane_stage.h - one mode's part of a generator as the tables that a plane kernel reads. */
#ifndef QFPI_STAGING_PLANE_STAGE_H
#define QFPI_STAGING_PLANE_STAGE_H

#include "shared/grid_shape.h"

#ifdef __cplusplus
extern "C" {
#endif

/* QFP_INTERNAL for a mode that the grid has not, terms of other modes, spectators of this mode, and
 * factors that are no real operators; QFP_UNSUPPORTED for a power above QFPI_MAX_DEGREE. */
qfp_status qfpi_plane_check(const qfp_grid *grid, const qfp_plane_spec *spec) QFP_MUST_USE;

/* Planes of one mode in an array on Z: the cells over the axes of the other modes. */
size_t qfpi_plane_count(const qfp_grid *grid, const qfpi_shape *shape, int mode);

/* How many even and odd powers of its wavenumber a factor of a checked spec needs:
 *     Σ_{m < even} even_m(x) k^2m + i k Σ_{m < odd} odd_m(x) k^2m. */
typedef struct qfpi_plane_powers {
    int even, odd;
} qfpi_plane_powers;
qfpi_plane_powers qfpi_plane_powers_of(const qfp_grid *grid, int mode, qfp_space space,
                                       const qfp_plane_factor *factor);

/* out[even + odd][n_j]: scale × even_m and then scale × odd_m at every coordinate of the space (Q_j
 * in A, P_j in B). */
void qfpi_plane_coefficients(const qfp_grid *grid, int mode, qfp_space space,
                             const qfp_plane_factor *factor, double scale, double *out);

/* shape: of Z.  out[planes]: Σ_t re_t Π_a (z_a^power window_a) over the axes a with a power, in every plane; the
 * last axis of the other modes runs fastest. */
void qfpi_plane_spectator(const qfp_grid *grid, const qfpi_shape *shape, const qfp_plane_spec *spec,
                          const qfp_real_polynomial *spectator, double *out);

#ifdef __cplusplus
}
#endif
#endif
