/* marginal.cu - sums a Z array over all axes but the two of one mode, in the CPU's order.
 *
 * Seen from mode j the array is [before][Q_j][between][P_j][after].  Eight threads make one cell of
 * the plane: they are the lanes of the sum over `after`; sums over the rest are taken in turn.
 */
#include "cuda/grid_plan.cuh"
#include "cuda/range.cuh"
#include "shared/pairwise.h"

struct plane_view {
    size_t before, n, between, after;
};

/* Where the cells of (q, p) with the outer indices (b, m) begin. */
static __device__ size_t plane_start(const plane_view &v, size_t b, size_t q, size_t m, size_t p)
{
    return (((b * v.n + q) * v.between + m) * v.n + p) * v.after;
}

/* The last mode: nothing lies behind P_j, one thread per cell reads along with its neighbours. */
template <class R> static __global__ void k_marginal_last(plane_view v, const R *x, double *plane)
{
    for (size_t cell = cuda_first_cell(); cell < v.n * v.n; cell += cuda_cell_step()) {
        double sum = 0.0;
        for (size_t b = 0; b < v.before; ++b)
#pragma unroll 8
            for (size_t m = 0; m < v.between; ++m)
                sum += x[plane_start(v, b, cell / v.n, m, cell % v.n)];
        plane[cell] = sum;
    }
}

template <class R> static __global__ void k_marginal(plane_view v, const R *x, double *plane)
{
    QFP_SHARED(double, shared);
    unsigned lane = threadIdx.x % QFPI_LANES, slot = threadIdx.x / QFPI_LANES;
    size_t cell = (size_t)blockIdx.x * (blockDim.x / QFPI_LANES) + slot;
    int exists = cell < v.n * v.n;
    double *lanes = shared + slot * QFPI_LANES, sum = 0.0;
    for (size_t outer = 0; outer < v.before * v.between; ++outer) {
        size_t start = plane_start(v, outer / v.between, cell / v.n, outer % v.between, cell % v.n);
        double share = 0.0;
        for (size_t i = lane; exists && i < v.after; i += QFPI_LANES)
            share += x[start + i];
        lanes[lane] = share;
        __syncthreads();
        sum += qfpi_lanes_fold(lanes);
        __syncthreads();
    }
    if (exists && lane == 0)
        plane[cell] = sum;
}

template <class R>
static qfp_status marginal(qfp_context *context, const plane_view *v, const qfp_buffer *x)
{
    size_t cells = v->n * v->n;
    const R *data = cuda_data<R>(x);
    QFP_TRY(cuda_reserve(context, cells));
    if (v->after == 1) {
        QFP_LAUNCH(k_marginal_last<R>, cuda_blocks(cells), CUDA_THREADS, 0, context->stream, *v,
                   data, context->scratch);
        QFP_CUDA_LAUNCHED("k_marginal_last");
        return QFP_OK;
    }
    QFP_LAUNCH(k_marginal<R>, cuda_blocks(cells * QFPI_LANES), CUDA_THREADS,
               CUDA_THREADS * sizeof(double), context->stream, *v, data, context->scratch);
    QFP_CUDA_LAUNCHED("k_marginal");
    return QFP_OK;
}

qfp_status cuda_marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane)
{
    cuda_range range("marginal");
    const qfp_grid *grid = &plan->grid;
    qfp_context *context = plan->context;
    if (mode < 0 || mode >= grid->modes)
        return QFP_FAIL(QFP_INTERNAL, "no mode %d in a grid of %d", mode, grid->modes);
    plane_view v = {1, (size_t)grid->points[mode], 1, 1};
    for (int j = 0; j < grid->modes; ++j) {
        size_t n = (size_t)grid->points[j];
        v.before *= j < mode ? n : 1;
        v.between *= j != mode ? n : 1; /* Q axes behind mode j, P axes in front of it */
        v.after *= j > mode ? n : 1;
    }
    QFP_TRY(CUDA_BY_PRECISION(context, marginal, context, &v, x));
    QFP_CUDA_TRY(cudaMemcpyAsync(plane, context->scratch, v.n * v.n * sizeof *plane,
                                 cudaMemcpyDeviceToHost, context->stream),
                 "copying a marginal from the device");
    return cuda_synchronize(context);
}
