#include "algebra/generator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/ordered_product.h"

#define ROUNDING 1e-12 /* of the largest coefficient of L: what cancellation leaves behind */

/* Images of the letters of one algebra in another: a fixed set of small polynomials. */
typedef struct images {
    int count, variables;
    qfp_polynomial of[QFP_MAX_VARIABLES];
} images;

static void images_init(images *m, int count, int variables)
{
    m->count = count;
    m->variables = variables;
    for (int v = 0; v < count; v++)
        qfp_polynomial_init(&m->of[v], variables);
}

static void images_destroy(images *m)
{
    for (int v = 0; v < m->count; v++)
        qfp_polynomial_destroy(&m->of[v]);
}

/* image of `letter` += coefficient × variable */
static qfp_status image_add(images *m, int letter, double complex coefficient, int variable)
{
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    power[variable] = 1;
    return qfp_polynomial_add_term(&m->of[letter], coefficient, power);
}

/* a†^p a^q ρ → α*^p (α+∂̄)^q Q,   ρ a†^p a^q → α^q (α*+∂)^p Q */
qfp_status qfp_generator_side(const qfp_polynomial *wick, bool from_left, qfp_polynomial *out)
{
    int modes = wick->variables / 2;
    images m;
    images_init(&m, 2 * modes, 4 * modes);
    qfp_status status = QFP_OK;
    qfp_letter_pairs weyl = qfp_weyl_pairs(modes), source = {.count = modes};
    for (int j = 0; j < modes; j++) {
        int a = j, ad = modes + j, alpha = 2 * modes + j, alpha_c = 3 * modes + j;
        source.pair[j] = from_left ? (qfp_letter_pair){.left = ad, .right = a, .sign = -1}
                                   : (qfp_letter_pair){.left = a, .right = ad, .sign = 1};
        QFP_TRY_GOTO(image_add(&m, a, 1.0, alpha));
        QFP_TRY_GOTO(image_add(&m, ad, 1.0, alpha_c));
        if (from_left)
            QFP_TRY_GOTO(image_add(&m, a, 1.0, modes + j)); /* ∂̄_j */
        else
            QFP_TRY_GOTO(image_add(&m, ad, 1.0, j)); /* ∂_j */
    }
    status = qfp_ordered_substitute(&source, wick, m.of, &weyl, 4 * modes, out);
done:
    images_destroy(&m);
    return status;
}

static int derivative_order(const qfp_term *term, int modes)
{
    int order = 0;
    for (int v = 0; v < 2 * modes; v++)
        order += term->power[v];
    return order;
}

qfp_status qfp_generator_derive(const qfp_polynomial *wick, qfp_polynomial *out)
{
    int modes = wick->variables / 2;
    qfp_polynomial left, right;
    qfp_polynomial_init(&left, 4 * modes);
    qfp_polynomial_init(&right, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_generator_side(wick, true, &left));
    QFP_TRY_GOTO(qfp_generator_side(wick, false, &right));
    QFP_TRY_GOTO(qfp_polynomial_add(&left, -1.0, &right, out));
    qfp_polynomial_clean(out, ROUNDING);
done:
    qfp_polynomial_destroy(&left);
    qfp_polynomial_destroy(&right);
    return status;
}

qfp_status qfp_generator_of_theory(const qfp_polynomial *derived, const qfp_theory *theory,
                                   qfp_polynomial *out)
{
    int modes = derived->variables / 4;
    QFP_TRY(qfp_polynomial_copy(derived, out));
    for (size_t t = 0; t < out->count; t++) {
        int order = derivative_order(&out->terms[t], modes);
        out->terms[t].coefficient *= -I / theory->kappa * (order == 2 ? theory->C : 1.0);
    }
    qfp_generator_truncate(out, theory->order);
    return QFP_OK;
}

void qfp_generator_truncate(qfp_polynomial *generator, int order)
{
    size_t kept = 0;
    for (size_t t = 0; t < generator->count; t++) {
        const qfp_term *term = &generator->terms[t];
        bool dropped =
            order != QFP_ORDER_EXACT && derivative_order(term, generator->variables / 4) > order;
        if (!dropped && term->coefficient != 0.0)
            generator->terms[kept++] = *term;
    }
    generator->count = kept;
}

qfp_status qfp_generator_build(const qfp_polynomial *wick, const qfp_theory *theory,
                               qfp_polynomial *out)
{
    qfp_polynomial derived;
    qfp_polynomial_init(&derived, 2 * wick->variables);
    qfp_status status = qfp_generator_derive(wick, &derived);
    if (status == QFP_OK)
        status = qfp_generator_of_theory(&derived, theory, out);
    qfp_polynomial_destroy(&derived);
    return status;
}

qfp_status qfp_generator_gauge(const qfp_polynomial *generator, double c, qfp_polynomial *out)
{
    int modes = generator->variables / 4;
    images m;
    images_init(&m, 4 * modes, 4 * modes);
    qfp_letter_pairs weyl = qfp_weyl_pairs(modes);
    qfp_status status = QFP_OK;
    for (int v = 0; v < 4 * modes; v++)
        QFP_TRY_GOTO(image_add(&m, v, 1.0, v));
    for (int j = 0; j < modes && c != 0.0; j++) {
        QFP_TRY_GOTO(image_add(&m, 2 * modes + j, -c, modes + j)); /* α → α − c∂̄ */
        QFP_TRY_GOTO(image_add(&m, 3 * modes + j, -c, j));         /* α* → α* − c∂ */
    }
    QFP_TRY_GOTO(qfp_ordered_substitute(&weyl, generator, m.of, &weyl, 4 * modes, out));
    qfp_polynomial_clean(out, ROUNDING);
done:
    images_destroy(&m);
    return status;
}

qfp_status qfp_generator_behind(const qfp_polynomial *generator, int a, int b, qfp_polynomial *out)
{
    int half = generator->variables / 2;
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, half);
    qfp_status status = QFP_OK;
    for (size_t t = 0; t < generator->count && status == QFP_OK; t++) {
        const qfp_term *term = &generator->terms[t];
        bool fits = true;
        for (int v = 0; v < half; v++)
            fits = fits && term->power[v] == (v == a) + (v == b);
        if (fits)
            status = qfp_polynomial_add_term(&sum, term->coefficient, term->power + half);
    }
    return qfp_polynomial_end(status, &sum, out);
}

qfp_status qfp_generator_transpose(const qfp_polynomial *generator, qfp_polynomial *out)
{
    int modes = generator->variables / 4;
    size_t half = 2 * (size_t)modes;
    qfp_letter_pairs weyl = qfp_weyl_pairs(modes);
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, 4 * modes);
    qfp_status status = QFP_OK;
    for (size_t t = 0; t < generator->count && status == QFP_OK; t++) {
        const qfp_term *term = &generator->terms[t];
        uint8_t coordinates[QFP_MAX_VARIABLES] = {0}, derivatives[QFP_MAX_VARIABLES] = {0};
        memcpy(derivatives, term->power, half);
        memcpy(coordinates + half, term->power + half, half);
        double sign = derivative_order(term, modes) % 2 == 0 ? 1.0 : -1.0;
        qfp_polynomial left, right;
        qfp_polynomial_init(&left, 4 * modes);
        qfp_polynomial_init(&right, 4 * modes);
        status = qfp_polynomial_add_term(&left, sign * term->coefficient, coordinates);
        if (status == QFP_OK)
            status = qfp_polynomial_add_term(&right, 1.0, derivatives);
        if (status == QFP_OK)
            status = qfp_ordered_multiply(&weyl, &left, &right, &left);
        for (size_t w = 0; w < left.count && status == QFP_OK; w++)
            status = qfp_polynomial_append(&sum, left.terms[w].coefficient, left.terms[w].power);
        qfp_polynomial_destroy(&left);
        qfp_polynomial_destroy(&right);
    }
    if (status == QFP_OK)
        status = qfp_polynomial_collect(&sum);
    return qfp_polynomial_end(status, &sum, out);
}

double qfp_balanced_ordering(const qfp_theory *theory)
{
    return theory->order == 1 ? 0.0 : 0.5 * theory->C;
}

qfp_status qfp_generator_symmetric_part(const qfp_polynomial *generator, qfp_polynomial *out)
{
    double floor = ROUNDING * qfp_polynomial_norm(generator);
    qfp_polynomial transpose; /* `out` may be the generator itself */
    qfp_polynomial_init(&transpose, generator->variables);
    QFP_TRY(qfp_generator_transpose(generator, &transpose));
    qfp_status status = qfp_polynomial_add(generator, 1.0, &transpose, out);
    qfp_polynomial_destroy(&transpose);
    if (status != QFP_OK)
        return status;
    for (size_t t = 0; t < out->count; t++)
        out->terms[t].coefficient *= 0.5;
    qfp_polynomial_drop(out, floor);
    return QFP_OK;
}

qfp_status qfp_generator_to_real(const qfp_polynomial *generator, qfp_polynomial *out)
{
    int modes = generator->variables / 4;
    const double r = sqrt(0.5);
    double norm = qfp_polynomial_norm(generator);
    images m;
    images_init(&m, 4 * modes, 4 * modes);
    qfp_letter_pairs weyl = qfp_weyl_pairs(modes), real = qfp_phase_space_pairs(modes);
    qfp_status status = QFP_OK;
    for (int j = 0; j < modes; j++) {
        int q = j, d_p = modes + j, p = 2 * modes + j, d_q = 3 * modes + j;
        QFP_TRY_GOTO(image_add(&m, j, r, d_q)); /* ∂ = (∂_Q − i∂_P)/√2 */
        QFP_TRY_GOTO(image_add(&m, j, -I * r, d_p));
        QFP_TRY_GOTO(image_add(&m, modes + j, r, d_q)); /* ∂̄ */
        QFP_TRY_GOTO(image_add(&m, modes + j, I * r, d_p));
        QFP_TRY_GOTO(image_add(&m, 2 * modes + j, r, q)); /* α = (Q + iP)/√2 */
        QFP_TRY_GOTO(image_add(&m, 2 * modes + j, I * r, p));
        QFP_TRY_GOTO(image_add(&m, 3 * modes + j, r, q)); /* α* */
        QFP_TRY_GOTO(image_add(&m, 3 * modes + j, -I * r, p));
    }
    QFP_TRY_GOTO(qfp_ordered_substitute(&weyl, generator, m.of, &real, 4 * modes, out));
    qfp_polynomial_clean(out, ROUNDING);
    for (size_t t = 0; t < out->count; t++) {
        if (fabs(cimag(out->terms[t].coefficient)) > 1e-10 * norm) {
            status =
                QFP_FAIL(QFP_INTERNAL, "the generator of a Hermitian Hamiltonian must be real");
            goto done;
        }
        out->terms[t].coefficient = creal(out->terms[t].coefficient);
    }
done:
    images_destroy(&m);
    return status;
}

/* out += factor × (B A), in the form A left of B, for one term c A B. */
static qfp_status add_reversed(const qfp_term *term, int modes, double factor, qfp_polynomial *out)
{
    qfp_letter_pairs pairs = qfp_phase_space_pairs(modes);
    size_t half = 2 * (size_t)modes;
    uint8_t a[QFP_MAX_VARIABLES] = {0}, b[QFP_MAX_VARIABLES] = {0};
    memcpy(a, term->power, half);
    memcpy(b + half, term->power + half, half);
    qfp_polynomial left, right;
    qfp_polynomial_init(&left, 4 * modes);
    qfp_polynomial_init(&right, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_add_term(&left, factor * term->coefficient, b));
    QFP_TRY_GOTO(qfp_polynomial_add_term(&right, 1.0, a));
    QFP_TRY_GOTO(qfp_ordered_multiply(&pairs, &left, &right, &left));
    status = qfp_polynomial_add(out, 1.0, &left, out);
done:
    qfp_polynomial_destroy(&left);
    qfp_polynomial_destroy(&right);
    return status;
}

static bool has_odd_order(const qfp_term *term, int modes)
{
    int order = 0;
    for (int j = 0; j < modes; j++)
        order += term->power[modes + j] + term->power[3 * modes + j];
    return order % 2 == 1;
}

static qfp_status symmetrise(const qfp_polynomial *real_form, bool skew, qfp_polynomial *out)
{
    int modes = real_form->variables / 4;
    const char *sentence = skew ? "the generator is not skew under transposition"
                                : "a part of a generator is not symmetric under transposition";
    double norm = qfp_polynomial_norm(real_form);
    qfp_polynomial rest, result, next;
    qfp_polynomial_init(&rest, 4 * modes);
    qfp_polynomial_init(&result, 4 * modes);
    qfp_polynomial_init(&next, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_copy(real_form, &rest));
    /* With Lᵀ = Σ c (−1)^order B A and a skew L = ½(L − Lᵀ): a term of odd order is c ½(AB + BA), one of
     * even order c ½[A, B], whose words are shorter; they go round again until none is left.  With a
     * symmetric L = ½(L + Lᵀ) odd and even change places. */
    for (int round = 0; rest.count > 0; round++) {
        if (round > 2 * 255 * modes) {
            status = QFP_FAIL(QFP_UNBALANCED, "%s", sentence);
            goto done;
        }
        qfp_polynomial_destroy(&next);
        for (size_t t = 0; t < rest.count; t++) {
            qfp_term half = rest.terms[t];
            if (has_odd_order(&half, modes) == skew) {
                QFP_TRY_GOTO(qfp_polynomial_add_term(&result, half.coefficient, half.power));
                continue;
            }
            half.coefficient *= 0.5;
            QFP_TRY_GOTO(qfp_polynomial_add_term(&next, half.coefficient, half.power));
            QFP_TRY_GOTO(add_reversed(&half, modes, -1.0, &next));
        }
        qfp_polynomial_drop(&next, ROUNDING * norm);
        qfp_polynomial swap = rest;
        rest = next;
        next = swap;
    }
    qfp_polynomial_drop(&result, ROUNDING * norm);
    /* The loop ends for any input: a part of the other kind would have been lost on the way, so expand
     * the result again and compare. */
    qfp_polynomial_destroy(&next);
    for (size_t t = 0; t < result.count; t++) {
        qfp_term half = result.terms[t];
        half.coefficient *= 0.5;
        QFP_TRY_GOTO(qfp_polynomial_add_term(&next, half.coefficient, half.power));
        QFP_TRY_GOTO(add_reversed(&half, modes, 1.0, &next));
    }
    QFP_TRY_GOTO(qfp_polynomial_add(real_form, -1.0, &next, &next));
    if (qfp_polynomial_norm(&next) > 1e-10 * norm) {
        status = QFP_FAIL(QFP_UNBALANCED, "%s", sentence);
        goto done;
    }
    qfp_polynomial_destroy(out);
    *out = result;
    qfp_polynomial_init(&result, 4 * modes);
done:
    qfp_polynomial_destroy(&rest);
    qfp_polynomial_destroy(&result);
    qfp_polynomial_destroy(&next);
    return status;
}

qfp_status qfp_generator_to_symmetrised(const qfp_polynomial *real_form, qfp_polynomial *out)
{
    return symmetrise(real_form, true, out);
}

qfp_status qfp_generator_to_symmetrised_even(const qfp_polynomial *real_form, qfp_polynomial *out)
{
    return symmetrise(real_form, false, out);
}
