/* paths_action.cu - chains of the path-space Metropolis method, one thread a chain. */
#include "cuda/objects.cuh"
#include "cuda/paths.cuh"
#include "cuda/range.cuh"
#include "shared/action_cell.h"

/* What chains at work may take up; more paths than fit at once take turns. */
static const size_t work_bytes = (size_t)256 << 20;

/* Entry k of thread t's arrays is work[k threads + t]: neighbours read neighbours. */
static __global__ void k_action(qfp_action_spec spec, qfp_path_set set, size_t slice_count,
                                const size_t *slices, double *work, double *out, double *taken)
{
    QFP_SHARED(double, shared);
    double *own = work + cuda_first_cell();
    double accepted = 0.0;
    for (size_t i = cuda_first_cell(); i < set.paths; i += cuda_cell_step()) {
        accepted +=
            (double)qfpi_action_chain(&spec, cuda_cell_step(), set.seed, set.first_path + i, own);
        for (size_t k = 0; k < slice_count; ++k)
            qfpi_action_at(&spec, cuda_cell_step(), own, slices[k], &out[2 * k * set.paths + i],
                           &out[(2 * k + 1) * set.paths + i]);
    }
    cuda_count_lost(accepted, shared, taken);
}

struct action_memory {
    size_t *slices;
    double *work, *out;
};

static qfp_status run_there(qfp_context *context, const qfp_path_set *set,
                            const qfp_action_spec *spec, size_t slice_count, const size_t *slices,
                            action_memory *m, double *out, size_t *taken)
{
    size_t each = 6 * qfpi_action_length(spec->slices) * CUDA_THREADS; /* of one block */
    size_t most = work_bytes / (each * sizeof(double)), numbers = 2 * slice_count * set->paths;
    unsigned blocks = cuda_blocks(set->paths);
    if (blocks > most)
        blocks = most > 0 ? (unsigned)most : 1;
    QFP_TRY(cuda_stage(context, slices, slice_count, "slices", &m->slices));
    QFP_TRY(cuda_allocate_array(each * blocks, "chains of paths", &m->work));
    QFP_TRY(cuda_allocate_array(numbers, "paths at the output times", &m->out));
    QFP_TRY(cuda_reserve(context, blocks));
    QFP_LAUNCH(k_action, blocks, CUDA_THREADS, CUDA_LOST_SHARED, context->stream, *spec, *set,
               slice_count, (const size_t *)m->slices, m->work, m->out, context->scratch);
    QFP_CUDA_LAUNCHED("k_action");
    QFP_TRY(cuda_lost_total(context, blocks, taken));
    cudaError_t error = cudaMemcpyAsync(out, m->out, numbers * sizeof *out, cudaMemcpyDeviceToHost,
                                        context->stream);
    if (error == cudaSuccess)
        error = cudaStreamSynchronize(context->stream);
    QFP_CUDA_TRY(error, "copying paths");
    return QFP_OK;
}

static qfp_status run(qfp_context *context, const qfp_path_set *set, const qfp_action_spec *spec,
                      size_t slice_count, const size_t *slices, double *out, double *acceptance)
{
    cuda_range range("action_run");
    action_memory memory = {};
    size_t taken = 0;
    QFP_TRY(cuda_paths_check(context));
    if (spec->slices < 1 || spec->sweeps < 1 || spec->merge < 1)
        return QFP_FAIL(QFP_INTERNAL, "a path of %zu slices of %d parts, %zu sweeps", spec->slices,
                        spec->merge, spec->sweeps);
    qfp_status status = run_there(context, set, spec, slice_count, slices, &memory, out, &taken);
    (void)cudaFree(memory.slices);
    (void)cudaFree(memory.work);
    (void)cudaFree(memory.out);
    *acceptance = (double)taken / ((double)set->paths * (double)spec->sweeps);
    return status;
}

const qfp_action_operations qfp_cuda_action = [] {
    qfp_action_operations o = {};
    o.run = run;
    return o;
}();
