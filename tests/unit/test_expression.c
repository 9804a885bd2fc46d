#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expression/expression.h"

static qfp_node *parse(const char *text, int modes)
{
    qfp_node *node = NULL;
    qfp_status status = qfp_expression_parse(text, modes, NULL, 0, NULL, &node);
    cr_assert(status == QFP_OK, "%s: %s", text, qfp_last_error());
    return node;
}

static double complex scalar(const char *text)
{
    double complex value = NAN;
    qfp_status status = qfp_expression_scalar(text, NULL, 0, NULL, &value);
    cr_assert(status == QFP_OK, "%s: %s", text, qfp_last_error());
    return value;
}

static void assert_value(const char *text, double complex expected)
{
    double complex value = scalar(text);
    /* a handful of roundings of numbers of order ten */
    cr_assert(cabs(value - expected) < 1e-14 * (1.0 + cabs(expected)), "%s = %.17g %+.17gi", text,
              creal(value), cimag(value));
}

/* The tree as text with every bracket written out: the only way to see precedence and order. */
static void write_tree(const qfp_node *node, FILE *stream)
{
    static const char *const names[] = {
        [QFP_NODE_ANNIHILATE] = "a", [QFP_NODE_CREATE] = "ad",       [QFP_NODE_NUMBER_OP] = "n",
        [QFP_NODE_POSITION] = "x",   [QFP_NODE_MOMENTUM] = "p",      [QFP_NODE_ADD] = "+",
        [QFP_NODE_SUBTRACT] = "-",   [QFP_NODE_MULTIPLY] = "*",      [QFP_NODE_NEGATE] = "neg",
        [QFP_NODE_POWER] = "^",      [QFP_NODE_PLUS_ADJOINT] = "hc", [QFP_NODE_COMMUTATOR] = "comm",
    };
    if (node->kind == QFP_NODE_NUMBER) {
        fprintf(stream, "%g", creal(node->value));
        if (cimag(node->value) != 0.0)
            fprintf(stream, "%+gi", cimag(node->value));
    } else if (node->left == NULL) {
        fprintf(stream, "%s%d", names[node->kind], node->mode);
    } else {
        fprintf(stream, "(%s ", names[node->kind]);
        write_tree(node->left, stream);
        if (node->right != NULL) {
            fputc(' ', stream);
            write_tree(node->right, stream);
        }
        if (node->kind == QFP_NODE_POWER)
            fprintf(stream, " %d", node->exponent);
        fputc(')', stream);
    }
}

static void assert_tree(const char *text, int modes, const char *expected)
{
    char written[1024] = "";
    qfp_node *node = parse(text, modes);
    FILE *stream = fmemopen(written, sizeof written, "w");
    cr_assert(stream != NULL);
    write_tree(node, stream);
    fclose(stream);
    qfp_node_destroy(node);
    cr_assert(eq(str, written, (char *)expected), "%s", text);
}

Test(expression, scalars)
{
    assert_value("1.5e-3", 1.5e-3);
    assert_value(".5 + 2.", 2.5);
    assert_value("1.3+1.5*I", 1.3 + 1.5 * I);
    assert_value("sqrt(2)*cos(pi/3) - sin(pi/6) + exp(0)", sqrt(2) / 2 - 0.5 + 1);
    assert_value("sqrt(-4)", 2 * I);
    assert_value("(-4)^0.5", 2 * I);
    assert_value("exp(I*pi)", -1);
    assert_value("2^0.5", sqrt(2));
    assert_value("(1+I)^2", 2 * I);
    assert_value("hc(1+2*I)", 2);
    assert_value("comm(2, 3)", 0);
    assert_value("sum(j, 1, 4, j^2)", 30);
    assert_value("sum(j, 1, 3, sum(k, 1, j, j*k))", 25);
    assert_value("sum(j, 3, 2, 1/0)", 0);
    /* complex numbers as Python writes them */
    assert_value("(1+2j)", 1 + 2 * I);
    assert_value("1.5e1i - .5I*2", 14 * I);
}

Test(expression, precedence)
{
    assert_value("-2^2", -4);
    assert_value("2^-1", 0.5);
    assert_value("2^3^2", 512);
    assert_value("2*-3", -6);
    assert_value("8/4/2", 1);
    assert_value("8-4-2", 2);
    assert_value("1+2*3", 7);
    assert_value("- - 3", 3);
    assert_value("+3", 3);
    assert_tree("-x^2", 1, "(neg (^ x0 2))");
    assert_tree("a*ad - ad*a/2", 1, "(- (* a0 ad0) (* (* ad0 a0) 0.5))");
    assert_tree("(a + ad)^3^1", 1, "(^ (+ a0 ad0) 3)");
    assert_tree("n^1", 1, "n0");
    assert_tree("p^0", 1, "1");
}

Test(expression, letters_modes_and_sums)
{
    assert_tree("a + ad[1]", 1, "(+ a0 ad0)");
    assert_tree("a[1]*ad[2] + n[3]^2", 3, "(+ (* a0 ad1) (^ n2 2))");
    assert_tree("hc(I*a[2])", 2, "(hc (* 0+1i a1))");
    assert_tree("comm(x[1], p[1])", 2, "(comm x0 p0)");
    assert_tree("sum(j, 2^j*n[j])", 2, "(+ (* 2 n0) (* 4 n1))");
    assert_tree("sum(j, 1, 2, ad[j]*a[j+1])", 3, "(+ (* ad0 a1) (* ad1 a2))");
    assert_tree("sum(j, 1, 0, ad[j]*a[j+1])", 1, "0");
    assert_tree("sum(j, cos(2*pi*j)*n[3-j])", 2, "(+ (* 1 n1) (* 1 n0))");
    assert_tree("sum(j, sum(k, j, j, n[k]))", 2, "(+ n0 n1)");
}

/* (AB)† = B†A†, [A, B]† = [B†, A†]; it binds like an index, before powers */
Test(expression, adjoints_and_other_spellings)
{
    assert_tree("a†*a", 1, "(* ad0 a0)");
    assert_tree("a[2].dag()**2", 2, "(^ ad1 2)");
    assert_tree("a††", 1, "a0");
    assert_tree("(I*a[1]*ad[2]*x[1])†", 2, "(* x0 (* a1 (* ad0 0-1i)))");
    assert_tree("(2*a - I*n + hc(a^2)).dag()", 1, "(+ (- (* ad0 2) (* n0 0-1i)) (hc (^ a0 2)))");
    assert_tree("comm(a, p*ad)†", 1, "(comm (* a0 p0) ad0)");
    assert_tree("(-a^3)†", 1, "(neg (^ ad0 3))");
    assert_value("(1+2*I)†", 1 - 2 * I);
    assert_value("2**3**2", 512);
}

Test(expression, parameters)
{
    char J[] = "J", Omega_2[] = "Omega_2";
    const qfp_parameter parameters[] = {{.name = J, .value = 0.5},
                                        {.name = Omega_2, .value = 1.0 + 2.0 * I}};
    qfp_node *node = NULL;
    double complex value;
    cr_assert(qfp_expression_scalar("4*J + Omega_2", parameters, 2, NULL, &value) == QFP_OK);
    cr_assert(eq(dbl, creal(value), 3.0));
    cr_assert(eq(dbl, cimag(value), 2.0));
    /* inside a sum its index hides a parameter of the same name, outside it does not */
    cr_assert(qfp_expression_scalar("J*sum(J, 1, 3, J)", parameters, 2, NULL, &value) == QFP_OK);
    cr_assert(eq(dbl, creal(value), 3.0));
    cr_assert(qfp_expression_parse("Omega2*n", 1, parameters, 2, NULL, &node) == QFP_CONFIG);
    cr_assert(strstr(qfp_last_error(), "did you mean 'Omega_2'?") != NULL, "%s", qfp_last_error());
    /* where there is a parameter j, 2j is a product without its sign */
    char j[] = "j";
    const qfp_parameter taken = {.name = j, .value = 3.0};
    cr_assert(qfp_expression_scalar("2j", &taken, 1, NULL, &value) == QFP_CONFIG);
    cr_assert(strstr(qfp_last_error(), "'2j' is written 2*j here") != NULL, "%s", qfp_last_error());
    cr_assert(qfp_expression_scalar("2i + 2I*j", &taken, 1, NULL, &value) == QFP_OK);
    cr_assert(eq(dbl, cimag(value), 8.0));
}

typedef struct refusal {
    const char *text;
    int modes;
    const char *said; /* the whole sentence after the key, or its beginning */
} refusal;

static void assert_refused(const refusal *r)
{
    const qfp_place place = {.file = "c.yaml", .key = "operator", .line = 10, .column = 20};
    qfp_node *node = NULL;
    qfp_status status = qfp_expression_parse(r->text, r->modes, NULL, 0, &place, &node);
    cr_assert(status == QFP_CONFIG, "'%s' was accepted", r->text);
    cr_assert(node == NULL);
    cr_assert(strncmp(qfp_last_error(), r->said, strlen(r->said)) == 0, "'%s': %s", r->text,
              qfp_last_error());
}

Test(expression, errors_name_the_place_and_what_was_found)
{
    static const refusal refusals[] = {
        {"", 1, "c.yaml:10:20: operator: the expression is empty"},
        {"2*(a+1", 1,
         "c.yaml:10:26: operator: expected ')' to close '(' opened at column 22, found the end of "
         "the expression"},
        {"a*(ad\n + a*(n)\n", 1,
         "c.yaml:12:1: operator: expected ')' to close '(' opened at column 22 of line 10, found "
         "the end"},
        {"a +\n  3*qq", 1, "c.yaml:11:5: operator: unknown name 'qq'"},
        {"sqr(2)*n", 1, "c.yaml:10:20: operator: unknown name 'sqr'; did you mean 'sqrt'?"},
        {"n)", 1, "c.yaml:10:21: operator: expected an operator such as '*' or the end, found ')'"},
        {"2 n", 1,
         "c.yaml:10:22: operator: expected an operator before 'n'; a product needs its *"},
        {"n(n-1)", 1, "c.yaml:10:21: operator: expected an operator before '('; a product needs"},
        {"cos(2 pi)", 1, "c.yaml:10:26: operator: expected an operator before 'pi'"},
        {"sum(j, 2j*n[j])", 2,
         "c.yaml:10:27: operator: '2j' is written 2*j here, where j is a name"},
        {"j*(a - ad)", 1, "c.yaml:10:20: operator: unknown name 'j'; did you mean 'I'?"},
        {"log(2)*n", 1,
         "c.yaml:10:20: operator: unknown function 'log'; sqrt, cos, sin and exp of numbers are "
         "known"},
        {"3,5*n", 1,
         "c.yaml:10:21: operator: expected an operator such as '*' or the end, found ','; a "
         "decimal point is '.'"},
        {"X^2", 1, "c.yaml:10:20: operator: unknown name 'X'; did you mean 'x'?"},
        {"U*n", 1,
         "c.yaml:10:20: operator: unknown name 'U'; it is no operator or function, and no "
         "parameter "
         "under hamiltonian, such as `parameters: {U: 1.0}`"},
        {"ad_2*a_2", 2, "c.yaml:10:20: operator: unknown name 'ad_2'; write ad[2]"},
        {"x1^2", 1, "c.yaml:10:20: operator: unknown name 'x1'; write x[1]"},
        {"[a, ad]", 1,
         "c.yaml:10:20: operator: expected a number, a name or '(', found '['; a commutator is "
         "comm(A, B)"},
        {"a^* a", 1,
         "c.yaml:10:22: operator: expected a number, a name or '(', found '*'; an adjoint is ad, "
         "A† or A.dag()"},
        {"a^\\dag", 1,
         "c.yaml:10:22: operator: unexpected character '\\'; write ad, A† or A.dag()"},
        {"a + h.c.", 1,
         "c.yaml:10:25: operator: unexpected character '.'; write hc(A) for A + h.c."},
        {"np.pi*n", 1, "c.yaml:10:22: operator: unexpected character '.'; write names alone: pi"},
        {"ω*n", 1,
         "c.yaml:10:20: operator: unexpected character 'ω'; names have letters from a to z, "
         "digits"},
        {"p²/2", 1, "c.yaml:10:21: operator: unexpected character '²'; write ^2"},
        {"n +", 1, "c.yaml:10:23: operator: expected a number, a name or '(', found the end"},
        {"n *** 2", 1, "c.yaml:10:24: operator: expected a number, a name or '(', found '*'"},
        {"a^†", 1, "c.yaml:10:22: operator: expected a number, a name or '(', found '†'"},
        {"a.dagger()", 1, "c.yaml:10:21: operator: unexpected character '.'"},
        {"n $ 2", 1, "c.yaml:10:22: operator: unexpected character '$'"},
        {"n − 2", 1,
         "c.yaml:10:22: operator: unexpected character '−'; write - (a plain minus sign)"},
        {"n \x01", 1, "c.yaml:10:22: operator: unexpected byte 0x01"},
        {"n \xff", 1, "c.yaml:10:22: operator: unexpected byte 0xff"},
        {"n \xe2\x88", 1, "c.yaml:10:22: operator: unexpected byte 0xe2"},
        {"a", 2,
         "c.yaml:10:20: operator: 'a' needs a mode in a system of 2 modes: write a[1] to a[2]"},
        {"a[3]", 2, "c.yaml:10:22: operator: mode 3 does not exist; this system has modes 1 to 2"},
        {"a[2]", 1,
         "c.yaml:10:22: operator: mode 2 does not exist; this system has mode 1, and more of them "
         "with `modes: 2` under hamiltonian"},
        {"a[9]", 1, "c.yaml:10:22: operator: mode 9 does not exist; this system has mode 1"},
        {"a[0]", 1, "c.yaml:10:22: operator: mode 0 does not exist"},
        {"a[1.5]", 1, "c.yaml:10:22: operator: a mode must be an integer, not 1.5"},
        {"a[1e10]", 1, "c.yaml:10:22: operator: a mode must lie within"},
        {"a[n]", 1, "c.yaml:10:22: operator: a mode must be an integer, not an operator"},
        {"a[1", 1, "c.yaml:10:23: operator: expected ']' to close '[' opened at column 21"},
        {"a[2^63]", 1, "c.yaml:10:22: operator: a mode must lie within"},
        {"n/0", 1, "c.yaml:10:22: operator: division by zero"},
        {"n/(1-1)", 1, "c.yaml:10:22: operator: division by zero"},
        {"n/a", 1, "c.yaml:10:22: operator: division by an operator"},
        {"n/1e-310", 1, "c.yaml:10:22: operator: the inverse of this number is not finite"},
        {"a^0.5", 1, "c.yaml:10:22: operator: an exponent must be an integer, not 0.5"},
        {"a^-1", 1, "c.yaml:10:22: operator: the exponent of an operator must be 0 to 64, not -1"},
        {"a^65", 1, "c.yaml:10:22: operator: the exponent of an operator must be 0 to 64, not 65"},
        {"2^n", 1, "c.yaml:10:22: operator: an exponent must be an integer, not an operator"},
        {"cos(n)", 1, "c.yaml:10:20: operator: cos of an operator is not a polynomial"},
        {"1e999", 1, "c.yaml:10:20: operator: the number 1e999 is too large"},
        {"1e300*1e300*n", 1, "c.yaml:10:26: operator: the value is not finite"},
        {"1e300^2*n", 1, "c.yaml:10:26: operator: the value is not finite"},
        {"0^-1", 1, "c.yaml:10:22: operator: the value is not finite"},
        {"hc(1.5e308)", 1, "c.yaml:10:22: operator: the value is not finite"},
        {"exp(1000)", 1, "c.yaml:10:20: operator: the value is not finite"},
        {"sum(3, n)", 1, "c.yaml:10:24: operator: sum(j, E) starts with the name of its index"},
        {"sum(n, 1)", 1,
         "c.yaml:10:24: operator: the index of sum cannot be called 'n': that name has a meaning"},
        {"sum(j n)", 1, "c.yaml:10:26: operator: expected ',' after the index of sum, found 'n'"},
        {"sum(j, n[j], 2)", 1,
         "c.yaml:10:31: operator: expected ')' to close 'sum(' opened at column 23, found ','"},
        {"sum(j, n[1], 2, n)", 1, "c.yaml:10:27: operator: a bound of sum must be an integer"},
        {"sum(j, 1, 3, n[j])", 2, "c.yaml:10:35: operator: mode 3 does not exist"},
        {"sum(j, 1, 2e6, n)", 1, "c.yaml:10:35: operator: a sum of more than 200000 terms"},
        {"sum(j,1,1000,sum(k,1,1000,sum(l,1,1000,n)))", 1,
         "c.yaml:10:59: operator: the expression expands to more than 200000 terms"},
        {"comm(a)", 1, "c.yaml:10:26: operator: comm(A, B) needs two operators, found ')'"},
        {"comm(a, ad, n)", 1, "c.yaml:10:30: operator: expected ')' to close 'comm('"},
        {"hc + 1", 1, "c.yaml:10:20: operator: unknown name 'hc'"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        assert_refused(&refusals[i]);
}

Test(expression, a_number_may_not_hold_operators_or_run_over_modes)
{
    double complex value = 7.0;
    cr_assert(qfp_expression_scalar("1 + n", NULL, 0, NULL, &value) == QFP_CONFIG);
    cr_assert(strstr(qfp_last_error(), "column 5: expression: 'n' is an operator") != NULL, "%s",
              qfp_last_error());
    cr_assert(qfp_expression_scalar("sum(j, j)", NULL, 0, NULL, &value) == QFP_CONFIG);
    cr_assert(strstr(qfp_last_error(), "sum(j, from, to, E)") != NULL, "%s", qfp_last_error());
    cr_assert(eq(dbl, creal(value), 7.0)); /* untouched by failures */
}

static char *repeated(const char *before, const char *middle, const char *after, int times)
{
    size_t b = strlen(before), m = strlen(middle), a = strlen(after), n = (size_t)times;
    char *text = malloc(n * (b + a) + m + 1), *end = text;
    cr_assert(text != NULL);
    for (int i = 0; i < times; i++, end += b)
        memcpy(end, before, b);
    memcpy(end, middle, m);
    end += m;
    for (int i = 0; i < times; i++, end += a)
        memcpy(end, after, a);
    *end = '\0';
    return text;
}

/* Nests `times` pairs and says whether the parser took it. */
static bool nests(const char *before, const char *after, int times, const char *complaint)
{
    char *text = repeated(before, "n", after, times);
    qfp_node *node = NULL;
    qfp_status status = qfp_expression_parse(text, 1, NULL, 0, NULL, &node);
    cr_assert(status == QFP_OK || status == QFP_CONFIG);
    if (status == QFP_CONFIG)
        cr_assert(strstr(qfp_last_error(), complaint) != NULL, "%s", qfp_last_error());
    else
        cr_assert(node->height <= QFP_MAX_HEIGHT);
    qfp_node_destroy(node);
    free(text);
    return status == QFP_OK;
}

Test(expression, nesting_is_bounded_and_long_sums_are_not)
{
    const char *const deep = "nested more than 200 deep", *const high = "inside each other";
    cr_assert(nests("(", ")", 150, deep));
    cr_assert(not(nests("(", ")", 100000, deep)));
    cr_assert(not(nests("-", "", 100000, deep)));
    cr_assert(not(nests("hc(", ")", 100000, deep)));
    cr_assert(not(nests("2^", "", 100000, deep)));
    cr_assert(not(nests("a[", "]", 100000, deep)));
    cr_assert(nests("", "*n", 900, high));
    cr_assert(not(nests("", "*n", 100000, high)));
    cr_assert(nests("", "-n", 100000, high));
    /* brackets full of products: each within its bound, their heights add up */
    cr_assert(not(nests("(a*", "*a*a*a*a*a*a*a*a)", 150, high)));
}

/* xorshift64: a fixed stream, the same on every machine */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int fuzz_once(const char *text, int modes)
{
    qfp_node *node = NULL;
    qfp_status status = qfp_expression_parse(text, modes, NULL, 0, NULL, &node);
    cr_assert(status == QFP_OK || status == QFP_CONFIG, "'%s'", text);
    cr_assert(node == NULL || status == QFP_OK);
    qfp_node_destroy(node);
    return status == QFP_OK;
}

Test(expression, any_bytes_give_a_tree_or_a_sentence)
{
    uint64_t state = 0x9e3779b97f4a7c15u;
    for (int round = 0; round < 20000; round++) {
        char text[48];
        size_t length = draw(&state) % (sizeof text - 1);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(1 + draw(&state) % 255);
        text[length] = '\0';
        fuzz_once(text, 1 + round % 3);
    }
}

Test(expression, any_tokens_give_a_tree_or_a_sentence)
{
    static const char *const tokens[] = {
        "a",   "ad", "n",    "x",   "p",     "a[1]",   "n[2]", "I",     "pi", "2",
        "0.5", "3",  "sum(", "hc(", "comm(", "cos(",   "(",    ")",     ")",  ")",
        ",",   "j",  "[",    "]",   "+",     "-",      "*",    "/",     "^",  "^2",
        "*",   "+",  "j,",   "1",   "\n",    "sum(j,", "a[j]", "a[j+1]"};
    uint64_t state = 0x2545f4914f6cdd1du;
    int accepted = 0;
    for (int round = 0; round < 50000; round++) {
        char text[256] = "";
        size_t count = 1 + draw(&state) % 20;
        for (size_t i = 0; i < count; i++) {
            strcat(text, tokens[draw(&state) % (sizeof tokens / sizeof *tokens)]);
            strcat(text, " ");
        }
        accepted += fuzz_once(text, 1 + round % 2);
    }
    /* else the stream never gets past the first token and tests nothing */
    cr_assert(accepted > 500, "%d", accepted);
}

Test(expression, nearest_word)
{
    const char *const words[] = {"points", "extent", "levels", "basis"};
    cr_assert(eq(str, (char *)qfp_nearest("point", words, 4), "points"));
    cr_assert(eq(str, (char *)qfp_nearest("Extnt", words, 4), "extent"));
    cr_assert(eq(str, (char *)qfp_nearest("bassi", words, 4), "basis"));
    cr_assert(eq(str, (char *)qfp_nearest("EXTENT", words, 4), "extent"));
    const char *const commands[] = {"run", "sweep"}; /* letters that changed places */
    cr_assert(eq(str, (char *)qfp_nearest("rnu", commands, 2), "run"));
    cr_assert(eq(str, (char *)qfp_nearest("wseep", commands, 2), "sweep"));
    cr_assert(qfp_nearest("rain", commands, 2) == NULL);    /* two slips in four letters */
    const char *const backends[] = {"auto", "cpu", "cuda"}; /* not the cpu, which is nearer */
    cr_assert(eq(str, (char *)qfp_nearest("gpu", backends, 3), "cuda"));
    cr_assert(eq(str, (char *)qfp_nearest("GPU", backends, 3), "cuda"));
    const char *const names[] = {"hc", "I", "x"};
    cr_assert(eq(str, (char *)qfp_nearest("j", names, 3), "I"));
    cr_assert(qfp_nearest("J", names, 3) == NULL); /* a hopping rate that was forgotten */
    cr_assert(qfp_nearest("c", names, 3) == NULL);
    cr_assert(qfp_nearest("tolerance", words, 4) == NULL);
    cr_assert(qfp_nearest("", words, 4) == NULL);
    cr_assert(qfp_nearest("x", words, 0) == NULL);
}
