/* serve.c - a rank that solves for rank 0, and what the two write to each other. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/ranks.h"
#include "core/stop.h"
#include "sweep/workers.h"

qfp_status qfp_work_send(int to, enum qfp_work_letter_kind kind, size_t number, const void *bytes,
                         size_t size)
{
    char *letter = NULL;
    const qfp_work_letter head = {.kind = kind, .number = number};
    QFP_TRY(QFP_ALLOCATE(letter, sizeof head + size, "a message to another rank"));
    memcpy(letter, &head, sizeof head);
    if (size > 0)
        memcpy(letter + sizeof head, bytes, size);
    qfp_status status = qfpi_ranks_send(to, letter, sizeof head + size);
    free(letter);
    return status;
}

qfp_status qfp_work_next_letter(int *from, qfp_work_letter **letter, size_t *size)
{
    void *bytes;
    *letter = NULL;
    QFP_TRY(qfpi_ranks_receive(from, &bytes, size));
    if (bytes == NULL)
        return QFP_OK;
    if (*size < sizeof **letter) {
        free(bytes);
        return QFP_FAIL(QFP_INTERNAL, "a message of %zu bytes from rank %d", *size, *from);
    }
    *letter = bytes;
    *size -= sizeof **letter;
    return QFP_OK;
}

/* ---- the callbacks of the children here ------------------------------------------------------ */

typedef struct server {
    const qfp_work *work;
    qfp_crew *crew;  /* NULL: there is none any more */
    size_t children; /* that rank 0 knows of */
    bool is_over, has_told_signal;
} server;

static void solve(void *data, size_t task, FILE *answer)
{
    const server *s = data;
    s->work->crew.solve(s->work->crew.data, task, answer);
}

static qfp_status receive(void *data, size_t task, const void *bytes, size_t size)
{
    (void)data;
    return qfp_work_send(0, QFP_WORK_ANSWER, task, bytes, size);
}

static qfp_status lose(void *data, size_t task, const char *how)
{
    (void)data;
    return qfp_work_send(0, QFP_WORK_LOST, task, how, strlen(how) + 1);
}

/* ---------------------------------------------------------------------------------------------- */

/* Rank 0 gives the tasks that were here to others. */
static qfp_status fail(server *s)
{
    const char *sentence = qfp_last_error();
    qfp_crew_dismiss(s->crew);
    s->crew = NULL;
    return qfp_work_send(0, QFP_WORK_FAILED, 0, sentence, strlen(sentence) + 1);
}

static qfp_status take_letters(server *s)
{
    qfp_work_letter *letter;
    size_t size;
    int from;
    qfp_status status = qfp_work_next_letter(&from, &letter, &size);
    while (status == QFP_OK && letter != NULL) {
        if (letter->kind == QFP_WORK_END)
            s->is_over = true;
        else if (s->crew != NULL && qfp_crew_give(s->crew, letter->number) != QFP_OK)
            status = fail(s);
        free(letter);
        letter = NULL;
        if (status == QFP_OK && !s->is_over)
            status = qfp_work_next_letter(&from, &letter, &size);
    }
    free(letter);
    return status;
}

static qfp_status turn(server *s)
{
    const struct timespec pause = {.tv_nsec = QFP_WORK_PAUSE * 1000000L};
    QFP_TRY(take_letters(s));
    if (s->crew != NULL && s->children != qfp_crew_size(s->crew)) {
        s->children = qfp_crew_size(s->crew);
        QFP_TRY(qfp_work_send(0, QFP_WORK_READY, s->children, NULL, 0));
    }
    if (qfpi_stop_requested() != 0 && !s->has_told_signal) {
        s->has_told_signal = true;
        QFP_TRY(qfp_work_send(0, QFP_WORK_STOPPED, (size_t)qfpi_stop_requested(), NULL, 0));
    }
    if (s->crew == NULL)
        nanosleep(&pause, NULL);
    else if (qfp_crew_listen(s->crew, QFP_WORK_PAUSE) != QFP_OK)
        return fail(s);
    return QFP_OK;
}

qfp_status qfp_work_serve(const qfp_work *work)
{
    server s = {.work = work};
    qfp_crew_terms terms = work->crew;
    terms.data = &s;
    terms.solve = solve;
    terms.receive = receive;
    terms.lose = lose;
    qfp_status status = qfp_crew_hire(&terms, &s.crew);
    if (status != QFP_OK)
        status = fail(&s);
    while (status == QFP_OK && !s.is_over)
        status = turn(&s);
    qfp_crew_dismiss(s.crew);
    QFP_TRY(status);
    return qfp_work_send(0, QFP_WORK_BYE, 0, NULL, 0);
}
