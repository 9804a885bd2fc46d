/* extrema.cu - smallest and largest value, and whether all are finite; no order matters. */
#include <math.h>

#include "cuda/pack.cuh"
#include "cuda/range.cuh"
#include "cuda/tree.cuh"

static const unsigned most_blocks = 1024;

/* Three numbers of a run of values, side by side in memory. */
struct extremes {
    double min, max, bad; /* bad: 1 where something is not finite */
};

static __device__ void add(extremes *to, const extremes &from)
{
    to->min = from.min < to->min ? from.min : to->min; /* a NaN compares false and is skipped */
    to->max = from.max > to->max ? from.max : to->max;
    to->bad = from.bad > to->bad ? from.bad : to->bad;
}

/* The block's extremes from its threads'; blockDim.x is a power of two. */
static __device__ void fold(extremes mine, extremes *shared, extremes *out)
{
    shared[threadIdx.x] = mine;
    __syncthreads();
    for (unsigned h = blockDim.x / 2; h > 0; h /= 2) {
        if (threadIdx.x < h)
            add(&shared[threadIdx.x], shared[threadIdx.x + h]);
        __syncthreads();
    }
    if (threadIdx.x == 0)
        *out = shared[0];
}

static __device__ void add_value(extremes *to, double value)
{
    add(to, extremes{value, value, isfinite(value) ? 0.0 : 1.0});
}

template <class R, unsigned SIZE>
static __global__ void k_extrema(size_t count, const R *__restrict__ x, extremes *partial)
{
    using pack = cuda_pack<R, SIZE>;
    QFP_SHARED(extremes, shared);
    extremes mine = {INFINITY, -INFINITY, 0.0};
    const size_t whole = count / pack::SIZE;
#pragma unroll 2
    for (size_t i = cuda_first_cell(); i < whole; i += cuda_cell_step()) {
        const pack values = cuda_load_pack<R, SIZE>(x + pack::SIZE * i);
        for (unsigned l = 0; l < pack::SIZE; ++l)
            add_value(&mine, values.at[l]);
    }
    for (size_t i = pack::SIZE * whole + cuda_first_cell(); i < count; i += cuda_cell_step())
        add_value(&mine, x[i]);
    fold(mine, shared, partial + blockIdx.x);
}

/* One block. */
static __global__ void k_extrema_total(unsigned count, const extremes *partial, extremes *out)
{
    QFP_SHARED(extremes, shared);
    extremes mine = {INFINITY, -INFINITY, 0.0};
    for (unsigned i = threadIdx.x; i < count; i += blockDim.x)
        add(&mine, partial[i]);
    fold(mine, shared, out);
}

template <class R, unsigned SIZE> static qfp_status queue_extrema(size_t count, const qfp_buffer *x)
{
    qfp_context *context = x->context;
    unsigned blocks = cuda_blocks(count);
    blocks = blocks < most_blocks ? blocks : most_blocks;
    QFP_TRY(cuda_reserve(context, 3 * (most_blocks + 1)));
    extremes *partial = reinterpret_cast<extremes *>(context->scratch);
    size_t shared = CUDA_THREADS * sizeof(extremes);
    QFP_LAUNCH((k_extrema<R, SIZE>), blocks, CUDA_THREADS, shared, context->stream, count,
               (const R *)cuda_data<R>(x), partial);
    QFP_CUDA_LAUNCHED("k_extrema");
    QFP_LAUNCH(k_extrema_total, 1, CUDA_THREADS, shared, context->stream, blocks,
               (const extremes *)partial, partial + most_blocks);
    QFP_CUDA_LAUNCHED("k_extrema_total");
    QFP_CUDA_TRY(cudaMemcpyAsync(context->landing, partial + most_blocks, sizeof(extremes),
                                 cudaMemcpyDeviceToHost, context->stream),
                 "copying extrema from the device");
    return QFP_OK;
}

template <class R> static qfp_status extrema(size_t count, const qfp_buffer *x, double *result)
{
    QFP_TRY(cuda_begins_pack(x->data) ? (queue_extrema<R, cuda_pack<R>::SIZE>(count, x))
                                      : (queue_extrema<R, 1>(count, x)));
    return cuda_tree_wait(x->context, 3, result);
}

qfp_status cuda_extrema(size_t count, const qfp_buffer *x, double *min, double *max, int *finite)
{
    cuda_range range("extrema");
    double result[3] = {INFINITY, -INFINITY, 0.0};
    if (count > 0)
        QFP_TRY(CUDA_BY_PRECISION(x->context, extrema, count, x, result));
    *min = result[0];
    *max = result[1];
    *finite = result[2] == 0.0;
    return QFP_OK;
}
