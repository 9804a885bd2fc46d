/* plot_file.h - INTERNAL: the script of the picture of a file. */
#ifndef QFPI_PLOT_FILE_SCRIPT_H
#define QFPI_PLOT_FILE_SCRIPT_H

#include <stdio.h>

#include "plot/picture_file.h"

/* Reads the file and writes the commands and the data for gnuplot.  QFP_IO when it is no output of this program;
 * what was written is then no script. */
qfp_status qfpi_plot_script(const char *h5_path, qfp_picture_kind kind, bool is_movie,
                            FILE *out) QFP_MUST_USE;

#endif
