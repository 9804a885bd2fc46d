#include "expression/node.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static bool is_sum(const qfp_node *node)
{
    return node->kind == QFP_NODE_ADD || node->kind == QFP_NODE_SUBTRACT;
}

void qfp_node_destroy(qfp_node *node)
{
    /* A long sum is a deep chain of left operands: that side in a loop, not on the stack. */
    while (node != NULL) {
        qfp_node *left = node->left;
        qfp_node_destroy(node->right);
        free(node);
        node = left;
    }
}

#define COPY 0.05       /* of a term into a sum, beside a product of two */
enum { MANY = 100000 }; /* letters: more than any limit, and twice it is an int */

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* C(n, k), in doubles: a bound may be large. */
static double choose(int n, int k)
{
    double value = 1.0;
    for (int i = 1; i <= k; i++)
        value *= (double)(n - k + i) / i;
    return value;
}

static qfp_expansion expansion_of_letter(qfp_node_kind kind, int mode)
{
    qfp_expansion e = {.terms = 1.0};
    bool two_terms = kind == QFP_NODE_POSITION || kind == QFP_NODE_MOMENTUM;
    if (kind == QFP_NODE_NUMBER)
        return e;
    e.degree = e.letters[mode] = kind == QFP_NODE_NUMBER_OP ? 2 : 1;
    e.terms = two_terms ? 2.0 : 1.0;
    return e;
}

/* There are no more monomials than these powers allow. */
static void bound_terms(qfp_expansion *e)
{
    double separate = 1.0;
    int letters = 0;
    for (int j = 0; j < QFP_MAX_MODES; j++) {
        e->letters[j] = smaller(e->letters[j], e->degree);
        separate *= choose(e->letters[j] + 2, 2);
        letters += e->letters[j] > 0 ? 2 : 0;
    }
    double together = choose(letters + e->degree, letters);
    e->terms = fmin(e->terms, fmin(separate, together));
}

static qfp_expansion expansion_of_sum(const qfp_expansion *a, const qfp_expansion *b)
{
    qfp_expansion e = {.degree = a->degree > b->degree ? a->degree : b->degree,
                       .terms = a->terms + b->terms,
                       .products = a->products + b->products};
    e.products += COPY * (a->terms + b->terms);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        e.letters[j] = a->letters[j] > b->letters[j] ? a->letters[j] : b->letters[j];
    bound_terms(&e);
    return e;
}

/* A commutator has two letters less: the words of highest degree cancel. */
static qfp_expansion expansion_of_product(const qfp_expansion *a, const qfp_expansion *b,
                                          bool commutator)
{
    qfp_expansion e = {.degree = smaller(a->degree + b->degree, MANY),
                       .terms = a->terms * b->terms,
                       .products = a->products + b->products};
    double contractions = 1.0; /* Π (1 + k_j) ≤ 2^Σk_j */
    for (int j = 0; j < QFP_MAX_MODES; j++) {
        e.letters[j] = smaller(a->letters[j] + b->letters[j], MANY);
        contractions *= 1.0 + smaller(a->letters[j], b->letters[j]);
    }
    contractions = fmin(contractions, exp2(smaller(a->degree, b->degree)));
    e.products += (commutator ? 2.0 : 1.0) * a->terms * b->terms * contractions;
    e.terms *= contractions;
    if (commutator) {
        e.degree = e.degree > 2 ? e.degree - 2 : 0;
        e.terms *= 2.0;
    }
    bound_terms(&e);
    return e;
}

static qfp_expansion expansion_of_power(const qfp_expansion *base, int exponent)
{
    qfp_expansion e = *base, before;
    for (int k = 1; k < exponent; k++) {
        before = e;
        e = expansion_of_product(&before, base, false);
        e.products -= base->products; /* which is expanded once */
    }
    return e;
}

static qfp_expansion expansion_of(const qfp_node *node)
{
    static const qfp_expansion nothing = {0};
    const qfp_expansion *left = node->left != NULL ? &node->left->expansion : &nothing;
    const qfp_expansion *right = node->right != NULL ? &node->right->expansion : &nothing;
    switch (node->kind) {
    case QFP_NODE_ADD:
    case QFP_NODE_SUBTRACT:
        return expansion_of_sum(left, right);
    case QFP_NODE_PLUS_ADJOINT:
        return expansion_of_sum(left, left);
    case QFP_NODE_MULTIPLY:
    case QFP_NODE_COMMUTATOR:
        return expansion_of_product(left, right, node->kind == QFP_NODE_COMMUTATOR);
    case QFP_NODE_POWER:
        return expansion_of_power(left, node->exponent);
    case QFP_NODE_NEGATE:
        return *left;
    default:
        return expansion_of_letter(node->kind, node->mode);
    }
}

/* Where `node` is the left operand of another sum it adds nothing to the height. */
static int height_above(const qfp_node *left, const qfp_node *right, bool sum)
{
    int of_left = left->height + (sum && is_sum(left) ? 0 : 1);
    int of_right = right != NULL ? right->height + 1 : 0;
    return of_left > of_right ? of_left : of_right;
}

qfp_status qfpi_node_leaf(qfp_node_kind kind, double complex value, int mode, qfp_node **out)
{
    qfp_node *node = NULL;
    QFP_TRY(QFP_ALLOCATE(node, 1, "an expression"));
    node->kind = kind;
    node->value = value;
    node->mode = mode;
    node->expansion = expansion_of(node);
    *out = node;
    return QFP_OK;
}

static bool is_scalar(const qfp_node *node)
{
    return node->kind == QFP_NODE_NUMBER;
}

qfp_status qfpi_node_unary(qfp_node_kind kind, qfp_node *operand, qfp_node **out)
{
    if (is_scalar(operand)) {
        operand->value =
            kind == QFP_NODE_NEGATE ? -operand->value : operand->value + conj(operand->value);
        *out = operand;
        return QFP_OK;
    }
    qfp_node *node = NULL;
    qfp_status status = qfpi_node_leaf(kind, 0.0, 0, &node);
    if (status != QFP_OK) {
        qfp_node_destroy(operand);
        return status;
    }
    node->left = operand;
    node->height = height_above(operand, NULL, false);
    node->expansion = expansion_of(node);
    *out = node;
    return QFP_OK;
}

qfp_status qfpi_node_binary(qfp_node_kind kind, qfp_node *left, qfp_node *right, qfp_node **out)
{
    if (is_scalar(left) && is_scalar(right)) {
        double complex a = left->value, b = right->value;
        left->value = kind == QFP_NODE_ADD        ? a + b
                      : kind == QFP_NODE_SUBTRACT ? a - b
                      : kind == QFP_NODE_MULTIPLY ? a * b
                                                  : 0.0; /* commutator of scalars */
        qfp_node_destroy(right);
        *out = left;
        return QFP_OK;
    }
    qfp_node *node = NULL;
    qfp_status status = qfpi_node_leaf(kind, 0.0, 0, &node);
    if (status != QFP_OK) {
        qfp_node_destroy(left);
        qfp_node_destroy(right);
        return status;
    }
    node->left = left;
    node->right = right;
    node->height = height_above(left, right, is_sum(node));
    node->expansion = expansion_of(node);
    *out = node;
    return QFP_OK;
}

qfp_status qfpi_node_power(qfp_node *base, int exponent, qfp_node **out)
{
    qfp_status status = QFP_OK;
    if (exponent == 0) {
        qfp_node_destroy(base);
        return qfpi_node_leaf(QFP_NODE_NUMBER, 1.0, 0, out);
    }
    qfp_node *node = base;
    if (exponent > 1) {
        status = qfpi_node_leaf(QFP_NODE_POWER, 0.0, 0, &node);
        if (status != QFP_OK) {
            qfp_node_destroy(base);
            return status;
        }
        node->exponent = exponent;
        node->left = base;
        node->height = height_above(base, NULL, false);
        node->expansion = expansion_of(node);
    }
    *out = node;
    return QFP_OK;
}
