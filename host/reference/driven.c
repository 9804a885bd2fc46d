#include "reference/driven.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/density.h"
#include "reference/leaving.h"
#include "reference/trajectories.h"

#define MOST_DENSITY 2048.0 /* states: 1.5 GiB with the terms of a series */
/* Trajectories: as many as take this long, as expected, but enough for two digits of a mean. */
#define TRAJECTORY_SECONDS 100.0
#define FEWEST_TRAJECTORIES 1700.0
#define MOST_TRAJECTORIES 2500.0
#define MOST_TRAJECTORY_BYTES 4294967296.0
/* Applications of the generator for each unit of time × its rate, and seconds of a multiplication. */
#define APPLICATIONS 3.0
#define SECONDS 2.5e-9

/* What is added up on the way: numbers alone. */
typedef struct progress {
    double time;
    qfp_leaving leaving; /* now */
    double lost, amplitude, population, lost_by_mode[QFP_MAX_MODES];
} progress;

struct qfp_driven {
    const qfp_config *config;
    qfp_drive *drive;
    bool is_density;
    qfp_trajectories *trajectories; /* NULL: ρ or all kets */
    size_t dim, count, size;        /* count: of kets; 1 at a time where there are trajectories */
    double *weight;                 /* [count] */
    qfp_part_matrices parts;
    qfp_power_series *series;
    double complex *start, *state; /* [size]: ρ, or the kets */
    double *phi;
    progress now;
};

double qfp_driven_most_density(void)
{
    return MOST_DENSITY;
}

/* ---- the flow ------------------------------------------------------------------------------ */

static void add_density(void *data, size_t part, const double complex *y, double complex *out)
{
    qfp_driven *d = data;
    qfp_part_add_density(&d->parts, part, y, out);
}

static void add_kets(void *data, size_t part, const double complex *y, double complex *out)
{
    qfp_driven *d = data;
    for (size_t k = 0; k < d->count; k++)
        qfp_part_add_ket(&d->parts, part, y + k * d->dim, out + k * d->dim);
}

static double row_norm(size_t n, const double complex *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += creal(x[i]) * creal(x[i]) + cimag(x[i]) * cimag(x[i]);
    return sqrt(sum);
}

/* Not less than the trace norm. */
static double density_norm(void *data, const double complex *y)
{
    const qfp_driven *d = data;
    double sum = 0.0;
    for (size_t i = 0; i < d->dim; i++)
        sum += row_norm(d->dim, y + i * d->dim);
    return sum;
}

/* What kets that are off by y do to ρ. */
static double kets_norm(void *data, const double complex *y)
{
    const qfp_driven *d = data;
    double sum = 0.0;
    for (size_t k = 0; k < d->count; k++)
        sum += 2.0 * d->weight[k] * row_norm(d->dim, y + k * d->dim);
    return sum;
}

/* ---- making one ---------------------------------------------------------------------------- */

/* Of one state, or of one ket, over the whole horizon. */
static double expected_seconds(const qfp_driven *d, const qfp_driven_choice *choice)
{
    double applications =
        APPLICATIONS * qfp_part_matrices_rate(&d->parts, d->drive) * choice->horizon;
    double columns = d->is_density ? 1.0 : (double)d->count;
    return SECONDS * applications * columns *
           (qfp_part_matrices_products(&d->parts, d->is_density) + (double)d->dim);
}

static qfp_status check_seconds(const qfp_driven *d, const qfp_driven_choice *choice,
                                bool is_sampled)
{
    double seconds = expected_seconds(d, choice);
    if (choice->expected != NULL)
        *choice->expected = is_sampled ? TRAJECTORY_SECONDS : seconds;
    if (isinf(choice->seconds) || (seconds <= choice->seconds && !is_sampled))
        return QFP_OK;
    return QFP_FAIL(QFP_RESOLUTION, "the reference would take about %.0f s, more than %.0f s",
                    seconds, choice->seconds);
}

static qfp_status start_from(qfp_driven *d, const qfp_ket_set *initial)
{
    QFP_TRY(QFP_ALLOCATE(d->start, d->size, "the state"));
    QFP_TRY(QFP_ALLOCATE(d->state, d->size, "the state"));
    if (d->is_density) {
        qfp_density_of_kets(initial, d->start);
        return QFP_OK;
    }
    memcpy(d->start, initial->ket, d->size * sizeof *d->start);
    memcpy(d->weight, initial->weight, d->count * sizeof *d->weight);
    return QFP_OK;
}

static qfp_status sample(qfp_driven *d, const qfp_driven_choice *choice, const qfp_ket_set *initial)
{
    double bytes = (double)d->dim * sizeof(double complex);
    double count = TRAJECTORY_SECONDS / fmax(expected_seconds(d, choice), 1e-9);
    count = fmin(fmax(floor(count), FEWEST_TRAJECTORIES), MOST_TRAJECTORIES);
    if (count * bytes > MOST_TRAJECTORY_BYTES)
        count = FEWEST_TRAJECTORIES;
    if (count * bytes > MOST_TRAJECTORY_BYTES)
        return QFP_FAIL(
            QFP_MEMORY,
            "the reference would need %.0f quantum trajectories of %zu states, %.3g "
            "GiB; its limit is %.3g GiB: give fewer solver.levels, or use another basis",
            count, d->dim, count * bytes / 1073741824.0, MOST_TRAJECTORY_BYTES / 1073741824.0);
    const qfp_trajectories_system system = {.config = d->config,
                                            .kept = choice->kept,
                                            .drive = d->drive,
                                            .parts = &d->parts,
                                            .series = d->series};
    d->weight[0] = 0.5; /* of the norm of one ket */
    return qfp_trajectories_create(&system, (size_t)count, initial, &d->trajectories);
}

static qfp_status build(qfp_driven *d, const qfp_driven_choice *choice, const qfp_ket_set *initial)
{
    bool is_open = d->config->channel_count > 0;
    d->dim = initial->dim;
    d->is_density = is_open && (double)d->dim <= MOST_DENSITY;
    bool is_sampled = is_open && !d->is_density;
    d->count = d->is_density ? 0 : is_sampled ? 1 : initial->count;
    d->size = d->dim * (d->is_density ? d->dim : d->count);
    QFP_TRY(qfp_part_matrices_build(d->config, d->drive, choice->kept, d->is_density, &d->parts));
    QFP_TRY(check_seconds(d, choice, is_sampled));
    QFP_TRY(QFP_ALLOCATE(d->weight, d->count, "the kets"));
    QFP_TRY(QFP_ALLOCATE(d->phi, qfp_drive_parts(d->drive), "the drive"));
    const qfp_linear linear = {.data = d,
                               .size = d->size,
                               .add = d->is_density ? add_density : add_kets,
                               .norm = d->is_density ? density_norm : kets_norm};
    QFP_TRY(qfp_power_series_create(&linear, d->drive, choice->error_rate, &d->series));
    if (is_sampled)
        return sample(d, choice, initial);
    QFP_TRY(start_from(d, initial));
    return qfp_driven_restart(d);
}

qfp_status qfp_driven_create(const qfp_driven_choice *choice, qfp_drive *drive,
                             const qfp_ket_set *initial, qfp_driven **out)
{
    qfp_driven *d = NULL;
    QFP_TRY(QFP_ALLOCATE(d, 1, "the reference's propagator"));
    d->config = choice->config;
    d->drive = drive;
    qfp_status status = build(d, choice, initial);
    if (status != QFP_OK) {
        qfp_driven_destroy(d);
        return status;
    }
    *out = d;
    return QFP_OK;
}

void qfp_driven_destroy(qfp_driven *d)
{
    if (d == NULL)
        return;
    qfp_trajectories_destroy(d->trajectories);
    qfp_part_matrices_destroy(&d->parts);
    qfp_power_series_destroy(d->series);
    free(d->start);
    free(d->state);
    free(d->weight);
    free(d->phi);
    free(d);
}

/* ---- what leaves --------------------------------------------------------------------------- */

static qfp_status measure(qfp_driven *d, double t, qfp_leaving *out)
{
    QFP_TRY(qfp_drive_values(d->drive, t, d->phi));
    return d->is_density ? qfp_leaving_density(&d->parts, d->phi, d->state, out)
                         : qfp_leaving_kets(&d->parts, d->phi, d->count, d->weight, d->state, out);
}

typedef struct watcher {
    qfp_driven *d;
    double limit;
} watcher;

static qfp_status after_step(void *data, double t, bool *goes_on)
{
    watcher *w = data;
    qfp_driven *d = w->d;
    progress *p = &d->now;
    qfp_leaving here;
    double passed = fabs(t - p->time);
    QFP_TRY(measure(d, t, &here));
    p->lost += passed * fmax(p->leaving.rate, here.rate);
    p->amplitude += passed * fmax(p->leaving.amplitude, here.amplitude);
    p->population += passed * fmax(p->leaving.population, here.population);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        p->lost_by_mode[j] += passed * here.by_mode[j];
    p->leaving = here;
    p->time = t;
    *goes_on = p->lost <= w->limit;
    return QFP_OK;
}

qfp_status qfp_driven_restart(qfp_driven *d)
{
    if (d->trajectories != NULL)
        return qfp_trajectories_restart(d->trajectories);
    memcpy(d->state, d->start, d->size * sizeof *d->state);
    d->now = (progress){0};
    qfp_power_series_restart(d->series);
    return measure(d, 0.0, &d->now.leaving);
}

qfp_status qfp_driven_evolve(qfp_driven *d, double t, double limit)
{
    watcher w = {d, limit};
    const qfp_power_series_hook hook = {&w, after_step};
    double at = qfp_driven_time(d);
    if (d->config->channel_count > 0 && t < at)
        return QFP_FAIL(QFP_USAGE,
                        "the reference cannot go back from t = %.6g to %.6g: dissipation has no "
                        "way back",
                        at, t);
    if (d->trajectories != NULL)
        return qfp_trajectories_advance(d->trajectories, t, limit);
    return qfp_power_series_advance(d->series, &at, t, d->state, &hook);
}

/* ---- the state ----------------------------------------------------------------------------- */

double qfp_driven_time(const qfp_driven *d)
{
    return d->trajectories != NULL ? qfp_trajectories_time(d->trajectories) : d->now.time;
}

const double complex *qfp_driven_density(const qfp_driven *d)
{
    return d->is_density ? d->state : NULL;
}

size_t qfp_driven_trajectories(const qfp_driven *d)
{
    return d->trajectories != NULL ? qfp_trajectories_count(d->trajectories) : 0;
}

qfp_status qfp_driven_kets(const qfp_driven *d, qfp_ket_set *out)
{
    if (d->trajectories != NULL)
        return qfp_trajectories_kets(d->trajectories, out);
    QFP_TRY(qfp_ket_set_allocate(d->count, d->dim, out));
    memcpy(out->weight, d->weight, d->count * sizeof *d->weight);
    memcpy(out->ket, d->state, d->size * sizeof *d->state);
    return QFP_OK;
}

void qfp_driven_error_now(const qfp_driven *d, qfp_driven_error *out)
{
    *out = (qfp_driven_error){.propagation = qfp_power_series_error(d->series)};
    if (d->trajectories != NULL) {
        out->lost = qfp_trajectories_lost(d->trajectories, out->lost_by_mode);
        out->population = out->lost;
        return;
    }
    out->lost = d->now.lost;
    out->population = d->now.amplitude * d->now.amplitude + d->now.population;
    memcpy(out->lost_by_mode, d->now.lost_by_mode, sizeof out->lost_by_mode);
}

#define FIGURES (sizeof(progress) / sizeof(double))

size_t qfp_driven_carried(const qfp_driven *d)
{
    if (d->trajectories != NULL)
        return qfp_trajectories_carried(d->trajectories);
    return FIGURES + qfp_power_series_carried(d->series) + 2 * d->size;
}

void qfp_driven_save(const qfp_driven *d, double *out)
{
    if (d->trajectories != NULL) {
        qfp_trajectories_save(d->trajectories, out);
        return;
    }
    memcpy(out, &d->now, sizeof d->now);
    out += FIGURES;
    qfp_power_series_save(d->series, out);
    memcpy(out + qfp_power_series_carried(d->series), d->state, d->size * sizeof *d->state);
}

void qfp_driven_load(qfp_driven *d, const double *from)
{
    if (d->trajectories != NULL) {
        qfp_trajectories_load(d->trajectories, from);
        return;
    }
    memcpy(&d->now, from, sizeof d->now);
    from += FIGURES;
    qfp_power_series_load(d->series, from);
    memcpy(d->state, from + qfp_power_series_carried(d->series), d->size * sizeof *d->state);
}
