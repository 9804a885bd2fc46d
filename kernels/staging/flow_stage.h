/* flow_stage.h - gradient and Hessian of H as owned polynomials, and the entries of drift and
 * diffusion made from them, for every backend. */
#ifndef QFPI_STAGING_FLOW_STAGE_H
#define QFPI_STAGING_FLOW_STAGE_H

#include "backend.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfpi_flow_stage {
    int modes;
    double kappa, C;
    qfp_real_polynomial *polynomial; /* gradient[2N], then hessian[2N][2N]; owns the term lists */
} qfpi_flow_stage;

static inline int qfpi_flow_polynomials(int modes)
{
    return 2 * modes + 4 * modes * modes;
}

/* Copies the polynomials.  QFP_INTERNAL for modes, kappa or C out of range. */
qfp_status qfpi_flow_stage_create(int modes, double kappa, double C,
                                  const qfp_real_polynomial *gradient,
                                  const qfp_real_polynomial *hessian,
                                  qfpi_flow_stage *stage) QFP_MUST_USE;
void qfpi_flow_stage_free(qfpi_flow_stage *stage);

/* The terms of a_a (b = -1) or of D_ab, to be freed; QFP_INTERNAL for an entry that is not
 * there. */
qfp_status qfpi_flow_entry(const qfpi_flow_stage *stage, int a, int b, size_t *count,
                           qfp_symbol_term **terms) QFP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
