/* power_series.h - INTERNAL to reference: y' = Σ_i φ_i(t) L_i y by power series in time.
 *
 * On a step of length h the φ_i are polynomials of s = (t − t_0)/h, fitted at Chebyshev nodes, and
 *     y = Σ_k y_k s^k,     y_{k+1} = h/(k + 1) Σ_i L_i Σ_j φ_ij y_{k−j}.
 * A flow that shrinks a norm passes on what a step is off by without making it larger, so that the
 * errors of the steps add up: what the series leaves out, at most its last two terms; what the
 * polynomials are off by at other points of the step and at all points of the drive's mesh in it; and
 * rounding of the terms.
 */
#ifndef QFPI_POWER_SERIES_H
#define QFPI_POWER_SERIES_H

#include "reference/drive.h"

/* The parts L_i of a system on vectors of `size` complex numbers. */
typedef struct qfp_linear {
    void *data;
    size_t size;
    void (*add)(void *data, size_t part, const double complex *y,
                double complex *out);                    /* out += L_part y */
    double (*norm)(void *data, const double complex *y); /* that the flow shrinks, or more */
} qfp_linear;

typedef struct qfp_power_series qfp_power_series;

/* `linear` is copied, `drive` borrowed; error_rate: of what a step may be off by, per time. */
qfp_status qfp_power_series_create(const qfp_linear *linear, qfp_drive *drive, double error_rate,
                                   qfp_power_series **out) QFP_MUST_USE;
void qfp_power_series_destroy(qfp_power_series *s);

/* Called after every step; false ends the way there. */
typedef struct qfp_power_series_hook {
    void *data;
    qfp_status (*after_step)(void *data, double t, bool *goes_on);
} qfp_power_series_hook;

/* Moves y from time *t to `to`, either way, and *t with it.  QFP_RESOLUTION where the drive is not what its mesh shows,
 * QFP_TOLERANCE where no step is short enough. */
qfp_status qfp_power_series_advance(qfp_power_series *s, double *t, double to, double complex *y,
                                    const qfp_power_series_hook *hook) QFP_MUST_USE;

/* What y is off by since the start, in the norm of the system. */
double qfp_power_series_error(const qfp_power_series *s);
/* Forgets the errors so far. */
void qfp_power_series_restart(qfp_power_series *s);
size_t qfp_power_series_steps(const qfp_power_series *s);

/* What it carries from step to step, [qfp_power_series_carried] numbers. */
size_t qfp_power_series_carried(const qfp_power_series *s);
void qfp_power_series_save(const qfp_power_series *s, double *out);
void qfp_power_series_load(qfp_power_series *s, const double *from);

double qfp_power_series_bytes(double size);

#endif
