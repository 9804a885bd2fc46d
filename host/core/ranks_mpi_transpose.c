/* ranks_mpi_transpose.c - the transpositions of ranks.h.
 *
 * Of slabs of the third axis what goes to or comes from a rank stands together, [count0][between][count1][after]; of slabs
 * of the first it does not: it is packed, block by block, while the blocks before it are on their way, and
 * unpacked as they come.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/ranks.h"
#include "core/ranks_mpi.h"

/* Doubles of one message: MPI counts in int. */
#define MOST ((size_t)1 << 27)

struct qfpi_transposition {
    size_t between, n1, after;
    size_t *first0, *first1; /* [ranks + 1] */
    double *packed;          /* blocks of the other ranks, in their order */
    MPI_Request *requests;   /* of messages in, then of those out */
    double bytes[2];         /* to others, there and back */
    size_t doubles;          /* of the whole array */
};

static qfpi_traffic traffic;

qfpi_traffic qfpi_ranks_traffic(void)
{
    traffic.waited = qfpi_mpi_waited();
    return traffic;
}

static size_t count0(const qfpi_transposition *t, int rank)
{
    return t->first0[rank + 1] - t->first0[rank];
}

static size_t count1(const qfpi_transposition *t, int rank)
{
    return t->first1[rank + 1] - t->first1[rank];
}

/* Doubles of the block that the owner of a slab of the first axis shares with that of one of the third. */
static size_t block_of(const qfpi_transposition *t, int of_first, int of_third)
{
    return count0(t, of_first) * t->between * count1(t, of_third) * t->after;
}

static size_t messages_of(size_t doubles)
{
    return (doubles + MOST - 1) / MOST;
}

/* ---- creation -------------------------------------------------------------------------------- */

static qfp_status copy(const size_t *from, size_t count, size_t **to)
{
    QFP_TRY(QFP_ALLOCATE(*to, count, "a transposition"));
    memcpy(*to, from, count * sizeof **to);
    return QFP_OK;
}

static qfp_status fill(const qfpi_transposition_spec *spec, qfpi_transposition *t)
{
    int ranks = qfpi_ranks(), own = qfpi_rank();
    size_t packed = 0, messages = 0;
    t->between = spec->between;
    t->n1 = spec->n1;
    t->after = spec->after;
    t->doubles = spec->n0 * spec->between * spec->n1 * spec->after;
    QFP_TRY(copy(spec->first0, (size_t)ranks + 1, &t->first0));
    QFP_TRY(copy(spec->first1, (size_t)ranks + 1, &t->first1));
    for (int r = 0; r < ranks; ++r) {
        size_t there = block_of(t, own, r), back = block_of(t, r, own);
        if (r == own)
            continue;
        packed += there;
        messages += messages_of(there) + messages_of(back);
        t->bytes[0] += (double)(there * sizeof(double));
        t->bytes[1] += (double)(back * sizeof(double));
    }
    QFP_TRY(QFP_ALLOCATE(t->requests, messages, "a transposition"));
    return QFP_ALLOCATE(t->packed, packed, "an array on its way to other ranks");
}

qfp_status qfpi_transposition_create(const qfpi_transposition_spec *spec, qfpi_transposition **out)
{
    *out = NULL;
    qfpi_transposition *t = NULL;
    QFP_TRY(QFP_ALLOCATE(t, 1, "a transposition"));
    qfp_status status = fill(spec, t);
    if (status != QFP_OK) {
        qfpi_transposition_destroy(t);
        return status;
    }
    *out = t;
    return QFP_OK;
}

void qfpi_transposition_destroy(qfpi_transposition *t)
{
    if (t == NULL)
        return;
    free(t->first0);
    free(t->first1);
    free(t->packed);
    free(t->requests);
    free(t);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* The block of rank `third` in a slab of the first axis and by itself. */
static void pack(const qfpi_transposition *t, int third, const double *slab, double *block)
{
    size_t rows = count0(t, qfpi_rank()) * t->between, run = count1(t, third) * t->after;
    slab += t->first1[third] * t->after;
    for (size_t i = 0; i < rows; ++i)
        memcpy(block + i * run, slab + i * t->n1 * t->after, run * sizeof *block);
}

static void unpack(const qfpi_transposition *t, int third, const double *block, double *slab)
{
    size_t rows = count0(t, qfpi_rank()) * t->between, run = count1(t, third) * t->after;
    slab += t->first1[third] * t->after;
    for (size_t i = 0; i < rows; ++i)
        memcpy(slab + i * t->n1 * t->after, block + i * run, run * sizeof *slab);
}

/* The block of rank `first` in a slab of the third axis. */
static size_t place(const qfpi_transposition *t, int first)
{
    return t->first0[first] * t->between * count1(t, qfpi_rank()) * t->after;
}

static qfp_status receive(double *block, size_t doubles, int from, MPI_Request **next)
{
    for (size_t at = 0; at < doubles; at += MOST) {
        size_t n = doubles - at < MOST ? doubles - at : MOST;
        QFP_TRY(qfpi_mpi_check(MPI_Irecv(block + at, (int)n, MPI_DOUBLE, from, QFPI_TAG_BLOCK,
                                         qfpi_mpi_world(), (*next)++),
                               "transpose an array"));
    }
    return QFP_OK;
}

static qfp_status send(const double *block, size_t doubles, int to, MPI_Request **next)
{
    for (size_t at = 0; at < doubles; at += MOST) {
        size_t n = doubles - at < MOST ? doubles - at : MOST;
        QFP_TRY(qfpi_mpi_check(MPI_Isend(block + at, (int)n, MPI_DOUBLE, to, QFPI_TAG_BLOCK,
                                         qfpi_mpi_world(), (*next)++),
                               "transpose an array"));
    }
    return QFP_OK;
}

static qfp_status wait_for(size_t count, MPI_Request *requests)
{
    return qfpi_mpi_check(MPI_Waitall((int)count, requests, MPI_STATUSES_IGNORE),
                          "transpose an array");
}

/* Rank `step` behind this one, so that not all send to the same one first. */
static int partner(int step)
{
    return (qfpi_rank() + step) % qfpi_ranks();
}

static qfp_status there(qfpi_transposition *t, const double *from, double *to)
{
    MPI_Request *next = t->requests;
    double *packed = t->packed;
    int own = qfpi_rank();
    for (int step = 1; step < qfpi_ranks(); ++step) {
        int r = partner(step);
        QFP_TRY(receive(to + place(t, r), block_of(t, r, own), r, &next));
    }
    for (int step = 1; step < qfpi_ranks(); ++step) {
        int r = partner(step);
        pack(t, r, from, packed);
        QFP_TRY(send(packed, block_of(t, own, r), r, &next));
        packed += block_of(t, own, r);
    }
    pack(t, own, from, to + place(t, own));
    return wait_for((size_t)(next - t->requests), t->requests);
}

static qfp_status back(qfpi_transposition *t, const double *from, double *to)
{
    MPI_Request *next = t->requests, *come = t->requests;
    double *packed = t->packed;
    int own = qfpi_rank();
    for (int step = 1; step < qfpi_ranks(); ++step) {
        int r = partner(step);
        QFP_TRY(receive(packed, block_of(t, own, r), r, &next));
        packed += block_of(t, own, r);
    }
    MPI_Request *sent = next;
    for (int step = 1; step < qfpi_ranks(); ++step) {
        int r = partner(step);
        QFP_TRY(send(from + place(t, r), block_of(t, r, own), r, &next));
    }
    unpack(t, own, from + place(t, own), to);
    packed = t->packed;
    for (int step = 1; step < qfpi_ranks(); ++step) {
        int r = partner(step);
        size_t messages = messages_of(block_of(t, own, r));
        QFP_TRY(wait_for(messages, come));
        unpack(t, r, packed, to);
        packed += block_of(t, own, r);
        come += messages;
    }
    return wait_for((size_t)(next - sent), sent);
}

qfp_status qfpi_transpose(qfpi_transposition *t, int is_back, const double *from, double *to)
{
    if (qfpi_ranks() == 1) {
        memcpy(to, from, t->doubles * sizeof *to);
        return QFP_OK;
    }
    const double begin = qfpi_seconds_now();
    QFP_TRY(is_back ? back(t, from, to) : there(t, from, to));
    traffic.transpositions += 1;
    traffic.bytes += t->bytes[is_back != 0];
    traffic.seconds += qfpi_seconds_now() - begin;
    return QFP_OK;
}
