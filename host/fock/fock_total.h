/* fock_total.h - a weighted number of quanta W = Σ_j w_j n_j that a master equation never raises, and a state's share of
 * large W.
 *
 * Where H conserves W and every jump lowers it by a number of its own, or keeps it, the projector on W ≤ M commutes with
 * the evolution as far as the part inside goes: L P ρ P = P L P ρ P.  What a state has beyond M is missing, 2√p of it in
 * the trace norm with p the population there, and nothing else is: no state within M leads out.
 */
#ifndef QFPI_FOCK_TOTAL_H
#define QFPI_FOCK_TOTAL_H

#include "algebra/lindblad.h"
#include "io/config.h"

/* weight ← those of core/conserved.h */
void qfp_fock_total_conserved(const qfp_lindblad *l, int modes, int *weight);

/* Does H conserve W, and every jump change it by a number of its own? */
bool qfp_fock_total_is_sharp(const qfp_lindblad *l, int modes, const int *weight);

/* *beyond ← a bound on the population with W > most, to every order of magnitude; 0 with weights 0. */
qfp_status qfp_fock_total_beyond(const qfp_state *state, int modes, const int *weight, int most,
                                 double *beyond) QFP_MUST_USE;

/* *population ← a bound on the population of W = 0 … *count − 1, to be freed; *count = 0 for a state that cannot be told,
 * as below. */
qfp_status qfp_fock_total_populations(const qfp_state *state, int modes, const int *weight,
                                      size_t *count, double **population) QFP_MUST_USE;

/* *most ← the smallest M beyond which is no more than `beyond`; -1 for a state that cannot be told: one from a file, or
 * one with very many levels. */
qfp_status qfp_fock_total_most(const qfp_state *state, int modes, const int *weight, double beyond,
                               int *most) QFP_MUST_USE;

#endif
