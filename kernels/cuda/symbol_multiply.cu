/* symbol_multiply.cu - the hot loop: one pass y (+)= scale s x over an array. */
#include "cuda/complex.cuh"
#include "cuda/range.cuh"
#include "cuda/symbol.cuh"

/* Of the multiplier; REAL_ARRAY is a real multiplier on Z. */
enum kind { REAL_ARRAY, REAL, IMAGINARY, COMPLEX };

enum { CELLS = 2048, MOST_ROWS = 128 }; /* of a block */

template <class R>
static __device__ void store(int accumulate, double re, double im, cuda_complex<R> *y)
{
    if (accumulate) {
        cuda_complex<R> old = *y;
        re = (double)old.re + re;
        im = (double)old.im + im;
    }
    *y = cuda_complex<R>{(R)re, (R)im};
}

template <class R, int KIND>
static __device__ void multiply_cell(int accumulate, double s_re, double s_im, const R *x, R *y,
                                     size_t i)
{
    if (KIND == REAL_ARRAY) {
        double value = s_re * x[i];
        y[i] = (R)(accumulate ? (double)y[i] + value : value);
        return;
    }
    cuda_complex<R> v = reinterpret_cast<const cuda_complex<R> *>(x)[i];
    cuda_complex<R> *to = reinterpret_cast<cuda_complex<R> *>(y) + i;
    if (KIND == REAL)
        store<R>(accumulate, s_re * v.re, s_re * v.im, to);
    else if (KIND == IMAGINARY)
        store<R>(accumulate, -(s_im * v.im), s_im * v.re, to);
    else
        store<R>(accumulate, qfpi_multiply_re_cell(s_re, s_im, v.re, v.im),
                 qfpi_multiply_im_cell(s_re, s_im, v.re, v.im), to);
}

/* The threads of a block go over the cells of its rows, which are consecutive in memory. */
template <class R, int KIND>
static __global__ void k_symbol_multiply(cuda_symbol_view v, unsigned rows_per_block, double scale,
                                         int accumulate, const R *x, R *y)
{
    QFP_SHARED(double, shared);
    const size_t first = (size_t)blockIdx.x * rows_per_block;
    cuda_row_set set = cuda_symbol_fill(
        v, rows_per_block, cuda_rows_there(v.shape.rows, first, rows_per_block),
        [=](unsigned row) { return first + row; }, scale, 0, shared);
    unsigned length = (unsigned)v.shape.row;
    unsigned rows_on = blockDim.x / length, rest_on = blockDim.x % length;
    unsigned row = threadIdx.x / length, i = threadIdx.x % length;
    for (size_t cell = first * length + threadIdx.x; row < set.rows; cell += blockDim.x) {
        double s_re = 0.0, s_im = 0.0;
        if (KIND != IMAGINARY)
            s_re = cuda_symbol_value(v, set, set.re, row, i);
        if (KIND == IMAGINARY || KIND == COMPLEX)
            s_im = cuda_symbol_value(v, set, set.im, row, i);
        multiply_cell<R, KIND>(accumulate, s_re, s_im, x, y, cell);
        row += rows_on;
        i += rest_on;
        if (i >= length) {
            i -= length;
            row += 1;
        }
    }
}

template <class R, int KIND>
static qfp_status multiply(const qfp_symbol *symbol, double scale, const qfp_buffer *x,
                           qfp_buffer *y, int accumulate)
{
    const cuda_symbol_view *view = &symbol->view;
    unsigned rows = cuda_symbol_rows(view, CELLS, MOST_ROWS), blocks = 0;
    QFP_TRY(cuda_symbol_grid(view, rows, &blocks));
    QFP_LAUNCH((k_symbol_multiply<R, KIND>), blocks, CUDA_THREADS, cuda_symbol_shared(view, rows),
               symbol->plan->context->stream, *view, rows, scale, accumulate,
               (const R *)cuda_data<R>(x), cuda_data<R>(y));
    QFP_CUDA_LAUNCHED("k_symbol_multiply");
    return QFP_OK;
}

template <class R>
static qfp_status multiply_kind(const qfp_symbol *symbol, double scale, const qfp_buffer *x,
                                qfp_buffer *y, int accumulate)
{
    if (symbol->space == QFP_SPACE_Z)
        return multiply<R, REAL_ARRAY>(symbol, scale, x, y, accumulate);
    if (!symbol->view.has_im)
        return multiply<R, REAL>(symbol, scale, x, y, accumulate);
    if (!symbol->view.has_re)
        return multiply<R, IMAGINARY>(symbol, scale, x, y, accumulate);
    return multiply<R, COMPLEX>(symbol, scale, x, y, accumulate);
}

qfp_status cuda_symbol_multiply(const qfp_symbol *symbol, double scale, qfp_buffer *x,
                                qfp_buffer *y, int accumulate)
{
    cuda_range range(accumulate ? "symbol_multiply add" : "symbol_multiply");
    return CUDA_BY_PRECISION(symbol->plan->context, multiply_kind, symbol, scale, x, y, accumulate);
}
