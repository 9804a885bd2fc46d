/* plane.cuh - one mode's part L_j of a generator (qfp_plane_spec of backend.h) in one pass over u.
 *
 * A block takes two (Q_j, P_j) planes of the array at a time, as the real and the imaginary part of
 * one complex plane in shared memory: L_j is a real operator with the same factors in both, so that
 * one complex transform does two real ones and nothing has to be taken apart.  All factors are
 * multipliers between one-dimensional transforms along the rows (P) or the columns (Q), done by
 * mixed-radix transforms in place (plane_fft.cuh): at 32 to 80 points they need 15 flops per cell
 * where a dense Fourier matrix needs 2n = 64 to 160, and the matrix would be bound by the rate of
 * FP64, not by memory.  The last pass of a forward transform, the multiplier and the first pass of
 * the inverse one run in registers.
 *
 * Shared memory, rows of n + 1 complex numbers against bank conflicts:
 *     x    u, transformed along P, later along Q
 *     t    where one product takes shape
 *     sum  L_j u; where it does not fit, every product is added to y in global memory instead
 *     e^{-2πik/n}
 */
#ifndef QFPI_CUDA_PLANE_CUH
#define QFPI_CUDA_PLANE_CUH

#include "cuda/grid_plan.cuh"

enum { CUDA_PLANE_PASSES = 16, CUDA_PLANE_MOST_THREADS = 512 };

/* How a plane of n × n points is worked on; chosen by size and device alone. */
typedef struct cuda_plane_layout {
    unsigned n, pitch, threads;
    int passes;
    unsigned
        radix[CUDA_PLANE_PASSES]; /* of the first to the last forward pass; their product is n */
    int keeps_sum;                /* sum is in shared memory */
    size_t shared_bytes;
} cuda_plane_layout;

/* 0 where the device cannot: a prime factor above 7, or too little shared memory per block. */
int cuda_plane_layout_choose(unsigned n, size_t real_bytes, size_t shared_most,
                             cuda_plane_layout *layout);

/* Frequency at position p of a line after the forward passes: digits in reverse. */
unsigned cuda_plane_frequency(const cuda_plane_layout *layout, unsigned position);

/* Offset of a table [position][line] in cuda_plane_view.tables, or CUDA_PLANE_NONE. */
typedef struct cuda_plane_factor {
    size_t re, im;
} cuda_plane_factor;
#define CUDA_PLANE_NONE ((size_t)-1)

/* Handed to the kernel by value; the pointers are device memory.  R: as the context's buffers. */
typedef struct cuda_plane_view {
    cuda_plane_layout layout;
    size_t planes, between, after; /* array seen from mode j: [before][Q][between][P][after] */
    int has_pure_a, has_pure_b, pairs, symmetrised;
    const cuda_plane_factor *factor; /* f_0, g_0, then f_r, g_r in turn */
    const void *tables, *roots;      /* of R; roots complex */
} cuda_plane_view;

struct qfp_plane {
    qfp_context *context;
    cuda_plane_view view;
    cuda_plane_factor *factor;
    void *tables, *roots;
};

#endif
