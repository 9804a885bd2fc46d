/* paths.h - INTERNAL: trajectory ensembles: drawn, shifted, summed and counted.
 *
 * An ensemble of `paths` trajectories with `coordinates` complex coordinates is a buffer of
 * 2 coordinates paths doubles: real and imaginary part of coordinate c of path i lie at
 * x[2c paths + i] and x[(2c + 1) paths + i].  Coordinates are α_1 … α_N and, where the phase space
 * is doubled, β_1 … β_N after them (β takes the place of α*).
 *
 * Random numbers are counter-based (kernels/shared/philox.h): path i uses the sequence
 * first_path + i, step s the blocks from s 2^24.  Nothing is stored, and no result depends on the
 * number of threads or on how the paths are cut.
 */
#ifndef QFPI_BACKEND_PATHS_H
#define QFPI_BACKEND_PATHS_H

#include "backend/batches.h"
#include "backend/symbol.h"

typedef struct qfp_path_set {
    size_t paths;
    int coordinates;
    uint64_t seed, first_path;
} qfp_path_set;

/* Σ_t (re + i im) Π_j α_j^power[j] β_j^power[N+j], with β_j = α_j* where the space is not
 * doubled. */
typedef struct qfp_path_polynomial {
    size_t term_count;
    const qfp_symbol_term *terms;
} qfp_path_polynomial;

typedef struct qfp_path_step {
    double duration;
    uint64_t step;   /* the number of this step, counted in fine steps */
    int merge;       /* 1, or 2: the increments of two fine steps are added (coarse run) */
    int pieces_most; /* guided: a path that needs more pieces within one step counts as lost */
} qfp_path_step;

typedef struct qfp_paths_operations {
    /* Draws α from the Husimi function of Σ_k w_k |k⟩⟨k|, exactly: a ket by its weight; then mode
     * after mode: the levels of the later modes by their weight, n by |c_n|², |α|² from
     * Γ(n + 1, 1), the phase by rejection, and the ket projected on ⟨α|.  Where the space is
     * doubled, β = α*. kets: host memory, complex interleaved [ket_count][Π levels]; levels at most
     * 512 per mode. */
    qfp_status (*draw)(qfp_context *context, const qfp_path_set *set, int modes, const int *levels,
                       size_t ket_count, const double *weights, const double *kets, qfp_buffer *x);
    /* x_c ← keep x_c + mean_c + Σ_k spread[c][k] ξ_k in the 2 coordinates real coordinates of every
     * path, ξ independent standard normal numbers from block `block` on; keep is 0 (x may hold
     * anything) or 1. */
    qfp_status (*gaussian)(qfp_context *context, const qfp_path_set *set, uint64_t block, int keep,
                           const double *mean, const double *spread, qfp_buffer *x);
    /* out[k][b] = Σ_i w_i Re f_k(path i) over the paths of batch b of the set, fixed pairwise tree.
     * weights may be NULL.  A path with a coordinate that is not finite makes its sums NaN. */
    qfp_status (*sums)(qfp_context *context, const qfp_path_set *set, int doubled, size_t count,
                       const qfp_path_polynomial *functions, const qfp_batches *batches,
                       const qfp_buffer *x, const qfp_buffer *weights, double *out);
    /* counts[i][k] = Σ w over the paths with Q = √2 Re α in cell i of `cells` equal ones of
     * [bounds[0], bounds[1]) and P = √2 Im α in cell k of [bounds[2], bounds[3]). */
    qfp_status (*histogram)(qfp_context *context, const qfp_path_set *set, int coordinate,
                            size_t cells, const double bounds[4], const qfp_buffer *x,
                            const qfp_buffer *weights, double *counts);
} qfp_paths_operations;

#endif
