/* small_exponential.h - exponentials of the small matrices that Krylov methods produce. */
#ifndef QFPI_SMALL_EXPONENTIAL_H
#define QFPI_SMALL_EXPONENTIAL_H

#include "core/error.h"

/* out = e^A for an n × n matrix (row-major), by scaling and squaring with the [13/13] Padé
 * approximant (Higham 2005).  out ≠ a. */
qfp_status qfp_dense_exponential(int n, const double *a, double *out) QFP_MUST_USE;

/* The spectral form of the skew tridiagonal matrix T with T[k+1][k] = beta[k] = -T[k][k+1]:
 * T = D (iS) D^{-1}, D = diag((-i)^k), S symmetric tridiagonal. */
typedef struct qfp_skew_tridiagonal {
    int n;
    double *eigenvalues;  /* [n] of S */
    double *eigenvectors; /* [n][n], column l belongs to eigenvalue l; owned with the above */
} qfp_skew_tridiagonal;
qfp_status qfp_skew_tridiagonal_create(int n, const double *beta,
                                       qfp_skew_tridiagonal *out) QFP_MUST_USE;
void qfp_skew_tridiagonal_destroy(qfp_skew_tridiagonal *t);

/* Component k of e^{τT} e_1. */
double qfp_skew_tridiagonal_entry(const qfp_skew_tridiagonal *t, double tau, int k);

#endif
