#include "state/observables.h"

#include <math.h>
#include <stdlib.h>

struct qfp_edges {
    const qfp_phase_grid *grid;
    qfp_symbol *inner[3], *all[3]; /* masks per space; all = 1 */
    qfp_buffer *spectral;
};

static double largest_wavenumber(const qfp_phase_grid *grid, int axis)
{
    return M_PI * qfp_phase_grid_points(grid, axis) / grid->shape.extent[axis];
}

static double inner_k_p(const void *data, int mode, double q, double k_p)
{
    const qfp_phase_grid *grid = data;
    (void)q;
    return fabs(k_p) <= QFP_INNER_FRACTION * largest_wavenumber(grid, grid->shape.modes + mode);
}

static double inner_k_q(const void *data, int mode, double k_q, double p)
{
    (void)p;
    return fabs(k_q) <= QFP_INNER_FRACTION * largest_wavenumber(data, mode);
}

qfp_status qfp_edges_create(const qfp_phase_grid *grid, qfp_edges **out)
{
    static const qfp_window masks[3] = {[QFP_SPACE_A] = inner_k_p, [QFP_SPACE_B] = inner_k_q};
    const qfp_symbol_term one = {.re = 1.0};
    qfp_edges *e = NULL;
    QFP_TRY(QFP_ALLOCATE(e, 1, "the resolution monitor"));
    e->grid = grid;
    qfp_status status;
    for (int s = 0; s < 3; s++) {
        if (s == QFP_SPACE_Z)
            QFP_TRY_GOTO(qfp_phase_grid_inner_box(grid, &e->inner[s]));
        else
            QFP_TRY_GOTO(
                qfp_phase_grid_symbol(grid, (qfp_space)s, 1, &one, masks[s], grid, &e->inner[s]));
        QFP_TRY_GOTO(qfp_phase_grid_symbol(grid, (qfp_space)s, 1, &one, NULL, NULL, &e->all[s]));
    }
    size_t a = grid->doubles[QFP_SPACE_A], b = grid->doubles[QFP_SPACE_B];
    status = grid->backend->vector->create(grid->context, a > b ? a : b, &e->spectral);
done:
    if (status != QFP_OK) {
        qfp_edges_destroy(e);
        return status;
    }
    *out = e;
    return QFP_OK;
}

void qfp_edges_destroy(qfp_edges *e)
{
    if (e == NULL)
        return;
    for (int s = 0; s < 3; s++) {
        e->grid->backend->symbol->destroy(e->inner[s]);
        e->grid->backend->symbol->destroy(e->all[s]);
    }
    e->grid->backend->vector->destroy(e->spectral);
    free(e);
}

static qfp_status outer_fraction(qfp_edges *e, qfp_space space, const qfp_buffer *x, double *out)
{
    double inner, all;
    QFP_TRY(e->grid->backend->symbol->power(e->inner[space], x, &inner));
    QFP_TRY(e->grid->backend->symbol->power(e->all[space], x, &all));
    *out = all > 0.0 ? fmax(0.0, 1.0 - inner / all) : 0.0;
    return QFP_OK;
}

qfp_status qfp_edges_evaluate(qfp_edges *e, qfp_buffer *u, double *edge_x, double *edge_k)
{
    const qfp_phase_grid *grid = e->grid;
    double along_p, along_q;
    QFP_TRY(outer_fraction(e, QFP_SPACE_Z, u, edge_x));
    QFP_TRY(grid->backend->grid->transform(grid->plan, QFP_SPACE_A, QFP_FORWARD, u, e->spectral));
    QFP_TRY(outer_fraction(e, QFP_SPACE_A, e->spectral, &along_p));
    QFP_TRY(grid->backend->grid->transform(grid->plan, QFP_SPACE_B, QFP_FORWARD, u, e->spectral));
    QFP_TRY(outer_fraction(e, QFP_SPACE_B, e->spectral, &along_q));
    *edge_k = fmax(along_p, along_q);
    return QFP_OK;
}
