/* contract.c - a dense matrix applied to one axis: matrix products of BLAS. */
#include <cblas.h>
#include <limits.h>

#include "cpu/grid_plan.h"

qfp_status cpu_contract(size_t outer, size_t n, size_t inner, size_t m, const double *matrix,
                        const qfp_buffer *x, qfp_buffer *y)
{
    if (outer > INT_MAX || n > INT_MAX || inner > INT_MAX || m > INT_MAX)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "a contraction of %zu x %zu x %zu to %zu: BLAS counts in int", outer, n,
                        inner, m);
    if (outer == 0 || n == 0 || inner == 0 || m == 0)
        return QFP_FAIL(QFP_INTERNAL, "a contraction with an empty axis");
    int rows = (int)m, depth = (int)n, columns = (int)inner;
    if (inner == 1) { /* y[o][m] = x[o][n] matrixᵀ: one product for all o */
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)outer, rows, depth, 1.0, x->data,
                    depth, matrix, depth, 0.0, y->data, rows);
        return QFP_OK;
    }
    for (size_t o = 0; o < outer; ++o)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, depth, 1.0, matrix,
                    depth, x->data + o * n * inner, columns, 0.0, y->data + o * m * inner, columns);
    return QFP_OK;
}
