#include "run/contest.h"

#include <stdio.h>
#include <string.h>

#include "run/theory_distance.h"

static qfp_status open_group(contest *c, runner *r)
{
    qfp_member_layout own;
    char name[64];
    bool is_first = r == c->runners;
    snprintf(name, sizeof name, "/theories/%s", r->label);
    qfp_status status = qfp_member_layout_create(&r->member, &own);
    if (status == QFP_OK)
        status = is_first ? qfp_snapshot_create(c->options->output_path, &own.layout, &r->snapshot)
                          : qfp_snapshot_create_group(c->runners[0].snapshot, name, &own.layout,
                                                      &r->snapshot);
    qfp_member_layout_destroy(&own);
    if (status == QFP_OK)
        status = qfp_member_describe(&r->member, r->label, !is_first, r->snapshot);
    QFP_TRY(status);
    return r->member.solution.write_fields != NULL
               ? r->member.solution.write_fields(r->member.solution.self, r->snapshot, true)
               : QFP_OK;
}

qfp_status qfpi_contest_open_file(contest *c)
{
    char labels[QFP_MAX_THEORIES * 34] = "";
    if (c->options->output_path == NULL)
        return QFP_OK;
    for (size_t i = 0; i < c->count; i++) {
        size_t used = strlen(labels);
        snprintf(labels + used, sizeof labels - used, "%s%s", i > 0 ? ", " : "",
                 c->runners[i].label);
        QFP_TRY(open_group(c, &c->runners[i]));
    }
    return qfp_snapshot_set_attribute(c->runners[0].snapshot, "theories", labels);
}

qfp_status qfpi_contest_write_rows(contest *c, double t)
{
    for (size_t i = 0; i < c->count; i++) {
        runner *r = &c->runners[i];
        if (r->snapshot != NULL)
            QFP_TRY(r->stopped ? qfp_snapshot_append_blank(r->snapshot, t)
                               : qfp_member_append(&r->member, t, r->snapshot));
    }
    return QFP_OK;
}

qfp_status qfpi_contest_write_distance(contest *c, const runner *r)
{
    qfp_snapshot *file = c->runners[0].snapshot;
    for (size_t d = 0; file != NULL && d < c->result->distance_count; d++) {
        char name[96];
        snprintf(name, sizeof name, "/distance/%s/%s", r->label, c->result->distance_names[d]);
        QFP_TRY(qfp_snapshot_append_series(
            file, name, qfp_theory_distance_meaning((int)(d % QFP_DISTANCES_PER_MODE)),
            c->distance[d]));
    }
    return QFP_OK;
}

static qfp_status write_sentences(const contest *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const qfp_theory_result *theory = &c->result->theories[i];
        qfp_snapshot *s = c->runners[i].snapshot;
        if (theory->stopped[0] != '\0')
            QFP_TRY(qfp_snapshot_set_attribute(s, "stopped", theory->stopped));
        if (theory->warning[0] != '\0')
            QFP_TRY(qfp_snapshot_set_attribute(s, "warning", theory->warning));
    }
    for (size_t i = 1; i < c->count; i++) {
        char group[64];
        snprintf(group, sizeof group, "/distance/%s", c->runners[i].label);
        QFP_TRY(qfp_snapshot_set_attribute_of(c->runners[0].snapshot, group, "to",
                                              c->runners[0].label));
    }
    return QFP_OK;
}

qfp_status qfpi_contest_close_file(contest *c, qfp_status status)
{
    qfp_snapshot *file = c->runners != NULL ? c->runners[0].snapshot : NULL;
    bool keep = status == QFP_OK && c->result->time_count > 0;
    if (file == NULL)
        return status;
    if (keep)
        status = write_sentences(c);
    for (size_t i = 1; i < c->count; i++)
        qfp_snapshot_close_group(c->runners[i].snapshot);
    if (keep && status == QFP_OK)
        return qfp_snapshot_finish(file, 0);
    qfp_snapshot_abandon(file);
    return status;
}
