#include "evolve/factorise.h"

#include <stdlib.h>
#include <string.h>

#include "evolve/monomial_matrix.h"

/* The 2N letters of one half, in the order of the real form:
 * A: Q_1…Q_N, ∂_P1…∂_PN;   B: P_1…P_N, ∂_Q1…∂_QN. */

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

/* The crosses of the matrix [A monomial][B monomial] are the pairs. */
static qfp_status pair_up(qfpi_monomial_matrix *matrix, int modes, qfp_factorisation *out)
{
    while (qfpi_monomial_matrix_cross(matrix)) {
        size_t r = out->pair_count++;
        for (size_t i = 0; i < matrix->rows.count; i++)
            if (matrix->column[i] != 0.0)
                QFP_TRY(factor_append(&out->f[r], matrix->column[i], matrix->rows.power[i], modes,
                                      QFP_SPACE_A));
        for (size_t k = 0; k < matrix->columns.count; k++)
            if (matrix->row[k] != 0.0)
                QFP_TRY(factor_append(&out->g[r], matrix->row[k], matrix->columns.power[k], modes,
                                      QFP_SPACE_B));
    }
    return QFP_OK;
}

qfp_status qfp_factorise(const qfp_polynomial *real_form, int modes, bool symmetrised,
                         qfp_factorisation *out)
{
    *out = (qfp_factorisation){.modes = modes, .symmetrised = symmetrised};
    if (modes < 1 || modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "a generator of %d modes: 1 to %d are possible", modes,
                        QFP_MAX_MODES);
    qfp_status status;
    qfpi_monomial_matrix matrix = {0};
    qfpi_monomial_entry *mixed = NULL;
    size_t terms = real_form->count, mixed_count = 0;
    QFP_TRY_GOTO(QFP_ALLOCATE(mixed, terms, "the factorisation of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->f, terms, "the factorisation of a generator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->g, terms, "the factorisation of a generator"));

    for (size_t t = 0; t < terms; t++) {
        const uint8_t *a = real_form->terms[t].power, *b = a + 2 * modes;
        double coefficient = creal(real_form->terms[t].coefficient);
        if (is_one(b, modes))
            QFP_TRY_GOTO(factor_append(&out->pure_a, coefficient, a, modes, QFP_SPACE_A));
        else if (is_one(a, modes))
            QFP_TRY_GOTO(factor_append(&out->pure_b, coefficient, b, modes, QFP_SPACE_B));
        else
            mixed[mixed_count++] = (qfpi_monomial_entry){a, b, coefficient};
    }
    QFP_TRY_GOTO(qfpi_monomial_matrix_create(2 * modes, 2 * modes, mixed_count, mixed, &matrix));
    /* Terms with an odd and with an even number of derivatives in A never share a row, so the
     * elimination keeps the parities apart by itself. */
    status = pair_up(&matrix, modes, out);
done:
    free(mixed);
    qfpi_monomial_matrix_destroy(&matrix);
    if (status != QFP_OK)
        qfp_factorisation_destroy(out);
    return status;
}
