#include "evolve/propagator_table.h"

#include <math.h>
#include <stdlib.h>

/* Krylov spaces adapt to what of the spectrum u has; but where L is not skew every vector of one meets all
 * others, which costs more than the applications it saves. */
static qfp_integrator choose(const qfp_linear_map *map, const qfp_propagator_options *options)
{
    if (options->flow != NULL)
        return QFP_INTEGRATOR_SPLIT;
    return map->dissipative ? QFP_INTEGRATOR_CHEBYSHEV : QFP_INTEGRATOR_KRYLOV;
}

qfp_status qfp_propagator_create(qfp_linear_map *map, const qfp_propagator_options *options,
                                 qfp_propagator **out)
{
    static qfp_status (*const create[])(qfp_propagator *) = {
#define X(NAME, name, most, least) [QFP_INTEGRATOR_##NAME] = qfpi_##name##_create,
        QFP_INTEGRATORS(X)
#undef X
    };
    qfp_propagator *p = NULL;
    QFP_TRY(QFP_ALLOCATE(p, 1, "a propagator"));
    p->map = map;
    p->options = *options;
    if (options->integrator == QFP_INTEGRATOR_AUTO)
        p->options.integrator = choose(map, options);
    p->progress.began = options->start;
    qfp_status status =
        options->time != NULL ? qfpi_magnus_create(p) : create[p->options.integrator](p);
    if (status != QFP_OK) {
        free(p);
        return status;
    }
    *out = p;
    return QFP_OK;
}

void qfp_propagator_destroy(qfp_propagator *p)
{
    if (p == NULL)
        return;
    p->destroy(p->self);
    free(p);
}

const qfp_propagation *qfp_propagator_progress(const qfp_propagator *p)
{
    return &p->progress;
}

qfp_status qfp_propagator_resume(qfp_propagator *p, const qfp_propagation *progress)
{
    const double numbers[] = {progress->error,  progress->phase,     progress->steps,
                              progress->passed, progress->last_step, progress->exhausted,
                              progress->began,  progress->proposed,  progress->spent};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!(numbers[i] >= 0.0) || !isfinite(numbers[i]))
            return QFP_FAIL(QFP_USAGE, "the checkpoint has %g where a propagator was, or counted",
                            numbers[i]);
    p->progress = *progress;
    return QFP_OK;
}

/* Every step rounds u a few times, every product with L relative to L's largest values. */
double qfp_propagation_error(const qfp_propagation *of, double rounding)
{
    return of->error + rounding * (of->phase + 4.0 * of->steps);
}

const char *qfp_propagator_name(const qfp_propagator *p)
{
    if (p->options.time != NULL)
        return p->options.integrator == QFP_INTEGRATOR_CHEBYSHEV ? "magnus (chebyshev)"
                                                                 : "magnus (krylov)";
    return qfp_integrator_names[p->options.integrator];
}

void qfp_propagator_listen(qfp_propagator *p, qfp_step_pulse pulse, void *data)
{
    p->pulse = pulse;
    p->pulse_data = data;
}

qfp_status qfpi_propagator_pulse(const qfp_propagator *p, double advanced)
{
    enum { LONG = 1 << 18 }; /* a term of as many numbers takes a millisecond */
    return p->pulse != NULL && p->map->count >= LONG ? p->pulse(p->pulse_data, advanced) : QFP_OK;
}

qfp_status qfp_propagator_advance(qfp_propagator *p, qfp_buffer *u, double duration,
                                  qfp_step_monitor monitor, void *data)
{
    if (duration == 0.0)
        return QFP_OK;
    if (!(duration > 0.0) || !isfinite(duration))
        return QFP_FAIL(QFP_USAGE, "a propagator advances by a positive time, not %g", duration);
    QFP_TRY(p->advance(p, u, duration, monitor, data));
    p->progress.passed = 0.0;
    p->progress.began += duration;
    return QFP_OK;
}
