#include <math.h>
#include <stdlib.h>

#include "evolve/propagator.h"
#include "fock/fock_generator.h"
#include "fock/fock_initial.h"
#include "run/audit_measurements.h"

/* T: (Q, P) → (Q, −P) is the complex conjugation of ρ. */
static void conjugate(size_t count, double *packed)
{
    for (size_t i = 1; i < count; i += 2)
        packed[i] = -packed[i];
}

static qfp_status there_and_back(const qfp_fock_space *space, qfp_fock_generator *g,
                                 qfp_context *context, const double *start, double *error)
{
    const qfp_backend *b = qfp_backend_cpu();
    qfp_linear_map *map = qfp_fock_generator_map(g);
    qfp_propagator *propagator = NULL;
    qfp_buffer *u = NULL;
    double *state = NULL, radius, difference = 0.0, size = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(qfp_linear_map_radius(map, &radius));
    double duration = radius > 0.0 ? 30.0 / radius : 1.0; /* some tens of applications */
    const qfp_propagator_options options = {
        .integrator = QFP_INTEGRATOR_KRYLOV, .tolerance = 1e-11, .time_scale = 2.0 * duration};
    QFP_TRY_GOTO(qfp_propagator_create(map, &options, &propagator));
    QFP_TRY_GOTO(b->vector->create(context, space->count, &u));
    QFP_TRY_GOTO(QFP_ALLOCATE(state, space->count, "a state"));
    QFP_TRY_GOTO(b->vector->upload(u, 0, space->count, start));
    for (int leg = 0; leg < 2; leg++) {
        QFP_TRY_GOTO(qfp_propagator_advance(propagator, u, duration, NULL, NULL));
        QFP_TRY_GOTO(b->vector->download(u, 0, space->count, state));
        conjugate(space->count, state);
        QFP_TRY_GOTO(b->vector->upload(u, 0, space->count, state));
    }
    for (size_t i = 0; i < space->count; i++) {
        difference += (state[i] - start[i]) * (state[i] - start[i]);
        size += start[i] * start[i];
    }
    *error = sqrt(difference / size);
done:
    qfp_propagator_destroy(propagator);
    b->vector->destroy(u);
    free(state);
    return status;
}

qfp_status qfpi_audit_measure_reversal(const qfp_config *config, const qfp_audit_facts *f,
                                       qfp_context *context, qfp_audit_numbers *out)
{
    const int levels[QFP_REVERSAL_MOST_MODES] = {config->modes == 1 ? 24 : 8, 8};
    qfp_fock_space space;
    qfp_fock_generator *g = NULL;
    qfp_state start = {.kind = QFP_STATE_GAUSSIAN};
    double *packed = NULL, cut;
    qfp_status status;
    out->reversal = NAN;
    out->reversal_state = QFP_REVERSAL_TOO_MANY_MODES;
    if (config->modes > QFP_REVERSAL_MOST_MODES)
        return QFP_OK;
    for (int j = 0; j < config->modes; j++)
        start.alpha[j] = 0.7 + (0.4 - 0.2 * j) * I;
    QFP_TRY(qfp_fock_space_set(config->modes, levels, &space));
    QFP_TRY_GOTO(
        qfp_fock_generator_create(qfp_backend_cpu(), context, &space, &f->equation.husimi, &g));
    out->reversal_state = QFP_REVERSAL_NOT_SKEW;
    if (!qfp_fock_generator_map(g)->skew)
        goto done;
    QFP_TRY_GOTO(QFP_ALLOCATE(packed, space.count, "a state"));
    QFP_TRY_GOTO(qfp_fock_initial_fill(&space, &start, packed, &cut, NULL, 0));
    QFP_TRY_GOTO(there_and_back(&space, g, context, packed, &out->reversal));
    out->reversal_state = QFP_REVERSAL_MEASURED;
done:
    qfp_fock_generator_destroy(g);
    free(packed);
    return status;
}
