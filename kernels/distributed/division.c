/* division.c - which rank holds which slabs of a grid, in which pieces. */
#include <stdlib.h>

#include "distributed/distributed.h"

size_t dist_least_block;

/* Bytes of a piece that second-level caches hold beside what is made of it. */
#define CACHED ((size_t)1 << 20)

qfp_status dist_share_out(size_t count, size_t unit, int pieces, size_t **first)
{
    size_t shares = (size_t)qfpi_ranks() * (size_t)pieces, units = (count + unit - 1) / unit;
    QFP_TRY(QFP_ALLOCATE(*first, shares + 1, "the division of an array"));
    for (size_t s = 0; s <= shares; ++s) {
        size_t begin = s * units / shares * unit;
        (*first)[s] = begin < count ? begin : count;
    }
    return QFP_OK;
}

static int number_of(const qfp_grid *grid, dist_axis axis)
{
    return axis == DIST_Q1 ? 0 : axis == DIST_P1 ? grid->modes : 1;
}

static int pieces_of(const qfp_grid *grid, int number, int in_cache)
{
    int ranks = qfpi_ranks();
    size_t least = in_cache ? CACHED / (size_t)ranks : QFP_LEAST_MESSAGE;
    return qfp_slab_pieces(grid, number, ranks, in_cache ? DIST_PIECES : QFP_MESSAGES,
                           dist_least_block > 0 ? dist_least_block : least);
}

static qfp_status divide(dist_division *d, dist_axis axis, int in_cache)
{
    int number = number_of(&d->grid, axis);
    size_t n = (size_t)d->grid.points[number % d->grid.modes],
           unit = (size_t)qfp_slab_unit(&d->grid, number);
    d->pieces[axis] = axis == DIST_Q1 ? 1 : pieces_of(&d->grid, number, in_cache);
    return dist_share_out(n, unit, d->pieces[axis], &d->first[axis]);
}

qfp_status dist_division_create(const qfp_grid *grid, int in_cache, dist_division **out)
{
    *out = NULL;
    dist_division *d = NULL;
    QFP_TRY(QFP_ALLOCATE(d, 1, "the division of a grid"));
    d->references = 1;
    d->grid = *grid;
    qfp_status status = QFP_OK;
    for (int axis = DIST_Q1; axis < DIST_AXES && status == QFP_OK; ++axis) {
        if (axis == DIST_Q2 && grid->modes == 1)
            continue;
        status = divide(d, (dist_axis)axis, in_cache);
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

int dist_slab(const dist_division *d, dist_axis axis, int piece, qfp_grid *slab)
{
    const size_t *first = d->first[axis] + qfpi_rank() * d->pieces[axis] + piece;
    *slab = d->grid;
    slab->slab = (qfp_slab){number_of(&d->grid, axis), (int)first[0], (int)(first[1] - first[0])};
    return slab->slab.count > 0;
}

size_t dist_first(const dist_division *d, dist_axis axis, int rank)
{
    return d->first[axis][rank * d->pieces[axis]];
}

size_t dist_piece_doubles(const dist_division *d, dist_axis axis, qfp_space space, int piece)
{
    qfp_grid slab;
    return dist_slab(d, axis, piece, &slab) ? qfp_grid_doubles(&slab, space) : 0;
}

size_t dist_doubles(const dist_division *d, dist_axis axis, qfp_space space)
{
    size_t doubles = 0;
    for (int piece = 0; piece < d->pieces[axis]; ++piece)
        doubles += dist_piece_doubles(d, axis, space, piece);
    return doubles;
}
