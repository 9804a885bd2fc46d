/* backend_process.h - INTERNAL: the part of the seam that moves stochastic processes in real
 * variables (methods markov and nelson) and the densities beside them.
 *
 * `paths` trajectories of `variables` real variables lie at x[v paths + i], in host memory: the
 * only backend that fills this table is the CPU.  Random numbers are counter-based as in
 * backend_paths.h: path i uses the sequence first_path + i, fine step s the block (s + 1) 2^24;
 * initial draws use block 0.  No result depends on the number of threads.
 */
#ifndef QFPI_BACKEND_PROCESS_H
#define QFPI_BACKEND_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* Finite volumes of the density: n cells per variable, [n] or [n][n] (second variable fastest).
 * Through the face above cell c in direction v flows, per unit time,
 *     up[v][c] P_c − down[v][c] P_above + Σ cross terms,
 * the cross terms of D_12 (two variables) by central differences from cross[c] = D_12/2 at cell c.
 * Coefficients of faces at the edge of the box are 0, so that Σ P is conserved. */
typedef struct qfp_density_spec {
    int variables;
    size_t n;
    double spacing[QFPI_PROCESS_VARIABLES];
    const double *up[QFPI_PROCESS_VARIABLES], *down[QFPI_PROCESS_VARIABLES];
    const double *cross; /* NULL: none */
} qfp_density_spec;

typedef struct qfp_wave qfp_wave; /* ψ on a periodic grid */

typedef struct qfp_process_backend {
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
    /* out[b][m], the sums of x_1, x_2, x_1², x_1 x_2, x_2² over batch b of the paths. */
    void (*moments)(const qfp_process_set *set, size_t batches, const double *x, double *out);
    /* counts[i][k]: paths with u_i in cell i and w_i in cell k of the same n cells; w NULL:
     * counts[i].  What is outside is not counted. */
    void (*histogram)(size_t paths, size_t n, double first, double width, const double *u,
                      const double *w, double *counts);

    /* P[cell][columns] is moved by `duration` in `steps` steps of Runge and Kutta's fourth
     * order. */
    qfp_status (*density_advance)(const qfp_density_spec *spec, size_t columns, double duration,
                                  size_t steps, double *p);

    /* iħ dψ/dt = −ħ²/(2m) ψ″ + V ψ on [first, first + n spacing); psi [n][2] is normalised here. */
    qfp_status (*wave_create)(size_t n, double first, double spacing, double hbar, double mass,
                              const double *potential, const double *psi, qfp_wave **out);
    void (*wave_destroy)(qfp_wave *wave);
    /* One step of Strang's splitting; exact where V = 0. */
    void (*wave_advance)(qfp_wave *wave, double duration);
    /* values [n][4] of a qfp_wave_view. */
    void (*wave_values)(const qfp_wave *wave, double *values);
} qfp_process_backend;

const qfp_process_backend *qfp_process_backend_cpu(void);

#ifdef __cplusplus
}
#endif
#endif
