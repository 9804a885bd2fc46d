/* test_suite_vector.c - whole vectors: combinations, reductions, contraction. */
#include "suite.h"

enum { VECTORS = 19 }; /* more than one group of 16 in `inner`, and odd remainders in `combine` */

typedef struct pool {
    qfp_context *context;
    qfp_buffer *x[VECTORS], *y;
    double *host[VECTORS], *host_y;
} pool;

static pool pool_create(const qfp_backend *b, size_t count)
{
    pool p = {0};
    OK(b->device->context_create(2, &p.context));
    OK(b->vector->create(p.context, count, &p.y));
    p.host_y = suite_random_array(count, 99);
    OK(b->vector->upload(p.y, 0, count, p.host_y));
    for (int k = 0; k < VECTORS; ++k) {
        p.host[k] = suite_random_array(count, (uint64_t)k + 1);
        OK(b->vector->create(p.context, count, &p.x[k]));
        OK(b->vector->upload(p.x[k], 0, count, p.host[k]));
    }
    return p;
}

static void pool_destroy(const qfp_backend *b, pool *p)
{
    for (int k = 0; k < VECTORS; ++k) {
        b->vector->destroy(p->x[k]);
        free(p->host[k]);
    }
    b->vector->destroy(p->y);
    free(p->host_y);
    b->device->context_destroy(p->context);
}

static void combines(const qfp_backend *b)
{
    const double beta[] = {0.0, 1.0, -0.75};
    double a[VECTORS];
    uint64_t seed = 5;
    for (int k = 0; k < VECTORS; ++k)
        a[k] = suite_random(&seed);
    for (int l = 0; l < SUITE_LENGTHS; ++l) {
        size_t count = suite_length[l];
        pool p = pool_create(b, count);
        double *out = malloc((count + 1) * sizeof *out);
        for (int terms = 0; terms <= VECTORS; terms = terms < 6 ? terms + 1 : terms + 13)
            for (int s = 0; s < 3; ++s) {
                OK(b->vector->upload(p.y, 0, count, p.host_y));
                OK(b->vector->combine(count, beta[s], p.y, terms, a, p.x));
                OK(b->vector->download(p.y, 0, count, out));
                for (size_t i = 0; i < count; ++i) {
                    long double sum = (long double)beta[s] * p.host_y[i];
                    for (int k = 0; k < terms; ++k)
                        sum += (long double)a[k] * p.host[k][i];
                    /* 20 roundings of numbers below 20 */
                    cr_assert(epsilon_eq(dbl, out[i], (double)sum, 1e-14));
                }
            }
        free(out);
        pool_destroy(b, &p);
    }
}
ON_EVERY_BACKEND(combines)

static void combine_without_beta_never_reads(const qfp_backend *b)
{
    pool p = pool_create(b, 3);
    const double poison[3] = {NAN, INFINITY, NAN};
    double out[3], a = 2.0;
    for (int terms = 0; terms < 2; ++terms) {
        OK(b->vector->upload(p.y, 0, 3, poison));
        OK(b->vector->combine(3, 0.0, p.y, terms, &a, p.x));
        OK(b->vector->download(p.y, 0, 3, out));
        for (int i = 0; i < 3; ++i)
            cr_assert(eq(dbl, out[i], terms * 2.0 * p.host[0][i]));
    }
    pool_destroy(b, &p);
}
ON_EVERY_BACKEND(combine_without_beta_never_reads)

/* What reaches beyond the end of a vector is refused and copies nothing; also where the sum of
 * offset and count is no size any more. */
static void copies_stay_inside(const qfp_backend *b)
{
    pool p = pool_create(b, 20);
    double numbers[20] = {0.0}, out[20];
    FAILS(b->vector->upload(p.y, 0, 21, numbers));
    FAILS(b->vector->upload(p.y, 19, 2, numbers));
    FAILS(b->vector->upload(p.y, 21, 0, numbers));
    FAILS(b->vector->upload(p.y, 2, SIZE_MAX, numbers));
    FAILS(b->vector->download(p.y, 1, 20, out));
    OK(b->vector->upload(p.y, 20, 0, numbers));
    OK(b->vector->download(p.y, 0, 20, out));
    for (int i = 0; i < 20; ++i)
        cr_assert(eq(dbl, out[i], p.host_y[i]));
    pool_destroy(b, &p);
}
ON_EVERY_BACKEND(copies_stay_inside)

static void combine_leaves_the_rest(const qfp_backend *b)
{
    pool p = pool_create(b, 20);
    double out[20], a = 1.0;
    OK(b->vector->combine(13, 0.0, p.y, 1, &a, p.x));
    OK(b->vector->download(p.y, 0, 20, out));
    for (int i = 0; i < 20; ++i)
        cr_assert(eq(dbl, out[i], i < 13 ? p.host[0][i] : p.host_y[i]));
    pool_destroy(b, &p);
}
ON_EVERY_BACKEND(combine_leaves_the_rest)

static void inner_products(const qfp_backend *b)
{
    for (int l = 0; l < SUITE_LENGTHS; ++l) {
        size_t count = suite_length[l];
        pool p = pool_create(b, count);
        double out[VECTORS];
        OK(b->vector->inner(count, VECTORS, p.x, p.y, out));
        for (int k = 0; k < VECTORS; ++k) {
            long double sum = 0, size = 0;
            for (size_t i = 0; i < count; ++i) {
                sum += (long double)p.host[k][i] * p.host_y[i];
                size += fabsl((long double)p.host[k][i] * p.host_y[i]);
            }
            /* A tree of 64-term lanes and 7 levels: below 80 roundings of the sum of magnitudes,
             * and far below that on average. */
            cr_assert(epsilon_eq(dbl, out[k], (double)sum, 1e-15 * (double)size));
        }
        pool_destroy(b, &p);
    }
}
ON_EVERY_BACKEND(inner_products)

static void finds_extrema(const qfp_backend *b)
{
    pool p = pool_create(b, 703); /* odd: the end is alone where others go in pairs */
    double low, high;
    int finite;
    p.host_y[3] = 5.0;
    p.host_y[702] = -7.0;
    OK(b->vector->upload(p.y, 0, 703, p.host_y));
    OK(b->vector->extrema(703, p.y, &low, &high, &finite));
    cr_assert(eq(dbl, low, -7.0));
    cr_assert(eq(dbl, high, 5.0));
    cr_assert(finite == 1);
    OK(b->vector->extrema(702, p.y, &low, &high, &finite));
    cr_assert(lt(dbl, -1.0, low));
    const double nan = NAN, infinity = INFINITY;
    OK(b->vector->upload(p.y, 0, 1, &nan));
    OK(b->vector->extrema(703, p.y, &low, &high, &finite));
    cr_assert(eq(dbl, low, -7.0));
    cr_assert(eq(dbl, high, 5.0));
    cr_assert(finite == 0);
    OK(b->vector->upload(p.y, 0, 1, &infinity));
    OK(b->vector->extrema(703, p.y, &low, &high, &finite));
    cr_assert(eq(dbl, high, INFINITY));
    cr_assert(finite == 0);
    pool_destroy(b, &p);
}
ON_EVERY_BACKEND(finds_extrema)

static void sums_the_entropy(const qfp_backend *b)
{
    for (int l = 0; l < SUITE_LENGTHS; ++l) {
        size_t count = suite_length[l];
        pool p = pool_create(b, count);
        const double scale = 3.7;
        double out;
        long double sum = 0, size = 0;
        if (count > 0) {
            p.host_y[0] = 0.0; /* the limit, not 0 · -inf */
            OK(b->vector->upload(p.y, 0, 1, p.host_y));
        }
        for (size_t i = 0; i < count; ++i)
            if (p.host_y[i] > 0.0) {
                long double term =
                    -(long double)p.host_y[i] * logl(scale * (long double)p.host_y[i]);
                sum += term;
                size += fabsl(term);
            }
        OK(b->vector->entropy(count, p.y, scale, &out));
        /* As for inner products; near scale q = 1 the argument's rounding counts absolutely. */
        cr_assert(epsilon_eq(dbl, out, (double)sum, 1e-15 * (double)size + 1e-16 * (double)count));
        pool_destroy(b, &p);
    }
}
ON_EVERY_BACKEND(sums_the_entropy)

static void contract_shape(const qfp_backend *b, size_t slices, size_t of_slice, size_t n,
                           size_t inner, size_t m)
{
    size_t outer = slices * of_slice;
    qfp_context *context = NULL;
    qfp_buffer *x = NULL, *y = NULL;
    double *matrix = suite_random_array(m * n, 1), *in = suite_random_array(outer * n * inner, 2);
    double *out = malloc(outer * m * inner * sizeof *out);
    OK(b->device->context_create(1, &context));
    OK(b->vector->create(context, outer * n * inner, &x));
    OK(b->vector->create(context, outer * m * inner, &y));
    OK(b->vector->upload(x, 0, outer * n * inner, in));
    OK(b->grid->contract(slices, of_slice, n, inner, m, matrix, x, y));
    OK(b->vector->download(y, 0, outer * m * inner, out));
    for (size_t o = 0; o < outer; ++o)
        for (size_t r = 0; r < m; ++r)
            for (size_t i = 0; i < inner; ++i) {
                long double sum = 0;
                for (size_t k = 0; k < n; ++k)
                    sum += (long double)matrix[r * n + k] * in[(o * n + k) * inner + i];
                /* n ≤ 12 products of numbers below 1 */
                cr_assert(epsilon_eq(dbl, out[(o * m + r) * inner + i], (double)sum, 1e-14));
            }
    free(matrix);
    free(in);
    free(out);
    b->vector->destroy(x);
    b->vector->destroy(y);
    b->device->context_destroy(context);
}

static void contracts(const qfp_backend *b)
{
    contract_shape(b, 1, 1, 5, 1, 3);
    contract_shape(b, 1, 7, 6, 1, 11);
    contract_shape(b, 1, 1, 12, 9, 4);
    contract_shape(b, 5, 1, 4, 6, 8);
    contract_shape(b, 1, 3, 5, 2, 4);
}
ON_EVERY_BACKEND(contracts)
