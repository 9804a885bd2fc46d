/* grid_shape.h - the arrays of the three spaces (backend/grid.h) as axes and rows, for every backend. */
#ifndef QFPI_SHARED_GRID_SHAPE_H
#define QFPI_SHARED_GRID_SHAPE_H

#include "backend.h"
#include "shared/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The array of one space as rows of its innermost axis. */
typedef struct qfpi_shape {
    int axes;                         /* 2N */
    int components;                   /* doubles per element: 1 in Z, 2 in A and B */
    size_t length[2 * QFP_MAX_MODES]; /* elements (complex ones in A and B), outermost first */
    size_t rows, row;                 /* rows · row = all elements */
} qfpi_shape;

/* QFP_INTERNAL for a grid no plan can be made for, QFP_MEMORY for one that cannot be addressed. */
qfp_status qfpi_grid_check(const qfp_grid *grid) QFP_MUST_USE;

void qfpi_shape_fill(const qfp_grid *grid, qfp_space space, qfpi_shape *shape);

/* Axis a of `space` carries wavenumbers: the second group in A, the first in B. */
static inline int qfpi_axis_is_wavenumber(const qfp_grid *grid, qfp_space space, int axis)
{
    return space == QFP_SPACE_A ? axis >= grid->modes : space == QFP_SPACE_B && axis < grid->modes;
}

/* The indices of row r on all axes but the innermost. */
static inline QFP_HD void qfpi_row_indices(const qfpi_shape *shape, size_t r, size_t *index)
{
    for (int axis = shape->axes - 2; axis >= 0; --axis) {
        index[axis] = r % shape->length[axis];
        r /= shape->length[axis];
    }
}

#ifdef __cplusplus
}
#endif
#endif
