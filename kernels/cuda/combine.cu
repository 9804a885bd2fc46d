/* combine.cu - y = beta y + Σ a_k x_k, term after term in every cell. */
#include "cuda/device.cuh"
#include "cuda/range.cuh"
#include "cuda/slots.h"

enum { TERMS = 16, SET = 0, SCALE = 1, CONTINUE = 2 };

/* Of one pass: TERMS vectors at most, the next pass goes on from what y holds. */
template <class R> struct combination {
    const R *x[TERMS];
    const double *factor[TERMS]; /* of the x, nullptr: 1 */
    double a[TERMS], beta;
    int terms, start; /* from a_0 x_0, from beta y, from y */
};

template <class R, bool SCALED>
static __device__ R element(const combination<R> &c, int k, const double *scale, size_t i)
{
    return SCALED ? (R)(scale[k] * c.x[k][i]) : c.x[k][i];
}

/* SCALED: one of the x at least is to be multiplied by its factor first. */
template <class R, bool SCALED>
static __global__ void k_combine(size_t count, combination<R> c, R *y)
{
    QFP_SHARED(double, scale); /* [TERMS], read by every thread */
    if (SCALED) {
        if ((int)threadIdx.x < c.terms)
            scale[threadIdx.x] = cuda_scale(c.factor[threadIdx.x]);
        __syncthreads();
    }
    for (size_t i = cuda_first_cell(); i < count; i += cuda_cell_step()) {
        int k = c.start == SET;
        double sum = k                  ? c.a[0] * element<R, SCALED>(c, 0, scale, i)
                     : c.start == SCALE ? c.beta * y[i]
                                        : y[i];
#pragma unroll 4
        for (; k < c.terms; ++k)
            sum += c.a[k] * element<R, SCALED>(c, k, scale, i);
        y[i] = (R)sum;
    }
}

template <class R>
static qfp_status combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                          qfp_buffer *const *x)
{
    int done = 0;
    do {
        combination<R> c = {};
        c.beta = beta;
        c.start = done > 0 ? CONTINUE : beta == 0.0 ? SET : SCALE;
        c.terms = terms - done < TERMS ? terms - done : TERMS;
        bool scaled = false;
        for (int k = 0; k < c.terms; ++k) {
            c.x[k] = cuda_unscaled<R>(x[done + k]);
            c.factor[k] = cuda_factor(x[done + k]);
            c.a[k] = a[done + k];
            scaled = scaled || c.factor[k] != nullptr;
        }
        R *to = c.start == SET ? cuda_overwritten<R>(y, count) : cuda_data<R>(y);
        if (scaled)
            QFP_LAUNCH((k_combine<R, true>), cuda_blocks(count), CUDA_THREADS,
                       TERMS * sizeof(double), y->context->stream, count, c, to);
        else
            QFP_LAUNCH((k_combine<R, false>), cuda_blocks(count), CUDA_THREADS, 0,
                       y->context->stream, count, c, to);
        QFP_CUDA_LAUNCHED("k_combine");
        done += c.terms;
    } while (done < terms);
    return QFP_OK;
}

qfp_status cuda_combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                        qfp_buffer *const *x)
{
    cuda_range range("combine");
    if (count == 0)
        return QFP_OK;
    if (terms == 0 && beta == 0.0) {
        QFP_CUDA_TRY(cudaMemsetAsync(cuda_overwritten<void>(y, count), 0,
                                     count * cuda_real_bytes(y->context), y->context->stream),
                     "clearing a buffer");
        return QFP_OK;
    }
    return CUDA_BY_PRECISION(y->context, combine, count, beta, y, terms, a, x);
}
