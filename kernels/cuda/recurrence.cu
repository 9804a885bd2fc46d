/* recurrence.cu - the vectors of a three-term recurrence: y + β_{j−1} x and the norm of it in one
 * pass, the upper levels of the sum in one launch, and none where the first pass has one block. The
 * division by the norm is left to the readers (device.cuh). */
#include <stdlib.h>

#include "cuda/device.cuh"
#include "cuda/range.cuh"
#include "cuda/objects.cuh"
#include "cuda/tree.cuh"
#include "shared/recurrence_cell.h"

struct qfp_recurrence {
    qfp_context *context;
    double *norm; /* on the device */
};

/* Where the square of a norm is known, as one thread, this is what becomes of it. */
static __device__ void norm_is_known(double squared, double *norm, double *factor)
{
    *norm = sqrt(squared);
    *factor = qfpi_recurrence_factor(*norm);
}

/* y += before x, if there is an x; partial[run] = the run's share of Σ y². */
template <class R, bool ADD>
static __global__ void k_recurrence_sum(size_t count, size_t leaves, const double *before,
                                        const R *__restrict__ x, const double *x_factor,
                                        R *__restrict__ y, double *partial, double *norm,
                                        double *factor)
{
    QFP_SHARED(double, shared);
    size_t leaf = (size_t)blockIdx.x * CUDA_LEAVES + threadIdx.x / QFPI_LANES;
    size_t i = leaf * QFPI_BLOCK + threadIdx.x % QFPI_LANES, end = (leaf + 1) * QFPI_BLOCK;
    end = end < count ? end : count;
    double a = ADD ? *before : 0.0, scale = ADD ? cuda_scale(x_factor) : 1.0, sum = 0.0;
#pragma unroll 8
    for (; i < end; i += QFPI_LANES) {
        R value = y[i];
        if (ADD) {
            value = (R)(value + a * (R)(scale * x[i]));
            y[i] = value;
        }
        sum += (double)value * value;
    }
    cuda_tree_run(sum, leaves, shared, partial + blockIdx.x);
    if (gridDim.x == 1 && threadIdx.x == 0)
        norm_is_known(partial[0], norm, factor);
}

/* The last levels of the tree, as one block. */
static __global__ void k_recurrence_norm(unsigned nodes, const double *in, double *norm,
                                         double *factor)
{
    QFP_SHARED(double, node);
    for (unsigned i = threadIdx.x; i < nodes; i += blockDim.x)
        node[i] = in[i];
    __syncthreads();
    cuda_tree_fold(node, nodes);
    if (threadIdx.x == 0)
        norm_is_known(node[0], norm, factor);
}

template <class R> static __global__ void k_settle(size_t count, const double *factor, R *y)
{
    double a = *factor;
    for (size_t i = cuda_first_cell(); i < count; i += cuda_cell_step())
        y[i] = (R)(a * y[i]);
}

template <class R> static void settle(const qfp_buffer *y, size_t count)
{
    QFP_LAUNCH(k_settle<R>, cuda_blocks(count), CUDA_THREADS, 0, y->context->stream, count,
               (const double *)y->factor, static_cast<R *>(y->data));
}

void cuda_settle(const qfp_buffer *buffer)
{
    buffer->owes_factor = false;
    CUDA_BY_PRECISION(buffer->context, settle, buffer, buffer->count);
}

static qfp_status create(qfp_context *context, int length, qfp_recurrence **out)
{
    qfp_recurrence *r = nullptr;
    *out = nullptr;
    QFP_TRY(QFP_ALLOCATE(r, 1, "a recurrence"));
    r->context = context;
    qfp_status status = cuda_allocate_array((size_t)length, "the norms of a recurrence", &r->norm);
    if (status != QFP_OK) {
        free(r);
        return status;
    }
    *out = r;
    return QFP_OK;
}

static void destroy(qfp_recurrence *recurrence)
{
    if (recurrence == nullptr)
        return;
    (void)cudaFree(recurrence->norm);
    free(recurrence);
}

template <class R, bool ADD>
static qfp_status step_with(const qfp_recurrence *r, int j, size_t count, const qfp_buffer *x,
                            qfp_buffer *y)
{
    qfp_context *context = r->context;
    size_t leaves = cuda_vector_leaves(count), nodes = cuda_tree_runs(leaves);
    const double *sums = nullptr;
    unsigned blocks = 0;
    QFP_TRY(cuda_tree_reserve(context, 1, leaves));
    QFP_TRY(cuda_tree_grid(leaves, &blocks));
    const R *x_data = ADD ? cuda_unscaled<R>(x) : nullptr;
    QFP_LAUNCH((k_recurrence_sum<R, ADD>), blocks, CUDA_THREADS, CUDA_TREE_SHARED, context->stream,
               count, leaves, (const double *)(ADD ? r->norm + j - 1 : nullptr), x_data,
               ADD ? cuda_factor(x) : nullptr, cuda_data<R>(y), context->scratch, r->norm + j,
               y->factor);
    QFP_CUDA_LAUNCHED("k_recurrence_sum");
    if (nodes > 1) {
        QFP_TRY(cuda_tree_reduce(context, 1, CUDA_TREE_RUN, &nodes, &sums));
        QFP_LAUNCH(k_recurrence_norm, 1, CUDA_THREADS, CUDA_TREE_RUN * sizeof(double),
                   context->stream, (unsigned)nodes, sums, r->norm + j, y->factor);
        QFP_CUDA_LAUNCHED("k_recurrence_norm");
    }
    y->owes_factor = count == y->count;
    if (!y->owes_factor) { /* the factor is not that of the rest */
        settle<R>(y, count);
        QFP_CUDA_LAUNCHED("k_settle");
    }
    return QFP_OK;
}

template <class R>
static qfp_status step_of(const qfp_recurrence *r, int j, size_t count, const qfp_buffer *x,
                          qfp_buffer *y)
{
    return x != nullptr ? step_with<R, true>(r, j, count, x, y)
                        : step_with<R, false>(r, j, count, x, y);
}

static qfp_status step(qfp_recurrence *recurrence, int j, size_t count, qfp_buffer *x,
                       qfp_buffer *y)
{
    cuda_range range("recurrence");
    if (count == 0) {
        QFP_CUDA_TRY(
            cudaMemsetAsync(recurrence->norm + j, 0, sizeof(double), recurrence->context->stream),
            "clearing a norm");
        return QFP_OK;
    }
    return CUDA_BY_PRECISION(recurrence->context, step_of, recurrence, j, count, x, y);
}

static qfp_status norms(const qfp_recurrence *recurrence, int first, int count, double *out)
{
    cuda_range range("norms");
    return cuda_tree_fetch(recurrence->context, recurrence->norm + first, (size_t)count, out);
}

const qfp_recurrence_operations qfp_cuda_recurrence = [] {
    qfp_recurrence_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.step = step;
    o.norms = norms;
    return o;
}();
