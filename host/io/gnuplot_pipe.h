/* gnuplot_pipe.h - INTERNAL: a gnuplot process that reads commands, without a shell between. */
#ifndef QFPI_GNUPLOT_PIPE_H
#define QFPI_GNUPLOT_PIPE_H

#include <stdio.h>

#include "core/error.h"

typedef struct qfp_gnuplot qfp_gnuplot;

/* What gnuplot writes to standard output goes to `picture`, a file that exists.  QFP_IO when
 * gnuplot cannot be started; the sentence says how to install it. */
qfp_status qfp_gnuplot_open(const char *picture, qfp_gnuplot **out) QFP_MUST_USE;
/* Commands go here; write errors come out of close. */
FILE *qfp_gnuplot_stream(qfp_gnuplot *g);
/* Waits for the end and frees; QFP_IO with gnuplot's own words when it failed. */
qfp_status qfp_gnuplot_close(qfp_gnuplot *g) QFP_MUST_USE;

#endif
