/* ranks_mpi.c - ranks.h over MPI. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/ranks.h"
#include "core/ranks_mpi.h"
#include "core/ranks_started.h"

/* Bytes of one message: MPI counts in int. */
#define PIECE ((size_t)1 << 30)

static MPI_Comm world = MPI_COMM_NULL,  /* for the work */
    ends = MPI_COMM_NULL;               /* for qfpi_ranks_meet, which some may reach alone */
static int own_rank, rank_count = 1;    /* 0 and 1 also while this rank is apart … */
static int world_rank, world_count = 1; /* … from these */
static int here_count = 1;
static bool *is_here; /* [world_count] */

/* Seconds in what all ranks do together but transpositions. */
static double waited;

double qfpi_mpi_waited(void)
{
    return waited;
}

static int timed(double begin, int code)
{
    waited += qfpi_seconds_now() - begin;
    return code;
}

/* A message on its way. */
typedef struct letter {
    struct letter *next;
    MPI_Request request;
    char bytes[];
} letter;
static letter *letters;

MPI_Comm qfpi_mpi_world(void)
{
    return world;
}

qfp_status qfpi_mpi_check(int code, const char *what)
{
    if (code == MPI_SUCCESS)
        return QFP_OK;
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    return QFP_FAIL(QFP_DEVICE, "MPI cannot %s: %s", what, text);
}

/* Those that have left; with `wait` all of them. */
static void let_go(bool wait)
{
    for (letter **at = &letters; *at != NULL;) {
        letter *l = *at;
        int left = 0;
        if (wait)
            MPI_Wait(&l->request, MPI_STATUS_IGNORE);
        else
            MPI_Test(&l->request, &left, MPI_STATUS_IGNORE);
        if (!wait && !left) {
            at = &l->next;
            continue;
        }
        *at = l->next;
        free(l);
    }
}

/* Of an mpirun that is not of this MPI: every process would be alone, and do the same. */
static qfp_status refuse_strangers(void)
{
    const qfpi_started started = qfpi_ranks_started();
    char version[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int length = 0;
    if (world_count > 1 || started.variable == NULL)
        return QFP_OK;
    own_rank = started.first ? 0 : 1;
    MPI_Get_library_version(version, &length);
    version[strcspn(version, ",\n")] = '\0';
    return QFP_FAIL(QFP_USAGE,
                    "%s says that several processes were started, but %s, with which this qfp was "
                    "built, sees only one; take the mpirun that belongs to it",
                    started.variable, version);
}

/* The ranks on this machine. */
static qfp_status find_neighbours(void)
{
    int own, count, *ranks = NULL;
    MPI_Comm here;
    MPI_Comm_rank(MPI_COMM_WORLD, &own);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    QFP_TRY(QFP_ALLOCATE(is_here, (size_t)count, "the ranks on this machine"));
    QFP_TRY(QFP_ALLOCATE(ranks, (size_t)count, "the ranks on this machine"));
    int code = MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    if (code == MPI_SUCCESS) {
        MPI_Comm_size(here, &here_count);
        code = MPI_Allgather(&own, 1, MPI_INT, ranks, 1, MPI_INT, here);
        for (int i = 0; i < here_count; ++i)
            is_here[ranks[i]] = true;
        MPI_Comm_free(&here);
    }
    free(ranks);
    return qfpi_mpi_check(code, "begin");
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
    QFP_TRY(qfpi_mpi_check(MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided), "begin"));
    QFP_TRY(find_neighbours());
    QFP_TRY(qfpi_mpi_check(MPI_Comm_dup(MPI_COMM_WORLD, &world), "begin"));
    QFP_TRY(qfpi_mpi_check(MPI_Comm_dup(MPI_COMM_WORLD, &ends), "begin"));
    MPI_Comm_set_errhandler(world, MPI_ERRORS_RETURN);
    MPI_Comm_rank(world, &world_rank);
    MPI_Comm_size(world, &world_count);
    qfpi_ranks_apart(false);
    return refuse_strangers();
}

void qfpi_ranks_end(void)
{
    int begun = 0;
    MPI_Initialized(&begun);
    if (!begun)
        return;
    let_go(true);
    MPI_Comm_free(&world);
    MPI_Comm_free(&ends);
    MPI_Finalize();
    qfpi_ranks_apart(true);
    free(is_here);
    is_here = NULL;
}

int qfpi_rank(void)
{
    return own_rank;
}

int qfpi_ranks(void)
{
    return rank_count;
}

int qfpi_ranks_here(void)
{
    return rank_count == 1 ? 1 : here_count;
}

bool qfpi_rank_is_here(int rank)
{
    return rank_count == 1 ? rank == 0 : is_here[rank];
}

void qfpi_ranks_apart(bool apart)
{
    own_rank = apart ? 0 : world_rank;
    rank_count = apart ? 1 : world_count;
}

void qfpi_ranks_most_of(size_t count, double *values)
{
    /* what fails here fails again in the next call that tells of it */
    const double begin = qfpi_seconds_now();
    if (rank_count > 1)
        timed(begin, MPI_Allreduce(MPI_IN_PLACE, values, (int)count, MPI_DOUBLE, MPI_MAX, world));
}

qfp_status qfpi_ranks_share(void *data, size_t bytes)
{
    for (size_t at = 0; rank_count > 1 && at < bytes; at += PIECE) {
        size_t piece = bytes - at < PIECE ? bytes - at : PIECE;
        const double begin = qfpi_seconds_now();
        int code = MPI_Bcast((char *)data + at, (int)piece, MPI_BYTE, 0, world);
        QFP_TRY(qfpi_mpi_check(timed(begin, code), "share data"));
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
    const double begin = qfpi_seconds_now();
    int code = MPI_Allgather(own, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, world);
    return qfpi_mpi_check(timed(begin, code), "collect data");
}

qfp_status qfpi_ranks_complete(double *data, const size_t *first)
{
    const size_t most = PIECE / sizeof(double);
    for (int r = 0; rank_count > 1 && r < rank_count; ++r)
        for (size_t at = first[r]; at < first[r + 1]; at += most) {
            size_t piece = first[r + 1] - at < most ? first[r + 1] - at : most;
            const double begin = qfpi_seconds_now();
            int code = MPI_Bcast(data + at, (int)piece, MPI_DOUBLE, r, world);
            QFP_TRY(qfpi_mpi_check(timed(begin, code), "complete an array"));
        }
    return QFP_OK;
}

/* From rank `from`: a block of columns of [rows][all of them]. */
static qfp_status take_columns(size_t rows, size_t all, size_t columns, int from, double *to)
{
    MPI_Datatype block;
    if (rows > PIECE || columns > PIECE || all > PIECE)
        return QFP_FAIL(QFP_MEMORY, "%zu rows of %zu numbers are more than MPI counts", rows, all);
    QFP_TRY(qfpi_mpi_check(MPI_Type_vector((int)rows, (int)columns, (int)all, MPI_DOUBLE, &block),
                           "describe a block"));
    int code = MPI_Type_commit(&block);
    if (code == MPI_SUCCESS)
        code = MPI_Recv(to, 1, block, from, QFPI_TAG_COLUMNS, world, MPI_STATUS_IGNORE);
    MPI_Type_free(&block);
    return qfpi_mpi_check(code, "gather an array");
}

static qfp_status give_columns(size_t rows, size_t columns, const double *own)
{
    MPI_Datatype row;
    if (rows > PIECE || columns > PIECE)
        return QFP_FAIL(QFP_MEMORY, "%zu rows of %zu numbers are more than MPI counts", rows,
                        columns);
    QFP_TRY(
        qfpi_mpi_check(MPI_Type_contiguous((int)columns, MPI_DOUBLE, &row), "describe a block"));
    int code = MPI_Type_commit(&row);
    if (code == MPI_SUCCESS)
        code = MPI_Send(own, (int)rows, row, 0, QFPI_TAG_COLUMNS, world);
    MPI_Type_free(&row);
    return qfpi_mpi_check(code, "gather an array");
}

qfp_status qfpi_ranks_gather(size_t rows, const size_t *first, const double *own, double *all)
{
    const size_t columns = first[own_rank + 1] - first[own_rank], every = first[rank_count];
    if (own_rank != 0)
        return columns > 0 ? give_columns(rows, columns, own) : QFP_OK;
    for (size_t i = 0; i < rows; ++i)
        memcpy(all + i * every, own + i * columns, columns * sizeof *all);
    for (int r = 1; r < rank_count; ++r)
        if (first[r + 1] > first[r])
            QFP_TRY(take_columns(rows, every, first[r + 1] - first[r], r, all + first[r]));
    return QFP_OK;
}

qfp_status qfpi_ranks_add(double *counts, size_t count)
{
    const size_t most = PIECE / sizeof(double);
    for (size_t at = 0; rank_count > 1 && at < count; at += most) {
        size_t piece = count - at < most ? count - at : most;
        const double begin = qfpi_seconds_now();
        int code = MPI_Allreduce(MPI_IN_PLACE, counts + at, (int)piece, MPI_DOUBLE, MPI_SUM, world);
        QFP_TRY(qfpi_mpi_check(timed(begin, code), "add up counts"));
    }
    return QFP_OK;
}

/* ---- messages -------------------------------------------------------------------------------- */

qfp_status qfpi_ranks_send(int to, const void *data, size_t bytes)
{
    let_go(false);
    if (bytes > PIECE)
        return QFP_FAIL(QFP_MEMORY, "%zu bytes are more than one message to another rank holds",
                        bytes);
    letter *l = malloc(sizeof *l + bytes);
    if (l == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a message of %zu bytes", bytes);
    memcpy(l->bytes, data, bytes);
    int code = MPI_Isend(l->bytes, (int)bytes, MPI_BYTE, to, QFPI_TAG_MESSAGE, world, &l->request);
    if (code != MPI_SUCCESS) {
        free(l);
        return qfpi_mpi_check(code, "send a message");
    }
    l->next = letters;
    letters = l;
    return QFP_OK;
}

qfp_status qfpi_ranks_receive(int *from, void **data, size_t *bytes)
{
    MPI_Status found;
    int here = 0, count;
    *from = 0;
    *data = NULL;
    *bytes = 0;
    if (rank_count == 1)
        return QFP_OK;
    let_go(false);
    QFP_TRY(qfpi_mpi_check(MPI_Iprobe(MPI_ANY_SOURCE, QFPI_TAG_MESSAGE, world, &here, &found),
                           "look for messages"));
    if (!here)
        return QFP_OK;
    MPI_Get_count(&found, MPI_BYTE, &count);
    char *message = malloc((size_t)count + 1);
    if (message == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a message of %d bytes", count);
    int code =
        MPI_Recv(message, count, MPI_BYTE, found.MPI_SOURCE, QFPI_TAG_MESSAGE, world, &found);
    if (code != MPI_SUCCESS) {
        free(message);
        return qfpi_mpi_check(code, "receive a message");
    }
    *from = found.MPI_SOURCE;
    *data = message;
    *bytes = (size_t)count;
    return QFP_OK;
}

void qfpi_ranks_leave(void)
{
    qfpi_ranks_apart(true);
    letters = NULL; /* the parent's */
}

/* ---- statuses -------------------------------------------------------------------------------- */

static qfp_status agree(MPI_Comm among, qfp_status status)
{
    /* the lowest of the ranks whose status is the worst */
    struct {
        int status, rank;
    } own = {(int)status, own_rank}, worst;
    const double begin = qfpi_seconds_now();
    int code = MPI_Allreduce(&own, &worst, 1, MPI_2INT, MPI_MAXLOC, among);
    QFP_TRY(qfpi_mpi_check(timed(begin, code), "agree on a status"));
    if (worst.status == QFP_OK)
        return QFP_OK;
    char sentence[sizeof((qfpi_error *)0)->sentence] = "";
    if (worst.rank == own_rank)
        snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
    QFP_TRY(qfpi_mpi_check(MPI_Bcast(sentence, (int)sizeof sentence, MPI_CHAR, worst.rank, among),
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
    QFP_TRY(qfpi_mpi_check(MPI_Ibarrier(ends, &all), "meet"));
    while (!here) {
        QFP_TRY(qfpi_mpi_check(MPI_Test(&all, &here, MPI_STATUS_IGNORE), "meet"));
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
