/* complex.cuh - an entry of a complex array, loaded and stored in one piece. */
#ifndef QFPI_CUDA_COMPLEX_CUH
#define QFPI_CUDA_COMPLEX_CUH

template <class R> struct alignas(2 * sizeof(R)) cuda_complex {
    R re, im;
};

#endif
