/* fock_tail.h - how much of a state lies in the last levels kept, at either end of a window.
 *
 * Populations p_m = ρ_mm come from band 0 of the state.  A density that is no quantum state may
 * have negative ones, so magnitudes are added.
 */
#ifndef QFPI_FOCK_TAIL_H
#define QFPI_FOCK_TAIL_H

#include "fock/fock_space.h"

enum { QFP_FOCK_TAIL_LEVELS = 2 };

/* populations [dimension].  per_mode [modes] (may be NULL): Σ |p_m| over the states with m_j in the
 * two last levels of mode j, or in the two first ones of a window; *any: over those where at least one mode is. */
void qfp_fock_tail(const qfp_fock_space *space, const double *populations, double *per_mode,
                   double *any);

#endif
