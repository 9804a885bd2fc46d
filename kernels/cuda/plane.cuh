/* plane.cuh - one mode's part L_j of a generator (qfp_plane_spec) in one pass over u.
 *
 * A block takes two (Q_j, P_j) planes of the array at a time, as the real and the imaginary part of
 * one complex plane: L_j is a real operator with the same factors in both, so that one complex
 * transform does two real ones and nothing has to be taken apart.  What distinguishes the two, the
 * value of a spectator, multiplies them between transforms.
 *
 * Every part of L_j is a product  last × spectator × first  of a multiplier in one mixed space and,
 * or not, one in the other that acts before it.  All products that end in the same space are
 * gathered there, so that a gather takes one inverse transform whatever their number:
 *
 *     along Q:  y (+)= F_Q⁻¹ W_B [ Σ g F_Q c u  +  Σ ½ g F_Q c F_P⁻¹ W_A f F_P u ]
 *     along P:  y  +=  F_P⁻¹ W_A [ Σ f F_P c u  +  Σ ½ f F_P c F_Q⁻¹ W_B g F_Q u ]
 *
 * (without the ½ and the second sum of the first line where products are not symmetrised).  F_P are
 * transforms of all rows, F_Q of all columns; the inner parts F⁻¹ W f F u are the only thing that
 * goes from rows to columns, one complex plane each: in shared memory, or, where they do not fit,
 * in scratch of the block that the cache of the device should hold.  The rest is done in registers
 * and between the lanes of a warp (plane_line.cuh, plane_kernel.cuh).
 */
#ifndef QFPI_CUDA_PLANE_CUH
#define QFPI_CUDA_PLANE_CUH

#include "cuda/grid_plan.cuh"
#include "cuda/plane_geometry.cuh"

#define CUDA_PLANE_NONE (-1)

/* Σ_m even[m](x) k^2m + i k Σ_m odd[m](x) k^2m at coordinate x and wavenumber k; `even` and `odd`
 * are offsets of tables [m][x] in cuda_plane_view.coefficients. */
typedef struct cuda_plane_factor {
    unsigned even, odd;
    int even_count, odd_count;
} cuda_plane_factor;

/* last × spectator × first: indices of factors and of a spectator, or CUDA_PLANE_NONE. */
typedef struct cuda_plane_product {
    int first, spectator, last;
} cuda_plane_product;

enum { CUDA_ALONG_Q, CUDA_ALONG_P };

/* One of the two sums above: those with an inner part come first. */
typedef struct cuda_plane_gather {
    int inner, count;
    const cuda_plane_product *product;
} cuda_plane_gather;

/* The tables of one mixed space; of R, natural order. */
typedef struct cuda_plane_space {
    const void *powers; /* [p][k]: k^p, 0 for an odd p at the Nyquist index; p ≤ 2 at least */
    const void *window; /* [x][k], or NULL */
} cuda_plane_space;

/* Handed to the kernel by value; the pointers are device memory.  R: as the context's buffers. */
typedef struct cuda_plane_view {
    size_t planes, between, after; /* array seen from mode j: [before][Q][between][P][after] */
    int arrays;                    /* complex planes that a block needs for inner parts, ≥ 1 */
    size_t kept_at;                /* where in shared memory u is kept, 0 if it is not; complex */
    cuda_plane_gather gather[2];
    cuda_plane_space space[2]; /* [CUDA_ALONG_P] is A, [CUDA_ALONG_Q] is B */
    const cuda_plane_factor *factor;
    const void *coefficients; /* of R */
    const void *roots;        /* e^{-2πik/n}, complex */
    const double *spectators; /* [spectator][plane] */
    void *scratch;            /* [block][arrays][n][n] complex, or NULL: shared memory */
} cuda_plane_view;

/* What is launched for planes of n points; where inner parts are is part of the program.  factor:
 * of u, as in device.cuh. */
typedef struct cuda_plane_program {
    unsigned n;
    const void *kernel[2]; /* inner parts in shared memory, in scratch */
    void (*queue)(int in_scratch, unsigned blocks, size_t shared, cudaStream_t stream,
                  const cuda_plane_view *view, int accumulate, const void *u, const double *factor,
                  void *y);
} cuda_plane_program;

/* NULL where no kernel was compiled for n. */
const cuda_plane_program *cuda_plane_program_of(unsigned n, size_t real_bytes);

/* How a program is launched on a device: inner parts in shared memory if a block can have so much,
 * else in scratch; u is kept in shared memory where that fits as well. */
typedef struct cuda_plane_layout {
    int in_scratch;
    size_t kept_at; /* as in the view */
    size_t shared_bytes, part_bytes;
} cuda_plane_layout;

/* 0 where the device has too little shared memory even for lines. */
int cuda_plane_layout_choose(const qfp_context *context, unsigned n, int arrays,
                             cuda_plane_layout *layout);

struct qfp_plane {
    qfp_context *context;
    const cuda_plane_program *program;
    cuda_plane_layout layout;
    cuda_plane_view view;
    size_t cells;     /* of the array */
    unsigned blocks;  /* of a launch */
    void *memory[12]; /* what the view points to */
    int memories;
};

qfp_status cuda_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                            int accumulate);

#endif
