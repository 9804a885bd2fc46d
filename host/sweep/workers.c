/* workers.c - rank 0, or the only process: hands the tasks out and takes what comes back. */
#include "sweep/workers.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/ranks.h"
#include "core/stop.h"

enum { HEARTBEAT_MS = 200, AHEAD = 32 /* most tasks that wait for one child */ };
enum { FREE = -1, DONE = -2 };
#define NONE ((size_t)-1)

/* A rank. */
typedef struct mate {
    bool is_gone;                           /* gets no more tasks */
    size_t children, given, answered, lost; /* given: and not come back */
} mate;

typedef struct foreman {
    const qfp_work *work;
    qfp_crew *crew;                   /* NULL: none is here any more */
    mate *mates;                      /* [ranks] */
    int *holder;                      /* [count] the rank that has it, FREE or DONE */
    int *lost_on;                     /* [count] where it was lost, + 1 */
    size_t *returned, returned_count; /* [count] */
    size_t next, done;
    double start;
    qfp_status told; /* what the callbacks here returned last */
} foreman;

static bool has_others(const foreman *f, int rank)
{
    for (int r = 0; r < qfpi_ranks(); r++)
        if (r != rank && !f->mates[r].is_gone)
            return true;
    return false;
}

/* Its tasks go to others. */
static void let_go(foreman *f, int rank, const char *sentence)
{
    char text[640];
    mate *m = &f->mates[rank];
    if (m->is_gone)
        return;
    m->is_gone = true;
    for (size_t task = 0; task < f->next; task++)
        if (f->holder[task] == rank) {
            f->holder[task] = FREE;
            f->returned[f->returned_count++] = task;
        }
    snprintf(text, sizeof text, "rank %d of %d failed: %.500s; others solved its points", rank,
             qfpi_ranks(), sentence);
    if (f->work->note != NULL)
        f->work->note(f->work->crew.data, text);
}

/* ---- what comes back -------------------------------------------------------------------------- */

static qfp_status take_answer(foreman *f, int rank, size_t task, const void *bytes, size_t size)
{
    if (task >= f->work->count || f->holder[task] != rank) /* of a rank that was let go */
        return QFP_OK;
    f->holder[task] = DONE;
    f->mates[rank].given--;
    f->mates[rank].answered++;
    f->done++;
    return f->work->crew.receive(f->work->crew.data, task, bytes, size);
}

/* What ends children everywhere is the task's fault, what ends all children of one rank is the rank's. */
static qfp_status take_loss(foreman *f, int rank, size_t task, const char *how)
{
    mate *m = &f->mates[rank];
    if (task >= f->work->count || f->holder[task] != rank)
        return QFP_OK;
    bool is_first = f->lost_on[task] == 0 && has_others(f, rank);
    m->given--;
    m->lost++;
    f->lost_on[task] = rank + 1;
    f->holder[task] = is_first ? FREE : DONE;
    if (is_first)
        f->returned[f->returned_count++] = task;
    f->done += !is_first;
    if (m->answered == 0 && m->lost >= m->children && has_others(f, rank)) {
        char sentence[256];
        snprintf(sentence, sizeof sentence, "its children ended before one answered, the last %s",
                 how);
        let_go(f, rank, sentence);
    }
    return is_first ? QFP_OK : f->work->crew.lose(f->work->crew.data, task, how);
}

static void solve(void *data, size_t task, FILE *answer)
{
    const foreman *f = data;
    f->work->crew.solve(f->work->crew.data, task, answer);
}

static qfp_status receive(void *data, size_t task, const void *bytes, size_t size)
{
    foreman *f = data;
    return f->told = take_answer(f, 0, task, bytes, size);
}

static qfp_status lose(void *data, size_t task, const char *how)
{
    foreman *f = data;
    return f->told = take_loss(f, 0, task, how);
}

static qfp_status take_letter(foreman *f, int from, const qfp_work_letter *letter, size_t size)
{
    const char *bytes = (const char *)(letter + 1);
    bool is_text = size > 0 && bytes[size - 1] == '\0';
    switch (letter->kind) {
    case QFP_WORK_READY:
        f->mates[from].children = letter->number;
        return QFP_OK;
    case QFP_WORK_ANSWER:
        return take_answer(f, from, letter->number, bytes, size);
    case QFP_WORK_LOST:
        return take_loss(f, from, letter->number, is_text ? bytes : "");
    case QFP_WORK_FAILED:
        let_go(f, from, is_text ? bytes : "");
        return QFP_OK;
    case QFP_WORK_STOPPED:
        (void)qfpi_stop_request((int)letter->number);
        return QFP_OK;
    default:
        return QFP_FAIL(QFP_INTERNAL, "message %d from rank %d", (int)letter->kind, from);
    }
}

static qfp_status take_letters(foreman *f)
{
    for (;;) {
        qfp_work_letter *letter;
        size_t size;
        int from;
        QFP_TRY(qfp_work_next_letter(&from, &letter, &size));
        if (letter == NULL)
            return QFP_OK;
        qfp_status status = take_letter(f, from, letter, size);
        free(letter);
        QFP_TRY(status);
    }
}

/* ---- handing out ------------------------------------------------------------------------------ */

/* Not to the rank that lost it, as long as there are others. */
static size_t next_for(foreman *f, int rank)
{
    for (size_t i = f->returned_count; i-- > 0;) {
        size_t task = f->returned[i];
        if (f->lost_on[task] == rank + 1 && has_others(f, rank))
            continue;
        f->returned[i] = f->returned[--f->returned_count];
        return task;
    }
    return f->next < f->work->count ? f->next++ : NONE;
}

/* One task for every child, and as many more as the rank answers in a tenth of a second: none waits for a task
 * where they are quick, and none for a child where they are slow. */
static size_t wanted(const foreman *f, int rank)
{
    const double ahead = 0.1; /* seconds */
    const mate *m = &f->mates[rank];
    double elapsed = fmax(qfpi_seconds_now() - f->start, 1e-6);
    size_t more = (size_t)(ahead * (double)m->answered / elapsed), most = AHEAD * m->children;
    size_t all = m->children + (more < most ? more : most);
    return m->is_gone || all < m->given ? 0 : all - m->given;
}

static qfp_status hand_out(foreman *f)
{
    for (int r = 0; r < qfpi_ranks(); r++)
        for (size_t left = wanted(f, r); left > 0; left--) {
            size_t task = next_for(f, r);
            if (task == NONE)
                break;
            f->holder[task] = r;
            f->mates[r].given++;
            QFP_TRY(r == 0 ? qfp_crew_give(f->crew, task)
                           : qfp_work_send(r, QFP_WORK_TASK, task, NULL, 0));
        }
    return QFP_OK;
}

static void pause_for_letters(void)
{
    const struct timespec pause = {.tv_nsec = QFP_WORK_PAUSE * 1000000L};
    nanosleep(&pause, NULL);
}

/* Children that fail here are the end of the work where there is no other rank, and so is what a callback says. */
static qfp_status listen_here(foreman *f)
{
    if (f->crew == NULL) {
        pause_for_letters();
        return QFP_OK;
    }
    qfp_status status = qfp_crew_listen(f->crew, qfpi_ranks() > 1 ? QFP_WORK_PAUSE : HEARTBEAT_MS);
    if (status != QFP_OK && (f->told != QFP_OK || !has_others(f, 0)))
        return status;
    if (status != QFP_OK)
        let_go(f, 0, qfp_last_error());
    if (f->mates[0].is_gone) {
        qfp_crew_dismiss(f->crew);
        f->crew = NULL;
    }
    return QFP_OK;
}

static qfp_status turn(foreman *f)
{
    QFP_TRY(take_letters(f));
    f->mates[0].children = f->crew != NULL ? qfp_crew_size(f->crew) : 0;
    if (!has_others(f, -1) && f->done < f->work->count)
        return QFP_FAIL(QFP_MEMORY, "no rank has a child left that solves points");
    QFP_TRY(hand_out(f));
    QFP_TRY(listen_here(f));
    return qfpi_stop_requested() == 0 ? QFP_OK : QFP_FAIL(QFP_INTERRUPTED, "interrupted");
}

/* ---- from begin to end ------------------------------------------------------------------------ */

static qfp_status begin(foreman *f)
{
    qfp_crew_terms terms = f->work->crew;
    size_t count = f->work->count;
    terms.data = f;
    terms.solve = solve;
    terms.receive = receive;
    terms.lose = lose;
    QFP_TRY(QFP_ALLOCATE(f->mates, (size_t)qfpi_ranks(), "the ranks of a sweep"));
    QFP_TRY(QFP_ALLOCATE(f->holder, count, "the points of a sweep"));
    QFP_TRY(QFP_ALLOCATE(f->lost_on, count, "the points of a sweep"));
    QFP_TRY(QFP_ALLOCATE(f->returned, count, "the points of a sweep"));
    for (size_t task = 0; task < count; task++)
        f->holder[task] = FREE;
    f->start = qfpi_seconds_now();
    qfp_status status = qfp_crew_hire(&terms, &f->crew);
    if (status == QFP_OK)
        f->mates[0].children = qfp_crew_size(f->crew);
    else if (has_others(f, 0)) {
        let_go(f, 0, qfp_last_error());
        status = QFP_OK;
    }
    return status;
}

/* The others go home; after a signal what they had answered is taken. */
static qfp_status end(foreman *f, qfp_status status)
{
    char sentence[1024];
    bool takes = status == QFP_INTERRUPTED;
    snprintf(sentence, sizeof sentence, "%s", status != QFP_OK ? qfp_last_error() : "");
    for (int r = 1; r < qfpi_ranks(); r++)
        QFP_TRY(qfp_work_send(r, QFP_WORK_END, 0, NULL, 0));
    for (int r = 1; r < qfpi_ranks();) {
        qfp_work_letter *letter;
        size_t size;
        int from;
        QFP_TRY(qfp_work_next_letter(&from, &letter, &size));
        if (letter == NULL)
            pause_for_letters();
        else if (letter->kind == QFP_WORK_BYE)
            r++;
        else if (letter->kind == QFP_WORK_ANSWER && takes)
            takes = take_letter(f, from, letter, size) == QFP_OK;
        free(letter);
    }
    return status == QFP_OK ? QFP_OK : QFP_FAIL(status, "%s", sentence);
}

qfp_status qfp_work_do(const qfp_work *work, int *processes)
{
    foreman f = {.work = work};
    if (qfpi_rank() > 0)
        return qfp_work_serve(work);
    qfp_status status = begin(&f);
    while (status == QFP_OK && f.done < work->count)
        status = turn(&f);
    qfp_crew_dismiss(f.crew);
    status = end(&f, status);
    *processes = 0;
    for (int r = 0; r < qfpi_ranks() && f.mates != NULL; r++)
        *processes += f.mates[r].is_gone ? 0 : (int)f.mates[r].children;
    free(f.mates);
    free(f.holder);
    free(f.lost_on);
    free(f.returned);
    return status;
}
