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
    const qfp_slab *slab = &grid->slab;
    if (slab->count != 0) {
        int modes = grid->modes, axis = slab->axis, possible = axis >= 0 && axis < 2 * modes;
        if (!possible || slab->count < 0 || slab->first < 0 ||
            slab->first > grid->points[axis % modes] - slab->count)
            return QFP_FAIL(QFP_INTERNAL, "no %d indices from %d on of axis %d", slab->count,
                            slab->first, axis + 1);
        if (slab->first % qfp_slab_unit(grid, axis) != 0)
            return QFP_FAIL(QFP_INTERNAL, "a slab from index %d on: multiples of %d are possible",
                            slab->first, qfp_slab_unit(grid, axis));
    }
    qfp_grid whole = *grid;
    whole.slab.count = 0;
    if (qfp_grid_doubles(&whole, QFP_SPACE_A) == 0)
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
        shape->first[axis] = 0;
        if (grid->slab.count > 0 && axis == grid->slab.axis) {
            shape->length[axis] = (size_t)grid->slab.count;
            shape->first[axis] = (size_t)grid->slab.first;
        }
        if (axis < 2 * modes - 1)
            shape->rows *= shape->length[axis];
    }
    shape->row = shape->length[2 * modes - 1];
}

void qfpi_slices_fill(const qfp_grid *grid, const qfpi_shape *shape, qfp_space space,
                      qfpi_slices *out)
{
    int axis = space == QFP_SPACE_B ? grid->modes : 0;
    *out =
        (qfpi_slices){.across = axis == shape->axes - 1, .count = shape->length[axis], .behind = 1};
    for (int later = axis + 1; later < shape->axes - 1; ++later)
        out->behind *= shape->length[later];
    out->rows = out->across ? shape->rows : shape->rows / out->count;
}

qfp_status qfpi_marginal_check(const qfp_grid *grid, int mode)
{
    if (mode < 0 || mode >= grid->modes)
        return QFP_FAIL(QFP_INTERNAL, "no mode %d in a grid of %d", mode, grid->modes);
    if (grid->slab.count > 0 && grid->slab.axis != 0)
        return QFP_FAIL(QFP_INTERNAL, "no marginals of slabs of axis %d", grid->slab.axis + 1);
    return QFP_OK;
}

void qfpi_marginal_fill(const qfp_grid *grid, const qfpi_shape *z, int mode, qfpi_marginal *out)
{
    int q = mode, p = grid->modes + mode;
    *out = (qfpi_marginal){z->length[0], mode > 0 ? z->length[q] : 1, z->length[p], 1, 1, 1};
    for (int axis = 1; axis < z->axes; ++axis)
        if (axis < q)
            out->before *= z->length[axis];
        else if (axis > q && axis < p)
            out->between *= z->length[axis];
        else if (axis > p)
            out->after *= z->length[axis];
}
