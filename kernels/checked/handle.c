/* handle.c - one list of living handles: a stale or foreign pointer is looked up, never
 * followed. */
#include "checked/handle.h"

#include <pthread.h>
#include <stdlib.h>

#include "checked/checked.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static checked_handle *living;
static size_t leaks;

static const char *kind_name(checked_kind kind)
{
    static const char *const name[] = {"context", "buffer", "grid plan", "symbol",
                                       "plane",   "flow",   "stencil",   "recurrence"};
    return name[kind];
}

qfp_status checked_handle_create(checked_kind kind, checked_handle *context, checked_handle **out)
{
    *out = NULL;
    checked_handle *handle = NULL;
    QFP_TRY(QFP_ALLOCATE(handle, 1, "a checked handle"));
    handle->kind = kind;
    handle->context = context != NULL ? context : handle;
    pthread_mutex_lock(&lock);
    handle->next = living;
    living = handle;
    pthread_mutex_unlock(&lock);
    *out = handle;
    return QFP_OK;
}

void checked_handle_destroy(checked_handle *handle)
{
    pthread_mutex_lock(&lock);
    checked_handle **at = &living;
    while (*at != NULL && *at != handle)
        at = &(*at)->next;
    if (*at != NULL)
        *at = handle->next;
    pthread_mutex_unlock(&lock);
    free(handle);
}

checked_handle *checked_handle_lookup(checked_kind kind, const void *opaque)
{
    pthread_mutex_lock(&lock);
    checked_handle *handle = living;
    while (handle != NULL && ((const void *)handle != opaque || handle->kind != kind))
        handle = handle->next;
    pthread_mutex_unlock(&lock);
    return handle;
}

qfp_status checked_handle_find(checked_kind kind, const void *opaque, const char *slot,
                               const char *argument, checked_handle **out)
{
    *out = NULL;
    if (opaque == NULL)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s is NULL", slot, argument);
    *out = checked_handle_lookup(kind, opaque);
    if (*out == NULL)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s is no living %s of the checked backend", slot,
                        argument, kind_name(kind));
    return QFP_OK;
}

void checked_handle_abandon(checked_handle *context)
{
    pthread_mutex_lock(&lock);
    for (checked_handle *handle = living; handle != NULL; handle = handle->next)
        if (handle->context == context && handle != context) {
            leaks += 1;
            handle->context = NULL; /* belongs to no context that may come to lie here */
        }
    pthread_mutex_unlock(&lock);
    checked_handle_destroy(context);
}

size_t qfp_checked_live(void)
{
    size_t count = 0;
    pthread_mutex_lock(&lock);
    for (checked_handle *handle = living; handle != NULL; handle = handle->next)
        count += handle->kind != CHECKED_CONTEXT;
    pthread_mutex_unlock(&lock);
    return count;
}

size_t qfp_checked_leaks(void)
{
    pthread_mutex_lock(&lock);
    size_t count = leaks;
    pthread_mutex_unlock(&lock);
    return count;
}
