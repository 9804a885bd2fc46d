/* paths_guide.cu - the score-guided diffusion: the staged guide and one step of all paths. */
#include "cuda/objects.cuh"
#include "cuda/paths.cuh"
#include "cuda/range.cuh"
#include "staging/path_stage.h"

#include <math.h>
#include <stdlib.h>

/* What is launched for a guide of so many modes, with and without coupled noise. */
struct variant {
    qfp_status (*reserve_stacks)(qfp_context *context);
    qfp_status (*launch)(const qfp_guide *guide, const qfp_path_set &set,
                         const qfpi_guided_step &step, double *x);
};

struct qfp_guide {
    qfp_context *context;
    variant kernel;
    qfpi_guide_view view; /* into the arrays below, which are device memory */
    qfp_symbol_term *terms;
    size_t *first;
    int *levels;
    double *inverse_root, *weights, *kets[3];
};

/* modes and coupled: what the guide has, or 0 modes for any.  As constants they turn the arrays of
 * a path into registers, where 0 takes 8.9 KB of stack per thread: one mode takes 64 bytes.  Two
 * blocks per multiprocessor, which 128 registers per thread allow; coupled modes need more. */
template <int modes, int coupled>
static __global__ void __launch_bounds__(CUDA_THREADS, coupled ? 1 : 2)
    k_guide_advance(qfpi_guide_view g, qfp_path_set set, qfpi_guided_step step, double *x,
                    double *lost)
{
    QFP_SHARED(double, shared);
    double failed = 0.0;
    if (modes > 0) {
        g.modes = set.coordinates = modes;
        g.coupled = coupled;
    }
    for (size_t i = cuda_first_cell(); i < set.paths; i += cuda_cell_step()) {
        qfpi_complex alpha[QFP_MAX_MODES];
        cuda_path_load(set, x, i, alpha);
        if (!qfpi_guided_cell(&g, &step, set.first_path + i, alpha)) {
            for (int j = 0; j < g.modes; ++j)
                alpha[j].re = alpha[j].im = NAN;
            failed += 1.0;
        }
        cuda_path_store(set, x, i, g.modes, alpha);
    }
    cuda_count_lost(failed, shared, lost);
}

template <int modes, int coupled>
static qfp_status launch(const qfp_guide *guide, const qfp_path_set &set,
                         const qfpi_guided_step &step, double *x)
{
    qfp_context *context = guide->context;
    QFP_LAUNCH((k_guide_advance<modes, coupled>), cuda_blocks(set.paths), CUDA_THREADS,
               CUDA_LOST_SHARED, context->stream, guide->view, set, step, x, context->scratch);
    QFP_CUDA_LAUNCHED("k_guide_advance");
    return QFP_OK;
}

template <int modes, int coupled> static qfp_status reserve_stacks(qfp_context *context)
{
    return cuda_reserve_stacks(context, k_guide_advance<modes, coupled>, "guided trajectories");
}

template <int modes, int coupled> static constexpr variant variant_of()
{
    return {reserve_stacks<modes, coupled>, launch<modes, coupled>};
}

static variant choose(const qfp_guide_spec *spec)
{
    static const variant alone[] = {variant_of<0, 0>(), variant_of<1, 0>(), variant_of<2, 0>(),
                                    variant_of<3, 0>()};
    static const variant together[] = {variant_of<0, 0>(), variant_of<0, 0>(), variant_of<2, 1>(),
                                       variant_of<3, 1>()};
    return (spec->coupled ? together : alone)[spec->modes <= 3 ? spec->modes : 0];
}

static qfp_status stage_tables(const qfp_guide_spec *spec, qfp_guide *guide)
{
    qfp_context *context = guide->context;
    size_t roots = 0, dimension = 1;
    double *inverse_root = nullptr;
    for (int j = 0; j < spec->modes; ++j)
        dimension *= (size_t)spec->levels[j];
    guide->view.dimension = dimension;
    QFP_TRY(qfpi_inverse_roots_stage(spec->modes, spec->levels, &roots, &inverse_root));
    qfp_status status =
        cuda_stage(context, inverse_root, roots, "the tables of a guide", &guide->inverse_root);
    free(inverse_root);
    QFP_TRY(status);
    QFP_TRY(cuda_stage(context, spec->levels, (size_t)spec->modes, "the levels of a guide",
                       &guide->levels));
    QFP_TRY(cuda_stage(context, spec->weights, spec->ket_count, "the kets of a guide",
                       &guide->weights));
    for (int node = 0; node < 3; ++node)
        QFP_TRY(cuda_allocate_array(2 * spec->ket_count * dimension, "the kets of a guide",
                                    &guide->kets[node]));
    return QFP_OK;
}

static void destroy(qfp_guide *guide)
{
    if (guide == nullptr)
        return;
    (void)cudaFree(guide->terms);
    (void)cudaFree(guide->first);
    (void)cudaFree(guide->levels);
    (void)cudaFree(guide->inverse_root);
    (void)cudaFree(guide->weights);
    for (int node = 0; node < 3; ++node)
        (void)cudaFree(guide->kets[node]);
    free(guide);
}

static qfp_status create(qfp_context *context, const qfp_guide_spec *spec, qfp_guide **out)
{
    qfp_guide *guide = nullptr;
    *out = nullptr;
    if (spec->modes < 1 || spec->modes > QFP_MAX_MODES || spec->ket_count == 0)
        return QFP_FAIL(QFP_INTERNAL, "a guide of %d modes and %zu kets", spec->modes,
                        spec->ket_count);
    QFP_TRY(cuda_paths_check(context));
    QFP_TRY(QFP_ALLOCATE(guide, 1, "a guide"));
    guide->context = context;
    guide->kernel = choose(spec);
    qfp_status status = guide->kernel.reserve_stacks(context);
    if (status == QFP_OK)
        status = cuda_path_polynomials(context, qfp_guide_lists(spec->modes, spec->coupled),
                                       spec->polynomials, &guide->terms, &guide->first);
    if (status == QFP_OK)
        status = stage_tables(spec, guide);
    if (status != QFP_OK) {
        destroy(guide);
        return status;
    }
    guide->view.modes = spec->modes;
    guide->view.ket_count = spec->ket_count;
    guide->view.lambda = spec->lambda;
    guide->view.coupled = spec->coupled;
    guide->view.terms = guide->terms;
    guide->view.first = guide->first;
    guide->view.levels = guide->levels;
    guide->view.inverse_root = guide->inverse_root;
    guide->view.weights = guide->weights;
    for (int node = 0; node < 3; ++node)
        guide->view.kets[node] = guide->kets[node];
    *out = guide;
    return QFP_OK;
}

static qfp_status load(qfp_guide *guide, int node, const double *kets)
{
    if (node < 0 || node > 2)
        return QFP_FAIL(QFP_INTERNAL, "a guide has nodes 0, 1 and 2, not %d", node);
    QFP_CUDA_TRY(cudaMemcpyAsync(guide->kets[node], kets,
                                 2 * guide->view.ket_count * guide->view.dimension * sizeof *kets,
                                 cudaMemcpyHostToDevice, guide->context->stream),
                 "copying the kets of a guide");
    return cuda_synchronize(guide->context); /* `kets` may change next */
}

static qfp_status advance(const qfp_guide *guide, const qfp_path_set *set,
                          const qfp_path_step *step, qfp_buffer *x, size_t *lost)
{
    cuda_range range("guide_advance");
    unsigned blocks = cuda_blocks(set->paths);
    qfpi_guided_step s = {step->duration, set->seed, step->step, step->merge, step->pieces_most};
    QFP_TRY(cuda_reserve(guide->context, blocks));
    QFP_TRY(guide->kernel.launch(guide, *set, s, cuda_data<double>(x)));
    return cuda_lost_total(guide->context, blocks, lost);
}

const qfp_guide_operations qfp_cuda_guide = [] {
    qfp_guide_operations o = {};
    o.create = create;
    o.destroy = destroy;
    o.load = load;
    o.advance = advance;
    return o;
}();
