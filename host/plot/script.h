/* script.h - INTERNAL: a picture as commands and data for gnuplot. */
#ifndef QFPI_SCRIPT_H
#define QFPI_SCRIPT_H

#include <stdio.h>

#include "plot/picture.h"
#include "plot/picture_file.h"

/* Writes the script of a file of that kind, which gnuplot writes to standard output; of a movie all frames, one
 * after the other.  Every text goes through qfpi_gnuplot_quote. */
void qfpi_script_write(FILE *out, qfp_picture *q, qfp_picture_kind kind);

/* Writes `text` as one of gnuplot's literals, cut to what a picture has room for: every byte but letters
 * and spaces by its number, so that nothing in it is met by what gnuplot looks for before it reads a string,
 * quotes (doubled ones are not always found), `commands`, @macros and ends of lines.  Control characters are
 * drawn as \xNN.  Every text that is not a constant of the source goes into a script through here. */
void qfpi_gnuplot_quote(FILE *script, const char *text);

#endif
