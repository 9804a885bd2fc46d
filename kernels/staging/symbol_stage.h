/* symbol_stage.h - a symbol's specification, checked and turned into tables, for every backend.
 *
 * Powers of the innermost variable that occur are the columns k of shared/symbol_cell.h.
 */
#ifndef QFPI_STAGING_SYMBOL_STAGE_H
#define QFPI_STAGING_SYMBOL_STAGE_H

#include "shared/grid_shape.h"

#ifdef __cplusplus
extern "C" {
#endif

#define QFPI_POWERS (QFPI_MAX_DEGREE + 1)

typedef struct qfpi_symbol_stage {
    double *powers;                        /* all axes in one block */
    size_t power_count;                    /* of it */
    size_t axis_offset[2 * QFP_MAX_MODES]; /* of an axis in it: [QFPI_POWERS][length] */
    int column[QFPI_POWERS];               /* power of the innermost variable -> column, or -1 */
    int columns;                           /* at least 1 */
    int has_re, has_im;                    /* parts of the multiplier that occur, at least one */
} qfpi_symbol_stage;

/* Power p of the variable of an axis at index i. */
static inline double qfpi_stage_power(const qfpi_symbol_stage *stage, const qfpi_shape *shape,
                                      int axis, int power, size_t i)
{
    return stage->powers[stage->axis_offset[axis] + (size_t)power * shape->length[axis] + i];
}

/* QFP_UNSUPPORTED for a power above QFPI_MAX_DEGREE, QFP_INTERNAL for a complex symbol on Z. */
qfp_status qfpi_symbol_stage_create(const qfp_grid *grid, const qfpi_shape *shape,
                                    const qfp_symbol_spec *spec,
                                    qfpi_symbol_stage *stage) QFP_MUST_USE;
void qfpi_symbol_stage_free(qfpi_symbol_stage *stage);

#ifdef __cplusplus
}
#endif
#endif
