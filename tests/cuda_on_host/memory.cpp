/* memory.cpp - device memory that host code cannot touch, pinned memory, and what lies where.
 *
 * Without the sanitizer every allocation is a mapping of its own between two guard pages, its end
 * as near to the second one as the alignment of 256 bytes allows; the slack is compared whenever
 * memory is closed.  With it, allocations come from malloc(), whose red zones are exact, and
 * closing poisons the shadow instead of changing the protection of pages.
 */
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cwchar>
#include <map>
#include <new>

#include "shim.h"

namespace shim {

namespace {

constexpr size_t alignment = 256;

struct allocation {
    size_t bytes;
    char *map; /* first byte after the guard page; with the sanitizer what malloc() returned */
    size_t map_bytes;
    bool pinned, registered;
};

std::map<uintptr_t, allocation> allocations;
size_t device_bytes_in_use;
int opened;

size_t device_bytes_free()
{
    size_t taken = device_bytes_in_use + reserved_for_stacks();
    return taken < device_memory() ? device_memory() - taken : 0;
}

size_t page_size()
{
    return static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

#if SHIM_ASAN

void *obtain(size_t bytes, allocation *a)
{
    void *memory = nullptr;
    if (posix_memalign(&memory, alignment, bytes) != 0)
        return nullptr;
    a->map = static_cast<char *>(memory);
    return memory;
}

void protect(uintptr_t base, const allocation &a, bool open)
{
    if (open)
        __asan_unpoison_memory_region(reinterpret_cast<void *>(base), a.bytes);
    else
        __asan_poison_memory_region(reinterpret_cast<void *>(base), a.bytes);
}

void release(uintptr_t base, const allocation &a)
{
    protect(base, a, true);
    free(a.map);
}

bool slack_is_intact(uintptr_t, const allocation &)
{
    return true;
}

#else

constexpr unsigned char slack_byte = 0x5a;

void *obtain(size_t bytes, allocation *a)
{
    size_t page = page_size(), room = (bytes + alignment - 1) / alignment * alignment;
    a->map_bytes = (room + page - 1) / page * page;
    void *map = mmap(nullptr, a->map_bytes + 2 * page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED)
        return nullptr;
    a->map = static_cast<char *>(map) + page;
    mprotect(map, page, PROT_NONE);
    mprotect(a->map + a->map_bytes, page, PROT_NONE);
    char *base = a->map + a->map_bytes - room;
    memset(a->map, slack_byte, static_cast<size_t>(base - a->map));
    memset(base + bytes, slack_byte, room - bytes);
    return base;
}

void protect(uintptr_t, const allocation &a, bool open)
{
    mprotect(a.map, a.map_bytes, open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

/* The addresses are not used again, so that a stale pointer is a fault for ever. */
void release(uintptr_t, const allocation &a)
{
    madvise(a.map, a.map_bytes, MADV_DONTNEED);
    mprotect(a.map, a.map_bytes, PROT_NONE);
}

bool slack_is_intact(uintptr_t base, const allocation &a)
{
    const char *first = reinterpret_cast<const char *>(base);
    for (const char *c = a.map; c < first; ++c)
        if (static_cast<unsigned char>(*c) != slack_byte)
            return false;
    for (const char *c = first + a.bytes; c < a.map + a.map_bytes; ++c)
        if (static_cast<unsigned char>(*c) != slack_byte)
            return false;
    return true;
}

#endif

/* The allocation that contains a byte. */
std::map<uintptr_t, allocation>::iterator containing(const void *pointer)
{
    uintptr_t address = reinterpret_cast<uintptr_t>(pointer);
    auto after = allocations.upper_bound(address);
    if (after == allocations.begin())
        return allocations.end();
    --after;
    return address < after->first + after->second.bytes ? after : allocations.end();
}

} // namespace

/* Signalling NaNs as doubles and, read in halves, NaNs as floats. */
void poison(void *start, size_t bytes)
{
    static const uint32_t pattern = 0x7ff4deadu;
    static_assert(sizeof(wchar_t) == sizeof pattern, "wmemset fills words");
    wmemset(static_cast<wchar_t *>(start), static_cast<wchar_t>(pattern), bytes / sizeof pattern);
    size_t rest = bytes % sizeof pattern;
    memcpy(static_cast<char *>(start) + bytes - rest, &pattern, rest);
}

bool locate(const void *pointer, size_t bytes, const char *what, place *where)
{
    auto found = containing(pointer);
    *where = place::pageable;
    if (found == allocations.end())
        return true;
    *where = found->second.pinned ? place::pinned : place::device;
    size_t offset = reinterpret_cast<uintptr_t>(pointer) - found->first;
    if (bytes <= found->second.bytes - offset)
        return true;
    report("%s: bytes %zu to %zu of an allocation of %zu bytes", what, offset, offset + bytes,
           found->second.bytes);
    return false;
}

void open_memory()
{
    if (opened++ == 0)
        for (const auto &a : allocations)
            if (!a.second.pinned)
                protect(a.first, a.second, true);
}

void close_memory()
{
    if (--opened > 0)
        return;
    for (const auto &a : allocations) {
        if (a.second.pinned)
            continue;
        if (!slack_is_intact(a.first, a.second)) {
            report("something was written just outside an allocation of %zu bytes", a.second.bytes);
            lose_device(cudaErrorIllegalAddress);
        }
        protect(a.first, a.second, false);
    }
}

cudaError_t allocate_device(void **out, size_t bytes)
{
    cudaError_t error = ready();
    if (error != cudaSuccess)
        return error;
    if (bytes == 0) {
        *out = nullptr;
        return cudaSuccess;
    }
    counters.allocations += 1;
    if (injected(CUDA_ON_HOST_MALLOC) || bytes > device_bytes_free())
        return note(cudaErrorMemoryAllocation);
    allocation a = {bytes, nullptr, 0, false, false};
    void *base = obtain(bytes, &a);
    if (base == nullptr)
        return note(cudaErrorMemoryAllocation);
    poison(base, bytes);
    uintptr_t address = reinterpret_cast<uintptr_t>(base);
    if (opened == 0)
        protect(address, a, false);
    allocations[address] = a;
    device_bytes_in_use += bytes;
    *out = base;
    return cudaSuccess;
}

cudaError_t free_device(void *pointer)
{
    auto found = allocations.find(reinterpret_cast<uintptr_t>(pointer));
    if (found == allocations.end() || found->second.pinned) {
        report("cudaFree: %p was not allocated, or is freed already", pointer);
        return note(cudaErrorInvalidValue);
    }
    device_bytes_in_use -= found->second.bytes;
    release(found->first, found->second);
    allocations.erase(found);
    return cudaSuccess;
}

cudaError_t allocate_pinned(void **out, size_t bytes)
{
    cudaError_t error = ready();
    if (error != cudaSuccess)
        return error;
    counters.allocations += 1;
    void *memory = injected(CUDA_ON_HOST_MALLOC) ? nullptr : malloc(bytes > 0 ? bytes : 1);
    if (memory == nullptr)
        return note(cudaErrorMemoryAllocation);
    poison(memory, bytes);
    allocations[reinterpret_cast<uintptr_t>(memory)] = {bytes, nullptr, 0, true, false};
    *out = memory;
    return cudaSuccess;
}

static bool leads_nowhere(uint64_t word)
{
    /* Programs, heaps, libraries and stacks lie high in 47 bits; numbers and pairs of small whole
     * numbers rarely do, and then nothing is mapped there. */
    if (word < 0x500000000000u || word >= 0x800000000000u || word % 8 != 0)
        return false;
    auto found = containing(reinterpret_cast<void *>(word));
    if (found != allocations.end())
        return found->second.pinned;
    unsigned char resident;
    uintptr_t page = word & ~(uintptr_t)(page_size() - 1);
    return mincore(reinterpret_cast<void *>(page), 1, &resident) == 0;
}

bool argument_is_good(const char *kernel, const void *argument, size_t bytes, bool is_pointer)
{
    for (size_t i = 0; i + sizeof(uint64_t) <= bytes; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, static_cast<const char *>(argument) + i, sizeof word);
        void *pointer = reinterpret_cast<void *>(word);
        bool stray = is_pointer ? pointer != nullptr && containing(pointer) == allocations.end()
                                : leads_nowhere(word);
        if (stray) {
            report("%s: an argument holds %p, which is no device memory", kernel, pointer);
            return false;
        }
    }
    return true;
}

void live_memory(cuda_on_host_objects *objects)
{
    for (const auto &a : allocations) {
        objects->allocations += !a.second.pinned;
        objects->pinned += a.second.pinned;
        objects->bytes += a.second.pinned ? 0 : a.second.bytes;
    }
}

} // namespace shim

using namespace shim;

extern "C" cudaError_t cudaFree(void *pointer)
{
    run_all(); /* freeing waits for the device */
    if (pointer == nullptr)
        return ready();
    cudaError_t freed = free_device(pointer); /* also on a lost device, or tests would leak */
    cudaError_t error = ready();
    return error != cudaSuccess ? error : freed;
}

extern "C" cudaError_t cudaFreeHost(void *pointer)
{
    run_all();
    if (pointer == nullptr)
        return ready();
    auto found = allocations.find(reinterpret_cast<uintptr_t>(pointer));
    if (found == allocations.end() || !found->second.pinned || found->second.registered) {
        report("cudaFreeHost: %p was not allocated, or is freed already", pointer);
        return note(cudaErrorInvalidValue);
    }
    allocations.erase(found);
    free(pointer);
    return ready();
}

extern "C" cudaError_t cudaHostRegister(void *pointer, size_t bytes, unsigned int)
{
    if (pointer == nullptr || bytes == 0 || containing(pointer) != allocations.end())
        return note(cudaErrorInvalidValue);
    allocations[reinterpret_cast<uintptr_t>(pointer)] = {bytes, nullptr, 0, true, true};
    return ready();
}

extern "C" cudaError_t cudaHostUnregister(void *pointer)
{
    run_all();
    auto found = allocations.find(reinterpret_cast<uintptr_t>(pointer));
    if (found == allocations.end() || !found->second.registered)
        return note(cudaErrorInvalidValue);
    allocations.erase(found);
    return ready();
}

extern "C" cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total_bytes)
{
    cudaError_t error = ready();
    if (error != cudaSuccess)
        return error;
    counters.memory_questions += 1;
    *total_bytes = device_memory();
    *free_bytes = device_bytes_free();
    return cudaSuccess;
}

/* The kernel reads a byte of every page for us and answers EFAULT where we would be killed. */
bool shim::is_readable(const void *start, size_t bytes)
{
#if SHIM_ASAN
    if (__asan_region_is_poisoned(const_cast<void *>(start), bytes) != nullptr)
        return false;
#endif
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    const char *byte = static_cast<const char *>(start), *end = byte + bytes;
    bool readable = true;
    while (readable && byte < end) {
        char got;
        readable = write(ends[1], byte, 1) == 1 && read(ends[0], &got, 1) == 1;
        byte += page_size() - reinterpret_cast<uintptr_t>(byte) % page_size();
    }
    close(ends[0]);
    close(ends[1]);
    return readable;
}

extern "C" int cuda_on_host_is_readable(const void *byte)
{
    return is_readable(byte, 1);
}
