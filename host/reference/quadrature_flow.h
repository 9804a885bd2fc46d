/* quadrature_flow.h - INTERNAL to reference: H of one mode that is a polynomial V of one quadrature.
 *
 *     H = V(x_θ),  x_θ = (a e^{−iθ} + a† e^{iθ})/√2:     ψ(x_θ, t) = e^{−iV(x_θ)t/κ} ψ(x_θ, 0)
 *
 * and ⟨n|ψ(t)⟩ = e^{iθn} ∫ φ_n(x) ψ(x, t) dx by the trapezoidal rule, which is exact to rounding where its step sees the
 * wavenumbers of both.  Nothing grows with the number of levels but that integral: such states reach thousands of them.
 */
#ifndef QFPI_QUADRATURE_FLOW_H
#define QFPI_QUADRATURE_FLOW_H

#include "reference/hamiltonian_matrix.h"
#include "reference/one_mode_kets.h"

typedef struct qfp_quadrature_flow qfp_quadrature_flow;

/* *out stays NULL where H is no such polynomial, or one of degree 2 and less, or the state is too wide. `initial`: its kets
 * on levels that hold them. */
qfp_status qfp_quadrature_flow_create(const qfp_config *config, const qfp_words *hamiltonian,
                                      const qfp_ket_set *initial,
                                      qfp_quadrature_flow **out) QFP_MUST_USE;
void qfp_quadrature_flow_destroy(qfp_quadrature_flow *f);

/* *levels ← those beyond which every ket has √population ≤ limit at time t; QFP_RESOLUTION where they are too many. */
qfp_status qfp_quadrature_flow_levels(const qfp_quadrature_flow *f, double t, double limit,
                                      int *levels) QFP_MUST_USE;

/* The kets at time t on the levels of `out`; beyond [kets] ← √population that is not on them, rounding [kets] ← the 2-norm
 * of what they may be off by beside. */
qfp_status qfp_quadrature_flow_at(const qfp_quadrature_flow *f, double t, qfp_ket_set *out,
                                  double *beyond, double *rounding) QFP_MUST_USE;

#endif
