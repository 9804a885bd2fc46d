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

/* The malloc'ed string, "" when nothing was written, NULL when memory ran out; `text` is {0}
 * after. */
char *qfpi_text_finish(qfp_text *text);

/* Control characters become '?', in place: what a user or a file named never moves the cursor. */
char *qfpi_text_printable(char *text);

#endif
