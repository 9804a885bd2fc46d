/* grid.h - INTERNAL: grids of phase space, their transforms and sums.
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
 * Slabs
 * -----
 * A grid may stand for a part of itself, a slab: of one of its 2N axes an array then holds the indices
 * first … first + count − 1 alone.  Space A is there in slabs of Q_1, B in those of P_1, the planes of
 * mode 1 in those of Q_2, of all other modes in those of Q_1.  Coordinates and numbers computed are
 * those of the whole grid, bit for bit (to roundings where an axis has a length that only a library
 * transforms); tables of a specification have the lengths of the slab.
 * No sum is taken over the axis of a slab: there is one result for every index of it (symbol: sum,
 * power; marginal), and what the whole grid has is their pairwise sum (kernels/shared/pairwise.h)
 * over Q_1, in space B over P_1.
 */
#ifndef QFPI_BACKEND_GRID_H
#define QFPI_BACKEND_GRID_H

#include "backend/vector.h"
#include "qfp/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_grid_plan qfp_grid_plan; /* transforms and axis tables of one grid */

typedef enum qfp_space { QFP_SPACE_Z, QFP_SPACE_A, QFP_SPACE_B } qfp_space;
typedef enum qfp_direction { QFP_FORWARD, QFP_INVERSE } qfp_direction;

typedef struct qfp_slab {
    int axis, first, count; /* count = 0: the whole grid */
} qfp_slab;

typedef struct qfp_grid {
    int modes;
    int points[QFP_MAX_MODES];        /* n_j, even */
    double extent[2 * QFP_MAX_MODES]; /* L_a of the axes Q_1…Q_N, P_1…P_N */
    qfp_slab slab;
} qfp_grid;

/* Doubles in an array of a space: Z: Π n_j², A and B: 2 (n_N/2+1) n_N Π_{j<N} n_j²; of a slab its share.
 * 0 for a grid that cannot be (modes, odd points), for the space that a slab does not have, and where
 * the byte count overflows a size_t. */
size_t qfp_grid_doubles(const qfp_grid *grid, qfp_space space);

/* `first` of a slab is a multiple of this: what a backend takes side by side through one transform are then
 * the same arrays and planes in a slab as in the whole grid. */
int qfp_slab_unit(const qfp_grid *grid, int axis);

/* In how many pieces each of so many ranks takes its slab of an axis, so that one is worked on while the next is on
 * its way: `most`, or fewer of blocks for every rank of `least` bytes at least. */
enum { QFP_MESSAGES = 4, QFP_LEAST_MESSAGE = 1 << 20 }; /* of those that go over a network */
int qfp_slab_pieces(const qfp_grid *grid, int axis, int ranks, int most, size_t least);

/* The axis in whose slabs the planes of a mode are whole; −1: one mode, one plane. */
int qfp_slab_axis_of_planes(const qfp_grid *grid, int mode);

/* u = Σ_t Re( weight_t Π_j table_{t,j}[Q_j][P_j] ): a sum of products of one-mode operators. */
typedef struct qfp_product_term {
    double weight_re, weight_im;
    const double
        *table[QFP_MAX_MODES]; /* complex interleaved [n_j][n_j]; of a slab its own lengths */
} qfp_product_term;

typedef struct qfp_grid_operations {
    qfp_status (*create)(qfp_context *context, const qfp_grid *grid, qfp_grid_plan **out);
    void (*destroy)(qfp_grid_plan *plan);

    /* FORWARD: real Z array -> complex `space` (A: over the P axes, B: over the Q axes), input
     * kept. INVERSE: complex `space` -> real Z, input destroyed.  in ≠ out.  space is A or B. */
    qfp_status (*transform)(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                            qfp_buffer *in, qfp_buffer *out);

    /* Bytes that the transforms of such a grid take beside the arrays, before there is a plan; no
     * device is asked.  The extents are not looked at. */
    double (*transform_bytes)(const qfp_grid *grid, qfp_precision precision);

    /* Fills a Z array with a sum of products (initial states). */
    qfp_status (*product_fill)(qfp_grid_plan *plan, size_t term_count,
                               const qfp_product_term *terms, qfp_buffer *u);
    /* plane[n_j * n_j] (host memory, [Q_j][P_j]) = Σ over the other modes' axes of x.  Of a slab:
     * plane[count][n_j * n_j], or, of the mode whose Q_j is the axis, [count][n_j]; slabs of other axes
     * than Q_1 are QFP_INTERNAL. */
    qfp_status (*marginal)(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane);
    /* y[s][o][m][i] = Σ_n matrix[m][n] x[s][o][n][i]: a dense matrix (host memory, row-major) applied to
     * one axis; spectral evaluation on another grid.  x and y are different buffers.  `slices` is the
     * length of the first axis of the array, 1 where it is the one contracted. */
    qfp_status (*contract)(size_t slices, size_t outer, size_t n, size_t inner, size_t m,
                           const double *matrix, const qfp_buffer *x, qfp_buffer *y);
} qfp_grid_operations;

#ifdef __cplusplus
}
#endif
#endif
