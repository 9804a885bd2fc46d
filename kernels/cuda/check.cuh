/* check.cuh - errors of the CUDA runtime and of cuFFT as qfp_status, with a sentence. */
#ifndef QFPI_CUDA_CHECK_CUH
#define QFPI_CUDA_CHECK_CUH

#include <cufft.h>

#include "core/error.h"
#include "cuda/launch.cuh"

/* Records "what: reason" at file:line; QFP_MEMORY when the device ran out, else QFP_DEVICE. */
qfp_status cuda_fail(cudaError_t error, const char *what, const char *file, int line) QFP_MUST_USE;
qfp_status cuda_fft_fail(cufftResult result, const char *what, const char *file,
                         int line) QFP_MUST_USE;

/* Returns from the calling function when the call fails; `what` says what was being done. */
#define QFP_CUDA_TRY(call, what)                                                                   \
    do {                                                                                           \
        cudaError_t qfp_try_error_ = (call);                                                       \
        if (qfp_try_error_ != cudaSuccess)                                                         \
            return cuda_fail(qfp_try_error_, (what), __FILE__, __LINE__);                          \
    } while (0)

#define QFP_CUFFT_TRY(call, what)                                                                  \
    do {                                                                                           \
        cufftResult qfp_try_result_ = (call);                                                      \
        if (qfp_try_result_ != CUFFT_SUCCESS)                                                      \
            return cuda_fft_fail(qfp_try_result_, (what), __FILE__, __LINE__);                     \
    } while (0)

/* What follows every launch: whether it could be queued. */
#define QFP_CUDA_LAUNCHED(kernel) QFP_CUDA_TRY(cudaGetLastError(), "launching " kernel)

#endif
