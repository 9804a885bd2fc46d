/* plane_fft.cuh - transforms of all rows or all columns of a plane in shared memory, in place.
 *
 * Forward: decimation in frequency with radices R_1 … R_s, Π R = n.  Pass i splits pieces of length
 * L = n/(R_1 … R_{i-1}) into butterflies of elements L/R apart and multiplies by e^{-2πi jq/L}; the
 * results stay where the butterfly took its input, so that the frequency of a position has its
 * digits in reverse (cuda_plane_frequency).  Inverse: the same passes backwards, conjugated, not
 * normalised.  Tables of multipliers stand in the order of positions.
 */
#ifndef QFPI_CUDA_PLANE_FFT_CUH
#define QFPI_CUDA_PLANE_FFT_CUH

#include "cuda/complex.cuh"
#include "cuda/plane.cuh"

/* The lines of a plane: distance from one to the next, and of neighbours on a line. */
struct plane_lines {
    unsigned line, step;
};

/* What a pass does besides its butterflies. */
enum plane_pass {
    PLANE_FORWARD,          /* in place */
    PLANE_INVERSE,          /* in place */
    PLANE_MULTIPLY_INVERSE, /* first inverse pass on the product of `from` and a factor */
    PLANE_FILTER            /* last forward pass, factor, first inverse pass; in place */
};

template <class R> struct plane_multiplier {
    const R *re, *im; /* [position][line], or NULL */
};

template <class R>
static inline __device__ cuda_complex<R> times(cuda_complex<R> a, cuda_complex<R> b)
{
    return cuda_complex<R>{a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

template <class R>
static inline __device__ cuda_complex<R> plus(cuda_complex<R> a, cuda_complex<R> b)
{
    return cuda_complex<R>{a.re + b.re, a.im + b.im};
}

template <class R>
static inline __device__ cuda_complex<R> minus(cuda_complex<R> a, cuda_complex<R> b)
{
    return cuda_complex<R>{a.re - b.re, a.im - b.im};
}

template <class R> static inline __device__ cuda_complex<R> conjugate(cuda_complex<R> a)
{
    return cuda_complex<R>{a.re, -a.im};
}

/* -i a */
template <class R> static inline __device__ cuda_complex<R> quarter_turn(cuda_complex<R> a)
{
    return cuda_complex<R>{a.im, -a.re};
}

template <class R>
static inline __device__ void butterfly_4(cuda_complex<R> &a, cuda_complex<R> &b,
                                          cuda_complex<R> &c, cuda_complex<R> &d)
{
    cuda_complex<R> even = plus(a, c), odd = minus(a, c);
    cuda_complex<R> sum = plus(b, d), turned = quarter_turn(minus(b, d));
    a = plus(even, sum);
    b = plus(odd, turned);
    c = minus(even, sum);
    d = minus(odd, turned);
}

/* v[k] <- Σ_q v[q] e^{-2πi kq/RADIX} for odd RADIX: pairs q and RADIX - q share their products.
 * roots: e^{-2πi m/n}; RADIX divides n. */
template <class R, int RADIX>
static inline __device__ void butterfly_odd(cuda_complex<R> *v, const cuda_complex<R> *roots,
                                            unsigned n)
{
    const int half = RADIX / 2;
    cuda_complex<R> sum[half], difference[half], first = v[0];
#pragma unroll
    for (int q = 1; q <= half; ++q) {
        sum[q - 1] = plus(v[q], v[RADIX - q]);
        difference[q - 1] = quarter_turn(minus(v[q], v[RADIX - q]));
        v[0] = plus(v[0], sum[q - 1]);
    }
#pragma unroll
    for (int k = 1; k <= half; ++k) {
        cuda_complex<R> even = first, odd = {0, 0};
#pragma unroll
        for (int q = 1; q <= half; ++q) {
            cuda_complex<R> root = roots[(unsigned)(k * q % RADIX) * (n / RADIX)];
            even.re += root.re * sum[q - 1].re;
            even.im += root.re * sum[q - 1].im;
            odd.re -= root.im * difference[q - 1].re;
            odd.im -= root.im * difference[q - 1].im;
        }
        v[k] = plus(even, odd);
        v[RADIX - k] = minus(even, odd);
    }
}

template <class R, int RADIX>
static inline __device__ void butterfly(cuda_complex<R> *v, const cuda_complex<R> *roots,
                                        unsigned n)
{
    if constexpr (RADIX == 2) {
        cuda_complex<R> a = v[0];
        v[0] = plus(a, v[1]);
        v[1] = minus(a, v[1]);
    } else if constexpr (RADIX == 4) {
        butterfly_4(v[0], v[1], v[2], v[3]);
    } else if constexpr (RADIX == 8) {
        const R h = (R)0.70710678118654752440;
        cuda_complex<R> even[4] = {v[0], v[2], v[4], v[6]}, odd[4] = {v[1], v[3], v[5], v[7]};
        butterfly_4(even[0], even[1], even[2], even[3]);
        butterfly_4(odd[0], odd[1], odd[2], odd[3]);
        odd[1] = cuda_complex<R>{h * (odd[1].re + odd[1].im), h * (odd[1].im - odd[1].re)};
        odd[2] = quarter_turn(odd[2]);
        odd[3] = cuda_complex<R>{h * (odd[3].im - odd[3].re), -h * (odd[3].re + odd[3].im)};
#pragma unroll
        for (int k = 0; k < 4; ++k) {
            v[k] = plus(even[k], odd[k]);
            v[k + 4] = minus(even[k], odd[k]);
        }
    } else {
        butterfly_odd<R, RADIX>(v, roots, n);
    }
}

/* One of the two parts is missing in most factors. */
template <class R>
static inline __device__ cuda_complex<R> multiply(const plane_multiplier<R> &m, size_t at,
                                                  cuda_complex<R> x)
{
    if (m.im == nullptr)
        return m.re == nullptr ? cuda_complex<R>{0, 0}
                               : cuda_complex<R>{m.re[at] * x.re, m.re[at] * x.im};
    if (m.re == nullptr)
        return cuda_complex<R>{-m.im[at] * x.im, m.im[at] * x.re};
    return times(cuda_complex<R>{m.re[at], m.im[at]}, x);
}

/* One pass over all lines with pieces of length L.  from and to are the same array but for
 * PLANE_MULTIPLY_INVERSE.  add: to += instead of to =.  Inverse passes are forward ones of the
 * conjugates. */
template <class R, int RADIX, int PASS>
static inline __device__ void
plane_pass_of(const cuda_plane_layout &p, plane_lines lines, unsigned L,
              const plane_multiplier<R> &m, const cuda_complex<R> *roots,
              const cuda_complex<R> *from, cuda_complex<R> *to, int add)
{
    const unsigned n = p.n, apart = L / RADIX, tasks = n * (n / RADIX);
    for (unsigned task = threadIdx.x; task < tasks; task += blockDim.x) {
        unsigned number = task / n, line = task - number * n;
        unsigned piece = number / apart, j = number - piece * apart;
        unsigned first = piece * L + j, start = line * lines.line + first * lines.step;
        unsigned stride = apart * lines.step;
        cuda_complex<R> v[RADIX];
#pragma unroll
        for (int q = 0; q < RADIX; ++q) {
            v[q] = from[start + (unsigned)q * stride];
            if (PASS == PLANE_MULTIPLY_INVERSE)
                v[q] = multiply(m, (size_t)(first + (unsigned)q) * n + line, v[q]);
            if (PASS == PLANE_INVERSE || PASS == PLANE_MULTIPLY_INVERSE)
                v[q] = conjugate(v[q]);
            if (PASS == PLANE_INVERSE && q > 0 && apart > 1)
                v[q] = times(v[q], roots[n / L * j * (unsigned)q]);
        }
        butterfly<R, RADIX>(v, roots, n);
        if (PASS == PLANE_FILTER) {
#pragma unroll
            for (int q = 0; q < RADIX; ++q)
                v[q] = conjugate(multiply(m, (size_t)(first + (unsigned)q) * n + line, v[q]));
            butterfly<R, RADIX>(v, roots, n);
        }
#pragma unroll
        for (int q = 0; q < RADIX; ++q) {
            cuda_complex<R> *at = to + start + (unsigned)q * stride;
            if (PASS == PLANE_FORWARD && q > 0 && apart > 1)
                v[q] = times(v[q], roots[n / L * j * (unsigned)q]);
            if (PASS != PLANE_FORWARD)
                v[q] = conjugate(v[q]);
            *at = add ? plus(*at, v[q]) : v[q];
        }
    }
    __syncthreads();
}

template <class R, int PASS>
static inline __device__ void
plane_pass_of_radix(const cuda_plane_layout &p, plane_lines lines, unsigned radix, unsigned L,
                    const plane_multiplier<R> &m, const cuda_complex<R> *roots,
                    const cuda_complex<R> *from, cuda_complex<R> *to, int add)
{
    switch (radix) {
    case 2:
        plane_pass_of<R, 2, PASS>(p, lines, L, m, roots, from, to, add);
        return;
    case 3:
        plane_pass_of<R, 3, PASS>(p, lines, L, m, roots, from, to, add);
        return;
    case 4:
        plane_pass_of<R, 4, PASS>(p, lines, L, m, roots, from, to, add);
        return;
    case 5:
        plane_pass_of<R, 5, PASS>(p, lines, L, m, roots, from, to, add);
        return;
    case 7:
        plane_pass_of<R, 7, PASS>(p, lines, L, m, roots, from, to, add);
        return;
    default:
        plane_pass_of<R, 8, PASS>(p, lines, L, m, roots, from, to, add);
    }
}

#endif
