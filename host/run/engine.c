#include "run/engine.h"

#include <math.h>
#include <stdio.h>

#include "core/ranks.h"

/* No device for this rank: because there is none, or fewer than ranks? */
static qfp_status more_than_devices(const qfp_backend *cuda, qfp_status status)
{
    char reason[512];
    snprintf(reason, sizeof reason, "%s", qfp_last_error());
    const char *way_out = cuda->device->choose(0) == QFP_OK
                              ? "; --device 0 lets the processes of this machine share one"
                              : "";
    return QFP_FAIL(status, "%s%s", reason, way_out);
}

/* Without opening anything; note[size] as in qfp_engine. */
static qfp_status choose(qfp_backend_choice choice, int device, const qfp_backend **out, char *note,
                         size_t size)
{
    *out = qfp_backend_cpu();
    snprintf(note, size, "%s", "");
    if (choice == QFP_BACKEND_CPU)
        return QFP_OK;
    const qfp_backend *cuda = qfp_backend_cuda(); /* loads CUDA's libraries */
    /* ranks on one machine, which stand together in their order, take one device each */
    int own = qfpi_rank() % qfpi_ranks_here();
    qfp_status status = cuda->device->choose(device >= 0 ? device : own);
    if (status == QFP_OK)
        status = cuda->device->available();
    if (status != QFP_OK && device < 0 && own > 0)
        status = more_than_devices(cuda, status);
    status = qfpi_ranks_agree(status);
    if (status == QFP_OK)
        *out = cuda;
    else if (choice == QFP_BACKEND_CUDA || device >= 0)
        return QFP_FAIL(status, "%s; --backend cpu needs no such device", qfp_last_error());
    else
        snprintf(note, size, "backend auto is the CPU: %s", qfp_last_error());
    return QFP_OK;
}

static qfp_status open_engine(qfp_precision precision, qfp_engine *out)
{
    QFP_TRY(out->backend->device->context_create(0, &out->context));
    qfp_status status = out->backend->device->precision_set(out->context, precision);
    if (status != QFP_OK)
        qfp_engine_destroy(out);
    return status;
}

qfp_status qfp_engine_create(qfp_backend_choice choice, int device, qfp_precision precision,
                             qfp_engine *out)
{
    *out = (qfp_engine){0};
    QFP_TRY(choose(choice, device, &out->backend, out->note, sizeof out->note));
    out->name = out->backend->name;
    return open_engine(precision, out);
}

qfp_status qfp_engine_create_for_grids(const qfp_config *config, qfp_engine *out)
{
    *out = (qfp_engine){0};
    QFP_TRY(choose(config->backend, config->device, &out->backend, out->note, sizeof out->note));
    out->name = out->backend->name;
    if (qfpi_ranks() > 1)
        out->backend = qfp_backend_distributed(out->backend);
    return open_engine(qfp_engine_precision(config), out);
}

const qfp_backend *qfp_engine_backend(const qfp_config *config)
{
    const qfp_backend *backend = NULL;
    char note[256];
    return choose(config->backend, config->device, &backend, note, sizeof note) == QFP_OK
               ? backend
               : qfp_backend_cpu();
}

double qfp_engine_memory(const qfp_config *config)
{
    const qfp_backend *backend = qfp_engine_backend(config);
    size_t bytes = 0;
    double own = INFINITY;
    if (backend->device->memory(NULL, &bytes) == QFP_OK)
        own = (double)bytes;
    else if (qfp_backend_cpu()->device->memory(NULL, &bytes) == QFP_OK)
        own = (double)bytes;
    if (backend == qfp_backend_cpu())
        own /= qfpi_ranks_here();
    return -qfpi_ranks_most(-own); /* the least of all */
}

void qfp_engine_destroy(qfp_engine *engine)
{
    if (engine->context != NULL)
        engine->backend->device->context_destroy(engine->context);
    *engine = (qfp_engine){0};
}

qfp_grid qfp_engine_shape(const qfp_plan *plan)
{
    qfp_grid shape = {.modes = plan->modes};
    for (int j = 0; j < plan->modes; j++)
        shape.points[j] = plan->points[j];
    for (int axis = 0; axis < 2 * plan->modes; axis++)
        shape.extent[axis] = plan->extent[axis];
    return shape;
}

qfp_status qfp_engine_grid(const qfp_engine *engine, const qfp_plan *plan, qfp_phase_grid **out)
{
    qfp_grid shape = qfp_engine_shape(plan);
    QFP_TRY(qfp_phase_grid_create(engine->backend, engine->context, &shape, out));
    for (int axis = 0; axis < 2 * plan->modes; axis++)
        (*out)->taper[axis] = plan->taper[axis];
    return QFP_OK;
}
