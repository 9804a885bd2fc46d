/* curand_block.cuh - the random words of shared/philox.h from cuRAND; include it before any header
 * of shared/.
 *
 * cuRAND's Philox 4x32-10 started at (seed, subsequence, offset 4 block) hands out the four words
 * that qfpi_philox computes, so the CPU's paths are the device's.  Nothing is kept between calls:
 * the generator's state lives in registers for one block.
 *
 * Code for the host that nvcc makes of the same cells is never called and keeps the formula of
 * philox.h.
 */
#ifndef QFPI_CUDA_CURAND_BLOCK_CUH
#define QFPI_CUDA_CURAND_BLOCK_CUH

#include <curand_kernel.h>
#include <stdint.h>

static __forceinline__ __device__ void cuda_philox(uint64_t seed, uint64_t sequence, uint64_t block,
                                                   uint32_t word[4])
{
    curandStatePhilox4_32_10_t state;
    curand_init(seed, sequence, 4 * block, &state);
    uint4 four = curand4(&state);
    word[0] = four.x;
    word[1] = four.y;
    word[2] = four.z;
    word[3] = four.w;
}

#if defined(__CUDA_ARCH__) || !defined(__CUDACC__)
#define QFPI_PHILOX_BLOCK cuda_philox
#endif

#endif
