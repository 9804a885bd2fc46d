#include "expression/node.h"

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
    }
    *out = node;
    return QFP_OK;
}

void qfpi_node_adjoint(qfp_node *node)
{
    while (node != NULL && node->kind != QFP_NODE_PLUS_ADJOINT) { /* A + A† is its own */
        node->value = conj(node->value);
        if (node->kind == QFP_NODE_ANNIHILATE)
            node->kind = QFP_NODE_CREATE;
        else if (node->kind == QFP_NODE_CREATE)
            node->kind = QFP_NODE_ANNIHILATE;
        if (node->kind == QFP_NODE_MULTIPLY || node->kind == QFP_NODE_COMMUTATOR) {
            qfp_node *first = node->left; /* (AB)† = B†A†, [A, B]† = [B†, A†] */
            node->left = node->right;
            node->right = first;
        }
        if (node->right != NULL)
            qfpi_node_adjoint(node->right);
        node = node->left; /* a long sum is a deep chain of those */
    }
}
