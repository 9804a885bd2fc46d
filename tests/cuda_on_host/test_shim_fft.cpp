/* test_shim_fft.cpp - transforms in the advanced layout against sums over all indices. */
#include "kernels_of_tests.h"

#include <cufft.h>

#include <complex>

using complex = std::complex<double>;

struct layout {
    int rank, n[3], inembed[3], istride, idist, onembed[3], ostride, odist, batch;
};

/* Packed; strided with gaps; the outer axes of an array (as the Q axes of a grid); rank 3. */
static const layout layouts[] = {
    {1, {6}, {6}, 1, 6, {6}, 1, 6, 3},
    {1, {8}, {9}, 3, 30, {10}, 2, 25, 2},
    {2, {4, 6}, {4, 7}, 2, 60, {5, 8}, 1, 50, 3},
    {2, {4, 6}, {4, 6}, 5, 1, {4, 6}, 5, 1, 5},
    {3, {4, 2, 6}, {4, 3, 7}, 1, 90, {4, 2, 6}, 2, 97, 2},
};

struct side {
    const int *embed;
    int stride, dist;
};

static size_t place(const layout &l, const side &s, int b, const int *index)
{
    size_t at = 0;
    for (int d = 0; d < l.rank; ++d)
        at = (d > 0 ? at * (size_t)s.embed[d] : 0) + (size_t)index[d];
    return at * (size_t)s.stride + (size_t)b * (size_t)s.dist;
}

static side input_of(const layout &l)
{
    return {l.inembed, l.istride, l.idist};
}

static side output_of(const layout &l)
{
    return {l.onembed, l.ostride, l.odist};
}

/* Next index of a box of lengths n; false after the last. */
static bool next(int rank, const int *n, int *index)
{
    for (int d = rank; d-- > 0;) {
        if (++index[d] < n[d])
            return true;
        index[d] = 0;
    }
    return false;
}

/* Room for any element of any layout, and what stays when nothing is written. */
enum { ROOM = 400 };
static const complex untouched(77, -77);

template <class F> static complex naive(const layout &l, const int *k, int sign, F value)
{
    const double pi = 3.14159265358979323846;
    complex sum = 0;
    int i[3] = {0, 0, 0};
    do {
        double turns = 0;
        for (int d = 0; d < l.rank; ++d)
            turns += (double)(i[d] * k[d] % l.n[d]) / l.n[d];
        sum += value(i) * std::polar(1.0, sign * 2 * pi * turns);
    } while (next(l.rank, l.n, i));
    return sum;
}

static complex number(size_t i)
{
    return {std::sin(1.0 + 0.7 * (double)i), std::cos(0.3 * (double)(i * i % 100))};
}

static cufftHandle plan_of(const layout &l, cufftType type)
{
    cufftHandle plan;
    layout copy = l;
    cr_assert(eq(int,
                 cufftPlanMany(&plan, l.rank, copy.n, copy.inembed, l.istride, l.idist,
                               copy.onembed, l.ostride, l.odist, type, l.batch),
                 CUFFT_SUCCESS));
    return plan;
}

/* Products of ≤ 48 terms of size ≤ 2: rounding well below this. */
static const double rounding = 1e-13;

Test(cufft, complex_layouts)
{
    for (const layout &l : layouts)
        for (int sign = -1; sign <= 1; sign += 2) {
            std::vector<complex> numbers(ROOM);
            for (size_t i = 0; i < ROOM; ++i)
                numbers[i] = number(i);
            device<complex> in(numbers), out(std::vector<complex>(ROOM, untouched));
            cufftHandle plan = plan_of(l, CUFFT_Z2Z);
            cr_assert(eq(int,
                         cufftExecZ2Z(plan, (cufftDoubleComplex *)in.data,
                                      (cufftDoubleComplex *)out.data, sign),
                         CUFFT_SUCCESS));
            std::vector<complex> got = out.read(), kept = in.read();
            cr_assert(kept == numbers, "an input was changed");
            size_t written = 0;
            for (int b = 0; b < l.batch; ++b) {
                int k[3] = {0, 0, 0};
                do {
                    complex exact = naive(l, k, sign, [&](const int *i) {
                        return numbers[place(l, input_of(l), b, i)];
                    });
                    complex &g = got[place(l, output_of(l), b, k)];
                    cr_assert(std::abs(g - exact) < rounding);
                    g = untouched;
                    written += 1;
                } while (next(l.rank, l.n, k));
            }
            cr_assert(written > 0);
            cr_assert(got == std::vector<complex>(ROOM, untouched), "written outside the layout");
            cufftDestroy(plan);
        }
}

Test(cufft, real_to_complex_and_back)
{
    for (const layout &l : layouts) {
        std::vector<double> numbers(ROOM);
        for (size_t i = 0; i < ROOM; ++i)
            numbers[i] = number(i).real();
        device<double> in(numbers), back(std::vector<double>(ROOM, 99.0));
        device<complex> hat(std::vector<complex>(ROOM, untouched));
        cufftHandle forward = plan_of(l, CUFFT_D2Z);
        layout m = l;
        std::swap(m.istride, m.ostride);
        std::swap(m.idist, m.odist);
        std::swap(m.inembed, m.onembed);
        cufftHandle inverse = plan_of(m, CUFFT_Z2D);
        cr_assert(cufftExecD2Z(forward, in.data, (cufftDoubleComplex *)hat.data) == CUFFT_SUCCESS);
        std::vector<complex> spectrum = hat.read();
        cr_assert(in.read() == numbers, "an input was changed");
        cr_assert(cufftExecZ2D(inverse, (cufftDoubleComplex *)hat.data, back.data) ==
                  CUFFT_SUCCESS);
        std::vector<double> again = back.read();
        std::vector<complex> spoiled = hat.read();
        int half[3] = {l.n[0], l.n[1], l.n[2]}, cells = 1;
        half[l.rank - 1] = half[l.rank - 1] / 2 + 1;
        for (int d = 0; d < l.rank; ++d)
            cells *= l.n[d];
        for (int b = 0; b < l.batch; ++b) {
            int k[3] = {0, 0, 0}, i[3] = {0, 0, 0};
            do {
                complex exact = naive(l, k, -1, [&](const int *z) {
                    return complex(numbers[place(l, input_of(l), b, z)]);
                });
                size_t at = place(l, output_of(l), b, k);
                cr_assert(std::abs(spectrum[at] - exact) < rounding);
                cr_assert(std::isnan(spoiled[at].real()), "an inverse kept its input");
            } while (next(l.rank, half, k));
            do {
                size_t at = place(l, input_of(l), b, i);
                cr_assert(epsilon_eq(dbl, again[at], cells * numbers[at], rounding * cells));
            } while (next(l.rank, l.n, i));
        }
        cufftDestroy(forward);
        cufftDestroy(inverse);
    }
    cr_assert(eq(sz, cuda_on_host_live_total(), 0));
}

Test(cufft, single_precision)
{
    std::vector<float> numbers(20);
    for (size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = (float)number(i).real();
    device<float> in(numbers), back(20);
    device<std::complex<float>> hat(11);
    cufftHandle forward, inverse;
    cr_assert(cufftPlan1d(&forward, 20, CUFFT_R2C, 1) == CUFFT_SUCCESS);
    cr_assert(cufftPlan1d(&inverse, 20, CUFFT_C2R, 1) == CUFFT_SUCCESS);
    cr_assert(cufftExecR2C(forward, in.data, (cufftComplex *)hat.data) == CUFFT_SUCCESS);
    layout l = {1, {20}, {20}, 1, 20, {20}, 1, 20, 1};
    std::vector<std::complex<float>> spectrum = hat.read();
    for (int k = 0; k <= 10; ++k) {
        complex exact = naive(l, &k, -1, [&](const int *i) { return complex(numbers[i[0]]); });
        /* 20 terms rounded to 6e-8 */
        cr_assert(std::abs(complex(spectrum[k]) - exact) < 20 * 6e-8);
    }
    cr_assert(cufftExecC2R(inverse, (cufftComplex *)hat.data, back.data) == CUFFT_SUCCESS);
    std::vector<float> again = back.read();
    for (int i = 0; i < 20; ++i)
        cr_assert(epsilon_eq(flt, again[i], 20 * numbers[i], 20 * 20 * 6e-8f));
    cufftDestroy(forward);
    cufftDestroy(inverse);
}

Test(cufft, work_areas_are_memory_of_the_device)
{
    cufftHandle plan;
    int n[1] = {16};
    size_t bytes = 0;
    cr_assert(cufftCreate(&plan) == CUFFT_SUCCESS);
    cr_assert(cufftSetAutoAllocation(plan, 0) == CUFFT_SUCCESS);
    cr_assert(cufftMakePlanMany(plan, 1, n, nullptr, 1, 0, nullptr, 1, 0, CUFFT_Z2Z, 2, &bytes) ==
              CUFFT_SUCCESS);
    cr_assert(lt(sz, 0, bytes));
    cr_assert(eq(sz, cuda_on_host_live().allocations, 0));
    device<complex> data(std::vector<complex>(32, 1.0));
    cufftDoubleComplex *z = (cufftDoubleComplex *)data.data;
    cr_assert(eq(int, cufftExecZ2Z(plan, z, z, CUFFT_FORWARD), CUFFT_NO_WORKSPACE));
    {
        device<char> small(bytes - 1), enough(bytes);
        cufftSetWorkArea(plan, small.data);
        cr_assert(eq(int, cufftExecZ2Z(plan, z, z, CUFFT_FORWARD), CUFFT_NO_WORKSPACE));
        cufftSetWorkArea(plan, enough.data);
        cr_assert(eq(int, cufftExecZ2Z(plan, z, z, CUFFT_FORWARD), CUFFT_SUCCESS));
    }
    std::vector<complex> got = data.read();
    cr_assert(std::abs(got[16] - 16.0) < rounding);
    cr_assert(std::abs(got[17]) < rounding);
    cufftDestroy(plan);
    cuda_on_host_fail(CUDA_ON_HOST_MALLOC, 1);
    cr_assert(eq(int, cufftPlan1d(&plan, 8, CUFFT_Z2Z, 1), CUFFT_ALLOC_FAILED));
    cuda_on_host_fail(CUDA_ON_HOST_PLAN, 1);
    cr_assert(eq(int, cufftPlan1d(&plan, 8, CUFFT_Z2Z, 1), CUFFT_INTERNAL_ERROR));
    cr_assert(eq(sz, cuda_on_host_live().plans, 0));
}

Test(cufft, mistakes_are_refused)
{
    cufftHandle plan;
    int n[2] = {4, 6}, narrow[2] = {4, 5};
    cr_assert(cufftPlanMany(&plan, 2, n, narrow, 1, 24, n, 1, 24, CUFFT_Z2Z, 1) ==
              CUFFT_INVALID_VALUE);
    cr_assert(cufftPlanMany(&plan, 4, n, n, 1, 24, n, 1, 24, CUFFT_Z2Z, 1) == CUFFT_INVALID_SIZE);
    cr_assert(cufftPlan2d(&plan, 4, 6, CUFFT_Z2Z) == CUFFT_SUCCESS);
    device<complex> small(23), data(24);
    std::vector<complex> host(24);
    cufftDoubleComplex *z = (cufftDoubleComplex *)data.data;
    cr_assert(cufftExecZ2Z(plan, z, (cufftDoubleComplex *)small.data, CUFFT_FORWARD) ==
              CUFFT_INVALID_VALUE);
    cr_assert(cufftExecZ2Z(plan, z, (cufftDoubleComplex *)host.data(), CUFFT_FORWARD) ==
              CUFFT_INVALID_VALUE);
    cr_assert(cufftExecD2Z(plan, (double *)z, z) == CUFFT_INVALID_PLAN);
    cufftDestroy(plan);
    cr_assert(cufftExecZ2Z(plan, z, z, CUFFT_FORWARD) == CUFFT_INVALID_PLAN);
    cr_assert(cufftDestroy(plan) == CUFFT_INVALID_PLAN);
}
