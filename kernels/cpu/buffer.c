/* buffer.c - the CPU's vectors: memory and copies. */
#include "cpu/buffer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cpu/objects.h"
#include "shared/rows.h"

/* Lines across an array of several modes meet another page of 4 KB at every cell: large arrays ask for
 * large pages. */
#define LARGE_PAGE ((size_t)1 << 21)

qfp_status cpu_allocate(size_t doubles, const char *what, double **out)
{
    *out = NULL;
    if (doubles <= (SIZE_MAX - LARGE_PAGE) / sizeof(double)) {
        size_t bytes = doubles > 0 ? doubles * sizeof(double) : 1;
        size_t unit = bytes >= 2 * LARGE_PAGE ? LARGE_PAGE : CPU_ALIGNMENT;
        *out = aligned_alloc(unit, (bytes + unit - 1) & ~(unit - 1));
#ifdef MADV_HUGEPAGE
        /* A wish: nothing fails without.  What is left of the last page takes no memory. */
        if (unit == LARGE_PAGE && *out != NULL)
            (void)madvise(*out, bytes, MADV_HUGEPAGE);
#endif
    }
    if (*out == NULL)
        return QFP_FAIL(QFP_MEMORY, "cannot allocate %zu doubles of %zu bytes for %s", doubles,
                        sizeof(double), what);
    return QFP_OK;
}

static qfp_status create(qfp_context *context, size_t count, qfp_buffer **out)
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

static void destroy(qfp_buffer *buffer)
{
    if (buffer == NULL)
        return;
    if (buffer->is_shared)
        cpu_unmap(buffer);
    else if (!buffer->is_view)
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

static qfp_status view(const qfp_buffer *of, size_t offset, size_t count, qfp_buffer **out)
{
    *out = NULL;
    qfp_buffer *buffer = NULL;
    QFP_TRY(check_range(of, offset, count));
    QFP_TRY(QFP_ALLOCATE(buffer, 1, "a view of a buffer"));
    *buffer = (qfp_buffer){
        .context = of->context, .count = count, .is_view = 1, .data = of->data + offset};
    *out = buffer;
    return QFP_OK;
}

static qfp_status lend(qfp_buffer *buffer, int for_writing, void **address)
{
    (void)for_writing;
    *address = buffer->data;
    return QFP_OK;
}

static qfp_status take_back(qfp_buffer *buffer)
{
    (void)buffer;
    return QFP_OK;
}

static qfp_status upload(qfp_buffer *to, size_t offset, size_t count, const double *from)
{
    QFP_TRY(check_range(to, offset, count));
    if (count > 0)
        memcpy(to->data + offset, from, count * sizeof(double));
    return QFP_OK;
}

static qfp_status download(const qfp_buffer *from, size_t offset, size_t count, double *to)
{
    QFP_TRY(check_range(from, offset, count));
    if (count > 0)
        memcpy(to, from->data + offset, count * sizeof(double));
    return QFP_OK;
}

static qfp_status copy_rows(size_t rows, size_t run, const qfp_buffer *x, qfp_rows from,
                            qfp_buffer *y, qfp_rows to)
{
    if (!qfpi_rows_fit(x->count, rows, run, from.first, from.step) ||
        !qfpi_rows_fit(y->count, rows, run, to.first, to.step))
        return QFP_FAIL(QFP_INTERNAL, "%zu rows of %zu doubles are outside buffers of %zu and %zu",
                        rows, run, x->count, y->count);
    const double *source = x->data + from.first;
    double *target = y->data + to.first;
    int threads = cpu_threads_for(y->context, rows * run);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < rows; ++i)
        memcpy(target + i * to.step, source + i * from.step, run * sizeof(double));
    return QFP_OK;
}

const qfp_vector_operations qfp_cpu_vector = {
    .create = create,
    .destroy = destroy,
    .create_shared = cpu_create_shared,
    .open_shared = cpu_open_shared,
    .view = view,
    .lend = lend,
    .take_back = take_back,
    .upload = upload,
    .download = download,
    .copy_rows = copy_rows,
    .combine = cpu_combine,
    .inner = cpu_inner,
    .extrema = cpu_extrema,
    .entropy = cpu_entropy,
};
