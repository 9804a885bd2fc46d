/* json.h - INTERNAL: documents of Jansson from what this project has: names of users and of files,
 * numbers that may be NaN.
 *
 * Memory that runs out, and a NULL handed in, make NULL of the whole document, parts freed; so one
 * check at the end is enough.
 */
#ifndef QFPI_JSON_H
#define QFPI_JSON_H

#include <jansson.h>
#include <stddef.h>

/* A string; bytes that are no UTF-8 become U+FFFD, as JSON cannot hold them. */
json_t *qfpi_json_text(const char *text);

/* A number, whole ones written without a fraction; null when not finite. */
json_t *qfpi_json_number(double value);

/* values[0], values[stride], ... */
json_t *qfpi_json_numbers(size_t count, size_t stride, const double *values);

/* `list` with `item` at its end, `object` with `key` set: both arguments are taken over. */
json_t *qfpi_json_append(json_t *list, json_t *item);
json_t *qfpi_json_put(json_t *object, const char *key, json_t *value);

/* One line without its end; numbers with the 17 digits that give the same double back.  malloc'ed,
 * NULL when memory ran out.  Frees the document. */
char *qfpi_json_write(json_t *document);

#endif
