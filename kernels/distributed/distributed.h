/* distributed.h - INTERNAL: one problem on the processes of core/ranks.h, each with a backend of its own.
 *
 * Every rank makes the same calls, with the sizes and ranges of whole arrays; of an array on a grid it holds
 * a slab (backend/grid.h), and its own backend, the inner one, does the work there:
 *
 *     Z and A   slabs of Q_1: transforms over P and the planes of modes 2 … N stay on a rank
 *     B         slabs of P_1: Z is transposed before a transform over Q and after its inverse
 *     planes    of mode 1: Z is transposed to slabs of Q_2 and back
 *
 * Slabs of P_1 and of Q_2 come in pieces, which the inner backend takes for slabs of their own: one is worked
 * on while the next is on its way.
 *
 * Sums keep the tree of shared/pairwise.h over the whole array, so that no result depends on the number of
 * ranks.  What is no array of a grid every rank holds whole.
 */
#ifndef QFPI_DISTRIBUTED_H
#define QFPI_DISTRIBUTED_H

#include "backend.h"
#include "core/ranks.h"

/* ---- who holds what -------------------------------------------------------------------------- */

typedef enum dist_axis { DIST_Q1, DIST_P1, DIST_Q2, DIST_AXES } dist_axis;

enum { DIST_PIECES = 32 };

/* Bytes of a block, where it is not 0, that make one piece more worth while; tests want small ones. */
extern size_t dist_least_block;

/* Piece p of rank r is number s = r pieces + p and holds the indices first[s] … first[s + 1] − 1. */
typedef struct dist_division {
    int references;
    qfp_grid grid;
    int pieces[DIST_AXES];
    size_t *first[DIST_AXES]; /* [ranks pieces + 1]; Q2: NULL with one mode */
} dist_division;

/* in_cache: pieces are as small as the CPU's caches, else as messages of a network want them. */
qfp_status dist_division_create(const qfp_grid *grid, int in_cache,
                                dist_division **out) QFP_MUST_USE;
void dist_division_release(dist_division *division);

/* Doubles of this rank, and of a piece of it, of an array on a space. */
size_t dist_doubles(const dist_division *division, dist_axis axis, qfp_space space);
size_t dist_piece_doubles(const dist_division *division, dist_axis axis, qfp_space space,
                          int piece);

/* A piece of this rank; 0: it holds nothing. */
int dist_slab(const dist_division *division, dist_axis axis, int piece, qfp_grid *slab);

/* The first index of a rank; of `ranks`: the number of all. */
size_t dist_first(const dist_division *division, dist_axis axis, int rank);

/* `count` things in units of `unit`, as evenly as that goes, for every rank in so many pieces: first[ranks pieces + 1],
 * of which every pieces-th is the same for any number of them. */
qfp_status dist_share_out(size_t count, size_t unit, int pieces, size_t **first) QFP_MUST_USE;

/* ---- on the way ------------------------------------------------------------------------------ */

/* How an array [n0][between][n1][after] passes from slabs of its first axis, [count0][between][n1][after] on every
 * rank, to slabs of its third, one piece after the other [n0][between][count1][after]. */
typedef struct dist_transposition {
    size_t n0, between, n1, after;
    int pieces;
    const size_t *first0, *first1; /* [ranks + 1], [ranks pieces + 1]; of somebody who stays */
} dist_transposition;

/* An array in slabs of a third axis, or a piece of memory for one, that ranks on one machine write to and read of each
 * other, where their backend can. */
typedef struct dist_window {
    qfp_buffer *own;
    qfp_buffer **
        of; /* [ranks]: theirs, NULL of those with whom blocks are exchanged by messages; NULL: of all */
} dist_window;

/* What all transpositions of a context use in turn. */
typedef struct dist_room {
    qfp_buffer *packed; /* blocks of slabs of the first axis */
    size_t packed_doubles;
    double *staged; /* of blocks: what MPI reads where it cannot read the device, NULL */
    size_t staged_doubles;
    qfpi_exchange *exchange;
    size_t *begun; /* [messages + 1]: with which message of `exchange` blocks begin */
    size_t messages;
} dist_room;

/* ---- objects --------------------------------------------------------------------------------- */

typedef struct dist_context {
    const qfp_backend *inner;
    qfp_context *context;
    int is_host;             /* the inner one has its buffers in memory of the host … */
    int reads_devices;       /* … and MPI reads other ones */
    int is_single;           /* numbers of four bytes there */
    struct dist_plan *plans; /* that live */
    dist_room room;
} dist_context;

typedef struct dist_plan {
    dist_context *context;
    dist_division *division;
    qfp_grid_plan *inner[DIST_AXES][DIST_PIECES]; /* NULL where this rank holds nothing */
    dist_transposition to_p1, to_q2;
    dist_window way;   /* Z in slabs of P_1; for planes of mode 1, x in slabs of Q_2, then y back */
    dist_window by_q2; /* y in slabs of Q_2; nothing before the first of these */
    struct dist_plan *next;
} dist_plan;

/* How the ranks hold what is in a buffer. */
typedef enum dist_layout {
    DIST_ANYHOW, /* nothing yet, or zeros */
    DIST_WHOLE,  /* every rank all of it */
    DIST_RUNS, /* rank r the doubles first[r] … first[r + 1] − 1: Z, A and what contractions make */
    DIST_BY_P1 /* B */
} dist_layout;

typedef struct dist_buffer {
    dist_context *context;
    dist_division *division; /* of the grid whose arrays it holds, NULL */
    size_t count;            /* of all ranks */
    dist_layout layout;
    size_t *first;  /* [ranks + 1], of DIST_RUNS */
    size_t *slices; /* [ranks + 1], of DIST_RUNS: indices of the array's first axis */
    size_t room;    /* doubles that `inner` holds */
    qfp_buffer *inner;
} dist_buffer;

static inline dist_context *dist_context_of(const qfp_context *context)
{
    return (dist_context *)(void *)context;
}
static inline dist_plan *dist_plan_of(const qfp_grid_plan *plan)
{
    return (dist_plan *)(void *)plan;
}
static inline dist_buffer *dist_buffer_of(const qfp_buffer *buffer)
{
    return (dist_buffer *)(void *)buffer;
}

/* ---- transpositions (transposition.c) --------------------------------------------------------- */

/* Tests want messages also where memory is common. */
extern int dist_by_messages;

/* Every rank calls; where none can be opened of a rank, or none be made, messages do. */
qfp_status dist_window_create(const dist_context *context, size_t doubles,
                              dist_window *out) QFP_MUST_USE;
void dist_window_destroy(const dist_context *context, dist_window *window);

/* Room for a transposition is made: QFP_MEMORY here and not on the way. */
qfp_status dist_transposition_prepare(dist_context *context,
                                      const dist_transposition *transposition,
                                      const dist_window *window) QFP_MUST_USE;
void dist_room_destroy(dist_context *context);

typedef qfp_status (*dist_work)(void *what, int piece);

/* x in slabs of the first axis to y in pieces of the third: work(what, piece), if any, when that one is there, while
 * the ones behind it are on their way.  Its failure is returned when all have what they wait for. */
qfp_status dist_there(dist_context *context, const dist_transposition *transposition, qfp_buffer *x,
                      const dist_window *y, dist_work work, void *what) QFP_MUST_USE;

/* x in pieces of the third axis to y in slabs of the first: work(what, piece), if any, makes that one, while the
 * ones before it are on their way. */
qfp_status dist_back(dist_context *context, const dist_transposition *transposition,
                     const dist_window *x, qfp_buffer *y, dist_work work, void *what) QFP_MUST_USE;

/* ---- layouts (layout.c) ---------------------------------------------------------------------- */

/* The buffer is about to be filled in the layout of a space, or in that of rows: slices[ranks + 1] of them on every
 * rank (copied), `slice` doubles each.  The numbers that it has are lost unless the layout stays. */
qfp_status dist_become(dist_buffer *buffer, const dist_division *division,
                       qfp_space space) QFP_MUST_USE;
qfp_status dist_become_rows(dist_buffer *buffer, const size_t *slices, size_t slice) QFP_MUST_USE;
qfp_status dist_become_whole(dist_buffer *buffer, size_t count) QFP_MUST_USE;

/* The buffer is about to be read as an array of a space; numbers that were uploaded for another one move. */
qfp_status dist_read_as(dist_buffer *buffer, const dist_division *division,
                        qfp_space space) QFP_MUST_USE;

/* Doubles of [0, count) that this rank holds of a buffer in runs: they begin at *first of all. */
size_t dist_own_run(const dist_buffer *buffer, size_t count, size_t *first);

/* A rank's pieces of an array of B, [K][P_1][behind] pairs, one after the other, from the whole and to it. */
size_t dist_b_doubles(const dist_division *division, int rank);
void dist_b_take(const dist_division *division, int rank, const double *whole, double *own);
void dist_b_put(const dist_division *division, int rank, const double *own, double *whole);

/* A piece of an array on a space that this rank's `whole` has in slabs of an axis: a view, to be destroyed. */
qfp_status dist_view(const dist_plan *plan, dist_axis axis, qfp_space space, int piece,
                     const qfp_buffer *whole, qfp_buffer **out) QFP_MUST_USE;

/* The backend of every rank. */
const qfp_backend *dist_inner_backend(void);

/* ---- tables ---------------------------------------------------------------------------------- */

extern const qfp_vector_operations qfp_distributed_vector;
extern const qfp_recurrence_operations qfp_distributed_recurrence;
extern const qfp_grid_operations qfp_distributed_grid;
extern const qfp_symbol_operations qfp_distributed_symbol;
extern const qfp_plane_operations qfp_distributed_plane;
extern const qfp_flow_operations qfp_distributed_flow;

/* Operations on vectors that have a file of their own, sums.c. */
qfp_status dist_inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                      double *out);
qfp_status dist_extrema(size_t count, const qfp_buffer *x, double *min, double *max, int *finite);
qfp_status dist_entropy(size_t count, const qfp_buffer *q, double scale, double *out);

#endif
