#include "io/config_observed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_keys.h"
#include "io/husimi_file.h"
#include "io/snapshot.h"

enum { MOST_OBSERVED = 16, MOST_POINTS = 1000000 };

/* Finite numbers; malloc'ed.  A list, one axis longer than 1, as MATLAB's [1, N] has; `count` 0: of any length. */
static qfp_status read_list(const qfp_config_reader *reader, const qfp_yaml_node *at,
                            const char *path, const char *dataset, size_t count, size_t *found,
                            double **out)
{
    int rank, is_complex, long_axes = 0;
    size_t shape[16], all = 1;
    QFP_TRY(qfp_hdf5_read(path, dataset, &rank, shape, &is_complex, out));
    for (int a = 0; a < rank; a++) {
        long_axes += shape[a] != 1;
        all *= shape[a];
    }
    if (is_complex)
        return QFP_CONFIG_FAIL(reader, at,
                               "%s of %s is complex; write its parts, for example re_a_1 and "
                               "im_a_1, each with its error",
                               dataset, path);
    if (long_axes > 1 || all == 0 || all > MOST_POINTS)
        return QFP_CONFIG_FAIL(reader, at,
                               "%s of %s has to be a list of 1 to %d numbers, but has %d axes and "
                               "%zu numbers",
                               dataset, path, MOST_POINTS, rank, all);
    if (count > 0 && all != count)
        return QFP_CONFIG_FAIL(reader, at,
                               "%s of %s has %zu numbers, but what was measured has %zu", dataset,
                               path, all, count);
    for (size_t i = 0; i < all; i++)
        if (!isfinite((*out)[i]))
            return QFP_CONFIG_FAIL(reader, at, "entry %zu of %s of %s is %g", i + 1, dataset, path,
                                   (*out)[i]);
    *found = all;
    return QFP_OK;
}

/* `time` beside the dataset, or else /time. */
static qfp_status read_times(const qfp_config_reader *reader, const qfp_yaml_node *at,
                             const qfp_config *config, qfp_observed *out)
{
    const char *slash = strrchr(out->dataset, '/');
    size_t found;
    double end = config->times[config->time_count - 1];
    char *beside = qfpi_format("%.*s/time", (int)(slash - out->dataset), out->dataset);
    if (beside == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", reader->source);
    qfp_status status = read_list(reader, at, out->path, beside, out->count, &found, &out->times);
    if (status == QFP_IO)
        status = read_list(reader, at, out->path, "/time", out->count, &found, &out->times);
    if (status == QFP_IO)
        status = QFP_CONFIG_FAIL(reader, at,
                                 "the times of %s are sought in %s and /time, and %s has neither",
                                 out->dataset, beside, out->path);
    free(beside);
    QFP_TRY(status);
    for (size_t i = 0; i < out->count; i++) {
        if (i > 0 && !(out->times[i] > out->times[i - 1]))
            return QFP_CONFIG_FAIL(reader, at, "the times of %s must increase, but %g follows %g",
                                   out->dataset, out->times[i], out->times[i - 1]);
        if (out->times[i] < 0.0 || out->times[i] > end)
            return QFP_CONFIG_FAIL(
                reader, at,
                "%s was measured at t = %.12g, outside of the run, which is from "
                "0 to the last of output.times, %.12g",
                out->dataset, out->times[i], end);
    }
    return QFP_OK;
}

/* "mode_2": Q of the second mode. */
static int mode_of(const char *name)
{
    for (int j = 1; j <= QFP_MAX_MODES; j++) {
        char known[16];
        snprintf(known, sizeof known, "mode_%d", j);
        if (strcmp(name, known) == 0)
            return j;
    }
    return 0;
}

/* Q [x, p], or the last of [T, x, p], with its axes. */
static qfp_status read_q(const qfp_config_reader *reader, const qfp_yaml_node *at,
                         qfp_observed *out)
{
    qfp_husimi_grid q;
    bool found;
    QFP_TRY(qfp_husimi_file_read(out->path, out->dataset, &found, &q));
    if (!found)
        return QFP_CONFIG_FAIL(reader, at,
                               "%s of %s is no real [x, p] with its axes: they are the datasets x "
                               "and p beside it, or scales attached to it",
                               out->dataset, out->path);
    out->nx = q.nx;
    out->np = q.np;
    out->count = q.nx * q.np;
    out->x = q.x;
    out->p = q.p;
    out->values = q.q;
    return out->count <= MOST_POINTS
               ? QFP_OK
               : QFP_CONFIG_FAIL(reader, at, "%s of %s has %zu numbers, at most %d are possible",
                                 out->dataset, out->path, out->count, MOST_POINTS);
}

/* Of every number of a Q, with the same axes. */
static qfp_status read_errors_of_q(const qfp_config_reader *reader, const qfp_yaml_node *at,
                                   qfp_observed *out)
{
    qfp_husimi_grid q;
    bool found;
    QFP_TRY(qfp_husimi_file_read(out->path, at->text, &found, &q));
    bool is_same = found && q.nx == out->nx && q.np == out->np &&
                   memcmp(q.x, out->x, q.nx * sizeof *q.x) == 0 &&
                   memcmp(q.p, out->p, q.np * sizeof *q.p) == 0;
    if (is_same) {
        out->errors = q.q;
        q.q = NULL;
    }
    qfp_husimi_grid_destroy(&q);
    return is_same
               ? QFP_OK
               : QFP_CONFIG_FAIL(reader, at,
                                 "%s of %s has to be real and on the axes of %s, %zu x and %zu p",
                                 at->text, out->path, out->dataset, out->nx, out->np);
}

/* The same everywhere, or one for every value, in the same file. */
static qfp_status read_errors(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_observed *out)
{
    size_t found;
    double error = 0.0;
    if (node->kind == QFP_YAML_SCALAR && node->text[0] == '/' && out->mode > 0) {
        QFP_TRY(read_errors_of_q(reader, node, out));
    } else if (node->kind == QFP_YAML_SCALAR && node->text[0] == '/') {
        QFP_TRY(read_list(reader, node, out->path, node->text, out->count, &found, &out->errors));
    } else {
        QFP_TRY(qfp_config_real(reader, node, &error));
        QFP_TRY(QFP_ALLOCATE(out->errors, out->count, "measured errors"));
        for (size_t i = 0; i < out->count; i++)
            out->errors[i] = error;
    }
    for (size_t i = 0; i < out->count; i++)
        if (!(out->errors[i] > 0.0) || !isfinite(out->errors[i]))
            return QFP_CONFIG_FAIL(reader, node, "errors are above 0, but entry %zu is %g", i + 1,
                                   out->errors[i]);
    return QFP_OK;
}

static qfp_status read_one(const qfp_config_reader *reader, const qfp_yaml_node *map,
                           const qfp_config *config, qfp_observed *out)
{
    const qfp_yaml_node *file, *dataset, *error;
    const char *name;
    QFP_TRY(qfp_config_check_keys(reader, map, "observed"));
    QFP_TRY(qfp_config_require(reader, map, "file", &file));
    QFP_TRY(qfp_config_require(reader, map, "dataset", &dataset));
    QFP_TRY(qfp_config_require(reader, map, "error", &error));
    QFP_TRY(qfp_config_file_name(reader, file, &out->path));
    QFP_TRY(qfp_config_text(reader, dataset, &name));
    if (name[0] != '/' || strlen(strrchr(name, '/') + 1) >= sizeof out->name)
        return QFP_CONFIG_WRONG(reader, dataset);
    snprintf(out->name, sizeof out->name, "%s", strrchr(name, '/') + 1);
    out->dataset = qfpi_format("%s", name);
    if (out->dataset == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", reader->source);
    out->line = dataset->from_override ? 0 : dataset->line;
    out->column = dataset->column;
    out->mode = mode_of(out->name);
    if (out->mode > reader->modes)
        return QFP_CONFIG_FAIL(reader, dataset, "%s would be Q of mode %d, but there %s %d",
                               out->dataset, out->mode, reader->modes == 1 ? "is" : "are",
                               reader->modes);
    if (out->mode > 0) {
        QFP_TRY(read_q(reader, dataset, out));
        return read_errors(reader, error, out);
    }
    QFP_TRY(read_list(reader, dataset, out->path, out->dataset, 0, &out->count, &out->values));
    QFP_TRY(read_times(reader, dataset, config, out));
    return read_errors(reader, error, out);
}

/* The series goes by way of these times as well. */
static qfp_status add_times(size_t more, const double *times, qfp_config *config)
{
    double *all = NULL;
    size_t a = 0, b = 0, count = 0;
    QFP_TRY(QFP_ALLOCATE(all, config->series_count + more, "the series"));
    while (a < config->series_count || b < more) {
        double series = a < config->series_count ? config->series_times[a] : INFINITY;
        double measured = b < more ? times[b] : INFINITY;
        all[count++] = fmin(series, measured);
        a += series <= measured;
        b += measured <= series;
    }
    free(config->series_times);
    config->series_times = all;
    config->series_count = count;
    return QFP_OK;
}

qfp_status qfp_config_observed(const qfp_config_reader *reader, const qfp_yaml_node *root,
                               qfp_config *config)
{
    const qfp_yaml_node *node = qfp_yaml_find(root, "observed");
    bool is_list = node != NULL && node->kind == QFP_YAML_LIST;
    size_t count = node == NULL ? 0 : is_list ? node->count : 1;
    if (node == NULL)
        return QFP_OK;
    if (config->expression == NULL || config->ensemble.method != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node,
                                   "only what `qfp run` computes is compared with it");
    if (count == 0 || count > MOST_OBSERVED)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(config->observed, count, "what was measured"));
    if (config->series_count == 0)
        QFP_TRY(add_times(config->time_count, config->times, config));
    for (size_t i = 0; i < count; i++) {
        qfp_observed *o = &config->observed[config->observed_count++];
        QFP_TRY(read_one(reader, is_list ? node->items[i] : node, config, o));
        if (o->mode == 0)
            QFP_TRY(add_times(o->count, o->times, config));
    }
    return QFP_OK;
}

void qfp_config_observed_clear(qfp_config *config)
{
    for (size_t i = 0; i < config->observed_count; i++) {
        qfp_observed *o = &config->observed[i];
        free(o->path);
        free(o->dataset);
        free(o->times);
        free(o->x);
        free(o->p);
        free(o->values);
        free(o->errors);
    }
    free(config->observed);
}
