#include "run/observed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/husimi_file.h"

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

static bool is_axis(const qfp_member *m, size_t count, const double *found, const double *own)
{
    size_t n = (size_t)m->config.husimi_points;
    double step = own[1] - own[0], worst = 0.0;
    for (size_t i = 0; i < n && count == n; i++)
        worst = fmax(worst, fabs(found[i] - own[i]));
    return count == n && worst <= SAME_AXIS * step;
}

/* On the axes of the output; give `out` to qfp_husimi_grid_destroy either way. */
static qfp_status read_q(const qfp_member *m, const qfp_observed *o, qfp_husimi_grid *out)
{
    size_t first = (size_t)(o->mode - 1) * (size_t)m->config.husimi_points;
    bool found = false;
    char sentence[640];
    *out = (qfp_husimi_grid){0};
    QFP_TRY(qfp_husimi_file_read(o->path, o->dataset, &found, out));
    if (found && is_axis(m, out->nx, out->x, m->axis_x + first) &&
        is_axis(m, out->np, out->p, m->axis_p + first))
        return QFP_OK;
    if (!found)
        snprintf(sentence, sizeof sentence, "%.400s is no Q [x, p] with its axes", o->dataset);
    else
        snprintf(
            sentence, sizeof sentence,
            "%.300s has %zu x from %.6g to %.6g and %zu p from %.6g to %.6g; give output.husimi "
            "the same",
            o->dataset, out->nx, out->x[0], out->x[out->nx - 1], out->np, out->p[0],
            out->p[out->np - 1]);
    return fail_at(m, o, sentence);
}

/* ---- both --------------------------------------------------------------------------------------- */

qfp_status qfp_observed_check(const qfp_member *m)
{
    for (size_t i = 0; i < m->config.observed_count; i++) {
        const qfp_observed *o = &m->config.observed[i];
        qfp_husimi_grid q = {0};
        qfp_status status = o->mode > 0 ? read_q(m, o, &q) : check_name(m, o);
        if (o->mode > 0)
            qfp_husimi_grid_destroy(&q);
        QFP_TRY(status);
    }
    return QFP_OK;
}

/* Everything of one measurement, points [count]; a Q has x slowest. */
typedef struct columns {
    size_t count;
    double *value, *error, *computed;
} columns;

static void destroy(columns *c)
{
    free(c->value);
    free(c->error);
    free(c->computed);
}

static qfp_status make(const qfp_member *m, const qfp_observed *o, columns *out)
{
    qfp_husimi_grid q = {0};
    qfp_status status = o->mode > 0 ? read_q(m, o, &q) : QFP_OK;
    out->count = o->mode > 0 ? q.nx * q.np : o->count;
    if (status == QFP_OK)
        status = QFP_ALLOCATE(out->value, out->count, "what was measured");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(out->error, out->count, "what was measured");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(out->computed, out->count, "what was measured");
    for (size_t i = 0; i < out->count && status == QFP_OK; i++) {
        bool is_q = o->mode > 0;
        out->value[i] = is_q ? q.q[i] : o->values[i];
        out->error[i] = o->errors[is_q ? 0 : i];
        out->computed[i] = !is_q        ? computed_at(o, i, m)
                           : m->stopped ? NAN
                                        : m->marginals[o->mode - 1][i];
    }
    if (o->mode > 0)
        qfp_husimi_grid_destroy(&q);
    return status;
}

qfp_status qfp_observed_judge(const qfp_member *m, qfp_observed_result *out)
{
    for (size_t i = 0; i < m->config.observed_count; i++) {
        const qfp_observed *o = &m->config.observed[i];
        columns c = {0};
        qfp_status status = make(m, o, &c);
        snprintf(out[i].name, sizeof out[i].name, "%s", o->name);
        snprintf(out[i].source, sizeof out[i].source, "%.400s:%.90s", o->path, o->dataset);
        for (size_t k = 0; k < c.count && status == QFP_OK; k++) {
            double off = (c.computed[k] - c.value[k]) / c.error[k];
            out[i].chi2 += isfinite(off) ? off * off : 0.0;
            out[i].points += isfinite(off);
        }
        destroy(&c);
        QFP_TRY(status);
    }
    return QFP_OK;
}

static qfp_status write_columns(const qfp_member *m, const qfp_observed *o, const char *group,
                                const columns *c)
{
    char time_name[64];
    qfp_axis axes[2 * QFP_MAX_MODES] = {{.name = time_name,
                                         .count = o->count,
                                         .long_name = "time of the measurement",
                                         .values = o->times}};
    qfp_quantity q = {.unit = "1", .long_name = "Husimi function per d2alpha"};
    const qfp_axis *first = axes;
    const char *names[] = {"value", "error", "computed"};
    const char *meanings[] = {"measured: ", "standard error of the measured ", "computed: "};
    const double *data[] = {c->value, c->error, c->computed};
    snprintf(time_name, sizeof time_name, "%s/time", group);
    if (o->mode > 0) {
        qfp_snapshot_phase_axes(m->snapshot, axes);
        first = axes + 2 * (o->mode - 1);
    } else {
        q = m->solution.observables[column_of(&m->solution, o->name)];
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

static qfp_status write_one(const qfp_member *m, const qfp_observed *o, size_t number)
{
    char group[48];
    columns c = {0};
    snprintf(group, sizeof group, "/observed/%zu", number);
    qfp_status status = make(m, o, &c);
    if (status == QFP_OK)
        status = write_columns(m, o, group, &c);
    destroy(&c);
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
        QFP_TRY_GOTO(write_one(m, o, i + 1));
    }
    QFP_TRY_GOTO(qfp_snapshot_set_attribute(m->snapshot, "observed", names));
    QFP_TRY_GOTO(qfp_snapshot_set_reals(m->snapshot, "observed_chi2", count, chi2));
    status = qfp_snapshot_set_integers(m->snapshot, "observed_points", count, points);
done:
    free(points);
    free(chi2);
    return status;
}
