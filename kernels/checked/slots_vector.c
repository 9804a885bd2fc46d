/* slots_vector.c - checked contexts, buffers and whole-vector operations. */
#include <stdlib.h>

#include "checked/scope.h"
#include "checked/slots.h"

qfp_status checked_context_create(int threads, qfp_context **out)
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

void checked_context_destroy(qfp_context *context)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_CONTEXT, context);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->device->context_destroy(handle->inner);
    checked_handle_abandon(handle);
}

qfp_status checked_describe(qfp_context *context, char *text, size_t size)
{
    checked_scope scope = {.slot = "describe"};
    checked_handle *handle = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &handle));
    QFP_TRY(checked_scope_pointer(&scope, text, "text"));
    return qfp_backend_cpu()->device->describe(handle->inner, text, size);
}

qfp_status checked_precision_set(qfp_context *context, qfp_precision precision)
{
    checked_scope scope = {.slot = "precision_set"};
    checked_handle *handle = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &handle));
    return qfp_backend_cpu()->device->precision_set(handle->inner, precision);
}

qfp_status checked_memory(size_t *bytes)
{
    checked_scope scope = {.slot = "memory"};
    QFP_TRY(checked_scope_pointer(&scope, bytes, "bytes"));
    return qfp_backend_cpu()->device->memory(bytes);
}

qfp_status checked_synchronize(qfp_context *context)
{
    checked_scope scope = {.slot = "synchronize"};
    checked_handle *handle = NULL;
    return checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &handle);
}

qfp_status checked_buffer_create(qfp_context *context, size_t count, qfp_buffer **out)
{
    checked_scope scope = {.slot = "buffer_create"};
    checked_handle *owner = NULL, *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &owner));
    QFP_TRY(checked_handle_create(CHECKED_BUFFER, owner, &handle));
    qfp_status status = checked_pages_create(handle, count);
    if (status != QFP_OK) {
        checked_pages_destroy(handle);
        checked_handle_destroy(handle);
        return status;
    }
    *out = (qfp_buffer *)(void *)handle;
    return QFP_OK;
}

void checked_buffer_destroy(qfp_buffer *buffer)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_BUFFER, buffer);
    if (handle == NULL)
        return;
    checked_pages_destroy(handle);
    checked_handle_destroy(handle);
}

qfp_status checked_upload(qfp_buffer *to, size_t offset, size_t count, const double *from)
{
    checked_scope scope = {.slot = "upload"};
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_buffer(&scope, to, "to", 0, CHECKED_WRITE, &inner));
    if (count > 0)
        QFP_TRY(checked_scope_pointer(&scope, from, "from"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->vector->upload(inner, offset, count, from);
    return checked_scope_close(&scope, status);
}

qfp_status checked_download(const qfp_buffer *from, size_t offset, size_t count, double *to)
{
    checked_scope scope = {.slot = "download"};
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_buffer(&scope, from, "from", 0, CHECKED_READ, &inner));
    if (count > 0)
        QFP_TRY(checked_scope_pointer(&scope, to, "to"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->vector->download(inner, offset, count, to);
    return checked_scope_close(&scope, status);
}

/* The CPU's handles of a list of vectors, to be freed. */
static qfp_status scope_list(checked_scope *scope, int terms, qfp_buffer *const *x, size_t count,
                             qfp_buffer ***inner)
{
    if (terms < 0)
        return QFP_FAIL(QFP_INTERNAL, "%s: %d terms", scope->slot, terms);
    if (terms > 0)
        QFP_TRY(checked_scope_pointer(scope, x, "x"));
    QFP_TRY(QFP_ALLOCATE(*inner, (size_t)terms, "a list of vectors"));
    for (int k = 0; k < terms; ++k)
        QFP_TRY(checked_scope_buffer(scope, x[k], "x", count, CHECKED_READ, &(*inner)[k]));
    return QFP_OK;
}

qfp_status checked_combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
                           qfp_buffer *const *x)
{
    checked_scope scope = {.slot = "combine"};
    qfp_buffer *inner_y = NULL, **inner_x = NULL;
    QFP_TRY(checked_scope_buffer(&scope, y, "y", count, CHECKED_WRITE, &inner_y));
    if (terms > 0)
        QFP_TRY(checked_scope_pointer(&scope, a, "a"));
    qfp_status status = scope_list(&scope, terms, x, count, &inner_x);
    for (int k = 0; status == QFP_OK && k < terms; ++k)
        status = checked_scope_distinct(&scope, x[k], y, "y and one of x");
    if (status == QFP_OK) {
        status = checked_scope_open(&scope);
        if (status == QFP_OK)
            status = qfp_backend_cpu()->vector->combine(count, beta, inner_y, terms, a, inner_x);
        status = checked_scope_close(&scope, status);
    }
    free(inner_x);
    return status;
}

qfp_status checked_inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
                         double *out)
{
    checked_scope scope = {.slot = "inner"};
    qfp_buffer *inner_y = NULL, **inner_x = NULL;
    QFP_TRY(checked_scope_buffer(&scope, y, "y", count, CHECKED_READ, &inner_y));
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    qfp_status status = scope_list(&scope, terms, x, count, &inner_x);
    if (status == QFP_OK) {
        status = checked_scope_open(&scope);
        if (status == QFP_OK)
            status = qfp_backend_cpu()->vector->inner(count, terms, inner_x, inner_y, out);
        status = checked_scope_close(&scope, status);
    }
    free(inner_x);
    return status;
}

qfp_status checked_extrema(size_t count, const qfp_buffer *x, double *min, double *max, int *finite)
{
    checked_scope scope = {.slot = "extrema"};
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_buffer(&scope, x, "x", count, CHECKED_READ, &inner));
    QFP_TRY(checked_scope_pointer(&scope, min, "min"));
    QFP_TRY(checked_scope_pointer(&scope, max, "max"));
    QFP_TRY(checked_scope_pointer(&scope, finite, "finite"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->vector->extrema(count, inner, min, max, finite);
    return checked_scope_close(&scope, status);
}

qfp_status checked_entropy(size_t count, const qfp_buffer *q, double scale, double *out)
{
    checked_scope scope = {.slot = "entropy"};
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_buffer(&scope, q, "q", count, CHECKED_READ, &inner));
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->vector->entropy(count, inner, scale, out);
    return checked_scope_close(&scope, status);
}

qfp_status checked_contract(size_t outer, size_t n, size_t inner, size_t m, const double *matrix,
                            const qfp_buffer *x, qfp_buffer *y)
{
    checked_scope scope = {.slot = "contract"};
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(checked_scope_buffer(&scope, x, "x", outer * n * inner, CHECKED_READ, &inner_x));
    QFP_TRY(checked_scope_buffer(&scope, y, "y", outer * m * inner, CHECKED_WRITE, &inner_y));
    QFP_TRY(checked_scope_pointer(&scope, matrix, "matrix"));
    QFP_TRY(checked_scope_distinct(&scope, x, y, "x and y"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->grid->contract(outer, n, inner, m, matrix, inner_x, inner_y);
    return checked_scope_close(&scope, status);
}
