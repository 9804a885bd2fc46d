/* symbol_reduce.cu - Σ s x and Σ s |x|², slice by slice (shared/grid_shape.h): rows are the leaves
 * of a slice's tree. */
#include <stdlib.h>

#include "cuda/range.cuh"
#include "cuda/symbol.cuh"
#include "cuda/tree.cuh"

enum { MOST_SLICES = 65535 }; /* of a launch */

/* s |x|² or s x of cell i of a row, which begins at x. */
template <class R>
static __device__ double share_of(const cuda_symbol_view &v, qfp_space space, int squared,
                                  const cuda_row_set &set, unsigned row, const R *x, size_t i)
{
    size_t n = 2 * (v.shape.row - 1); /* of the full axis, where the innermost one is halved */
    double s = cuda_symbol_value(v, set, set.re, row, i), weight;
    if (space == QFP_SPACE_Z) {
        double value = x[i];
        weight = squared ? value * value : value;
    } else {
        double re = x[2 * i], im = x[2 * i + 1];
        weight = re * re + im * im;
    }
    if (space == QFP_SPACE_A)
        s *= qfpi_mirror_cell(i, n);
    return s * weight;
}

/* Eight threads are the lanes of one row, blockIdx.y is the slice: partial[slice][run].  Five blocks
 * at a time leave 48 registers, which suffice. */
template <class R>
static __global__ void __launch_bounds__(CUDA_THREADS, 5)
    k_symbol_reduce(cuda_symbol_view v, qfpi_slices slices, qfp_space space, int squared,
                    const R *x, double *partial)
{
    QFP_SHARED(double, shared);
    size_t *number = reinterpret_cast<size_t *>(shared + CUDA_THREADS + CUDA_LEAVES); /* of rows */
    const size_t first = (size_t)blockIdx.x * CUDA_LEAVES;
    const unsigned rows = cuda_rows_there(slices.rows, first, CUDA_LEAVES);
    if (threadIdx.x < rows)
        number[threadIdx.x] = qfpi_row_of_slice(&slices, blockIdx.y, first + threadIdx.x);
    __syncthreads();
    cuda_row_set set = cuda_symbol_fill(
        v, CUDA_LEAVES, rows, [=](unsigned row) { return number[row]; }, 1.0, space == QFP_SPACE_B,
        shared + CUDA_THREADS + 2 * CUDA_LEAVES);
    unsigned row = threadIdx.x / QFPI_LANES;
    double sum = 0.0;
    if (row < rows) {
        const R *at = x + number[row] * v.shape.row * (size_t)v.shape.components;
        for (size_t i = threadIdx.x % QFPI_LANES; i < v.shape.row; i += QFPI_LANES)
            sum += share_of(v, space, squared, set, row, at, i);
    }
    cuda_tree_run(sum, slices.rows, shared, partial + (size_t)blockIdx.y * gridDim.x + blockIdx.x);
}

/* Slices across the rows, B of one mode: neighbouring threads have neighbouring slices, and thread
 * t is lane t / CUDA_LEAVES of its own, which has every QFPI_LANES-th row. */
template <class R>
static __global__ void k_symbol_reduce_across(cuda_symbol_view v, int squared, const R *x,
                                              double *out)
{
    QFP_SHARED(double, shared);
    const unsigned column = threadIdx.x % CUDA_LEAVES, lane = threadIdx.x / CUDA_LEAVES;
    const size_t slice = (size_t)blockIdx.x * CUDA_LEAVES + column;
    double sum = 0.0;
    for (size_t first = 0; first < v.shape.rows; first += CUDA_LEAVES) {
        const unsigned rows = cuda_rows_there(v.shape.rows, first, CUDA_LEAVES);
        cuda_row_set set = cuda_symbol_fill(
            v, CUDA_LEAVES, rows, [=](unsigned row) { return first + row; }, 1.0, 1,
            shared + CUDA_THREADS);
        for (unsigned row = lane; slice < v.shape.row && row < rows; row += QFPI_LANES)
            sum += share_of(v, QFP_SPACE_B, squared, set, row, x + 2 * (first + row) * v.shape.row,
                            slice);
        __syncthreads(); /* the coefficients of the next rows come */
    }
    shared[column * QFPI_LANES + lane] = sum;
    __syncthreads();
    if (lane == 0 && slice < v.shape.row)
        out[slice] = qfpi_lanes_fold(shared + column * QFPI_LANES);
}

/* context->scratch = [slice][node], *nodes of a slice */
template <class R>
static qfp_status queue_leaves(const qfp_symbol *symbol, const qfpi_slices *slices, int squared,
                               const qfp_buffer *x, size_t *nodes)
{
    qfp_context *context = symbol->plan->context;
    const cuda_symbol_view *view = &symbol->view;
    const size_t rows_shared = cuda_symbol_shared(view, CUDA_LEAVES);
    const R *data = cuda_data<R>(x);
    unsigned blocks = 0;
    if (slices->across) {
        *nodes = 1;
        QFP_TRY(cuda_tree_grid(slices->count, &blocks));
        QFP_LAUNCH(k_symbol_reduce_across<R>, blocks, CUDA_THREADS,
                   CUDA_THREADS * sizeof(double) + rows_shared, context->stream, *view, squared,
                   data, context->scratch);
        QFP_CUDA_LAUNCHED("k_symbol_reduce_across");
        return QFP_OK;
    }
    QFP_TRY(cuda_tree_grid(slices->rows, &blocks));
    if (slices->count > MOST_SLICES)
        return QFP_FAIL(QFP_UNSUPPORTED, "a sum over %zu slices: too many for one launch",
                        slices->count);
    *nodes = blocks;
    QFP_LAUNCH(k_symbol_reduce<R>, dim3(blocks, (unsigned)slices->count), CUDA_THREADS,
               CUDA_TREE_SHARED + CUDA_LEAVES * sizeof(size_t) + rows_shared, context->stream,
               *view, *slices, symbol->space, squared, data, context->scratch);
    QFP_CUDA_LAUNCHED("k_symbol_reduce");
    return QFP_OK;
}

static qfp_status reduce(const qfp_symbol *symbol, int squared, const qfp_buffer *x, double *out)
{
    const qfp_grid *grid = &symbol->plan->grid;
    qfp_context *context = symbol->plan->context;
    const double *sums = nullptr;
    double *slice = nullptr;
    qfpi_slices slices;
    size_t nodes = 0;
    qfpi_slices_fill(grid, &symbol->view.shape, symbol->space, &slices);
    QFP_TRY(CUDA_BY_PRECISION(context, queue_leaves, symbol, &slices, squared, x, &nodes));
    QFP_TRY(cuda_tree_reduce(context, (int)slices.count, 1, &nodes, &sums));
    if (grid->slab.count > 0)
        return cuda_tree_fetch(context, sums, slices.count, out);
    QFP_TRY(QFP_ALLOCATE(slice, slices.count, "partial sums"));
    qfp_status status = cuda_tree_fetch(context, sums, slices.count, slice);
    *out = qfpi_pairwise_sum(slices.count, slice, 1);
    free(slice);
    return status;
}

qfp_status cuda_symbol_sum(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    cuda_range range("symbol_sum");
    if (symbol->space != QFP_SPACE_Z)
        return QFP_FAIL(QFP_INTERNAL, "symbol_sum needs a symbol on space Z");
    return reduce(symbol, 0, x, out);
}

qfp_status cuda_symbol_power(const qfp_symbol *symbol, const qfp_buffer *x, double *out)
{
    cuda_range range("symbol_power");
    if (symbol->view.has_im)
        return QFP_FAIL(QFP_INTERNAL, "symbol_power needs a real symbol");
    return reduce(symbol, 1, x, out);
}
