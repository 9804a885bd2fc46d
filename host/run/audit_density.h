/* audit_density.h - INTERNAL to run: a generator applied to a Gaussian density, exactly.
 *
 * On f Q with a polynomial f and Q = exp(−s Σ|α_j − β_j|²),
 *     ∂_j(fQ) = (∂_j f − s(α*_j − β*_j) f) Q,   ∂̄_j(fQ) = (∂̄_j f − s(α_j − β_j) f) Q,
 * so L Q = (polynomial) Q.  s = 0 applies L to a polynomial.
 */
#ifndef QFPI_AUDIT_DENSITY_H
#define QFPI_AUDIT_DENSITY_H

#include "algebra/generator.h"

typedef struct qfp_audit_density {
    int modes;
    double s;
    double complex centre[QFP_MAX_MODES];
} qfp_audit_density;

/* out = polynomial f' of L (fQ) = f' Q; `generator` in Weyl form (4N variables), f and out in α, α*
 * (2N variables). */
qfp_status qfp_audit_density_apply(const qfp_audit_density *density,
                                   const qfp_polynomial *generator, const qfp_polynomial *f,
                                   qfp_polynomial *out) QFP_MUST_USE;

/* ‖(A − B) Q‖/‖B Q‖ in the weighted mean square over fixed points drawn from Q; B = 0 gives 0. */
qfp_status qfp_audit_density_distance(const qfp_audit_density *density, const qfp_polynomial *a,
                                      const qfp_polynomial *b, double *distance) QFP_MUST_USE;

#endif
