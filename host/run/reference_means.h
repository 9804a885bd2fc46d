/* reference_means.h - the observables of a list for the exact state: their texts are evaluated by
 * the reference's own algebra. */
#ifndef QFPI_REFERENCE_MEANS_H
#define QFPI_REFERENCE_MEANS_H

#include "algebra/observable.h"
#include "reference/reference.h"

typedef struct qfp_reference_means {
    const qfp_reference *reference;     /* borrowed */
    const qfp_observable_list *list;    /* borrowed */
    qfp_reference_operator **operators; /* [list->moment_count], NULL: the one of before[] */
    size_t *before;                     /* an earlier moment of the same operator, or itself */
    double *raw, *raw_errors;
    double complex *means;
} qfp_reference_means;

/* Give `out` to qfp_reference_means_destroy either way. */
qfp_status qfp_reference_means_create(const qfp_reference *reference,
                                      const qfp_observable_list *list,
                                      qfp_reference_means *out) QFP_MUST_USE;
void qfp_reference_means_destroy(qfp_reference_means *m);

/* values[list->count] at the reference's time */
qfp_status qfp_reference_means_evaluate(qfp_reference_means *m, double *values) QFP_MUST_USE;

/* errors[list->count] of the values evaluated last, when the state is off by `error`. */
qfp_status qfp_reference_means_errors(qfp_reference_means *m, const qfp_reference_error *error,
                                      double *errors) QFP_MUST_USE;

#endif
