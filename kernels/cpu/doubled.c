/* doubled.c - steps in the doubled phase space. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/buffer.h"
#include "cpu/objects.h"
#include "cpu/paths.h"
#include "shared/doubled_cell.h"
#include "staging/path_stage.h"

struct qfp_doubled {
    const qfp_context *context;
    qfpi_doubled_view view;
    qfp_symbol_term *terms;
    size_t *first;
};

static void destroy(qfp_doubled *doubled)
{
    if (doubled == NULL)
        return;
    free(doubled->terms);
    free(doubled->first);
    free(doubled);
}

static qfp_status create(qfp_context *context, int modes, int fields,
                         const qfp_path_polynomial *polynomials, qfp_doubled **out)
{
    qfp_doubled *d = NULL;
    *out = NULL;
    if (modes < 1 || modes > QFP_MAX_MODES || fields < 0 || fields > QFPI_MOST_FIELDS)
        return QFP_FAIL(QFP_INTERNAL, "a doubled phase space of %d modes and %d fields", modes,
                        fields);
    size_t count = 2 * (size_t)modes * (3 + (size_t)fields);
    QFP_TRY(QFP_ALLOCATE(d, 1, "a doubled phase space"));
    qfp_status status = qfpi_path_polynomials_stage(count, polynomials, &d->terms, &d->first);
    if (status != QFP_OK) {
        destroy(d);
        return status;
    }
    d->context = context;
    d->view =
        (qfpi_doubled_view){.modes = modes, .fields = fields, .terms = d->terms, .first = d->first};
    *out = d;
    return QFP_OK;
}

static qfp_status advance(const qfp_doubled *doubled, const qfp_path_set *set,
                          const qfp_path_step *step, double limit, qfp_buffer *x, size_t *lost)
{
    int threads = doubled->context->threads;
    size_t failed = 0;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)                    \
    reduction(+ : failed)
    for (size_t i = 0; i < set->paths; ++i) {
        qfpi_complex z[2 * QFP_MAX_MODES];
        cpu_path_load(set, x->data, i, z);
        failed += !qfpi_doubled_cell(&doubled->view, step->duration, set->seed, set->first_path + i,
                                     step->step, step->merge, limit, z);
        cpu_path_store(set, x->data, i, set->coordinates, z);
    }
    *lost = failed;
    return QFP_OK;
}

const qfp_doubled_operations qfp_cpu_doubled = {
    .create = create,
    .destroy = destroy,
    .advance = advance,
};
