#include "fock/unknown_map.h"

#include <stdlib.h>
#include <string.h>

/* Which of the doubles of a packed state are unknowns: all but the imaginary parts of the diagonal.
 * Returns their number, D². */
static size_t list_unknowns(const qfp_fock_space *space, size_t *at)
{
    size_t count = 0;
    for (size_t m = 0; m < space->dimension; m++)
        for (size_t n = m; n < space->dimension; n++) {
            size_t number = 2 * (qfp_fock_offset(space, m) + n - m);
            at[count++] = number;
            if (n > m)
                at[count++] = number + 1;
        }
    return count;
}

void qfp_unknown_map_destroy(qfp_unknown_map *u)
{
    if (u->map != NULL) {
        u->map->backend->vector->destroy(u->x);
        u->map->backend->vector->destroy(u->y);
    }
    free(u->at);
    free(u->packed);
}

qfp_status qfp_unknown_map_create(const qfp_fock_space *space, qfp_linear_map *map,
                                  qfp_unknown_map *u)
{
    u->map = map;
    QFP_TRY(QFP_ALLOCATE(u->at, space->count, "a spectrum"));
    QFP_TRY(QFP_ALLOCATE(u->packed, space->count, "a spectrum"));
    QFP_TRY(map->backend->vector->create(map->context, map->count, &u->x));
    QFP_TRY(map->backend->vector->create(map->context, map->count, &u->y));
    u->count = list_unknowns(space, u->at);
    return QFP_OK;
}

void qfp_unknown_map_scatter(qfp_unknown_map *u, const double *from)
{
    memset(u->packed, 0, u->map->count * sizeof *u->packed);
    for (size_t i = 0; i < u->count; i++)
        u->packed[u->at[i]] = from[i];
}

void qfp_unknown_map_gather(const qfp_unknown_map *u, double *to)
{
    for (size_t i = 0; i < u->count; i++)
        to[i] = u->packed[u->at[i]];
}

qfp_status qfp_unknown_map_apply(qfp_unknown_map *u, const double *from, double *to)
{
    const qfp_backend *b = u->map->backend;
    qfp_unknown_map_scatter(u, from);
    QFP_TRY(b->vector->upload(u->x, 0, u->map->count, u->packed));
    QFP_TRY(qfp_linear_map_apply(u->map, u->x, u->y));
    QFP_TRY(b->vector->download(u->y, 0, u->map->count, u->packed));
    qfp_unknown_map_gather(u, to);
    return QFP_OK;
}
