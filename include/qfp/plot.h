/* plot.h - pictures of an output file through gnuplot. */
#ifndef QFP_PLOT_H
#define QFP_PLOT_H

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes a PNG: one row of Husimi maps per mode (a choice of at most six times), below it the
 * observables against time.  QFP_IO when the file is no qfp output or gnuplot is missing (the
 * sentence says how to install it). */
qfp_status qfp_plot_file(const char *h5_path, const char *png_path) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
