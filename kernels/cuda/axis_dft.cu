/* axis_dft.cu - transforms of grids of more than three modes, axis by axis.
 *
 * Seen from an axis of n points an array is [outer][n][inner], and a line is one (outer, inner).
 * A block holds some lines in shared memory and multiplies them by the Fourier matrix; its entries
 * are roots[jk mod n].  Forward: the halved axis from real to complex, then the others in place;
 * inverse: the same backwards.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "cuda/complex.cuh"
#include "cuda/grid_plan.cuh"

/* Complex numbers of one block's lines: 32 KB. */
enum { BLOCK_NUMBERS = 2048, MOST_LINES = 16 };

static const double two_pi = 6.283185307179586476925286766559;

struct line_set {
    unsigned count, inner; /* lines; distance of neighbours along a line */
    unsigned n, half;      /* points; entries on the complex side (n, or n/2 + 1) */
    unsigned lines;        /* per block */
    const cuda_complex<double> *roots;
};

/* The running thread's line, and which of its entries are the thread's: part, part + parts, … */
struct line_share {
    unsigned line, slot, part, parts;
    bool exists;
};

static __device__ line_share own_share(const line_set &s)
{
    line_share own;
    own.slot = threadIdx.x % s.lines;
    own.part = threadIdx.x / s.lines;
    own.parts = blockDim.x / s.lines;
    own.line = blockIdx.x * s.lines + own.slot;
    own.exists = own.line < s.count;
    return own;
}

/* Where the line begins on a side with so many entries per line. */
static __device__ size_t line_start(const line_set &s, const line_share &own, unsigned entries)
{
    unsigned outer = own.line / s.inner;
    return own.exists ? (size_t)outer * entries * s.inner + (own.line - outer * s.inner) : 0;
}

static __device__ void add_product(double value, double c, double d, double *sum)
{
    sum[0] += value * c;
    sum[1] += value * d;
}

static __device__ void add_product(const cuda_complex<double> &value, double c, double d,
                                   double *sum)
{
    sum[0] += value.re * c - value.im * d;
    sum[1] += value.re * d + value.im * c;
}

/* Σ_j root[jk mod n] value_j over `count` values of the line, in turn; k < n.  INVERSE: of the
 * conjugate roots. */
template <bool INVERSE, class T>
static __device__ void fourier_sum(const line_set &s, unsigned count, unsigned k, const T *value,
                                   double *sum)
{
    sum[0] = sum[1] = 0.0;
    for (unsigned j = 0, at = 0; j < count; ++j, value += s.lines) {
        const cuda_complex<double> root = s.roots[at];
        add_product(*value, root.re, INVERSE ? -root.im : root.im, sum);
        at += k;
        at -= at >= s.n ? s.n : 0;
    }
}

/* Complex to complex, in place. */
template <class R, bool INVERSE>
static __global__ void k_axis_complex(line_set s, cuda_complex<R> *data)
{
    QFP_SHARED(cuda_complex<double>, value);
    const line_share own = own_share(s);
    const unsigned last = own.exists ? s.n : 0;
    cuda_complex<R> *at = data + line_start(s, own, s.n);
    for (unsigned j = own.part; j < last; j += own.parts) {
        const cuda_complex<R> v = at[(size_t)j * s.inner];
        value[j * s.lines + own.slot] = {(double)v.re, (double)v.im};
    }
    __syncthreads();
    for (unsigned k = own.part; k < last; k += own.parts) {
        double sum[2];
        fourier_sum<INVERSE>(s, s.n, k, value + own.slot, sum);
        at[(size_t)k * s.inner] = {(R)sum[0], (R)sum[1]};
    }
}

template <class R>
static __global__ void k_axis_real_to_half(line_set s, const R *__restrict__ in,
                                           cuda_complex<R> *out)
{
    QFP_SHARED(double, value);
    const line_share own = own_share(s);
    const R *from = in + line_start(s, own, s.n);
    cuda_complex<R> *to = out + line_start(s, own, s.half);
    for (unsigned j = own.part; own.exists && j < s.n; j += own.parts)
        value[j * s.lines + own.slot] = from[(size_t)j * s.inner];
    __syncthreads();
    for (unsigned k = own.part; own.exists && k < s.half; k += own.parts) {
        double sum[2];
        fourier_sum<false>(s, s.n, k, value + own.slot, sum);
        to[(size_t)k * s.inner] = {(R)sum[0], (R)sum[1]};
    }
}

/* x_j = Σ over the full axis; the missing half are complex conjugates. */
template <class R>
static __global__ void k_axis_half_to_real(line_set s, const cuda_complex<R> *__restrict__ in,
                                           R *out)
{
    QFP_SHARED(cuda_complex<double>, value);
    const line_share own = own_share(s);
    const cuda_complex<R> *from = in + line_start(s, own, s.half);
    R *to = out + line_start(s, own, s.n);
    for (unsigned k = own.part; own.exists && k < s.half; k += own.parts) {
        const double twice = k == 0 || 2 * k == s.n ? 1.0 : 2.0;
        const cuda_complex<R> v = from[(size_t)k * s.inner];
        value[k * s.lines + own.slot] = {twice * v.re, twice * v.im};
    }
    __syncthreads();
    for (unsigned j = own.part; own.exists && j < s.n; j += own.parts) {
        double sum[2];
        fourier_sum<true>(s, s.half, j, value + own.slot, sum);
        to[(size_t)j * s.inner] = (R)sum[0];
    }
}

qfp_status cuda_axis_dft_prepare(qfp_grid_plan *plan)
{
    size_t total = 0;
    for (int j = 0; j < plan->grid.modes; ++j) {
        if (plan->grid.points[j] > BLOCK_NUMBERS)
            return QFP_FAIL(QFP_UNSUPPORTED,
                            "%d points per axis in a grid of %d modes; the CUDA backend transforms "
                            "at most %d there",
                            plan->grid.points[j], plan->grid.modes, (int)BLOCK_NUMBERS);
        plan->roots_offset[j] = total;
        total += 2 * (size_t)plan->grid.points[j];
    }
    double *roots = nullptr;
    QFP_TRY(QFP_ALLOCATE(roots, total, "Fourier matrices"));
    for (int j = 0; j < plan->grid.modes; ++j)
        for (int k = 0; k < plan->grid.points[j]; ++k) {
            double phase = two_pi * k / plan->grid.points[j];
            roots[plan->roots_offset[j] + 2 * (size_t)k] = cos(phase);
            roots[plan->roots_offset[j] + 2 * (size_t)k + 1] = -sin(phase);
        }
    qfp_status status = cuda_stage(plan->context, roots, total, "Fourier matrices", &plan->roots);
    free(roots);
    return status;
}

/* The lines along one axis of an array of `space`; `halved`: along the axis that Z has in full. */
static qfp_status lines_of(const qfp_grid_plan *plan, qfp_space space, int axis, line_set *s,
                           unsigned *blocks)
{
    const qfpi_shape *shape = &plan->shape[space];
    int mode = axis % plan->grid.modes;
    *s = line_set{};
    s->n = (unsigned)plan->grid.points[mode];
    s->half = (unsigned)shape->length[axis];
    size_t inner = 1, count = shape->rows * shape->row / shape->length[axis];
    for (int later = axis + 1; later < shape->axes; ++later)
        inner *= shape->length[later];
    if (count > INT_MAX)
        return QFP_FAIL(QFP_UNSUPPORTED, "%zu lines along an axis: too many for one launch", count);
    s->inner = (unsigned)inner;
    s->count = (unsigned)count;
    s->lines = MOST_LINES; /* a power of two, which divides the block */
    while (s->lines * s->n > BLOCK_NUMBERS)
        s->lines /= 2;
    s->roots =
        reinterpret_cast<const cuda_complex<double> *>(plan->roots + plan->roots_offset[mode]);
    *blocks = (s->count + s->lines - 1) / s->lines;
    return QFP_OK;
}

template <class R>
static qfp_status other_axes(const qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                             cuda_complex<R> *data)
{
    int modes = plan->grid.modes, first = space == QFP_SPACE_A ? modes : 0;
    for (int axis = first; axis < first + modes - 1; ++axis) {
        line_set s;
        unsigned blocks = 0;
        QFP_TRY(lines_of(plan, space, axis, &s, &blocks));
        size_t shared = sizeof(cuda_complex<double>) * s.n * s.lines;
        if (direction == QFP_FORWARD)
            QFP_LAUNCH((k_axis_complex<R, false>), blocks, CUDA_THREADS, shared,
                       plan->context->stream, s, data);
        else
            QFP_LAUNCH((k_axis_complex<R, true>), blocks, CUDA_THREADS, shared,
                       plan->context->stream, s, data);
        QFP_CUDA_LAUNCHED("k_axis_complex");
    }
    return QFP_OK;
}

template <class R>
static qfp_status all_axes(const qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                           qfp_buffer *in, qfp_buffer *out)
{
    int modes = plan->grid.modes, halved = space == QFP_SPACE_A ? 2 * modes - 1 : modes - 1;
    cudaStream_t stream = plan->context->stream;
    line_set s;
    unsigned blocks = 0;
    QFP_TRY(lines_of(plan, space, halved, &s, &blocks));
    if (direction == QFP_INVERSE) {
        cuda_complex<R> *from = cuda_data<cuda_complex<R>>(in);
        QFP_TRY(other_axes(plan, space, direction, from));
        QFP_LAUNCH(k_axis_half_to_real<R>, blocks, CUDA_THREADS,
                   sizeof(cuda_complex<double>) * s.half * s.lines, stream, s,
                   (const cuda_complex<R> *)from, cuda_data<R>(out));
        QFP_CUDA_LAUNCHED("k_axis_half_to_real");
        return QFP_OK;
    }
    cuda_complex<R> *to = cuda_data<cuda_complex<R>>(out);
    QFP_LAUNCH(k_axis_real_to_half<R>, blocks, CUDA_THREADS, sizeof(double) * s.n * s.lines, stream,
               s, (const R *)cuda_data<R>(in), to);
    QFP_CUDA_LAUNCHED("k_axis_real_to_half");
    return other_axes(plan, space, direction, to);
}

qfp_status cuda_axis_dft(const qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                         qfp_buffer *in, qfp_buffer *out)
{
    return CUDA_BY_PRECISION(plan->context, all_axes, plan, space, direction, in, out);
}
