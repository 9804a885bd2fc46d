/* launch.cuh - the only place where CUDA C++ differs from C++.
 *
 * QFP_LAUNCH(kernel, grid, block, shared_bytes, stream, arguments…): queues a kernel.  The caller
 * follows it with QFP_CUDA_LAUNCHED of check.cuh.  A kernel is `static __global__ void k_<op>(…)`,
 * with arguments by value; a template name that holds a comma is put in parentheses.
 * QFP_SHARED(type, name): `type *name` on the block's dynamic shared memory, whose size is the
 * launch's shared_bytes.
 *
 * Kernels use threadIdx, blockIdx, blockDim, gridDim, __syncthreads() and, with all lanes of a warp
 * in one place, __syncwarp(): no other warp intrinsics, no atomics, no textures.  Host code uses,
 * of the runtime: cudaGetDeviceCount, SetDevice, GetDeviceProperties, DeviceGetLimit,
 * DeviceSetLimit, DriverGetVersion, RuntimeGetVersion, MemGetInfo, Malloc, Free, MallocHost,
 * FreeHost, MemcpyAsync, MemsetAsync, FuncGetAttributes, FuncSetAttribute (shared memory beyond 48
 * KiB), OccupancyMaxActiveBlocksPerMultiprocessor, StreamCreateWithFlags, StreamDestroy,
 * StreamSynchronize, GetLastError, GetErrorName, GetErrorString; of cuFFT: Create,
 * SetAutoAllocation, MakePlanMany64, SetWorkArea, SetStream, ExecD2Z, ExecZ2D, ExecR2C, ExecC2R,
 * Destroy; of NVTX: nvtxRangePushA, nvtxRangePop.  Kernels draw with curand_init and curand4 of
 * cuRAND (curand_block.cuh).
 */
#ifndef QFPI_CUDA_LAUNCH_CUH
#define QFPI_CUDA_LAUNCH_CUH

#include <cuda_runtime.h>

#define QFP_LAUNCH(kernel, grid, block, shared_bytes, stream, ...)                                 \
    kernel<<<(grid), (block), (shared_bytes), (stream)>>>(__VA_ARGS__)

#define QFP_SHARED(type, name)                                                                     \
    extern __shared__ __align__(16) unsigned char qfpi_shared_bytes[];                             \
    type *name = reinterpret_cast<type *>(qfpi_shared_bytes)

#endif
