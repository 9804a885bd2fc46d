/* paths_doubled.cu - steps of trajectories in the doubled phase space. */
#include "cuda/objects.cuh"
#include "cuda/paths.cuh"
#include "cuda/range.cuh"
#include "shared/doubled_cell.h"

#include <stdlib.h>

struct qfp_doubled {
    qfp_context *context;
    qfpi_doubled_view view; /* into the arrays below, which are device memory */
    qfp_symbol_term *terms;
    size_t *first;
};

static __global__ void k_doubled_advance(qfpi_doubled_view v, qfp_path_set set, qfp_path_step step,
                                         double limit, double *x, double *lost)
{
    QFP_SHARED(double, shared);
    double failed = 0.0;
    for (size_t i = cuda_first_cell(); i < set.paths; i += cuda_cell_step()) {
        qfpi_complex z[2 * QFP_MAX_MODES];
        cuda_path_load(set, x, i, z);
        failed += !qfpi_doubled_cell(&v, step.duration, set.seed, set.first_path + i, step.step,
                                     step.merge, limit, z);
        cuda_path_store(set, x, i, set.coordinates, z);
    }
    cuda_count_lost(failed, shared, lost);
}

static void destroy(qfp_doubled *doubled)
{
    if (doubled == nullptr)
        return;
    (void)cudaFree(doubled->terms);
    (void)cudaFree(doubled->first);
    free(doubled);
}

static qfp_status create(qfp_context *context, int modes, int fields,
                         const qfp_path_polynomial *polynomials, qfp_doubled **out)
{
    qfp_doubled *d = nullptr;
    *out = nullptr;
    if (modes < 1 || modes > QFP_MAX_MODES || fields < 0 || fields > QFPI_MOST_FIELDS)
        return QFP_FAIL(QFP_INTERNAL, "a doubled phase space of %d modes and %d fields", modes,
                        fields);
    size_t count = 2 * (size_t)modes * (3 + (size_t)fields);
    QFP_TRY(cuda_paths_check(context));
    QFP_TRY(QFP_ALLOCATE(d, 1, "a doubled phase space"));
    d->context = context;
    qfp_status status =
        cuda_reserve_stacks(context, k_doubled_advance, "trajectories in a doubled phase space");
    if (status == QFP_OK)
        status = cuda_path_polynomials(context, count, polynomials, &d->terms, &d->first);
    if (status != QFP_OK) {
        destroy(d);
        return status;
    }
    d->view.modes = modes;
    d->view.fields = fields;
    d->view.terms = d->terms;
    d->view.first = d->first;
    *out = d;
    return QFP_OK;
}

static qfp_status advance(const qfp_doubled *doubled, const qfp_path_set *set,
                          const qfp_path_step *step, double limit, qfp_buffer *x, size_t *lost)
{
    cuda_range range("doubled_advance");
    qfp_context *context = doubled->context;
    unsigned blocks = cuda_blocks(set->paths);
    QFP_TRY(cuda_reserve(context, blocks));
    QFP_LAUNCH(k_doubled_advance, blocks, CUDA_THREADS, CUDA_LOST_SHARED, context->stream,
               doubled->view, *set, *step, limit, cuda_data<double>(x), context->scratch);
    QFP_CUDA_LAUNCHED("k_doubled_advance");
    return cuda_lost_total(context, blocks, lost);
}

const qfp_doubled_operations qfp_cuda_doubled = [] {
    qfp_doubled_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.advance = advance;
    return o;
}();
