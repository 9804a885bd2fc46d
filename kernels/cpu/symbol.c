/* symbol.c - staging: every index but the innermost is collapsed into row coefficients. */
#include "cpu/symbol.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/slots.h"
#include "shared/axis.h"
#include "shared/symbol_cell.h"

enum { POWERS = QFPI_MAX_DEGREE + 1 };

/* What staging needs beyond the symbol; freed with `powers`. */
typedef struct staging {
    const qfp_symbol_spec *spec;
    double *powers;                      /* all axes in one block */
    double *of_axis[2 * QFPI_MAX_MODES]; /* [POWERS][length] */
    int column[POWERS];                  /* power of the innermost variable -> column, or -1 */
} staging;

static qfp_status check_spec(const qfp_grid_plan *plan, const qfp_symbol_spec *spec)
{
    if (spec->term_count > 0 && spec->terms == NULL)
        return QFP_FAIL(QFP_INTERNAL, "a symbol of %zu terms without a list", spec->term_count);
    for (size_t t = 0; t < spec->term_count; ++t) {
        if (spec->space == QFP_SPACE_Z && spec->terms[t].im != 0.0)
            return QFP_FAIL(QFP_INTERNAL, "term %zu of a symbol on Z is not real", t);
        for (int axis = 0; axis < 2 * plan->grid.modes; ++axis)
            if (spec->terms[t].power[axis] > QFPI_MAX_DEGREE)
                return QFP_FAIL(QFP_UNSUPPORTED,
                                "a Hamiltonian of degree %d in one variable; %d is the highest",
                                spec->terms[t].power[axis], QFPI_MAX_DEGREE);
    }
    return QFP_OK;
}

static qfp_status fill_powers(const qfp_symbol *symbol, staging *s)
{
    const cpu_shape *shape = &symbol->plan->shape[symbol->space];
    const qfp_grid *grid = &symbol->plan->grid;
    size_t total = 0;
    for (int axis = 0; axis < shape->axes; ++axis)
        total += POWERS * shape->length[axis];
    QFP_TRY(QFP_ALLOCATE(s->powers, total, "the axis tables of a symbol"));
    double *next = s->powers;
    for (int axis = 0; axis < shape->axes; ++axis) {
        int n = grid->points[axis % grid->modes];
        double extent = grid->extent[axis];
        int is_wavenumber = cpu_axis_is_wavenumber(grid, symbol->space, axis);
        s->of_axis[axis] = next;
        for (int power = 0; power < POWERS; ++power)
            for (size_t i = 0; i < shape->length[axis]; ++i)
                *next++ = qfpi_axis_power_cell(is_wavenumber, (int)i, n, extent, power);
    }
    return QFP_OK;
}

/* Only powers of the innermost variable that occur get a column. */
static void assign_columns(qfp_symbol *symbol, staging *s)
{
    int inner = 2 * symbol->plan->grid.modes - 1;
    for (int power = 0; power < POWERS; ++power)
        s->column[power] = -1;
    for (size_t t = 0; t < s->spec->term_count; ++t)
        s->column[s->spec->terms[t].power[inner]] = 0;
    symbol->columns = 0;
    for (int power = 0; power < POWERS; ++power)
        if (s->column[power] == 0)
            s->column[power] = symbol->columns++;
    if (symbol->columns == 0) {
        s->column[0] = 0;
        symbol->columns = 1; /* the zero symbol */
    }
}

static qfp_status fill_table(qfp_symbol *symbol, const staging *s)
{
    const cpu_shape *shape = &symbol->plan->shape[symbol->space];
    QFP_TRY(cpu_allocate((size_t)symbol->columns * shape->row, "a symbol", &symbol->table));
    for (int power = 0; power < POWERS; ++power)
        if (s->column[power] >= 0)
            memcpy(symbol->table + (size_t)s->column[power] * shape->row,
                   s->of_axis[shape->axes - 1] + (size_t)power * shape->row,
                   shape->row * sizeof(double));
    return QFP_OK;
}

static qfp_status fill_window(qfp_symbol *symbol, const staging *s)
{
    const cpu_shape *shape = &symbol->plan->shape[symbol->space];
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

static void row_indices(const cpu_shape *shape, size_t r, size_t *index)
{
    for (int axis = shape->axes - 2; axis >= 0; --axis) {
        index[axis] = r % shape->length[axis];
        r /= shape->length[axis];
    }
}

/* The windows of all modes but the last, at one row. */
static double row_window(const qfp_symbol *symbol, const staging *s, const size_t *index)
{
    const cpu_shape *shape = &symbol->plan->shape[symbol->space];
    int modes = symbol->plan->grid.modes;
    double product = 1.0;
    for (int j = 0; j < modes - 1; ++j)
        if (s->spec->window[j] != NULL)
            product *= s->spec->window[j][index[j] * shape->length[modes + j] + index[modes + j]];
    return product;
}

static void fill_row(qfp_symbol *symbol, const staging *s, size_t r)
{
    const cpu_shape *shape = &symbol->plan->shape[symbol->space];
    size_t index[2 * QFPI_MAX_MODES], first = r * (size_t)symbol->columns;
    double factor[2 * QFPI_MAX_MODES];
    row_indices(shape, r, index);
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
                s->of_axis[axis][(size_t)term->power[axis] * shape->length[axis] + index[axis]];
        size_t at = first + (size_t)s->column[term->power[inner]];
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
    int has_re = 0, has_im = 0;
    for (size_t t = 0; t < s->spec->term_count; ++t) {
        has_re |= s->spec->terms[t].re != 0.0;
        has_im |= s->spec->terms[t].im != 0.0;
    }
    if (has_re || !has_im)
        QFP_TRY(cpu_allocate(count, "the rows of a symbol", &symbol->re));
    if (has_im)
        QFP_TRY(cpu_allocate(count, "the rows of a symbol", &symbol->im));
    int threads = cpu_threads_for(plan->context, count * (s->spec->term_count + 1));
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t r = 0; r < rows; ++r)
        fill_row(symbol, s, r);
    return QFP_OK;
}

static qfp_status stage(qfp_symbol *symbol, staging *s)
{
    QFP_TRY(fill_powers(symbol, s));
    assign_columns(symbol, s);
    QFP_TRY(fill_table(symbol, s));
    QFP_TRY(fill_window(symbol, s));
    QFP_TRY(fill_rows(symbol, s));
    for (int accumulate = 0; accumulate < 2; ++accumulate)
        symbol->multiply[accumulate] = cpu_row_multiply_choose(symbol, accumulate);
    return QFP_OK;
}

qfp_status cpu_symbol_create(qfp_grid_plan *plan, const qfp_symbol_spec *spec, qfp_symbol **out)
{
    *out = NULL;
    QFP_TRY(check_spec(plan, spec));
    qfp_symbol *symbol = NULL;
    QFP_TRY(QFP_ALLOCATE(symbol, 1, "a symbol"));
    symbol->plan = plan;
    symbol->space = spec->space;
    staging s = {.spec = spec};
    qfp_status status = stage(symbol, &s);
    free(s.powers);
    if (status != QFP_OK) {
        cpu_symbol_destroy(symbol);
        return status;
    }
    *out = symbol;
    return QFP_OK;
}

void cpu_symbol_destroy(qfp_symbol *symbol)
{
    if (symbol == NULL)
        return;
    free(symbol->re);
    free(symbol->im);
    free(symbol->table);
    free(symbol->window);
    free(symbol);
}
