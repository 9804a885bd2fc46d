/* record.h - INTERNAL: what a run writes, in memory in place of a file and under the same names.
 *
 * A snapshot that qfp_snapshot_create_record made fills one.  It becomes bytes and comes back, so that one process
 * can hand it to another or keep it on a disk.
 */
#ifndef QFPI_RECORD_H
#define QFPI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/error.h"

enum { QFP_RECORD_AXES = 16 };

typedef struct qfp_record_axis {
    char *path; /* of its scale, "/time" or "/axes/x" */
    char *long_name;
    size_t count;   /* of /time: times recorded so far */
    double *values; /* [count]; NULL: labels, or 1, 2, …; of /time those of the array /time */
    char **labels;  /* [count]; NULL: none */
} qfp_record_axis;

typedef struct qfp_record_array {
    char *name, *units, *long_name; /* "/observables/n_1" */
    bool grows;                     /* the first axis is /time */
    bool is_complex;                /* two doubles a number */
    int rank;                       /* with time */
    qfp_record_axis axes[QFP_RECORD_AXES];
    size_t capacity; /* doubles that there is room for */
    double *data;    /* row-major */
} qfp_record_array;

typedef struct qfp_record_attribute {
    char *object; /* "" of the file, else a group or a dataset */
    char *name;
    char *text;   /* NULL: numbers */
    bool integer; /* those are */
    size_t count;
    double *numbers; /* [count]; integers up to 2^53 */
} qfp_record_attribute;

typedef struct qfp_record {
    size_t array_count, array_room;
    qfp_record_array *arrays;
    size_t attribute_count, attribute_room;
    qfp_record_attribute *attributes;
} qfp_record;

void qfp_record_destroy(qfp_record *record); /* leaves an empty one */
void qfpi_record_free(qfp_record *record);   /* of one that was allocated; accepts NULL */

/* NULL when there is none of this name. */
const qfp_record_array *qfp_record_find(const qfp_record *record, const char *name);
const qfp_record_attribute *qfp_record_attribute_find(const qfp_record *record, const char *name);
/* Numbers of an array, complex ones counted once. */
size_t qfp_record_size(const qfp_record_array *array);

/* Copies of the description, without the data; each is to be cleared, also on failure. */
qfp_status qfp_record_array_copy(const qfp_record_array *array, qfp_record_array *out) QFP_MUST_USE;
qfp_status qfp_record_attribute_copy(const qfp_record_attribute *attribute,
                                     qfp_record_attribute *out) QFP_MUST_USE;
void qfp_record_array_clear(qfp_record_array *array);
void qfp_record_attribute_clear(qfp_record_attribute *attribute);
/* `axis` becomes a copy of `by`. */
qfp_status qfp_record_axis_replace(qfp_record_axis *axis, const qfp_record_axis *by) QFP_MUST_USE;

/* As bytes; a failure is left to ferror(). */
void qfp_record_write(const qfp_record *record, FILE *to);
/* QFP_IO for bytes that are no record; `name` is what it is called then.  Give `out` to
 * qfp_record_destroy either way. */
qfp_status qfp_record_read(const char *name, const void *bytes, size_t size,
                           qfp_record *out) QFP_MUST_USE;

#endif
