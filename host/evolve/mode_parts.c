#include "evolve/mode_parts.h"

#include <stdlib.h>
#include <string.h>

#include "evolve/monomial_matrix.h"

/* Letters of the real form, N each. */
enum { OF_Q, OF_DP, OF_P, OF_DQ };

int qfpi_mode_of_derivatives(const qfp_term *term, int modes)
{
    int mode = -1;
    for (int j = 0; j < modes; j++) {
        if (term->power[OF_DP * modes + j] == 0 && term->power[OF_DQ * modes + j] == 0)
            continue;
        if (mode >= 0)
            return -1;
        mode = j;
    }
    return mode;
}

/* The term's letters of the other modes, coordinates all, and what is left of it. */
static void separate(const qfp_term *term, int modes, int mode, uint8_t *spectator, uint8_t *own)
{
    memcpy(own, term->power, (size_t)(4 * modes));
    for (int k = 0; k < modes; k++) {
        if (k == mode)
            continue;
        spectator[k] = term->power[OF_Q * modes + k];
        spectator[modes + k] = term->power[OF_P * modes + k];
        own[OF_Q * modes + k] = own[OF_P * modes + k] = 0;
    }
}

static bool is_one(const uint8_t *power, int letters)
{
    for (int v = 0; v < letters; v++)
        if (power[v] != 0)
            return false;
    return true;
}

/* The operator of a cross becomes the factors of a new part, its column the spectator. */
static qfp_status append_cross(const qfpi_monomial_matrix *matrix, int modes, bool symmetrised,
                               qfp_mode_parts *out)
{
    qfp_mode_part *part = &out->part[out->count++];
    qfp_polynomial operator_of_mode;
    qfp_polynomial_init(&operator_of_mode, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(
        QFP_ALLOCATE(part->spectator.terms, matrix->rows.count, "the spectators of a mode"));
    for (size_t i = 0; i < matrix->rows.count; i++) {
        if (matrix->column[i] == 0.0)
            continue;
        qfp_symbol_term *term = &part->spectator.terms[part->spectator.count++];
        term->re = matrix->column[i];
        memcpy(term->power, matrix->rows.power[i], (size_t)(2 * modes));
    }
    for (size_t k = 0; k < matrix->columns.count; k++)
        if (matrix->row[k] != 0.0)
            QFP_TRY_GOTO(qfp_polynomial_add_term(&operator_of_mode, matrix->row[k],
                                                 matrix->columns.power[k]));
    status = qfp_factorise(&operator_of_mode, modes, symmetrised, &part->factors);
done:
    qfp_polynomial_destroy(&operator_of_mode);
    return status;
}

qfp_status qfpi_mode_parts_create(const qfp_polynomial *form, int modes, int mode, bool symmetrised,
                                  qfp_mode_parts *out)
{
    struct split {
        uint8_t spectator[2 * QFP_MAX_MODES], own[QFP_MAX_VARIABLES];
    } *split = NULL;
    qfpi_monomial_entry *entries = NULL;
    qfpi_monomial_matrix matrix = {0};
    qfp_polynomial alone;
    size_t count = 0;
    *out = (qfp_mode_parts){0};
    qfp_polynomial_init(&alone, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(split, form->count, "the terms of a mode"));
    QFP_TRY_GOTO(QFP_ALLOCATE(entries, form->count, "the terms of a mode"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->part, form->count, "the parts of a mode"));
    for (size_t t = 0; t < form->count; t++) {
        const qfp_term *term = &form->terms[t];
        separate(term, modes, mode, split[t].spectator, split[t].own);
        if (is_one(split[t].spectator, 2 * modes))
            QFP_TRY_GOTO(qfp_polynomial_add_term(&alone, term->coefficient, term->power));
        else
            entries[count++] =
                (qfpi_monomial_entry){split[t].spectator, split[t].own, creal(term->coefficient)};
    }
    if (alone.count > 0)
        QFP_TRY_GOTO(qfp_factorise(&alone, modes, symmetrised, &out->part[out->count++].factors));
    QFP_TRY_GOTO(qfpi_monomial_matrix_create(2 * modes, 4 * modes, count, entries, &matrix));
    while (qfpi_monomial_matrix_cross(&matrix))
        QFP_TRY_GOTO(append_cross(&matrix, modes, symmetrised, out));
    status = QFP_OK;
done:
    free(split);
    free(entries);
    qfpi_monomial_matrix_destroy(&matrix);
    qfp_polynomial_destroy(&alone);
    if (status != QFP_OK)
        qfpi_mode_parts_destroy(out);
    return status;
}

void qfpi_mode_parts_destroy(qfp_mode_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        free(parts->part[i].spectator.terms);
        qfp_factorisation_destroy(&parts->part[i].factors);
    }
    free(parts->part);
    *parts = (qfp_mode_parts){0};
}
