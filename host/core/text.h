/* text.h - INTERNAL: a string that grows while it is written.
 *
 * A running-out of memory is remembered, everything after it is dropped, and qfpi_text_finish then
 * answers NULL: one check at the end instead of one per piece.
 */
#ifndef QFPI_TEXT_H
#define QFPI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct qfp_text {
    char *characters;
    size_t length, capacity;
    bool failed;
} qfp_text;

/* Appends like printf.  A qfp_text starts as {0}. */
void qfpi_text_put(qfp_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends words, with a space between, in lines of at most `width` characters: the first begins in `column`, from 0, the
 * others in `indent`.  A word that is longer has a line of its own. */
enum { QFPI_PAGE_WIDTH = 80 };
void qfpi_text_wrap(qfp_text *text, int width, int column, int indent, const char *words);

/* The malloc'ed string, "" when nothing was written, NULL when memory ran out; `text` is {0}
 * after. */
char *qfpi_text_finish(qfp_text *text);

/* Bytes of the UTF-8 character at `text`, 0 when it is none; its code point. */
size_t qfpi_text_character(const char *text, unsigned *code);

/* Does it move the cursor, turn the direction of what stands around it, or hide? */
bool qfpi_text_is_control(unsigned code);

/* `text` as a terminal may be shown it, out[size], cut to what fits: the bytes of control characters
 * and of what is no UTF-8 as \xNN. */
void qfpi_text_show(const char *text, size_t size, char *out);
/* The same, malloc'ed and whole; NULL when memory ran out. */
char *qfpi_text_printable(const char *text);

#endif
