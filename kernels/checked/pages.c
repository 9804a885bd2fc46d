/* pages.c - see pages.h.  Layout: guard page | … margin before | count doubles | margin | guard
 * page; the doubles end less than one alignment unit before the guard. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "checked/pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "checked/checked.h"
#include "cpu/buffer.h"

static const uint64_t signalling_nan = 0x7ff4dead0000beef;

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static char *first_page(const checked_handle *handle)
{
    const qfp_buffer *buffer = handle->inner;
    size_t used = (buffer->count * sizeof(double) + CPU_ALIGNMENT - 1) / CPU_ALIGNMENT;
    return (char *)buffer->data + used * CPU_ALIGNMENT - handle->bytes;
}

static void fill(double *data, size_t count)
{
    for (size_t i = 0; i < count; ++i)
        memcpy(&data[i], &signalling_nan, sizeof *data);
}

qfp_status checked_pages_create(checked_handle *handle, size_t count)
{
    size_t page = page_size();
    if (count > (SIZE_MAX - 4 * page) / sizeof(double))
        return QFP_FAIL(QFP_MEMORY, "cannot allocate %zu doubles for a checked buffer", count);
    size_t used = (count * sizeof(double) + CPU_ALIGNMENT - 1) / CPU_ALIGNMENT * CPU_ALIGNMENT;
    size_t bytes = (used + page - 1) / page * page;
    qfp_buffer *buffer = NULL;
    QFP_TRY(QFP_ALLOCATE(buffer, 1, "a checked buffer"));
    char *map =
        mmap(NULL, bytes + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        free(buffer);
        return QFP_FAIL(QFP_MEMORY, "cannot map %zu bytes for a checked buffer: %s",
                        bytes + 2 * page, strerror(errno));
    }
    char *guard = map + page + bytes;
    handle->inner = buffer;
    handle->bytes = bytes;
    buffer->context = handle->context->inner;
    buffer->count = count;
    buffer->data = (double *)(void *)(guard - used);
    fill((double *)(void *)(map + page), bytes / sizeof(double));
    if (mprotect(map, bytes + 2 * page, PROT_NONE) != 0)
        return QFP_FAIL(QFP_INTERNAL, "cannot close the pages of a buffer: %s", strerror(errno));
    return QFP_OK;
}

void checked_pages_destroy(checked_handle *handle)
{
    if (handle->inner == NULL)
        return;
    size_t page = page_size();
    munmap(first_page(handle) - page, handle->bytes + 2 * page);
    free(handle->inner);
    handle->inner = NULL;
}

/* Doubles outside the buffer but inside its pages must still hold the filling. */
static int margins_intact(const checked_handle *handle)
{
    const qfp_buffer *buffer = handle->inner;
    const double *first = (const double *)(const void *)first_page(handle);
    size_t total = handle->bytes / sizeof(double), before = (size_t)(buffer->data - first);
    for (size_t i = 0; i < total; ++i)
        if ((i < before || i >= before + buffer->count) &&
            memcmp(&first[i], &signalling_nan, sizeof signalling_nan) != 0)
            return 0;
    return 1;
}

qfp_status checked_pages_set(checked_handle *handle, checked_access access)
{
    int intact = access != CHECKED_CLOSED || handle->bytes == 0 || margins_intact(handle);
    if ((int)access < handle->lent)
        access = (checked_access)handle->lent;
    int protection = access == CHECKED_CLOSED ? PROT_NONE
                     : access == CHECKED_READ ? PROT_READ
                                              : PROT_READ | PROT_WRITE;
    if (handle->bytes > 0 && mprotect(first_page(handle), handle->bytes, protection) != 0)
        return QFP_FAIL(QFP_INTERNAL, "cannot change the protection of a buffer's pages: %s",
                        strerror(errno));
    if (!intact)
        return QFP_FAIL(QFP_INTERNAL, "a kernel wrote outside a buffer of %zu doubles",
                        checked_pages_count(handle));
    return QFP_OK;
}

void checked_pages_poison(checked_handle *handle, size_t count)
{
    qfp_buffer *buffer = handle->inner;
    fill(buffer->data, count);
}

size_t checked_pages_count(const checked_handle *handle)
{
    const qfp_buffer *buffer = handle->inner;
    return buffer->count;
}

const double *qfp_checked_pages(const qfp_buffer *opaque)
{
    const checked_handle *handle = checked_handle_lookup(CHECKED_BUFFER, opaque);
    const qfp_buffer *buffer = handle != NULL ? handle->inner : NULL;
    return buffer != NULL ? buffer->data : NULL;
}
