/* grid.c - distributed plans: transforms with their transpositions, and what sums or fills an array on Z. */
#include <stdlib.h>
#include <string.h>

#include "distributed/distributed.h"
#include "shared/grid_shape.h"
#include "shared/pairwise.h"

static const qfp_grid_operations *inner_of(const dist_plan *p)
{
    return p->context->inner->grid;
}

/* ---- plans ----------------------------------------------------------------------------------- */

static void destroy(qfp_grid_plan *plan)
{
    dist_plan *p = dist_plan_of(plan);
    if (p == NULL)
        return;
    const qfp_backend *inner = p->context->inner;
    dist_plan **at = &p->context->plans;
    while (*at != NULL && *at != p)
        at = &(*at)->next;
    if (*at != NULL)
        *at = p->next;
    for (int axis = DIST_Q1; axis < DIST_AXES; ++axis)
        for (int piece = 0; piece < DIST_PIECES; ++piece)
            inner->grid->destroy(p->inner[axis][piece]);
    dist_window_destroy(p->context, &p->way);
    dist_window_destroy(p->context, &p->by_q2);
    dist_division_release(p->division);
    free(p);
}

static void describe_transpositions(dist_plan *p)
{
    const dist_division *d = p->division;
    int modes = d->grid.modes;
    p->to_p1 = (dist_transposition){.n0 = (size_t)d->grid.points[0],
                                    .between = 1,
                                    .n1 = (size_t)d->grid.points[0],
                                    .after = 1,
                                    .pieces = d->pieces[DIST_P1],
                                    .first0 = d->first[DIST_Q1],
                                    .first1 = d->first[DIST_P1]};
    for (int j = 1; j < modes; ++j) {
        p->to_p1.between *= (size_t)d->grid.points[j];
        p->to_p1.after *= (size_t)d->grid.points[j];
    }
    if (modes == 1)
        return;
    p->to_q2 = (dist_transposition){.n0 = p->to_p1.n0,
                                    .between = 1,
                                    .n1 = (size_t)d->grid.points[1],
                                    .pieces = d->pieces[DIST_Q2],
                                    .first0 = d->first[DIST_Q1],
                                    .first1 = d->first[DIST_Q2]};
    p->to_q2.after = p->to_p1.between / p->to_q2.n1 * p->to_p1.n0 * p->to_p1.after;
}

static qfp_status create_parts(dist_plan *p, const qfp_grid *grid)
{
    const dist_context *c = p->context;
    qfp_grid slab;
    int in_cache = c->is_host && qfpi_ranks_here() == qfpi_ranks() && !dist_by_messages;
    QFP_TRY(dist_division_create(grid, in_cache, &p->division));
    for (int axis = DIST_Q1; axis < DIST_AXES; ++axis)
        for (int piece = 0; piece < p->division->pieces[axis]; ++piece)
            if (dist_slab(p->division, (dist_axis)axis, piece, &slab))
                QFP_TRY(c->inner->grid->create(c->context, &slab, &p->inner[axis][piece]));
    describe_transpositions(p);
    return QFP_OK;
}

static qfp_status make_way(dist_plan *p)
{
    size_t room = 1;
    for (int axis = DIST_Q1; axis < DIST_AXES; ++axis) {
        size_t doubles = dist_doubles(p->division, (dist_axis)axis, QFP_SPACE_Z);
        room = doubles > room ? doubles : room;
    }
    QFP_TRY(dist_window_create(p->context, room, &p->way));
    qfp_status status = dist_transposition_prepare(p->context, &p->to_p1, &p->way);
    if (status == QFP_OK && p->division->grid.modes > 1)
        status = dist_transposition_prepare(p->context, &p->to_q2, &p->way);
    return qfpi_ranks_agree(status);
}

static qfp_status create(qfp_context *context, const qfp_grid *grid, qfp_grid_plan **out)
{
    *out = NULL;
    QFP_TRY(qfpi_grid_check(grid));
    if (grid->slab.count > 0)
        return QFP_FAIL(QFP_UNSUPPORTED, "a slab is not divided any further");
    dist_plan *p = NULL;
    QFP_TRY(QFP_ALLOCATE(p, 1, "a grid plan"));
    p->context = dist_context_of(context);
    qfp_status status = qfpi_ranks_agree(create_parts(p, grid));
    if (status == QFP_OK)
        status = make_way(p);
    if (status != QFP_OK) {
        destroy((qfp_grid_plan *)(void *)p);
        return status;
    }
    p->next = p->context->plans;
    p->context->plans = p;
    *out = (qfp_grid_plan *)(void *)p;
    return QFP_OK;
}

/* ---- transforms ------------------------------------------------------------------------------ */

/* Between an array on Z in slabs of P_1 and one on B. */
typedef struct transform_of_b {
    dist_plan *plan;
    qfp_direction direction;
    const qfp_buffer *b;
} transform_of_b;

static qfp_status transform_piece(void *what, int piece)
{
    const transform_of_b *t = what;
    dist_plan *p = t->plan;
    qfp_buffer *z = NULL, *b = NULL;
    if (p->inner[DIST_P1][piece] == NULL)
        return QFP_OK;
    QFP_TRY(dist_view(p, DIST_P1, QFP_SPACE_Z, piece, p->way.own, &z));
    qfp_status status = dist_view(p, DIST_P1, QFP_SPACE_B, piece, t->b, &b);
    int forward = t->direction == QFP_FORWARD;
    if (status == QFP_OK)
        status = inner_of(p)->transform(p->inner[DIST_P1][piece], QFP_SPACE_B, t->direction,
                                        forward ? z : b, forward ? b : z);
    p->context->inner->vector->destroy(b);
    p->context->inner->vector->destroy(z);
    return status;
}

static qfp_status transform_b(dist_plan *p, qfp_direction direction, dist_buffer *in,
                              dist_buffer *out)
{
    transform_of_b what = {p, direction, direction == QFP_FORWARD ? out->inner : in->inner};
    return direction == QFP_FORWARD
               ? dist_there(p->context, &p->to_p1, in->inner, &p->way, transform_piece, &what)
               : dist_back(p->context, &p->to_p1, &p->way, out->inner, transform_piece, &what);
}

static qfp_status transform(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                            qfp_buffer *in, qfp_buffer *out)
{
    dist_plan *p = dist_plan_of(plan);
    dist_buffer *from = dist_buffer_of(in), *to = dist_buffer_of(out);
    if (space == QFP_SPACE_Z)
        return QFP_FAIL(QFP_INTERNAL, "transforms lead to and from spaces A and B");
    QFP_TRY(dist_read_as(from, p->division, direction == QFP_FORWARD ? QFP_SPACE_Z : space));
    QFP_TRY(dist_become(to, p->division, direction == QFP_FORWARD ? space : QFP_SPACE_Z));
    if (space == QFP_SPACE_B)
        return transform_b(p, direction, from, to);
    qfp_grid_plan *own = p->inner[DIST_Q1][0];
    return own == NULL ? QFP_OK
                       : inner_of(p)->transform(own, space, direction, from->inner, to->inner);
}

/* ---- filling and summing --------------------------------------------------------------------- */

static qfp_status product_fill(qfp_grid_plan *plan, size_t term_count,
                               const qfp_product_term *terms, qfp_buffer *u)
{
    dist_plan *p = dist_plan_of(plan);
    const dist_division *d = p->division;
    dist_buffer *to = dist_buffer_of(u);
    QFP_TRY(dist_become(to, d, QFP_SPACE_Z));
    if (p->inner[DIST_Q1][0] == NULL)
        return QFP_OK;
    qfp_product_term *own = NULL;
    QFP_TRY(QFP_ALLOCATE(own, term_count, "the terms of a state"));
    size_t skipped = 2 * dist_first(d, DIST_Q1, qfpi_rank()) * (size_t)d->grid.points[0];
    for (size_t t = 0; t < term_count; ++t) {
        own[t] = terms[t];
        own[t].table[0] += skipped;
    }
    qfp_status status = inner_of(p)->product_fill(p->inner[DIST_Q1][0], term_count, own, to->inner);
    free(own);
    return status;
}

/* Slices of Q_1, each a plane or, of mode 1, a row of it, from all ranks: [n_1][slice]. */
static qfp_status collect_slices(const dist_plan *p, int mode, const dist_buffer *x, size_t slice,
                                 double *out)
{
    int ranks = qfpi_ranks();
    const size_t *of_q1 = p->division->first[DIST_Q1];
    size_t *first = NULL;
    QFP_TRY(QFP_ALLOCATE(first, (size_t)ranks + 1, "the division of an array"));
    for (int r = 0; r <= ranks; ++r)
        first[r] = of_q1[r] * slice;
    qfp_status status = QFP_OK;
    if (p->inner[DIST_Q1][0] != NULL)
        status =
            inner_of(p)->marginal(p->inner[DIST_Q1][0], mode, x->inner, out + first[qfpi_rank()]);
    status = qfpi_ranks_agree(status); /* a rank that holds nothing does not fail */
    if (status == QFP_OK)
        status = qfpi_ranks_complete(out, first);
    free(first);
    return status;
}

static qfp_status marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane)
{
    dist_plan *p = dist_plan_of(plan);
    const qfp_grid *grid = &p->division->grid;
    QFP_TRY(qfpi_marginal_check(grid, mode));
    QFP_TRY(dist_read_as(dist_buffer_of(x), p->division, QFP_SPACE_Z));
    size_t n = (size_t)grid->points[mode], slices = (size_t)grid->points[0], cells = n * n;
    if (mode == 0)
        return collect_slices(p, mode, dist_buffer_of(x), n, plane);
    double *all = NULL;
    QFP_TRY(QFP_ALLOCATE(all, slices * cells, "the slices of a marginal"));
    qfp_status status = collect_slices(p, mode, dist_buffer_of(x), cells, all);
    for (size_t cell = 0; status == QFP_OK && cell < cells; ++cell)
        plane[cell] = qfpi_pairwise_sum(slices, all + cell, cells);
    free(all);
    return status;
}

/* ---- contractions ---------------------------------------------------------------------------- */

/* Over an axis that every rank has whole: the first one stays as it is divided. */
static qfp_status contract_inside(size_t outer, size_t n, size_t inner, size_t m,
                                  const double *matrix, const dist_buffer *x, dist_buffer *y)
{
    const dist_context *c = x->context;
    const size_t *slices = x->slices;
    size_t own = slices[qfpi_rank() + 1] - slices[qfpi_rank()];
    QFP_TRY(dist_become_rows(y, slices, outer * m * inner));
    return own == 0 ? QFP_OK
                    : c->inner->grid->contract(own, outer, n, inner, m, matrix, x->inner, y->inner);
}

/* Over the first axis: the ranks exchange its indices for columns, and rows of the result for these. */
static qfp_status contract_first(size_t n, size_t inner, size_t m, const double *matrix,
                                 const dist_buffer *x, dist_buffer *y)
{
    dist_context *c = x->context;
    const qfp_vector_operations *v = c->inner->vector;
    size_t *columns = NULL, *rows = NULL, rank = (size_t)qfpi_rank();
    dist_window from = {NULL, NULL}, to = {NULL, NULL};
    qfp_status status;
    QFP_TRY_GOTO(dist_share_out(inner, QFPI_CONTRACTED, 1, &columns));
    QFP_TRY_GOTO(dist_share_out(m, 1, 1, &rows));
    QFP_TRY_GOTO(dist_become_rows(y, rows, inner));
    const dist_transposition there = {n, 1, inner, 1, 1, x->slices, columns},
                             back = {m, 1, inner, 1, 1, rows, columns};
    size_t own = columns[rank + 1] - columns[rank];
    QFP_TRY_GOTO(v->create(c->context, own > 0 ? n * own : 1, &from.own));
    QFP_TRY_GOTO(v->create(c->context, own > 0 ? m * own : 1, &to.own));
    QFP_TRY_GOTO(dist_there(c, &there, x->inner, &from, NULL, NULL));
    if (own > 0)
        QFP_TRY_GOTO(c->inner->grid->contract(1, 1, n, own, m, matrix, from.own, to.own));
    QFP_TRY_GOTO(dist_back(c, &back, &to, y->inner, NULL, NULL));
done:
    v->destroy(from.own);
    v->destroy(to.own);
    free(columns);
    free(rows);
    return status;
}

static qfp_status contract(size_t slices, size_t outer, size_t n, size_t inner, size_t m,
                           const double *matrix, const qfp_buffer *x, qfp_buffer *y)
{
    dist_buffer *from = dist_buffer_of(x), *to = dist_buffer_of(y);
    if (from->count < slices * outer * n * inner || to->count < slices * outer * m * inner)
        return QFP_FAIL(QFP_INTERNAL,
                        "a contraction of %zu x %zu x %zu x %zu to %zu in buffers of %zu and %zu",
                        slices, outer, n, inner, m, from->count, to->count);
    if (from->layout == DIST_WHOLE) {
        QFP_TRY(dist_become_whole(to, to->count));
        return from->context->inner->grid->contract(slices, outer, n, inner, m, matrix, from->inner,
                                                    to->inner);
    }
    if (from->layout != DIST_RUNS)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "no contractions of arrays on space B that several ranks hold");
    size_t first_axis = from->slices[qfpi_ranks()];
    if (slices == 1 && outer == 1 && n == first_axis)
        return contract_first(n, inner, m, matrix, from, to);
    if (slices != first_axis)
        return QFP_FAIL(QFP_INTERNAL, "a contraction of %zu slices, where the array has %zu",
                        slices, first_axis);
    return contract_inside(outer, n, inner, m, matrix, from, to);
}

/* Beside the arrays: what is on its way to B. */
static double transform_bytes(const qfp_grid *grid, qfp_precision precision)
{
    double real = precision == QFP_PRECISION_SINGLE ? sizeof(float) : sizeof(double);
    return dist_inner_backend()->grid->transform_bytes(grid, precision) +
           real * (double)qfp_grid_doubles(grid, QFP_SPACE_Z);
}

const qfp_grid_operations qfp_distributed_grid = {
    .create = create,
    .destroy = destroy,
    .transform = transform,
    .transform_bytes = transform_bytes,
    .product_fill = product_fill,
    .marginal = marginal,
    .contract = contract,
};
