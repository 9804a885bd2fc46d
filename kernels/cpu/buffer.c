/* buffer.c - context, memory and copies of the CPU. */
#include "cpu/buffer.h"

#include <fftw3.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/slots.h"

qfp_status cpu_allocate(size_t doubles, const char *what, double **out)
{
    *out = NULL;
    if (doubles <= (SIZE_MAX - CPU_ALIGNMENT) / sizeof(double)) {
        size_t bytes =
            (doubles * sizeof(double) + CPU_ALIGNMENT - 1) & ~(size_t)(CPU_ALIGNMENT - 1);
        *out = aligned_alloc(CPU_ALIGNMENT, bytes > 0 ? bytes : CPU_ALIGNMENT);
    }
    if (*out == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate %zu doubles of %zu bytes for %s", doubles,
                        sizeof(double), what);
    return QFP_OK;
}

qfp_status cpu_context_create(int threads, qfp_context **out)
{
    *out = NULL;
    if (threads < 0)
        return QFP_FAIL(QFP_USAGE, "the number of threads must not be negative, but is %d",
                        threads);
    qfp_context *context = NULL;
    QFP_TRY(QFP_ALLOCATE(context, 1, "a CPU context"));
    context->threads = threads > 0 ? threads : omp_get_max_threads();
    *out = context;
    return QFP_OK;
}

void cpu_context_destroy(qfp_context *context)
{
    free(context);
}

qfp_status cpu_describe(qfp_context *context, char *text, size_t size)
{
    snprintf(text, size, "CPU, %d OpenMP thread%s, %s", context->threads,
             context->threads == 1 ? "" : "s", fftw_version);
    return QFP_OK;
}

qfp_status cpu_precision_set(qfp_context *context, qfp_precision precision)
{
    (void)context;
    if (precision != QFP_PRECISION_DOUBLE)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "the CPU computes in double precision only; single needs a CUDA device");
    return QFP_OK;
}

qfp_status cpu_memory(size_t *bytes)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || size <= 0)
        return QFP_FAIL(QFP_MEMORY, "this machine does not tell how much memory it has");
    *bytes = (size_t)pages * (size_t)size;
    return QFP_OK;
}

qfp_status cpu_buffer_create(qfp_context *context, size_t count, qfp_buffer **out)
{
    *out = NULL;
    qfp_buffer *buffer = NULL;
    QFP_TRY(QFP_ALLOCATE(buffer, 1, "a buffer"));
    buffer->context = context;
    buffer->count = count;
    qfp_status status = cpu_allocate(count, "a buffer", &buffer->data);
    if (status != QFP_OK) {
        free(buffer);
        return status;
    }
    *out = buffer;
    return QFP_OK;
}

void cpu_buffer_destroy(qfp_buffer *buffer)
{
    if (buffer == NULL)
        return;
    free(buffer->data);
    free(buffer);
}

static qfp_status check_range(const qfp_buffer *buffer, size_t offset, size_t count)
{
    if (offset > buffer->count || count > buffer->count - offset)
        return QFP_FAIL(QFP_INTERNAL, "doubles %zu to %zu are outside a buffer of %zu", offset,
                        offset + count, buffer->count);
    return QFP_OK;
}

qfp_status cpu_upload(qfp_buffer *to, size_t offset, size_t count, const double *from)
{
    QFP_TRY(check_range(to, offset, count));
    if (count > 0)
        memcpy(to->data + offset, from, count * sizeof(double));
    return QFP_OK;
}

qfp_status cpu_download(const qfp_buffer *from, size_t offset, size_t count, double *to)
{
    QFP_TRY(check_range(from, offset, count));
    if (count > 0)
        memcpy(to, from->data + offset, count * sizeof(double));
    return QFP_OK;
}
