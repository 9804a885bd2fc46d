/* guide.h - INTERNAL: trajectories guided by the exact state. */
#ifndef QFPI_BACKEND_GUIDE_H
#define QFPI_BACKEND_GUIDE_H

#include "backend/paths.h"

typedef struct qfp_guide qfp_guide; /* the exact state and the Hamiltonian that guide the paths */

typedef struct qfp_guide_spec {
    int modes;
    int levels[QFP_MAX_MODES];
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

typedef struct qfp_guide_operations {
    qfp_status (*create)(qfp_context *context, const qfp_guide_spec *spec, qfp_guide **out);
    void (*destroy)(qfp_guide *guide);
    /* The kets at the begin (0), middle (1) and end (2) of the next step: host memory, copied. */
    qfp_status (*load)(qfp_guide *guide, int node, const double *kets);
    /* One step of the guided diffusion; *lost counts paths that could not be moved: they are set to
     * NaN. */
    qfp_status (*advance)(const qfp_guide *guide, const qfp_path_set *set,
                          const qfp_path_step *step, qfp_buffer *x, size_t *lost);
} qfp_guide_operations;

#endif
