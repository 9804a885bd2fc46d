/* boundary.c - forward-backward ensembles: boundary values and exact steps. */
#include "cpu/buffer.h"
#include "cpu/objects.h"
#include "cpu/paths.h"
#include "shared/boundary_cell.h"

static qfp_status begin(qfp_context *context, const qfp_path_set *set,
                        const qfp_boundary_spec *spec, qfp_buffer *x, qfp_buffer *weights)
{
#pragma omp parallel for schedule(static) num_threads(context->threads) if (context->threads > 1)
    for (size_t i = 0; i < set->paths; ++i) {
        qfpi_complex alpha =
            qfpi_boundary_begin(spec, set->seed, set->first_path + i, &weights->data[i]);
        cpu_path_store(set, x->data, i, 1, &alpha);
    }
    return QFP_OK;
}

static qfp_status advance(qfp_context *context, const qfp_path_set *set,
                          const qfp_boundary_spec *spec, size_t node, qfp_buffer *x)
{
#pragma omp parallel for schedule(static) num_threads(context->threads) if (context->threads > 1)
    for (size_t i = 0; i < set->paths; ++i) {
        qfpi_complex alpha;
        cpu_path_load(set, x->data, i, &alpha);
        alpha = qfpi_boundary_cell(spec, set->seed, set->first_path + i, node, alpha);
        cpu_path_store(set, x->data, i, 1, &alpha);
    }
    return QFP_OK;
}

const qfp_boundary_operations qfp_cpu_boundary = {
    .begin = begin,
    .advance = advance,
};
