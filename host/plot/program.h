/* program.h - INTERNAL: gnuplot and ffmpeg, each in a process of its own, without a shell between. */
#ifndef QFPI_PROGRAM_H
#define QFPI_PROGRAM_H

#include "core/error.h"
#include "io/progress.h"

typedef enum qfp_program {
    QFP_GNUPLOT, /* a script into pictures */
    QFP_FFMPEG   /* frames, one PNG behind the other, into an MP4 */
} qfp_program;

/* The program reads the file `input` from its beginning and writes what it makes of it to the file `output`;
 * `progress`, which may be NULL, goes from `from` to `to` as it is read.  QFP_IO with the program's own words when it
 * failed, or when it cannot be started; the sentence says how to install it. */
qfp_status qfpi_program_run(qfp_program program, int input, int output, qfp_progress *progress,
                            double from, double to) QFP_MUST_USE;

#endif
