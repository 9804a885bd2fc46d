/* snapshot_checkpoint.c - checkpoints: written beside the file, read from there, kept in it at the end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5_hl.h>

#include "core/checksum.h"
#include "core/ranks.h"
#include "io/journal.h"
#include "io/output_path.h"
#include "io/snapshot_file.h"

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

/* Where the checkpoint of a theory lies. */
static void group_of(const char *label, char *out, size_t size)
{
    snprintf(out, size, label == NULL ? "/checkpoint" : "/checkpoint/theories/%s", label);
}

static qfp_status write_state(hid_t group, const char *path, const qfp_checkpoint *c)
{
    hsize_t shape = c->count;
    hid_t space = H5Screate_simple(1, &shape, NULL);
    hid_t dataset =
        H5Dcreate2(group, "state", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    bool good = dataset >= 0 &&
                H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, c->state) >= 0;
    qfp_status status = good ? QFP_OK : QFP_HDF5_FAIL(path, "the checkpoint cannot be written");
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(dataset, path, "units", "1");
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(dataset, path, "long_name",
                                     "complete state of the propagator, for --resume");
    if (dataset >= 0)
        H5Dclose(dataset);
    H5Sclose(space);
    return status;
}

/* Of a theory within the checkpoint of one run at one time; `run` is the checksum of those. */
static uint64_t checksum_of(uint64_t run, const qfp_checkpoint *c)
{
    const char *stopped = c->stopped != NULL ? c->stopped : "";
    uint64_t sum = qfpi_checksum(run, &c->time, sizeof c->time);
    sum = qfpi_checksum(sum, &c->steps, sizeof c->steps);
    sum = qfpi_checksum(sum, &c->applications, sizeof c->applications);
    sum = qfpi_checksum(sum, c->warning, strlen(c->warning));
    sum = qfpi_checksum(sum, stopped, strlen(stopped));
    return c->stopped == NULL ? qfpi_checksum(sum, c->state, c->count * sizeof *c->state) : sum;
}

/* Of the configuration in the file and the number of the next output. */
static qfp_status checksum_of_run(const qfp_snapshot *s, size_t next, uint64_t *sum)
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

/* A group with the dataset `state`, or the attribute `stopped`, and the attributes time, warning,
 * steps, applications and checksum. */
static qfp_status write_theory(hid_t file, const char *path, const char *label, uint64_t run,
                               const qfp_checkpoint *c)
{
    const uint64_t checksum = checksum_of(run, c);
    char name[96];
    group_of(label, name, sizeof name);
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    hid_t group = H5Gcreate2(file, name, links, H5P_DEFAULT, H5P_DEFAULT);
    H5Pclose(links);
    if (group < 0)
        return QFP_HDF5_FAIL(path, "the checkpoint cannot be written");
    qfp_status status = qfp_hdf5_write_numbers(group, path, "time", H5T_NATIVE_DOUBLE, 1, &c->time);
    if (status == QFP_OK)
        status = c->stopped == NULL ? write_state(group, path, c)
                                    : qfp_hdf5_write_text(group, path, "stopped", c->stopped);
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(group, path, "warning", c->warning);
    if (status == QFP_OK)
        status = qfp_hdf5_write_numbers(group, path, "steps", H5T_NATIVE_UINT64, 1, &c->steps);
    if (status == QFP_OK)
        status = qfp_hdf5_write_numbers(group, path, "applications", H5T_NATIVE_UINT64, 1,
                                        &c->applications);
    if (status == QFP_OK)
        status = qfp_hdf5_write_numbers(group, path, "checksum", H5T_NATIVE_UINT64, 1, &checksum);
    H5Gclose(group);
    return status;
}

static qfp_status write_next(hid_t file, const char *path, size_t next)
{
    int64_t number = (int64_t)next;
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    qfp_status status = qfp_hdf5_write_numbers(group, path, "next", H5T_NATIVE_INT64, 1, &number);
    H5Gclose(group);
    return status;
}

/* Which journal of the unfinished file is this checkpoint's: of no use in a finished one. */
static qfp_status write_number(hid_t file, const char *path, uint64_t number)
{
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    qfp_status status =
        qfp_hdf5_write_numbers(group, path, "number", H5T_NATIVE_UINT64, 1, &number);
    H5Gclose(group);
    return status;
}

/* Of all ranks: for the state of a theory they may have to work together, and one that fails at that meets the others
 * in main alone.  file -1: of one that does not write. */
static qfp_status write_theories(const qfp_snapshot *s, hid_t file, const char *path, size_t next,
                                 size_t theories, const char *const *labels,
                                 qfp_checkpoint_source source, void *data)
{
    uint64_t run = 0;
    qfp_status status = file >= 0 ? checksum_of_run(s, next, &run) : QFP_OK;
    for (size_t i = 0; i < theories; ++i) {
        qfp_checkpoint c = {0};
        QFP_TRY(qfpi_ranks_agree(status));
        QFP_TRY(source(data, i, &c));
        if (file >= 0)
            status = write_theory(file, path, i == 0 ? NULL : labels[i], run, &c);
    }
    return qfpi_ranks_agree(status);
}

static qfp_status write_rest(const qfp_snapshot *s, hid_t file, const char *path, size_t next)
{
    QFP_TRY(qfpi_snapshot_write_contents(s, file, path));
    QFP_TRY(write_number(file, path, s->number + 1));
    return write_next(file, path, next);
}

static qfp_status link_checkpoint(const qfp_snapshot *s)
{
    if (H5Lexists(s->file, "/checkpoint", H5P_DEFAULT) > 0)
        return QFP_OK;
    const char *slash = strrchr(s->checkpoint, '/');
    const char *beside = slash != NULL ? slash + 1 : s->checkpoint;
    if (H5Lcreate_external(beside, "/checkpoint", s->file, "/checkpoint", H5P_DEFAULT,
                           H5P_DEFAULT) < 0)
        return QFP_HDF5_FAIL(s->part, "/checkpoint cannot be linked");
    return QFP_OK;
}

static qfp_status create_fresh(const qfp_snapshot *s, const char *fresh, hid_t *file)
{
    int created = -1;
    QFP_TRY(qfpi_snapshot_room(s->path));
    QFP_TRY(qfpi_output_create(fresh, &created));
    close(created);
    *file = H5Fcreate(fresh, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (*file >= 0)
        return QFP_OK;
    unlink(fresh);
    return QFP_HDF5_FAIL(fresh, "the checkpoint cannot be written");
}

/* The fresh file, as far as it came, takes the place of the checkpoint. */
static qfp_status settle(qfp_snapshot *s, hid_t file, const char *fresh, size_t next,
                         qfp_status status)
{
    if (status == QFP_OK)
        status = write_rest(s, file, fresh, next);
    if (H5Fclose(file) < 0 && status == QFP_OK)
        status = QFP_HDF5_FAIL(fresh, "the checkpoint cannot be completed");
    if (status == QFP_OK)
        status = link_checkpoint(s);
    /* outputs up to `next` reach the disk before the checkpoint that relies on them; when its new name does
     * is all the same, as the older checkpoint serves as well */
    if (status == QFP_OK)
        status = qfpi_snapshot_flush(s);
    if (status == QFP_OK)
        status = qfpi_output_sync(s->part);
    if (status == QFP_OK)
        status = qfpi_output_sync(fresh);
    if (status == QFP_OK && rename(fresh, s->checkpoint) != 0)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", s->checkpoint, strerror(errno));
    if (status != QFP_OK)
        unlink(fresh);
    QFP_TRY(status);
    s->has_checkpoint = true;
    return qfpi_journal_begin(s->file, s->journal, ++s->number);
}

qfp_status qfp_snapshot_checkpoint(qfp_snapshot *s, size_t next, size_t theories,
                                   const char *const *labels, qfp_checkpoint_source source,
                                   void *data)
{
    qfpi_pen pen = qfpi_pen_take(s);
    hid_t file = -1;
    char *fresh = qfpi_format("%s.new", s->checkpoint);
    qfp_status status = fresh == NULL ? QFP_FAIL(QFP_MEMORY, "%s: out of memory", s->path) : QFP_OK;
    if (status == QFP_OK && pen.writes)
        status = create_fresh(s, fresh, &file);
    status = qfpi_ranks_agree(status);
    if (status == QFP_OK)
        status = write_theories(s, file, fresh, next, theories, labels, source, data);
    pen.is_shared &= status == QFP_OK; /* else all know, or meet in main */
    if (file >= 0)
        status = settle(s, file, fresh, next, status);
    free(fresh);
    status = qfpi_pen_drop(&pen, status);
    s->has_checkpoint |= status == QFP_OK;
    return status;
}

static qfp_status damaged(const char *path, const char *group)
{
    return QFP_HDF5_FAIL(path, "%s in it is damaged; run with --force to begin anew", group);
}

/* Without a checksum: a checkpoint of a version that wrote none. */
static qfp_status check_sum(const qfp_snapshot *s, const char *name, const qfp_checkpoint *c)
{
    hid_t file;
    size_t next = 0;
    uint64_t stored = 0, run;
    QFP_TRY(qfpi_snapshot_read_next(s, &next));
    QFP_TRY(checksum_of_run(s, next, &run));
    QFP_TRY(qfp_hdf5_open(s->checkpoint, &file));
    hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
    bool has = H5Aexists(group, "checksum") > 0;
    bool good = !has || (read_scalar(group, "checksum", H5T_NATIVE_UINT64, &stored) >= 0 &&
                         stored == checksum_of(run, c));
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

static qfp_status read_theory(const qfp_snapshot *s, const char *name, qfp_checkpoint *out)
{
    const char *path = s->checkpoint;
    hid_t file;
    int rank = 0, is_complex = 0;
    size_t shape[QFP_HDF5_MAX_RANK];
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
    QFP_TRY(status);
    if (out->stopped != NULL)
        return check_sum(s, name, out);
    char state[128];
    snprintf(state, sizeof state, "%s/state", name);
    QFP_TRY(qfp_hdf5_read(path, state, &rank, shape, &is_complex, &out->state));
    if (rank != 1 || is_complex) {
        free(out->state);
        out->state = NULL;
        return damaged(path, name);
    }
    out->count = shape[0];
    return check_sum(s, name, out);
}

/* What rank 0 read, with all. */
static qfp_status share(qfp_checkpoint *c)
{
    qfp_checkpoint first = *c;
    size_t bytes = c->count * sizeof *c->state;
    size_t stopped = c->stopped != NULL ? strlen(c->stopped) : 0;
    size_t warning = c->warning != NULL ? strlen(c->warning) : 0;
    QFP_TRY(qfpi_ranks_share(&first, sizeof first));
    c->time = first.time;
    c->count = first.count;
    c->steps = first.steps;
    c->applications = first.applications;
    QFP_TRY(qfpi_ranks_share_block((void **)&c->state, &bytes));
    QFP_TRY(qfpi_ranks_share_block((void **)&c->stopped, &stopped));
    return qfpi_ranks_share_block((void **)&c->warning, &warning);
}

qfp_status qfp_snapshot_read_checkpoint(const qfp_snapshot *file, const char *label,
                                        qfp_checkpoint *out)
{
    qfpi_pen pen = qfpi_pen_take(file);
    char name[96];
    *out = (qfp_checkpoint){0};
    group_of(label, name, sizeof name);
    QFP_TRY(qfpi_pen_drop(&pen, pen.writes ? read_theory(file, name, out) : QFP_OK));
    return share(out);
}

/* The axis of a state: a dimension without values, for nobody reads the number of a double, and
 * they may be many. */
static herr_t label_state(hid_t group)
{
    if (H5Lexists(group, "state", H5P_DEFAULT) <= 0)
        return 0; /* of a theory that stopped */
    hid_t state = H5Dopen2(group, "state", H5P_DEFAULT);
    hid_t space = H5Dget_space(state);
    char text[80]; /* the words by which netCDF knows such a dimension */
    snprintf(text, sizeof text, "This is a netCDF dimension but not a netCDF variable.%10lld",
             (long long)H5Sget_simple_extent_npoints(space));
    hid_t scale =
        H5Dcreate2(group, "element", H5T_IEEE_F32BE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    herr_t result = scale >= 0 ? H5DSset_scale(scale, text) : -1;
    if (result >= 0)
        result = H5DSattach_scale(state, scale, 0);
    if (scale >= 0)
        H5Dclose(scale);
    H5Sclose(space);
    H5Dclose(state);
    return result;
}

static qfp_status embed_theory(const qfp_snapshot *s, const char *label, size_t next)
{
    char name[96];
    qfp_checkpoint c = {0};
    uint64_t run;
    QFP_TRY(checksum_of_run(s, next, &run));
    group_of(label, name, sizeof name);
    qfp_status status = read_theory(s, name, &c);
    if (status == QFP_OK)
        status = write_theory(s->file, s->part, label, run, &c);
    free(c.state);
    free(c.stopped);
    free(c.warning);
    QFP_TRY(status);
    hid_t group = H5Gopen2(s->file, name, H5P_DEFAULT);
    herr_t labelled = label_state(group);
    H5Gclose(group);
    return labelled >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "%s cannot be written", name);
}

/* H5Ocopy would do, but libhdf5 1.10 does not survive it on a full disk. */
qfp_status qfpi_snapshot_embed_checkpoint(const qfp_snapshot *s)
{
    hid_t file;
    size_t next;
    hsize_t count = 0;
    QFP_TRY(qfpi_snapshot_read_next(s, &next));
    QFP_TRY(embed_theory(s, NULL, next));
    QFP_TRY(qfp_hdf5_open(s->checkpoint, &file));
    qfp_status status = QFP_OK;
    hid_t theories = H5Lexists(file, "/checkpoint/theories", H5P_DEFAULT) > 0
                         ? H5Gopen2(file, "/checkpoint/theories", H5P_DEFAULT)
                         : -1;
    if (theories >= 0)
        H5Gget_num_objs(theories, &count);
    for (hsize_t i = 0; i < count && status == QFP_OK; ++i) {
        char label[64] = "";
        H5Lget_name_by_idx(theories, ".", H5_INDEX_NAME, H5_ITER_INC, i, label, sizeof label,
                           H5P_DEFAULT);
        status = embed_theory(s, label, next);
    }
    if (theories >= 0)
        H5Gclose(theories);
    H5Fclose(file);
    return status == QFP_OK ? write_next(s->file, s->part, next) : status;
}
