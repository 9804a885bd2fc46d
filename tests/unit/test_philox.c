/* The random numbers: the published known answers of Philox 4x32-10, and the first moments of what
 * is made of it. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "shared/philox.h"

/* Known-answer tests of Random123 (file kat_vectors of its distribution): counter, key, answer. */
static const struct known {
    uint32_t counter[4], key[2], answer[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

Test(philox, known_answers)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const struct known *k = &known[i];
        qfpi_random4 r = qfpi_philox((uint64_t)k->key[1] << 32 | k->key[0],
                                     (uint64_t)k->counter[3] << 32 | k->counter[2],
                                     (uint64_t)k->counter[1] << 32 | k->counter[0]);
        for (int w = 0; w < 4; w++)
            cr_assert(eq(u32, r.word[w], k->answer[w]), "vector %zu, word %d", i, w);
    }
}

Test(philox, uniform_numbers_stay_inside)
{
    cr_assert(qfpi_uniform(0, 0) > 0.0);
    cr_assert(qfpi_uniform(0xffffffff, 0xffffffff) < 1.0);
}

/* 53 random bits, and powers of two down to the smallest uniform number: numbers near 0, near 1 and
 * just beside the borders of the reductions. */
static double number_between(uint64_t i)
{
    qfpi_random4 r = qfpi_philox(3, i, 0);
    double u = qfpi_uniform(r.word[0], r.word[1]);
    if (i % 4 == 1)
        u = ldexp(u, -(int)(i % 50));
    if (i % 4 == 2)
        u = 1.0 - ldexp(u, -(int)(i % 50));
    if (i % 4 == 3)
        u = (double)(i / 4 % 9) / 8.0 + ldexp(u - 0.5, -(int)(i % 50) - 4);
    return u > 0x1p-53 ? (u < 1.0 - 0x1p-53 ? u : 1.0 - 0x1p-53) : 0x1p-53;
}

/* Against long double: the bounds are those the functions promise. */
Test(philox, logarithm_sine_and_cosine)
{
    const long double turn = 2.0L * acosl(-1.0L);
    for (uint64_t i = 0; i < 200000; i++) {
        double u = number_between(i), sine, cosine;
        long double log_u = logl((long double)u);
        qfpi_sin_cos_turns(u, &sine, &cosine);
        cr_assert(le(dbl, (double)fabsl((long double)qfpi_log(u) / log_u - 1.0L), 4e-16), "u = %a",
                  u);
        cr_assert(le(dbl, (double)fabsl((long double)sine - sinl(turn * u)), 4e-16), "u = %a", u);
        cr_assert(le(dbl, (double)fabsl((long double)cosine - cosl(turn * u)), 4e-16), "u = %a", u);
    }
}

Test(philox, normal_numbers_have_the_moments_of_a_normal_distribution)
{
    enum { DRAWS = 200000 };
    double sum[5] = {0};
    for (uint64_t i = 0; i < DRAWS / 2; i++) {
        double x[2];
        qfpi_normal2(11, i, 0, &x[0], &x[1]);
        for (int half = 0; half < 2; half++) {
            sum[1] += x[half];
            sum[2] += x[half] * x[half];
            sum[4] += x[half] * x[half] * x[half] * x[half];
        }
        sum[3] += x[0] * x[1];
    }
    /* five standard errors each: √(1/N), √(2/N), √(96/N), √(2/N) for N/2 products */
    cr_assert(epsilon_eq(dbl, sum[1] / DRAWS, 0.0, 5.0 / sqrt(DRAWS)));
    cr_assert(epsilon_eq(dbl, sum[2] / DRAWS, 1.0, 5.0 * sqrt(2.0 / DRAWS)));
    cr_assert(epsilon_eq(dbl, sum[4] / DRAWS, 3.0, 5.0 * sqrt(96.0 / DRAWS)));
    cr_assert(epsilon_eq(dbl, 2.0 * sum[3] / DRAWS, 0.0, 5.0 * sqrt(2.0 / DRAWS)));
}
