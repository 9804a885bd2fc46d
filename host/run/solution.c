#include "run/solution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "state/reach.h"

#define HELD 3.1 /* beyond so many standard deviations a Gaussian has less than a thousandth */
#define SEEN 4.0 /* its last contour lines */
enum { WINDOW_STEPS = 400 };

/* The highest degree in a and a† of what an observable is made of. */
static int degree_of(const qfp_observable_list *list, const qfp_observable *o)
{
    int degree = 0;
    for (int p = 0; p < QFP_OBSERVABLE_PARTS; p++) {
        const qfp_polynomial *wick = &list->moments[o->parts[p]].wick;
        int own = qfp_polynomial_degree(wick, 0, wick->variables);
        degree = own > degree ? own : degree;
    }
    return degree;
}

qfp_status qfp_solution_name(qfp_solution *s, const qfp_observable_list *list, size_t count,
                             const char *const *diagnostics)
{
    QFP_TRY(QFP_ALLOCATE(s->observables, list->count + count, "observables"));
    QFP_TRY(QFP_ALLOCATE(s->degrees, list->count, "observables"));
    for (size_t i = 0; i < list->count; i++) {
        s->observables[i] = list->observables[i].quantity;
        s->degrees[i] = degree_of(list, &list->observables[i]);
    }
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

/* The Wigner function e^{−d²} of a piece at d standard deviations of its Q. */
static double level_at(double deviations)
{
    return exp(-deviations * deviations);
}

/* Physical x or p. */
static double furthest(const qfp_config *config, const qfp_reach *reach)
{
    double most = 0.0;
    for (int j = 0; j < config->modes; j++) {
        most = fmax(most, reach->of[j] * config->length[j]);
        most = fmax(most, reach->of[config->modes + j] * config->kappa / config->length[j]);
    }
    return most;
}

qfp_status qfp_output_window(qfp_config *config)
{
    qfp_reach nearly, all;
    if (!config->husimi_follows)
        return QFP_OK;
    QFP_TRY(qfp_reach_within(config, level_at(HELD), WINDOW_STEPS, &nearly));
    if (nearly.escapes || furthest(config, &nearly) <= config->husimi_to)
        return QFP_OK;
    QFP_TRY(qfp_reach_within(config, level_at(SEEN), WINDOW_STEPS, &all));
    if (all.escapes)
        return QFP_OK;
    config->husimi_to = ceil(furthest(config, &all));
    config->husimi_from = -config->husimi_to;
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
