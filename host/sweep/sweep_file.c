#include "sweep/sweep_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_sweep.h"
#include "io/snapshot.h"
#include "sweep/columns.h"

/* The axes of the sweep stand in front of those of a dataset. */
typedef struct sweep_file {
    const qfp_config *config;
    qfp_sweep_result *out;
    qfp_snapshot *snapshot;
    qfp_axis swept[QFP_MOST_SWEPT];
    char *meaning[QFP_MOST_SWEPT];
    size_t *last;    /* [points] ordinal of the entry that counts, from 1; 0: none */
    size_t ordinal;  /* of the entry that is visited */
    double *seconds; /* [points] */
    qfp_columns columns;
    double *room; /* of one point of the largest column */
} sweep_file;

/* ---- from the log -------------------------------------------------------------------------- */

static qfp_status mark_last(void *data, const qfp_point *point)
{
    sweep_file *f = data;
    ++f->ordinal;
    if (point->number < f->out->point_count)
        f->last[point->number] = f->ordinal;
    return QFP_OK;
}

/* Calls `use` with the record of every point that has one, from the entry that counts. */
typedef struct reading {
    sweep_file *file;
    qfp_status (*use)(sweep_file *f, size_t point, const qfp_record *record);
} reading;

static qfp_status read_record(void *data, const qfp_point *point)
{
    const reading *r = data;
    sweep_file *f = r->file;
    qfp_record record;
    ++f->ordinal;
    if (point->number >= f->out->point_count || f->last[point->number] != f->ordinal)
        return QFP_OK;
    if (f->out->sentences[point->number] == NULL) {
        f->out->sentences[point->number] = qfpi_format("%s", point->sentence);
        if (f->out->sentences[point->number] == NULL)
            return QFP_FAIL(QFP_MEMORY, "out of memory for the points of a sweep");
        f->out->exits[point->number] = qfp_status_exit(point->status);
        f->seconds[point->number] = point->seconds;
    }
    if (point->record_size == 0)
        return QFP_OK;
    qfp_status status =
        qfp_record_read("a point of the sweep", point->record, point->record_size, &record);
    if (status == QFP_OK)
        status = r->use(f, point->number, &record);
    qfp_record_destroy(&record);
    return status;
}

static qfp_status each_record(sweep_file *f, qfp_point_log *log,
                              qfp_status (*use)(sweep_file *f, size_t point,
                                                const qfp_record *record))
{
    reading r = {.file = f, .use = use};
    f->ordinal = 0;
    return qfp_point_log_each(log, &r, read_record);
}

static qfp_status note(sweep_file *f, size_t point, const qfp_record *record)
{
    return qfp_columns_note(&f->columns, point, record);
}

/* ---- datasets ------------------------------------------------------------------------------ */

/* axes[]: the sweep's, then the dataset's. */
static qfp_dataset_spec spec_of(const sweep_file *f, const qfp_record_array *like, qfp_axis *axes)
{
    int swept = f->config->sweep_count;
    memcpy(axes, f->swept, (size_t)swept * sizeof *axes);
    for (int a = 0; a < like->rank; ++a)
        axes[swept + a] = (qfp_axis){.name = like->axes[a].path,
                                     .count = like->axes[a].count,
                                     .long_name = like->axes[a].long_name,
                                     .values = like->axes[a].values,
                                     .labels = (const char *const *)like->axes[a].labels};
    return (qfp_dataset_spec){.name = like->name,
                              .units = like->units,
                              .long_name = like->long_name,
                              .rank = swept + like->rank,
                              .axes = axes};
}

/* A block of a dataset: one point, or with point < 0 all. */
static qfp_status write_points(sweep_file *f, const qfp_column *column, long point,
                               const double *values)
{
    qfp_axis axes[QFP_MOST_SWEPT + QFP_RECORD_AXES];
    size_t start[QFP_MOST_SWEPT + QFP_RECORD_AXES] = {0};
    size_t count[QFP_MOST_SWEPT + QFP_RECORD_AXES];
    qfp_dataset_spec spec = spec_of(f, &column->like, axes);
    for (int a = 0; a < spec.rank; ++a)
        count[a] = axes[a].count;
    for (int a = 0; point >= 0 && a < f->config->sweep_count; ++a) {
        start[a] = qfp_config_sweep_index(f->config, (size_t)point, a);
        count[a] = 1;
    }
    return qfp_snapshot_write_block(f->snapshot, &spec, column->like.is_complex, start, count,
                                    values);
}

static qfp_status fill(sweep_file *f, size_t point, const qfp_record *record)
{
    for (size_t i = 0; i < f->columns.count; ++i) {
        const qfp_column *column = &f->columns.columns[i];
        const qfp_record_array *array =
            i < record->array_count && strcmp(record->arrays[i].name, column->like.name) == 0
                ? &record->arrays[i]
                : qfp_record_find(record, column->like.name);
        double *to = column->values != NULL ? column->values + point * column->size : f->room;
        if (array == NULL)
            continue;
        qfp_column_spread(column, array, to);
        if (column->values == NULL)
            QFP_TRY(write_points(f, column, (long)point, to));
    }
    return QFP_OK;
}

/* Those written point by point have NaN where a point brings nothing. */
static qfp_status prepare_large(sweep_file *f)
{
    size_t largest = 0;
    for (size_t i = 0; i < f->columns.count; ++i)
        if (f->columns.columns[i].values == NULL && f->columns.columns[i].size > largest)
            largest = f->columns.columns[i].size;
    QFP_TRY(QFP_ALLOCATE(f->room, largest, "a point of the sweep"));
    for (size_t k = 0; k < largest; ++k)
        f->room[k] = NAN;
    for (size_t i = 0; i < f->columns.count; ++i)
        for (size_t p = 0; f->columns.columns[i].values == NULL && p < f->out->point_count; ++p)
            QFP_TRY(write_points(f, &f->columns.columns[i], (long)p, f->room));
    return QFP_OK;
}

/* The scale of all datasets, and no dataset of its own. */
static bool is_time(const qfp_column *column)
{
    return strcmp(column->like.name, "/time") == 0;
}

/* All points have the same times, as far as they came: the room gets those of the furthest. */
static qfp_status find_times(sweep_file *f, size_t point, const qfp_record *record)
{
    const qfp_record_array *own = qfp_record_find(record, "/time");
    (void)point;
    for (size_t i = 0; own != NULL && i < own->axes[0].count; ++i)
        f->room[i] = own->data[i];
    return QFP_OK;
}

static qfp_status set_times(sweep_file *f, qfp_point_log *log)
{
    size_t longest = 1;
    for (size_t i = 0; i < f->columns.count; ++i)
        if (is_time(&f->columns.columns[i]))
            longest = f->columns.columns[i].like.axes[0].count;
    QFP_TRY(QFP_ALLOCATE(f->room, longest, "the times of a sweep"));
    QFP_TRY(each_record(f, log, find_times));
    for (size_t i = 0; i < f->columns.count; ++i) {
        qfp_record_array *like = &f->columns.columns[i].like;
        for (int a = 0; a < like->rank; ++a)
            if (strcmp(like->axes[a].path, "/time") == 0) {
                QFP_TRY(QFP_ALLOCATE(like->axes[a].values, like->axes[a].count, "the times"));
                memcpy(like->axes[a].values, f->room,
                       like->axes[a].count * sizeof *like->axes[a].values);
            }
    }
    f->out->time = f->room[longest - 1];
    free(f->room);
    f->room = NULL;
    return QFP_OK;
}

static qfp_status write_columns(sweep_file *f, qfp_point_log *log)
{
    QFP_TRY(set_times(f, log));
    QFP_TRY(qfp_columns_allocate(&f->columns));
    QFP_TRY(prepare_large(f));
    QFP_TRY(each_record(f, log, fill));
    for (size_t i = 0; i < f->columns.count; ++i) {
        const qfp_column *column = &f->columns.columns[i];
        if (column->values != NULL && !is_time(column))
            QFP_TRY(write_points(f, column, -1, column->values));
    }
    return QFP_OK;
}

/* ---- /points ------------------------------------------------------------------------------- */

static qfp_status write_of_points(sweep_file *f, const char *name, const char *units,
                                  const char *meaning, const double *values,
                                  const char *const *texts)
{
    char path[96];
    size_t start[QFP_MOST_SWEPT] = {0}, count[QFP_MOST_SWEPT];
    snprintf(path, sizeof path, "/points/%s", name);
    for (int a = 0; a < f->config->sweep_count; ++a)
        count[a] = f->swept[a].count;
    const qfp_dataset_spec spec = {.name = path,
                                   .units = units,
                                   .long_name = meaning,
                                   .rank = f->config->sweep_count,
                                   .axes = f->swept};
    return texts != NULL
               ? qfp_snapshot_write_texts(f->snapshot, &spec, texts)
               : qfp_snapshot_write_block(f->snapshot, &spec, false, start, count, values);
}

static qfp_status write_exits(sweep_file *f)
{
    size_t count = f->out->point_count;
    double *exits = NULL;
    const char **sentences = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(exits, count, "the points of a sweep"));
    QFP_TRY_GOTO(QFP_ALLOCATE(sentences, count, "the points of a sweep"));
    for (size_t i = 0; i < count; ++i) {
        exits[i] = f->out->exits[i];
        sentences[i] = f->out->sentences[i] != NULL ? f->out->sentences[i] : "";
    }
    QFP_TRY_GOTO(write_of_points(f, "exit_status", "1",
                                 "exit status of the run of the point, 0: done, -1: not solved",
                                 exits, NULL));
    QFP_TRY_GOTO(
        write_of_points(f, "seconds", "s", "wall time of the run of the point", f->seconds, NULL));
    status = write_of_points(f, "sentence", "1", "why the point failed, or what its run warned of",
                             NULL, sentences);
done:
    free(exits);
    free(sentences);
    return status;
}

/* A key that is swept is also an attribute of a run: kappa. */
static bool is_axis(const sweep_file *f, const char *name)
{
    for (int a = 0; a < f->config->sweep_count; ++a)
        if (strcmp(f->config->sweep[a].key, name) == 0)
            return true;
    return false;
}

/* What all points say alike is said once; of the rest single numbers stand below /points. */
static qfp_status write_attributes(sweep_file *f)
{
    static const char *const own[] = {"config", "kind", "title", "stopped", "warning"};
    for (size_t i = 0; i < f->columns.attribute_count; ++i) {
        const qfp_column_attribute *a = &f->columns.attributes[i];
        bool is_root = a->like.object[0] == '\0', is_own = is_root && is_axis(f, a->like.name);
        for (size_t k = 0; k < sizeof own / sizeof *own; ++k)
            is_own |= strcmp(a->like.name, own[k]) == 0;
        if (is_own)
            continue;
        if (a->differs && a->values != NULL && is_root)
            QFP_TRY(write_of_points(f, a->like.name, "1", "attribute of the run of the point",
                                    a->values, NULL));
        else if (a->like.text != NULL && (!a->differs || strcmp(a->like.name, "date") == 0))
            QFP_TRY(is_root ? qfp_snapshot_set_attribute(f->snapshot, a->like.name, a->like.text)
                            : qfp_snapshot_set_attribute_of(f->snapshot, a->like.object,
                                                            a->like.name, a->like.text));
        else if (!a->differs && is_root && a->like.text == NULL)
            QFP_TRY(
                qfp_snapshot_set_reals(f->snapshot, a->like.name, a->like.count, a->like.numbers));
    }
    if (f->out->warning[0] != '\0')
        QFP_TRY(qfp_snapshot_set_attribute(f->snapshot, "warning", f->out->warning));
    QFP_TRY(qfp_snapshot_set_attribute(f->snapshot, "kind", "sweep"));
    QFP_TRY(qfp_snapshot_set_attribute(f->snapshot, "title", f->config->title));
    return qfp_snapshot_set_attribute(f->snapshot, "config", f->config->text);
}

/* ---- what the caller is told ---------------------------------------------------------------- */

static const qfp_column *column_of(const sweep_file *f, const char *group, const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "/%s/%s", group, name);
    for (size_t i = 0; i < f->columns.count; ++i)
        if (strcmp(f->columns.columns[i].like.name, path) == 0)
            return &f->columns.columns[i];
    return NULL;
}

/* The last time of a point; NaN where it is not there. */
static double last_value(const qfp_column *column, size_t point)
{
    return column != NULL && column->values != NULL && column->size > 0
               ? column->values[(point + 1) * column->size - 1]
               : NAN;
}

static qfp_status report(sweep_file *f)
{
    static const char prefix[] = "/observables/";
    qfp_sweep_result *out = f->out;
    size_t count = f->columns.count, points = out->point_count;
    QFP_TRY(QFP_ALLOCATE(out->names, count, "the observables"));
    for (size_t i = 0; i < count; ++i) {
        const char *name = f->columns.columns[i].like.name;
        if (strncmp(name, prefix, sizeof prefix - 1) == 0)
            snprintf(out->names[out->observable_count++], sizeof *out->names, "%s",
                     name + sizeof prefix - 1);
    }
    QFP_TRY(QFP_ALLOCATE(out->values, points * out->observable_count, "the observables"));
    QFP_TRY(QFP_ALLOCATE(out->errors, points * out->observable_count, "the errors"));
    for (size_t o = 0; o < out->observable_count; ++o) {
        const qfp_column *value = column_of(f, "observables", out->names[o]);
        const qfp_column *error = column_of(f, "errors", out->names[o]);
        for (size_t i = 0; i < points; ++i) {
            out->values[i * out->observable_count + o] = last_value(value, i);
            out->errors[i * out->observable_count + o] = last_value(error, i);
        }
    }
    return QFP_OK;
}

/* ---- the file ------------------------------------------------------------------------------ */

static bool ends_with(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return strcmp(slash != NULL ? slash + 1 : path, name) == 0;
}

/* Of a dataset, or of an axis of one. */
static bool is_of_columns(const sweep_file *f, const char *name)
{
    for (size_t i = 0; i < f->columns.count; ++i) {
        const qfp_record_array *like = &f->columns.columns[i].like;
        bool is_taken = ends_with(like->name, name);
        for (int a = 0; a < like->rank; ++a)
            is_taken |= ends_with(like->axes[a].path, name);
        if (is_taken)
            return true;
    }
    return false;
}

/* xarray shows the values of an axis under its name in every group. */
static bool is_taken(const sweep_file *f, const qfp_sweep_axis *axis)
{
    static const char *const own[] = {"time", "exit_status", "sentence", "seconds"};
    for (size_t i = 0; i < sizeof own / sizeof *own; ++i)
        if (strcmp(axis->name, own[i]) == 0)
            return true;
    for (size_t i = 0; i < f->columns.attribute_count; ++i)
        if (strcmp(axis->name, f->columns.attributes[i].like.name) == 0 && !is_axis(f, axis->name))
            return true;
    return is_of_columns(f, axis->name);
}

static qfp_status describe_axes(sweep_file *f)
{
    for (int a = 0; a < f->config->sweep_count; ++a) {
        const qfp_sweep_axis *axis = &f->config->sweep[a];
        qfp_sweep_axis_result *out = &f->out->axes[a];
        snprintf(out->name, sizeof out->name, "%s%s", is_taken(f, axis) ? "swept_" : "",
                 axis->name);
        f->meaning[a] = qfpi_format("%s of the configuration", axis->key);
        if (f->meaning[a] == NULL)
            return QFP_FAIL(QFP_MEMORY, "out of memory for the points of a sweep");
        f->swept[a] =
            (qfp_axis){.name = out->name,
                       .count = axis->count,
                       .long_name = f->meaning[a],
                       .values = axis->numbers,
                       .labels = axis->numbers != NULL ? NULL : (const char *const *)axis->labels};
    }
    return QFP_OK;
}

static qfp_status write_file(sweep_file *f, const char *path, qfp_point_log *log)
{
    QFP_TRY(qfp_snapshot_create_bare(path, &f->snapshot));
    qfp_status status = write_columns(f, log);
    if (status == QFP_OK)
        status = write_exits(f);
    if (status == QFP_OK)
        status = write_attributes(f);
    if (status == QFP_OK)
        status = report(f);
    if (status == QFP_OK)
        return qfp_snapshot_finish(f->snapshot, false);
    qfp_snapshot_abandon(f->snapshot);
    return status;
}

qfp_status qfp_sweep_file_write(const qfp_config *config, const char *path, qfp_point_log *log,
                                qfp_sweep_result *out)
{
    sweep_file f = {.config = config, .out = out, .columns = {.points = out->point_count}};
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(f.last, out->point_count, "the points of a sweep"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f.seconds, out->point_count, "the points of a sweep"));
    QFP_TRY_GOTO(qfp_point_log_each(log, &f, mark_last));
    QFP_TRY_GOTO(each_record(&f, log, note));
    QFP_TRY_GOTO(describe_axes(&f));
    status = write_file(&f, path, log);
done:
    for (int a = 0; a < config->sweep_count; ++a)
        free(f.meaning[a]);
    qfp_columns_destroy(&f.columns);
    free(f.last);
    free(f.seconds);
    free(f.room);
    return status;
}
