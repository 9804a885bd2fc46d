/* launch.cuh - takes the place of kernels/cuda/launch.cuh when its neighbours run on the CPU. */
#ifndef QFPI_CUDA_LAUNCH_CUH
#define QFPI_CUDA_LAUNCH_CUH

#include <cuda_runtime.h>

#define QFP_LAUNCH(kernel, grid, block, shared_bytes, stream, ...)                                 \
    shim::launch(#kernel, kernel, grid, block, shared_bytes, stream, __VA_ARGS__)

#define QFP_SHARED(type, name) type *name = static_cast<type *>(shim::dynamic_shared(alignof(type)))

#endif
