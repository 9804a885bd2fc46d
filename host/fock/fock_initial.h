/* fock_initial.h - the configured initial state in the Fock basis, and how many levels it asks for.
 *
 * States are exact and not normalised anew after the cut: Tr ρ = 1 − (population outside the kept
 * levels).
 */
#ifndef QFPI_FOCK_INITIAL_H
#define QFPI_FOCK_INITIAL_H

#include "fock/fock_space.h"
#include "io/config.h"

/* The packed ρ (host memory, space->count doubles).  *cut: population outside the kept levels.
 * `warning` gets a sentence when a Q grid from a file had to be cut, else "".  QFP_CONFIG for
 * states that do not exist or files that do not fit. */
qfp_status qfp_fock_initial_fill(const qfp_fock_space *space, const qfp_state *state, double *u,
                                 double *cut, char *warning, size_t size) QFP_MUST_USE;

/* Bounds on the trace norm of what the filled ρ is off by: by the levels, and by the rounding of
 * superpositions whose parts nearly cancel.  What a Q grid from a file carries is not in it. */
typedef struct qfp_fock_initial_error {
    double cut, cancelled;
} qfp_fock_initial_error;
qfp_status qfp_fock_initial_error_of(const qfp_fock_space *space, const qfp_state *state,
                                     qfp_fock_initial_error *out) QFP_MUST_USE;

/* Raises levels[modes] until they leave out less than `cut` of the population. */
qfp_status qfp_fock_initial_levels(const qfp_state *state, int modes, double cut,
                                   int *levels) QFP_MUST_USE;

#endif
