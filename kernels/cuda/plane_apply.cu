/* plane_apply.cu - y (+)= L_j u: the launch of a staged plane. */
#include "cuda/plane.cuh"
#include "cuda/range.cuh"

template <class R>
static qfp_status apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y, int accumulate)
{
    void *to = accumulate ? cuda_data<R>(y) : cuda_overwritten<R>(y, plane->cells);
    plane->program->queue(plane->layout.in_scratch, plane->blocks, plane->layout.shared_bytes,
                          plane->context->stream, &plane->view, accumulate, cuda_unscaled<R>(x),
                          cuda_factor(x), to);
    QFP_CUDA_LAUNCHED("k_plane");
    return QFP_OK;
}

qfp_status cuda_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                            int accumulate)
{
    cuda_range range("plane");
    return CUDA_BY_PRECISION(plane->context, apply, plane, x, y, accumulate);
}
