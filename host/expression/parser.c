/* parser.c - recursive descent over
 *
 *     sum      = term { (+|-) term }
 *     term     = unary { (*|/) unary }
 *     unary    = (+|-) unary | power
 *     power    = atom [ ^ unary ]                      (right associative, scalars only as
 * exponents) atom     = number | name [ '[' sum ']' ] | name '(' … ')' | '(' sum ')'
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "expression/lexer.h"
#include "expression/node.h"

enum {
    DEEPEST = 200,
    MOST_NODES = 1000000,
    LARGEST_EXPONENT = 64,
    LARGEST_INTEGER = 1000000000,
    BINDINGS = 8
};

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
    } binding[BINDINGS]; /* indices of the sums around */
    int binding_count;
    token now;
    int depth;
    size_t nodes;
} parser;

#define FAIL_AT(p, at, ...) qfpi_expression_error((p)->text, (at), (p)->place, __VA_ARGS__)

static qfp_status parse_sum(parser *p, qfp_node **out);
static qfp_status parse_unary(parser *p, qfp_node **out);

static qfp_status next(parser *p)
{
    return qfpi_token_read(p->text, p->now.start + p->now.length, p->place, &p->now);
}

static bool at_sign(const parser *p, char sign)
{
    return p->now.kind == TOKEN_SIGN && *p->now.start == sign;
}

static qfp_status expect(parser *p, char sign, const char *opened_by, const char *opened_at)
{
    char found[64], of_line[32] = "";
    int line, column, line_here, column_here;
    if (at_sign(p, sign))
        return next(p);
    qfpi_expression_locate(p->text, opened_at, p->place, &line, &column);
    qfpi_expression_locate(p->text, p->now.start, p->place, &line_here, &column_here);
    if (line != line_here)
        snprintf(of_line, sizeof of_line, " of line %d", line);
    return FAIL_AT(p, p->now.start, "expected '%c' to close '%s' opened at column %d%s, found %s",
                   sign, opened_by, column, of_line, qfpi_token_text(&p->now, found, sizeof found));
}

static bool name_is(const token *t, const char *name)
{
    return t->length == strlen(name) && memcmp(t->start, name, t->length) == 0;
}

/* Counts nodes, so that nested sums cannot expand without bound. */
static qfp_status leaf(parser *p, const char *at, qfp_node_kind kind, double complex value,
                       int mode, qfp_node **out)
{
    if (++p->nodes > MOST_NODES)
        return FAIL_AT(p, at, "the expression expands to more than %d terms", MOST_NODES);
    if (!isfinite(creal(value)) || !isfinite(cimag(value)))
        return FAIL_AT(p, at, "the value is not finite");
    return qfpi_node_leaf(kind, value, mode, out);
}

/* What every node just built must satisfy; destroys it when it does not. */
static qfp_status check(parser *p, const char *at, qfp_node **node)
{
    if ((*node)->height > QFP_MAX_HEIGHT) {
        qfp_node_destroy(*node);
        *node = NULL;
        return FAIL_AT(p, at, "products and brackets inside each other, more than %d in all",
                       QFP_MAX_HEIGHT);
    }
    if ((*node)->kind == QFP_NODE_NUMBER &&
        (!isfinite(creal((*node)->value)) || !isfinite(cimag((*node)->value)))) {
        qfp_node_destroy(*node);
        *node = NULL;
        return FAIL_AT(p, at, "the value is not finite");
    }
    return QFP_OK;
}

/* An expression that must be a real integer: an index, a bound of a sum, an exponent. */
static qfp_status as_integer(parser *p, const char *at, const qfp_node *node, const char *what,
                             int *out)
{
    if (node->kind != QFP_NODE_NUMBER)
        return FAIL_AT(p, at, "%s must be an integer, not an operator", what);
    double value = creal(node->value);
    if (cimag(node->value) != 0.0)
        return FAIL_AT(p, at, "%s must be an integer, not %g%+gi", what, value, cimag(node->value));
    if (value != floor(value))
        return FAIL_AT(p, at, "%s must be an integer, not %g", what, value);
    if (fabs(value) > LARGEST_INTEGER)
        return FAIL_AT(p, at, "%s must lie within ±%d, not %g", what, LARGEST_INTEGER, value);
    *out = (int)value;
    return QFP_OK;
}

static qfp_status parse_integer(parser *p, const char *what, int *out)
{
    qfp_node *node = NULL;
    const char *at = p->now.start;
    QFP_TRY(parse_sum(p, &node));
    qfp_status status = as_integer(p, at, node, what, out);
    qfp_node_destroy(node);
    return status;
}

static const struct {
    const char *name;
    qfp_node_kind kind;
} letters[] = {{"a", QFP_NODE_ANNIHILATE},
               {"ad", QFP_NODE_CREATE},
               {"n", QFP_NODE_NUMBER_OP},
               {"x", QFP_NODE_POSITION},
               {"p", QFP_NODE_MOMENTUM}};

static const char *const builtin[] = {"a",  "ad",  "n",    "x",    "p",   "I",   "pi",
                                      "hc", "sum", "comm", "sqrt", "cos", "sin", "exp"};
enum { BUILTIN = sizeof builtin / sizeof *builtin };

static qfp_status parse_letter(parser *p, const token *name, qfp_node_kind kind, qfp_node **out)
{
    int mode = 1;
    if (p->scalars_only)
        return FAIL_AT(p, name->start, "'%.*s' is an operator; a number is expected here",
                       (int)name->length, name->start);
    if (at_sign(p, '[')) {
        const char *opened = p->now.start;
        QFP_TRY(next(p));
        const char *at = p->now.start;
        QFP_TRY(parse_integer(p, "a mode", &mode));
        QFP_TRY(expect(p, ']', "[", opened));
        if (mode < 1 || mode > p->modes)
            return FAIL_AT(p, at, "mode %d does not exist; this system has mode%s %s%d", mode,
                           p->modes > 1 ? "s" : "", p->modes > 1 ? "1 to " : "", p->modes);
    } else if (p->modes > 1) {
        return FAIL_AT(p, name->start,
                       "'%.*s' needs a mode in a system of %d modes: write %.*s[1] to %.*s[%d]",
                       (int)name->length, name->start, p->modes, (int)name->length, name->start,
                       (int)name->length, name->start, p->modes);
    }
    return leaf(p, name->start, kind, 0.0, mode - 1, out);
}

/* Negation leaves -4 - 0i on the wrong side of the cut of sqrt and of powers. */
static double complex without_negative_zero(double complex z)
{
    return CMPLX(creal(z) + 0.0, cimag(z) + 0.0);
}

static double complex scalar_function(const token *name, double complex z)
{
    z = without_negative_zero(z);
    if (name_is(name, "sqrt"))
        return csqrt(z);
    if (name_is(name, "cos"))
        return ccos(z);
    if (name_is(name, "sin"))
        return csin(z);
    return cexp(z);
}

static qfp_status parse_scalar_function(parser *p, const token *name, qfp_node **out)
{
    const char *opened = p->now.start;
    qfp_node *argument = NULL;
    QFP_TRY(next(p));
    QFP_TRY(parse_sum(p, &argument));
    qfp_status status = expect(p, ')', "(", opened);
    if (status == QFP_OK && argument->kind != QFP_NODE_NUMBER)
        status = FAIL_AT(p, name->start, "%.*s of an operator is not a polynomial",
                         (int)name->length, name->start);
    if (status == QFP_OK) {
        /* a real square root stays real: csqrt(4 + 0i) has an exact zero imaginary part */
        argument->value = scalar_function(name, argument->value);
        *out = argument;
        return check(p, name->start, out);
    }
    qfp_node_destroy(argument);
    return status;
}

static qfp_status parse_adjoint(parser *p, qfp_node **out)
{
    const char *opened = p->now.start;
    qfp_node *operand = NULL;
    QFP_TRY(next(p));
    QFP_TRY(parse_sum(p, &operand));
    qfp_status status = expect(p, ')', "hc(", opened);
    if (status != QFP_OK) {
        qfp_node_destroy(operand);
        return status;
    }
    QFP_TRY(qfpi_node_unary(QFP_NODE_PLUS_ADJOINT, operand, out));
    return check(p, opened, out);
}

static qfp_status parse_commutator(parser *p, qfp_node **out)
{
    const char *opened = p->now.start;
    qfp_node *left = NULL, *right = NULL;
    char found[64];
    QFP_TRY(next(p));
    QFP_TRY(parse_sum(p, &left));
    qfp_status status = at_sign(p, ',')
                            ? next(p)
                            : FAIL_AT(p, p->now.start, "comm(A, B) needs two operators, found %s",
                                      qfpi_token_text(&p->now, found, sizeof found));
    if (status == QFP_OK)
        status = parse_sum(p, &right);
    if (status == QFP_OK)
        status = expect(p, ')', "comm(", opened);
    if (status != QFP_OK) {
        qfp_node_destroy(left);
        qfp_node_destroy(right);
        return status;
    }
    QFP_TRY(qfpi_node_binary(QFP_NODE_COMMUTATOR, left, right, out));
    return check(p, opened, out);
}

/* Is there a comma at this level after the expression that starts here?  Tells sum(j, E) from
 * sum(j, from, to, E) without parsing E twice. */
static int commas_ahead(const parser *p)
{
    int depth = 0, commas = 0;
    for (const char *c = p->now.start; *c != '\0'; c++) {
        if (*c == '(' || *c == '[')
            depth++;
        else if (*c == ')' || *c == ']') {
            if (depth-- == 0)
                break;
        } else if (*c == ',' && depth == 0) {
            commas++;
        }
    }
    return commas;
}

static qfp_status parse_bounds(parser *p, int *from, int *to)
{
    char found[64];
    *from = 1;
    *to = p->modes;
    if (commas_ahead(p) < 2)
        return p->modes > 0 ? QFP_OK
                            : FAIL_AT(p, p->now.start,
                                      "sum(j, E) runs over the modes, which a "
                                      "number knows nothing of: write "
                                      "sum(j, from, to, E)");
    int *const bounds[2] = {from, to};
    for (int i = 0; i < 2; i++) {
        QFP_TRY(parse_integer(p, "a bound of sum", bounds[i]));
        if (!at_sign(p, ','))
            return FAIL_AT(p, p->now.start, "expected ',' in sum(j, from, to, E), found %s",
                           qfpi_token_text(&p->now, found, sizeof found));
        QFP_TRY(next(p));
    }
    if ((double)*to - *from > MOST_NODES)
        return FAIL_AT(p, p->now.start, "a sum of more than %d terms", MOST_NODES);
    return QFP_OK;
}

/* An empty sum is zero whatever its body says: a[j+1] may name a mode that does not exist. */
static qfp_status skip_body(parser *p)
{
    for (int depth = 0; p->now.kind != TOKEN_END;) {
        if (at_sign(p, '(') || at_sign(p, '['))
            depth++;
        else if (depth == 0 && (at_sign(p, ')') || at_sign(p, ']') || at_sign(p, ',')))
            break;
        else if (at_sign(p, ')') || at_sign(p, ']'))
            depth--;
        QFP_TRY(next(p));
    }
    return QFP_OK;
}

/* The body is parsed once per value of the index, from the same place in the text. */
static qfp_status parse_sum_over(parser *p, qfp_node **out)
{
    const char *opened = p->now.start;
    char found[64];
    QFP_TRY(next(p));
    token index = p->now;
    if (index.kind != TOKEN_NAME)
        return FAIL_AT(p, index.start, "sum(j, E) starts with the name of its index, found %s",
                       qfpi_token_text(&index, found, sizeof found));
    for (size_t i = 0; i < BUILTIN; i++)
        if (name_is(&index, builtin[i]))
            return FAIL_AT(p, index.start,
                           "the index of sum cannot be called '%s': that name has a "
                           "meaning",
                           builtin[i]);
    if (p->binding_count == BINDINGS)
        return FAIL_AT(p, index.start, "more than %d sums inside each other", BINDINGS);
    QFP_TRY(next(p));
    if (!at_sign(p, ','))
        return FAIL_AT(p, p->now.start, "expected ',' after the index of sum, found %s",
                       qfpi_token_text(&p->now, found, sizeof found));
    QFP_TRY(next(p));
    int from, to;
    QFP_TRY(parse_bounds(p, &from, &to));
    token body = p->now;
    qfp_node *total = NULL;
    QFP_TRY(leaf(p, opened, QFP_NODE_NUMBER, 0.0, 0, &total));
    int slot = p->binding_count++;
    p->binding[slot].name = index.start;
    p->binding[slot].length = index.length;
    qfp_status status = QFP_OK;
    if (to < from)
        status = skip_body(p);
    for (int value = from; status == QFP_OK && value <= to; value++) {
        qfp_node *term = NULL;
        p->now = body;
        p->binding[slot].value = value;
        status = parse_sum(p, &term);
        if (status == QFP_OK && value == from) {
            qfp_node_destroy(total);
            total = term;
        } else if (status == QFP_OK) {
            status = qfpi_node_binary(QFP_NODE_ADD, total, term, &total);
            if (status != QFP_OK)
                total = NULL;
            else
                status = check(p, body.start, &total);
        }
    }
    p->binding_count--;
    if (status == QFP_OK)
        status = expect(p, ')', "sum(", opened);
    if (status != QFP_OK) {
        qfp_node_destroy(total);
        return status;
    }
    *out = total;
    return QFP_OK;
}

static qfp_status unknown_name(parser *p, const token *name)
{
    enum { MOST = 128 };
    const char *candidates[MOST];
    size_t count = 0;
    for (size_t i = 0; i < BUILTIN; i++)
        candidates[count++] = builtin[i];
    for (size_t i = 0; i < p->parameter_count && count < MOST; i++)
        candidates[count++] = p->parameters[i].name;
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)name->length, name->start);
    const char *nearest = qfp_nearest(word, candidates, count);
    return FAIL_AT(p, name->start, "unknown name '%s'%s%s%s", word,
                   nearest != NULL ? "; did you mean '"
                                   : "; it is no operator, function or "
                                     "parameter of this configuration",
                   nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

static qfp_status parse_name(parser *p, qfp_node **out)
{
    token name = p->now;
    QFP_TRY(next(p));
    for (int b = p->binding_count - 1; b >= 0; b--)
        if (p->binding[b].length == name.length &&
            memcmp(p->binding[b].name, name.start, name.length) == 0)
            return leaf(p, name.start, QFP_NODE_NUMBER, p->binding[b].value, 0, out);
    if (at_sign(p, '(')) {
        if (name_is(&name, "hc"))
            return parse_adjoint(p, out);
        if (name_is(&name, "sum"))
            return parse_sum_over(p, out);
        if (name_is(&name, "comm"))
            return parse_commutator(p, out);
        if (name_is(&name, "sqrt") || name_is(&name, "cos") || name_is(&name, "sin") ||
            name_is(&name, "exp"))
            return parse_scalar_function(p, &name, out);
    }
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (name_is(&name, letters[i].name))
            return parse_letter(p, &name, letters[i].kind, out);
    if (name_is(&name, "I"))
        return leaf(p, name.start, QFP_NODE_NUMBER, I, 0, out);
    if (name_is(&name, "pi"))
        return leaf(p, name.start, QFP_NODE_NUMBER, M_PI, 0, out);
    for (size_t i = 0; i < p->parameter_count; i++)
        if (name_is(&name, p->parameters[i].name))
            return leaf(p, name.start, QFP_NODE_NUMBER, p->parameters[i].value, 0, out);
    return unknown_name(p, &name);
}

static qfp_status parse_atom(parser *p, qfp_node **out)
{
    char found[64];
    if (p->now.kind == TOKEN_NUMBER) {
        token number = p->now;
        QFP_TRY(next(p));
        return leaf(p, number.start, QFP_NODE_NUMBER, number.number, 0, out);
    }
    if (p->now.kind == TOKEN_NAME)
        return parse_name(p, out);
    if (at_sign(p, '(')) {
        const char *opened = p->now.start;
        qfp_node *inner = NULL;
        QFP_TRY(next(p));
        QFP_TRY(parse_sum(p, &inner));
        qfp_status status = expect(p, ')', "(", opened);
        if (status != QFP_OK) {
            qfp_node_destroy(inner);
            return status;
        }
        *out = inner;
        return QFP_OK;
    }
    return FAIL_AT(p, p->now.start, "expected a number, a name or '(', found %s",
                   qfpi_token_text(&p->now, found, sizeof found));
}

static qfp_status raise(parser *p, const char *at, qfp_node *base, const qfp_node *exponent,
                        qfp_node **out)
{
    qfp_status status;
    int power;
    if (exponent->kind == QFP_NODE_NUMBER && base->kind == QFP_NODE_NUMBER) {
        double complex e = exponent->value;
        bool small_integer = cimag(e) == 0.0 && creal(e) == floor(creal(e)) && fabs(creal(e)) < 64;
        double complex value = small_integer ? 1.0 : cpow(without_negative_zero(base->value), e);
        for (int k = 0; small_integer && k < (int)fabs(creal(e)); k++)
            value *= base->value;
        base->value = small_integer && creal(e) < 0.0 ? 1.0 / value : value;
        *out = base;
        return check(p, at, out);
    }
    status = as_integer(p, at, exponent, "an exponent", &power);
    if (status == QFP_OK && (power < 0 || power > LARGEST_EXPONENT))
        status = FAIL_AT(p, at, "the exponent of an operator must be 0 to %d, not %d",
                         LARGEST_EXPONENT, power);
    if (status != QFP_OK) {
        qfp_node_destroy(base);
        return status;
    }
    QFP_TRY(qfpi_node_power(base, power, out));
    return check(p, at, out);
}

static qfp_status parse_power(parser *p, qfp_node **out)
{
    qfp_node *base = NULL, *exponent = NULL;
    QFP_TRY(parse_atom(p, &base));
    if (!at_sign(p, '^')) {
        *out = base;
        return QFP_OK;
    }
    qfp_status status = next(p);
    const char *at = p->now.start;
    if (status == QFP_OK)
        status = parse_unary(p, &exponent);
    if (status != QFP_OK) {
        qfp_node_destroy(base);
        return status;
    }
    status = raise(p, at, base, exponent, out);
    qfp_node_destroy(exponent);
    return status;
}

static qfp_status parse_unary(parser *p, qfp_node **out)
{
    if (p->depth >= DEEPEST)
        return FAIL_AT(p, p->now.start, "nested more than %d deep", DEEPEST);
    p->depth++;
    qfp_status status;
    if (at_sign(p, '-')) {
        qfp_node *operand = NULL;
        status = next(p);
        if (status == QFP_OK)
            status = parse_unary(p, &operand);
        if (status == QFP_OK)
            status = qfpi_node_unary(QFP_NODE_NEGATE, operand, out);
    } else if (at_sign(p, '+')) {
        status = next(p);
        if (status == QFP_OK)
            status = parse_unary(p, out);
    } else {
        status = parse_power(p, out);
    }
    p->depth--;
    return status;
}

/* left / right: right must be a scalar that is not zero; becomes a product with its inverse. */
static qfp_status invert(parser *p, const char *at, qfp_node *right)
{
    if (right->kind != QFP_NODE_NUMBER)
        return FAIL_AT(p, at, "division by an operator");
    if (right->value == 0.0)
        return FAIL_AT(p, at, "division by zero");
    right->value = 1.0 / right->value;
    if (!isfinite(creal(right->value)) || !isfinite(cimag(right->value)))
        return FAIL_AT(p, at, "the inverse of this number is not finite");
    return QFP_OK;
}

static qfp_status parse_term(parser *p, qfp_node **out)
{
    qfp_node *left = NULL;
    QFP_TRY(parse_unary(p, &left));
    while (at_sign(p, '*') || at_sign(p, '/')) {
        bool divide = at_sign(p, '/');
        qfp_node *right = NULL;
        qfp_status status = next(p);
        const char *at = p->now.start;
        if (status == QFP_OK)
            status = parse_unary(p, &right);
        if (status == QFP_OK && divide)
            status = invert(p, at, right);
        if (status != QFP_OK) {
            qfp_node_destroy(left);
            qfp_node_destroy(right);
            return status;
        }
        QFP_TRY(qfpi_node_binary(QFP_NODE_MULTIPLY, left, right, &left));
        QFP_TRY(check(p, at, &left));
    }
    *out = left;
    return QFP_OK;
}

static qfp_status parse_sum(parser *p, qfp_node **out)
{
    qfp_node *left = NULL;
    QFP_TRY(parse_term(p, &left));
    while (at_sign(p, '+') || at_sign(p, '-')) {
        qfp_node_kind kind = at_sign(p, '+') ? QFP_NODE_ADD : QFP_NODE_SUBTRACT;
        qfp_node *right = NULL;
        qfp_status status = next(p);
        const char *at = p->now.start;
        if (status == QFP_OK)
            status = parse_term(p, &right);
        if (status != QFP_OK) {
            qfp_node_destroy(left);
            return status;
        }
        QFP_TRY(qfpi_node_binary(kind, left, right, &left));
        QFP_TRY(check(p, at, &left));
    }
    *out = left;
    return QFP_OK;
}

static qfp_status parse_all(parser *p, qfp_node **out)
{
    char found[64];
    qfp_node *node = NULL;
    QFP_TRY(qfpi_token_read(p->text, p->text, p->place, &p->now));
    if (p->now.kind == TOKEN_END)
        return FAIL_AT(p, p->now.start, "the expression is empty");
    QFP_TRY(parse_sum(p, &node));
    if (p->now.kind != TOKEN_END) {
        qfp_node_destroy(node);
        return FAIL_AT(p, p->now.start, "expected an operator such as '*' or the end, found %s%s",
                       qfpi_token_text(&p->now, found, sizeof found),
                       at_sign(p, ')') ? ": there is no '(' for it" : "");
    }
    *out = node;
    return QFP_OK;
}

qfp_status qfp_expression_parse(const char *text, int modes, const qfp_parameter *parameters,
                                size_t parameter_count, const qfp_place *place, qfp_node **out)
{
    parser p = {.text = text,
                .place = place,
                .modes = modes,
                .parameters = parameters,
                .parameter_count = parameter_count};
    return parse_all(&p, out);
}

qfp_status qfp_expression_scalar(const char *text, const qfp_parameter *parameters,
                                 size_t parameter_count, const qfp_place *place,
                                 double complex *out)
{
    parser p = {.text = text,
                .place = place,
                .scalars_only = true,
                .parameters = parameters,
                .parameter_count = parameter_count};
    qfp_node *node = NULL;
    QFP_TRY(parse_all(&p, &node));
    *out = node->value;
    qfp_node_destroy(node);
    return QFP_OK;
}
