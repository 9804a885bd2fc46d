/* reach_walk.h - INTERNAL to reach.c: a point on its way through phase space. */
#ifndef QFPI_REACH_WALK_H
#define QFPI_REACH_WALK_H

#include "state/reach.h"
#include "state/reach_flow.h"

typedef struct qfp_walker {
    const qfp_reach_flow *flow;
    int steps; /* at most */
    /* Where noise pushes it, at a cost of ∫½w² for dz/dt = … + √D w: along an axis away from the other side,
     * or, in a mode's plane, from the centre. */
    int mode, axis; /* −1: from the centre */
    double from, until, budget;
} qfp_walker;

/* From z [2N] over the run: everywhere it comes is held by `reach`, which counts the values of the flow. */
void qfp_walker_follow(const qfp_walker *w, const double *z, qfp_reach *reach);

/* No grid could hold what is beyond: n ≥ 4R²/π would be 51 000 per axis. */
#define QFP_ESCAPE_RADIUS 200.0

#endif
