/* magnus.c - the commutator-free Magnus method of order 4 for ∂u/∂t = L(t)u (Blanes and Moan 2006):
 *     u(t + h) = e^{h(a₂L(t₁) + a₁L(t₂))} e^{h(a₁L(t₁) + a₂L(t₂))} u,   t₁,₂ = t + (½ ∓ √3/6) h,
 *     a₁,₂ = ¼ ± √3/6,
 * each exponential by an inner propagator.  A skew L makes it orthogonal.
 *
 * Error of a step: two steps of ½h are what is kept, and a fifteenth of their distance from one of h is
 * about what they are off by.  A cheaper rule beside it would save a third of the work, but the error
 * of order 2 or 3 that it would show is many powers of ten above that of order 4, and terms of the
 * Magnus series, commutators of L, say nothing where h times the spectral radius is large, as it is here.
 * What none of these six evaluations sees, the mesh of the coefficients does (time_mesh.h).
 *
 * Where nothing changes one exponential is exact.
 */
#include "evolve/propagator_table.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Shares of the tolerance; the exponentials have the rest.  What is spread evenly over the run would make
 * a short pulse dear: a step may take a part of what is left in the purse instead. */
#define EVEN_SHARE 0.3
#define PURSE_SHARE 0.2
#define PART_OF_PURSE 0.005
#define SAFETY 0.8 /* of the step that would just do */
#define MOST_GROWTH 4.0
#define MOST_SHRINKING 0.2
#define FEWEST_FIRST 64.0 /* steps in the run, as the first one guesses */
#define ROUNDINGS 8.0     /* a difference of two solutions below is no error of a step */
#define SHORTEST 1e-13    /* of the run */
/* A step longer than this many of the inner ones saves nothing, and nobody looks at u meanwhile. */
#define INNER_STEPS 2.0
enum { MOST_SHOWN = 6 }; /* functions whose extremes the inner propagator sees beforehand */

typedef struct magnus {
    const qfp_backend *backend;
    qfp_propagator *inner;
    qfp_buffer *whole, *halves;
    double rate, purse; /* of error per time; and at the start */
} magnus;

static void destroy(void *self)
{
    magnus *m = self;
    qfp_propagator_destroy(m->inner);
    m->backend->vector->destroy(m->whole);
    m->backend->vector->destroy(m->halves);
    free(m);
}

/* u ← e^{duration Σ_k weight_k L(t_k)} u */
static qfp_status exponential(qfp_propagator *p, qfp_buffer *u, double duration, int count,
                              const double *t, const double *weight)
{
    magnus *m = p->self;
    qfp_propagator *inner = m->inner;
    QFP_TRY(p->options.time->set(p->options.time->self, count, t, weight));
    /* a Krylov basis for less than the last step begins to look whether it is large enough */
    if (inner->options.integrator == QFP_INTEGRATOR_KRYLOV)
        inner->progress.last_step = fmax(inner->progress.last_step, duration);
    return qfp_propagator_advance(inner, u, duration, NULL, NULL);
}

static qfp_status step(qfp_propagator *p, qfp_buffer *u, double t, double h)
{
    const double gauss = sqrt(3.0) / 6.0, large = 0.25 + gauss, small = 0.25 - gauss;
    const double at[2] = {t + (0.5 - gauss) * h, t + (0.5 + gauss) * h};
    QFP_TRY(exponential(p, u, h, 2, at, (const double[2]){large, small}));
    return exponential(p, u, h, 2, at, (const double[2]){small, large});
}

/* ‖a − b‖ / ‖b‖; a is overwritten */
static qfp_status distance(const magnus *m, size_t count, qfp_buffer *a, qfp_buffer *b, double *out)
{
    const double minus = -1.0;
    double squared, own;
    QFP_TRY(m->backend->vector->combine(count, 1.0, a, 1, &minus, &b));
    QFP_TRY(m->backend->vector->inner(count, 1, &a, a, &squared));
    QFP_TRY(m->backend->vector->inner(count, 1, &b, b, &own));
    if (!isfinite(squared) || !isfinite(own))
        return QFP_FAIL(QFP_NOT_FINITE, "the solution is no longer finite");
    *out = own > 0.0 ? sqrt(squared / own) : 0.0;
    return QFP_OK;
}

/* m->halves ← u after h in two steps, *error theirs, relative to it. */
static qfp_status try_step(qfp_propagator *p, qfp_buffer *u, double t, double h, double *error)
{
    magnus *m = p->self;
    const double one = 1.0;
    size_t count = p->map->count;
    qfp_propagation *own = &m->inner->progress;
    QFP_TRY(m->backend->vector->combine(count, 0.0, m->whole, 1, &one, &u));
    QFP_TRY(step(p, m->whole, t, h));
    own->error = own->phase = own->steps = 0.0; /* what is not kept does not count */
    QFP_TRY(m->backend->vector->combine(count, 0.0, m->halves, 1, &one, &u));
    QFP_TRY(step(p, m->halves, t, 0.5 * h));
    QFP_TRY(step(p, m->halves, t + 0.5 * h, 0.5 * h));
    QFP_TRY(distance(m, count, m->whole, m->halves, error));
    *error /= 15.0;
    return QFP_OK;
}

/* The error that a step of length h may have. */
static double allowed(const qfp_propagator *p, double h)
{
    const magnus *m = p->self;
    double rounding = p->options.rounding > 0.0 ? p->options.rounding : 0.5 * DBL_EPSILON;
    double purse = PART_OF_PURSE * (m->purse - p->progress.spent);
    return fmax(ROUNDINGS * rounding, fmax(m->rate * h, purse));
}

static double next_step(const qfp_propagator *p, double h, double error)
{
    double factor = error > 0.0 ? SAFETY * pow(allowed(p, h) / error, 0.2) : MOST_GROWTH;
    return h * fmin(fmax(factor, MOST_SHRINKING), MOST_GROWTH);
}

/* From t, at most `most`: a step whose error is small enough; *h its length. */
static qfp_status moving_step(qfp_propagator *p, qfp_buffer *u, double t, double most, double *h)
{
    magnus *m = p->self;
    const double one = 1.0;
    double error = 0.0, proposed = p->progress.proposed;
    *h = fmin(proposed, most);
    for (;;) {
        *h = qfp_time_mesh_step(p->options.time->mesh, t, *h, m->rate);
        if (*h < SHORTEST * p->options.time_scale)
            return QFP_FAIL(QFP_TOLERANCE,
                            "t = %.9g: the system changes so fast that a step in time fell below "
                            "%.1e: the tolerance %g cannot be met",
                            t, *h, p->options.tolerance);
        QFP_TRY(try_step(p, u, t, *h, &error));
        if (error <= allowed(p, *h))
            break;
        *h = fmin(next_step(p, *h, error), 0.9 * *h);
    }
    double next = next_step(p, *h, error), inner = m->inner->progress.last_step;
    if (inner > 0.0 && inner < 0.5 * *h) /* it was cut into more than INNER_STEPS */
        next = fmin(next, INNER_STEPS * inner);
    p->progress.error += error;
    p->progress.spent += fmax(error - m->rate * *h, 0.0);
    p->progress.proposed = *h < most ? next : fmax(proposed, next);
    return m->backend->vector->combine(p->map->count, 0.0, u, 1, &one, &m->halves);
}

/* As long as nothing changes. */
static qfp_status still_step(qfp_propagator *p, qfp_buffer *u, double t, double most, double *h)
{
    magnus *m = p->self;
    const double unit = 1.0;
    double inner = m->inner->progress.last_step;
    *h = inner > 0.0 ? fmin(most, INNER_STEPS * inner) : most;
    const double middle = t + 0.5 * *h;
    return exponential(p, u, *h, 1, &middle, &unit);
}

static qfp_status advance(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data)
{
    magnus *m = p->self;
    double *done = &p->progress.passed;
    /* what resume or the last step left */
    m->inner->progress.last_step = p->progress.last_step;
    m->inner->progress.exhausted = p->progress.exhausted;
    while (*done < duration) {
        double t = p->progress.began + *done, left = duration - *done, h;
        qfp_propagation *own = &m->inner->progress; /* of this step: sums of parts would round */
        own->error = own->phase = own->steps = 0.0;
        double still = qfp_time_mesh_still(p->options.time->mesh, t, t + left) - t;
        if (still >= p->progress.proposed || still >= left)
            QFP_TRY(still_step(p, u, t, fmin(still, left), &h));
        else
            QFP_TRY(moving_step(p, u, t, left, &h));
        p->progress.error += own->error;
        p->progress.phase += own->phase;
        p->progress.steps += own->steps;
        p->progress.last_step = own->last_step;
        p->progress.exhausted = own->exhausted;
        /* (t + left) − t need not be `left` */
        *done = left - h <= 4.0 * DBL_EPSILON * (t + left) ? duration : *done + h;
        if (monitor != NULL)
            QFP_TRY(monitor(data, *done, u));
    }
    return QFP_OK;
}

/* What lies between the extremes of one function has its values between theirs. */
static qfp_status show_extremes(const qfp_propagator *p, qfp_propagator *inner)
{
    const qfp_time_map *time = p->options.time;
    const double unit = 1.0;
    for (size_t i = 0; inner->widen != NULL && i < time->mesh->functions && i < MOST_SHOWN; i++)
        for (int side = 0; side < 2; side++) {
            double t = qfp_time_mesh_extreme(time->mesh, i, side);
            QFP_TRY(time->set(time->self, 1, &t, &unit));
            QFP_TRY(inner->widen(inner));
        }
    return QFP_OK;
}

qfp_status qfpi_magnus_create(qfp_propagator *p)
{
    magnus *m = NULL;
    if (p->options.integrator == QFP_INTEGRATOR_RK4)
        return QFP_FAIL(QFP_CONFIG,
                        "solver.integrator: rk4 takes a generator that does not depend on time, "
                        "and this one does; use auto, krylov or chebyshev, which are then the "
                        "exponentials of a Magnus method");
    QFP_TRY(QFP_ALLOCATE(m, 1, "a Magnus propagator"));
    m->backend = p->map->backend;
    m->rate = EVEN_SHARE * p->options.tolerance / p->options.time_scale;
    m->purse = PURSE_SHARE * p->options.tolerance;
    qfp_propagator_options inner = p->options;
    inner.time = NULL;
    inner.tolerance *= 1.0 - EVEN_SHARE - PURSE_SHARE;
    qfp_status status;
    QFP_TRY_GOTO(qfp_propagator_create(p->map, &inner, &m->inner));
    p->options.integrator = m->inner->options.integrator;
    QFP_TRY_GOTO(show_extremes(p, m->inner));
    QFP_TRY_GOTO(m->backend->vector->create(p->map->context, p->map->count, &m->whole));
    QFP_TRY_GOTO(m->backend->vector->create(p->map->context, p->map->count, &m->halves));
    p->self = m;
    p->progress.exhausted = m->inner->progress.exhausted;
    p->progress.proposed = p->options.time_scale / FEWEST_FIRST;
    p->advance = advance;
    p->destroy = destroy;
done:
    if (status != QFP_OK)
        destroy(m);
    return status;
}
