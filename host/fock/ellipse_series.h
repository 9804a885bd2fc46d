/* ellipse_series.h - INTERNAL to fock: e^{tL} x of a small map L whose field of values lies in a known ellipse.
 *
 * The series is that of evolve/chebyshev.c, with foci above one another, on vectors that the nearest caches hold.
 */
#ifndef QFPI_ELLIPSE_SERIES_H
#define QFPI_ELLIPSE_SERIES_H

#include <stddef.h>

#include "core/error.h"

/* Half axes along the real and the imaginary direction; focus² = height² − width². */
typedef struct qfp_ellipse {
    double centre[2], width, height, focus;
} qfp_ellipse;

/* Around a box of real and imaginary parts. */
qfp_ellipse qfp_ellipse_around(const double low[2], const double high[2]);

/* The longest time of one series: terms beyond would be too many. */
double qfp_ellipse_longest(double fastest);

/* Real and imaginary parts, [pad + room + pad], with zeros in the pads. */
typedef struct qfp_ellipse_work {
    size_t room, pad, bessel_room;
    double *x[2], *before[2], *sum[2];
    double *bessel;
} qfp_ellipse_work;

qfp_status qfp_ellipse_series_create(size_t room, size_t pad, qfp_ellipse_work *w) QFP_MUST_USE;
void qfp_ellipse_series_destroy(qfp_ellipse_work *w);

/* before += factor × 2(L − σ)/f x, on n numbers. */
typedef void (*qfp_ellipse_add)(void *self, size_t n, double factor, qfp_ellipse_work *w);

/* sum ← e^{tL} x but for the phase e^{it Im σ}.  Terms end where they are negligible, or x is; *largest: of them. */
qfp_status qfp_ellipse_series_sum(qfp_ellipse_work *w, size_t n, const qfp_ellipse *e, double t,
                                  double negligible, qfp_ellipse_add add, void *self, int *terms,
                                  double *largest) QFP_MUST_USE;

#endif
