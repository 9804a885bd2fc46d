#include "reference/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "reference/husimi_sum.h"
#include "reference/lanczos.h"
#include "reference/reference_object.h"
#include "reference/states.h"

#define ACCURACY 1e-10 /* when the configured tolerance is not tighter */
#define FINEST 1e-12
#define ACCURACY_SAMPLED 1e-4 /* where trajectories leave some 1e-2 */
#define SPARE_LEVELS 3        /* above what the initial state needs, to see something arrive */
/* Shares of the accuracy: of what leaves the levels; of a ket's propagation and initial cut, whose
 * errors count twice in ρ.  Moments weigh what is cut with high powers of n. */
#define SHARE_LOST 0.4
#define SHARE_PROPAGATION 0.05
#define SHARE_CUT 1e-4
#define NEGLIGIBLE_SHARE 0.03 /* of what is lost: a mode that loses less keeps its levels */
#define GROWTH 1.5            /* or, where more than half of the time went well, */
#define LATE_GROWTH 1.2
#define LEVELS_IN_DOUBT 700    /* of a mode: up to them trying is quick */
#define MAX_CHOSEN_LEVELS 4096 /* per mode, unless the initial state needs more */
#define MAX_BYTES 6442450944.0 /* 6 GiB */
#define MAX_DIMENSION 200000000.0
#define BYTES_OF_SERIES 384.0 /* of an element of ρ: itself and the terms of a power series */

double qfp_reference_accuracy(const qfp_config *config)
{
    double tolerance = config->tolerance > 0.0 ? config->tolerance : ACCURACY;
    return fmax(fmin(tolerance, ACCURACY), FINEST);
}

/* Time that a run and the rehearsal before it move through. */
static double horizon(const qfp_config *config)
{
    double sum = 0.0, before = 0.0;
    for (size_t i = 0; i < config->time_count; i++) {
        sum += fabs(config->times[i] - before);
        before = config->times[i];
    }
    return config->time_count > 0 ? 2.0 * sum : INFINITY;
}

static void clear(qfp_reference *r)
{
    qfp_sparse_destroy(&r->hamiltonian);
    qfp_border_destroy(&r->border);
    qfp_reference_unwatch(r);
    qfp_schrodinger_destroy(r->propagator);
    qfp_driven_destroy(r->driven);
    r->propagator = NULL;
    r->driven = NULL;
    r->density = NULL;
    qfp_ket_set_destroy(&r->kets);
}

void qfp_reference_destroy(qfp_reference *r)
{
    if (r == NULL)
        return;
    clear(r);
    qfp_drive_destroy(r->drive);
    qfp_system_words_destroy(&r->words);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        qfp_ket_tables_destroy(&r->tables[j]);
    qfp_ket_tables_destroy(&r->whole);
    free(r);
}

static void describe_levels(const qfp_reference *r, char *text, size_t size)
{
    text[0] = '\0';
    for (int j = 0; j < r->modes; j++) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, j == 0 ? "%d" : " x %d", r->levels[j]);
    }
}

static qfp_status check_size(const qfp_reference *r)
{
    double dim = 1.0;
    char text[160];
    for (int j = 0; j < r->modes; j++)
        dim *= r->levels[j];
    double bytes = qfp_sparse_bytes(&r->words.hamiltonian, dim) + qfp_lanczos_bytes(dim);
    describe_levels(r, text, sizeof text);
    if (dim > MAX_DIMENSION || bytes > MAX_BYTES)
        return QFP_FAIL(
            QFP_MEMORY,
            "the reference would need a basis of %.4g states (levels %s), about %.3g "
            "GiB; its limit is %.3g GiB: give fewer solver.levels, or use another basis",
            dim, text, bytes / 1073741824.0, MAX_BYTES / 1073741824.0);
    return QFP_OK;
}

static double purity(const qfp_ket_set *set)
{
    double sum = 0.0;
    for (size_t i = 0; i < set->count; i++)
        for (size_t k = 0; k <= i; k++) {
            const double complex *x = set->ket + i * set->dim, *y = set->ket + k * set->dim;
            double re = 0.0, im = 0.0;
            for (size_t n = 0; n < set->dim; n++) {
                re += creal(x[n]) * creal(y[n]) + cimag(x[n]) * cimag(y[n]);
                im += creal(x[n]) * cimag(y[n]) - cimag(x[n]) * creal(y[n]);
            }
            sum += (i == k ? 1.0 : 2.0) * set->weight[i] * set->weight[k] * (re * re + im * im);
        }
    return sum;
}

/* Not yet: with fewer levels, and a lower accuracy, it may be small enough. */
static qfp_status refuse_sampling(qfp_reference *r)
{
    bool is_open = r->config->channel_count > 0;
    if (!is_open || r->may_sample || (double)r->dim <= qfp_driven_most_density())
        return QFP_OK;
    r->is_too_large = true;
    return QFP_FAIL(QFP_RESOLUTION, "a density matrix of %zu states is too large for the reference",
                    r->dim);
}

static qfp_status build_propagator(qfp_reference *r)
{
    double whole = horizon(r->config);
    QFP_TRY(refuse_sampling(r));
    if (r->drive != NULL) {
        qfp_driven_choice choice = {.config = r->config,
                                    .levels = r->levels,
                                    .error_rate = SHARE_PROPAGATION * r->accuracy /
                                                  (isinf(whole) || whole == 0.0 ? 1.0 : whole),
                                    .seconds = r->seconds,
                                    .expected = &r->expected,
                                    .horizon = whole};
        return qfp_driven_create(&choice, r->drive, &r->kets, &r->driven);
    }
    qfp_schrodinger_choice choice = {.kappa = r->config->kappa,
                                     .tolerance = SHARE_PROPAGATION * r->accuracy,
                                     .dense_limit = QFP_DENSE_LIMIT,
                                     .seconds = r->seconds,
                                     .expected = &r->expected,
                                     .horizon = whole};
    QFP_TRY(qfp_border_build(r->config, &r->words.hamiltonian, r->levels, &r->border));
    return qfp_schrodinger_create(&r->hamiltonian, &choice, &r->kets, &r->propagator);
}

/* Everything that depends on the levels. */
static qfp_status build(qfp_reference *r)
{
    clear(r);
    QFP_TRY(check_size(r));
    QFP_TRY(qfp_sparse_build(r->config, &r->words.hamiltonian, r->levels, &r->hamiltonian));
    QFP_TRY(qfp_state_kets(r->config, r->levels, &r->kets, &r->initial_error));
    r->dim = r->kets.dim;
    r->time = 0.0;
    r->lost_limit = INFINITY;
    QFP_TRY(build_propagator(r));
    return qfp_reference_watch(r);
}

/* Through the output times, until too much has left the levels. */
static qfp_status rehearse(qfp_reference *r, bool *arrived)
{
    r->lost_limit = 0.5 * SHARE_LOST * r->accuracy;
    for (size_t i = 0; i < r->config->time_count && qfp_reference_lost(r) <= r->lost_limit; i++) {
        QFP_TRY(qfp_reference_evolve(r, r->config->times[i]));
        if (r->until > 0.0 && qfpi_seconds_computed() > r->until)
            return QFP_FAIL(QFP_RESOLUTION, "the trial of the reference was too short");
    }
    *arrived = qfp_reference_lost(r) > r->lost_limit;
    return QFP_OK;
}

/* How a search for levels went before: a state that fills them faster than they are raised. */
typedef struct search {
    int levels[QFP_MAX_MODES]; /* of the last rehearsal */
    double time;               /* where it ended */
} search;

/* Levels of mode j at the end of the run if those filled go on as a power of the time. */
static double expected_levels(const qfp_reference *r, const search *before, int j)
{
    double end = r->config->times[r->config->time_count - 1];
    double power = log((double)r->levels[j] / before->levels[j]) / log(r->time / before->time);
    if (!(r->time > before->time && before->time > 0.0))
        return INFINITY;
    return r->levels[j] * pow(end / r->time, power);
}

static qfp_status check_runaway(const qfp_reference *r, const search *before, int j, int limit)
{
    bool known = r->levels[j] > before->levels[j] && before->levels[j] > 0;
    double expected = known && r->levels[j] > LEVELS_IN_DOUBT ? expected_levels(r, before, j) : 0.0;
    if (r->levels[j] < limit && expected <= limit)
        return QFP_OK;
    return QFP_FAIL(QFP_RESOLUTION,
                    "mode %d still reaches the end of the reference basis with %d levels at t = "
                    "%.6g: the state spreads without bound, or to more than the %d levels that are "
                    "chosen at most; use basis: fourier, earlier times, or give solver.levels",
                    j + 1, r->levels[j], r->time, limit);
}

/* Levels of the modes that were left, of those that may have more. */
static qfp_status raise_levels(qfp_reference *r, const int *limit, search *before)
{
    int now[QFP_MAX_MODES];
    double worst = 0.0;
    bool is_late = r->time > 0.5 * r->config->times[r->config->time_count - 1];
    memcpy(now, r->levels, sizeof now);
    for (int j = 0; j < r->modes; j++)
        if (r->config->levels[j] == 0)
            worst = fmax(worst, r->lost_by_mode[j]);
    for (int j = 0; j < r->modes; j++) {
        if (r->config->levels[j] != 0 || r->lost_by_mode[j] < NEGLIGIBLE_SHARE * worst)
            continue;
        QFP_TRY(check_runaway(r, before, j, limit[j]));
        int grown = (int)ceil((is_late ? LATE_GROWTH : GROWTH) * r->levels[j]);
        r->levels[j] = grown < limit[j] ? grown : limit[j];
    }
    memcpy(before->levels, now, sizeof now);
    before->time = r->time;
    return QFP_OK;
}

static qfp_status grow(qfp_reference *r, const int *limit)
{
    search before = {0};
    for (;;) {
        bool arrived = false;
        double open = 0.0;
        QFP_TRY(build(r));
        QFP_TRY(rehearse(r, &arrived));
        for (int j = 0; j < r->modes; j++)
            open += r->config->levels[j] == 0 ? r->lost_by_mode[j] : 0.0;
        r->lost_limit = INFINITY;
        if (!arrived || open == 0.0)
            return qfp_reference_evolve(r, 0.0);
        QFP_TRY(raise_levels(r, limit, &before));
    }
}

static qfp_status choose_levels_to(qfp_reference *r)
{
    int needed[QFP_MAX_MODES] = {0}, limit[QFP_MAX_MODES];
    bool any_open = false;
    for (int j = 0; j < r->modes; j++) {
        r->levels[j] = r->config->levels[j];
        any_open = any_open || r->levels[j] == 0;
    }
    if (!any_open)
        return build(r);
    /* tighter than the propagation: a mixture loses the cut population itself, not its square root,
     * and moments weigh it with high powers of n */
    QFP_TRY(qfp_state_levels(r->config, SHARE_CUT * r->accuracy, needed));
    for (int j = 0; j < r->modes; j++) {
        if (r->levels[j] == 0)
            r->levels[j] = needed[j] + SPARE_LEVELS;
        limit[j] = r->levels[j] > MAX_CHOSEN_LEVELS / 2 ? 2 * r->levels[j] : MAX_CHOSEN_LEVELS;
    }
    return grow(r, limit);
}

/* A ρ of too many states is sampled, on the levels that this is worth. */
static qfp_status choose_levels(qfp_reference *r)
{
    qfp_status status = choose_levels_to(r);
    if (!r->is_too_large)
        return status;
    r->accuracy = fmax(r->accuracy, ACCURACY_SAMPLED);
    r->may_sample = true;
    return choose_levels_to(r);
}

size_t qfp_reference_trajectories(const qfp_reference *r)
{
    return r->driven != NULL ? qfp_driven_trajectories(r->driven) : 0;
}

static qfp_status begin(const qfp_config *config, double seconds, qfp_reference **out)
{
    qfp_reference *r = NULL;
    *out = NULL;
    QFP_TRY(qfp_config_require_system(config));
    if (config->modes < 1 || config->modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_CONFIG, "hamiltonian.modes must be 1 to %d, not %d", QFP_MAX_MODES,
                        config->modes);
    if (!(config->kappa > 0.0) || !isfinite(config->kappa))
        return QFP_FAIL(QFP_CONFIG, "kappa must be positive, not %g", config->kappa);
    for (int j = 0; j < config->modes; j++)
        if (config->levels[j] < 0)
            return QFP_FAIL(QFP_CONFIG, "solver.levels must be positive, not %d",
                            config->levels[j]);
    QFP_TRY(QFP_ALLOCATE(r, 1, "the reference"));
    *out = r;
    r->config = config;
    r->modes = config->modes;
    r->accuracy = qfp_reference_accuracy(config);
    r->seconds = seconds;
    return QFP_OK;
}

static qfp_status finish(qfp_reference *r)
{
    QFP_TRY(qfp_system_words_create(r->config, &r->words));
    if (r->config->varies || r->config->channel_count > 0)
        QFP_TRY(qfp_drive_create(r->config, &r->drive));
    QFP_TRY(choose_levels(r));
    if (r->config->channel_count == 0)
        r->purity = purity(&r->kets);
    return QFP_OK;
}

/* Of the levels it has. */
static void expect(const qfp_reference *r, double choosing, qfp_reference_expectation *out)
{
    double bytes = 0.0;
    *out = (qfp_reference_expectation){.states = 1.0, .passage = r->expected, .choosing = choosing};
    memcpy(out->levels, r->levels, sizeof out->levels);
    for (int j = 0; j < r->modes; j++)
        out->states *= r->levels[j];
    bool is_density =
        r->config->channel_count > 0 && out->states <= qfp_driven_most_density() && !r->may_sample;
    out->kets = is_density ? 0.0 : fmax((double)r->kets.count, 1.0);
    bytes += qfp_sparse_bytes(&r->words.hamiltonian, out->states);
    if (is_density)
        bytes += BYTES_OF_SERIES * out->states * out->states;
    else
        bytes += qfp_lanczos_bytes(out->states) + 64.0 * out->kets * out->states;
    if (out->states <= QFP_DENSE_LIMIT && !is_density)
        bytes += 48.0 * out->states * out->states;
    out->bytes = bytes;
}

qfp_status qfp_reference_try(const qfp_config *config, double seconds, qfp_reference **out,
                             qfp_reference_expectation *expected)
{
    double start = qfpi_seconds_computed();
    *expected = (qfp_reference_expectation){.states = 0.0};
    qfp_status status = begin(config, seconds, out);
    if (status == QFP_OK) {
        (*out)->until = start + seconds;
        status = finish(*out);
        expect(*out, qfpi_seconds_computed() - start, expected);
    }
    if (status == QFP_OK) {
        (*out)->until = 0.0;
        return QFP_OK;
    }
    qfp_reference_destroy(*out);
    *out = NULL;
    bool is_long = expected->passage > seconds || qfpi_seconds_computed() > start + seconds;
    return status == QFP_RESOLUTION && is_long ? QFP_OK : status;
}

qfp_status qfp_reference_create(const qfp_config *config, qfp_reference **out)
{
    return qfp_reference_create_within(config, INFINITY, out);
}

qfp_status qfp_reference_create_within(const qfp_config *config, double seconds,
                                       qfp_reference **out)
{
    qfp_reference *r;
    qfp_status status = begin(config, seconds, &r);
    if (status == QFP_OK)
        status = finish(r);
    if (status != QFP_OK)
        qfp_reference_destroy(r);
    else
        *out = r;
    return status;
}

void qfp_reference_state(const qfp_reference *r, qfp_reference_kets *out)
{
    *out = (qfp_reference_kets){.count = r->kets.count,
                                .dimension = r->dim,
                                .weight = r->kets.weight,
                                .ket = r->kets.ket,
                                .density = r->density};
    for (int j = 0; j < r->modes; j++)
        out->levels[j] = r->levels[j];
}
