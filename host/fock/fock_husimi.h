/* fock_husimi.h - Husimi functions of a state in the Fock basis, by small dense products.
 *
 *   Q(α) = ⟨α|ρ|α⟩/π^N,   ⟨α|n⟩ = e^{−|α|²/2} α*^n/√n!
 * The row ⟨α|0⟩…⟨α|d−1⟩ is started at its largest element, which is the root of a Poisson weight,
 * and continued downwards and upwards: relative errors stay at rounding for every n and |α|, and
 * what underflows is really negligible.
 */
#ifndef QFPI_FOCK_HUSIMI_H
#define QFPI_FOCK_HUSIMI_H

#include <complex.h>

#include "backend.h"
#include "fock/fock_space.h"

/* bra[n] = ⟨α|n⟩ for n < levels */
void qfp_fock_coherent_bra(int levels, double complex alpha, double complex *bra);

/* rho[a * d + b] = ⟨a|Tr_{others} ρ|b⟩ of one mode, d its levels.  d bands are copied. */
qfp_status qfp_fock_reduced(const qfp_backend *backend, qfp_context *context,
                            const qfp_fock_space *space, const qfp_buffer *u, int mode,
                            double complex *rho) QFP_MUST_USE;

/* out[i * n_p + k] = Q of one mode at (q[i], p[k]), per d²α; rho Hermitian [levels][levels]. */
qfp_status qfp_fock_husimi_marginal(int levels, const double complex *rho, size_t n_q,
                                    const double *q, size_t n_p, const double *p,
                                    double *out) QFP_MUST_USE;

/* Q of all modes on the product grid, out [n_q, n_p, n_q, n_p, …] (mode after mode); q
 * [modes][n_q], p [modes][n_p]; packed: the state as in fock_space.h, in host memory.  Needs 16 D²
 * bytes more. */
qfp_status qfp_fock_husimi_full(const qfp_fock_space *space, const double *packed, size_t n_q,
                                const double *q, size_t n_p, const double *p,
                                double *out) QFP_MUST_USE;

#endif
