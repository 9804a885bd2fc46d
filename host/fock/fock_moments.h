/* fock_moments.h - expectation values of a state in the Fock basis.
 *
 * For a normally ordered A = Σ A_pq a†^p a^q,  ⟨A⟩ = Σ_n Σ_pq A_pq ⟨n+p−q|a†^p a^q|n⟩ ρ_{n, n+p−q}:
 * a sum over the band of ρ whose flat shift is Σ_j (p_j − q_j) stride_j.  Bands are small (D
 * numbers out of D²/2), so they are copied to the host and summed there.
 */
#ifndef QFPI_FOCK_MOMENTS_H
#define QFPI_FOCK_MOMENTS_H

#include "algebra/observable.h"
#include "backend.h"
#include "fock/fock_space.h"

typedef struct qfp_fock_moments qfp_fock_moments;

/* Keeps backend, context and list. */
qfp_status qfp_fock_moments_create(const qfp_backend *backend, qfp_context *context,
                                   const qfp_fock_space *space, const qfp_observable_list *list,
                                   qfp_fock_moments **out) QFP_MUST_USE;
void qfp_fock_moments_destroy(qfp_fock_moments *m);

/* values[list->count]; tail (may be NULL): qfp_fock_tail of the same populations.  Every band that an
 * operator of the list reaches is copied once. */
qfp_status qfp_fock_moments_evaluate(qfp_fock_moments *m, const qfp_buffer *u, double *values,
                                     double *tail) QFP_MUST_USE;

/* errors[list->count] of the values evaluated last, where ρ is changed by `state` in the trace norm and
 * `missing` of its population is outside of the kept levels:
 *     |Tr A δρ| ≤ state √⟨(A − ⟨A⟩)²⟩ + |1 − Tr ρ| |⟨A⟩| + (missing + |1 − Tr ρ|) max |A|,
 * the first as for the two sides of a perturbed ket, with the root of each band of A by itself. */
void qfp_fock_moments_errors(qfp_fock_moments *m, double state, double missing, double *errors);

#endif
