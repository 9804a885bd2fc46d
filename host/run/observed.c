#include "run/observed.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_husimi.h"

/* Beyond it two axes are not the same, in steps: a file has its axes to twelve digits at least. */
#define SAME_AXIS 1e-6

/* ---- expectation values ------------------------------------------------------------------------ */

/* mean_count where it is none of the expectation values. */
static size_t column_of(const qfp_solution *s, const char *name)
{
    size_t c = 0;
    while (c < s->mean_count && strcmp(s->observables[c].name, name) != 0)
        c++;
    return c;
}

static qfp_status fail_at(const qfp_member *m, const qfp_observed *o, const char *sentence)
{
    char place[32] = "";
    if (o->line > 0)
        snprintf(place, sizeof place, ":%d:%d", o->line, o->column);
    return QFP_FAIL(QFP_CONFIG, "%s%s: observed.dataset: %s", m->config.path, place, sentence);
}

static qfp_status check_name(const qfp_member *m, const qfp_observed *o)
{
    const qfp_solution *s = &m->solution;
    const char *known[256];
    char sentence[640], advice[96] = "see `qfp help observed`";
    size_t count = s->mean_count < 256 ? s->mean_count : 256;
    if (column_of(s, o->name) < s->mean_count)
        return QFP_OK;
    for (size_t c = 0; c < count; c++)
        known[c] = s->observables[c].name;
    const char *near = qfp_nearest(o->name, known, count);
    if (near != NULL)
        snprintf(advice, sizeof advice, "did you mean '%s'?", near);
    snprintf(sentence, sizeof sentence,
             "'%s', the last part of %.400s, is no expectation value of this run; %s", o->name,
             o->dataset, advice);
    return fail_at(m, o, sentence);
}

/* What the theory says at measured time `i`, NaN where it did not come so far; the series has each of them. */
static double computed_at(const qfp_observed *o, size_t i, const qfp_member *m)
{
    const qfp_series *series = &m->series;
    size_t low = 0, high = series->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (series->times[middle] < o->times[i])
            low = middle + 1;
        else
            high = middle;
    }
    return series->values[column_of(&m->solution, o->name) * series->count + low];
}

/* ---- Q ------------------------------------------------------------------------------------------ */

static bool is_axis(const qfp_config *config, int mode, bool is_p, size_t count,
                    const double *found)
{
    int n = config->husimi_points;
    double step =
        qfp_output_coordinate(config, mode, is_p, 1) - qfp_output_coordinate(config, mode, is_p, 0);
    double worst = 0.0;
    for (int i = 0; i < n && count == (size_t)n; i++)
        worst = fmax(worst, fabs(found[i] - qfp_output_coordinate(config, mode, is_p, i)));
    return count == (size_t)n && worst <= SAME_AXIS * step;
}

/* Of a Q: it is on the axes of the output. */
static bool is_on_output(const qfp_config *config, const qfp_observed *o)
{
    return is_axis(config, o->mode - 1, false, o->nx, o->x) &&
           is_axis(config, o->mode - 1, true, o->np, o->p);
}

bool qfp_observed_needs_state(const qfp_config *config)
{
    bool needs = false;
    for (size_t i = 0; i < config->observed_count; i++)
        needs |= config->observed[i].mode > 0 && !is_on_output(config, &config->observed[i]);
    return needs;
}

/* ρ of one mode [d][d], of a ket or a density matrix of all. */
static void reduce(const qfp_given_state *s, int modes, int mode, double complex *rho)
{
    size_t d = (size_t)s->levels[mode], high = 1, low = 1;
    for (int j = 0; j < modes; j++) {
        high *= j < mode ? (size_t)s->levels[j] : 1;
        low *= j > mode ? (size_t)s->levels[j] : 1;
    }
    size_t all = high * d * low;
    for (size_t a = 0; a < d; a++)
        for (size_t b = 0; b < d; b++) {
            double complex sum = 0.0;
            for (size_t rest = 0; rest < high * low; rest++) {
                size_t row = (rest / low * d + a) * low + rest % low;
                size_t column = (rest / low * d + b) * low + rest % low;
                sum += s->is_matrix ? s->value[row * all + column]
                                    : s->value[row] * conj(s->value[column]);
            }
            rho[a * d + b] = sum;
        }
}

/* out [nx][np]: Q of the run now, on the axes of the measurement. */
static qfp_status compute_there(const qfp_member *m, const qfp_observed *o, double *out)
{
    int mode = o->mode - 1;
    double length = m->config.length[mode], kappa = m->config.kappa;
    double complex *rho = NULL;
    double *q = NULL, *p = NULL;
    qfp_given_state s = {0};
    qfp_status status;
    QFP_TRY_GOTO(m->basis->state(m->solution.self, &s));
    QFP_TRY_GOTO(QFP_ALLOCATE(rho, (size_t)s.levels[mode] * (size_t)s.levels[mode],
                              "a mode of what was measured"));
    QFP_TRY_GOTO(QFP_ALLOCATE(q, o->nx, "axes of what was measured"));
    QFP_TRY_GOTO(QFP_ALLOCATE(p, o->np, "axes of what was measured"));
    for (size_t i = 0; i < o->nx; i++)
        q[i] = o->x[i] / length;
    for (size_t k = 0; k < o->np; k++)
        p[k] = o->p[k] * length / kappa;
    reduce(&s, m->config.modes, mode, rho);
    status = qfp_fock_husimi_marginal(s.levels[mode], rho, o->nx, q, o->np, p, out);
done:
    free(s.value);
    free(rho);
    free(q);
    free(p);
    return status;
}

/* ---- both --------------------------------------------------------------------------------------- */

qfp_status qfp_observed_check(const qfp_member *m)
{
    for (size_t i = 0; i < m->config.observed_count; i++)
        if (m->config.observed[i].mode == 0)
            QFP_TRY(check_name(m, &m->config.observed[i]));
    return QFP_OK;
}

/* out [count]: what the run says of a measurement. */
static qfp_status compute(const qfp_member *m, const qfp_observed *o, double *out)
{
    if (o->mode > 0 && !m->stopped && !is_on_output(&m->config, o))
        return compute_there(m, o, out);
    for (size_t i = 0; i < o->count; i++)
        out[i] = o->mode == 0 ? computed_at(o, i, m)
                 : m->stopped ? NAN
                              : m->marginals[o->mode - 1][i];
    return QFP_OK;
}

qfp_status qfp_observed_judge(const qfp_member *m, qfp_observed_result *out)
{
    for (size_t i = 0; i < m->config.observed_count; i++) {
        const qfp_observed *o = &m->config.observed[i];
        double *computed = NULL;
        QFP_TRY(QFP_ALLOCATE(computed, o->count, "what was measured"));
        qfp_status status = compute(m, o, computed);
        snprintf(out[i].name, sizeof out[i].name, "%s", o->name);
        snprintf(out[i].source, sizeof out[i].source, "%.400s:%.90s", o->path, o->dataset);
        for (size_t k = 0; k < o->count && status == QFP_OK; k++) {
            double off = (computed[k] - o->values[k]) / o->errors[k];
            out[i].chi2 += isfinite(off) ? off * off : 0.0;
            out[i].points += isfinite(off);
        }
        free(computed);
        QFP_TRY(status);
    }
    return QFP_OK;
}

static qfp_status write_columns(const qfp_member *m, const qfp_observed *o, const char *group,
                                const double *computed)
{
    char axis_name[2][64];
    qfp_axis axes[2 * QFP_MAX_MODES];
    const qfp_axis time = {.name = axis_name[0],
                           .count = o->count,
                           .long_name = "time of the measurement",
                           .values = o->times};
    const qfp_axis x = {
        .name = axis_name[0], .count = o->nx, .long_name = "position x", .values = o->x};
    const qfp_axis p = {
        .name = axis_name[1], .count = o->np, .long_name = "momentum p", .values = o->p};
    qfp_quantity q = {.unit = "1", .long_name = "Husimi function per d2alpha"};
    const qfp_axis *first = axes;
    const char *names[] = {"value", "error", "computed"};
    const char *meanings[] = {"measured: ", "standard error of the measured ", "computed: "};
    const double *data[] = {o->values, o->errors, computed};
    snprintf(axis_name[0], sizeof axis_name[0], "%s/%s", group, o->mode > 0 ? "x" : "time");
    snprintf(axis_name[1], sizeof axis_name[1], "%s/p", group);
    if (o->mode == 0) {
        axes[0] = time;
        q = m->solution.observables[column_of(&m->solution, o->name)];
    } else if (is_on_output(&m->config, o)) {
        qfp_snapshot_phase_axes(m->snapshot, axes);
        first = axes + 2 * (o->mode - 1);
    } else {
        axes[0] = x;
        axes[1] = p;
    }
    for (int k = 0; k < 3; k++) {
        char name[96], long_name[512];
        snprintf(name, sizeof name, "%s/%s", group, names[k]);
        snprintf(long_name, sizeof long_name, "%s%s", meanings[k], q.long_name);
        const qfp_dataset_spec spec = {.name = name,
                                       .units = q.unit,
                                       .long_name = long_name,
                                       .rank = o->mode > 0 ? 2 : 1,
                                       .axes = first};
        QFP_TRY(qfp_snapshot_write(m->snapshot, &spec, data[k]));
    }
    return qfp_snapshot_set_attribute_of(m->snapshot, group, "name", o->name);
}

/* Of a sweep it has the swept axes. */
static qfp_status write_chi2(const qfp_member *m, const char *group, double chi2)
{
    char name[96];
    snprintf(name, sizeof name, "%s/chi2", group);
    const qfp_dataset_spec spec = {
        .name = name, .units = "1", .long_name = "chi squared of what was computed"};
    return qfp_snapshot_write(m->snapshot, &spec, &chi2);
}

static qfp_status write_one(const qfp_member *m, const qfp_observed *o, size_t number, double chi2)
{
    char group[48];
    double *computed = NULL;
    snprintf(group, sizeof group, "/observed/%zu", number);
    QFP_TRY(QFP_ALLOCATE(computed, o->count, "what was measured"));
    qfp_status status = compute(m, o, computed);
    if (status == QFP_OK)
        status = write_columns(m, o, group, computed);
    if (status == QFP_OK)
        status = write_chi2(m, group, chi2);
    free(computed);
    return status;
}

qfp_status qfp_observed_write(const qfp_member *m, const qfp_observed_result *judged)
{
    size_t count = m->config.observed_count;
    double *chi2 = NULL;
    int64_t *points = NULL;
    char names[16 * (QFP_OBSERVABLE_NAME + 2)] = "";
    qfp_status status;
    if (m->snapshot == NULL)
        return QFP_OK;
    QFP_TRY_GOTO(QFP_ALLOCATE(chi2, count, "chi squared"));
    QFP_TRY_GOTO(QFP_ALLOCATE(points, count, "chi squared"));
    for (size_t i = 0; i < count; i++) {
        const qfp_observed *o = &m->config.observed[i];
        size_t used = strlen(names);
        chi2[i] = judged[i].chi2;
        points[i] = (int64_t)judged[i].points;
        snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", o->name);
        QFP_TRY_GOTO(write_one(m, o, i + 1, chi2[i]));
    }
    QFP_TRY_GOTO(qfp_snapshot_set_attribute(m->snapshot, "observed", names));
    QFP_TRY_GOTO(qfp_snapshot_set_reals(m->snapshot, "observed_chi2", count, chi2));
    status = qfp_snapshot_set_integers(m->snapshot, "observed_points", count, points);
done:
    free(points);
    free(chi2);
    return status;
}
