#include "run/steady_levels.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "io/progress.h"
#include "run/fock_plan.h"

#define OUTSIDE                                                                                    \
    1e-2           /* in the tolerance: population of the last levels that needs no more of them */
#define AMPLE 1e-2 /* of that: the modes are as good as the state */
#define GROWTH 1.4
#define MORE 0.2    /* levels that are added to see what those at hand miss */
#define SAFETY 2.0  /* of what is extrapolated */
#define MIXED 1e-10 /* of a manifold's states among each other, by rounding */
#define LEAVES                                                                                     \
    1e-3 /* of the state, per time and rate: what a gain takes beyond the last level, however many */
#define SEEN_AGAIN 0.1 /* of a mode, by which it may differ on other levels */
#define USABLE 1e-4    /* population of the last levels, of a state to compare with */
#define RUNAWAY 0.3    /* population of the last levels */
#define STANDS 1e-2    /* the same, where more levels leave it as it was but for SAME */
#define SAME 0.75
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
            const qfp_term *term = &channel->wick.terms[t];
            double size = cabs(term->coefficient);
            for (int v = 0; v < channel->wick.variables && size > 0.0; v++)
                if (term->power[v] > 0) {
                    most = fmax(most, channel->rate * size * size);
                    break;
                }
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
    qfp_levels_describe(s->config->modes, levels, NULL, text, sizeof text);
    return QFP_FAIL(
        QFP_RESOLUTION,
        "%s: the stationary state would need %s levels and more, %.3g GB (this machine has "
        "%.3g GB; at most %.0f states are tried); allow a larger solver.tolerance",
        s->config->path, text, bytes / 1e9, plan.bytes_available / 1e9, MOST_STATES);
}

/* ρ(∞) from the initial state. */
static qfp_status find_state(const steady *s, attempt *a)
{
    const qfp_vector_operations *v = s->engine.backend->vector;
    size_t count = a->stage.space.count;
    QFP_TRY(v->download(a->stage.kept, 0, count, a->packed));
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
    qfp_levels_describe(s->config->modes, levels, NULL, s->at, sizeof s->at);
    qfp_fock_plan_size(s->config, levels, &plan);
    QFP_TRY(qfp_fock_stage_create(s->config, s->equation, &s->engine, &plan, &a->stage));
    QFP_TRY(qfp_fock_stage_begin(&a->stage, s->config, &cut, s->initial, sizeof s->initial));
    QFP_TRY(qfp_fock_stage_keep(&a->stage));
    QFP_TRY(QFP_ALLOCATE(a->packed, a->stage.space.count, "the stationary state"));
    QFP_TRY(QFP_ALLOCATE(a->means, a->stage.observables.count, "observables"));
    QFP_TRY(qfp_stationary_create(&a->stage.space, qfp_fock_generator_map(a->stage.generator),
                                  &s->equation->lindblad, s->config->kappa,
                                  qfpi_steady_rate(s->equation), &s->watch, &a->solver));
    return find_state(s, a);
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

/* The state again where a mode is slower than it was made for. */
static qfp_status sharpen(const steady *s, attempt *a)
{
    double next = distance_of_modes(&s->modes);
    if (qfp_stationary_resolves(a->solver, next))
        return QFP_OK;
    QFP_TRY(qfp_stationary_sharpen(a->solver, next));
    return find_state(s, a);
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
    qfp_levels_describe(s->config->modes, a->stage.space.levels, NULL, text, sizeof text);
    return QFP_FAIL(
        QFP_RESOLUTION,
        "%s: %.2g of the stationary state lies in the last levels of %s: it spreads "
        "without bound, as beyond the threshold of an amplifier that nothing saturates, or "
        "is far from the initial one; begin with an `initial` state near it, or give "
        "solver.levels",
        s->config->path, a->most_last, text);
}

/* The last three choices of levels, fewest first; NULL where there is none, or none that says something. */
typedef struct ladder {
    attempt *older, *before, *after;
} ladder;

static void step_up(ladder *l)
{
    qfpi_steady_discard(l->older);
    l->older = l->before;
    l->before = l->after;
    l->after = NULL;
    if (l->before->most_last > USABLE) {
        qfpi_steady_discard(l->before);
        l->before = NULL;
    }
}

static qfp_status refuse_given(const steady *s, const attempt *now)
{
    char levels[128];
    qfp_levels_describe(s->config->modes, now->stage.space.levels, NULL, levels, sizeof levels);
    return QFP_FAIL(QFP_RESOLUTION,
                    "%s: solver.levels: %.2g of the stationary state lies in the last levels of %s "
                    "(limit %g): raise them, or leave the key out",
                    s->config->path, now->most_last, levels, USABLE);
}

/* Until the last levels of `after` are all but empty. */
static qfp_status fill_levels(steady *s, ladder *l)
{
    int levels[QFP_MAX_MODES];
    double allowed = OUTSIDE * s->config->tolerance, last = 0.0, filled = 0.0;
    memcpy(levels, s->plan.levels, sizeof levels);
    for (;;) {
        QFP_TRY(try_levels(s, levels, &l->after));
        const attempt *now = l->after;
        if (!qfp_fock_plan_is_free(s->config) && now->most_last > USABLE)
            return refuse_given(s, now);
        if (now->most_last <= allowed || !qfp_fock_plan_is_free(s->config))
            return QFP_OK;
        bool leaves = now->residual > fmax(LEAVES * qfpi_steady_rate(s->equation), 0.5 * last);
        bool stands =
            now->most_last > RUNAWAY || (now->most_last > STANDS && now->most_last > SAME * filled);
        last = now->residual;
        filled = now->most_last;
        if ((leaves || stands) && now->stage.space.dimension > RUNAWAY_STATES)
            return refuse_runaway(s, now);
        for (int j = 0; j < s->config->modes; j++)
            if (now->last[j] > allowed)
                levels[j] = (int)ceil(GROWTH * levels[j]);
        step_up(l);
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
    double mixed = s->modes.stationary > 1 ? MIXED + qfp_stationary_mixed(a->solver) : 0.0;
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

/* What other levels make of them: how far the nearest of theirs is.  Fast ones that those do not have are not
 * shown. */
static void mode_errors(qfp_stationary_modes *m, const qfp_stationary_modes *other)
{
    int kept = 0;
    for (int i = 0; i < m->count; i++) {
        double nearest = NAN, size = hypot(m->decay[i], m->frequency[i]);
        for (int k = 0; k < other->count; k++)
            nearest = fmin(nearest, fabs(m->decay[i] - other->decay[k]) +
                                        fabs(m->frequency[i] - other->frequency[k]));
        if (!(nearest <= SEEN_AGAIN * size) && kept > m->stationary)
            continue;
        m->decay[kept] = m->decay[i];
        m->frequency[kept] = m->frequency[i];
        m->error[kept++] = m->error[i] + nearest;
    }
    m->count = kept;
}

/* In every mode?  A mode that has no more levels says nothing of those it lacks. */
static bool is_smaller(const attempt *before, const attempt *after)
{
    bool smaller = before != NULL;
    for (int j = 0; smaller && j < after->stage.space.modes; j++)
        smaller = before->stage.space.levels[j] < after->stage.space.levels[j];
    return smaller;
}

static qfp_status one_more(steady *s, ladder *l)
{
    int levels[QFP_MAX_MODES];
    step_up(l);
    more_levels(l->before, levels);
    return try_levels(s, levels, &l->after);
}

/* The modes, which need fewer levels than the state does to its tolerance; then both states are made for them. */
static qfp_status find_modes(steady *s, ladder *l)
{
    double enough = AMPLE * OUTSIDE * s->config->tolerance;
    bool is_free = qfp_fock_plan_is_free(s->config);
    bool fewer = !is_free || (l->older != NULL && l->before->most_last <= enough);
    attempt *at = fewer ? l->before : l->after, *other = fewer ? l->older : l->before;
    qfp_stationary_modes compared;
    QFP_TRY(qfp_stationary_find_modes(at->solver, &s->modes));
    QFP_TRY(qfp_stationary_find_modes(other != NULL ? other->solver : l->after->solver, &compared));
    s->more_stationary =
        compared.stationary != s->modes.stationary || s->modes.stationary == QFP_STATIONARY_MODES;
    mode_errors(&s->modes, &compared);
    QFP_TRY(sharpen(s, l->before));
    return sharpen(s, l->after);
}

static void show(void *data, const char *at)
{
    const steady *s = data;
    char note[256];
    snprintf(note, sizeof note, "%s levels, %s", s->at, at);
    qfp_progress_update(s->config->steady_progress, 0.0, note);
}

/* The state on enough levels, or on those given, and how far it may be off. */
qfp_status qfpi_steady_settle(steady *s)
{
    ladder l = {0};
    bool is_free = qfp_fock_plan_is_free(s->config);
    double moved = 0.0, left = 0.0;
    qfp_status status;
    s->watch = (qfp_watch){.data = s, .look = show};
    QFP_TRY_GOTO(fill_levels(s, &l));
    if (!is_smaller(l.before, l.after))
        QFP_TRY_GOTO(one_more(s, &l));
    for (;;) {
        QFP_TRY_GOTO(distance(l.before, l.after, &moved));
        left = share_left(l.before, l.after);
        if (!is_free || SAFETY * left * moved <= 0.5 * s->config->tolerance)
            break;
        QFP_TRY_GOTO(one_more(s, &l));
    }
    QFP_TRY_GOTO(find_modes(s, &l));
    QFP_TRY_GOTO(distance(l.before, l.after, &moved));
    attempt **kept = is_free ? &l.after : &l.before;
    QFP_TRY_GOTO(QFP_ALLOCATE(s->errors, (*kept)->stage.observables.count, "errors"));
    state_errors(s, *kept, is_free ? l.before : l.after, moved,
                 is_free ? SAFETY * left : SAFETY * (1.0 + left));
    s->found = *kept;
    *kept = NULL;
done:
    qfpi_steady_discard(l.older);
    qfpi_steady_discard(l.before);
    qfpi_steady_discard(l.after);
    return status;
}
