/* columns.h - names, units and meanings of the columns of /observables. */
#ifndef QFPI_COLUMNS_H
#define QFPI_COLUMNS_H

#include "core/error.h"

#define QFP_COLUMN_TEXT 192

/* The columns of /observables, as qfp_snapshot_layout takes them. */
typedef struct qfp_columns {
    size_t count, capacity;
    char (*texts)[2 * QFP_COLUMN_TEXT]; /* name and long name of each */
    const char **names, **units, **long_names;
} qfp_columns;

/* Give `out` to qfp_columns_destroy either way. */
qfp_status qfp_columns_create(size_t capacity, qfp_columns *out) QFP_MUST_USE;
void qfp_columns_destroy(qfp_columns *columns);
/* Copies the name and the long name; the units must stay. */
void qfp_columns_add(qfp_columns *columns, const char *name, const char *units,
                     const char *long_name);
/* The QFP_FIGURES figures of an estimate: NAME, NAME_stderr, NAME_step_error and NAME_exact. */
enum { QFP_FIGURES = 4 };
void qfp_columns_add_estimate(qfp_columns *columns, const char *name, const char *units,
                              const char *long_name);

#endif
