#include "run/fock_stage.h"

#include <stdlib.h>
#include <string.h>

#include "fock/fock_initial.h"
#include "io/config_observables.h"

/* Elements of ρ below are rounding. */
#define NOISE 8e-16
#define NOISE_SINGLE 1e-6

static qfp_status create_propagator(const qfp_config *config, const qfp_plan *plan,
                                    qfp_fock_stage *s)
{
    double duration = config->times[config->time_count - 1];
    qfp_propagator_options options = {
        .integrator = config->integrator,
        .tolerance = QFP_FOCK_PROPAGATION * config->tolerance,
        .time_scale = duration > 0.0 ? duration : 1.0,
        .step = config->step,
        .memory = (size_t)plan->krylov_vectors * s->space.count * sizeof(double),
    };
    return qfp_propagator_create(qfp_fock_generator_map(s->generator), &options, &s->propagator);
}

qfp_status qfp_fock_stage_create(const qfp_config *config, const qfp_equation *equation,
                                 const qfp_engine *engine, const qfp_plan *plan,
                                 qfp_fock_stage *out)
{
    const qfp_backend *b = engine->backend;
    *out = (qfp_fock_stage){.engine = engine};
    QFP_TRY(qfp_fock_space_set(config->modes, plan->levels, &out->space));
    QFP_TRY(qfp_fock_generator_create(b, engine->context, &out->space, &equation->husimi,
                                      &out->generator));
    qfp_fock_generator_map(out->generator)->dissipative = equation->is_open && equation->is_exact;
    QFP_TRY(qfp_config_observables(config, QFP_OF_RUNS, &out->observables));
    QFP_TRY(
        qfp_fock_moments_create(b, engine->context, &out->space, &out->observables, &out->moments));
    QFP_TRY(qfp_fock_leak_create(b, engine->context, &out->space, &equation->lindblad,
                                 config->kappa, equation->is_exact,
                                 config->single_precision ? NOISE_SINGLE : NOISE, &out->leak));
    qfp_buffer **buffers[] = {&out->u, &out->kept, &out->scratch};
    for (int i = 0; i < 3; i++)
        QFP_TRY(b->vector->create(engine->context, out->space.count, buffers[i]));
    return QFP_OK;
}

qfp_status qfp_fock_stage_start(qfp_fock_stage *s, const qfp_config *config,
                                const qfp_equation *equation, const qfp_plan *plan)
{
    if (qfp_fock_generator_is_diagonal(s->generator) || s->propagator != NULL)
        return QFP_OK;
    if (s->unitary == NULL && config->integrator == QFP_INTEGRATOR_AUTO && equation->is_unitary &&
        !equation->varies)
        QFP_TRY(
            qfp_fock_unitary_create(s->engine->backend, &s->space, &equation->husimi, &s->unitary));
    bool fits = false;
    if (s->unitary != NULL)
        QFP_TRY(qfp_fock_unitary_begin(s->unitary, s->u, &fits));
    if (fits)
        return QFP_OK;
    qfp_fock_unitary_destroy(s->unitary);
    s->unitary = NULL;
    return create_propagator(config, plan, s);
}

void qfp_fock_stage_destroy(qfp_fock_stage *s)
{
    if (s->engine == NULL)
        return;
    qfp_propagator_destroy(s->propagator);
    qfp_fock_unitary_destroy(s->unitary);
    qfp_fock_leak_destroy(s->leak);
    qfp_fock_moments_destroy(s->moments);
    qfp_observable_list_destroy(&s->observables);
    qfp_fock_generator_destroy(s->generator);
    s->engine->backend->vector->destroy(s->u);
    s->engine->backend->vector->destroy(s->kept);
    s->engine->backend->vector->destroy(s->scratch);
    *s = (qfp_fock_stage){0};
}

qfp_status qfp_fock_stage_begin(qfp_fock_stage *s, const qfp_config *config, double *cut,
                                char *warning, size_t size)
{
    double *packed = NULL;
    QFP_TRY(QFP_ALLOCATE(packed, s->space.count, "the initial state"));
    qfp_status status =
        qfp_fock_initial_fill(&s->space, &config->initial, packed, cut, warning, size);
    if (status == QFP_OK)
        status = s->engine->backend->vector->upload(s->u, 0, s->space.count, packed);
    free(packed);
    return status;
}

qfp_status qfp_fock_stage_keep(qfp_fock_stage *s)
{
    const double one = 1.0;
    return s->engine->backend->vector->combine(s->space.count, 0.0, s->kept, 1, &one, &s->u);
}

static size_t larger_index(const qfp_fock_space *from, size_t m, const qfp_fock_space *space)
{
    size_t index = 0;
    for (int j = 0; j < from->modes; j++)
        index += (size_t)qfp_fock_level(from, m, j) * space->stride[j];
    return index;
}

/* The order of the states is kept, so that the upper triangle stays the upper triangle. */
void qfp_fock_embed(const qfp_fock_space *from, const double *packed, const qfp_fock_space *space,
                    double *to)
{
    for (size_t m = 0; m < from->dimension; m++) {
        size_t row = larger_index(from, m, space);
        double *target = to + 2 * (qfp_fock_offset(space, row) - row);
        for (size_t n = m; n < from->dimension; n++, packed += 2)
            memcpy(target + 2 * larger_index(from, n, space), packed, 2 * sizeof *packed);
    }
}
