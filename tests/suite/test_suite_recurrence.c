/* test_suite_recurrence.c - norms of a Lanczos basis that stay on the device. */
#include "suite.h"

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
    for (int l = 0; l < 2 * SUITE_LENGTHS; ++l) {
        size_t count = suite_length[l / 2];
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
        cr_assert(lt(dbl, 0.0, norm[0]));
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
