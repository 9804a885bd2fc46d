#include "device_copy.h"

#include "device_time.cuh"

enum { THREADS = 256, EACH = 4 };

/* 64 bytes per thread, all loads before the first store. */
static __global__ void yardstick_copy(size_t count, const double2 *x, double2 *y)
{
    size_t first = (size_t)blockIdx.x * (THREADS * EACH) + threadIdx.x;
    double2 value[EACH];
#pragma unroll
    for (int i = 0; i < EACH; i++)
        if (first + i * THREADS < count)
            value[i] = x[first + i * THREADS];
#pragma unroll
    for (int i = 0; i < EACH; i++)
        if (first + i * THREADS < count)
            y[first + i * THREADS] = value[i];
}

static cudaError_t both_rates(size_t bytes, const double2 *x, double2 *y, double *memcpy_rate,
                              double *kernel_rate)
{
    size_t count = bytes / sizeof *x;
    unsigned blocks = (unsigned)((count + THREADS * EACH - 1) / (THREADS * EACH));
    /* small arrays often enough that the clock does not count, large ones once */
    int calls = (int)std::clamp<size_t>(((size_t)1 << 28) / bytes, 1, 100);
    double seconds = 0.0;
    DEVICE_TRY(device_seconds(
        calls,
        [=] { return cudaMemcpyAsync(y, x, count * sizeof *x, cudaMemcpyDeviceToDevice, 0); },
        &seconds));
    *memcpy_rate = 2.0 * (double)bytes / seconds;
    DEVICE_TRY(device_seconds(
        calls,
        [=] {
            yardstick_copy<<<blocks, THREADS>>>(count, x, y);
            return cudaGetLastError();
        },
        &seconds));
    *kernel_rate = 2.0 * (double)bytes / seconds;
    return cudaSuccess;
}

const char *device_copy_rates(size_t bytes, double *memcpy_rate, double *kernel_rate)
{
    double2 *x = nullptr, *y = nullptr;
    cudaError_t error = cudaMalloc((void **)&x, bytes);
    if (error == cudaSuccess)
        error = cudaMalloc((void **)&y, bytes);
    if (error == cudaSuccess)
        error = cudaMemset(x, 0, bytes);
    if (error == cudaSuccess)
        error = both_rates(bytes, x, y, memcpy_rate, kernel_rate);
    (void)cudaFree(x);
    (void)cudaFree(y);
    return error == cudaSuccess ? nullptr : cudaGetErrorString(error);
}
