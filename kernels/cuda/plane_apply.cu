/* plane_apply.cu - the plane kernel: y (+)= L_j u in one pass, plane.cuh says how. */
#include "cuda/plane_fft.cuh"
#include "cuda/range.cuh"
#include "cuda/slots.h"

/* What a block works with; a pair of planes has its cells in global memory at
 * cell[0 or 1] + q q_step + p p_step. */
template <class R> struct plane_block {
    cuda_complex<R> *x, *t, *sum, *roots;
    const R *u;
    R *y;
    size_t cell[2], q_step, p_step;
    int planes;  /* 1 at the end of an odd number */
    int started; /* sum, or y without one, holds something to add to */
};

/* The cells of both planes: neighbours in memory for neighbouring threads where P_j is innermost.
 */
template <class R> static __device__ void load(const cuda_plane_view &v, const plane_block<R> &b)
{
    unsigned n = v.layout.n;
    for (unsigned i = threadIdx.x; i < n * n; i += blockDim.x) {
        unsigned q = i / n, p = i - q * n;
        size_t at = q * b.q_step + p * b.p_step;
        R second = b.planes > 1 ? b.u[b.cell[1] + at] : (R)0;
        b.x[q * v.layout.pitch + p] = cuda_complex<R>{b.u[b.cell[0] + at], second};
    }
    __syncthreads();
}

template <class R>
static __device__ void store(const cuda_plane_view &v, const plane_block<R> &b,
                             const cuda_complex<R> *from, int add)
{
    unsigned n = v.layout.n;
    for (unsigned i = threadIdx.x; i < n * n; i += blockDim.x) {
        unsigned q = i / n, p = i - q * n;
        size_t at = q * b.q_step + p * b.p_step;
        cuda_complex<R> value = from[q * v.layout.pitch + p];
        R *y = b.y + b.cell[0] + at;
        *y = add ? *y + value.re : value.re;
        if (b.planes > 1) {
            y = b.y + b.cell[1] + at;
            *y = add ? *y + value.im : value.im;
        }
    }
    __syncthreads();
}

template <class R> static __device__ plane_multiplier<R> multiplier(const cuda_plane_view &v, int k)
{
    const R *tables = static_cast<const R *>(v.tables);
    cuda_plane_factor f = v.factor[k];
    return plane_multiplier<R>{f.re != CUDA_PLANE_NONE ? tables + f.re : nullptr,
                               f.im != CUDA_PLANE_NONE ? tables + f.im : nullptr};
}

/* x becomes its transform along the lines. */
template <class R>
static __device__ void transform(const cuda_plane_view &v, const plane_block<R> &b,
                                 plane_lines lines)
{
    unsigned L = v.layout.n;
    for (int pass = 0; pass < v.layout.passes; L /= v.layout.radix[pass], ++pass)
        plane_pass_of_radix<R, PLANE_FORWARD>(v.layout, lines, v.layout.radix[pass], L,
                                              plane_multiplier<R>{}, b.roots, b.x, b.x, 0);
}

/* The inverse passes after the first, in t; the last one ends in `to`. */
template <class R>
static __device__ void finish_inverse(const cuda_plane_view &v, const plane_block<R> &b,
                                      plane_lines lines, cuda_complex<R> *to, int add)
{
    unsigned L = v.layout.radix[v.layout.passes - 1];
    for (int pass = v.layout.passes - 2; pass >= 0; --pass) {
        L *= v.layout.radix[pass];
        plane_pass_of_radix<R, PLANE_INVERSE>(v.layout, lines, v.layout.radix[pass], L,
                                              plane_multiplier<R>{}, b.roots, b.t,
                                              pass == 0 ? to : b.t, pass == 0 && add);
    }
}

/* Where the last pass of a product leaves it: in sum, or in t on its way to y. */
template <class R>
static __device__ cuda_complex<R> *end_of(const cuda_plane_view &v, const plane_block<R> &b)
{
    return v.layout.keeps_sum ? b.sum : b.t;
}

template <class R>
static __device__ void product_is_done(const cuda_plane_view &v, plane_block<R> &b)
{
    if (!v.layout.keeps_sum)
        store(v, b, b.t, b.started);
    b.started = 1;
}

/* t (or, as the whole product, the end of it) = inverse of factor × x along the lines. */
template <class R>
static __device__ void first_factor(const cuda_plane_view &v, const plane_block<R> &b,
                                    plane_lines lines, int k, int whole)
{
    unsigned last = v.layout.radix[v.layout.passes - 1];
    cuda_complex<R> *to = whole ? end_of(v, b) : b.t;
    int add = whole && v.layout.keeps_sum && b.started, only = v.layout.passes == 1;
    plane_pass_of_radix<R, PLANE_MULTIPLY_INVERSE>(v.layout, lines, last, last, multiplier<R>(v, k),
                                                   b.roots, b.x, only ? to : b.t, only && add);
    finish_inverse(v, b, lines, to, add);
}

/* The second factor of a product, along the other lines: t there and back. */
template <class R>
static __device__ void second_factor(const cuda_plane_view &v, const plane_block<R> &b,
                                     plane_lines lines, int k)
{
    const cuda_plane_layout &p = v.layout;
    cuda_complex<R> *to = end_of(v, b);
    int add = p.keeps_sum && b.started, only = p.passes == 1;
    unsigned L = p.n;
    for (int pass = 0; pass < p.passes - 1; L /= p.radix[pass], ++pass)
        plane_pass_of_radix<R, PLANE_FORWARD>(p, lines, p.radix[pass], L, plane_multiplier<R>{},
                                              b.roots, b.t, b.t, 0);
    plane_pass_of_radix<R, PLANE_FILTER>(p, lines, L, L, multiplier<R>(v, k), b.roots, b.t,
                                         only ? to : b.t, only && add);
    finish_inverse(v, b, lines, to, add);
}

/* All terms of one pair of planes. */
template <class R> static __device__ void apply_to_pair(const cuda_plane_view &v, plane_block<R> &b)
{
    const plane_lines rows = {v.layout.pitch, 1}, columns = {1, v.layout.pitch};
    if (v.has_pure_a || v.symmetrised) {
        load(v, b);
        transform(v, b, rows);
    }
    if (v.has_pure_a) {
        first_factor(v, b, rows, 0, 1);
        product_is_done(v, b);
    }
    for (int r = 0; v.symmetrised && r < v.pairs; ++r) { /* g_r f_r */
        first_factor(v, b, rows, 2 + 2 * r, 0);
        second_factor(v, b, columns, 3 + 2 * r);
        product_is_done(v, b);
    }
    if (v.has_pure_b || v.pairs > 0) {
        load(v, b);
        transform(v, b, columns);
    }
    if (v.has_pure_b) {
        first_factor(v, b, columns, 1, 1);
        product_is_done(v, b);
    }
    for (int r = 0; r < v.pairs; ++r) { /* f_r g_r */
        first_factor(v, b, columns, 3 + 2 * r, 0);
        second_factor(v, b, rows, 2 + 2 * r);
        product_is_done(v, b);
    }
}

/* The first cell of a plane. */
static __device__ size_t plane_cell(const cuda_plane_view &v, size_t plane)
{
    size_t n = v.layout.n, rest = plane / v.after;
    return ((rest / v.between * n * v.between + rest % v.between) * n) * v.after + plane % v.after;
}

template <class R>
static __global__ void __launch_bounds__(CUDA_PLANE_MOST_THREADS, 1)
    k_plane(cuda_plane_view v, int accumulate, const R *u, R *y)
{
    QFP_SHARED(cuda_complex<R>, shared);
    const cuda_complex<R> *roots = static_cast<const cuda_complex<R> *>(v.roots);
    unsigned n = v.layout.n, size = n * v.layout.pitch;
    plane_block<R> b = {};
    b.roots = shared;
    b.x = b.roots + n;
    b.t = b.x + size;
    b.sum = b.t + size;
    b.u = u;
    b.y = y;
    b.p_step = v.after;
    b.q_step = v.between * n * v.after;
    for (unsigned i = threadIdx.x; i < n; i += blockDim.x)
        b.roots[i] = roots[i];
    __syncthreads();
    for (size_t plane = 2 * (size_t)blockIdx.x; plane < v.planes; plane += 2 * (size_t)gridDim.x) {
        b.planes = plane + 1 < v.planes ? 2 : 1;
        b.cell[0] = plane_cell(v, plane);
        b.cell[1] = b.planes > 1 ? plane_cell(v, plane + 1) : 0;
        b.started = !v.layout.keeps_sum && accumulate;
        apply_to_pair(v, b);
        if (v.layout.keeps_sum)
            store(v, b, b.sum, accumulate);
    }
}

template <class R>
static qfp_status apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y, int accumulate)
{
    const cuda_plane_view *view = &plane->view;
    const size_t most = (size_t)1 << 30;
    size_t pairs = (view->planes + 1) / 2;
    unsigned blocks = (unsigned)(pairs < most ? pairs : most);
    if (view->layout.shared_bytes > 48 * 1024) /* beyond, a kernel has to ask */
        QFP_CUDA_TRY(cudaFuncSetAttribute(k_plane<R>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                          (int)view->layout.shared_bytes),
                     "asking for the shared memory of a plane");
    QFP_LAUNCH(k_plane<R>, blocks, view->layout.threads, view->layout.shared_bytes,
               plane->context->stream, *view, accumulate, (const R *)cuda_data<R>(x),
               cuda_data<R>(y));
    QFP_CUDA_LAUNCHED("k_plane");
    return QFP_OK;
}

qfp_status cuda_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                            int accumulate)
{
    cuda_range range("plane");
    return CUDA_BY_PRECISION(plane->context, apply, plane, x, y, accumulate);
}
