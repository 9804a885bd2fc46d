/* fock_moments.h - expectation values of a state in the Fock basis.
 *
 * For a normally ordered A = Σ A_pq a†^p a^q,  ⟨A⟩ = Σ_n Σ_pq A_pq ⟨n+p−q|a†^p a^q|n⟩ ρ_{n, n+p−q}:
 * a sum over the band of ρ whose flat shift is Σ_j (p_j − q_j) stride_j.  Bands are small (D
 * numbers out of D²/2), so they are copied to the host and summed there.
 */
#ifndef QFPI_FOCK_MOMENTS_H
#define QFPI_FOCK_MOMENTS_H

#include "algebra/hamiltonian.h"
#include "backend.h"
#include "fock/fock_space.h"

typedef struct qfp_fock_moments qfp_fock_moments;

/* `wick`: Wick symbol of the Hamiltonian (2N variables), Hermitian.  Keeps backend and context. */
qfp_status qfp_fock_moments_create(const qfp_backend *backend, qfp_context *context,
                                   const qfp_fock_space *space, const qfp_polynomial *wick,
                                   qfp_fock_moments **out) QFP_MUST_USE;
void qfp_fock_moments_destroy(qfp_fock_moments *m);

/* values in the order of qfp_moment_names (state/observables.h): norm, energy; n_j, re_a_j, im_a_j,
 * var_x_j, var_p_j per mode; n_i_n_j.  tail (may be NULL): qfp_fock_tail of the same populations.
 * One band copied per N-fold shift: 1 + 2N, and those of H. */
qfp_status qfp_fock_moments_evaluate(qfp_fock_moments *m, const qfp_buffer *u, double *values,
                                     double *tail) QFP_MUST_USE;

#endif
