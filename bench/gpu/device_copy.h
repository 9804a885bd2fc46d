/* device_copy.h - what a device copies at best, without the project's own kernels. */
#ifndef QFPI_BENCH_DEVICE_COPY_H
#define QFPI_BENCH_DEVICE_COPY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes per second, read and written ones counted, of y = x for arrays of `bytes` (a multiple of
 * 16) on the current device: by cudaMemcpyAsync, and by a kernel with loads of 16 bytes.  Medians
 * of event times.  NULL, or the sentence why there is none, valid until the next call. */
const char *device_copy_rates(size_t bytes, double *memcpy_rate, double *kernel_rate);

#ifdef __cplusplus
}
#endif
#endif
