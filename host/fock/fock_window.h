/* fock_window.h - from which level on a mode is worth keeping.
 *
 * A bright state is far from the vacuum: a coherent one of n̄ quanta has its levels at n̄ ± √n̄ z, and those below hold
 * nothing.  Where H conserves the number of a mode and every jump changes it by a number of its own, with elements
 * that depend on that mode alone, its populations follow
 *     dp_n/dt = Σ_k γ_k (|c_k(n + d_k)|² p_{n + d_k} − |c_k(n)|² p_n),     c_k |n⟩ = c_k(n)|n − d_k⟩,
 * whatever else the state does.  A process of jumps downwards only bounds what ever lies below a level; one upwards
 * makes it less.  All terms are positive, so the tail is right to its last order of magnitude.
 */
#ifndef QFPI_FOCK_WINDOW_H
#define QFPI_FOCK_WINDOW_H

#include "algebra/lindblad.h"
#include "io/config.h"

/* first [modes] ← of every mode the largest level below which no more than `cut` of the population is from now to
 * `duration`, with rates as large as those of `most` at all times; 0 where that is less than 8 or a quarter of the
 * levels up to end [modes], or cannot be told. */
qfp_status qfp_fock_window_first(const qfp_lindblad *most, const qfp_state *state, int modes,
                                 const int *end, double duration, double cut,
                                 int *first) QFP_MUST_USE;

#endif
