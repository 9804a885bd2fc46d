/* picture_file.h - INTERNAL: the file of a picture, which may replace older pictures of this program alone. */
#ifndef QFPI_PICTURE_FILE_H
#define QFPI_PICTURE_FILE_H

#include <stdbool.h>

#include "core/error.h"

typedef enum qfp_picture_kind {
    QFP_PICTURE_PNG,
    QFP_PICTURE_PDF,
    QFP_PICTURE_SVG,
    QFP_PICTURE_GIF, /* movies */
    QFP_PICTURE_MP4,
    QFP_PICTURE_KINDS
} qfp_picture_kind;

/* By the ending of the name; QFP_USAGE, with the endings there are, for another one. */
qfp_status qfpi_picture_kind_of(const char *path, bool is_movie,
                                qfp_picture_kind *out) QFP_MUST_USE;

/* The picture in the file `drawn`, which gnuplot wrote, becomes `path`, on the disk too when this returns.  It says
 * "Software: qfp", where its kind has room for that, by which it is known later.  It grows as PATH.part, and the name is taken as that of a run
 * is (PATH.part.lock).
 * QFP_USAGE when `path` or one of those is the file `input`, by whatever name.  QFP_IO when it is not
 * whole, another process has the name, it is no plain file, or, unless `replace`, what stands there is neither
 * empty nor such a picture; when something else stands at PATH.part; when the disk is full.  What stood at `path`
 * stays then. */
qfp_status qfpi_picture_file_write(int drawn, qfp_picture_kind kind, const char *path,
                                   const char *input, bool replace) QFP_MUST_USE;

#endif
