#include "algebra/squares.h"

#include <math.h>
#include <stdlib.h>

#include "algebra/ordered_product.h"

#define ROUNDING 1e-13 /* of the largest coefficient: what cancels between sides of a product */

static bool is_constant(const qfp_term *term, int variables)
{
    for (int v = 0; v < variables; v++)
        if (term->power[v] != 0)
            return false;
    return true;
}

qfp_status qfp_channel_parts(const qfp_polynomial *wick, qfp_polynomial *x, qfp_polynomial *y)
{
    qfp_polynomial turned, adjoint, zero;
    double largest = 0.0;
    double complex phase = 1.0;
    qfp_polynomial_init(&turned, wick->variables);
    qfp_polynomial_init(&adjoint, wick->variables);
    qfp_polynomial_init(&zero, wick->variables);
    for (size_t t = 0; t < wick->count; t++) {
        double complex value = wick->terms[t].coefficient;
        /* by a margin, so that rounding does not choose between equals */
        if (is_constant(&wick->terms[t], wick->variables) || cabs(value) <= 1.001 * largest)
            continue;
        largest = cabs(value);
        phase = conj(value) / largest;
    }
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_add(&zero, phase, wick, &turned));
    QFP_TRY_GOTO(qfp_symbol_adjoint(&turned, &adjoint));
    QFP_TRY_GOTO(qfp_polynomial_add(&zero, 0.5, &turned, x));
    QFP_TRY_GOTO(qfp_polynomial_add(x, 0.5, &adjoint, x));
    QFP_TRY_GOTO(qfp_polynomial_add(&zero, -0.5 * I, &turned, y));
    QFP_TRY_GOTO(qfp_polynomial_add(y, 0.5 * I, &adjoint, y));
    double floor = ROUNDING * qfp_polynomial_norm(wick);
    qfp_polynomial_drop(x, floor);
    qfp_polynomial_drop(y, floor);
done:
    qfp_polynomial_destroy(&turned);
    qfp_polynomial_destroy(&adjoint);
    qfp_polynomial_destroy(&zero);
    return status;
}

/* b = ratio × a */
static bool are_proportional(const qfp_polynomial *a, const qfp_polynomial *b, double *ratio)
{
    double largest = 0.0;
    *ratio = 0.0;
    if (a->count != b->count)
        return false;
    for (size_t t = 0; t < a->count; t++) {
        for (int v = 0; v < a->variables; v++)
            if (a->terms[t].power[v] != b->terms[t].power[v])
                return false;
        if (cabs(a->terms[t].coefficient) <= largest)
            continue;
        largest = cabs(a->terms[t].coefficient);
        *ratio = creal(b->terms[t].coefficient / a->terms[t].coefficient);
    }
    for (size_t t = 0; t < a->count; t++)
        if (cabs(b->terms[t].coefficient - *ratio * a->terms[t].coefficient) >
            ROUNDING * fabs(*ratio) * largest)
            return false;
    return true;
}

/* Adds weight × K_X², X Hermitian. */
static qfp_status add_square(double weight, const qfp_polynomial *x, qfp_squares *out)
{
    const qfp_theory own = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = 1.0};
    double ratio;
    qfp_polynomial map;
    qfp_polynomial_init(&map, 2 * x->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_build(x, &own, &map));
    QFP_TRY_GOTO(qfp_generator_gauge(&map, 0.5, &map));
    if (map.count == 0 || weight == 0.0)
        goto done;
    for (size_t i = 0; i < out->count; i++)
        if (are_proportional(&out->square[i].map, &map, &ratio)) {
            out->square[i].weight += weight * ratio * ratio;
            goto done;
        }
    qfp_square *grown = realloc(out->square, (out->count + 1) * sizeof *grown);
    if (grown == NULL) {
        status = QFP_FAIL(QFP_MEMORY, "out of memory for the squares of a master equation");
        goto done;
    }
    out->square = grown;
    out->square[out->count++] = (qfp_square){weight, map};
    return QFP_OK;
done:
    qfp_polynomial_destroy(&map);
    return status;
}

/* out += factor × (ρ → Aρ) or (ρ → ρA) at c = ½, of the Wick symbol of A */
static qfp_status add_side(double factor, const qfp_polynomial *wick, bool from_left,
                           qfp_polynomial *out)
{
    qfp_polynomial side;
    qfp_polynomial_init(&side, 2 * wick->variables);
    qfp_status status = qfp_generator_side(wick, from_left, &side);
    if (status == QFP_OK)
        status = qfp_generator_gauge(&side, 0.5, &side);
    if (status == QFP_OK)
        status = qfp_polynomial_add(out, factor, &side, out);
    qfp_polynomial_destroy(&side);
    return status;
}

/* out += factor × (ρ → aρb) at c = ½; *largest: of the coefficients met */
static qfp_status add_both(double factor, const qfp_polynomial *a, const qfp_polynomial *b,
                           double *largest, qfp_polynomial *out)
{
    qfp_letter_pairs weyl = qfp_weyl_pairs(a->variables / 2);
    qfp_polynomial left, right;
    qfp_polynomial_init(&left, 2 * a->variables);
    qfp_polynomial_init(&right, 2 * a->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_side(a, true, &left));
    QFP_TRY_GOTO(qfp_generator_side(b, false, &right));
    QFP_TRY_GOTO(qfp_ordered_multiply(&weyl, &left, &right, &left));
    QFP_TRY_GOTO(qfp_generator_gauge(&left, 0.5, &left));
    *largest = fmax(*largest, fabs(factor) * qfp_polynomial_norm(&left));
    status = qfp_polynomial_add(out, factor, &left, out);
done:
    qfp_polynomial_destroy(&left);
    qfp_polynomial_destroy(&right);
    return status;
}

qfp_status qfp_channel_commutator(const qfp_polynomial *wick, qfp_polynomial *out)
{
    qfp_letter_pairs ladder = qfp_ladder_pairs(wick->variables / 2);
    qfp_polynomial adjoint, other;
    qfp_polynomial_init(&adjoint, wick->variables);
    qfp_polynomial_init(&other, wick->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_adjoint(wick, &adjoint));
    QFP_TRY_GOTO(qfp_ordered_multiply(&ladder, wick, &adjoint, out));
    QFP_TRY_GOTO(qfp_ordered_multiply(&ladder, &adjoint, wick, &other));
    double floor = ROUNDING * qfp_polynomial_norm(&other);
    QFP_TRY_GOTO(qfp_polynomial_add(out, -1.0, &other, out));
    qfp_polynomial_drop(out, floor);
done:
    qfp_polynomial_destroy(&adjoint);
    qfp_polynomial_destroy(&other);
    return status;
}

static qfp_status add_channel(const qfp_channel *channel, double *largest, qfp_squares *out)
{
    const qfp_polynomial *wick = &channel->wick;
    double half = 0.5 * channel->rate;
    qfp_polynomial x, y, adjoint, commutator;
    qfp_polynomial *all[] = {&x, &y, &adjoint, &commutator};
    for (int i = 0; i < 4; i++)
        qfp_polynomial_init(all[i], wick->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_channel_parts(wick, &x, &y));
    QFP_TRY_GOTO(add_square(half, &x, out));
    QFP_TRY_GOTO(add_square(half, &y, out));
    QFP_TRY_GOTO(qfp_symbol_adjoint(wick, &adjoint));
    QFP_TRY_GOTO(add_both(half, wick, &adjoint, largest, &out->skew));
    QFP_TRY_GOTO(add_both(-half, &adjoint, wick, largest, &out->skew));
    QFP_TRY_GOTO(qfp_channel_commutator(wick, &commutator));
    QFP_TRY_GOTO(add_side(0.5 * half, &commutator, true, &out->symmetric));
    status = add_side(0.5 * half, &commutator, false, &out->symmetric);
done:
    for (int i = 0; i < 4; i++)
        qfp_polynomial_destroy(all[i]);
    return status;
}

qfp_status qfp_squares_create(const qfp_lindblad *lindblad, const qfp_theory *theory,
                              qfp_squares *out)
{
    *out = (qfp_squares){0};
    qfp_polynomial_init(&out->skew, 2 * lindblad->wick.variables);
    qfp_polynomial_init(&out->symmetric, 2 * lindblad->wick.variables);
    QFP_TRY(qfp_generator_build(&lindblad->wick, theory, &out->skew));
    QFP_TRY(qfp_generator_gauge(&out->skew, 0.5, &out->skew));
    double largest = qfp_polynomial_norm(&out->skew);
    for (size_t k = 0; k < lindblad->channel_count; k++)
        QFP_TRY(add_channel(&lindblad->channels[k], &largest, out));
    qfp_polynomial_drop(&out->skew, ROUNDING * largest);
    qfp_polynomial_drop(&out->symmetric, ROUNDING * largest);
    return QFP_OK;
}

void qfp_squares_destroy(qfp_squares *s)
{
    for (size_t i = 0; i < s->count; i++)
        qfp_polynomial_destroy(&s->square[i].map);
    free(s->square);
    qfp_polynomial_destroy(&s->skew);
    qfp_polynomial_destroy(&s->symmetric);
    *s = (qfp_squares){0};
}
