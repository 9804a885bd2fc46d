#include "state/observables.h"

#include <math.h>
#include <stdlib.h>

struct qfp_moments {
    const qfp_phase_grid *grid;
    const qfp_observable_list *list;
    qfp_symbol **symbols; /* [list->moment_count] */
    qfp_symbol **inner;   /* the same inside the outer tenth; NULL where a moment is built in */
    double *raw;          /* [list->moment_count] */
};

/* Re⟨A⟩ = ∫ Re A_c u: the real coefficients in Q and P. */
static qfp_status stage(const qfp_moments *m, const qfp_polynomial *wick, double c,
                        qfp_symbol **all, qfp_symbol **inner)
{
    qfp_polynomial gauged, real;
    qfp_polynomial_init(&gauged, wick->variables);
    qfp_polynomial_init(&real, wick->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(wick, -(1.0 - c), &gauged));
    QFP_TRY_GOTO(qfp_symbol_to_real(&gauged, &real));
    QFP_TRY_GOTO(qfp_phase_grid_real_symbol(m->grid, &real, all));
    if (inner != NULL)
        status = qfp_phase_grid_inner_symbol(m->grid, &real, inner);
done:
    qfp_polynomial_destroy(&gauged);
    qfp_polynomial_destroy(&real);
    return status;
}

qfp_status qfp_moments_create(const qfp_phase_grid *grid, const qfp_observable_list *list, double c,
                              qfp_moments **out)
{
    qfp_moments *m = NULL;
    QFP_TRY(QFP_ALLOCATE(m, 1, "observables"));
    m->grid = grid;
    m->list = list;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(m->symbols, list->moment_count, "observables"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->inner, list->moment_count, "observables"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->raw, list->moment_count, "observables"));
    for (size_t i = 0; i < list->moment_count; i++)
        QFP_TRY_GOTO(stage(m, &list->moments[i].wick, c, &m->symbols[i],
                           list->moments[i].is_users ? &m->inner[i] : NULL));
done:
    if (status != QFP_OK) {
        qfp_moments_destroy(m);
        return status;
    }
    *out = m;
    return QFP_OK;
}

void qfp_moments_destroy(qfp_moments *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; m->raw != NULL && i < m->list->moment_count; i++) {
        m->grid->backend->symbol->destroy(m->symbols[i]);
        m->grid->backend->symbol->destroy(m->inner[i]);
    }
    free(m->symbols);
    free(m->inner);
    free(m->raw);
    free(m);
}

static qfp_status sum(const qfp_moments *m, const qfp_symbol *symbol, const qfp_buffer *u,
                      double *out)
{
    QFP_TRY(m->grid->backend->symbol->sum(symbol, u, out));
    *out *= m->grid->cell;
    return QFP_OK;
}

qfp_status qfp_moments_evaluate(qfp_moments *m, const qfp_buffer *u, double *values, double *inner)
{
    for (size_t i = 0; i < m->list->moment_count; i++)
        QFP_TRY(sum(m, m->symbols[i], u, &m->raw[i]));
    qfp_observable_list_combine(m->list, m->raw, values);
    if (inner == NULL)
        return QFP_OK;
    for (size_t i = 0; i < m->list->moment_count; i++)
        if (m->inner[i] != NULL)
            QFP_TRY(sum(m, m->inner[i], u, &m->raw[i]));
    qfp_observable_list_combine(m->list, m->raw, inner);
    return QFP_OK;
}
