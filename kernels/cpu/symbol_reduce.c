/* symbol_reduce.c - Σ s x and Σ s |x|²: rows are the leaves of the summation tree. */
#include "cpu/symbol.h"
#include "cpu/tree.h"
#include "shared/pairwise.h"
#include "shared/symbol_cell.h"

typedef struct weighted {
    const qfp_symbol *symbol;
    const double *x;
    int squared; /* Σ s |x|² instead of Σ s x */
} weighted;

static double value_at(const cpu_row *row, size_t i)
{
    double s = qfpi_symbol_value_cell(row->columns, row->re, row->table, row->length, i);
    return row->window != NULL ? row->window[i] * s : s;
}

/* The halved axis is the innermost one in A, the last of the first group in B. */
static double mirror_of_row(const qfp_symbol *symbol, size_t r)
{
    const qfp_grid *grid = &symbol->plan->grid;
    if (symbol->space != QFP_SPACE_B)
        return 1.0;
    size_t halved = symbol->plan->shape[QFP_SPACE_B].length[grid->modes - 1];
    return qfpi_mirror_cell(r / symbol->window_run % halved, (size_t)grid->points[grid->modes - 1]);
}

static void row_leaf(const void *data, size_t r, int width, double *out)
{
    const weighted *w = data;
    const qfp_symbol *symbol = w->symbol;
    const qfpi_shape *shape = &symbol->plan->shape[symbol->space];
    size_t n = (size_t)symbol->plan->grid.points[symbol->plan->grid.modes - 1];
    double scratch[2 * (QFPI_MAX_DEGREE + 1)], lane[QFPI_LANES] = {0};
    cpu_row row = cpu_symbol_row(symbol, r, mirror_of_row(symbol, r), scratch);
    const double *x = w->x + r * shape->row * (size_t)shape->components;
    for (size_t i = 0; i < row.length; ++i) {
        double s = value_at(&row, i), weight;
        if (symbol->space == QFP_SPACE_Z)
            weight = w->squared ? x[i] * x[i] : x[i];
        else
            weight = x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1];
        if (symbol->space == QFP_SPACE_A)
            s *= qfpi_mirror_cell(i, n);
        lane[i % QFPI_LANES] += s * weight;
    }
    for (int k = 0; k < width; ++k)
        out[k] = qfpi_lanes_fold(lane);
}

static qfp_status reduce(const weighted *w, double *out)
{
    const qfp_grid_plan *plan = w->symbol->plan;
    qfp_space space = w->symbol->space;
    return cpu_tree_sum(cpu_threads_for(plan->context, plan->doubles[space]),
                        plan->shape[space].rows, 1, row_leaf, w, out);
}

qfp_status cpu_symbol_sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    if (symbol->space != QFP_SPACE_Z)
        return QFP_FAIL(QFP_INTERNAL, "symbol_sum needs a symbol on space Z");
    weighted w = {.symbol = symbol, .x = x->data};
    return reduce(&w, out);
}

qfp_status cpu_symbol_power(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    if (symbol->im != NULL)
        return QFP_FAIL(QFP_INTERNAL, "symbol_power needs a real symbol");
    weighted w = {.symbol = symbol, .x = x->data, .squared = 1};
    return reduce(&w, out);
}
