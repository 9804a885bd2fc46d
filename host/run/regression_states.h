/* regression_states.h - BρC as a sum of states, which any basis can evolve.
 *
 * With s² = ⟨B†B⟩/⟨CC†⟩ and K_k = s C† + e^{iφ_k} B, φ_k = 2πk/3,
 *
 *     B ρ C = (1/3s) Σ_k e^{−iφ_k} K_k ρ K_k†,        Σ_k Tr K_k ρ K_k† = 6⟨B†B⟩,
 *
 * since in the sum over k the other products of C† and B meet 1 + e^{2πi/3} + e^{4πi/3} = 0.  Where C = B† one state
 * does, BρB†, and where there is no C δB = B − b, b = ⟨B⟩, takes the place of B: of δBρ less is to be added up.
 * A master equation is linear, so ⟨C(t) A(t + τ) B(t)⟩ = Tr A V(τ)(B ρ C) is the same sum of means of A
 * (regression theorem: Gardiner and Zoller, Quantum Noise, sec. 5.2).
 */
#ifndef QFPI_REGRESSION_STATES_H
#define QFPI_REGRESSION_STATES_H

#include "io/file_density.h"
#include "run/solution.h"

enum { QFP_REGRESSION_STATES = 3 };

typedef struct qfp_regression_states {
    int count;                          /* 0: δB ρ = 0 but for rounding */
    double complex b;                   /* ⟨B⟩, with C ⟨CB⟩ */
    double left_out;                    /* ‖δB ρ‖₁ is below, where there are no states */
    double right, before;               /* √⟨B†B⟩ and √⟨CC†⟩, 1 without C */
    double right_spread, before_spread; /* the same, of an error of ρ: never 0 */
    double s; /* without C at least so much that an error of ρ is a small part of K_k ρ K_k† */
    double complex weight[QFP_REGRESSION_STATES]; /* of ⟨A⟩_k in the sum */
    double norm[QFP_REGRESSION_STATES];           /* Tr K_k ρ K_k† */
    qfp_file_density of[QFP_REGRESSION_STATES]; /* K_k ρ K_k†/norm; empty where the norm is 0 */
} qfp_regression_states;

/* right, before: Wick symbols of B and C; before NULL: no C.  Give `out` to qfp_regression_states_destroy either
 * way. */
qfp_status qfp_regression_states_create(const qfp_given_state *rho, int modes,
                                        const qfp_polynomial *right, const qfp_polynomial *before,
                                        qfp_regression_states *out) QFP_MUST_USE;
void qfp_regression_states_destroy(qfp_regression_states *states);

#endif
