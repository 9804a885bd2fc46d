/* fock_growth.h - how many levels a run in the Fock basis goes on with when it wants more. */
#ifndef QFPI_FOCK_GROWTH_H
#define QFPI_FOCK_GROWTH_H

#include "run/fock_stage.h"

/* levels [modes] and first [modes], the lowest of them: a quarter more at the ends through which the stage's state leaves.  `planned` are
 * those at the start, t the time of the state.  QFP_RESOLUTION when that is more than the machine holds
 * or sixteen times what was planned: a state that wants so many is on its way to infinity. */
qfp_status qfp_fock_more_levels(const qfp_config *config, const qfp_fock_stage *stage,
                                const int *planned, double t, int *levels, int *first) QFP_MUST_USE;

#endif
