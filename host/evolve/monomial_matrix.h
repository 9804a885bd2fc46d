/* monomial_matrix.h - INTERNAL to evolve: terms that are products of two monomials as a matrix, and
 * the matrix as a short sum of crosses column ⊗ row. */
#ifndef QFPI_MONOMIAL_MATRIX_H
#define QFPI_MONOMIAL_MATRIX_H

#include "algebra/polynomial.h"

/* value × (monomial of the row) × (monomial of the column). */
typedef struct qfpi_monomial_entry {
    const uint8_t *row, *column; /* exponents; as many as the matrix has letters for each */
    double value;
} qfpi_monomial_entry;

typedef struct qfpi_monomials {
    int letters;
    size_t count;
    uint8_t (*power)[QFP_MAX_VARIABLES];
} qfpi_monomials;

typedef struct qfpi_monomial_matrix {
    qfpi_monomials rows, columns; /* distinct, in the order of the entries */
    double *value;                /* [rows][columns] */
    double floor;                 /* below it everything is rounding: 1e-13 of the largest value */
    double *column, *row;         /* of the last cross: value = column[i] row[k], 0 for rounding */
} qfpi_monomial_matrix;

qfp_status qfpi_monomial_matrix_create(int row_letters, int column_letters, size_t count,
                                       const qfpi_monomial_entry *entries,
                                       qfpi_monomial_matrix *out) QFP_MUST_USE;
void qfpi_monomial_matrix_destroy(qfpi_monomial_matrix *m);

/* Takes the cross of the largest entry off the matrix, value ← value − column ⊗ row, the pivot
 * being in the column.  false when nothing but rounding is left. */
bool qfpi_monomial_matrix_cross(qfpi_monomial_matrix *m);

#endif
