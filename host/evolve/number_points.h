/* number_points.h - INTERNAL: number states on the points of half a grid axis. */
#ifndef QFPI_NUMBER_POINTS_H
#define QFPI_NUMBER_POINTS_H

#include <stddef.h>

#include "qfp/status.h"

/* f [n/2][n/2]: φ_level at the points of `parity` of n, of box `extent` and of width σ, Q = σq, by rows of one point.
 * Orthonormalised in their order: the first stay nearly what they are, and an orthogonal basis is left of the last, which
 * the points do not tell apart.  Free *out. */
qfp_status qfp_number_points(size_t n, double extent, int parity, double width,
                             double **out) QFP_MUST_USE;
/* out = W_x W_p f, W the projectors on |x| and |p| within `share` of the box; likewise.  Free *out. */
qfp_status qfp_number_points_within(size_t n, int parity, double share, const double *f,
                                    double **out) QFP_MUST_USE;

#endif
