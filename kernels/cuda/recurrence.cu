/* recurrence.cu - the vectors of a three-term recurrence: y + β_{j−1} x and the norm of it in one
 * pass, the upper levels of the sum in one launch, and none where the first pass has one block. */
#include <stdlib.h>

#include "cuda/device.cuh"
#include "cuda/range.cuh"
#include "cuda/slots.h"
#include "cuda/tree.cuh"
#include "shared/recurrence_cell.h"

struct qfp_recurrence {
    qfp_context *context;
    double *norm, *factor; /* on the device: β_0 …, and 1/β_j of the last step */
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
                                        const R *__restrict__ x, R *__restrict__ y, double *partial,
                                        double *norm, double *factor)
{
    QFP_SHARED(double, shared);
    size_t leaf = (size_t)blockIdx.x * CUDA_LEAVES + threadIdx.x / QFPI_LANES;
    size_t i = leaf * QFPI_BLOCK + threadIdx.x % QFPI_LANES, end = (leaf + 1) * QFPI_BLOCK;
    end = end < count ? end : count;
    double a = ADD ? *before : 0.0, sum = 0.0;
#pragma unroll 8
    for (; i < end; i += QFPI_LANES) {
        R value = y[i];
        if (ADD) {
            value = (R)(value + a * x[i]);
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

template <class R>
static __global__ void k_recurrence_scale(size_t count, const double *factor, R *y)
{
    double a = *factor;
    for (size_t i = cuda_first_cell(); i < count; i += cuda_cell_step())
        y[i] = (R)(a * y[i]);
}

qfp_status cuda_recurrence_create(qfp_context *context, int length, qfp_recurrence **out)
{
    qfp_recurrence *r = nullptr;
    *out = nullptr;
    QFP_TRY(QFP_ALLOCATE(r, 1, "a recurrence"));
    r->context = context;
    qfp_status status =
        cuda_allocate_array((size_t)length + 1, "the norms of a recurrence", &r->norm);
    if (status != QFP_OK) {
        free(r);
        return status;
    }
    r->factor = r->norm + length;
    *out = r;
    return QFP_OK;
}

void cuda_recurrence_destroy(qfp_recurrence *recurrence)
{
    if (recurrence == nullptr)
        return;
    (void)cudaFree(recurrence->norm);
    free(recurrence);
}

/* β_j, and what y is to be multiplied by. */
template <class R, bool ADD>
static qfp_status add_and_sum(const qfp_recurrence *r, int j, size_t count, const qfp_buffer *x,
                              qfp_buffer *y)
{
    qfp_context *context = r->context;
    size_t leaves = cuda_vector_leaves(count), nodes = cuda_tree_runs(leaves);
    const double *sums = nullptr;
    unsigned blocks = 0;
    QFP_TRY(cuda_tree_reserve(context, leaves));
    QFP_TRY(cuda_tree_grid(leaves, &blocks));
    QFP_LAUNCH((k_recurrence_sum<R, ADD>), blocks, CUDA_THREADS, CUDA_TREE_SHARED, context->stream,
               count, leaves, (const double *)(ADD ? r->norm + j - 1 : nullptr),
               (const R *)(ADD ? cuda_data<R>(x) : nullptr), cuda_data<R>(y), context->scratch,
               r->norm + j, r->factor);
    QFP_CUDA_LAUNCHED("k_recurrence_sum");
    if (nodes == 1)
        return QFP_OK;
    QFP_TRY(cuda_tree_reduce(context, 1, CUDA_TREE_RUN, &nodes, &sums));
    QFP_LAUNCH(k_recurrence_norm, 1, CUDA_THREADS, CUDA_TREE_RUN * sizeof(double), context->stream,
               (unsigned)nodes, sums, r->norm + j, r->factor);
    QFP_CUDA_LAUNCHED("k_recurrence_norm");
    return QFP_OK;
}

template <class R>
static qfp_status step(const qfp_recurrence *r, int j, size_t count, const qfp_buffer *x,
                       qfp_buffer *y)
{
    QFP_TRY(x != nullptr ? (add_and_sum<R, true>(r, j, count, x, y))
                         : (add_and_sum<R, false>(r, j, count, x, y)));
    QFP_LAUNCH(k_recurrence_scale<R>, cuda_blocks(count), CUDA_THREADS, 0, r->context->stream,
               count, (const double *)r->factor, cuda_data<R>(y));
    QFP_CUDA_LAUNCHED("k_recurrence_scale");
    return QFP_OK;
}

qfp_status cuda_recurrence_step(qfp_recurrence *recurrence, int j, size_t count, qfp_buffer *x,
                                qfp_buffer *y)
{
    cuda_range range("recurrence");
    if (count == 0) {
        QFP_CUDA_TRY(
            cudaMemsetAsync(recurrence->norm + j, 0, sizeof(double), recurrence->context->stream),
            "clearing a norm");
        return QFP_OK;
    }
    return CUDA_BY_PRECISION(recurrence->context, step, recurrence, j, count, x, y);
}

qfp_status cuda_recurrence_norms(const qfp_recurrence *recurrence, int first, int count,
                                 double *out)
{
    cuda_range range("norms");
    qfp_context *context = recurrence->context;
    for (int done = 0; done < count; done += CUDA_LANDING) {
        int n = count - done < CUDA_LANDING ? count - done : CUDA_LANDING;
        QFP_CUDA_TRY(cudaMemcpyAsync(context->landing, recurrence->norm + first + done,
                                     (size_t)n * sizeof(double), cudaMemcpyDeviceToHost,
                                     context->stream),
                     "copying norms from the device");
        QFP_TRY(cuda_tree_wait(context, n, out + done));
    }
    return QFP_OK;
}
