/* range.cuh - a named range on the profiler's time line, from here to the end of the scope. */
#ifndef QFPI_CUDA_RANGE_CUH
#define QFPI_CUDA_RANGE_CUH

#include <nvtx3/nvToolsExt.h>

struct cuda_range {
    explicit cuda_range(const char *name)
    {
        nvtxRangePushA(name);
    }
    ~cuda_range()
    {
        nvtxRangePop();
    }
    cuda_range(const cuda_range &) = delete;
    cuda_range &operator=(const cuda_range &) = delete;
};

#endif
