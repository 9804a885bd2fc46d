/* ranks.h - INTERNAL: the processes that solve one problem together, "ranks" as MPI calls them: mpirun -n 4 qfp run.
 *
 * All of them run the same program on the same configuration and take the same decisions.  What only one of them
 * knows (a clock, a signal, the memory of a machine, whether a file could be written) becomes common by the calls
 * below, which every rank makes in the same order.  Where nobody started several, and in a build without MPI
 * (ranks_alone.c), there is one rank, and every call returns at once.
 */
#ifndef QFPI_RANKS_H
#define QFPI_RANKS_H

#include <stdbool.h>

#include "core/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of the program, before and after everything: joins the others.  QFP_USAGE in a build without MPI that was started as
 * one of several. */
qfp_status qfpi_ranks_begin(void) QFP_MUST_USE;
void qfpi_ranks_end(void);

int qfpi_rank(void);  /* 0 … qfpi_ranks() − 1; rank 0 writes the files and speaks to the user */
int qfpi_ranks(void); /* 1 before qfpi_ranks_begin */
int qfpi_ranks_here(void); /* how many of them run on this machine */
bool qfpi_rank_is_here(int rank);

/* While a rank is apart it does what others do not: it is the only one, rank 0 of 1, until it comes back. */
void qfpi_ranks_apart(bool apart);

/* `bytes` of rank 0 for all. */
qfp_status qfpi_ranks_share(void *data, size_t bytes) QFP_MUST_USE;

/* The same of a block that malloc made, or NULL: the others get a copy to be freed, and a zero byte behind it. */
qfp_status qfpi_ranks_share_block(void **block, size_t *bytes) QFP_MUST_USE;

/* QFP_USAGE where a rank has another `text` than rank 0, with the first line that differs; `what` it is, "the
 * configuration". */
qfp_status qfpi_ranks_same(const char *what, const char *text) QFP_MUST_USE;

/* For decisions, which all take alike: the clocks of rank 0 (core/clock.h), and the largest of all numbers. */
double qfpi_ranks_seconds_now(void);
double qfpi_ranks_seconds_computed(void);
double qfpi_ranks_most(double own);
void qfpi_ranks_most_of(size_t count, double *values); /* of each */

/* all[rank]: `bytes` of every rank. */
qfp_status qfpi_ranks_collect(const void *own, size_t bytes, void *all) QFP_MUST_USE;

/* Of an array that every rank has, rank r holds the right numbers in [first[r], first[r + 1]): afterwards all do.
 * first[ranks + 1] is the same everywhere. */
qfp_status qfpi_ranks_complete(double *data, const size_t *first) QFP_MUST_USE;

/* An array [rows][first[ranks]] of rank 0, `all`, which others may give as NULL: rank r has its columns first[r] …
 * first[r + 1] − 1, `own` [rows][of them]. */
qfp_status qfpi_ranks_gather(size_t rows, const size_t *first, const double *own,
                             double *all) QFP_MUST_USE;

/* The sums over all ranks, on every rank, of whole numbers: exact in any order. */
qfp_status qfpi_ranks_add(double *counts, size_t count) QFP_MUST_USE;

/* The worst status of all ranks, QFP_OK if all are; where another rank failed, its sentence is recorded here, with its
 * number in front. */
qfp_status qfpi_ranks_agree(qfp_status status) QFP_MUST_USE;

/* The end of the work of a rank, which may have failed where others go on: they would wait for it forever.  Returns as
 * qfpi_ranks_agree when all have come here; a rank that failed alone waits `seconds` for that, writes its sentence and
 * its number to stderr and ends all of them with the exit status of `status`.  So on its way from a failure to here it
 * must not wait for others, and where work goes on after a failure it comes here first. */
#define QFPI_RANKS_PATIENCE 5.0
qfp_status qfpi_ranks_meet(qfp_status status, double seconds) QFP_MUST_USE;
/* Of what may fail and be gone on without: fails on all ranks, on none, or ends all of them. */
bool qfpi_ranks_failed(qfp_status status);

/* Messages, which reach a rank in the order in which another one sent them.  Sending copies and does not wait;
 * QFP_MEMORY for more than a message holds. */
qfp_status qfpi_ranks_send(int to, const void *data, size_t bytes) QFP_MUST_USE;
/* One that has come, malloc'ed, and from whom; *data NULL: none has. */
qfp_status qfpi_ranks_receive(int *from, void **data, size_t *bytes) QFP_MUST_USE;

/* In a child of this process, which solves something by itself and ends by _exit: it counts as the only rank. */
void qfpi_ranks_leave(void);

/* Blocks of arrays on their way between this rank and others, which come to a rank in the order in which another one
 * sends them.  A block stays as it is, or is not read, until it was waited for.  Messages have numbers from 0 on,
 * in the order in which they were begun. */
typedef struct qfpi_exchange qfpi_exchange;

qfp_status qfpi_exchange_create(qfpi_exchange **out) QFP_MUST_USE;
void qfpi_exchange_destroy(qfpi_exchange *exchange);
qfp_status qfpi_exchange_receive(qfpi_exchange *exchange, double *block, size_t doubles,
                                 int from) QFP_MUST_USE;
qfp_status qfpi_exchange_send(qfpi_exchange *exchange, const double *block, size_t doubles,
                              int to) QFP_MUST_USE;
size_t qfpi_exchange_begun(const qfpi_exchange *exchange); /* how many since the last end */
/* For the messages first … end − 1. */
qfp_status qfpi_exchange_wait(qfpi_exchange *exchange, size_t first, size_t end) QFP_MUST_USE;
/* All were waited for; they were one transposition, which took `seconds`, together with the doubles that went from
 * memory to memory. */
qfp_status qfpi_exchange_end(qfpi_exchange *exchange, size_t doubles, double seconds) QFP_MUST_USE;

/* A word without content, which does not wait, and the next one of a rank, which does.  What a rank wrote to memory that
 * both have is there when the other has its word. */
qfp_status qfpi_exchange_signal(int to) QFP_MUST_USE;
qfp_status qfpi_exchange_await(int from) QFP_MUST_USE;

/* Blocks may be in the memory of a CUDA device. */
bool qfpi_exchange_reads_devices(void);

/* What went from this rank to others since the start. */
typedef struct qfpi_traffic {
    size_t transpositions;
    double bytes;   /* of them */
    double seconds; /* in them, waiting included, work that went on meanwhile not */
    double waited;  /* seconds in all other calls that ranks make together: sums, decisions */
} qfpi_traffic;
qfpi_traffic qfpi_ranks_traffic(void);

#ifdef __cplusplus
}
#endif
#endif
