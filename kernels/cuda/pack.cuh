/* pack.cuh - neighbours in a real array, loaded and stored in one piece of 16 bytes.
 *
 * Buffers begin where cudaMalloc put them, so that entry i of one is the begin of a pack wherever
 * i is a multiple of SIZE.
 */
#ifndef QFPI_CUDA_PACK_CUH
#define QFPI_CUDA_PACK_CUH

#include <cuda_runtime.h>

template <class R> struct alignas(16) cuda_pack {
    static constexpr unsigned SIZE = 16 / sizeof(R);
    R at[SIZE];
};

template <class R> static inline __device__ cuda_pack<R> cuda_load_pack(const R *from)
{
    return *reinterpret_cast<const cuda_pack<R> *>(from);
}

template <class R> static inline __device__ void cuda_store_pack(R *to, const cuda_pack<R> &pack)
{
    *reinterpret_cast<cuda_pack<R> *>(to) = pack;
}

#endif
