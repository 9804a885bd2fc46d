/* doubt.h - how far a user's observable may be off because of where the state is cut off.
 *
 * Powers of α weigh the edge of a box, or the last levels of a basis, far more than the state does.
 * What they add to ⟨A⟩ tells: measured against exact answers on grids it is ten times the error, give
 * or take ten (more in the Fock basis), for powers up to 16 and tolerances from 1e-4 to 1e-8.
 */
#ifndef QFPI_DOUBT_H
#define QFPI_DOUBT_H

#include "run/solution.h"

typedef struct qfp_doubt {
    double *shares; /* [mean_count], the largest |value − inner| / max(1, |value|) so far */
    double *values, *times; /* where that was */
} qfp_doubt;

/* Give `out` to qfp_doubt_destroy either way. */
qfp_status qfp_doubt_create(const qfp_solution *s, qfp_doubt *out) QFP_MUST_USE;
void qfp_doubt_destroy(qfp_doubt *d);

/* values and inner [mean_count] as `means` gives them at time t. */
void qfp_doubt_note(qfp_doubt *d, const qfp_solution *s, const double *values, const double *inner,
                    double t);

/* Adds a sentence to `text` when a share is so large that the error may exceed the tolerance. */
void qfp_doubt_append(const qfp_doubt *d, const qfp_solution *s, const qfp_config *config,
                      char *text, size_t size);

#endif
