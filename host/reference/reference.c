#include "reference/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "core/conserved.h"
#include "reference/chebyshev.h"
#include "reference/husimi_sum.h"
#include "reference/levels.h"
#include "reference/reference_object.h"
#include "reference/states.h"

#define ACCURACY 1e-10 /* when the configured tolerance is not tighter */
#define FINEST 1e-12
#define SHARE_PROPAGATION 0.05 /* of the accuracy; a ket's error counts twice in ρ */
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

/* Times that a run stops at. */
static double moves(const qfp_config *config)
{
    return fmax((double)config->time_count, 1.0) + (double)config->series_count;
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
    qfp_kept_destroy(&r->kept);
}

void qfp_reference_destroy(qfp_reference *r)
{
    if (r == NULL)
        return;
    clear(r);
    qfp_quadrature_flow_destroy(r->flow);
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

/* Of a closed system: H twice, as it is and block by block, with its real part; kets and the vectors of the series. */
static double kets_bytes(const qfp_reference *r, double states, double kets)
{
    double elements = states * (double)r->words.hamiltonian.count;
    return 2.0 * qfp_sparse_bytes(&r->words.hamiltonian, states) + 8.0 * elements +
           qfp_chebyshev_bytes(states) + 64.0 * kets * states;
}

static qfp_status check_size(const qfp_reference *r)
{
    double dim = qfp_conserved_states(r->modes, r->levels, r->weight, r->most);
    char text[160];
    double bytes = kets_bytes(r, dim, 1.0);
    describe_levels(r, text, sizeof text);
    if (dim > MAX_DIMENSION || bytes > QFP_REFERENCE_BYTES)
        return QFP_FAIL(
            QFP_MEMORY,
            "the reference would need a basis of %.4g states (levels %s), about %.3g "
            "GiB; its limit is %.3g GiB: give fewer solver.levels, or use another basis",
            dim, text, bytes / 1073741824.0, QFP_REFERENCE_BYTES / 1073741824.0);
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
                                    .kept = &r->kept,
                                    .error_rate = SHARE_PROPAGATION * r->accuracy /
                                                  (isinf(whole) || whole == 0.0 ? 1.0 : whole),
                                    .seconds = r->seconds,
                                    .expected = &r->expected,
                                    .horizon = whole};
        return qfp_driven_create(&choice, r->drive, &r->kets, &r->driven);
    }
    if (r->flow != NULL) {
        r->expected = 0.0;
        return QFP_OK;
    }
    qfp_schrodinger_choice choice = {.kappa = r->config->kappa,
                                     .tolerance = SHARE_PROPAGATION * r->accuracy,
                                     .dense_limit = QFP_DENSE_LIMIT,
                                     .seconds = r->seconds,
                                     .expected = &r->expected,
                                     .horizon = whole,
                                     .moves = 2.0 * moves(r->config)};
    QFP_TRY(qfp_border_build(r->config, &r->words.hamiltonian, &r->kept, &r->border));
    return qfp_schrodinger_create(&r->hamiltonian, &choice, &r->kets, &r->propagator);
}

qfp_status qfp_reference_build(qfp_reference *r)
{
    clear(r);
    QFP_TRY(check_size(r));
    QFP_TRY(qfp_kept_create(r->modes, r->levels, r->weight, r->most, &r->kept));
    QFP_TRY(qfp_state_kets(r->config, &r->kept, &r->kets, &r->initial_error));
    QFP_TRY(qfp_sparse_build(r->config, &r->words.hamiltonian, &r->kept, &r->hamiltonian));
    r->dim = r->kets.dim;
    r->time = r->origin = 0.0;
    r->lost_limit = INFINITY;
    QFP_TRY(build_propagator(r));
    return qfp_reference_watch(r);
}

/* The kets of fewer states among those of more. */
static qfp_status embed(const qfp_ket_set *kets, const qfp_kept *from, const qfp_kept *to,
                        qfp_ket_set *out)
{
    int n[QFP_MAX_MODES] = {0};
    QFP_TRY(qfp_ket_set_allocate(kets->count, to->dim, out));
    memcpy(out->weight, kets->weight, kets->count * sizeof *out->weight);
    for (size_t i = 0; i < from->dim; i++, qfp_kept_next(from, n)) {
        size_t place = qfp_kept_place(to, n);
        for (size_t k = 0; k < kets->count && place != QFP_NOT_KEPT; k++)
            out->ket[k * to->dim + place] = kets->ket[k * from->dim + i];
    }
    return QFP_OK;
}

qfp_status qfp_reference_widen(qfp_reference *r)
{
    qfp_ket_set before = r->kets;
    qfp_kept kept = r->kept;
    double time = r->time;
    qfp_status status;
    r->kets = (qfp_ket_set){0};
    r->kept = (qfp_kept){0};
    clear(r);
    QFP_TRY_GOTO(check_size(r));
    QFP_TRY_GOTO(qfp_kept_create(r->modes, r->levels, r->weight, r->most, &r->kept));
    QFP_TRY_GOTO(qfp_sparse_build(r->config, &r->words.hamiltonian, &r->kept, &r->hamiltonian));
    QFP_TRY_GOTO(embed(&before, &kept, &r->kept, &r->kets));
    r->dim = r->kets.dim;
    r->time = r->origin = time;
    QFP_TRY_GOTO(build_propagator(r));
    status = qfp_reference_watch(r);
done:
    qfp_ket_set_destroy(&before);
    qfp_kept_destroy(&kept);
    return status;
}

size_t qfp_reference_trajectories(const qfp_reference *r)
{
    return r->driven != NULL ? qfp_driven_trajectories(r->driven) : 0;
}

static qfp_status begin(const qfp_config *config, double seconds, bool is_boxed,
                        qfp_reference **out)
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
    r->is_boxed = is_boxed;
    return QFP_OK;
}

static qfp_status finish(qfp_reference *r)
{
    QFP_TRY(qfp_system_words_create(r->config, &r->words));
    if (r->config->varies || r->config->channel_count > 0)
        QFP_TRY(qfp_drive_create(r->config, &r->drive));
    QFP_TRY(qfp_reference_choose_levels(r));
    if (r->config->channel_count == 0)
        r->purity = purity(&r->kets);
    return QFP_OK;
}

/* Of the levels it has. */
static void expect(const qfp_reference *r, double choosing, qfp_reference_expectation *out)
{
    double end = r->config->time_count > 0 ? r->config->times[r->config->time_count - 1] : 0.0;
    bool is_rehearsed = false;
    for (int j = 0; j < r->modes; j++)
        is_rehearsed = is_rehearsed || r->config->levels[j] == 0;
    is_rehearsed = is_rehearsed && (r->drive != NULL || r->border.matrix.dim > 0);
    *out = (qfp_reference_expectation){.passage = (is_rehearsed ? 1.0 : 0.5) * r->expected,
                                       .choosing = choosing};
    memcpy(out->levels, r->levels, sizeof out->levels);
    memcpy(out->weight, r->weight, sizeof out->weight);
    out->most = r->most;
    out->states = qfp_conserved_states(r->modes, r->levels, r->weight, r->most);
    out->reached = end > 0.0 ? r->crossed / end : 0.0;
    out->power = r->growth_power;
    bool is_density =
        r->config->channel_count > 0 && out->states <= qfp_driven_most_density() && !r->may_sample;
    out->kets = is_density ? 0.0 : fmax((double)r->kets.count, 1.0);
    out->bytes = kets_bytes(r, out->states, out->kets);
    if (is_density)
        out->bytes = qfp_sparse_bytes(&r->words.hamiltonian, out->states) +
                     BYTES_OF_SERIES * out->states * out->states;
    else if (out->states <= QFP_DENSE_LIMIT)
        out->bytes += 48.0 * out->states * out->states;
}

qfp_status qfp_reference_try(const qfp_config *config, double seconds, qfp_reference **out,
                             qfp_reference_expectation *expected)
{
    double start = qfpi_ranks_seconds_computed();
    bool is_long = false;
    *expected = (qfp_reference_expectation){.states = 0.0};
    qfp_status status = begin(config, seconds, false, out);
    if (status == QFP_OK) {
        (*out)->until = start + seconds;
        status = finish(*out);
        is_long = (*out)->expected > seconds;
        expect(*out, qfpi_ranks_seconds_computed() - start, expected);
    }
    if (status == QFP_OK) {
        (*out)->until = 0.0;
        return QFP_OK;
    }
    qfp_reference_destroy(*out);
    *out = NULL;
    is_long = is_long || qfpi_ranks_seconds_computed() > start + seconds;
    return status == QFP_RESOLUTION && is_long ? QFP_OK : status;
}

static qfp_status create(const qfp_config *config, double seconds, bool is_boxed,
                         qfp_reference **out)
{
    qfp_reference *r;
    qfp_status status = begin(config, seconds, is_boxed, &r);
    if (status == QFP_OK)
        status = finish(r);
    if (status != QFP_OK)
        qfp_reference_destroy(r);
    else
        *out = r;
    return status;
}

qfp_status qfp_reference_create(const qfp_config *config, qfp_reference **out)
{
    return create(config, INFINITY, false, out);
}

qfp_status qfp_reference_create_boxed(const qfp_config *config, qfp_reference **out)
{
    return create(config, INFINITY, true, out);
}

qfp_status qfp_reference_create_within(const qfp_config *config, double seconds,
                                       qfp_reference **out)
{
    return create(config, seconds, false, out);
}

void qfp_reference_state(const qfp_reference *r, qfp_reference_kets *out)
{
    *out = (qfp_reference_kets){.count = r->kets.count,
                                .dimension = r->dim,
                                .weight = r->kets.weight,
                                .ket = r->kets.ket,
                                .density = r->density,
                                .kept = &r->kept};
    for (int j = 0; j < r->modes; j++)
        out->levels[j] = r->levels[j];
}
