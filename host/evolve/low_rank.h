/* low_rank.h - INTERNAL: a Hermitian matrix by the few columns that span it. */
#ifndef QFPI_LOW_RANK_H
#define QFPI_LOW_RANK_H

#include <complex.h>
#include <stddef.h>

#include "core/error.h"

/* ρ = Q B Q† to QFP_LOW_RANK_ERROR of its Frobenius norm, Q [n][rank] of orthonormal columns, B [rank][rank]. */
typedef struct qfp_low_rank {
    size_t n, rank;
    double complex *q, *b;
} qfp_low_rank;

#define QFP_LOW_RANK_ERROR 1e-14

/* From products with a few random columns, more of them until they span ρ: 30 n² rank operations; n³ where it has full
 * rank.  Deterministic.  Give *out to qfp_low_rank_destroy either way. */
qfp_status qfp_low_rank_create(size_t n, const double complex *rho, qfp_low_rank *out) QFP_MUST_USE;
void qfp_low_rank_destroy(qfp_low_rank *l);

#endif
