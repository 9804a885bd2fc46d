/* test_suite_vector.c - slots on whole vectors: copies, combinations, reductions, contraction. */
#include "suite.h"

/* Lengths around the block (512) and lane (8) sizes of the summation tree, and none at all. */
static const size_t lengths[] = {0, 1, 7, 8, 9, 511, 512, 513, 1024, 5000, 40000};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static void no_slot_is_missing(const qfp_backend *b)
{
    cr_assert(b->name != NULL);
    OK(b->available());
    /* The table is a name followed by function pointers only. */
    void (*slot)(void);
    size_t slots = (sizeof *b - sizeof b->name) / sizeof slot;
    for (size_t k = 0; k < slots; ++k) {
        memcpy(&slot, (const char *)b + sizeof b->name + k * sizeof slot, sizeof slot);
        cr_expect(slot != NULL, "slot %zu of backend %s is NULL", k, b->name);
    }
}
ON_EVERY_BACKEND(no_slot_is_missing)

static void describes_itself(const qfp_backend *b)
{
    qfp_context *context = NULL;
    char text[200] = "", tiny[4] = "";
    OK(b->context_create(2, &context));
    OK(b->describe(context, text, sizeof text));
    cr_assert(strlen(text) > 5);
    OK(b->describe(context, tiny, sizeof tiny));
    cr_assert(eq(sz, strlen(tiny), 3));
    OK(b->synchronize(context));
    b->context_destroy(context);
    context = NULL;
    FAILS(b->context_create(-1, &context));
    cr_assert(context == NULL);
}
ON_EVERY_BACKEND(describes_itself)

/* Either a backend has single precision, or a sentence why not; in double it still computes. */
static void precision_is_had_or_refused(const qfp_backend *b)
{
    qfp_context *context = NULL;
    qfp_buffer *buffer = NULL;
    double third = 1.0 / 3.0, out = 0.0;
    OK(b->context_create(1, &context));
    OK(b->precision_set(context, QFP_PRECISION_DOUBLE));
    qfp_status single = b->precision_set(context, QFP_PRECISION_SINGLE);
    cr_assert(single == QFP_OK || single == QFP_UNSUPPORTED, "%s", qfp_last_error());
    if (single != QFP_OK)
        cr_assert(strstr(qfp_last_error(), "double precision") != NULL, "%s", qfp_last_error());
    OK(b->buffer_create(context, 1, &buffer));
    OK(b->upload(buffer, 0, 1, &third));
    OK(b->download(buffer, 0, 1, &out));
    cr_assert(eq(dbl, out, single == QFP_OK ? (double)(float)third : third));
    b->buffer_destroy(buffer);
    b->context_destroy(context);
}
ON_EVERY_BACKEND(precision_is_had_or_refused)

static void tells_its_memory(const qfp_backend *b)
{
    size_t bytes = 0;
    OK(b->memory(&bytes));
    cr_assert(gt(sz, bytes, (size_t)1 << 20));
}
ON_EVERY_BACKEND(tells_its_memory)

static void destroys_accept_null(const qfp_backend *b)
{
    b->buffer_destroy(NULL);
    b->symbol_destroy(NULL);
    b->flow_destroy(NULL);
    b->grid_plan_destroy(NULL);
    b->context_destroy(NULL);
}
ON_EVERY_BACKEND(destroys_accept_null)

static void copies_ranges(const qfp_backend *b)
{
    qfp_context *context = NULL;
    qfp_buffer *buffer = NULL;
    OK(b->context_create(0, &context));
    OK(b->buffer_create(context, 10, &buffer));
    double in[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, patch[2] = {-1, -2}, out[4];
    OK(b->upload(buffer, 0, 10, in));
    OK(b->upload(buffer, 4, 2, patch));
    OK(b->download(buffer, 3, 4, out));
    cr_assert(eq(dbl, out[0], 3.0));
    cr_assert(eq(dbl, out[1], -1.0));
    cr_assert(eq(dbl, out[2], -2.0));
    cr_assert(eq(dbl, out[3], 6.0));
    OK(b->upload(buffer, 10, 0, in));
    FAILS(b->upload(buffer, 9, 2, in));
    FAILS(b->upload(buffer, 11, 0, in));
    FAILS(b->download(buffer, 0, 11, in));
    FAILS(b->download(buffer, SIZE_MAX, 2, in));
    b->buffer_destroy(buffer);
    buffer = NULL;
    FAILS(b->buffer_create(context, SIZE_MAX / 4, &buffer));
    cr_assert(buffer == NULL);
    b->context_destroy(context);
}
ON_EVERY_BACKEND(copies_ranges)

enum { VECTORS = 19 }; /* more than one group of 16 in `inner`, and odd remainders in `combine` */

typedef struct pool {
    qfp_context *context;
    qfp_buffer *x[VECTORS], *y;
    double *host[VECTORS], *host_y;
} pool;

static pool pool_create(const qfp_backend *b, size_t count)
{
    pool p = {0};
    OK(b->context_create(2, &p.context));
    OK(b->buffer_create(p.context, count, &p.y));
    p.host_y = suite_random_array(count, 99);
    OK(b->upload(p.y, 0, count, p.host_y));
    for (int k = 0; k < VECTORS; ++k) {
        p.host[k] = suite_random_array(count, (uint64_t)k + 1);
        OK(b->buffer_create(p.context, count, &p.x[k]));
        OK(b->upload(p.x[k], 0, count, p.host[k]));
    }
    return p;
}

static void pool_destroy(const qfp_backend *b, pool *p)
{
    for (int k = 0; k < VECTORS; ++k) {
        b->buffer_destroy(p->x[k]);
        free(p->host[k]);
    }
    b->buffer_destroy(p->y);
    free(p->host_y);
    b->context_destroy(p->context);
}

static void combines(const qfp_backend *b)
{
    const double beta[] = {0.0, 1.0, -0.75};
    double a[VECTORS];
    uint64_t seed = 5;
    for (int k = 0; k < VECTORS; ++k)
        a[k] = suite_random(&seed);
    for (int l = 0; l < LENGTHS; ++l) {
        size_t count = lengths[l];
        pool p = pool_create(b, count);
        double *out = malloc((count + 1) * sizeof *out);
        for (int terms = 0; terms <= VECTORS; terms = terms < 6 ? terms + 1 : terms + 13)
            for (int s = 0; s < 3; ++s) {
                OK(b->upload(p.y, 0, count, p.host_y));
                OK(b->combine(count, beta[s], p.y, terms, a, p.x));
                OK(b->download(p.y, 0, count, out));
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
        OK(b->upload(p.y, 0, 3, poison));
        OK(b->combine(3, 0.0, p.y, terms, &a, p.x));
        OK(b->download(p.y, 0, 3, out));
        for (int i = 0; i < 3; ++i)
            cr_assert(eq(dbl, out[i], terms * 2.0 * p.host[0][i]));
    }
    pool_destroy(b, &p);
}
ON_EVERY_BACKEND(combine_without_beta_never_reads)

static void combine_leaves_the_rest(const qfp_backend *b)
{
    pool p = pool_create(b, 20);
    double out[20], a = 1.0;
    OK(b->combine(13, 0.0, p.y, 1, &a, p.x));
    OK(b->download(p.y, 0, 20, out));
    for (int i = 0; i < 20; ++i)
        cr_assert(eq(dbl, out[i], i < 13 ? p.host[0][i] : p.host_y[i]));
    pool_destroy(b, &p);
}
ON_EVERY_BACKEND(combine_leaves_the_rest)

static void inner_products(const qfp_backend *b)
{
    for (int l = 0; l < LENGTHS; ++l) {
        size_t count = lengths[l];
        pool p = pool_create(b, count);
        double out[VECTORS];
        OK(b->inner(count, VECTORS, p.x, p.y, out));
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
    OK(b->upload(p.y, 0, 703, p.host_y));
    OK(b->extrema(703, p.y, &low, &high, &finite));
    cr_assert(eq(dbl, low, -7.0));
    cr_assert(eq(dbl, high, 5.0));
    cr_assert(finite == 1);
    OK(b->extrema(702, p.y, &low, &high, &finite));
    cr_assert(gt(dbl, low, -1.0));
    const double nan = NAN, infinity = INFINITY;
    OK(b->upload(p.y, 0, 1, &nan));
    OK(b->extrema(703, p.y, &low, &high, &finite));
    cr_assert(eq(dbl, low, -7.0));
    cr_assert(eq(dbl, high, 5.0));
    cr_assert(finite == 0);
    OK(b->upload(p.y, 0, 1, &infinity));
    OK(b->extrema(703, p.y, &low, &high, &finite));
    cr_assert(eq(dbl, high, INFINITY));
    cr_assert(finite == 0);
    pool_destroy(b, &p);
}
ON_EVERY_BACKEND(finds_extrema)

static void sums_the_entropy(const qfp_backend *b)
{
    for (int l = 0; l < LENGTHS; ++l) {
        size_t count = lengths[l];
        pool p = pool_create(b, count);
        const double scale = 3.7;
        double out;
        long double sum = 0, size = 0;
        if (count > 0) {
            p.host_y[0] = 0.0; /* the limit, not 0 · -inf */
            OK(b->upload(p.y, 0, 1, p.host_y));
        }
        for (size_t i = 0; i < count; ++i)
            if (p.host_y[i] > 0.0) {
                long double term =
                    -(long double)p.host_y[i] * logl(scale * (long double)p.host_y[i]);
                sum += term;
                size += fabsl(term);
            }
        OK(b->entropy(count, p.y, scale, &out));
        /* As for inner products; near scale q = 1 the argument's rounding counts absolutely. */
        cr_assert(epsilon_eq(dbl, out, (double)sum, 1e-15 * (double)size + 1e-16 * (double)count));
        pool_destroy(b, &p);
    }
}
ON_EVERY_BACKEND(sums_the_entropy)

static void contract_shape(const qfp_backend *b, size_t outer, size_t n, size_t inner, size_t m)
{
    qfp_context *context = NULL;
    qfp_buffer *x = NULL, *y = NULL;
    double *matrix = suite_random_array(m * n, 1), *in = suite_random_array(outer * n * inner, 2);
    double *out = malloc(outer * m * inner * sizeof *out);
    OK(b->context_create(1, &context));
    OK(b->buffer_create(context, outer * n * inner, &x));
    OK(b->buffer_create(context, outer * m * inner, &y));
    OK(b->upload(x, 0, outer * n * inner, in));
    OK(b->contract(outer, n, inner, m, matrix, x, y));
    OK(b->download(y, 0, outer * m * inner, out));
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
    b->buffer_destroy(x);
    b->buffer_destroy(y);
    b->context_destroy(context);
}

static void contracts(const qfp_backend *b)
{
    contract_shape(b, 1, 5, 1, 3);
    contract_shape(b, 7, 6, 1, 11);
    contract_shape(b, 1, 12, 9, 4);
    contract_shape(b, 5, 4, 6, 8);
}
ON_EVERY_BACKEND(contracts)
