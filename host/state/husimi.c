#include "state/husimi.h"

#include <stdlib.h>

qfp_status qfp_husimi_create(const qfp_phase_grid *grid, double c, qfp_husimi **out)
{
    qfp_husimi *h = NULL;
    QFP_TRY(QFP_ALLOCATE(h, 1, "the Husimi smoothing"));
    h->grid = grid;
    size_t a = grid->doubles[QFP_SPACE_A], b = grid->doubles[QFP_SPACE_B];
    qfp_status status = qfp_phase_grid_gaussian(grid, c, h->gaussian);
    if (status == QFP_OK)
        status = grid->backend->vector->create(grid->context, a > b ? a : b, &h->spectral);
    if (status != QFP_OK) {
        qfp_husimi_destroy(h);
        return status;
    }
    *out = h;
    return QFP_OK;
}

void qfp_husimi_destroy(qfp_husimi *h)
{
    if (h == NULL)
        return;
    h->grid->backend->symbol->destroy(h->gaussian[0]);
    h->grid->backend->symbol->destroy(h->gaussian[1]);
    h->grid->backend->vector->destroy(h->spectral);
    free(h);
}

qfp_status qfp_husimi_apply(qfp_husimi *h, qfp_buffer *u, qfp_buffer *q)
{
    const qfp_backend *b = h->grid->backend;
    const qfp_space halves[2] = {QFP_SPACE_A, QFP_SPACE_B};
    for (int i = 0; i < 2; i++) {
        QFP_TRY(
            b->grid->transform(h->grid->plan, halves[i], QFP_FORWARD, i == 0 ? u : q, h->spectral));
        QFP_TRY(b->symbol->multiply(h->gaussian[i], 1.0 / h->grid->round_trip, h->spectral,
                                    h->spectral, 0));
        QFP_TRY(b->grid->transform(h->grid->plan, halves[i], QFP_INVERSE, h->spectral, q));
    }
    return QFP_OK;
}
