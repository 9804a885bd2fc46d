#include "run/two_time.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_observables.h"
#include "io/config_time.h"
#include "io/time_course.h"
#include "run/regression_states.h"

/* Of √⟨A†A⟩ and of the means that are added up. */
#define ROUNDING 1e-15
/* A mean is off by at most ‖δρ‖₁ √⟨A†A⟩, met from both sides. */
#define SIDES 2.0
#define LEFT "left"
#define SQUARE "left_squared"

/* ⟨A⟩ of one state at every delay, and what else its error needs. */
typedef struct followed {
    double complex *mean; /* [count] */
    double *error;        /* of mean, as its basis states it */
    double *square;       /* ⟨AA† + A†A⟩ ≥ ⟨A†A⟩ */
} followed;

typedef struct branch {
    qfp_config config;
    qfp_user_observable observables[2];
    qfp_config_channel *channels;
    double end;
} branch;

/* ---- a run of its own ---------------------------------------------------------------------- */

/* A and (A + A†)²/2 + (−iA + iA†)²/2 = AA† + A†A. */
static qfp_status observe(const qfp_config *config, const qfp_correlation *asked, branch *out)
{
    const char *a = asked->left.text;
    qfp_user_observable *left = &out->observables[0], *square = &out->observables[1];
    *left = asked->left; /* borrows */
    snprintf(left->name, sizeof left->name, LEFT);
    snprintf(square->name, sizeof square->name, SQUARE);
    square->hermitian = true;
    qfp_polynomial_init(&square->wick, 2 * config->modes);
    square->text = qfpi_format("(hc(%s)^2 + hc(-I*(%s))^2)/2", a, a);
    if (square->text == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a correlation");
    const qfp_place place = {.file = config->path, .key = "output.correlations.left"};
    qfp_node *tree = NULL;
    QFP_TRY(qfp_expression_parse(square->text, config->modes, config->parameters,
                                 config->parameter_count, &place, &tree));
    qfp_status status = qfp_wick_from_operator(tree, config->modes, &square->wick);
    qfp_node_destroy(tree);
    if (status == QFP_CONFIG)
        return QFP_FAIL(QFP_CONFIG, "%s: output.correlations: the square of \"%.80s\": %s",
                        config->path, a, qfp_last_error());
    return status;
}

/* The system as it is at t. */
static qfp_status begin_at(const qfp_config *config, double t, branch *out)
{
    qfp_config *c = &out->config;
    c->origin = config->origin + t;
    if (!config->varies)
        return QFP_OK;
    QFP_TRY(qfp_config_wick_at(config, t, &c->wick));
    QFP_TRY(QFP_ALLOCATE(out->channels, config->channel_count, "the channels"));
    c->channels = out->channels;
    for (size_t k = 0; k < config->channel_count; k++) {
        c->channels[k] = config->channels[k];
        QFP_TRY(qfp_config_channel_at(config, k, t, &c->channels[k].rate, &c->channels[k].wick));
    }
    return QFP_OK;
}

/* The configuration of a run from t on, without its initial state.  Give `out`, which must not be moved, to
 * branch_destroy either way. */
static qfp_status branch_create(const qfp_config *config, const qfp_correlation *asked, branch *out)
{
    qfp_config *c = &out->config;
    *out = (branch){.config = *config, .end = asked->tau[asked->count - 1]};
    qfp_polynomial_init(&c->wick, 2 * config->modes);
    if (!config->varies)
        c->wick = config->wick;
    c->steady = NULL;
    c->theory_count = 1;
    c->tolerance_is_users = false;
    c->time_count = 1;
    c->times = &out->end;
    c->series_count = asked->count;
    c->series_times = asked->tau;
    c->state_count = c->plane_count = c->correlation_count = 0;
    c->wigner = c->husimi_full = false;
    memset(c->husimi_follows, 0, sizeof c->husimi_follows);
    c->field_drift = c->field_diffusion = c->field_current = false;
    c->checkpoint_seconds = 0.0;
    c->observable_count = 2;
    c->observables = out->observables;
    QFP_TRY(begin_at(config, asked->at, out));
    return observe(config, asked, out);
}

static void branch_destroy(branch *b, bool varies)
{
    if (varies)
        qfp_polynomial_destroy(&b->config.wick);
    for (size_t k = 0; b->channels != NULL && k < b->config.channel_count; k++)
        qfp_polynomial_destroy(&b->channels[k].wick);
    free(b->channels);
    qfp_user_observable_clear(&b->observables[1]);
}

/* Levels that were given hold what B raises to as well, from the vacuum on, as the state does. */
static void begin_with(branch *b, const qfp_file_density *state)
{
    b->config.initial = (qfp_state){.kind = QFP_STATE_FILE, .given = state};
    memset(b->config.first_level, 0, sizeof b->config.first_level);
    for (int j = 0; j < b->config.modes; j++)
        if (b->config.levels[j] > 0 && state->levels[j] > b->config.levels[j])
            b->config.levels[j] = state->levels[j];
}

static void find(const qfp_solution *s, const char *name, size_t *place)
{
    for (size_t i = 0; i < s->mean_count; i++)
        if (strcmp(s->observables[i].name, name) == 0)
            *place = i;
}

/* The state of the branch at every delay. */
static qfp_status follow(branch *b, const qfp_correlation *asked, const qfp_step_hook *hook,
                         const followed *out)
{
    const qfp_basis_table *basis = qfp_basis_of(&b->config);
    bool is_hermitian = asked->left.hermitian;
    size_t re = 0, im = 0, square = 0;
    double *values = NULL, *errors = NULL;
    qfp_equation equation = {0};
    qfp_solution s = {0};
    qfp_plan plan;
    qfp_status status;
    QFP_TRY_GOTO(qfp_equation_create(&b->config, &equation));
    QFP_TRY_GOTO(qfp_basis_plan(&b->config, &equation, &plan));
    QFP_TRY_GOTO(basis->create(&b->config, &equation, &plan, &s));
    QFP_TRY_GOTO(QFP_ALLOCATE(values, s.observable_count, "observables"));
    QFP_TRY_GOTO(QFP_ALLOCATE(errors, s.observable_count, "observables"));
    find(&s, is_hermitian ? LEFT : "re_" LEFT, &re);
    find(&s, "im_" LEFT, &im);
    find(&s, SQUARE, &square);
    for (size_t i = 0; i < asked->count; i++) {
        QFP_TRY_GOTO(basis->advance(s.self, asked->tau[i], hook));
        QFP_TRY_GOTO(basis->means(s.self, values));
        QFP_TRY_GOTO(basis->errors_of_means(s.self, values, errors));
        out->mean[i] = CMPLX(values[re], is_hermitian ? 0.0 : values[im]);
        out->error[i] = errors[re] + (is_hermitian ? 0.0 : errors[im]);
        out->square[i] = fmax(values[square], 0.0);
    }
done:
    if (s.self != NULL)
        basis->destroy(s.self);
    free(s.observables);
    free(s.degrees);
    free(values);
    free(errors);
    qfp_equation_destroy(&equation);
    return status;
}

/* ---- the sum of the runs ------------------------------------------------------------------- */

/* The sum over the states so far, and what its errors are made of. */
typedef struct sum {
    size_t count;
    double complex *value;
    double *stated; /* of value, by the bases */
    double *square; /* Σ_k norm_k ⟨AA† + A†A⟩_k over the number of states, at least ⟨B† … B⟩ */
    followed alone; /* of ρ itself, zeros where it is not needed */
    followed of;    /* of one state */
    double *room;   /* they all lie here */
    double complex *complex_room;
} sum;

static qfp_status sum_create(size_t count, sum *out)
{
    *out = (sum){.count = count};
    QFP_TRY(QFP_ALLOCATE(out->room, 6 * count, "a correlation"));
    QFP_TRY(QFP_ALLOCATE(out->complex_room, 3 * count, "a correlation"));
    out->value = out->complex_room;
    out->alone.mean = out->complex_room + count;
    out->of.mean = out->complex_room + 2 * count;
    double **const places[] = {&out->stated,       &out->square,   &out->alone.error,
                               &out->alone.square, &out->of.error, &out->of.square};
    for (size_t i = 0; i < 6; i++)
        *places[i] = out->room + i * count;
    return QFP_OK;
}

static void sum_destroy(sum *s)
{
    free(s->room);
    free(s->complex_room);
}

typedef struct way {
    const qfp_step_hook *hook;
    double end;
    int done, all; /* states */
} way;

static qfp_status after_step(void *data, double t)
{
    const way *w = data;
    return w->hook->after_step(w->hook->data, (w->done + t / w->end) / w->all);
}

static qfp_status add_states(branch *b, const qfp_correlation *asked,
                             const qfp_regression_states *states, way *w, sum *out)
{
    const qfp_step_hook hook = {.data = w, .after_step = after_step};
    for (int k = 0; k < states->count; k++, w->done++) {
        double complex weight = states->weight[k];
        if (states->norm[k] == 0.0)
            continue;
        begin_with(b, &states->of[k]);
        QFP_TRY(follow(b, asked, &hook, &out->of));
        for (size_t i = 0; i < out->count; i++) {
            out->value[i] += weight * out->of.mean[i];
            out->stated[i] += cabs(weight) * (out->of.error[i] + ROUNDING * cabs(out->of.mean[i]));
            out->square[i] += states->norm[k] / states->count * out->of.square[i];
        }
    }
    return QFP_OK;
}

static qfp_status add_state_itself(branch *b, const qfp_correlation *asked,
                                   const qfp_given_state *rho, way *w, const sum *out)
{
    const qfp_step_hook hook = {.data = w, .after_step = after_step};
    qfp_file_density state = {
        .modes = b->config.modes, .is_matrix = rho->is_matrix, .dimension = 1, .value = rho->value};
    memcpy(state.levels, rho->levels, sizeof state.levels);
    for (int j = 0; j < state.modes; j++)
        state.dimension *= (size_t)state.levels[j];
    begin_with(b, &state);
    return follow(b, asked, &hook, &out->alone);
}

/* The state at t is off by δρ, ‖δρ‖₁ ≤ error: with it the states by as much of their own size, and b. */
static void conclude(const sum *s, const qfp_regression_states *states, bool has_before,
                     double error, qfp_two_time *out)
{
    double left_out = states->left_out, b = cabs(states->b), norms = 0.0;
    double drowned = states->right_spread * states->before_spread;
    for (int k = 0; k < states->count; k++)
        norms += states->norm[k] / states->count;
    error += ROUNDING;
    for (size_t i = 0; i < s->count; i++) {
        double size = sqrt(s->square[i]) * states->before, alone = sqrt(s->alone.square[i]);
        double left = fmax(alone, norms > 0.0 ? sqrt(s->square[i] / norms) : 0.0);
        double complex mean = s->alone.mean[i];
        double of_sum =
            s->stated[i] + SIDES * error * fmax(size, drowned * left) + SIDES * left_out * alone;
        double of_mean = b * (s->alone.error[i] + SIDES * error * alone + ROUNDING * cabs(mean));
        double of_b = SIDES * error * drowned * left; /* b = 0 is not told from rounding */
        double complex product = states->b * mean;
        out->value[i] = s->value[i] + (has_before ? 0.0 : product);
        out->connected[i] = s->value[i] - (has_before ? product : 0.0);
        out->error[i] = of_sum + (has_before ? 0.0 : of_mean);
        out->connected_error[i] = of_sum + of_b + (has_before ? of_mean : 0.0);
    }
    out->is_known = true;
}

qfp_status qfp_two_time_solve(const qfp_config *config, const qfp_given_state *rho,
                              const qfp_step_hook *hook, qfp_two_time *out)
{
    const qfp_correlation *asked = out->asked;
    qfp_regression_states states = {0};
    branch b = {0};
    sum s = {0};
    qfp_status status;
    QFP_TRY_GOTO(branch_create(config, asked, &b));
    QFP_TRY_GOTO(sum_create(asked->count, &s));
    bool has_before = asked->before.text != NULL;
    QFP_TRY_GOTO(qfp_regression_states_create(rho, config->modes, &asked->right.wick,
                                              has_before ? &asked->before.wick : NULL, &states));
    bool is_alone = states.b != 0.0 || states.count == 0;
    way w = {.hook = hook, .end = b.end, .all = states.count + is_alone};
    QFP_TRY_GOTO(add_states(&b, asked, &states, &w, &s));
    if (is_alone)
        QFP_TRY_GOTO(add_state_itself(&b, asked, rho, &w, &s));
    conclude(&s, &states, has_before, rho->error, out);
    status = qfp_two_time_transform(out);
done:
    branch_destroy(&b, config->varies);
    sum_destroy(&s);
    qfp_regression_states_destroy(&states);
    return status;
}

/* ---- creation ------------------------------------------------------------------------------ */

qfp_status qfp_two_time_create(const qfp_config *config, const qfp_correlation *asked,
                               qfp_two_time *out)
{
    size_t n = asked->count;
    *out = (qfp_two_time){.asked = asked};
    QFP_TRY(QFP_ALLOCATE(out->value, n, "a correlation"));
    QFP_TRY(QFP_ALLOCATE(out->connected, n, "a correlation"));
    QFP_TRY(QFP_ALLOCATE(out->error, n, "a correlation"));
    QFP_TRY(QFP_ALLOCATE(out->connected_error, n, "a correlation"));
    for (size_t i = 0; i < n; i++) {
        out->value[i] = out->connected[i] = CMPLX(NAN, NAN);
        out->error[i] = out->connected_error[i] = NAN;
    }
    if (!config->varies)
        return QFP_OK;
    branch b;
    qfp_time_course course = {0};
    qfp_status status = branch_create(config, asked, &b);
    if (status == QFP_OK)
        status = qfp_time_course_create(&b.config, QFP_TIME_COURSE_POINTS, &course);
    qfp_time_course_destroy(&course);
    branch_destroy(&b, true);
    return status;
}

void qfp_two_time_destroy(qfp_two_time *c)
{
    free(c->value);
    free(c->connected);
    free(c->error);
    free(c->connected_error);
    free(c->omega);
    free(c->spectrum);
    free(c->spectrum_error);
    *c = (qfp_two_time){0};
}
