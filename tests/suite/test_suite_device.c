/* test_suite_device.c - what a backend has, says of itself and refuses; copies to it and back. */
#include "suite.h"

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
        COMPLETE(diffusion);
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
    cr_assert(lt(sz, (size_t)1 << 20, bytes));
    bytes = 0;
    OK(b->device->context_create(1, &context));
    OK(b->device->memory(context, &bytes));
    cr_assert(lt(sz, (size_t)1 << 20, bytes));
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
