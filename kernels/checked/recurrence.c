/* recurrence.c - checked three-term recurrences. */
#include "checked/objects.h"
#include "checked/scope.h"

static qfp_status create(qfp_context *context, int length, qfp_recurrence **out)
{
    checked_scope scope = {.slot = "recurrence_create"};
    checked_handle *owner = NULL, *handle = NULL;
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    *out = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_CONTEXT, context, "context", &owner));
    if (length < 1)
        return QFP_FAIL(QFP_INTERNAL, "recurrence_create: %d norms", length);
    qfp_recurrence *inner = NULL;
    QFP_TRY(qfp_backend_cpu()->recurrence->create(owner->inner, length, &inner));
    qfp_status status = checked_handle_create(CHECKED_RECURRENCE, owner, &handle);
    if (status != QFP_OK) {
        qfp_backend_cpu()->recurrence->destroy(inner);
        return status;
    }
    handle->inner = inner;
    handle->length = length;
    *out = (qfp_recurrence *)(void *)handle;
    return QFP_OK;
}

static void destroy(qfp_recurrence *recurrence)
{
    checked_handle *handle = checked_handle_lookup(CHECKED_RECURRENCE, recurrence);
    if (handle == NULL)
        return;
    qfp_backend_cpu()->recurrence->destroy(handle->inner);
    checked_handle_destroy(handle);
}

static qfp_status step(qfp_recurrence *recurrence, int j, size_t count, qfp_buffer *x,
                       qfp_buffer *y)
{
    checked_scope scope = {.slot = "recurrence_step"};
    checked_handle *r = NULL;
    qfp_buffer *inner_x = NULL, *inner_y = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_RECURRENCE, recurrence, "recurrence", &r));
    if (j < (x != NULL) || j >= r->length)
        return QFP_FAIL(QFP_INTERNAL, "recurrence_step: step %d of %d%s", j, r->length,
                        x != NULL ? " with a norm before it" : "");
    if (x != NULL)
        QFP_TRY(checked_scope_buffer(&scope, x, "x", count, CHECKED_READ, &inner_x));
    QFP_TRY(checked_scope_buffer(&scope, y, "y", count, CHECKED_WRITE, &inner_y));
    QFP_TRY(checked_scope_distinct(&scope, x, y, "x and y"));
    qfp_status status = checked_scope_open(&scope);
    if (status == QFP_OK)
        status = qfp_backend_cpu()->recurrence->step(r->inner, j, count, inner_x, inner_y);
    return checked_scope_close(&scope, status);
}

static qfp_status norms(const qfp_recurrence *recurrence, int first, int count, double *out)
{
    checked_scope scope = {.slot = "recurrence_norms"};
    checked_handle *r = NULL;
    QFP_TRY(checked_scope_handle(&scope, CHECKED_RECURRENCE, recurrence, "recurrence", &r));
    QFP_TRY(checked_scope_pointer(&scope, out, "out"));
    if (first < 0 || count < 0 || count > r->length - first)
        return QFP_FAIL(QFP_INTERNAL, "recurrence_norms: norms %d to %d of %d", first,
                        first + count, r->length);
    return qfp_backend_cpu()->recurrence->norms(r->inner, first, count, out);
}

const qfp_recurrence_operations qfp_checked_recurrence = {
    .create = create,
    .destroy = destroy,
    .step = step,
    .norms = norms,
};
