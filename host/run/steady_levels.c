#include "run/steady_levels.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "run/fock_plan.h"

#define OUTSIDE                                                                                    \
    1e-2 /* in the tolerance: population of the last levels that needs no more of them */
#define GROWTH 1.4
#define MORE 0.2    /* levels that are added to see what those at hand miss */
#define SAFETY 2.0  /* of what is extrapolated */
#define MIXED 1e-10 /* of a manifold's states among each other, by rounding */
#define LEAVES                                                                                     \
    1e-3 /* of the state, per time and rate: what a gain takes beyond the last level, however many */
#define RUNAWAY 0.3 /* population of the last levels */
#define MOST_STATES 1500.0
enum { RUNAWAY_STATES = 60, FEWEST_MORE = 2, LAST_SHARE = 8 };

typedef qfp_steady_attempt attempt;
typedef qfp_steady_state steady;

/* ---- one choice of levels ------------------------------------------------------------------------- */

void qfpi_steady_discard(attempt *a)
{
    if (a == NULL)
        return;
    qfp_stationary_destroy(a->solver);
    qfp_fock_stage_destroy(&a->stage);
    free(a->packed);
    free(a->means);
    free(a);
}

double qfpi_steady_rate(const qfp_equation *equation)
{
    double most = 0.0;
    for (size_t k = 0; k < equation->lindblad.channel_count; k++) {
        const qfp_channel *channel = &equation->lindblad.channels[k];
        for (size_t t = 0; t < channel->wick.count; t++) {
            double size = cabs(channel->wick.terms[t].coefficient);
            most = fmax(most, channel->rate * size * size);
        }
    }
    return most;
}

static void weigh_last(attempt *a)
{
    const qfp_fock_space *space = &a->stage.space;
    memset(a->last, 0, sizeof a->last);
    for (size_t m = 0; m < space->dimension; m++) {
        double population = fabs(a->packed[2 * qfp_fock_offset(space, m)]);
        for (int j = 0; j < space->modes; j++) {
            int levels = space->levels[j], first = levels - 1 - levels / LAST_SHARE;
            a->last[j] += qfp_fock_level(space, m, j) >= first ? population : 0.0;
        }
    }
    a->most_last = 0.0;
    for (int j = 0; j < space->modes; j++)
        a->most_last = fmax(a->most_last, a->last[j]);
}

static qfp_status check_size(const steady *s, const int *levels)
{
    char text[128];
    qfp_plan plan = {.basis = QFP_BASIS_FOCK, .modes = s->config->modes};
    qfp_fock_plan_size(s->config, levels, &plan);
    double bytes = plan.bytes_total + qfp_stationary_bytes(plan.dimension);
    if (bytes <= 0.9 * plan.bytes_available && plan.dimension <= MOST_STATES)
        return QFP_OK;
    qfp_levels_describe(s->config->modes, levels, text, sizeof text);
    return QFP_FAIL(
        QFP_RESOLUTION,
        "%s: the stationary state would need %s levels and more, %.3g GB (this machine has "
        "%.3g GB; at most %.0f states are tried); allow a larger solver.tolerance",
        s->config->path, text, bytes / 1e9, plan.bytes_available / 1e9, MOST_STATES);
}

/* ρ(∞) from the initial state, by modes not slower than `slowest`. */
static qfp_status find_state(const steady *s, attempt *a, double slowest)
{
    const qfp_vector_operations *v = s->engine.backend->vector;
    size_t count = a->stage.space.count;
    qfp_stationary_destroy(a->solver);
    a->solver = NULL;
    QFP_TRY(v->download(a->stage.kept, 0, count, a->packed));
    QFP_TRY(qfp_stationary_create(&a->stage.space, qfp_fock_generator_map(a->stage.generator),
                                  qfpi_steady_rate(s->equation), slowest, &a->solver));
    QFP_TRY(qfp_stationary_find(a->solver, a->packed, &a->residual));
    QFP_TRY(v->upload(a->stage.u, 0, count, a->packed));
    weigh_last(a);
    return qfp_fock_moments_evaluate(a->stage.moments, a->stage.u, a->means, NULL);
}

/* Give *out to discard either way. */
static qfp_status try_levels(steady *s, const int *levels, attempt **out)
{
    double cut;
    qfp_plan plan = s->plan;
    *out = NULL;
    QFP_TRY(check_size(s, levels));
    QFP_TRY(QFP_ALLOCATE(*out, 1, "a stationary state"));
    attempt *a = *out;
    qfp_fock_plan_size(s->config, levels, &plan);
    QFP_TRY(qfp_fock_stage_create(s->config, s->equation, &s->engine, &plan, &a->stage));
    QFP_TRY(qfp_fock_stage_begin(&a->stage, s->config, &cut, s->initial, sizeof s->initial));
    QFP_TRY(qfp_fock_stage_keep(&a->stage));
    QFP_TRY(QFP_ALLOCATE(a->packed, a->stage.space.count, "the stationary state"));
    QFP_TRY(QFP_ALLOCATE(a->means, a->stage.observables.count, "observables"));
    return find_state(s, a, INFINITY);
}

double qfpi_steady_gap(const qfp_stationary_modes *m)
{
    double gap = INFINITY;
    for (int k = m->stationary; k < m->count; k++)
        gap = fmin(gap, m->decay[k]);
    return m->count > m->stationary ? gap : NAN;
}

/* How far the mode that comes next is from 0. */
static double distance_of_modes(const qfp_stationary_modes *m)
{
    return m->count > m->stationary ? hypot(m->decay[m->stationary], m->frequency[m->stationary])
                                    : NAN;
}

/* The modes; and the state again where one of them is slower than it was made for. */
static qfp_status find_modes(const steady *s, attempt *a)
{
    QFP_TRY(qfp_stationary_find_modes(a->solver, &a->modes));
    double next = distance_of_modes(&a->modes);
    return qfp_stationary_resolves(a->solver, next) ? QFP_OK : find_state(s, a, next);
}

/* ‖larger − smaller‖₁ */
static qfp_status distance(const attempt *smaller, const attempt *larger, double *out)
{
    const qfp_fock_space *space = &larger->stage.space;
    size_t d = space->dimension;
    double *difference = NULL, *values = NULL;
    double complex *rho = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(difference, space->count, "a difference of states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(rho, d * d, "a difference of states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(values, d, "a difference of states"));
    qfp_fock_embed(&smaller->stage.space, smaller->packed, space, difference);
    for (size_t i = 0; i < space->count; i++)
        difference[i] -= larger->packed[i];
    qfp_fock_unpack(space, difference, rho);
    QFP_TRY_GOTO(qfpi_hermitian_eigen(d, rho, values));
    *out = 0.0;
    for (size_t i = 0; i < d; i++)
        *out += fabs(values[i]);
done:
    free(difference);
    free(rho);
    free(values);
    return status;
}

/* ---- levels and errors ------------------------------------------------------------------------------ */

static void more_levels(const attempt *a, int *levels)
{
    for (int j = 0; j < a->stage.space.modes; j++) {
        int now = a->stage.space.levels[j], more = (int)ceil(MORE * now);
        levels[j] = now + (more > FEWEST_MORE ? more : FEWEST_MORE);
    }
}

/* Nothing but the last levels is filled, however many there are. */
static qfp_status refuse_runaway(const steady *s, const attempt *a)
{
    char text[128];
    qfp_levels_describe(s->config->modes, a->stage.space.levels, text, sizeof text);
    return QFP_FAIL(
        QFP_RESOLUTION,
        "%s: %.2g of the stationary state lies in the last levels of %s: it spreads "
        "without bound, as beyond the threshold of an amplifier that nothing saturates, or "
        "is far from the initial one; begin with an `initial` state near it, or give "
        "solver.levels",
        s->config->path, a->most_last, text);
}

/* Until the last levels are all but empty. */
static qfp_status fill_levels(steady *s, attempt **out)
{
    int levels[QFP_MAX_MODES];
    double allowed = OUTSIDE * s->config->tolerance, before = 0.0;
    memcpy(levels, s->plan.levels, sizeof levels);
    for (;;) {
        QFP_TRY(try_levels(s, levels, out));
        if ((*out)->most_last <= allowed || !qfp_fock_plan_is_free(s->config))
            return QFP_OK;
        bool leaves = (*out)->residual > fmax(LEAVES * qfpi_steady_rate(s->equation), 0.5 * before);
        before = (*out)->residual;
        if ((leaves || (*out)->most_last > RUNAWAY) &&
            (*out)->stage.space.dimension > RUNAWAY_STATES)
            return refuse_runaway(s, *out);
        for (int j = 0; j < s->config->modes; j++)
            if ((*out)->last[j] > allowed)
                levels[j] = (int)ceil(GROWTH * levels[j]);
        qfpi_steady_discard(*out);
        *out = NULL;
    }
}

/* What is still missing, over what more levels have changed: amplitudes fall as they did. */
static double share_left(const attempt *before, const attempt *after)
{
    double ratio = sqrt(after->most_last / fmax(before->most_last, DBL_MIN));
    double fallen = fmin(fmax(ratio, 1e-3), 0.7);
    return fallen / (1.0 - fallen);
}

/* What the residual of L leaves open, in the trace norm: no mode that was not found decays slower than a
 * thousandth of the rates. */
static double solved_to(const steady *s, const attempt *a)
{
    double d = (double)a->stage.space.dimension, next = distance_of_modes(&s->modes);
    if (isnan(next))
        next = 1e-3 * qfpi_steady_rate(s->equation);
    double mixed = s->modes.stationary > 1 ? MIXED : 0.0;
    return 2.0 * sqrt(d) * a->residual / next + 4.0 * DBL_EPSILON * d + mixed;
}

/* Errors of `kept` from what `other`, with fewer or more levels, says; factor: of their difference. */
static void state_errors(steady *s, const attempt *kept, const attempt *other, double moved,
                         double factor)
{
    double solved = solved_to(s, kept), quanta = 1.0;
    const qfp_observable_list *list = &kept->stage.observables;
    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->observables[i].quantity.name, "n_", 2) == 0)
            quanta += 2.0 * fabs(kept->means[i]);
    s->state_error = fmin(factor * moved + solved, 2.0);
    for (size_t i = 0; i < list->count; i++) {
        double size = fabs(kept->means[i]) + quanta * quanta;
        s->errors[i] = factor * fabs(kept->means[i] - other->means[i]) + solved * size;
    }
}

/* What other levels make of them: how far the nearest of theirs is. */
static void mode_errors(qfp_stationary_modes *m, const qfp_stationary_modes *other)
{
    for (int i = 0; i < m->count; i++) {
        double nearest = NAN;
        for (int k = 0; k < other->count; k++)
            nearest = fmin(nearest, fabs(m->decay[i] - other->decay[k]) +
                                        fabs(m->frequency[i] - other->frequency[k]));
        m->error[i] += nearest;
    }
}

/* The state on enough levels, or on those given, and how far it may be off. */
qfp_status qfpi_steady_settle(steady *s)
{
    attempt *before = NULL, *after = NULL;
    bool is_free = qfp_fock_plan_is_free(s->config);
    double moved, left;
    int levels[QFP_MAX_MODES];
    qfp_status status;
    QFP_TRY_GOTO(fill_levels(s, &before));
    QFP_TRY_GOTO(find_modes(s, before));
    for (;;) {
        more_levels(before, levels);
        QFP_TRY_GOTO(try_levels(s, levels, &after));
        QFP_TRY_GOTO(find_modes(s, after));
        QFP_TRY_GOTO(distance(before, after, &moved));
        left = share_left(before, after);
        if (!is_free || SAFETY * left * moved <= 0.5 * s->config->tolerance)
            break;
        qfpi_steady_discard(before);
        before = after;
        after = NULL;
    }
    attempt **kept = is_free ? &after : &before;
    mode_errors(&(*kept)->modes, is_free ? &before->modes : &after->modes);
    s->modes = (*kept)->modes;
    QFP_TRY_GOTO(QFP_ALLOCATE(s->errors, (*kept)->stage.observables.count, "errors"));
    state_errors(s, *kept, is_free ? before : after, moved,
                 is_free ? SAFETY * left : SAFETY * (1.0 + left));
    s->found = *kept;
    *kept = NULL;
done:
    qfpi_steady_discard(before);
    qfpi_steady_discard(after);
    return status;
}
