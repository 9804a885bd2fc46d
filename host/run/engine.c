#include "run/engine.h"

#include <stdio.h>

qfp_status qfp_engine_create(qfp_backend_choice choice, qfp_engine *out)
{
    *out = (qfp_engine){.backend = qfp_backend_cpu()};
    if (choice != QFP_BACKEND_CPU) {
        qfp_status status = qfp_backend_cuda()->available();
        if (status == QFP_OK)
            out->backend = qfp_backend_cuda();
        else if (choice == QFP_BACKEND_CUDA)
            return QFP_FAIL(status, "%s; --backend cpu needs no such device", qfp_last_error());
        else
            snprintf(out->note, sizeof out->note, "backend auto is the CPU: %s", qfp_last_error());
    }
    return out->backend->context_create(0, &out->context);
}

void qfp_engine_destroy(qfp_engine *engine)
{
    if (engine->context != NULL)
        engine->backend->context_destroy(engine->context);
    *engine = (qfp_engine){0};
}

qfp_status qfp_engine_grid(const qfp_engine *engine, const qfp_plan *plan, qfp_phase_grid **out)
{
    qfp_grid shape = {.modes = plan->modes};
    for (int j = 0; j < plan->modes; j++)
        shape.points[j] = plan->points[j];
    for (int axis = 0; axis < 2 * plan->modes; axis++)
        shape.extent[axis] = plan->extent[axis];
    QFP_TRY(qfp_phase_grid_create(engine->backend, engine->context, &shape, out));
    for (int axis = 0; axis < 2 * plan->modes; axis++)
        (*out)->taper[axis] = plan->taper[axis];
    return QFP_OK;
}
