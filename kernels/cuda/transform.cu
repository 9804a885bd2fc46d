/* transform.cu - between Z and the mixed spaces, one batched call. */
#include "cuda/grid_plan.cuh"
#include "cuda/range.cuh"

/* cuFFT keeps the input of a real-to-complex transform and may destroy that of the inverse, which
 * is what backend/grid.h promises. */
static qfp_status transform_double(const qfp_grid_plan *plan, qfp_space space,
                                   qfp_direction direction, qfp_buffer *in, qfp_buffer *out)
{
    if (direction == QFP_FORWARD)
        QFP_CUFFT_TRY(cufftExecD2Z(plan->forward[space], cuda_data<cufftDoubleReal>(in),
                                   cuda_data<cufftDoubleComplex>(out)),
                      "a forward transform");
    else
        QFP_CUFFT_TRY(cufftExecZ2D(plan->inverse[space], cuda_data<cufftDoubleComplex>(in),
                                   cuda_data<cufftDoubleReal>(out)),
                      "an inverse transform");
    return QFP_OK;
}

static qfp_status transform_single(const qfp_grid_plan *plan, qfp_space space,
                                   qfp_direction direction, qfp_buffer *in, qfp_buffer *out)
{
    if (direction == QFP_FORWARD)
        QFP_CUFFT_TRY(cufftExecR2C(plan->forward[space], cuda_data<cufftReal>(in),
                                   cuda_data<cufftComplex>(out)),
                      "a forward transform");
    else
        QFP_CUFFT_TRY(cufftExecC2R(plan->inverse[space], cuda_data<cufftComplex>(in),
                                   cuda_data<cufftReal>(out)),
                      "an inverse transform");
    return QFP_OK;
}

qfp_status cuda_transform(qfp_grid_plan *plan, qfp_space space, qfp_direction direction,
                          qfp_buffer *in, qfp_buffer *out)
{
    static const char *const name[3][2] = {{"transform", "transform"},
                                           {"transform to A", "transform from A"},
                                           {"transform to B", "transform from B"}};
    cuda_range range(name[space][direction]);
    if (space == QFP_SPACE_Z || plan->doubles[space] == 0)
        return QFP_FAIL(QFP_INTERNAL,
                        "transforms lead to and from the spaces A and B that a grid has");
    if (plan->grid.modes > CUDA_FFT_AXES)
        return cuda_axis_dft(plan, space, direction, in, out);
    if (plan->context->precision == QFP_PRECISION_SINGLE)
        return transform_single(plan, space, direction, in, out);
    return transform_double(plan, space, direction, in, out);
}
