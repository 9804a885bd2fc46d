/* pack.cuh - neighbours in a real array, loaded and stored in one piece of 16 bytes.
 *
 * Buffers begin where cudaMalloc put them, so that entry i of one is the begin of a pack wherever
 * i is a multiple of SIZE.  Views begin anywhere: where cuda_begins_pack says no, packs of one
 * number do.
 */
#ifndef QFPI_CUDA_PACK_CUH
#define QFPI_CUDA_PACK_CUH

#include <cuda_runtime.h>

template <class R, unsigned N = 16 / sizeof(R)> struct alignas(N * sizeof(R)) cuda_pack {
    static constexpr unsigned SIZE = N;
    R at[SIZE];
};

static inline bool cuda_begins_pack(const void *data)
{
    return reinterpret_cast<size_t>(data) % 16 == 0;
}

template <class R, unsigned N = cuda_pack<R>::SIZE>
static inline __device__ cuda_pack<R, N> cuda_load_pack(const R *from)
{
    return *reinterpret_cast<const cuda_pack<R, N> *>(from);
}

template <class R> static inline __device__ void cuda_store_pack(R *to, const cuda_pack<R> &pack)
{
    *reinterpret_cast<cuda_pack<R> *>(to) = pack;
}

#endif
