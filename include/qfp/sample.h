/* sample.h - trajectory ensembles: a configuration in, sampled moments and histograms out. */
#ifndef QFP_SAMPLE_H
#define QFP_SAMPLE_H

#include <stddef.h>

#include "qfp/arrays.h"
#include "qfp/config.h"
#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_sample_options {
    const char *output_path; /* OUT.h5, written as OUT.h5.part and renamed; NULL writes no file */
    int resume;              /* go on from OUT.h5.part */
    int show_progress;       /* on stderr */
    int force;               /* give up what is there: an interrupted run, another's file */
    int keep;                /* what a file would hold, into the result; in place of a file */
    qfp_run_watch *watch;    /* NULL: nobody */
    void *watch_data;
} qfp_sample_options;

/* What an ensemble says at one time about one observable, with its three errors told apart. */
typedef struct qfp_estimate {
    double value;      /* of the run with `steps` steps */
    double stderr_;    /* sampling: one standard deviation, from batches of paths */
    double step_error; /* value − value of a run with half the steps and the same noise */
    double exact;      /* of the exact state, where it is known; NaN otherwise */
} qfp_estimate;

typedef struct qfp_sample_result {
    size_t time_count, observable_count;
    int modes;
    char (*names)[32];       /* [observable_count] */
    double *times;           /* [time_count] */
    qfp_estimate *estimates; /* [time_count][observable_count] */
    /* χ² of the histogram of every mode against the exact Q, its degrees of freedom and the
     * probability of a larger one; [time_count][modes] */
    double *chi2, *chi2_cells, *chi2_probability;
    char (*labels)[64]; /* of processes without modes: "x_1 against |psi|^2", [modes]; else NULL */
    int paths, steps;   /* paths: drawn, fewer than configured when target_error was reached sooner;
                         steps: 0 where time is not divided into steps */
    int has_exact;      /* there is an exact state to compare with; else `exact` and χ² are NaN */
    char effort[64];    /* what it took: "1000 steps", "64 slices and 100 sweeps" */
    double seconds;
    char kept[1024]; /* OUT.h5~, where an older result that was replaced is kept; "": none was */
    char method[24];
    char statement[512]; /* which ensemble this is and what its density at one time equals */
    qfp_arrays *arrays;  /* with `keep`: qfp_arrays_find; else NULL */
} qfp_sample_result;

/* Draws the ensemble of the key `ensemble`.  QFP_CONFIG for a method that the Hamiltonian's class
 * forbids.  QFP_TOLERANCE when trajectories cannot be followed with these steps and QFP_GROWTH when
 * the useful time of a method is over: both keep the times reached, in `out` and in the file, which
 * then has an attribute `stopped`.  With `target_error` ensembles of growing size are drawn, each
 * beginning with the trajectories of the one before; the last one is what `paths` of that size
 * gives and QFP_TOLERANCE says that the target was not reached.  `watch` keeps the times reached likewise, in `out`
 * with `keep`.  Every other failure leaves an empty result and no file, or what can be gone on from where a checkpoint had been written, to the same
 * numbers bit for bit.  The name of the output is taken as qfp_run takes it. */
QFP_API qfp_status qfp_sample(const qfp_config *config, const qfp_sample_options *options,
                              qfp_sample_result *out) QFP_MUST_USE;
QFP_API void qfp_sample_result_destroy(qfp_sample_result *result);

#ifdef __cplusplus
}
#endif
#endif
