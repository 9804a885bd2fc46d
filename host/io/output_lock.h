/* output_lock.h - INTERNAL to io: a file that is locked, and says by which process. */
#ifndef QFPI_OUTPUT_LOCK_H
#define QFPI_OUTPUT_LOCK_H

#include <stdbool.h>

#include "core/error.h"

typedef struct qfp_output_lock {
    int descriptor;
    bool was_left; /* by a process that was killed */
} qfp_output_lock;

/* Creates and locks `lock_path`, for `path`.  QFP_IO names the process that has it, or says why the file
 * cannot be made.  A symbolic link is not followed. */
qfp_status qfpi_output_lock_take(const char *lock_path, const char *path,
                                 qfp_output_lock *out) QFP_MUST_USE;
/* Removes the file. */
void qfpi_output_lock_drop(const char *lock_path, const qfp_output_lock *lock);

#endif
