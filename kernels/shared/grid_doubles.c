/* grid_doubles.c - the size of an array of each space, and how it may be cut, the same for every backend. */
#include "shared/grid_shape.h"

static size_t multiply(size_t product, size_t factor)
{
    return factor != 0 && product > SIZE_MAX / factor ? 0 : product * factor;
}

size_t qfp_grid_doubles(const qfp_grid *grid, qfp_space space)
{
    if (grid == NULL || grid->modes < 1 || grid->modes > QFP_MAX_MODES)
        return 0;
    size_t doubles = 1;
    for (int j = 0; j < grid->modes; ++j) {
        if (grid->points[j] < 2 || grid->points[j] % 2 != 0)
            return 0;
        size_t n = (size_t)grid->points[j];
        int halved = space != QFP_SPACE_Z && j == grid->modes - 1;
        int cut = grid->slab.count > 0 && grid->slab.axis % grid->modes == j;
        doubles = multiply(doubles, cut ? (size_t)grid->slab.count : n);
        doubles = multiply(doubles, halved ? n / 2 + 1 : n);
    }
    if (grid->slab.count > 0 && ((space == QFP_SPACE_A && grid->slab.axis != 0) ||
                                 (space == QFP_SPACE_B && grid->slab.axis != grid->modes)))
        return 0;
    if (space != QFP_SPACE_Z)
        doubles = multiply(doubles, 2);
    /* The byte count has to fit as well. */
    return doubles > SIZE_MAX / sizeof(double) ? 0 : doubles;
}

/* The least number of indices by which `arrays` each are a multiple of QFPI_PACKED. */
static int unit_of(size_t arrays)
{
    int unit = QFPI_PACKED;
    for (; unit > 1 && arrays % 2 == 0; arrays /= 2)
        unit /= 2;
    return unit;
}

int qfp_slab_pieces(const qfp_grid *grid, int axis, int ranks, int most, size_t least)
{
    int unit = qfp_slab_unit(grid, axis);
    size_t units = (size_t)((grid->points[axis % grid->modes] + unit - 1) / unit);
    size_t sharers = (size_t)ranks, bytes = qfp_grid_doubles(grid, QFP_SPACE_Z) * sizeof(double);
    size_t pieces = bytes / (sharers * sharers) / least;
    if (ranks == 1)
        return 1;
    pieces = pieces < units / sharers ? pieces : units / sharers;
    return pieces < 1 ? 1 : pieces < (size_t)most ? (int)pieces : most;
}

int qfp_slab_unit(const qfp_grid *grid, int axis)
{
    int modes = grid->modes, unit = 1;
    size_t behind = 1; /* indices of the axes behind this one in its group */
    for (int j = axis % modes + 1; j < modes; ++j)
        behind *= (size_t)grid->points[j];
    if (axis % modes == 0)
        unit = unit_of(behind);
    for (int mode = 0; mode < modes; ++mode) {
        size_t planes = 1;
        for (int a = axis + 1; a < 2 * modes; ++a)
            planes *= a % modes != mode ? (size_t)grid->points[a % modes] : 1;
        if (axis == qfp_slab_axis_of_planes(grid, mode) && unit_of(planes) > unit)
            unit = unit_of(planes);
    }
    return unit;
}

int qfp_slab_axis_of_planes(const qfp_grid *grid, int mode)
{
    return mode > 0 ? 0 : grid->modes > 1 ? 1 : -1;
}
