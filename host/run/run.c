#include "qfp/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/output_path.h"
#include "io/progress.h"
#include "run/member.h"
#include "run/run_theories.h"

typedef struct writer {
    const qfp_config *config;
    const qfp_run_options *options;
    qfp_member member;
    qfp_snapshot *snapshot; /* NULL when no file is wanted */
    double *state;          /* of a checkpoint */
    size_t state_count;
    qfp_run_result *result;
    qfp_progress *progress;
    size_t next; /* index of the output time being worked towards */
    struct timespec last_checkpoint;
} writer;

static qfp_status open_snapshot(writer *w, size_t *count, double **state, double *time)
{
    const qfp_config *config = w->config;
    qfp_member_layout own;
    qfp_status status;
    QFP_TRY_GOTO(
        qfp_member_layout_create(&w->member, qfp_config_theory_label(config, 0), false, &own));
    status = w->options->resume
                 ? qfp_snapshot_resume(w->options->output_path, &own.layout, config->text, time,
                                       &w->next, count, state, &w->snapshot)
                 : qfp_snapshot_create(w->options->output_path, &own.layout, &w->snapshot);
done:
    qfp_member_layout_destroy(&own);
    return status;
}

static qfp_status write_frame(writer *w, double t)
{
    qfp_run_result *r = w->result;
    QFP_TRY(qfp_member_observe(&w->member, t));
    if (w->snapshot != NULL) {
        QFP_TRY(qfp_member_husimi(&w->member));
        QFP_TRY(qfp_member_append(&w->member, t, w->snapshot));
    }
    memcpy(r->values + r->time_count * r->observable_count, w->member.values,
           r->observable_count * sizeof *r->values);
    r->times[r->time_count++] = t;
    return QFP_OK;
}

static double elapsed(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - since->tv_sec) + 1e-9 * (double)(now.tv_nsec - since->tv_nsec);
}

static bool keeps_checkpoints(const writer *w)
{
    return w->config->checkpoint_seconds > 0.0 && w->snapshot != NULL;
}

static qfp_status checkpoint(writer *w, double t)
{
    const qfp_solution *s = &w->member.solution;
    size_t count = s->state_count(s->self);
    if (count != w->state_count) {
        free(w->state);
        w->state = NULL;
        QFP_TRY(QFP_ALLOCATE(w->state, count, "a checkpoint"));
        w->state_count = count;
    }
    QFP_TRY(s->save(s->self, w->state));
    QFP_TRY(qfp_snapshot_checkpoint(w->snapshot, t, w->next, count, w->state));
    clock_gettime(CLOCK_MONOTONIC, &w->last_checkpoint);
    return QFP_OK;
}

static qfp_status after_step(void *data, double t)
{
    writer *w = data;
    double end = w->config->times[w->config->time_count - 1];
    if (end > 0.0)
        qfp_progress_update(w->progress, t / end, NULL);
    if (!keeps_checkpoints(w) || elapsed(&w->last_checkpoint) < w->config->checkpoint_seconds)
        return QFP_OK;
    return checkpoint(w, t);
}

static qfp_status evolve(writer *w)
{
    const qfp_config *config = w->config;
    const qfp_step_hook hook = {.data = w, .after_step = after_step};
    clock_gettime(CLOCK_MONOTONIC, &w->last_checkpoint);
    for (; w->next < config->time_count; w->next++) {
        double t = config->times[w->next];
        QFP_TRY(w->member.solution.advance(w->member.solution.self, t, &hook));
        QFP_TRY(write_frame(w, t));
    }
    if (!keeps_checkpoints(w))
        return QFP_OK;
    return checkpoint(w, config->times[config->time_count - 1]);
}

/* Completes or removes the file. A numerical stop keeps the times reached. */
static qfp_status close_snapshot(writer *w, qfp_status status)
{
    if (w->snapshot == NULL)
        return status;
    bool keep =
        qfp_status_exit(status) == 0 || (qfp_status_exit(status) == 3 && w->result->time_count > 0);
    if (!keep) {
        qfp_snapshot_abandon(w->snapshot);
        return status;
    }
    char sentence[1024];
    snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
    const char *warning = w->member.solution.warning(w->member.solution.self);
    qfp_status written = QFP_OK;
    if (status != QFP_OK)
        written = qfp_snapshot_set_attribute(w->snapshot, "stopped", sentence);
    if (written == QFP_OK && warning[0] != '\0')
        written = qfp_snapshot_set_attribute(w->snapshot, "warning", warning);
    if (written != QFP_OK) {
        qfp_snapshot_abandon(w->snapshot);
        return written;
    }
    written = qfp_snapshot_finish(w->snapshot, w->config->checkpoint_seconds > 0.0);
    if (written != QFP_OK)
        return written;
    return status == QFP_OK ? QFP_OK : QFP_FAIL(status, "%s", sentence);
}

static qfp_status describe_result(writer *w)
{
    qfp_run_result *r = w->result;
    const qfp_solution *s = &w->member.solution;
    r->observable_count = s->observable_count;
    QFP_TRY(QFP_ALLOCATE(r->names, s->observable_count, "observable names"));
    QFP_TRY(QFP_ALLOCATE(r->times, w->config->time_count, "output times"));
    QFP_TRY(QFP_ALLOCATE(r->values, w->config->time_count * s->observable_count, "observables"));
    qfp_solution_copy_names(s, r->names);
    snprintf(r->backend, sizeof r->backend, "%s", s->backend);
    snprintf(r->device, sizeof r->device, "%s", s->device);
    snprintf(r->note, sizeof r->note, "%s", s->note);
    snprintf(r->basis, sizeof r->basis, "%s", qfp_basis_names[w->config->basis]);
    snprintf(r->ordering, sizeof r->ordering, "%s", s->ordering);
    return QFP_OK;
}

/* From an open solution to the last output time. */
static qfp_status run_one(writer *w)
{
    double *state = NULL, time = 0.0;
    size_t count = 0;
    qfp_solution *s = &w->member.solution;
    qfp_status status = QFP_OK;
    QFP_TRY_GOTO(describe_result(w));
    if (w->options->output_path != NULL)
        QFP_TRY_GOTO(open_snapshot(w, &count, &state, &time));
    if (state != NULL)
        QFP_TRY_GOTO(s->load(s->self, time, count, state));
    else if (w->snapshot != NULL && s->write_fields != NULL)
        QFP_TRY_GOTO(s->write_fields(s->self, w->snapshot, true));
    w->progress = qfp_progress_create(w->options->show_progress ? w->config->title : NULL);
    status = evolve(w);
    qfp_progress_destroy(w->progress);
done:
    free(state);
    return status;
}

static qfp_status run_single(const qfp_config *config, const qfp_run_options *options,
                             qfp_run_result *out)
{
    writer w = {.config = config, .options = options, .result = out};
    qfp_status status = qfp_member_create(config, &w.member);
    if (status == QFP_OK)
        status = run_one(&w);
    status = close_snapshot(&w, status);
    if (w.member.solution.warning != NULL)
        snprintf(out->warning, sizeof out->warning, "%s",
                 w.member.solution.warning(w.member.solution.self));
    free(w.state);
    qfp_member_destroy(&w.member);
    return status;
}

qfp_status qfp_run(const qfp_config *config, const qfp_run_options *options, qfp_run_result *out)
{
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    *out = (qfp_run_result){0};
    QFP_TRY(qfp_config_require_system(config));
    if (options->resume && options->output_path == NULL)
        return QFP_FAIL(QFP_USAGE, "--resume needs an output file");
    if (options->output_path != NULL)
        QFP_TRY(qfpi_output_path_differs(options->output_path, config->path));
    qfp_status status = config->theory_count > 1 ? qfp_run_theories(config, options, out)
                                                 : run_single(config, options, out);
    out->seconds = elapsed(&start);
    if (qfp_status_exit(status) != 0 && qfp_status_exit(status) != 3)
        qfp_run_result_destroy(out);
    return status;
}

static void destroy_theory(qfp_theory_result *t)
{
    free(t->names);
    free(t->values);
    free(t->distances);
}

void qfp_run_result_destroy(qfp_run_result *result)
{
    if (result == NULL)
        return;
    free(result->names);
    free(result->times);
    free(result->values);
    for (size_t i = 0; i < result->theory_count; i++)
        destroy_theory(&result->theories[i]);
    free(result->theories);
    free(result->distance_names);
    *result = (qfp_run_result){0};
}
