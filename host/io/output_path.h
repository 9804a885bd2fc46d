/* output_path.h - INTERNAL to io: may a finished file take the place of what is at its path? */
#ifndef QFPI_OUTPUT_PATH_H
#define QFPI_OUTPUT_PATH_H

#include "core/error.h"

/* QFP_IO when `path` or `part`, the unfinished file beside it, is a folder, a device, a pipe or a
 * socket: a rename would remove it, an open could wait for ever; or when `part` is a symbolic link, whose
 * target would be written over.  What does not exist is fine. */
qfp_status qfpi_output_path_check(const char *path, const char *part) QFP_MUST_USE;

/* An empty file that nobody else made, open for reading and writing: every unfinished file is created so.
 * An older file of the name is removed; a symbolic link is refused, QFP_IO, and never followed. */
qfp_status qfpi_output_create(const char *path, int *descriptor) QFP_MUST_USE;

/* All of `count` bytes to a file open as `path`, or QFP_IO. */
qfp_status qfpi_output_write(int file, const char *path, const char *bytes,
                             size_t count) QFP_MUST_USE;

/* The finished `part` takes the place of `path`, on the disk too when this returns.  What stood there is
 * kept as PATH~, in place of what was kept before: at every moment the old or the new file stands at
 * `path`, except on file systems without hard links, where for a moment the old one stands at PATH~ alone.
 * QFP_IO leaves `part`. */
qfp_status qfpi_output_publish(const char *part, const char *path) QFP_MUST_USE;
/* The content of a file, and the names in its folder, reach the disk. */
qfp_status qfpi_output_sync(const char *path) QFP_MUST_USE;
qfp_status qfpi_output_sync_folder(const char *path) QFP_MUST_USE;

/* QFP_USAGE when `path` is empty or the same file as `input`, by whatever names. */
qfp_status qfpi_output_path_differs(const char *path, const char *input) QFP_MUST_USE;

#endif
