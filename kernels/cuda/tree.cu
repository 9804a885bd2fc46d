/* tree.cu - the upper levels of the summation tree. */
#include "cuda/tree.cuh"

#include <limits.h>

static size_t runs_of(size_t nodes)
{
    return (nodes + CUDA_TREE_RUN - 1) / CUDA_TREE_RUN;
}

/* Level by level the nodes of `width` trees stand side by side: in[w * nodes + i]. */
static __global__ void k_tree(size_t nodes, const double *in, double *out)
{
    QFP_SHARED(double, node);
    size_t first = (size_t)blockIdx.x * CUDA_TREE_RUN, rest = nodes - first;
    unsigned n = rest < CUDA_TREE_RUN ? (unsigned)rest : CUDA_TREE_RUN;
    for (unsigned i = threadIdx.x; i < n; i += blockDim.x)
        node[i] = in[blockIdx.y * nodes + first + i];
    __syncthreads();
    cuda_tree_fold(node, n);
    if (threadIdx.x == 0)
        out[(size_t)blockIdx.y * gridDim.x + blockIdx.x] = node[0];
}

qfp_status cuda_tree_reserve(qfp_context *context, size_t width, size_t leaves)
{
    size_t runs = cuda_tree_runs(leaves) + 1;
    return cuda_reserve(context, width * (runs + runs_of(runs) + 1));
}

qfp_status cuda_tree_grid(size_t leaves, unsigned *blocks)
{
    size_t runs = cuda_tree_runs(leaves);
    if (runs > INT_MAX)
        return QFP_FAIL(QFP_UNSUPPORTED, "a sum over %zu leaves: too many for one launch", leaves);
    *blocks = (unsigned)runs;
    return QFP_OK;
}

qfp_status cuda_tree_reduce(qfp_context *context, int width, size_t most, size_t *nodes,
                            const double **out)
{
    double *in = context->scratch, *next = context->scratch + (size_t)width * *nodes;
    while (*nodes > most) {
        size_t runs = runs_of(*nodes);
        QFP_LAUNCH(k_tree, dim3((unsigned)runs, (unsigned)width), CUDA_THREADS,
                   CUDA_TREE_RUN * sizeof(double), context->stream, *nodes, (const double *)in,
                   next);
        QFP_CUDA_LAUNCHED("k_tree");
        double *other = in;
        in = next;
        next = other;
        *nodes = runs;
    }
    *out = in;
    return QFP_OK;
}

qfp_status cuda_tree_queue(qfp_context *context, size_t leaves, int width, int place)
{
    size_t nodes = cuda_tree_runs(leaves);
    const double *totals = nullptr;
    QFP_TRY(cuda_tree_reduce(context, width, 1, &nodes, &totals));
    QFP_CUDA_TRY(cudaMemcpyAsync(context->landing + place, totals, (size_t)width * sizeof(double),
                                 cudaMemcpyDeviceToHost, context->stream),
                 "copying sums from the device");
    return QFP_OK;
}

qfp_status cuda_tree_wait(qfp_context *context, int count, double *out)
{
    QFP_CUDA_TRY(cudaStreamSynchronize(context->stream), "waiting for sums");
    for (int k = 0; k < count; ++k)
        out[k] = context->landing[k];
    return QFP_OK;
}

qfp_status cuda_tree_fetch(qfp_context *context, const double *from, size_t count, double *out)
{
    for (size_t done = 0; done < count; done += CUDA_LANDING) {
        size_t n = count - done < CUDA_LANDING ? count - done : CUDA_LANDING;
        QFP_CUDA_TRY(cudaMemcpyAsync(context->landing, from + done, n * sizeof *from,
                                     cudaMemcpyDeviceToHost, context->stream),
                     "copying sums from the device");
        QFP_TRY(cuda_tree_wait(context, (int)n, out + done));
    }
    return QFP_OK;
}
