/* rk4.c - the classical fourth-order Runge-Kutta method with a fixed step, for comparison.  For a
 * linear equation it is the Taylor polynomial of degree 4 of e^{τL}, evaluated in Horner's form. */
#include "evolve/propagator_table.h"

#include <math.h>
#include <stdlib.h>

typedef struct rk4 {
    const qfp_backend *backend;
    double step;
    qfp_buffer *stage, *product;
} rk4;

static void destroy(void *self)
{
    rk4 *r = self;
    r->backend->vector->destroy(r->stage);
    r->backend->vector->destroy(r->product);
    free(r);
}

/* u ← u + τL(u + τ/2 L(u + τ/3 L(u + τ/4 L u))) */
static qfp_status one_step(qfp_propagator *p, qfp_buffer *u, double tau)
{
    rk4 *r = p->self;
    const qfp_backend *b = r->backend;
    size_t count = p->map->count;
    QFP_TRY(qfp_linear_map_apply(p->map, u, r->product));
    for (int divisor = 4; divisor >= 2; divisor--) {
        const double weights[2] = {1.0, tau / divisor};
        qfp_buffer *inputs[2] = {u, r->product};
        QFP_TRY(b->vector->combine(count, 0.0, r->stage, 2, weights, inputs));
        QFP_TRY(qfp_linear_map_apply(p->map, r->stage, r->product));
    }
    return b->vector->combine(count, 1.0, u, 1, &tau, &r->product);
}

static qfp_status advance(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data)
{
    rk4 *r = p->self;
    double wanted = ceil(duration / r->step - 1e-9);
    if (wanted > 1e9)
        return QFP_FAIL(QFP_TOLERANCE, "rk4 would need %.3g steps of %g", wanted, r->step);
    long steps = wanted < 1.0 ? 1 : (long)wanted;
    for (long s = 0; s < steps; s++) {
        QFP_TRY(one_step(p, u, duration / (double)steps));
        if (monitor != NULL)
            QFP_TRY(monitor(data, duration * (double)(s + 1) / (double)steps, u));
    }
    return QFP_OK;
}

qfp_status qfpi_rk4_create(qfp_propagator *p)
{
    rk4 *r = NULL;
    QFP_TRY(QFP_ALLOCATE(r, 1, "a Runge-Kutta propagator"));
    r->backend = p->map->backend;
    r->step = p->options.step;
    qfp_status status = QFP_OK;
    if (r->step <= 0.0) {
        double radius;
        QFP_TRY_GOTO(qfp_linear_map_radius(p->map, &radius));
        r->step = radius > 0.0 ? 2.0 / radius : 1.0;
    }
    QFP_TRY_GOTO(p->map->backend->vector->create(p->map->context, p->map->count, &r->stage));
    QFP_TRY_GOTO(p->map->backend->vector->create(p->map->context, p->map->count, &r->product));
    p->self = r;
    p->advance = advance;
    p->destroy = destroy;
done:
    if (status != QFP_OK)
        destroy(r);
    return status;
}
