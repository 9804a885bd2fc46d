#include "qfp/run.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/config.h"
#include "io/progress.h"
#include "qfp/version.h"
#include "run/engine.h"
#include "run/solution.h"
#include "run/theory_check.h"

/* What one time of the output needs, allocated once. */
typedef struct frame {
    double *axis; /* physical x and p */
    double *marginals[QFP_MAX_MODES];
    double *full;
    double *values;
    double *state; /* checkpoint, NULL when none is wanted */
} frame;

static void frame_destroy(frame *f)
{
    free(f->axis);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        free(f->marginals[j]);
    free(f->full);
    free(f->values);
    free(f->state);
}

static qfp_status frame_create(const qfp_config *config, const qfp_solution *solution, frame *f)
{
    size_t n = (size_t)config->husimi_points, plane = n * n, all = 1;
    *f = (frame){0};
    QFP_TRY(QFP_ALLOCATE(f->axis, n, "output axes"));
    for (size_t i = 0; i < n; i++)
        f->axis[i] = qfp_output_coordinate(config, (int)i);
    for (int j = 0; j < config->modes; j++) {
        QFP_TRY(QFP_ALLOCATE(f->marginals[j], plane, "a Husimi marginal"));
        all = all > SIZE_MAX / 16 / plane ? 0 : all * plane;
    }
    if (config->husimi_full && all == 0)
        return QFP_FAIL(QFP_MEMORY, "%s: output.husimi.full: %d points on %d axes are too many",
                        config->path, config->husimi_points, 2 * config->modes);
    if (config->husimi_full)
        QFP_TRY(QFP_ALLOCATE(f->full, all, "the full Husimi function"));
    QFP_TRY(QFP_ALLOCATE(f->values, solution->observable_count, "observables"));
    if (config->checkpoint_seconds > 0.0)
        QFP_TRY(QFP_ALLOCATE(f->state, solution->state_count, "a checkpoint"));
    return QFP_OK;
}

typedef struct writer {
    const qfp_config *config;
    const qfp_run_options *options;
    qfp_solution *solution;
    qfp_snapshot *snapshot; /* NULL when no file is wanted */
    frame frame;
    qfp_run_result *result;
    qfp_progress *progress;
    size_t next; /* index of the output time being worked towards */
    struct timespec last_checkpoint;
} writer;

static const char *unit_of(const char *name)
{
    if (strncmp(name, "edge", 4) == 0 || strcmp(name, "tail") == 0)
        return "fraction";
    if (strcmp(name, "energy") == 0)
        return "as the Hamiltonian";
    if (strcmp(name, "wehrl") == 0)
        return "nat";
    if (strcmp(name, "min_q") == 0)
        return "per d^2N alpha";
    return "1";
}

enum { ATTRIBUTES = 13 };

static void fill_attributes(const writer *w, char theory[64], qfp_attribute *a)
{
    const qfp_config *config = w->config;
    static const char *const basis[] = {"fourier", "fock", "reference"};
    qfp_theory_describe(&config->theory, theory, 64);
    const qfp_attribute list[ATTRIBUTES] = {
        {"format_version", "1"},
        {"program_version", QFP_VERSION},
        {"git_commit", QFP_GIT_COMMIT},
        {"title", config->title},
        {"config", config->text},
        {"backend", w->solution->backend},
        {"device", w->solution->device},
        {"basis", basis[config->basis]},
        {"ordering", w->solution->ordering},
        {"theory", theory},
        {"units", "x and p physical, alpha = (x/l + i p l/kappa)/sqrt(2), time with 1/kappa, "
                  "Husimi functions per d2alpha = dx dp/(2 kappa)"},
        {"operator", config->expression},
        {"quadratures", "var_x and var_p of the dimensionless x = (a + ad)/sqrt(2)"},
    };
    memcpy(a, list, sizeof list);
}

static qfp_status open_snapshot(writer *w, double **state, double *time)
{
    const qfp_config *config = w->config;
    const qfp_solution *solution = w->solution;
    char theory[64];
    qfp_attribute attributes[ATTRIBUTES];
    fill_attributes(w, theory, attributes);
    const char **names = NULL, **units = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(names, solution->observable_count, "observable names"));
    QFP_TRY_GOTO(QFP_ALLOCATE(units, solution->observable_count, "observable names"));
    for (size_t i = 0; i < solution->observable_count; i++) {
        names[i] = solution->observable_names[i];
        units[i] = unit_of(names[i]);
    }
    qfp_snapshot_layout layout = {
        .modes = config->modes,
        .x_count = (size_t)config->husimi_points,
        .p_count = (size_t)config->husimi_points,
        .x = w->frame.axis,
        .p = w->frame.axis,
        .observable_count = solution->observable_count,
        .observable_names = names,
        .observable_units = units,
        .full = config->husimi_full,
        .attribute_count = ATTRIBUTES,
        .attributes = attributes,
    };
    size_t count = 0;
    status = w->options->resume
                 ? qfp_snapshot_resume(w->options->output_path, &layout, config->text, time,
                                       &w->next, &count, state, &w->snapshot)
                 : qfp_snapshot_create(w->options->output_path, &layout, &w->snapshot);
    if (status == QFP_OK && w->options->resume && count != solution->state_count)
        status = QFP_FAIL(QFP_USAGE,
                          "%s.part: its checkpoint has %zu numbers, this run %zu: the grid was "
                          "chosen differently",
                          w->options->output_path, count, solution->state_count);
done:
    free(names);
    free(units);
    return status;
}

static qfp_status write_frame(writer *w, double t)
{
    qfp_solution *s = w->solution;
    qfp_run_result *r = w->result;
    QFP_TRY(s->observe(s->self, w->frame.values));
    for (size_t i = 0; i < s->observable_count; i++)
        if (!isfinite(w->frame.values[i]))
            return QFP_FAIL(QFP_NOT_FINITE, "t = %.6g: the observable %s is not finite", t,
                            s->observable_names[i]);
    if (w->snapshot != NULL) {
        for (int j = 0; j < w->config->modes; j++)
            QFP_TRY(s->marginal(s->self, j, w->frame.marginals[j]));
        if (w->frame.full != NULL)
            QFP_TRY(s->full(s->self, w->frame.full));
        QFP_TRY(qfp_snapshot_append(w->snapshot, t, (const double *const *)w->frame.marginals,
                                    w->frame.full, w->frame.values));
        if (s->write_fields != NULL)
            QFP_TRY(s->write_fields(s->self, w->snapshot, false));
    }
    memcpy(r->values + r->time_count * s->observable_count, w->frame.values,
           s->observable_count * sizeof *r->values);
    r->times[r->time_count++] = t;
    return QFP_OK;
}

static double elapsed(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - since->tv_sec) + 1e-9 * (double)(now.tv_nsec - since->tv_nsec);
}

static qfp_status checkpoint(writer *w, double t)
{
    QFP_TRY(w->solution->save(w->solution->self, w->frame.state));
    QFP_TRY(
        qfp_snapshot_checkpoint(w->snapshot, t, w->next, w->solution->state_count, w->frame.state));
    clock_gettime(CLOCK_MONOTONIC, &w->last_checkpoint);
    return QFP_OK;
}

static qfp_status after_step(void *data, double t)
{
    writer *w = data;
    double end = w->config->times[w->config->time_count - 1];
    if (end > 0.0)
        qfp_progress_update(w->progress, t / end, NULL);
    if (w->frame.state == NULL || w->snapshot == NULL ||
        elapsed(&w->last_checkpoint) < w->config->checkpoint_seconds)
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
        QFP_TRY(w->solution->advance(w->solution->self, t, &hook));
        QFP_TRY(write_frame(w, t));
    }
    if (w->frame.state == NULL || w->snapshot == NULL)
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
    const char *warning = w->solution->warning(w->solution->self);
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
    static const char *const basis[] = {"fourier", "fock", "reference"};
    qfp_run_result *r = w->result;
    const qfp_solution *s = w->solution;
    r->observable_count = s->observable_count;
    QFP_TRY(QFP_ALLOCATE(r->names, s->observable_count, "observable names"));
    QFP_TRY(QFP_ALLOCATE(r->times, w->config->time_count, "output times"));
    QFP_TRY(QFP_ALLOCATE(r->values, w->config->time_count * s->observable_count, "observables"));
    memcpy(r->names, s->observable_names, s->observable_count * sizeof *r->names);
    snprintf(r->backend, sizeof r->backend, "%s", s->backend);
    snprintf(r->device, sizeof r->device, "%s", s->device);
    snprintf(r->basis, sizeof r->basis, "%s", basis[w->config->basis]);
    snprintf(r->ordering, sizeof r->ordering, "%s", s->ordering);
    return QFP_OK;
}

qfp_status qfp_run(const qfp_config *config, const qfp_run_options *options, qfp_run_result *out)
{
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    qfp_solution solution = {0};
    writer w = {.config = config, .options = options, .solution = &solution, .result = out};
    double *state = NULL, time = 0.0;
    *out = (qfp_run_result){0};
    if (config->theory_count > 1)
        return QFP_FAIL(QFP_UNSUPPORTED, "%s: theory: a run of several theories comes next",
                        config->path);
    if (options->resume && options->output_path == NULL)
        return QFP_FAIL(QFP_USAGE, "--resume needs an output file");
    qfp_status status = qfp_solution_create(config, &solution);
    if (status == QFP_OK)
        status = frame_create(config, &solution, &w.frame);
    if (status == QFP_OK)
        status = describe_result(&w);
    if (status == QFP_OK && options->output_path != NULL)
        status = open_snapshot(&w, &state, &time);
    if (status == QFP_OK && state != NULL)
        status = solution.load(solution.self, time, state);
    if (status == QFP_OK && w.snapshot != NULL && state == NULL && solution.write_fields != NULL)
        status = solution.write_fields(solution.self, w.snapshot, true);
    if (status == QFP_OK) {
        w.progress = qfp_progress_create(options->show_progress ? config->title : NULL);
        status = evolve(&w);
        qfp_progress_destroy(w.progress);
    }
    status = close_snapshot(&w, status);
    if (solution.warning != NULL)
        snprintf(out->warning, sizeof out->warning, "%s", solution.warning(solution.self));
    out->seconds = elapsed(&start);
    free(state);
    frame_destroy(&w.frame);
    qfp_solution_destroy(&solution);
    if (qfp_status_exit(status) != 0 && qfp_status_exit(status) != 3)
        qfp_run_result_destroy(out);
    return status;
}

void qfp_run_result_destroy(qfp_run_result *result)
{
    if (result == NULL)
        return;
    free(result->names);
    free(result->times);
    free(result->values);
    *result = (qfp_run_result){0};
}
