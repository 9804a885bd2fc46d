/* reach_flow.h - INTERNAL to reach.c: the classical flow of a system, and the noise of its channels.
 *
 * dQ/dt = ∂H/∂P/κ, dP/dt = −∂H/∂Q/κ with the Weyl symbol of H, and the drift of the channels; what depends on
 * time is averaged over parts of the run.
 */
#ifndef QFPI_REACH_FLOW_H
#define QFPI_REACH_FLOW_H

#include "algebra/lindblad.h"
#include "io/config.h"
#include "state/reach_table.h"

typedef struct qfp_reach_flow {
    int modes;
    double duration;
    size_t slots, noises;   /* parts of the run; noises: 0 without channels */
    qfp_reach_table *drift; /* [slots], of 2N outputs */
    qfp_reach_table *noise; /* [noises], of (2N)² outputs: the matrix D */
} qfp_reach_flow;

qfp_status qfp_reach_flow_create(const qfp_config *config, qfp_reach_flow *out) QFP_MUST_USE;
void qfp_reach_flow_destroy(qfp_reach_flow *f);

/* In one part of the run. */
void qfp_reach_flow_velocity(const qfp_reach_flow *f, size_t slot, const double *z, double *dz);
/* dn = D n of the Wigner function, ∂W/∂t = … + ½ Σ ∂_a ∂_b (D_ab W). */
void qfp_reach_flow_noise(const qfp_reach_flow *f, size_t slot, const double *z, const double *n,
                          double *dn);

#endif
