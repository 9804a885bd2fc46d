/* steady_solution.c - the stationary state behind solution.h: it is there when the solution is made. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_initial.h"
#include "run/fock_plan.h"
#include "run/steady_levels.h"

_Static_assert(QFP_STEADY_MODES == QFP_STATIONARY_MODES, "all that are found are handed on");

#define ALIKE 1e-4          /* a decay and what modes were looked for to, of e^{Lτ} */
#define SEEN 4.0            /* the last contour lines of a Gaussian */
enum { FEWEST_LEVELS = 9 }; /* of one mode: the highest degree and one more */

typedef qfp_steady_state steady;

/* ---- the interface of solution.h -------------------------------------------------------------------- */

static void destroy(void *self)
{
    steady *s = self;
    if (s == NULL)
        return;
    qfpi_steady_discard(s->found);
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
    QFP_TRY(s->engine.backend->vector->inner(stage->space.count, 1, &stage->u, stage->u, values));
    values[1] = s->tail;
    if (s->config->modes > 1)
        return QFP_OK;
    QFP_TRY(qfp_fock_look_entropy(&s->look, 0.0, &s->seen));
    (void)qfp_fock_look_values(&s->look, &s->seen, &values[2]);
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
    at += qfp_fock_look_errors(&s->look, &s->seen, *state, &out[at]);
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
 * axes. */
static qfp_status window(void *self, qfp_config *config)
{
    steady *s = self;
    double furthest = 0.0;
    for (int j = 0; j < config->modes; j++) {
        double x = sqrt(2.0) * fabs(mean_of(s, "re_a", j)),
               p = sqrt(2.0) * fabs(mean_of(s, "im_a", j));
        x += SEEN * sqrt(mean_of(s, "var_x", j) + 0.5);
        p += SEEN * sqrt(mean_of(s, "var_p", j) + 0.5);
        furthest = fmax(furthest, fmax(x, p));
    }
    qfp_output_window_widen(config, furthest);
    qfp_fock_look_destroy(&s->look);
    return qfp_fock_look_create(config, &s->found->stage, &s->look);
}

static qfp_status marginal(void *self, int mode, double *out)
{
    steady *s = self;
    return qfp_fock_look_marginal(&s->look, mode, out);
}

static qfp_status full(void *self, const qfp_slices *to)
{
    const steady *s = self;
    return qfp_fock_look_full(&s->look, to);
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

/* Is the gap that of the slowest mode that was found, and no more? */
static bool is_bound(const qfp_stationary_modes *m)
{
    double gap = qfpi_steady_gap(m);
    return gap > 0.0 && !(m->complete >= gap * (1.0 - ALIKE));
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
    const int64_t bound = is_bound(&s->modes);
    const double gap = qfpi_steady_gap(&s->modes);
    if (!at_start)
        return QFP_OK;
    QFP_TRY(write_modes(s, snapshot));
    QFP_TRY(qfp_snapshot_set_integers(snapshot, "gap_is_bound", 1, &bound));
    QFP_TRY(qfp_snapshot_set_integers(snapshot, "stationary_states", 1, &stationary));
    QFP_TRY(qfp_snapshot_set_reals(snapshot, "gap", 1, &gap));
    return qfp_fock_look_fields(&s->look, s->equation, at_start, 0.0, snapshot);
}

/* The manifold, and what keeps on turning. */
static void warn(steady *s)
{
    const qfp_stationary_modes *m = &s->modes;
    size_t size = sizeof s->warning;
    bool is_given = !s->config->initial_is_vacuum;
    double turns = 0.0;
    for (int i = m->stationary; i < m->count && m->decay[i] < 1e-9 * m->frequency[i]; i++)
        turns = turns > 0.0 ? fmin(turns, m->frequency[i]) : m->frequency[i];
    if (m->count == 0)
        snprintf(s->warning, size, "the slowest decay rates did not converge");
    else if (m->stationary > 1)
        snprintf(s->warning, size,
                 "%s%d independent stationary states (dimensions of the kernel of the generator): "
                 "this is the one that %s ends in%s",
                 s->more_stationary ? "at least " : "", m->stationary,
                 is_given ? "`initial`" : "the vacuum",
                 is_given ? "" : "; give `initial` for another");
    else
        snprintf(s->warning, size, "%s", s->initial);
    size_t used = strlen(s->warning);
    if (turns > 0.0)
        snprintf(s->warning + used, size - used,
                 "%sa coherence turns at %.6g and does not decay: this is the state on the average "
                 "over time",
                 used > 0 ? "; " : "", turns);
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
    if (!equation->is_open || qfpi_steady_rate(equation) == 0.0)
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

/* With so many levels of the mode every term has something to act on. */
static int levels_of_terms(const qfp_equation *equation, int mode)
{
    const qfp_lindblad *l = &equation->lindblad;
    int modes = l->wick.variables / 2, most = 0;
    for (size_t k = 0; k <= l->channel_count; k++) {
        const qfp_polynomial *p = k == 0 ? &l->wick : &l->channels[k - 1].wick;
        for (size_t t = 0; t < p->count; t++)
            for (int v = mode; v < 2 * modes; v += modes)
                most = p->terms[t].power[v] > most ? p->terms[t].power[v] : most;
    }
    return most + 1;
}

/* Levels to begin with: those of the initial state and of the terms. */
static qfp_status plan(const qfp_config *config, const qfp_equation *equation, qfp_plan *out)
{
    int levels[QFP_MAX_MODES];
    double cut = pow(0.1 * config->tolerance, 2.0);
    for (int j = 0; j < config->modes; j++)
        levels[j] = config->modes > 1 ? levels_of_terms(equation, j) : FEWEST_LEVELS;
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
    out->gap = qfpi_steady_gap(m);
    out->gap_is_bound = is_bound(m);
    memcpy(out->decay, m->decay, sizeof m->decay);
    memcpy(out->frequency, m->frequency, sizeof m->frequency);
    memcpy(out->error, m->error, sizeof m->error);
}

static qfp_status create(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *planned, qfp_solution *out)
{
    const char *more[7] = {"purity", "tail"};
    size_t extra = 2;
    steady *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "a stationary state"));
    out->self = s;
    s->config = config;
    s->equation = equation;
    s->plan = *planned;
    QFP_TRY(qfp_engine_create(config->backend, config->device, QFP_PRECISION_DOUBLE, &s->engine));
    QFP_TRY(qfpi_steady_settle(s));
    warn(s);
    tell_modes(&s->modes, config->steady);
    snprintf(out->ordering, sizeof out->ordering, "none (density matrix)");
    snprintf(out->note, sizeof out->note, "%s", s->engine.note);
    snprintf(out->backend, sizeof out->backend, "%s", s->engine.backend->name);
    QFP_TRY(qfp_fock_look_create(config, &s->found->stage, &s->look));
    extra += qfp_fock_look_names(&s->look, &more[extra]);
    more[extra++] = "truncation";
    QFP_TRY(qfp_solution_name(out, &s->found->stage.observables, extra, more));
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
