/* symbol.h - INTERNAL: multipliers on one space of a grid. */
#ifndef QFPI_BACKEND_SYMBOL_H
#define QFPI_BACKEND_SYMBOL_H

#include <stdint.h>

#include "backend/grid.h"

#define QFPI_MAX_DEGREE 16 /* of a symbol in any one variable */

typedef struct qfp_symbol qfp_symbol; /* a multiplier on one space, staged on the device */

/* One term of a multiplier: (re + i im) Π_j first_j^power[j] second_j^power[N+j], where (first,
 * second) of mode j are (Q, P) in Z, (Q, k_P) in A, (k_Q, P) in B.  Odd powers of a wavenumber are
 * zero at the Nyquist index, so that a real field stays real. */
typedef struct qfp_symbol_term {
    double re, im;
    uint8_t power[2 * QFP_MAX_MODES];
} qfp_symbol_term;

typedef struct qfp_symbol_spec {
    qfp_space space;
    size_t term_count;
    const qfp_symbol_term *terms; /* space Z: im must be 0 */
    /* window[j]: real table multiplying the polynomial, [first index][second index] of mode j with
     * the array's own lengths (the halved axis of mode N has n_N/2+1 entries); NULL means 1. */
    const double *window[QFP_MAX_MODES];
} qfp_symbol_spec;

/* A polynomial in the real coordinates, power[j] of Q_j and power[N+j] of P_j, as used by flows. */
typedef struct qfp_real_polynomial {
    size_t term_count;
    const qfp_symbol_term *terms; /* im is 0 */
} qfp_real_polynomial;

typedef struct qfp_symbol_operations {
    /* Copies what it needs of spec.  QFP_UNSUPPORTED for a power above QFPI_MAX_DEGREE. */
    qfp_status (*create)(qfp_grid_plan *plan, const qfp_symbol_spec *spec, qfp_symbol **out);
    void (*destroy)(qfp_symbol *symbol);
    /* y = scale s x (accumulate = 0) or y += scale s x; both arrays in the symbol's space; y may be
     * x when accumulate = 0.  Bytes: 2 (3) × 8 × doubles; flops ≈ 2 degree + 4 (real s) per
     * cell. */
    qfp_status (*multiply)(const qfp_symbol *symbol, double scale, qfp_buffer *x, qfp_buffer *y,
                           int accumulate);
    /* Space Z: out = Σ_z s(z) x(z); of a slab: out[count]. */
    qfp_status (*sum)(const qfp_symbol *symbol, const qfp_buffer *x, double *out);
    /* out = Σ s |x|² over the full array; in A and B the mirrored half is counted by doubling the
     * columns 0 < k < n_N/2 of the halved axis.  s is real; of a slab: out[count]. */
    qfp_status (*power)(const qfp_symbol *symbol, const qfp_buffer *x, double *out);
} qfp_symbol_operations;

#endif
