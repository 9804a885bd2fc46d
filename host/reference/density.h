/* density.h - INTERNAL to reference: density matrices [dim][dim], rows m: ⟨m|ρ|n⟩. */
#ifndef QFPI_DENSITY_H
#define QFPI_DENSITY_H

#include "reference/kept.h"
#include "reference/one_mode_kets.h"

/* Σ_k w_k |k⟩⟨k| */
void qfp_density_of_kets(const qfp_ket_set *kets, double complex *out);

/* Kets with ρ = Σ_k w_k |k⟩⟨k| but for a rest of populations of at most `floor`, by Cholesky's method
 * with pivots; *rest: their sum. */
qfp_status qfp_density_factor(size_t dim, const double complex *rho, double floor, qfp_ket_set *out,
                              double *rest) QFP_MUST_USE;

/* Tr_{others} ρ of one mode, out [levels][levels]. */
qfp_status qfp_density_reduce(const double complex *rho, const qfp_kept *kept, int mode,
                              double complex *out) QFP_MUST_USE;

#endif
