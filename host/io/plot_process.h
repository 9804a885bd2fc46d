/* plot_process.h - INTERNAL: the picture of a process without modes (methods markov and nelson). */
#ifndef QFPI_PLOT_PROCESS_H
#define QFPI_PLOT_PROCESS_H

#include <stdbool.h>

#include "core/error.h"

/* The file has the attribute kind = "process". */
bool qfpi_plot_is_process(const char *h5_path);

/* Trajectories against time, histogram and density at the last time, and, where the file has
 * kernels, those of every preparation as the paths have them: a row forward in time, a row backward
 * (Eq. 1).  png_part must exist. */
qfp_status qfpi_plot_process(const char *h5_path, const char *png_part) QFP_MUST_USE;

#endif
