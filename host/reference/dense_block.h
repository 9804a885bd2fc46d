/* dense_block.h - INTERNAL to reference: a block of H that is diagonalised once, and exact at every time.
 *
 * H = V diag(E) V†, and of each ket that is in the block the components V†ψ(0).
 */
#ifndef QFPI_DENSE_BLOCK_H
#define QFPI_DENSE_BLOCK_H

#include "reference/hamiltonian_matrix.h"
#include "reference/one_mode_kets.h"

typedef struct qfp_dense_block {
    size_t size;
    const int32_t *state; /* borrowed: basis states of the block, ascending */
    double *energy;
    double complex *vector;    /* [size][size], row k the k-th eigenvector */
    bool *holds;               /* [kets]: whether the ket is in this block at all */
    size_t held;               /* kets that are */
    double complex *component; /* [held][size] at t = 0 */
    double *residual;          /* ‖H v − E v‖ */
    double *magnitude;         /* |v|ᵀ |H| |v|, of which the energy is good to rounding */
    size_t watched;            /* of the states that are watched: which, and where in the block */
    size_t *which;
    int32_t *where;
} qfp_dense_block;

/* Diagonalises the block of `size` and `state` of h, and takes its part of the kets; place[i]: position of basis
 * state i in its block.  QFP_MEMORY, QFP_INTERNAL; destroy it either way. */
qfp_status qfp_dense_block_fill(const qfp_sparse *h, const int32_t *place, const qfp_ket_set *kets,
                                qfp_dense_block *b) QFP_MUST_USE;
void qfp_dense_block_destroy(qfp_dense_block *b);

/* What the evolution of blocks needs beside them. */
typedef struct qfp_dense_scratch {
    double complex *phase;          /* [size] of the largest */
    double complex *turned, *moved; /* [held][size] of the largest: components at t, kets */
} qfp_dense_scratch;

/* The block's part of all kets at an angle t/κ into `out`. */
void qfp_dense_block_evolve(const qfp_dense_block *b, double angle,
                            const qfp_dense_scratch *scratch, qfp_ket_set *out);

/* States, ascending, whose amplitudes are wanted more often than all; those that are in the block at an angle, of ket q
 * into amplitude[q * stride + which]. */
qfp_status qfp_dense_block_watch(qfp_dense_block *b, size_t count,
                                 const int32_t *state) QFP_MUST_USE;
void qfp_dense_block_look(const qfp_dense_block *b, size_t kets, double angle,
                          const qfp_dense_scratch *scratch, size_t stride,
                          double complex *amplitude);

/* Adds to squared[kets] the squares of what they are off by at the angle |t|/κ. */
void qfp_dense_block_errors(const qfp_dense_block *b, size_t kets, double angle, double *squared);

#endif
