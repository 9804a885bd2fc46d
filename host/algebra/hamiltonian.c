#include "algebra/hamiltonian.h"

#include <math.h>
#include <string.h>

#include "algebra/ordered_product.h"

#define CANCELLED 1e-14 /* of the sum of sizes: what exact cancellation leaves of rounding */
#define MOST_WORK 3e6   /* words that all products of an expression make: half a second */

/* How a tree is evaluated: as operators in normal order, or as a commuting symbol; with its own
 * numbers, or with their sizes and every sign positive.  Reordering a a† = a†a + 1 has positive
 * signs only, so the second gives, power by power, the sum of the sizes of all that was added up.
 */
typedef struct evaluation {
    int modes;
    bool commuting, sizes;
    qfp_letter_pairs pairs;
    double *work; /* words made so far */
} evaluation;

static qfp_status multiply(const evaluation *e, const qfp_polynomial *a, const qfp_polynomial *b,
                           qfp_polynomial *out)
{
    *e->work += e->commuting ? (double)a->count * (double)b->count
                             : qfp_ordered_product_words(&e->pairs, a, b, 2.0 * MOST_WORK);
    if (*e->work > MOST_WORK)
        return QFP_FAIL(QFP_CONFIG,
                        "multiplied out, an expression makes more than %.0e words; write it with "
                        "lower powers",
                        MOST_WORK);
    return e->commuting ? qfp_polynomial_multiply(a, b, out)
                        : qfp_ordered_multiply(&e->pairs, a, b, out);
}

static qfp_status add_letters(const evaluation *e, int mode, double complex of_a,
                              double complex of_ad, qfp_polynomial *out)
{
    uint8_t a[QFP_MAX_VARIABLES] = {0}, ad[QFP_MAX_VARIABLES] = {0};
    a[mode] = 1;
    ad[e->modes + mode] = 1;
    if (e->sizes) {
        of_a = cabs(of_a);
        of_ad = cabs(of_ad);
    }
    if (of_a != 0.0)
        QFP_TRY(qfp_polynomial_add_term(out, of_a, a));
    if (of_ad != 0.0)
        QFP_TRY(qfp_polynomial_add_term(out, of_ad, ad));
    return QFP_OK;
}

/* out += conjugate of p: α^m α*^n ↔ α^n α*^m.  The adjoint of a normal-ordered word is one too. */
static qfp_status add_adjoint(const evaluation *e, const qfp_polynomial *p, qfp_polynomial *out)
{
    for (size_t t = 0; t < p->count; t++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        memcpy(power, p->terms[t].power + e->modes, (size_t)e->modes);
        memcpy(power + e->modes, p->terms[t].power, (size_t)e->modes);
        QFP_TRY(qfp_polynomial_add_term(out, conj(p->terms[t].coefficient), power));
    }
    return QFP_OK;
}

static qfp_status evaluate(const evaluation *e, const qfp_node *node, qfp_polynomial *out);

/* A long sum is a deep chain of left operands: walked in a loop, so that its length costs no
 * stack. */
static qfp_status evaluate_sum(const evaluation *e, const qfp_node *node, qfp_polynomial *out)
{
    qfp_polynomial term;
    qfp_polynomial_init(&term, 2 * e->modes);
    const double minus = e->sizes ? 1.0 : -1.0;
    qfp_status status = QFP_OK;
    for (bool last = false; !last && status == QFP_OK; node = node->left) {
        last = node->kind != QFP_NODE_ADD && node->kind != QFP_NODE_SUBTRACT;
        qfp_polynomial_destroy(&term);
        status = evaluate(e, last ? node : node->right, &term);
        if (status == QFP_OK)
            status =
                qfp_polynomial_add(out, node->kind == QFP_NODE_SUBTRACT ? minus : 1.0, &term, out);
    }
    qfp_polynomial_destroy(&term);
    return status;
}

static qfp_status evaluate_pair(const evaluation *e, const qfp_node *node, qfp_polynomial *out)
{
    qfp_polynomial left, right, swapped;
    qfp_polynomial_init(&left, 2 * e->modes);
    qfp_polynomial_init(&right, 2 * e->modes);
    qfp_polynomial_init(&swapped, 2 * e->modes);
    qfp_status status;
    QFP_TRY_GOTO(evaluate(e, node->left, &left));
    QFP_TRY_GOTO(evaluate(e, node->right, &right));
    QFP_TRY_GOTO(multiply(e, &left, &right, out));
    if (node->kind == QFP_NODE_COMMUTATOR) {
        QFP_TRY_GOTO(multiply(e, &right, &left, &swapped));
        status = qfp_polynomial_add(out, e->sizes ? 1.0 : -1.0, &swapped, out);
    }
done:
    qfp_polynomial_destroy(&left);
    qfp_polynomial_destroy(&right);
    qfp_polynomial_destroy(&swapped);
    return status;
}

static qfp_status evaluate_power(const evaluation *e, const qfp_node *node, qfp_polynomial *out)
{
    const uint8_t one[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial base;
    qfp_polynomial_init(&base, 2 * e->modes);
    qfp_status status = evaluate(e, node->left, &base);
    if (status == QFP_OK)
        status = qfp_polynomial_add_term(out, 1.0, one);
    for (int k = 0; k < node->exponent && status == QFP_OK; k++)
        status = multiply(e, out, &base, out);
    qfp_polynomial_destroy(&base);
    return status;
}

/* `out` is zero on entry. */
static qfp_status evaluate(const evaluation *e, const qfp_node *node, qfp_polynomial *out)
{
    const double r = sqrt(0.5);
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial inner;
    qfp_status status;
    switch (node->kind) {
    case QFP_NODE_NUMBER:
        return qfp_polynomial_add_term(out, e->sizes ? cabs(node->value) : node->value, power);
    case QFP_NODE_ANNIHILATE:
        return add_letters(e, node->mode, 1.0, 0.0, out);
    case QFP_NODE_CREATE:
        return add_letters(e, node->mode, 0.0, 1.0, out);
    case QFP_NODE_POSITION:
        return add_letters(e, node->mode, r, r, out);
    case QFP_NODE_MOMENTUM:
        return add_letters(e, node->mode, -I * r, I * r, out);
    case QFP_NODE_NUMBER_OP:
        power[node->mode] = power[e->modes + node->mode] = 1;
        return qfp_polynomial_add_term(out, 1.0, power);
    case QFP_NODE_ADD:
    case QFP_NODE_SUBTRACT:
        return evaluate_sum(e, node, out);
    case QFP_NODE_MULTIPLY:
    case QFP_NODE_COMMUTATOR:
        return evaluate_pair(e, node, out);
    case QFP_NODE_POWER:
        return evaluate_power(e, node, out);
    case QFP_NODE_NEGATE:
    case QFP_NODE_PLUS_ADJOINT:
        break;
    }
    qfp_polynomial_init(&inner, 2 * e->modes);
    status = evaluate(e, node->left, &inner);
    if (status == QFP_OK)
        status = qfp_polynomial_add(out, node->kind == QFP_NODE_NEGATE && !e->sizes ? -1.0 : 1.0,
                                    &inner, out);
    if (status == QFP_OK && node->kind == QFP_NODE_PLUS_ADJOINT)
        status = add_adjoint(e, &inner, out);
    qfp_polynomial_destroy(&inner);
    return status;
}

/* Terms of `p` that are rounding beside the sizes of what they were summed from, power by power: a
 * small term that was typed stays beside a large one. */
static void drop_cancelled(qfp_polynomial *p, const qfp_polynomial *sizes)
{
    size_t kept = 0;
    for (size_t t = 0; t < p->count; t++) {
        double size = creal(qfp_polynomial_coefficient(sizes, p->terms[t].power));
        if (cabs(p->terms[t].coefficient) > CANCELLED * size)
            p->terms[kept++] = p->terms[t];
    }
    p->count = kept;
}

static qfp_status check_finite(const qfp_polynomial *p)
{
    for (size_t t = 0; t < p->count; t++)
        if (!isfinite(creal(p->terms[t].coefficient)) || !isfinite(cimag(p->terms[t].coefficient)))
            return QFP_FAIL(QFP_CONFIG, "a coefficient of the normal-ordered expression is not "
                                        "finite: its factors are too large");
    return QFP_OK;
}

static qfp_status evaluate_tree(const qfp_node *expression, int modes, bool commuting,
                                qfp_polynomial *out)
{
    double work = 0.0;
    evaluation e = {
        .modes = modes, .commuting = commuting, .pairs = qfp_ladder_pairs(modes), .work = &work};
    qfp_polynomial result, sizes;
    qfp_polynomial_init(&result, 2 * modes);
    qfp_polynomial_init(&sizes, 2 * modes);
    qfp_status status;
    QFP_TRY_GOTO(evaluate(&e, expression, &result));
    e.sizes = true;
    QFP_TRY_GOTO(evaluate(&e, expression, &sizes));
    QFP_TRY_GOTO(check_finite(&sizes)); /* larger than the result */
    drop_cancelled(&result, &sizes);
done:
    qfp_polynomial_destroy(&sizes);
    if (status != QFP_OK) {
        qfp_polynomial_destroy(&result);
        return status;
    }
    *out = result;
    return QFP_OK;
}

qfp_status qfp_wick_from_operator(const qfp_node *expression, int modes, qfp_polynomial *out)
{
    return evaluate_tree(expression, modes, false, out);
}

qfp_status qfp_symbol_from_expression(const qfp_node *expression, int modes, qfp_polynomial *out)
{
    return evaluate_tree(expression, modes, true, out);
}

qfp_status qfp_symbol_exp_laplacian(const qfp_polynomial *symbol, double s, qfp_polynomial *out)
{
    int modes = symbol->variables / 2;
    qfp_polynomial result;
    qfp_polynomial_init(&result, symbol->variables);
    qfp_status status = qfp_polynomial_copy(symbol, &result);
    /* e^{sΔ} = Π_j e^{s ∂_j ∂̄_j}, one mode after the other:
     * e^{s∂∂̄} α^m α*^n = Σ_k s^k k! C(m,k) C(n,k) α^{m−k} α*^{n−k} */
    for (int j = 0; j < modes && status == QFP_OK; j++) {
        qfp_polynomial next;
        qfp_polynomial_init(&next, symbol->variables);
        for (size_t t = 0; t < result.count && status == QFP_OK; t++) {
            uint8_t power[QFP_MAX_VARIABLES];
            memcpy(power, result.terms[t].power, sizeof power);
            double complex coefficient = result.terms[t].coefficient;
            int m = power[j], n = power[modes + j];
            for (int k = 0; k <= m && k <= n && status == QFP_OK; k++) {
                power[j] = (uint8_t)(m - k);
                power[modes + j] = (uint8_t)(n - k);
                status = qfp_polynomial_add_term(&next, coefficient, power);
                coefficient *= s * (m - k) * (n - k) / (k + 1);
            }
        }
        qfp_polynomial_destroy(&result);
        result = next;
    }
    qfp_polynomial_clean(&result, 1e-14);
    return qfp_polynomial_end(status, &result, out);
}

double qfp_symbol_antihermitian_part(const qfp_polynomial *symbol)
{
    int modes = symbol->variables / 2;
    double largest = 0.0, norm = qfp_polynomial_norm(symbol);
    for (size_t t = 0; t < symbol->count; t++) {
        const qfp_term *term = &symbol->terms[t];
        uint8_t adjoint[QFP_MAX_VARIABLES] = {0};
        memcpy(adjoint, term->power + modes, (size_t)modes);
        memcpy(adjoint + modes, term->power, (size_t)modes);
        double complex partner = qfp_polynomial_coefficient(symbol, adjoint);
        largest = fmax(largest, cabs(term->coefficient - conj(partner)));
    }
    return norm > 0.0 ? largest / norm : 0.0;
}

qfp_status qfp_symbol_to_real(const qfp_polynomial *symbol, qfp_polynomial *out)
{
    int modes = symbol->variables / 2;
    qfp_polynomial sum, word, letter;
    qfp_polynomial_init(&sum, symbol->variables);
    qfp_polynomial_init(&word, symbol->variables);
    qfp_polynomial_init(&letter, symbol->variables);
    const uint8_t one[QFP_MAX_VARIABLES] = {0};
    qfp_status status = QFP_OK;
    for (size_t t = 0; t < symbol->count; t++) {
        qfp_polynomial_destroy(&word);
        QFP_TRY_GOTO(qfp_polynomial_add_term(&word, symbol->terms[t].coefficient, one));
        for (int v = 0; v < 2 * modes; v++) {
            uint8_t q[QFP_MAX_VARIABLES] = {0}, p[QFP_MAX_VARIABLES] = {0};
            q[v % modes] = 1;
            p[modes + v % modes] = 1;
            qfp_polynomial_destroy(&letter);
            QFP_TRY_GOTO(qfp_polynomial_add_term(&letter, sqrt(0.5), q));
            QFP_TRY_GOTO(qfp_polynomial_add_term(&letter, (v < modes ? I : -I) * sqrt(0.5), p));
            for (int k = 0; k < symbol->terms[t].power[v]; k++)
                QFP_TRY_GOTO(qfp_polynomial_multiply(&word, &letter, &word));
        }
        QFP_TRY_GOTO(qfp_polynomial_add(&sum, 1.0, &word, &sum));
    }
    qfp_polynomial_clean(&sum, 1e-14);
done:
    qfp_polynomial_destroy(&word);
    qfp_polynomial_destroy(&letter);
    return qfp_polynomial_end(status, &sum, out);
}
