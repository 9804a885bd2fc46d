#include "reference/trajectories.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reference/leaving.h"

#define NEAR 1e-7 /* of ln ‖ψ‖² where a jump is, far below what sampling can tell */
enum { MOST_TRIES = 40 };

/* One trajectory but for its ket: numbers alone. */
typedef struct course {
    double threshold, draws;
} course;

struct qfp_trajectories {
    qfp_trajectories_system system;
    size_t count, dim;
    qfp_ket_set initial;
    course *courses;     /* [count] */
    double complex *ket; /* [count][dim] */
    double time, lost, lost_by_mode[QFP_MAX_MODES];
    qfp_sparse *jump; /* [channels] at the time they were built for last */
    qfp_border *border;
    double complex *before, *image; /* [dim] */
    double *phi;
};

/* ---- numbers ------------------------------------------------------------------------------- */

/* Number `draw` of a trajectory in (0, 1]: a counter through the mixing function of splitmix64. */
static double uniform(uint64_t trajectory, uint64_t draw)
{
    uint64_t x = trajectory * UINT64_C(0xd1342543de82ef95) + draw * UINT64_C(0x9e3779b97f4a7c15) +
                 UINT64_C(0x2545f4914f6cdd1d);
    for (int round = 0; round < 2; round++) {
        x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
        x ^= x >> 31;
    }
    return ldexp((double)(x >> 11) + 1.0, -53);
}

static double draw(qfp_trajectories *t, size_t k)
{
    return uniform(k, (uint64_t)t->courses[k].draws++);
}

static double norm_squared(size_t n, const double complex *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += creal(x[i]) * creal(x[i]) + cimag(x[i]) * cimag(x[i]);
    return sum;
}

/* ---- making them --------------------------------------------------------------------------- */

qfp_status qfp_trajectories_create(const qfp_trajectories_system *system, size_t count,
                                   const qfp_ket_set *initial, qfp_trajectories **out)
{
    qfp_trajectories *t = NULL;
    size_t channels = system->config->channel_count;
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(t, 1, "the trajectories"));
    t->system = *system;
    t->count = count;
    t->dim = initial->dim;
    QFP_TRY_GOTO(qfp_ket_set_allocate(initial->count, initial->dim, &t->initial));
    memcpy(t->initial.weight, initial->weight, initial->count * sizeof *initial->weight);
    memcpy(t->initial.ket, initial->ket, initial->count * initial->dim * sizeof *initial->ket);
    QFP_TRY_GOTO(QFP_ALLOCATE(t->courses, count, "the trajectories"));
    QFP_TRY_GOTO(QFP_ALLOCATE(t->ket, count * t->dim, "the trajectories"));
    QFP_TRY_GOTO(QFP_ALLOCATE(t->jump, channels, "the channels"));
    QFP_TRY_GOTO(QFP_ALLOCATE(t->border, channels, "the channels"));
    QFP_TRY_GOTO(QFP_ALLOCATE(t->before, t->dim, "a ket"));
    QFP_TRY_GOTO(QFP_ALLOCATE(t->image, t->dim, "a ket"));
    QFP_TRY_GOTO(QFP_ALLOCATE(t->phi, qfp_drive_parts(system->drive), "the drive"));
    status = qfp_trajectories_restart(t);
done:
    if (status != QFP_OK)
        qfp_trajectories_destroy(t);
    else
        *out = t;
    return status;
}

void qfp_trajectories_destroy(qfp_trajectories *t)
{
    if (t == NULL)
        return;
    for (size_t c = 0; t->border != NULL && c < t->system.config->channel_count; c++) {
        qfp_sparse_destroy(&t->jump[c]);
        qfp_border_destroy(&t->border[c]);
    }
    qfp_ket_set_destroy(&t->initial);
    free(t->courses);
    free(t->ket);
    free(t->jump);
    free(t->border);
    free(t->before);
    free(t->image);
    free(t->phi);
    free(t);
}

/* The ket at the share `part` of the weights. */
static size_t initial_ket(const qfp_ket_set *initial, double part)
{
    double whole = 0.0, sum = 0.0;
    size_t k = 0;
    for (size_t i = 0; i < initial->count; i++)
        whole += initial->weight[i];
    for (; k + 1 < initial->count; k++) {
        sum += initial->weight[k];
        if (sum >= part * whole)
            break;
    }
    return k;
}

qfp_status qfp_trajectories_restart(qfp_trajectories *t)
{
    t->time = t->lost = 0.0;
    memset(t->lost_by_mode, 0, sizeof t->lost_by_mode);
    for (size_t k = 0; k < t->count; k++) {
        t->courses[k] = (course){0};
        double part = ((double)k + draw(t, k)) / (double)t->count;
        size_t from = initial_ket(&t->initial, part);
        double complex *ket = t->ket + k * t->dim;
        const double complex *start = t->initial.ket + from * t->dim;
        double norm = sqrt(norm_squared(t->dim, start));
        for (size_t i = 0; i < t->dim; i++)
            ket[i] = start[i] / norm;
        t->courses[k].threshold = draw(t, k);
    }
    return QFP_OK;
}

/* ---- a jump -------------------------------------------------------------------------------- */

static qfp_status build_channels(qfp_trajectories *t, double at, const qfp_system_words **words)
{
    const qfp_config *config = t->system.config;
    QFP_TRY(qfp_drive_words(t->system.drive, at, words));
    for (size_t c = 0; c < config->channel_count; c++) {
        if (t->jump[c].row != NULL && !config->channels[c].operator_varies)
            continue;
        qfp_sparse_destroy(&t->jump[c]);
        qfp_border_destroy(&t->border[c]);
        QFP_TRY(qfp_sparse_build_any(config, &(*words)->jump[c], t->system.kept, &t->jump[c]));
        QFP_TRY(qfp_border_build(config, &(*words)->jump[c], t->system.kept, &t->border[c]));
    }
    return QFP_OK;
}

/* ‖(1 − P) c ψ‖², and the shares of the modes */
static double leaves(const qfp_border *border, const double complex *ket, double factor,
                     double *by_mode)
{
    const qfp_sparse *a = &border->matrix;
    double whole = 0.0;
    for (size_t i = 0; i < a->dim; i++) {
        double complex sum = 0.0;
        for (size_t e = a->row[i]; e < a->row[i + 1]; e++)
            sum += a->value[e] * ket[a->column[e]];
        double population = factor * norm_squared(1, &sum);
        whole += population;
        for (int j = 0; j < QFP_MAX_MODES; j++)
            by_mode[j] += (border->leaves[i] >> j & 1) != 0 ? population : 0.0;
    }
    return whole;
}

static qfp_status jump(qfp_trajectories *t, size_t k, double at)
{
    const qfp_system_words *words;
    double complex *ket = t->ket + k * t->dim;
    size_t channels = t->system.config->channel_count, chosen = channels - 1;
    double sum = 0.0, outside = 0.0, by_mode[QFP_MAX_MODES] = {0.0};
    double *weight = NULL;
    QFP_TRY(build_channels(t, at, &words));
    QFP_TRY(QFP_ALLOCATE(weight, channels, "the channels"));
    for (size_t c = 0; c < channels; c++) {
        qfp_sparse_multiply(&t->jump[c], ket, t->image);
        sum += weight[c] = words->rate[c] * norm_squared(t->dim, t->image);
        outside += leaves(&t->border[c], ket, words->rate[c], by_mode);
    }
    for (double left = draw(t, k) * sum; chosen > 0 && left > weight[chosen]; chosen--)
        left -= weight[chosen];
    free(weight);
    t->lost += 2.0 * outside / (sum + outside) / (double)t->count;
    for (int j = 0; j < QFP_MAX_MODES; j++)
        t->lost_by_mode[j] += 2.0 * by_mode[j] / (sum + outside) / (double)t->count;
    qfp_sparse_multiply(&t->jump[chosen], ket, t->image);
    double norm = sqrt(norm_squared(t->dim, t->image));
    if (!(norm > 0.0))
        return QFP_FAIL(QFP_RESOLUTION,
                        "a trajectory of the reference leaves its levels at t = %.6g", at);
    for (size_t i = 0; i < t->dim; i++)
        ket[i] = t->image[i] / norm;
    t->courses[k].threshold = draw(t, k);
    return QFP_OK;
}

/* ---- between jumps ------------------------------------------------------------------------- */

typedef struct watcher {
    qfp_trajectories *t;
    size_t k;
    double begin; /* of the step, with the ket in t->before */
} watcher;

static qfp_status after_step(void *data, double at, bool *goes_on)
{
    watcher *w = data;
    qfp_trajectories *t = w->t;
    const double complex *ket = t->ket + w->k * t->dim;
    double norm = norm_squared(t->dim, ket), weight = 1.0 / (sqrt(norm) * (double)t->count);
    qfp_leaving here;
    QFP_TRY(qfp_drive_values(t->system.drive, at, t->phi));
    QFP_TRY(qfp_leaving_kets(t->system.parts, t->phi, 1, &weight, ket, &here));
    t->lost += here.rate * (at - w->begin);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        t->lost_by_mode[j] += here.by_mode[j] * (at - w->begin);
    *goes_on = norm > t->courses[w->k].threshold;
    if (*goes_on) {
        memcpy(t->before, ket, t->dim * sizeof *ket);
        w->begin = at;
    }
    return QFP_OK;
}

static qfp_status nothing(void *data, double at, bool *goes_on)
{
    (void)data;
    (void)at;
    *goes_on = true;
    return QFP_OK;
}

/* Between w->begin and *end, where ‖ψ‖² passes the threshold, by secants of its logarithm. */
static qfp_status find_jump(watcher *w, double *end)
{
    const qfp_power_series_hook hook = {NULL, nothing};
    qfp_trajectories *t = w->t;
    double complex *ket = t->ket + w->k * t->dim;
    double level = log(t->courses[w->k].threshold), low = w->begin, high = *end;
    double above = log(norm_squared(t->dim, t->before)) - level;
    double below = log(norm_squared(t->dim, ket)) - level;
    for (int i = 0; i < MOST_TRIES && fabs(below) > NEAR && high > low; i++) {
        double part = i % 4 == 3 ? 0.5 : above / (above - below), at = w->begin;
        *end = low + part * (high - low);
        memcpy(ket, t->before, t->dim * sizeof *ket);
        QFP_TRY(qfp_power_series_advance(t->system.series, &at, *end, ket, &hook));
        double value = log(norm_squared(t->dim, ket)) - level;
        if (fabs(value) <= NEAR)
            return QFP_OK;
        if (value > 0.0) {
            low = *end;
            above = value;
        } else {
            high = *end;
            below = value;
        }
    }
    return QFP_OK;
}

static qfp_status move(qfp_trajectories *t, size_t k, double to)
{
    watcher w = {t, k, t->time};
    const qfp_power_series_hook hook = {&w, after_step};
    double complex *ket = t->ket + k * t->dim;
    double at = t->time;
    while (at < to) {
        memcpy(t->before, ket, t->dim * sizeof *ket);
        w.begin = at;
        QFP_TRY(qfp_power_series_advance(t->system.series, &at, to, ket, &hook));
        if (norm_squared(t->dim, ket) > t->courses[k].threshold)
            break;
        QFP_TRY(find_jump(&w, &at));
        QFP_TRY(jump(t, k, at));
    }
    return QFP_OK;
}

qfp_status qfp_trajectories_advance(qfp_trajectories *t, double to, double limit)
{
    for (size_t k = 0; k < t->count && t->lost <= limit; k++) {
        qfp_power_series_restart(t->system.series);
        QFP_TRY(move(t, k, to));
    }
    t->time = to;
    return QFP_OK;
}

/* ---- the state ----------------------------------------------------------------------------- */

double qfp_trajectories_time(const qfp_trajectories *t)
{
    return t->time;
}

size_t qfp_trajectories_count(const qfp_trajectories *t)
{
    return t->count;
}

qfp_status qfp_trajectories_kets(const qfp_trajectories *t, qfp_ket_set *out)
{
    QFP_TRY(qfp_ket_set_allocate(t->count, t->dim, out));
    for (size_t k = 0; k < t->count; k++) {
        const double complex *ket = t->ket + k * t->dim;
        double norm = sqrt(norm_squared(t->dim, ket));
        out->weight[k] = 1.0 / (double)t->count;
        for (size_t i = 0; i < t->dim; i++)
            out->ket[k * t->dim + i] = ket[i] / norm;
    }
    return QFP_OK;
}

double qfp_trajectories_lost(const qfp_trajectories *t, double *by_mode)
{
    memcpy(by_mode, t->lost_by_mode, sizeof t->lost_by_mode);
    return t->lost;
}

size_t qfp_trajectories_carried(const qfp_trajectories *t)
{
    return 2 + QFP_MAX_MODES + 2 * t->count * (t->dim + 1);
}

void qfp_trajectories_save(const qfp_trajectories *t, double *out)
{
    *out++ = t->time;
    *out++ = t->lost;
    memcpy(out, t->lost_by_mode, sizeof t->lost_by_mode);
    out += QFP_MAX_MODES;
    memcpy(out, t->courses, t->count * sizeof *t->courses);
    memcpy(out + 2 * t->count, t->ket, t->count * t->dim * sizeof *t->ket);
}

void qfp_trajectories_load(qfp_trajectories *t, const double *from)
{
    t->time = *from++;
    t->lost = *from++;
    memcpy(t->lost_by_mode, from, sizeof t->lost_by_mode);
    from += QFP_MAX_MODES;
    memcpy(t->courses, from, t->count * sizeof *t->courses);
    memcpy(t->ket, from + 2 * t->count, t->count * t->dim * sizeof *t->ket);
}
