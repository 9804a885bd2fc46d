/* paths_diffusion.cu - steps of trajectories whose density is Q. */
#include "cuda/objects.cuh"
#include "cuda/paths.cuh"
#include "cuda/range.cuh"
#include "shared/diffusion_cell.h"

#include <stdlib.h>

struct qfp_diffusion {
    qfp_context *context;
    qfpi_diffusion_view view; /* into the arrays below, which are device memory */
    qfp_symbol_term *terms;
    size_t *first;
};

static __global__ void k_diffusion_advance(qfpi_diffusion_view v, qfp_path_set set,
                                           qfp_path_step step, double *x, double *lost)
{
    QFP_SHARED(double, shared);
    double failed = 0.0;
    for (size_t i = cuda_first_cell(); i < set.paths; i += cuda_cell_step()) {
        qfpi_complex alpha[QFP_MAX_MODES];
        cuda_path_load(set, x, i, alpha);
        failed += !qfpi_diffusion_cell(&v, step.duration, set.seed, set.first_path + i, step.step,
                                       step.merge, alpha);
        cuda_path_store(set, x, i, set.coordinates, alpha);
    }
    cuda_count_lost(failed, shared, lost);
}

static void destroy(qfp_diffusion *diffusion)
{
    if (diffusion == nullptr)
        return;
    (void)cudaFree(diffusion->terms);
    (void)cudaFree(diffusion->first);
    free(diffusion);
}

static qfp_status create(qfp_context *context, int modes, const qfp_path_polynomial *polynomials,
                         qfp_diffusion **out)
{
    qfp_diffusion *d = nullptr;
    *out = nullptr;
    if (modes < 1 || modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "a diffusion of %d modes", modes);
    size_t count = (size_t)(modes + 2 * modes * modes);
    QFP_TRY(cuda_paths_check(context));
    QFP_TRY(QFP_ALLOCATE(d, 1, "a diffusion"));
    d->context = context;
    qfp_status status =
        cuda_reserve_stacks(context, k_diffusion_advance, "trajectories of a diffusion");
    if (status == QFP_OK)
        status = cuda_path_polynomials(context, count, polynomials, &d->terms, &d->first);
    if (status != QFP_OK) {
        destroy(d);
        return status;
    }
    d->view.modes = modes;
    d->view.terms = d->terms;
    d->view.first = d->first;
    *out = d;
    return QFP_OK;
}

static qfp_status advance(const qfp_diffusion *diffusion, const qfp_path_set *set,
                          const qfp_path_step *step, qfp_buffer *x, size_t *lost)
{
    cuda_range range("diffusion_advance");
    qfp_context *context = diffusion->context;
    unsigned blocks = cuda_blocks(set->paths);
    QFP_TRY(cuda_reserve(context, blocks));
    QFP_LAUNCH(k_diffusion_advance, blocks, CUDA_THREADS, CUDA_LOST_SHARED, context->stream,
               diffusion->view, *set, *step, cuda_data<double>(x), context->scratch);
    QFP_CUDA_LAUNCHED("k_diffusion_advance");
    return cuda_lost_total(context, blocks, lost);
}

const qfp_diffusion_operations qfp_cuda_diffusion = [] {
    qfp_diffusion_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.advance = advance;
    return o;
}();
