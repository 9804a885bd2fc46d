/* parser_names.c - what a name may begin: a letter with its mode, a constant, a parameter, the
 * index of a sum, a function of scalars, hc(), comm(), sum(). */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "expression/parser.h"

static bool name_is(const token *t, const char *name)
{
    return t->length == strlen(name) && memcmp(t->start, name, t->length) == 0;
}

static qfp_status parse_integer(parser *p, const char *what, int *out)
{
    qfp_node *node = NULL;
    const char *at = p->now.start;
    QFP_TRY(qfpi_parse_sum(p, &node));
    qfp_status status = qfpi_as_integer(p, at, node, what, out);
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
    if (qfpi_at_sign(p, '[')) {
        const char *opened = p->now.start;
        QFP_TRY(qfpi_next(p));
        const char *at = p->now.start;
        QFP_TRY(parse_integer(p, "a mode", &mode));
        QFP_TRY(qfpi_expect(p, ']', "[", opened));
        if (mode > 1 && mode <= QFP_MAX_MODES && p->modes == 1)
            return FAIL_AT(p, at,
                           "mode %d does not exist; this system has mode 1, and more of them with "
                           "`modes: %d` under hamiltonian",
                           mode, mode);
        if (mode < 1 || mode > p->modes)
            return FAIL_AT(p, at, "mode %d does not exist; this system has mode%s %s%d", mode,
                           p->modes > 1 ? "s" : "", p->modes > 1 ? "1 to " : "", p->modes);
    } else if (p->modes > 1) {
        return FAIL_AT(p, name->start,
                       "'%.*s' needs a mode in a system of %d modes: write %.*s[1] to %.*s[%d]",
                       (int)name->length, name->start, p->modes, (int)name->length, name->start,
                       (int)name->length, name->start, p->modes);
    }
    return qfpi_leaf(p, name->start, kind, 0.0, mode - 1, out);
}

static double complex scalar_function(const token *name, double complex z)
{
    z = qfpi_without_negative_zero(z);
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
    QFP_TRY(qfpi_next(p));
    QFP_TRY(qfpi_parse_sum(p, &argument));
    qfp_status status = qfpi_expect(p, ')', "(", opened);
    if (status == QFP_OK && argument->kind != QFP_NODE_NUMBER)
        status = FAIL_AT(p, name->start, "%.*s of an operator is not a polynomial",
                         (int)name->length, name->start);
    if (status == QFP_OK) {
        /* a real square root stays real: csqrt(4 + 0i) has an exact zero imaginary part */
        argument->value = scalar_function(name, argument->value);
        *out = argument;
        return qfpi_check(p, name->start, out);
    }
    qfp_node_destroy(argument);
    return status;
}

static qfp_status parse_adjoint(parser *p, qfp_node **out)
{
    const char *opened = p->now.start;
    qfp_node *operand = NULL;
    QFP_TRY(qfpi_next(p));
    QFP_TRY(qfpi_parse_sum(p, &operand));
    qfp_status status = qfpi_expect(p, ')', "hc(", opened);
    if (status != QFP_OK) {
        qfp_node_destroy(operand);
        return status;
    }
    QFP_TRY(qfpi_node_unary(QFP_NODE_PLUS_ADJOINT, operand, out));
    return qfpi_check(p, opened, out);
}

static qfp_status parse_commutator(parser *p, qfp_node **out)
{
    const char *opened = p->now.start;
    qfp_node *left = NULL, *right = NULL;
    char found[64];
    QFP_TRY(qfpi_next(p));
    QFP_TRY(qfpi_parse_sum(p, &left));
    qfp_status status = qfpi_at_sign(p, ',')
                            ? qfpi_next(p)
                            : FAIL_AT(p, p->now.start, "comm(A, B) needs two operators, found %s",
                                      qfpi_token_text(&p->now, found, sizeof found));
    if (status == QFP_OK)
        status = qfpi_parse_sum(p, &right);
    if (status == QFP_OK)
        status = qfpi_expect(p, ')', "comm(", opened);
    if (status != QFP_OK) {
        qfp_node_destroy(left);
        qfp_node_destroy(right);
        return status;
    }
    QFP_TRY(qfpi_node_binary(QFP_NODE_COMMUTATOR, left, right, out));
    return qfpi_check(p, opened, out);
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
        if (!qfpi_at_sign(p, ','))
            return FAIL_AT(p, p->now.start, "expected ',' in sum(j, from, to, E), found %s",
                           qfpi_token_text(&p->now, found, sizeof found));
        QFP_TRY(qfpi_next(p));
    }
    if ((double)*to - *from > QFPI_MOST_NODES)
        return FAIL_AT(p, p->now.start, "a sum of more than %d terms", QFPI_MOST_NODES);
    return QFP_OK;
}

/* An empty sum is zero whatever its body says: a[j+1] may name a mode that does not exist. */
static qfp_status skip_body(parser *p)
{
    for (int depth = 0; p->now.kind != TOKEN_END;) {
        if (qfpi_at_sign(p, '(') || qfpi_at_sign(p, '['))
            depth++;
        else if (depth == 0 &&
                 (qfpi_at_sign(p, ')') || qfpi_at_sign(p, ']') || qfpi_at_sign(p, ',')))
            break;
        else if (qfpi_at_sign(p, ')') || qfpi_at_sign(p, ']'))
            depth--;
        QFP_TRY(qfpi_next(p));
    }
    return QFP_OK;
}

/* The body is parsed once per value of the index, from the same place in the text. */
static qfp_status parse_sum_over(parser *p, qfp_node **out)
{
    const char *opened = p->now.start;
    char found[64];
    QFP_TRY(qfpi_next(p));
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
    if (p->binding_count == QFPI_MOST_BINDINGS)
        return FAIL_AT(p, index.start, "more than %d sums inside each other", QFPI_MOST_BINDINGS);
    QFP_TRY(qfpi_next(p));
    if (!qfpi_at_sign(p, ','))
        return FAIL_AT(p, p->now.start, "expected ',' after the index of sum, found %s",
                       qfpi_token_text(&p->now, found, sizeof found));
    QFP_TRY(qfpi_next(p));
    int from, to;
    QFP_TRY(parse_bounds(p, &from, &to));
    token body = p->now;
    qfp_node *total = NULL;
    QFP_TRY(qfpi_leaf(p, opened, QFP_NODE_NUMBER, 0.0, 0, &total));
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
        status = qfpi_parse_sum(p, &term);
        if (status == QFP_OK && value == from) {
            qfp_node_destroy(total);
            total = term;
        } else if (status == QFP_OK) {
            status = qfpi_node_binary(QFP_NODE_ADD, total, term, &total);
            if (status != QFP_OK)
                total = NULL;
            else
                status = qfpi_check(p, body.start, &total);
        }
    }
    p->binding_count--;
    if (status == QFP_OK)
        status = qfpi_expect(p, ')', "sum(", opened);
    if (status != QFP_OK) {
        qfp_node_destroy(total);
        return status;
    }
    *out = total;
    return QFP_OK;
}

bool qfpi_is_defined(const parser *p, char letter)
{
    for (int b = 0; b < p->binding_count; b++)
        if (p->binding[b].length == 1 && p->binding[b].name[0] == letter)
            return true;
    for (size_t i = 0; i < p->parameter_count; i++)
        if (p->parameters[i].name[0] == letter && p->parameters[i].name[1] == '\0')
            return true;
    return false;
}

/* a1 and ad_2: the letter that begins `word` and the digits of the mode behind it; NULL for no such word. */
static const char *mode_in_name(const char *word, size_t *letter_length)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        size_t length = strlen(letters[i].name);
        const char *digits = word + length + (word[length] == '_');
        *letter_length = length;
        if (strncmp(word, letters[i].name, length) == 0 && *digits != '\0' &&
            strspn(digits, "0123456789") == strlen(digits))
            return digits;
    }
    return NULL;
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
    size_t length;
    const char *mode = mode_in_name(word, &length);
    if (mode != NULL)
        return FAIL_AT(p, name->start, "unknown name '%s'; write %.*s[%s]", word, (int)length, word,
                       mode);
    const char *nearest = qfp_nearest(word, candidates, count);
    if (nearest != NULL)
        return FAIL_AT(p, name->start, "unknown name '%s'; did you mean '%s'?", word, nearest);
    if (qfpi_at_sign(p, '('))
        return FAIL_AT(p, name->start,
                       "unknown function '%s'; sqrt, cos, sin and exp of numbers are known, hc, "
                       "comm and sum",
                       word);
    if (p->scalars_only)
        return FAIL_AT(p, name->start, "unknown name '%s'; it is no parameter or function", word);
    return FAIL_AT(p, name->start,
                   "unknown name '%s'; it is no operator or function, and no parameter under "
                   "hamiltonian, such as `parameters: {%s: 1.0}`",
                   word, word);
}

qfp_status qfpi_parse_name(parser *p, qfp_node **out)
{
    token name = p->now;
    QFP_TRY(qfpi_next(p));
    for (int b = p->binding_count - 1; b >= 0; b--)
        if (p->binding[b].length == name.length &&
            memcmp(p->binding[b].name, name.start, name.length) == 0)
            return qfpi_leaf(p, name.start, QFP_NODE_NUMBER, p->binding[b].value, 0, out);
    if (qfpi_at_sign(p, '(')) {
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
        return qfpi_leaf(p, name.start, QFP_NODE_NUMBER, I, 0, out);
    if (name_is(&name, "pi"))
        return qfpi_leaf(p, name.start, QFP_NODE_NUMBER, M_PI, 0, out);
    for (size_t i = 0; i < p->parameter_count; i++)
        if (name_is(&name, p->parameters[i].name)) {
            if (p->parameters[i].varies && !(p->place != NULL && p->place->may_vary))
                return FAIL_AT(p, name.start,
                               "'%s' %s, and only the Hamiltonian, its parameters and dissipation "
                               "may depend on it",
                               p->parameters[i].name,
                               strcmp(p->parameters[i].name, "t") == 0 ? "is the time"
                                                                       : "depends on the time t");
            if (p->parameters[i].uses != NULL)
                ++*p->parameters[i].uses;
            return qfpi_leaf(p, name.start, QFP_NODE_NUMBER, p->parameters[i].value, 0, out);
        }
    return unknown_name(p, &name);
}
