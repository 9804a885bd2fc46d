/* point_log.h - the points of a sweep as they come in, one after the other at the end of a file.
 *
 * Only ever appended to, every entry with a checksum: a kill at any moment loses the entry that was being written and
 * no other.
 */
#ifndef QFPI_POINT_LOG_H
#define QFPI_POINT_LOG_H

#include <stddef.h>
#include <stdio.h>

#include "core/error.h"

/* One point: how its run ended, and the bytes of its record (io/record.h), none of a point without any. */
typedef struct qfp_point {
    size_t number;
    qfp_status status;
    double seconds;
    const char *sentence; /* why it failed, or what it warned of */
    size_t record_size;
    const void *record; /* borrowed from whoever gave it */
} qfp_point;

/* One entry as bytes, and back: QFP_IO for bytes that are none. */
void qfp_point_write(const qfp_point *point, FILE *to);
qfp_status qfp_point_read(const void *bytes, size_t size, qfp_point *out,
                          size_t *taken) QFP_MUST_USE;

typedef struct qfp_point_log qfp_point_log;

/* A new file, in the place of an older one; `text` says of which configuration. */
qfp_status qfp_point_log_create(const char *path, const char *text,
                                qfp_point_log **out) QFP_MUST_USE;
/* One that is there: QFP_USAGE when it is of another configuration, QFP_IO when it is none. An entry that was not
 * finished is cut off. */
qfp_status qfp_point_log_open(const char *path, const char *text, qfp_point_log **out) QFP_MUST_USE;
/* Bytes of qfp_point_write. */
qfp_status qfp_point_log_append(qfp_point_log *log, const void *bytes, size_t size) QFP_MUST_USE;
/* All entries in the order in which they came, each valid until the next call. */
qfp_status qfp_point_log_each(qfp_point_log *log, void *data,
                              qfp_status (*visit)(void *data, const qfp_point *point)) QFP_MUST_USE;
/* Closes; accepts NULL. */
void qfp_point_log_close(qfp_point_log *log);

#endif
