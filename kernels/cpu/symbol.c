/* symbol.c - staging: every index but the innermost is collapsed into row coefficients. */
#include "cpu/symbol.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/objects.h"
#include "shared/symbol_cell.h"
#include "staging/symbol_stage.h"

/* What staging a symbol needs. */
typedef struct staging {
    const qfp_symbol_spec *spec;
    qfpi_symbol_stage tables;
} staging;

static qfp_status fill_table(qfp_symbol *symbol, const staging *s)
{
    const qfpi_shape *shape = &symbol->plan->shape[symbol->space];
    QFP_TRY(cpu_allocate((size_t)symbol->columns * shape->row, "a symbol", &symbol->table));
    const double *inner = s->tables.powers + s->tables.axis_offset[shape->axes - 1];
    for (int power = 0; power < QFPI_POWERS; ++power)
        if (s->tables.column[power] >= 0)
            memcpy(symbol->table + (size_t)s->tables.column[power] * shape->row,
                   inner + (size_t)power * shape->row, shape->row * sizeof(double));
    return QFP_OK;
}

static qfp_status fill_window(qfp_symbol *symbol, const staging *s)
{
    const qfpi_shape *shape = &symbol->plan->shape[symbol->space];
    int modes = symbol->plan->grid.modes;
    symbol->window_run = 1;
    for (int j = 0; j < modes - 1; ++j)
        symbol->window_run *= shape->length[modes + j];
    const double *window = s->spec->window[modes - 1];
    if (window == NULL)
        return QFP_OK;
    size_t count = shape->length[modes - 1] * shape->row;
    QFP_TRY(cpu_allocate(count, "the window of a symbol", &symbol->window));
    memcpy(symbol->window, window, count * sizeof(double));
    return QFP_OK;
}

/* The windows of all modes but the last, at one row. */
static double row_window(const qfp_symbol *symbol, const staging *s, const size_t *index)
{
    const qfpi_shape *shape = &symbol->plan->shape[symbol->space];
    int modes = symbol->plan->grid.modes;
    double product = 1.0;
    for (int j = 0; j < modes - 1; ++j)
        if (s->spec->window[j] != NULL)
            product *= s->spec->window[j][index[j] * shape->length[modes + j] + index[modes + j]];
    return product;
}

static void fill_row(qfp_symbol *symbol, const staging *s, size_t r)
{
    const qfpi_shape *shape = &symbol->plan->shape[symbol->space];
    size_t index[2 * QFP_MAX_MODES], first = r * (size_t)symbol->columns;
    double factor[2 * QFP_MAX_MODES];
    qfpi_row_indices(shape, r, index);
    double window = row_window(symbol, s, index);
    for (int k = 0; k < symbol->columns; ++k) {
        if (symbol->re != NULL)
            symbol->re[first + (size_t)k] = 0.0;
        if (symbol->im != NULL)
            symbol->im[first + (size_t)k] = 0.0;
    }
    int inner = shape->axes - 1;
    for (size_t t = 0; t < s->spec->term_count; ++t) {
        const qfp_symbol_term *term = &s->spec->terms[t];
        for (int axis = 0; axis < inner; ++axis)
            factor[axis] =
                qfpi_stage_power(&s->tables, shape, axis, term->power[axis], index[axis]);
        size_t at = first + (size_t)s->tables.column[term->power[inner]];
        if (symbol->re != NULL)
            symbol->re[at] += qfpi_row_term_cell(window * term->re, inner, factor);
        if (symbol->im != NULL)
            symbol->im[at] += qfpi_row_term_cell(window * term->im, inner, factor);
    }
}

static qfp_status fill_rows(qfp_symbol *symbol, const staging *s)
{
    const qfp_grid_plan *plan = symbol->plan;
    size_t rows = plan->shape[symbol->space].rows, count = rows * (size_t)symbol->columns;
    if (s->tables.has_re)
        QFP_TRY(cpu_allocate(count, "the rows of a symbol", &symbol->re));
    if (s->tables.has_im)
        QFP_TRY(cpu_allocate(count, "the rows of a symbol", &symbol->im));
    int threads = cpu_threads_for(plan->context, count * (s->spec->term_count + 1));
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t r = 0; r < rows; ++r)
        fill_row(symbol, s, r);
    return QFP_OK;
}

static qfp_status stage(qfp_symbol *symbol, staging *s)
{
    const qfp_grid_plan *plan = symbol->plan;
    QFP_TRY(
        qfpi_symbol_stage_create(&plan->grid, &plan->shape[symbol->space], s->spec, &s->tables));
    symbol->columns = s->tables.columns;
    QFP_TRY(fill_table(symbol, s));
    QFP_TRY(fill_window(symbol, s));
    QFP_TRY(fill_rows(symbol, s));
    for (int accumulate = 0; accumulate < 2; ++accumulate)
        symbol->multiply[accumulate] = cpu_row_multiply_choose(symbol, accumulate);
    return QFP_OK;
}

static void destroy(qfp_symbol *symbol)
{
    if (symbol == NULL)
        return;
    free(symbol->re);
    free(symbol->im);
    free(symbol->table);
    free(symbol->window);
    free(symbol);
}

static qfp_status create(qfp_grid_plan *plan, const qfp_symbol_spec *spec, qfp_symbol **out)
{
    *out = NULL;
    qfp_symbol *symbol = NULL;
    QFP_TRY(QFP_ALLOCATE(symbol, 1, "a symbol"));
    symbol->plan = plan;
    symbol->space = spec->space;
    staging s = {.spec = spec};
    qfp_status status = stage(symbol, &s);
    qfpi_symbol_stage_free(&s.tables);
    if (status != QFP_OK) {
        destroy(symbol);
        return status;
    }
    *out = symbol;
    return QFP_OK;
}

const qfp_symbol_operations qfp_cpu_symbol = {
    .create = create,
    .destroy = destroy,
    .multiply = cpu_symbol_multiply,
    .sum = cpu_symbol_sum,
    .power = cpu_symbol_power,
};
