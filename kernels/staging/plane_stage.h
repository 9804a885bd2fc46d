/* plane_stage.h - the factors of one mode's part of a generator as tables over its plane. */
#ifndef QFPI_STAGING_PLANE_STAGE_H
#define QFPI_STAGING_PLANE_STAGE_H

#include "backend.h"

#ifdef __cplusplus
extern "C" {
#endif

/* QFP_INTERNAL for a mode that the grid has not, terms of other modes, and factors that are no real
 * operators; QFP_UNSUPPORTED for a power above QFPI_MAX_DEGREE. */
qfp_status qfpi_plane_check(const qfp_grid *grid, const qfp_plane_spec *spec) QFP_MUST_USE;

/* re + i im = scale × window × factor at (coordinate i, wavenumber k): both tables [i][k], n_j ×
 * n_j numbers, in A (Q, k_P) and in B (P, k_Q).  Of a checked spec. */
void qfpi_plane_table(const qfp_grid *grid, const qfp_plane_spec *spec, qfp_space space,
                      const qfp_plane_factor *factor, double scale, double *re, double *im);

/* Parts of a factor that occur. */
typedef struct qfpi_plane_parts {
    int re, im;
} qfpi_plane_parts;
qfpi_plane_parts qfpi_plane_parts_of(const qfp_plane_factor *factor);

#ifdef __cplusplus
}
#endif
#endif
