/* local_flow.h - drift a(z) and diffusion matrix D(z) of a Hamiltonian as a backend evaluates
 * them. */
#ifndef QFPI_LOCAL_FLOW_H
#define QFPI_LOCAL_FLOW_H

#include "algebra/polynomial.h"
#include "backend.h"

/* `real`: the anti-Wick symbol in z = (Q_1…Q_N, P_1…P_N), with real coefficients; a = J∇H and D =
 * ½[H'', J] from its derivatives (Eqs. 52, 56), C the constant of Eq. (43).  Destroyed by
 * backend->flow->destroy. */
qfp_status qfp_local_flow_create(const qfp_backend *backend, qfp_context *context,
                                 const qfp_polynomial *real, double kappa, double C,
                                 qfp_flow **out) QFP_MUST_USE;

#endif
