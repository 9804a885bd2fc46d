/* What a run in the Fock basis takes: a trial where that is short, else counts. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/ranks.h"
#include "fock/fock_terms.h"
#include "run/engine.h"
#include "run/fock_plan.h"
#include "run/fock_stage.h"
#include "run/fock_witness.h"
#include "run/output_timing.h"

#define LONGEST_TRIAL 0.1   /* seconds of each part of it */
#define TAIL_OF_SERIES 30.0 /* terms */
enum { VECTORS_OF_ELLIPSE = 20 };
#define PHASE_OF_VECTORS 0.6
#define DIAGONALISING 5e-9 /* seconds × states³, as the reference has them */
#define TOUCH 2e-9         /* seconds of a number that a loop touches once */
#define WATCH 4.0          /* passes over ρ that a look at its levels takes */
#define FEW_CELLS 2e6      /* of ρ, where a trial is short enough to be made */
#define TURNING 15.0       /* passes over ρ that turning its phases takes */
#define BEGINNING 10.0     /* passes over ρ until a run has its first state */
#define RADIUS_SHARE 0.6   /* of the sum of the largest elements of all terms */

static double time_count(const qfp_config *config)
{
    return (double)(config->time_count + config->series_count);
}

/* A trial of what no figure foretells: the beginning of the run, or all of it. */
typedef struct trial {
    double start, advanced; /* clock; time of the run */
} trial;

static qfp_status end_of_trial(void *data, double advanced, qfp_buffer *u)
{
    trial *t = data;
    (void)u;
    t->advanced = advanced;
    return qfpi_ranks_seconds_now() - t->start < LONGEST_TRIAL ? QFP_OK : QFP_INTERRUPTED;
}

/* The steps of a driven system follow what drives it. */
static qfp_status time_driven(const qfp_config *config, qfp_fock_stage *stage, qfp_plan_timing *out)
{
    qfp_linear_map *map = qfp_fock_generator_map(stage->generator);
    double duration = config->times[config->time_count - 1];
    trial t = {.start = qfpi_ranks_seconds_now()};
    map->applications = 0;
    qfp_status status =
        qfp_propagator_advance(stage->propagator, stage->u, duration, end_of_trial, &t);
    if (status != QFP_OK && status != QFP_INTERRUPTED)
        return status;
    double seconds = qfpi_ranks_seconds_now() - t.start, part = t.advanced / duration;
    double phase = qfp_propagator_progress(stage->propagator)->phase;
    out->radius = t.advanced > 0.0 ? phase / t.advanced : 0.0;
    out->application_seconds = seconds / fmax((double)map->applications, 1.0);
    out->applications = part > 0.0 ? (double)map->applications / part : 0.0;
    out->seconds = part > 0.0 ? seconds / part : 0.0;
    return QFP_OK;
}

/* A short step of the series: an application, and what the recurrence adds to it. */
static qfp_status time_series(qfp_fock_stage *stage, double duration, double *seconds)
{
    qfp_linear_map *map = qfp_fock_generator_map(stage->generator);
    size_t before = map->applications;
    double start = qfpi_ranks_seconds_now();
    QFP_TRY(qfp_propagator_advance(stage->propagator, stage->u, duration, NULL, NULL));
    *seconds = (qfpi_ranks_seconds_now() - start) / (double)(map->applications - before);
    return QFP_OK;
}

/* Kets that the initial state is made of, 0: many. */
static double initial_kets(const qfp_config *config, const qfp_fock_stage *stage)
{
    double squared, trace = 1.0;
    (void)config;
    if (qfpi_ranks_failed(stage->engine->backend->vector->inner(stage->space.count, 1, &stage->u,
                                                                stage->u, &squared)))
        return 0.0;
    return squared > (1.0 - 1e-9) * trace ? 1.0 : 0.0;
}

/* By diagonalisation: everything from counts, since beginning it is what takes time. */
static void expect_looks(const qfp_config *config, qfp_fock_stage *stage,
                         const qfp_fock_effort *effort, qfp_plan_timing *out)
{
    double rate = qfp_product_seconds(), cells = (double)stage->space.count / 2.0;
    out->by_diagonalisation = 1;
    out->application_seconds = effort->products * 4.0 * rate + (4.0 + WATCH) * 2.0 * TOUCH * cells;
    out->applications = (double)QFP_FOCK_LOOKS + time_count(config);
    out->seconds = DIAGONALISING * effort->cubes + out->applications * out->application_seconds;
}

/* One stretch of a state that is solved by parts. */
static qfp_status time_stretch(const qfp_config *config, qfp_fock_stage *stage,
                               qfp_plan_timing *out)
{
    double start = qfpi_ranks_seconds_now(), lost, products;
    QFP_TRY(qfp_fock_stage_stretch(stage, stage->stretch, &lost, &products));
    double seconds = qfpi_ranks_seconds_now() - start;
    double stretches = config->times[config->time_count - 1] / stage->stretch;
    out->radius = products / stage->stretch;
    out->application_seconds = seconds / fmax(products, 1.0);
    out->applications = products * stretches;
    out->seconds = seconds * stretches;
    return QFP_OK;
}

static qfp_status time_once(qfp_fock_stage *stage, double *seconds)
{
    qfp_linear_map *map = qfp_fock_generator_map(stage->generator);
    double start = qfpi_ranks_seconds_now();
    QFP_TRY(map->apply(map, stage->u, stage->scratch));
    *seconds = qfpi_ranks_seconds_now() - start;
    return QFP_OK;
}

static qfp_status time_applications(const qfp_config *config, const qfp_plan *plan, double once,
                                    qfp_fock_stage *stage, qfp_plan_timing *out)
{
    qfp_linear_map *map = qfp_fock_generator_map(stage->generator);
    double duration = config->times[config->time_count - 1], times = time_count(config);
    double watch = WATCH * 2.0 * TOUCH * plan->cells;
    if (config->varies && duration > 0.0)
        return time_driven(config, stage, out);
    if (qfp_fock_generator_is_diagonal(stage->generator)) {
        out->application_seconds = TURNING * TOUCH * plan->cells + watch;
        out->applications = times;
        out->seconds = times * out->application_seconds;
        return QFP_OK;
    }
    if (stage->stretch > 0.0)
        return time_stretch(config, stage, out);
    double most = fmin(plan->krylov_vectors, fmax(floor(LONGEST_TRIAL / once), 6.0));
    qfp_field_of_values values;
    map->applications = 0;
    double start = qfpi_ranks_seconds_now();
    QFP_TRY(qfp_linear_map_field(map, (size_t)most, &values));
    out->radius = values.radius;
    out->application_seconds = (qfpi_ranks_seconds_now() - start) / (double)map->applications;
    /* A Krylov step of m applications covers a phase of about 0.6 m at tight tolerances, a series for a
     * master equation its phase and a tail each time. */
    if (map->dissipative) {
        out->applications = 1.1 * out->radius * duration + TAIL_OF_SERIES * times;
        if (stage->propagator != NULL && duration > 0.0 && once < 0.5 * LONGEST_TRIAL)
            QFP_TRY(time_series(stage, fmin(duration, 1.0 / fmax(out->radius, DBL_MIN)),
                                &out->application_seconds));
    } else
        out->applications = fmax(4.0 * times, out->radius * duration / PHASE_OF_VECTORS);
    out->seconds = out->applications * (out->application_seconds + watch / plan->krylov_vectors);
    return QFP_OK;
}

/* The way: by diagonalisation, where that is what the run would do. */
static qfp_status time_evolution(const qfp_config *config, const qfp_equation *equation,
                                 const qfp_plan *plan, qfp_fock_stage *stage, qfp_plan_timing *out)
{
    qfp_fock_effort effort = {0};
    qfp_fock_cost cost;
    qfp_fock_generator_cost(stage->generator, &cost);
    out->products = (int)cost.terms;
    out->bytes = cost.bytes;
    out->floor_bytes = cost.bytes;
    QFP_TRY(qfp_fock_stage_expect(stage, config, equation, &effort));
    if (effort.is_unitary) {
        expect_looks(config, stage, &effort, out);
        return QFP_OK;
    }
    double once;
    QFP_TRY(time_once(stage, &once));
    if (config->varies || VECTORS_OF_ELLIPSE * once < LONGEST_TRIAL)
        QFP_TRY(qfp_fock_stage_start(stage, config, equation, plan, 0.0));
    return time_applications(config, plan, once, stage, out);
}

/* The exact kets beside the run: finding their levels, and a passage. */
static qfp_status time_witness(const qfp_config *config, const qfp_equation *equation,
                               qfp_plan *plan, double *seconds)
{
    qfp_fock_witness witness;
    qfp_status status =
        qfp_fock_witness_expect(config, equation, plan->levels, LONGEST_TRIAL, &witness, seconds);
    if (status == QFP_OK && qfp_fock_plan_is_free(config))
        qfp_fock_witness_limit(&witness, plan);
    qfp_fock_witness_destroy(&witness);
    return status;
}

/* What the output times take beside the evolution. */
static void add_outputs(const qfp_config *config, const qfp_plan *plan, double kets,
                        qfp_plan_timing *out)
{
    double once = qfp_opening_seconds(),
           each = qfp_writing_seconds(config) + qfp_fock_picture_seconds(config, plan->levels);
    double touched = 2.0 * TOUCH * plan->cells;
    for (int j = 0; j < config->modes; j++) {
        double own = config->modes == 1 ? kets : 0.0;
        /* of a window: products with its levels alone, as many as that of half as many kets */
        if (own == 0.0 && plan->first[j] > 0)
            own = 0.5 * plan->levels[j];
        qfp_look_seconds s = qfp_fock_look_seconds(config, plan->first[j] + plan->levels[j], own);
        once += s.first;
        each += s.frame + s.entropy + 2.0 * touched;
    }
    out->outputs = once + each * (double)config->time_count + WATCH * touched * time_count(config);
    out->seconds += out->outputs;
}

static double largest_element(size_t count, size_t parts, const double *x)
{
    double most = 0.0;
    for (size_t m = 0; m < count; m++)
        most = fmax(most, parts == 2 ? hypot(x[2 * m], x[2 * m + 1]) : fabs(x[m]));
    return most;
}

/* The spectral radius and the terms of the generator from its tables. */
static qfp_status look_at_terms(const qfp_fock_space *space, const qfp_equation *equation,
                                bool *is_diagonal, qfp_plan_timing *out)
{
    qfp_fock_terms terms;
    QFP_TRY(qfp_fock_terms_create(space, &equation->husimi, &terms));
    *is_diagonal = true;
    for (size_t t = 0; t < terms.count; t++) {
        const qfp_stencil_term *term = &terms.terms[t];
        *is_diagonal = *is_diagonal && term->row_shift == 0 && term->column_shift == 0;
        out->radius += RADIUS_SHARE * largest_element(space->dimension, 2, term->row) *
                       largest_element(space->dimension, 1, term->column);
    }
    out->products = (int)terms.count;
    qfp_fock_terms_destroy(&terms);
    return QFP_OK;
}

/* A state too large to be tried: from counts alone. */
static qfp_status expect_large(const qfp_config *config, const qfp_equation *equation,
                               const qfp_plan *plan, qfp_plan_timing *out)
{
    double share = plan->dimension > 0.0 ? pow(plan->kept / plan->dimension, 2.0) : 1.0;
    double cells = plan->cells * fmax(share, 0.05),
           duration = config->times[config->time_count - 1];
    double times = time_count(config), pass = 2.0 * TOUCH * plan->cells;
    qfp_fock_effort effort = {0};
    qfp_fock_space space;
    qfp_fock_unitary *unitary = NULL;
    bool is_diagonal;
    QFP_TRY(qfp_fock_space_set(config->modes, plan->levels, &space));
    memcpy(space.first, plan->first, sizeof space.first);
    QFP_TRY(look_at_terms(&space, equation, &is_diagonal, out));
    out->bytes = out->floor_bytes = 2.0 * plan->bytes_state;
    bool may_turn =
        config->integrator == QFP_INTEGRATOR_AUTO && equation->is_unitary && !equation->varies;
    if (may_turn && !is_diagonal)
        QFP_TRY(qfp_fock_unitary_create(qfp_backend_cpu(), &space, &equation->husimi, &unitary));
    if (unitary != NULL)
        qfp_fock_unitary_expect_ket(unitary, &effort);
    qfp_fock_unitary_destroy(unitary);
    if (is_diagonal && !equation->varies) {
        out->applications = times;
        out->application_seconds = TURNING * TOUCH * cells;
    } else if (effort.is_unitary) {
        out->by_diagonalisation = 1;
        out->applications = QFP_FOCK_LOOKS + times;
        out->application_seconds = effort.products * 4.0 * qfp_product_seconds() + 4.0 * pass;
        out->seconds = DIAGONALISING * effort.cubes;
    } else {
        bool is_series = equation->is_open && equation->is_exact;
        out->applications = is_series
                                ? 1.1 * out->radius * duration + TAIL_OF_SERIES * times
                                : fmax(4.0 * times, out->radius * duration / PHASE_OF_VECTORS);
        if (config->varies)
            out->applications *= 2.0;
        out->application_seconds =
            TOUCH * cells * ((double)out->products + (is_series ? 6.0 : 40.0));
    }
    out->seconds += out->applications * out->application_seconds + BEGINNING * pass;
    return QFP_OK;
}

qfp_status qfp_fock_measure(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan,
                            qfp_plan_timing *out)
{
    qfp_engine engine = {0};
    qfp_fock_stage stage = {0};
    char warning[512];
    double cut, witness, began;
    *out = (qfp_plan_timing){0};
    qfp_status status;
    QFP_TRY_GOTO(time_witness(config, equation, plan, &witness));
    if (plan->cells > FEW_CELLS) {
        QFP_TRY_GOTO(expect_large(config, equation, plan, out));
        out->seconds += witness;
        add_outputs(config, plan, equation->is_unitary ? 1.0 : 0.0, out);
        goto done;
    }
    began = qfpi_ranks_seconds_computed();
    QFP_TRY_GOTO(
        qfp_engine_create(config->backend, config->device, qfp_engine_precision(config), &engine));
    QFP_TRY_GOTO(qfp_fock_stage_create(config, equation, &engine, plan, &stage));
    QFP_TRY_GOTO(qfp_fock_stage_begin(&stage, config, &cut, warning, sizeof warning));
    began = qfpi_ranks_seconds_computed() - began;
    double kets = equation->is_unitary ? initial_kets(config, &stage) : 0.0;
    QFP_TRY_GOTO(time_evolution(config, equation, plan, &stage, out));
    out->seconds += began + witness;
    add_outputs(config, plan, kets, out);
done:
    qfp_fock_stage_destroy(&stage);
    qfp_engine_destroy(&engine);
    return status;
}
