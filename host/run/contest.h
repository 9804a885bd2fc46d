/* contest.h - INTERNAL to run_theories.c and contest_file.c: the theories of one run on their
 * way. */
#ifndef QFPI_CONTEST_H
#define QFPI_CONTEST_H

#include "io/progress.h"
#include "run/member.h"
#include "run/run_theories.h"

/* One theory on its way. */
typedef struct runner {
    qfp_config config; /* a shallow copy with this theory selected */
    const char *label;
    bool accepted; /* ill-posed and run with consent */
    qfp_member member;
    qfp_snapshot *snapshot; /* the file for the first, a group of it for the others */
    bool stopped;
    qfp_status status; /* why */
} runner;

typedef struct contest {
    const qfp_config *config;
    const qfp_run_options *options;
    qfp_run_result *result;
    size_t count;
    runner *runners;  /* [count] */
    double *distance; /* [distance_count] of one theory at one time */
    qfp_progress *progress;
} contest;

/* The file with a group for every theory but the first; nothing when no file is wanted. */
qfp_status qfpi_contest_open_file(contest *c) QFP_MUST_USE;
/* One time of every theory, NaN for those that stopped. */
qfp_status qfpi_contest_write_rows(contest *c, double t) QFP_MUST_USE;
/* c->distance of one theory at the time written last. */
qfp_status qfpi_contest_write_distance(contest *c, const runner *r) QFP_MUST_USE;
/* Completes the file, or removes it when `status` is a failure or no time was reached. */
qfp_status qfpi_contest_close_file(contest *c, qfp_status status) QFP_MUST_USE;

#endif
