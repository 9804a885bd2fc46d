/* stencil_apply.c - y = L x in the Fock basis, one gather pass.
 *
 * y = A + iB, where A and B add up the real and the imaginary parts of the row factors: sums of
 * real numbers times the interleaved ρ, which a compiler turns into vectors as they stand.
 *
 * A row of y is built in a strip of columns that stays in the nearest caches while the terms pass
 * by.  For one row and one term the sources lie in row r = m + row_shift, columns c = n +
 * column_shift: those with c > r are contiguous in the packed row r, one may be on the diagonal,
 * and those with c < r are read from column r of the rows c.  Rows without a term and columns in which none has a
 * factor, as beyond a joint cut, are 0 at once.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/stencil.h"

enum {
    STRIP = 1024, /* columns: sums and sources of a strip stay in the first two levels of cache */
    FUSED = 6,    /* terms that share one pass over a strip */
    WORTHWHILE = 16
};

/* A term as row m sees it: + c column[n] x[source, n + shift]. */
typedef struct row_term {
    double c;
    int unit; /* column is 1 */
    ptrdiff_t shift, source;
    const double *column; /* every entry twice, as for re and im of a complex number */
} row_term;

typedef struct row_list {
    size_t count;
    row_term *term;
} row_list;

/* y[i] += Σ_k c_k column_k[i] v_k[i], term after term in every element; `terms` and `unit` are
 * constants wherever this is called. */
static inline __attribute__((always_inline)) void
add_scaled(int terms, int unit, size_t doubles, const double *c, const double *const *column,
           const double *const *v, double *restrict y)
{
    for (size_t i = 0; i < doubles; ++i) {
        double sum = y[i];
        for (int k = 0; k < terms; ++k)
            sum += (unit ? c[k] : c[k] * column[k][i]) * v[k][i];
        y[i] = sum;
    }
}

#define CASE(terms)                                                                                \
    case terms:                                                                                    \
        if (unit)                                                                                  \
            add_scaled(terms, 1, doubles, c, column, v, y);                                        \
        else                                                                                       \
            add_scaled(terms, 0, doubles, c, column, v, y);                                        \
        break

static void add_fused(int terms, int unit, size_t doubles, const double *c,
                      const double *const *column, const double *const *v, double *y)
{
    switch (terms) {
        CASE(1);
        CASE(2);
        CASE(3);
        CASE(4);
        CASE(5);
        CASE(6);
    }
}

/* Sources below the diagonal: the conjugates of entries (c, r), c = first, first + 1, … */
static void add_mirrored(size_t dimension, const double *x, const row_term *t, size_t first,
                         size_t count, const double *column, double *restrict y)
{
    /* entry (c, r) is at triangle(c) + r − c; the next row is D − c − 1 further */
    const double *at = x + 2 * (qfpi_triangle(dimension, first) + (size_t)t->source - first);
    size_t next = 2 * (dimension - first - 1);
    for (size_t i = 0; i < count; ++i, next -= 2) {
        double factor = t->c * column[2 * i];
        y[2 * i] += factor * at[0];
        y[2 * i + 1] -= factor * at[1];
        at += next;
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
                     t->column + 2 * r.low, y + 2 * (r.low - from));
    if (r.diagonal >= r.low && r.diagonal < r.high)
        y[2 * (r.diagonal - from)] +=
            t->c * t->column[2 * r.diagonal] *
            (QFPI_ROOT_TWO * x[2 * qfpi_triangle(dimension, (size_t)t->source)]);
    if (r.first < r.high) {
        const double *column = t->column + 2 * r.first;
        add_fused(1, t->unit, 2 * (size_t)(r.high - r.first), &t->c, &column, &r.direct,
                  y + 2 * (r.first - from));
    }
}

/* Several terms: fused where all their sources are contiguous, one by one before and after.  Every
 * element still adds its terms in their order. */
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
        c[k] = t[k].c;
        column[k] = t[k].column + 2 * first;
        v[k] = reach_of(dimension, x, &t[k], first, last).direct;
    }
    add_fused(terms, t[0].unit, 2 * (size_t)(last - first), c, column, v, y + 2 * (first - from));
}

static void add_list(size_t dimension, const double *x, const row_list *list, ptrdiff_t from,
                     ptrdiff_t to, double *y)
{
    for (size_t t = 0; t < list->count;) {
        int group = 1;
        while (group < FUSED && t + (size_t)group < list->count &&
               list->term[t + (size_t)group].unit == list->term[t].unit)
            ++group;
        add_group(dimension, x, list->term + t, group, from, to, y);
        t += (size_t)group;
    }
}

/* The terms that row m has, by the real (0) and imaginary (1) parts of their factors. */
static void terms_of_row(const qfp_stencil *stencil, size_t m, row_list list[2])
{
    const qfpi_stencil_view *s = &stencil->stage.view;
    list[0].count = list[1].count = 0;
    for (size_t t = 0; t < s->terms; ++t)
        for (size_t part = 0; part < 2; ++part) {
            double c = s->row[2 * (t * s->dimension + m) + part];
            if (c != 0.0)
                list[part].term[list[part].count++] =
                    (row_term){.c = c,
                               .unit = stencil->stage.unit[t],
                               .shift = s->column_shift[t],
                               .source = (ptrdiff_t)m + s->row_shift[t],
                               .column = stencil->pairs + 2 * t * s->dimension};
        }
}

/* Columns from ≤ n < to of row m; y points at column `from`. */
static void apply_strip(const qfp_stencil *stencil, const double *x, const row_list list[2],
                        size_t from, size_t to, double *restrict y)
{
    double sums[2][2 * STRIP];
    for (int part = list[0].count == 0; part < 2; ++part) {
        memset(sums[part], 0, 2 * (to - from) * sizeof(double));
        add_list(stencil->stage.view.dimension, x, &list[part], (ptrdiff_t)from, (ptrdiff_t)to,
                 sums[part]);
    }
    if (list[0].count == 0) /* nearly every Hamiltonian: all row factors are imaginary */
        for (size_t i = 0; i < to - from; ++i) {
            y[2 * i] = 0.0 - sums[1][2 * i + 1];
            y[2 * i + 1] = sums[1][2 * i];
        }
    else
        for (size_t i = 0; i < to - from; ++i) {
            y[2 * i] = sums[0][2 * i] - sums[1][2 * i + 1];
            y[2 * i + 1] = sums[0][2 * i + 1] + sums[1][2 * i];
        }
    for (size_t i = 0; stencil->mask != NULL && i < 2 * (to - from); ++i)
        y[i] *= stencil->mask[2 * from + i];
}

static void clear(double *y, size_t columns)
{
    memset(y, 0, 2 * columns * sizeof *y);
}

static void apply_row(const qfp_stencil *stencil, const double *x, size_t m, row_list list[2],
                      double *y)
{
    size_t dimension = stencil->stage.view.dimension, done = m;
    terms_of_row(stencil, m, list);
    size_t runs = list[0].count + list[1].count > 0 ? stencil->run_count : 0;
    for (size_t k = 0; k < runs; ++k) {
        cpu_columns run = stencil->runs[k];
        if (run.to <= m)
            continue;
        run.from = run.from > m ? run.from : m;
        clear(y + 2 * (done - m), run.from - done);
        for (size_t from = run.from; from < run.to; from += STRIP) {
            size_t to = from + STRIP < run.to ? from + STRIP : run.to;
            apply_strip(stencil, x, list, from, to, y + 2 * (from - m));
        }
        done = run.to;
    }
    clear(y + 2 * (done - m), dimension - done);
    y[0] *= QFPI_ROOT_HALF;
    y[1] = 0.0;
}

qfp_status cpu_stencil_apply(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y)
{
    const qfpi_stencil_view *s = &stencil->stage.view;
    int threads = cpu_threads_for(stencil->context, s->dimension * (s->dimension + 1));
    size_t parts = threads > 1 ? (size_t)(16 * threads) : 1;
    row_term *room = NULL;
    QFP_TRY(QFP_ALLOCATE(room, 2 * (size_t)threads * (s->terms + 1), "the terms of a row"));
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t part = 0; part < parts; ++part) {
        size_t thread = (size_t)cpu_thread_number();
        row_list list[2] = {{.term = room + 2 * thread * (s->terms + 1)},
                            {.term = room + (2 * thread + 1) * (s->terms + 1)}};
        size_t last = cpu_triangle_cut(s->dimension, parts, part + 1);
        for (size_t m = cpu_triangle_cut(s->dimension, parts, part); m < last; ++m)
            apply_row(stencil, x->data, m, list, y->data + 2 * qfpi_triangle(s->dimension, m));
    }
    free(room);
    return QFP_OK;
}
