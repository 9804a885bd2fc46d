/* plane.h - INTERNAL: what acts in the (Q_j, P_j) planes of one mode alone, in one pass. */
#ifndef QFPI_BACKEND_PLANE_H
#define QFPI_BACKEND_PLANE_H

#include "backend/symbol.h"

typedef struct qfp_plane qfp_plane; /* one mode's part of a generator, staged on the device */

/* Σ of terms that hold variables of one mode only, as in a symbol on A or on B.  Real parts stand
 * with even powers of the wavenumber, imaginary ones with odd: the factor is a real operator. */
typedef struct qfp_plane_factor {
    size_t term_count;
    const qfp_symbol_term *terms;
} qfp_plane_factor;

/* A part of what one mode j contributes to a generator: c times an operator that acts in the (Q_j,
 * P_j) planes alone,
 *     c [ f_0 + g_0 + Σ_r ½(f_r g_r + g_r f_r) ]     (symmetrised), else
 *     c [ f_0 + g_0 + Σ_r f_r g_r ],
 * f of (Q_j, k_Pj), g of (k_Qj, P_j), every factor times the window of its space.  The spectator c
 * is a polynomial in coordinates of the other modes, which the operator leaves alone: one number
 * per plane.  Without terms c is 1. */
typedef struct qfp_plane_part {
    qfp_real_polynomial spectator;
    qfp_plane_factor pure_a, pure_b;
    size_t pair_count;
    const qfp_plane_factor *f, *g; /* [pair_count] */
} qfp_plane_part;

/* L_j = Σ parts. */
typedef struct qfp_plane_spec {
    int mode, symmetrised;
    size_t part_count;
    const qfp_plane_part *part;
    const double *window_a; /* [n_j][n_j] of (Q_j, k_Pj), all wavenumbers; NULL means 1 */
    const double *window_b; /* [n_j][n_j] of (k_Qj, P_j); NULL means 1 */
    /* [n] of coordinate a of another mode: multiplies every power of it; NULL means 1 */
    const double *window_z[2 * QFP_MAX_MODES];
} qfp_plane_spec;

typedef struct qfp_plane_operations {
    /* Whether planes of this mode can be worked on in one pass over the array; where not, the same
     * operator takes transforms and multipliers. */
    int (*fits)(const qfp_grid_plan *plan, int mode);
    /* Copies what it needs of spec.  QFP_UNSUPPORTED where the mode does not fit, QFP_INTERNAL for
     * terms of another mode and for factors that are no real operators. */
    qfp_status (*create)(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out);
    void (*destroy)(qfp_plane *plane);
    /* y = L_j x (accumulate = 0) or y += L_j x on Z arrays, y ≠ x.  Bytes: 2 (3) × 8 × doubles. */
    qfp_status (*apply)(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y, int accumulate);
} qfp_plane_operations;

#endif
