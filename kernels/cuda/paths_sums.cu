/* paths_sums.cu - sums over batches of paths in the order of shared/pairwise.h, and histograms. */
#include "cuda/paths.cuh"
#include "cuda/range.cuh"
#include "cuda/tree.cuh"

#include <limits.h>
#include <math.h>

struct sums_view {
    qfp_path_set set;
    int modes, doubled;
    qfp_batches batches;
    const qfp_symbol_term *terms;
    const size_t *first;
    const double *x, *weights;
};

static __device__ double value_of(const sums_view &v, size_t function, size_t i)
{
    qfpi_complex coordinate[2 * QFP_MAX_MODES];
    cuda_path_load(v.set, v.x, i, coordinate);
    for (int j = 0; !v.doubled && j < v.modes; ++j) {
        coordinate[v.modes + j].re = coordinate[j].re;
        coordinate[v.modes + j].im = -coordinate[j].im;
    }
    double value = qfpi_path_polynomial(v.modes, v.first[function], v.first[function + 1], v.terms,
                                        coordinate, coordinate + v.modes)
                       .re;
    return v.weights != nullptr ? v.weights[i] * value : value;
}

/* One block per function and batch.  Eight neighbouring threads are the lanes of one leaf; sums of
 * runs of CUDA_LEAVES leaves are complete subtrees, or the right edge. */
static __global__ void k_paths_sums(sums_view v, double *out)
{
    QFP_SHARED(double, shared);
    double *leaf = shared + CUDA_THREADS;
    size_t function = blockIdx.x / v.batches.count, b = blockIdx.x % v.batches.count;
    size_t begin = qfpi_paths_before(&v.batches, b), end = qfpi_paths_before(&v.batches, b + 1);
    qfpi_pairwise runs;
    runs.count = 0;
    for (size_t run = begin; run < end; run += (size_t)CUDA_LEAVES * QFPI_BLOCK) {
        size_t start = run + (size_t)(threadIdx.x / QFPI_LANES) * QFPI_BLOCK;
        size_t stop = start + QFPI_BLOCK < end ? start + QFPI_BLOCK : end;
        size_t leaves = (end - run + QFPI_BLOCK - 1) / QFPI_BLOCK;
        unsigned here = leaves < CUDA_LEAVES ? (unsigned)leaves : CUDA_LEAVES;
        double sum = 0.0;
        for (size_t i = start + threadIdx.x % QFPI_LANES; i < stop; i += QFPI_LANES)
            sum += value_of(v, function, i);
        shared[threadIdx.x] = sum;
        __syncthreads();
        if (threadIdx.x < here)
            leaf[threadIdx.x] = qfpi_lanes_fold(shared + QFPI_LANES * threadIdx.x);
        __syncthreads();
        cuda_tree_fold(leaf, here);
        if (threadIdx.x == 0)
            qfpi_pairwise_push(&runs, leaf[0]);
        __syncthreads(); /* before `shared` is written again */
    }
    if (threadIdx.x == 0)
        out[blockIdx.x] = qfpi_pairwise_total(&runs);
}

qfp_status cuda_paths_sums(qfp_context *context, const qfp_path_set *set, int doubled, size_t count,
                           const qfp_path_polynomial *functions, const qfp_batches *batches,
                           const qfp_buffer *x, const qfp_buffer *weights, double *out)
{
    cuda_range range("paths_sums");
    qfp_symbol_term *terms = nullptr;
    size_t *first = nullptr;
    const size_t sums = count * batches->count;
    if (sums == 0 || sums > INT_MAX)
        return QFP_FAIL(QFP_INTERNAL, "%zu sums over %zu batches of paths", count, batches->count);
    QFP_TRY(cuda_paths_check(context));
    QFP_TRY(cuda_reserve(context, sums));
    qfp_status status = cuda_path_polynomials(context, count, functions, &terms, &first);
    cudaError_t error = cudaSuccess;
    if (status == QFP_OK) {
        sums_view v = {*set,
                       doubled ? set->coordinates / 2 : set->coordinates,
                       doubled,
                       *batches,
                       terms,
                       first,
                       cuda_data<double>(x),
                       weights != nullptr ? cuda_data<double>(weights) : nullptr};
        QFP_LAUNCH(k_paths_sums, (unsigned)sums, CUDA_THREADS, CUDA_TREE_SHARED, context->stream, v,
                   context->scratch);
        error = cudaGetLastError();
        if (error == cudaSuccess)
            error = cudaMemcpyAsync(out, context->scratch, sums * sizeof *out,
                                    cudaMemcpyDeviceToHost, context->stream);
        status = cuda_synchronize(context);
    }
    (void)cudaFree(terms);
    (void)cudaFree(first);
    QFP_CUDA_TRY(error, "sums over paths");
    return status;
}

struct histogram_view {
    size_t paths, cells;
    double q_from, q_scale, p_from, p_scale;
    const double *re, *im, *weights;
};

/* One thread per cell: a block places CUDA_THREADS paths at a time in shared memory, and every
 * thread adds those that fall into its cell, in the order of the paths. */
static __global__ void k_paths_histogram(histogram_view v, double *counts)
{
    QFP_SHARED(double, shared);
    double *weight = shared + CUDA_THREADS, sum = 0.0, mine = (double)cuda_first_cell();
    const double root = sqrt(2.0);
    for (size_t from = 0; from < v.paths; from += CUDA_THREADS) {
        size_t i = from + threadIdx.x;
        unsigned here = v.paths - from < CUDA_THREADS ? (unsigned)(v.paths - from) : CUDA_THREADS;
        shared[threadIdx.x] = -1.0;
        if (i < v.paths) {
            double column = floor((root * v.re[i] - v.q_from) * v.q_scale);
            double row = floor((root * v.im[i] - v.p_from) * v.p_scale);
            double cells = (double)v.cells;
            if (column >= 0.0 && row >= 0.0 && column < cells && row < cells)
                shared[threadIdx.x] = column * cells + row;
            weight[threadIdx.x] = v.weights != nullptr ? v.weights[i] : 1.0;
        }
        __syncthreads();
        for (unsigned k = 0; k < here; ++k)
            if (shared[k] == mine)
                sum += weight[k];
        __syncthreads();
    }
    if (cuda_first_cell() < v.cells * v.cells)
        counts[cuda_first_cell()] = sum;
}

qfp_status cuda_paths_histogram(qfp_context *context, const qfp_path_set *set, int coordinate,
                                size_t cells, const double bounds[4], const qfp_buffer *x,
                                const qfp_buffer *weights, double *counts)
{
    cuda_range range("paths_histogram");
    const double *re = cuda_data<double>(x) + 2 * (size_t)coordinate * set->paths;
    histogram_view v = {set->paths,
                        cells,
                        bounds[0],
                        (double)cells / (bounds[1] - bounds[0]),
                        bounds[2],
                        (double)cells / (bounds[3] - bounds[2]),
                        re,
                        re + set->paths,
                        weights != nullptr ? cuda_data<double>(weights) : nullptr};
    QFP_TRY(cuda_paths_check(context));
    QFP_TRY(cuda_reserve(context, cells * cells));
    QFP_LAUNCH(k_paths_histogram, cuda_blocks(cells * cells), CUDA_THREADS,
               2 * CUDA_THREADS * sizeof(double), context->stream, v, context->scratch);
    QFP_CUDA_LAUNCHED("k_paths_histogram");
    QFP_CUDA_TRY(cudaMemcpyAsync(counts, context->scratch, cells * cells * sizeof *counts,
                                 cudaMemcpyDeviceToHost, context->stream),
                 "copying a histogram from the device");
    return cuda_synchronize(context);
}
