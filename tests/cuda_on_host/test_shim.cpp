/* test_shim.cpp - launches, barriers, streams, errors of the CUDA that runs on the host. */
#include "kernels_of_tests.h"

#include <curand_kernel.h>
#include <nvtx3/nvToolsExt.h>

__global__ void k_where(int *out)
{
    unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    unsigned threads = blockDim.x * blockDim.y * blockDim.z;
    out[block * threads + thread] = (int)(100000 * block + 10 * thread + blockIdx.z % 10);
}

Test(shim, threads_know_where_they_are)
{
    dim3 grid(3, 2, 2), block(4, 3, 2);
    device<int> out(12 * 24);
    QFP_LAUNCH(k_where, grid, block, 0, nullptr, out.data);
    std::vector<int> got = out.read();
    for (int b = 0; b < 12; ++b)
        for (int t = 0; t < 24; ++t)
            cr_assert(eq(int, got[b * 24 + t], 100000 * b + 10 * t + b / 6));
}

/* A tree in shared memory: wrong sums if a thread passes a barrier early. */
__global__ void k_tree_sum(const double *in, double *out)
{
    QFP_SHARED(double, sums);
    unsigned t = threadIdx.x;
    sums[t] = in[blockIdx.x * blockDim.x + t];
    __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        if (t < half)
            sums[t] += sums[t + half];
        __syncthreads();
    }
    if (t == 0)
        out[blockIdx.x] = sums[0];
}

static void sums_are_right()
{
    const int threads = 256, blocks = 5;
    std::vector<double> numbers(threads * blocks);
    for (size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = (double)(i * i % 1000);
    device<double> in(numbers), out(blocks);
    QFP_LAUNCH(k_tree_sum, blocks, threads, threads * sizeof(double), nullptr, in.data, out.data);
    std::vector<double> got = out.read();
    for (int b = 0; b < blocks; ++b) {
        double sum = 0;
        for (int t = 0; t < threads; ++t)
            sum += numbers[b * threads + t];
        cr_assert(eq(dbl, got[b], sum)); /* whole numbers: exact */
    }
}

Test(shim, sums_by_a_tree_in_shared_memory)
{
    sums_are_right();
}

Test(shim, sums_in_reverse_order)
{
    setenv("QFP_CUDA_ON_HOST_ORDER", "reverse", 1);
    sums_are_right();
}

Test(shim, sums_in_shuffled_order)
{
    setenv("QFP_CUDA_ON_HOST_ORDER", "shuffle", 1);
    sums_are_right();
}

/* Reverses a block through a static array; without the barrier one order of threads is wrong. */
template <bool with_barrier> __global__ void k_turn(int *data)
{
    __shared__ int row[64];
    row[threadIdx.x] = data[threadIdx.x];
    if (with_barrier)
        __syncthreads();
    data[threadIdx.x] = row[blockDim.x - 1 - threadIdx.x];
}

static int wrong_numbers(void (*turn)(int *))
{
    std::vector<int> numbers(64);
    for (int i = 0; i < 64; ++i)
        numbers[i] = i;
    device<int> data(numbers);
    QFP_LAUNCH(turn, 1, 64, 0, nullptr, data.data);
    std::vector<int> got = data.read();
    int wrong = 0;
    for (int i = 0; i < 64; ++i)
        wrong += got[i] != 63 - i;
    return wrong;
}

Test(shim, a_missing_barrier_shows)
{
    cr_assert(eq(int, wrong_numbers(k_turn<true>), 0));
    cr_assert(lt(int, 0, wrong_numbers(k_turn<false>)));
}

__global__ void k_two_barriers(int *out)
{
    if (threadIdx.x % 2 == 0)
        __syncthreads();
    else
        __syncthreads();
    out[threadIdx.x] = 1;
}

__global__ void k_early_exit(int *out)
{
    if (threadIdx.x == 7)
        return;
    __syncthreads();
    out[threadIdx.x] = 1;
}

/* The device is lost, the sentence has the word, and a later call fails too. */
static void is_punished(cudaError_t expected, const char *word)
{
    cr_assert(eq(int, cudaDeviceSynchronize(), expected));
    cr_assert(strstr(cuda_on_host_report(), word) != nullptr, "%s", cuda_on_host_report());
    void *more = nullptr;
    cr_assert(eq(int, cudaMalloc(&more, 8), expected));
}

Test(shim, divergent_barriers_are_found)
{
    device<int> out(32);
    QFP_LAUNCH(k_two_barriers, 1, 32, 0, nullptr, out.data);
    is_punished(cudaErrorLaunchFailure, "but thread");
}

Test(shim, a_thread_that_skips_a_barrier_is_found)
{
    device<int> out(32);
    QFP_LAUNCH(k_early_exit, 1, 32, 0, nullptr, out.data);
    is_punished(cudaErrorLaunchFailure, "31 of 32 threads");
}

/* Every warp turns its 32 numbers round, warp w as often as w + 1 times, and then all meet. */
template <bool with_barrier> __global__ void k_turn_warps(int *data)
{
    __shared__ int row[96];
    unsigned first = threadIdx.x / 32 * 32, lane = threadIdx.x % 32;
    for (unsigned turn = 0; turn <= threadIdx.x / 32; ++turn) {
        row[first + lane] = data[threadIdx.x];
        if (with_barrier)
            __syncwarp();
        data[threadIdx.x] = row[first + 31 - lane];
        if (with_barrier)
            __syncwarp();
    }
    __syncthreads();
}

/* Of 96 numbers: how many are not where an odd number of turns of warps 0 and 2 leaves them. */
static int wrong_after_turns(void (*turn)(int *))
{
    std::vector<int> numbers(96);
    for (int i = 0; i < 96; ++i)
        numbers[i] = i;
    device<int> data(numbers);
    QFP_LAUNCH(turn, 1, 96, 0, nullptr, data.data);
    std::vector<int> got = data.read();
    int wrong = 0;
    for (int i = 0; i < 96; ++i)
        wrong += got[i] != (i / 32 == 1 ? i : i / 32 * 32 + 31 - i % 32);
    return wrong;
}

Test(shim, warps_wait_for_their_own_threads)
{
    cr_assert(eq(int, wrong_after_turns(k_turn_warps<true>), 0));
    cr_assert(lt(int, 0, wrong_after_turns(k_turn_warps<false>)));
}

__global__ void k_half_a_warp(int *out)
{
    if (threadIdx.x % 32 < 16)
        __syncwarp();
    else
        __syncthreads();
    out[threadIdx.x] = 1;
}

Test(shim, half_a_warp_at_its_barrier_is_found)
{
    device<int> out(64);
    QFP_LAUNCH(k_half_a_warp, 1, 64, 0, nullptr, out.data);
    is_punished(cudaErrorLaunchFailure, "but thread");
}

__global__ void k_nothing(double *)
{
}

struct packed {
    int n;
    double *data;
};
__global__ void k_packed(packed)
{
}

Test(shim, host_pointers_are_no_arguments)
{
    std::vector<double> host(1000);
    QFP_LAUNCH(k_nothing, 1, 1, 0, nullptr, host.data());
    is_punished(cudaErrorIllegalAddress, "no device memory");
}

Test(shim, host_pointers_in_structures_are_no_arguments)
{
    std::vector<double> host(1000);
    QFP_LAUNCH(k_packed, 1, 1, 0, nullptr, (packed{3, host.data()}));
    is_punished(cudaErrorIllegalAddress, "no device memory");
}

Test(shim, device_pointers_in_structures_are)
{
    device<double> data(10);
    QFP_LAUNCH(k_packed, 1, 1, 0, nullptr, (packed{3, data.data}));
    cr_assert(eq(int, cudaDeviceSynchronize(), cudaSuccess));
}

#ifdef CUDA_ON_HOST_CLEARS_PADDING
/* The bytes between n and data are no address, whatever they hold. */
Test(shim, padding_is_not_looked_at)
{
    device<double> data(10);
    std::vector<double> host(1000);
    packed argument;
    double *stray = host.data();
    memcpy(static_cast<void *>(&argument), &stray, sizeof stray);
    argument.n = (int)(uintptr_t)stray;
    argument.data = data.data;
    QFP_LAUNCH(k_packed, 1, 1, 0, nullptr, argument);
    cr_assert(eq(int, cudaDeviceSynchronize(), cudaSuccess));
}
#endif

Test(shim, shapes_have_limits)
{
    device<double> data(1);
    const dim3 wrong_grid[] = {dim3(0), dim3(1, 65536), dim3(1, 1, 65536), dim3(0x80000000u)};
    const dim3 wrong_block[] = {dim3(1025), dim3(0), dim3(32, 33), dim3(1, 1, 65)};
    for (const dim3 &g : wrong_grid) {
        QFP_LAUNCH(k_nothing, g, 1, 0, nullptr, data.data);
        cr_assert(eq(int, cudaGetLastError(), cudaErrorInvalidConfiguration));
    }
    for (const dim3 &b : wrong_block) {
        QFP_LAUNCH(k_nothing, 1, b, 0, nullptr, data.data);
        cr_assert(eq(int, cudaGetLastError(), cudaErrorInvalidConfiguration));
    }
    cr_assert(eq(int, cudaGetLastError(), cudaSuccess));
    QFP_LAUNCH(k_nothing, 1, 1, 48 * 1024 + 1, nullptr, data.data);
    cr_assert(eq(int, cudaGetLastError(), cudaErrorInvalidConfiguration));
    const int optin = 227 * 1024;
    cr_assert(
        eq(int,
           cudaFuncSetAttribute(k_nothing, cudaFuncAttributeMaxDynamicSharedMemorySize, optin + 1),
           cudaErrorInvalidValue));
    cr_assert(
        eq(int, cudaFuncSetAttribute(k_nothing, cudaFuncAttributeMaxDynamicSharedMemorySize, optin),
           cudaSuccess));
    cudaGetLastError();
    QFP_LAUNCH(k_nothing, 1, 1, optin, nullptr, data.data);
    cr_assert(eq(int, cudaGetLastError(), cudaSuccess));
}

__global__ void k_store(double *out, double value)
{
    out[threadIdx.x] = value;
}

Test(shim, a_stream_keeps_its_order_and_others_wait_for_events)
{
    cudaStream_t first, second;
    cudaEvent_t written;
    double *pinned;
    cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking);
    cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking);
    cudaEventCreate(&written);
    cudaMallocHost(&pinned, sizeof *pinned);
    {
        device<double> out(1);
        QFP_LAUNCH(k_store, 1, 1, 0, first, out.data, 1.0);
        QFP_LAUNCH(k_store, 1, 1, 0, first, out.data, 2.0);
        cudaEventRecord(written, first);
        cr_assert(eq(int, cudaEventQuery(written), cudaErrorNotReady));
        cudaStreamWaitEvent(second, written);
        cudaMemcpyAsync(pinned, out.data, sizeof *pinned, cudaMemcpyDeviceToHost, second);
        cr_assert(std::isnan(*pinned), "a pinned destination was filled before its stream was");
        cudaStreamSynchronize(second);
        cr_assert(eq(dbl, *pinned, 2.0));
    }
    cr_assert(eq(sz, cuda_on_host_live_total(), 4));
    cudaFreeHost(pinned);
    cudaEventDestroy(written);
    cudaStreamDestroy(first);
    cudaStreamDestroy(second);
    cr_assert(eq(sz, cuda_on_host_live_total(), 0));
}

Test(shim, the_schedule_can_be_early)
{
    setenv("QFP_CUDA_ON_HOST_SCHEDULE", "early", 1);
    double *pinned;
    cudaMallocHost(&pinned, sizeof *pinned);
    device<double> out(1);
    QFP_LAUNCH(k_store, 1, 1, 0, nullptr, out.data, 3.0);
    cudaMemcpyAsync(pinned, out.data, sizeof *pinned, cudaMemcpyDeviceToHost);
    cr_assert(eq(dbl, *pinned, 3.0));
    cudaFreeHost(pinned);
}

Test(shim, failures_on_request)
{
    void *a = nullptr, *b = nullptr;
    cuda_on_host_fail(CUDA_ON_HOST_MALLOC, 2);
    cr_assert(eq(int, cudaMalloc(&a, 8), cudaSuccess));
    cr_assert(eq(int, cudaMalloc(&b, 8), cudaErrorMemoryAllocation));
    cr_assert(eq(int, cudaGetLastError(), cudaErrorMemoryAllocation));
    cr_assert(eq(int, cudaMalloc(&b, 8), cudaSuccess));
    double one = 1;
    cuda_on_host_fail(CUDA_ON_HOST_COPY, 1);
    cr_assert(eq(int, cudaMemcpy(a, &one, 8, cudaMemcpyHostToDevice), cudaErrorUnknown));
    cr_assert(eq(int, cudaMemcpy(a, &one, 8, cudaMemcpyHostToDevice), cudaSuccess));
    cuda_on_host_fail(CUDA_ON_HOST_LAUNCH, 1);
    QFP_LAUNCH(k_nothing, 1, 1, 0, nullptr, (double *)a);
    cr_assert(eq(int, cudaDeviceSynchronize(), cudaErrorLaunchFailure));
    cr_assert(eq(int, cudaDeviceSynchronize(), cudaErrorLaunchFailure));
    cudaFree(a);
    cudaFree(b);
    cr_assert(eq(sz, cuda_on_host_live_total(), 0)); /* also on a lost device */
}

Test(shim, machines_without_a_device)
{
    int count = 7;
    void *memory;
    cuda_on_host_set_machine(CUDA_ON_HOST_NO_DRIVER);
    cr_assert(eq(int, cudaGetDeviceCount(&count), cudaErrorInsufficientDriver));
    cr_assert(eq(int, count, 0));
    cuda_on_host_set_machine(CUDA_ON_HOST_NO_DEVICE);
    cr_assert(eq(int, cudaGetDeviceCount(&count), cudaErrorNoDevice));
    cr_assert(eq(int, cudaMalloc(&memory, 8), cudaErrorNoDevice));
}

Test(shim, launches_are_written_down)
{
    device<int> data(64);
    device<double> other(1);
    QFP_LAUNCH((k_turn<true>), 1, 64, 0, nullptr, data.data);
    QFP_LAUNCH(k_turn<true>, 1, 64, 0, nullptr, data.data);
    QFP_LAUNCH(k_nothing, 1, 1, 0, nullptr, other.data);
    cudaDeviceSynchronize();
    cr_assert(eq(str, (char *)cuda_on_host_launched(0), (char *)"k_turn"));
    cr_assert(eq(str, (char *)cuda_on_host_launched(1), (char *)"k_nothing"));
    cr_assert(cuda_on_host_launched(2) == nullptr);
    cr_assert(eq(sz, cuda_on_host_count().launches, 3));
}

Test(shim, ranges_are_counted)
{
    nvtxRangePushA("outer");
    nvtxRangePushA("inner");
    cr_assert(eq(int, cuda_on_host_open_ranges(), 2));
    nvtxRangePop();
    nvtxRangePop();
    cr_assert(eq(int, cuda_on_host_open_ranges(), 0));
}

/* The known-answer vectors published with Random123 (kat_vectors, philox4x32 10). */
Test(shim, philox_known_answers)
{
    struct {
        uint32_t counter[4], key[2], answer[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (const auto &k : known) {
        /* the same through curand_init: the key is the seed, the upper half of the counter the
         * sequence, the lower half, times 4, the offset; which must fit into 64 bits */
        uint4 got = shim::philox(make_uint4(k.counter[0], k.counter[1], k.counter[2], k.counter[3]),
                                 make_uint2(k.key[0], k.key[1]));
        const uint32_t word[4] = {got.x, got.y, got.z, got.w};
        for (int i = 0; i < 4; ++i)
            cr_assert(word[i] == k.answer[i]);
    }
    curandStatePhilox4_32_10_t state;
    uint64_t seed = (uint64_t)0x299f31d0 << 32 | 0xa4093822;
    uint64_t sequence = (uint64_t)0x03707344 << 32 | 0x13198a2e;
    curand_init(seed, sequence, 0, &state);
    state.counter.x = 0x243f6a88;
    state.counter.y = 0x85a308d3;
    cr_assert(curand4(&state).x == 0xd16cfe09);
}

Test(shim, random_offsets_count_numbers)
{
    curandStatePhilox4_32_10_t whole, part;
    std::vector<unsigned int> numbers;
    curand_init(42, 3, 0, &whole);
    for (int i = 0; i < 40; ++i)
        numbers.push_back(curand(&whole));
    for (unsigned int offset = 0; offset < 20; ++offset) {
        curand_init(42, 3, offset, &part);
        cr_assert(curand4(&part).w == numbers[offset + 3]);
        cr_assert(curand(&part) == numbers[offset + 4]);
    }
}

Test(shim, normal_numbers_have_the_right_moments)
{
    curandStatePhilox4_32_10_t state;
    double sum = 0, squares = 0, fourth = 0, crossed = 0;
    const int pairs = 50000;
    curand_init(7, 0, 0, &state);
    for (int i = 0; i < pairs; ++i) {
        double2 z = curand_normal2_double(&state);
        double u = curand_uniform_double(&state);
        cr_assert(u > 0 && u <= 1);
        sum += z.x + z.y;
        squares += z.x * z.x + z.y * z.y;
        fourth += pow(z.x, 4) + pow(z.y, 4);
        crossed += z.x * z.y;
    }
    /* five standard errors: √(1/n), √(2/n), √(96/n), √(1/n) with n numbers (or pairs) */
    cr_assert(epsilon_eq(dbl, sum / (2 * pairs), 0, 5 * sqrt(1.0 / (2 * pairs))));
    cr_assert(epsilon_eq(dbl, squares / (2 * pairs), 1, 5 * sqrt(2.0 / (2 * pairs))));
    cr_assert(epsilon_eq(dbl, fourth / (2 * pairs), 3, 5 * sqrt(96.0 / (2 * pairs))));
    cr_assert(epsilon_eq(dbl, crossed / pairs, 0, 5 * sqrt(1.0 / pairs)));
}
