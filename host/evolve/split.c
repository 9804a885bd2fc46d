/* split.c - the exact flow of a system of one mode: nothing is split off it, and any time is one step.  Steps
 * are no longer than a 32nd of the run, so that what a state does between two outputs is seen. */
#include "evolve/propagator_table.h"

#include <math.h>

enum { LOOKS = 32 };

static void destroy(void *self)
{
    (void)self;
}

static qfp_status advance(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data)
{
    qfp_mode_flow *flow = p->self;
    double steps = fmax(1.0, ceil(LOOKS * duration / p->options.time_scale - 1e-9));
    double step = duration / steps;
    for (double s = round(p->progress.passed / step); s < steps; s++) {
        QFP_TRY(qfp_mode_flow_apply(flow, step, u));
        p->map->applications++;
        p->progress.phase += qfp_mode_flow_radius(flow) * step;
        p->progress.steps++;
        p->progress.passed = s + 1.0 < steps ? step * (s + 1.0) : duration;
        if (monitor != NULL)
            QFP_TRY(monitor(data, p->progress.passed, u));
    }
    return QFP_OK;
}

qfp_status qfpi_split_create(qfp_propagator *p)
{
    if (p->options.flow == NULL)
        return QFP_FAIL(QFP_CONFIG,
                        "solver.integrator: split is for one mode in basis: fourier, with an exact "
                        "theory, a Hamiltonian that does not depend on t and no dissipation; "
                        "integrator: auto takes what fits");
    p->self = p->options.flow;
    p->advance = advance;
    p->destroy = destroy;
    return QFP_OK;
}
