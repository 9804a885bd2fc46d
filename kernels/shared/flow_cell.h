/* flow_cell.h - drift and traceless diffusion at one point, from gradient and Hessian of H.
 *
 *     a_Q = ∂H/∂P/κ,  a_P = -∂H/∂Q/κ,  D = (C/2κ)(H'' J - J H''),  J = [[0, I], [-I, 0]]
 * (Eqs. 52, 56; z = (Q_1…Q_N, P_1…P_N) dimensionless).
 */
#ifndef QFPI_SHARED_FLOW_CELL_H
#define QFPI_SHARED_FLOW_CELL_H

#include "backend.h"
#include "shared/axis.h"
#include "shared/common.h"

/* Where J sends a component, and the sign of (J v)_a = sign v_partner. */
static inline QFP_HD int qfpi_partner(int modes, int a)
{
    return a < modes ? a + modes : a - modes;
}

static inline QFP_HD double qfpi_partner_sign(int modes, int a)
{
    return a < modes ? 1.0 : -1.0;
}

/* a_a = weight · gradient[component] */
typedef struct qfpi_drift_entry {
    int component;
    double weight;
} qfpi_drift_entry;

static inline QFP_HD qfpi_drift_entry qfpi_drift_cell(int modes, double kappa, int a)
{
    qfpi_drift_entry entry;
    entry.component = qfpi_partner(modes, a);
    entry.weight = qfpi_partner_sign(modes, a) / kappa;
    return entry;
}

/* D_ab = weight[0] · hessian[entry[0]] + weight[1] · hessian[entry[1]], Hessian row-major 2N × 2N.
 * From (H''J)_ab = -sign_b H''_{a,b'} and (JH'')_ab = sign_a H''_{a',b}. */
typedef struct qfpi_diffusion_entry {
    int entry[2];
    double weight[2];
} qfpi_diffusion_entry;

static inline QFP_HD qfpi_diffusion_entry qfpi_diffusion_cell(int modes, double kappa, double C,
                                                              int a, int b)
{
    qfpi_diffusion_entry d;
    double factor = C / (2.0 * kappa);
    d.entry[0] = a * 2 * modes + qfpi_partner(modes, b);
    d.weight[0] = -factor * qfpi_partner_sign(modes, b);
    d.entry[1] = qfpi_partner(modes, a) * 2 * modes + b;
    d.weight[1] = -factor * qfpi_partner_sign(modes, a);
    return d;
}

/* Σ_t re_t Π_v z_v^power at one point */
static inline QFP_HD double qfpi_polynomial_cell(size_t term_count, const qfp_symbol_term *terms,
                                                 int variables, const double *z)
{
    double sum = 0.0;
    for (size_t t = 0; t < term_count; ++t) {
        double product = terms[t].re;
        for (int v = 0; v < variables; ++v)
            product *= qfpi_power_cell(z[v], terms[t].power[v]);
        sum += product;
    }
    return sum;
}

/* D[2N][2N] from the Hessian [2N][2N] */
static inline QFP_HD void qfpi_diffusion_matrix_cell(int modes, double kappa, double C,
                                                     const double *hessian, double *D)
{
    int size = 2 * modes;
    for (int a = 0; a < size; ++a)
        for (int b = 0; b < size; ++b) {
            qfpi_diffusion_entry d = qfpi_diffusion_cell(modes, kappa, C, a, b);
            D[a * size + b] = d.weight[0] * hessian[d.entry[0]] + d.weight[1] * hessian[d.entry[1]];
        }
}

#endif
