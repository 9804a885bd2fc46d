/* cuda_on_host.h - the project's CUDA sources executed on the CPU, for tests.
 *
 * The .cu files of kernels/cuda are compiled a second time, by the C++ compiler, with the folder
 * include/ first on the include path.  There stand headers with the names of the toolkit's which
 * declare the subset of CUDA the project uses, and a launch.cuh in which QFP_LAUNCH is a template
 * instead of <<<>>> and QFP_SHARED a pointer instead of an extern array.  Nothing else
 * distinguishes the two compilations.
 *
 * Work of a stream.  A launch, an asynchronous copy, a transform is put into the queue of its
 * stream with its arguments and carried out when somebody waits for it (stream.cpp).  Everything
 * that happens too early on the host is therefore seen: a pinned destination holds NaNs until the
 * stream is synchronised, and a source in host memory, pinned or not, must then be what it was at
 * the call.  Copies to pageable memory wait, as documented by CUDA.
 *
 * Blocks and threads (block.cpp).  Blocks run one after the other; the threads of a block run one
 * after the other until a __syncthreads(), where a thread leaves its stack (a fiber) and the next
 * one continues.  A kernel without barriers is thus a plain loop on one stack.  A barrier is passed
 * when all threads of the block wait at the same line; anything else is reported as a divergence.
 * QFP_CUDA_ON_HOST_ORDER=reverse or shuffle changes the order of blocks and threads: results must
 * not depend on it, and a missing barrier shows.
 *
 * Memory (memory.cpp).  Device memory is closed while no queue is being worked through: reading it
 * from the host is a segmentation fault, or a report under the address sanitizer.  It is filled
 * with signalling NaNs when allocated; shared memory is filled at the start of every block, and has
 * exactly the declared size.  Guard pages (sanitizer: red zones) stand around each allocation,
 * freed memory stays closed.
 *
 * Errors end the life of the device as on a real one: the call that waits returns the error, and so
 * does every later call; cuda_on_host_report() has the sentence.
 *
 * Not imitated: see README.md.
 */
#ifndef QFP_CUDA_ON_HOST_H
#define QFP_CUDA_ON_HOST_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What was asked of the device since the process began. */
typedef struct cuda_on_host_counters {
    size_t launches, transforms;
    size_t allocations;      /* cudaMalloc and work areas of transforms */
    size_t synchronisations; /* calls that waited for a stream or the device */
    size_t memory_questions; /* cudaMemGetInfo */
    size_t bytes_to_device, bytes_to_host;
} cuda_on_host_counters;
cuda_on_host_counters cuda_on_host_count(void);

/* Objects not yet given back: allocations (device and pinned), streams, events, FFT plans. */
typedef struct cuda_on_host_objects {
    size_t allocations, bytes, pinned, streams, events, plans;
} cuda_on_host_objects;
cuda_on_host_objects cuda_on_host_live(void);
size_t cuda_on_host_live_total(void);

/* NVTX ranges pushed and not popped. */
int cuda_on_host_open_ranges(void);

/* Which call of a kind fails next: 1 is the coming one, 0 none.  Also from the environment, at the
 * start of the process: QFP_CUDA_ON_HOST_FAIL_MALLOC, _FAIL_LAUNCH, _FAIL_COPY, _FAIL_PLAN = n. */
typedef enum cuda_on_host_call {
    CUDA_ON_HOST_MALLOC, /* cudaErrorMemoryAllocation */
    CUDA_ON_HOST_LAUNCH, /* cudaErrorLaunchFailure, sticky, when the kernel runs */
    CUDA_ON_HOST_COPY,   /* cudaErrorUnknown from a copy call */
    CUDA_ON_HOST_PLAN,   /* CUFFT_INTERNAL_ERROR when a transform is planned */
    CUDA_ON_HOST_CALLS
} cuda_on_host_call;
void cuda_on_host_fail(cuda_on_host_call call, size_t nth);
/* A lost device is as good as new: for tests that lose many. */
void cuda_on_host_repair(void);

/* What answers to cudaGetDeviceCount and everything else.  Environment: QFP_CUDA_ON_HOST_DEVICE =
 * present, none, no-driver, or the number of devices. */
typedef enum cuda_on_host_machine {
    CUDA_ON_HOST_PRESENT,
    CUDA_ON_HOST_NO_DEVICE, /* cudaErrorNoDevice */
    CUDA_ON_HOST_NO_DRIVER  /* cudaErrorInsufficientDriver */
} cuda_on_host_machine;
void cuda_on_host_set_machine(cuda_on_host_machine machine);

/* How many devices there are (default 1).  All are one: they differ in name and in their memory,
 * half as much for each after the first. */
void cuda_on_host_set_devices(int count);

/* Bytes of the device (default 8 GiB): what is beyond is refused and cudaMemGetInfo knows it. */
void cuda_on_host_set_memory(size_t bytes);

/* Bytes of shared memory that a block may have (default 227 KiB, beyond 48 KiB after asking). */
void cuda_on_host_set_shared(size_t bytes);

/* Bytes of stack that every kernel says it takes per thread (default 0); launches do not care. */
void cuda_on_host_set_stack(size_t bytes);

/* The last sentence of the shim about a mistake of the code under test, "" if none. */
const char *cuda_on_host_report(void);

/* Whether host code may read this byte now, found out without reading it. */
int cuda_on_host_is_readable(const void *byte);

/* Kernels launched so far in this process, without template arguments; NULL after the last.  With
 * QFP_CUDA_ON_HOST_LAUNCHED=FILE every process appends the names to FILE. */
const char *cuda_on_host_launched(size_t i);

#ifdef __cplusplus
}
#endif
#endif
