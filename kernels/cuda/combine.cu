/* combine.cu - y = beta y + Σ a_k x_k, term after term in every cell. */
#include "cuda/device.cuh"
#include "cuda/pack.cuh"
#include "cuda/range.cuh"

enum { TERMS = 16, SET = 0, SCALE = 1, CONTINUE = 2 };

/* Of one pass: TERMS vectors at most, the next pass goes on from what y holds. */
template <class R> struct combination {
    const R *x[TERMS];
    const double *factor[TERMS]; /* of the x, nullptr: 1 */
    double a[TERMS], beta;
    int terms, start; /* from a_0 x_0, from beta y, from y */
};

/* The first summand, of x_0 or of y. */
template <class R> static __device__ double first_of(const combination<R> &c, R value)
{
    return c.start == SET ? c.a[0] * value : c.start == SCALE ? c.beta * value : value;
}

/* An element of x_k times what it owes. */
template <class R, bool SCALED> static __device__ R settled(const double *scale, int k, R value)
{
    return SCALED ? (R)(scale[k] * value) : value;
}

/* A pack of cells a thread; the last cells, which are less than a pack, one each.  SCALED: one of
 * the x at least is to be multiplied by its factor first. */
template <class R, bool SCALED>
static __global__ void k_combine(size_t count, combination<R> c, R *y)
{
    using pack = cuda_pack<R>;
    QFP_SHARED(double, scale); /* [TERMS], read by every thread */
    if (SCALED) {
        if ((int)threadIdx.x < c.terms)
            scale[threadIdx.x] = cuda_scale(c.factor[threadIdx.x]);
        __syncthreads();
    }
    const size_t whole = count / pack::SIZE * pack::SIZE;
    const int first = c.start == SET;
    for (size_t i = pack::SIZE * cuda_first_cell(); i < whole; i += pack::SIZE * cuda_cell_step()) {
        const pack old = cuda_load_pack(first ? c.x[0] + i : y + i);
        double sum[pack::SIZE];
        for (unsigned l = 0; l < pack::SIZE; ++l)
            sum[l] = first_of(c, first ? settled<R, SCALED>(scale, 0, old.at[l]) : old.at[l]);
#pragma unroll 4
        for (int k = first; k < c.terms; ++k) {
            const pack x = cuda_load_pack(c.x[k] + i);
            for (unsigned l = 0; l < pack::SIZE; ++l)
                sum[l] += c.a[k] * settled<R, SCALED>(scale, k, x.at[l]);
        }
        pack result;
        for (unsigned l = 0; l < pack::SIZE; ++l)
            result.at[l] = (R)sum[l];
        cuda_store_pack(y + i, result);
    }
    for (size_t i = whole + cuda_first_cell(); i < count; i += cuda_cell_step()) {
        double sum = first_of(c, first ? settled<R, SCALED>(scale, 0, c.x[0][i]) : y[i]);
#pragma unroll 1
        for (int k = first; k < c.terms; ++k)
            sum += c.a[k] * settled<R, SCALED>(scale, k, c.x[k][i]);
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
        unsigned blocks = cuda_blocks((count + cuda_pack<R>::SIZE - 1) / cuda_pack<R>::SIZE);
        if (scaled)
            QFP_LAUNCH((k_combine<R, true>), blocks, CUDA_THREADS, TERMS * sizeof(double),
                       y->context->stream, count, c, to);
        else
            QFP_LAUNCH((k_combine<R, false>), blocks, CUDA_THREADS, 0, y->context->stream, count, c,
                       to);
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
