/* correlations.h - the two-time correlations of output.correlations, of one theory.
 *
 * Each is taken when the run comes by its earlier time; values are held in memory, NaN before, and written as a
 * whole to /correlations/NUMBER/{re, im, re_connected, im_connected} [tau] and spectrum [omega], with the
 * stated errors in /errors/correlations/NUMBER, at every output and before every checkpoint.
 */
#ifndef QFPI_CORRELATIONS_H
#define QFPI_CORRELATIONS_H

#include "io/snapshot.h"
#include "run/two_time.h"

typedef struct qfp_correlations {
    size_t count;
    qfp_two_time *of; /* [count], in the order of the configuration */
    double checksum;  /* of a run that is resumed: of what it had */
} qfp_correlations;

/* Give `out` to qfp_correlations_destroy either way. */
qfp_status qfp_correlations_create(const qfp_config *config, qfp_correlations *out) QFP_MUST_USE;
void qfp_correlations_destroy(qfp_correlations *c);

/* The one to be taken next that begins no later than t; NULL when there is none. */
qfp_two_time *qfp_correlations_due(const qfp_correlations *c, double t);

qfp_status qfp_correlations_write(const qfp_correlations *c, qfp_snapshot *snapshot) QFP_MUST_USE;
/* Goes on from what `snapshot` holds of an interrupted run that is taken up at time t.  QFP_IO when that is
 * not what has the checksum. */
qfp_status qfp_correlations_resume(qfp_correlations *c, qfp_snapshot *snapshot,
                                   double t) QFP_MUST_USE;
/* Of those that begin before time t, a whole number below 2^53. */
double qfp_correlations_checksum(const qfp_correlations *c, double t);

/* Adds a sentence to `text` where one is not good for much. */
void qfp_correlations_append(const qfp_correlations *c, char *text, size_t size);

#endif
