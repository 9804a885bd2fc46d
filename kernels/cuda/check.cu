/* check.cu - see check.cuh. */
#include "cuda/check.cuh"

qfp_status cuda_fail(cudaError_t error, const char *what, const char *file, int line)
{
    qfp_status status = error == cudaErrorMemoryAllocation ? QFP_MEMORY : QFP_DEVICE;
    (void)cudaGetLastError(); /* reported here; the next launch must not find it */
    return qfpi_error_record(status, file, line, "%s: %s (%s)", what, cudaGetErrorString(error),
                             cudaGetErrorName(error));
}

static const char *fft_text(cufftResult result)
{
    switch (result) {
    case CUFFT_ALLOC_FAILED:
        return "out of memory";
    case CUFFT_INVALID_SIZE:
        return "a length it does not support";
    case CUFFT_SETUP_FAILED:
        return "cuFFT could not be initialised";
    case CUFFT_EXEC_FAILED:
        return "a transform failed on the device";
    case CUFFT_INVALID_VALUE:
        return "an argument out of range";
    case CUFFT_INTERNAL_ERROR:
        return "an internal error of cuFFT";
    default:
        return "an error of cuFFT";
    }
}

qfp_status cuda_fft_fail(cufftResult result, const char *what, const char *file, int line)
{
    qfp_status status = result == CUFFT_ALLOC_FAILED ? QFP_MEMORY : QFP_DEVICE;
    return qfpi_error_record(status, file, line, "%s: %s (cuFFT code %d)", what, fft_text(result),
                             static_cast<int>(result));
}
