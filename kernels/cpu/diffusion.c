/* diffusion.c - steps of trajectories whose density is Q. */
#include "shared/diffusion_cell.h"

#include <stdlib.h>

#include "cpu/buffer.h"
#include "cpu/objects.h"
#include "cpu/paths.h"
#include "staging/path_stage.h"

struct qfp_diffusion {
    const qfp_context *context;
    qfpi_diffusion_view view;
    qfp_symbol_term *terms;
    size_t *first;
};

static void destroy(qfp_diffusion *diffusion)
{
    if (diffusion == NULL)
        return;
    free(diffusion->terms);
    free(diffusion->first);
    free(diffusion);
}

static qfp_status create(qfp_context *context, int modes, const qfp_path_polynomial *polynomials,
                         qfp_diffusion **out)
{
    qfp_diffusion *d = NULL;
    *out = NULL;
    if (modes < 1 || modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "a diffusion of %d modes", modes);
    QFP_TRY(QFP_ALLOCATE(d, 1, "a diffusion"));
    qfp_status status = qfpi_path_polynomials_stage((size_t)(modes + 2 * modes * modes),
                                                    polynomials, &d->terms, &d->first);
    if (status != QFP_OK) {
        destroy(d);
        return status;
    }
    d->context = context;
    d->view = (qfpi_diffusion_view){.modes = modes, .terms = d->terms, .first = d->first};
    *out = d;
    return QFP_OK;
}

static qfp_status advance(const qfp_diffusion *diffusion, const qfp_path_set *set,
                          const qfp_path_step *step, qfp_buffer *x, size_t *lost)
{
    int threads = diffusion->context->threads;
    size_t failed = 0;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)                    \
    reduction(+ : failed)
    for (size_t i = 0; i < set->paths; ++i) {
        qfpi_complex alpha[QFP_MAX_MODES];
        cpu_path_load(set, x->data, i, alpha);
        failed += !qfpi_diffusion_cell(&diffusion->view, step->duration, set->seed,
                                       set->first_path + i, step->step, step->merge, alpha);
        cpu_path_store(set, x->data, i, set->coordinates, alpha);
    }
    *lost = failed;
    return QFP_OK;
}

const qfp_diffusion_operations qfp_cpu_diffusion = {
    .create = create,
    .destroy = destroy,
    .advance = advance,
};
