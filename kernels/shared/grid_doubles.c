/* grid_doubles.c - the size of an array of each space, the same for every backend. */
#include "backend.h"

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
        doubles = multiply(multiply(doubles, n), halved ? n / 2 + 1 : n);
    }
    if (space != QFP_SPACE_Z)
        doubles = multiply(doubles, 2);
    /* The byte count has to fit as well. */
    return doubles > SIZE_MAX / sizeof(double) ? 0 : doubles;
}
