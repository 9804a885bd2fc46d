/* columns.h - INTERNAL: what the records of all points have in common, and where they differ. */
#ifndef QFPI_COLUMNS_H
#define QFPI_COLUMNS_H

#include "io/record.h"

/* One dataset of all points: each has room for `shape`, the largest that one of them needs. */
typedef struct qfp_column {
    qfp_record_array like; /* of the point with the longest axes, without data */
    size_t size;           /* doubles of a point */
    double *values;        /* [points][size]; NULL: too many for memory at once */
} qfp_column;

/* An attribute of all points. */
typedef struct qfp_column_attribute {
    qfp_record_attribute like; /* of the first point that has it */
    bool differs;
    double *values; /* [points] of one number that differs; NaN: none */
} qfp_column_attribute;

typedef struct qfp_columns {
    size_t points;
    size_t count, room;
    qfp_column *columns;
    size_t attribute_count, attribute_room;
    qfp_column_attribute *attributes;
} qfp_columns;

/* Widens the columns, and notes the attributes, for the record of one more point. */
qfp_status qfp_columns_note(qfp_columns *c, size_t point, const qfp_record *record) QFP_MUST_USE;
/* All were noted: NaN everywhere. */
qfp_status qfp_columns_allocate(qfp_columns *c) QFP_MUST_USE;
void qfp_columns_destroy(qfp_columns *c);

/* The array in the corner of a point's room, NaN around it: to [size]. */
void qfp_column_spread(const qfp_column *column, const qfp_record_array *array, double *to);

#endif
