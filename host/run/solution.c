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

/* In Q and P. */
static double furthest(const qfp_config *config, const qfp_reach *reach)
{
    double most = 0.0;
    for (int a = 0; a < 2 * config->modes; a++)
        most = fmax(most, reach->of[a]);
    return most;
}

void qfp_output_window_widen(qfp_config *config, double most)
{
    double end = ceil(most);
    for (int j = 0; j < config->modes; j++)
        for (int a = 0; a < 2 && config->husimi_follows[j]; a++) {
            double unit = a == 0 ? config->length[j] : config->kappa / config->length[j];
            qfp_interval *window = &config->husimi_window[j][a];
            if (window->to < end * unit)
                *window = (qfp_interval){-end * unit, end * unit};
        }
}

/* Half the width in Q of the windows that follow the state; infinite without any. */
static double narrowest(const qfp_config *config)
{
    double least = INFINITY;
    for (int j = 0; j < config->modes; j++)
        if (config->husimi_follows[j])
            least = fmin(least, config->husimi_window[j][0].to / config->length[j]);
    return least;
}

qfp_status qfp_output_window(qfp_config *config)
{
    qfp_reach nearly, all;
    double end = narrowest(config);
    if (isinf(end))
        return QFP_OK;
    QFP_TRY(qfp_reach_within(config, level_at(HELD), WINDOW_STEPS, &nearly));
    if (nearly.escapes || furthest(config, &nearly) <= end)
        return QFP_OK;
    QFP_TRY(qfp_reach_within(config, level_at(SEEN), WINDOW_STEPS, &all));
    if (!all.escapes)
        qfp_output_window_widen(config, furthest(config, &all));
    return QFP_OK;
}

bool qfp_output_window_is_shared(const qfp_config *config)
{
    for (int j = 1; j < config->modes; j++)
        if (memcmp(config->husimi_window[j], config->husimi_window[0],
                   sizeof config->husimi_window[0]) != 0)
            return false;
    return true;
}

double qfp_output_coordinate(const qfp_config *config, int mode, bool is_p, int index)
{
    const qfp_interval *window = &config->husimi_window[mode][is_p];
    double step = (window->to - window->from) / (config->husimi_points - 1);
    return index == config->husimi_points - 1 ? window->to : window->from + index * step;
}

qfp_status qfp_output_scales(const qfp_config *config, double **x, double **p)
{
    size_t n = (size_t)config->husimi_points, all = n * (size_t)config->modes;
    *x = *p = NULL;
    QFP_TRY(QFP_ALLOCATE(*x, all, "output axes"));
    QFP_TRY(QFP_ALLOCATE(*p, all, "output axes"));
    for (size_t i = 0; i < all; i++) {
        (*x)[i] = qfp_output_coordinate(config, (int)(i / n), false, (int)(i % n));
        (*p)[i] = qfp_output_coordinate(config, (int)(i / n), true, (int)(i % n));
    }
    return QFP_OK;
}

qfp_status qfp_output_axes(const qfp_config *config, double **q, double **p)
{
    size_t n = (size_t)config->husimi_points, all = n * (size_t)config->modes;
    QFP_TRY(qfp_output_scales(config, q, p));
    for (size_t i = 0; i < all; i++) {
        (*q)[i] /= config->length[i / n];
        (*p)[i] *= config->length[i / n] / config->kappa;
    }
    return QFP_OK;
}

qfp_status qfp_solution_full_room(const qfp_config *config, double **out)
{
    size_t all = 1;
    for (int a = 0; a < 2 * config->modes; a++)
        all *= (size_t)config->husimi_points; /* qfp_member_start refuses what cannot be counted */
    return QFP_ALLOCATE(*out, all, "the full Husimi function");
}
