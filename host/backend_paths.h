/* backend_paths.h - INTERNAL: the part of the seam that moves trajectory ensembles.
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

#include "backend.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_doubled qfp_doubled; /* drift and noise in a doubled phase space */
typedef struct qfp_guide qfp_guide; /* the exact state and the Hamiltonian that guide the paths */

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

typedef struct qfp_guide_spec {
    int modes;
    int levels[QFPI_MAX_MODES];
    size_t ket_count;
    const double *weights; /* of the kets, Σ w_k |F_k|² is Q up to its Gaussian */
    double lambda;         /* λ ∈ [0, 1] */
    int coupled;           /* some ∂²H_aW/∂α*_i∂α*_j does not vanish for i ≠ j */
    /* kernels/shared/guided_cell.h, [qfp_guide_lists(modes, coupled)]: A_j, S_j, ∂S_j/∂α_j of every
     * mode; coupled: every A_i, every S_ij, then ∂S_ij/∂α_k with k slowest */
    const qfp_path_polynomial *polynomials;
} qfp_guide_spec;

static inline size_t qfp_guide_lists(int modes, int coupled)
{
    size_t n = (size_t)modes;
    return coupled ? n + n * n + n * n * n : 3 * n;
}

typedef struct qfp_path_step {
    double duration;
    uint64_t step;   /* the number of this step, counted in fine steps */
    int merge;       /* 1, or 2: the increments of two fine steps are added (coarse run) */
    int pieces_most; /* guided: a path that needs more pieces within one step counts as lost */
} qfp_path_step;

/* Term of a sum of Gaussians f(z) = Σ e^{Re E} cos(Im E), E = e0 z0² + e1 z0 z1 + e2 z1² + e3 z0 +
 * e4 z1 + e5, with what drawing from e^{Re E} needs. */
typedef struct qfp_gaussian_term {
    double re[6], im[6];
    double mean[2], root[3]; /* of the Gaussian e^{Re E}: centre; Cholesky factor 00, 10, 11 */
    double mass_until;       /* Σ ∫ e^{Re E} up to and with this term */
} qfp_gaussian_term;

typedef enum qfp_boundary_kind {
    QFP_BOUNDARY_INDEPENDENT, /* q(T) from `end`, p(0) from `begin`: one of their variables each */
    QFP_BOUNDARY_CONDITIONAL, /* q(T) from `end`; p(0) from `begin` at the q(0) reached */
    QFP_BOUNDARY_SIGNED       /* (q(T), p(0)) from |end|, weighted with its sign */
} qfp_boundary_kind;

/* Forward-backward ensemble of one mode, kernels/shared/boundary_cell.h.  The eigenframe (q, p):
 * α = centre + e^{i turn} (q + ip)/√2. */
typedef struct qfp_boundary_spec {
    qfp_boundary_kind initialisation;
    double centre[2], turn[2]; /* turn: cos, sin */
    size_t end_count, begin_count;
    const qfp_gaussian_term *end, *begin; /* functions of (q, p) */
    size_t node_count;
    const double *decay; /* e^{−gh} of every interval between output times, [node_count] */
} qfp_boundary_spec;

typedef enum qfp_action_kind {
    QFP_ACTION_LINEAR, /* A_i = drift[i][0] x + drift[i][1] y + drift[i][2] */
    QFP_ACTION_KERR /* A_y = −A_x = Ω/√2, Ω(u) = frequency + strength e^{2u}, u = (x + y)/√2 */
} qfp_action_kind;

/* Paths between mixed boundary data, x(0) = begin and y(T) = end; kernels/shared/action_cell.h. */
typedef struct qfp_action_spec {
    qfp_action_kind kind;
    double drift[2][3];
    double frequency, strength; /* strength > 0 */
    double rate, duration;      /* variance rate d; T */
    double begin, end;
    size_t slices, sweeps; /* of [0, T]; steps of every chain */
    int merge;             /* 1, or 2: increments of two finer slices are added (coarse run) */
    double virtual_step;   /* δ ∈ (0, 2] */
    /* linear: cos, sin, α = e^{i turn} (y + ix)/√2; Kerr:
     * ln α = (x + y)/√2 + i turn[0] (x − y)/√2 */
    double turn[2];
} qfp_action_spec;

typedef struct qfp_path_backend {
    /* Draws α from the Husimi function of Σ_k w_k |k⟩⟨k|, exactly: a ket by its weight; then mode
     * after mode: the levels of the later modes by their weight, n by |c_n|², |α|² from
     * Γ(n + 1, 1), the phase by rejection, and the ket projected on ⟨α|.  Where the space is
     * doubled, β = α*. kets: host memory, complex interleaved [ket_count][Π levels]; levels at most
     * 512 per mode. */
    qfp_status (*draw)(qfp_context *context, const qfp_path_set *set, int modes, const int *levels,
                       size_t ket_count, const double *weights, const double *kets, qfp_buffer *x);

    qfp_status (*guide_create)(qfp_context *context, const qfp_guide_spec *spec, qfp_guide **out);
    void (*guide_destroy)(qfp_guide *guide);
    /* The kets at the begin (0), middle (1) and end (2) of the next step: host memory, copied. */
    qfp_status (*guide_load)(qfp_guide *guide, int node, const double *kets);
    /* One step of the guided diffusion; *lost counts paths that could not be moved: they are set to
     * NaN. */
    qfp_status (*guide_advance)(const qfp_guide *guide, const qfp_path_set *set,
                                const qfp_path_step *step, qfp_buffer *x, size_t *lost);

    /* x_c ← keep x_c + mean_c + Σ_k spread[c][k] ξ_k in the 2 coordinates real coordinates of every
     * path, ξ independent standard normal numbers from block `block` on; keep is 0 (x may hold
     * anything) or 1. */
    qfp_status (*gaussian)(qfp_context *context, const qfp_path_set *set, uint64_t block, int keep,
                           const double *mean, const double *spread, qfp_buffer *x);

    /* polynomials [6 modes]: drift, squared noise and its slope of α_j, then of β_j, as in
     * kernels/shared/doubled_cell.h; coordinates of the paths are (α, β). */
    qfp_status (*doubled_create)(qfp_context *context, int modes,
                                 const qfp_path_polynomial *polynomials, qfp_doubled **out);
    void (*doubled_destroy)(qfp_doubled *doubled);
    /* One step; *lost counts the paths with some |α_j β_j| above `limit` afterwards. */
    qfp_status (*doubled_advance)(const qfp_doubled *doubled, const qfp_path_set *set,
                                  const qfp_path_step *step, double limit, qfp_buffer *x,
                                  size_t *lost);

    /* Forward-backward: α(0) with its weight, ±1 [paths]; and from the begin to the end of interval
     * `node`.  */
    qfp_status (*boundary_begin)(qfp_context *context, const qfp_path_set *set,
                                 const qfp_boundary_spec *spec, qfp_buffer *x, qfp_buffer *weights);
    qfp_status (*boundary_advance)(qfp_context *context, const qfp_path_set *set,
                                   const qfp_boundary_spec *spec, size_t node, qfp_buffer *x);

    /* One chain per path, begun with a free diffusion.  out (host memory) [slice_count][Re α, Im
     * α][paths]: the last states at the slices named, 0 … slices; acceptance: the share of
     * proposals taken.  */
    qfp_status (*action_run)(qfp_context *context, const qfp_path_set *set,
                             const qfp_action_spec *spec, size_t slice_count, const size_t *slices,
                             double *out, double *acceptance);

    /* out[k][b] = Σ_i w_i Re f_k(path i) over the paths of batch b: b paths/batches ≤ i <
     * (b+1) paths/batches, fixed pairwise tree.  weights may be NULL.  A path with a coordinate
     * that is not finite makes its sums NaN. */
    qfp_status (*sums)(qfp_context *context, const qfp_path_set *set, int doubled, size_t count,
                       const qfp_path_polynomial *functions, size_t batches, const qfp_buffer *x,
                       const qfp_buffer *weights, double *out);
    /* counts[i][k] = Σ w over the paths with Q = √2 Re α in cell i of `cells` equal ones of
     * [bounds[0], bounds[1]) and P = √2 Im α in cell k of [bounds[2], bounds[3]). */
    qfp_status (*histogram)(qfp_context *context, const qfp_path_set *set, int coordinate,
                            size_t cells, const double bounds[4], const qfp_buffer *x,
                            const qfp_buffer *weights, double *counts);
} qfp_path_backend;

const qfp_path_backend *qfp_path_backend_cpu(void);
/* Absent from a build without CUDA, whose backend is not available either: its table is empty. */
const qfp_path_backend *qfp_path_backend_cuda(void);

#ifdef __cplusplus
}
#endif
#endif
