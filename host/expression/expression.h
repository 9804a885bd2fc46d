/* expression.h - the operator grammar: text to syntax tree, with line and column in every error.
 *
 * Grammar: `a ad n x p` (one mode) or `a[j] ...`; numbers, parameters, `I`, `2j` for 2*I, `pi`,
 * `sqrt cos sin exp` of scalars, `+ - * / ^ ( )`, products in operator order, `hc(A)` = A + A†,
 * A† or `A.dag()`, `**` for `^`, `sum(j, E)` over all modes, `sum(j, from, to, E)`, `comm(A, B)` = AB - BA.
 * The tree is neutral: host/algebra and host/reference each evaluate it with their own algebra, so
 * that one can judge the other.
 */
#ifndef QFPI_EXPRESSION_H
#define QFPI_EXPRESSION_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "qfp/limits.h"

#define QFP_MAX_HEIGHT 1000

/* Where a text came from, so that errors can name file, line and column. `line`/`column` are those
 * of the first character of the text inside the file (1-based; 0: not from a file). */
typedef struct qfp_place {
    const char *file; /* borrowed */
    const char *key;  /* borrowed, e.g. "hamiltonian.operator" */
    int line, column;
    bool may_vary; /* the time t and parameters that depend on it may stand there */
} qfp_place;

typedef struct qfp_parameter {
    char *name; /* owned by whoever owns the table */
    double complex value;
    bool varies;  /* it is the time t or depends on it: `value` is that of one moment */
    size_t *uses; /* NULL, or counts the places of expressions where it was met; owned likewise */
} qfp_parameter;

typedef enum qfp_node_kind {
    QFP_NODE_NUMBER,       /* value */
    QFP_NODE_ANNIHILATE,   /* a[mode], mode 0-based */
    QFP_NODE_CREATE,       /* ad[mode] */
    QFP_NODE_NUMBER_OP,    /* n[mode] = ad[mode] a[mode] */
    QFP_NODE_POSITION,     /* x[mode] = (a + ad)/sqrt 2 */
    QFP_NODE_MOMENTUM,     /* p[mode] = (a - ad)/(i sqrt 2) */
    QFP_NODE_ADD,          /* left + right */
    QFP_NODE_SUBTRACT,     /* left - right */
    QFP_NODE_MULTIPLY,     /* left right, in operator order */
    QFP_NODE_NEGATE,       /* -left */
    QFP_NODE_POWER,        /* left^exponent, exponent >= 0 */
    QFP_NODE_PLUS_ADJOINT, /* hc(left) = left + left† */
    QFP_NODE_COMMUTATOR    /* comm(left, right) */
} qfp_node_kind;

/* Scalars (parameters, I, pi, functions, division by a scalar, sum indices) are folded to
 * QFP_NODE_NUMBER while parsing, and sum() is expanded, so evaluators meet only the kinds above.
 * Division by a scalar becomes multiplication by its inverse.  x^0 is the number 1. */
typedef struct qfp_node {
    qfp_node_kind kind;
    double complex value;
    int mode;
    int exponent;
    int height; /* nodes on the longest way down; the left operands of a sum are walked in a loop
                 * and count as one.  At most QFP_MAX_HEIGHT: recursion over a tree needs bounded
                 * stack. */
    struct qfp_node *left, *right;
} qfp_node;

/* Parses `text` for `modes` modes.  Errors (QFP_CONFIG): syntax, unknown name (nearest suggested),
 * mode out of 1..modes, division by zero or by an operator, exponent that is not a non-negative
 * integer for an operator, non-finite scalar, a parameter that varies where it may not, nesting deeper than 200, a tree higher than
 * QFP_MAX_HEIGHT, expansion beyond 2e5 nodes, the index of a sum named like an operator or
 * function. Each names file, line, column and shows the offending token.  `text` may hold any
 * bytes. */
qfp_status qfp_expression_parse(const char *text, int modes, const qfp_parameter *parameters,
                                size_t parameter_count, const qfp_place *place,
                                qfp_node **out) QFP_MUST_USE;

/* A complex scalar such as "1.3+1.5*I"; an operator in it is an error. */
qfp_status qfp_expression_scalar(const char *text, const qfp_parameter *parameters,
                                 size_t parameter_count, const qfp_place *place,
                                 double complex *out) QFP_MUST_USE;

void qfp_node_destroy(qfp_node *node); /* accepts NULL */

/* The candidate that other programs call `word`, else the one nearest to it in edit distance; NULL when none is near enough to suggest. */
const char *qfp_nearest(const char *word, const char *const *candidates, size_t count);

#endif
