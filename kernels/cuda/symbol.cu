/* symbol.cu - staging: terms sorted by column, power tables, windows. */
#include "cuda/symbol.cuh"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cuda/objects.cuh"

static qfp_status stage_terms(qfp_symbol *symbol, const qfp_symbol_spec *spec,
                              const qfpi_symbol_stage *stage)
{
    cuda_symbol_view *view = &symbol->view;
    qfp_symbol_term *sorted = nullptr;
    int inner = view->shape.axes - 1;
    size_t next = 0;
    QFP_TRY(QFP_ALLOCATE(sorted, spec->term_count, "the terms of a symbol"));
    for (int column = 0; column < stage->columns; ++column) {
        view->first_term[column] = next;
        for (size_t t = 0; t < spec->term_count; ++t)
            if (stage->column[spec->terms[t].power[inner]] == column)
                sorted[next++] = spec->terms[t];
    }
    view->first_term[stage->columns] = next;
    qfp_status status = cuda_stage(symbol->plan->context, sorted, spec->term_count,
                                   "the terms of a symbol", &symbol->terms);
    free(sorted);
    view->terms = symbol->terms;
    return status;
}

static qfp_status stage_tables(qfp_symbol *symbol, const qfpi_symbol_stage *stage)
{
    cuda_symbol_view *view = &symbol->view;
    qfp_context *context = symbol->plan->context;
    size_t row = view->shape.row;
    const double *inner = stage->powers + stage->axis_offset[view->shape.axes - 1];
    double *table = nullptr;
    QFP_TRY(QFP_ALLOCATE(table, (size_t)stage->columns * row, "the table of a symbol"));
    for (int power = 0; power < QFPI_POWERS; ++power)
        if (stage->column[power] >= 0)
            memcpy(table + (size_t)stage->column[power] * row, inner + (size_t)power * row,
                   row * sizeof *table);
    qfp_status status = cuda_stage(context, table, (size_t)stage->columns * row,
                                   "the table of a symbol", &symbol->table);
    free(table);
    QFP_TRY(status);
    QFP_TRY(cuda_stage(context, stage->powers, stage->power_count, "the powers of a symbol",
                       &symbol->powers));
    view->table = symbol->table;
    view->powers = symbol->powers;
    memcpy(view->axis_offset, stage->axis_offset, sizeof view->axis_offset);
    return QFP_OK;
}

static qfp_status stage_windows(qfp_symbol *symbol, const qfp_symbol_spec *spec)
{
    cuda_symbol_view *view = &symbol->view;
    for (int j = 0; j < view->modes; ++j) {
        if (spec->window[j] == nullptr)
            continue;
        size_t count = view->shape.length[j] * view->shape.length[view->modes + j];
        QFP_TRY(cuda_stage(symbol->plan->context, spec->window[j], count, "the window of a symbol",
                           &symbol->window[j]));
        view->window[j] = symbol->window[j];
    }
    return QFP_OK;
}

static qfp_status stage(qfp_symbol *symbol, const qfp_symbol_spec *spec)
{
    cuda_symbol_view *view = &symbol->view;
    const qfp_grid_plan *plan = symbol->plan;
    qfpi_symbol_stage tables;
    view->shape = plan->shape[spec->space];
    view->modes = plan->grid.modes;
    qfp_status status = qfpi_symbol_stage_create(&plan->grid, &view->shape, spec, &tables);
    view->columns = tables.columns;
    view->has_re = tables.has_re;
    view->has_im = tables.has_im;
    if (status == QFP_OK)
        status = stage_terms(symbol, spec, &tables);
    if (status == QFP_OK)
        status = stage_tables(symbol, &tables);
    if (status == QFP_OK)
        status = stage_windows(symbol, spec);
    qfpi_symbol_stage_free(&tables);
    return status;
}

static void destroy(qfp_symbol *symbol)
{
    if (symbol == nullptr)
        return;
    (void)cudaFree(symbol->terms);
    (void)cudaFree(symbol->powers);
    (void)cudaFree(symbol->table);
    for (int j = 0; j < QFP_MAX_MODES; ++j)
        (void)cudaFree(symbol->window[j]);
    free(symbol);
}

static qfp_status create(qfp_grid_plan *plan, const qfp_symbol_spec *spec, qfp_symbol **out)
{
    *out = nullptr;
    qfp_symbol *symbol = nullptr;
    QFP_TRY(QFP_ALLOCATE(symbol, 1, "a symbol"));
    symbol->plan = plan;
    symbol->space = spec->space;
    qfp_status status = stage(symbol, spec);
    if (status != QFP_OK) {
        destroy(symbol);
        return status;
    }
    *out = symbol;
    return QFP_OK;
}

qfp_status cuda_symbol_grid(const cuda_symbol_view *view, unsigned rows, unsigned *blocks)
{
    size_t count = (view->shape.rows + rows - 1) / rows;
    if (count > INT_MAX)
        return QFP_FAIL(QFP_UNSUPPORTED, "a grid of %zu rows: too many for one launch",
                        view->shape.rows);
    *blocks = (unsigned)count;
    return QFP_OK;
}

const qfp_symbol_operations qfp_cuda_symbol = [] {
    qfp_symbol_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.multiply = cuda_symbol_multiply;
    o.sum = cuda_symbol_sum;
    o.power = cuda_symbol_power;
    return o;
}();
