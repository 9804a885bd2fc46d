/* unknown_map.h - a generator in the Fock basis on its D² real unknowns, in host memory: all doubles of a packed
 * state but the imaginary parts of the diagonal.  Their plain product is Tr(AB). */
#ifndef QFPI_UNKNOWN_MAP_H
#define QFPI_UNKNOWN_MAP_H

#include "evolve/linear_map.h"
#include "fock/fock_space.h"

typedef struct qfp_unknown_map {
    qfp_linear_map *map; /* borrowed */
    size_t count, *at;   /* D², and where each stands in a packed state */
    double *packed;      /* [map->count] */
    qfp_buffer *x, *y;
} qfp_unknown_map;

/* Give `u`, zero before, to the other either way. */
qfp_status qfp_unknown_map_create(const qfp_fock_space *space, qfp_linear_map *map,
                                  qfp_unknown_map *u) QFP_MUST_USE;
void qfp_unknown_map_destroy(qfp_unknown_map *u);

/* u->packed ← from [count]; to [count] ← u->packed. */
void qfp_unknown_map_scatter(qfp_unknown_map *u, const double *from);
void qfp_unknown_map_gather(const qfp_unknown_map *u, double *to);

/* to = L from */
qfp_status qfp_unknown_map_apply(qfp_unknown_map *u, const double *from, double *to) QFP_MUST_USE;

#endif
