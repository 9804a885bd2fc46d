/* workers.h - children of this process that take one task after the other. */
#ifndef QFPI_WORKERS_H
#define QFPI_WORKERS_H

#include <stddef.h>
#include <stdio.h>

#include "core/error.h"

typedef struct qfp_work {
    size_t count;           /* of tasks, numbered from 0 */
    int processes, threads; /* how many children, and OpenMP threads of each */
    void *data;
    void (*solve)(void *data, size_t task, FILE *answer);                           /* in a child */
    qfp_status (*receive)(void *data, size_t task, const void *bytes, size_t size); /* here */
    /* here, of a task whose child ended before it answered: "by signal 9, ..." */
    qfp_status (*lose)(void *data, size_t task, const char *how);
} qfp_work;

/* Returns when every task was received or lost.  QFP_INTERRUPTED after a signal (core/stop.h), and the failure of
 * `receive`, end the children.  This process must have no threads that hold locks. */
qfp_status qfp_work_do(const qfp_work *work) QFP_MUST_USE;

#endif
