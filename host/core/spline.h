/* spline.h - the cubic spline through a table, constant outside of it.
 *
 * Not-a-knot at both ends: the first two pieces are one cubic, and so are the last two; three knots give
 * a parabola, two a line (de Boor, A Practical Guide to Splines, ch. IV).
 */
#ifndef QFPI_SPLINE_H
#define QFPI_SPLINE_H

#include <complex.h>

#include "core/error.h"

/* bends[count] = second derivatives at the knots x, which increase; count ≥ 2. */
qfp_status qfp_spline_create(size_t count, const double *x, const double complex *y,
                             double complex *bends) QFP_MUST_USE;

/* Value at `at`: y[0] before and y[count − 1] behind the table. */
double complex qfp_spline_value(size_t count, const double *x, const double complex *y,
                                const double complex *bends, double at);

#endif
