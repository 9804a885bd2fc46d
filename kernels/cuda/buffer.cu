/* buffer.cu - device memory and copies to and from it. */
#include <stdlib.h>

#include "cuda/device.cuh"
#include "cuda/range.cuh"
#include "cuda/objects.cuh"
#include "cuda/tree.cuh"
#include "shared/rows.h"

static qfp_status create(qfp_context *context, size_t count, qfp_buffer **out)
{
    *out = nullptr;
    QFP_TRY(cuda_tree_reserve(context, CUDA_TREE_WIDTH, cuda_vector_leaves(count)));
    qfp_buffer *buffer = nullptr;
    QFP_TRY(QFP_ALLOCATE(buffer, 1, "a buffer"));
    buffer->context = context;
    buffer->count = count;
    qfp_status status = cuda_allocate(count, cuda_real_bytes(context), "a buffer", &buffer->data);
    if (status == QFP_OK)
        status = cuda_allocate_array(1, "the factor of a buffer", &buffer->factor);
    if (status != QFP_OK) {
        (void)cudaFree(buffer->data);
        free(buffer);
        return status;
    }
    context->objects += 1;
    *out = buffer;
    return QFP_OK;
}

static void destroy(qfp_buffer *buffer)
{
    if (buffer == nullptr)
        return;
    buffer->context->objects -= 1;
    if (buffer->whole == nullptr)
        (void)cudaFree(buffer->data);
    (void)cudaFree(buffer->factor);
    free(buffer);
}

static qfp_status check_range(const qfp_buffer *buffer, size_t offset, size_t count)
{
    if (offset > buffer->count || count > buffer->count - offset)
        return QFP_FAIL(QFP_INTERNAL, "numbers %zu to %zu are outside a buffer of %zu", offset,
                        offset + count, buffer->count);
    return QFP_OK;
}

static qfp_status create_shared(qfp_context *context, size_t count, qfp_buffer **out,
                                qfp_buffer_key *key)
{
    (void)context, (void)count, (void)key;
    *out = nullptr;
    return QFP_FAIL(QFP_UNSUPPORTED, "device memory is of one process");
}

static qfp_status open_shared(qfp_context *context, size_t count, const qfp_buffer_key *key,
                              qfp_buffer **out)
{
    (void)context, (void)count, (void)key;
    *out = nullptr;
    return QFP_FAIL(QFP_UNSUPPORTED, "device memory is of one process");
}

static qfp_status view(const qfp_buffer *of, size_t offset, size_t count, qfp_buffer **out)
{
    *out = nullptr;
    QFP_TRY(check_range(of, offset, count));
    qfp_buffer *buffer = nullptr;
    QFP_TRY(QFP_ALLOCATE(buffer, 1, "a view of a buffer"));
    buffer->context = of->context;
    buffer->count = count;
    buffer->data = static_cast<char *>(of->data) + offset * cuda_real_bytes(of->context);
    buffer->whole = of->whole != nullptr ? of->whole : of;
    of->context->objects += 1;
    *out = buffer;
    return QFP_OK;
}

static qfp_status lend(qfp_buffer *buffer, int for_writing, void **address)
{
    (void)for_writing; /* of a part only, perhaps */
    *address = cuda_data<void>(buffer);
    QFP_CUDA_LAUNCHED("k_settle");
    return cuda_synchronize(buffer->context);
}

/* What a library writes is there when its call returns. */
static qfp_status take_back(qfp_buffer *buffer)
{
    (void)buffer;
    return QFP_OK;
}

/* Numbers that are converted on the device pass through scratch in pieces. */
static const size_t piece = (size_t)1 << 20;

static __global__ void k_to_single(size_t count, const double *from, float *to)
{
    for (size_t i = cuda_first_cell(); i < count; i += cuda_cell_step())
        to[i] = (float)from[i];
}

static __global__ void k_to_double(size_t count, const float *from, double *to)
{
    for (size_t i = cuda_first_cell(); i < count; i += cuda_cell_step())
        to[i] = from[i];
}

static qfp_status upload_single(qfp_context *context, size_t count, const double *from, float *to)
{
    QFP_TRY(cuda_reserve(context, count < piece ? count : piece));
    for (size_t i = 0; i < count; i += piece) {
        size_t n = count - i < piece ? count - i : piece;
        QFP_CUDA_TRY(cudaMemcpyAsync(context->scratch, from + i, n * sizeof *from,
                                     cudaMemcpyHostToDevice, context->stream),
                     "copying to the device");
        QFP_LAUNCH(k_to_single, cuda_blocks(n), CUDA_THREADS, 0, context->stream, n,
                   (const double *)context->scratch, to + i);
        QFP_CUDA_LAUNCHED("k_to_single");
    }
    return QFP_OK;
}

static qfp_status download_single(qfp_context *context, size_t count, const float *from, double *to)
{
    QFP_TRY(cuda_reserve(context, count < piece ? count : piece));
    for (size_t i = 0; i < count; i += piece) {
        size_t n = count - i < piece ? count - i : piece;
        QFP_LAUNCH(k_to_double, cuda_blocks(n), CUDA_THREADS, 0, context->stream, n, from + i,
                   context->scratch);
        QFP_CUDA_LAUNCHED("k_to_double");
        QFP_CUDA_TRY(cudaMemcpyAsync(to + i, context->scratch, n * sizeof *to,
                                     cudaMemcpyDeviceToHost, context->stream),
                     "copying from the device");
    }
    return QFP_OK;
}

static qfp_status upload(qfp_buffer *to, size_t offset, size_t count, const double *from)
{
    cuda_range range("upload");
    qfp_context *context = to->context;
    QFP_TRY(check_range(to, offset, count));
    if (count > 0 && context->precision == QFP_PRECISION_SINGLE)
        QFP_TRY(upload_single(context, count, from, cuda_data<float>(to) + offset));
    else if (count > 0)
        QFP_CUDA_TRY(cudaMemcpyAsync(cuda_data<double>(to) + offset, from, count * sizeof *from,
                                     cudaMemcpyHostToDevice, context->stream),
                     "copying to the device");
    /* `from` may be pinned by its owner, and then the copy is still to come. */
    return cuda_synchronize(context);
}

static qfp_status download(const qfp_buffer *from, size_t offset, size_t count, double *to)
{
    cuda_range range("download");
    qfp_context *context = from->context;
    QFP_TRY(check_range(from, offset, count));
    if (count > 0 && context->precision == QFP_PRECISION_SINGLE)
        QFP_TRY(download_single(context, count, cuda_data<float>(from) + offset, to));
    else if (count > 0)
        QFP_CUDA_TRY(cudaMemcpyAsync(to, cuda_data<double>(from) + offset, count * sizeof *to,
                                     cudaMemcpyDeviceToHost, context->stream),
                     "copying from the device");
    return cuda_synchronize(context);
}

static qfp_status copy_rows(size_t rows, size_t run, const qfp_buffer *x, qfp_rows from,
                            qfp_buffer *y, qfp_rows to)
{
    cuda_range range("copy_rows");
    if (!qfpi_rows_fit(x->count, rows, run, from.first, from.step) ||
        !qfpi_rows_fit(y->count, rows, run, to.first, to.step))
        return QFP_FAIL(QFP_INTERNAL, "%zu rows of %zu numbers are outside buffers of %zu and %zu",
                        rows, run, x->count, y->count);
    if (rows == 0 || run == 0)
        return QFP_OK;
    const size_t real = cuda_real_bytes(x->context);
    const char *source = cuda_data<char>(x) + from.first * real;
    char *target = cuda_data<char>(y) + to.first * real;
    QFP_CUDA_LAUNCHED("k_settle");
    QFP_CUDA_TRY(cudaMemcpy2DAsync(target, to.step * real, source, from.step * real, run * real,
                                   rows, cudaMemcpyDeviceToDevice, x->context->stream),
                 "copying a block of an array");
    return QFP_OK;
}

const qfp_vector_operations qfp_cuda_vector = [] {
    qfp_vector_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.create_shared = create_shared;
    o.open_shared = open_shared;
    o.view = view;
    o.lend = lend;
    o.take_back = take_back;
    o.upload = upload;
    o.download = download;
    o.copy_rows = copy_rows;
    o.combine = cuda_combine;
    o.inner = cuda_inner;
    o.extrema = cuda_extrema;
    o.entropy = cuda_entropy;
    return o;
}();
