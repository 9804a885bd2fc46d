/* ranks_mpi_exchange.c - blocks of arrays on their way between ranks (ranks.h). */
#include <stdlib.h>

#include "core/ranks.h"
#include "core/ranks_mpi.h"
#ifdef OPEN_MPI
#include <mpi-ext.h>
#endif

/* Doubles of one message: MPI counts in int. */
#define MOST ((size_t)1 << 27)

struct qfpi_exchange {
    MPI_Request *requests; /* of the messages that were begun, in their order */
    size_t count, room;
    double bytes; /* to others */
};

static qfpi_traffic traffic;

qfpi_traffic qfpi_ranks_traffic(void)
{
    traffic.waited = qfpi_mpi_waited();
    return traffic;
}

bool qfpi_exchange_reads_devices(void)
{
#if defined(                                                                                       \
    MPIX_CUDA_AWARE_SUPPORT) /* Open MPI; 0 or 1 as it was compiled, which may not be what runs */
    return MPIX_Query_cuda_support() == 1;
#elif defined(MPIX_GPU_SUPPORT_CUDA) /* MPICH */
    int reads = 0;
    return MPIX_GPU_query_support(MPIX_GPU_SUPPORT_CUDA, &reads) == MPI_SUCCESS && reads;
#else
    return false;
#endif
}

qfp_status qfpi_exchange_create(qfpi_exchange **out)
{
    return QFP_ALLOCATE(*out, 1, "an exchange between ranks");
}

void qfpi_exchange_destroy(qfpi_exchange *exchange)
{
    if (exchange == NULL)
        return;
    free(exchange->requests);
    free(exchange);
}

size_t qfpi_exchange_begun(const qfpi_exchange *exchange)
{
    return exchange->count;
}

static qfp_status next_request(qfpi_exchange *x, MPI_Request **out)
{
    if (x->count == x->room) {
        MPI_Request *grown = NULL;
        size_t room = x->room > 0 ? 2 * x->room : 16;
        QFP_TRY(QFP_ALLOCATE(grown, room, "an exchange between ranks"));
        for (size_t i = 0; i < x->count; ++i)
            grown[i] = x->requests[i];
        free(x->requests);
        x->requests = grown;
        x->room = room;
    }
    *out = &x->requests[x->count];
    return QFP_OK;
}

qfp_status qfpi_exchange_receive(qfpi_exchange *x, double *block, size_t doubles, int from)
{
    for (size_t at = 0; at < doubles; at += MOST) {
        size_t n = doubles - at < MOST ? doubles - at : MOST;
        MPI_Request *request;
        QFP_TRY(next_request(x, &request));
        QFP_TRY(qfpi_mpi_check(MPI_Irecv(block + at, (int)n, MPI_DOUBLE, from, QFPI_TAG_BLOCK,
                                         qfpi_mpi_world(), request),
                               "receive a block of an array"));
        x->count += 1;
    }
    return QFP_OK;
}

qfp_status qfpi_exchange_send(qfpi_exchange *x, const double *block, size_t doubles, int to)
{
    for (size_t at = 0; at < doubles; at += MOST) {
        size_t n = doubles - at < MOST ? doubles - at : MOST;
        MPI_Request *request;
        QFP_TRY(next_request(x, &request));
        QFP_TRY(qfpi_mpi_check(MPI_Isend(block + at, (int)n, MPI_DOUBLE, to, QFPI_TAG_BLOCK,
                                         qfpi_mpi_world(), request),
                               "send a block of an array"));
        x->count += 1;
    }
    x->bytes += (double)(doubles * sizeof(double));
    return QFP_OK;
}

qfp_status qfpi_exchange_wait(qfpi_exchange *x, size_t first, size_t end)
{
    return qfpi_mpi_check(MPI_Waitall((int)(end - first), x->requests + first, MPI_STATUSES_IGNORE),
                          "exchange blocks of an array");
}

qfp_status qfpi_exchange_end(qfpi_exchange *x, size_t doubles, double seconds)
{
    traffic.transpositions += qfpi_ranks() > 1;
    traffic.bytes += x->bytes + (double)(doubles * sizeof(double));
    traffic.seconds += seconds;
    x->count = 0;
    x->bytes = 0.0;
    return QFP_OK;
}

/* Sends of nothing are over when they are begun. */
qfp_status qfpi_exchange_signal(int to)
{
    return qfpi_mpi_check(MPI_Send(NULL, 0, MPI_BYTE, to, QFPI_TAG_WORD, qfpi_mpi_world()),
                          "send word to another rank");
}

qfp_status qfpi_exchange_await(int from)
{
    return qfpi_mpi_check(
        MPI_Recv(NULL, 0, MPI_BYTE, from, QFPI_TAG_WORD, qfpi_mpi_world(), MPI_STATUS_IGNORE),
        "hear from another rank");
}
