/* plane_line.cuh - the transform of one line of a plane by some lanes of a warp.
 *
 * n = FIRST × SECOND points, SECOND lanes.  Lane b holds x[b + SECOND q]; after butterflies over q
 * and twiddles e^{-2πi b k/n} the lanes exchange, lane k < FIRST gets what belongs to k and does
 * the butterflies over b: it ends with the frequencies k + FIRST m, m < SECOND.  The inverse goes
 * the same way back.  Not normalised.
 *
 * What is exchanged passes through a line of shared memory that belongs to these lanes alone.  Its
 * entry (k, b) is at SECOND k + (b + k mod SECOND): neighbouring lanes meet different banks when
 * they write along b and when they read along k, which for an odd SECOND they do anyway.
 */
#ifndef QFPI_CUDA_PLANE_LINE_CUH
#define QFPI_CUDA_PLANE_LINE_CUH

#include "cuda/butterfly.cuh"
#include "cuda/plane.cuh"

template <class R, unsigned N> struct plane_line {
    static constexpr cuda_plane_geometry geometry = cuda_plane_geometry_of(N, sizeof(R) / 4);
    static constexpr unsigned FIRST = geometry.first, SECOND = geometry.second;
    using complex = cuda_complex<R>;

    complex twiddle[FIRST > 1 ? FIRST - 1 : 1]; /* of this lane, for k = 1, 2, … */
    unsigned lane;                              /* b, or k where lane < FIRST */
    bool here;                                  /* the line exists */
    complex *exchange;                          /* of the line, entries `step` apart */
    unsigned step;

    static __forceinline__ __device__ unsigned place(unsigned k, unsigned b)
    {
        if constexpr (SECOND % 2 == 1)
            return SECOND * k + b;
        if constexpr ((SECOND & (SECOND - 1)) == 0)
            return SECOND * k + (b ^ k);
        unsigned turned = b + k;
        return SECOND * k + (turned >= SECOND ? turned - SECOND : turned);
    }

    __forceinline__ __device__ void set_lane(unsigned lane_of_line, const complex *roots)
    {
        lane = lane_of_line;
        for_constants<(int)FIRST - 1>([&](auto i) {
            constexpr unsigned k = decltype(i)::value + 1;
            twiddle[k - 1] = roots[lane * k];
        });
    }

    /* k, in bounds of tables for lanes that have none. */
    __forceinline__ __device__ unsigned frequency() const
    {
        return lane < FIRST ? lane : 0;
    }

    __forceinline__ __device__ void twist(complex *v) const
    {
        for_constants<(int)FIRST - 1>([&](auto i) {
            constexpr int k = decltype(i)::value + 1;
            v[k] = times(v[k], twiddle[k - 1]);
        });
    }

    /* v[q] = x[lane + SECOND q] to v[m] = X[lane + FIRST m]. */
    __forceinline__ __device__ void forward(complex *v) const
    {
        butterfly<(int)FIRST>(v);
        twist(v);
        __syncwarp(); /* the last readers of the line are done */
        if (here)
            for_constants<(int)FIRST>([&](auto i) {
                constexpr unsigned k = decltype(i)::value;
                exchange[place(k, lane) * step] = v[k];
            });
        __syncwarp();
        if (here && lane < FIRST)
            for_constants<(int)SECOND>([&](auto i) {
                constexpr unsigned b = decltype(i)::value;
                v[b] = exchange[place(lane, b) * step];
            });
        butterfly<(int)SECOND>(v);
    }

    /* The way back: with real and imaginary parts exchanged before and after, it is the way forward
     * with its two halves in turn. */
    __forceinline__ __device__ void inverse(complex *v) const
    {
        swap_parts<(int)SECOND>(v);
        butterfly<(int)SECOND>(v);
        __syncwarp();
        if (here && lane < FIRST)
            for_constants<(int)SECOND>([&](auto i) {
                constexpr unsigned b = decltype(i)::value;
                exchange[place(lane, b) * step] = v[b];
            });
        __syncwarp();
        if (here)
            for_constants<(int)FIRST>([&](auto i) {
                constexpr unsigned k = decltype(i)::value;
                v[k] = exchange[place(k, lane) * step];
            });
        twist(v);
        butterfly<(int)FIRST>(v);
        swap_parts<(int)FIRST>(v);
    }

  private:
    template <int COUNT> static __forceinline__ __device__ void swap_parts(complex *v)
    {
        for_constants<COUNT>([&](auto i) {
            constexpr int k = decltype(i)::value;
            v[k] = complex{v[k].im, v[k].re};
        });
    }
};

/* to += factor × from on what a lane holds of the line at coordinate x.  Two terms of each part are
 * done at once: few Hamiltonians have more. */
template <class R, unsigned N>
static __forceinline__ __device__ void
add_product(const cuda_plane_view &v, const cuda_plane_space &space, const cuda_plane_factor &f,
            unsigned x, unsigned frequency, const cuda_complex<R> *from, cuda_complex<R> *to)
{
    constexpr unsigned FIRST = plane_line<R, N>::FIRST, SECOND = plane_line<R, N>::SECOND;
    const R *powers = static_cast<const R *>(space.powers) + frequency;
    const R *c = static_cast<const R *>(v.coefficients) + f.even + x;
    auto add_real = [&](int m, R s) {
        to[m].re += s * from[m].re;
        to[m].im += s * from[m].im;
    };
    auto add_imaginary = [&](int m, R s) {
        to[m].re -= s * from[m].im;
        to[m].im += s * from[m].re;
    };
    if (f.even_count > 0) {
        const R zeroth = c[0], first = f.even_count > 1 ? c[N] : (R)0;
        for_constants<(int)SECOND>([&](auto i) {
            constexpr int m = decltype(i)::value;
            add_real(m, zeroth + first * powers[2 * N + FIRST * m]);
        });
#pragma unroll 1
        for (int t = 2; t < f.even_count; ++t)
            for_constants<(int)SECOND>([&](auto i) {
                constexpr int m = decltype(i)::value;
                add_real(m, c[(unsigned)t * N] * powers[2 * (unsigned)t * N + FIRST * m]);
            });
    }
    if (f.odd_count > 0) {
        c = static_cast<const R *>(v.coefficients) + f.odd + x;
        const R zeroth = c[0], first = f.odd_count > 1 ? c[N] : (R)0;
        for_constants<(int)SECOND>([&](auto i) {
            constexpr int m = decltype(i)::value;
            add_imaginary(m, powers[N + FIRST * m] * (zeroth + first * powers[2 * N + FIRST * m]));
        });
#pragma unroll 1
        for (int t = 2; t < f.odd_count; ++t)
            for_constants<(int)SECOND>([&](auto i) {
                constexpr int m = decltype(i)::value;
                add_imaginary(m,
                              c[(unsigned)t * N] * powers[(2 * (unsigned)t + 1) * N + FIRST * m]);
            });
    }
}

/* v *= window */
template <class R, unsigned N>
static __forceinline__ __device__ void window_line(const cuda_plane_space &space, unsigned x,
                                                   unsigned frequency, cuda_complex<R> *v)
{
    constexpr unsigned FIRST = plane_line<R, N>::FIRST, SECOND = plane_line<R, N>::SECOND;
    if (space.window == nullptr)
        return;
    const R *window = static_cast<const R *>(space.window) + x * N + frequency;
    for_constants<(int)SECOND>([&](auto i) {
        constexpr int m = decltype(i)::value;
        R w = window[FIRST * m];
        v[m] = cuda_complex<R>{w * v[m].re, w * v[m].im};
    });
}

#endif
