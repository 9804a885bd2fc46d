/* grid_shape.c - see grid_shape.h. */
#include "shared/grid_shape.h"

#include <math.h>

qfp_status qfpi_grid_check(const qfp_grid *grid)
{
    if (grid->modes < 1 || grid->modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "a grid of %d modes: 1 to %d are possible", grid->modes,
                        QFP_MAX_MODES);
    for (int j = 0; j < grid->modes; ++j) {
        if (grid->points[j] < 2 || grid->points[j] % 2 != 0)
            return QFP_FAIL(QFP_INTERNAL, "mode %d has %d points per axis: even numbers only",
                            j + 1, grid->points[j]);
    }
    for (int axis = 0; axis < 2 * grid->modes; ++axis)
        if (!(grid->extent[axis] > 0.0) || !isfinite(grid->extent[axis]))
            return QFP_FAIL(QFP_INTERNAL, "axis %d has a box of %g: a positive length is needed",
                            axis + 1, grid->extent[axis]);
    if (qfp_grid_doubles(grid, QFP_SPACE_A) == 0 || qfp_grid_doubles(grid, QFP_SPACE_Z) == 0)
        return QFP_FAIL(QFP_MEMORY, "the grid has more cells than this machine can address");
    return QFP_OK;
}

void qfpi_shape_fill(const qfp_grid *grid, qfp_space space, qfpi_shape *shape)
{
    int modes = grid->modes;
    int halved = space == QFP_SPACE_A ? 2 * modes - 1 : space == QFP_SPACE_B ? modes - 1 : -1;
    shape->axes = 2 * modes;
    shape->components = space == QFP_SPACE_Z ? 1 : 2;
    shape->rows = 1;
    for (int axis = 0; axis < 2 * modes; ++axis) {
        size_t n = (size_t)grid->points[axis % modes];
        shape->length[axis] = axis == halved ? n / 2 + 1 : n;
        if (axis < 2 * modes - 1)
            shape->rows *= shape->length[axis];
    }
    shape->row = shape->length[2 * modes - 1];
}
