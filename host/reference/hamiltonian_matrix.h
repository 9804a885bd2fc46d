/* hamiltonian_matrix.h - INTERNAL to reference: H as a sparse matrix on the product basis.
 *
 * Its rows and columns are the kept states in their order.  The matrix is the block P H P of the exact operator: products
 * inside H are not truncated.
 */
#ifndef QFPI_HAMILTONIAN_MATRIX_H
#define QFPI_HAMILTONIAN_MATRIX_H

#include <stdint.h>

#include "reference/kept.h"
#include "reference/ladder.h"

typedef struct qfp_sparse { /* compressed rows; H: Hermitian to the last bit */
    size_t dim;
    size_t *row;     /* [dim + 1] */
    int32_t *column; /* ascending within a row */
    double complex *value;
    int reach[QFP_MAX_MODES]; /* largest change of n_j by a term of H, in the basis or beyond */
} qfp_sparse;

/* QFP_CONFIG when a matrix element and its transpose disagree (H is not Hermitian), QFP_NOT_FINITE
 * when one overflows, QFP_MEMORY when there is no room. */
qfp_status qfp_sparse_build(const qfp_config *config, const qfp_words *words, const qfp_kept *kept,
                            qfp_sparse *out) QFP_MUST_USE;
/* The same block of an operator that need not be Hermitian. */
qfp_status qfp_sparse_build_any(const qfp_config *config, const qfp_words *words,
                                const qfp_kept *kept, qfp_sparse *out) QFP_MUST_USE;
void qfp_sparse_destroy(qfp_sparse *matrix);

/* (1 − P) A P of any A: rows are states outside of the basis that A leads to.  `leaves`, a bit for every mode
 * whose levels a row exceeds. */
typedef struct qfp_border {
    qfp_sparse matrix;
    uint32_t *leaves; /* [matrix.dim] */
} qfp_border;
qfp_status qfp_border_build(const qfp_config *config, const qfp_words *words, const qfp_kept *kept,
                            qfp_border *out) QFP_MUST_USE;
void qfp_border_destroy(qfp_border *border);

/* Bytes that qfp_sparse_build will ask for, at most. */
double qfp_sparse_bytes(const qfp_words *words, double dim);

/* out = H in */
void qfp_sparse_multiply(const qfp_sparse *matrix, const double complex *in, double complex *out);

#endif
