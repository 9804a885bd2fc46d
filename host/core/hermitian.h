/* hermitian.h - INTERNAL: dense Hermitian matrices, by LAPACK. */
#ifndef QFPI_HERMITIAN_H
#define QFPI_HERMITIAN_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>

#include "qfp/status.h"

/* Lets the library of linear algebra take its own memory, once, where a failure can be answered: OpenBLAS
 * tries for ever to get a buffer that is not to be had.  QFP_MEMORY. */
qfp_status qfpi_linear_algebra_start(void) QFP_MUST_USE;

/* A = Σ_k λ_k v_k v_k†. On entry `matrix` [n][n] holds A by rows, of which the lower triangle is
 * read; on return row k holds v_k. eigenvalue [n] ascends. QFP_MEMORY; QFP_INTERNAL when LAPACK's
 * zheevd does not converge. */
qfp_status qfpi_hermitian_eigen(size_t n, double complex *matrix, double *eigenvalue) QFP_MUST_USE;

/* The eigenvalues alone, a few times cheaper; reads the lower triangle of A [n][n], by rows. */
qfp_status qfpi_hermitian_eigenvalues(size_t n, const double complex *matrix,
                                      double *eigenvalue) QFP_MUST_USE;

/* Does A + shift have a Cholesky factor, that is, no eigenvalue below −shift? Reads the lower
 * triangle of A [n][n], by rows. */
qfp_status qfpi_hermitian_is_positive(size_t n, const double complex *matrix, double shift,
                                      bool *is_positive) QFP_MUST_USE;

#endif
