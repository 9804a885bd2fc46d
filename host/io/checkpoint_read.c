/* checkpoint_read.c - checkpoints read from the file in which an unfinished run keeps them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/checksum.h"
#include "core/ranks.h"
#include "io/checkpoint.h"

void qfpi_checkpoint_group(const char *label, char *out, size_t size)
{
    snprintf(out, size, label == NULL ? "/checkpoint" : "/checkpoint/theories/%s", label);
}

uint64_t qfpi_checkpoint_checksum(uint64_t run, const qfp_checkpoint *c)
{
    const char *stopped = c->stopped != NULL ? c->stopped : "";
    uint64_t sum = qfpi_checksum(run, &c->time, sizeof c->time);
    sum = qfpi_checksum(sum, &c->steps, sizeof c->steps);
    sum = qfpi_checksum(sum, &c->applications, sizeof c->applications);
    sum = qfpi_checksum(sum, c->warning, strlen(c->warning));
    return qfpi_checksum(sum, stopped, strlen(stopped));
}

qfp_status qfpi_checkpoint_checksum_of_run(const qfp_snapshot *s, size_t next, uint64_t *sum)
{
    const uint64_t number = next;
    char *made = NULL;
    if (s->config == NULL)
        QFP_TRY(qfp_hdf5_read_text(s->file, s->part, "config", &made));
    const char *text = s->config != NULL ? s->config : made != NULL ? made : "";
    *sum = qfpi_checksum(qfpi_checksum(0, text, strlen(text)), &number, sizeof number);
    free(made);
    return QFP_OK;
}

/* Of one number, of the class that is wanted. */
static herr_t read_scalar(hid_t object, const char *name, hid_t memory_type, void *value)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0)
        return -1;
    hid_t space = H5Aget_space(attribute), stored = H5Aget_type(attribute);
    herr_t read = H5Sget_simple_extent_npoints(space) == 1 &&
                          H5Tget_class(stored) == H5Tget_class(memory_type)
                      ? H5Aread(attribute, memory_type, value)
                      : -1;
    H5Sclose(space);
    H5Tclose(stored);
    H5Aclose(attribute);
    return read;
}

static qfp_status damaged(const char *path, const char *group)
{
    return QFP_HDF5_FAIL(path, "%s in it is damaged; run with --force to begin anew", group);
}

/* The checksum of a theory up to its state. */
static qfp_status sum_up(const qfp_snapshot *s, const qfp_checkpoint *c, uint64_t *sum)
{
    size_t next = 0;
    uint64_t run;
    QFP_TRY(qfpi_snapshot_read_next(s, &next));
    QFP_TRY(qfpi_checkpoint_checksum_of_run(s, next, &run));
    *sum = qfpi_checkpoint_checksum(run, c);
    return QFP_OK;
}

/* Without a checksum: a checkpoint of a version that wrote none. */
static qfp_status check_sum(const qfp_snapshot *s, const char *name, uint64_t sum)
{
    hid_t file;
    uint64_t stored = 0;
    QFP_TRY(qfp_hdf5_open(s->checkpoint, &file));
    hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
    bool has = H5Aexists(group, "checksum") > 0;
    bool good =
        !has || (read_scalar(group, "checksum", H5T_NATIVE_UINT64, &stored) >= 0 && stored == sum);
    H5Gclose(group);
    H5Fclose(file);
    return good ? QFP_OK
                : QFP_FAIL(QFP_IO,
                           "%s: the checksum of %s in it does not fit: it is damaged or belongs to "
                           "another run; run with --force to begin anew",
                           s->checkpoint, name);
}

qfp_status qfpi_snapshot_read_next(const qfp_snapshot *s, size_t *next)
{
    hid_t file;
    int64_t number = 0;
    QFP_TRY(qfp_hdf5_open(s->checkpoint, &file));
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    bool good = group >= 0 && read_scalar(group, "next", H5T_NATIVE_INT64, &number) >= 0;
    qfp_status status = good && number >= 0 ? QFP_OK : damaged(s->checkpoint, "/checkpoint");
    if (group >= 0)
        H5Gclose(group);
    H5Fclose(file);
    *next = (size_t)number;
    return status;
}

qfp_status qfpi_snapshot_read_number(const qfp_snapshot *s, uint64_t *number)
{
    hid_t file;
    *number = 0;
    QFP_TRY(qfp_hdf5_open(s->checkpoint, &file));
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    bool good = group >= 0 && (H5Aexists(group, "number") <= 0 ||
                               read_scalar(group, "number", H5T_NATIVE_UINT64, number) >= 0);
    if (group >= 0)
        H5Gclose(group);
    H5Fclose(file);
    return good ? QFP_OK : damaged(s->checkpoint, "/checkpoint");
}

static qfp_status read_attributes(const qfp_snapshot *s, const char *name, qfp_checkpoint *out)
{
    const char *path = s->checkpoint;
    hid_t file;
    QFP_TRY(qfp_hdf5_open(path, &file));
    hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
    bool good = group >= 0 && read_scalar(group, "time", H5T_NATIVE_DOUBLE, &out->time) >= 0 &&
                read_scalar(group, "steps", H5T_NATIVE_UINT64, &out->steps) >= 0 &&
                read_scalar(group, "applications", H5T_NATIVE_UINT64, &out->applications) >= 0;
    qfp_status status = good ? QFP_OK : damaged(path, name);
    if (status == QFP_OK && H5Aexists(group, "stopped") > 0)
        status = qfpi_hdf5_guarded_text(group, path, "stopped", &out->stopped);
    if (status == QFP_OK)
        status = qfpi_hdf5_guarded_text(group, path, "warning", &out->warning);
    if (status == QFP_OK && out->warning == NULL)
        status = damaged(path, name);
    if (group >= 0)
        H5Gclose(group);
    H5Fclose(file);
    return status;
}

qfp_status qfpi_checkpoint_read(const qfp_snapshot *s, const char *name, qfp_checkpoint *out,
                                qfpi_guarded **state)
{
    uint64_t sum;
    qfpi_state_facts facts;
    QFP_TRY(read_attributes(s, name, out));
    QFP_TRY(sum_up(s, out, &sum));
    if (out->stopped != NULL)
        return check_sum(s, name, sum);
    QFP_TRY(qfpi_state_open(s->checkpoint, name, sum, &facts, state));
    if (!facts.is_list)
        return damaged(s->checkpoint, name);
    out->count = facts.count;
    return check_sum(s, name, facts.checksum);
}

/* What rank 0 read, with all. */
static qfp_status share(qfp_checkpoint *c)
{
    qfp_checkpoint first = *c;
    size_t stopped = c->stopped != NULL ? strlen(c->stopped) : 0;
    size_t warning = c->warning != NULL ? strlen(c->warning) : 0;
    QFP_TRY(qfpi_ranks_share(&first, sizeof first));
    c->time = first.time;
    c->count = first.count;
    c->steps = first.steps;
    c->applications = first.applications;
    QFP_TRY(qfpi_ranks_share_block((void **)&c->stopped, &stopped));
    return qfpi_ranks_share_block((void **)&c->warning, &warning);
}

qfp_status qfp_snapshot_read_checkpoint(const qfp_snapshot *file, const char *label,
                                        qfp_checkpoint *out, qfp_state_reader *state)
{
    qfpi_pen pen = qfpi_pen_take(file);
    qfpi_guarded *reading = NULL;
    char name[96];
    *out = (qfp_checkpoint){0};
    qfpi_checkpoint_group(label, name, sizeof name);
    qfp_status status = pen.writes ? qfpi_checkpoint_read(file, name, out, &reading) : QFP_OK;
    *state = (qfp_state_reader){.self = reading, .get = qfpi_state_get};
    QFP_TRY(qfpi_pen_drop(&pen, status));
    return share(out);
}

void qfp_snapshot_close_state(qfp_state_reader *state)
{
    qfpi_guard_end(state->self);
    state->self = NULL;
}
