#include "core/hermitian.h"

#include <cblas.h>
#include <lapacke.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"

/* The zgemv inside zheevd and zpotrf of OpenBLAS 0.3.21 (Debian 12) reads beyond the end of its
 * matrix (issue 4013 of that project) and crashes where a mapping ends there. Spare columns keep
 * what it reads ours. */
enum { SPARE_COLUMNS = 4 };

qfp_status qfpi_linear_algebra_start(void)
{
    const size_t buffer = (size_t)129 << 20; /* OpenBLAS: 128 MiB of addresses, hardly touched */
    const double a = 1.0, x = 1.0;
    double y = 0.0;
    void *room = malloc(buffer);
    if (room == NULL)
        return QFP_FAIL(
            QFP_MEMORY,
            "there are not %zu MiB of address space for linear algebra; raise ulimit -v",
            buffer >> 20);
    free(room);
    cblas_dsymv(CblasRowMajor, CblasUpper, 1, 1.0, &a, 1, &x, 1, 0.0, &y, 1);
    return QFP_OK;
}

/* A as LAPACK stores it, by columns: column i is the conjugate of row i. */
static qfp_status copy_by_columns(size_t n, const double complex *matrix, double complex **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, (n + SPARE_COLUMNS) * n, "a dense matrix"));
    for (size_t i = 0; i < n * n; i++)
        (*out)[i] = conj(matrix[i]);
    return QFP_OK;
}

/* LAPACK's `job`: N for eigenvalues alone, V for vectors as well, into `vector`. */
static qfp_status eigen(char job, size_t n, const double complex *matrix, double *eigenvalue,
                        double complex *vector)
{
    double complex *a = NULL;
    qfp_status status = QFP_OK;
    QFP_TRY(copy_by_columns(n, matrix, &a));
    if (LAPACKE_zheevd(LAPACK_COL_MAJOR, job, 'U', (lapack_int)n, a, (lapack_int)n, eigenvalue) !=
        0)
        status =
            QFP_FAIL(QFP_INTERNAL, "a Hermitian matrix of %zu rows could not be diagonalised", n);
    else if (vector != NULL)
        memcpy(vector, a, n * n * sizeof *a);
    free(a);
    return status;
}

qfp_status qfpi_hermitian_eigen(size_t n, double complex *matrix, double *eigenvalue)
{
    return eigen('V', n, matrix, eigenvalue, matrix);
}

qfp_status qfpi_hermitian_eigenvalues(size_t n, const double complex *matrix, double *eigenvalue)
{
    return eigen('N', n, matrix, eigenvalue, NULL);
}

qfp_status qfpi_hermitian_is_positive(size_t n, const double complex *matrix, double shift,
                                      bool *is_positive)
{
    double complex *a = NULL;
    QFP_TRY(copy_by_columns(n, matrix, &a));
    for (size_t i = 0; i < n; i++)
        a[i * n + i] += shift;
    *is_positive = LAPACKE_zpotrf(LAPACK_COL_MAJOR, 'U', (lapack_int)n, a, (lapack_int)n) == 0;
    free(a);
    return QFP_OK;
}
