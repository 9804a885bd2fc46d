/* common.h - what lets one header be C11 for the CPU and CUDA C++ for the device. */
#ifndef QFPI_SHARED_COMMON_H
#define QFPI_SHARED_COMMON_H

#include <stddef.h>

#ifdef __CUDACC__
#define QFP_HD __host__ __device__
#else
#define QFP_HD
#endif

#define QFP_RESTRICT __restrict__

#endif
