/* guard.h - INTERNAL: work on a file that anybody may have made, in a process of its own.
 *
 * libhdf5 crashes, or never ends, on some damaged files.  The work is done by a child with limits on its
 * memory and its processor time and without the right to write a file; what it finds comes back through a
 * pipe, so that no defect of the library is met in the process of the caller. */
#ifndef QFPI_GUARD_H
#define QFPI_GUARD_H

#include <stdio.h>

#include "core/error.h"

/* Writes what it finds to `answer`; it fails like any function. */
typedef qfp_status (*qfp_guarded_work)(void *self, FILE *answer);

/* Does work(self) on the files `paths` [count] in a child.  *answer, malloc'ed or NULL, is what it wrote, *size
 * bytes long; free it also after a failure.  Its failure, with its sentence, is the failure here; QFP_IO with a sentence that names the files when
 * it crashed or was ended, QFP_MEMORY when its answer is longer than it may be. */
qfp_status qfpi_guard(const char *const *paths, int count, qfp_guarded_work work, void *self,
                      char **answer, size_t *size) QFP_MUST_USE;

/* The same of an answer of any length, which is taken as it comes.  The child waits meanwhile; `self` is as it was
 * when it began. */
typedef struct qfpi_guarded qfpi_guarded;
qfp_status qfpi_guard_begin(const char *const *paths, int count, qfp_guarded_work work, void *self,
                            qfpi_guarded **out) QFP_MUST_USE;
/* Its next `bytes`.  Where there are no more: the failure of the work, or as above. */
qfp_status qfpi_guard_take(qfpi_guarded *g, void *data, size_t bytes) QFP_MUST_USE;
/* Ends the child, whatever it still had to say.  Accepts NULL. */
void qfpi_guard_end(qfpi_guarded *g);

#endif
