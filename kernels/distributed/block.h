/* block.h - INTERNAL to transpositions: where the block that two ranks exchange is in the slabs of both. */
#ifndef QFPI_DISTRIBUTED_BLOCK_H
#define QFPI_DISTRIBUTED_BLOCK_H

#include "distributed/distributed.h"

static inline size_t count0(const dist_transposition *t, int rank)
{
    return t->first0[rank + 1] - t->first0[rank];
}

static inline size_t count1(const dist_transposition *t, int rank, int piece)
{
    const size_t *first = t->first1 + rank * t->pieces + piece;
    return first[1] - first[0];
}

/* Doubles that the owner of a slab of the first axis and that of a piece of one of the third share. */
static inline size_t block_of(const dist_transposition *t, int of_first, int of_third, int piece)
{
    return count0(t, of_first) * t->between * count1(t, of_third, piece) * t->after;
}

/* Where that is in this rank's slab of the first axis: rows_of of them. */
static inline qfp_rows columns_of(const dist_transposition *t, int of_third, int piece)
{
    return (qfp_rows){t->first1[of_third * t->pieces + piece] * t->after, t->n1 * t->after};
}

static inline size_t rows_of(const dist_transposition *t)
{
    return count0(t, qfpi_rank()) * t->between;
}

/* … and in a slab of the third. */
static inline size_t place_in(const dist_transposition *t, int of_third, int of_first, int piece)
{
    const size_t *first = t->first1 + of_third * t->pieces;
    return ((first[piece] - first[0]) * t->n0 + t->first0[of_first] * count1(t, of_third, piece)) *
           t->between * t->after;
}

static inline size_t place_of(const dist_transposition *t, int of_first, int piece)
{
    return place_in(t, qfpi_rank(), of_first, piece);
}

static inline qfp_buffer *window_of(const dist_window *w, int rank)
{
    return w->of != NULL ? w->of[rank] : NULL;
}

/* Doubles of this rank's slab that go through messages. */
static inline size_t all_packed(const dist_transposition *t, const dist_window *w)
{
    size_t doubles = 0;
    for (int r = 0; r < qfpi_ranks(); ++r)
        for (int piece = 0; piece < t->pieces; ++piece)
            if (r != qfpi_rank() && window_of(w, r) == NULL)
                doubles += block_of(t, qfpi_rank(), r, piece);
    return doubles;
}

/* MPI reads and writes buffers where they are. */
static inline int is_direct(const dist_context *c)
{
    return c->is_host || (c->reads_devices && !c->is_single);
}

#endif
