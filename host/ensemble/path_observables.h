/* path_observables.h - expectation values of an ensemble, with their sampling errors.
 *
 * Trajectories stand for operators in an order s: 0 normal (positive P), ½ symmetric (Wigner), 1
 * anti-normal (Q).  Re⟨A⟩ = Re E[A_s(α, β)] with the symbol A_s = e^{−sΔ} A_W (Eq. 61), β = α*
 * unless the phase space is doubled.
 */
#ifndef QFPI_PATH_OBSERVABLES_H
#define QFPI_PATH_OBSERVABLES_H

#include "backend.h"
#include "ensemble/share.h"
#include "io/config.h"

typedef struct qfp_path_observables {
    int doubled;
    double ordering;
    qfp_observable_list list;
    size_t raw_count;         /* list.moment_count */
    qfp_path_polynomial *raw; /* owned, with their terms; their means are the moments */
} qfp_path_observables;

qfp_status qfp_path_observables_create(const qfp_config *config, double ordering, int doubled,
                                       qfp_path_observables *out) QFP_MUST_USE;
void qfp_path_observables_destroy(qfp_path_observables *o);

/* The paths of this rank; weights [set.paths], or NULL: all 1. */
typedef struct qfp_weighted_paths {
    const qfp_share *share;
    const qfp_path_set *set;
    const qfp_buffer *x, *weights;
} qfp_weighted_paths;

/* Of the paths of all ranks, values[list.count] and their standard errors (jackknife over the batches); means are
 * Σ w f / Σ w. */
qfp_status qfp_path_observables_evaluate(const qfp_path_observables *o, const qfp_backend *backend,
                                         qfp_context *context, const qfp_weighted_paths *paths,
                                         double *values, double *errors) QFP_MUST_USE;

#endif
