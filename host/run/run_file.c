/* run_file.c - the file of a run and its checkpoints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "run/run.h"
#include "run/theory_distance.h"

/* ---- opening ------------------------------------------------------------------------------- */

static qfp_status open_snapshot(run *r, qfp_member *m)
{
    const qfp_snapshot_layout layout = qfp_member_layout(m);
    const char *path = r->options->output_path;
    qfp_snapshot *file = r->members[0].snapshot;
    bool resume = r->options->resume, is_first = m == r->members;
    char group[64];
    snprintf(group, sizeof group, "/theories/%s", m->label);
    if (is_first)
        QFP_TRY(resume ? qfp_snapshot_resume(path, &layout, r->config->text, &r->next, &m->snapshot)
                       : qfp_snapshot_create(path, &layout, &m->snapshot));
    else
        QFP_TRY((resume ? qfp_snapshot_resume_group
                        : qfp_snapshot_create_group)(file, group, &layout, &m->snapshot));
    return resume ? QFP_OK : qfp_member_describe(m, !is_first);
}

/* Puts a member back to where its checkpoint left it. */
static qfp_status load(run *r, qfp_member *m)
{
    qfp_checkpoint c = {0};
    qfp_solution *s = &m->solution;
    bool is_first = m == r->members;
    qfp_theory_result *result = &r->result->theories[m - r->members];
    qfp_status status =
        qfp_snapshot_read_checkpoint(r->members[0].snapshot, is_first ? NULL : m->label, &c);
    m->time = c.time;
    if (status == QFP_OK && c.stopped != NULL) {
        snprintf(result->stopped, sizeof result->stopped, "%s", c.stopped);
        snprintf(result->warning, sizeof result->warning, "%s", c.warning != NULL ? c.warning : "");
        m->stopped = true;
        m->status = QFP_GROWTH; /* any that says: for a numerical reason */
        qfp_member_stop(m);
    } else if (status == QFP_OK) {
        status = m->basis->load(s->self, c.time, c.count, c.state);
        if (status == QFP_OK)
            status = qfp_series_resume(&m->series, s, m->snapshot, c.time);
    }
    free(c.stopped);
    free(c.warning);
    free(c.state);
    return status;
}

/* What does not depend on time is in the file of an interrupted run already. */
static qfp_status begin(run *r, qfp_member *m)
{
    if (r->options->resume)
        return load(r, m);
    return m->basis->write_fields != NULL
               ? m->basis->write_fields(m->solution.self, m->snapshot, true)
               : QFP_OK;
}

qfp_status qfpi_run_file_open(run *r)
{
    char labels[QFP_MAX_THEORIES * 34] = "";
    r->last_checkpoint = qfpi_seconds_now();
    if (r->options->output_path == NULL)
        return QFP_OK;
    for (size_t i = 0; i < r->count; i++) {
        size_t used = strlen(labels);
        snprintf(labels + used, sizeof labels - used, "%s%s", i > 0 ? ", " : "",
                 r->members[i].label);
        QFP_TRY(open_snapshot(r, &r->members[i]));
        QFP_TRY(begin(r, &r->members[i]));
    }
    return r->count > 1 ? qfp_snapshot_set_attribute(r->members[0].snapshot, "theories", labels)
                        : QFP_OK;
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
    return qfp_series_write(&m->series, &m->solution, m->snapshot);
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
static qfp_status save(void *data, size_t index, qfp_checkpoint *out)
{
    run *r = data;
    const qfp_member *m = &r->members[index];
    const qfp_solution *s = &m->solution;
    out->time = m->time;
    if (m->stopped) {
        out->stopped = r->result->theories[index].stopped;
        out->warning = r->result->theories[index].warning;
        return QFP_OK;
    }
    out->count = m->basis->state_count(s->self);
    if (out->count > r->state_capacity) {
        free(r->state);
        r->state = NULL;
        r->state_capacity = 0;
        QFP_TRY(QFP_ALLOCATE(r->state, out->count, "a checkpoint"));
        r->state_capacity = out->count;
    }
    out->state = r->state;
    return m->basis->save(s->self, r->state);
}

qfp_status qfpi_run_file_checkpoint(run *r, bool now)
{
    double every = r->config->checkpoint_seconds;
    const char *labels[QFP_MAX_THEORIES];
    if (every == 0.0 || r->members[0].snapshot == NULL ||
        (!now && qfpi_seconds_now() - r->last_checkpoint < every))
        return QFP_OK;
    for (size_t i = 0; i < r->count; i++)
        labels[i] = r->members[i].label;
    QFP_TRY(write_all_series(r));
    QFP_TRY(qfp_snapshot_checkpoint(r->members[0].snapshot, r->next, r->count, labels, save, r));
    r->last_checkpoint = qfpi_seconds_now();
    return QFP_OK;
}

/* ---- closing ------------------------------------------------------------------------------- */

static qfp_status write_sentences(const run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const qfp_theory_result *theory = &r->result->theories[i];
        qfp_snapshot *s = r->members[i].snapshot;
        if (theory->stopped[0] != '\0')
            QFP_TRY(qfp_snapshot_set_attribute(s, "stopped", theory->stopped));
        if (theory->warning[0] != '\0')
            QFP_TRY(qfp_snapshot_set_attribute(s, "warning", theory->warning));
        QFP_TRY(qfp_provenance_write_effort(r->config, &r->members[i].effort, s));
    }
    for (size_t i = 1; i < r->count; i++) {
        char group[64];
        snprintf(group, sizeof group, "/distance/%s", r->members[i].label);
        QFP_TRY(qfp_snapshot_set_attribute_of(r->members[0].snapshot, group, "to",
                                              r->members[0].label));
    }
    return QFP_OK;
}

qfp_status qfpi_run_file_close(run *r, qfp_status status)
{
    qfp_snapshot *file = r->members != NULL ? r->members[0].snapshot : NULL;
    bool keep = status == QFP_OK && (r->result->time_count > 0 || r->options->resume);
    if (file == NULL)
        return status;
    if (keep)
        status = write_sentences(r);
    for (size_t i = 1; i < r->count; i++)
        qfp_snapshot_close_group(r->members[i].snapshot);
    if (keep && status == QFP_OK)
        return qfp_snapshot_finish(file, r->config->checkpoint_seconds > 0.0);
    qfp_snapshot_abandon(file);
    return status;
}
