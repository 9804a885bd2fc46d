/* sweep.h - many runs of one configuration: every combination of the values of its key `sweep`. */
#ifndef QFP_SWEEP_H
#define QFP_SWEEP_H

#include <stddef.h>

#include "qfp/config.h"
#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_sweep_options {
    const char
        *output_path;  /* OUT.h5; the points lie in OUT.h5.points until all of them succeeded */
    int resume;        /* go on from OUT.h5.points: what is missing, and what failed, is solved */
    int show_progress; /* on stderr */
    int force;         /* give up what is there: an interrupted sweep, another's file */
    int processes;     /* that solve points side by side; 0: one per core, or $OMP_NUM_THREADS */
} qfp_sweep_options;

typedef struct qfp_sweep_axis_result {
    char name[64]; /* of the axis in the file */
    size_t count;
    char (*labels)[64]; /* [count] its values as texts */
    double *values;     /* [count]; NULL where one is no number */
} qfp_sweep_axis_result;

/* What became of every point, the last axis running fastest; of each the observables at the last output time. */
typedef struct qfp_sweep_result {
    int axis_count;
    qfp_sweep_axis_result *axes; /* [axis_count] */
    size_t point_count, failed_count;
    size_t solved_count; /* by this call, those that failed among them */
    int *exits;          /* [point_count]: exit status of each as a run; -1: not solved */
    char **sentences; /* [point_count]: why it failed, or what its run warned of; "" for neither */
    size_t observable_count;
    char (*names)[32]; /* [observable_count] */
    double time;       /* of the values */
    double *values,
        *errors;      /* [point_count][observable_count], NaN where the point did not come so far */
    int processes;    /* that were at work */
    int lacks_states; /* output.state asked for them */
    char warning[1024]; /* of ranks of mpirun that failed, whose points others solved; "": none */
    char basis[16];
    char choice[400]; /* of solver.basis: auto: what was taken, by the first point, and why */
    double seconds;
    char kept[1024]; /* OUT.h5~, where an older result that was replaced is kept; "": none was */
} qfp_sweep_result;

/* Solves every point as qfp_run would, several side by side, each by one of `processes` children of this process,
 * and writes one file: the datasets of a run with the axes of the sweep in front, NaN where a point has nothing, and
 * /points/{exit_status, sentence, seconds, ...} [axes].  States (output.state) are left out.
 *
 * Of a configuration from qfp_steady_config_load a point is what qfp_steady finds.
 *
 * A point that fails is recorded with its sentence and the others go on; the status is then that of the first, and the
 * file is written.  A basis left open is settled by the first point, as is, from the corners of the sweep, the window
 * of Q.  QFP_CONFIG without `sweep`, or when the first point is no configuration; QFP_INTERRUPTED leaves OUT.h5.points,
 * and so does every other failure once a point was solved.  The caller must not have other threads. */
QFP_API qfp_status qfp_sweep(const qfp_config *config, const qfp_sweep_options *options,
                             qfp_sweep_result *out) QFP_MUST_USE;
QFP_API void qfp_sweep_result_destroy(qfp_sweep_result *result);

#ifdef __cplusplus
}
#endif
#endif
