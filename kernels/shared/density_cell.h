/* density_cell.h - what flows out of one cell of the density per unit time. */
#ifndef QFPI_SHARED_DENSITY_CELL_H
#define QFPI_SHARED_DENSITY_CELL_H

#include "backend.h"
#include "shared/common.h"

/* −½ ∂_j(D_12 P) through the face above cell (i, k) in the direction of `stride`, from the four
 * cells around it; `other` steps along the other variable, and at the edge of the box there is no
 * cell beyond. */
static inline QFP_HD double qfpi_density_cross(const qfp_density_spec *spec, size_t columns,
                                               size_t cell, size_t stride, size_t other,
                                               size_t place, const double *p, size_t column)
{
    if (place == 0 || place + 1 == spec->n)
        return 0.0;
    size_t above = cell + stride;
    double slope = 0.0;
    slope += spec->cross[cell + other] * p[(cell + other) * columns + column];
    slope -= spec->cross[cell - other] * p[(cell - other) * columns + column];
    slope += spec->cross[above + other] * p[(above + other) * columns + column];
    slope -= spec->cross[above - other] * p[(above - other) * columns + column];
    /* the mean of two central differences; cross holds D_12/2, P is p times the area of a cell */
    return -0.25 * slope / (spec->spacing[0] * spec->spacing[1]);
}

/* Adds `sign` times the flow up through the face above `cell` in direction v, in probability per
 * unit time, to every column of `rate`. */
static inline QFP_HD void qfpi_density_flow(const qfp_density_spec *spec, size_t columns,
                                            size_t cell, int v, const double *p, double sign,
                                            double *rate)
{
    size_t n = spec->n, stride = spec->variables == 2 && v == 0 ? n : 1;
    double up = sign * spec->up[v][cell], down = sign * spec->down[v][cell];
    const double *here = p + cell * columns, *above = p + (cell + stride) * columns;
    for (size_t c = 0; c < columns; ++c)
        rate[c] += up * here[c] - down * above[c];
    if (spec->cross == NULL)
        return;
    size_t other = v == 0 ? 1 : n, place = cell / other % n;
    for (size_t c = 0; c < columns; ++c)
        rate[c] += sign * qfpi_density_cross(spec, columns, cell, stride, other, place, p, c);
}

/* dP/dt of one cell, every column: what comes through the faces below less what leaves through
 * those above. */
static inline QFP_HD void qfpi_density_cell(const qfp_density_spec *spec, size_t columns,
                                            size_t cell, const double *p, double *rate)
{
    for (size_t c = 0; c < columns; ++c)
        rate[c] = 0.0;
    for (int v = 0; v < spec->variables; ++v) {
        size_t stride = spec->variables == 2 && v == 0 ? spec->n : 1;
        size_t place = cell / stride % spec->n;
        if (place + 1 < spec->n)
            qfpi_density_flow(spec, columns, cell, v, p, -1.0, rate);
        if (place > 0)
            qfpi_density_flow(spec, columns, cell - stride, v, p, 1.0, rate);
    }
}

#endif
