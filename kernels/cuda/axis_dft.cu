/* axis_dft.cu - transforms of grids of more than three modes, axis by axis.
 *
 * Seen from an axis of n points an array is [outer][n][inner], and a line is one (outer, inner).
 * A block holds some lines in shared memory and multiplies them by the Fourier matrix; its entries
 * are roots[jk mod n].  Forward: the halved axis from real to complex, then the others in place;
 * inverse: the same backwards.
 */
#include <math.h>
#include <stdlib.h>

#include "cuda/grid_plan.cuh"

/* Complex numbers of one block's lines: 32 KB. */
enum { BLOCK_NUMBERS = 2048, MOST_LINES = 16 };

static const double two_pi = 6.283185307179586476925286766559;

struct line_set {
    size_t count, inner; /* lines; distance of neighbours along a line */
    unsigned n, half;    /* points; entries on the complex side (n, or n/2 + 1) */
    unsigned lines;      /* per block */
    double sign;         /* of the exponent: 1 forward, -1 inverse */
    const double *roots;
};

/* Where a line begins on a side with so many entries per line. */
static __device__ size_t line_start(const line_set &s, size_t line, unsigned entries)
{
    return line / s.inner * entries * s.inner + line % s.inner;
}

static __device__ void add_product(const line_set &s, unsigned j, unsigned k, double re, double im,
                                   double *sum)
{
    const double *root = s.roots + 2 * ((size_t)j * k % s.n);
    double c = root[0], d = s.sign * root[1];
    sum[0] += re * c - im * d;
    sum[1] += re * d + im * c;
}

/* Complex to complex, in place. */
template <class R> static __global__ void k_axis_complex(line_set s, R *data)
{
    QFP_SHARED(double, value);
    unsigned slot = threadIdx.x % s.lines, part = threadIdx.x / s.lines;
    unsigned parts = blockDim.x / s.lines;
    size_t line = (size_t)blockIdx.x * s.lines + slot;
    R *at = data + (line < s.count ? 2 * line_start(s, line, s.n) : 0);
    for (unsigned j = part; line < s.count && j < s.n; j += parts) {
        value[2 * (j * s.lines + slot)] = at[2 * j * s.inner];
        value[2 * (j * s.lines + slot) + 1] = at[2 * j * s.inner + 1];
    }
    __syncthreads();
    for (unsigned k = part; line < s.count && k < s.n; k += parts) {
        double sum[2] = {0.0, 0.0};
        for (unsigned j = 0; j < s.n; ++j)
            add_product(s, j, k, value[2 * (j * s.lines + slot)],
                        value[2 * (j * s.lines + slot) + 1], sum);
        at[2 * k * s.inner] = (R)sum[0];
        at[2 * k * s.inner + 1] = (R)sum[1];
    }
}

template <class R> static __global__ void k_axis_real_to_half(line_set s, const R *in, R *out)
{
    QFP_SHARED(double, value);
    unsigned slot = threadIdx.x % s.lines, part = threadIdx.x / s.lines;
    unsigned parts = blockDim.x / s.lines;
    size_t line = (size_t)blockIdx.x * s.lines + slot;
    const R *from = in + (line < s.count ? line_start(s, line, s.n) : 0);
    R *to = out + (line < s.count ? 2 * line_start(s, line, s.half) : 0);
    for (unsigned j = part; line < s.count && j < s.n; j += parts)
        value[j * s.lines + slot] = from[j * s.inner];
    __syncthreads();
    for (unsigned k = part; line < s.count && k < s.half; k += parts) {
        double sum[2] = {0.0, 0.0};
        for (unsigned j = 0; j < s.n; ++j)
            add_product(s, j, k, value[j * s.lines + slot], 0.0, sum);
        to[2 * k * s.inner] = (R)sum[0];
        to[2 * k * s.inner + 1] = (R)sum[1];
    }
}

/* x_j = Σ over the full axis; the missing half are complex conjugates. */
template <class R> static __global__ void k_axis_half_to_real(line_set s, const R *in, R *out)
{
    QFP_SHARED(double, value);
    unsigned slot = threadIdx.x % s.lines, part = threadIdx.x / s.lines;
    unsigned parts = blockDim.x / s.lines;
    size_t line = (size_t)blockIdx.x * s.lines + slot;
    const R *from = in + (line < s.count ? 2 * line_start(s, line, s.half) : 0);
    R *to = out + (line < s.count ? line_start(s, line, s.n) : 0);
    for (unsigned k = part; line < s.count && k < s.half; k += parts) {
        double twice = k == 0 || 2 * k == s.n ? 1.0 : 2.0;
        value[2 * (k * s.lines + slot)] = twice * from[2 * k * s.inner];
        value[2 * (k * s.lines + slot) + 1] = twice * from[2 * k * s.inner + 1];
    }
    __syncthreads();
    for (unsigned j = part; line < s.count && j < s.n; j += parts) {
        double sum[2] = {0.0, 0.0};
        for (unsigned k = 0; k < s.half; ++k)
            add_product(s, j, k, value[2 * (k * s.lines + slot)],
                        value[2 * (k * s.lines + slot) + 1], sum);
        to[j * s.inner] = (R)sum[0];
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
static qfp_status lines_of(const qfp_grid_plan *plan, qfp_space space, int axis,
                           qfp_direction direction, line_set *s, unsigned *blocks)
{
    const qfpi_shape *shape = &plan->shape[space];
    int mode = axis % plan->grid.modes;
    *s = line_set{};
    s->n = (unsigned)plan->grid.points[mode];
    s->half = (unsigned)shape->length[axis];
    s->inner = 1;
    for (int later = axis + 1; later < shape->axes; ++later)
        s->inner *= shape->length[later];
    s->count = shape->rows * shape->row / shape->length[axis];
    s->lines = MOST_LINES; /* a power of two, which divides the block */
    while (s->lines * s->n > BLOCK_NUMBERS)
        s->lines /= 2;
    s->sign = direction == QFP_FORWARD ? 1.0 : -1.0;
    s->roots = plan->roots + plan->roots_offset[mode];
    size_t count = (s->count + s->lines - 1) / s->lines;
    if (count > 0x7fffffff)
        return QFP_FAIL(QFP_UNSUPPORTED, "%zu lines along an axis: too many for one launch",
                        s->count);
    *blocks = (unsigned)count;
    return QFP_OK;
}

template <class R>
static qfp_status other_axes(const qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                             R *data)
{
    int modes = plan->grid.modes, first = space == QFP_SPACE_A ? modes : 0;
    for (int axis = first; axis < first + modes - 1; ++axis) {
        line_set s;
        unsigned blocks = 0;
        QFP_TRY(lines_of(plan, space, axis, direction, &s, &blocks));
        QFP_LAUNCH(k_axis_complex<R>, blocks, CUDA_THREADS, 2 * sizeof(double) * s.n * s.lines,
                   plan->context->stream, s, data);
        QFP_CUDA_LAUNCHED("k_axis_complex");
    }
    return QFP_OK;
}

template <class R>
static qfp_status all_axes(const qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                           qfp_buffer *from, qfp_buffer *to)
{
    R *in = cuda_data<R>(from), *out = cuda_data<R>(to);
    int modes = plan->grid.modes, halved = space == QFP_SPACE_A ? 2 * modes - 1 : modes - 1;
    cudaStream_t stream = plan->context->stream;
    line_set s;
    unsigned blocks = 0;
    QFP_TRY(lines_of(plan, space, halved, direction, &s, &blocks));
    size_t shared = 2 * sizeof(double) * s.n * s.lines;
    if (direction == QFP_INVERSE) {
        QFP_TRY(other_axes(plan, space, direction, in));
        QFP_LAUNCH(k_axis_half_to_real<R>, blocks, CUDA_THREADS, shared, stream, s, (const R *)in,
                   out);
        QFP_CUDA_LAUNCHED("k_axis_half_to_real");
        return QFP_OK;
    }
    QFP_LAUNCH(k_axis_real_to_half<R>, blocks, CUDA_THREADS, shared, stream, s, (const R *)in, out);
    QFP_CUDA_LAUNCHED("k_axis_real_to_half");
    return other_axes(plan, space, direction, out);
}

qfp_status cuda_axis_dft(const qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                         qfp_buffer *in, qfp_buffer *out)
{
    return CUDA_BY_PRECISION(plan->context, all_axes, plan, space, direction, in, out);
}
