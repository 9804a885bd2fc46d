/* action.c - chains of the path-space Metropolis method. */
#include <stdlib.h>

#include "cpu/buffer.h"
#include "cpu/paths.h"
#include "shared/action_cell.h"

qfp_status cpu_action_run(qfp_context *context, const qfp_path_set *set,
                          const qfp_action_spec *spec, size_t slice_count, const size_t *slices,
                          double *out, double *acceptance)
{
    size_t length = qfpi_action_length(spec->slices), taken = 0;
    const double root = 0.7071067811865476;
    double *scratch = NULL;
    if (spec->slices < 1 || spec->sweeps < 1)
        return QFP_FAIL(QFP_INTERNAL, "a path of %zu slices, %zu sweeps", spec->slices,
                        spec->sweeps);
    QFP_TRY(QFP_ALLOCATE(scratch, 6 * length * (size_t)context->threads, "paths"));
#pragma omp parallel num_threads(context->threads) if (context->threads > 1) reduction(+ : taken)
    {
        double *work = scratch + 6 * length * (size_t)cpu_thread_number();
#pragma omp for schedule(static)
        for (size_t i = 0; i < set->paths; ++i) {
            uint64_t sequence = set->first_path + i;
            qfpi_action_free(spec, set->seed, sequence, 0, work);
            double phi = qfpi_action_phi(spec, work, work + length);
            qfpi_action_covariance(spec, work + length, work + 2 * length);
            for (size_t sweep = 0; sweep < spec->sweeps; ++sweep)
                taken += (size_t)qfpi_action_cell(spec, set->seed, sequence, sweep, &phi, work);
            for (size_t k = 0; k < slice_count; ++k) {
                double p = spec->begin + work[slices[k]];
                double q = spec->end + work[spec->slices + 1 + slices[k]];
                out[2 * k * set->paths + i] = root * (spec->turn[0] * q - spec->turn[1] * p);
                out[(2 * k + 1) * set->paths + i] = root * (spec->turn[1] * q + spec->turn[0] * p);
            }
        }
    }
    free(scratch);
    *acceptance = (double)taken / ((double)set->paths * (double)spec->sweeps);
    return QFP_OK;
}
