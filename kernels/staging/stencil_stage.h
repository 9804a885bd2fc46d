/* stencil_stage.h - the terms of a Fock stencil, checked and packed, for every backend. */
#ifndef QFPI_STAGING_STENCIL_STAGE_H
#define QFPI_STAGING_STENCIL_STAGE_H

#include "backend.h"
#include "shared/stencil_cell.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfpi_stencil_stage {
    qfpi_stencil_view view; /* into the arrays below; first the terms without a shift, then those
                               that act from the left only */
    ptrdiff_t *shifts;      /* of rows [terms], then of columns [terms] */
    unsigned char *unit;    /* [terms]: the column table is 1 wherever it is read and `live` */
    unsigned char *live;    /* [D]: some term has a factor for the column; the others are 0 */
    int all_live;
    double *row, *column;
} qfpi_stencil_stage;

/* Copies the terms.  QFP_INTERNAL for a shift or a dimension out of range. */
qfp_status qfpi_stencil_stage_create(size_t dimension, size_t term_count,
                                     const qfp_stencil_term *terms,
                                     qfpi_stencil_stage *stage) QFP_MUST_USE;
void qfpi_stencil_stage_free(qfpi_stencil_stage *stage);

#ifdef __cplusplus
}
#endif
#endif
