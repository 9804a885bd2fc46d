/* fock_leak.h - what a finite number of levels loses, measured while a run goes on.
 *
 * Let P project on the kept states and ρ(t) solve the equation there.  As an approximation of the
 * whole solution it leaves the residual (1 − P) L ρ, and because the whole evolution is unitary
 *     ‖ρ_whole(t) − ρ(t)‖₁ ≤ ∫₀ᵗ ‖(1 − P) L ρ‖₁ dt',    ‖(1 − P) L ρ‖₁ = (2/κ) ‖(1 − P) H ρ‖₁.
 * H = Σ_δ h_δ moves |m⟩ to |m + δ⟩, so with T the number of different δ that raise a mode, or lower one whose window
 * does not begin at the vacuum,
 *     H (1 − P) H ≤ G,   G_mm = T Σ_{δ: m + δ not kept} |h_δ(m)|², diagonal, and
 *     ‖(1 − P) H ρ‖₁ ≤ √(Tr ρG Tr ρ)   and   ≤ √(r Tr ρGρ),
 * r the rank of either factor: 1 for a ket, else the number of states with G_mm > 0.  The first is
 * for mixed states of many kets; below √ε of ρ it would be rounding, which the second never is.
 * States that H keeps inside contribute nothing: a diagonal H, and a lattice that conserves the
 * total number when all of it fits into each mode, lose nothing whatever their last levels hold.
 *
 * A master equation contracts the trace norm.  H is then H_eff = H − (iκ/2) Σ γ c†c, and the jumps add
 * Σ γ ‖(1 − P L P) cρc†‖₁ ≤ Σ 3γ ‖(1 − P) cρ‖₁ ‖c‖: to G, (3κ/2)² γ² ‖c‖² times what c has of it.  Loss, which
 * only lowers, adds nothing where the levels begin at the vacuum.
 *
 * For a theory that is not exact the terms move both indices one by one; every state within
 * the longest step of H below the cut then counts, with (Σ_δ |h_δ(m)|)², in the Hilbert–Schmidt
 * norm, (√2/κ) √(Tr ρGρ): an estimate, not a bound.
 */
#ifndef QFPI_FOCK_LEAK_H
#define QFPI_FOCK_LEAK_H

#include <stdbool.h>

#include "algebra/lindblad.h"
#include "fock/fock_space.h"

typedef struct qfp_fock_leak qfp_fock_leak;

/* is_exact: the equation is that of the Lindblad generator and not of a truncated theory.  noise: elements of ρ below are rounding,
 * relative to its norm: a column of them stays what it is and is no state that leaves. */
qfp_status qfp_fock_leak_create(const qfp_backend *backend, qfp_context *context,
                                const qfp_fock_space *space, const qfp_lindblad *lindblad,
                                double kappa, bool is_exact, double noise,
                                qfp_fock_leak **out) QFP_MUST_USE;
void qfp_fock_leak_destroy(qfp_fock_leak *leak);

/* Can anything be lost at all? */
bool qfp_fock_leak_is_possible(const qfp_fock_leak *leak);

/* rate: the bound on ‖(1 − P) L ρ‖₁.  amplitude: ‖P_G ρ‖ with P_G on the states with G_mm > 0, in the
 * Hilbert–Schmidt norm: the size of what is missing beyond, and of what has come back, where the
 * integral of the rate counts what adds up out of phase.  is_ket: ρ is of rank 1 to rounding.  Three
 * passes over u; `scratch` is overwritten. */
typedef struct qfp_fock_loss {
    double rate, amplitude;
} qfp_fock_loss;
qfp_status qfp_fock_leak_measure(qfp_fock_leak *leak, qfp_buffer *u, qfp_buffer *scratch,
                                 bool is_ket, qfp_fock_loss *out) QFP_MUST_USE;
/* √(Σ_m ρ_mm (Σ_δ |h_δ(m)|)²): the energies in the state, by size, whose phases lose digits. */
qfp_status qfp_fock_leak_energy(qfp_fock_leak *leak, const qfp_buffer *u,
                                double *energy) QFP_MUST_USE;

/* (√2/κ) √(Tr ρGρ) of what leaves above the levels of each mode and then below them, [2 modes]: a pass for each. */
qfp_status qfp_fock_leak_rates(qfp_fock_leak *leak, qfp_buffer *u, qfp_buffer *scratch,
                               double *rates) QFP_MUST_USE;

/* Σ |ρ_mm| over the states with G_mm > 0, from which something is lost: all that can be said about
 * an unbalanced theory. */
qfp_status qfp_fock_leak_population(qfp_fock_leak *leak, const qfp_buffer *u,
                                    double *population) QFP_MUST_USE;

#endif
