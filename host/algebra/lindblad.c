#include "algebra/lindblad.h"

#include <stdlib.h>
#include <string.h>

#include "algebra/ordered_product.h"

#define ROUNDING 1e-14 /* of the largest coefficient: what cancels between the terms of D[c] */

void qfp_lindblad_init(qfp_lindblad *l, int modes)
{
    *l = (qfp_lindblad){0};
    qfp_polynomial_init(&l->wick, 2 * modes);
}

void qfp_lindblad_destroy(qfp_lindblad *l)
{
    for (size_t k = 0; k < l->channel_count; k++)
        qfp_polynomial_destroy(&l->channels[k].wick);
    free(l->channels);
    qfp_polynomial_destroy(&l->wick);
    l->channels = NULL;
    l->channel_count = 0;
}

qfp_status qfp_lindblad_add(qfp_lindblad *l, double rate, const qfp_polynomial *wick)
{
    qfp_channel *grown = realloc(l->channels, (l->channel_count + 1) * sizeof *grown);
    if (grown == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the channels of a master equation");
    l->channels = grown;
    qfp_channel *channel = &grown[l->channel_count];
    channel->rate = rate;
    qfp_polynomial_init(&channel->wick, wick->variables);
    l->channel_count++;
    return qfp_polynomial_copy(wick, &channel->wick);
}

qfp_status qfp_symbol_adjoint(const qfp_polynomial *wick, qfp_polynomial *out)
{
    size_t modes = (size_t)wick->variables / 2;
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, wick->variables);
    qfp_status status = QFP_OK;
    for (size_t t = 0; t < wick->count && status == QFP_OK; t++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        memcpy(power, wick->terms[t].power + modes, modes);
        memcpy(power + modes, wick->terms[t].power, modes);
        status = qfp_polynomial_append(&sum, conj(wick->terms[t].coefficient), power);
    }
    if (status == QFP_OK)
        status = qfp_polynomial_collect(&sum);
    return qfp_polynomial_end(status, &sum, out);
}

qfp_status qfp_symbol_square(const qfp_polynomial *wick, qfp_polynomial *out)
{
    qfp_letter_pairs ladder = qfp_ladder_pairs(wick->variables / 2);
    qfp_polynomial adjoint;
    qfp_polynomial_init(&adjoint, wick->variables);
    qfp_status status = qfp_symbol_adjoint(wick, &adjoint);
    if (status == QFP_OK)
        status = qfp_ordered_multiply(&ladder, &adjoint, wick, out);
    qfp_polynomial_destroy(&adjoint);
    return status;
}

/* ρ → c ρ c†: the two sides commute. */
static qfp_status jump(const qfp_polynomial *c, const qfp_polynomial *adjoint, qfp_polynomial *out)
{
    int modes = c->variables / 2;
    qfp_letter_pairs weyl = qfp_weyl_pairs(modes);
    qfp_polynomial left, right;
    qfp_polynomial_init(&left, 4 * modes);
    qfp_polynomial_init(&right, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_side(c, true, &left));
    QFP_TRY_GOTO(qfp_generator_side(adjoint, false, &right));
    status = qfp_ordered_multiply(&weyl, &left, &right, out);
done:
    qfp_polynomial_destroy(&left);
    qfp_polynomial_destroy(&right);
    return status;
}

qfp_status qfp_generator_dissipator(const qfp_polynomial *wick, qfp_polynomial *out)
{
    int modes = wick->variables / 2;
    qfp_polynomial adjoint, number, side;
    qfp_polynomial_init(&adjoint, 2 * modes);
    qfp_polynomial_init(&number, 2 * modes);
    qfp_polynomial_init(&side, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_adjoint(wick, &adjoint));
    QFP_TRY_GOTO(qfp_symbol_square(wick, &number));
    QFP_TRY_GOTO(jump(wick, &adjoint, out));
    QFP_TRY_GOTO(qfp_generator_side(&number, true, &side));
    QFP_TRY_GOTO(qfp_polynomial_add(out, -0.5, &side, out));
    QFP_TRY_GOTO(qfp_generator_side(&number, false, &side));
    QFP_TRY_GOTO(qfp_polynomial_add(out, -0.5, &side, out));
    qfp_polynomial_clean(out, ROUNDING);
done:
    qfp_polynomial_destroy(&adjoint);
    qfp_polynomial_destroy(&number);
    qfp_polynomial_destroy(&side);
    return status;
}

qfp_status qfp_lindblad_dissipation(const qfp_lindblad *l, qfp_polynomial *out)
{
    qfp_polynomial sum, dissipator;
    qfp_polynomial_init(&sum, 2 * l->wick.variables);
    qfp_polynomial_init(&dissipator, 2 * l->wick.variables);
    qfp_status status = QFP_OK;
    for (size_t k = 0; k < l->channel_count && status == QFP_OK; k++) {
        status = qfp_generator_dissipator(&l->channels[k].wick, &dissipator);
        if (status == QFP_OK)
            status = qfp_polynomial_add(&sum, l->channels[k].rate, &dissipator, &sum);
    }
    qfp_polynomial_destroy(&dissipator);
    return qfp_polynomial_end(status, &sum, out);
}

qfp_status qfp_lindblad_generator(const qfp_lindblad *l, const qfp_theory *theory,
                                  qfp_polynomial *out)
{
    qfp_polynomial dissipation;
    qfp_polynomial_init(&dissipation, 2 * l->wick.variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_build(&l->wick, theory, out));
    QFP_TRY_GOTO(qfp_lindblad_dissipation(l, &dissipation));
    qfp_generator_truncate(&dissipation, theory->order);
    status = qfp_polynomial_add(out, 1.0, &dissipation, out);
done:
    qfp_polynomial_destroy(&dissipation);
    return status;
}
