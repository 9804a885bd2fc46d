/* settled.h - INTERNAL: what all points of a sweep share. */
#ifndef QFPI_SETTLED_H
#define QFPI_SETTLED_H

#include "io/config.h"

typedef struct qfp_settled {
    qfp_status status;
    qfp_basis basis; /* of `auto` that of the first point */
    int devices;     /* of CUDA that are there and may be used: one process has one */
    qfp_interval window[QFP_MAX_MODES][2]; /* of Q, of modes whose window follows the state */
    char choice[400];
    char sentence[1024]; /* why not */
} qfp_settled;

/* By a child: this process must not start threads before its children are made. */
qfp_status qfp_sweep_settle(const qfp_config *config, qfp_settled *out) QFP_MUST_USE;

#endif
