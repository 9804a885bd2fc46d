/* path_observables.h - expectation values of an ensemble, with their sampling errors.
 *
 * Trajectories stand for operators in an order s: 0 normal (positive P), ½ symmetric (Wigner), 1
 * anti-normal (Q).  ⟨A⟩ = E[A_s(α, β)] with the symbol A_s = e^{−sΔ} A_W (Eq. 61), β = α* unless
 * the phase space is doubled.  The observables are functions of raw means E[f_k]: αβ = n + s, Re
 * and Im of α and α², (α_iβ_i − s)(α_jβ_j − s), H_s.
 */
#ifndef QFPI_PATH_OBSERVABLES_H
#define QFPI_PATH_OBSERVABLES_H

#include "algebra/polynomial.h"
#include "backend.h"
#include "reference/reference.h"

enum { QFP_BATCHES = 64 };

typedef struct qfp_path_observables {
    int modes, doubled;
    double ordering;
    size_t raw_count;
    qfp_path_polynomial *raw; /* owned, with their terms */
    size_t count;
    char (*name)[32]; /* energy; n_j, re_a_j, im_a_j, re_aa_j, im_aa_j, var_x_j, var_p_j; n_i_n_j */
} qfp_path_observables;

/* `symbol`: H_s. */
qfp_status qfp_path_observables_create(const qfp_polynomial *symbol, int modes, double ordering,
                                       int doubled, qfp_path_observables *out) QFP_MUST_USE;
void qfp_path_observables_destroy(qfp_path_observables *o);

/* values[count] and their standard errors (jackknife over QFP_BATCHES batches of paths).  weights
 * [paths] or NULL: means are Σ w f / Σ w. */
qfp_status qfp_path_observables_evaluate(const qfp_path_observables *o, const qfp_backend *backend,
                                         qfp_context *context, const qfp_path_set *set,
                                         const qfp_buffer *x, const qfp_buffer *weights,
                                         double *values, double *errors) QFP_MUST_USE;

/* raw[raw_count], the means of o->raw, to values[count]. */
void qfp_path_observables_from_raw(const qfp_path_observables *o, const double *raw,
                                   double *values);

/* The same observables of the exact state. */
qfp_status qfp_path_observables_exact(const qfp_path_observables *o, qfp_reference *reference,
                                      double *values) QFP_MUST_USE;

#endif
