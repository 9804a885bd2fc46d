/* plot.h - pictures and movies of an output file through gnuplot. */
#ifndef QFP_PLOT_H
#define QFP_PLOT_H

#include <stdbool.h>

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_plot_options {
    bool replace;       /* any plain file at the path, and not only a picture of this program */
    bool movie;         /* a frame per output time, all in the same colours */
    bool show_progress; /* of a movie, on stderr */
} qfp_plot_options;

/* Draws what the file of a run, a list of theories, an ensemble, a process or a stationary state holds, to a PNG, PDF
 * or SVG by the ending of `picture_path`; a movie to a GIF, or with ffmpeg to an MP4.  A picture that this wrote
 * before, or an empty file, is replaced.  `options` may be NULL: none of them.
 * QFP_IO when the file is no qfp output, when gnuplot or ffmpeg is missing (the sentence says how to install it), when
 * another file stands at `picture_path` or the disk is full; what stood there stays.  QFP_USAGE when the path ends
 * otherwise, or when both are one file. */
QFP_API qfp_status qfp_plot_file(const char *h5_path, const char *picture_path,
                                 const qfp_plot_options *options) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
