/* block.cpp - the threads of a block, with barriers; shared memory.
 *
 * Threads that never meet a barrier follow one another on the stack of one fiber.  A thread that
 * does keeps its stack and another fiber takes the next thread, so that a block needs as many
 * stacks as threads wait.  When no thread is left to begin, all must be waiting at one line: then
 * the barrier is passed and each continues in turn.  Before that, every warp whose threads all wait
 * at one __syncwarp() goes on by itself.
 */
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include "fiber.h"
#include "shim.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

/* Bounds of the section of __shared__ variables; absent in a program without any. */
extern "C" char __start_shim_shared[] __attribute__((weak));
extern "C" char __stop_shim_shared[] __attribute__((weak));

namespace shim {

namespace {

struct waiter {
    fiber *stack;
    unsigned int thread;
    bool of_warp; /* at __syncwarp(), else at __syncthreads() */
    const char *file;
    int line;
};

constexpr unsigned int warp_size = 32;

/* The block that runs. */
struct {
    const launch_shape *shape;
    const std::function<void()> *call;
    std::vector<unsigned int> order; /* of threads */
    size_t begun, finished;
    unsigned int thread;
    std::vector<waiter> waiting;
    std::vector<fiber *> idle;
} block;

enum class sequence { forward, reverse, shuffle };

sequence chosen_sequence()
{
    const char *word = getenv("QFP_CUDA_ON_HOST_ORDER");
    if (word == nullptr || strcmp(word, "forward") == 0)
        return sequence::forward;
    return strcmp(word, "reverse") == 0 ? sequence::reverse : sequence::shuffle;
}

sequence order_of_things()
{
    static const sequence chosen = chosen_sequence();
    return chosen;
}

template <class T> void arrange(std::vector<T> &items)
{
    const sequence chosen = order_of_things();
    static uint64_t state = 1;
    if (chosen == sequence::reverse)
        std::reverse(items.begin(), items.end());
    if (chosen == sequence::shuffle)
        for (size_t i = items.size(); i > 1; --i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            std::swap(items[i - 1], items[(state >> 33) % i]);
        }
}

void take_place(unsigned int thread)
{
    const dim3 &n = block.shape->block;
    block.thread = thread;
    threadIdx = {thread % n.x, thread / n.x % n.y, thread / n.x / n.y};
}

void run_threads()
{
    for (;;) {
        while (block.begun < block.order.size()) {
            take_place(block.order[block.begun++]);
            (*block.call)();
            block.finished += 1;
        }
        block.idle.push_back(fiber_running());
        fiber_yield();
    }
}

fiber *an_idle_fiber()
{
    if (block.idle.empty())
        return fiber_create(run_threads);
    fiber *f = block.idle.back();
    block.idle.pop_back();
    return f;
}

bool same_place(const waiter &a, const waiter &b)
{
    return a.of_warp == b.of_warp && a.line == b.line &&
           (a.file == b.file || strcmp(a.file, b.file) == 0);
}

bool barrier_is_complete()
{
    const waiter &first = block.waiting.front();
    if (block.finished > 0) {
        report("%s: %zu of %zu threads of block (%u, %u, %u) wait at %s:%d, the others have ended",
               block.shape->name, block.waiting.size(), block.order.size(), blockIdx.x, blockIdx.y,
               blockIdx.z, first.file, first.line);
        return false;
    }
    for (const waiter &w : block.waiting)
        if (first.of_warp || !same_place(w, first)) {
            report("%s: in block (%u, %u, %u) thread %u waits at %s:%d, but thread %u at %s:%d",
                   block.shape->name, blockIdx.x, blockIdx.y, blockIdx.z, first.thread, first.file,
                   first.line, w.thread, w.file, w.line);
            return false;
        }
    return true;
}

/* Takes the threads of one warp that all wait at one __syncwarp() out of the list; none where there
 * is no such warp. */
std::vector<waiter> take_a_warp()
{
    std::vector<waiter> taken, left;
    for (const waiter first : block.waiting) {
        unsigned int start = first.thread / warp_size * warp_size;
        size_t rest = block.order.size() - start;
        auto belongs = [&](const waiter &w) {
            return w.thread / warp_size * warp_size == start && same_place(w, first);
        };
        if (!first.of_warp ||
            static_cast<size_t>(std::count_if(block.waiting.begin(), block.waiting.end(),
                                              belongs)) != std::min<size_t>(rest, warp_size))
            continue;
        std::partition_copy(block.waiting.begin(), block.waiting.end(), std::back_inserter(taken),
                            std::back_inserter(left), belongs);
        block.waiting.swap(left);
        break;
    }
    return taken;
}

/* What waits cannot be unwound: its stacks are thrown away. */
void abandon()
{
    for (const waiter &w : block.waiting)
        fiber_destroy(w.stack);
    block.waiting.clear();
    lose_device(cudaErrorLaunchFailure);
}

void run_block()
{
    block.begun = block.finished = 0;
    while (block.begun < block.order.size())
        fiber_resume(an_idle_fiber());
    while (!block.waiting.empty()) {
        std::vector<waiter> passing = take_a_warp();
        if (passing.empty() && !barrier_is_complete()) {
            abandon();
            return;
        }
        if (passing.empty())
            passing.swap(block.waiting);
        arrange(passing);
        for (const waiter &w : passing) {
            take_place(w.thread);
            fiber_resume(w.stack);
        }
    }
}

/* Dynamic shared memory ends where a guard page begins. */
struct {
    char *end, *start;
    size_t bytes;
} dynamic;

void map_dynamic_shared()
{
    size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    size_t room = (shared_optin + page - 1) / page * page;
    void *map =
        mmap(nullptr, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED || mprotect(static_cast<char *>(map) + room, page, PROT_NONE) != 0) {
        perror("cuda_on_host: shared memory");
        abort();
    }
    dynamic.end = static_cast<char *>(map) + room;
}

void declare_dynamic_shared(size_t bytes)
{
    if (dynamic.end == nullptr)
        map_dynamic_shared();
    dynamic.bytes = bytes;
    dynamic.start = dynamic.end - (bytes + 15) / 16 * 16;
#if SHIM_ASAN
    __asan_poison_memory_region(dynamic.end - shared_optin, shared_optin);
    __asan_unpoison_memory_region(dynamic.start, bytes);
#endif
}

/* The slack between the declared size and the guard page must hold what was put there. */
bool slack_is_intact()
{
#if SHIM_ASAN
    return true; /* found at the access */
#else
    for (const char *c = dynamic.start + dynamic.bytes; c < dynamic.end; ++c)
        if (*c != 0x5a)
            return false;
    return true;
#endif
}

/* The section has red zones between its variables, which are filled too. */
__attribute__((no_sanitize("address"))) void poison_static_shared()
{
    static const unsigned char pattern[4] = {0xad, 0xde, 0xf4, 0x7f};
    for (volatile char *c = __start_shim_shared; c < __stop_shim_shared; ++c)
        *c = static_cast<char>(pattern[reinterpret_cast<uintptr_t>(c) % 4]);
}

void poison_shared()
{
    poison_static_shared();
    poison(dynamic.start, dynamic.bytes);
#if !SHIM_ASAN
    memset(dynamic.start + dynamic.bytes, 0x5a,
           static_cast<size_t>(dynamic.end - dynamic.start) - dynamic.bytes);
#endif
}

/* 0 … count-1 in the order chosen; for the usual one the list is left as it is if it has the
 * size. */
template <class T> void list(std::vector<T> &numbers, size_t count)
{
    if (order_of_things() == sequence::forward && numbers.size() == count)
        return;
    numbers.resize(count);
    for (size_t i = 0; i < count; ++i)
        numbers[i] = static_cast<T>(i);
    arrange(numbers);
}

bool run_block_at(uint64_t k)
{
    const dim3 &g = block.shape->grid;
    blockIdx = {static_cast<unsigned int>(k % g.x), static_cast<unsigned int>(k / g.x % g.y),
                static_cast<unsigned int>(k / g.x / g.y)};
    poison_shared();
    run_block();
    if (device_is_lost())
        return false;
    if (slack_is_intact())
        return true;
    report("%s: wrote behind its %zu bytes of shared memory", block.shape->name,
           block.shape->shared_bytes);
    lose_device(cudaErrorIllegalAddress);
    return false;
}

} // namespace

void barrier(bool of_warp, const char *file, int line)
{
    fiber *f = fiber_running();
    block.waiting.push_back({f, block.thread, of_warp, file, line});
    fiber_yield();
}

void *dynamic_shared(size_t alignment)
{
    if (alignment > 16 || fiber_running() == nullptr) {
        report("QFP_SHARED: outside a kernel, or of a type aligned to %zu bytes", alignment);
        abort();
    }
    return dynamic.start;
}

void run_launch(const launch_shape &shape, const std::function<void()> &call)
{
    static std::vector<uint64_t> blocks;
    const dim3 &g = shape.grid, &b = shape.block;
    block.shape = &shape;
    block.call = &call;
    blockDim = b;
    gridDim = g;
    declare_dynamic_shared(shape.shared_bytes);
    list(block.order, b.x * b.y * b.z);
    list(blocks, size_t{g.x} * g.y * g.z);
    for (uint64_t k : blocks)
        if (!run_block_at(k))
            return;
}

} // namespace shim
