/* ranks.c - what is made of the calls of ranks_mpi.c and ranks_alone.c. */
#include "core/ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

qfp_status qfpi_ranks_share_block(void **block, size_t *bytes)
{
    enum { NONE, SOME };
    size_t told[2] = {*block != NULL ? SOME : NONE, *bytes};
    if (qfpi_ranks() == 1)
        return QFP_OK;
    QFP_TRY(qfpi_ranks_share(told, sizeof told));
    char *copy = NULL;
    qfp_status status = QFP_OK;
    if (qfpi_rank() > 0 && told[0] == SOME)
        status = QFP_ALLOCATE(copy, told[1] + 1, "what rank 0 has");
    status = qfpi_ranks_agree(status);
    if (status != QFP_OK) {
        free(copy);
        return status;
    }
    if (qfpi_rank() > 0) {
        *block = copy;
        *bytes = told[1];
    }
    return told[0] == SOME ? qfpi_ranks_share(*block, told[1]) : QFP_OK;
}

/* ---- the same everywhere ---------------------------------------------------------------------- */

typedef struct difference {
    int line; /* from 1; 0: there is none */
    char own[120], first[120];
} difference;

static void copy_line(const char *from, char *to, size_t size)
{
    size_t length = strcspn(from, "\n");
    snprintf(to, size, "%.*s", (int)(length < size ? length : size - 1), from);
}

static difference compare(const char *own, const char *first)
{
    difference d = {.line = 0};
    size_t same = 0, begin = 0;
    int line = 1;
    if (strcmp(own, first) == 0)
        return d;
    for (; own[same] == first[same]; ++same)
        if (own[same] == '\n') {
            begin = same + 1;
            ++line;
        }
    d.line = line;
    copy_line(own + begin, d.own, sizeof d.own);
    copy_line(first + begin, d.first, sizeof d.first);
    return d;
}

static qfp_status judge(const char *what, const difference *all)
{
    for (int r = 1; r < qfpi_ranks(); ++r)
        if (all[r].line > 0)
            return QFP_FAIL(QFP_USAGE,
                            "line %d of %s is '%s' on rank %d of %d, on rank 0 '%s'; ranks work "
                            "together where all have the same",
                            all[r].line, what, all[r].own, r, qfpi_ranks(), all[r].first);
    return QFP_OK;
}

qfp_status qfpi_ranks_same(const char *what, const char *text)
{
    void *first = NULL;
    size_t bytes = strlen(text);
    difference own, *all = NULL;
    if (qfpi_ranks() == 1)
        return QFP_OK;
    if (qfpi_rank() == 0)
        first = (void *)text;
    QFP_TRY(qfpi_ranks_share_block(&first, &bytes));
    own = compare(text, first);
    if (qfpi_rank() > 0)
        free(first);
    QFP_TRY(QFP_ALLOCATE(all, (size_t)qfpi_ranks(), "what the ranks have"));
    qfp_status status = qfpi_ranks_collect(&own, sizeof own, all);
    if (status == QFP_OK)
        status = judge(what, all);
    free(all);
    return status;
}

bool qfpi_ranks_failed(qfp_status status)
{
    const double patience = 60.0; /* seconds: others may be slower to come to the same failure */
    return status != QFP_OK && qfpi_ranks_meet(status, patience) != QFP_OK;
}

/* ---- for decisions ---------------------------------------------------------------------------- */

static double of_first(double seconds)
{
    /* what fails here fails again in the next call that tells of it */
    return qfpi_ranks_share(&seconds, sizeof seconds) == QFP_OK ? seconds : 0.0;
}

double qfpi_ranks_most(double own)
{
    qfpi_ranks_most_of(1, &own);
    return own;
}

double qfpi_ranks_seconds_now(void)
{
    return of_first(qfpi_seconds_now());
}

double qfpi_ranks_seconds_computed(void)
{
    return of_first(qfpi_seconds_computed());
}
