/* division.c - which rank holds which slabs of a grid. */
#include <stdlib.h>

#include "distributed/distributed.h"

qfp_status dist_share_out(size_t count, size_t unit, size_t **first)
{
    size_t ranks = (size_t)qfpi_ranks(), units = (count + unit - 1) / unit;
    QFP_TRY(QFP_ALLOCATE(*first, ranks + 1, "the division of an array"));
    for (size_t r = 0; r <= ranks; ++r) {
        size_t begin = r * units / ranks * unit;
        (*first)[r] = begin < count ? begin : count;
    }
    return QFP_OK;
}

static int number_of(const qfp_grid *grid, dist_axis axis)
{
    return axis == DIST_Q1 ? 0 : axis == DIST_P1 ? grid->modes : 1;
}

qfp_status dist_division_create(const qfp_grid *grid, dist_division **out)
{
    *out = NULL;
    dist_division *d = NULL;
    QFP_TRY(QFP_ALLOCATE(d, 1, "the division of a grid"));
    d->references = 1;
    d->grid = *grid;
    qfp_status status = QFP_OK;
    for (int axis = DIST_Q1; axis < DIST_AXES && status == QFP_OK; ++axis) {
        int number = number_of(grid, (dist_axis)axis);
        if (axis == DIST_Q2 && grid->modes == 1)
            continue;
        status = dist_share_out((size_t)grid->points[number % grid->modes],
                                (size_t)qfp_slab_unit(grid, number), &d->first[axis]);
    }
    if (status != QFP_OK) {
        dist_division_release(d);
        return status;
    }
    *out = d;
    return QFP_OK;
}

void dist_division_release(dist_division *d)
{
    if (d == NULL || --d->references > 0)
        return;
    for (int axis = DIST_Q1; axis < DIST_AXES; ++axis)
        free(d->first[axis]);
    free(d);
}

int dist_slab(const dist_division *d, dist_axis axis, qfp_grid *slab)
{
    const size_t *first = d->first[axis] + qfpi_rank();
    *slab = d->grid;
    slab->slab = (qfp_slab){number_of(&d->grid, axis), (int)first[0], (int)(first[1] - first[0])};
    return slab->slab.count > 0;
}
