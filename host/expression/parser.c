/* parser.c - recursive descent over
 *
 *     sum      = term { (+|-) term }
 *     term     = unary { (*|/) unary }
 *     unary    = (+|-) unary | power
 *     power    = adjoint [ ^ unary ]                     (right associative)
 *     adjoint  = atom { † }
 *     atom     = number | name [ '[' sum ']' ] | name '(' … ')' | '(' sum ')'
 *
 * Exponents are scalars.  `**` is another spelling of ^, `.dag()` of †; 2j, 2i and 2I are imaginary numbers.
 */
#include "expression/parser.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DEEPEST = 200, LARGEST_EXPONENT = 64, LARGEST_INTEGER = 1000000000 };

static qfp_status parse_unary(parser *p, qfp_node **out);

qfp_status qfpi_expect(parser *p, char sign, const char *opened_by, const char *opened_at)
{
    char found[64], of_line[32] = "";
    int line, column, line_here, column_here;
    if (qfpi_at_sign(p, sign))
        return qfpi_next(p);
    qfpi_expression_locate(p->text, opened_at, p->place, &line, &column);
    qfpi_expression_locate(p->text, p->now.start, p->place, &line_here, &column_here);
    if (line != line_here)
        snprintf(of_line, sizeof of_line, " of line %d", line);
    return FAIL_AT(p, p->now.start, "expected '%c' to close '%s' opened at column %d%s, found %s",
                   sign, opened_by, column, of_line, qfpi_token_text(&p->now, found, sizeof found));
}

qfp_status qfpi_leaf(parser *p, const char *at, qfp_node_kind kind, double complex value, int mode,
                     qfp_node **out)
{
    if (++p->nodes > QFPI_MOST_NODES)
        return FAIL_AT(p, at, "the expression expands to more than %d terms", QFPI_MOST_NODES);
    if (!isfinite(creal(value)) || !isfinite(cimag(value)))
        return FAIL_AT(p, at, "the value is not finite");
    return qfpi_node_leaf(kind, value, mode, out);
}

qfp_status qfpi_check(parser *p, const char *at, qfp_node **node)
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

qfp_status qfpi_as_integer(parser *p, const char *at, const qfp_node *node, const char *what,
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

double complex qfpi_without_negative_zero(double complex z)
{
    return CMPLX(creal(z) + 0.0, cimag(z) + 0.0);
}

static qfp_status parse_number(parser *p, qfp_node **out)
{
    token number = p->now;
    QFP_TRY(qfpi_next(p));
    if (number.unit != 0 && number.unit != 'I' && qfpi_is_defined(p, number.unit))
        return FAIL_AT(p, number.start, "'%.*s' is written %.*s*%c here, where %c is a name",
                       (int)number.length, number.start, (int)number.length - 1, number.start,
                       number.unit, number.unit);
    return qfpi_leaf(p, number.start, QFP_NODE_NUMBER, number.number * (number.unit != 0 ? I : 1),
                     0, out);
}

/* What was meant by what begins no operand. */
static const char *operand_advice(const parser *p)
{
    if (qfpi_at_sign(p, '['))
        return "; a commutator is comm(A, B)";
    bool is_raised = p->now.start > p->text && p->now.start[-1] == '^';
    if (is_raised && (qfpi_at_sign(p, SIGN_ADJOINT) || qfpi_at_sign(p, '*')))
        return "; an adjoint is ad, A† or A.dag()";
    return "";
}

static qfp_status parse_atom(parser *p, qfp_node **out)
{
    char found[64];
    if (p->now.kind == TOKEN_NUMBER)
        return parse_number(p, out);
    if (p->now.kind == TOKEN_NAME)
        return qfpi_parse_name(p, out);
    if (qfpi_at_sign(p, '(')) {
        const char *opened = p->now.start;
        qfp_node *inner = NULL;
        QFP_TRY(qfpi_next(p));
        QFP_TRY(qfpi_parse_sum(p, &inner));
        qfp_status status = qfpi_expect(p, ')', "(", opened);
        if (status != QFP_OK) {
            qfp_node_destroy(inner);
            return status;
        }
        *out = inner;
        return QFP_OK;
    }
    return FAIL_AT(p, p->now.start, "expected a number, a name or '(', found %s%s",
                   qfpi_token_text(&p->now, found, sizeof found), operand_advice(p));
}

static qfp_status parse_adjoints(parser *p, qfp_node **out)
{
    qfp_node *node = NULL;
    QFP_TRY(parse_atom(p, &node));
    while (qfpi_at_sign(p, SIGN_ADJOINT)) {
        qfpi_node_adjoint(node);
        qfp_status status = qfpi_next(p);
        if (status != QFP_OK) {
            qfp_node_destroy(node);
            return status;
        }
    }
    *out = node;
    return QFP_OK;
}

static qfp_status raise(parser *p, const char *at, qfp_node *base, const qfp_node *exponent,
                        qfp_node **out)
{
    qfp_status status;
    int power;
    if (exponent->kind == QFP_NODE_NUMBER && base->kind == QFP_NODE_NUMBER) {
        double complex e = exponent->value;
        bool small_integer = cimag(e) == 0.0 && creal(e) == floor(creal(e)) && fabs(creal(e)) < 64;
        double complex value =
            small_integer ? 1.0 : cpow(qfpi_without_negative_zero(base->value), e);
        for (int k = 0; small_integer && k < (int)fabs(creal(e)); k++)
            value *= base->value;
        base->value = small_integer && creal(e) < 0.0 ? 1.0 / value : value;
        *out = base;
        return qfpi_check(p, at, out);
    }
    status = qfpi_as_integer(p, at, exponent, "an exponent", &power);
    if (status == QFP_OK && (power < 0 || power > LARGEST_EXPONENT))
        status = FAIL_AT(p, at, "the exponent of an operator must be 0 to %d, not %d",
                         LARGEST_EXPONENT, power);
    if (status != QFP_OK) {
        qfp_node_destroy(base);
        return status;
    }
    QFP_TRY(qfpi_node_power(base, power, out));
    return qfpi_check(p, at, out);
}

static qfp_status parse_power(parser *p, qfp_node **out)
{
    qfp_node *base = NULL, *exponent = NULL;
    QFP_TRY(parse_adjoints(p, &base));
    if (!qfpi_at_sign(p, '^')) {
        *out = base;
        return QFP_OK;
    }
    qfp_status status = qfpi_next(p);
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
    if (qfpi_at_sign(p, '-')) {
        qfp_node *operand = NULL;
        status = qfpi_next(p);
        if (status == QFP_OK)
            status = parse_unary(p, &operand);
        if (status == QFP_OK)
            status = qfpi_node_unary(QFP_NODE_NEGATE, operand, out);
    } else if (qfpi_at_sign(p, '+')) {
        status = qfpi_next(p);
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
    while (qfpi_at_sign(p, '*') || qfpi_at_sign(p, '/')) {
        bool divide = qfpi_at_sign(p, '/');
        qfp_node *right = NULL;
        qfp_status status = qfpi_next(p);
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
        QFP_TRY(qfpi_check(p, at, &left));
    }
    if (p->now.kind == TOKEN_NAME || p->now.kind == TOKEN_NUMBER || qfpi_at_sign(p, '(')) {
        char found[64];
        bool may_be_unit =
            p->scalars_only && p->now.kind == TOKEN_NAME && strncmp(p->now.start, "pi", 2) != 0;
        qfp_node_destroy(left);
        return FAIL_AT(p, p->now.start, "expected an operator before %s; a product needs its *%s",
                       qfpi_token_text(&p->now, found, sizeof found),
                       may_be_unit ? ", and numbers have no units" : "");
    }
    *out = left;
    return QFP_OK;
}

qfp_status qfpi_parse_sum(parser *p, qfp_node **out)
{
    qfp_node *left = NULL;
    QFP_TRY(parse_term(p, &left));
    while (qfpi_at_sign(p, '+') || qfpi_at_sign(p, '-')) {
        qfp_node_kind kind = qfpi_at_sign(p, '+') ? QFP_NODE_ADD : QFP_NODE_SUBTRACT;
        qfp_node *right = NULL;
        qfp_status status = qfpi_next(p);
        const char *at = p->now.start;
        if (status == QFP_OK)
            status = parse_term(p, &right);
        if (status != QFP_OK) {
            qfp_node_destroy(left);
            return status;
        }
        QFP_TRY(qfpi_node_binary(kind, left, right, &left));
        QFP_TRY(qfpi_check(p, at, &left));
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
    QFP_TRY(qfpi_parse_sum(p, &node));
    if (p->now.kind != TOKEN_END) {
        qfp_node_destroy(node);
        return FAIL_AT(p, p->now.start, "expected an operator such as '*' or the end, found %s%s",
                       qfpi_token_text(&p->now, found, sizeof found),
                       qfpi_at_sign(p, ')')   ? ": there is no '(' for it"
                       : qfpi_at_sign(p, ',') ? "; a decimal point is '.'"
                                              : "");
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
