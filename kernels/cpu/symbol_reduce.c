/* symbol_reduce.c - Σ s x and Σ s |x|², slice by slice (shared/grid_shape.h): rows are the leaves of a slice's tree. */
#include <stdlib.h>

#include "cpu/symbol.h"
#include "cpu/tree.h"
#include "shared/pairwise.h"
#include "shared/symbol_cell.h"

typedef struct weighted {
    const qfp_symbol *symbol;
    const double *x;
    int squared; /* Σ s |x|² instead of Σ s x */
    qfpi_slices slices;
    size_t slice; /* that is being summed */
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

/* s |x|² or s x of cell i of a row. */
static double share_of(const weighted *w, const cpu_row *row, const double *x, size_t i)
{
    const qfp_grid *grid = &w->symbol->plan->grid;
    double s = value_at(row, i), weight;
    if (w->symbol->space == QFP_SPACE_Z)
        weight = w->squared ? x[i] * x[i] : x[i];
    else
        weight = x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1];
    if (w->symbol->space == QFP_SPACE_A)
        s *= qfpi_mirror_cell(i, (size_t)grid->points[grid->modes - 1]);
    return s * weight;
}

static const double *row_at(const weighted *w, size_t r)
{
    const qfpi_shape *shape = &w->symbol->plan->shape[w->symbol->space];
    return w->x + r * shape->row * (size_t)shape->components;
}

static void row_leaf(const void *data, size_t leaf, int width, double *out)
{
    const weighted *w = data;
    size_t r = qfpi_row_of_slice(&w->slices, w->slice, leaf);
    double scratch[2 * (QFPI_MAX_DEGREE + 1)], lane[QFPI_LANES] = {0};
    cpu_row row = cpu_symbol_row(w->symbol, r, mirror_of_row(w->symbol, r), scratch);
    const double *x = row_at(w, r);
    for (size_t i = 0; i < row.length; ++i)
        lane[i % QFPI_LANES] += share_of(w, &row, x, i);
    for (int k = 0; k < width; ++k)
        out[k] = qfpi_lanes_fold(lane);
}

/* Slices across the rows, space B of one mode: lanes[P_1][lane], lane k % QFPI_LANES of wavenumber k. */
static qfp_status sum_columns(const weighted *w, double *out)
{
    const qfpi_shape *shape = &w->symbol->plan->shape[w->symbol->space];
    double scratch[2 * (QFPI_MAX_DEGREE + 1)], *lanes = NULL;
    QFP_TRY(QFP_ALLOCATE(lanes, QFPI_LANES * shape->row, "partial sums"));
    for (size_t k = 0; k < shape->rows; ++k) {
        cpu_row row = cpu_symbol_row(w->symbol, k, mirror_of_row(w->symbol, k), scratch);
        for (size_t i = 0; i < row.length; ++i)
            lanes[i * QFPI_LANES + k % QFPI_LANES] += share_of(w, &row, row_at(w, k), i);
    }
    for (size_t i = 0; i < shape->row; ++i)
        out[i] = qfpi_lanes_fold(lanes + i * QFPI_LANES);
    free(lanes);
    return QFP_OK;
}

static qfp_status sum_slices(weighted *w, double *out)
{
    const qfp_grid_plan *plan = w->symbol->plan;
    if (w->slices.across)
        return sum_columns(w, out);
    int threads = cpu_threads_for(plan->context, plan->doubles[w->symbol->space]);
    for (w->slice = 0; w->slice < w->slices.count; ++w->slice)
        QFP_TRY(cpu_tree_sum(threads, w->slices.rows, 1, row_leaf, w, out + w->slice));
    return QFP_OK;
}

static qfp_status reduce(const qfp_symbol *symbol, int squared, const qfp_buffer *x, double *out)
{
    const qfp_grid *grid = &symbol->plan->grid;
    weighted w = {.symbol = symbol, .x = x->data, .squared = squared};
    qfpi_slices_fill(grid, &symbol->plan->shape[symbol->space], symbol->space, &w.slices);
    if (grid->slab.count > 0)
        return sum_slices(&w, out);
    double *slice = NULL;
    QFP_TRY(QFP_ALLOCATE(slice, w.slices.count, "partial sums"));
    qfp_status status = sum_slices(&w, slice);
    *out = qfpi_pairwise_sum(w.slices.count, slice, 1);
    free(slice);
    return status;
}

qfp_status cpu_symbol_sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    if (symbol->space != QFP_SPACE_Z)
        return QFP_FAIL(QFP_INTERNAL, "symbol_sum needs a symbol on space Z");
    return reduce(symbol, 0, x, out);
}

qfp_status cpu_symbol_power(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    if (symbol->im != NULL)
        return QFP_FAIL(QFP_INTERNAL, "symbol_power needs a real symbol");
    return reduce(symbol, 1, x, out);
}
