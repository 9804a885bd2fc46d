/* grid_shape.h - the arrays of the three spaces (backend/grid.h) as axes and rows, for every backend. */
#ifndef QFPI_SHARED_GRID_SHAPE_H
#define QFPI_SHARED_GRID_SHAPE_H

#include "backend.h"
#include "shared/common.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Arrays, or planes, that a backend may take side by side through one transform. */
#define QFPI_PACKED 8

/* Columns of an array that go through one matrix product in a contraction. */
#define QFPI_CONTRACTED 1024

/* The array of one space as rows of its innermost axis. */
typedef struct qfpi_shape {
    int axes;                         /* 2N */
    int components;                   /* doubles per element: 1 in Z, 2 in A and B */
    size_t length[2 * QFP_MAX_MODES]; /* elements (complex ones in A and B), outermost first */
    size_t first[2 * QFP_MAX_MODES];  /* index in the whole grid of the first element: slabs */
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

/* The slices of an array, which sums over it go by: those of Q_1, in space B of P_1.  A slice has whole rows, or
 * (`across`: B of one mode, whose rows run along P_1) one cell of every row. */
typedef struct qfpi_slices {
    int across;
    size_t count, rows; /* slices; rows of a slice */
    size_t behind;      /* rows of a slice that stand together */
} qfpi_slices;

void qfpi_slices_fill(const qfp_grid *grid, const qfpi_shape *shape, qfp_space space,
                      qfpi_slices *out);

/* The i-th row of a slice, in the order of the array. */
static inline QFP_HD size_t qfpi_row_of_slice(const qfpi_slices *s, size_t slice, size_t i)
{
    return (i / s->behind * s->count + slice) * s->behind + i % s->behind;
}

/* A marginal of mode j as the sum over the slices of Q_1 of  [before][Q_j][between][P_j][after]  over all but Q_j and P_j;
 * a slice of mode 1 is one row of the plane itself. */
typedef struct qfpi_marginal {
    size_t slices, rows, n; /* rows of the plane in a slice: n, of mode 1 one */
    size_t before, between, after;
} qfpi_marginal;

/* QFP_INTERNAL for a mode that the grid has not, and for slabs of other axes than Q_1. */
qfp_status qfpi_marginal_check(const qfp_grid *grid, int mode) QFP_MUST_USE;
void qfpi_marginal_fill(const qfp_grid *grid, const qfpi_shape *z, int mode, qfpi_marginal *out);

#ifdef __cplusplus
}
#endif
#endif
