/* engine.h - the backend a run was given, opened. */
#ifndef QFPI_ENGINE_H
#define QFPI_ENGINE_H

#include "io/config.h"
#include "qfp/plan.h"
#include "state/phase_grid.h"

typedef struct qfp_engine {
    const qfp_backend *backend;
    qfp_context *context;
    char note[256]; /* why `auto` fell back to the CPU, "" otherwise */
} qfp_engine;

/* auto: the first of cuda, cpu that is available. */
qfp_status qfp_engine_create(qfp_backend_choice choice, qfp_engine *out) QFP_MUST_USE;
void qfp_engine_destroy(qfp_engine *engine);

/* The planned grid, with its taper, on this engine. */
qfp_status qfp_engine_grid(const qfp_engine *engine, const qfp_plan *plan,
                           qfp_phase_grid **out) QFP_MUST_USE;

#endif
