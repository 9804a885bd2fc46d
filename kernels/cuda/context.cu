/* context.cu - the device, its stream, and whether there is one at all. */
#include "cuda/device.cuh"

#include <stdio.h>
#include <stdlib.h>

#include "cuda/objects.cuh"

/* The oldest architecture this build has code for, major * 10 + minor. */
#ifndef QFPI_CUDA_OLDEST
#define QFPI_CUDA_OLDEST 80
#endif

static const double gibibyte = 1024.0 * 1024.0 * 1024.0;

/* The device that the program is about; CUDA_VISIBLE_DEVICES says which ones there are. */
static int chosen;

/* At least 1.  A machine without a driver answers cudaErrorInsufficientDriver, one without a card
 * cudaErrorNoDevice. */
static qfp_status count_devices(int *count)
{
    *count = 0;
    cudaError_t error = cudaGetDeviceCount(count);
    if (error != cudaSuccess)
        (void)cudaGetLastError(); /* not the next call's error */
    if (error == cudaErrorInsufficientDriver)
        return QFP_FAIL(QFP_DEVICE,
                        "no NVIDIA driver on this machine, or one older than this build needs "
                        "(CUDA %d.%d)",
                        CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10);
    if (error == cudaErrorNoDevice || (error == cudaSuccess && *count == 0))
        return QFP_FAIL(QFP_DEVICE, "no NVIDIA device on this machine");
    QFP_CUDA_TRY(error, "looking for a CUDA device");
    return QFP_OK;
}

static qfp_status choose(int number)
{
    int count;
    QFP_TRY(count_devices(&count));
    if (number < 0 || number >= count)
        return QFP_FAIL(QFP_DEVICE,
                        "there is no CUDA device %d: this machine shows %d (`qfp devices`), "
                        "counted from 0",
                        number, count);
    chosen = number;
    return QFP_OK;
}

static qfp_status available(void)
{
    int count;
    cudaDeviceProp properties;
    QFP_TRY(count_devices(&count));
    QFP_CUDA_TRY(cudaGetDeviceProperties(&properties, chosen),
                 "asking the device for its properties");
    if (10 * properties.major + properties.minor < QFPI_CUDA_OLDEST)
        return QFP_FAIL(QFP_DEVICE,
                        "the device, %s, has compute capability %d.%d; this build needs %d.%d or "
                        "newer",
                        properties.name, properties.major, properties.minor, QFPI_CUDA_OLDEST / 10,
                        QFPI_CUDA_OLDEST % 10);
    return QFP_OK;
}

static qfp_status open_device(qfp_context *context)
{
    cudaDeviceProp properties;
    QFP_CUDA_TRY(cudaSetDevice(context->device), "opening the device");
    QFP_CUDA_TRY(cudaGetDeviceProperties(&properties, context->device),
                 "asking the device for its properties");
    context->shared_most = properties.sharedMemPerBlockOptin;
    context->multiprocessors = properties.multiProcessorCount;
    context->threads_most =
        (size_t)properties.multiProcessorCount * (size_t)properties.maxThreadsPerMultiProcessor;
    QFP_CUDA_TRY(cudaStreamCreateWithFlags(&context->stream, cudaStreamNonBlocking),
                 "creating a stream");
    QFP_CUDA_TRY(cudaMallocHost(&context->landing, CUDA_LANDING * sizeof(double)),
                 "allocating pinned memory");
    return QFP_OK;
}

static void context_destroy(qfp_context *context)
{
    if (context == nullptr)
        return;
    if (context->scratch != nullptr)
        (void)cudaFree(context->scratch);
    if (context->landing != nullptr)
        (void)cudaFreeHost(context->landing);
    if (context->stream != nullptr)
        (void)cudaStreamDestroy(context->stream);
    free(context);
}

static qfp_status context_create(int threads, qfp_context **out)
{
    *out = nullptr;
    if (threads < 0)
        return QFP_FAIL(QFP_USAGE, "the number of threads must not be negative, but is %d",
                        threads);
    QFP_TRY(available());
    qfp_context *context = nullptr;
    QFP_TRY(QFP_ALLOCATE(context, 1, "a CUDA context"));
    context->device = chosen;
    qfp_status status = open_device(context);
    if (status != QFP_OK) {
        context_destroy(context);
        return status;
    }
    *out = context;
    return QFP_OK;
}

static qfp_status precision_set(qfp_context *context, qfp_precision precision)
{
    if (context->objects > 0)
        return QFP_FAIL(QFP_INTERNAL, "the precision of a context with %zu buffers and plans",
                        context->objects);
    context->precision = precision;
    return QFP_OK;
}

/* cuFFT chooses by size and card alone. */
static qfp_status reproducible_set(qfp_context *context, int reproducible)
{
    (void)context;
    (void)reproducible;
    return QFP_OK;
}

static qfp_status memory(const qfp_context *context, size_t *bytes)
{
    size_t total = 0;
    if (context == nullptr)
        QFP_TRY(available());
    QFP_CUDA_TRY(cudaSetDevice(context != nullptr ? context->device : chosen),
                 "opening the device");
    QFP_CUDA_TRY(cudaMemGetInfo(bytes, &total), "asking for the free device memory");
    return QFP_OK;
}

static qfp_status describe(qfp_context *context, char *text, size_t size)
{
    cudaDeviceProp properties;
    int driver = 0, runtime = 0;
    QFP_CUDA_TRY(cudaGetDeviceProperties(&properties, context->device),
                 "asking the device for its properties");
    QFP_CUDA_TRY(cudaDriverGetVersion(&driver), "asking for the driver's version");
    QFP_CUDA_TRY(cudaRuntimeGetVersion(&runtime), "asking for the runtime's version");
    snprintf(
        text, size, "%s, %.1f GiB, compute capability %d.%d, driver for CUDA %d.%d, CUDA %d.%d%s",
        properties.name, (double)properties.totalGlobalMem / gibibyte, properties.major,
        properties.minor, driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10,
        context->precision == QFP_PRECISION_SINGLE ? ", single precision" : "");
    return QFP_OK;
}

/* What cannot be pinned is copied as it is: nobody needs the error. */
static void pin(void *memory, size_t bytes)
{
    if (cudaHostRegister(memory, bytes, cudaHostRegisterDefault) != cudaSuccess)
        (void)cudaGetLastError();
}

static void unpin(void *memory)
{
    if (cudaHostUnregister(memory) != cudaSuccess)
        (void)cudaGetLastError();
}

qfp_status cuda_synchronize(qfp_context *context)
{
    QFP_CUDA_TRY(cudaStreamSynchronize(context->stream), "waiting for the device");
    return QFP_OK;
}

qfp_status cuda_allocate(size_t count, size_t element, const char *what, void **out)
{
    *out = nullptr;
    if (count > SIZE_MAX / element)
        return QFP_FAIL(QFP_MEMORY, "%s of %zu elements of %zu bytes: more than can be addressed",
                        what, count, element);
    size_t bytes = count > 0 ? count * element : element;
    cudaError_t error = cudaMalloc(out, bytes);
    if (error == cudaErrorMemoryAllocation) {
        size_t free_bytes = 0, total_bytes = 0;
        (void)cudaGetLastError(); /* reported here */
        QFP_CUDA_TRY(cudaMemGetInfo(&free_bytes, &total_bytes),
                     "asking for the free device memory");
        return QFP_FAIL(QFP_MEMORY,
                        "%s: %zu elements of %zu bytes are %.3f GiB, but %.3f of the device's %.3f "
                        "GiB are free",
                        what, count, element, (double)bytes / gibibyte,
                        (double)free_bytes / gibibyte, (double)total_bytes / gibibyte);
    }
    QFP_CUDA_TRY(error, what);
    return QFP_OK;
}

qfp_status cuda_copy_in(qfp_context *context, const void *from, size_t count, size_t element,
                        const char *what, void **out)
{
    QFP_TRY(cuda_allocate(count, element, what, out));
    if (count == 0)
        return QFP_OK;
    cudaError_t error =
        cudaMemcpyAsync(*out, from, count * element, cudaMemcpyHostToDevice, context->stream);
    if (error == cudaSuccess)
        error = cudaStreamSynchronize(context->stream); /* callers free `from` */
    if (error != cudaSuccess) {
        (void)cudaFree(*out);
        *out = nullptr;
    }
    QFP_CUDA_TRY(error, what);
    return QFP_OK;
}

qfp_status cuda_reserve_stack_bytes(qfp_context *context, size_t bytes, const char *what)
{
    size_t there = 0, free_bytes = 0, total_bytes = 0;
    QFP_CUDA_TRY(cudaDeviceGetLimit(&there, cudaLimitStackSize), what);
    if (bytes <= there)
        return QFP_OK;
    QFP_CUDA_TRY(cudaMemGetInfo(&free_bytes, &total_bytes), "asking for the free device memory");
    double more = (double)(bytes - there) * (double)context->threads_most;
    if (more > (double)free_bytes)
        return QFP_FAIL(QFP_MEMORY,
                        "%s: stacks of %zu bytes for the device's %zu threads take %.3f GiB more, "
                        "but %.3f of its %.3f GiB are free",
                        what, bytes, context->threads_most, more / gibibyte,
                        (double)free_bytes / gibibyte, (double)total_bytes / gibibyte);
    QFP_CUDA_TRY(cudaDeviceSetLimit(cudaLimitStackSize, bytes), what);
    return QFP_OK;
}

qfp_status cuda_reserve(qfp_context *context, size_t doubles)
{
    if (doubles <= context->scratch_doubles)
        return QFP_OK;
    QFP_TRY(cuda_synchronize(context)); /* what is queued may still use it */
    (void)cudaFree(context->scratch);
    context->scratch = nullptr;
    context->scratch_doubles = 0;
    QFP_TRY(cuda_allocate_array(doubles, "room for sums", &context->scratch));
    context->scratch_doubles = doubles;
    return QFP_OK;
}

const qfp_device_operations qfp_cuda_device = [] {
    qfp_device_operations o = {};
    o.choose = choose;
    o.available = available;
    o.describe = describe;
    o.context_create = context_create;
    o.context_destroy = context_destroy;
    o.precision_set = precision_set;
    o.reproducible_set = reproducible_set;
    o.memory = memory;
    o.pin = pin;
    o.unpin = unpin;
    o.synchronize = cuda_synchronize;
    return o;
}();
