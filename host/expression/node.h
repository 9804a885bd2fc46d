/* node.h - INTERNAL to expression: building syntax trees with scalars folded on the way. */
#ifndef QFPI_NODE_H
#define QFPI_NODE_H

#include "expression/expression.h"

/* Each takes ownership of its node arguments, also when it fails (then *out is untouched). */
qfp_status qfpi_node_leaf(qfp_node_kind kind, double complex value, int mode, qfp_node **out);
qfp_status qfpi_node_unary(qfp_node_kind kind, qfp_node *operand, qfp_node **out);
qfp_status qfpi_node_binary(qfp_node_kind kind, qfp_node *left, qfp_node *right, qfp_node **out);
qfp_status qfpi_node_power(qfp_node *base, int exponent, qfp_node **out);
/* `node` becomes its adjoint. */
void qfpi_node_adjoint(qfp_node *node);

#endif
