/* rk4.c - the classical fourth-order Runge-Kutta method with a fixed step, for comparison.  For a
 * linear equation it is the Taylor polynomial of degree 4 of e^{τL}.  The term that follows, whose norm is about
 * the error of a step, is extrapolated from the last two: for skew L the norms of L^k u grow ever
 * faster, so it is doubled. */
#include "evolve/propagator_table.h"

#include <math.h>
#include <stdlib.h>

typedef struct rk4 {
    const qfp_backend *backend;
    double step;
    qfp_buffer *stage, *product; /* two terms of the series in turn */
} rk4;

static void destroy(void *self)
{
    rk4 *r = self;
    r->backend->vector->destroy(r->stage);
    r->backend->vector->destroy(r->product);
    free(r);
}

/* u ← u + τLu + (τL)²u/2 + (τL)³u/6 + (τL)⁴u/24 */
static qfp_status one_step(qfp_propagator *p, qfp_buffer *u, double tau)
{
    rk4 *r = p->self;
    const qfp_vector_operations *v = r->backend->vector;
    size_t count = p->map->count;
    qfp_buffer *term[2] = {r->stage, r->product};
    const double one = 1.0;
    double scale = 1.0, own, squared[2] = {0.0, 0.0}; /* of the last term, L^k u times scale */
    QFP_TRY(v->inner(count, 1, &u, u, &own));
    QFP_TRY(v->combine(count, 0.0, term[0], 1, &one, &u));
    for (int k = 1; k <= 4; k++) {
        qfp_buffer *from = term[(k - 1) % 2], *to = term[k % 2];
        QFP_TRY(qfp_linear_map_apply(p->map, from, to));
        scale *= tau / k;
        QFP_TRY(v->combine(count, 1.0, u, 1, &scale, &to));
        if (k < 3)
            continue;
        QFP_TRY(v->inner(count, 1, &to, to, &squared[k - 3]));
        squared[k - 3] *= scale * scale;
    }
    if (own > 0.0 && squared[0] > 0.0)
        p->progress.error += 2.0 * 0.8 * squared[1] / sqrt(squared[0] * own);
    p->progress.steps++;
    return QFP_OK;
}

static qfp_status advance(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data)
{
    rk4 *r = p->self;
    double wanted = ceil(duration / r->step - 1e-9);
    if (wanted > 1e9)
        return QFP_FAIL(QFP_TOLERANCE, "rk4 would need %.3g steps of %g", wanted, r->step);
    long steps = wanted < 1.0 ? 1 : (long)wanted;
    for (long s = lround(p->progress.passed / duration * (double)steps); s < steps; s++) {
        QFP_TRY(one_step(p, u, duration / (double)steps));
        p->progress.passed = duration * (double)(s + 1) / (double)steps;
        if (monitor != NULL)
            QFP_TRY(monitor(data, p->progress.passed, u));
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
