/* paths.cuh - trajectory ensembles on the device: how a path is read and written, and what their
 * operations share.  Buffers are in double precision; one thread moves one path at a time. */
#ifndef QFPI_CUDA_PATHS_CUH
#define QFPI_CUDA_PATHS_CUH

#include "cuda/curand_block.cuh"
#include "backend.h"
#include "cuda/device.cuh"
#include "shared/guided_cell.h"

static inline __device__ void cuda_path_load(const qfp_path_set &set, const double *x, size_t i,
                                             qfpi_complex *coordinate)
{
    for (int c = 0; c < set.coordinates; ++c) {
        coordinate[c].re = x[2 * (size_t)c * set.paths + i];
        coordinate[c].im = x[(2 * (size_t)c + 1) * set.paths + i];
    }
}

static inline __device__ void cuda_path_store(const qfp_path_set &set, double *x, size_t i,
                                              int coordinates, const qfpi_complex *coordinate)
{
    for (int c = 0; c < coordinates; ++c) {
        x[2 * (size_t)c * set.paths + i] = coordinate[c].re;
        x[(2 * (size_t)c + 1) * set.paths + i] = coordinate[c].im;
    }
}

/* Adds the block's numbers of failed paths (each thread's own) and writes them to out[blockIdx.x];
 * `shared` holds CUDA_THREADS doubles; the whole block calls. */
static inline __device__ void cuda_count_lost(double failed, double *shared, double *out)
{
    shared[threadIdx.x] = failed;
    __syncthreads();
    if (threadIdx.x != 0)
        return;
    double sum = 0.0;
    for (unsigned t = 0; t < blockDim.x; ++t)
        sum += shared[t];
    out[blockIdx.x] = sum;
}

#define CUDA_LOST_SHARED (CUDA_THREADS * sizeof(double))

/* Adds up context->scratch[0 … blocks) on the host. */
qfp_status cuda_lost_total(qfp_context *context, unsigned blocks, size_t *lost) QFP_MUST_USE;

/* QFP_UNSUPPORTED unless the context computes in double precision. */
qfp_status cuda_paths_check(const qfp_context *context) QFP_MUST_USE;

/* Term lists on the device, cudaFree releases both. */
qfp_status cuda_path_polynomials(qfp_context *context, size_t count,
                                 const qfp_path_polynomial *polynomials, qfp_symbol_term **terms,
                                 size_t **first) QFP_MUST_USE;

/* Operations on paths, paths_draw.cu and paths_sums.cu. */
qfp_status cuda_paths_draw(qfp_context *context, const qfp_path_set *set, int modes,
                           const int *levels, size_t ket_count, const double *weights,
                           const double *kets, qfp_buffer *x);
qfp_status cuda_paths_gaussian(qfp_context *context, const qfp_path_set *set, uint64_t block,
                               int keep, const double *mean, const double *spread, qfp_buffer *x);
qfp_status cuda_paths_sums(qfp_context *context, const qfp_path_set *set, int doubled, size_t count,
                           const qfp_path_polynomial *functions, const qfp_batches *batches,
                           const qfp_buffer *x, const qfp_buffer *weights, double *out);
qfp_status cuda_paths_histogram(qfp_context *context, const qfp_path_set *set, int coordinate,
                                size_t cells, const double bounds[4], const qfp_buffer *x,
                                const qfp_buffer *weights, double *counts);

#endif
