/* buffer.cu - device memory and copies to and from it. */
#include <stdlib.h>

#include "cuda/device.cuh"
#include "cuda/range.cuh"
#include "cuda/slots.h"
#include "cuda/tree.cuh"

qfp_status cuda_buffer_create(qfp_context *context, size_t count, qfp_buffer **out)
{
    *out = nullptr;
    QFP_TRY(cuda_tree_reserve(context, cuda_vector_leaves(count)));
    qfp_buffer *buffer = nullptr;
    QFP_TRY(QFP_ALLOCATE(buffer, 1, "a buffer"));
    buffer->context = context;
    buffer->count = count;
    qfp_status status = cuda_allocate(count, sizeof(double), "a buffer", &buffer->data);
    if (status != QFP_OK) {
        free(buffer);
        return status;
    }
    *out = buffer;
    return QFP_OK;
}

void cuda_buffer_destroy(qfp_buffer *buffer)
{
    if (buffer == nullptr)
        return;
    (void)cudaFree(buffer->data);
    free(buffer);
}

static qfp_status check_range(const qfp_buffer *buffer, size_t offset, size_t count)
{
    if (offset > buffer->count || count > buffer->count - offset)
        return QFP_FAIL(QFP_INTERNAL, "doubles %zu to %zu are outside a buffer of %zu", offset,
                        offset + count, buffer->count);
    return QFP_OK;
}

qfp_status cuda_upload(qfp_buffer *to, size_t offset, size_t count, const double *from)
{
    cuda_range range("upload");
    QFP_TRY(check_range(to, offset, count));
    if (count > 0)
        QFP_CUDA_TRY(cudaMemcpyAsync(cuda_data<double>(to) + offset, from, count * sizeof(double),
                                     cudaMemcpyHostToDevice, to->context->stream),
                     "copying to the device");
    /* `from` may be pinned by its owner, and then the copy is still to come. */
    return cuda_synchronize(to->context);
}

qfp_status cuda_download(const qfp_buffer *from, size_t offset, size_t count, double *to)
{
    cuda_range range("download");
    QFP_TRY(check_range(from, offset, count));
    if (count > 0)
        QFP_CUDA_TRY(cudaMemcpyAsync(to, cuda_data<double>(from) + offset, count * sizeof(double),
                                     cudaMemcpyDeviceToHost, from->context->stream),
                     "copying from the device");
    return cuda_synchronize(from->context);
}
