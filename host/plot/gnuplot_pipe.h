/* gnuplot_pipe.h - INTERNAL: a gnuplot process that reads commands, without a shell between. */
#ifndef QFPI_GNUPLOT_PIPE_H
#define QFPI_GNUPLOT_PIPE_H

#include <stdio.h>

#include "core/error.h"

typedef struct qfp_gnuplot qfp_gnuplot;

/* Writes `text` as one of gnuplot's literals, cut to what a picture has room for: every byte but letters
 * and spaces by its number, so that nothing in it is met by what gnuplot looks for before it reads a string,
 * quotes (doubled ones are not always found), `commands`, @macros and ends of lines.  Control characters are
 * drawn as \xNN.  Every text that is not a constant of the source goes into a script through here. */
void qfpi_gnuplot_quote(FILE *script, const char *text);

/* What gnuplot writes to standard output goes to the file `picture`.  QFP_IO when gnuplot cannot be started;
 * the sentence says how to install it. */
qfp_status qfp_gnuplot_open(int picture, qfp_gnuplot **out) QFP_MUST_USE;
/* Commands go here; write errors come out of close. */
FILE *qfp_gnuplot_stream(qfp_gnuplot *g);
/* Waits for the end and frees; QFP_IO with gnuplot's own words when it failed. */
qfp_status qfp_gnuplot_close(qfp_gnuplot *g) QFP_MUST_USE;

/* The frames of a movie, one PNG behind the other, into an MP4 in the file `movie`.  QFP_IO with ffmpeg's own words when
 * it failed, or when it cannot be started; the sentence says how to install it. */
qfp_status qfpi_ffmpeg(int frames, int movie) QFP_MUST_USE;

#endif
