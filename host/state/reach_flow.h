/* reach_flow.h - INTERNAL to reach.c: the classical flow of a system, and the noise of its channels.
 *
 * dQ/dt = ∂H/∂P/κ, dP/dt = −∂H/∂Q/κ with the Weyl symbol of H, and the drift of the channels; what depends on
 * time is averaged over intervals of the run.
 */
#ifndef QFPI_REACH_FLOW_H
#define QFPI_REACH_FLOW_H

#include "algebra/lindblad.h"
#include "io/config.h"

typedef struct qfp_reach_flow {
    int modes;
    double duration;
    size_t intervals, noises; /* noises: 0 without channels */
    qfp_polynomial *drift;    /* [intervals][2N], in Q and P */
    qfp_polynomial *noise;    /* [noises], Weyl polynomials: their terms with two derivatives */
} qfp_reach_flow;

/* Of the configuration, with H replaced by `wick` where nothing depends on time. */
qfp_status qfp_reach_flow_create(const qfp_config *config, const qfp_polynomial *wick,
                                 qfp_reach_flow *out) QFP_MUST_USE;
void qfp_reach_flow_destroy(qfp_reach_flow *f);

void qfp_reach_flow_velocity(const qfp_reach_flow *f, double t, const double *z, double *dz);
/* dn = D n of the Wigner function, ∂W/∂t = … + ½ Σ ∂_a ∂_b (D_ab W). */
void qfp_reach_flow_noise(const qfp_reach_flow *f, double t, const double *z, const double *n,
                          double *dn);

#endif
