#include "core/error.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

static qfpi_error *own_error(void)
{
    static _Thread_local qfpi_error last;
    return &last;
}

static qfpi_error_place last_error = own_error;

qfpi_error_place qfpi_error_here(void)
{
    return last_error;
}

void qfpi_error_move(qfpi_error_place place)
{
    last_error = place;
}

const char *qfp_status_text(qfp_status status)
{
    switch (status) {
#define X(name, exit_status, text)                                                                 \
    case QFP_##name:                                                                               \
        return text;
        QFP_STATUS_LIST(X)
#undef X
    case QFP_STATUS_COUNT:
        break;
    }
    return "unknown status";
}

int qfp_status_exit(qfp_status status)
{
    switch (status) {
#define X(name, exit_status, text)                                                                 \
    case QFP_##name:                                                                               \
        return exit_status;
        QFP_STATUS_LIST(X)
#undef X
    case QFP_STATUS_COUNT:
        break;
    }
    return 4;
}

const char *qfp_last_error(void)
{
    return last_error()->sentence;
}

const char *qfp_last_error_origin(void)
{
    return last_error()->origin;
}

qfp_status qfpi_error_record(qfp_status status, const char *file, int line, const char *format, ...)
{
    /* Format into a scratch first: an argument may be the previous sentence itself. */
    qfpi_error *last = last_error();
    char text[sizeof last->sentence];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    qfpi_text_show(text, sizeof last->sentence, last->sentence);
    snprintf(last->origin, sizeof last->origin, "%s:%d", file, line);
    return status;
}

qfp_status qfpi_allocate(size_t count, size_t size, const char *what, void *out_pointer)
{
    void *memory = NULL;
    if (size == 0 || count <= SIZE_MAX / size)
        memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate %zu elements of %zu bytes for %s", count, size,
                        what);
    memcpy(out_pointer, &memory, sizeof memory);
    return QFP_OK;
}

char *qfpi_format(const char *format, ...)
{
    va_list arguments, copy;
    va_start(arguments, format);
    va_copy(copy, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, copy);
    va_end(copy);
    return text;
}
