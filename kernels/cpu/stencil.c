/* stencil.c - staging a generator in the Fock basis; its diagonal part integrated exactly. */
#include "cpu/stencil.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/slots.h"

static qfp_status check_terms(size_t dimension, size_t term_count, const qfp_stencil_term *terms)
{
    if (dimension == 0 || dimension > ((size_t)1 << 31))
        return QFP_FAIL(QFP_INTERNAL, "a stencil on %zu levels", dimension);
    for (size_t t = 0; t < term_count; ++t) {
        ptrdiff_t most = (ptrdiff_t)dimension - 1;
        if (terms[t].row_shift > most || terms[t].row_shift < -most ||
            terms[t].column_shift > most || terms[t].column_shift < -most)
            return QFP_FAIL(QFP_INTERNAL,
                            "term %zu of a stencil shifts by (%td, %td) on %zu levels", t,
                            terms[t].row_shift, terms[t].column_shift, dimension);
    }
    return QFP_OK;
}

static int is_diagonal(const qfp_stencil_term *term)
{
    return term->row_shift == 0 && term->column_shift == 0;
}

static unsigned char is_unit(size_t dimension, const qfp_stencil_term *term)
{
    for (size_t n = 0; n < dimension; ++n)
        if (n + (size_t)term->column_shift < dimension && term->column[n] != 1.0)
            return 0;
    return 1;
}

static void copy_term(struct qfp_stencil *s, size_t to, size_t term_count,
                      const qfp_stencil_term *term)
{
    size_t d = s->view.dimension;
    s->shifts[to] = term->row_shift;
    s->shifts[term_count + to] = term->column_shift;
    s->unit[to] = is_unit(d, term);
    memcpy(s->row + 2 * to * d, term->row, 2 * d * sizeof(double));
    memcpy(s->column + to * d, term->column, d * sizeof(double));
}

qfp_status cpu_stencil_create(qfp_context *context, size_t dimension, size_t term_count,
                              const qfp_stencil_term *terms, qfp_stencil **out)
{
    qfp_stencil *s = NULL;
    size_t next = 0;
    *out = NULL;
    QFP_TRY(check_terms(dimension, term_count, terms));
    QFP_TRY(QFP_ALLOCATE(s, 1, "a stencil"));
    qfp_status status = QFP_ALLOCATE(s->shifts, 2 * term_count + 1, "a stencil");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(s->unit, term_count + 1, "a stencil");
    if (status == QFP_OK)
        status = cpu_allocate(2 * dimension * (term_count + 1), "the tables of a stencil", &s->row);
    if (status == QFP_OK)
        status = cpu_allocate(dimension * (term_count + 1), "the tables of a stencil", &s->column);
    if (status != QFP_OK) {
        cpu_stencil_destroy(s);
        return status;
    }
    s->context = context;
    s->view.dimension = dimension;
    s->view.terms = term_count;
    for (int diagonal = 1; diagonal >= 0; --diagonal) {
        for (size_t t = 0; t < term_count; ++t)
            if (is_diagonal(&terms[t]) == diagonal)
                copy_term(s, next++, term_count, &terms[t]);
        if (diagonal)
            s->view.diagonal_terms = next;
    }
    s->view.row_shift = s->shifts;
    s->view.column_shift = s->shifts + term_count;
    s->view.row = s->row;
    s->view.column = s->column;
    *out = s;
    return QFP_OK;
}

void cpu_stencil_destroy(qfp_stencil *stencil)
{
    if (stencil == NULL)
        return;
    free(stencil->shifts);
    free(stencil->unit);
    free(stencil->row);
    free(stencil->column);
    free(stencil);
}

/* Σ_{m < r} (D − m) ≥ part/parts of D(D+1)/2. */
size_t cpu_triangle_cut(size_t dimension, size_t parts, size_t part)
{
    double left = 1.0 - (double)part / (double)parts;
    size_t row = part >= parts
                     ? dimension
                     : (size_t)((double)dimension * (1.0 - sqrt(left > 0.0 ? left : 0.0)));
    return row < dimension ? row : dimension;
}

qfp_status cpu_stencil_exponential(const qfp_stencil *stencil, double t, qfp_buffer *x)
{
    const qfpi_stencil_view *s = &stencil->view;
    int threads = cpu_threads_for(stencil->context, s->dimension * (s->dimension + 1));
    size_t parts = (size_t)(8 * threads);
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t part = 0; part < parts; ++part) {
        size_t last = cpu_triangle_cut(s->dimension, parts, part + 1);
        for (size_t m = cpu_triangle_cut(s->dimension, parts, part); m < last; ++m) {
            double *row = x->data + 2 * qfpi_triangle(s->dimension, m);
            for (size_t n = m; n < s->dimension; ++n)
                qfpi_stencil_exponential_cell(s, t, m, n, &row[2 * (n - m)], &row[2 * (n - m) + 1]);
        }
    }
    return QFP_OK;
}

qfp_status cpu_band(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x,
                    double *out)
{
    double scale = shift == 0 ? 1.0 : QFPI_ROOT_HALF;
    (void)context; /* D numbers: not worth a thread */
    if (shift >= dimension)
        return QFP_FAIL(QFP_INTERNAL, "band %zu of %zu levels", shift, dimension);
    for (size_t m = 0; m + shift < dimension; ++m) {
        size_t at = 2 * (qfpi_triangle(dimension, m) + shift);
        out[2 * m] = scale * x->data[at];
        out[2 * m + 1] = scale * x->data[at + 1];
    }
    return QFP_OK;
}
