/* paths.cu - what the device's functions for trajectory ensembles share. */
#include "cuda/paths.cuh"

#include <stdlib.h>

#include "cuda/objects.cuh"
#include "staging/path_stage.h"

qfp_status cuda_paths_check(const qfp_context *context)
{
    if (context->precision != QFP_PRECISION_DOUBLE)
        return QFP_FAIL(QFP_UNSUPPORTED, "trajectories are computed in double precision only");
    return QFP_OK;
}

qfp_status cuda_lost_total(qfp_context *context, unsigned blocks, size_t *lost)
{
    double *partial = nullptr;
    QFP_TRY(QFP_ALLOCATE(partial, blocks, "counts of lost paths"));
    cudaError_t error = cudaMemcpyAsync(partial, context->scratch, blocks * sizeof *partial,
                                        cudaMemcpyDeviceToHost, context->stream);
    if (error == cudaSuccess)
        error = cudaStreamSynchronize(context->stream);
    double sum = 0.0;
    for (unsigned b = 0; error == cudaSuccess && b < blocks; ++b)
        sum += partial[b];
    free(partial);
    QFP_CUDA_TRY(error, "counting lost paths");
    *lost = (size_t)sum;
    return QFP_OK;
}

qfp_status cuda_path_polynomials(qfp_context *context, size_t count,
                                 const qfp_path_polynomial *polynomials, qfp_symbol_term **terms,
                                 size_t **first)
{
    qfp_symbol_term *host_terms = nullptr;
    size_t *host_first = nullptr;
    qfp_status status = qfpi_path_polynomials_stage(count, polynomials, &host_terms, &host_first);
    if (status == QFP_OK)
        status = cuda_stage(context, host_terms, host_first[count] + 1, "the drift of trajectories",
                            terms);
    if (status == QFP_OK)
        status = cuda_stage(context, host_first, count + 1, "the drift of trajectories", first);
    free(host_terms);
    free(host_first);
    return status;
}

const qfp_paths_operations qfp_cuda_paths = [] {
    qfp_paths_operations o = {};
    o.draw = cuda_paths_draw;
    o.gaussian = cuda_paths_gaussian;
    o.sums = cuda_paths_sums;
    o.histogram = cuda_paths_histogram;
    return o;
}();
