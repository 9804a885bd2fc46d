/* run.h - the main job: a configuration in, Husimi dynamics out. */
#ifndef QFP_RUN_H
#define QFP_RUN_H

#include <stddef.h>

#include "qfp/config.h"
#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_run_options {
    const char *output_path; /* OUT.h5, written as OUT.h5.part and renamed; NULL writes no file */
    int resume;              /* go on from OUT.h5.part */
    int show_progress;       /* on stderr */
} qfp_run_options;

/* The observables of the times reached.  Owned by the caller, freed by qfp_run_result_destroy. */
typedef struct qfp_run_result {
    size_t time_count; /* times completed, fewer than asked for when the run was stopped */
    size_t observable_count;
    char (*names)[32]; /* [observable_count] */
    double *times;     /* [time_count] */
    double *values;    /* [time_count][observable_count] */
    double seconds;    /* wall time of the evolution and the output */
    char backend[16], device[160], basis[16], ordering[32];
    char note[256];    /* e.g. why `auto` chose the CPU; may be "" */
    char warning[512]; /* a sentence about the accuracy; may be "" */
} qfp_run_result;

/* Solves the configuration in its basis and writes the file.  A numerical stop (exit status 3)
 * keeps what was computed: the file is completed with the times reached and an attribute `stopped`,
 * and the result is filled.  Every other failure leaves no file and an empty result. */
qfp_status qfp_run(const qfp_config *config, const qfp_run_options *options,
                   qfp_run_result *out) QFP_MUST_USE;
void qfp_run_result_destroy(qfp_run_result *result);

#ifdef __cplusplus
}
#endif
#endif
