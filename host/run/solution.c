#include "run/solution.h"

#include <stdlib.h>
#include <string.h>

qfp_status qfp_solution_name(qfp_solution *s, const qfp_observable_list *list, size_t count,
                             const char *const *diagnostics)
{
    QFP_TRY(QFP_ALLOCATE(s->observables, list->count + count, "observables"));
    for (size_t i = 0; i < list->count; i++)
        s->observables[i] = list->observables[i].quantity;
    for (size_t i = 0; i < count; i++) {
        const qfp_quantity *diagnostic = qfp_diagnostic(diagnostics[i]);
        if (diagnostic == NULL)
            return QFP_FAIL(QFP_INTERNAL, "no diagnostic is called %s", diagnostics[i]);
        s->observables[list->count + i] = *diagnostic;
    }
    s->observable_count = list->count + count;
    s->mean_count = list->count;
    return QFP_OK;
}

double qfp_output_coordinate(const qfp_config *config, int index)
{
    double step = (config->husimi_to - config->husimi_from) / (config->husimi_points - 1);
    return index == config->husimi_points - 1 ? config->husimi_to
                                              : config->husimi_from + index * step;
}

qfp_status qfp_output_axes(const qfp_config *config, double **q, double **p)
{
    size_t n = (size_t)config->husimi_points;
    *q = *p = NULL;
    QFP_TRY(QFP_ALLOCATE(*q, n * (size_t)config->modes, "output axes"));
    QFP_TRY(QFP_ALLOCATE(*p, n * (size_t)config->modes, "output axes"));
    for (int j = 0; j < config->modes; j++)
        for (size_t i = 0; i < n; i++) {
            (*q)[(size_t)j * n + i] = qfp_output_coordinate(config, (int)i) / config->length[j];
            (*p)[(size_t)j * n + i] =
                qfp_output_coordinate(config, (int)i) * config->length[j] / config->kappa;
        }
    return QFP_OK;
}
