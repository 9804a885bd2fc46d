/* audit.h - what a configuration means, worked out symbolically before anything is computed. */
#ifndef QFP_AUDIT_H
#define QFP_AUDIT_H

#include "qfp/config.h"
#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The three symbols of H, drift and D(z) (Eq. 52), the generator order by order at c = 0 and at its
 * own ordering (Eq. 63), the class (Eq. 64), whether the balanced ordering leaves even orders, and
 * the constraints C1 to C7 that can be decided symbolically.  `text` for a terminal, `latex` the
 * same formulas, `json` one object.  All three malloc'ed. */
typedef struct qfp_audit {
    char *text, *latex, *json;
    int satisfies_64; /* Eq. (64): the exact equation is a Fokker-Planck equation */
    int balanced;     /* S = ½(L + Lᵀ) = 0 at the balanced ordering */
} qfp_audit;

QFP_API qfp_status qfp_audit_create(const qfp_config *config, qfp_audit *out) QFP_MUST_USE;
QFP_API void qfp_audit_destroy(qfp_audit *audit);

/* `qfp audit --spectrum`: eigenvalues of the configured generator in the Fock basis restricted to
 * so many levels of every mode.  growth: largest real part, zero for a balanced theory and without
 * bound in `levels` for an ill-posed one; frequency: largest imaginary part. */
typedef struct qfp_audit_spectrum {
    int levels;
    double unknowns; /* levels^{2N} */
    double growth, frequency;
} qfp_audit_spectrum;
QFP_API qfp_status qfp_audit_spectrum_find(const qfp_config *config, int levels,
                                           qfp_audit_spectrum *out) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
