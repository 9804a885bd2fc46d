/* marginal.cu - sums a Z array over all axes but the two of one mode, slice by slice of Q_1
 * (qfpi_marginal), in the CPU's order.
 *
 * Eight threads make one cell of a slice's plane: they are the lanes of the sum over `after`; sums
 * over the rest are taken in turn.
 */
#include "cuda/grid_plan.cuh"
#include "cuda/range.cuh"
#include "shared/pairwise.h"

static size_t cells_of(const qfpi_marginal *m)
{
    return m->slices * m->rows * m->n;
}

/* Whether slices are added here: those of a slab are the caller's, those of mode 1 stand side by
 * side. */
static bool adds_slices(const qfp_grid_plan *plan, int mode)
{
    return mode > 0 && plan->grid.slab.count == 0;
}

size_t cuda_marginal_doubles(const qfp_grid_plan *plan, int mode)
{
    qfpi_marginal m;
    qfpi_marginal_fill(&plan->grid, &plan->shape[QFP_SPACE_Z], mode, &m);
    return cells_of(&m) + (adds_slices(plan, mode) ? m.n * m.n : 0);
}

/* Where the numbers of a cell of [slice][Q_j][P_j] begin. */
static __device__ size_t cell_start(const qfpi_marginal &m, size_t cell)
{
    size_t row = cell / m.n, slice = row / m.rows, q = row - slice * m.rows;
    return ((slice * m.before * m.rows + q) * m.between * m.n + cell - row * m.n) * m.after;
}

/* The last mode: nothing lies behind P_j, one thread per cell reads along with its neighbours. */
template <class R>
static __global__ void k_marginal_last(qfpi_marginal m, size_t cells, const R *x, double *planes)
{
    for (size_t cell = cuda_first_cell(); cell < cells; cell += cuda_cell_step()) {
        const R *at = x + cell_start(m, cell);
        double sum = 0.0;
        for (size_t b = 0; b < m.before; ++b, at += m.rows * m.between * m.n)
#pragma unroll 8
            for (size_t i = 0; i < m.between; ++i)
                sum += at[i * m.n];
        planes[cell] = sum;
    }
}

template <class R>
static __global__ void k_marginal(qfpi_marginal m, size_t cells, const R *x, double *planes)
{
    QFP_SHARED(double, shared);
    unsigned lane = threadIdx.x % QFPI_LANES, slot = threadIdx.x / QFPI_LANES;
    size_t cell = (size_t)blockIdx.x * (blockDim.x / QFPI_LANES) + slot;
    size_t last = cell < cells ? m.after : 0;
    double *lanes = shared + slot * QFPI_LANES, sum = 0.0;
    const R *begin = x + cell_start(m, cell);
    for (size_t b = 0; b < m.before; ++b, begin += m.rows * m.between * m.n * m.after)
        for (size_t i = 0; i < m.between; ++i) {
            const R *at = begin + i * m.n * m.after;
            double share = 0.0;
            for (size_t k = lane; k < last; k += QFPI_LANES)
                share += at[k];
            lanes[lane] = share;
            __syncthreads();
            sum += qfpi_lanes_fold(lanes);
            __syncthreads();
        }
    if (cell < cells && lane == 0)
        planes[cell] = sum;
}

/* plane[cell] = the pairwise sum over [slice][cell] */
static __global__ void k_marginal_total(size_t slices, size_t cells, const double *planes,
                                        double *plane)
{
    for (size_t cell = cuda_first_cell(); cell < cells; cell += cuda_cell_step())
        plane[cell] = qfpi_pairwise_sum(slices, planes + cell, cells);
}

/* context->scratch = [slice][Q_j][P_j] */
template <class R>
static qfp_status queue_slices(qfp_context *context, const qfpi_marginal *m, const qfp_buffer *x)
{
    size_t cells = cells_of(m);
    const R *data = cuda_data<R>(x);
    if (m->after == 1) {
        QFP_LAUNCH(k_marginal_last<R>, cuda_blocks(cells), CUDA_THREADS, 0, context->stream, *m,
                   cells, data, context->scratch);
        QFP_CUDA_LAUNCHED("k_marginal_last");
        return QFP_OK;
    }
    QFP_LAUNCH(k_marginal<R>, cuda_blocks(cells * QFPI_LANES), CUDA_THREADS,
               CUDA_THREADS * sizeof(double), context->stream, *m, cells, data, context->scratch);
    QFP_CUDA_LAUNCHED("k_marginal");
    return QFP_OK;
}

qfp_status cuda_marginal(qfp_grid_plan *plan, int mode, const qfp_buffer *x, double *plane)
{
    cuda_range range("marginal");
    qfp_context *context = plan->context;
    QFP_TRY(qfpi_marginal_check(&plan->grid, mode));
    qfpi_marginal m;
    qfpi_marginal_fill(&plan->grid, &plan->shape[QFP_SPACE_Z], mode, &m);
    size_t count = cells_of(&m), cells = m.n * m.n;
    QFP_TRY(CUDA_BY_PRECISION(context, queue_slices, context, &m, x));
    const double *result = context->scratch;
    if (adds_slices(plan, mode)) {
        QFP_LAUNCH(k_marginal_total, cuda_blocks(cells), CUDA_THREADS, 0, context->stream, m.slices,
                   cells, (const double *)context->scratch, context->scratch + count);
        QFP_CUDA_LAUNCHED("k_marginal_total");
        result += count;
        count = cells;
    }
    QFP_CUDA_TRY(cudaMemcpyAsync(plane, result, count * sizeof *plane, cudaMemcpyDeviceToHost,
                                 context->stream),
                 "copying a marginal from the device");
    return cuda_synchronize(context);
}
