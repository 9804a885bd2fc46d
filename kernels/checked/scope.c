/* scope.c - see scope.h. */
#include "checked/scope.h"

qfp_status checked_scope_handle(checked_scope *scope, checked_kind kind, const void *opaque,
                                const char *argument, checked_handle **out)
{
    QFP_TRY(checked_handle_find(kind, opaque, scope->slot, argument, out));
    if (scope->context == NULL)
        scope->context = (*out)->context;
    if ((*out)->context == NULL || (*out)->context != scope->context)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s belongs to another context", scope->slot, argument);
    return QFP_OK;
}

qfp_status checked_scope_buffer(checked_scope *scope, const void *opaque, const char *argument,
                                size_t doubles, checked_access access, qfp_buffer **inner)
{
    checked_handle *handle = NULL;
    QFP_TRY(checked_scope_handle(scope, CHECKED_BUFFER, opaque, argument, &handle));
    if (checked_pages_count(handle) < doubles)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s has %zu doubles, but %zu are needed", scope->slot,
                        argument, checked_pages_count(handle), doubles);
    if (scope->count == CHECKED_ARGUMENTS)
        return QFP_FAIL(QFP_INTERNAL, "%s: more than %d buffers", scope->slot, CHECKED_ARGUMENTS);
    checked_handle *whole = handle;
    if (handle->whole != NULL)
        QFP_TRY(checked_scope_handle(scope, CHECKED_BUFFER, handle->whole, "what it is a view of",
                                     &whole));
    scope->buffer[scope->count] = whole;
    scope->access[scope->count] = access;
    scope->count += 1;
    *inner = handle->inner;
    return QFP_OK;
}

qfp_status checked_scope_distinct(const checked_scope *scope, const void *a, const void *b,
                                  const char *names)
{
    if (a == b)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s are the same buffer", scope->slot, names);
    return QFP_OK;
}

qfp_status checked_scope_pointer(const checked_scope *scope, const void *pointer,
                                 const char *argument)
{
    if (pointer == NULL)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s is NULL", scope->slot, argument);
    return QFP_OK;
}

qfp_status checked_scope_open(checked_scope *scope)
{
    /* Readers first: a buffer that is both ends up writable. */
    for (int wanted = CHECKED_READ; wanted <= CHECKED_WRITE; ++wanted)
        for (int k = 0; k < scope->count; ++k)
            if ((int)scope->access[k] == wanted)
                QFP_TRY(checked_pages_set(scope->buffer[k], (checked_access)wanted));
    return QFP_OK;
}

qfp_status checked_scope_close(checked_scope *scope, qfp_status status)
{
    for (int k = 0; k < scope->count; ++k) {
        int seen = 0; /* a list may name one buffer twice */
        for (int earlier = 0; earlier < k; ++earlier)
            seen |= scope->buffer[earlier] == scope->buffer[k];
        if (seen)
            continue;
        qfp_status closed = checked_pages_set(scope->buffer[k], CHECKED_CLOSED);
        if (status == QFP_OK)
            status = closed;
    }
    return status;
}
