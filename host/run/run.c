#include "qfp/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/ranks.h"
#include "core/stop.h"
#include "core/turn.h"
#include "io/output_claim.h"
#include "run/observed.h"
#include "run/run.h"

/* All theories are in memory at once. */
static qfp_status check_memory(const run *r)
{
    double total = 0.0, available = r->members[0].plan.bytes_available;
    for (size_t i = 0; i < r->count; i++)
        total += r->members[i].plan.bytes_total;
    if (total <= 0.9 * available || available == 0.0)
        return QFP_OK;
    return QFP_FAIL(QFP_MEMORY,
                    "%s: theory: %zu theories need %.3g GB together, this machine has %.3g GB; run "
                    "fewer of them, or with a coarser solver.grid",
                    r->config->path, r->count, total / 1e9, available / 1e9);
}

/* An unbalanced theory without consent is refused before anything is made. */
static qfp_status create_members(run *r)
{
    r->count = r->config->theory_count;
    QFP_TRY(QFP_ALLOCATE(r->members, r->count, "the theories"));
    for (size_t i = 0; i < r->count; i++)
        QFP_TRY(qfp_member_prepare(r->config, i, &r->members[i]));
    QFP_TRY(check_memory(r));
    for (size_t i = 0; i < r->count; i++)
        QFP_TRY(qfp_member_start(&r->members[i]));
    QFP_TRY(qfp_observed_check(&r->members[0]));
    return qfpi_run_result_create(r);
}

/* ---- evolution ----------------------------------------------------------------------------- */

typedef struct step {
    run *run;
    qfp_member *member;
} step;

/* Share of the run that is done. */
static double reached(const run *r)
{
    double end = r->config->times[r->config->time_count - 1], sum = 0.0;
    for (size_t i = 0; i < r->count; i++)
        sum += r->members[i].stopped ? end : r->members[i].time;
    return end > 0.0 ? sum / end / (double)r->count : 1.0;
}

/* Ends a run that was asked to, with what its members reached, from which a resumed one goes on. */
static qfp_status interrupt(run *r, double t, const char *by)
{
    QFP_TRY(qfpi_run_file_keep(r));
    return QFP_FAIL(QFP_INTERRUPTED, "%s at t = %.6g", by, t);
}

/* Who listens hears where the run is: the bar, the caller, and a signal that came. */
static qfp_status tell(run *r, double t, bool is_output, const char *note)
{
    const qfp_run_options *options = r->options;
    const qfp_run_moment moment = {.time = t,
                                   .done = reached(r),
                                   .is_output = is_output,
                                   .arrays = is_output ? r->record : NULL};
    bool is_end = r->next == r->config->time_count;
    if (r->config->times[r->config->time_count - 1] > 0.0)
        qfp_progress_update(r->progress, moment.done, note);
    bool enough = options->watch != NULL && options->watch(options->watch_data, &moment) != 0;
    int number = 0;
    QFP_TRY(qfpi_stop_agree_at(t, &number));
    if (is_end || (!enough && number == 0))
        return QFP_OK;
    return interrupt(r, t, enough ? "stopped by the caller" : "interrupted");
}

static qfp_status after_step(void *data, double t)
{
    const step *s = data;
    run *r = s->run;
    s->member->time = t;
    s->member->effort.steps++;
    QFP_TRY(tell(r, t, false, NULL));
    return qfpi_run_file_checkpoint(r, false);
}

/* The bar moves on; a signal ends the run where the last step did. */
static qfp_status within_step(void *data, double t)
{
    const step *s = data;
    run *r = s->run;
    double before = s->member->time;
    int number = 0;
    s->member->time = t;
    qfp_progress_update(r->progress, reached(r), NULL);
    s->member->time = before;
    QFP_TRY(qfpi_stop_agree_at(before, &number));
    return number == 0 ? QFP_OK : interrupt(r, before, "interrupted");
}

static qfp_status advance_to(run *r, qfp_member *m, double t)
{
    step s = {.run = r, .member = m};
    const qfp_step_hook hook = {.data = &s, .after_step = after_step, .within_step = within_step};
    QFP_TRY(m->basis->advance(m->solution.self, t, &hook));
    m->time = t;
    return QFP_OK;
}

/* While a correlation is on its way the run stands still. */
static qfp_status after_share(void *data, double share)
{
    const step *s = data;
    char note[64];
    snprintf(note, sizeof note, "a correlation, %.0f %%", 100.0 * share);
    return tell(s->run, s->member->time, false, note);
}

static qfp_status correlate(run *r, qfp_member *m, qfp_two_time *due)
{
    step s = {.run = r, .member = m};
    const qfp_step_hook hook = {.data = &s, .after_step = after_share};
    QFP_TRY(advance_to(r, m, due->asked->at));
    return qfp_member_correlate(m, &hook, due);
}

/* To the output time t, by way of the times of the series and of the correlations. */
static qfp_status advance(run *r, qfp_member *m, double t)
{
    const qfp_series *series = &m->series;
    for (;;) {
        double next = series->next < series->count ? series->times[series->next] : INFINITY;
        qfp_two_time *due = qfp_correlations_due(&m->correlations, fmin(next, t));
        if (due != NULL) {
            QFP_TRY(correlate(r, m, due));
        } else if (next <= t) {
            QFP_TRY(advance_to(r, m, next));
            QFP_TRY(qfp_member_observe_series(m));
        } else {
            break;
        }
    }
    QFP_TRY(advance_to(r, m, t));
    QFP_TRY(qfp_member_observe(m));
    bool is_compared = r->count > 1 || r->config->observed_count > 0;
    return is_compared || m->snapshot != NULL ? qfp_member_husimi(m) : QFP_OK;
}

void qfpi_run_report(const run *r, qfp_member *m)
{
    qfp_theory_result *out = &r->result->theories[m - r->members];
    size_t size = sizeof out->warning;
    snprintf(out->warning, size, "%s", m->basis->warning(m->solution.self));
    if (out->stopped[0] == '\0') /* it may say the same */
        qfp_accuracy_append(&m->accuracy, &m->solution, &m->config, out->warning, size);
    qfp_window_append(&m->window, &m->config, out->warning, size);
    qfp_correlations_append(&m->correlations, out->warning, size);
    m->basis->report(m->solution.self, &m->effort);
}

/* A numerical stop ends this theory only; its memory goes to the others. */
static qfp_status stop(const run *r, qfp_member *m, qfp_status status)
{
    qfp_theory_result *out = &r->result->theories[m - r->members];
    snprintf(out->stopped, sizeof out->stopped, "%s", qfp_last_error());
    qfpi_run_report(r, m);
    m->stopped = true;
    m->status = status;
    status = qfpi_run_file_series(m);
    qfp_member_stop(m);
    return status;
}

/* All theories that still run, to `t`; *alive says how many arrived. */
static qfp_status advance_all(run *r, double t, size_t *alive)
{
    *alive = 0;
    for (size_t i = 0; i < r->count; i++) {
        qfp_member *m = &r->members[i];
        if (m->stopped)
            continue;
        qfp_status status = advance(r, m, t);
        if (qfp_status_exit(status) == 3)
            QFP_TRY(stop(r, m, status));
        else if (status != QFP_OK)
            return status;
        *alive += !m->stopped;
    }
    return QFP_OK;
}

static qfp_status evolve(run *r)
{
    while (r->next < r->config->time_count) {
        size_t alive;
        double t = r->config->times[r->next];
        QFP_TRY(advance_all(r, t, &alive));
        if (alive == 0)
            return QFP_OK;
        qfpi_run_result_record(r, t);
        QFP_TRY(qfpi_run_file_write(r, t));
        r->next++;
        QFP_TRY(tell(r, t, true, NULL));
    }
    for (size_t i = 0; i < r->count; i++)
        if (!r->members[i].stopped)
            qfpi_run_report(r, &r->members[i]);
    return qfpi_run_file_checkpoint(r, true);
}

/* ---- the end ------------------------------------------------------------------------------- */

/* "M2 after t = 0.02, M3 after t = 0"; how many. */
static size_t list_stopped(const run *r, char *text, size_t size)
{
    size_t stopped = 0;
    text[0] = '\0';
    for (size_t i = 0; i < r->count; i++) {
        size_t used = strlen(text), reached = r->result->theories[i].time_count;
        if (!r->members[i].stopped)
            continue;
        snprintf(text + used, size - used, "%s%s ", stopped > 0 ? ", " : "", r->members[i].label);
        used = strlen(text);
        if (reached > 0)
            snprintf(text + used, size - used, "after t = %.6g", r->result->times[reached - 1]);
        else if (r->members[i].stopped_before)
            snprintf(text + used, size - used, "before the run was resumed");
        else
            snprintf(text + used, size - used, "after t = %.6g", r->members[i].time);
        stopped++;
    }
    return stopped;
}

/* The status documented in qfp/run.h, and the summary as a sentence or a warning. */
static qfp_status judge(const run *r)
{
    char list[400];
    const char *reason = "";
    qfp_run_result *result = r->result;
    qfp_status status = QFP_OK;
    size_t stopped = list_stopped(r, list, sizeof list);
    snprintf(result->warning, sizeof result->warning, "%s", result->theories[0].warning);
    if (stopped == 0)
        return QFP_OK;
    for (size_t i = r->count; i-- > 0;)
        if (r->members[i].stopped && (i == 0 || r->members[i].equation.balanced)) {
            status = r->members[i].status;
            reason = result->theories[i].stopped;
        }
    if (r->count == 1)
        return QFP_FAIL(status, "%s", reason);
    if (status != QFP_OK)
        return QFP_FAIL(status, "%zu of %zu theories had to stop: %s; %s", stopped, r->count, list,
                        reason);
    snprintf(result->warning, sizeof result->warning,
             "%zu of %zu theories, accepted as unbalanced, had to stop: %s", stopped, r->count,
             list);
    return QFP_OK;
}

static void destroy(run *r)
{
    for (size_t i = 0; r->members != NULL && i < r->count; i++)
        qfp_member_destroy(&r->members[i]);
    free(r->members);
}

/* The steps are those of an uninterrupted run; transforms that are timed may be others and round
 * otherwise.  Both results are then within what they state of the exact one. */
static void note_resume(const run *r)
{
    qfp_run_result *out = r->result;
    size_t used = strlen(out->note);
    bool is_same = r->config->reproducible || r->config->basis != QFP_BASIS_FOURIER;
    snprintf(out->note + used, sizeof out->note - used, "%sresumed: %s", used > 0 ? "; " : "",
             is_same ? "on one machine to the bits of an uninterrupted run"
                     : "transforms were timed anew: by roundings, and at most by twice the stated "
                       "errors, off an uninterrupted run; solver.reproducible: true avoids it");
}

static bool is_kept(qfp_status status, const qfp_record *record, const qfp_run_result *result)
{
    return status == QFP_INTERRUPTED && record != NULL && result->time_count > 0;
}

/* A caller who keeps the result and has seen enough gets the times reached; what was measured may lie behind them. */
static qfp_status keep_reached(run *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (!r->members[i].stopped)
            qfpi_run_report(r, &r->members[i]);
    QFP_TRY(qfpi_run_result_correlations(r));
    QFP_TRY(qfpi_run_file_close(r, QFP_OK));
    return QFP_INTERRUPTED;
}

static qfp_status run_all(run *r)
{
    qfp_status status = create_members(r);
    if (status == QFP_OK) {
        qfpi_stop_heed(r->options->output_path != NULL);
        status = qfpi_run_file_open(r);
    }
    if (status == QFP_OK && r->options->resume)
        note_resume(r);
    if (status == QFP_OK) {
        r->progress = qfp_progress_create(r->options->show_progress ? r->config->title : NULL,
                                          qfpi_seconds_now);
        status = evolve(r);
        qfp_progress_destroy(r->progress);
        if (is_kept(status, r->record, r->result))
            return keep_reached(r);
    }
    if (status == QFP_OK)
        status = qfpi_run_exchanged(r);
    if (status == QFP_OK)
        status = qfpi_run_result_correlations(r);
    if (status == QFP_OK)
        status = qfpi_run_result_observed(r);
    status = qfpi_run_file_close(r, status);
    qfpi_stop_heed(false);
    return status == QFP_OK ? judge(r) : status;
}

static qfp_status solve(const qfp_config *config, const qfp_run_options *options,
                        qfp_record *record, qfp_run_result *out)
{
    QFPI_TAKE_TURN();
    run r = {.config = config, .options = options, .result = out, .record = record};
    qfp_config settled = *config;
    const qfp_output_terms terms = {.resume = options->resume != 0, .force = options->force != 0};
    qfp_output_claim *claim = NULL;
    double start = qfpi_seconds_now();
    *out = (qfp_run_result){0};
    QFP_TRY(qfp_config_require_system(config));
    QFP_TRY(qfp_config_require_point(config));
    QFP_TRY(qfp_output_claim_create(config, options->output_path, terms, &claim));
    qfp_status status = qfpi_run_basis(&r, &settled);
    settled.reproducible |= qfpi_ranks() > 1; /* what ranks decide by must be the same to the bit */
    r.config = &settled;
    if (status == QFP_OK)
        status = run_all(&r);
    qfpi_run_took(&r);
    destroy(&r);
    snprintf(out->kept, sizeof out->kept, "%s", qfp_output_claim_kept(claim));
    qfp_output_claim_release(claim);
    out->seconds = qfpi_seconds_now() - start;
    if (qfp_status_exit(status) != 0 && qfp_status_exit(status) != 3 &&
        !is_kept(status, record, out))
        qfp_run_result_destroy(out);
    return status;
}

qfp_status qfp_run(const qfp_config *config, const qfp_run_options *options, qfp_run_result *out)
{
    qfp_record *record = NULL;
    *out = (qfp_run_result){0};
    if (options->keep && options->output_path != NULL)
        return QFP_FAIL(QFP_USAGE,
                        "%s: a result is kept in memory in place of a file, not beside it",
                        options->output_path);
    if (options->keep)
        QFP_TRY(QFP_ALLOCATE(record, 1, "the arrays"));
    qfp_status status = solve(config, options, record, out);
    if (out->theory_count > 0)
        out->arrays = record;
    else
        qfpi_record_free(record);
    return status;
}
