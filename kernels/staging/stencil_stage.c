/* stencil_stage.c - see stencil_stage.h. */
#include "staging/stencil_stage.h"

#include <stdlib.h>
#include <string.h>

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

static int is_read(size_t dimension, const qfp_stencil_term *term, size_t n)
{
    return n + (size_t)term->column_shift < dimension;
}

static void find_live(qfpi_stencil_stage *s, size_t term_count, const qfp_stencil_term *terms)
{
    size_t d = s->view.dimension;
    for (size_t t = 0; t < term_count; ++t)
        for (size_t n = 0; n < d; ++n)
            if (is_read(d, &terms[t], n) && terms[t].column[n] != 0.0)
                s->live[n] = 1;
    s->all_live = memchr(s->live, 0, d) == NULL;
}

static unsigned char is_unit(const qfpi_stencil_stage *s, const qfp_stencil_term *term)
{
    for (size_t n = 0; n < s->view.dimension; ++n)
        if (s->live[n] && is_read(s->view.dimension, term, n) && term->column[n] != 1.0)
            return 0;
    return 1;
}

/* Terms of one kind stand together, so that a backend can take several in one pass: those without a
 * shift, those that act from the left only, all others. */
enum { KINDS = 3 };

static int kind_of(const qfpi_stencil_stage *s, const qfp_stencil_term *term)
{
    if (term->row_shift == 0 && term->column_shift == 0)
        return 0;
    return is_unit(s, term) ? 1 : 2;
}

static void copy_term(qfpi_stencil_stage *s, size_t to, size_t term_count,
                      const qfp_stencil_term *term)
{
    size_t d = s->view.dimension;
    s->shifts[to] = term->row_shift;
    s->shifts[term_count + to] = term->column_shift;
    s->unit[to] = is_unit(s, term);
    memcpy(s->row + 2 * to * d, term->row, 2 * d * sizeof(double));
    memcpy(s->column + to * d, term->column, d * sizeof(double));
}

static qfp_status allocate(qfpi_stencil_stage *s, size_t dimension, size_t term_count)
{
    if (term_count > SIZE_MAX / 2 / dimension)
        return QFP_FAIL(QFP_MEMORY, "a stencil of %zu terms on %zu levels cannot be addressed",
                        term_count, dimension);
    QFP_TRY(QFP_ALLOCATE(s->shifts, 2 * term_count, "a stencil"));
    QFP_TRY(QFP_ALLOCATE(s->unit, term_count, "a stencil"));
    QFP_TRY(QFP_ALLOCATE(s->live, dimension, "a stencil"));
    QFP_TRY(QFP_ALLOCATE(s->row, 2 * dimension * term_count, "the tables of a stencil"));
    return QFP_ALLOCATE(s->column, dimension * term_count, "the tables of a stencil");
}

qfp_status qfpi_stencil_stage_create(size_t dimension, size_t term_count,
                                     const qfp_stencil_term *terms, qfpi_stencil_stage *stage)
{
    size_t next = 0;
    *stage = (qfpi_stencil_stage){.view = {.dimension = dimension, .terms = term_count}};
    QFP_TRY(check_terms(dimension, term_count, terms));
    qfp_status status = allocate(stage, dimension, term_count);
    if (status != QFP_OK) {
        qfpi_stencil_stage_free(stage);
        return status;
    }
    find_live(stage, term_count, terms);
    for (int kind = 0; kind < KINDS; ++kind) {
        for (size_t t = 0; t < term_count; ++t)
            if (kind_of(stage, &terms[t]) == kind)
                copy_term(stage, next++, term_count, &terms[t]);
        if (kind == 0)
            stage->view.diagonal_terms = next;
    }
    stage->view.row_shift = stage->shifts;
    stage->view.column_shift = stage->shifts + term_count;
    stage->view.row = stage->row;
    stage->view.column = stage->column;
    return QFP_OK;
}

void qfpi_stencil_stage_free(qfpi_stencil_stage *stage)
{
    free(stage->shifts);
    free(stage->unit);
    free(stage->live);
    free(stage->row);
    free(stage->column);
    *stage = (qfpi_stencil_stage){0};
}
