/* doubled.c - steps in the doubled phase space, and Gaussian draws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/buffer.h"
#include "cpu/paths.h"
#include "shared/doubled_cell.h"
#include "staging/path_stage.h"

struct qfp_doubled {
    const qfp_context *context;
    qfpi_doubled_view view;
    qfp_symbol_term *terms;
    size_t *first;
};

void cpu_doubled_destroy(qfp_doubled *doubled)
{
    if (doubled == NULL)
        return;
    free(doubled->terms);
    free(doubled->first);
    free(doubled);
}

qfp_status cpu_doubled_create(qfp_context *context, int modes,
                              const qfp_path_polynomial *polynomials, qfp_doubled **out)
{
    qfp_doubled *d = NULL;
    *out = NULL;
    if (modes < 1 || modes > QFPI_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "a doubled phase space of %d modes", modes);
    QFP_TRY(QFP_ALLOCATE(d, 1, "a doubled phase space"));
    qfp_status status =
        qfpi_path_polynomials_stage(6 * (size_t)modes, polynomials, &d->terms, &d->first);
    if (status != QFP_OK) {
        cpu_doubled_destroy(d);
        return status;
    }
    d->context = context;
    d->view = (qfpi_doubled_view){.modes = modes, .terms = d->terms, .first = d->first};
    *out = d;
    return QFP_OK;
}

qfp_status cpu_doubled_advance(const qfp_doubled *doubled, const qfp_path_set *set,
                               const qfp_path_step *step, double limit, qfp_buffer *x, size_t *lost)
{
    int threads = doubled->context->threads;
    size_t failed = 0;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)                    \
    reduction(+ : failed)
    for (size_t i = 0; i < set->paths; ++i) {
        qfpi_complex z[2 * QFPI_MAX_MODES];
        cpu_path_load(set, x->data, i, z);
        failed += !qfpi_doubled_cell(&doubled->view, step->duration, set->seed, set->first_path + i,
                                     step->step, step->merge, limit, z);
        cpu_path_store(set, x->data, i, set->coordinates, z);
    }
    *lost = failed;
    return QFP_OK;
}

qfp_status cpu_paths_gaussian(qfp_context *context, const qfp_path_set *set, uint64_t block,
                              int keep, const double *mean, const double *spread, qfp_buffer *x)
{
    int reals = 2 * set->coordinates;
#pragma omp parallel for schedule(static) num_threads(context->threads) if (context->threads > 1)
    for (size_t i = 0; i < set->paths; ++i) {
        double xi[4 * QFPI_MAX_MODES];
        for (int k = 0; k < reals; k += 2)
            qfpi_normal2(set->seed, set->first_path + i, block + (uint64_t)(k / 2), &xi[k],
                         &xi[k + 1]);
        for (int c = 0; c < reals; ++c) {
            double *value = &x->data[(size_t)c * set->paths + i];
            double sum = mean[c];
            for (int k = 0; k < reals; ++k)
                sum += spread[c * reals + k] * xi[k];
            *value = keep ? *value + sum : sum;
        }
    }
    return QFP_OK;
}
