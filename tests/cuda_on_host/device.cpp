/* device.cpp - what kind of machine this is, errors, injected failures, NVTX. */
#include <nvtx3/nvToolsExt.h>

#include <algorithm>
#include <cstdarg>
#include <cstdlib>

#include "shim.h"

namespace shim {

cuda_on_host_counters counters;

namespace {

/* Few multiprocessors, so that loops over the grid have more than one turn. */
constexpr int multiprocessors = 2, threads_per_multiprocessor = 2048;

struct settings {
    cuda_on_host_machine machine;
    int devices;
    size_t memory, shared;
    size_t fails[CUDA_ON_HOST_CALLS];
};

size_t number_from(const char *name)
{
    const char *text = getenv(name);
    return text != nullptr ? strtoull(text, nullptr, 10) : 0;
}

settings from_environment()
{
    settings s = {CUDA_ON_HOST_PRESENT, 1, size_t{8} << 30, shared_optin, {}};
    const char *word = getenv("QFP_CUDA_ON_HOST_DEVICE");
    if (word != nullptr && strcmp(word, "none") == 0)
        s.machine = CUDA_ON_HOST_NO_DEVICE;
    if (word != nullptr && strcmp(word, "no-driver") == 0)
        s.machine = CUDA_ON_HOST_NO_DRIVER;
    s.devices = std::max(1, static_cast<int>(number_from("QFP_CUDA_ON_HOST_DEVICE")));
    s.fails[CUDA_ON_HOST_MALLOC] = number_from("QFP_CUDA_ON_HOST_FAIL_MALLOC");
    s.fails[CUDA_ON_HOST_LAUNCH] = number_from("QFP_CUDA_ON_HOST_FAIL_LAUNCH");
    s.fails[CUDA_ON_HOST_COPY] = number_from("QFP_CUDA_ON_HOST_FAIL_COPY");
    s.fails[CUDA_ON_HOST_PLAN] = number_from("QFP_CUDA_ON_HOST_FAIL_PLAN");
    return s;
}

settings &chosen()
{
    static settings s = from_environment();
    return s;
}

int current; /* device */
size_t stack_of_kernels, stack_limit = stack_default;
cudaError_t last_error, lost;
char sentence[512];
int open_ranges;

} // namespace

cudaError_t note(cudaError_t error)
{
    if (error != cudaSuccess)
        last_error = error;
    return error;
}

cudaError_t ready()
{
    if (chosen().machine == CUDA_ON_HOST_NO_DEVICE)
        return note(cudaErrorNoDevice);
    if (chosen().machine == CUDA_ON_HOST_NO_DRIVER)
        return note(cudaErrorInsufficientDriver);
    return note(lost);
}

void report(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    fprintf(stderr, "cuda_on_host: %s\n", sentence);
}

void lose_device(cudaError_t error)
{
    if (lost == cudaSuccess)
        lost = error;
}

bool device_is_lost()
{
    return lost != cudaSuccess;
}

bool injected(cuda_on_host_call call)
{
    size_t &left = chosen().fails[call];
    return left > 0 && --left == 0;
}

cudaError_t check_device(int device)
{
    cudaError_t error = ready();
    bool there = device >= 0 && device < chosen().devices;
    return error != cudaSuccess || there ? error : note(cudaErrorInvalidDevice);
}

size_t device_memory()
{
    return chosen().memory >> current;
}

size_t shared_most()
{
    return chosen().shared;
}

size_t reserved_for_stacks()
{
    return (stack_limit - stack_default) * multiprocessors * threads_per_multiprocessor;
}

cudaError_t kernel_attributes(cudaFuncAttributes *attributes)
{
    *attributes = {};
    attributes->localSizeBytes = stack_of_kernels;
    return ready();
}

} // namespace shim

using namespace shim;

/* X(code, what cudaGetErrorString says) */
#define SHIM_ERRORS(X)                                                                             \
    X(cudaSuccess, "no error")                                                                     \
    X(cudaErrorInvalidValue, "invalid argument")                                                   \
    X(cudaErrorMemoryAllocation, "out of memory")                                                  \
    X(cudaErrorInitializationError, "initialization error")                                        \
    X(cudaErrorInvalidConfiguration, "invalid configuration argument")                             \
    X(cudaErrorInvalidPitchValue, "invalid pitch argument")                                        \
    X(cudaErrorInvalidMemcpyDirection, "invalid copy direction for memcpy")                        \
    X(cudaErrorInsufficientDriver, "CUDA driver version is insufficient for CUDA runtime version") \
    X(cudaErrorNoDevice, "no CUDA-capable device is detected")                                     \
    X(cudaErrorInvalidDevice, "invalid device ordinal")                                            \
    X(cudaErrorInvalidResourceHandle, "invalid resource handle")                                   \
    X(cudaErrorNotReady, "device not ready")                                                       \
    X(cudaErrorIllegalAddress, "an illegal memory access was encountered")                         \
    X(cudaErrorLaunchOutOfResources, "too many resources requested for launch")                    \
    X(cudaErrorLaunchFailure, "unspecified launch failure")                                        \
    X(cudaErrorNotSupported, "operation not supported")                                            \
    X(cudaErrorUnknown, "unknown error")

extern "C" const char *cudaGetErrorString(cudaError_t error)
{
    switch (error) {
#define X(code, text)                                                                              \
    case code:                                                                                     \
        return text;
        SHIM_ERRORS(X)
#undef X
    }
    return "unrecognized error code";
}

extern "C" const char *cudaGetErrorName(cudaError_t error)
{
    switch (error) {
#define X(code, text)                                                                              \
    case code:                                                                                     \
        return #code;
        SHIM_ERRORS(X)
#undef X
    }
    return "unrecognized error code";
}

extern "C" cudaError_t cudaGetLastError(void)
{
    cudaError_t error = last_error;
    last_error = lost; /* a lost device stays lost */
    return error;
}

extern "C" cudaError_t cudaPeekAtLastError(void)
{
    return last_error;
}

extern "C" cudaError_t cudaDriverGetVersion(int *version)
{
    *version = chosen().machine == CUDA_ON_HOST_NO_DRIVER ? 0 : CUDART_VERSION;
    return cudaSuccess;
}

extern "C" cudaError_t cudaRuntimeGetVersion(int *version)
{
    *version = CUDART_VERSION;
    return cudaSuccess;
}

extern "C" cudaError_t cudaGetDeviceCount(int *count)
{
    *count = chosen().machine == CUDA_ON_HOST_PRESENT ? chosen().devices : 0;
    return ready();
}

extern "C" cudaError_t cudaGetDevice(int *device)
{
    *device = current;
    return ready();
}

extern "C" cudaError_t cudaSetDevice(int device)
{
    cudaError_t error = check_device(device);
    if (error == cudaSuccess)
        current = device;
    return error;
}

extern "C" cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device)
{
    cudaError_t error = check_device(device);
    if (error != cudaSuccess)
        return error;
    cudaDeviceProp p = {};
    snprintf(p.name, sizeof p.name,
             device == 0 ? "CUDA on the host" : "CUDA on the host, number %d", device);
    p.totalGlobalMem = chosen().memory >> device;
    p.sharedMemPerBlock = std::min(shared_default, shared_most());
    p.sharedMemPerBlockOptin = shared_most();
    p.sharedMemPerMultiprocessor = shared_most() + 1024;
    p.regsPerBlock = 65536;
    p.warpSize = warpSize;
    p.maxThreadsPerBlock = threads_most;
    p.maxThreadsPerMultiProcessor = threads_per_multiprocessor;
    const int dim[3] = {1024, 1024, 64}, size[3] = {INT_MAX, 65535, 65535};
    memcpy(p.maxThreadsDim, dim, sizeof dim);
    memcpy(p.maxGridSize, size, sizeof size);
    p.major = 9;
    p.multiProcessorCount = multiprocessors;
    p.l2CacheSize = 1 << 20;
    *properties = p;
    return cudaSuccess;
}

extern "C" cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device)
{
    cudaDeviceProp p;
    cudaError_t error = cudaGetDeviceProperties(&p, device);
    if (error != cudaSuccess)
        return error;
    switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
        *value = p.maxThreadsPerBlock;
        break;
    case cudaDevAttrMaxSharedMemoryPerBlock:
        *value = static_cast<int>(p.sharedMemPerBlock);
        break;
    case cudaDevAttrWarpSize:
        *value = p.warpSize;
        break;
    case cudaDevAttrMultiProcessorCount:
        *value = p.multiProcessorCount;
        break;
    case cudaDevAttrL2CacheSize:
        *value = p.l2CacheSize;
        break;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
        *value = p.maxThreadsPerMultiProcessor;
        break;
    case cudaDevAttrComputeCapabilityMajor:
        *value = p.major;
        break;
    case cudaDevAttrComputeCapabilityMinor:
        *value = p.minor;
        break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
        *value = static_cast<int>(p.sharedMemPerMultiprocessor);
        break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
        *value = static_cast<int>(p.sharedMemPerBlockOptin);
        break;
    }
    return cudaSuccess;
}

extern "C" cudaError_t cudaDeviceGetLimit(size_t *value, cudaLimit)
{
    *value = stack_limit;
    return ready();
}

/* Takes effect at once. */
extern "C" cudaError_t cudaDeviceSetLimit(cudaLimit, size_t value)
{
    cudaError_t error = ready();
    if (error == cudaSuccess)
        stack_limit = std::max(value, stack_default);
    return error;
}

extern "C" int nvtxRangePushA(const char *)
{
    return open_ranges++;
}

extern "C" int nvtxRangePop(void)
{
    if (open_ranges == 0)
        report("nvtxRangePop: no range is open");
    return --open_ranges;
}

extern "C" cuda_on_host_counters cuda_on_host_count(void)
{
    return counters;
}

extern "C" cuda_on_host_objects cuda_on_host_live(void)
{
    cuda_on_host_objects objects = {};
    live_memory(&objects);
    live_streams(&objects);
    live_plans(&objects);
    return objects;
}

extern "C" size_t cuda_on_host_live_total(void)
{
    cuda_on_host_objects o = cuda_on_host_live();
    return o.allocations + o.pinned + o.streams + o.events + o.plans;
}

extern "C" int cuda_on_host_open_ranges(void)
{
    return open_ranges;
}

extern "C" void cuda_on_host_fail(cuda_on_host_call call, size_t nth)
{
    chosen().fails[call] = nth;
}

extern "C" void cuda_on_host_repair(void)
{
    run_all(); /* throws away what is queued */
    lost = last_error = cudaSuccess;
}

extern "C" void cuda_on_host_set_machine(cuda_on_host_machine machine)
{
    chosen().machine = machine;
}

extern "C" void cuda_on_host_set_devices(int count)
{
    chosen().devices = count;
}

extern "C" void cuda_on_host_set_memory(size_t bytes)
{
    chosen().memory = bytes;
}

extern "C" void cuda_on_host_set_shared(size_t bytes)
{
    chosen().shared = bytes;
}

extern "C" void cuda_on_host_set_stack(size_t bytes)
{
    stack_of_kernels = bytes;
}

extern "C" const char *cuda_on_host_report(void)
{
    return sentence;
}
