#include "run/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/checksum.h"

qfp_status qfp_series_create(const qfp_config *config, const qfp_solution *s, qfp_series *out)
{
    *out = (qfp_series){
        .count = config->series_count, .times = config->series_times, .columns = s->mean_count};
    QFP_TRY(QFP_ALLOCATE(out->values, out->count * out->columns, "the series"));
    QFP_TRY(QFP_ALLOCATE(out->errors, out->count * out->columns, "the series"));
    for (size_t i = 0; i < out->count * out->columns; i++)
        out->values[i] = out->errors[i] = NAN;
    return QFP_OK;
}

void qfp_series_destroy(qfp_series *series)
{
    free(series->values);
    free(series->errors);
    *series = (qfp_series){0};
}

void qfp_series_note(qfp_series *series, const double *values, const double *errors)
{
    for (size_t c = 0; c < series->columns; c++) {
        series->values[c * series->count + series->next] = values[c];
        series->errors[c * series->count + series->next] = errors[c];
    }
    series->next++;
}

static void name_of(const char *group, const qfp_quantity *q, char *name, size_t size)
{
    snprintf(name, size, "%s/%s", group, q->name);
}

static qfp_status write(const qfp_series *series, const qfp_quantity *q, const char *group,
                        const char *meaning, const double *data, qfp_snapshot *snapshot)
{
    char name[96], long_name[512];
    const qfp_axis axis = {.name = "time",
                           .count = series->count,
                           .long_name = "time of the series",
                           .values = series->times};
    name_of(group, q, name, sizeof name);
    snprintf(long_name, sizeof long_name, "%s%s", meaning, q->long_name);
    const qfp_dataset_spec spec = {
        .name = name, .units = q->unit, .long_name = long_name, .rank = 1, .axes = &axis};
    return qfp_snapshot_write(snapshot, &spec, data);
}

qfp_status qfp_series_write(const qfp_series *series, const qfp_solution *s, qfp_snapshot *snapshot)
{
    for (size_t c = 0; series->count > 0 && c < series->columns; c++) {
        const qfp_quantity *q = &s->observables[c];
        size_t at = c * series->count;
        QFP_TRY(write(series, q, "/series", "", series->values + at, snapshot));
        QFP_TRY(write(series, q, "/errors/series", "stated absolute error of the ",
                      series->errors + at, snapshot));
    }
    return QFP_OK;
}

static qfp_status read(const qfp_series *series, const qfp_quantity *q, const char *group,
                       double *data, qfp_snapshot *snapshot)
{
    char name[96];
    name_of(group, q, name, sizeof name);
    return qfp_snapshot_read(snapshot, name, series->count, data);
}

double qfp_series_checksum(const qfp_series *series, double t)
{
    size_t before = 0;
    uint64_t sum = 0;
    while (before < series->count && series->times[before] < t)
        before++;
    for (size_t c = 0; c < series->columns; c++) {
        size_t at = c * series->count;
        sum = qfpi_checksum(sum, series->values + at, before * sizeof *series->values);
        sum = qfpi_checksum(sum, series->errors + at, before * sizeof *series->errors);
    }
    return (double)(sum >> 11);
}

qfp_status qfp_series_resume(qfp_series *series, const qfp_solution *s, qfp_snapshot *snapshot,
                             double t)
{
    for (size_t c = 0; series->count > 0 && c < series->columns; c++) {
        const qfp_quantity *q = &s->observables[c];
        size_t at = c * series->count;
        QFP_TRY(read(series, q, "/series", series->values + at, snapshot));
        QFP_TRY(read(series, q, "/errors/series", series->errors + at, snapshot));
    }
    while (series->next < series->count && series->times[series->next] < t)
        series->next++;
    return qfp_series_checksum(series, t) == series->checksum
               ? QFP_OK
               : QFP_FAIL(QFP_IO,
                          "the series before t = %.6g is not what the checkpoint relies on; "
                          "run with --force to begin anew",
                          t);
}
