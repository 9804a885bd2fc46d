/* path_observables.h - expectation values of an ensemble, with their sampling errors.
 *
 * For trajectories distributed like Q, ⟨A⟩ = E[A_aW(α)] (Eq. 61).  The observables are functions of
 * raw means E[f_k]: |α|² = n + 1, Re and Im of α and α², |α_i|²|α_j|², H_aW.
 */
#ifndef QFPI_PATH_OBSERVABLES_H
#define QFPI_PATH_OBSERVABLES_H

#include "algebra/polynomial.h"
#include "backend_paths.h"
#include "reference/reference.h"

enum { QFP_BATCHES = 64 };

typedef struct qfp_path_observables {
    int modes;
    size_t raw_count;
    qfp_path_polynomial *raw; /* owned, with their terms */
    size_t count;
    char (*name)[32]; /* energy; n_j, re_a_j, im_a_j, re_aa_j, im_aa_j, var_x_j, var_p_j; n_i_n_j */
} qfp_path_observables;

qfp_status qfp_path_observables_create(const qfp_polynomial *antiwick, int modes,
                                       qfp_path_observables *out) QFP_MUST_USE;
void qfp_path_observables_destroy(qfp_path_observables *o);

/* values[count] and their standard errors (jackknife over QFP_BATCHES batches of paths). */
qfp_status qfp_path_observables_evaluate(const qfp_path_observables *o,
                                         const qfp_path_backend *backend, qfp_context *context,
                                         const qfp_path_set *set, const qfp_buffer *x,
                                         double *values, double *errors) QFP_MUST_USE;

/* The same observables of the exact state. */
qfp_status qfp_path_observables_exact(const qfp_path_observables *o, qfp_reference *reference,
                                      double *values) QFP_MUST_USE;

#endif
