/* diffusion.h - INTERNAL: trajectories of an ordinary diffusion whose density is Q. */
#ifndef QFPI_BACKEND_DIFFUSION_H
#define QFPI_BACKEND_DIFFUSION_H

#include "backend/paths.h"

typedef struct qfp_diffusion qfp_diffusion; /* drift and covariance of a diffusion */

typedef struct qfp_diffusion_operations {
    /* polynomials [modes + 2 modes²] of (α, α*): the drifts f_i, then per unit of time the covariances g_ij of dα_i and
     * the conjugate of dα_j, then m_ij of dα_i and dα_j, j fastest, as in kernels/shared/diffusion_cell.h. */
    qfp_status (*create)(qfp_context *context, int modes, const qfp_path_polynomial *polynomials,
                         qfp_diffusion **out);
    void (*destroy)(qfp_diffusion *diffusion);
    /* One step; *lost counts the paths that stayed because the covariance is not positive there. */
    qfp_status (*advance)(const qfp_diffusion *diffusion, const qfp_path_set *set,
                          const qfp_path_step *step, qfp_buffer *x, size_t *lost);
} qfp_diffusion_operations;

#endif
