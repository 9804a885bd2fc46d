/* husimi.h - Q = e^{cΔ}u on the solver's own grid. */
#ifndef QFPI_HUSIMI_H
#define QFPI_HUSIMI_H

#include "state/phase_grid.h"

typedef struct qfp_husimi {
    const qfp_phase_grid *grid;
    qfp_symbol *gaussian[2]; /* e^{−ck²/2} in its two commuting halves */
    qfp_buffer *spectral;
} qfp_husimi;

qfp_status qfp_husimi_create(const qfp_phase_grid *grid, double c, qfp_husimi **out) QFP_MUST_USE;
void qfp_husimi_destroy(qfp_husimi *h);

/* q = e^{cΔ}u; q ≠ u, u is kept. */
qfp_status qfp_husimi_apply(qfp_husimi *h, qfp_buffer *u, qfp_buffer *q) QFP_MUST_USE;

#endif
