/* fock_cut.h - which of the states of the planned levels a run in the Fock basis leaves out. */
#ifndef QFPI_FOCK_CUT_H
#define QFPI_FOCK_CUT_H

#include "qfp/plan.h"
#include "run/equation.h"

/* plan->weight and most: of an exact equation that never raises a weighted number of quanta of several modes, the states
 * beyond a number that the initial state hardly reaches.  That costs the state no more than a hundredth of the
 * tolerance, or a tenth of what `levels` (NULL: none are given) cut of it already, 1e-6 at most. */
qfp_status qfp_fock_plan_cut(const qfp_config *config, const qfp_equation *equation,
                             const int *levels, qfp_plan *plan) QFP_MUST_USE;

/* plan->first, where the configuration gives none: the lowest level of every mode that is worth keeping (fock_window.h).
 * levels: in, those from the vacuum on; out, those of the window. */
qfp_status qfp_fock_plan_window(const qfp_config *config, const qfp_equation *equation, int *levels,
                                qfp_plan *plan) QFP_MUST_USE;

#endif
