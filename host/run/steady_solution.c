/* steady_solution.c - the stationary state behind solution.h: it is there when the solution is made. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "fock/fock_initial.h"
#include "fock/fock_tail.h"
#include "fock/stationary.h"
#include "run/basis.h"
#include "run/fock_look.h"
#include "run/fock_plan.h"
#include "run/stated_error.h"

_Static_assert(QFP_STEADY_MODES == QFP_STATIONARY_MODES, "all that are found are handed on");

#define OUTSIDE                                                                                    \
    1e-2 /* in the tolerance: population of the last levels that needs no more of them */
#define GROWTH 1.4
#define MORE 0.2    /* levels that are added to see what those at hand miss */
#define SAFETY 2.0  /* of what is extrapolated */
#define SEEN 4.0    /* the last contour lines of a Gaussian */
#define MIXED 1e-10 /* of a manifold's states among each other, by rounding */
#define LEAVES                                                                                     \
    1e-3 /* of the state, per time and rate: what a gain takes beyond the last level, however many */
#define RUNAWAY 0.3 /* population of the last levels */
#define MOST_STATES 1500.0
enum { RUNAWAY_STATES = 60, FEWEST_LEVELS = 8, FEWEST_MORE = 2, LAST_SHARE = 8 };

/* The stationary state on one choice of levels. */
typedef struct attempt {
    qfp_fock_stage stage;
    qfp_stationary *solver;
    double *packed, *means, residual;
    qfp_stationary_modes modes;
    double last[QFP_MAX_MODES], most_last; /* population of the last eighth of the levels */
} attempt;

typedef struct steady {
    const qfp_config *config;
    const qfp_equation *equation;
    qfp_engine engine;
    qfp_plan plan;
    attempt *found; /* which is not moved: its stage points into itself */
    qfp_fock_look look;
    qfp_stationary_modes modes;
    double state_error, tail, wehrl_error;
    double *errors; /* of the means */
    char initial[512], warning[512];
} steady;

/* ---- one choice of levels ------------------------------------------------------------------------- */

static void discard(attempt *a)
{
    if (a == NULL)
        return;
    qfp_stationary_destroy(a->solver);
    qfp_fock_stage_destroy(&a->stage);
    free(a->packed);
    free(a->means);
    free(a);
}

/* The largest of the channels: γ times the largest coefficient of c, squared. */
static double rate_of(const qfp_equation *equation)
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
                                  rate_of(s->equation), slowest, &a->solver));
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

static double gap_of(const qfp_stationary_modes *m)
{
    return m->count > m->stationary ? hypot(m->decay[m->stationary], m->frequency[m->stationary])
                                    : NAN;
}

/* The modes; and the state again where one of them is slower than it was made for. */
static qfp_status find_modes(const steady *s, attempt *a)
{
    QFP_TRY(qfp_stationary_find_modes(a->solver, &a->modes));
    double gap = gap_of(&a->modes);
    return qfp_stationary_resolves(a->solver, gap) ? QFP_OK : find_state(s, a, gap);
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
        bool leaves = (*out)->residual > fmax(LEAVES * rate_of(s->equation), 0.5 * before);
        before = (*out)->residual;
        if ((leaves || (*out)->most_last > RUNAWAY) &&
            (*out)->stage.space.dimension > RUNAWAY_STATES)
            return refuse_runaway(s, *out);
        for (int j = 0; j < s->config->modes; j++)
            if ((*out)->last[j] > allowed)
                levels[j] = (int)ceil(GROWTH * levels[j]);
        discard(*out);
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
    double d = (double)a->stage.space.dimension, gap = gap_of(&s->modes);
    if (isnan(gap))
        gap = 1e-3 * rate_of(s->equation);
    double mixed = s->modes.stationary > 1 ? MIXED : 0.0;
    return 2.0 * sqrt(d) * a->residual / gap + 4.0 * DBL_EPSILON * d + mixed;
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
static qfp_status settle(steady *s)
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
        discard(before);
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
    discard(before);
    discard(after);
    return status;
}

/* ---- the interface of solution.h -------------------------------------------------------------------- */

static void destroy(void *self)
{
    steady *s = self;
    if (s == NULL)
        return;
    discard(s->found);
    qfp_fock_look_destroy(&s->look);
    qfp_engine_destroy(&s->engine);
    free(s->errors);
    free(s);
}

static qfp_status advance(void *self, double t, const qfp_step_hook *hook)
{
    (void)self;
    return hook->after_step(hook->data, t);
}

static qfp_status means(void *self, double *values)
{
    steady *s = self;
    return qfp_fock_moments_evaluate(s->found->stage.moments, s->found->stage.u, values, &s->tail);
}

static qfp_status diagnose(void *self, double *values)
{
    steady *s = self;
    const qfp_fock_stage *stage = &s->found->stage;
    qfp_fock_entropy seen;
    QFP_TRY(s->engine.backend->vector->inner(stage->space.count, 1, &stage->u, stage->u, values));
    values[1] = s->tail;
    if (s->config->modes > 1)
        return QFP_OK;
    QFP_TRY(qfp_fock_look_entropy(&s->look, &seen));
    values[2] = seen.wehrl;
    values[3] = seen.min_q;
    s->wehrl_error = seen.wehrl_error;
    return QFP_OK;
}

static qfp_status errors_of_means(void *self, const double *values, double *errors)
{
    const steady *s = self;
    (void)values;
    memcpy(errors, s->errors, s->found->stage.observables.count * sizeof *errors);
    return QFP_OK;
}

static qfp_status errors(void *self, const double *values, double *state, double *out)
{
    steady *s = self;
    size_t at = s->found->stage.observables.count;
    *state = s->state_error;
    QFP_TRY(errors_of_means(s, values, out));
    out[at++] = 2.0 * *state; /* of the purity */
    out[at++] = *state;
    if (s->config->modes == 1) {
        out[at] = qfp_wehrl_error(values[at], *state) + s->wehrl_error;
        at++;
        out[at++] = *state * M_1_PI;
    }
    out[at] = 0.0; /* of the error itself */
    return QFP_OK;
}

static double mean_of(const steady *s, const char *name, int mode)
{
    char wanted[32];
    const qfp_observable_list *list = &s->found->stage.observables;
    snprintf(wanted, sizeof wanted, "%s_%d", name, mode + 1);
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->observables[i].quantity.name, wanted) == 0)
            return s->found->means[i];
    return 0.0;
}

/* As wide as the state, whose initial one says nothing of it: its mean and SEEN deviations of Q along the
 * axes, in physical units. */
static qfp_status window(void *self, qfp_config *config)
{
    steady *s = self;
    double furthest = 0.0;
    for (int j = 0; j < config->modes; j++) {
        double x = sqrt(2.0) * fabs(mean_of(s, "re_a", j)),
               p = sqrt(2.0) * fabs(mean_of(s, "im_a", j));
        x += SEEN * sqrt(mean_of(s, "var_x", j) + 0.5);
        p += SEEN * sqrt(mean_of(s, "var_p", j) + 0.5);
        furthest =
            fmax(furthest, fmax(x * config->length[j], p * config->kappa / config->length[j]));
    }
    if (config->husimi_follows && furthest > config->husimi_to) {
        config->husimi_to = ceil(furthest);
        config->husimi_from = -config->husimi_to;
    }
    return qfp_fock_look_create(config, &s->found->stage, &s->look);
}

static qfp_status marginal(void *self, int mode, double *out)
{
    const steady *s = self;
    return qfp_fock_look_marginal(&s->look, mode, out);
}

static qfp_status full(void *self, double *out)
{
    const steady *s = self;
    return qfp_fock_look_full(&s->look, out);
}

static qfp_status plane(void *self, const qfp_axis_pair *pair, double *out)
{
    const steady *s = self;
    return qfp_fock_look_plane(&s->look, pair, out);
}

static qfp_status wigner(void *self, int mode, double *out)
{
    const steady *s = self;
    return qfp_fock_look_wigner(&s->look, mode, out);
}

static qfp_status state(void *self, qfp_given_state *out)
{
    const steady *s = self;
    return qfp_fock_look_state(&s->look, out);
}

static qfp_status write_modes(const steady *s, qfp_snapshot *snapshot)
{
    const qfp_axis axis = {.name = "slow_mode",
                           .count = (size_t)s->modes.count,
                           .long_name = "number of a mode of the generator, slowest first"};
    const qfp_dataset_spec decay = {
        .name = "/steady/decay",
        .units = "per time",
        .long_name = "decay rates of the slowest modes of the generator, 0 of a stationary state",
        .rank = 1,
        .axes = &axis};
    qfp_dataset_spec frequency = decay;
    frequency.name = "/steady/frequency";
    frequency.long_name = "angular frequencies of the slowest modes of the generator";
    if (s->modes.count == 0)
        return QFP_OK;
    QFP_TRY(qfp_snapshot_write(snapshot, &decay, s->modes.decay));
    QFP_TRY(qfp_snapshot_write(snapshot, &frequency, s->modes.frequency));
    frequency.name = "/errors/steady/decay";
    frequency.long_name = "stated absolute error of the decay rates and frequencies";
    return qfp_snapshot_write(snapshot, &frequency, s->modes.error);
}

static qfp_status write_fields(void *self, qfp_snapshot *snapshot, bool at_start)
{
    const steady *s = self;
    const int64_t stationary = s->modes.stationary;
    const double gap = gap_of(&s->modes);
    if (!at_start)
        return QFP_OK;
    QFP_TRY(write_modes(s, snapshot));
    QFP_TRY(qfp_snapshot_set_integers(snapshot, "stationary_states", 1, &stationary));
    QFP_TRY(qfp_snapshot_set_reals(snapshot, "gap", 1, &gap));
    return qfp_fock_look_fields(&s->look, s->equation, snapshot);
}

/* The manifold, and what keeps on turning. */
static void warn(steady *s)
{
    const qfp_stationary_modes *m = &s->modes;
    size_t size = sizeof s->warning;
    bool is_all = m->count > 0 && m->stationary == m->count && m->count == QFP_STATIONARY_MODES;
    double slowest = m->count > m->stationary ? m->decay[m->stationary] : INFINITY;
    double turns = m->count > m->stationary ? m->frequency[m->stationary] : 0.0;
    if (m->count == 0)
        snprintf(s->warning, size, "the slowest decay rates did not converge");
    else if (m->stationary > 1)
        snprintf(s->warning, size,
                 "%s%d independent stationary states (dimensions of the kernel of the generator): "
                 "this is the one that `initial` ends in",
                 is_all ? "at least " : "", m->stationary);
    else if (turns > 0.0 && slowest < 1e-9 * turns)
        snprintf(s->warning, size,
                 "a coherence turns at %.6g and does not decay: this is the state on the average "
                 "over time",
                 turns);
    else
        snprintf(s->warning, size, "%s", s->initial);
}

static const char *warning(void *self)
{
    const steady *s = self;
    return s->warning;
}

static void report(void *self, qfp_effort *out)
{
    const steady *s = self;
    out->integrator = "stationary state";
    out->applications = qfp_fock_generator_map(s->found->stage.generator)->applications;
    memcpy(out->levels, s->found->stage.space.levels,
           (size_t)s->config->modes * sizeof *out->levels);
}

static qfp_status supports(const qfp_config *config, const qfp_equation *equation)
{
    if (!equation->is_open || rate_of(equation) == 0.0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: dissipation: expected at least one channel with a rate above 0: a "
                        "closed system ends in no state; `qfp run` follows it",
                        config->path);
    if (!equation->is_exact)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: theory: the stationary state is that of exact quantum theory; leave "
                        "the key out",
                        config->path);
    if (config->field_current)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "%s: output.fields: the current needs a grid; ask for drift and diffusion",
                        config->path);
    return QFP_OK;
}

/* Levels to begin with: those of the initial state. */
static qfp_status plan(const qfp_config *config, const qfp_equation *equation, qfp_plan *out)
{
    int levels[QFP_MAX_MODES];
    double cut = pow(0.1 * config->tolerance, 2.0);
    (void)equation;
    for (int j = 0; j < config->modes; j++)
        levels[j] = config->modes > 1 ? 2 : FEWEST_LEVELS;
    if (qfp_fock_plan_is_free(config))
        QFP_TRY(qfp_fock_initial_levels(&config->initial, config->modes, cut, levels));
    else
        memcpy(levels, config->levels, sizeof levels);
    qfp_fock_plan_size(config, levels, out);
    return QFP_OK;
}

static void tell_modes(const qfp_stationary_modes *m, qfp_steady_modes *out)
{
    out->count = m->count;
    out->stationary = m->stationary;
    out->gap = gap_of(m);
    memcpy(out->decay, m->decay, sizeof m->decay);
    memcpy(out->frequency, m->frequency, sizeof m->frequency);
    memcpy(out->error, m->error, sizeof m->error);
}

static qfp_status create(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *planned, qfp_solution *out)
{
    static const char *const more[] = {"purity", "tail", "wehrl", "min_q", "truncation"};
    static const char *const fewer[] = {"purity", "tail", "truncation"};
    bool one = config->modes == 1;
    steady *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "a stationary state"));
    out->self = s;
    s->config = config;
    s->equation = equation;
    s->plan = *planned;
    QFP_TRY(qfp_engine_create(config->backend, config->device, QFP_PRECISION_DOUBLE, &s->engine));
    QFP_TRY(settle(s));
    warn(s);
    tell_modes(&s->modes, config->steady);
    snprintf(out->ordering, sizeof out->ordering, "none (density matrix)");
    snprintf(out->note, sizeof out->note, "%s", s->engine.note);
    snprintf(out->backend, sizeof out->backend, "%s", s->engine.backend->name);
    QFP_TRY(qfp_solution_name(out, &s->found->stage.observables, one ? 5 : 3, one ? more : fewer));
    return s->engine.backend->device->describe(s->engine.context, out->device, sizeof out->device);
}

const qfp_basis_table qfp_basis_steady = {
    .supports = supports,
    .plan = plan,
    .create = create,
    .window = window,
    .destroy = destroy,
    .advance = advance,
    .means = means,
    .diagnose = diagnose,
    .errors = errors,
    .errors_of_means = errors_of_means,
    .marginal = marginal,
    .full = full,
    .plane = plane,
    .wigner = wigner,
    .state = state,
    .write_fields = write_fields,
    .warning = warning,
    .report = report,
};
