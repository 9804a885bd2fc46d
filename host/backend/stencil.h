/* stencil.h - INTERNAL: generators in the Fock basis.
 *
 * The state of the Fock basis
 * ---------------------------
 * N modes with d_j levels; the flat index of |m_1 … m_N⟩ is m = Σ_j m_j Π_{k>j} d_k < D = Π d_j.  A
 * Hermitian ρ is kept as its upper triangle, row after row, complex and interleaved,
 *     u[offset(m) + n − m] = (m < n ? √2 : 1) ρ_mn,  m ≤ n,   offset(m) = m (2D − m + 1)/2:
 * D(D+1) doubles, among them the imaginary parts of the diagonal, which are 0.  In these
 * coordinates the plain inner product of two arrays is Tr(ρσ), and −i[H, ·] is a real skew matrix.
 */
#ifndef QFPI_BACKEND_STENCIL_H
#define QFPI_BACKEND_STENCIL_H

#include "backend/vector.h"

typedef struct qfp_stencil qfp_stencil; /* a generator in the Fock basis, staged on the device */

/* One term of a generator in the Fock basis,
 *     (Lρ)_mn = Σ_t row_t[m] column_t[n] ρ_{m + row_shift_t, n + column_shift_t}. */
typedef struct qfp_stencil_term {
    ptrdiff_t row_shift, column_shift; /* of the flat indices, |shift| < D */
    const double *row;    /* complex interleaved [D]; 0 wherever the source level does not exist */
    const double *column; /* real [D]; likewise */
} qfp_stencil_term;

typedef struct qfp_stencil_operations {
    /* Copies what it needs of the terms.  The image of a Hermitian ρ must be Hermitian: only m ≤ n
     * is computed, and the imaginary part of the diagonal is set to 0.  Entries with row[m] = 0 or
     * with n + column_shift outside [0, D) are never read. */
    qfp_status (*create)(qfp_context *context, size_t dimension, size_t term_count,
                         const qfp_stencil_term *terms, qfp_stencil **out);
    void (*destroy)(qfp_stencil *stencil);
    /* y = L x, y ≠ x, one gather pass.  Bytes: 16 D(D+1); flops: 10 per term and packed entry. */
    qfp_status (*apply)(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y);
    /* x_mn *= exp(t λ_mn), λ_mn = Σ row[m] column[n] over the terms with both shifts 0: the
     * diagonal part of L integrated exactly. */
    qfp_status (*exponential)(const qfp_stencil *stencil, double t, qfp_buffer *x);
    /* out (host memory, complex interleaved [D − shift]) = ρ_{m, m+shift}: what traces, moments and
     * partial traces are sums of. */
    qfp_status (*band)(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x,
                       double *out);
} qfp_stencil_operations;

#endif
