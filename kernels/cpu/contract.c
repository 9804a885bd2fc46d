/* contract.c - a dense matrix applied to one axis: matrix products of BLAS.  What a product rounds depends on its shape,
 * so the shapes are the same whoever has how many of the slices, or of the columns. */
#include <cblas.h>
#include <limits.h>

#include "cpu/grid_plan.h"

/* y[m][i] = Σ_n matrix[m][n] x[n][i] */
static void contract_columns(int n, size_t inner, int m, const double *matrix, const double *x,
                             double *y)
{
    for (size_t i = 0; i < inner; i += QFPI_CONTRACTED) {
        size_t rest = inner - i, columns = rest < QFPI_CONTRACTED ? rest : QFPI_CONTRACTED;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, (int)columns, n, 1.0, matrix, n,
                    x + i, (int)inner, 0.0, y + i, (int)inner);
    }
}

qfp_status cpu_contract(size_t slices, size_t outer, size_t n, size_t inner, size_t m,
                        const double *matrix, const qfp_buffer *x, qfp_buffer *y)
{
    if (outer > INT_MAX || n > INT_MAX || inner > INT_MAX || m > INT_MAX)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "a contraction of %zu x %zu x %zu to %zu: BLAS counts in int", outer, n,
                        inner, m);
    if (slices == 0 || outer == 0 || n == 0 || inner == 0 || m == 0)
        return QFP_FAIL(QFP_INTERNAL, "a contraction with an empty axis");
    int rows = (int)m, depth = (int)n;
    if (inner == 1) { /* y[o][m] = x[o][n] matrixᵀ: one product for all o of a slice */
        for (size_t s = 0; s < slices; ++s)
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)outer, rows, depth, 1.0,
                        x->data + s * outer * n, depth, matrix, depth, 0.0, y->data + s * outer * m,
                        rows);
        return QFP_OK;
    }
    for (size_t o = 0; o < slices * outer; ++o)
        contract_columns(depth, inner, rows, matrix, x->data + o * n * inner,
                         y->data + o * m * inner);
    return QFP_OK;
}
