/* stencil_apply.c - y = L x in the Fock basis, one gather pass.
 *
 * A row of y is built in a strip of columns that stays in the first-level cache while the terms
 * pass by.  For one row and one term the sources lie in row r = m + row_shift, columns c = n +
 * column_shift: those with c > r are contiguous in the packed row r, one may be on the diagonal,
 * and those with c < r are read from column r of the rows c.
 */
#include <stdlib.h>

#include "cpu/complex_lanes.h"
#include "cpu/slots.h"
#include "cpu/stencil.h"

enum {
    STRIP = 512, /* complex numbers */
    FUSED = 4,   /* terms that share one pass over a strip */
    WORTHWHILE = 16
};

/* Nearly every Hamiltonian has imaginary row factors −iE; a term that acts from the left only has a
 * column of ones.  Leaving out products with 0 and 1 changes no bit of a sum. */
typedef enum term_kind { LEFT_ONLY, IMAGINARY, REAL, GENERAL } term_kind;

/* A term as row m sees it. */
typedef struct row_term {
    term_kind kind;
    double re, im;
    ptrdiff_t shift, source; /* of the columns; row of the sources */
    const double *column;
} row_term;

/* y[i] += Σ_k i c_k (column_k[i]) v_k[i], term after term in every element; `terms` is a constant
 * wherever this is called. */
static inline __attribute__((always_inline)) void
add_imaginary(int terms, int unit, size_t count, const double *c, const double *const *column,
              const double *const *v, double *restrict y)
{
    qfpi_lanes turned[FUSED];
    size_t i = 0;
    for (int k = 0; k < terms; ++k)
        turned[k] = (qfpi_lanes){-c[k], c[k], -c[k], c[k]};
    for (; i + 2 <= count; i += 2) {
        qfpi_lanes sum = lanes_load(y + 2 * i);
        for (int k = 0; k < terms; ++k) {
            qfpi_lanes factor =
                unit ? turned[k] : turned[k] * lanes_pairs(column[k][i], column[k][i + 1]);
            sum += factor * lanes_swap(lanes_load(v[k] + 2 * i));
        }
        lanes_store(y + 2 * i, sum);
    }
    for (; i < count; ++i)
        for (int k = 0; k < terms; ++k) {
            double factor = unit ? c[k] : c[k] * column[k][i];
            y[2 * i] += -factor * v[k][2 * i + 1];
            y[2 * i + 1] += factor * v[k][2 * i];
        }
}

static void add_fused(int terms, int unit, size_t count, const double *c,
                      const double *const *column, const double *const *v, double *y)
{
    switch (2 * terms + unit) {
    case 2:
        add_imaginary(1, 0, count, c, column, v, y);
        break;
    case 3:
        add_imaginary(1, 1, count, c, column, v, y);
        break;
    case 4:
        add_imaginary(2, 0, count, c, column, v, y);
        break;
    case 5:
        add_imaginary(2, 1, count, c, column, v, y);
        break;
    case 6:
        add_imaginary(3, 0, count, c, column, v, y);
        break;
    case 7:
        add_imaginary(3, 1, count, c, column, v, y);
        break;
    case 8:
        add_imaginary(4, 0, count, c, column, v, y);
        break;
    default:
        add_imaginary(4, 1, count, c, column, v, y);
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

static void add_direct(const row_term *t, size_t count, const double *column, const double *v,
                       double *y)
{
    if (t->kind == LEFT_ONLY || t->kind == IMAGINARY)
        add_fused(1, t->kind == LEFT_ONLY, count, &t->im, &column, &v, y);
    else if (t->kind == REAL)
        add_real(count, t->re, column, v, y);
    else
        for (size_t i = 0; i < count; ++i)
            qfpi_stencil_add(t->re, t->im, column[i], v[2 * i], v[2 * i + 1], &y[2 * i],
                             &y[2 * i + 1]);
}

static void add_mirrored(size_t dimension, const double *x, const row_term *t, size_t first,
                         size_t count, const double *column, double *y)
{
    /* entry (c, r) is at triangle(c) + r − c; the next row is D − c − 1 further */
    size_t at = qfpi_triangle(dimension, first) + (size_t)t->source - first;
    for (size_t i = 0; i < count; ++i) {
        qfpi_stencil_add(t->re, t->im, column[i], x[2 * at], -x[2 * at + 1], &y[2 * i],
                         &y[2 * i + 1]);
        at += dimension - (first + i) - 1;
    }
}

/* Columns from ≤ n < to of the row: where the sources are, and where they are contiguous. */
typedef struct reach {
    ptrdiff_t low, high;  /* sources exist */
    ptrdiff_t diagonal;   /* n of the source on the diagonal */
    ptrdiff_t first;      /* contiguous from here to high */
    const double *direct; /* the source of column `first` */
} reach;

static reach reach_of(size_t dimension, const double *x, const row_term *t, ptrdiff_t from,
                      ptrdiff_t to)
{
    ptrdiff_t d = (ptrdiff_t)dimension;
    reach r = {.low = from + t->shift < 0 ? -t->shift : from,
               .high = to + t->shift > d ? d - t->shift : to,
               .diagonal = t->source - t->shift};
    r.first = r.diagonal + 1 > r.low ? r.diagonal + 1 : r.low;
    r.direct = x + 2 * (qfpi_triangle(dimension, (size_t)t->source) +
                        (size_t)(r.first + t->shift - t->source));
    return r;
}

/* One term on the columns from ≤ n < to; y points at column `from`. */
static void add_term(size_t dimension, const double *x, const row_term *t, ptrdiff_t from,
                     ptrdiff_t to, double *y)
{
    reach r = reach_of(dimension, x, t, from, to);
    ptrdiff_t end = r.diagonal < r.high ? r.diagonal : r.high;
    if (r.low < end)
        add_mirrored(dimension, x, t, (size_t)(r.low + t->shift), (size_t)(end - r.low),
                     t->column + r.low, y + 2 * (r.low - from));
    if (r.diagonal >= r.low && r.diagonal < r.high) {
        double source = QFPI_ROOT_TWO * x[2 * qfpi_triangle(dimension, (size_t)t->source)];
        double *here = y + 2 * (r.diagonal - from);
        qfpi_stencil_add(t->re, t->im, t->column[r.diagonal], source, 0.0, &here[0], &here[1]);
    }
    if (r.first < r.high)
        add_direct(t, (size_t)(r.high - r.first), t->column + r.first, r.direct,
                   y + 2 * (r.first - from));
}

/* Several imaginary terms: fused where all their sources are contiguous, one by one before and
 * after.  Every element still adds its terms in their order. */
static void add_group(size_t dimension, const double *x, const row_term *t, int terms,
                      ptrdiff_t from, ptrdiff_t to, double *y)
{
    double c[FUSED];
    const double *column[FUSED], *v[FUSED];
    ptrdiff_t first = from, last = to;
    for (int k = 0; k < terms; ++k) {
        reach r = reach_of(dimension, x, &t[k], from, to);
        first = r.first > first ? r.first : first;
        last = r.high < last ? r.high : last;
    }
    if (terms == 1 || last - first < WORTHWHILE) {
        for (int k = 0; k < terms; ++k)
            add_term(dimension, x, &t[k], from, to, y);
        return;
    }
    for (int k = 0; k < terms; ++k) {
        add_term(dimension, x, &t[k], from, first, y);
        add_term(dimension, x, &t[k], last, to, y + 2 * (last - from));
        reach r = reach_of(dimension, x, &t[k], first, last);
        c[k] = t[k].im;
        column[k] = t[k].column + first;
        v[k] = r.direct;
    }
    add_fused(terms, t[0].kind == LEFT_ONLY, (size_t)(last - first), c, column, v,
              y + 2 * (first - from));
}

/* The terms that row m has; `list` has room for all. */
static size_t terms_of_row(const qfp_stencil *stencil, size_t m, row_term *list)
{
    const qfpi_stencil_view *s = &stencil->stage.view;
    size_t count = 0;
    for (size_t t = 0; t < s->terms; ++t) {
        double re = s->row[2 * (t * s->dimension + m)];
        double im = s->row[2 * (t * s->dimension + m) + 1];
        if (re == 0.0 && im == 0.0)
            continue;
        term_kind kind = re == 0.0   ? (stencil->stage.unit[t] ? LEFT_ONLY : IMAGINARY)
                         : im == 0.0 ? REAL
                                     : GENERAL;
        list[count++] = (row_term){.kind = kind,
                                   .re = re,
                                   .im = im,
                                   .shift = s->column_shift[t],
                                   .source = (ptrdiff_t)m + s->row_shift[t],
                                   .column = s->column + t * s->dimension};
    }
    return count;
}

static void apply_row(const qfp_stencil *stencil, const double *x, size_t m, row_term *list,
                      double *y)
{
    size_t dimension = stencil->stage.view.dimension, count = terms_of_row(stencil, m, list);
    for (size_t from = m; from < dimension; from += STRIP) {
        size_t to = from + STRIP < dimension ? from + STRIP : dimension;
        double *strip = y + 2 * (from - m);
        for (size_t i = 0; i < 2 * (to - from); ++i)
            strip[i] = 0.0;
        for (size_t t = 0; t < count;) {
            int group = 1;
            while (group < FUSED && t + (size_t)group < count && list[t].kind <= IMAGINARY &&
                   list[t + (size_t)group].kind == list[t].kind)
                ++group;
            add_group(dimension, x, list + t, group, (ptrdiff_t)from, (ptrdiff_t)to, strip);
            t += (size_t)group;
        }
    }
    y[0] *= QFPI_ROOT_HALF;
    y[1] = 0.0;
}

qfp_status cpu_stencil_apply(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y)
{
    const qfpi_stencil_view *s = &stencil->stage.view;
    int threads = cpu_threads_for(stencil->context, s->dimension * (s->dimension + 1));
    size_t parts = threads > 1 ? (size_t)(16 * threads) : 1;
    row_term *lists = NULL;
    QFP_TRY(QFP_ALLOCATE(lists, (size_t)threads * (s->terms + 1), "the terms of a row"));
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t part = 0; part < parts; ++part) {
        row_term *list = lists + (size_t)cpu_thread_number() * (s->terms + 1);
        size_t last = cpu_triangle_cut(s->dimension, parts, part + 1);
        for (size_t m = cpu_triangle_cut(s->dimension, parts, part); m < last; ++m)
            apply_row(stencil, x->data, m, list, y->data + 2 * qfpi_triangle(s->dimension, m));
    }
    free(lists);
    return QFP_OK;
}
