/* symbol.c - distributed multipliers: each rank's is staged on its slab. */
#include <stdlib.h>
#include <string.h>

#include "distributed/distributed.h"
#include "shared/pairwise.h"

struct qfp_symbol {
    dist_plan *plan;
    qfp_space space;
    dist_axis axis;    /* of the slabs */
    qfp_symbol *inner; /* NULL where this rank holds nothing */
};

static const qfp_symbol_operations *inner_of(const qfp_symbol *s)
{
    return s->plan->context->inner->symbol;
}

static void destroy(qfp_symbol *symbol)
{
    if (symbol == NULL)
        return;
    inner_of(symbol)->destroy(symbol->inner);
    free(symbol);
}

/* The window of mode 1 over a slab of P_1, [k_Q1][own P_1], to be freed. */
static qfp_status cut_columns(const dist_division *d, const double *window, double **out)
{
    size_t n = (size_t)d->grid.points[0], rows = d->grid.modes == 1 ? n / 2 + 1 : n;
    const size_t *first = d->first[DIST_P1] + qfpi_rank();
    size_t own = first[1] - first[0];
    QFP_TRY(QFP_ALLOCATE(*out, rows * own, "a window table"));
    for (size_t i = 0; i < rows; ++i)
        memcpy(*out + i * own, window + i * n + first[0], own * sizeof **out);
    return QFP_OK;
}

static qfp_status create_inner(qfp_symbol *s, const qfp_symbol_spec *spec)
{
    const dist_division *d = s->plan->division;
    qfp_grid_plan *plan = s->plan->inner[s->axis];
    qfp_symbol_spec own = *spec;
    double *cut = NULL;
    if (plan == NULL)
        return QFP_OK;
    size_t n = (size_t)d->grid.points[0];
    if (spec->window[0] != NULL && s->axis == DIST_P1) {
        QFP_TRY(cut_columns(d, spec->window[0], &cut));
        own.window[0] = cut;
    } else if (spec->window[0] != NULL) {
        size_t columns = s->space == QFP_SPACE_A && d->grid.modes == 1 ? n / 2 + 1 : n;
        own.window[0] += d->first[DIST_Q1][qfpi_rank()] * columns;
    }
    qfp_status status = inner_of(s)->create(plan, &own, &s->inner);
    free(cut);
    return status;
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

static qfp_status multiply(const qfp_symbol *s, double scale, qfp_buffer *x, qfp_buffer *y,
                           int accumulate)
{
    dist_buffer *from = dist_buffer_of(x), *to = dist_buffer_of(y);
    const dist_division *d = s->plan->division;
    QFP_TRY(dist_read_as(from, d, s->space));
    QFP_TRY(accumulate   ? dist_read_as(to, d, s->space)
            : to != from ? dist_become(to, d, s->space)
                         : QFP_OK);
    return s->inner == NULL
               ? QFP_OK
               : inner_of(s)->multiply(s->inner, scale, from->inner, to->inner, accumulate);
}

typedef qfp_status (*reduction)(const qfp_symbol *symbol, const qfp_buffer *x, double *out);

/* A slab gives one number for every index of its axis. */
static qfp_status reduce(const qfp_symbol *s, reduction run, const qfp_buffer *x, double *out)
{
    const dist_division *d = s->plan->division;
    size_t n = (size_t)d->grid.points[0];
    double *slice = NULL;
    QFP_TRY(dist_read_as(dist_buffer_of(x), d, s->space));
    QFP_TRY(QFP_ALLOCATE(slice, n, "partial sums"));
    qfp_status status = QFP_OK;
    if (s->inner != NULL)
        status = run(s->inner, dist_buffer_of(x)->inner, slice + d->first[s->axis][qfpi_rank()]);
    status = qfpi_ranks_agree(status); /* a rank that holds nothing does not fail */
    if (status == QFP_OK)
        status = qfpi_ranks_complete(slice, d->first[s->axis]);
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
