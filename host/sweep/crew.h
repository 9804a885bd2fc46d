/* crew.h - INTERNAL: children of this process that take one task after the other. */
#ifndef QFPI_CREW_H
#define QFPI_CREW_H

#include <stddef.h>
#include <stdio.h>

#include "core/error.h"

typedef struct qfp_crew qfp_crew;

typedef struct qfp_crew_terms {
    int processes, threads; /* how many children, and OpenMP threads of each */
    void *data;
    void (*solve)(void *data, size_t task, FILE *answer);                           /* in a child */
    qfp_status (*receive)(void *data, size_t task, const void *bytes, size_t size); /* here */
    /* here, of a task whose child ended before it answered: "by signal 9, ..." */
    qfp_status (*lose)(void *data, size_t task, const char *how);
} qfp_crew_terms;

/* At least one child, where not all of them can be made.  This process must have no threads that hold locks. */
qfp_status qfp_crew_hire(const qfp_crew_terms *terms, qfp_crew **out) QFP_MUST_USE;
/* Ends the children, whatever they do; accepts NULL. */
void qfp_crew_dismiss(qfp_crew *crew);

size_t qfp_crew_size(const qfp_crew *crew);
/* How many more tasks fit, those included that children find when they are done with others. */
size_t qfp_crew_room(const qfp_crew *crew);
/* To the child that has the fewest. */
qfp_status qfp_crew_give(qfp_crew *crew, size_t task) QFP_MUST_USE;

/* Waits for answers, at most so long, and takes those that came.  A child that ended on its way loses its task and is
 * replaced; the failure of `receive` and `lose` is handed on, and QFP_MEMORY comes when no child is left. */
qfp_status qfp_crew_listen(qfp_crew *crew, int milliseconds) QFP_MUST_USE;

#endif
