/* linear_map.h - what a propagator needs to know of an equation du/dt = L u. */
#ifndef QFPI_LINEAR_MAP_H
#define QFPI_LINEAR_MAP_H

#include <stdbool.h>

#include "backend.h"
#include "io/integrators.h"

typedef struct qfp_linear_map {
    const qfp_backend *backend;
    qfp_context *context;
    size_t count;     /* doubles of u */
    bool skew;        /* ⟨u, L u⟩ = 0 to rounding */
    bool dissipative; /* not skew, but of a master equation: ⟨u, L u⟩ is bounded above */
    void *self;
    /* y = L u; u is kept, y ≠ u */
    qfp_status (*apply)(void *self, qfp_buffer *u, qfp_buffer *y);
    size_t applications; /* counted by qfp_linear_map_apply */
} qfp_linear_map;

qfp_status qfp_linear_map_apply(qfp_linear_map *map, qfp_buffer *u, qfp_buffer *y) QFP_MUST_USE;

/* Upper estimate of the spectral radius: the extreme Ritz value of a Krylov space started from a
 * broad vector, plus its residual. */
qfp_status qfp_linear_map_radius(qfp_linear_map *map, double *radius) QFP_MUST_USE;

/* A box around the field of values: ⟨v, L v⟩ of unit vectors v, which are complex, has its real part in
 * [low, high] and its imaginary part in [−radius, radius].  Estimated by the extreme eigenvalues of ½(L ± Lᵀ)
 * in a Krylov space started from a broad vector, and a margin; low = high = 0 for a skew map.  No more than `vectors`
 * are held on the way, where that is QFP_FIELD_LEAST or more. */
typedef struct qfp_field_of_values {
    double low, high, radius;
} qfp_field_of_values;
qfp_status qfp_linear_map_field(qfp_linear_map *map, size_t vectors,
                                qfp_field_of_values *out) QFP_MUST_USE;

/* For the estimates: a broad vector touching the whole spectrum, uniform noise from a fixed linear
 * congruence. */
qfp_status qfpi_linear_map_noise(const qfp_linear_map *map, qfp_buffer *x) QFP_MUST_USE;

#endif
