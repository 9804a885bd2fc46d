/* gaussian_flow.h - the equations of Hartree, Fock and Bogoliubov: a Gaussian state in motion.
 *
 * A Gaussian state is its means α_j = ⟨a_j⟩ and normally ordered covariances
 * m_ij = ⟨δa_i δa_j⟩, n_ij = ⟨δa_i† δa_j⟩.  Its Husimi function is the Gaussian with
 * E δα_i δα_j = m_ij and E δα_i* δα_j = n_ij + δ_ij.  With H the anti-Wick symbol and E its mean
 * over that Gaussian,
 *     iκ α̇_j  = E ∂H/∂α_j*,     h_ij = E ∂²H/∂α_i*∂α_j,     Δ_ij = E ∂²H/∂α_i*∂α_j*,
 *     iκ ṁ    = h m + m hᵀ + Δ n + (n* + 1) Δ,
 *     iκ ṅ_ij = Σ_k (n_ik h_jk − h_ik* n_kj) + Δ_jk m_ki* − Δ_ik* m_kj:
 * the equations of motion of first and second moments, exact, with every higher moment factorised
 * as in a Gaussian.  Exact for quadratic H; the drift part of the Gaussian phase-space
 * representation of Corney and Drummond (Phys. Rev. A 68, 063822 (2003)).
 */
#ifndef QFPI_ENSEMBLE_GAUSSIAN_FLOW_H
#define QFPI_ENSEMBLE_GAUSSIAN_FLOW_H

#include "algebra/polynomial.h"
#include "reference/reference.h"

/* Means take a sum over pairings: 105 of them at this degree. */
enum { QFP_GAUSSIAN_DEGREE = 8 };

typedef struct qfp_gaussian_state {
    int modes;
    double complex alpha[QFP_MAX_MODES];
    double complex m[QFP_MAX_MODES][QFP_MAX_MODES], n[QFP_MAX_MODES][QFP_MAX_MODES];
} qfp_gaussian_state;

/* The means and covariances of any state. */
qfp_status qfp_gaussian_state_of(const qfp_reference_kets *kets, int modes,
                                 qfp_gaussian_state *out) QFP_MUST_USE;

/* E Π_j α_j^power[j] α_j*^power[N+j] over the Husimi function of the state. */
double complex qfp_gaussian_moment(const qfp_gaussian_state *state, const uint8_t *power);

typedef struct qfp_gaussian_flow {
    int modes;
    double kappa;
    /* derivatives of H: ∂H/∂α_j* [N]; ∂²H/∂α_i*∂α_j and ∂²H/∂α_i*∂α_j* [N*N] */
    qfp_polynomial first[QFP_MAX_MODES];
    qfp_polynomial mixed[QFP_MAX_MODES * QFP_MAX_MODES];
    qfp_polynomial second[QFP_MAX_MODES * QFP_MAX_MODES];
} qfp_gaussian_flow;

/* `antiwick`: 2N variables, degree at most QFP_GAUSSIAN_DEGREE.  Give `out` to destroy either
 * way. */
qfp_status qfp_gaussian_flow_create(const qfp_polynomial *antiwick, int modes, double kappa,
                                    qfp_gaussian_flow *out) QFP_MUST_USE;
void qfp_gaussian_flow_destroy(qfp_gaussian_flow *flow);

/* One step of Runge and Kutta's fourth order. */
void qfp_gaussian_flow_step(const qfp_gaussian_flow *flow, double h, qfp_gaussian_state *state);

#endif
