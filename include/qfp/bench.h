/* bench.h - how fast this machine does what a run of this configuration repeats.
 *
 * Every operation is timed on arrays of the configuration's size, and its bytes (arrays read and
 * written once, as the seam and the generators state them) per second are set against those of
 * a plain copy y = x in the same call.
 */
#ifndef QFP_BENCH_H
#define QFP_BENCH_H

#include "qfp/config.h"
#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { QFP_BENCH_OPERATIONS = 8 };

typedef struct qfp_bench_operation {
    char name[48];
    double seconds; /* median of one call, wall time */
    double bytes;   /* moved by one call in the model of the operation */
    double flops;   /* 0 where none are counted */
} qfp_bench_operation;

typedef struct qfp_bench {
    char device[256];  /* the backend's sentence about itself */
    char problem[160]; /* "fourier, 32² × 32², double" */
    double bytes;      /* of one array of the state */
    /* The first is the copy, the last one application of the generator. */
    size_t count;
    qfp_bench_operation operation[QFP_BENCH_OPERATIONS];
    double floor_bytes; /* of an application: one read and one write of the state */
} qfp_bench;

/* Takes about half a second per operation, or a few calls of it where one takes longer.  Bases
 * fourier and fock; QFP_CONFIG for another.  Allocates no more than the run would and is refused
 * as the run would be. */
QFP_API qfp_status qfp_bench_measure(const qfp_config *config, qfp_bench *out) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
