/* workers.h - INTERNAL: tasks for the children of this process, or of those of all ranks (core/ranks.h). */
#ifndef QFPI_WORKERS_H
#define QFPI_WORKERS_H

#include "sweep/crew.h"

typedef struct qfp_work {
    size_t count;        /* of tasks, numbered from 0 */
    qfp_crew_terms crew; /* of this process */
    /* On rank 0, NULL where there is one rank: what became of another one, whose tasks others were given. */
    void (*note)(void *data, const char *sentence);
} qfp_work;

/* Returns when every task was received or lost, on every rank; those callbacks are made on rank 0, which hands the
 * tasks out.  *processes, there: children that were at work.  A rank that can make no child, or whose children all
 * end before one answered, is given no more; a task that was lost on one rank is tried on another before it counts as
 * lost.  QFP_INTERRUPTED after a signal (core/stop.h), and the failure of a callback, end the children.  This
 * process must have no threads that hold locks. */
qfp_status qfp_work_do(const qfp_work *work, int *processes) QFP_MUST_USE;

/* ---- between ranks -------------------------------------------------------------------------- */

/* A message: this, and the bytes of an answer or a sentence with its zero. */
typedef struct qfp_work_letter {
    enum qfp_work_letter_kind {
        /* from rank 0: a task; there are no more */
        QFP_WORK_TASK,
        QFP_WORK_END,
        /* to rank 0: `number` children are there; of task `number` an answer, or how it was lost; no child is
         * there; signal `number` came; the answer to QFP_WORK_END, and the last letter */
        QFP_WORK_READY,
        QFP_WORK_ANSWER,
        QFP_WORK_LOST,
        QFP_WORK_FAILED,
        QFP_WORK_STOPPED,
        QFP_WORK_BYE
    } kind;
    size_t number;
} qfp_work_letter;

enum { QFP_WORK_PAUSE = 2 /* milliseconds between two looks for letters */ };

qfp_status qfp_work_send(int to, enum qfp_work_letter_kind kind, size_t number, const void *bytes,
                         size_t size) QFP_MUST_USE;
/* The next letter, its bytes behind it, malloc'ed; NULL: none has come. */
qfp_status qfp_work_next_letter(int *from, qfp_work_letter **letter, size_t *size) QFP_MUST_USE;

/* Of every rank but 0: works for it until it says that there is no more. */
qfp_status qfp_work_serve(const qfp_work *work) QFP_MUST_USE;

#endif
