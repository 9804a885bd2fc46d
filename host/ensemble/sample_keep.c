/* sample_keep.c - the file of `qfp sample` and its checkpoints.
 *
 * The state of a checkpoint is the number of paths of the pass and the pairs of steps made since the last
 * output time; unless the pass is at its beginning, where it draws everything anew, the figures of every
 * output time so far and what the pass carries follow.  Random numbers are counted, not kept.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "ensemble/sampling.h"

enum { PATHS, PAIR, HEAD };
enum { ESTIMATE = sizeof(qfp_estimate) / sizeof(double), TESTS = 3 };

/* ---- the state ------------------------------------------------------------------------------- */

/* Numbers of the result up to the present output time. */
static size_t figures(const qfp_sampling *s)
{
    const qfp_sample_result *r = s->result;
    return s->row * (ESTIMATE * r->observable_count + TESTS * (size_t)r->modes);
}

static size_t state_count(const qfp_sampling *s)
{
    return HEAD + (s->has_begun ? figures(s) + s->pass.carried(s->pass.self) : 0);
}

static void save_figures(const qfp_sampling *s, double *out)
{
    const qfp_sample_result *r = s->result;
    size_t estimates = s->row * r->observable_count, tests = s->row * (size_t)r->modes;
    memcpy(out, r->estimates, estimates * sizeof *r->estimates);
    out += ESTIMATE * estimates;
    memcpy(out, r->chi2, tests * sizeof *out);
    memcpy(out + tests, r->chi2_cells, tests * sizeof *out);
    memcpy(out + 2 * tests, r->chi2_probability, tests * sizeof *out);
}

static void load_figures(const qfp_sampling *s, const double *from)
{
    qfp_sample_result *r = s->result;
    size_t estimates = s->row * r->observable_count, tests = s->row * (size_t)r->modes;
    memcpy(r->estimates, from, estimates * sizeof *r->estimates);
    from += ESTIMATE * estimates;
    memcpy(r->chi2, from, tests * sizeof *from);
    memcpy(r->chi2_cells, from + tests, tests * sizeof *from);
    memcpy(r->chi2_probability, from + 2 * tests, tests * sizeof *from);
    memcpy(r->times, s->config.times, s->row * sizeof *r->times);
    r->time_count = s->row;
}

/* qfp_checkpoint_source of a sample */
static qfp_status describe(void *data, size_t index, qfp_checkpoint *out)
{
    static char nothing[] = "";
    const qfp_sampling *s = data;
    (void)index;
    *out = (qfp_checkpoint){
        .time = s->time, .count = state_count(s), .warning = nothing, .steps = s->step};
    return QFP_OK;
}

/* state NULL: on others than rank 0, who has the file. */
static qfp_status fill(const qfp_sampling *s, double *state)
{
    if (state == NULL)
        return s->has_begun ? s->pass.save(s->pass.self, NULL) : QFP_OK;
    state[PATHS] = s->config.ensemble.paths;
    state[PAIR] = (double)s->pair;
    if (!s->has_begun)
        return QFP_OK;
    save_figures(s, state + HEAD);
    return s->pass.save(s->pass.self, state + HEAD + figures(s));
}

static qfp_status give(void *data, size_t index, qfp_state_writer *to)
{
    const qfp_sampling *s = data;
    size_t count = state_count(s);
    double *state = NULL;
    (void)index;
    qfp_status status =
        qfpi_ranks_agree(qfpi_rank() == 0 ? QFP_ALLOCATE(state, count, "a checkpoint") : QFP_OK);
    if (status == QFP_OK)
        status = fill(s, state);
    if (status == QFP_OK)
        status = to->put(to->self, count, state);
    free(state);
    return status;
}

static qfp_status write_checkpoint(qfp_sampling *s)
{
    const qfp_checkpoint_source source = {.data = s, .describe = describe, .give = give};
    QFP_TRY(qfp_snapshot_checkpoint(s->file, s->row, 1, NULL, &source));
    s->is_kept = true;
    s->keeping.last = qfpi_ranks_seconds_now();
    return QFP_OK;
}

qfp_status qfpi_sampling_keep(qfp_sampling *s, bool by_signal)
{
    bool is_due = by_signal ? s->keeping.path != NULL : qfp_keeping_is_due(&s->keeping, false);
    return is_due ? write_checkpoint(s) : QFP_OK;
}

/* ---- going on -------------------------------------------------------------------------------- */

static void forget(qfp_sampling *s)
{
    free(s->state);
    free(s->resumed.stopped);
    free(s->resumed.warning);
    s->state = NULL;
    s->resumed = (qfp_checkpoint){0};
}

static qfp_status misfit(const qfp_sampling *s)
{
    return QFP_FAIL(QFP_IO,
                    "%s.part.checkpoint: has %zu numbers, which are none of this sample: it is "
                    "damaged or of another version; run with --force to begin anew",
                    s->keeping.path, s->resumed.count);
}

static bool is_whole(double x, double most)
{
    return x >= 0.0 && x <= most && x == floor(x);
}

static qfp_status read_state(qfp_sampling *s, const qfp_snapshot *file)
{
    qfp_state_reader from;
    qfp_status status = qfp_snapshot_read_checkpoint(file, NULL, &s->resumed, &from);
    if (status == QFP_OK)
        status = qfpi_ranks_agree(QFP_ALLOCATE(s->state, s->resumed.count, "a checkpoint"));
    if (status == QFP_OK)
        status = from.get(from.self, s->resumed.count, s->state);
    qfp_snapshot_close_state(&from);
    return status;
}

static qfp_status read_checkpoint(qfp_sampling *s, const qfp_snapshot *file, int most)
{
    const qfp_checkpoint *c = &s->resumed;
    QFP_TRY(read_state(s, file));
    QFP_TRY(qfp_keeping_check_time(&s->keeping, &s->config, s->row, c));
    bool good = c->count >= HEAD && s->state[PATHS] >= 1.0 && is_whole(s->state[PATHS], most) &&
                is_whole(s->state[PAIR], s->config.ensemble.steps + 1.0);
    if (!good)
        return misfit(s);
    s->config.ensemble.paths = (int)s->state[PATHS];
    s->pair = (size_t)s->state[PAIR];
    s->step = c->steps;
    s->time = c->time;
    return QFP_OK;
}

qfp_status qfpi_sampling_read(qfp_sampling *s, int most)
{
    qfp_snapshot *file = NULL;
    const qfp_snapshot_layout layout = {.kind = s->config.ensemble.method->is_process ? "process"
                                                                                      : "sample"};
    QFP_TRY(qfp_snapshot_resume(s->keeping.path, &layout, s->config.text, true, &s->row, &file));
    s->is_kept = true;
    qfp_status status = read_checkpoint(s, file, most);
    qfp_snapshot_close(file);
    return status == QFP_OK ? QFP_OK : qfp_keeping_name(&s->keeping, status);
}

static qfp_status load(qfp_sampling *s)
{
    const qfp_checkpoint *c = &s->resumed;
    s->has_begun = c->count > HEAD;
    if (c->count != state_count(s) || (!s->has_begun && (s->row > 0 || s->step > 0)))
        return misfit(s);
    if (!s->has_begun)
        return QFP_OK;
    load_figures(s, s->state + HEAD);
    return s->pass.load(s->pass.self, s->state + HEAD + figures(s));
}

/* The file is opened for writing when everything fits. */
static qfp_status go_on(qfp_sampling *s)
{
    size_t next;
    qfp_snapshot *looked = NULL;
    QFP_TRY(
        qfp_snapshot_resume(s->keeping.path, s->pass.layout, s->config.text, true, &next, &looked));
    qfp_snapshot_close(looked);
    if (s->state != NULL)
        QFP_TRY(load(s));
    forget(s);
    return qfp_snapshot_resume(s->keeping.path, s->pass.layout, s->config.text, false, &next,
                               &s->file);
}

qfp_status qfpi_sampling_open(qfp_sampling *s)
{
    if (s->keeping.path == NULL && s->record == NULL)
        return QFP_OK;
    if (s->is_kept) {
        QFP_TRY(go_on(s));
        *s->pass.file = s->file;
        return QFP_OK;
    }
    if (s->record != NULL)
        QFP_TRY(qfp_snapshot_create_record(s->pass.layout, s->record, &s->file));
    else
        QFP_TRY(qfp_snapshot_create(s->keeping.path, s->pass.layout, &s->file));
    *s->pass.file = s->file;
    qfp_status status = s->pass.describe(s->pass.self);
    if (status != QFP_OK) {
        qfp_snapshot_abandon(s->file);
        s->file = NULL;
    }
    return status;
}

/* After a failure: what can be gone on from stays. */
static qfp_status give_up(qfp_sampling *s, qfp_status status)
{
    bool stays = qfp_snapshot_interrupt(s->file);
    s->file = NULL;
    return stays ? qfp_keeping_name(&s->keeping, status) : status;
}

qfp_status qfpi_sampling_turn(qfp_sampling *s, int paths)
{
    bool keeps = s->is_kept || qfp_keeping_is_due(&s->keeping, true);
    qfp_status status = QFP_OK;
    s->row = s->pair = 0;
    s->step = 0;
    s->time = 0.0;
    s->has_begun = false;
    s->config.ensemble.paths = paths;
    if (keeps && s->file != NULL)
        status = write_checkpoint(s);
    if (status != QFP_OK)
        return give_up(s, status);
    if (s->is_kept)
        qfp_snapshot_close(s->file);
    else
        qfp_snapshot_abandon(s->file);
    s->file = NULL;
    if (s->record != NULL)
        qfp_record_destroy(s->record);
    return QFP_OK;
}

/* ---- closing --------------------------------------------------------------------------------- */

/* The attributes that were not known when the file was made, or then were those of an earlier pass. */
static qfp_status write_ending(qfp_sampling *s, qfp_status status, const char *stopped)
{
    const int64_t paths = s->result->paths;
    if (s->file != NULL)
        QFP_TRY(qfp_snapshot_begin_ending(s->file, 0, NULL));
    if (status == QFP_OK && s->pass.conclude != NULL)
        QFP_TRY(s->pass.conclude(s->pass.self));
    if (s->file == NULL)
        return QFP_OK;
    QFP_TRY(qfp_snapshot_set_attribute(s->file, "ensemble", s->result->statement));
    QFP_TRY(qfp_snapshot_set_integers(s->file, "paths", 1, &paths));
    return status == QFP_OK ? QFP_OK : qfp_snapshot_set_attribute(s->file, "stopped", stopped);
}

qfp_status qfpi_sampling_close(qfp_sampling *s, qfp_status status)
{
    char sentence[1024];
    bool enough = status == QFP_INTERRUPTED && s->record != NULL; /* seen by the caller */
    bool stopped = qfp_status_exit(status) == 3 || enough, reached = s->result->time_count > 0;
    qfp_snapshot *file = s->file;
    snprintf(sentence, sizeof sentence, "%s", status != QFP_OK ? qfp_last_error() : "");
    qfp_status ended = status;
    if (status == QFP_OK || (stopped && reached))
        ended = write_ending(s, status, sentence);
    s->file = *s->pass.file = NULL;
    if (file == NULL)
        return ended != QFP_OK ? ended : status;
    if (ended == QFP_OK) {
        QFP_TRY(qfp_snapshot_finish(file, 0));
        return status == QFP_OK ? QFP_OK : QFP_FAIL(status, "%s", sentence);
    }
    if (stopped && !reached) {
        qfp_snapshot_abandon(file);
        return status;
    }
    s->file = file;
    return give_up(s, ended);
}

void qfpi_sampling_end(qfp_sampling *s)
{
    qfp_snapshot_close(s->file);
    forget(s);
}
