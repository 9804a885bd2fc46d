#include "run/fock_evolution.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file_density.h"
#include "run/fock_growth.h"
#include "run/fock_plan.h"

#define GROWTH_LIMIT 1e-6 /* of ‖u‖², as in the Fourier basis */
#define ROUNDING 1e-15    /* of u: what a norm far above 1 loses */
#define ERRORS_SQUARED                                                                             \
    10.0 /* of means: 6 are seen with x^4, whose states have long tails, others 0.2 */
#define KET_PURITY 1e-9 /* of a state of rank 1, below 1 */
#define APPLICATION 0.5 /* ε that one application of a generator adds: they do not line up */
#define HELPED 0.5      /* of the error before, where more levels were worth the while */

/* ---- levels -------------------------------------------------------------------------------- */

/* u ← the initial state; what depends on it anew. */
static qfp_status begin(qfp_fock_evolution *e)
{
    char *warning = e->warning;
    double squared, cut;
    QFP_TRY(qfp_fock_stage_begin(&e->stage, e->config, &cut, warning, sizeof e->warning));
    if (!e->may_grow && cut > e->config->tolerance) {
        char levels[128];
        qfp_levels_describe(e->config->modes, e->plan.levels, e->plan.first, levels, sizeof levels);
        return QFP_FAIL(QFP_RESOLUTION,
                        "%s: solver.levels: %.2g of the initial state lies outside of %s levels "
                        "(limit %.1e, the tolerance): raise them, or leave the key out",
                        e->config->path, cut, levels, e->config->tolerance);
    }
    QFP_TRY(qfp_fock_initial_error_of(&e->stage.space, &e->config->initial, &e->initial));
    QFP_TRY(e->engine.backend->vector->inner(e->stage.space.count, 1, &e->stage.u, e->stage.u,
                                             &squared));
    e->is_ket = e->equation->is_unitary && squared > (1.0 - KET_PURITY) * (1.0 - cut) * (1.0 - cut);
    QFP_TRY(qfp_unbalanced_begin(e->equation, e->config, squared, &e->unbalanced));
    double room = e->config->tolerance / ROUNDING;
    qfp_file_doubt given;
    QFP_TRY(qfp_file_density_doubt(&e->config->initial, e->config->modes, &given));
    /* a state that is off by so much in the trace norm need not be positive */
    double growth =
        (1.0 + fmax(GROWTH_LIMIT, e->config->tolerance)) * pow(1.0 + 2.0 * given.error, 2.0);
    if (qfp_fock_generator_map(e->stage.generator)->skew)
        e->norm_limit = squared * growth;
    else if (e->equation->is_exact) /* dissipation may make it purer */
        e->norm_limit = growth;
    else
        e->norm_limit = squared * fmax(room * room, 1.0);
    return QFP_OK;
}

qfp_status qfpi_fock_evolution_keep(qfp_fock_evolution *e)
{
    QFP_TRY(
        qfp_fock_leak_measure(e->stage.leak, e->stage.u, e->stage.scratch, e->is_ket, &e->loss));
    return e->may_grow ? qfp_fock_stage_keep(&e->stage) : QFP_OK;
}

/* From the state of record, with new levels. */
static qfp_status restart(qfp_fock_evolution *e)
{
    e->time = e->kept_time;
    e->looks = 0;
    e->wants_levels = false;
    QFP_TRY(qfp_fock_stage_start(&e->stage, e->config, e->equation, &e->plan, e->time));
    return qfpi_fock_evolution_keep(e);
}

size_t qfpi_fock_evolution_applications(const qfp_fock_evolution *e)
{
    return e->applications + qfp_fock_generator_map(e->stage.generator)->applications;
}

qfp_status qfpi_fock_evolution_levels(qfp_fock_evolution *e, const int *levels, const int *first,
                                      const double *packed)
{
    qfp_fock_space old = e->stage.space;
    double *more = NULL;
    e->applications += qfp_fock_generator_map(e->stage.generator)->applications;
    if (e->stage.propagator != NULL)
        e->moved += qfp_propagator_progress(e->stage.propagator)->error;
    qfp_fock_stage_destroy(&e->stage);
    memcpy(e->plan.first, first, sizeof e->plan.first);
    qfp_fock_plan_size(e->config, levels, &e->plan);
    QFP_TRY(qfp_fock_stage_create(e->config, e->equation, &e->engine, &e->plan, &e->stage));
    if (packed == NULL)
        return begin(e);
    QFP_TRY(QFP_ALLOCATE(more, e->stage.space.count, "a state with more levels"));
    qfp_fock_embed(&old, packed, &e->stage.space, more);
    qfp_status status =
        e->engine.backend->vector->upload(e->stage.u, 0, e->stage.space.count, more);
    free(more);
    return status;
}

/* Back to the state of record, with more levels. */
static qfp_status grow(qfp_fock_evolution *e)
{
    int levels[QFP_MAX_MODES], first[QFP_MAX_MODES] = {0};
    double *packed = NULL;
    QFP_TRY(qfp_fock_more_levels(e->config, &e->stage, e->planned, e->kept_time, levels, first));
    qfp_status status = QFP_OK;
    if (e->kept_time > 0.0) {
        QFP_TRY(qfp_fock_stage_turn(&e->stage, e->kept_time - e->time, e->stage.kept));
        QFP_TRY(QFP_ALLOCATE(packed, e->stage.space.count, "a state"));
        status =
            e->engine.backend->vector->download(e->stage.kept, 0, e->stage.space.count, packed);
    }
    if (status == QFP_OK)
        status = qfpi_fock_evolution_levels(e, levels, first, packed);
    free(packed);
    e->has_grown = true;
    return status == QFP_OK ? restart(e) : status;
}

/* ---- creation and evolution ---------------------------------------------------------------- */

qfp_status qfp_fock_evolution_create(const qfp_config *config, const qfp_equation *equation,
                                     const qfp_plan *plan, qfp_fock_evolution *out)
{
    qfp_fock_evolution *e = out;
    *e = (qfp_fock_evolution){
        .config = config, .equation = equation, .plan = *plan, .distance = -1.0};
    memcpy(e->planned, e->plan.levels, sizeof e->planned);
    QFP_TRY(qfp_engine_create(config->backend, config->device, qfp_engine_precision(config),
                              &e->engine));
    QFP_TRY(qfp_fock_witness_create(config, equation, &e->witness));
    if (qfp_fock_plan_is_free(config))
        qfp_fock_witness_limit(&e->witness, &e->plan);
    QFP_TRY(qfp_fock_stage_create(config, e->equation, &e->engine, &e->plan, &e->stage));
    /* more levels make an unbalanced theory grow faster, not better */
    e->may_grow = qfp_fock_plan_is_free(config) && e->equation->balanced;
    QFP_TRY(begin(e));
    if (e->unbalanced.active)
        QFP_TRY(qfpi_fock_evolution_population(e, 0.0));
    return restart(e);
}

void qfp_fock_evolution_destroy(qfp_fock_evolution *e)
{
    qfp_fock_stage_destroy(&e->stage);
    qfp_fock_witness_destroy(&e->witness);
    qfp_engine_destroy(&e->engine);
}

static qfp_status move_to(qfp_fock_evolution *e, double t)
{
    while (e->time < t) {
        e->advance_to = t;
        qfp_status status = qfpi_fock_evolution_pass(e, t);
        if (status == QFP_OK)
            e->time = t;
        else if (e->wants_levels)
            QFP_TRY(grow(e));
        else
            return status;
    }
    return QFP_OK;
}

/* From the start to time t with more levels; *possible: there is room for them. */
static qfp_status compute_again(qfp_fock_evolution *e, double t, bool *possible)
{
    int levels[QFP_MAX_MODES], first[QFP_MAX_MODES] = {0};
    *possible = qfp_fock_more_levels(e->config, &e->stage, e->planned, t, levels, first) == QFP_OK;
    if (!*possible)
        return QFP_OK; /* the error is stated */
    QFP_TRY(qfpi_fock_evolution_levels(e, levels, first, NULL));
    e->bound = e->amplitude = e->kept_time = e->moved = 0.0;
    e->has_grown = true;
    e->begun_again = t;
    QFP_TRY(restart(e));
    return move_to(e, t);
}

static qfp_status look_from_outside(qfp_fock_evolution *e)
{
    if (e->distance_time == e->time && e->distance >= 0.0)
        return QFP_OK;
    QFP_TRY(qfp_fock_witness_distance(&e->witness, &e->stage, e->time, &e->distance));
    e->distance_time = e->time;
    return QFP_OK;
}

static void judge_again(qfp_fock_evolution *e)
{
    e->is_settled = e->distance > HELPED * e->before;
    e->before = 0.0;
}

/* What the look at single steps missed: an error that is above the tolerance all the same. */
static qfp_status settle(qfp_fock_evolution *e, double t)
{
    QFP_TRY(look_from_outside(e));
    if (e->before > 0.0) /* a checkpoint came between */
        judge_again(e);
    while (e->distance > e->config->tolerance && !e->is_settled) {
        if (e->initial.cut + e->bound < HELPED * e->distance)
            return QFP_OK; /* it is not the levels */
        bool possible;
        e->before = e->distance;
        QFP_TRY(compute_again(e, t, &possible));
        e->distance = -1.0;
        QFP_TRY(look_from_outside(e));
        judge_again(e);
        e->is_settled = e->is_settled || !possible;
    }
    return QFP_OK;
}

static bool is_output_time(const qfp_config *config, double t)
{
    for (size_t i = 0; i < config->time_count; i++)
        if (config->times[i] == t)
            return true;
    return false;
}

qfp_status qfp_fock_evolution_advance(qfp_fock_evolution *e, double t, const qfp_step_hook *hook)
{
    e->hook = hook;
    QFP_TRY(move_to(e, t));
    bool is_judged = e->may_grow && e->witness.reference != NULL && is_output_time(e->config, t);
    return is_judged ? settle(e, t) : QFP_OK;
}

void qfp_fock_evolution_report(const qfp_fock_evolution *e, qfp_effort *out)
{
    out->integrator = e->stage.unitary != NULL      ? "diagonalisation"
                      : e->stage.diagonals != NULL  ? "series of each diagonal"
                      : e->stage.sectors != NULL    ? "series of each sector"
                      : e->stage.propagator != NULL ? qfp_propagator_name(e->stage.propagator)
                                                    : "phases of a diagonal generator";
    out->applications = qfpi_fock_evolution_applications(e);
    memcpy(out->levels, e->plan.levels, (size_t)e->config->modes * sizeof *out->levels);
}

/* ---- errors --------------------------------------------------------------------------------- */

/* Without a witness, in the trace norm: what is missing beyond the levels, and what the propagator and
 * rounding changed. */
typedef struct unseen {
    double missing, changed;
} unseen;

static qfp_status bound_error(qfp_fock_evolution *e, unseen *out)
{
    double energy, rounding = e->config->single_precision ? FLT_EPSILON : DBL_EPSILON;
    double steps = 4.0 + APPLICATION * sqrt((double)qfpi_fock_evolution_applications(e));
    double moved = e->moved;
    QFP_TRY(qfp_fock_leak_energy(e->stage.leak, e->stage.u, &energy));
    if (e->stage.propagator != NULL)
        moved += qfp_propagator_progress(e->stage.propagator)->error;
    out->missing =
        e->initial.cut + e->initial.cancelled + qfpi_fock_evolution_lost(e, e->bound, e->amplitude);
    out->changed = 2.0 * moved + /* relative to Tr ρ² */
                   2.0 * rounding * (steps + energy * e->time / e->config->kappa);
    return QFP_OK;
}

qfp_status qfp_fock_evolution_error(qfp_fock_evolution *e, double *state)
{
    *state = NAN;
    if (e->unbalanced.active)
        return QFP_OK;
    if (e->witness.reference == NULL) {
        unseen parts;
        QFP_TRY(bound_error(e, &parts));
        *state = fmin(parts.missing + parts.changed, 2.0);
        return QFP_OK;
    }
    QFP_TRY(look_from_outside(e));
    *state = e->distance;
    return QFP_OK;
}

qfp_status qfp_fock_evolution_errors(qfp_fock_evolution *e, const double *means, double *errors)
{
    double population;
    unseen parts;
    if (e->witness.reference != NULL)
        return qfp_fock_witness_errors(&e->witness, e->time, means, errors);
    QFP_TRY(bound_error(e, &parts));
    QFP_TRY(qfp_fock_leak_population(e->stage.leak, e->stage.u, &population));
    /* What is missing is at the end of the basis and beyond: an operator that reaches from there to where
     * the state is meets its other side there too. */
    double missing =
        QFP_FOCK_ERRORS_UNSEEN * population + ERRORS_SQUARED * parts.missing * parts.missing;
    qfp_fock_moments_errors(e->stage.moments, parts.changed, missing, errors);
    for (size_t i = 0; e->unbalanced.active && i < e->stage.observables.count; i++)
        errors[i] = NAN;
    return QFP_OK;
}

const char *qfp_fock_evolution_warning(qfp_fock_evolution *e, bool kept)
{
    char levels[128], again[64] = "";
    if (e->unbalanced.active)
        return e->unbalanced.warning;
    if (e->warning[0] != '\0' || !e->has_grown)
        return e->warning;
    qfp_levels_describe(e->config->modes, e->plan.levels, e->plan.first, levels, sizeof levels);
    if (e->begun_again > 0.0)
        snprintf(again, sizeof again, ", which began again with them at t = %.6g", e->begun_again);
    snprintf(e->raised, sizeof e->raised, "the levels were raised to %s during the run%s%s", levels,
             again, kept ? "; the tolerance was kept" : "");
    return e->raised;
}
