/* kernels_of_tests.h - device arrays for the tests of the shim. */
#ifndef QFP_SHIM_KERNELS_OF_TESTS_H
#define QFP_SHIM_KERNELS_OF_TESTS_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "cuda/launch.cuh"
#include "cuda_on_host.h"

template <class T> struct device {
    T *data;
    size_t count;
    explicit device(size_t n) : data(nullptr), count(n)
    {
        cr_assert(cudaMalloc(&data, n * sizeof(T)) == cudaSuccess);
    }
    explicit device(const std::vector<T> &from) : device(from.size())
    {
        cr_assert(cudaMemcpy(data, from.data(), count * sizeof(T), cudaMemcpyHostToDevice) ==
                  cudaSuccess);
    }
    device(const device &) = delete;
    device &operator=(const device &) = delete;
    ~device()
    {
        (void)cudaFree(data);
    }
    std::vector<T> read() const
    {
        std::vector<T> to(count);
        cr_assert(cudaMemcpy(to.data(), data, count * sizeof(T), cudaMemcpyDeviceToHost) ==
                  cudaSuccess);
        return to;
    }
};

#endif
