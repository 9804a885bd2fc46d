/* plot.h - pictures of an output file through gnuplot. */
#ifndef QFP_PLOT_H
#define QFP_PLOT_H

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes a PNG: one row of Husimi maps per mode (a choice of at most six times), below it the
 * observables against time.  A picture that this wrote before, or an empty file, is replaced.
 * QFP_IO when the file is no qfp output, when gnuplot is missing (the sentence says how to install it), when
 * another file stands at `png_path` or the disk is full; what stood there stays.  QFP_USAGE when both are
 * one file. */
QFP_API qfp_status qfp_plot_file(const char *h5_path, const char *png_path) QFP_MUST_USE;
/* The same over any plain file but the one that is drawn. */
QFP_API qfp_status qfp_plot_file_over(const char *h5_path, const char *png_path) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
