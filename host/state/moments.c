#include "state/observables.h"

#include <math.h>
#include <stdlib.h>

struct qfp_moments {
    const qfp_phase_grid *grid;
    const qfp_observable_list *list;
    qfp_symbol **symbols; /* [list->moment_count] */
    double *raw;          /* [list->moment_count] */
};

/* Re⟨A⟩ = ∫ Re A_c u: the real coefficients in Q and P. */
static qfp_status stage(const qfp_moments *m, const qfp_polynomial *wick, double c,
                        qfp_symbol **out)
{
    qfp_polynomial gauged, real;
    qfp_polynomial_init(&gauged, wick->variables);
    qfp_polynomial_init(&real, wick->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(wick, -(1.0 - c), &gauged));
    QFP_TRY_GOTO(qfp_symbol_to_real(&gauged, &real));
    status = qfp_phase_grid_real_symbol(m->grid, &real, out);
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
    QFP_TRY_GOTO(QFP_ALLOCATE(m->raw, list->moment_count, "observables"));
    for (size_t i = 0; i < list->moment_count; i++)
        QFP_TRY_GOTO(stage(m, &list->moments[i].wick, c, &m->symbols[i]));
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
    for (size_t i = 0; m->symbols != NULL && i < m->list->moment_count; i++)
        m->grid->backend->symbol->destroy(m->symbols[i]);
    free(m->symbols);
    free(m->raw);
    free(m);
}

qfp_status qfp_moments_evaluate(qfp_moments *m, const qfp_buffer *u, double *values)
{
    for (size_t i = 0; i < m->list->moment_count; i++) {
        QFP_TRY(m->grid->backend->symbol->sum(m->symbols[i], u, &m->raw[i]));
        m->raw[i] *= m->grid->cell;
    }
    qfp_observable_list_combine(m->list, m->raw, values);
    return QFP_OK;
}
