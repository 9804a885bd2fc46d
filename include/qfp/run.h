/* run.h - the main job: a configuration in, Husimi dynamics out. */
#ifndef QFP_RUN_H
#define QFP_RUN_H

#include <stddef.h>

#include "qfp/arrays.h"
#include "qfp/config.h"
#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_run_options {
    const char *output_path; /* OUT.h5, written as OUT.h5.part and renamed; NULL writes no file */
    int resume;              /* go on from OUT.h5.part */
    int show_progress;       /* on stderr */
    int force;               /* give up what is there: an interrupted run, another's file */
    int keep;                /* what a file would hold, into the result; in place of a file */
    qfp_run_watch *watch;    /* NULL: nobody */
    void *watch_data;
} qfp_run_options;

/* ⟨A(t + τ) B(t)⟩ or ⟨C(t) A(t + τ) B(t)⟩ of output.correlations, and the spectrum of its connected part
 * S(ω) = 2 Re ∫_0^T dτ e^{−iωτ} (⟨C(t) A(t + τ) B(t)⟩ − ⟨A(t + τ)⟩⟨C(t) B(t)⟩), T the last delay; a stationary state's is that of
 * all times once it has faded, to lines as wide as 2π/T. */
typedef struct qfp_correlation_result {
    char left[80], right[80];      /* A and B, as they were written, cut where they are longer */
    char before[80];               /* C; "": none */
    double at;                     /* t */
    size_t count;                  /* 0: the run did not come so far */
    double *tau, *re, *im, *error; /* [count]; error: stated, absolute, of the complex value */
    size_t omega_count;            /* 0: too few delays */
    double *omega, *spectrum, *spectrum_error; /* [omega_count] */
    double
        faded; /* |connected part| at the last delay, in that at the first; NaN where that is 0 */
} qfp_correlation_result;

/* What was measured (`observed`) against what the theory says at the same times. */
typedef struct qfp_observed_result {
    char name[32];    /* of the observable */
    char source[512]; /* FILE:DATASET */
    size_t points;    /* that the run reached */
    double chi2;      /* sum over them of ((computed − measured)/error)² */
} qfp_observed_result;

/* One theory of a run.  `values`, `errors` and `distances` have a row for every time of the run, NaN where
 * the theory had stopped. */
typedef struct qfp_theory_result {
    char label[32], theory[64], ordering[32];
    size_t time_count; /* times it reached */
    size_t observable_count;
    char (*names)[32]; /* [observable_count] */
    double *values;    /* [times][observable_count] */
    double *errors;    /* likewise, stated absolute errors; NaN: none can be stated */
    double *distances; /* [times][distance_count], to the first theory */
    size_t correlation_count;
    qfp_correlation_result *correlations; /* [correlation_count] */
    size_t observed_count;
    qfp_observed_result *observed; /* [observed_count] */
    char stopped[1024];            /* the sentence why it stopped; "" when it reached the end */
    char warning[1024];
} qfp_theory_result;

/* The times reached, for every theory.  Owned by the caller, freed by qfp_run_result_destroy. */
typedef struct qfp_run_result {
    size_t time_count; /* times completed, fewer than asked for when the run was stopped */
    double *times;     /* [time_count] */
    double seconds;    /* wall time of the evolution and the output */
    char backend[16], device[160], basis[16];
    char choice[400]; /* of solver.basis: auto: what was taken and why; "" otherwise */
    double predicted_seconds, predicted_bytes; /* by the plan; the first NaN where none was made */
    double taken_seconds,
        taken_bytes;        /* since the basis was settled; the second NaN where it is not known */
    int ranks;              /* processes that solved it together, as mpirun starts them */
    double exchanged_bytes, /* that they sent each other; 0: each computed all of it */
        exchange_seconds,   /* of taken_seconds, of the rank that took longest */
        wait_seconds;       /* likewise, for each other, in sums and for the file */
    char note[512];         /* e.g. why `auto` chose the CPU; may be "" */
    char warning[1024]; /* a sentence about the accuracy of the first theory, or about those that
                            stopped; may be "" */
    char kept[1024];    /* OUT.h5~, where an older result that was replaced is kept; "": none was */
    size_t theory_count; /* 0 when the run was refused before it began */
    qfp_theory_result *theories;
    size_t distance_count; /* of several theories, per mode husimi_l2_j, husimi_max_j, n_j, a_j */
    char (*distance_names)[32];
    qfp_arrays *arrays; /* with `keep`: qfp_arrays_find; else NULL */
} qfp_run_result;

/* Solves the configuration in its basis and writes the file.  A numerical stop (exit status 3)
 * keeps what was computed: the file is completed with the times reached and an attribute `stopped`,
 * and the result is filled, as it is when `watch` stops a run that is kept.  Every other failure leaves an empty
 * result and no file, or what can be gone on from where a checkpoint had been written.
 *
 * The name of the output is taken first: QFP_IO when another process writes it, when an interrupted run
 * that left a checkpoint is not resumed, or when a file that is no result of this program would be
 * replaced, the last two unless `force`; QFP_USAGE when it is an input, and for a name beside `keep`.  An older
 * result is kept as OUT.h5~.
 *
 * The theories (`theory: [...]`) advance together from one output time to the next.  Distances
 * to the first, Q₁ and ⟨·⟩₁, on the output grid and per mode:
 *   husimi_l2_j   ‖Q − Q₁‖₂/‖Q₁‖₂        husimi_max_j   max|Q − Q₁|/max|Q₁|
 *   n_j           |⟨n_j⟩ − ⟨n_j⟩₁|       a_j            |⟨a_j⟩ − ⟨a_j⟩₁|
 * A theory that has to stop leaves NaN from there on and its sentence, and the others go on.  The
 * status is QFP_OK when all that stopped had been accepted as unbalanced and the first did not
 * stop; otherwise that of the first theory that stopped. */
QFP_API qfp_status qfp_run(const qfp_config *config, const qfp_run_options *options,
                           qfp_run_result *out) QFP_MUST_USE;
QFP_API void qfp_run_result_destroy(qfp_run_result *result);

#ifdef __cplusplus
}
#endif
#endif
