/* backend_paths_cuda.cu - the table of the device for trajectory ensembles, and what its functions
 * share. */
#include "cuda/paths.cuh"

#include <stdlib.h>

#include "cuda/slots.h"
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

static qfp_path_backend make_table()
{
    qfp_path_backend table = {};
    table.draw = cuda_paths_draw;
    table.guide_create = cuda_guide_create;
    table.guide_destroy = cuda_guide_destroy;
    table.guide_load = cuda_guide_load;
    table.guide_advance = cuda_guide_advance;
    table.gaussian = cuda_paths_gaussian;
    table.doubled_create = cuda_doubled_create;
    table.doubled_destroy = cuda_doubled_destroy;
    table.doubled_advance = cuda_doubled_advance;
    table.boundary_begin = cuda_boundary_begin;
    table.boundary_advance = cuda_boundary_advance;
    table.action_run = cuda_action_run;
    table.sums = cuda_paths_sums;
    table.histogram = cuda_paths_histogram;
    return table;
}

const qfp_path_backend *qfp_path_backend_cuda(void)
{
    static const qfp_path_backend table = make_table();
    return &table;
}
