/* reach_memo.h - INTERNAL to reach.c: what this thread found last, since a plan, the plan of another basis beside it and
 * the run ask for the same reach.  Known again by every number that it is computed from. */
#ifndef QFPI_REACH_MEMO_H
#define QFPI_REACH_MEMO_H

#include "state/initial_state.h"
#include "state/reach.h"
#include "state/reach_flow.h"

typedef struct qfp_reach_key {
    size_t count, capacity;
    double *value;
} qfp_reach_key;

/* Free `out->value` either way, unless it was remembered. */
qfp_status qfp_reach_key_create(const qfp_reach_flow *flow, size_t piece_count,
                                const qfp_state_piece *pieces, double level, int steps,
                                qfp_reach_key *out) QFP_MUST_USE;

/* Without any evaluation; false where it is not known. */
bool qfp_reach_recall(const qfp_reach_key *key, qfp_reach *out);
/* Takes the key over, and forgets the oldest of eight. */
void qfp_reach_remember(qfp_reach_key *key, const qfp_reach *reach);

#endif
