/* symbol.c - distributed multipliers: each rank's is staged on its slab. */
#include <stdlib.h>
#include <string.h>

#include "distributed/distributed.h"
#include "shared/pairwise.h"

struct qfp_symbol {
    dist_plan *plan;
    qfp_space space;
    dist_axis axis;                 /* of the slabs */
    qfp_symbol *inner[DIST_PIECES]; /* NULL where this rank holds nothing */
};

static const qfp_symbol_operations *inner_of(const qfp_symbol *s)
{
    return s->plan->context->inner->symbol;
}

static void destroy(qfp_symbol *symbol)
{
    if (symbol == NULL)
        return;
    for (int piece = 0; piece < DIST_PIECES; ++piece)
        inner_of(symbol)->destroy(symbol->inner[piece]);
    free(symbol);
}

/* The window of mode 1 over a piece of P_1, [k_Q1][own P_1], to be freed. */
static qfp_status cut_columns(const dist_division *d, int piece, const double *window, double **out)
{
    size_t n = (size_t)d->grid.points[0], rows = d->grid.modes == 1 ? n / 2 + 1 : n;
    const size_t *first = d->first[DIST_P1] + qfpi_rank() * d->pieces[DIST_P1] + piece;
    size_t own = first[1] - first[0];
    QFP_TRY(QFP_ALLOCATE(*out, rows * own, "a window table"));
    for (size_t i = 0; i < rows; ++i)
        memcpy(*out + i * own, window + i * n + first[0], own * sizeof **out);
    return QFP_OK;
}

static qfp_status create_piece(qfp_symbol *s, int piece, const qfp_symbol_spec *spec)
{
    const dist_division *d = s->plan->division;
    qfp_grid_plan *plan = s->plan->inner[s->axis][piece];
    qfp_symbol_spec own = *spec;
    double *cut = NULL;
    if (plan == NULL)
        return QFP_OK;
    size_t n = (size_t)d->grid.points[0];
    if (spec->window[0] != NULL && s->axis == DIST_P1) {
        QFP_TRY(cut_columns(d, piece, spec->window[0], &cut));
        own.window[0] = cut;
    } else if (spec->window[0] != NULL) {
        size_t columns = s->space == QFP_SPACE_A && d->grid.modes == 1 ? n / 2 + 1 : n;
        own.window[0] += dist_first(d, DIST_Q1, qfpi_rank()) * columns;
    }
    qfp_status status = inner_of(s)->create(plan, &own, &s->inner[piece]);
    free(cut);
    return status;
}

static qfp_status create_inner(qfp_symbol *s, const qfp_symbol_spec *spec)
{
    for (int piece = 0; piece < s->plan->division->pieces[s->axis]; ++piece)
        QFP_TRY(create_piece(s, piece, spec));
    return QFP_OK;
}

static qfp_status create(qfp_grid_plan *plan, const qfp_symbol_spec *spec, qfp_symbol **out)
{
    *out = NULL;
    qfp_symbol *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "a symbol"));
    s->plan = dist_plan_of(plan);
    s->space = spec->space;
    s->axis = spec->space == QFP_SPACE_B ? DIST_P1 : DIST_Q1;
    qfp_status status = qfpi_ranks_agree(create_inner(s, spec));
    if (status != QFP_OK) {
        destroy(s);
        return status;
    }
    *out = s;
    return QFP_OK;
}

static qfp_status multiply_piece(const qfp_symbol *s, int piece, double scale, dist_buffer *x,
                                 dist_buffer *y, int accumulate)
{
    const qfp_vector_operations *v = s->plan->context->inner->vector;
    qfp_buffer *from = NULL, *to = NULL;
    if (s->inner[piece] == NULL)
        return QFP_OK;
    QFP_TRY(dist_view(s->plan, s->axis, s->space, piece, x->inner, &from));
    qfp_status status = QFP_OK;
    if (y != x)
        status = dist_view(s->plan, s->axis, s->space, piece, y->inner, &to);
    if (status == QFP_OK)
        status =
            inner_of(s)->multiply(s->inner[piece], scale, from, y != x ? to : from, accumulate);
    v->destroy(to);
    v->destroy(from);
    return status;
}

static qfp_status multiply(const qfp_symbol *s, double scale, qfp_buffer *x, qfp_buffer *y,
                           int accumulate)
{
    dist_buffer *from = dist_buffer_of(x), *to = dist_buffer_of(y);
    const dist_division *d = s->plan->division;
    QFP_TRY(dist_read_as(from, d, s->space));
    QFP_TRY(accumulate   ? dist_read_as(to, d, s->space)
            : to != from ? dist_become(to, d, s->space)
                         : QFP_OK);
    if (d->pieces[s->axis] == 1)
        return s->inner[0] == NULL
                   ? QFP_OK
                   : inner_of(s)->multiply(s->inner[0], scale, from->inner, to->inner, accumulate);
    for (int piece = 0; piece < d->pieces[s->axis]; ++piece)
        QFP_TRY(multiply_piece(s, piece, scale, from, to, accumulate));
    return QFP_OK;
}

typedef qfp_status (*reduction)(const qfp_symbol *symbol, const qfp_buffer *x, double *out);

static qfp_status reduce_piece(const qfp_symbol *s, int piece, reduction run,
                               const qfp_buffer *whole, double *slice)
{
    const dist_division *d = s->plan->division;
    qfp_buffer *x = NULL;
    if (s->inner[piece] == NULL)
        return QFP_OK;
    QFP_TRY(dist_view(s->plan, s->axis, s->space, piece, whole, &x));
    qfp_status status = run(s->inner[piece], x,
                            slice + d->first[s->axis][qfpi_rank() * d->pieces[s->axis] + piece]);
    s->plan->context->inner->vector->destroy(x);
    return status;
}

/* The numbers of all ranks, in their order. */
static qfp_status complete(const dist_division *d, dist_axis axis, double *slice)
{
    size_t *first = NULL;
    QFP_TRY(QFP_ALLOCATE(first, (size_t)qfpi_ranks() + 1, "the division of an array"));
    for (int r = 0; r <= qfpi_ranks(); ++r)
        first[r] = dist_first(d, axis, r);
    qfp_status status = qfpi_ranks_complete(slice, first);
    free(first);
    return status;
}

/* A slab gives one number for every index of its axis. */
static qfp_status reduce(const qfp_symbol *s, reduction run, const qfp_buffer *x, double *out)
{
    const dist_division *d = s->plan->division;
    size_t n = (size_t)d->grid.points[0];
    double *slice = NULL;
    QFP_TRY(dist_read_as(dist_buffer_of(x), d, s->space));
    QFP_TRY(QFP_ALLOCATE(slice, n, "partial sums"));
    qfp_status status = QFP_OK;
    for (int piece = 0; piece < d->pieces[s->axis] && status == QFP_OK; ++piece)
        status = reduce_piece(s, piece, run, dist_buffer_of(x)->inner, slice);
    status = qfpi_ranks_agree(status); /* a rank that holds nothing does not fail */
    if (status == QFP_OK)
        status = complete(d, s->axis, slice);
    *out = qfpi_pairwise_sum(n, slice, 1);
    free(slice);
    return status;
}

static qfp_status sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    if (symbol->space != QFP_SPACE_Z)
        return QFP_FAIL(QFP_INTERNAL, "symbol_sum needs a symbol on space Z");
    return reduce(symbol, inner_of(symbol)->sum, x, out);
}

static qfp_status power(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    return reduce(symbol, inner_of(symbol)->power, x, out);
}

const qfp_symbol_operations qfp_distributed_symbol = {
    .create = create,
    .destroy = destroy,
    .multiply = multiply,
    .sum = sum,
    .power = power,
};
