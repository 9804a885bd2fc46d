/* generator.h - the evolution equation of the Husimi function as an element of the Weyl algebra.
 *
 *   ∂Q/∂t = -(i/κ) Σ_{|m|≥1} (1/m!) [ ∂̄^m((∂^m H_aW) Q) - ∂^m((∂̄^m H_aW) Q) ]          (Eq. 63)
 *
 * built from the operator rules  aρ → (α+∂̄)Q, a†ρ → α*Q, ρa → αQ, ρa† → (α*+∂)Q, truncated at
 * derivative order M, second order scaled by C, then moved to the gauge Q = e^{cΔ}u by
 * α_j → α_j - c ∂̄_j, α*_j → α*_j - c ∂_j.
 */
#ifndef QFPI_GENERATOR_H
#define QFPI_GENERATOR_H

#include "algebra/hamiltonian.h"

#define QFP_ORDER_EXACT 0

typedef struct qfp_theory {
    int order;    /* M: highest derivative order kept, QFP_ORDER_EXACT for all */
    double C;     /* constant of the second order (Eq. 43), 1 in quantum theory */
    double kappa; /* κ */
} qfp_theory;

/* Weyl algebra: 4N variables in derivatives-left form, ∂_j, ∂̄_j, α_j, α*_j. */

/* out = ρ → Aρ (from_left) or ρ → ρA on Q, from the Wick symbol of A. */
qfp_status qfp_generator_side(const qfp_polynomial *wick, bool from_left,
                              qfp_polynomial *out) QFP_MUST_USE;

/* out = iκL at c = 0, every order and C = 1: what all theories of one H have in common. */
qfp_status qfp_generator_derive(const qfp_polynomial *wick, qfp_polynomial *out) QFP_MUST_USE;
/* out = generator L of ∂Q/∂t = L Q at c = 0 in one theory, from iκL: orders above M dropped, the
 * second multiplied by C. */
qfp_status qfp_generator_of_theory(const qfp_polynomial *derived, const qfp_theory *theory,
                                   qfp_polynomial *out) QFP_MUST_USE;
/* Drops derivative orders above `order`, none for QFP_ORDER_EXACT, and zeros. */
void qfp_generator_truncate(qfp_polynomial *generator, int order);
/* Both, from the Wick symbol of H. */
qfp_status qfp_generator_build(const qfp_polynomial *wick, const qfp_theory *theory,
                               qfp_polynomial *out) QFP_MUST_USE;

/* out = the same generator acting on u, Q = e^{cΔ} u. */
qfp_status qfp_generator_gauge(const qfp_polynomial *generator, double c,
                               qfp_polynomial *out) QFP_MUST_USE;

/* out = the polynomial in α, α* (2N variables) behind the derivative ∂_a, or ∂_a∂_b where b is not −1, of a
 * generator; a, b: 0 … N−1 for ∂_j, N … 2N−1 for ∂̄_j. */
qfp_status qfp_generator_behind(const qfp_polynomial *generator, int a, int b,
                                qfp_polynomial *out) QFP_MUST_USE;

/* out = formal transpose: reverse every product, ∂ → -∂, ∂̄ → -∂̄. */
qfp_status qfp_generator_transpose(const qfp_polynomial *generator,
                                   qfp_polynomial *out) QFP_MUST_USE;

/* The ordering in which the theory is judged and by default evolved: c = C/2, c = 0 for M = 1. */
double qfp_balanced_ordering(const qfp_theory *theory);

/* out = S = ½(L + Lᵀ) of a generator already at its balanced ordering; zero means balanced
 * (skew, reversible, well-posed).  Rounding is cleaned at 1e-12 of the largest coefficient of L. */
qfp_status qfp_generator_symmetric_part(const qfp_polynomial *generator,
                                        qfp_polynomial *out) QFP_MUST_USE;

/* Real form for the Fourier basis.  Variables: Q_j, ∂_Pj (the set A, commuting), P_j, ∂_Qj (the
 * set B, commuting); every term is (monomial of A)(monomial of B), A to the left.  Coefficients are
 * real for a generator of a Hermitian H (the imaginary rest is checked to be rounding). */
qfp_status qfp_generator_to_real(const qfp_polynomial *generator, qfp_polynomial *out) QFP_MUST_USE;

/* For a skew generator in real form: out = coefficients s of L = Σ s ½(A B + B A), odd number of
 * derivatives in every term (skew on the grid too, docs/numerics.md).  QFP_UNBALANCED when L
 * is not skew. */
qfp_status qfp_generator_to_symmetrised(const qfp_polynomial *real_form,
                                        qfp_polynomial *out) QFP_MUST_USE;
/* The same for a symmetric one, Lᵀ = L: an even number of derivatives in every term. */
qfp_status qfp_generator_to_symmetrised_even(const qfp_polynomial *real_form,
                                             qfp_polynomial *out) QFP_MUST_USE;

#endif
