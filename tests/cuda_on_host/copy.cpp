/* copy.cpp - copies between host and device:
 *   device to pageable memory    returns when the copy is made,
 *   device to pinned memory      the copy is made when its turn comes; the destination, filled with
 *                                NaNs here, must not be read before,
 *   host memory to device        the source must stay as it is until the stream was waited for.
 * CUDA stages a pageable source, or part of it, or not: nobody may rely on that here.
 */
#include <malloc.h>

#include <memory>
#include <vector>

#include "shim.h"

namespace shim {

namespace {

struct rectangle {
    char *to;
    const char *from;
    size_t to_pitch, from_pitch, width, height;
};

size_t span(size_t pitch, const rectangle &r)
{
    return r.height == 0 ? 0 : (r.height - 1) * pitch + r.width;
}

void move(const rectangle &r)
{
    open_memory();
    for (size_t row = 0; row < r.height; ++row)
        memmove(r.to + row * r.to_pitch, r.from + row * r.from_pitch, r.width);
    close_memory();
}

struct route {
    place from, to;
};

bool direction_is_right(cudaMemcpyKind kind, const route &way)
{
    bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
    bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
    return kind == cudaMemcpyDefault ||
           (from_device == (way.from == place::device) && to_device == (way.to == place::device));
}

cudaError_t check(const rectangle &r, cudaMemcpyKind kind, route *way)
{
    cudaError_t error = ready();
    if (error != cudaSuccess)
        return error;
    if (r.height > 1 && (r.width > r.to_pitch || r.width > r.from_pitch))
        return note(cudaErrorInvalidPitchValue);
    bool inside = locate(r.from, span(r.from_pitch, r), "a copy from", &way->from) &&
                  locate(r.to, span(r.to_pitch, r), "a copy to", &way->to);
    if (!inside || r.to == nullptr || r.from == nullptr)
        return note(cudaErrorInvalidValue);
    if (!direction_is_right(kind, *way)) {
        report("a copy of kind %d, but from %s to %s", static_cast<int>(kind),
               way->from == place::device ? "the device" : "the host",
               way->to == place::device ? "the device" : "the host");
        return note(cudaErrorInvalidMemcpyDirection);
    }
    return injected(CUDA_ON_HOST_COPY) ? note(cudaErrorUnknown) : cudaSuccess;
}

void count(const rectangle &r, const route &way)
{
    if (way.to == place::device && way.from != place::device)
        counters.bytes_to_device += r.width * r.height;
    if (way.from == place::device && way.to != place::device)
        counters.bytes_to_host += r.width * r.height;
}

/* What a source held at the call.  It is compared when the copy is made, because the device may
 * read it then. */
struct snapshot {
    rectangle source;
    std::vector<char> bytes;
};

std::shared_ptr<snapshot> remember(const rectangle &r)
{
    auto s = std::make_shared<snapshot>(snapshot{r, std::vector<char>(r.width * r.height)});
    for (size_t row = 0; row < r.height; ++row)
        memcpy(s->bytes.data() + row * r.width, r.from + row * r.from_pitch, r.width);
    return s;
}

bool is_as_before(const snapshot &s)
{
    const rectangle &r = s.source;
    for (size_t row = 0; row < r.height; ++row) {
        const char *from = r.from + row * r.from_pitch;
        if (!is_readable(from, r.width) ||
            memcmp(from, s.bytes.data() + row * r.width, r.width) != 0)
            return false;
    }
    return true;
}

void move_in(const snapshot &s)
{
    if (is_as_before(s)) {
        move(s.source);
        return;
    }
    report("the source of a copy of %zu bytes to the device was changed or freed before its stream "
           "was waited for",
           s.bytes.size());
    lose_device(cudaErrorIllegalAddress);
}

#if !SHIM_ASAN
/* Freed memory changes at once.  (The sanitizer knows what is freed.) */
const int freed_is_filled = mallopt(M_PERTURB, 0x5a);
#endif

cudaError_t copy_async(const rectangle &r, cudaMemcpyKind kind, cudaStream_t stream)
{
    route way;
    if (r.width == 0 || r.height == 0)
        return ready();
    cudaError_t error = check(r, kind, &way);
    if (error != cudaSuccess)
        return error;
    count(r, way);
    if (way.from != place::device && way.to == place::device) {
        std::shared_ptr<snapshot> source = remember(r);
        return enqueue(stream, [source] { move_in(*source); });
    }
    if (way.to == place::pinned && way.from == place::device) {
        run_stream(stream); /* earlier work may still read what is filled now */
        for (size_t row = 0; row < r.height; ++row)
            poison(r.to + row * r.to_pitch, r.width);
    }
    error = enqueue(stream, [r] { move(r); });
    if (error != cudaSuccess || way.to != place::pageable)
        return error;
    counters.synchronisations += 1;
    run_stream(stream);
    return ready();
}

} // namespace

} // namespace shim

using namespace shim;

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream)
{
    return copy_async(
        {static_cast<char *>(to), static_cast<const char *>(from), bytes, bytes, bytes, 1}, kind,
        stream);
}

cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                              size_t width, size_t height, cudaMemcpyKind kind, cudaStream_t stream)
{
    return copy_async({static_cast<char *>(to), static_cast<const char *>(from), to_pitch,
                       from_pitch, width, height},
                      kind, stream);
}

extern "C" cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind)
{
    cudaError_t error = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
    if (error != cudaSuccess)
        return error;
    counters.synchronisations += 1;
    run_stream(nullptr);
    return ready();
}

cudaError_t cudaMemsetAsync(void *to, int value, size_t bytes, cudaStream_t stream)
{
    cudaError_t error = ready();
    if (error != cudaSuccess || bytes == 0)
        return error;
    place where;
    if (!locate(to, bytes, "cudaMemset", &where) || where != place::device)
        return note(cudaErrorInvalidValue);
    return enqueue(stream, [to, value, bytes] { memset(to, value, bytes); });
}

extern "C" cudaError_t cudaMemset(void *to, int value, size_t bytes)
{
    return cudaMemsetAsync(to, value, bytes, nullptr);
}

/* The allocation lives until the stream gets there. */
extern "C" cudaError_t cudaFreeAsync(void *pointer, cudaStream_t stream)
{
    if (pointer == nullptr)
        return ready();
    return enqueue(stream, [pointer] { free_device(pointer); });
}
