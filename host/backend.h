/* backend.h - INTERNAL: the seam.  One table of functions that every backend fills.
 *
 * Above it (host/) C decides what is computed and never loops over cells; below it (kernels/) every
 * loop over cells lives.  No CUDA or FFTW type crosses.  Buffers are opaque: host code may not look
 * inside, whatever the backend.  Plain doubles only, so that CUDA C++ can include this header.
 *
 * The state of the Fourier basis
 * ------------------------------
 * N modes, n_j points on both axes of mode j; axis a of z = (Q_1…Q_N, P_1…P_N) has a box of length
 * L_a in dimensionless units, so that with n = n_j of its mode
 *     z_a[i] = (i - n/2) L_a/n,        k_a[i] = 2π i'/L_a,  i' = i < n/2 ? i : i - n.
 * A real field lives in space Z.  Transforming all P axes, or all Q axes, gives the two mixed
 * spaces in which half of the Weyl algebra is diagonal (Q_j and ∂_Pj commute, so do P_j and ∂_Qj):
 *
 *     space  array, row-major                                      diagonal operators
 *     Z      double  [Q_1]…[Q_N][P_1]…[P_N]                        Q_j, P_j
 *     A      complex [Q_1]…[Q_N][k_P1]…[k_PN: n_N/2+1 of them]     Q_j, ∂_Pj = i k_Pj
 *     B      complex [k_Q1]…[k_QN: n_N/2+1][P_1]…[P_N]             P_j, ∂_Qj = i k_Qj
 *
 * Complex arrays are interleaved (re, im).  Transforms are unnormalised: forward then inverse
 * multiplies by Π n_j.  Phases follow the index i, not the coordinate: û[k] = Σ_i u[i] e^{-2πi
 * ik/n}.
 *
 * The state of the Fock basis
 * ---------------------------
 * N modes with d_j levels; the flat index of |m_1 … m_N⟩ is m = Σ_j m_j Π_{k>j} d_k < D = Π d_j.  A
 * Hermitian ρ is kept as its upper triangle, row after row, complex and interleaved,
 *     u[offset(m) + n − m] = (m < n ? √2 : 1) ρ_mn,  m ≤ n,   offset(m) = m (2D − m + 1)/2:
 * D(D+1) doubles, among them the imaginary parts of the diagonal, which are 0.  In these
 * coordinates the plain inner product of two arrays is Tr(ρσ), and −i[H, ·] is a real skew matrix.
 */
#ifndef QFPI_BACKEND_H
#define QFPI_BACKEND_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define QFPI_MAX_MODES 8
#define QFPI_MAX_DEGREE 16 /* of a symbol in any one variable */

typedef struct qfp_context qfp_context;     /* a device and what is needed to run on it */
typedef struct qfp_buffer qfp_buffer;       /* `count` real numbers in the device's memory */
typedef struct qfp_grid_plan qfp_grid_plan; /* transforms and axis tables of one grid */
typedef struct qfp_symbol qfp_symbol;       /* a multiplier on one space, staged on the device */
typedef struct qfp_stencil qfp_stencil; /* a generator in the Fock basis, staged on the device */
typedef struct qfp_flow qfp_flow;       /* gradient and Hessian of H staged on the device */
typedef struct qfp_plane qfp_plane;     /* one mode's part of a generator, staged on the device */
typedef struct qfp_recurrence qfp_recurrence; /* norms of a three-term recurrence, on the device */

typedef enum qfp_space { QFP_SPACE_Z, QFP_SPACE_A, QFP_SPACE_B } qfp_space;
/* Of the numbers in buffers; coefficients, tables and sums are double always. */
typedef enum qfp_precision { QFP_PRECISION_DOUBLE, QFP_PRECISION_SINGLE } qfp_precision;
typedef enum qfp_direction { QFP_FORWARD, QFP_INVERSE } qfp_direction;

typedef struct qfp_grid {
    int modes;
    int points[QFPI_MAX_MODES];        /* n_j, even */
    double extent[2 * QFPI_MAX_MODES]; /* L_a of the axes Q_1…Q_N, P_1…P_N */
} qfp_grid;

/* Doubles in an array of a space: Z: Π n_j², A and B: 2 (n_N/2+1) n_N Π_{j<N} n_j².
 * 0 for a grid that cannot be (modes, odd points) and where the byte count overflows a size_t. */
size_t qfp_grid_doubles(const qfp_grid *grid, qfp_space space);

/* One term of a multiplier: (re + i im) Π_j first_j^power[j] second_j^power[N+j], where (first,
 * second) of mode j are (Q, P) in Z, (Q, k_P) in A, (k_Q, P) in B.  Odd powers of a wavenumber are
 * zero at the Nyquist index, so that a real field stays real. */
typedef struct qfp_symbol_term {
    double re, im;
    uint8_t power[2 * QFPI_MAX_MODES];
} qfp_symbol_term;

typedef struct qfp_symbol_spec {
    qfp_space space;
    size_t term_count;
    const qfp_symbol_term *terms; /* space Z: im must be 0 */
    /* window[j]: real table multiplying the polynomial, [first index][second index] of mode j with
     * the array's own lengths (the halved axis of mode N has n_N/2+1 entries); NULL means 1. */
    const double *window[QFPI_MAX_MODES];
} qfp_symbol_spec;

/* u = Σ_t Re( weight_t Π_j table_{t,j}[Q_j][P_j] ): a sum of products of one-mode operators. */
typedef struct qfp_product_term {
    double weight_re, weight_im;
    const double *table[QFPI_MAX_MODES]; /* complex interleaved [n_j][n_j] */
} qfp_product_term;

/* A polynomial in the real coordinates, power[j] of Q_j and power[N+j] of P_j, as used by flows. */
typedef struct qfp_real_polynomial {
    size_t term_count;
    const qfp_symbol_term *terms; /* im is 0 */
} qfp_real_polynomial;

/* One term of a generator in the Fock basis,
 *     (Lρ)_mn = Σ_t row_t[m] column_t[n] ρ_{m + row_shift_t, n + column_shift_t}. */
typedef struct qfp_stencil_term {
    ptrdiff_t row_shift, column_shift; /* of the flat indices, |shift| < D */
    const double *row;    /* complex interleaved [D]; 0 wherever the source level does not exist */
    const double *column; /* real [D]; likewise */
} qfp_stencil_term;

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
    const double *window_z[2 * QFPI_MAX_MODES];
} qfp_plane_spec;

typedef struct qfp_backend {
    const char *name; /* "cpu", "checked", "cuda" */

    /* Which of several devices `available`, `memory` and `context_create` are about from now on; 0,
     * the first, at the beginning.  QFP_DEVICE with the numbers there are, or with the sentence of
     * `available`. */
    qfp_status (*device_choose)(int number);
    /* QFP_OK, or QFP_DEVICE with the sentence why this backend cannot run on this machine. */
    qfp_status (*available)(void);
    /* One sentence about the device ("CPU, 2 OpenMP threads, FFTW 3.3.10"). */
    qfp_status (*describe)(qfp_context *context, char *text, size_t size);

    /* Every destroy accepts NULL.  A context outlives what was created in it, a plan its symbols.
     * threads: 0 for the default of the machine.  No result depends on their number. */
    qfp_status (*context_create)(int threads, qfp_context **out);
    void (*context_destroy)(qfp_context *context);

    /* What the buffers and transforms of a context hold, before any of them is made; double unless
     * said otherwise.  Single: upload and download convert, every element is half as large, results
     * carry about seven digits.  QFP_UNSUPPORTED, with a sentence, where a backend has only double.
     */
    qfp_status (*precision_set)(qfp_context *context, qfp_precision precision);
    /* Bytes that buffers may take up: of the machine, or what is free on the device. */
    qfp_status (*memory)(size_t *bytes);

    /* Contents of a new buffer are undefined. */
    qfp_status (*buffer_create)(qfp_context *context, size_t count, qfp_buffer **out);
    void (*buffer_destroy)(qfp_buffer *buffer);
    qfp_status (*upload)(qfp_buffer *to, size_t offset, size_t count, const double *from);
    qfp_status (*download)(const qfp_buffer *from, size_t offset, size_t count, double *to);

    /* y = beta y + Σ_k a_k x_k over the first `count` doubles; beta = 0 never reads y.
     * y may not be among the x; terms may be 0.  Bytes: (terms + 1 + (beta≠0)) 8 count. */
    qfp_status (*combine)(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                          qfp_buffer *const *x);
    /* out[k] = Σ_i x_k[i] y[i], fixed pairwise tree (kernels/shared/pairwise.h); y may be among the
     * x.  Bytes: (terms + 1) 8 count. */
    qfp_status (*inner)(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                        double *out);
    /* The norms of a Lanczos basis, which need not come to the host while it grows: β_0 … of
     * `length` vectors, in double whatever the precision of the context. */
    qfp_status (*recurrence_create)(qfp_context *context, int length, qfp_recurrence **out);
    void (*recurrence_destroy)(qfp_recurrence *recurrence);
    /* y ← y + β_{j−1} x (NULL: nothing is added);  β_j = ‖y‖, summed as by `inner`;  y ← y/β_j, or
     * 0 where 1/β_j would not be finite; over the first `count` doubles, y ≠ x.  The bits are those
     * of combine, inner, combine.  Bytes: 24 count (without x 8), and 16 count for the division
     * where the next reader of y does not take it along. */
    qfp_status (*recurrence_step)(qfp_recurrence *recurrence, int j, size_t count, qfp_buffer *x,
                                  qfp_buffer *y);
    /* Waits: out[i] = β_{first + i}, i < count. */
    qfp_status (*recurrence_norms)(const qfp_recurrence *recurrence, int first, int count,
                                   double *out);
    /* Smallest and largest value, and whether all are finite.  NaNs are skipped in min and max,
     * infinities are not; without any number min = +inf and max = -inf. */
    qfp_status (*extrema)(size_t count, const qfp_buffer *x, double *min, double *max, int *finite);

    qfp_status (*grid_plan_create)(qfp_context *context, const qfp_grid *grid, qfp_grid_plan **out);
    void (*grid_plan_destroy)(qfp_grid_plan *plan);

    /* FORWARD: real Z array -> complex `space` (A: over the P axes, B: over the Q axes), input
     * kept. INVERSE: complex `space` -> real Z, input destroyed.  in ≠ out.  space is A or B. */
    qfp_status (*transform)(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                            qfp_buffer *in, qfp_buffer *out);

    /* Copies what it needs of spec.  QFP_UNSUPPORTED for a power above QFPI_MAX_DEGREE. */
    qfp_status (*symbol_create)(qfp_grid_plan *plan, const qfp_symbol_spec *spec, qfp_symbol **out);
    void (*symbol_destroy)(qfp_symbol *symbol);
    /* y = scale s x (accumulate = 0) or y += scale s x; both arrays in the symbol's space; y may be
     * x when accumulate = 0.  Bytes: 2 (3) × 8 × doubles; flops ≈ 2 degree + 4 (real s) per
     * cell. */
    qfp_status (*symbol_multiply)(const qfp_symbol *symbol, double scale, qfp_buffer *x,
                                  qfp_buffer *y, int accumulate);
    /* Space Z: out = Σ_z s(z) x(z). */
    qfp_status (*symbol_sum)(const qfp_symbol *symbol, const qfp_buffer *x, double *out);
    /* out = Σ s |x|² over the full array; in A and B the mirrored half is counted by doubling the
     * columns 0 < k < n_N/2 of the halved axis.  s is real. */
    qfp_status (*symbol_power)(const qfp_symbol *symbol, const qfp_buffer *x, double *out);

    /* Whether planes of this mode can be worked on in one pass over the array; where not, the same
     * operator takes transforms and multipliers. */
    int (*plane_fits)(const qfp_grid_plan *plan, int mode);
    /* Copies what it needs of spec.  QFP_UNSUPPORTED where the mode does not fit, QFP_INTERNAL for
     * terms of another mode and for factors that are no real operators. */
    qfp_status (*plane_create)(qfp_grid_plan *plan, const qfp_plane_spec *spec, qfp_plane **out);
    void (*plane_destroy)(qfp_plane *plane);
    /* y = L_j x (accumulate = 0) or y += L_j x on Z arrays, y ≠ x.  Bytes: 2 (3) × 8 × doubles. */
    qfp_status (*plane_apply)(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                              int accumulate);

    /* Fills a Z array with a sum of products (initial states). */
    qfp_status (*product_fill)(qfp_grid_plan *plan, size_t term_count,
                               const qfp_product_term *terms, qfp_buffer *u);
    /* plane[n_j * n_j] (host memory, [Q_j][P_j]) = Σ over the other modes' axes of x. */
    qfp_status (*marginal)(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane);
    /* out = Σ_z -q ln(scale q) over the cells with q > 0. */
    qfp_status (*entropy)(size_t count, const qfp_buffer *q, double scale, double *out);
    /* y[o][m][i] = Σ_n matrix[m][n] x[o][n][i]: a dense matrix (host memory, row-major) applied to
     * one axis; spectral evaluation on another grid.  x and y are different buffers. */
    qfp_status (*contract)(size_t outer, size_t n, size_t inner, size_t m, const double *matrix,
                           const qfp_buffer *x, qfp_buffer *y);

    /* Local fields of the Fokker-Planck equation (Eqs. 52, 56) in dimensionless z = (Q_1…Q_N,
     * P_1…P_N):  drift a_Qj = ∂H/∂P_j/κ, a_Pj = -∂H/∂Q_j/κ,  D = (C/2κ)[H'', J].
     * gradient[2N], hessian[2N*2N] are polynomials of the anti-Wick symbol. */
    qfp_status (*flow_create)(qfp_context *context, int modes, double kappa, double C,
                              const qfp_real_polynomial *gradient,
                              const qfp_real_polynomial *hessian, qfp_flow **out);
    void (*flow_destroy)(qfp_flow *flow);
    /* y = D_ab(z) x (b ≥ 0) or a_a(z) x (b = -1) on a Z array; y may be x. */
    qfp_status (*flow_multiply)(const qfp_flow *flow, qfp_grid_plan *plan, int a, int b,
                                const qfp_buffer *x, qfp_buffer *y);
    /* At `count` points z (host memory, [count][2N]): drift [count][2N], D [count][2N][2N],
     * eigenvalues [count][2N] descending, eigenvectors [count][2N][2N] (rows; row i of the second
     * half is J times a row of the first).  Any output pointer may be NULL.  Same cell functions.
     */
    qfp_status (*flow_evaluate)(const qfp_flow *flow, size_t count, const double *z, double *drift,
                                double *diffusion, double *eigenvalues, double *eigenvectors);

    /* Copies what it needs of the terms.  The image of a Hermitian ρ must be Hermitian: only m ≤ n
     * is computed, and the imaginary part of the diagonal is set to 0.  Entries with row[m] = 0 or
     * with n + column_shift outside [0, D) are never read. */
    qfp_status (*stencil_create)(qfp_context *context, size_t dimension, size_t term_count,
                                 const qfp_stencil_term *terms, qfp_stencil **out);
    void (*stencil_destroy)(qfp_stencil *stencil);
    /* y = L x, y ≠ x, one gather pass.  Bytes: 16 D(D+1); flops: 10 per term and packed entry. */
    qfp_status (*stencil_apply)(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y);
    /* x_mn *= exp(t λ_mn), λ_mn = Σ row[m] column[n] over the terms with both shifts 0: the
     * diagonal part of L integrated exactly. */
    qfp_status (*stencil_exponential)(const qfp_stencil *stencil, double t, qfp_buffer *x);
    /* out (host memory, complex interleaved [D − shift]) = ρ_{m, m+shift}: what traces, moments and
     * partial traces are sums of. */
    qfp_status (*band)(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x,
                       double *out);

    /* Blocks until everything queued is done, and reports errors of it. */
    qfp_status (*synchronize)(qfp_context *context);
} qfp_backend;

/* The rows of the table. `qfp_backend_cuda` answers QFP_DEVICE from available() in a build without
 * CUDA.  `checked` wraps cpu for tests: buffers that host code cannot touch, poisoned when new. */
const qfp_backend *qfp_backend_cpu(void);
const qfp_backend *qfp_backend_checked(void);
const qfp_backend *qfp_backend_cuda(void);

#ifdef __cplusplus
}
#endif
#endif
