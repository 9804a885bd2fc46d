/* rank.h - few kets that make a density matrix. */
#ifndef QFPI_FOCK_RANK_H
#define QFPI_FOCK_RANK_H

#include <complex.h>
#include <stddef.h>

/* ρ = Σ_k |k⟩⟨k| to rounding of its trace, by Cholesky columns, the largest pivots first, in `kets` [most + 1][d];
 * returns how many, 0 where it takes more than `most` or ρ is not positive.  rho Hermitian, rows of
 * `leading` numbers; rest [d]: scratch.  d rank² multiplications. */
size_t qfp_fock_factor(size_t d, const double complex *rho, size_t leading, size_t most,
                       double *rest, double complex *kets);

#endif
