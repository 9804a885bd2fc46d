/* shim.h - INTERNAL to tests/cuda_on_host: what its files share. */
#ifndef QFP_SHIM_H
#define QFP_SHIM_H

#include <cuda_runtime.h>

#include "cuda_on_host.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define SHIM_ASAN 1
#else
#define SHIM_ASAN 0
#endif

namespace shim {

constexpr size_t shared_default = 48 * 1024; /* without asking */
constexpr size_t shared_optin = 227 * 1024;  /* compute capability 9.0, after asking */
constexpr unsigned int threads_most = 1024;
constexpr size_t stack_default = 1024; /* of a thread */

extern cuda_on_host_counters counters;

/* device.cpp: errors, injection, the machine */

/* Every API call begins here: the error a lost device or a missing one answers with. */
cudaError_t ready();
/* Records an error for cudaGetLastError() and returns it. */
cudaError_t note(cudaError_t error);
/* A mistake of the code under test: sentence to stderr and cuda_on_host_report(). */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The device is lost: every later call answers `error`. */
void lose_device(cudaError_t error);
bool device_is_lost();
/* Counts down to an injected failure. */
bool injected(cuda_on_host_call call);
/* cudaErrorInvalidDevice for a number there is not. */
cudaError_t check_device(int device);
size_t device_memory(); /* of the device that was set */
size_t shared_most();
/* Bytes that the stacks of all threads take beyond what every device keeps for them. */
size_t reserved_for_stacks();

/* registry.cpp */
void register_launch(const char *name);
size_t kernel_shared_limit(const void *kernel);

/* block.cpp: runs a launch now. */
void run_launch(const launch_shape &shape, const std::function<void()> &call);

/* memory.cpp */
enum class place { pageable, pinned, device };
/* Where `bytes` bytes from `pointer` lie; complains and answers false if they leave an
 * allocation. */
bool locate(const void *pointer, size_t bytes, const char *what, place *where);
/* Device memory is usable between the outermost open() and close(). */
void open_memory();
void close_memory();
cudaError_t free_device(void *pointer);
void poison(void *start, size_t bytes);
/* Whether host code may read these bytes now, found out without reading them. */
bool is_readable(const void *start, size_t bytes);
void live_memory(cuda_on_host_objects *objects);

/* stream.cpp */
cudaError_t enqueue(cudaStream_t stream, std::function<void()> work);
/* Works through a queue, or all of them. */
void run_stream(cudaStream_t stream);
void run_all();
void live_streams(cuda_on_host_objects *objects);

/* fft.cpp */
void live_plans(cuda_on_host_objects *objects);

} // namespace shim

#endif
