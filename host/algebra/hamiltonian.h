/* hamiltonian.h - a polynomial Hamiltonian and its three symbols.
 *
 * The operator is kept in normal order, H = Σ h_{pq} a†^p a^q, that is, as its Wick symbol.  With
 * Δ = Σ_j ∂_j ∂̄_j:   H_Weyl = e^{-Δ/2} H_W,   H_aW = e^{-Δ} H_W   (finite sums).
 */
#ifndef QFPI_HAMILTONIAN_H
#define QFPI_HAMILTONIAN_H

#include "algebra/polynomial.h"

typedef enum qfp_symbol_ordering { QFP_WICK, QFP_WEYL, QFP_ANTIWICK } qfp_symbol_ordering;

/* symbol variables: 0..N-1 α_j, N..2N-1 α*_j */

/* Normal order of an operator expression: out = Wick symbol of the operator (2N variables).  `out`
 * is overwritten without being read.  QFP_CONFIG for a power above 255, more than QFP_MAX_TERMS
 * terms, 3e6 words to be multiplied out or a coefficient that is not finite; the same for the
 * next. */
qfp_status qfp_wick_from_operator(const qfp_node *expression, int modes,
                                  qfp_polynomial *out) QFP_MUST_USE;

/* The expression read as a commuting symbol (a -> α, ad -> α*, n -> α*α, x, p likewise). */
qfp_status qfp_symbol_from_expression(const qfp_node *expression, int modes,
                                      qfp_polynomial *out) QFP_MUST_USE;

/* out = e^{sΔ} symbol, exact.  Wick -> Weyl s = -1/2, Wick -> anti-Wick s = -1; the symbol with
 * weight u at ordering c is e^{-(1-c)Δ} H_W. */
qfp_status qfp_symbol_exp_laplacian(const qfp_polynomial *symbol, double s,
                                    qfp_polynomial *out) QFP_MUST_USE;

/* Largest |coefficient| of H - H†, relative to the largest |coefficient| of H. */
double qfp_symbol_antihermitian_part(const qfp_polynomial *symbol);

/* A symbol in α, α* rewritten in the real coordinates Q_1…Q_N, P_1…P_N (2N variables),
 * α_j = (Q_j + i P_j)/√2 (Eq. 48).  Coefficients of a Hermitian symbol come out real. */
qfp_status qfp_symbol_to_real(const qfp_polynomial *symbol, qfp_polynomial *out) QFP_MUST_USE;

#endif
