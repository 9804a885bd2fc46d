#include "run/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

qfp_status qfp_series_create(const qfp_config *config, const qfp_solution *s, qfp_series *out)
{
    *out = (qfp_series){
        .count = config->series_count, .times = config->series_times, .columns = s->mean_count};
    QFP_TRY(QFP_ALLOCATE(out->values, out->count * out->columns, "the series"));
    for (size_t i = 0; i < out->count * out->columns; i++)
        out->values[i] = NAN;
    return QFP_OK;
}

void qfp_series_destroy(qfp_series *series)
{
    free(series->values);
    *series = (qfp_series){0};
}

void qfp_series_note(qfp_series *series, const double *values)
{
    for (size_t c = 0; c < series->columns; c++)
        series->values[c * series->count + series->next] = values[c];
    series->next++;
}

static void name_of(const qfp_quantity *q, char *name, size_t size)
{
    snprintf(name, size, "/series/%s", q->name);
}

qfp_status qfp_series_write(const qfp_series *series, const qfp_solution *s, qfp_snapshot *snapshot)
{
    const qfp_axis axis = {.name = "time",
                           .count = series->count,
                           .long_name = "time of the series",
                           .values = series->times};
    for (size_t c = 0; series->count > 0 && c < series->columns; c++) {
        const qfp_quantity *q = &s->observables[c];
        char name[64];
        name_of(q, name, sizeof name);
        const qfp_dataset_spec spec = {
            .name = name, .units = q->unit, .long_name = q->long_name, .rank = 1, .axes = &axis};
        QFP_TRY(qfp_snapshot_write(snapshot, &spec, series->values + c * series->count));
    }
    return QFP_OK;
}

qfp_status qfp_series_resume(qfp_series *series, const qfp_solution *s, qfp_snapshot *snapshot,
                             double t)
{
    for (size_t c = 0; series->count > 0 && c < series->columns; c++) {
        char name[64];
        name_of(&s->observables[c], name, sizeof name);
        QFP_TRY(
            qfp_snapshot_read(snapshot, name, series->count, series->values + c * series->count));
    }
    while (series->next < series->count && series->times[series->next] < t)
        series->next++;
    return QFP_OK;
}
