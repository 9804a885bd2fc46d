/* registry.cpp - launches: their limits, and the names of the kernels that ran. */
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "shim.h"

namespace shim {

namespace {

std::vector<std::string> launched;
std::map<const void *, size_t> shared_limit;

/* "k_name<double, 2>" and "(k_name<2>)" are k_name. */
std::string plain_name(const char *name)
{
    std::string plain;
    for (const char *c = name; *c != '\0' && *c != '<'; ++c)
        if (*c != '(' && *c != ' ' && *c != ')')
            plain += *c;
    return plain;
}

/* One write of one line: processes of one program run side by side. */
void write_down(const std::string &name)
{
    const char *path = getenv("QFP_CUDA_ON_HOST_LAUNCHED");
    if (path == nullptr)
        return;
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0644);
    std::string line = name + "\n";
    if (file < 0 || write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        report("cannot write the name of a kernel to %s", path);
    if (file >= 0)
        close(file);
}

cudaError_t check_shape(const launch_shape &s)
{
    const dim3 &g = s.grid, &b = s.block;
    size_t threads = size_t{b.x} * b.y * b.z;
    if (g.x == 0 || g.y == 0 || g.z == 0 || threads == 0)
        report("%s: a launch of %u x %u x %u blocks of %zu threads", s.name, g.x, g.y, g.z,
               threads);
    else if (g.x > INT_MAX || g.y > 65535 || g.z > 65535)
        report("%s: a grid of %u x %u x %u blocks", s.name, g.x, g.y, g.z);
    else if (threads > threads_most || b.x > threads_most || b.y > threads_most || b.z > 64)
        report("%s: a block of %u x %u x %u threads", s.name, b.x, b.y, b.z);
    else if (s.shared_bytes > kernel_shared_limit(s.kernel))
        report("%s: %zu bytes of shared memory, but %zu are allowed", s.name, s.shared_bytes,
               kernel_shared_limit(s.kernel));
    else
        return cudaSuccess;
    return note(cudaErrorInvalidConfiguration);
}

} // namespace

void register_launch(const char *name)
{
    std::string plain = plain_name(name);
    for (const std::string &known : launched)
        if (known == plain)
            return;
    launched.push_back(plain);
    write_down(plain);
}

size_t kernel_shared_limit(const void *kernel)
{
    auto found = shared_limit.find(kernel);
    return std::min(found != shared_limit.end() ? found->second : shared_default, shared_most());
}

cudaError_t set_kernel_shared(const void *kernel, cudaFuncAttribute attribute, int value)
{
    cudaError_t error = ready();
    if (error != cudaSuccess || attribute != cudaFuncAttributeMaxDynamicSharedMemorySize)
        return error;
    if (value < 0 || static_cast<size_t>(value) > shared_most())
        return note(cudaErrorInvalidValue);
    shared_limit[kernel] = static_cast<size_t>(value);
    return cudaSuccess;
}

cudaError_t active_blocks(int *blocks, int threads, size_t shared_bytes)
{
    if (threads < 1 || threads > static_cast<int>(threads_most))
        return note(cudaErrorInvalidValue);
    size_t by_threads = 2048 / static_cast<size_t>(threads);
    size_t by_shared = (shared_most() + 1024) / (shared_bytes + 1024);
    *blocks = static_cast<int>(by_threads < by_shared ? by_threads : by_shared);
    return ready();
}

void enqueue_launch(const launch_shape &shape, cudaStream_t stream, std::function<void()> call)
{
    if (ready() != cudaSuccess || check_shape(shape) != cudaSuccess)
        return;
    counters.launches += 1;
    bool fails = injected(CUDA_ON_HOST_LAUNCH);
    enqueue(stream, [shape, fails, call] {
        if (fails)
            lose_device(cudaErrorLaunchFailure);
        else if (!call) /* an argument that is no device memory */
            lose_device(cudaErrorIllegalAddress);
        else {
            register_launch(shape.name);
            run_launch(shape, call);
        }
    });
}

} // namespace shim

extern "C" const char *cuda_on_host_launched(size_t i)
{
    return i < shim::launched.size() ? shim::launched[i].c_str() : nullptr;
}
