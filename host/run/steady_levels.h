/* steady_levels.h - INTERNAL to steady_solution.c and steady_levels.c: the stationary state on as many levels as it
 * needs, and how far it may be off.
 *
 * Levels are raised until the last ones are all but empty. What they miss is then the difference from the
 * state with a fifth more of them, times what amplitudes fell by in between; what the equation
 * leaves open is ‖Lρ‖ over the gap. */
#ifndef QFPI_STEADY_LEVELS_H
#define QFPI_STEADY_LEVELS_H

#include "fock/stationary.h"
#include "run/basis.h"
#include "run/fock_look.h"

/* The stationary state on one choice of levels. */
typedef struct qfp_steady_attempt {
    qfp_fock_stage stage;
    qfp_stationary *solver;
    double *packed, *means, residual;
    double last[QFP_MAX_MODES], most_last; /* population of the last eighth of the levels */
} qfp_steady_attempt;

typedef struct qfp_steady_state {
    const qfp_config *config;
    const qfp_equation *equation;
    qfp_engine engine;
    qfp_plan plan;
    qfp_steady_attempt *found; /* which is not moved: its stage points into itself */
    qfp_fock_look look;
    qfp_stationary_modes modes;
    qfp_watch watch; /* shows where the search stands, with the levels it is at */
    char at[128];
    bool more_stationary; /* than modes.stationary: with more levels there are more */
    double state_error, tail;
    qfp_fock_entropy seen; /* last */
    double *errors;        /* of the means */
    char initial[512], warning[512];
} qfp_steady_state;

/* Fills `found`, `modes` and the errors, from the levels of the plan on.  QFP_RESOLUTION for a state that
 * spreads without bound. */
qfp_status qfpi_steady_settle(qfp_steady_state *s) QFP_MUST_USE;
void qfpi_steady_discard(qfp_steady_attempt *a);

/* The largest of the channels: γ times the largest coefficient of c, squared; a constant in c only drives. */
double qfpi_steady_rate(const qfp_equation *equation);
/* The least decay rate of the modes that are not stationary (Liouvillian gap); NaN where none was found. */
double qfpi_steady_gap(const qfp_stationary_modes *m);

#endif
