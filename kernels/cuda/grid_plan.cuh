/* grid_plan.cuh - the device's plan of one grid: cuFFT plans, one work area, shapes of the spaces.
 *
 * Up to three modes the axes of a group are one batched cuFFT plan.  cuFFT has no transform of four
 * axes, so with more modes each axis is a product with its Fourier matrix (axis_dft.cu): such grids
 * have few points per axis.
 */
#ifndef QFPI_CUDA_GRID_PLAN_CUH
#define QFPI_CUDA_GRID_PLAN_CUH

#include "cuda/device.cuh"
#include "shared/grid_shape.h"

#define CUDA_FFT_AXES 3

struct qfp_grid_plan {
    qfp_context *context;
    qfp_grid grid;
    qfpi_shape shape[3];    /* indexed by qfp_space */
    size_t doubles[3];      /* per array */
    cufftHandle forward[3]; /* of A and B, where `planned` */
    cufftHandle inverse[3];
    int planned[3][2]; /* [space][direction] */
    void *work;        /* of all plans: one stream runs one transform at a time */
    double *roots;     /* more than three modes: e^{-2πi k/n} of mode j from roots_offset[j] */
    size_t roots_offset[QFP_MAX_MODES];
};

/* The transform of a grid of more modes than cuFFT has axes. */
qfp_status cuda_axis_dft_prepare(qfp_grid_plan *plan) QFP_MUST_USE;
qfp_status cuda_axis_dft(const qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                         qfp_buffer *in, qfp_buffer *out) QFP_MUST_USE;

/* Operations on grids: transform.cu, product_fill.cu, marginal.cu, contract.cu. */
qfp_status cuda_transform(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                          qfp_buffer *in, qfp_buffer *out);
qfp_status cuda_product_fill(qfp_grid_plan *plan, size_t term_count, const qfp_product_term *terms,
                             qfp_buffer *u);
qfp_status cuda_marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane);
/* Scratch of a marginal. */
size_t cuda_marginal_doubles(const qfp_grid_plan *plan, int mode);
qfp_status cuda_contract(size_t slices, size_t of_slice, size_t n, size_t inner, size_t m,
                         const double *matrix, const qfp_buffer *x, qfp_buffer *y);

#endif
