#include "run/fock_stage.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_initial.h"
#include "fock/fock_total.h"
#include "io/config_observables.h"
#include "io/config_time.h"

/* Elements of ρ below are rounding. */
#define NOISE 8e-16
#define NOISE_SINGLE 1e-6
/* Of a state that is solved diagonal by diagonal on the host, and how often the levels are looked at. */
#define MOST_NUMBERS 1.6e7
#define FEWEST_LOOKS 2.0

static qfp_status create_propagator(const qfp_config *config, const qfp_plan *plan, double t,
                                    qfp_fock_stage *s)
{
    double duration = config->times[config->time_count - 1];
    qfp_propagator_options options = {
        .integrator = config->integrator,
        .tolerance = QFP_FOCK_PROPAGATION * config->tolerance,
        .time_scale = duration > 0.0 ? duration : 1.0,
        .step = config->step,
        .memory = (size_t)plan->krylov_vectors * s->space.count * sizeof(double),
        .time = config->varies ? &s->time : NULL,
        .start = t,
        .rounding = 0.5 * (config->single_precision ? (double)FLT_EPSILON : DBL_EPSILON),
    };
    return qfp_propagator_create(qfp_fock_generator_map(s->generator), &options, &s->propagator);
}

static qfp_status set_time(void *self, int count, const double *t, const double *weight)
{
    qfp_fock_stage *s = self;
    qfp_polynomial now;
    qfp_polynomial_init(&now, 4 * s->config->modes);
    qfp_status status = qfp_driven_generator(s->config, count, t, weight, &now);
    if (status == QFP_OK)
        status = qfp_fock_generator_set(s->generator, &now);
    qfp_polynomial_destroy(&now);
    return status;
}

/* What of the map holds at all times; it was judged at t = 0. */
static qfp_status create_time(const qfp_config *config, const qfp_equation *equation,
                              qfp_fock_stage *s)
{
    qfp_linear_map *map = qfp_fock_generator_map(s->generator);
    double radius[QFP_MAX_MODES];
    map->dissipative = equation->is_open && equation->is_exact;
    if (!equation->varies)
        return QFP_OK;
    map->skew = equation->is_unitary;
    s->time = (qfp_time_map){.self = s, .set = set_time, .mesh = &s->mesh};
    for (int j = 0; j < config->modes; j++)
        radius[j] = sqrt((double)qfp_fock_end(&s->space, j));
    return qfp_driven_mesh(&equation->course, config->kappa, radius, &s->mesh);
}

static qfp_status create_moments(const qfp_engine *engine, qfp_fock_stage *s)
{
    return qfp_fock_moments_create(engine->backend, engine->context, &s->space, &s->observables,
                                   &s->moments);
}

qfp_status qfp_fock_stage_at(qfp_fock_stage *s, double t)
{
    const double once = 1.0;
    qfp_polynomial wick;
    if (!s->config->varies)
        return QFP_OK;
    QFP_TRY(set_time(s, 1, &t, &once));
    qfp_status status = qfp_config_wick_at(s->config, t, &wick);
    if (status == QFP_OK)
        status = qfp_observable_list_hamiltonian(&s->observables, &wick);
    qfp_polynomial_destroy(&wick);
    QFP_TRY(status);
    qfp_fock_moments_destroy(s->moments);
    s->moments = NULL;
    return create_moments(s->engine, s);
}

qfp_status qfp_fock_stage_create(const qfp_config *config, const qfp_equation *equation,
                                 const qfp_engine *engine, const qfp_plan *plan,
                                 qfp_fock_stage *out)
{
    const qfp_backend *b = engine->backend;
    *out = (qfp_fock_stage){.engine = engine, .config = config};
    QFP_TRY(qfp_fock_space_set(config->modes, plan->levels, &out->space));
    memcpy(out->space.weight, plan->weight, sizeof out->space.weight);
    out->space.most = plan->most;
    memcpy(out->space.first, plan->first, sizeof out->space.first);
    QFP_TRY(qfp_fock_generator_create(b, engine->context, &out->space, &equation->husimi,
                                      &out->generator));
    QFP_TRY(create_time(config, equation, out));
    QFP_TRY(qfp_config_observables(config, QFP_OF_RUNS, &out->observables));
    QFP_TRY(create_moments(engine, out));
    QFP_TRY(qfp_fock_leak_create(b, engine->context, &out->space, &equation->most, config->kappa,
                                 equation->is_exact,
                                 config->single_precision ? NOISE_SINGLE : NOISE, &out->leak));
    qfp_buffer **buffers[] = {&out->u, &out->kept, &out->scratch};
    for (int i = 0; i < 3; i++)
        QFP_TRY(b->vector->create(engine->context, out->space.count, buffers[i]));
    return QFP_OK;
}

/* Makes stage->unitary, NULL where the equation or the integrator asked for is another. */
static qfp_status create_unitary(qfp_fock_stage *s, const qfp_config *config,
                                 const qfp_equation *equation)
{
    bool is_asked = config->integrator == QFP_INTEGRATOR_AUTO && equation->is_unitary &&
                    !equation->varies && !qfp_fock_generator_is_diagonal(s->generator);
    if (s->unitary != NULL || !is_asked)
        return QFP_OK;
    return qfp_fock_unitary_create(s->engine->backend, &s->space, &equation->husimi, &s->unitary);
}

qfp_status qfp_fock_stage_expect(qfp_fock_stage *s, const qfp_config *config,
                                 const qfp_equation *equation, qfp_fock_effort *out)
{
    *out = (qfp_fock_effort){0};
    QFP_TRY(create_unitary(s, config, equation));
    return s->unitary != NULL ? qfp_fock_unitary_expect(s->unitary, s->u, out) : QFP_OK;
}

/* Of several modes, where a number of quanta is sharp: the one of the joint cut, or all. */
static qfp_status create_sectors(const qfp_config *config, const qfp_equation *equation,
                                 qfp_fock_stage *s)
{
    int weight[QFP_MAX_MODES], sum = 0;
    for (int j = 0; j < config->modes; j++)
        sum += s->space.weight[j];
    for (int j = 0; j < config->modes; j++)
        weight[j] = sum > 0 ? s->space.weight[j] : 1;
    if (config->modes < 2 || !qfp_fock_total_is_sharp(&equation->lindblad, config->modes, weight))
        return QFP_OK;
    return qfp_fock_sectors_create(s->engine->backend, &s->space, &equation->husimi, weight, s->u,
                                   &s->sectors);
}

/* Where parts of ρ keep to themselves: each diagonal, or each sector. */
static qfp_status take_parts(const qfp_config *config, const qfp_equation *equation,
                             qfp_fock_stage *s)
{
    double duration = config->times[config->time_count - 1];
    if ((double)s->space.count > MOST_NUMBERS || duration <= 0.0)
        return QFP_OK;
    QFP_TRY(
        qfp_fock_diagonals_create(s->engine->backend, &s->space, &equation->husimi, &s->diagonals));
    if (s->diagonals == NULL)
        QFP_TRY(create_sectors(config, equation, s));
    if (s->diagonals == NULL && s->sectors == NULL)
        return QFP_OK;
    double longest = s->diagonals != NULL ? qfp_fock_diagonals_longest(s->diagonals)
                                          : qfp_fock_sectors_longest(s->sectors);
    s->stretch = duration / fmax(FEWEST_LOOKS, ceil(duration / longest));
    return QFP_OK;
}

qfp_status qfp_fock_stage_stretch(qfp_fock_stage *s, double t, double *lost, double *products)
{
    return s->diagonals != NULL ? qfp_fock_diagonals_advance(s->diagonals, t, s->u, lost, products)
                                : qfp_fock_sectors_advance(s->sectors, t, s->u, lost, products);
}

/* The generator becomes that of a frame that turns with the state. */
static qfp_status enter_frame(const qfp_config *config, const qfp_equation *equation,
                              qfp_fock_stage *s)
{
    qfp_polynomial rest;
    QFP_TRY(qfp_fock_frame_create(s->engine->backend, s->engine->context, &s->space,
                                  &equation->lindblad, config->kappa, &s->frame));
    if (s->frame == NULL)
        return QFP_OK;
    qfp_polynomial_init(&rest, 4 * config->modes);
    qfp_status status = qfp_fock_frame_generator(s->frame, &equation->husimi, &rest);
    if (status == QFP_OK)
        status = qfp_fock_generator_set(s->generator, &rest);
    qfp_polynomial_destroy(&rest);
    return status;
}

qfp_status qfp_fock_stage_turn(qfp_fock_stage *s, double duration, qfp_buffer *x)
{
    return s->frame != NULL && duration > 0.0 ? qfp_fock_frame_turn(s->frame, duration, x) : QFP_OK;
}

qfp_status qfp_fock_stage_start(qfp_fock_stage *s, const qfp_config *config,
                                const qfp_equation *equation, const qfp_plan *plan, double t)
{
    bool is_diagonal = !equation->varies && qfp_fock_generator_is_diagonal(s->generator);
    if (is_diagonal || s->propagator != NULL || s->stretch > 0.0)
        return QFP_OK;
    QFP_TRY(create_unitary(s, config, equation));
    bool fits = false;
    if (s->unitary != NULL)
        QFP_TRY(qfp_fock_unitary_begin(s->unitary, s->u, &fits));
    if (fits)
        return QFP_OK;
    qfp_fock_unitary_destroy(s->unitary);
    s->unitary = NULL;
    if (config->integrator == QFP_INTEGRATOR_AUTO && equation->is_exact && !equation->varies)
        QFP_TRY(take_parts(config, equation, s));
    if (s->stretch > 0.0)
        return QFP_OK;
    if (equation->is_exact && !equation->varies)
        QFP_TRY(enter_frame(config, equation, s));
    return create_propagator(config, plan, t, s);
}

void qfp_fock_stage_destroy(qfp_fock_stage *s)
{
    if (s->engine == NULL)
        return;
    qfp_propagator_destroy(s->propagator);
    qfp_fock_diagonals_destroy(s->diagonals);
    qfp_fock_sectors_destroy(s->sectors);
    qfp_fock_frame_destroy(s->frame);
    qfp_fock_unitary_destroy(s->unitary);
    qfp_fock_leak_destroy(s->leak);
    qfp_fock_moments_destroy(s->moments);
    qfp_observable_list_destroy(&s->observables);
    qfp_fock_generator_destroy(s->generator);
    qfp_time_mesh_destroy(&s->mesh);
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
        index += (size_t)(qfp_fock_level(from, m, j) - space->first[j]) * space->stride[j];
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
