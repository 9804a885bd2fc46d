/* tree.cuh - sums in the order of shared/pairwise.h, on the device.
 *
 * A kernel adds the lanes of CUDA_LEAVES leaves, an aligned run of the tree, eight threads a leaf,
 * and writes the run's sum; further passes add aligned runs of these.  An odd node at the right
 * edge is handed up unchanged, which is the same as adding the edge from its smallest node up.
 */
#ifndef QFPI_CUDA_TREE_CUH
#define QFPI_CUDA_TREE_CUH

#include "cuda/device.cuh"
#include "shared/pairwise.h"

#define CUDA_LEAVES (CUDA_THREADS / QFPI_LANES)
#define CUDA_TREE_WIDTH 8  /* sums made in one pass over the data */
#define CUDA_TREE_RUN 1024 /* nodes that one block adds: a power of two */

/* Leaves of a vector, blocks of QFPI_BLOCK elements. */
static inline size_t cuda_vector_leaves(size_t count)
{
    return (count + QFPI_BLOCK - 1) / QFPI_BLOCK;
}

/* Runs, which are blocks of the kernel that makes their sums. */
static inline size_t cuda_tree_runs(size_t leaves)
{
    return (leaves + CUDA_LEAVES - 1) / CUDA_LEAVES;
}

/* Scratch for `width` sums over so many leaves. */
qfp_status cuda_tree_reserve(qfp_context *context, size_t width, size_t leaves) QFP_MUST_USE;

/* Blocks of the leaf kernel (0 if there are no leaves); an error beyond what a launch can have. */
qfp_status cuda_tree_grid(size_t leaves, unsigned *blocks) QFP_MUST_USE;

/* Queues upper levels until at most `most` of the nodes are left: *out is [width][*nodes] then.
 * *nodes begins as the runs of context->scratch[w * runs + r], w < width. */
qfp_status cuda_tree_reduce(qfp_context *context, int width, size_t most, size_t *nodes,
                            const double **out) QFP_MUST_USE;

/* Queues the upper levels: the totals of context->scratch[w * runs + r] go to
 * context->landing[place + w], w < width, for cuda_tree_wait() to hand out. */
qfp_status cuda_tree_queue(qfp_context *context, size_t leaves, int width, int place) QFP_MUST_USE;
qfp_status cuda_tree_wait(qfp_context *context, int count, double *out) QFP_MUST_USE;

/* Waits for numbers of the device, any count of them. */
qfp_status cuda_tree_fetch(qfp_context *context, const double *from, size_t count,
                           double *out) QFP_MUST_USE;

/* Adds the first n entries of `leaf` in shared memory into leaf[0]; called by the whole block. */
static inline __device__ void cuda_tree_fold(double *leaf, unsigned n)
{
    for (unsigned h = 1; h < n; h *= 2) {
        for (unsigned i = 2 * h * threadIdx.x; i + h < n; i += 2 * h * blockDim.x)
            leaf[i] += leaf[i + h];
        __syncthreads();
    }
}

/* One sum of the block's run, whose threads hold PER neighbouring lanes each, counted from lane 0
 * of the run's first leaf: CUDA_THREADS / PER threads.  `shared` holds CUDA_THREADS + CUDA_LEAVES
 * doubles; the whole block calls. */
template <unsigned PER>
static inline __device__ void cuda_tree_run_lanes(const double *lane_sum, size_t leaves,
                                                  double *shared, double *out)
{
    double *leaf = shared + CUDA_THREADS;
    size_t rest = leaves - (size_t)blockIdx.x * CUDA_LEAVES;
    unsigned here = rest < CUDA_LEAVES ? (unsigned)rest : CUDA_LEAVES;
    __syncthreads(); /* the last run's readers are done */
    for (unsigned l = 0; l < PER; ++l)
        shared[PER * threadIdx.x + l] = lane_sum[l];
    __syncthreads();
    if (threadIdx.x < here)
        leaf[threadIdx.x] = qfpi_lanes_fold(shared + QFPI_LANES * threadIdx.x);
    __syncthreads();
    cuda_tree_fold(leaf, here);
    if (threadIdx.x == 0)
        *out = leaf[0];
}

/* The same where a thread has one lane: thread t lane t % QFPI_LANES of leaf t / QFPI_LANES. */
static inline __device__ void cuda_tree_run(double lane_sum, size_t leaves, double *shared,
                                            double *out)
{
    cuda_tree_run_lanes<1>(&lane_sum, leaves, shared, out);
}

#define CUDA_TREE_SHARED ((CUDA_THREADS + CUDA_LEAVES) * sizeof(double))

#endif
