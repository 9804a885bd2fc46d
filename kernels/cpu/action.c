/* action.c - chains of the path-space Metropolis method. */
#include <stdlib.h>

#include "cpu/buffer.h"
#include "cpu/objects.h"
#include "cpu/paths.h"
#include "shared/action_cell.h"

static qfp_status run(qfp_context *context, const qfp_path_set *set, const qfp_action_spec *spec,
                      size_t slice_count, const size_t *slices, double *out, double *acceptance)
{
    size_t length = qfpi_action_length(spec->slices), taken = 0;
    double *scratch = NULL;
    if (spec->slices < 1 || spec->sweeps < 1 || spec->merge < 1)
        return QFP_FAIL(QFP_INTERNAL, "a path of %zu slices of %d parts, %zu sweeps", spec->slices,
                        spec->merge, spec->sweeps);
    QFP_TRY(QFP_ALLOCATE(scratch, 6 * length * (size_t)context->threads, "paths"));
#pragma omp parallel num_threads(context->threads) if (context->threads > 1) reduction(+ : taken)
    {
        double *work = scratch + 6 * length * (size_t)cpu_thread_number();
#pragma omp for schedule(static)
        for (size_t i = 0; i < set->paths; ++i) {
            taken += qfpi_action_chain(spec, 1, set->seed, set->first_path + i, work);
            for (size_t k = 0; k < slice_count; ++k)
                qfpi_action_at(spec, 1, work, slices[k], &out[2 * k * set->paths + i],
                               &out[(2 * k + 1) * set->paths + i]);
        }
    }
    free(scratch);
    *acceptance = (double)taken / ((double)set->paths * (double)spec->sweeps);
    return QFP_OK;
}

const qfp_action_operations qfp_cpu_action = {
    .run = run,
};
