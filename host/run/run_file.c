/* run_file.c - the file of a run and its checkpoints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "run/observed.h"
#include "run/run.h"
#include "run/theory_distance.h"

/* ---- opening ------------------------------------------------------------------------------- */

static qfp_status open_snapshot(run *r, qfp_member *m, bool only_looks)
{
    const qfp_snapshot_layout layout = qfp_member_layout(m);
    const char *path = r->options->output_path;
    qfp_snapshot *file = r->members[0].snapshot;
    bool resume = r->options->resume, is_first = m == r->members;
    char group[64];
    snprintf(group, sizeof group, "/theories/%s", m->label);
    if (is_first && r->record != NULL)
        QFP_TRY(qfp_snapshot_create_record(&layout, r->record, &m->snapshot));
    else if (is_first)
        QFP_TRY(resume ? qfp_snapshot_resume(path, &layout, r->config->text, only_looks, &r->next,
                                             &m->snapshot)
                       : qfp_snapshot_create(path, &layout, &m->snapshot));
    else
        QFP_TRY((resume ? qfp_snapshot_resume_group
                        : qfp_snapshot_create_group)(file, group, &layout, &m->snapshot));
    return resume ? QFP_OK : qfp_member_describe(m, !is_first);
}

static void close_snapshots(run *r)
{
    for (size_t i = r->count; i-- > 0;) {
        qfp_snapshot_close(r->members[i].snapshot);
        r->members[i].snapshot = NULL;
    }
}

/* Puts a member back to where its checkpoint left it. */
static qfp_status load(run *r, qfp_member *m)
{
    qfp_checkpoint c = {0};
    qfp_state_reader state = {0};
    bool is_first = m == r->members;
    qfp_theory_result *result = &r->result->theories[m - r->members];
    qfp_status status;
    QFP_TRY_GOTO(qfp_snapshot_read_checkpoint(r->members[0].snapshot, is_first ? NULL : m->label,
                                              &c, &state));
    QFP_TRY_GOTO(qfp_keeping_check_time(&r->keeping, r->config, r->next, &c));
    m->time = c.time;
    m->effort.steps = c.steps;
    if (c.stopped != NULL) {
        snprintf(result->stopped, sizeof result->stopped, "%s", c.stopped);
        snprintf(result->warning, sizeof result->warning, "%s", c.warning);
        m->basis->report(m->solution.self, &m->effort);
        m->effort.applications = c.applications;
        m->stopped = m->stopped_before = true;
        m->status = QFP_GROWTH; /* any that says: for a numerical reason */
        qfp_member_stop(m);
    } else {
        QFP_TRY_GOTO(qfp_member_load(m, c.count, &state));
        QFP_TRY_GOTO(qfp_series_resume(&m->series, &m->solution, m->snapshot, c.time));
        status = qfp_correlations_resume(&m->correlations, m->snapshot, c.time);
    }
done:
    free(c.stopped);
    free(c.warning);
    qfp_snapshot_close_state(&state);
    return status;
}

/* The members are where the interrupted run left them.  All is looked at before the file is opened for
 * writing: a failure leaves it as it was. */
static qfp_status resume(run *r)
{
    qfp_status status = QFP_OK;
    for (size_t i = 0; i < r->count && status == QFP_OK; i++) {
        status = open_snapshot(r, &r->members[i], true);
        if (status == QFP_OK) {
            status = load(r, &r->members[i]);
            if (status != QFP_OK)
                status = qfp_keeping_name(&r->keeping, status);
        }
    }
    close_snapshots(r);
    for (size_t i = 0; i < r->count && status == QFP_OK; i++)
        status = open_snapshot(r, &r->members[i], false);
    return status;
}

static qfp_status begin(run *r)
{
    char labels[QFP_MAX_THEORIES * 34] = "";
    for (size_t i = 0; i < r->count; i++) {
        qfp_member *m = &r->members[i];
        size_t used = strlen(labels);
        snprintf(labels + used, sizeof labels - used, "%s%s", i > 0 ? ", " : "", m->label);
        QFP_TRY(open_snapshot(r, m, false));
        if (m->basis->write_fields != NULL)
            QFP_TRY(m->basis->write_fields(m->solution.self, m->snapshot, true));
    }
    return r->count > 1 ? qfp_snapshot_set_attribute(r->members[0].snapshot, "theories", labels)
                        : QFP_OK;
}

qfp_status qfpi_run_file_open(run *r)
{
    qfp_keeping_begin(&r->keeping, r->config, r->options->output_path);
    if (r->options->output_path == NULL && r->record == NULL)
        return QFP_OK;
    return r->options->resume ? resume(r) : begin(r);
}

/* ---- writing ------------------------------------------------------------------------------- */

static qfp_status write_distances(const run *r, const qfp_member *m)
{
    const qfp_run_result *result = r->result;
    size_t columns = result->distance_count;
    const double *row =
        result->theories[m - r->members].distances + (result->time_count - 1) * columns;
    for (size_t d = 0; d < columns; d++) {
        char name[96];
        snprintf(name, sizeof name, "/distance/%s/%s", m->label, result->distance_names[d]);
        QFP_TRY(qfp_snapshot_append_series(
            r->members[0].snapshot, name,
            qfp_theory_distance_meaning((int)(d % QFP_DISTANCES_PER_MODE)), row[d]));
    }
    return QFP_OK;
}

qfp_status qfpi_run_file_series(const qfp_member *m)
{
    if (m->snapshot == NULL)
        return QFP_OK;
    QFP_TRY(qfp_series_write(&m->series, &m->solution, m->snapshot));
    return qfp_correlations_write(&m->correlations, m->snapshot);
}

static qfp_status write_all_series(const run *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (!r->members[i].stopped)
            QFP_TRY(qfpi_run_file_series(&r->members[i]));
    return QFP_OK;
}

qfp_status qfpi_run_file_write(run *r, double t)
{
    if (r->members[0].snapshot == NULL)
        return QFP_OK;
    for (size_t i = 0; i < r->count; i++)
        QFP_TRY(qfp_member_append(&r->members[i], t));
    QFP_TRY(write_all_series(r));
    for (size_t i = 1; i < r->count; i++)
        QFP_TRY(write_distances(r, &r->members[i]));
    return QFP_OK;
}

/* ---- checkpoints --------------------------------------------------------------------------- */

/* qfp_checkpoint_source of a run */
static qfp_status describe(void *data, size_t index, qfp_checkpoint *out)
{
    run *r = data;
    qfp_member *m = &r->members[index];
    qfp_theory_result *result = &r->result->theories[index];
    if (!m->stopped)
        qfpi_run_report(r, m);
    *out = (qfp_checkpoint){.time = m->time,
                            .stopped = m->stopped ? result->stopped : NULL,
                            .warning = result->warning,
                            .steps = m->effort.steps,
                            .applications = m->effort.applications};
    if (!m->stopped)
        out->count = qfp_member_state_count(m);
    return QFP_OK;
}

static qfp_status give(void *data, size_t index, qfp_state_writer *to)
{
    const run *r = data;
    return qfp_member_save(&r->members[index], to);
}

static qfp_status write_checkpoint(run *r)
{
    const char *labels[QFP_MAX_THEORIES];
    const qfp_checkpoint_source source = {.data = r, .describe = describe, .give = give};
    for (size_t i = 0; i < r->count; i++)
        labels[i] = r->members[i].label;
    QFP_TRY(write_all_series(r));
    QFP_TRY(qfp_snapshot_checkpoint(r->members[0].snapshot, r->next, r->count, labels, &source));
    r->keeping.last = qfpi_ranks_seconds_now();
    return QFP_OK;
}

qfp_status qfpi_run_file_checkpoint(run *r, bool now)
{
    return qfp_keeping_is_due(&r->keeping, now) ? write_checkpoint(r) : QFP_OK;
}

qfp_status qfpi_run_file_keep(run *r)
{
    bool can = r->options->output_path != NULL && r->members[0].basis->save != NULL;
    return can ? write_checkpoint(r) : QFP_OK;
}

/* ---- closing ------------------------------------------------------------------------------- */

static qfp_status write_ranks(const qfp_run_result *result, qfp_snapshot *file)
{
    const int64_t ranks = result->ranks;
    if (ranks == 1)
        return QFP_OK;
    QFP_TRY(qfp_snapshot_set_integers(file, "ranks", 1, &ranks));
    QFP_TRY(qfp_snapshot_set_reals(file, "exchanged_bytes", 1, &result->exchanged_bytes));
    QFP_TRY(qfp_snapshot_set_reals(file, "exchange_seconds", 1, &result->exchange_seconds));
    return qfp_snapshot_set_reals(file, "wait_seconds", 1, &result->wait_seconds);
}

static qfp_status write_sentences(const run *r)
{
    QFP_TRY(write_ranks(r->result, r->members[0].snapshot));
    for (size_t i = 0; i < r->count; i++) {
        const qfp_theory_result *theory = &r->result->theories[i];
        qfp_snapshot *s = r->members[i].snapshot;
        if (theory->stopped[0] != '\0')
            QFP_TRY(qfp_snapshot_set_attribute(s, "stopped", theory->stopped));
        if (theory->warning[0] != '\0')
            QFP_TRY(qfp_snapshot_set_attribute(s, "warning", theory->warning));
        QFP_TRY(qfp_provenance_write_effort(r->config, &r->members[i].effort, s));
        if (theory->observed_count > 0)
            QFP_TRY(qfp_observed_write(&r->members[i], theory->observed));
    }
    for (size_t i = 1; i < r->count; i++) {
        char group[64];
        snprintf(group, sizeof group, "/distance/%s", r->members[i].label);
        QFP_TRY(qfp_snapshot_set_attribute_of(r->members[0].snapshot, group, "to",
                                              r->members[0].label));
    }
    return QFP_OK;
}

static qfp_status write_ending(const run *r)
{
    qfp_snapshot *groups[QFP_MAX_THEORIES];
    for (size_t i = 1; i < r->count; i++)
        groups[i - 1] = r->members[i].snapshot;
    QFP_TRY(qfp_snapshot_begin_ending(r->members[0].snapshot, r->count - 1, groups));
    return write_sentences(r);
}

/* After a failure: what can be gone on from stays, and after a signal what was reached. */
static qfp_status interrupt(const run *r, qfp_status status)
{
    bool by_signal = status == QFP_INTERRUPTED && r->result->time_count > 0 && r->record == NULL;
    if (by_signal && r->members[0].basis->save == NULL) {
        qfp_snapshot_close(r->members[0].snapshot);
        return QFP_FAIL(status, "%s; %s.part holds the times before it", qfp_last_error(),
                        r->options->output_path);
    }
    return qfp_snapshot_interrupt(r->members[0].snapshot) ? qfp_keeping_name(&r->keeping, status)
                                                          : status;
}

qfp_status qfpi_run_file_close(run *r, qfp_status status)
{
    qfp_snapshot *file = r->members != NULL ? r->members[0].snapshot : NULL;
    bool keep = r->result->time_count > 0 || r->options->resume;
    if (file == NULL)
        return status;
    if (status == QFP_OK && keep)
        status = write_ending(r);
    for (size_t i = 1; i < r->count; i++)
        qfp_snapshot_close(r->members[i].snapshot);
    if (status != QFP_OK)
        return interrupt(r, status);
    if (keep)
        return qfp_snapshot_finish(file, r->config->checkpoint_seconds > 0.0);
    qfp_snapshot_abandon(file);
    return QFP_OK;
}
