#include "evolve/monomial_matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t index_of(qfpi_monomials *set, const uint8_t *power)
{
    for (size_t i = 0; i < set->count; i++)
        if (memcmp(set->power[i], power, (size_t)set->letters) == 0)
            return i;
    memcpy(set->power[set->count], power, (size_t)set->letters);
    return set->count++;
}

static qfp_status allocate(size_t count, qfpi_monomial_matrix *m)
{
    QFP_TRY(QFP_ALLOCATE(m->rows.power, count, "the terms of a generator"));
    QFP_TRY(QFP_ALLOCATE(m->columns.power, count, "the terms of a generator"));
    QFP_TRY(QFP_ALLOCATE(m->column, count, "the terms of a generator"));
    return QFP_ALLOCATE(m->row, count, "the terms of a generator");
}

qfp_status qfpi_monomial_matrix_create(int row_letters, int column_letters, size_t count,
                                       const qfpi_monomial_entry *entries,
                                       qfpi_monomial_matrix *out)
{
    qfpi_monomial_matrix *m = out;
    *m = (qfpi_monomial_matrix){.rows.letters = row_letters, .columns.letters = column_letters};
    qfp_status status = allocate(count, m);
    for (size_t t = 0; t < count && status == QFP_OK; t++) {
        index_of(&m->rows, entries[t].row);
        index_of(&m->columns, entries[t].column);
    }
    if (status == QFP_OK)
        status =
            QFP_ALLOCATE(m->value, m->rows.count * m->columns.count, "a generator's coefficients");
    if (status != QFP_OK) {
        qfpi_monomial_matrix_destroy(m);
        return status;
    }
    for (size_t t = 0; t < count; t++) {
        size_t i = index_of(&m->rows, entries[t].row), k = index_of(&m->columns, entries[t].column);
        m->value[i * m->columns.count + k] = entries[t].value;
        m->floor = fmax(m->floor, 1e-13 * fabs(entries[t].value));
    }
    return QFP_OK;
}

void qfpi_monomial_matrix_destroy(qfpi_monomial_matrix *m)
{
    free(m->rows.power);
    free(m->columns.power);
    free(m->value);
    free(m->column);
    free(m->row);
    *m = (qfpi_monomial_matrix){0};
}

/* Entries left of rounding size after an exact cancellation are set to zero. */
static void take_off(qfpi_monomial_matrix *m, size_t pivot_row, size_t pivot_column)
{
    size_t width = m->columns.count;
    double pivot = m->value[pivot_row * width + pivot_column];
    for (size_t i = 0; i < m->rows.count; i++) {
        double ratio = m->value[i * width + pivot_column] / pivot;
        if (i == pivot_row || ratio == 0.0)
            continue;
        for (size_t k = 0; k < width; k++) {
            double *entry = &m->value[i * width + k];
            *entry -= ratio * m->value[pivot_row * width + k];
            if (fabs(*entry) <= m->floor)
                *entry = 0.0;
        }
    }
    memset(&m->value[pivot_row * width], 0, width * sizeof *m->value);
}

bool qfpi_monomial_matrix_cross(qfpi_monomial_matrix *m)
{
    size_t best = 0, width = m->columns.count, cells = m->rows.count * width;
    for (size_t i = 1; i < cells; i++)
        if (fabs(m->value[i]) > fabs(m->value[best]))
            best = i;
    if (cells == 0 || fabs(m->value[best]) <= m->floor)
        return false;
    size_t pivot_row = best / width, pivot_column = best % width;
    double pivot = m->value[best];
    for (size_t i = 0; i < m->rows.count; i++) {
        double value = m->value[i * width + pivot_column];
        m->column[i] = fabs(value) > m->floor ? value : 0.0;
    }
    for (size_t k = 0; k < width; k++) {
        double value = m->value[pivot_row * width + k];
        m->row[k] = fabs(value) > m->floor ? value / pivot : 0.0;
    }
    take_off(m, pivot_row, pivot_column);
    return true;
}
