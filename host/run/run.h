/* run.h - INTERNAL to run.c, run_basis.c, run_file.c and run_result.c: the theories of a run on their way.
 *
 * A run is a list of theories of one system, one or more, that advance together from one output
 * time to the next.  The first fills the root of the file; the others lie below /theories/LABEL,
 * their distances to the first below /distance/LABEL.
 */
#ifndef QFPI_RUN_H
#define QFPI_RUN_H

#include "core/footprint.h"
#include "core/ranks.h"
#include "io/progress.h"
#include "io/record.h"
#include "qfp/run.h"
#include "run/keeping.h"
#include "run/member.h"

typedef struct run {
    const qfp_config *config;
    const qfp_run_options *options;
    qfp_run_result *result;
    size_t count;
    qfp_member *members; /* [count] */
    size_t next;         /* index of the output time being worked towards */
    qfp_progress *progress;
    qfp_keeping keeping;
    qfp_record *record;       /* what would be in a file goes here; NULL: nowhere */
    qfpi_footprint footprint; /* since the basis was settled, at the time settled_at */
    double settled_at;
    qfpi_traffic settled_traffic;
} run;

/* Settles `solver.basis: auto` in `settled`, a copy of the configuration: a resumed run goes on in the basis
 * that it was begun in. */
qfp_status qfpi_run_basis(run *r, qfp_config *settled) QFP_MUST_USE;
/* What ranks exchanged since the basis was settled, into the result, which all of them ask for where the work has ended. */
qfp_status qfpi_run_exchanged(run *r) QFP_MUST_USE;
/* What it took and what was foretold, into the result, at the end. */
void qfpi_run_took(run *r);

/* The members have started: allocates the tables of the result. */
qfp_status qfpi_run_result_create(const run *r) QFP_MUST_USE;
/* The times reached get one more: what the members observed, NaN of those that stopped, and the
 * distances. */
void qfpi_run_result_record(const run *r, double t);

/* The correlations, at the end. */
qfp_status qfpi_run_result_correlations(const run *r) QFP_MUST_USE;

/* What was measured against every member, at the end. */
qfp_status qfpi_run_result_observed(const run *r) QFP_MUST_USE;

/* What a member that goes on has to say up to now: its warning into the result, its effort. */
void qfpi_run_report(const run *r, qfp_member *m);

/* The file with a group for every theory but the first, or what an interrupted run left of it, with
 * the members where they were then; nothing when no file is wanted. */
qfp_status qfpi_run_file_open(run *r) QFP_MUST_USE;
/* The time recorded last. */
qfp_status qfpi_run_file_write(run *r, double t) QFP_MUST_USE;
/* The series and the correlations of a member that has not stopped, as far as it came. */
qfp_status qfpi_run_file_series(const qfp_member *m) QFP_MUST_USE;
/* Writes a checkpoint when the last one is old enough, or `now`. */
qfp_status qfpi_run_file_checkpoint(run *r, bool now) QFP_MUST_USE;
/* Writes one because of a signal, where the basis has any, whether or not the configuration wants them. */
qfp_status qfpi_run_file_keep(run *r) QFP_MUST_USE;
/* Completes the file, or removes it when `status` is a failure or no time was reached. */
qfp_status qfpi_run_file_close(run *r, qfp_status status) QFP_MUST_USE;

#endif
