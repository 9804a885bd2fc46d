/* plane_apply.cu - y (+)= L_j u: the launch of a staged plane. */
#include "cuda/plane.cuh"
#include "cuda/range.cuh"
#include "cuda/slots.h"

qfp_status cuda_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                            int accumulate)
{
    cuda_range range("plane");
    plane->program->queue(plane->layout.in_scratch, plane->blocks, plane->layout.shared_bytes,
                          plane->context->stream, &plane->view, accumulate, x->data, y->data);
    QFP_CUDA_LAUNCHED("k_plane");
    return QFP_OK;
}
