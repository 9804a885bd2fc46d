/* script.h - INTERNAL: a picture as commands and data for gnuplot. */
#ifndef QFPI_SCRIPT_H
#define QFPI_SCRIPT_H

#include <stdio.h>

#include "plot/picture.h"
#include "plot/picture_file.h"

/* Writes the script of a file of that kind, which gnuplot writes to standard output; of a movie all frames, one
 * after the other.  Every text goes through qfpi_gnuplot_quote. */
void qfpi_script_write(FILE *out, qfp_picture *q, qfp_picture_kind kind);

#endif
