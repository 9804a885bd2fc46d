/* stencil.cu - generators in the Fock basis: y = L x in one gather pass.
 *
 * Rows m and D-1-m of the packed triangle have D + 1 entries together.  Such a pair of rows is cut
 * into tiles of one block each, one entry per thread, so that neighbours in a tile are neighbours
 * in memory.  What a term is to a row, its factor and where its sources are, is the same for the
 * whole row: the block works it out once, some terms at a time, in shared memory.
 *
 * Places in arrays are of type Index, 32 bits wherever that is enough.
 */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "cuda/complex.cuh"
#include "cuda/device.cuh"
#include "cuda/range.cuh"
#include "cuda/objects.cuh"
#include "staging/stencil_stage.h"

enum { THREADS = 128, BATCH = THREADS / 2 };

struct qfp_stencil {
    qfp_context *context;
    qfpi_stencil_view view; /* into the arrays below, which are device memory */
    ptrdiff_t *shifts;
    double *row, *column;
};

struct triangle_entry {
    unsigned m, n;
    int exists, second; /* of the two rows */
};

/* Entry i of a pair of rows. */
static __device__ triangle_entry entry_of(unsigned dimension, unsigned pair, unsigned i)
{
    unsigned first_length = dimension - pair, mirror = dimension - 1 - pair;
    triangle_entry e = {pair, pair + i, i <= dimension, 0};
    if (i >= first_length) {
        e.m = mirror;
        e.n = mirror + i - first_length;
        e.exists = e.exists && mirror != pair; /* the middle row stands alone */
        e.second = 1;
    }
    return e;
}

/* The entry of the running thread. */
static __device__ triangle_entry own_entry(unsigned dimension, unsigned tiles)
{
    return entry_of(dimension, blockIdx.x / tiles, blockIdx.x % tiles * THREADS + threadIdx.x);
}

/* qfpi_triangle in Index, where d (d + 1) is one. */
template <class Index> static __device__ Index triangle(Index d, Index m)
{
    return m * (2 * d - m + 1) / 2;
}

/* A term as row m sees it: entry n takes its share of entry (row, n + shift). */
template <class Index> struct alignas(16) row_term {
    cuda_complex<double> factor; /* of the row */
    unsigned above, span;        /* above the diagonal if n + above < span */
    Index source, column;        /* then x[n + source]; factors of columns: s.column[n + column] */
};

template <class Index>
static __device__ row_term<Index> row_term_of(const qfpi_stencil_view &s, size_t t, unsigned m)
{
    const cuda_complex<double> *row = reinterpret_cast<const cuda_complex<double> *>(s.row);
    const size_t d = s.dimension;
    row_term<Index> term = {row[t * d + m], 0, 0, 0, (Index)(t * d)}; /* n + shift = n + d */
    if (term.factor.re != 0.0 || term.factor.im != 0.0) {
        const size_t r = m + (size_t)s.row_shift[t], shift = (size_t)s.column_shift[t];
        term.above = (unsigned)(shift - r - 1); /* wraps, as source does */
        term.span = (unsigned)(d - 1 - r);
        term.source = (Index)(qfpi_triangle(d, r) - r + shift);
    }
    return term;
}

template <class R, class Index>
static __global__ void __launch_bounds__(THREADS)
    k_stencil_apply(qfpi_stencil_view s, unsigned tiles, const cuda_complex<R> *__restrict__ x,
                    cuda_complex<R> *y)
{
    QFP_SHARED(row_term<Index>, term); /* [BATCH] of the first row, [BATCH] of the second */
    const double *__restrict__ column = s.column;
    const unsigned d = (unsigned)s.dimension;
    const Index terms = (Index)s.terms;
    triangle_entry e = own_entry(d, tiles);
    const row_term<Index> *own = term + (e.second ? BATCH : 0);
    /* The half of the block that fills in a row's terms needs one of that row in this tile. */
    unsigned pair = blockIdx.x / tiles, begin = blockIdx.x % tiles * THREADS;
    unsigned fill = threadIdx.x / BATCH, slot = threadIdx.x % BATCH;
    bool fills = fill == 0 ? begin < d - pair : begin + THREADS > d - pair;
    qfpi_stencil_sums sums = {0.0, 0.0, 0.0, 0.0};
    for (Index first = 0; first < terms; first += BATCH) {
        unsigned count = terms - first < BATCH ? (unsigned)(terms - first) : +BATCH;
        if (first > 0)
            __syncthreads();
        if (fills && slot < count)
            term[threadIdx.x] =
                row_term_of<Index>(s, first + slot, fill == 0 ? pair : d - 1 - pair);
        __syncthreads();
        const row_term<Index> *end = own + (e.exists ? count : 0);
#pragma unroll 1
        for (const row_term<Index> *t = own; t < end; ++t) {
            const unsigned above = e.n + t->above, span = t->span;
            const Index source = e.n + t->source, factor = e.n + t->column;
            double re = 0.0, im = 0.0; /* where nothing is to be read: adds nothing */
            if (above < span) {
                re = x[source].re;
                im = x[source].im;
            } else {
                const unsigned c = above + d - span, r = d - 1 - span;
                if (c < d) { /* below 0 it is something large */
                    const Index mirrored = triangle<Index>(d, c) + (r - c);
                    double re_factor, im_factor;
                    (void)qfpi_stencil_place(d, r, c, &re_factor, &im_factor);
                    re = re_factor * x[mirrored].re;
                    im = im_factor * x[mirrored].im;
                }
            }
            qfpi_stencil_add(t->factor.re, t->factor.im, column[factor], re, im, &sums);
        }
    }
    if (!e.exists)
        return;
    double re = sums.a_re - sums.b_im, im = sums.a_im + sums.b_re;
    if (e.m == e.n) {
        re *= QFPI_ROOT_HALF;
        im = 0.0;
    }
    y[qfpi_triangle(d, e.m) + e.n - e.m] = cuda_complex<R>{(R)re, (R)im};
}

template <class R>
static __global__ void k_stencil_exponential(qfpi_stencil_view s, unsigned tiles, double t,
                                             cuda_complex<R> *x)
{
    triangle_entry e = own_entry((unsigned)s.dimension, tiles);
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

static void destroy(qfp_stencil *stencil)
{
    if (stencil == nullptr)
        return;
    (void)cudaFree(stencil->shifts);
    (void)cudaFree(stencil->row);
    (void)cudaFree(stencil->column);
    free(stencil);
}

static qfp_status create(qfp_context *context, size_t dimension, size_t term_count,
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
        destroy(stencil);
        return status;
    }
    *out = stencil;
    return QFP_OK;
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

template <class R>
static qfp_status apply_of(const qfp_stencil *s, const qfp_buffer *x, qfp_buffer *y)
{
    unsigned tiles = 0, blocks = 0;
    QFP_TRY(tiles_of(s->view.dimension, &tiles, &blocks));
    const size_t d = s->view.dimension;
    const cuda_complex<R> *from = cuda_data<cuda_complex<R>>(x);
    if (d * (d + 1) <= UINT32_MAX && s->view.terms * d <= UINT32_MAX)
        QFP_LAUNCH((k_stencil_apply<R, uint32_t>), blocks, THREADS,
                   THREADS * sizeof(row_term<uint32_t>), s->context->stream, s->view, tiles, from,
                   cuda_data<cuda_complex<R>>(y));
    else
        QFP_LAUNCH((k_stencil_apply<R, size_t>), blocks, THREADS,
                   THREADS * sizeof(row_term<size_t>), s->context->stream, s->view, tiles, from,
                   cuda_data<cuda_complex<R>>(y));
    QFP_CUDA_LAUNCHED("k_stencil_apply");
    return QFP_OK;
}

static qfp_status apply(const qfp_stencil *stencil, qfp_buffer *x, qfp_buffer *y)
{
    cuda_range range("stencil_apply");
    return CUDA_BY_PRECISION(stencil->context, apply_of, stencil, x, y);
}

template <class R> static qfp_status exponential_of(const qfp_stencil *s, double t, qfp_buffer *x)
{
    unsigned tiles = 0, blocks = 0;
    QFP_TRY(tiles_of(s->view.dimension, &tiles, &blocks));
    QFP_LAUNCH(k_stencil_exponential<R>, blocks, THREADS, 0, s->context->stream, s->view, tiles, t,
               cuda_data<cuda_complex<R>>(x));
    QFP_CUDA_LAUNCHED("k_stencil_exponential");
    return QFP_OK;
}

static qfp_status exponential(const qfp_stencil *stencil, double t, qfp_buffer *x)
{
    cuda_range range("stencil_exponential");
    return CUDA_BY_PRECISION(stencil->context, exponential_of, stencil, t, x);
}

template <class R>
static qfp_status band_of(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x)
{
    QFP_LAUNCH(k_band<R>, cuda_blocks(dimension - shift), CUDA_THREADS, 0, context->stream,
               dimension, shift, (const cuda_complex<R> *)cuda_data<cuda_complex<R>>(x),
               context->scratch);
    QFP_CUDA_LAUNCHED("k_band");
    return QFP_OK;
}

static qfp_status band(qfp_context *context, size_t dimension, size_t shift, const qfp_buffer *x,
                       double *out)
{
    cuda_range range("band");
    if (shift >= dimension)
        return QFP_FAIL(QFP_INTERNAL, "band %zu of %zu levels", shift, dimension);
    size_t doubles = 2 * (dimension - shift);
    QFP_TRY(cuda_reserve(context, doubles));
    QFP_TRY(CUDA_BY_PRECISION(context, band_of, context, dimension, shift, x));
    QFP_CUDA_TRY(cudaMemcpyAsync(out, context->scratch, doubles * sizeof *out,
                                 cudaMemcpyDeviceToHost, context->stream),
                 "copying a band from the device");
    return cuda_synchronize(context);
}

const qfp_stencil_operations qfp_cuda_stencil = [] {
    qfp_stencil_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.apply = apply;
    o.exponential = exponential;
    o.band = band;
    return o;
}();
