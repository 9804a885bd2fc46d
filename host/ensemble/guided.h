/* guided.h - the score-guided diffusion: trajectories whose density at any one time is Q(t).
 *
 * The equation is in kernels/shared/guided_cell.h.  It exists for Hamiltonians of the second-order
 * class (Eq. 64); here ∂²H_aW/∂α*_i∂α*_j must vanish for i ≠ j too.  The score ∂ ln Q/∂α* comes
 * from the exact kets.
 */
#ifndef QFPI_GUIDED_H
#define QFPI_GUIDED_H

#include "backend_paths.h"
#include "io/config.h"
#include "reference/reference.h"

typedef struct qfp_guided qfp_guided;

/* QFP_CONFIG with the derivative that forbids it, for Hamiltonians outside the class;
 * QFP_UNSUPPORTED for noise that couples modes. */
qfp_status qfp_guided_check(const qfp_config *config) QFP_MUST_USE;

/* `reference` is moved along with the paths. */
qfp_status qfp_guided_create(const qfp_config *config, const qfp_path_backend *backend,
                             qfp_context *context, qfp_reference *reference,
                             qfp_guided **out) QFP_MUST_USE;
void qfp_guided_destroy(qfp_guided *g);

/* Two fine steps of length h from time t for the paths x, and one of length 2h for the paths coarse
 * (NULL: none) with the same noise.  `step` counts fine steps.  QFP_TOLERANCE when a path needs too
 * many pieces within a step. */
qfp_status qfp_guided_advance(qfp_guided *g, const qfp_path_set *set, double t, double h,
                              uint64_t step, qfp_buffer *x, qfp_buffer *coarse) QFP_MUST_USE;

#endif
