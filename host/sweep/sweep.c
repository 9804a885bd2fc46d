#include "qfp/sweep.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/ranks.h"
#include "core/stop.h"
#include "io/config_sweep.h"
#include "io/output_claim.h"
#include "io/progress.h"
#include "io/record.h"
#include "qfp/run.h"
#include "qfp/steady.h"
#include "sweep/point_log.h"
#include "sweep/settled.h"
#include "sweep/sweep_file.h"
#include "sweep/workers.h"

typedef struct sweep {
    const qfp_config *config;
    const qfp_sweep_options *options;
    qfp_sweep_result *out;
    char *log_path;
    qfp_point_log *log;
    qfp_settled settled;
    int device; /* of this rank among others on its machine; -1: none of its own */
    size_t todo_count, done_count;
    size_t *todo; /* [todo_count] the points that are to be solved */
    bool *solved; /* [point_count] */
    qfp_progress *progress;
} sweep;

/* ---- a point ------------------------------------------------------------------------------- */

/* `result` has the arrays; free it either way. */
static qfp_status solve_config(const sweep *s, qfp_config *config, qfp_run_result *result)
{
    const qfp_run_options keep = {.keep = 1};
    qfp_steady_modes modes;
    config->basis = s->settled.basis;
    config->state_count = 0; /* their levels differ from point to point */
    config->checkpoint_seconds = 0.0;
    if (config->device < 0 && config->backend != QFP_BACKEND_CPU)
        config->device = s->device;
    for (int j = 0; j < config->modes; j++)
        if (config->husimi_follows[j]) {
            config->husimi_follows[j] = false;
            memcpy(config->husimi_window[j], s->settled.window[j], sizeof s->settled.window[j]);
        }
    return config->for_steady ? qfp_steady(config, &keep, result, &modes)
                              : qfp_run(config, &keep, result);
}

static void solve(void *data, size_t task, FILE *answer)
{
    const sweep *s = data;
    char sentence[1024], *bytes = NULL;
    qfp_run_result result = {0};
    qfp_config *config = NULL;
    qfp_point point = {.number = s->todo[task], .sentence = sentence};
    double start = qfpi_seconds_now();
    point.status = qfp_config_at_point(s->config, point.number, &config);
    if (point.status == QFP_OK)
        point.status = solve_config(s, config, &result);
    snprintf(sentence, sizeof sentence, "%s",
             point.status == QFP_OK ? result.warning : qfp_last_error());
    qfp_config_destroy(config);
    FILE *stream = open_memstream(&bytes, &point.record_size);
    if (stream != NULL && result.arrays != NULL && result.time_count > 0)
        qfp_record_write(result.arrays, stream);
    if (stream == NULL || fclose(stream) != 0) {
        point.status = QFP_MEMORY;
        point.record_size = 0;
        snprintf(sentence, sizeof sentence, "out of memory for what the point gave");
    }
    point.record = bytes;
    point.seconds = qfpi_seconds_now() - start;
    qfp_point_write(&point, answer);
    qfp_run_result_destroy(&result);
    free(bytes);
}

static void note_point(sweep *s, const qfp_point *point)
{
    s->solved[point->number] = true;
    s->done_count++;
    char note[96];
    snprintf(note, sizeof note, "%zu of %zu points", s->done_count, s->todo_count);
    qfp_progress_update(s->progress, (double)s->done_count / (double)s->todo_count, note);
}

static qfp_status receive(void *data, size_t task, const void *bytes, size_t size)
{
    sweep *s = data;
    qfp_point point;
    size_t taken = 0;
    QFP_TRY(qfp_point_read(bytes, size, &point, &taken));
    if (point.number != s->todo[task] || taken != size)
        return QFP_FAIL(QFP_INTERNAL, "a child of the sweep answered for another point");
    QFP_TRY(qfp_point_log_append(s->log, bytes, size));
    note_point(s, &point);
    return QFP_OK;
}

static qfp_status lose(void *data, size_t task, const char *how)
{
    sweep *s = data;
    char sentence[256], *bytes = NULL;
    size_t size = 0;
    if (s->solved[s->todo[task]]) /* it had answered */
        return QFP_OK;
    snprintf(sentence, sizeof sentence, "the process that solved it ended %s", how);
    const qfp_point point = {
        .number = s->todo[task], .status = QFP_MEMORY, .seconds = NAN, .sentence = sentence};
    FILE *stream = open_memstream(&bytes, &size);
    if (stream == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the points of a sweep");
    qfp_point_write(&point, stream);
    qfp_status status = fclose(stream) == 0
                            ? receive(s, task, bytes, size)
                            : QFP_FAIL(QFP_MEMORY, "out of memory for the points of a sweep");
    free(bytes);
    return status;
}

/* ---- the points ---------------------------------------------------------------------------- */

static qfp_status mark_solved(void *data, const qfp_point *point)
{
    sweep *s = data;
    if (point->number < s->out->point_count)
        s->solved[point->number] = point->status == QFP_OK;
    return QFP_OK;
}

static qfp_status list_todo(sweep *s)
{
    QFP_TRY(QFP_ALLOCATE(s->todo, s->out->point_count, "the points of a sweep"));
    for (size_t i = 0; i < s->out->point_count; i++)
        if (!s->solved[i])
            s->todo[s->todo_count++] = i;
    s->out->solved_count = s->todo_count;
    return QFP_OK;
}

static qfp_status open_log(sweep *s)
{
    struct stat found;
    const qfp_sweep_options *o = s->options;
    if (o->resume) {
        QFP_TRY(qfp_point_log_open(s->log_path, s->config->text, &s->log));
        return qfp_point_log_each(s->log, s, mark_solved);
    }
    if (!o->force && lstat(s->log_path, &found) == 0)
        return QFP_FAIL(QFP_IO,
                        "%s: a sweep was interrupted here, or had points that failed; go on with "
                        "--resume, or give --force to begin anew",
                        s->log_path);
    return qfp_point_log_create(s->log_path, s->config->text, &s->log);
}

/* Of this rank. */
static int processes_for(const sweep *s)
{
    const size_t ranks = (size_t)qfpi_ranks(), most = (s->todo_count + ranks - 1) / ranks;
    int cores = omp_get_max_threads(), wanted = s->options->processes;
    int processes = wanted > 0 ? wanted : s->settled.devices > 0 ? 1 : cores;
    return most < (size_t)processes ? (int)most : processes;
}

/* A rank that failed. */
static void note_rank(void *data, const char *sentence)
{
    sweep *s = data;
    size_t used = strlen(s->out->warning);
    snprintf(s->out->warning + used, sizeof s->out->warning - used, "%s%s", used > 0 ? "; " : "",
             sentence);
}

static qfp_status solve_all(sweep *s)
{
    int processes = processes_for(s), cores = omp_get_max_threads();
    const qfp_work work = {
        .count = s->todo_count,
        .crew = {.processes = processes,
                 .threads = processes < cores ? cores / (processes > 0 ? processes : 1) : 1,
                 .data = s,
                 .solve = solve,
                 .receive = receive,
                 .lose = lose},
        .note = note_rank};
    s->device = s->settled.devices > 0 && qfpi_ranks() > 1
                    ? qfpi_rank() % qfpi_ranks_here() % s->settled.devices
                    : -1;
    s->progress =
        qfp_progress_create(s->options->show_progress ? s->config->title : NULL, qfpi_seconds_now);
    qfpi_stop_heed(true);
    qfp_status status = qfp_work_do(&work, &s->out->processes);
    qfpi_stop_heed(false);
    qfp_progress_destroy(s->progress);
    return status;
}

/* What was solved stays for --resume. */
static qfp_status keep_log(const sweep *s, qfp_status status)
{
    char sentence[1024];
    if (s->log == NULL || s->done_count == 0)
        return status;
    snprintf(sentence, sizeof sentence, "%.900s", qfp_last_error());
    return QFP_FAIL(status, "%s; the %zu points solved so far stay in %s, for --resume", sentence,
                    s->done_count, s->log_path);
}

static qfp_status describe(const sweep *s)
{
    qfp_sweep_result *out = s->out;
    out->axis_count = s->config->sweep_count;
    out->lacks_states = s->config->state_count > 0;
    QFP_TRY(QFP_ALLOCATE(out->axes, (size_t)out->axis_count, "the axes of a sweep"));
    for (int a = 0; a < out->axis_count; a++) {
        const qfp_sweep_axis *from = &s->config->sweep[a];
        qfp_sweep_axis_result *to = &out->axes[a];
        snprintf(to->name, sizeof to->name, "%s", from->name);
        QFP_TRY(QFP_ALLOCATE(to->labels, from->count, "the axes of a sweep"));
        to->count = from->count;
        for (size_t i = 0; i < from->count; i++)
            snprintf(to->labels[i], sizeof to->labels[i], "%s", from->labels[i]);
        if (from->numbers == NULL)
            continue;
        QFP_TRY(QFP_ALLOCATE(to->values, from->count, "the axes of a sweep"));
        memcpy(to->values, from->numbers, from->count * sizeof *to->values);
    }
    QFP_TRY(QFP_ALLOCATE(out->exits, out->point_count, "the points of a sweep"));
    for (size_t i = 0; i < out->point_count; i++)
        out->exits[i] = -1;
    return QFP_ALLOCATE(out->sentences, out->point_count, "the points of a sweep");
}

static qfp_status status_of_exit(int exit)
{
    for (int status = QFP_OK; status < QFP_STATUS_COUNT; status++)
        if (qfp_status_exit((qfp_status)status) == exit)
            return (qfp_status)status;
    return QFP_INTERNAL;
}

/* "U = 3, alpha = 1" */
static void name_point(const sweep *s, size_t point, char *text, size_t size)
{
    text[0] = '\0';
    for (int a = 0; a < s->config->sweep_count; a++) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s = %s", a > 0 ? ", " : "", s->config->sweep[a].name,
                 s->config->sweep[a].labels[qfp_config_sweep_index(s->config, point, a)]);
    }
}

static qfp_status judge(sweep *s)
{
    qfp_sweep_result *out = s->out;
    size_t first = out->point_count;
    char name[256];
    for (size_t i = out->point_count; i-- > 0;)
        if (out->exits[i] != 0) {
            out->failed_count++;
            first = i;
        }
    if (out->failed_count == 0) {
        unlink(s->log_path);
        return QFP_OK;
    }
    name_point(s, first, name, sizeof name);
    return QFP_FAIL(status_of_exit(out->exits[first]),
                    "%zu of %zu points failed, the first at %s: %s; --resume tries them again",
                    out->failed_count, out->point_count, name, out->sentences[first]);
}

/* What is to be done, by rank 0. */
static qfp_status prepare(sweep *s)
{
    QFP_TRY(QFP_ALLOCATE(s->solved, s->out->point_count, "the points of a sweep"));
    QFP_TRY(describe(s));
    QFP_TRY(open_log(s));
    QFP_TRY(list_todo(s));
    QFP_TRY(qfp_sweep_settle(s->config, &s->settled));
    snprintf(s->out->choice, sizeof s->out->choice, "%s", s->settled.choice);
    snprintf(s->out->basis, sizeof s->out->basis, "%s", qfp_basis_names[s->settled.basis]);
    return QFP_OK;
}

static qfp_status share(sweep *s)
{
    size_t bytes = s->todo_count * sizeof *s->todo;
    void *todo = s->todo;
    QFP_TRY(qfpi_ranks_share(&s->settled, sizeof s->settled));
    QFP_TRY(qfpi_ranks_share_block(&todo, &bytes));
    s->todo = todo;
    s->todo_count = bytes / sizeof *s->todo;
    return QFP_OK;
}

/* What was done, by rank 0. */
static qfp_status conclude(sweep *s, qfp_status status)
{
    if (status == QFP_OK)
        status = qfp_sweep_file_write(s->config, s->options->output_path, s->log, s->out);
    return status == QFP_OK ? judge(s) : keep_log(s, status);
}

/* Rank 0 has the log and the file and hands the points out; all of them solve. */
static qfp_status sweep_all(sweep *s)
{
    const bool is_first = qfpi_rank() == 0;
    qfp_status status = QFP_OK;
    qfpi_ranks_apart(true);
    if (is_first)
        status = prepare(s);
    qfpi_ranks_apart(false);
    QFP_TRY(qfpi_ranks_agree(status));
    QFP_TRY(share(s));
    if (s->todo_count > 0)
        status = solve_all(s);
    if (!is_first)
        QFP_TRY(
            status); /* alone: rank 0 does not wait for it in the next call, but it for rank 0 */
    qfpi_ranks_apart(true);
    if (is_first)
        status = conclude(s, status);
    qfpi_ranks_apart(false);
    (void)qfpi_stop_agreed(); /* whose exit status is that of the signal */
    return qfpi_ranks_agree(status);
}

static qfp_status check(const qfp_config *config, const qfp_sweep_options *options)
{
    qfp_config *first = NULL;
    QFP_TRY(qfp_config_require_system(config));
    if (config->sweep_count == 0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: the key 'sweep' is missing, for example `sweep: {U: {from: 0, to: 2, "
                        "count: 21}}`; `qfp run` solves one system",
                        config->path);
    if (options->output_path == NULL)
        return QFP_FAIL(QFP_USAGE, "a sweep needs a file for its output");
    QFP_TRY(qfp_config_at_point(config, 0, &first));
    qfp_config_destroy(first);
    return QFP_OK;
}

qfp_status qfp_sweep(const qfp_config *config, const qfp_sweep_options *options,
                     qfp_sweep_result *out)
{
    sweep s = {.config = config, .options = options, .out = out};
    qfp_output_claim *claim = NULL;
    double start = qfpi_seconds_now();
    *out = (qfp_sweep_result){.point_count = qfp_config_sweep_points(config)};
    QFP_TRY(check(config, options));
    QFP_TRY(qfp_output_claim_create(config, options->output_path,
                                    (qfp_output_terms){.force = options->force != 0}, &claim));
    s.log_path = qfpi_format("%s.points", options->output_path);
    qfp_status status =
        s.log_path != NULL ? sweep_all(&s) : QFP_FAIL(QFP_MEMORY, "out of memory for a sweep");
    snprintf(out->kept, sizeof out->kept, "%s", qfp_output_claim_kept(claim));
    qfp_output_claim_release(claim);
    qfp_point_log_close(s.log);
    free(s.log_path);
    free(s.todo);
    free(s.solved);
    out->seconds = qfpi_seconds_now() - start;
    return status;
}

void qfp_sweep_result_destroy(qfp_sweep_result *out)
{
    for (int a = 0; a < out->axis_count && out->axes != NULL; a++) {
        free(out->axes[a].labels);
        free(out->axes[a].values);
    }
    for (size_t i = 0; i < out->point_count && out->sentences != NULL; i++)
        free(out->sentences[i]);
    free(out->axes);
    free(out->exits);
    free(out->sentences);
    free(out->names);
    free(out->values);
    free(out->errors);
    *out = (qfp_sweep_result){0};
}
