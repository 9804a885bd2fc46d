/* backend_checked.c - the CPU behind checks that imitate a device (checked.h says which). */
#include "checked/objects.h"
#include "checked/scope.h"

static qfp_status choose(int number)
{
    return qfp_backend_cpu()->device->choose(number);
}

static qfp_status available(void)
{
    return QFP_OK;
}

static qfp_status context_create(int threads, qfp_context **out)
{
    checked_scope scope = {.slot = "context_create"};
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    qfp_context *inner = NULL;
    QFP_TRY(qfp_backend_cpu()->device->context_create(threads, &inner));
    checked_handle *handle = NULL;
    qfp_status status = checked_handle_create(CHECKED_CONTEXT, NULL, &handle);
    if (status != QFP_OK) {
        qfp_backend_cpu()->device->context_destroy(inner);
        return status;
    }
    handle->inner = inner;
    *out = (qfp_context *)(void *)handle;
    return QFP_OK;
}

static void context_destroy(qfp_context *context)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_CONTEXT, context);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->device->context_destroy(handle->inner);
    checked_handle_abandon(handle);
}

static qfp_status describe(qfp_context *context, char *text, size_t size)
{
    checked_scope scope = {.slot = "describe"};
    checked_handle *handle = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &handle));
    QFP_TRY(checked_scope_pointer(&scope, text, "text"));
    return qfp_backend_cpu()->device->describe(handle->inner, text, size);
}

static qfp_status precision_set(qfp_context *context, qfp_precision precision)
{
    checked_scope scope = {.slot = "precision_set"};
    checked_handle *handle = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &handle));
    return qfp_backend_cpu()->device->precision_set(handle->inner, precision);
}

static qfp_status reproducible_set(qfp_context *context, int reproducible)
{
    checked_scope scope = {.slot = "reproducible_set"};
    checked_handle *handle = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &handle));
    return qfp_backend_cpu()->device->reproducible_set(handle->inner, reproducible);
}

static qfp_status memory(const qfp_context *context, size_t *bytes)
{
    checked_scope scope = {.slot = "memory"};
    checked_handle *handle = NULL;
    if (context != NULL)
        QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &handle));
    QFP_TRY(checked_scope_pointer(&scope, bytes, "bytes"));
    return qfp_backend_cpu()->device->memory(handle != NULL ? handle->inner : NULL, bytes);
}

static void pin(void *memory, size_t bytes)
{
    (void)memory, (void)bytes; /* the device is the host */
}

static void unpin(void *memory)
{
    (void)memory;
}

static qfp_status synchronize(qfp_context *context)
{
    checked_scope scope = {.slot = "synchronize"};
    checked_handle *handle = NULL;
    return checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &handle);
}

static const qfp_device_operations device = {
    .choose = choose,
    .available = available,
    .describe = describe,
    .context_create = context_create,
    .context_destroy = context_destroy,
    .precision_set = precision_set,
    .reproducible_set = reproducible_set,
    .memory = memory,
    .pin = pin,
    .unpin = unpin,
    .synchronize = synchronize,
};

static const qfp_backend table = {
    .name = "checked",
    .device = &device,
    .vector = &qfp_checked_vector,
    .recurrence = &qfp_checked_recurrence,
    .grid = &qfp_checked_grid,
    .symbol = &qfp_checked_symbol,
    .plane = &qfp_checked_plane,
    .flow = &qfp_checked_flow,
    .stencil = &qfp_checked_stencil,
};

const qfp_backend *qfp_backend_checked(void)
{
    return &table;
}
