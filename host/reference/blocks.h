/* blocks.h - INTERNAL to reference: the parts of the basis that H connects. */
#ifndef QFPI_BLOCKS_H
#define QFPI_BLOCKS_H

#include "reference/hamiltonian_matrix.h"
#include "reference/one_mode_kets.h"

/* block_of[i] = the block of basis state i, in the order in which blocks are met; the states of
 * block b end up in state[first[b] … first[b+1]). */
void qfp_blocks_find(const qfp_sparse *h, int32_t *state, size_t *first, int32_t *block_of,
                     size_t *count);

/* Marks blocks that may be left out: kets lose at most *amplitude ≤ tolerance by it, on average,
 * weighted as in ρ. */
qfp_status qfp_blocks_negligible(const qfp_ket_set *kets, const int32_t *block_of, size_t count,
                                 double tolerance, bool *negligible,
                                 double *amplitude) QFP_MUST_USE;

#endif
