/* plot_process.h - INTERNAL: the picture of a process without modes (methods markov and nelson). */
#ifndef QFPI_PLOT_PROCESS_H
#define QFPI_PLOT_PROCESS_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>

#include "core/error.h"

/* *is: the file has the attribute kind = "process". */
qfp_status qfpi_plot_is_process(hid_t file, const char *path, bool *is) QFP_MUST_USE;

/* Trajectories against time, histogram and density at the last time, and, where the file has
 * kernels, those of every preparation as the paths have them: a row forward in time, a row backward
 * (Eq. 1).  Writes the script. */
qfp_status qfpi_plot_process(hid_t file, const char *path, FILE *out) QFP_MUST_USE;

#endif
