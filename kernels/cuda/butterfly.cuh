/* butterfly.cuh - v[k] <- Σ_q v[q] e^{-2πi kq/N} for an N known to the compiler, in registers.
 *
 * 2 and 4 are written out, 3, 5 and 7 share the products of q and N - q, everything else is
 * N = A × B by Cooley and Tukey.  The roots are constants of the instructions.
 */
#ifndef QFPI_CUDA_BUTTERFLY_CUH
#define QFPI_CUDA_BUTTERFLY_CUH

#include "cuda/complex.cuh"
#include "cuda/launch.cuh"
#include "shared/common.h"

/* cos(2π k/n), k reduced to an eighth of the circle so that eight terms of the series do. */
static constexpr QFP_HD double root_series(double x, bool sine)
{
    double term = sine ? x : 1.0, sum = term;
    for (int m = sine ? 2 : 1; m < 24; m += 2) {
        term *= -x * x / ((double)m * (double)(m + 1));
        sum += term;
    }
    return sum;
}

static constexpr QFP_HD double root_cosine(int k, int n)
{
    const double two_pi = 6.283185307179586476925286766559;
    k = (k % n + n) % n;
    if (2 * k > n) /* cos(2π - x) = cos x */
        k = n - k;
    bool negative = 4 * k > n;
    int twice = negative ? n - 2 * k : 2 * k; /* of the angle in units of π/n, at most n/2 */
    double value = 4 * twice <= n ? root_series(two_pi * twice / (2.0 * n), false)
                                  : root_series(two_pi * (n - 2 * twice) / (4.0 * n), true);
    return negative ? -value : value;
}

static constexpr QFP_HD double root_sine(int k, int n)
{
    return root_cosine(4 * k - n, 4 * n); /* sin x = cos(x - π/2) */
}

template <class R>
static __forceinline__ __device__ cuda_complex<R> times(cuda_complex<R> a, cuda_complex<R> b)
{
    return cuda_complex<R>{a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

template <class R>
static __forceinline__ __device__ cuda_complex<R> plus(cuda_complex<R> a, cuda_complex<R> b)
{
    return cuda_complex<R>{a.re + b.re, a.im + b.im};
}

template <class R>
static __forceinline__ __device__ cuda_complex<R> minus(cuda_complex<R> a, cuda_complex<R> b)
{
    return cuda_complex<R>{a.re - b.re, a.im - b.im};
}

/* e^{-2πi K/N} a; multiples of an eighth cost no more than two products. */
template <int K, int N, class R>
static __forceinline__ __device__ cuda_complex<R> turned(cuda_complex<R> a)
{
    constexpr int k = K % N;
    if constexpr (k == 0) {
        return a;
    } else if constexpr (2 * k == N) {
        return cuda_complex<R>{-a.re, -a.im};
    } else if constexpr (4 * k == N) {
        return cuda_complex<R>{a.im, -a.re};
    } else if constexpr (4 * k == 3 * N) {
        return cuda_complex<R>{-a.im, a.re};
    } else if constexpr (8 * k == N || 8 * k == 5 * N) {
        const R h = (R)(8 * k == N ? 0.70710678118654752440 : -0.70710678118654752440);
        return cuda_complex<R>{h * (a.re + a.im), h * (a.im - a.re)};
    } else if constexpr (8 * k == 3 * N || 8 * k == 7 * N) {
        const R h = (R)(8 * k == 3 * N ? 0.70710678118654752440 : -0.70710678118654752440);
        return cuda_complex<R>{h * (a.im - a.re), -h * (a.re + a.im)};
    } else {
        constexpr double c = root_cosine(k, N), s = -root_sine(k, N);
        return times(a, cuda_complex<R>{(R)c, (R)s});
    }
}

/* f(constant<0>), …, f(constant<N - 1>) */
template <int K> struct constant {
    static constexpr int value = K;
};

template <int N, int K = 0, class F> static __forceinline__ __device__ void for_constants(F f)
{
    if constexpr (K < N) {
        f(constant<K>{});
        for_constants<N, K + 1>(f);
    }
}

template <int N, class R> static __forceinline__ __device__ void butterfly(cuda_complex<R> *v);

/* Odd N: pairs q and N - q share their products. */
template <int N, class R> static __forceinline__ __device__ void butterfly_prime(cuda_complex<R> *v)
{
    constexpr int half = N / 2;
    cuda_complex<R> sum[half], difference[half], first = v[0];
    for_constants<half>([&](auto i) {
        constexpr int q = decltype(i)::value + 1;
        sum[q - 1] = plus(v[q], v[N - q]);
        difference[q - 1] = minus(v[q], v[N - q]);
        v[0] = plus(v[0], sum[q - 1]);
    });
    for_constants<half>([&](auto i) {
        constexpr int k = decltype(i)::value + 1;
        cuda_complex<R> even = first, odd = {0, 0};
        for_constants<half>([&](auto i2) {
            constexpr int q = decltype(i2)::value + 1;
            constexpr double c = root_cosine(k * q, N), s = root_sine(k * q, N);
            even.re += (R)c * sum[q - 1].re;
            even.im += (R)c * sum[q - 1].im;
            odd.re += (R)s * difference[q - 1].im; /* -i s d */
            odd.im -= (R)s * difference[q - 1].re;
        });
        v[k] = plus(even, odd);
        v[N - k] = minus(even, odd);
    });
}

/* N = A B, q = B q1 + q2, k = k1 + A k2. */
template <int A, int B, class R>
static __forceinline__ __device__ void butterfly_product(cuda_complex<R> *v)
{
    cuda_complex<R> w[B][A];
    for_constants<B>([&](auto i) {
        constexpr int q2 = decltype(i)::value;
        for_constants<A>(
            [&](auto j) { w[q2][decltype(j)::value] = v[B * decltype(j)::value + q2]; });
        butterfly<A>(w[q2]);
    });
    for_constants<A>([&](auto i) {
        constexpr int k1 = decltype(i)::value;
        cuda_complex<R> x[B];
        for_constants<B>([&](auto j) {
            constexpr int q2 = decltype(j)::value;
            x[q2] = turned<k1 * q2, A * B>(w[q2][k1]);
        });
        butterfly<B>(x);
        for_constants<B>([&](auto j) { v[k1 + A * decltype(j)::value] = x[decltype(j)::value]; });
    });
}

template <int N, class R> static __forceinline__ __device__ void butterfly(cuda_complex<R> *v)
{
    if constexpr (N == 2) {
        cuda_complex<R> a = v[0];
        v[0] = plus(a, v[1]);
        v[1] = minus(a, v[1]);
    } else if constexpr (N == 4) {
        cuda_complex<R> even = plus(v[0], v[2]), odd = minus(v[0], v[2]);
        cuda_complex<R> sum = plus(v[1], v[3]), difference = turned<1, 4>(minus(v[1], v[3]));
        v[0] = plus(even, sum);
        v[1] = plus(odd, difference);
        v[2] = minus(even, sum);
        v[3] = minus(odd, difference);
    } else if constexpr (N > 4 && N % 4 == 0) {
        butterfly_product<4, N / 4>(v);
    } else if constexpr (N > 4 && N % 2 == 0) {
        butterfly_product<2, N / 2>(v);
    } else if constexpr (N == 9) {
        butterfly_product<3, 3>(v);
    } else if constexpr (N > 1) {
        butterfly_prime<N>(v);
    }
}

#endif
