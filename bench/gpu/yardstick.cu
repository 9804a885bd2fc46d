/* yardstick.cu - qfp_yardstick: what the card can do, without any code of the project.
 *
 * A Markdown table of copies, FP64 multiply-adds, shared memory and launches, medians of event
 * times.  Exit status 5, with a sentence, where there is no device or a call fails.
 */
#include <chrono>
#include <cstdio>

#include "device_copy.h"
#include "device_time.cuh"

enum { NO_DEVICE = 5, THREADS = 256, CHAINS = 8, FMA_ROUNDS = 4096, SHARED_ROUNDS = 4096 };

static void row(const char *what, double value, const char *unit, const char *how)
{
    printf("| %s | %.4g | %s | %s |\n", what, value, unit, how);
    fflush(stdout);
}

/* 2 CHAINS FMA_ROUNDS flops per thread, in chains long enough to fill the pipeline. */
static __global__ void yardstick_fma(double a, double b, double *out)
{
    double x[CHAINS];
#pragma unroll
    for (int c = 0; c < CHAINS; c++)
        x[c] = threadIdx.x + c;
    for (int i = 0; i < FMA_ROUNDS; i++)
#pragma unroll
        for (int c = 0; c < CHAINS; c++)
            x[c] = fma(x[c], a, b);
    double sum = 0.0;
#pragma unroll
    for (int c = 0; c < CHAINS; c++)
        sum += x[c];
    if (sum == 0.1) /* never, but the compiler cannot know */
        *out = sum;
}

/* SHARED_ROUNDS loads of 16 bytes per thread, a warp's side by side: no bank conflicts. */
static __global__ void yardstick_shared(unsigned *out)
{
    __shared__ uint4 room[4 * THREADS];
    for (int i = threadIdx.x; i < 4 * THREADS; i += THREADS)
        room[i] = make_uint4(i, i + 1, i + 2, i + 3);
    __syncthreads();
    uint4 sum = make_uint4(0, 0, 0, 0);
    unsigned at = threadIdx.x;
#pragma unroll 16
    for (int i = 0; i < SHARED_ROUNDS; i++) {
        uint4 v = room[at];
        sum.x ^= v.x, sum.y ^= v.y, sum.z ^= v.z, sum.w ^= v.w;
        at = (at + 32) & (4 * THREADS - 1);
    }
    if ((sum.x ^ sum.y ^ sum.z ^ sum.w) == 0x12345u)
        *out = sum.x;
}

static __global__ void yardstick_empty()
{
}

static cudaError_t copies(const cudaDeviceProp *card)
{
    size_t free_bytes = 0, total = 0;
    DEVICE_TRY(cudaMemGetInfo(&free_bytes, &total));
    size_t large = std::min((size_t)4 << 30, free_bytes / 5 * 2) & ~(size_t)4095;
    /* both arrays together fill a third of the cache */
    size_t small = ((size_t)card->l2CacheSize / 6) & ~(size_t)4095;
    for (size_t bytes : {large, small}) {
        char what[64];
        double memcpy_rate = 0.0, kernel_rate = 0.0;
        if (bytes == 0)
            continue;
        const char *problem = device_copy_rates(bytes, &memcpy_rate, &kernel_rate);
        if (problem != nullptr) {
            fprintf(stderr, "qfp_yardstick: a copy of %zu bytes: %s\n", bytes, problem);
            return cudaErrorUnknown;
        }
        snprintf(what, sizeof what, "copy of %.4g MiB%s", (double)bytes / 1048576.0,
                 bytes == small ? ", within L2" : "");
        row(what, 1e-9 * memcpy_rate, "GB/s", "cudaMemcpyAsync, read + written");
        row(what, 1e-9 * kernel_rate, "GB/s", "kernel with 16-byte loads, read + written");
    }
    return cudaSuccess;
}

static cudaError_t arithmetic(const cudaDeviceProp *card, double *out)
{
    double seconds = 0.0, threads = (double)card->multiProcessorCount * 8 * THREADS;
    int blocks = card->multiProcessorCount * 8; /* 2048 threads per multiprocessor */
    DEVICE_TRY(device_seconds(
        4,
        [=] {
            yardstick_fma<<<blocks, THREADS>>>(0.999, 1e-3, out);
            return cudaGetLastError();
        },
        &seconds));
    row("FP64 multiply-adds", 1e-9 * threads * 2.0 * CHAINS * FMA_ROUNDS / seconds, "Gflop/s",
        "8 chains per thread, 2048 threads per multiprocessor");
    DEVICE_TRY(device_seconds(
        4,
        [=] {
            yardstick_shared<<<blocks, THREADS>>>((unsigned *)out);
            return cudaGetLastError();
        },
        &seconds));
    row("shared memory, read", 1e-9 * threads * 16.0 * SHARED_ROUNDS / seconds, "GB/s",
        "16 bytes per thread and load, no bank conflicts");
    return cudaSuccess;
}

static cudaError_t launches()
{
    constexpr int rounds = 200;
    double seconds = 0.0;
    auto launch = [] {
        yardstick_empty<<<1, 32>>>();
        return cudaGetLastError();
    };
    DEVICE_TRY(device_seconds(1000, launch, &seconds));
    row("launch, in a queue", 1e6 * seconds, "µs", "1000 empty kernels");
    auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; i++) {
        DEVICE_TRY(launch());
        DEVICE_TRY(cudaDeviceSynchronize());
    }
    std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    row("launch and wait", 1e6 * spent.count() / rounds, "µs", "wall clock, one at a time");
    return cudaSuccess;
}

static cudaError_t measure()
{
    int count = 0, driver = 0, runtime = 0, kilohertz = 0;
    cudaDeviceProp card;
    double *out = nullptr;
    DEVICE_TRY(cudaGetDeviceCount(&count));
    if (count == 0)
        return cudaErrorNoDevice;
    DEVICE_TRY(cudaGetDeviceProperties(&card, 0));
    DEVICE_TRY(cudaDriverGetVersion(&driver));
    DEVICE_TRY(cudaRuntimeGetVersion(&runtime));
    DEVICE_TRY(cudaDeviceGetAttribute(&kilohertz, cudaDevAttrClockRate, 0));
    printf(
        "%s, compute capability %d.%d, %d multiprocessors, at most %.0f MHz, L2 %.1f MiB, shared "
        "%zu KiB per multiprocessor, driver for CUDA %d.%d, CUDA %d.%d\n\n",
        card.name, card.major, card.minor, card.multiProcessorCount, 1e-3 * kilohertz,
        card.l2CacheSize / 1048576.0, card.sharedMemPerMultiprocessor / 1024, driver / 1000,
        driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
    printf("| yardstick | value | unit | how |\n|---|---|---|---|\n");
    DEVICE_TRY(cudaMalloc((void **)&out, sizeof *out));
    DEVICE_TRY(copies(&card));
    DEVICE_TRY(arithmetic(&card, out));
    DEVICE_TRY(launches());
    return cudaFree(out);
}

int main()
{
    cudaError_t error = measure();
    if (error == cudaSuccess)
        return 0;
    if (error == cudaErrorNoDevice || error == cudaErrorInsufficientDriver)
        fprintf(stderr, "qfp_yardstick: no NVIDIA device: %s\n", cudaGetErrorString(error));
    else
        fprintf(stderr, "qfp_yardstick: %s\n", cudaGetErrorString(error));
    return NO_DEVICE;
}
