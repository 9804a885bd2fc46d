/* fock_leak.h - what a finite number of levels loses, measured while a run goes on.
 *
 * Let P project on the kept states and ρ(t) solve the equation there.  As an approximation of the
 * whole solution it leaves the residual (1 − P) L ρ, and because the whole evolution is unitary
 *     ‖ρ_whole(t) − ρ(t)‖ ≤ ∫₀ᵗ ‖(1 − P) L ρ‖ dt',     ‖(1 − P) L ρ‖ = (√2/κ) ‖(1 − P) H ρ‖.
 * H = Σ_δ h_δ moves |m⟩ to |m + δ⟩, so with T the number of different δ that raise a mode
 *     ‖(1 − P) H ρ‖² ≤ T Σ_m Σ_{δ: m + δ not kept} |h_δ(m)|² (ρ²)_mm = Tr(ρ G ρ),  G diagonal.
 * States that H keeps inside contribute nothing: a diagonal H, and a lattice that conserves the
 * total number when all of it fits into each mode, lose nothing whatever their last levels hold.
 *
 * For a theory that is not Schrödinger's the terms move both indices one by one; every state within
 * the longest step of H below the cut then counts, with (Σ_δ |h_δ(m)|)²: an estimate, not a bound.
 */
#ifndef QFPI_FOCK_LEAK_H
#define QFPI_FOCK_LEAK_H

#include <stdbool.h>

#include "algebra/hamiltonian.h"
#include "fock/fock_space.h"

typedef struct qfp_fock_leak qfp_fock_leak;

/* `wick`: of H; is_exact: the equation is Schrödinger's. */
qfp_status qfp_fock_leak_create(const qfp_backend *backend, qfp_context *context,
                                const qfp_fock_space *space, const qfp_polynomial *wick,
                                double kappa, bool is_exact, qfp_fock_leak **out) QFP_MUST_USE;
void qfp_fock_leak_destroy(qfp_fock_leak *leak);

/* Can anything be lost at all? */
bool qfp_fock_leak_is_possible(const qfp_fock_leak *leak);

/* rate: the bound on ‖(1 − P) L ρ‖/‖ρ‖.  amplitude: ‖P_G ρ‖/‖ρ‖ with P_G on the states with
 * G_mm > 0.  The integral of the rate is a bound on the error of ρ, and pessimistic where H is
 * large: what it adds up turns in phase.  What came back from the end of the basis is of the size
 * of the amplitude there.  Two passes over u; `scratch` is overwritten. */
typedef struct qfp_fock_loss {
    double rate, amplitude;
} qfp_fock_loss;
qfp_status qfp_fock_leak_measure(qfp_fock_leak *leak, qfp_buffer *u, qfp_buffer *scratch,
                                 qfp_fock_loss *out) QFP_MUST_USE;
/* The rates of what leaves through each mode, [modes]: a pass for each. */
qfp_status qfp_fock_leak_rates(qfp_fock_leak *leak, qfp_buffer *u, qfp_buffer *scratch,
                               double *rates) QFP_MUST_USE;

/* Σ |ρ_mm| over the states with G_mm > 0: the population from which something is lost. */
qfp_status qfp_fock_leak_population(qfp_fock_leak *leak, const qfp_buffer *u,
                                    double *population) QFP_MUST_USE;

#endif
