/* stencil_apply.c - y = L x in the Fock basis, one gather pass.
 *
 * A row of y is built in a strip of columns that stays in the first-level cache while the terms
 * pass by.  For one row and one term the sources lie in row r = m + row_shift, columns c = n +
 * column_shift: those with c > r are contiguous in the packed row r, one may be on the diagonal,
 * and those with c < r are read from column r of the rows c.
 */
#include "cpu/complex_lanes.h"
#include "cpu/slots.h"
#include "cpu/stencil.h"

enum { STRIP = 512 }; /* complex numbers */

/* The contiguous part of a term: y[i] += row column[i] v[i].  Nearly every Hamiltonian has
 * imaginary row factors −iE or real ones, and a term that acts on one side only has columns of
 * ones; leaving out the products with 0 and 1 changes no bit of the sum. */
static void add_imaginary_unit(size_t count, double c, const double *restrict v, double *restrict y)
{
    const qfpi_lanes turned = {-c, c, -c, c};
    size_t i = 0;
    for (; i + 2 <= count; i += 2)
        lanes_store(y + 2 * i, lanes_load(y + 2 * i) + turned * lanes_swap(lanes_load(v + 2 * i)));
    for (; i < count; ++i) {
        y[2 * i] += -c * v[2 * i + 1];
        y[2 * i + 1] += c * v[2 * i];
    }
}

static void add_imaginary(size_t count, double c, const double *restrict column,
                          const double *restrict v, double *restrict y)
{
    const qfpi_lanes turned = {-c, c, -c, c};
    size_t i = 0;
    for (; i + 2 <= count; i += 2)
        lanes_store(y + 2 * i,
                    lanes_load(y + 2 * i) + (turned * lanes_pairs(column[i], column[i + 1])) *
                                                lanes_swap(lanes_load(v + 2 * i)));
    for (; i < count; ++i) {
        double factor = c * column[i];
        y[2 * i] += -factor * v[2 * i + 1];
        y[2 * i + 1] += factor * v[2 * i];
    }
}

static void add_real(size_t count, double c, const double *restrict column,
                     const double *restrict v, double *restrict y)
{
    const qfpi_lanes equal = {c, c, c, c};
    size_t i = 0;
    for (; i + 2 <= count; i += 2)
        lanes_store(y + 2 * i,
                    lanes_load(y + 2 * i) +
                        (equal * lanes_pairs(column[i], column[i + 1])) * lanes_load(v + 2 * i));
    for (; i < count; ++i) {
        double factor = c * column[i];
        y[2 * i] += factor * v[2 * i];
        y[2 * i + 1] += factor * v[2 * i + 1];
    }
}

static void add_direct(size_t count, double row_re, double row_im, int unit, const double *column,
                       const double *v, double *y)
{
    if (row_re == 0.0 && unit)
        add_imaginary_unit(count, row_im, v, y);
    else if (row_re == 0.0)
        add_imaginary(count, row_im, column, v, y);
    else if (row_im == 0.0)
        add_real(count, row_re, column, v, y);
    else
        for (size_t i = 0; i < count; ++i)
            qfpi_stencil_add(row_re, row_im, column[i], v[2 * i], v[2 * i + 1], &y[2 * i],
                             &y[2 * i + 1]);
}

static void add_mirrored(const qfpi_stencil_view *s, const double *x, size_t r, size_t first,
                         size_t count, double row_re, double row_im, const double *column,
                         double *y)
{
    /* entry (c, r) is at triangle(c) + r − c; the next row is D − c − 1 further */
    size_t at = qfpi_triangle(s->dimension, first) + r - first;
    for (size_t i = 0; i < count; ++i) {
        qfpi_stencil_add(row_re, row_im, column[i], x[2 * at], -x[2 * at + 1], &y[2 * i],
                         &y[2 * i + 1]);
        at += s->dimension - (first + i) - 1;
    }
}

/* Adds term t to the columns from ≤ n < to of row m; y points at column `from`. */
static void add_term(const qfp_stencil *stencil, size_t t, const double *x, size_t m, size_t from,
                     size_t to, double *y)
{
    const qfpi_stencil_view *s = &stencil->stage.view;
    ptrdiff_t d = (ptrdiff_t)s->dimension, shift = s->column_shift[t];
    double row_re = s->row[2 * (t * s->dimension + m)];
    double row_im = s->row[2 * (t * s->dimension + m) + 1];
    if (row_re == 0.0 && row_im == 0.0)
        return;
    ptrdiff_t low = (ptrdiff_t)from, high = (ptrdiff_t)to;
    low = low + shift < 0 ? -shift : low;
    high = high + shift > d ? d - shift : high;
    ptrdiff_t r = (ptrdiff_t)m + s->row_shift[t], below = r - shift; /* n of the diagonal source */
    const double *column = s->column + t * s->dimension;
    ptrdiff_t end = below < high ? below : high;
    if (low < end)
        add_mirrored(s, x, (size_t)r, (size_t)(low + shift), (size_t)(end - low), row_re, row_im,
                     column + low, y + 2 * (low - (ptrdiff_t)from));
    if (below >= low && below < high) {
        size_t i = (size_t)(below - (ptrdiff_t)from);
        double diagonal = x[2 * qfpi_triangle(s->dimension, (size_t)r)];
        qfpi_stencil_add(row_re, row_im, column[below], QFPI_ROOT_TWO * diagonal, 0.0, &y[2 * i],
                         &y[2 * i + 1]);
    }
    ptrdiff_t start = below + 1 > low ? below + 1 : low;
    if (start < high)
        add_direct((size_t)(high - start), row_re, row_im, stencil->stage.unit[t], column + start,
                   x + 2 * (qfpi_triangle(s->dimension, (size_t)r) + (size_t)(start + shift - r)),
                   y + 2 * (start - (ptrdiff_t)from));
}

static void apply_row(const qfp_stencil *stencil, const double *x, size_t m, double *y)
{
    const qfpi_stencil_view *s = &stencil->stage.view;
    for (size_t from = m; from < s->dimension; from += STRIP) {
        size_t to = from + STRIP < s->dimension ? from + STRIP : s->dimension;
        double *strip = y + 2 * (from - m);
        for (size_t i = 0; i < 2 * (to - from); ++i)
            strip[i] = 0.0;
        for (size_t t = 0; t < s->terms; ++t)
            add_term(stencil, t, x, m, from, to, strip);
    }
    y[0] *= QFPI_ROOT_HALF;
    y[1] = 0.0;
}

qfp_status cpu_stencil_apply(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y)
{
    const qfpi_stencil_view *s = &stencil->stage.view;
    int threads = cpu_threads_for(stencil->context, s->dimension * (s->dimension + 1));
    size_t parts = threads > 1 ? (size_t)(16 * threads) : 1;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t part = 0; part < parts; ++part) {
        size_t last = cpu_triangle_cut(s->dimension, parts, part + 1);
        for (size_t m = cpu_triangle_cut(s->dimension, parts, part); m < last; ++m)
            apply_row(stencil, x->data, m, y->data + 2 * qfpi_triangle(s->dimension, m));
    }
    return QFP_OK;
}
