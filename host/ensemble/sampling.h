/* sampling.h - INTERNAL to sample_loop.c (the passes) and sample_keep.c (their file and checkpoints): one
 * `qfp sample` on its way. */
#ifndef QFPI_ENSEMBLE_SAMPLING_H
#define QFPI_ENSEMBLE_SAMPLING_H

#include "ensemble/sample_pass.h"
#include "io/progress.h"
#include "io/record.h"
#include "run/keeping.h"

typedef struct qfp_sampling {
    qfp_config config; /* borrows everything; the number of paths is that of the present pass */
    const qfp_sample_options *options;
    qfp_sample_result *result;
    qfp_sample_pass pass;
    size_t row, pair; /* the output time being worked towards; pairs of steps made on the way */
    uint64_t step;    /* fine steps since t = 0 */
    bool has_begun;   /* the pass has done anything */
    double time;
    qfp_snapshot *file; /* NULL: none */
    qfp_record *record; /* what would be in a file goes here; NULL: nowhere */
    qfp_keeping keeping;
    bool is_kept;           /* the unfinished file has a checkpoint */
    qfp_checkpoint resumed; /* what the pass to come begins from … */
    double *state;          /* … and its state; NULL: at t = 0 */
    qfp_progress *progress;
} qfp_sampling;

/* Looks at what an interrupted sample left: the number of paths of its pass, at most `most`, and where it
 * was.  A failure leaves it as it was. */
qfp_status qfpi_sampling_read(qfp_sampling *s, int most) QFP_MUST_USE;
/* The file of the pass, which is at t = 0: a new one, or the one that is gone on with, and the pass where
 * its checkpoint left it. */
qfp_status qfpi_sampling_open(qfp_sampling *s) QFP_MUST_USE;
/* Writes a checkpoint when one is due, or because of a signal, wanted by the configuration or not. */
qfp_status qfpi_sampling_keep(qfp_sampling *s, bool by_signal) QFP_MUST_USE;
/* The pass was not the last: one of so many paths will take its place in the file. */
qfp_status qfpi_sampling_turn(qfp_sampling *s, int paths) QFP_MUST_USE;
/* Completes the file, also of an ensemble that had to stop after some times; after another failure what
 * can be gone on from stays.  Hands `status` on. */
qfp_status qfpi_sampling_close(qfp_sampling *s, qfp_status status) QFP_MUST_USE;
void qfpi_sampling_end(qfp_sampling *s);

#endif
