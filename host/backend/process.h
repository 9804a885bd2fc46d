/* process.h - INTERNAL: stochastic processes in real variables (methods markov and nelson).
 *
 * `paths` trajectories of `variables` real variables lie at x[v paths + i], in host memory: the
 * only backend that fills this table is the CPU.  Random numbers are counter-based as in
 * paths.h: path i uses the sequence first_path + i, fine step s the block (s + 1) 2^24;
 * initial draws use block 0.  No result depends on the number of threads.
 */
#ifndef QFPI_BACKEND_PROCESS_H
#define QFPI_BACKEND_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "backend/batches.h"

#define QFPI_PROCESS_VARIABLES 2
#define QFPI_PROCESS_MOMENTS 5

typedef struct qfp_process_term {
    double coefficient;
    int power[QFPI_PROCESS_VARIABLES];
} qfp_process_term;

/* Σ coefficient x_1^power[0] x_2^power[1] */
typedef struct qfp_process_polynomial {
    size_t count;
    const qfp_process_term *terms;
} qfp_process_polynomial;

/* dx_i = a_i(x) dt + Σ_k c_ik(x) dW_k in Itô's sense, Eq. (2) */
typedef struct qfp_ito_spec {
    int variables, noises;
    qfp_process_polynomial drift[QFPI_PROCESS_VARIABLES];
    qfp_process_polynomial noise[QFPI_PROCESS_VARIABLES][QFPI_PROCESS_VARIABLES];
} qfp_ito_spec;

typedef struct qfp_process_set {
    size_t paths;
    int variables;
    uint64_t seed, first_path;
} qfp_process_set;

typedef struct qfp_process_step {
    double duration; /* of one fine step */
    uint64_t step;   /* the number of the first fine step */
    int merge;       /* 1, or 2: one step of twice the duration with the noise of both */
} qfp_process_step;

/* ψ and dψ/dx on n points x_0 + i dx of a periodic grid, at both ends of a step:
 * interleaved (Re ψ, Im ψ, Re ψ′, Im ψ′), [n][4]. */
typedef struct qfp_wave_view {
    size_t n;
    double first, spacing;
    const double *begin, *end;
} qfp_wave_view;

typedef struct qfp_process_operations {
    /* x_v ← mean_v + deviation_v ξ_v */
    void (*draw_gaussian)(const qfp_process_set *set, const double *mean, const double *deviation,
                          double *x);
    /* One variable, from a density that is constant on each of n cells: mass_until[i] is the
     * probability of the cells 0 … i, growing to 1. */
    void (*draw_cells)(const qfp_process_set *set, size_t n, double first, double width,
                       const double *mass_until, double *x);
    /* Euler and Maruyama's step. */
    void (*ito_advance)(const qfp_ito_spec *spec, const qfp_process_set *set,
                        const qfp_process_step *step, double *x);
    /* Heun's step with Nelson's drift and the variance `rate` = ħ/m per unit time. */
    void (*nelson_advance)(const qfp_wave_view *wave, double rate, const qfp_process_set *set,
                           const qfp_process_step *step, double *x);
    /* out[m][b], the sums of x_1, x_2, x_1², x_1 x_2, x_2² over batch b of the set. */
    void (*moments)(const qfp_process_set *set, const qfp_batches *batches, const double *x,
                    double *out);
    /* counts[i][k]: paths with u_i in cell i and w_i in cell k of the same n cells; w NULL:
     * counts[i].  What is outside is not counted. */
    void (*histogram)(size_t paths, size_t n, double first, double width, const double *u,
                      const double *w, double *counts);
} qfp_process_operations;

#endif
