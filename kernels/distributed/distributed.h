/* distributed.h - INTERNAL: one problem on the processes of core/ranks.h, each with a backend of its own.
 *
 * Every rank makes the same calls, with the sizes and ranges of whole arrays; of an array on a grid it holds
 * a slab (backend/grid.h), and its own backend, the inner one, does the work there:
 *
 *     Z and A   slabs of Q_1: transforms over P and the planes of modes 2 … N stay on a rank
 *     B         slabs of P_1: Z is transposed before a transform over Q and after its inverse
 *     planes    of mode 1: Z is transposed to slabs of Q_2 and back
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

typedef struct dist_division {
    int references;
    qfp_grid grid;
    size_t *first
        [DIST_AXES]; /* [ranks + 1]: rank r holds first[r] … first[r + 1] − 1; Q2: NULL with one mode */
} dist_division;

qfp_status dist_division_create(const qfp_grid *grid, dist_division **out) QFP_MUST_USE;
void dist_division_release(dist_division *division);

/* The slab of this rank; 0: it holds nothing. */
int dist_slab(const dist_division *division, dist_axis axis, qfp_grid *slab);

/* `count` things in units of `unit`, as evenly as that goes: first[ranks + 1]. */
qfp_status dist_share_out(size_t count, size_t unit, size_t **first) QFP_MUST_USE;

/* ---- objects --------------------------------------------------------------------------------- */

typedef struct dist_context {
    const qfp_backend *inner;
    qfp_context *context;
    int is_host;             /* the inner one has its buffers in memory of the host */
    struct dist_plan *plans; /* that live */
} dist_context;

typedef struct dist_plan {
    dist_context *context;
    dist_division *division;
    qfp_grid_plan *inner[DIST_AXES]; /* NULL where this rank holds nothing */
    qfpi_transposition *to_p1, *to_q2;
    qfp_buffer *by_p1; /* Z in slabs of P_1 */
    qfp_buffer *by_q2[2],
        *from_q2; /* of planes of mode 1: x and y in slabs of Q_2, y back; NULL before */
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

/* The doubles of an array of B, [K][P_1][behind] pairs, that rank r holds, between its own array and the whole. */
typedef struct dist_b_part {
    size_t k, n, behind; /* lengths, of doubles: behind */
    size_t first, count; /* of P_1 */
} dist_b_part;
dist_b_part dist_b_part_of(const dist_division *division, int rank);
void dist_b_take(const dist_b_part *part, const double *whole, double *own);
void dist_b_put(const dist_b_part *part, const double *own, double *whole);

/* x to y, arrays on Z in slabs of one axis and of another. */
qfp_status dist_transpose(const dist_context *context, qfpi_transposition *transposition, int back,
                          qfp_buffer *x, size_t x_count, qfp_buffer *y,
                          size_t y_count) QFP_MUST_USE;

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
