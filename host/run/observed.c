#include "run/observed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* mean_count where it is none of the expectation values. */
static size_t column_of(const qfp_solution *s, const char *name)
{
    size_t c = 0;
    while (c < s->mean_count && strcmp(s->observables[c].name, name) != 0)
        c++;
    return c;
}

qfp_status qfp_observed_check(const qfp_config *config, const qfp_solution *s)
{
    for (size_t i = 0; i < config->observed_count; i++) {
        const qfp_observed *o = &config->observed[i];
        const char *known[256], *near;
        char place[32] = "", advice[96] = "see `qfp help observed`";
        size_t count = s->mean_count < 256 ? s->mean_count : 256;
        if (column_of(s, o->name) < s->mean_count)
            continue;
        for (size_t c = 0; c < count; c++)
            known[c] = s->observables[c].name;
        near = qfp_nearest(o->name, known, count);
        if (o->line > 0)
            snprintf(place, sizeof place, ":%d:%d", o->line, o->column);
        if (near != NULL)
            snprintf(advice, sizeof advice, "did you mean '%s'?", near);
        return QFP_FAIL(
            QFP_CONFIG,
            "%s%s: observed.dataset: '%s', the last part of %s, is no expectation value "
            "of this run; %s",
            config->path, place, o->name, o->dataset, advice);
    }
    return QFP_OK;
}

/* What the theory says at measured time `i`, NaN where it did not come so far; the series has each of them. */
static double computed_at(const qfp_observed *o, size_t i, const qfp_solution *s,
                          const qfp_series *series)
{
    size_t low = 0, high = series->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (series->times[middle] < o->times[i])
            low = middle + 1;
        else
            high = middle;
    }
    return series->values[column_of(s, o->name) * series->count + low];
}

void qfp_observed_judge(const qfp_config *config, const qfp_solution *s, const qfp_series *series,
                        qfp_observed_result *out)
{
    for (size_t i = 0; i < config->observed_count; i++) {
        const qfp_observed *o = &config->observed[i];
        snprintf(out[i].name, sizeof out[i].name, "%s", o->name);
        snprintf(out[i].source, sizeof out[i].source, "%.400s:%.90s", o->path, o->dataset);
        for (size_t k = 0; k < o->count; k++) {
            double off = (computed_at(o, k, s, series) - o->values[k]) / o->errors[k];
            out[i].chi2 += isfinite(off) ? off * off : 0.0;
            out[i].points += isfinite(off);
        }
    }
}

static qfp_status write_one(const qfp_observed *o, size_t number, const qfp_quantity *q,
                            const double *computed, qfp_snapshot *snapshot)
{
    char axis_name[64], group[48];
    const struct {
        const char *name, *meaning;
        const double *data;
    } columns[] = {{"value", "measured: ", o->values},
                   {"error", "standard error of the measured ", o->errors},
                   {"computed", "computed at the times of the measurement: ", computed}};
    snprintf(group, sizeof group, "/observed/%zu", number);
    snprintf(axis_name, sizeof axis_name, "%s/time", group);
    const qfp_axis axis = {.name = axis_name,
                           .count = o->count,
                           .long_name = "time of the measurement",
                           .values = o->times};
    for (int c = 0; c < 3; c++) {
        char name[96], long_name[512];
        snprintf(name, sizeof name, "%s/%s", group, columns[c].name);
        snprintf(long_name, sizeof long_name, "%s%s", columns[c].meaning, q->long_name);
        const qfp_dataset_spec spec = {
            .name = name, .units = q->unit, .long_name = long_name, .rank = 1, .axes = &axis};
        QFP_TRY(qfp_snapshot_write(snapshot, &spec, columns[c].data));
    }
    return qfp_snapshot_set_attribute_of(snapshot, group, "name", o->name);
}

qfp_status qfp_observed_write(const qfp_config *config, const qfp_solution *s,
                              const qfp_series *series, const qfp_observed_result *judged,
                              qfp_snapshot *snapshot)
{
    size_t count = config->observed_count;
    double *chi2 = NULL, *computed = NULL;
    int64_t *points = NULL;
    char names[16 * (QFP_OBSERVABLE_NAME + 2)] = "";
    qfp_status status;
    if (count == 0 || snapshot == NULL)
        return QFP_OK;
    QFP_TRY_GOTO(QFP_ALLOCATE(chi2, count, "chi squared"));
    QFP_TRY_GOTO(QFP_ALLOCATE(points, count, "chi squared"));
    QFP_TRY_GOTO(QFP_ALLOCATE(computed, series->count, "chi squared"));
    for (size_t i = 0; i < count; i++) {
        const qfp_observed *o = &config->observed[i];
        size_t used = strlen(names);
        chi2[i] = judged[i].chi2;
        points[i] = (int64_t)judged[i].points;
        snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", o->name);
        for (size_t k = 0; k < o->count; k++)
            computed[k] = computed_at(o, k, s, series);
        QFP_TRY_GOTO(
            write_one(o, i + 1, &s->observables[column_of(s, o->name)], computed, snapshot));
    }
    QFP_TRY_GOTO(qfp_snapshot_set_attribute(snapshot, "observed", names));
    QFP_TRY_GOTO(qfp_snapshot_set_reals(snapshot, "observed_chi2", count, chi2));
    status = qfp_snapshot_set_integers(snapshot, "observed_points", count, points);
done:
    free(computed);
    free(points);
    free(chi2);
    return status;
}
