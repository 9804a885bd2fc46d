/* gnuplot_pipe.h - INTERNAL: a gnuplot process that reads commands, without a shell between. */
#ifndef QFPI_GNUPLOT_PIPE_H
#define QFPI_GNUPLOT_PIPE_H

#include <stdio.h>

#include "core/error.h"

typedef struct qfp_gnuplot qfp_gnuplot;

/* Writes `text` as one of gnuplot's literals, cut to what a picture has room for.  In single quotes nothing
 * is substituted, and no control character, so no end of the line, is left: whatever the text is, it stays
 * one.  Every text that is not a constant of the source goes into a script through here. */
void qfpi_gnuplot_quote(FILE *script, const char *text);

/* What gnuplot writes to standard output goes to the file `picture`.  QFP_IO when gnuplot cannot be started;
 * the sentence says how to install it. */
qfp_status qfp_gnuplot_open(int picture, qfp_gnuplot **out) QFP_MUST_USE;
/* Commands go here; write errors come out of close. */
FILE *qfp_gnuplot_stream(qfp_gnuplot *g);
/* Waits for the end and frees; QFP_IO with gnuplot's own words when it failed. */
qfp_status qfp_gnuplot_close(qfp_gnuplot *g) QFP_MUST_USE;

#endif
