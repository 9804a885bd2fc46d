/* plot_script.h - INTERNAL: what gnuplot is told to draw of an output file. */
#ifndef QFPI_PLOT_SCRIPT_H
#define QFPI_PLOT_SCRIPT_H

#include <stdio.h>

#include "core/error.h"

/* Writes the commands and the data of the picture, a PNG on standard output.  QFP_IO when the file is no
 * output of this program; what was written is then no script. */
qfp_status qfpi_plot_script(const char *h5_path, FILE *out) QFP_MUST_USE;

#endif
