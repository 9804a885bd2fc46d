/* cuda_runtime.h - the subset of the CUDA runtime the project uses, for ../cuda_on_host.h.
 *
 * Names, values and meaning are those of the CUDA Runtime API; what is missing here does not
 * compile, which is how a .cu file learns that the shim has to grow.
 */
#ifndef QFP_SHIM_CUDA_RUNTIME_H
#define QFP_SHIM_CUDA_RUNTIME_H

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "vector_types.h"

#define CUDART_VERSION 13000

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __grid_constant__
#define __constant__ static
/* One array for all blocks, since blocks run one after the other; in a section of its own, so that
 * each block finds it poisoned. */
#define __shared__ static __attribute__((section("shim_shared")))
#define __syncthreads() shim::barrier(false, __FILE__, __LINE__)
#define __syncwarp() shim::barrier(true, __FILE__, __LINE__)

typedef enum cudaError {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInitializationError = 3,
    cudaErrorInvalidConfiguration = 9,
    cudaErrorInvalidPitchValue = 12,
    cudaErrorInvalidMemcpyDirection = 21,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101,
    cudaErrorInvalidResourceHandle = 400,
    cudaErrorNotReady = 600,
    cudaErrorIllegalAddress = 700,
    cudaErrorLaunchOutOfResources = 701,
    cudaErrorLaunchFailure = 719,
    cudaErrorNotSupported = 801,
    cudaErrorUnknown = 999
} cudaError_t;

enum cudaMemcpyKind {
    cudaMemcpyHostToHost = 0,
    cudaMemcpyHostToDevice = 1,
    cudaMemcpyDeviceToHost = 2,
    cudaMemcpyDeviceToDevice = 3,
    cudaMemcpyDefault = 4
};

enum cudaFuncAttribute {
    cudaFuncAttributeMaxDynamicSharedMemorySize = 8,
    cudaFuncAttributePreferredSharedMemoryCarveout = 9
};

enum cudaLimit { cudaLimitStackSize = 0 };

typedef struct cudaFuncAttributes {
    size_t sharedSizeBytes, constSizeBytes, localSizeBytes;
    int maxThreadsPerBlock, numRegs;
} cudaFuncAttributes;

enum cudaDeviceAttr {
    cudaDevAttrMaxThreadsPerBlock = 1,
    cudaDevAttrMaxSharedMemoryPerBlock = 8,
    cudaDevAttrWarpSize = 10,
    cudaDevAttrMultiProcessorCount = 16,
    cudaDevAttrL2CacheSize = 38,
    cudaDevAttrMaxThreadsPerMultiProcessor = 39,
    cudaDevAttrComputeCapabilityMajor = 75,
    cudaDevAttrComputeCapabilityMinor = 76,
    cudaDevAttrMaxSharedMemoryPerMultiprocessor = 81,
    cudaDevAttrMaxSharedMemoryPerBlockOptin = 97
};

typedef struct CUstream_st *cudaStream_t;
typedef struct CUevent_st *cudaEvent_t;

typedef struct cudaDeviceProp {
    char name[256];
    size_t totalGlobalMem, sharedMemPerBlock, sharedMemPerBlockOptin, sharedMemPerMultiprocessor;
    int regsPerBlock, warpSize, maxThreadsPerBlock, maxThreadsPerMultiProcessor;
    int maxThreadsDim[3], maxGridSize[3];
    int major, minor, multiProcessorCount, l2CacheSize, memoryBusWidth;
} cudaDeviceProp;

#define cudaStreamDefault 0x00
#define cudaStreamNonBlocking 0x01
#define cudaHostRegisterDefault 0
#define cudaEventDefault 0x00
#define cudaEventBlockingSync 0x01
#define cudaEventDisableTiming 0x02
#define cudaHostAllocDefault 0x00

extern "C" {
const char *cudaGetErrorName(cudaError_t error);
const char *cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError(void);
cudaError_t cudaPeekAtLastError(void);

cudaError_t cudaDriverGetVersion(int *version);
cudaError_t cudaRuntimeGetVersion(int *version);
cudaError_t cudaGetDeviceCount(int *count);
cudaError_t cudaGetDevice(int *device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device);
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device);
cudaError_t cudaDeviceSynchronize(void);
cudaError_t cudaDeviceGetLimit(size_t *value, enum cudaLimit limit);
cudaError_t cudaDeviceSetLimit(enum cudaLimit limit, size_t value);

cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total_bytes);
cudaError_t cudaFree(void *pointer);
cudaError_t cudaFreeAsync(void *pointer, cudaStream_t stream);
cudaError_t cudaFreeHost(void *pointer);
cudaError_t cudaHostRegister(void *pointer, size_t bytes, unsigned int flags);
cudaError_t cudaHostUnregister(void *pointer);

cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind);
cudaError_t cudaMemset(void *to, int value, size_t bytes);

cudaError_t cudaStreamCreate(cudaStream_t *stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned int flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamQuery(cudaStream_t stream);

cudaError_t cudaEventCreate(cudaEvent_t *event);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned int flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventQuery(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t from, cudaEvent_t to);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream = nullptr);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned int flags = 0);
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream = nullptr);
cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                              size_t width, size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream = nullptr);
cudaError_t cudaMemsetAsync(void *to, int value, size_t bytes, cudaStream_t stream = nullptr);

namespace shim {

cudaError_t allocate_device(void **out, size_t bytes);
cudaError_t allocate_pinned(void **out, size_t bytes);
cudaError_t set_kernel_shared(const void *kernel, cudaFuncAttribute attribute, int value);
cudaError_t kernel_attributes(cudaFuncAttributes *attributes);
cudaError_t active_blocks(int *blocks, int threads, size_t shared_bytes);

/* Waits at a barrier of the running block; see ../block.cpp. */
void barrier(bool of_warp, const char *file, int line);
/* The dynamic shared memory of the running block. */
void *dynamic_shared(size_t alignment);

struct launch_shape {
    const char *name;
    const void *kernel;
    dim3 grid, block;
    size_t shared_bytes;
};

/* Queues a launch; errors of the shape are found at once and left for cudaGetLastError(). */
void enqueue_launch(const launch_shape &shape, cudaStream_t stream, std::function<void()> call);

/* A pointer handed to a kernel leads into device memory, and so does every word of a structure that
 * looks like an address of this process. */
bool argument_is_good(const char *kernel, const void *argument, size_t bytes, bool is_pointer);

/* Padding holds what was on the stack before, which often looks like an address. A compiler that
 * cannot clear it may raise a false alarm. */
#if __has_builtin(__builtin_clear_padding)
#define CUDA_ON_HOST_CLEARS_PADDING
#endif

template <class T> void clear_padding([[maybe_unused]] T *value)
{
#ifdef CUDA_ON_HOST_CLEARS_PADDING
    __builtin_clear_padding(value);
#endif
}

template <class... P, class... A>
void launch(const char *name, void (*kernel)(P...), dim3 grid, dim3 block, size_t shared_bytes,
            cudaStream_t stream, A &&...arguments)
{
    static_assert((true && ... && std::is_trivially_copyable_v<std::remove_reference_t<P>>),
                  "arguments of kernels are copied bytewise");
    static_assert((true && ... && !std::is_reference_v<P>), "a kernel takes no references");
    static_assert((0 + ... + sizeof(P)) <= 4096, "arguments of a kernel: at most 4 KB");
    std::tuple<P...> values(static_cast<P>(arguments)...);
    bool good = std::apply(
        [name](P &...p) {
            (clear_padding(&p), ...);
            return (true && ... &&
                    argument_is_good(name, &p, sizeof p, std::is_pointer_v<std::decay_t<P>>));
        },
        values);
    launch_shape shape = {name, reinterpret_cast<const void *>(kernel), grid, block, shared_bytes};
    enqueue_launch(shape, stream,
                   good ? std::function<void()>([kernel, values] { std::apply(kernel, values); })
                        : std::function<void()>());
}

} // namespace shim

template <class T> cudaError_t cudaMalloc(T **out, size_t bytes)
{
    return shim::allocate_device(reinterpret_cast<void **>(out), bytes);
}

template <class T> cudaError_t cudaMallocAsync(T **out, size_t bytes, cudaStream_t)
{
    return shim::allocate_device(reinterpret_cast<void **>(out), bytes);
}

template <class T> cudaError_t cudaMallocHost(T **out, size_t bytes, unsigned int = 0)
{
    return shim::allocate_pinned(reinterpret_cast<void **>(out), bytes);
}

template <class T> cudaError_t cudaHostAlloc(T **out, size_t bytes, unsigned int)
{
    return shim::allocate_pinned(reinterpret_cast<void **>(out), bytes);
}

template <class F>
cudaError_t cudaFuncSetAttribute(F *kernel, cudaFuncAttribute attribute, int value)
{
    return shim::set_kernel_shared(reinterpret_cast<const void *>(kernel), attribute, value);
}

template <class F> cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *attributes, F *)
{
    return shim::kernel_attributes(attributes);
}

template <class F>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, F *, int threads,
                                                          size_t shared_bytes)
{
    return shim::active_blocks(blocks, threads, shared_bytes);
}

#include "device_functions.h"

#endif
