/* member.h - one theory of a run: its equation, its solution, and what one output time of it
 * consists of. */
#ifndef QFPI_MEMBER_H
#define QFPI_MEMBER_H

#include "run/basis.h"
#include "run/accuracy.h"
#include "run/correlations.h"
#include "run/series.h"
#include "run/window.h"

typedef struct qfp_member {
    qfp_config config; /* a shallow copy with this theory selected */
    const qfp_basis_table *basis;
    const char *label;
    qfp_equation equation;
    qfp_plan plan;
    qfp_solution solution;
    double time;                      /* that the solution has reached */
    double *axis_x, *axis_p;          /* physical ones of the output grid, [modes][points] */
    double *marginals[QFP_MAX_MODES]; /* of the time observed last */
    double *values;                   /* [observable_count] */
    qfp_accuracy accuracy;
    qfp_window_watch window;
    qfp_series series;
    qfp_correlations correlations;
    qfp_snapshot *snapshot;       /* the file for the first theory, a group of it for the others */
    qfp_effort effort;            /* its steps grow on the way, the rest is filled at the end */
    bool stopped, stopped_before; /* the second: before the run was resumed */
    qfp_status status;            /* why */
} qfp_member;

/* Theory `index` of the configuration: equation and plan.  QFP_UNBALANCED when it is ill-posed and
 * not accepted.  Give `out` to qfp_member_destroy either way; it must not be moved. */
qfp_status qfp_member_prepare(const qfp_config *config, size_t index, qfp_member *out) QFP_MUST_USE;
/* The solution at t = 0 and the arrays of the output. */
qfp_status qfp_member_start(qfp_member *m) QFP_MUST_USE;
/* Frees the solution alone: nothing but its last values is wanted any more. */
void qfp_member_stop(qfp_member *m);
void qfp_member_destroy(qfp_member *m);

/* Fills `values` and their errors; QFP_NOT_FINITE names the observable, QFP_TOLERANCE the error. */
qfp_status qfp_member_observe(qfp_member *m) QFP_MUST_USE;
/* The next time of the series, which is now.  `values` are not those of an output afterwards. */
qfp_status qfp_member_observe_series(qfp_member *m) QFP_MUST_USE;
/* A correlation that begins now; the hook as in run/two_time.h.  `values` are not those of an output
 * afterwards. */
qfp_status qfp_member_correlate(qfp_member *m, const qfp_step_hook *hook,
                                qfp_two_time *out) QFP_MUST_USE;
/* Fills `marginals`. */
qfp_status qfp_member_husimi(qfp_member *m) QFP_MUST_USE;
/* Appends both, and the fields, to the snapshot; of a member that stopped a row of NaN. */
qfp_status qfp_member_append(qfp_member *m, double t) QFP_MUST_USE;

/* A checkpoint: the basis's, and what was noted of the outputs so far. */
size_t qfp_member_state_count(const qfp_member *m);
qfp_status qfp_member_save(qfp_member *m, qfp_state_writer *to) QFP_MUST_USE;
/* At m->time.  QFP_USAGE when it does not fit this run. */
qfp_status qfp_member_load(qfp_member *m, size_t count, qfp_state_reader *from) QFP_MUST_USE;

/* What a file or a group of this theory looks like; borrows from the member. */
qfp_snapshot_layout qfp_member_layout(const qfp_member *m);

/* Writes into the snapshot what it says of this theory; `as_group`: without what the file says. */
qfp_status qfp_member_describe(const qfp_member *m, bool as_group) QFP_MUST_USE;

#endif
