/* ranks_alone.c - ranks.h without MPI: one rank. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "core/ranks_started.h"

static int own_rank; /* above 0 of those that were started with others, but for the first */

qfp_status qfpi_ranks_begin(void)
{
    const qfpi_started started = qfpi_ranks_started();
    own_rank = started.first ? 0 : 1;
    if (started.variable == NULL)
        return QFP_OK;
    return QFP_FAIL(
        QFP_USAGE,
        "this qfp was built without MPI and cannot be one of several processes (%s says "
        "so); build with -DQFP_MPI=ON, or start it alone",
        started.variable);
}

void qfpi_ranks_end(void)
{
}

int qfpi_rank(void)
{
    return own_rank;
}

int qfpi_ranks(void)
{
    return 1;
}

int qfpi_ranks_here(void)
{
    return 1;
}

bool qfpi_rank_is_here(int rank)
{
    return rank == 0;
}

void qfpi_ranks_apart(bool apart)
{
    (void)apart;
}

void qfpi_ranks_most_of(size_t count, double *values)
{
    (void)count, (void)values;
}

qfp_status qfpi_ranks_share(void *data, size_t bytes)
{
    (void)data, (void)bytes;
    return QFP_OK;
}

qfp_status qfpi_ranks_collect(const void *own, size_t bytes, void *all)
{
    memcpy(all, own, bytes);
    return QFP_OK;
}

qfp_status qfpi_ranks_complete(double *data, const size_t *first)
{
    (void)data, (void)first;
    return QFP_OK;
}

qfp_status qfpi_ranks_gather(size_t rows, const size_t *first, const double *own, double *all)
{
    memcpy(all, own, rows * first[1] * sizeof *all);
    return QFP_OK;
}

qfp_status qfpi_ranks_add(double *counts, size_t count)
{
    (void)counts, (void)count;
    return QFP_OK;
}

qfp_status qfpi_ranks_agree(qfp_status status)
{
    return status;
}

qfp_status qfpi_ranks_meet(qfp_status status, double seconds)
{
    (void)seconds;
    return status;
}

qfp_status qfpi_ranks_send(int to, const void *data, size_t bytes)
{
    (void)data, (void)bytes;
    return QFP_FAIL(QFP_INTERNAL, "a message to rank %d of 1", to);
}

qfp_status qfpi_ranks_receive(int *from, void **data, size_t *bytes)
{
    *from = 0;
    *data = NULL;
    *bytes = 0;
    return QFP_OK;
}

void qfpi_ranks_leave(void)
{
}

struct qfpi_exchange {
    int nothing;
};

qfp_status qfpi_exchange_create(qfpi_exchange **out)
{
    return QFP_ALLOCATE(*out, 1, "an exchange between ranks");
}

void qfpi_exchange_destroy(qfpi_exchange *exchange)
{
    free(exchange);
}

qfp_status qfpi_exchange_receive(qfpi_exchange *exchange, double *block, size_t doubles, int from)
{
    (void)exchange, (void)block;
    return QFP_FAIL(QFP_INTERNAL, "%zu doubles from rank %d of 1", doubles, from);
}

qfp_status qfpi_exchange_send(qfpi_exchange *exchange, const double *block, size_t doubles, int to)
{
    (void)exchange, (void)block;
    return QFP_FAIL(QFP_INTERNAL, "%zu doubles to rank %d of 1", doubles, to);
}

size_t qfpi_exchange_begun(const qfpi_exchange *exchange)
{
    (void)exchange;
    return 0;
}

qfp_status qfpi_exchange_wait(qfpi_exchange *exchange, size_t first, size_t end)
{
    (void)exchange, (void)first, (void)end;
    return QFP_OK;
}

qfp_status qfpi_exchange_end(qfpi_exchange *exchange, size_t doubles, double seconds)
{
    (void)exchange, (void)doubles, (void)seconds;
    return QFP_OK;
}

qfp_status qfpi_exchange_signal(int to)
{
    return QFP_FAIL(QFP_INTERNAL, "a word to rank %d of 1", to);
}

qfp_status qfpi_exchange_await(int from)
{
    return QFP_FAIL(QFP_INTERNAL, "a word from rank %d of 1", from);
}

bool qfpi_exchange_reads_devices(void)
{
    return false;
}

qfpi_traffic qfpi_ranks_traffic(void)
{
    return (qfpi_traffic){0};
}
