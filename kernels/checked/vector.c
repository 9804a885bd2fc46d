/* vector.c - checked buffers and whole-vector operations. */
#include <stdlib.h>

#include "checked/objects.h"
#include "checked/scope.h"

static qfp_status create(qfp_context *context, size_t count, qfp_buffer **out)
{
    checked_scope scope = {.slot = "vector_create"};
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

static void destroy(qfp_buffer *buffer)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_BUFFER, buffer);
    if (handle == NULL)
        return;
    if (handle->whole != NULL)
        qfp_backend_cpu()->vector->destroy(handle->inner);
    else
        checked_pages_destroy(handle);
    checked_handle_destroy(handle);
}

static qfp_status create_shared(qfp_context *context, size_t count, qfp_buffer **out,
                                qfp_buffer_key *key)
{
    (void)context, (void)count, (void)key;
    *out = NULL;
    return QFP_FAIL(QFP_UNSUPPORTED, "checked buffers are of one process");
}

static qfp_status open_shared(qfp_context *context, size_t count, const qfp_buffer_key *key,
                              qfp_buffer **out)
{
    (void)context, (void)count, (void)key;
    *out = NULL;
    return QFP_FAIL(QFP_UNSUPPORTED, "checked buffers are of one process");
}

static qfp_status view(const qfp_buffer *of, size_t offset, size_t count, qfp_buffer **out)
{
    checked_scope scope = {.slot = "vector_view"};
    checked_handle *whole = NULL, *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_BUFFER, of, "of", &whole));
    if (whole->whole != NULL)
        return QFP_FAIL(QFP_INTERNAL, "vector_view: a view of a view");
    qfp_buffer *inner = NULL;
    QFP_TRY(qfp_backend_cpu()->vector->view(whole->inner, offset, count, &inner));
    qfp_status status = checked_handle_create(CHECKED_BUFFER, whole->context, &handle);
    if (status != QFP_OK) {
        qfp_backend_cpu()->vector->destroy(inner);
        return status;
    }
    handle->inner = inner;
    handle->whole = whole;
    *out = (qfp_buffer *)(void *)handle;
    return QFP_OK;
}

/* The pages stay open while the buffer is lent, whatever other slots do meanwhile. */
static qfp_status lend(qfp_buffer *buffer, int for_writing, void **address)
{
    checked_scope scope = {.slot = "lend"};
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_buffer(&scope, buffer, "buffer", 0,
                                 for_writing ? CHECKED_WRITE : CHECKED_READ, &inner));
    QFP_TRY(checked_scope_pointer(&scope, address, "address"));
    QFP_TRY(qfp_backend_cpu()->vector->lend(inner, for_writing, address));
    scope.buffer[0]->lent = (int)scope.access[0];
    return checked_scope_open(&scope);
}

static qfp_status take_back(qfp_buffer *buffer)
{
    checked_scope scope = {.slot = "take_back"};
    qfp_buffer *inner = NULL;
    QFP_TRY(checked_scope_buffer(&scope, buffer, "buffer", 0, CHECKED_READ, &inner));
    scope.buffer[0]->lent = CHECKED_CLOSED;
    return checked_scope_close(&scope, qfp_backend_cpu()->vector->take_back(inner));
}

static qfp_status upload(qfp_buffer *to, size_t offset, size_t count, const double *from)
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

static qfp_status download(const qfp_buffer *from, size_t offset, size_t count, double *to)
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

static qfp_status copy_rows(size_t rows, size_t run, const qfp_buffer *x, qfp_rows from,
                            qfp_buffer *y, qfp_rows to)
{
    checked_scope scope = {.slot = "copy_rows"};
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(checked_scope_buffer(&scope, x, "x", 0, CHECKED_READ, &inner_x));
    QFP_TRY(checked_scope_buffer(&scope, y, "y", 0, CHECKED_WRITE, &inner_y));
    QFP_TRY(checked_scope_distinct(&scope, x, y, "x and y"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->vector->copy_rows(rows, run, inner_x, from, inner_y, to);
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

static qfp_status combine(size_t count, double beta, qfp_buffer *y, int terms, const double *a,
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

static qfp_status inner(size_t count, int terms, qfp_buffer *const *x, const qfp_buffer *y,
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

static qfp_status extrema(size_t count, const qfp_buffer *x, double *min, double *max, int *finite)
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

static qfp_status entropy(size_t count, const qfp_buffer *q, double scale, double *out)
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

const qfp_vector_operations qfp_checked_vector = {
    .create = create,
    .destroy = destroy,
    .create_shared = create_shared,
    .open_shared = open_shared,
    .view = view,
    .lend = lend,
    .take_back = take_back,
    .upload = upload,
    .download = download,
    .copy_rows = copy_rows,
    .combine = combine,
    .inner = inner,
    .extrema = extrema,
    .entropy = entropy,
};
