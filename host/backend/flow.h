/* flow.h - INTERNAL: drift and diffusion at points of phase space. */
#ifndef QFPI_BACKEND_FLOW_H
#define QFPI_BACKEND_FLOW_H

#include "backend/symbol.h"

typedef struct qfp_flow qfp_flow; /* gradient and Hessian of H staged on the device */

typedef struct qfp_flow_operations {
    /* Local fields of the Fokker-Planck equation (Eqs. 52, 56) in dimensionless z = (Q_1…Q_N,
     * P_1…P_N):  drift a_Qj = ∂H/∂P_j/κ, a_Pj = -∂H/∂Q_j/κ,  D = (C/2κ)[H'', J].
     * gradient[2N], hessian[2N*2N] are polynomials of the anti-Wick symbol. */
    qfp_status (*create)(qfp_context *context, int modes, double kappa, double C,
                         const qfp_real_polynomial *gradient, const qfp_real_polynomial *hessian,
                         qfp_flow **out);
    void (*destroy)(qfp_flow *flow);
    /* y = D_ab(z) x (b ≥ 0) or a_a(z) x (b = -1) on a Z array; y may be x. */
    qfp_status (*multiply)(const qfp_flow *flow, qfp_grid_plan *plan, int a, int b,
                           const qfp_buffer *x, qfp_buffer *y);
    /* At `count` points z (host memory, [count][2N]): drift [count][2N], D [count][2N][2N],
     * eigenvalues [count][2N] descending, eigenvectors [count][2N][2N] (rows; row i of the second
     * half is J times a row of the first).  Any output pointer may be NULL.  Same cell functions.
     */
    qfp_status (*evaluate)(const qfp_flow *flow, size_t count, const double *z, double *drift,
                           double *diffusion, double *eigenvalues, double *eigenvectors);
} qfp_flow_operations;

#endif
