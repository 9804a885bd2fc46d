/* one_mode_kets.h - INTERNAL to reference: the kets of one mode by stable recurrences. */
#ifndef QFPI_ONE_MODE_KETS_H
#define QFPI_ONE_MODE_KETS_H

#include "io/config.h"

/* ρ = Σ_k weight[k] |k⟩⟨k|; ket [count][levels]. */
typedef struct qfp_ket_set {
    size_t count, dim;
    double *weight;
    double complex *ket;
} qfp_ket_set;
qfp_status qfp_ket_set_allocate(size_t count, size_t dim, qfp_ket_set *out) QFP_MUST_USE;
void qfp_ket_set_destroy(qfp_ket_set *set);

/* Mode `mode` of a state that is a product over modes (not superposition, mixture or file). */
qfp_status qfp_one_mode_kets(const qfp_state *state, int mode, size_t levels,
                             qfp_ket_set *out) QFP_MUST_USE;

/* Levels that hold all of that mode but Σ_k weight_k √(population of ket k beyond) < limit. */
qfp_status qfp_one_mode_levels(const qfp_state *state, int mode, double limit,
                               size_t *levels) QFP_MUST_USE;

/* What lies beyond some levels: Σ_k weight_k √(population of ket k there) and the population. */
typedef struct qfp_rest {
    double amplitude, population;
} qfp_rest;
qfp_status qfp_one_mode_rest(const qfp_state *state, int mode, size_t levels,
                             qfp_rest *out) QFP_MUST_USE;

#endif
