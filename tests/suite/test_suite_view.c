/* test_suite_view.c - parts of buffers as buffers, and buffers that are lent. */
#include "suite.h"

/* From and to where an address of the backend leads. */
#ifdef QFP_SUITE_CUDA
extern int cudaMemcpy(void *to, const void *from, size_t bytes, int kind); /* of the runtime */

static void copy(void *to, const void *from, size_t bytes)
{
    enum { WHEREVER = 4 }; /* cudaMemcpyDefault */
    cr_assert(eq(int, cudaMemcpy(to, from, bytes, WHEREVER), 0));
}
#else
static void copy(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
}
#endif

/* What is read of a buffer. */
typedef struct reading {
    double sum[3], low, high, entropy;
    int finite;
} reading;

static reading reading_of(const qfp_backend *b, size_t count, qfp_buffer *x)
{
    reading r;
    qfp_buffer *const three[3] = {x, x, x};
    OK(b->vector->inner(count, 3, three, x, r.sum));
    OK(b->vector->extrema(count, x, &r.low, &r.high, &r.finite));
    OK(b->vector->entropy(count, x, 0.5, &r.entropy));
    return r;
}

static void close_to(double got, double expected)
{
#ifdef QFP_STRICT_ARITHMETIC
    cr_assert(eq(dbl, got, expected));
#else
    cr_assert(epsilon_eq(dbl, got, expected, 1e-10)); /* roundings of 2000 terms below 1 */
#endif
}

static void same_reading(reading got, reading expected)
{
    cr_assert(eq(dbl, got.low, expected.low));
    cr_assert(eq(dbl, got.high, expected.high));
    cr_assert(eq(int, got.finite, expected.finite));
    close_to(got.entropy, expected.entropy);
    for (int k = 0; k < 3; ++k)
        close_to(got.sum[k], expected.sum[k]);
}

enum { ALL = 3000, COUNT = 1801 };

/* A view is what it shows, and sums over it are those over a buffer of its own. */
static void view_from(const qfp_backend *b, qfp_precision precision, size_t first)
{
    qfp_context *context = NULL;
    qfp_buffer *whole = NULL, *other = NULL, *view = NULL, *own = NULL;
    double *x = suite_random_array(ALL, 9), kept[2], before[2];
    OK(b->device->context_create(1, &context));
    if (b->device->precision_set(context, precision) == QFP_OK) {
        OK(b->vector->create(context, ALL, &whole));
        OK(b->vector->create(context, COUNT, &own));
        OK(b->vector->upload(whole, 0, ALL, x));
        OK(b->vector->upload(own, 0, COUNT, x + first));
        OK(b->vector->download(whole, first, 2, before));
        OK(b->vector->view(whole, first, COUNT, &view));
        same_reading(reading_of(b, COUNT, view), reading_of(b, COUNT, own));
        FAILS(b->vector->view(whole, 1, ALL, &other));
        FAILS(b->vector->view(whole, ALL + 1, 0, &other));
        cr_assert(other == NULL);
        b->vector->destroy(view);
        OK(b->vector->download(whole, first, 2, kept));
        cr_assert(memcmp(kept, before, sizeof kept) == 0);
        b->vector->destroy(whole);
        b->vector->destroy(own);
    }
    b->device->context_destroy(context);
    free(x);
}

/* At places where numbers can be read several at a time, and where they cannot. */
static void views(const qfp_backend *b)
{
    const size_t first[] = {0, 512, 516, 518, 517};
    for (size_t i = 0; i < sizeof first / sizeof first[0]; ++i) {
        view_from(b, QFP_PRECISION_DOUBLE, first[i]);
        view_from(b, QFP_PRECISION_SINGLE, first[i]);
    }
}
ON_EVERY_BACKEND(views)

/* Also of a vector that a recurrence divides, before and after. */
static void views_of_a_recurrence(const qfp_backend *b)
{
    qfp_context *context = NULL;
    qfp_recurrence *recurrence = NULL;
    qfp_buffer *whole = NULL, *view = NULL;
    double *x = suite_random_array(ALL, 5), norm, sum;
    OK(b->device->context_create(1, &context));
    OK(b->recurrence->create(context, 1, &recurrence));
    OK(b->vector->create(context, ALL, &whole));
    OK(b->vector->upload(whole, 0, ALL, x));
    for (int after = 0; after < 2; ++after) {
        if (!after)
            OK(b->vector->view(whole, 0, ALL, &view));
        OK(b->recurrence->step(recurrence, 0, ALL, NULL, whole));
        OK(b->recurrence->norms(recurrence, 0, 1, &norm));
        if (after)
            OK(b->vector->view(whole, 0, ALL, &view));
        OK(b->vector->inner(ALL, 1, &view, view, &sum));
        cr_assert(epsilon_eq(dbl, sum, 1.0, 1e-12)); /* roundings of 3000 terms */
        b->vector->destroy(view);
        OK(b->vector->combine(ALL, 3.0, whole, 0, NULL, NULL));
    }
    b->recurrence->destroy(recurrence);
    b->vector->destroy(whole);
    b->device->context_destroy(context);
    free(x);
}
ON_EVERY_BACKEND(views_of_a_recurrence)

/* A view counts among the objects that have the context's precision. */
static void views_are_objects(const qfp_backend *b)
{
    qfp_context *context = NULL;
    qfp_buffer *buffer = NULL, *view = NULL;
    OK(b->device->context_create(1, &context));
    OK(b->vector->create(context, 8, &buffer));
    OK(b->vector->view(buffer, 2, 4, &view));
    b->vector->destroy(view);
    b->vector->destroy(buffer);
    OK(b->device->precision_set(context, QFP_PRECISION_DOUBLE));
    b->device->context_destroy(context);
}
ON_EVERY_BACKEND(views_are_objects)

/* What is lent can be read and written at the address. */
static void lends(const qfp_backend *b)
{
    qfp_context *context = NULL;
    qfp_recurrence *recurrence = NULL;
    qfp_buffer *buffer = NULL;
    void *address = NULL;
    double in[3] = {3, 0, -4}, out[3], seven = 7.0;
    OK(b->device->context_create(1, &context));
    OK(b->recurrence->create(context, 1, &recurrence));
    OK(b->vector->create(context, 3, &buffer));
    OK(b->vector->upload(buffer, 0, 3, in));
    OK(b->recurrence->step(recurrence, 0, 3, NULL, buffer)); /* divides by 5 */
    OK(b->vector->lend(buffer, 1, &address));
    copy(out, address, sizeof out);
    cr_assert(epsilon_eq(dbl, out[0], 0.6, 1e-15)); /* two roundings */
    cr_assert(epsilon_eq(dbl, out[2], -0.8, 1e-15));
    OK(b->vector->download(buffer, 0, 1, out)); /* others go on where nothing is written */
    copy((double *)address + 1, &seven, sizeof seven);
    OK(b->vector->take_back(buffer));
    OK(b->vector->download(buffer, 0, 3, out));
    cr_assert(epsilon_eq(dbl, out[0], 0.6, 1e-15));
    cr_assert(eq(dbl, out[1], 7.0));
    b->recurrence->destroy(recurrence);
    b->vector->destroy(buffer);
    b->device->context_destroy(context);
}
ON_EVERY_BACKEND(lends)

/* Blocks of one matrix to another one: what lies beside them stays. */
static void rows_from(const qfp_backend *b, qfp_precision precision, qfp_rows from, qfp_rows to)
{
    enum { ROWS = 7, RUN = 5, SIZE = 200 };
    qfp_context *context = NULL;
    qfp_buffer *x = NULL, *y = NULL;
    double in[SIZE], there[SIZE], out[SIZE];
    OK(b->device->context_create(1, &context));
    if (b->device->precision_set(context, precision) == QFP_OK) {
        for (int i = 0; i < SIZE; ++i) { /* whole numbers, exact in single precision */
            in[i] = i;
            there[i] = -i;
        }
        OK(b->vector->create(context, SIZE, &x));
        OK(b->vector->create(context, SIZE, &y));
        OK(b->vector->upload(x, 0, SIZE, in));
        OK(b->vector->upload(y, 0, SIZE, there));
        OK(b->vector->copy_rows(ROWS, RUN, x, from, y, to));
        OK(b->vector->copy_rows(0, RUN, x, from, y, to));
        OK(b->vector->copy_rows(ROWS, 0, x, from, y, to));
        OK(b->vector->download(y, 0, SIZE, out));
        for (size_t i = 0; i < ROWS; ++i)
            for (size_t k = 0; k < RUN; ++k)
                there[to.first + i * to.step + k] = in[from.first + i * from.step + k];
        cr_assert(memcmp(out, there, sizeof out) == 0);
        FAILS(b->vector->copy_rows(ROWS, RUN, x, (qfp_rows){SIZE - 6 * 20 - 4, 20}, y, to));
        FAILS(b->vector->copy_rows(ROWS, RUN, x, from, y, (qfp_rows){0, (size_t)-1 / 2}));
        OK(b->vector->copy_rows(ROWS, RUN, x, (qfp_rows){SIZE - 6 * 20 - 5, 20}, y, to));
        b->vector->destroy(x);
        b->vector->destroy(y);
    }
    b->device->context_destroy(context);
}

static void rows_of_matrices(const qfp_backend *b)
{
    const qfp_rows packed = {3, 5}, apart = {11, 23};
    for (int precision = QFP_PRECISION_DOUBLE; precision <= QFP_PRECISION_SINGLE; ++precision) {
        rows_from(b, (qfp_precision)precision, packed, apart);
        rows_from(b, (qfp_precision)precision, apart, packed);
        rows_from(b, (qfp_precision)precision, apart, (qfp_rows){2, 21});
    }
}
ON_EVERY_BACKEND(rows_of_matrices)

/* What one opens of another is the same memory; here both are this process. */
static void shared_buffers(const qfp_backend *b)
{
    enum { COUNT_SHARED = 700 };
    qfp_context *context = NULL;
    qfp_buffer *made = NULL, *opened = NULL, *none = NULL, *second = NULL;
    qfp_buffer_key key, other;
    double *x = suite_random_array(COUNT_SHARED, 3), back[COUNT_SHARED];
    OK(b->device->context_create(1, &context));
    if (b->vector->create_shared(context, COUNT_SHARED, &made, &key) == QFP_OK) {
        OK(b->vector->create_shared(context, COUNT_SHARED, &second, &other));
        OK(b->vector->open_shared(context, COUNT_SHARED, &key, &opened));
        OK(b->vector->upload(opened, 0, COUNT_SHARED, x));
        OK(b->vector->download(made, 0, COUNT_SHARED, back));
        cr_assert(memcmp(back, x, sizeof back) == 0);
        b->vector->destroy(opened);
        OK(b->vector->upload(made, 0, 1, x)); /* the one that made it still has it */
        FAILS(b->vector->open_shared(context, COUNT_SHARED + 1, &key, &none)); /* another length */
        b->vector->destroy(made);
        FAILS(b->vector->open_shared(context, COUNT_SHARED, &key, &none)); /* it is gone, … */
        b->vector->destroy(second);
        OK(b->vector->create_shared(context, COUNT_SHARED, &made, &other));
        FAILS(b->vector->open_shared(context, COUNT_SHARED, &key, &none)); /* … and not this one */
        b->vector->destroy(made);
    } else {
        FAILS(b->vector->open_shared(context, COUNT_SHARED, &key, &none));
    }
    cr_assert(none == NULL);
    b->device->context_destroy(context);
    free(x);
}
ON_EVERY_BACKEND(shared_buffers)
