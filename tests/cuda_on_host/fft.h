/* fft.h - INTERNAL to tests/cuda_on_host: what a cuFFT plan holds. */
#ifndef QFP_SHIM_FFT_H
#define QFP_SHIM_FFT_H

#include <cufft.h>
#include <fftw3.h>

#include "shim.h"

namespace shim {

/* Where element (i_1, …) of transform b stands: b dist + Σ i_d stride[d]. */
struct fft_side {
    long long length[3], stride[3], dist;
    size_t element_bytes;
};

struct fft_plan {
    bool made, automatic;
    cufftType type;
    int rank;
    long long n[3], batch;
    fft_side in, out;
    size_t work_bytes;
    void *work, *own_work;
    cudaStream_t stream;
    void *made_for[2][2]; /* FFTW plans: [in place][forward, inverse] */
};

bool fft_is_double(cufftType type);
bool fft_is_complex(cufftType type); /* on both sides */
bool fft_to_real(cufftType type);

/* fft_run.cpp: carries the transform out, and poisons the input of one to real numbers. */
void fft_run(fft_plan *plan, void *in, void *out, int direction);
void fft_forget(fft_plan *plan);
/* Elements from the first to the last one of a side. */
size_t fft_span(const fft_plan &plan, const fft_side &side);

} // namespace shim

#endif
