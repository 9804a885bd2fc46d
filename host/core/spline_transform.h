/* spline_transform.h - Fourier integrals of tables.
 *
 *     F(ω) = ∫ f(x) e^{−iωx} dx over the table,
 *
 * exact for the cubic spline through it (core/spline.h), however fast e^{−iωx} turns: Filon's idea (Davis and
 * Rabinowitz, Methods of Numerical Integration, sec. 2.10), of order 4 in the distance of the knots.
 */
#ifndef QFPI_SPLINE_TRANSFORM_H
#define QFPI_SPLINE_TRANSFORM_H

#include "core/spline.h"

double complex qfp_spline_transform(size_t count, const double *x, const double complex *y,
                                    const double complex *bends, double omega);

#endif
