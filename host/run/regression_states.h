/* regression_states.h - Bρ as a sum of states, which any basis can evolve.
 *
 * With b = ⟨B⟩, δB = B − b, s² = ⟨δB†δB⟩ and K_k = s + e^{iφ_k} δB, φ_k = 2πk/3,
 *
 *     δB ρ = (1/3s) Σ_k e^{−iφ_k} K_k ρ K_k†,        Σ_k Tr K_k ρ K_k† = 6s²,
 *
 * since in the sum over k the other products of s and δB meet 1 + e^{2πi/3} + e^{4πi/3} = 0.  A master equation
 * is linear, so ⟨A(t + τ) δB(t)⟩ = Tr A V(τ)(δB ρ) is the same sum of means of A (regression theorem:
 * Gardiner and Zoller, Quantum Noise, sec. 5.2).
 */
#ifndef QFPI_REGRESSION_STATES_H
#define QFPI_REGRESSION_STATES_H

#include "io/file_density.h"
#include "run/solution.h"

enum { QFP_REGRESSION_STATES = 3 };

typedef struct qfp_regression_states {
    double complex b;
    double s;        /* 0: δB ρ = 0 but for rounding, and there are no states */
    double left_out; /* ‖δB ρ‖₁ is below, where s = 0 */
    double right;    /* √⟨B†B⟩ */
    double norm[QFP_REGRESSION_STATES];         /* Tr K_k ρ K_k† */
    qfp_file_density of[QFP_REGRESSION_STATES]; /* K_k ρ K_k†/norm; empty where the norm is 0 */
} qfp_regression_states;

/* right: Wick symbol of B.  Give `out` to qfp_regression_states_destroy either way. */
qfp_status qfp_regression_states_create(const qfp_given_state *rho, int modes,
                                        const qfp_polynomial *right,
                                        qfp_regression_states *out) QFP_MUST_USE;
void qfp_regression_states_destroy(qfp_regression_states *states);

/* The factor of ⟨A⟩_k in ⟨A δB⟩: e^{−iφ_k} norm[k]/3s. */
double complex qfp_regression_states_weight(const qfp_regression_states *states, int k);

#endif
