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

static size_t doubles_of_p1(const dist_division *d)
{
    qfp_grid slab;
    return dist_slab(d, DIST_P1, &slab) ? qfp_grid_doubles(&slab, QFP_SPACE_B) : 0;
}

qfp_status dist_become(dist_buffer *b, const dist_division *d, qfp_space space)
{
    size_t doubles = qfp_grid_doubles(&d->grid, space);
    if (b->count < doubles)
        return QFP_FAIL(QFP_INTERNAL, "a buffer of %zu doubles for an array of %zu", b->count,
                        doubles);
    if (space == QFP_SPACE_B) {
        b->layout = DIST_BY_P1;
        return reserve(b, doubles_of_p1(d));
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

dist_b_part dist_b_part_of(const dist_division *d, int rank)
{
    const size_t *first = d->first[DIST_P1] + rank;
    dist_b_part part = {1, (size_t)d->grid.points[0], 2, first[0], first[1] - first[0]};
    for (int j = 0; j < d->grid.modes; ++j) {
        size_t n = (size_t)d->grid.points[j];
        part.k *= j == d->grid.modes - 1 ? n / 2 + 1 : n;
        part.behind *= j > 0 ? n : 1;
    }
    return part;
}

void dist_b_take(const dist_b_part *p, const double *whole, double *own)
{
    size_t run = p->count * p->behind;
    for (size_t k = 0; k < p->k; ++k)
        memcpy(own + k * run, whole + (k * p->n + p->first) * p->behind, run * sizeof *own);
}

void dist_b_put(const dist_b_part *p, const double *own, double *whole)
{
    size_t run = p->count * p->behind;
    for (size_t k = 0; k < p->k; ++k)
        memcpy(whole + (k * p->n + p->first) * p->behind, own + k * run, run * sizeof *own);
}

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

/* ---- transpositions -------------------------------------------------------------------------- */

/* MPI reads and writes what is lent. */
static qfp_status transpose_lent(const qfp_vector_operations *v, qfpi_transposition *t, int back,
                                 qfp_buffer *x, qfp_buffer *y)
{
    void *from = NULL, *to = NULL;
    QFP_TRY(v->lend(x, 0, &from));
    qfp_status status = v->lend(y, 1, &to);
    if (status == QFP_OK) {
        status = qfpi_transpose(t, back, from, to);
        qfp_status returned = v->take_back(y);
        status = status == QFP_OK ? returned : status;
    }
    qfp_status returned = v->take_back(x);
    return status == QFP_OK ? returned : status;
}

/* Through memory of the host, where MPI cannot read the device's. */
static qfp_status transpose_staged(const qfp_vector_operations *v, qfpi_transposition *t, int back,
                                   qfp_buffer *x, size_t x_count, qfp_buffer *y, size_t y_count)
{
    double *from = NULL, *to = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(from, x_count, "an array on its way to other ranks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(to, y_count, "an array on its way from other ranks"));
    QFP_TRY_GOTO(v->download(x, 0, x_count, from));
    QFP_TRY_GOTO(qfpi_transpose(t, back, from, to));
    QFP_TRY_GOTO(v->upload(y, 0, y_count, to));
done:
    free(from);
    free(to);
    return status;
}

qfp_status dist_transpose(const dist_context *c, qfpi_transposition *t, int back, qfp_buffer *x,
                          size_t x_count, qfp_buffer *y, size_t y_count)
{
    const qfp_vector_operations *v = c->inner->vector;
    return c->is_host ? transpose_lent(v, t, back, x, y)
                      : transpose_staged(v, t, back, x, x_count, y, y_count);
}
