/* test_suite_vector.c - slots on whole vectors: copies, combinations, reductions, contraction. */
#include "suite.h"

/* Lengths around the block (512) and lane (8) sizes of the summation tree, and none at all. */
static const size_t lengths[] = {0, 1, 7, 8, 9, 511, 512, 513, 1024, 5000, 40000};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

/* A table of operations is function pointers only. */
static void complete(const qfp_backend *b, const char *object, const void *table, size_t size)
{
    void (*slot)(void);
    cr_expect(table != NULL, "backend %s has no %s", b->name, object);
    for (size_t k = 0; table != NULL && k < size / sizeof slot; ++k) {
        memcpy(&slot, (const char *)table + k * sizeof slot, sizeof slot);
        cr_expect(slot != NULL, "%s operation %zu of backend %s is NULL", object, k, b->name);
    }
}

static void no_operation_is_missing(const qfp_backend *b)
{
#define COMPLETE(object) complete(b, #object, b->object, sizeof *b->object)
    int checked = strcmp(b->name, "checked") == 0, cpu = strcmp(b->name, "cpu") == 0;
    COMPLETE(device);
    COMPLETE(vector);
    COMPLETE(recurrence);
    COMPLETE(grid);
    COMPLETE(symbol);
    COMPLETE(flow);
    COMPLETE(stencil);
    if (!cpu && !checked)
        COMPLETE(plane);
    if (!checked) {
        COMPLETE(paths);
        COMPLETE(guide);
        COMPLETE(doubled);
        COMPLETE(boundary);
        COMPLETE(action);
    }
    if (cpu) {
        COMPLETE(process);
        COMPLETE(density);
        COMPLETE(wave);
    }
    OK(b->device->available());
#undef COMPLETE
}
ON_EVERY_BACKEND(no_operation_is_missing)

static void describes_itself(const qfp_backend *b)
{
    qfp_context *context = NULL;
    char text[200] = "", tiny[4] = "";
    OK(b->device->context_create(2, &context));
    OK(b->device->describe(context, text, sizeof text));
    cr_assert(strlen(text) > 5);
    OK(b->device->describe(context, tiny, sizeof tiny));
    cr_assert(eq(sz, strlen(tiny), 3));
    OK(b->device->synchronize(context));
    b->device->context_destroy(context);
    context = NULL;
    FAILS(b->device->context_create(-1, &context));
    cr_assert(context == NULL);
}
ON_EVERY_BACKEND(describes_itself)

/* Either a backend has single precision, or a sentence why not; in double it still computes. */
static void precision_is_had_or_refused(const qfp_backend *b)
{
    qfp_context *context = NULL;
    qfp_buffer *buffer = NULL;
    double third = 1.0 / 3.0, out = 0.0;
    OK(b->device->context_create(1, &context));
    OK(b->device->precision_set(context, QFP_PRECISION_DOUBLE));
    qfp_status single = b->device->precision_set(context, QFP_PRECISION_SINGLE);
    cr_assert(single == QFP_OK || single == QFP_UNSUPPORTED, "%s", qfp_last_error());
    if (single != QFP_OK)
        cr_assert(strstr(qfp_last_error(), "double precision") != NULL, "%s", qfp_last_error());
    OK(b->vector->create(context, 1, &buffer));
    OK(b->vector->upload(buffer, 0, 1, &third));
    OK(b->vector->download(buffer, 0, 1, &out));
    cr_assert(eq(dbl, out, single == QFP_OK ? (double)(float)third : third));
    b->vector->destroy(buffer);
    b->device->context_destroy(context);
}
ON_EVERY_BACKEND(precision_is_had_or_refused)

static void tells_its_memory(const qfp_backend *b)
{
    qfp_context *context = NULL;
    size_t bytes = 0;
    OK(b->device->memory(NULL, &bytes));
    cr_assert(gt(sz, bytes, (size_t)1 << 20));
    bytes = 0;
    OK(b->device->context_create(1, &context));
    OK(b->device->memory(context, &bytes));
    cr_assert(gt(sz, bytes, (size_t)1 << 20));
    b->device->context_destroy(context);
}
ON_EVERY_BACKEND(tells_its_memory)

static void destroys_accept_null(const qfp_backend *b)
{
    b->vector->destroy(NULL);
    b->recurrence->destroy(NULL);
    b->symbol->destroy(NULL);
    b->flow->destroy(NULL);
    b->grid->destroy(NULL);
    b->device->context_destroy(NULL);
}
ON_EVERY_BACKEND(destroys_accept_null)

static void copies_ranges(const qfp_backend *b)
{
    qfp_context *context = NULL;
    qfp_buffer *buffer = NULL;
    OK(b->device->context_create(0, &context));
    OK(b->vector->create(context, 10, &buffer));
    double in[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, patch[2] = {-1, -2}, out[4];
    OK(b->vector->upload(buffer, 0, 10, in));
    OK(b->vector->upload(buffer, 4, 2, patch));
    OK(b->vector->download(buffer, 3, 4, out));
    cr_assert(eq(dbl, out[0], 3.0));
    cr_assert(eq(dbl, out[1], -1.0));
    cr_assert(eq(dbl, out[2], -2.0));
    cr_assert(eq(dbl, out[3], 6.0));
    OK(b->vector->upload(buffer, 10, 0, in));
    FAILS(b->vector->upload(buffer, 9, 2, in));
    FAILS(b->vector->upload(buffer, 11, 0, in));
    FAILS(b->vector->download(buffer, 0, 11, in));
    FAILS(b->vector->download(buffer, SIZE_MAX, 2, in));
    b->vector->destroy(buffer);
    buffer = NULL;
    FAILS(b->vector->create(context, SIZE_MAX / 4, &buffer));
    cr_assert(buffer == NULL);
    b->device->context_destroy(context);
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
    for (int l = 0; l < LENGTHS; ++l) {
        size_t count = lengths[l];
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
    for (int l = 0; l < LENGTHS; ++l) {
        size_t count = lengths[l];
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

/* A context of one precision with four equally long vectors of random numbers; false where the
 * backend has none. */
typedef struct quartet {
    qfp_context *context;
    qfp_buffer *v[4];
    qfp_recurrence *recurrence;
} quartet;

static int quartet_create(const qfp_backend *b, qfp_precision precision, size_t count, quartet *q)
{
    *q = (quartet){0};
    OK(b->device->context_create(2, &q->context));
    int has = b->device->precision_set(q->context, precision) == QFP_OK;
    for (int k = 0; k < 4 && has; ++k) {
        double *numbers = suite_random_array(count, (uint64_t)k + 7);
        OK(b->vector->create(q->context, count, &q->v[k]));
        OK(b->vector->upload(q->v[k], 0, count, numbers));
        free(numbers);
    }
    OK(b->recurrence->create(q->context, 3, &q->recurrence));
    return has;
}

static void quartet_destroy(const qfp_backend *b, quartet *q)
{
    for (int k = 0; k < 4; ++k)
        b->vector->destroy(q->v[k]);
    b->recurrence->destroy(q->recurrence);
    b->device->context_destroy(q->context);
}

static void same_numbers(const qfp_backend *b, size_t count, const qfp_buffer *x,
                         const qfp_buffer *y)
{
    double *in_x = malloc((count + 1) * sizeof *in_x), *in_y = malloc((count + 1) * sizeof *in_y);
    OK(b->vector->download(x, 0, count, in_x));
    OK(b->vector->download(y, 0, count, in_y));
    for (size_t i = 0; i < count; ++i)
        cr_assert(eq(dbl, in_x[i], in_y[i]));
    free(in_x);
    free(in_y);
}

/* A step does, bit for bit, what three slots do. */
static void recurrence_is_its_parts(const qfp_backend *b)
{
    for (int l = 0; l < 2 * LENGTHS; ++l) {
        size_t count = lengths[l / 2];
        quartet q;
        double squared[3] = {0.0}, norm[3], read[3], scale, one = 1.0;
        if (!quartet_create(b, l % 2 ? QFP_PRECISION_SINGLE : QFP_PRECISION_DOUBLE, count, &q)) {
            quartet_destroy(b, &q);
            continue;
        }
        qfp_buffer **v = q.v;
        /* v[0] by the slot, then v[1] += β_0 v[0], each beside its parts in v[2] and v[3] */
        OK(b->vector->combine(count, 0.0, v[2], 1, &one, &v[0]));
        OK(b->vector->combine(count, 0.0, v[3], 1, &one, &v[1]));
        OK(b->recurrence->step(q.recurrence, 0, count, NULL, v[0]));
        OK(b->vector->inner(count, 1, &v[2], v[2], &squared[0]));
        norm[0] = sqrt(squared[0]);
        scale = count > 0 ? 1.0 / norm[0] : 0.0;
        OK(b->vector->combine(count, scale, v[2], 0, NULL, NULL));
        same_numbers(b, count, v[0], v[2]);
        OK(b->recurrence->step(q.recurrence, 1, count, v[0], v[1]));
        OK(b->vector->combine(count, 1.0, v[3], 1, &norm[0], &v[2]));
        OK(b->vector->inner(count, 1, &v[3], v[3], &squared[1]));
        norm[1] = sqrt(squared[1]);
        scale = count > 0 ? 1.0 / norm[1] : 0.0;
        OK(b->vector->combine(count, scale, v[3], 0, NULL, NULL));
        same_numbers(b, count, v[1], v[3]);
        same_numbers(b, count, v[0], v[2]);
        OK(b->recurrence->norms(q.recurrence, 0, 2, read));
        cr_assert(eq(dbl, read[0], norm[0]));
        cr_assert(eq(dbl, read[1], norm[1]));
        OK(b->recurrence->norms(q.recurrence, 1, 1, read));
        cr_assert(eq(dbl, read[0], norm[1]));
        quartet_destroy(b, &q);
    }
}
ON_EVERY_BACKEND(recurrence_is_its_parts)

/* Where an invariant space ends the vectors are 0, and what follows stays finite. */
static void recurrence_survives_its_end(const qfp_backend *b)
{
    enum { COUNT = 600 };
    const double tiny[] = {0.0, 1e-310, 1e-170};
    for (int k = 0; k < 3; ++k) {
        quartet q;
        double numbers[COUNT], norm[3], out[COUNT];
        cr_assert(quartet_create(b, QFP_PRECISION_DOUBLE, COUNT, &q));
        for (int i = 0; i < COUNT; ++i)
            numbers[i] = tiny[k];
        OK(b->vector->upload(q.v[1], 0, COUNT, numbers));
        OK(b->recurrence->step(q.recurrence, 0, COUNT, NULL, q.v[0]));
        OK(b->recurrence->step(q.recurrence, 1, COUNT, NULL, q.v[1]));
        OK(b->vector->download(q.v[1], 0, COUNT, out));
        for (int i = 0; i < COUNT; ++i) /* their squares are 0 */
            cr_assert(eq(dbl, out[i], 0.0));
        OK(b->vector->combine(COUNT, 0.0, q.v[2], 0, NULL, NULL));
        OK(b->recurrence->step(q.recurrence, 2, COUNT, q.v[0], q.v[2]));
        OK(b->vector->download(q.v[2], 0, COUNT, out));
        for (int i = 0; i < COUNT; ++i)
            cr_assert(eq(dbl, out[i], 0.0));
        OK(b->recurrence->norms(q.recurrence, 0, 3, norm));
        cr_assert(gt(dbl, norm[0], 0.0));
        cr_assert(eq(dbl, norm[1], 0.0));
        cr_assert(eq(dbl, norm[2], 0.0));
        quartet_destroy(b, &q);
    }
}
ON_EVERY_BACKEND(recurrence_survives_its_end)

static void recurrence_tells_what_is_not_finite(const qfp_backend *b)
{
    const double bad[] = {NAN, INFINITY, 1e200};
    for (int k = 0; k < 3; ++k) {
        quartet q;
        double norm;
        cr_assert(quartet_create(b, QFP_PRECISION_DOUBLE, 700, &q));
        OK(b->vector->upload(q.v[0], 650, 1, &bad[k]));
        OK(b->recurrence->step(q.recurrence, 0, 700, NULL, q.v[0]));
        OK(b->recurrence->norms(q.recurrence, 0, 1, &norm));
        cr_assert(isfinite(norm) == 0);
        quartet_destroy(b, &q);
    }
}
ON_EVERY_BACKEND(recurrence_tells_what_is_not_finite)

static void recurrence_leaves_the_rest(const qfp_backend *b)
{
    quartet q;
    double before[20], after[20], norm;
    cr_assert(quartet_create(b, QFP_PRECISION_DOUBLE, 20, &q));
    OK(b->vector->download(q.v[0], 0, 20, before));
    OK(b->recurrence->step(q.recurrence, 0, 13, NULL, q.v[0]));
    OK(b->recurrence->norms(q.recurrence, 0, 1, &norm));
    OK(b->vector->download(q.v[0], 0, 20, after));
    for (int i = 0; i < 20; ++i)
        cr_assert(eq(dbl, after[i], i < 13 ? 1.0 / norm * before[i] : before[i]));
    quartet_destroy(b, &q);
}
ON_EVERY_BACKEND(recurrence_leaves_the_rest)

/* More runs of the sum than one block of a device adds: 1024 of 2^14 numbers, and one more. */
static void recurrence_of_a_long_vector(const qfp_backend *b)
{
    const size_t count = ((size_t)1 << 24) + 5;
    const double first = 3.0, last = -4.0;
    double norm, out[2];
    qfp_context *context = NULL;
    qfp_buffer *y = NULL;
    qfp_recurrence *recurrence = NULL;
    OK(b->device->context_create(2, &context));
    OK(b->vector->create(context, count, &y));
    OK(b->recurrence->create(context, 1, &recurrence));
    OK(b->vector->combine(count, 0.0, y, 0, NULL, NULL));
    OK(b->vector->upload(y, 0, 1, &first));
    OK(b->vector->upload(y, count - 1, 1, &last));
    OK(b->recurrence->step(recurrence, 0, count, NULL, y));
    OK(b->recurrence->norms(recurrence, 0, 1, &norm));
    cr_assert(eq(dbl, norm, 5.0));
    OK(b->vector->download(y, 0, 1, &out[0]));
    OK(b->vector->download(y, count - 1, 1, &out[1]));
    cr_assert(eq(dbl, out[0], 3.0 * (1.0 / 5.0)));
    cr_assert(eq(dbl, out[1], -4.0 * (1.0 / 5.0)));
    b->recurrence->destroy(recurrence);
    b->vector->destroy(y);
    b->device->context_destroy(context);
}
ON_EVERY_BACKEND(recurrence_of_a_long_vector)

enum { USES = 8, USED = 901 }; /* odd: kernels that load two or four at a time have some left */

/* What may be done with the vector v, with the help of two others; everything that comes out. */
static void use(const qfp_backend *b, int what, qfp_recurrence *r, qfp_buffer *v, qfp_buffer *y,
                qfp_buffer *z, double *out)
{
    const double a[2] = {0.7, -0.4};
    qfp_buffer *const list[2] = {v, z};
    int finite;
    memset(out, 0, (2 * USED + 3) * sizeof *out);
    switch (what) {
    case 0:
        OK(b->vector->inner(USED, 2, list, v, out + 2 * USED));
        break;
    case 1:
        OK(b->vector->combine(USED, 0.3, y, 2, a, list));
        break;
    case 2:
        OK(b->vector->combine(USED, 0.3, v, 1, a, &z));
        break;
    case 3:
        OK(b->vector->combine(USED / 2, 0.0, v, 1, a, &z));
        break;
    case 4:
        OK(b->vector->combine(USED / 2, 0.0, v, 0, NULL, NULL));
        break;
    case 5:
        OK(b->vector->upload(v, 3, 1, a));
        OK(b->vector->extrema(USED, v, out + 2 * USED, out + 2 * USED + 1, &finite));
        break;
    case 6:
        OK(b->recurrence->step(r, 1, USED, v, y));
        break;
    case 7:
        OK(b->recurrence->step(r, 1, USED, z, v));
        OK(b->vector->combine(USED, 0.0, v, 1, a, &z));
        break;
    }
    OK(b->vector->download(y, 0, USED, out));
    OK(b->vector->download(v, 0, USED, out + USED));
    OK(b->recurrence->norms(r, 0, 1, out + 2 * USED + 2));
}

/* The vector as the step leaves it, and a copy made through the host: a device may put off the
 * division by the norm, but nobody sees that. */
static void a_vector_of_a_recurrence_is_like_any_other(const qfp_backend *b)
{
    enum { OUT = 2 * USED + 3 };
    double *first = malloc(OUT * sizeof *first), *second = malloc(OUT * sizeof *second);
    for (int k = 0; k < 2 * USES; ++k) {
        for (int copied = 0; copied < 2; ++copied) {
            quartet q;
            double vector[USED];
            int has =
                quartet_create(b, k % 2 ? QFP_PRECISION_SINGLE : QFP_PRECISION_DOUBLE, USED, &q);
            if (has) {
                OK(b->recurrence->step(q.recurrence, 0, USED, NULL, q.v[0]));
                OK(b->vector->download(q.v[copied ? 0 : 3], 0, USED, vector));
                OK(b->vector->upload(q.v[3], 0, USED, vector));
                use(b, k / 2, q.recurrence, q.v[copied ? 3 : 0], q.v[1], q.v[2],
                    copied ? first : second);
            }
            quartet_destroy(b, &q);
            if (!has)
                memset(copied ? first : second, 0, OUT * sizeof *first);
        }
        for (int i = 0; i < OUT; ++i)
            cr_assert(eq(dbl, first[i], second[i]), "use %d", k / 2);
    }
    free(first);
    free(second);
}
ON_EVERY_BACKEND(a_vector_of_a_recurrence_is_like_any_other)

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
    cr_assert(gt(dbl, low, -1.0));
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
    for (int l = 0; l < LENGTHS; ++l) {
        size_t count = lengths[l];
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

static void contract_shape(const qfp_backend *b, size_t outer, size_t n, size_t inner, size_t m)
{
    qfp_context *context = NULL;
    qfp_buffer *x = NULL, *y = NULL;
    double *matrix = suite_random_array(m * n, 1), *in = suite_random_array(outer * n * inner, 2);
    double *out = malloc(outer * m * inner * sizeof *out);
    OK(b->device->context_create(1, &context));
    OK(b->vector->create(context, outer * n * inner, &x));
    OK(b->vector->create(context, outer * m * inner, &y));
    OK(b->vector->upload(x, 0, outer * n * inner, in));
    OK(b->grid->contract(outer, n, inner, m, matrix, x, y));
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
    contract_shape(b, 1, 5, 1, 3);
    contract_shape(b, 7, 6, 1, 11);
    contract_shape(b, 1, 12, 9, 4);
    contract_shape(b, 5, 4, 6, 8);
}
ON_EVERY_BACKEND(contracts)
