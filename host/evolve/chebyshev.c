/* chebyshev.c - e^{τL} for skew L with spectrum in i[-ρ, ρ], X = L/ρ:
 *     e^{τL} = J_0(τρ) + 2 Σ_{k≥1} J_k(τρ) φ_k(X),   φ_0 = 1, φ_1 = X, φ_{k+1} = 2Xφ_k + φ_{k−1}
 * (Tal-Ezer and Kosloff 1984, with the i^k absorbed).  No inner products: nothing to synchronise.
 */
#include "evolve/propagator_table.h"

#include <math.h>
#include <stdlib.h>

#define LONGEST_PHASE 200.0 /* τρ of one step: overhead of the tail of the series below 15 % */

typedef struct chebyshev {
    const qfp_backend *backend;
    double radius;
    qfp_buffer *previous, *current, *next, *sum;
} chebyshev;

static void destroy(void *self)
{
    chebyshev *c = self;
    c->backend->vector->destroy(c->previous);
    c->backend->vector->destroy(c->current);
    c->backend->vector->destroy(c->next);
    c->backend->vector->destroy(c->sum);
    free(c);
}

static qfp_status one_step(qfp_propagator *p, qfp_buffer *u, double tau)
{
    chebyshev *c = p->self;
    const qfp_backend *b = c->backend;
    size_t count = p->map->count;
    double phase = tau * c->radius;
    const double unit = 1.0, inverse = 1.0 / c->radius, twice = 2.0 / c->radius;
    double j0 = jn(0, phase), j1 = 2.0 * jn(1, phase);
    QFP_TRY(b->vector->combine(count, 0.0, c->previous, 1, &unit, &u));
    QFP_TRY(qfp_linear_map_apply(p->map, u, c->next));
    QFP_TRY(b->vector->combine(count, 0.0, c->current, 1, &inverse, &c->next));
    qfp_buffer *first[2] = {u, c->current};
    QFP_TRY(b->vector->combine(count, 0.0, c->sum, 2, (const double[2]){j0, j1}, first));
    for (int k = 2;; k++) {
        /* next = L current; previous ← previous + (2/ρ) next becomes φ_k */
        QFP_TRY(qfp_linear_map_apply(p->map, c->current, c->next));
        QFP_TRY(b->vector->combine(count, 1.0, c->previous, 1, &twice, &c->next));
        double coefficient = 2.0 * jn(k, phase);
        QFP_TRY(b->vector->combine(count, 1.0, c->sum, 1, &coefficient, &c->previous));
        qfp_buffer *swap = c->previous;
        c->previous = c->current;
        c->current = swap;
        /* beyond k = τρ the coefficients fall faster than any power; two in a row at rounding end
         * it */
        if (k > phase && fabs(coefficient) < 1e-17 && fabs(jn(k + 1, phase)) < 1e-17)
            break;
    }
    return b->vector->combine(count, 0.0, u, 1, &unit, &c->sum);
}

static qfp_status advance(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data)
{
    chebyshev *c = p->self;
    int steps = (int)ceil(duration * c->radius / LONGEST_PHASE);
    if (steps < 1)
        steps = 1;
    for (int s = (int)lround(p->progress.passed / duration * steps); s < steps; s++) {
        QFP_TRY(one_step(p, u, duration / steps));
        p->progress.steps++;
        p->progress.phase += c->radius * duration / steps;
        p->progress.passed = duration * (s + 1) / steps;
        if (monitor != NULL)
            QFP_TRY(monitor(data, p->progress.passed, u));
    }
    return QFP_OK;
}

static qfp_status changed(qfp_propagator *p)
{
    chebyshev *c = p->self;
    QFP_TRY(qfp_linear_map_radius(p->map, &c->radius));
    if (c->radius <= 0.0)
        c->radius = 1.0; /* L = 0 */
    return QFP_OK;
}

qfp_status qfpi_chebyshev_create(qfp_propagator *p)
{
    if (!p->map->skew)
        return QFP_FAIL(QFP_CONFIG,
                        "solver.integrator: chebyshev needs a balanced (skew) generator; "
                        "use krylov");
    chebyshev *c = NULL;
    QFP_TRY(QFP_ALLOCATE(c, 1, "a Chebyshev propagator"));
    c->backend = p->map->backend;
    qfp_status status;
    qfp_buffer **buffers[] = {&c->previous, &c->current, &c->next, &c->sum};
    for (int i = 0; i < 4; i++)
        QFP_TRY_GOTO(c->backend->vector->create(p->map->context, p->map->count, buffers[i]));
    p->self = c;
    p->advance = advance;
    p->destroy = destroy;
    p->changed = changed;
    status = changed(p);
done:
    if (status != QFP_OK)
        destroy(c);
    return status;
}
