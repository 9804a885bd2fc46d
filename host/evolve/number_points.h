/* number_points.h - INTERNAL: number states on the points of half a grid axis. */
#ifndef QFPI_NUMBER_POINTS_H
#define QFPI_NUMBER_POINTS_H

#include <stddef.h>

#include "qfp/status.h"

/* out [levels]: φ_m(x) of width 1. */
void qfp_number_values(size_t levels, double x, double *out);
/* f [n/2][levels]: φ_m at the points of `parity` of n, of box `extent` and of width σ, Q = σq, by rows of one point,
 * times the root of their distance.  Free *out. */
qfp_status qfp_number_samples(size_t n, double extent, int parity, double width, size_t levels,
                              double **out) QFP_MUST_USE;
/* The same of n/2 levels, orthonormalised in their order: the first stay nearly what they are, and an orthogonal basis is
 * left of the last, which the points do not tell apart. */
qfp_status qfp_number_points(size_t n, double extent, int parity, double width,
                             double **out) QFP_MUST_USE;

#endif
