/* dense.h - INTERNAL: products of dense complex matrices, all by rows. */
#ifndef QFPI_DENSE_H
#define QFPI_DENSE_H

#include <cblas.h>
#include <complex.h>
#include <stddef.h>

/* out [rows][columns] = factor × A B, `inner` terms each; A and B transposed as told. */
static inline void qfpi_multiply(size_t rows, size_t columns, size_t inner, CBLAS_TRANSPOSE left,
                                 const double complex *a, CBLAS_TRANSPOSE right,
                                 const double complex *b, double complex factor,
                                 double complex *out)
{
    const double complex zero = 0.0;
    size_t of_a = left == CblasNoTrans ? inner : rows,
           of_b = right == CblasNoTrans ? columns : inner;
    cblas_zgemm(CblasRowMajor, left, right, (int)rows, (int)columns, (int)inner, &factor, a,
                (int)of_a, b, (int)of_b, &zero, out, (int)columns);
}

/* out [rows × r][columns × c] += factor × A ⊗ B, A [rows][columns], B [r][c]; the second index of a pair runs faster. */
static inline void qfpi_kronecker_add(size_t rows, size_t columns, const double complex *a,
                                      size_t r, size_t c, const double complex *b,
                                      double complex factor, double complex *out)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++) {
            double complex value = factor * a[i * columns + k];
            if (value == 0.0)
                continue;
            for (size_t j = 0; j < r; j++)
                for (size_t l = 0; l < c; l++)
                    out[(i * r + j) * (columns * c) + k * c + l] += value * b[j * c + l];
        }
}

#endif
