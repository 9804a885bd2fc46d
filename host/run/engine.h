/* engine.h - the backend a run was given, opened. */
#ifndef QFPI_ENGINE_H
#define QFPI_ENGINE_H

#include "io/config.h"
#include "qfp/plan.h"
#include "state/phase_grid.h"

typedef struct qfp_engine {
    const qfp_backend *backend;
    const char *name; /* "cpu" or "cuda": where the numbers are, of several ranks on each */
    qfp_context *context;
    char note[256]; /* why `auto` fell back to the CPU, "" otherwise */
} qfp_engine;

/* Opened for a state of the given precision.  auto: the first of cuda, cpu that is available.
 * device: a number, which asks for CUDA, or -1.  QFP_DEVICE when what was asked for is not
 * available. */
qfp_status qfp_engine_create(qfp_backend_choice choice, int device, qfp_precision precision,
                             qfp_engine *out) QFP_MUST_USE;

/* The same for arrays on grids, which several ranks divide among them. */
qfp_status qfp_engine_create_for_grids(const qfp_config *config, qfp_engine *out) QFP_MUST_USE;

static inline qfp_precision qfp_engine_precision(const qfp_config *config)
{
    return config->single_precision ? QFP_PRECISION_SINGLE : QFP_PRECISION_DOUBLE;
}

void qfp_engine_destroy(qfp_engine *engine);

/* Bytes of memory there are for this configuration: free on its device, or of the machine (also
 * where the device is not available, which opening it will say).  Of several ranks that of the one that has the least,
 * where those on one machine share what it has. */
double qfp_engine_memory(const qfp_config *config);

/* The backend this configuration would run on; the CPU where it cannot run at all. */
const qfp_backend *qfp_engine_backend(const qfp_config *config);

qfp_grid qfp_engine_shape(const qfp_plan *plan);
/* The planned grid, with its taper, on this engine. */
qfp_status qfp_engine_grid(const qfp_engine *engine, const qfp_plan *plan,
                           qfp_phase_grid **out) QFP_MUST_USE;

#endif
