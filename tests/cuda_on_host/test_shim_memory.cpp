/* test_shim_memory.cpp - device, pinned and shared memory: what is closed, poisoned, out
 * of range. */
#include "kernels_of_tests.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

/* The process that does this is killed: by the kernel, or by the sanitizer. */
template <class F> static bool is_fatal(F act)
{
    fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        if (freopen("/dev/null", "w", stderr) == nullptr)
            _exit(0);
        act();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) || WEXITSTATUS(status) != 0;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static bool is_signalling(double x)
{
    return std::isnan(x) && (bits_of(x) & 0x0008000000000000u) == 0;
}

Test(memory, is_closed_to_the_host)
{
    device<double> data(10);
    double here = 0;
    cr_assert(eq(int, cuda_on_host_is_readable(&here), 1));
    cr_assert(eq(int, cuda_on_host_is_readable(data.data), 0));
    cr_assert(eq(int, cuda_on_host_is_readable(data.data + 9), 0));
    cr_assert(is_fatal([&] { ((volatile double *)data.data)[0] = 1; }));
    cr_assert(false == is_fatal([&] { *(volatile double *)&here = 1; }));
    cudaDeviceSynchronize();
    cr_assert(eq(int, cuda_on_host_is_readable(data.data), 0));
}

Test(memory, is_poisoned_when_new)
{
    device<double> data(33);
    device<float> singles(5);
    for (double x : data.read())
        cr_assert(is_signalling(x));
    for (float x : singles.read())
        cr_assert(std::isnan(x));
}

__global__ void k_touch(double *data, long at)
{
    data[at] = 1.0;
}

/* Ends badly: killed, or an error at the synchronisation. */
static bool launch_is_punished(double *data, long at)
{
    return is_fatal([&] {
        QFP_LAUNCH(k_touch, 1, 1, 0, nullptr, data, at);
        _exit(cudaDeviceSynchronize() != cudaSuccess);
    });
}

Test(memory, accesses_out_of_range_are_found)
{
    device<double> data(10), large(5000);
    cr_assert(false == launch_is_punished(data.data, 0));
    cr_assert(false == launch_is_punished(data.data, 9));
    cr_assert(launch_is_punished(data.data, 10));
    cr_assert(launch_is_punished(data.data, -1));
    cr_assert(launch_is_punished(large.data, 5000));
    cr_assert(launch_is_punished(large.data, -1));
}

Test(memory, is_closed_for_good_when_freed)
{
    double *data, *other;
    cr_assert(cudaMalloc(&data, 800) == cudaSuccess);
    cr_assert(cudaMalloc(&other, 800) == cudaSuccess);
    QFP_LAUNCH(k_touch, 1, 1, 0, nullptr, data, 0L);
    cr_assert(cudaFree(data) == cudaSuccess); /* after the kernel */
    cr_assert(cudaDeviceSynchronize() == cudaSuccess);
    cr_assert(launch_is_punished(data, 0));
    cr_assert(eq(int, cudaFree(data), cudaErrorInvalidValue));
    cr_assert(eq(int, cudaFree(other + 1), cudaErrorInvalidValue));
    double here;
    cr_assert(eq(int, cudaMemcpy(&here, data, 8, cudaMemcpyDeviceToHost),
                 cudaErrorInvalidMemcpyDirection));
    cudaFree(other);
    cr_assert(eq(sz, cuda_on_host_live_total(), 0));
}

Test(memory, copies_are_checked)
{
    device<double> data(10);
    std::vector<double> host(20, 1.0);
    size_t bytes = 10 * sizeof(double);
    cr_assert(
        eq(int, cudaMemcpy(data.data, host.data(), bytes, cudaMemcpyHostToDevice), cudaSuccess));
    cr_assert(eq(int, cudaMemcpy(data.data, host.data(), bytes + 1, cudaMemcpyHostToDevice),
                 cudaErrorInvalidValue));
    cr_assert(eq(int, cudaMemcpy(data.data + 1, host.data(), bytes, cudaMemcpyHostToDevice),
                 cudaErrorInvalidValue));
    cr_assert(eq(int, cudaMemcpy(host.data(), data.data, bytes, cudaMemcpyHostToDevice),
                 cudaErrorInvalidMemcpyDirection));
    cr_assert(eq(int, cudaMemcpy(data.data, host.data(), bytes, cudaMemcpyDeviceToDevice),
                 cudaErrorInvalidMemcpyDirection));
    cr_assert(eq(int, cudaMemcpy(data.data, host.data(), bytes, cudaMemcpyDefault), cudaSuccess));
    cuda_on_host_counters count = cuda_on_host_count();
    cr_assert(eq(sz, count.bytes_to_device, 2 * bytes));
    cr_assert(eq(sz, count.bytes_to_host, 0));
}

Test(memory, copies_of_planes)
{
    std::vector<double> numbers(30);
    for (int i = 0; i < 30; ++i)
        numbers[i] = i;
    device<double> data(numbers);
    double plane[3][2];
    /* columns 1 and 2 of rows of 10 */
    cr_assert(eq(int,
                 cudaMemcpy2DAsync(plane, 16, data.data + 1, 80, 16, 3, cudaMemcpyDeviceToHost),
                 cudaSuccess));
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 2; ++column)
            cr_assert(eq(dbl, plane[row][column], 10 * row + column + 1));
    cr_assert(eq(int,
                 cudaMemcpy2DAsync(plane, 16, data.data + 9, 80, 16, 3, cudaMemcpyDeviceToHost),
                 cudaErrorInvalidValue));
}

/* How waiting ends when `after` is done to the source of a copy before. */
template <class F> static cudaError_t copied(double *source, size_t count, F after)
{
    device<double> data(count);
    cudaMemcpyAsync(data.data, source, count * sizeof *source, cudaMemcpyHostToDevice);
    after();
    cudaError_t error = cudaStreamSynchronize(nullptr);
    cuda_on_host_repair();
    return error;
}

Test(memory, sources_of_copies_stay_until_the_stream_was_waited_for)
{
    double pageable[3] = {1, 2, 3}, *pinned;
    cudaMallocHost(&pinned, sizeof pageable);
    memcpy(pinned, pageable, sizeof pageable);
    for (double *source : {pageable, pinned}) {
        cr_assert(eq(int, copied(source, 3, [] {}), cudaSuccess));
        cr_assert(eq(int, copied(source, 3, [source] { source[2] = 4; }), cudaErrorIllegalAddress));
    }
    cr_assert(strstr(cuda_on_host_report(), "changed or freed") != nullptr);
    cudaFreeHost(pinned);
}

/* Small, beyond malloc()'s caches, and mapped for itself: the kinds of memory that free() has. */
Test(memory, sources_of_copies_are_not_freed_before)
{
    for (size_t count : {1, 100, 1000, 100000}) {
        double *source = static_cast<double *>(calloc(count, sizeof *source));
        cr_assert(
            eq(int, copied(source, count, [source] { free(source); }), cudaErrorIllegalAddress));
    }
}

Test(memory, pinned_destinations_are_poisoned_until_the_stream_is_done)
{
    device<double> data(std::vector<double>{5});
    double *pinned, pageable = 0;
    cudaMallocHost(&pinned, sizeof *pinned);
    *pinned = 0;
    cudaMemcpyAsync(pinned, data.data, 8, cudaMemcpyDeviceToHost);
    cr_assert(std::isnan(*pinned));
    cudaStreamSynchronize(nullptr);
    cr_assert(eq(dbl, *pinned, 5));
    cudaMemcpyAsync(&pageable, data.data, 8, cudaMemcpyDeviceToHost);
    cr_assert(eq(dbl, pageable, 5));
    cudaFreeHost(pinned);
}

Test(memory, is_limited)
{
    size_t unused, total;
    void *most = nullptr, *more = nullptr;
    cuda_on_host_set_memory(1000);
    cr_assert(eq(int, cudaMalloc(&more, 1001), cudaErrorMemoryAllocation));
    cr_assert(eq(int, cudaMalloc(&most, 900), cudaSuccess));
    cr_assert(eq(int, cudaMalloc(&more, 101), cudaErrorMemoryAllocation));
    cudaMemGetInfo(&unused, &total);
    cr_assert(eq(sz, unused, 100));
    cr_assert(eq(sz, total, 1000));
    cudaFree(most);
}

Test(memory, leaks_are_counted)
{
    void *forgotten = nullptr;
    cr_assert(cudaMalloc(&forgotten, 80) == cudaSuccess);
    cr_assert(eq(sz, cuda_on_host_live().allocations, 1));
    cr_assert(eq(sz, cuda_on_host_live().bytes, 80));
    cudaFree(forgotten);
    cr_assert(eq(sz, cuda_on_host_live_total(), 0));
}

/* Block 0 fills its shared memory, block 1 reads it. */
__global__ void k_leave_behind(double *out)
{
    __shared__ double fixed[4];
    QFP_SHARED(double, dynamic);
    if (blockIdx.x == 0)
        fixed[threadIdx.x] = dynamic[threadIdx.x] = 1;
    out[8 * blockIdx.x + threadIdx.x] = fixed[threadIdx.x];
    out[8 * blockIdx.x + 4 + threadIdx.x] = dynamic[threadIdx.x];
}

Test(memory, shared_memory_is_new_in_every_block)
{
    device<double> out(16);
    QFP_LAUNCH(k_leave_behind, 2, 4, 4 * sizeof(double), nullptr, out.data);
    std::vector<double> got = out.read();
    for (int i = 0; i < 8; ++i) {
        cr_assert(eq(dbl, got[i], 1));
        cr_assert(std::isnan(got[8 + i]));
    }
}

__global__ void k_touch_shared(int at)
{
    QFP_SHARED(double, dynamic);
    dynamic[at] = 1;
}

__global__ void k_touch_static(double *out, int at)
{
    __shared__ double fixed[16];
    fixed[at] = 1;
    *out = fixed[0];
}

static bool shared_access_is_punished(size_t bytes, int at)
{
    return is_fatal([&] {
        QFP_LAUNCH(k_touch_shared, 1, 1, bytes, nullptr, at);
        _exit(cudaDeviceSynchronize() != cudaSuccess);
    });
}

Test(memory, shared_memory_has_the_declared_size)
{
    cr_assert(false == shared_access_is_punished(80, 9));
    cr_assert(shared_access_is_punished(80, 10));
    cr_assert(false == shared_access_is_punished(72, 8));
    cr_assert(shared_access_is_punished(72, 9)); /* into the slack of the alignment */
    cr_assert(shared_access_is_punished(0, 0));
#if defined(__SANITIZE_ADDRESS__)
    device<double> out(1);
    double *data = out.data;
    cr_assert(is_fatal([&] {
        QFP_LAUNCH(k_touch_static, 1, 1, 0, nullptr, data, 16);
        cudaDeviceSynchronize();
    }));
#endif
}

Test(memory, filling_is_checked)
{
    double here = 0;
    cr_assert(eq(int, cudaMemset(&here, 0, 8), cudaErrorInvalidValue));
    device<double> data(4);
    cr_assert(eq(int, cudaMemset(data.data, 0, 33), cudaErrorInvalidValue));
    cr_assert(eq(int, cudaMemset(data.data, 0, 32), cudaSuccess));
    cr_assert(eq(dbl, data.read()[3], 0));
}
