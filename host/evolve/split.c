/* split.c - the exact flow of a closed system: nothing is split off it, and any time is one step, but no longer than
 * lets be seen what a state does between two outputs. */
#include <math.h>

#include "evolve/low_rank.h"
#include "evolve/propagator_table.h"

static void destroy(void *self)
{
    (void)self;
}

static qfp_status advance(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data)
{
    qfp_mode_flow *flow = p->self;
    double steps =
        fmax(1.0, ceil(qfp_mode_flow_looks(flow) * duration / p->options.time_scale - 1e-9));
    double step = duration / steps;
    for (double s = round(p->progress.passed / step); s < steps; s++) {
        QFP_TRY(qfp_mode_flow_apply(flow, step, u));
        p->map->applications++;
        p->progress.phase += qfp_mode_flow_radius(flow) * step;
        p->progress.error += QFP_LOW_RANK_ERROR;
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
                        "solver.integrator: split is for basis: fourier, an exact theory, a "
                        "Hamiltonian that does not depend on t and no dissipation; "
                        "integrator: auto takes what fits");
    p->self = p->options.flow;
    p->advance = advance;
    p->destroy = destroy;
    return QFP_OK;
}
