/* linear_map.h - what a propagator needs to know of an equation du/dt = L u. */
#ifndef QFPI_LINEAR_MAP_H
#define QFPI_LINEAR_MAP_H

#include <stdbool.h>

#include "backend.h"

typedef struct qfp_linear_map {
    const qfp_backend *backend;
    qfp_context *context;
    size_t count; /* doubles of u */
    bool skew;    /* ⟨u, L u⟩ = 0 to rounding */
    void *self;
    /* y = L u; u is kept, y ≠ u */
    qfp_status (*apply)(void *self, qfp_buffer *u, qfp_buffer *y);
    size_t applications; /* counted by qfp_linear_map_apply */
} qfp_linear_map;

qfp_status qfp_linear_map_apply(qfp_linear_map *map, qfp_buffer *u, qfp_buffer *y) QFP_MUST_USE;

/* Upper estimate of the spectral radius: the extreme Ritz value of a Krylov space started from a
 * broad vector, plus its residual. */
qfp_status qfp_linear_map_radius(qfp_linear_map *map, double *radius) QFP_MUST_USE;

#endif
