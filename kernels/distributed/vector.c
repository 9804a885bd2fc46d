/* vector.c - distributed vectors: copies and linear combinations. */
#include <stdlib.h>
#include <string.h>

#include "distributed/distributed.h"

static const qfp_vector_operations *inner_of(const dist_buffer *b)
{
    return b->context->inner->vector;
}

/* The division whose arrays have so many doubles; NULL: it is none of those. */
static dist_division *division_for(const dist_context *context, size_t count)
{
    for (const dist_plan *p = context->plans; p != NULL; p = p->next)
        for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space)
            if (count == qfp_grid_doubles(&p->division->grid, (qfp_space)space))
                return p->division;
    return NULL;
}

static void destroy(qfp_buffer *buffer)
{
    dist_buffer *b = dist_buffer_of(buffer);
    if (b == NULL)
        return;
    inner_of(b)->destroy(b->inner);
    dist_division_release(b->division);
    free(b->first);
    free(b->slices);
    free(b);
}

/* A buffer for arrays of a grid has room for the largest share of those that fit into it; what one is for that has
 * another size is known when it is filled. */
static qfp_status make_room(dist_buffer *b)
{
    dist_division *d = b->division;
    if (d == NULL)
        return b->context->plans == NULL ? dist_become_whole(b, b->count) : QFP_OK;
    for (int space = QFP_SPACE_B; space >= QFP_SPACE_Z; --space)
        if (qfp_grid_doubles(&d->grid, (qfp_space)space) <= b->count)
            QFP_TRY(dist_become(b, d, (qfp_space)space));
    b->layout = DIST_ANYHOW;
    return QFP_OK;
}

static qfp_status create(qfp_context *context, size_t count, qfp_buffer **out)
{
    *out = NULL;
    dist_buffer *b = NULL;
    QFP_TRY(QFP_ALLOCATE(b, 1, "a buffer"));
    b->context = dist_context_of(context);
    b->count = count;
    b->division = division_for(b->context, count);
    if (b->division != NULL)
        b->division->references += 1;
    qfp_status status = qfpi_ranks_agree(make_room(b));
    if (status != QFP_OK) {
        destroy((qfp_buffer *)(void *)b);
        return status;
    }
    *out = (qfp_buffer *)(void *)b;
    return QFP_OK;
}

static qfp_status check_range(const dist_buffer *b, size_t offset, size_t count)
{
    if (offset > b->count || count > b->count - offset)
        return QFP_FAIL(QFP_INTERNAL, "doubles %zu to %zu are outside a buffer of %zu", offset,
                        offset + count, b->count);
    return QFP_OK;
}

/* ---- copies ---------------------------------------------------------------------------------- */

/* A whole array says by its length which space it may be of; the present layout is asked first. */
static qfp_status choose_layout(dist_buffer *b, size_t offset, size_t count)
{
    const dist_division *d = b->division;
    if (d == NULL)
        return b->layout == DIST_ANYHOW ? dist_become_whole(b, b->count) : QFP_OK;
    if (offset == 0)
        for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space)
            if (count == qfp_grid_doubles(&d->grid, (qfp_space)space))
                return b->layout == DIST_BY_P1 && count == qfp_grid_doubles(&d->grid, QFP_SPACE_B)
                           ? QFP_OK
                           : dist_become(b, d, (qfp_space)space);
    if (b->layout != DIST_ANYHOW)
        return QFP_OK;
    return dist_become(
        b, d, b->count == qfp_grid_doubles(&d->grid, QFP_SPACE_Z) ? QFP_SPACE_Z : QFP_SPACE_A);
}

/* The part of [offset, offset + count) that rank r holds of a buffer in runs. */
static size_t part_of_range(const dist_buffer *b, int r, size_t offset, size_t count, size_t *begin)
{
    size_t first = b->first[r] > offset ? b->first[r] : offset;
    size_t end = b->first[r + 1] < offset + count ? b->first[r + 1] : offset + count;
    *begin = first < end ? first : end;
    return first < end ? end - first : 0;
}

static qfp_status upload_runs(dist_buffer *b, size_t offset, size_t count, const double *from)
{
    size_t begin, own = part_of_range(b, qfpi_rank(), offset, count, &begin);
    return own == 0 ? QFP_OK
                    : inner_of(b)->upload(b->inner, begin - b->first[qfpi_rank()], own,
                                          from + (begin - offset));
}

/* B: whole arrays only. */
static qfp_status upload_b(dist_buffer *b, const double *from)
{
    size_t own = dist_b_doubles(b->division, qfpi_rank());
    double *packed = NULL;
    QFP_TRY(QFP_ALLOCATE(packed, own, "a share of an array"));
    dist_b_take(b->division, qfpi_rank(), from, packed);
    qfp_status status = own > 0 ? inner_of(b)->upload(b->inner, 0, own, packed) : QFP_OK;
    free(packed);
    return status;
}

static qfp_status upload(qfp_buffer *to, size_t offset, size_t count, const double *from)
{
    dist_buffer *b = dist_buffer_of(to);
    QFP_TRY(check_range(b, offset, count));
    if (count == 0)
        return QFP_OK;
    QFP_TRY(choose_layout(b, offset, count));
    if (b->layout == DIST_WHOLE)
        return inner_of(b)->upload(b->inner, offset, count, from);
    if (b->layout == DIST_RUNS)
        return upload_runs(b, offset, count, from);
    if (offset != 0 || count != qfp_grid_doubles(&b->division->grid, QFP_SPACE_B))
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "a part of an array on space B cannot be uploaded to several ranks");
    return upload_b(b, from);
}

static qfp_status download_runs(const dist_buffer *b, size_t offset, size_t count, double *to)
{
    int ranks = qfpi_ranks(), own_rank = qfpi_rank();
    size_t *first = NULL, begin, own = part_of_range(b, own_rank, offset, count, &begin);
    QFP_TRY(QFP_ALLOCATE(first, (size_t)ranks + 1, "the division of an array"));
    for (int r = 0; r < ranks; ++r) {
        size_t at;
        first[r + 1] = first[r] + part_of_range(b, r, offset, count, &at);
    }
    qfp_status status = own == 0 ? QFP_OK
                                 : inner_of(b)->download(b->inner, begin - b->first[own_rank], own,
                                                         to + (begin - offset));
    if (status == QFP_OK)
        status = qfpi_ranks_complete(to, first);
    free(first);
    return status;
}

/* One rank's part after the other, each unpacked from where it was collected. */
static qfp_status download_b(const dist_buffer *b, double *to)
{
    int ranks = qfpi_ranks(), own_rank = qfpi_rank();
    size_t *first = NULL, doubles = qfp_grid_doubles(&b->division->grid, QFP_SPACE_B);
    double *packed = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(first, (size_t)ranks + 1, "the division of an array"));
    QFP_TRY_GOTO(QFP_ALLOCATE(packed, doubles, "an array of all ranks"));
    for (int r = 0; r < ranks; ++r)
        first[r + 1] = first[r] + dist_b_doubles(b->division, r);
    if (first[own_rank + 1] > first[own_rank])
        QFP_TRY_GOTO(inner_of(b)->download(b->inner, 0, first[own_rank + 1] - first[own_rank],
                                           packed + first[own_rank]));
    QFP_TRY_GOTO(qfpi_ranks_complete(packed, first));
    for (int r = 0; r < ranks; ++r)
        dist_b_put(b->division, r, packed + first[r], to);
done:
    free(packed);
    free(first);
    return status;
}

static qfp_status download(const qfp_buffer *from, size_t offset, size_t count, double *to)
{
    dist_buffer *b = dist_buffer_of(from);
    QFP_TRY(check_range(b, offset, count));
    if (count == 0)
        return QFP_OK;
    if (b->layout == DIST_ANYHOW)
        QFP_TRY(choose_layout(b, offset, count));
    if (b->layout == DIST_WHOLE)
        return inner_of(b)->download(b->inner, offset, count, to);
    if (b->layout == DIST_RUNS)
        return download_runs(b, offset, count, to);
    size_t doubles = qfp_grid_doubles(&b->division->grid, QFP_SPACE_B);
    if (offset == 0 && count == doubles)
        return download_b(b, to);
    double *all = NULL;
    QFP_TRY(QFP_ALLOCATE(all, doubles, "an array of all ranks"));
    qfp_status status = download_b(b, all);
    if (status == QFP_OK)
        memcpy(to, all + offset, count * sizeof *to);
    free(all);
    return status;
}

/* ---- combinations ---------------------------------------------------------------------------- */

static qfp_status fail_layouts(void)
{
    return QFP_FAIL(QFP_INTERNAL, "vectors that the ranks hold in different ways");
}

/* y gets the layout of the x, which must be one, and of its own numbers where they are kept. */
static qfp_status meet(dist_buffer *y, double beta, int terms, qfp_buffer *const *x)
{
    const dist_buffer *like = beta != 0.0 && y->layout != DIST_ANYHOW ? y
                              : terms > 0                             ? dist_buffer_of(x[0])
                                                                      : y;
    for (int k = 0; k < terms; ++k) {
        const dist_buffer *b = dist_buffer_of(x[k]);
        if (b->layout != like->layout)
            return fail_layouts();
        for (int r = 0; like->layout == DIST_RUNS && r <= qfpi_ranks(); ++r)
            if (b->first[r] != like->first[r])
                return fail_layouts();
    }
    if (like == y)
        return QFP_OK;
    if (like->layout == DIST_RUNS)
        return dist_become_rows(y, like->slices,
                                like->slices[qfpi_ranks()] > 0
                                    ? like->first[qfpi_ranks()] / like->slices[qfpi_ranks()]
                                    : 0);
    if (like->layout == DIST_BY_P1)
        return dist_become(y, like->division, QFP_SPACE_B);
    return dist_become_whole(y, y->count);
}

static size_t own_doubles(const dist_buffer *b, size_t count)
{
    size_t first;
    if (b->layout == DIST_RUNS)
        return dist_own_run(b, count, &first);
    if (b->layout == DIST_WHOLE)
        return count;
    return dist_b_doubles(b->division, qfpi_rank());
}

static qfp_status combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                          qfp_buffer *const *x)
{
    enum { MOST = 256 };
    dist_buffer *to = dist_buffer_of(y);
    qfp_buffer *inner[MOST];
    if (terms > MOST)
        return QFP_FAIL(QFP_INTERNAL, "%d vectors in a combination; %d are the most", terms,
                        (int)MOST);
    QFP_TRY(meet(to, beta, terms, x));
    if (to->layout == DIST_ANYHOW)
        QFP_TRY(choose_layout(to, 0, count));
    size_t own = own_doubles(to, count);
    for (int k = 0; k < terms; ++k)
        inner[k] = dist_buffer_of(x[k])->inner;
    return own > 0 ? inner_of(to)->combine(own, beta, to->inner, terms, a, inner) : QFP_OK;
}

/* ---- for libraries --------------------------------------------------------------------------- */

static qfp_status create_shared(qfp_context *context, size_t count, qfp_buffer **out,
                                qfp_buffer_key *key)
{
    (void)context, (void)count, (void)key;
    *out = NULL;
    return QFP_FAIL(QFP_UNSUPPORTED, "an array that several ranks hold is divided among them");
}

static qfp_status open_shared(qfp_context *context, size_t count, const qfp_buffer_key *key,
                              qfp_buffer **out)
{
    (void)context, (void)count, (void)key;
    *out = NULL;
    return QFP_FAIL(QFP_UNSUPPORTED, "an array that several ranks hold is divided among them");
}

static qfp_status view(const qfp_buffer *of, size_t offset, size_t count, qfp_buffer **out)
{
    (void)of, (void)offset, (void)count;
    *out = NULL;
    return QFP_FAIL(QFP_UNSUPPORTED, "no views of arrays that several ranks hold");
}

static qfp_status lend(qfp_buffer *buffer, int for_writing, void **address)
{
    (void)buffer, (void)for_writing;
    *address = NULL;
    return QFP_FAIL(QFP_UNSUPPORTED, "an array that several ranks hold has no address");
}

static qfp_status take_back(qfp_buffer *buffer)
{
    (void)buffer;
    return QFP_OK;
}

static qfp_status copy_rows(size_t rows, size_t run, const qfp_buffer *x, qfp_rows from,
                            qfp_buffer *y, qfp_rows to)
{
    (void)rows, (void)run, (void)x, (void)from, (void)y, (void)to;
    return QFP_FAIL(QFP_UNSUPPORTED, "no blocks of arrays that several ranks hold");
}

const qfp_vector_operations qfp_distributed_vector = {
    .create = create,
    .destroy = destroy,
    .create_shared = create_shared,
    .open_shared = open_shared,
    .view = view,
    .lend = lend,
    .take_back = take_back,
    .upload = upload,
    .download = download,
    .copy_rows = copy_rows,
    .combine = combine,
    .inner = dist_inner,
    .extrema = dist_extrema,
    .entropy = dist_entropy,
};
