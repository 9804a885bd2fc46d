/* quadratic_frame.h - Hamiltonians of second degree in one mode, in the eigenframe of diffusion.
 *
 * H_aW = c α² + c* α*² + e |α|² + d α + d* α*.  With α = e^{iθ}(q + ip)/√2, 2θ = −π/2 − arg c:
 *     q̇ = g q + w p + f_q,   ṗ = −g p − w q + f_p,   g = 2|c|/κ,   w = e/κ,
 * and diffusion −g/2 along q, +g/2 along p.
 */
#ifndef QFPI_ENSEMBLE_QUADRATIC_FRAME_H
#define QFPI_ENSEMBLE_QUADRATIC_FRAME_H

#include "io/config.h"

typedef struct qfp_quadratic_frame {
    double rate, coupling; /* g, w */
    double force[2];       /* f_q, f_p */
    double turn[2];        /* cos θ, sin θ */
} qfp_quadratic_frame;

/* QFP_CONFIG for several modes, a higher degree, or no diffusion; `others`, "" or ", and …", are
 * the Hamiltonians that the method takes besides. */
qfp_status qfp_quadratic_frame_read(const qfp_config *config, const char *others,
                                    qfp_quadratic_frame *out) QFP_MUST_USE;

#endif
