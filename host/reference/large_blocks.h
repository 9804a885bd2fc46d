/* large_blocks.h - INTERNAL to reference: kets in the blocks of H that are too large to be diagonalised, moved from time
 * to time by the series of chebyshev.h, each block by its own.
 */
#ifndef QFPI_LARGE_BLOCKS_H
#define QFPI_LARGE_BLOCKS_H

#include "reference/chebyshev.h"
#include "reference/one_mode_kets.h"

typedef struct qfp_block_list {
    size_t count;
    const int32_t **state; /* [count]: the states of each, ascending */
    size_t *size;
} qfp_block_list;

typedef struct qfp_large_blocks qfp_large_blocks;

/* Of the blocks of `matrix`, with `initial` at t = 0; both are copied as far as they are needed. */
qfp_status qfp_large_blocks_create(const qfp_sparse *matrix, double kappa,
                                   const qfp_block_list *blocks, const qfp_ket_set *initial,
                                   qfp_large_blocks **out) QFP_MUST_USE;
void qfp_large_blocks_destroy(qfp_large_blocks *l);

/* States whose amplitudes will be wanted on the way. */
qfp_status qfp_large_blocks_watch(qfp_large_blocks *l, size_t count,
                                  const int32_t *state) QFP_MUST_USE;

/* Moves ket q to time t with an error of at most `error`; amplitude [times][states], of those that are watched, are
 * added to at times on the way, and the ket is written to `ket`. */
qfp_status qfp_large_blocks_move(qfp_large_blocks *l, size_t q, double t, double error,
                                 size_t times, const double *time, double complex *amplitude,
                                 double complex *ket) QFP_MUST_USE;
/* All are at time t: at the start again with t = 0. */
void qfp_large_blocks_arrive(qfp_large_blocks *l, double t);

/* Bounds on what ket q is off by now: the series and rounding. */
double qfp_large_blocks_error(const qfp_large_blocks *l, size_t q);

/* The largest radius of the energies of a block, over κ; the cost of moving all by `time` in `moves` moves: terms × states,
 * and elements of H among them. */
double qfp_large_blocks_rate(const qfp_large_blocks *l);
double qfp_large_blocks_products(const qfp_large_blocks *l, double time, double moves,
                                 double error);

size_t qfp_large_blocks_carried(const qfp_large_blocks *l);
void qfp_large_blocks_save(const qfp_large_blocks *l, double *out);
void qfp_large_blocks_load(qfp_large_blocks *l, double t, const double *from);

#endif
