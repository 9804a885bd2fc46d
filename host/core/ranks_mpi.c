/* ranks_mpi.c - ranks.h over MPI. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/ranks.h"

/* Bytes of one message: MPI counts in int. */
#define PIECE ((size_t)1 << 30)

static MPI_Comm world = MPI_COMM_NULL, /* for the work */
    ends = MPI_COMM_NULL;              /* for qfpi_ranks_meet, which some may reach alone */
static int own_rank, rank_count = 1;
static qfpi_traffic traffic;

static qfp_status check(int code, const char *what)
{
    if (code == MPI_SUCCESS)
        return QFP_OK;
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    return QFP_FAIL(QFP_DEVICE, "MPI cannot %s: %s", what, text);
}

qfp_status qfpi_ranks_begin(void)
{
    /* A process that nobody started with others needs none of MPI's threads and tenths of a second. */
    static const char *const variable[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE",
                                           "SLURM_STEP_NUM_TASKS"};
    bool several = false;
    for (size_t i = 0; i < sizeof variable / sizeof variable[0]; ++i)
        several |= getenv(variable[i]) != NULL;
    if (!several)
        return QFP_OK;
    int provided;
    QFP_TRY(check(MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided), "begin"));
    QFP_TRY(check(MPI_Comm_dup(MPI_COMM_WORLD, &world), "begin"));
    QFP_TRY(check(MPI_Comm_dup(MPI_COMM_WORLD, &ends), "begin"));
    MPI_Comm_set_errhandler(world, MPI_ERRORS_RETURN);
    MPI_Comm_rank(world, &own_rank);
    MPI_Comm_size(world, &rank_count);
    return QFP_OK;
}

void qfpi_ranks_end(void)
{
    int begun = 0;
    MPI_Initialized(&begun);
    if (!begun)
        return;
    MPI_Comm_free(&world);
    MPI_Comm_free(&ends);
    MPI_Finalize();
    own_rank = 0;
    rank_count = 1;
}

int qfpi_rank(void)
{
    return own_rank;
}

int qfpi_ranks(void)
{
    return rank_count;
}

qfp_status qfpi_ranks_share(void *data, size_t bytes)
{
    for (size_t at = 0; rank_count > 1 && at < bytes; at += PIECE) {
        size_t piece = bytes - at < PIECE ? bytes - at : PIECE;
        QFP_TRY(check(MPI_Bcast((char *)data + at, (int)piece, MPI_BYTE, 0, world), "share data"));
    }
    return QFP_OK;
}

qfp_status qfpi_ranks_collect(const void *own, size_t bytes, void *all)
{
    if (rank_count == 1) {
        memcpy(all, own, bytes);
        return QFP_OK;
    }
    if (bytes > PIECE)
        return QFP_FAIL(QFP_INTERNAL, "%zu bytes to collect from every rank", bytes);
    return check(MPI_Allgather(own, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, world),
                 "collect data");
}

qfp_status qfpi_ranks_complete(double *data, const size_t *first)
{
    const size_t most = PIECE / sizeof(double);
    for (int r = 0; rank_count > 1 && r < rank_count; ++r)
        for (size_t at = first[r]; at < first[r + 1]; at += most) {
            size_t piece = first[r + 1] - at < most ? first[r + 1] - at : most;
            QFP_TRY(
                check(MPI_Bcast(data + at, (int)piece, MPI_DOUBLE, r, world), "complete an array"));
        }
    return QFP_OK;
}

/* ---- statuses -------------------------------------------------------------------------------- */

static qfp_status agree(MPI_Comm among, qfp_status status)
{
    /* the lowest of the ranks whose status is the worst */
    struct {
        int status, rank;
    } own = {(int)status, own_rank}, worst;
    QFP_TRY(
        check(MPI_Allreduce(&own, &worst, 1, MPI_2INT, MPI_MAXLOC, among), "agree on a status"));
    if (worst.status == QFP_OK)
        return QFP_OK;
    char sentence[sizeof((qfpi_error *)0)->sentence] = "";
    if (worst.rank == own_rank)
        snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
    QFP_TRY(check(MPI_Bcast(sentence, (int)sizeof sentence, MPI_CHAR, worst.rank, among),
                  "pass on an error"));
    if (status == (qfp_status)worst.status)
        return status;
    return QFP_FAIL((qfp_status)worst.status, "rank %d of %d: %s", worst.rank, rank_count,
                    sentence);
}

qfp_status qfpi_ranks_agree(qfp_status status)
{
    return rank_count == 1 ? status : agree(world, status);
}

qfp_status qfpi_ranks_meet(qfp_status status, double seconds)
{
    if (rank_count == 1)
        return status;
    const struct timespec pause = {.tv_nsec = 1000000};
    const double begin = qfpi_seconds_now();
    MPI_Request all;
    int here = 0;
    QFP_TRY(check(MPI_Ibarrier(ends, &all), "meet"));
    while (!here) {
        QFP_TRY(check(MPI_Test(&all, &here, MPI_STATUS_IGNORE), "meet"));
        if (!here && status != QFP_OK && qfpi_seconds_now() - begin > seconds) {
            fprintf(stderr, "qfp: rank %d of %d: %s\n", own_rank, rank_count, qfp_last_error());
            fflush(NULL);
            MPI_Abort(MPI_COMM_WORLD, qfp_status_exit(status));
        }
        if (!here)
            nanosleep(&pause, NULL);
    }
    return agree(ends, status);
}

/* ---- transpositions -------------------------------------------------------------------------- */

/* What goes to or comes from every rank, in the slabs of one axis. */
typedef struct blocks {
    int *count; /* [ranks] 1, or 0: no block */
    MPI_Datatype *type;
    double bytes; /* to others */
} blocks;

struct qfpi_transposition {
    blocks slab[2];
    int *offsets;   /* 0 */
    size_t doubles; /* of a slab, where there is one rank */
};

static void free_blocks(blocks *b)
{
    for (int r = 0; b->type != NULL && r < rank_count; ++r)
        if (b->count[r] > 0)
            MPI_Type_free(&b->type[r]);
    free(b->count);
    free(b->type);
}

/* Of an array of `sizes`: for rank r the indices `first[r]` … of one axis. */
static qfp_status describe(const size_t *sizes, int axis, const size_t *first, blocks *out)
{
    int size[4], part[4], begin[4] = {0};
    size_t line = sizeof(double);
    for (int a = 0; a < 4; ++a) {
        if (sizes[a] > PIECE)
            return QFP_FAIL(QFP_MEMORY, "an axis of %zu cells is more than MPI counts", sizes[a]);
        size[a] = part[a] = (int)sizes[a];
        line *= a == axis ? 1 : sizes[a];
    }
    QFP_TRY(QFP_ALLOCATE(out->count, (size_t)rank_count, "a transposition"));
    QFP_TRY(QFP_ALLOCATE(out->type, (size_t)rank_count, "a transposition"));
    for (int r = 0; r < rank_count; ++r) {
        part[axis] = (int)(first[r + 1] - first[r]);
        begin[axis] = (int)first[r];
        out->type[r] = MPI_BYTE;
        if (line == 0 || part[axis] == 0)
            continue;
        QFP_TRY(check(
            MPI_Type_create_subarray(4, size, part, begin, MPI_ORDER_C, MPI_DOUBLE, &out->type[r]),
            "describe a block"));
        out->count[r] = 1;
        QFP_TRY(check(MPI_Type_commit(&out->type[r]), "describe a block"));
        out->bytes += r != own_rank ? (double)line * part[axis] : 0.0;
    }
    return QFP_OK;
}

qfp_status qfpi_transposition_create(const qfpi_transposition_spec *spec, qfpi_transposition **out)
{
    *out = NULL;
    qfpi_transposition *t = NULL;
    QFP_TRY(QFP_ALLOCATE(t, 1, "a transposition"));
    t->doubles = spec->n0 * spec->between * spec->n1 * spec->after;
    const size_t of_first[4] = {spec->first0[own_rank + 1] - spec->first0[own_rank], spec->between,
                                spec->n1, spec->after},
                 of_third[4] = {spec->n0, spec->between,
                                spec->first1[own_rank + 1] - spec->first1[own_rank], spec->after};
    qfp_status status = QFP_OK;
    if (rank_count > 1) {
        status = QFP_ALLOCATE(t->offsets, (size_t)rank_count, "a transposition");
        if (status == QFP_OK)
            status = describe(of_first, 2, spec->first1, &t->slab[0]);
        if (status == QFP_OK)
            status = describe(of_third, 0, spec->first0, &t->slab[1]);
    }
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
    free_blocks(&t->slab[0]);
    free_blocks(&t->slab[1]);
    free(t->offsets);
    free(t);
}

qfp_status qfpi_transpose(qfpi_transposition *t, int back, const double *from, double *to)
{
    if (rank_count == 1) {
        memcpy(to, from, t->doubles * sizeof *to);
        return QFP_OK;
    }
    const blocks *out = &t->slab[back != 0], *in = &t->slab[back == 0];
    const double begin = qfpi_seconds_now();
    QFP_TRY(check(MPI_Alltoallw(from, out->count, t->offsets, out->type, to, in->count, t->offsets,
                                in->type, world),
                  "transpose an array"));
    traffic.transpositions += 1;
    traffic.bytes += out->bytes;
    traffic.seconds += qfpi_seconds_now() - begin;
    return QFP_OK;
}

qfpi_traffic qfpi_ranks_traffic(void)
{
    return traffic;
}
