/* parser.h - INTERNAL to expression: what the two halves of the recursive descent share, the
 * operators and brackets (parser.c) and everything that begins with a name (parser_names.c). */
#ifndef QFPI_PARSER_H
#define QFPI_PARSER_H

#include <stdbool.h>

#include "expression/lexer.h"
#include "expression/node.h"

enum { QFPI_MOST_NODES = 200000, QFPI_MOST_BINDINGS = 8 };

typedef struct parser {
    const char *text;
    const qfp_place *place;
    int modes;
    bool scalars_only;
    const qfp_parameter *parameters;
    size_t parameter_count;
    struct {
        const char *name;
        size_t length;
        int value;
    } binding[QFPI_MOST_BINDINGS]; /* indices of the sums around */
    int binding_count;
    token now;
    int depth;
    size_t nodes;
} parser;

/* QFP_CONFIG with place and sentence; `at` points into the text. */
#define FAIL_AT(p, at, ...) qfpi_expression_error((p)->text, (at), (p)->place, __VA_ARGS__)

static inline qfp_status qfpi_next(parser *p)
{
    return qfpi_token_read(p->text, p->now.start + p->now.length, p->place, &p->now);
}

static inline bool qfpi_at_sign(const parser *p, char sign)
{
    return p->now.kind == TOKEN_SIGN && p->now.sign == sign;
}

/* An index of a sum or a parameter of that one letter. */
bool qfpi_is_defined(const parser *p, char letter);

/* Steps over the closing `sign`, or names the bracket that is still open. */
qfp_status qfpi_expect(parser *p, char sign, const char *opened_by, const char *opened_at);

/* Counts nodes, so that nested sums cannot expand without bound. */
qfp_status qfpi_leaf(parser *p, const char *at, qfp_node_kind kind, double complex value, int mode,
                     qfp_node **out);

/* What every node just built must satisfy: finite, not too high.  Destroys it when it does not. */
qfp_status qfpi_check(parser *p, const char *at, qfp_node **node);

/* The node must be a real integer: an index, a bound of a sum, an exponent. */
qfp_status qfpi_as_integer(parser *p, const char *at, const qfp_node *node, const char *what,
                           int *out);

/* Negation leaves -4 - 0i on the wrong side of the cut of sqrt and of powers. */
double complex qfpi_without_negative_zero(double complex z);

qfp_status qfpi_parse_sum(parser *p, qfp_node **out);  /* sum, in the grammar of parser.c */
qfp_status qfpi_parse_name(parser *p, qfp_node **out); /* an atom whose first token is a name */

#endif
