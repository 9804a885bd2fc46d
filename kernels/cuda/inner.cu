/* inner.cu - inner products of several vectors with one, in the order of shared/pairwise.h.
 *
 * A thread has as many neighbouring lanes of a leaf as a pack holds numbers, and the sum of each
 * lane runs as shared/pairwise.h says.
 */
#include "cuda/device.cuh"
#include "cuda/pack.cuh"
#include "cuda/range.cuh"
#include "cuda/tree.cuh"

template <class R> struct vector_list {
    const R *x[CUDA_TREE_WIDTH];
};

/* partial[k * runs + run] = the run's share of Σ x_k y, for k < WIDTH */
template <class R, int WIDTH, unsigned SIZE>
static __global__ void k_inner(size_t count, size_t leaves, vector_list<R> v,
                               const R *__restrict__ y, double *partial)
{
    using pack = cuda_pack<R, SIZE>;
    QFP_SHARED(double, shared);
    unsigned lane = threadIdx.x * pack::SIZE;
    size_t leaf = (size_t)blockIdx.x * CUDA_LEAVES + lane / QFPI_LANES;
    size_t i = leaf * QFPI_BLOCK + lane % QFPI_LANES, end = (leaf + 1) * QFPI_BLOCK;
    end = end < count ? end : count;
    double sum[WIDTH][pack::SIZE] = {{0.0}};
#pragma unroll(WIDTH *pack::SIZE < 16 ? 2 : 1)
    for (; i + pack::SIZE <= end; i += QFPI_LANES) {
        const pack factor = cuda_load_pack<R, SIZE>(y + i);
#pragma unroll
        for (int k = 0; k < WIDTH; ++k) {
            const pack x = cuda_load_pack<R, SIZE>(v.x[k] + i);
            for (unsigned l = 0; l < pack::SIZE; ++l)
                sum[k][l] += (double)x.at[l] * factor.at[l];
        }
    }
    for (unsigned l = 0; l < pack::SIZE; ++l) /* the end of the vectors, less than a pack */
        for (int k = 0; k < WIDTH && i + l < end; ++k)
            sum[k][l] += (double)v.x[k][i + l] * y[i + l];
#pragma unroll
    for (int k = 0; k < WIDTH; ++k)
        cuda_tree_run_lanes<pack::SIZE>(sum[k], leaves, shared,
                                        partial + (size_t)k * gridDim.x + blockIdx.x);
}

template <class R, int WIDTH, unsigned SIZE = cuda_pack<R>::SIZE>
static qfp_status inner(size_t count, qfp_buffer *const *x, const qfp_buffer *y, int place)
{
    qfp_context *context = y->context;
    size_t leaves = cuda_vector_leaves(count);
    unsigned blocks = 0;
    vector_list<R> list = {};
    for (int k = 0; k < WIDTH; ++k)
        list.x[k] = cuda_data<R>(x[k]);
    QFP_TRY(cuda_tree_reserve(context, WIDTH, leaves));
    QFP_TRY(cuda_tree_grid(leaves, &blocks));
    QFP_LAUNCH((k_inner<R, WIDTH, SIZE>), blocks, CUDA_THREADS / SIZE, CUDA_TREE_SHARED,
               context->stream, count, leaves, list, (const R *)cuda_data<R>(y), context->scratch);
    QFP_CUDA_LAUNCHED("k_inner");
    return cuda_tree_queue(context, leaves, WIDTH, place);
}

/* Eight at a time read y once; CUDA_LANDING results share one wait. */
template <class R>
static qfp_status inner_queue(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y)
{
    bool packs = cuda_begins_pack(y->data);
    int k = 0;
    for (; k < terms; ++k)
        packs = packs && cuda_begins_pack(x[k]->data);
    for (k = 0; !packs && k < terms; ++k) /* views of odd places */
        QFP_TRY((inner<R, 1, 1>(count, x + k, y, k)));
    for (; terms - k >= 8; k += 8)
        QFP_TRY((inner<R, 8>(count, x + k, y, k)));
    for (; terms - k >= 4; k += 4)
        QFP_TRY((inner<R, 4>(count, x + k, y, k)));
    for (; terms - k >= 2; k += 2)
        QFP_TRY((inner<R, 2>(count, x + k, y, k)));
    if (k < terms)
        QFP_TRY((inner<R, 1>(count, x + k, y, k)));
    return QFP_OK;
}

qfp_status cuda_inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                      double *out)
{
    cuda_range range("inner");
    for (int k = 0; count == 0 && k < terms; ++k)
        out[k] = 0.0;
    for (int k = 0; count > 0 && k < terms; k += CUDA_LANDING) {
        int width = terms - k < CUDA_LANDING ? terms - k : CUDA_LANDING;
        QFP_TRY(CUDA_BY_PRECISION(y->context, inner_queue, count, width, x + k, y));
        QFP_TRY(cuda_tree_wait(y->context, width, out + k));
    }
    return QFP_OK;
}
