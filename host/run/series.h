/* series.h - the expectation values at the times of output.series, of one theory.
 *
 * Held in memory with their stated errors, NaN where a time was not reached, and written as a whole: to
 * /series/NAME and /errors/series/NAME [count] beside time, at every output and before every
 * checkpoint.
 */
#ifndef QFPI_SERIES_H
#define QFPI_SERIES_H

#include "run/solution.h"

typedef struct qfp_series {
    size_t count;        /* 0: none wanted */
    const double *times; /* the configuration's */
    size_t next;         /* index of the time to come */
    size_t columns;
    double checksum;         /* of a run that is resumed: of what it had */
    double *values, *errors; /* [columns][count] */
} qfp_series;

/* Give `out` to qfp_series_destroy either way. */
qfp_status qfp_series_create(const qfp_config *config, const qfp_solution *s,
                             qfp_series *out) QFP_MUST_USE;
void qfp_series_destroy(qfp_series *series);

/* The next time is reached: values[columns] and what they may be off by. */
void qfp_series_note(qfp_series *series, const double *values, const double *errors);

/* Writes both; names and units are the solution's. */
qfp_status qfp_series_write(const qfp_series *series, const qfp_solution *s,
                            qfp_snapshot *snapshot) QFP_MUST_USE;
/* Goes on from what `snapshot` holds of an interrupted run that is taken up at time t.  QFP_IO when that is
 * not what has the checksum. */
qfp_status qfp_series_resume(qfp_series *series, const qfp_solution *s, qfp_snapshot *snapshot,
                             double t) QFP_MUST_USE;
/* Of the values and errors before time t, a whole number below 2^53. */
double qfp_series_checksum(const qfp_series *series, double t);

#endif
