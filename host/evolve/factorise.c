#include "evolve/factorise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Distinct monomials of one half: the 2N exponents of its letters, in the order of the real form:
 * A: Q_1…Q_N, ∂_P1…∂_PN;   B: P_1…P_N, ∂_Q1…∂_QN. */
typedef struct monomials {
    int letters;
    size_t count;
    uint8_t (*power)[2 * QFP_MAX_MODES];
} monomials;

static size_t monomial_index(monomials *set, const uint8_t *power)
{
    for (size_t i = 0; i < set->count; i++)
        if (memcmp(set->power[i], power, (size_t)set->letters) == 0)
            return i;
    memcpy(set->power[set->count], power, (size_t)set->letters);
    return set->count++;
}

static int derivatives(const uint8_t *power, int modes)
{
    int order = 0;
    for (int j = 0; j < modes; j++)
        order += power[modes + j];
    return order;
}

static bool is_one(const uint8_t *power, int modes)
{
    for (int v = 0; v < 2 * modes; v++)
        if (power[v] != 0)
            return false;
    return true;
}

/* Appends coefficient × monomial to a factor: ∂ = ik turns into i^order, and the backend wants the
 * powers ordered (first axes, second axes): (Q, k_P) in A, (k_Q, P) in B. */
static qfp_status factor_append(qfp_factor *factor, double coefficient, const uint8_t *power,
                                int modes, qfp_space space)
{
    qfp_symbol_term *grown = realloc(factor->terms, (factor->count + 1) * sizeof *factor->terms);
    if (grown == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate the terms of a generator");
    factor->terms = grown;
    qfp_symbol_term *term = &grown[factor->count++];
    memset(term, 0, sizeof *term);
    int order = derivatives(power, modes);
    double sign = order % 4 < 2 ? 1.0 : -1.0;
    *(order % 2 == 0 ? &term->re : &term->im) = sign * coefficient;
    const uint8_t *coordinates = power, *wavenumbers = power + modes;
    size_t count = (size_t)modes;
    memcpy(term->power, space == QFP_SPACE_A ? coordinates : wavenumbers, count);
    memcpy(term->power + count, space == QFP_SPACE_A ? wavenumbers : coordinates, count);
    return QFP_OK;
}

static void factor_destroy(qfp_factor *factor)
{
    free(factor->terms);
    *factor = (qfp_factor){0};
}

void qfp_factorisation_destroy(qfp_factorisation *f)
{
    if (f == NULL)
        return;
    factor_destroy(&f->pure_a);
    factor_destroy(&f->pure_b);
    for (size_t r = 0; r < f->pair_count; r++) {
        factor_destroy(&f->f[r]);
        factor_destroy(&f->g[r]);
    }
    free(f->f);
    free(f->g);
    *f = (qfp_factorisation){0};
}

/* One cross of the elimination: M ← M − column row / pivot; the factors are column and row/pivot.
 * Entries left of rounding size after an exact cancellation are set to zero. */
static qfp_status eliminate(double *matrix, const monomials *rows, const monomials *columns,
                            size_t pivot_row, size_t pivot_column, double floor, int modes,
                            qfp_factorisation *out)
{
    qfp_factor *f = &out->f[out->pair_count], *g = &out->g[out->pair_count];
    out->pair_count++;
    size_t width = columns->count;
    double pivot = matrix[pivot_row * width + pivot_column];
    for (size_t i = 0; i < rows->count; i++)
        if (fabs(matrix[i * width + pivot_column]) > floor)
            QFP_TRY(factor_append(f, matrix[i * width + pivot_column], rows->power[i], modes,
                                  QFP_SPACE_A));
    for (size_t k = 0; k < width; k++)
        if (fabs(matrix[pivot_row * width + k]) > floor)
            QFP_TRY(factor_append(g, matrix[pivot_row * width + k] / pivot, columns->power[k],
                                  modes, QFP_SPACE_B));
    for (size_t i = 0; i < rows->count; i++) {
        double ratio = matrix[i * width + pivot_column] / pivot;
        if (i == pivot_row || ratio == 0.0)
            continue;
        for (size_t k = 0; k < width; k++) {
            double *entry = &matrix[i * width + k];
            *entry -= ratio * matrix[pivot_row * width + k];
            if (fabs(*entry) <= floor)
                *entry = 0.0;
        }
    }
    memset(&matrix[pivot_row * width], 0, width * sizeof *matrix);
    return QFP_OK;
}

static qfp_status pair_up(double *matrix, const monomials *rows, const monomials *columns,
                          int modes, qfp_factorisation *out)
{
    double largest = 0.0;
    for (size_t i = 0; i < rows->count * columns->count; i++)
        largest = fmax(largest, fabs(matrix[i]));
    double floor = 1e-13 * largest;
    for (;;) {
        size_t best = 0;
        for (size_t i = 1; i < rows->count * columns->count; i++)
            if (fabs(matrix[i]) > fabs(matrix[best]))
                best = i;
        if (rows->count * columns->count == 0 || fabs(matrix[best]) <= floor)
            return QFP_OK;
        QFP_TRY(eliminate(matrix, rows, columns, best / columns->count, best % columns->count,
                          floor, modes, out));
    }
}

qfp_status qfp_factorise(const qfp_polynomial *real_form, int modes, bool symmetrised,
                         qfp_factorisation *out)
{
    *out = (qfp_factorisation){.modes = modes, .symmetrised = symmetrised};
    if (modes < 1 || modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "a generator of %d modes: 1 to %d are possible", modes,
                        QFP_MAX_MODES);
    qfp_status status = QFP_OK;
    monomials rows = {.letters = 2 * modes}, columns = {.letters = 2 * modes};
    double *matrix = NULL;
    size_t terms = real_form->count;
    QFP_TRY_GOTO(QFP_ALLOCATE(rows.power, terms, "the factorisation of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(columns.power, terms, "the factorisation of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->f, terms, "the factorisation of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->g, terms, "the factorisation of a generator"));

    for (size_t t = 0; t < terms; t++) {
        const uint8_t *a = real_form->terms[t].power, *b = a + 2 * modes;
        double coefficient = creal(real_form->terms[t].coefficient);
        if (is_one(b, modes)) {
            QFP_TRY_GOTO(factor_append(&out->pure_a, coefficient, a, modes, QFP_SPACE_A));
        } else if (is_one(a, modes)) {
            QFP_TRY_GOTO(factor_append(&out->pure_b, coefficient, b, modes, QFP_SPACE_B));
        } else {
            monomial_index(&rows, a);
            monomial_index(&columns, b);
        }
    }
    QFP_TRY_GOTO(QFP_ALLOCATE(matrix, rows.count * columns.count, "a generator's coefficients"));
    for (size_t t = 0; t < terms; t++) {
        const uint8_t *a = real_form->terms[t].power, *b = a + 2 * modes;
        if (!is_one(a, modes) && !is_one(b, modes))
            matrix[monomial_index(&rows, a) * columns.count + monomial_index(&columns, b)] =
                creal(real_form->terms[t].coefficient);
    }
    /* Terms with an odd and with an even number of derivatives in A never share a row, so the
     * elimination keeps the parities apart by itself. */
    status = pair_up(matrix, &rows, &columns, modes, out);
done:
    free(matrix);
    free(rows.power);
    free(columns.power);
    if (status != QFP_OK)
        qfp_factorisation_destroy(out);
    return status;
}
