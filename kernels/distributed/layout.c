/* layout.c - how the ranks hold what is in a buffer, and arrays on their way from one layout to another. */
#include <stdlib.h>
#include <string.h>

#include "distributed/distributed.h"

/* Room for `doubles` on this rank; what was there is lost where it has to grow. */
static qfp_status reserve(dist_buffer *b, size_t doubles)
{
    const qfp_vector_operations *v = b->context->inner->vector;
    if (b->inner != NULL && doubles <= b->room)
        return QFP_OK;
    v->destroy(b->inner);
    b->inner = NULL;
    b->room = 0;
    QFP_TRY(v->create(b->context->context, doubles > 0 ? doubles : 1, &b->inner));
    b->room = doubles;
    return QFP_OK;
}

qfp_status dist_become_whole(dist_buffer *b, size_t count)
{
    b->layout = DIST_WHOLE;
    return reserve(b, count);
}

qfp_status dist_become_rows(dist_buffer *b, const size_t *slices, size_t slice)
{
    size_t ranks = (size_t)qfpi_ranks(), own = (size_t)qfpi_rank();
    if (b->first == NULL)
        QFP_TRY(QFP_ALLOCATE(b->first, ranks + 1, "the division of an array"));
    if (b->slices == NULL)
        QFP_TRY(QFP_ALLOCATE(b->slices, ranks + 1, "the division of an array"));
    for (size_t r = 0; r <= ranks; ++r) {
        b->slices[r] = slices[r];
        b->first[r] = slices[r] * slice;
    }
    b->layout = DIST_RUNS;
    return reserve(b, b->first[own + 1] - b->first[own]);
}

qfp_status dist_become(dist_buffer *b, const dist_division *d, qfp_space space)
{
    size_t doubles = qfp_grid_doubles(&d->grid, space);
    if (b->count < doubles)
        return QFP_FAIL(QFP_INTERNAL, "a buffer of %zu doubles for an array of %zu", b->count,
                        doubles);
    if (space == QFP_SPACE_B) {
        b->layout = DIST_BY_P1;
        return reserve(b, dist_doubles(d, DIST_P1, QFP_SPACE_B));
    }
    return dist_become_rows(b, d->first[DIST_Q1], doubles / (size_t)d->grid.points[0]);
}

size_t dist_own_run(const dist_buffer *b, size_t count, size_t *first)
{
    const size_t *own = b->first + qfpi_rank();
    size_t begin = own[0] < count ? own[0] : count, end = own[1] < count ? own[1] : count;
    *first = begin;
    return end - begin;
}

/* ---- space B ---------------------------------------------------------------------------------- */

typedef struct b_shape {
    size_t k, n, behind; /* lengths, of doubles: behind */
} b_shape;

static b_shape shape_of_b(const dist_division *d)
{
    b_shape shape = {1, (size_t)d->grid.points[0], 2};
    for (int j = 0; j < d->grid.modes; ++j) {
        size_t n = (size_t)d->grid.points[j];
        shape.k *= j == d->grid.modes - 1 ? n / 2 + 1 : n;
        shape.behind *= j > 0 ? n : 1;
    }
    return shape;
}

size_t dist_b_doubles(const dist_division *d, int rank)
{
    b_shape shape = shape_of_b(d);
    return shape.k * shape.behind *
           (dist_first(d, DIST_P1, rank + 1) - dist_first(d, DIST_P1, rank));
}

void dist_b_take(const dist_division *d, int rank, const double *whole, double *own)
{
    const size_t *first = d->first[DIST_P1] + rank * d->pieces[DIST_P1];
    b_shape shape = shape_of_b(d);
    for (int piece = 0; piece < d->pieces[DIST_P1]; ++piece) {
        size_t run = (first[piece + 1] - first[piece]) * shape.behind;
        for (size_t k = 0; k < shape.k; ++k, own += run)
            memcpy(own, whole + (k * shape.n + first[piece]) * shape.behind, run * sizeof *own);
    }
}

void dist_b_put(const dist_division *d, int rank, const double *own, double *whole)
{
    const size_t *first = d->first[DIST_P1] + rank * d->pieces[DIST_P1];
    b_shape shape = shape_of_b(d);
    for (int piece = 0; piece < d->pieces[DIST_P1]; ++piece) {
        size_t run = (first[piece + 1] - first[piece]) * shape.behind;
        for (size_t k = 0; k < shape.k; ++k, own += run)
            memcpy(whole + (k * shape.n + first[piece]) * shape.behind, own, run * sizeof *own);
    }
}

/* ---- reading ---------------------------------------------------------------------------------- */

static int is_as(const dist_buffer *b, const dist_division *d, qfp_space space)
{
    if (space == QFP_SPACE_B)
        return b->layout == DIST_BY_P1;
    size_t slice = qfp_grid_doubles(&d->grid, space) / (size_t)d->grid.points[0];
    int same = b->layout == DIST_RUNS;
    for (int r = 0; same && r <= qfpi_ranks(); ++r)
        same = b->first[r] == d->first[DIST_Q1][r] * slice;
    return same;
}

/* Numbers that came from the host when nothing said which space they are of: through the host again. */
static qfp_status move(dist_buffer *b, const dist_division *d, qfp_space space)
{
    size_t doubles = qfp_grid_doubles(&d->grid, space);
    qfp_buffer *opaque = (qfp_buffer *)(void *)b;
    double *all = NULL;
    QFP_TRY(QFP_ALLOCATE(all, doubles, "an array on its way to another layout"));
    qfp_status status = qfp_distributed_vector.download(opaque, 0, doubles, all);
    if (status == QFP_OK)
        status = dist_become(b, d, space);
    if (status == QFP_OK)
        status = qfp_distributed_vector.upload(opaque, 0, doubles, all);
    free(all);
    return status;
}

qfp_status dist_read_as(dist_buffer *b, const dist_division *d, qfp_space space)
{
    if (b->layout == DIST_ANYHOW)
        return dist_become(b, d, space);
    return is_as(b, d, space) ? QFP_OK : move(b, d, space);
}

qfp_status dist_view(const dist_plan *p, dist_axis axis, qfp_space space, int piece,
                     const qfp_buffer *whole, qfp_buffer **out)
{
    size_t first = 0;
    for (int before = 0; before < piece; ++before)
        first += dist_piece_doubles(p->division, axis, space, before);
    return p->context->inner->vector->view(
        whole, first, dist_piece_doubles(p->division, axis, space, piece), out);
}
