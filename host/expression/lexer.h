/* lexer.h - INTERNAL to expression: tokens with line and column. */
#ifndef QFPI_LEXER_H
#define QFPI_LEXER_H

#include "expression/expression.h"

typedef enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_NAME, TOKEN_SIGN } token_kind;

typedef struct token {
    token_kind kind;
    const char *start;
    size_t length;
    double number; /* TOKEN_NUMBER */
    char unit;     /* of an imaginary one, 2j, 2i or 2I, its letter; else 0 */
    char sign;     /* TOKEN_SIGN: one of + - * / ^ ( ) [ ] , or SIGN_ADJOINT */
} token;

/* What `†` and `.dag()` are read as; `**` is read as ^. */
enum { SIGN_ADJOINT = '\'' };

/* The token at `at` (white space skipped).  QFP_CONFIG for a character that starts none. */
qfp_status qfpi_token_read(const char *text, const char *at, const qfp_place *place, token *out);

/* QFP_CONFIG with "FILE:LINE:COLUMN: KEY: " before the sentence; `at` points into `text`. */
qfp_status qfpi_expression_error(const char *text, const char *at, const qfp_place *place,
                                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Line and column of `at` in the file of `place` (1-based), or in `text` where there is no file. */
void qfpi_expression_locate(const char *text, const char *at, const qfp_place *place, int *line,
                            int *column);

/* "'name'" or "the end of the expression", for sentences. */
const char *qfpi_token_text(const token *t, char *buffer, size_t size);

#endif
