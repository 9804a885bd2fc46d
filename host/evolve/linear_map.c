#include "evolve/linear_map.h"

#include <lapacke.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

qfp_status qfp_linear_map_apply(qfp_linear_map *map, qfp_buffer *u, qfp_buffer *y)
{
    map->applications++;
    return map->apply(map->self, u, y);
}

/* Sent in slices, so that no full copy exists on the host. */
qfp_status qfpi_linear_map_noise(const qfp_linear_map *map, qfp_buffer *x)
{
    enum { SLICE = 4096 };
    double slice[SLICE];
    uint64_t state = 0x9e3779b97f4a7c15u;
    for (size_t at = 0; at < map->count; at += SLICE) {
        size_t length = map->count - at < SLICE ? map->count - at : SLICE;
        for (size_t i = 0; i < length; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            slice[i] = (double)(state >> 11) * 0x1p-53 - 0.5;
        }
        QFP_TRY(map->backend->vector->upload(x, at, length, slice));
    }
    return QFP_OK;
}

enum { RADIUS_STEPS = 40 };

/* Arnoldi with a three-term window: for a skew L the recurrence L v_j = β_j v_{j+1} − β_{j−1}
 * v_{j−1} is complete.  For a general L the norms ‖L v‖ of the same recurrence serve as the
 * estimate. */
static qfp_status lanczos_bounds(qfp_linear_map *map, qfp_buffer *v[3], double *radius)
{
    const qfp_backend *b = map->backend;
    double beta[RADIUS_STEPS] = {0}, largest_step = 0.0;
    double squared, scale;
    QFP_TRY(qfpi_linear_map_noise(map, v[0]));
    QFP_TRY(b->vector->inner(map->count, 1, &v[0], v[0], &squared));
    scale = 1.0 / sqrt(squared);
    QFP_TRY(b->vector->combine(map->count, 0.0, v[1], 1, &scale, &v[0]));
    qfp_buffer *previous = v[0], *current = v[1], *next = v[2];
    int steps = 0;
    for (int j = 0; j < RADIUS_STEPS; j++) {
        QFP_TRY(qfp_linear_map_apply(map, current, next));
        QFP_TRY(b->vector->inner(map->count, 1, &next, next, &squared));
        largest_step = fmax(largest_step, sqrt(squared));
        if (j > 0)
            QFP_TRY(b->vector->combine(map->count, 1.0, next, 1, &beta[j - 1], &previous));
        QFP_TRY(b->vector->inner(map->count, 1, &next, next, &squared));
        if (!isfinite(squared))
            return QFP_FAIL(QFP_NOT_FINITE, "the generator produces values that are not finite");
        beta[j] = sqrt(squared);
        steps = j + 1;
        if (beta[j] <= 1e-12 * largest_step)
            break;
        /* previous ← current ← next/β; the buffer of the old previous takes the next product */
        scale = 1.0 / beta[j];
        QFP_TRY(b->vector->combine(map->count, 0.0, previous, 1, &scale, &next));
        qfp_buffer *scaled = previous;
        previous = current;
        current = scaled;
    }
    if (!map->skew) {
        *radius = 1.5 * largest_step;
        return QFP_OK;
    }
    double diagonal[RADIUS_STEPS] = {0}, off[RADIUS_STEPS];
    for (int j = 0; j < steps; j++)
        off[j] = beta[j];
    if (LAPACKE_dsterf(steps, diagonal, off) != 0)
        return QFP_FAIL(QFP_INTERNAL, "the eigenvalues of a tridiagonal matrix did not converge");
    double extreme = fmax(fabs(diagonal[0]), fabs(diagonal[steps - 1]));
    *radius = 1.02 * extreme + beta[steps - 1] * 0.1;
    return QFP_OK;
}

qfp_status qfp_linear_map_radius(qfp_linear_map *map, double *radius)
{
    qfp_buffer *v[3] = {NULL};
    qfp_status status = QFP_OK;
    for (int i = 0; i < 3 && status == QFP_OK; i++)
        status = map->backend->vector->create(map->context, map->count, &v[i]);
    if (status == QFP_OK)
        status = lanczos_bounds(map, v, radius);
    for (int i = 0; i < 3; i++)
        map->backend->vector->destroy(v[i]);
    return status;
}
