/* stencil.c - staging a generator in the Fock basis; its diagonal part integrated exactly. */
#include "cpu/stencil.h"

#include <math.h>
#include <stdlib.h>

#include "cpu/objects.h"

static qfp_status duplicate_columns(qfp_stencil *stencil)
{
    size_t entries = stencil->stage.view.terms * stencil->stage.view.dimension;
    QFP_TRY(QFP_ALLOCATE(stencil->pairs, 2 * entries, "the tables of a stencil"));
    for (size_t i = 0; i < entries; ++i)
        stencil->pairs[2 * i] = stencil->pairs[2 * i + 1] = stencil->stage.view.column[i];
    return QFP_OK;
}

enum { LONG_GAP = 48 }; /* columns: shorter ones cost less than to begin again */

static qfp_status list_runs(qfp_stencil *s)
{
    size_t d = s->stage.view.dimension;
    QFP_TRY(QFP_ALLOCATE(s->runs, d / LONG_GAP + 1, "the columns of a stencil"));
    for (size_t n = 0; n < d; ++n) {
        cpu_columns *last = s->runs + s->run_count - 1;
        if (!s->stage.live[n])
            continue;
        if (s->run_count > 0 && n < last->to + LONG_GAP)
            last->to = n + 1;
        else
            s->runs[s->run_count++] = (cpu_columns){.from = n, .to = n + 1};
    }
    if (s->stage.all_live)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(s->mask, 2 * d, "the columns of a stencil"));
    for (size_t n = 0; n < d; ++n)
        s->mask[2 * n] = s->mask[2 * n + 1] = s->stage.live[n];
    return QFP_OK;
}

static void destroy(qfp_stencil *stencil)
{
    if (stencil == NULL)
        return;
    qfpi_stencil_stage_free(&stencil->stage);
    free(stencil->pairs);
    free(stencil->mask);
    free(stencil->runs);
    free(stencil);
}

static qfp_status create(qfp_context *context, size_t dimension, size_t term_count,
                         const qfp_stencil_term *terms, qfp_stencil **out)
{
    qfp_stencil *stencil = NULL;
    *out = NULL;
    QFP_TRY(QFP_ALLOCATE(stencil, 1, "a stencil"));
    qfp_status status = qfpi_stencil_stage_create(dimension, term_count, terms, &stencil->stage);
    if (status == QFP_OK)
        status = duplicate_columns(stencil);
    if (status == QFP_OK)
        status = list_runs(stencil);
    if (status != QFP_OK) {
        destroy(stencil);
        return status;
    }
    stencil->context = context;
    *out = stencil;
    return QFP_OK;
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

static qfp_status exponential(const qfp_stencil *stencil, double t, qfp_buffer *x)
{
    const qfpi_stencil_view *s = &stencil->stage.view;
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

static qfp_status band(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x,
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

const qfp_stencil_operations qfp_cpu_stencil = {
    .create = create,
    .destroy = destroy,
    .apply = cpu_stencil_apply,
    .exponential = exponential,
    .band = band,
};
