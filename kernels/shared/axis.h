/* axis.h - coordinates and wavenumbers of one axis, and their powers (backend/symbol.h states both). */
#ifndef QFPI_SHARED_AXIS_H
#define QFPI_SHARED_AXIS_H

#include "shared/common.h"

/* x[i] = (i - n/2) L/n */
static inline QFP_HD double qfpi_coordinate_cell(int i, int n, double extent)
{
    return (double)(i - n / 2) * extent / (double)n;
}

/* k[i] = 2π i'/L with i' = i below n/2 and i - n from there on */
static inline QFP_HD double qfpi_wavenumber_cell(int i, int n, double extent)
{
    const double two_pi = 6.283185307179586476925286766559;
    int wrapped = i < n / 2 ? i : i - n;
    return two_pi * (double)wrapped / extent;
}

static inline QFP_HD double qfpi_power_cell(double x, int power)
{
    double product = 1.0;
    for (int k = 0; k < power; ++k)
        product *= x;
    return product;
}

/* The factor of one axis in a symbol.  ±n/2 are one and the same index of a discrete transform, so
 * an odd power of k has no sign there: only zero keeps a real field real. */
static inline QFP_HD double qfpi_axis_power_cell(int is_wavenumber, int i, int n, double extent,
                                                 int power)
{
    if (!is_wavenumber)
        return qfpi_power_cell(qfpi_coordinate_cell(i, n, extent), power);
    if (i == n / 2 && power % 2 == 1)
        return 0.0;
    return qfpi_power_cell(qfpi_wavenumber_cell(i, n, extent), power);
}

#endif
