/* leaving.h - INTERNAL to reference: what a generator leads out of the kept levels. */
#ifndef QFPI_LEAVING_H
#define QFPI_LEAVING_H

#include "reference/one_mode_kets.h"
#include "reference/part_matrices.h"

/* ‖(L − L_P) ρ_P‖₁; the amplitude and the population that leave, per time; the shares of the modes. */
typedef struct qfp_leaving {
    double rate, amplitude, population;
    double by_mode[QFP_MAX_MODES];
} qfp_leaving;

/* With the φ_i of now; rho [dim][dim]. */
qfp_status qfp_leaving_density(const qfp_part_matrices *m, const double *phi,
                               const double complex *rho, qfp_leaving *out) QFP_MUST_USE;
qfp_status qfp_leaving_kets(const qfp_part_matrices *m, const double *phi, size_t count,
                            const double *weight, const double complex *kets,
                            qfp_leaving *out) QFP_MUST_USE;

#endif
