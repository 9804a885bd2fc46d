/* picture_file.h - INTERNAL to io: the file of a picture, which may replace older pictures of this program alone. */
#ifndef QFPI_PICTURE_FILE_H
#define QFPI_PICTURE_FILE_H

#include <stdbool.h>

#include "core/error.h"

/* The PNG in the file `drawn`, which gnuplot wrote, becomes `path`, on the disk too when this returns.  It says
 * "Software: qfp", by which it is known later.  It grows as PATH.part, and the name is taken as that of a run
 * is (PATH.part.lock).
 * QFP_USAGE when `path` or one of those is the file `input`, by whatever name.  QFP_IO when the PNG is not
 * whole, another process has the name, it is no plain file, or, unless `replace`, what stands there is neither
 * empty nor such a picture; when something else stands at PATH.part; when the disk is full.  What stood at `path`
 * stays then. */
qfp_status qfpi_picture_file_write(int drawn, const char *path, const char *input,
                                   bool replace) QFP_MUST_USE;

#endif
