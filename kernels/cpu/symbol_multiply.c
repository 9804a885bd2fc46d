/* symbol_multiply.c - the hot loop: one pass y (+)= scale s x over an array.
 *
 * The row loops are instantiated for every combination of what is known when a symbol is staged,
 * because only then does the compiler vectorise them: Z or complex arrays, real, imaginary or
 * complex multiplier, number of powers, window, accumulation.
 */
#include "cpu/symbol.h"
#include "shared/symbol_cell.h"

enum { STRIP = 128, DIRECT = 4 }; /* with more columns the polynomial is summed strip by strip */

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* Of the multiplier; REAL_ARRAY is a real multiplier on Z. */
typedef enum kind { REAL_ARRAY, REAL, IMAGINARY, COMPLEX } kind;

static ALWAYS_INLINE void store(int accumulate, double v, double *y)
{
    *y = accumulate ? *y + v : v;
}

static ALWAYS_INLINE void multiply_cell(kind what, int accumulate, double s_re, double s_im,
                                        const double *x, double *y, size_t i)
{
    if (what == REAL_ARRAY) {
        store(accumulate, s_re * x[i], &y[i]);
        return;
    }
    double x_re = x[2 * i], x_im = x[2 * i + 1]; /* both before y, which may be x, is written */
    if (what == REAL) {
        store(accumulate, s_re * x_re, &y[2 * i]);
        store(accumulate, s_re * x_im, &y[2 * i + 1]);
    } else if (what == IMAGINARY) {
        store(accumulate, -(s_im * x_im), &y[2 * i]);
        store(accumulate, s_im * x_re, &y[2 * i + 1]);
    } else {
        store(accumulate, qfpi_multiply_re_cell(s_re, s_im, x_re, x_im), &y[2 * i]);
        store(accumulate, qfpi_multiply_im_cell(s_re, s_im, x_re, x_im), &y[2 * i + 1]);
    }
}

/* A constant number of columns.  y is x or does not overlap it, so that no iteration reads what
 * another one wrote: that is what ivdep says. */
static ALWAYS_INLINE void multiply_direct(kind what, int accumulate, int columns, int windowed,
                                          const cpu_row *row, const double *x, double *y)
{
    const double *restrict re = row->re, *restrict im = row->im;
    const double *restrict table = row->table, *restrict window = row->window;
    size_t length = row->length;
#pragma GCC ivdep
    for (size_t i = 0; i < length; ++i) {
        double s_re = 0.0, s_im = 0.0;
        if (what != IMAGINARY)
            s_re = qfpi_symbol_value_cell(columns, re, table, length, i);
        if (what == IMAGINARY || what == COMPLEX)
            s_im = qfpi_symbol_value_cell(columns, im, table, length, i);
        if (windowed) {
            s_re = window[i] * s_re;
            s_im = window[i] * s_im;
        }
        multiply_cell(what, accumulate, s_re, s_im, x, y, i);
    }
}

/* The same sums as qfpi_symbol_value_cell, power by power instead of cell by cell. */
static ALWAYS_INLINE void strip_values(const double *restrict c, int windowed, const cpu_row *row,
                                       size_t first, size_t n, double *restrict value)
{
    const double *restrict table = row->table + first;
    for (size_t i = 0; i < n; ++i)
        value[i] = c[0] * table[i];
    for (int k = 1; k < row->columns; ++k)
        for (size_t i = 0; i < n; ++i)
            value[i] += c[k] * table[(size_t)k * row->length + i];
    for (size_t i = 0; windowed && i < n; ++i)
        value[i] = row->window[first + i] * value[i];
}

static ALWAYS_INLINE void multiply_strips(kind what, int accumulate, int windowed,
                                          const cpu_row *row, const double *x, double *y)
{
    double s_re[STRIP], s_im[STRIP];
    size_t components = what == REAL_ARRAY ? 1 : 2;
    for (size_t first = 0; first < row->length; first += STRIP) {
        size_t rest = row->length - first, n = rest < STRIP ? rest : STRIP;
        if (what != IMAGINARY)
            strip_values(row->re, windowed, row, first, n, s_re);
        if (what == IMAGINARY || what == COMPLEX)
            strip_values(row->im, windowed, row, first, n, s_im);
        const double *x_strip = x + components * first;
        double *y_strip = y + components * first;
#pragma GCC ivdep
        for (size_t i = 0; i < n; ++i)
            multiply_cell(what, accumulate, what != IMAGINARY ? s_re[i] : 0.0,
                          what == IMAGINARY || what == COMPLEX ? s_im[i] : 0.0, x_strip, y_strip,
                          i);
    }
}

/* row_KIND_COLUMNS_WINDOWED_ACCUMULATE; zero columns stand for "more than DIRECT" */
#define ROW_NAME(what, columns, windowed, accumulate)                                              \
    row_##what##_##columns##_##windowed##_##accumulate
#define DEFINE_ROW(what, columns, windowed, accumulate)                                            \
    static void ROW_NAME(what, columns, windowed, accumulate)(const cpu_row *row, const double *x, \
                                                              double *y)                           \
    {                                                                                              \
        if (columns > 0)                                                                           \
            multiply_direct(what, accumulate, columns, windowed, row, x, y);                       \
        else                                                                                       \
            multiply_strips(what, accumulate, windowed, row, x, y);                                \
    }
#define DEFINE_VARIANTS(what, columns)                                                             \
    DEFINE_ROW(what, columns, 0, 0)                                                                \
    DEFINE_ROW(what, columns, 0, 1)                                                                \
    DEFINE_ROW(what, columns, 1, 0)                                                                \
    DEFINE_ROW(what, columns, 1, 1)
#define DEFINE_KIND(what)                                                                          \
    DEFINE_VARIANTS(what, 0)                                                                       \
    DEFINE_VARIANTS(what, 1)                                                                       \
    DEFINE_VARIANTS(what, 2)                                                                       \
    DEFINE_VARIANTS(what, 3)                                                                       \
    DEFINE_VARIANTS(what, 4)
DEFINE_KIND(REAL_ARRAY)
DEFINE_KIND(REAL)
DEFINE_KIND(IMAGINARY)
DEFINE_KIND(COMPLEX)

#define NAME_VARIANTS(what, columns)                                                               \
    {                                                                                              \
        {ROW_NAME(what, columns, 0, 0), ROW_NAME(what, columns, 0, 1)},                            \
        {                                                                                          \
            ROW_NAME(what, columns, 1, 0), ROW_NAME(what, columns, 1, 1)                           \
        }                                                                                          \
    }
#define NAME_KIND(what)                                                                            \
    {                                                                                              \
        NAME_VARIANTS(what, 0), NAME_VARIANTS(what, 1), NAME_VARIANTS(what, 2),                    \
            NAME_VARIANTS(what, 3), NAME_VARIANTS(what, 4)                                         \
    }

cpu_row_multiply cpu_row_multiply_choose(const qfp_symbol *symbol, int accumulate)
{
    static const cpu_row_multiply row[4][DIRECT + 1][2][2] = {
        NAME_KIND(REAL_ARRAY), NAME_KIND(REAL), NAME_KIND(IMAGINARY), NAME_KIND(COMPLEX)};
    kind what = symbol->space == QFP_SPACE_Z ? REAL_ARRAY
                : symbol->im == NULL         ? REAL
                : symbol->re == NULL         ? IMAGINARY
                                             : COMPLEX;
    int columns = symbol->columns <= DIRECT ? symbol->columns : 0;
    return row[what][columns][symbol->window != NULL][accumulate];
}

cpu_row cpu_symbol_row(const qfp_symbol *symbol, size_t r, double scale, double *scratch)
{
    const qfpi_shape *shape = &symbol->plan->shape[symbol->space];
    int columns = symbol->columns;
    size_t at = r * (size_t)columns;
    cpu_row row = {.table = symbol->table, .length = shape->row, .columns = columns};
    if (symbol->re != NULL) {
        for (int k = 0; k < columns; ++k)
            scratch[k] = scale * symbol->re[at + (size_t)k];
        row.re = scratch;
    }
    if (symbol->im != NULL) {
        for (int k = 0; k < columns; ++k)
            scratch[columns + k] = scale * symbol->im[at + (size_t)k];
        row.im = scratch + columns;
    }
    if (symbol->window != NULL) {
        size_t first = r / symbol->window_run % shape->length[symbol->plan->grid.modes - 1];
        row.window = symbol->window + first * shape->row;
    }
    return row;
}

static void multiply_row(const qfp_symbol *symbol, cpu_row_multiply multiply, size_t r,
                         double scale, const double *x, double *y)
{
    double scratch[2 * (QFPI_MAX_DEGREE + 1)];
    cpu_row row = cpu_symbol_row(symbol, r, scale, scratch);
    multiply(&row, x, y);
}

qfp_status cpu_symbol_multiply(const qfp_symbol *symbol, double scale, qfp_buffer *x, qfp_buffer *y,
                               int accumulate)
{
    const qfp_grid_plan *plan = symbol->plan;
    const qfpi_shape *shape = &plan->shape[symbol->space];
    cpu_row_multiply multiply = symbol->multiply[accumulate != 0];
    size_t stride = shape->row * (size_t)shape->components;
    int threads = cpu_threads_for(plan->context, plan->doubles[symbol->space]);
    if (threads == 1) {
        for (size_t r = 0; r < shape->rows; ++r)
            multiply_row(symbol, multiply, r, scale, x->data + r * stride, y->data + r * stride);
        return QFP_OK;
    }
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t r = 0; r < shape->rows; ++r)
        multiply_row(symbol, multiply, r, scale, x->data + r * stride, y->data + r * stride);
    return QFP_OK;
}
