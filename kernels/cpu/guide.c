/* guide.c - the score-guided diffusion: the staged guide and one step of all paths. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/buffer.h"
#include "cpu/guide_wave.h"
#include "cpu/objects.h"
#include "cpu/paths.h"
#include "staging/path_stage.h"

struct qfp_guide {
    const qfp_context *context;
    qfpi_guide_view view;
    qfp_symbol_term *terms;
    size_t *first;
    int levels[QFP_MAX_MODES];
    double *inverse_root, *weights, *kets[3];
    guide_wave *waves; /* one per thread: what a step works in */
};

static void destroy(qfp_guide *guide)
{
    if (guide == NULL)
        return;
    free(guide->terms);
    free(guide->first);
    free(guide->inverse_root);
    free(guide->weights);
    free(guide->waves);
    for (int node = 0; node < 3; ++node)
        free(guide->kets[node]);
    free(guide);
}

static qfp_status stage_tables(const qfp_guide_spec *spec, qfp_guide *guide)
{
    size_t roots;
    guide->view.dimension = 1;
    for (int j = 0; j < spec->modes; ++j) {
        guide->levels[j] = spec->levels[j];
        guide->view.dimension *= (size_t)spec->levels[j];
    }
    QFP_TRY(qfpi_inverse_roots_stage(spec->modes, spec->levels, &roots, &guide->inverse_root));
    QFP_TRY(QFP_ALLOCATE(guide->waves, (size_t)guide->context->threads, "the paths of a guide"));
    QFP_TRY(QFP_ALLOCATE(guide->weights, spec->ket_count, "the kets of a guide"));
    memcpy(guide->weights, spec->weights, spec->ket_count * sizeof *guide->weights);
    for (int node = 0; node < 3; ++node)
        QFP_TRY(QFP_ALLOCATE(guide->kets[node], 2 * spec->ket_count * guide->view.dimension,
                             "the kets of a guide"));
    return QFP_OK;
}

static qfp_status create(qfp_context *context, const qfp_guide_spec *spec, qfp_guide **out)
{
    qfp_guide *guide = NULL;
    *out = NULL;
    if (spec->modes < 1 || spec->modes > QFP_MAX_MODES || spec->ket_count == 0)
        return QFP_FAIL(QFP_INTERNAL, "a guide of %d modes and %zu kets", spec->modes,
                        spec->ket_count);
    QFP_TRY(QFP_ALLOCATE(guide, 1, "a guide"));
    guide->context = context;
    qfp_status status =
        qfpi_path_polynomials_stage(qfp_guide_lists(spec->modes, spec->coupled), spec->polynomials,
                                    &guide->terms, &guide->first);
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
    memcpy(guide->kets[node], kets,
           2 * guide->view.ket_count * guide->view.dimension * sizeof *kets);
    return QFP_OK;
}

static qfp_status advance(const qfp_guide *guide, const qfp_path_set *set,
                          const qfp_path_step *step, qfp_buffer *x, size_t *lost)
{
    const qfpi_guided_step s = {.duration = step->duration,
                                .seed = set->seed,
                                .step = step->step,
                                .merge = step->merge,
                                .substeps_most = step->pieces_most};
    int threads = guide->context->threads;
    size_t failed = 0, waves = (set->paths + WAVE_PATHS - 1) / WAVE_PATHS;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)                   \
    reduction(+ : failed)
    for (size_t k = 0; k < waves; ++k) {
        size_t first = k * WAVE_PATHS, left = set->paths - first;
        failed += cpu_guide_wave_advance(&guide->view, &s, set->paths, set->first_path, first,
                                         left < WAVE_PATHS ? left : WAVE_PATHS, x->data,
                                         &guide->waves[cpu_thread_number()]);
    }
    *lost = failed;
    return QFP_OK;
}

const qfp_guide_operations qfp_cpu_guide = {
    .create = create,
    .destroy = destroy,
    .load = load,
    .advance = advance,
};
