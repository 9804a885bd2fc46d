/* measure.h - seconds of a repeated action, and what this machine can do at best. */
#ifndef QFPI_BENCH_MEASURE_H
#define QFPI_BENCH_MEASURE_H

#include <stddef.h>

#include "qfp/status.h"

typedef qfp_status (*bench_action)(void *data);

/* Median seconds of one call over batches of calls: CPU seconds on one OpenMP thread, wall seconds
 * on several.  A batch lasts about 2 ms, so that the clock does not count; at least 5 batches run,
 * more until 0.2 s are spent.  The first call warms caches up and is not counted. */
qfp_status bench_seconds(bench_action action, void *data, double *seconds) QFP_MUST_USE;

/* The same in wall seconds always: of actions that wait for a device. */
qfp_status bench_wall_seconds(bench_action action, void *data, double *seconds) QFP_MUST_USE;

/* Bytes per second of y[i] = x[i] over `bytes` read and `bytes` written, as STREAM counts them.
 * Runs on `threads` OpenMP threads. */
qfp_status bench_copy_rate(size_t bytes, int threads, double *rate) QFP_MUST_USE;

/* Flops per second of independent multiply-add chains in registers, one thread, compiled for this
 * very machine: an upper bound, which nothing that touches memory reaches. */
qfp_status bench_flop_rate(double *rate) QFP_MUST_USE;

#endif
