/* entropy.cu - Σ -q ln(scale q), in the order of shared/pairwise.h. */
#include "cuda/pack.cuh"
#include "cuda/range.cuh"
#include "cuda/tree.cuh"
#include "shared/entropy_cell.h"

/* Threads have neighbouring lanes, as in inner.cu. */
template <class R, unsigned SIZE>
static __global__ void k_entropy(size_t count, size_t leaves, double scale, const R *__restrict__ q,
                                 double *partial)
{
    using pack = cuda_pack<R, SIZE>;
    QFP_SHARED(double, shared);
    unsigned lane = threadIdx.x * pack::SIZE;
    size_t leaf = (size_t)blockIdx.x * CUDA_LEAVES + lane / QFPI_LANES;
    size_t i = leaf * QFPI_BLOCK + lane % QFPI_LANES, end = (leaf + 1) * QFPI_BLOCK;
    end = end < count ? end : count;
    double sum[pack::SIZE] = {0.0};
    for (; i + pack::SIZE <= end; i += QFPI_LANES) {
        const pack values = cuda_load_pack<R, SIZE>(q + i);
        for (unsigned l = 0; l < pack::SIZE; ++l)
            sum[l] += qfpi_entropy_cell(values.at[l], scale);
    }
    for (unsigned l = 0; l < pack::SIZE && i + l < end; ++l)
        sum[l] += qfpi_entropy_cell(q[i + l], scale);
    cuda_tree_run_lanes<pack::SIZE>(sum, leaves, shared, partial + blockIdx.x);
}

template <class R, unsigned SIZE>
static qfp_status queue_entropy(size_t count, const qfp_buffer *q, double scale)
{
    qfp_context *context = q->context;
    size_t leaves = cuda_vector_leaves(count);
    unsigned blocks = 0;
    QFP_TRY(cuda_tree_reserve(context, 1, leaves));
    QFP_TRY(cuda_tree_grid(leaves, &blocks));
    QFP_LAUNCH((k_entropy<R, SIZE>), blocks, CUDA_THREADS / SIZE, CUDA_TREE_SHARED, context->stream,
               count, leaves, scale, (const R *)cuda_data<R>(q), context->scratch);
    QFP_CUDA_LAUNCHED("k_entropy");
    return cuda_tree_queue(context, leaves, 1, 0);
}

template <class R>
static qfp_status entropy(size_t count, const qfp_buffer *q, double scale, double *out)
{
    QFP_TRY(cuda_begins_pack(q->data) ? (queue_entropy<R, cuda_pack<R>::SIZE>(count, q, scale))
                                      : (queue_entropy<R, 1>(count, q, scale)));
    return cuda_tree_wait(q->context, 1, out);
}

qfp_status cuda_entropy(size_t count, const qfp_buffer *q, double scale, double *out)
{
    cuda_range range("entropy");
    *out = 0.0;
    return count == 0 ? QFP_OK : CUDA_BY_PRECISION(q->context, entropy, count, q, scale, out);
}
