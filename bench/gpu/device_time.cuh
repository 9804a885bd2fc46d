/* device_time.cuh - seconds of queued work by events, and a way out of failed calls. */
#ifndef QFPI_BENCH_DEVICE_TIME_CUH
#define QFPI_BENCH_DEVICE_TIME_CUH

#include <cuda_runtime.h>

#include <algorithm>

#define DEVICE_TRY(call)                                                                           \
    do {                                                                                           \
        cudaError_t device_try_error_ = (call);                                                    \
        if (device_try_error_ != cudaSuccess)                                                      \
            return device_try_error_;                                                              \
    } while (0)

/* Median seconds of one of `calls` calls of `queue`, which queues work on the default stream and
 * returns its error.  The first batch warms up and is not counted. */
template <class Queue> cudaError_t device_seconds(int calls, Queue queue, double *seconds)
{
    constexpr int batches = 9;
    double spent[batches];
    cudaEvent_t begin, end;
    DEVICE_TRY(cudaEventCreate(&begin));
    DEVICE_TRY(cudaEventCreate(&end));
    for (int batch = -1; batch < batches; batch++) {
        float milliseconds = 0.0f;
        DEVICE_TRY(cudaEventRecord(begin));
        for (int call = 0; call < calls; call++)
            DEVICE_TRY(queue());
        DEVICE_TRY(cudaEventRecord(end));
        DEVICE_TRY(cudaEventSynchronize(end));
        DEVICE_TRY(cudaEventElapsedTime(&milliseconds, begin, end));
        if (batch >= 0)
            spent[batch] = 1e-3 * milliseconds / calls;
    }
    DEVICE_TRY(cudaEventDestroy(begin));
    DEVICE_TRY(cudaEventDestroy(end));
    std::nth_element(spent, spent + batches / 2, spent + batches);
    *seconds = spent[batches / 2];
    return cudaSuccess;
}

#endif
