/* stencil.cu - generators in the Fock basis: y = L x in one gather pass.
 *
 * Rows m and D-1-m of the packed triangle have D + 1 entries together.  Such a pair of rows is cut
 * into tiles of one block each, one entry per thread, so that neighbours in a tile are neighbours
 * in memory.
 */
#include <limits.h>
#include <stdlib.h>

#include "cuda/complex.cuh"
#include "cuda/device.cuh"
#include "cuda/range.cuh"
#include "cuda/slots.h"
#include "staging/stencil_stage.h"

enum { THREADS = 128 };

struct qfp_stencil {
    qfp_context *context;
    qfpi_stencil_view view; /* into the arrays below, which are device memory */
    ptrdiff_t *shifts;
    double *row, *column;
};

struct triangle_entry {
    size_t m, n;
    int exists;
};

/* The entry (m, n) of the running thread. */
static __device__ triangle_entry entry_of(size_t dimension, unsigned tiles)
{
    size_t pair = blockIdx.x / tiles, i = (size_t)(blockIdx.x % tiles) * blockDim.x + threadIdx.x;
    size_t first_length = dimension - pair, mirror = dimension - 1 - pair;
    triangle_entry e = {pair, pair + i, i <= dimension};
    if (i >= first_length) {
        e.m = mirror;
        e.n = mirror + i - first_length;
        e.exists = e.exists && mirror != pair; /* the middle row stands alone */
    }
    return e;
}

template <class R>
static __global__ void k_stencil_apply(qfpi_stencil_view s, unsigned tiles,
                                       const cuda_complex<R> *x, cuda_complex<R> *y)
{
    triangle_entry e = entry_of(s.dimension, tiles);
    if (!e.exists)
        return;
    qfpi_stencil_sums sums = {0.0, 0.0, 0.0, 0.0};
    for (size_t t = 0; t < s.terms; ++t) {
        double row_re = s.row[2 * (t * s.dimension + e.m)];
        double row_im = s.row[2 * (t * s.dimension + e.m) + 1];
        size_t column = e.n + (size_t)s.column_shift[t]; /* wraps to something large below 0 */
        if ((row_re == 0.0 && row_im == 0.0) || column >= s.dimension)
            continue;
        double re_factor, im_factor;
        cuda_complex<R> v = x[qfpi_stencil_place(s.dimension, e.m + (size_t)s.row_shift[t], column,
                                                 &re_factor, &im_factor)];
        qfpi_stencil_add(row_re, row_im, s.column[t * s.dimension + e.n], re_factor * v.re,
                         im_factor * v.im, &sums);
    }
    double re = sums.a_re - sums.b_im, im = sums.a_im + sums.b_re;
    if (e.m == e.n) {
        re *= QFPI_ROOT_HALF;
        im = 0.0;
    }
    y[qfpi_triangle(s.dimension, e.m) + e.n - e.m] = cuda_complex<R>{(R)re, (R)im};
}

template <class R>
static __global__ void k_stencil_exponential(qfpi_stencil_view s, unsigned tiles, double t,
                                             cuda_complex<R> *x)
{
    triangle_entry e = entry_of(s.dimension, tiles);
    if (!e.exists)
        return;
    cuda_complex<R> *at = x + qfpi_triangle(s.dimension, e.m) + e.n - e.m;
    double re = at->re, im = at->im;
    qfpi_stencil_exponential_cell(&s, t, e.m, e.n, &re, &im);
    *at = cuda_complex<R>{(R)re, (R)im};
}

template <class R>
static __global__ void k_band(size_t dimension, size_t shift, const cuda_complex<R> *x, double *out)
{
    double scale = shift == 0 ? 1.0 : QFPI_ROOT_HALF;
    for (size_t m = cuda_first_cell(); m + shift < dimension; m += cuda_cell_step()) {
        cuda_complex<R> v = x[qfpi_triangle(dimension, m) + shift];
        out[2 * m] = scale * v.re;
        out[2 * m + 1] = scale * v.im;
    }
}

static qfp_status upload(qfp_stencil *s, const qfpi_stencil_stage *stage)
{
    size_t terms = stage->view.terms, d = stage->view.dimension;
    QFP_TRY(cuda_stage(s->context, stage->shifts, 2 * terms, "a stencil", &s->shifts));
    QFP_TRY(cuda_stage(s->context, stage->row, 2 * terms * d, "the tables of a stencil", &s->row));
    QFP_TRY(
        cuda_stage(s->context, stage->column, terms * d, "the tables of a stencil", &s->column));
    s->view = stage->view;
    s->view.row_shift = s->shifts;
    s->view.column_shift = s->shifts + terms;
    s->view.row = s->row;
    s->view.column = s->column;
    return QFP_OK;
}

qfp_status cuda_stencil_create(qfp_context *context, size_t dimension, size_t term_count,
                               const qfp_stencil_term *terms, qfp_stencil **out)
{
    qfp_stencil *stencil = nullptr;
    qfpi_stencil_stage stage;
    *out = nullptr;
    QFP_TRY(qfpi_stencil_stage_create(dimension, term_count, terms, &stage));
    qfp_status status = QFP_ALLOCATE(stencil, 1, "a stencil");
    if (status == QFP_OK) {
        stencil->context = context;
        status = upload(stencil, &stage);
    }
    qfpi_stencil_stage_free(&stage);
    if (status != QFP_OK) {
        cuda_stencil_destroy(stencil);
        return status;
    }
    *out = stencil;
    return QFP_OK;
}

void cuda_stencil_destroy(qfp_stencil *stencil)
{
    if (stencil == nullptr)
        return;
    (void)cudaFree(stencil->shifts);
    (void)cudaFree(stencil->row);
    (void)cudaFree(stencil->column);
    free(stencil);
}

static qfp_status tiles_of(size_t dimension, unsigned *tiles, unsigned *blocks)
{
    size_t per_pair = (dimension + 1 + THREADS - 1) / THREADS, pairs = (dimension + 1) / 2;
    if (per_pair > INT_MAX / pairs)
        return QFP_FAIL(QFP_UNSUPPORTED, "a stencil on %zu levels: too many entries for one launch",
                        dimension);
    *tiles = (unsigned)per_pair;
    *blocks = (unsigned)(per_pair * pairs);
    return QFP_OK;
}

template <class R> static qfp_status apply(const qfp_stencil *s, const qfp_buffer *x, qfp_buffer *y)
{
    unsigned tiles = 0, blocks = 0;
    QFP_TRY(tiles_of(s->view.dimension, &tiles, &blocks));
    QFP_LAUNCH(k_stencil_apply<R>, blocks, THREADS, 0, s->context->stream, s->view, tiles,
               (const cuda_complex<R> *)cuda_data<cuda_complex<R>>(x),
               cuda_data<cuda_complex<R>>(y));
    QFP_CUDA_LAUNCHED("k_stencil_apply");
    return QFP_OK;
}

qfp_status cuda_stencil_apply(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y)
{
    cuda_range range("stencil_apply");
    return CUDA_BY_PRECISION(stencil->context, apply, stencil, x, y);
}

template <class R> static qfp_status exponential(const qfp_stencil *s, double t, qfp_buffer *x)
{
    unsigned tiles = 0, blocks = 0;
    QFP_TRY(tiles_of(s->view.dimension, &tiles, &blocks));
    QFP_LAUNCH(k_stencil_exponential<R>, blocks, THREADS, 0, s->context->stream, s->view, tiles, t,
               cuda_data<cuda_complex<R>>(x));
    QFP_CUDA_LAUNCHED("k_stencil_exponential");
    return QFP_OK;
}

qfp_status cuda_stencil_exponential(const qfp_stencil *stencil, double t, qfp_buffer *x)
{
    cuda_range range("stencil_exponential");
    return CUDA_BY_PRECISION(stencil->context, exponential, stencil, t, x);
}

template <class R>
static qfp_status band(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x)
{
    QFP_LAUNCH(k_band<R>, cuda_blocks(dimension - shift), CUDA_THREADS, 0, context->stream,
               dimension, shift, (const cuda_complex<R> *)cuda_data<cuda_complex<R>>(x),
               context->scratch);
    QFP_CUDA_LAUNCHED("k_band");
    return QFP_OK;
}

qfp_status cuda_band(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x,
                     double *out)
{
    cuda_range range("band");
    if (shift >= dimension)
        return QFP_FAIL(QFP_INTERNAL, "band %zu of %zu levels", shift, dimension);
    size_t doubles = 2 * (dimension - shift);
    QFP_TRY(cuda_reserve(context, doubles));
    QFP_TRY(CUDA_BY_PRECISION(context, band, context, dimension, shift, x));
    QFP_CUDA_TRY(cudaMemcpyAsync(out, context->scratch, doubles * sizeof *out,
                                 cudaMemcpyDeviceToHost, context->stream),
                 "copying a band from the device");
    return cuda_synchronize(context);
}
