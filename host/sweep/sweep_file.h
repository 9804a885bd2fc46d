/* sweep_file.h - INTERNAL: the one file of a sweep, from its points.
 *
 *   /observables/NAME [axes…, T]   and every other dataset of a run, with the axes of the sweep in front
 *   /points/{exit_status, seconds, NAME} [axes…]   what differs from point to point; NAME: attributes of a run
 *   /points/sentence [axes…]       why it failed, or what it warned of
 */
#ifndef QFPI_SWEEP_FILE_H
#define QFPI_SWEEP_FILE_H

#include "io/config.h"
#include "qfp/sweep.h"
#include "sweep/point_log.h"

/* From the last entry of every point in the log; fills the exits, sentences and values of `out`, whose axes and
 * point_count stand, and writes PATH. */
qfp_status qfp_sweep_file_write(const qfp_config *config, const char *path, qfp_point_log *log,
                                qfp_sweep_result *out) QFP_MUST_USE;

#endif
