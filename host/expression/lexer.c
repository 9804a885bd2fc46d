#include "expression/lexer.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADJOINTS "ad, A† or A.dag() for an adjoint"

static bool is_in_file(const qfp_place *place)
{
    return place != NULL && place->file != NULL && place->line > 0;
}

void qfpi_expression_locate(const char *text, const char *at, const qfp_place *place, int *line,
                            int *column)
{
    const char *start = text;
    *line = 1;
    for (const char *c = text; c < at; c++)
        if (*c == '\n') {
            ++*line;
            start = c + 1;
        }
    *column = (int)(at - start) + 1;
    if (!is_in_file(place))
        return;
    if (*line == 1) /* only the first line of the text starts inside a line of the file */
        *column += place->column - 1;
    *line += place->line - 1;
}

qfp_status qfpi_expression_error(const char *text, const char *at, const qfp_place *place,
                                 const char *format, ...)
{
    char sentence[512], where[256] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    int line, column;
    qfpi_expression_locate(text, at, place, &line, &column);
    const char *key = place != NULL && place->key != NULL ? place->key : "expression";
    if (is_in_file(place))
        snprintf(where, sizeof where, "%s:%d:%d: ", place->file, line, column);
    else
        snprintf(where, sizeof where,
                 "%s%scolumn %d: ", place != NULL && place->file != NULL ? place->file : "",
                 place != NULL && place->file != NULL ? ": " : "", column);
    return QFP_FAIL(QFP_CONFIG, "%s%s: %s", where, key, sentence);
}

const char *qfpi_token_text(const token *t, char *buffer, size_t size)
{
    if (t->kind == TOKEN_END)
        return "the end of the expression";
    int length = t->length > 40 ? 40 : (int)t->length;
    snprintf(buffer, size, "'%.*s'%s", length, t->start, t->length > 40 ? "..." : "");
    return buffer;
}

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static bool is_of_name(char c)
{
    return is_name_start(c) || isdigit((unsigned char)c);
}

/* What is written in more than one way: the powers of Python, the adjoint on paper and in QuTiP. */
static bool read_spelling(const char *at, token *out)
{
    static const struct {
        const char *text;
        char sign;
    } spellings[] = {{"**", '^'}, {"†", SIGN_ADJOINT}, {".dag()", SIGN_ADJOINT}};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strncmp(at, spellings[i].text, strlen(spellings[i].text)) == 0) {
            *out = (token){.kind = TOKEN_SIGN,
                           .start = at,
                           .length = strlen(spellings[i].text),
                           .sign = spellings[i].sign};
            return true;
        }
    return false;
}

/* strtod would also take "inf", "nan" and hexadecimal; only plain decimal numbers start here. */
static qfp_status read_number(const char *text, const char *at, const qfp_place *place, token *out)
{
    const char *end = at;
    while (isdigit((unsigned char)*end))
        end++;
    if (*end == '.')
        end++;
    while (isdigit((unsigned char)*end))
        end++;
    if (*end == 'e' || *end == 'E') {
        const char *digits = end + 1;
        if (*digits == '+' || *digits == '-')
            digits++;
        if (isdigit((unsigned char)*digits)) {
            end = digits;
            while (isdigit((unsigned char)*end))
                end++;
        }
    }
    char digits[64];
    size_t length = (size_t)(end - at);
    if (length >= sizeof digits)
        return qfpi_expression_error(text, at, place, "a number of more than %zu characters",
                                     sizeof digits - 1);
    memcpy(digits, at, length);
    digits[length] = '\0';
    *out = (token){
        .kind = TOKEN_NUMBER, .start = at, .length = length, .number = strtod(digits, NULL)};
    if (!isfinite(out->number))
        return qfpi_expression_error(text, at, place, "the number %s is too large", digits);
    if (*end != '\0' && strchr("ijI", *end) != NULL && !is_of_name(end[1])) {
        out->unit = *end;
        out->length++;
    }
    return QFP_OK;
}

/* What to write where a paper, Python or LaTeX writes what stands at `at`. */
static const char *instead_of(const char *at)
{
    static const struct {
        const char *text, *ours;
    } spellings[] = {
        {"π", "pi"},
        {"ħ", "hbar"},
        {"·", "*"},
        {"⋅", "*"},
        {"×", "*"},
        {"−", "- (a plain minus sign)"},
        {"²", "^2"},
        {"³", "^3"},
        {"⁴", "^4"},
        {"√", "sqrt(...)"},
        {"⊗", "a[1]*a[2] for a product of two modes"},
        {"=", "what stands to the right of it"},
        {"|", "n for |a|^2, and no other modulus"},
        {"\\", ADJOINTS},
        {"'", ADJOINTS},
        {".dag", ADJOINTS},
        {".c.", "hc(A) for A + h.c."},
        {".", "names alone: pi, not np.pi"},
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strncmp(at, spellings[i].text, strlen(spellings[i].text)) == 0)
            return spellings[i].ours;
    return NULL;
}

/* The character at `at`, of 1 or, in UTF-8, more bytes, begins nothing. */
static qfp_status fail_character(const char *text, const char *at, const qfp_place *place)
{
    int more = (*at & 0xe0) == 0xc0 ? 1 : (*at & 0xf0) == 0xe0 ? 2 : (*at & 0xf8) == 0xf0 ? 3 : 0;
    int found = 0;
    while (found < more && (at[found + 1] & 0xc0) == 0x80)
        found++;
    if (found < more || (more == 0 && !isprint((unsigned char)*at)))
        return qfpi_expression_error(text, at, place, "unexpected byte 0x%02x",
                                     (unsigned)(unsigned char)*at);
    const char *ours = instead_of(at);
    if (ours == NULL && more > 0)
        return qfpi_expression_error(text, at, place,
                                     "unexpected character '%.*s'; names have letters from a to z, "
                                     "digits and _",
                                     more + 1, at);
    return qfpi_expression_error(text, at, place, "unexpected character '%.*s'%s%s", more + 1, at,
                                 ours != NULL ? "; write " : "", ours != NULL ? ours : "");
}

qfp_status qfpi_token_read(const char *text, const char *at, const qfp_place *place, token *out)
{
    while (isspace((unsigned char)*at))
        at++;
    *out = (token){.kind = TOKEN_END, .start = at};
    if (*at == '\0')
        return QFP_OK;
    if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1])))
        return read_number(text, at, place, out);
    if (is_name_start(*at)) {
        out->kind = TOKEN_NAME;
        while (is_of_name(at[out->length]))
            out->length++;
        return QFP_OK;
    }
    if (read_spelling(at, out))
        return QFP_OK;
    if (strchr("+-*/^()[],", *at) != NULL) {
        out->kind = TOKEN_SIGN;
        out->length = 1;
        out->sign = *at;
        return QFP_OK;
    }
    return fail_character(text, at, place);
}
