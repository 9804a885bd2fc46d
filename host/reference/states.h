/* states.h - INTERNAL to reference: the configured initial state as kets of the product basis. */
#ifndef QFPI_STATES_H
#define QFPI_STATES_H

#include "reference/kept.h"
#include "reference/one_mode_kets.h"

/* Raises levels[j] to what the initial state needs: Σ_k w_k √(population beyond) < limit per
 * mode. */
qfp_status qfp_state_levels(const qfp_config *config, double limit, int *levels) QFP_MUST_USE;

/* *most ← the least W = Σ_j weight[j] n_j beyond which every ket of the state, or of its parts, has √population ≤ limit. */
qfp_status qfp_state_most(const qfp_config *config, const int *weight, double limit,
                          int *most) QFP_MUST_USE;

/* What the kets may be off by: what is not kept, and what a superposition loses where its
 * parts cancel, in the 2-norm, as Σ_k w_k (error of ket k). */
typedef struct qfp_state_error {
    qfp_rest cut;
    double cancelled;
} qfp_state_error;

/* The kets and weights of config->initial on the kept states.  QFP_CONFIG for states that do not
 * exist (a superposition of mixed states, one that cancels), QFP_MEMORY when a product of mixed
 * states has too many kets, QFP_UNSUPPORTED for a Q grid. */
qfp_status qfp_state_kets(const qfp_config *config, const qfp_kept *kept, qfp_ket_set *out,
                          qfp_state_error *error) QFP_MUST_USE;

#endif
