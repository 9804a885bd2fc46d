/* snapshot_resume.c - checkpoints: written beside the file, and what a resumed run reads. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/snapshot_file.h"

static herr_t read_scalar(hid_t object, const char *name, hid_t memory_type, void *value)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0)
        return -1;
    hid_t space = H5Aget_space(attribute);
    herr_t read =
        H5Sget_simple_extent_npoints(space) == 1 ? H5Aread(attribute, memory_type, value) : -1;
    H5Sclose(space);
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

/* A group with the dataset `state`, or the attributes `stopped` and `warning`, and the attribute
 * `time`. */
static qfp_status write_theory(hid_t file, const char *path, const char *label,
                               const qfp_checkpoint *c)
{
    char name[96];
    group_of(label, name, sizeof name);
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    hid_t group = H5Gcreate2(file, name, links, H5P_DEFAULT, H5P_DEFAULT);
    H5Pclose(links);
    if (group < 0)
        return QFP_HDF5_FAIL(path, "the checkpoint cannot be written");
    qfp_status status = qfp_hdf5_write_numbers(group, path, "time", H5T_NATIVE_DOUBLE, 1, &c->time);
    if (status == QFP_OK && c->stopped == NULL)
        status = write_state(group, path, c);
    if (status == QFP_OK && c->stopped != NULL)
        status = qfp_hdf5_write_text(group, path, "stopped", c->stopped);
    if (status == QFP_OK && c->stopped != NULL)
        status = qfp_hdf5_write_text(group, path, "warning", c->warning);
    H5Gclose(group);
    return status;
}

static qfp_status write_all(hid_t file, const char *path, size_t next, size_t theories,
                            const char *const *labels, qfp_checkpoint_source source, void *data)
{
    int64_t number = (int64_t)next;
    for (size_t i = 0; i < theories; ++i) {
        qfp_checkpoint c = {0};
        QFP_TRY(source(data, i, &c));
        QFP_TRY(write_theory(file, path, i == 0 ? NULL : labels[i], &c));
    }
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    qfp_status status = qfp_hdf5_write_numbers(group, path, "next", H5T_NATIVE_INT64, 1, &number);
    H5Gclose(group);
    return status;
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

static qfp_status write_checkpoint(qfp_snapshot *s, size_t next, size_t theories,
                                   const char *const *labels, qfp_checkpoint_source source,
                                   void *data)
{
    char *fresh = qfpi_format("%s.new", s->checkpoint);
    if (fresh == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", s->path);
    hid_t file = H5Fcreate(fresh, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    qfp_status status = file >= 0 ? write_all(file, fresh, next, theories, labels, source, data)
                                  : QFP_HDF5_FAIL(fresh, "the checkpoint cannot be written");
    if (file >= 0 && H5Fclose(file) < 0 && status == QFP_OK)
        status = QFP_HDF5_FAIL(fresh, "the checkpoint cannot be completed");
    if (status == QFP_OK)
        status = link_checkpoint(s);
    /* outputs up to `next` reach the disk before the checkpoint that relies on them */
    if (status == QFP_OK)
        status = qfpi_snapshot_flush(s);
    if (status == QFP_OK && rename(fresh, s->checkpoint) != 0)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", s->checkpoint, strerror(errno));
    if (status != QFP_OK)
        unlink(fresh);
    free(fresh);
    return status;
}

qfp_status qfp_snapshot_checkpoint(qfp_snapshot *s, size_t next, size_t theories,
                                   const char *const *labels, qfp_checkpoint_source source,
                                   void *data)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = write_checkpoint(s, next, theories, labels, source, data);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

static qfp_status read_next(const char *path, size_t *next)
{
    hid_t file;
    unsigned long long number = 0;
    QFP_TRY(qfp_hdf5_open(path, &file));
    hid_t group = H5Gopen2(file, "/checkpoint", H5P_DEFAULT);
    bool good = group >= 0 && read_scalar(group, "next", H5T_NATIVE_ULLONG, &number) >= 0;
    qfp_status status = good ? QFP_OK : QFP_HDF5_FAIL(path, "the checkpoint in it is damaged");
    if (group >= 0)
        H5Gclose(group);
    H5Fclose(file);
    *next = (size_t)number;
    return status;
}

static qfp_status read_theory(const char *path, const char *name, qfp_checkpoint *out)
{
    hid_t file;
    int rank = 0, is_complex = 0;
    size_t shape[QFP_HDF5_MAX_RANK];
    QFP_TRY(qfp_hdf5_open(path, &file));
    hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
    bool good = group >= 0 && read_scalar(group, "time", H5T_NATIVE_DOUBLE, &out->time) >= 0;
    qfp_status status = good ? QFP_OK : QFP_HDF5_FAIL(path, "the checkpoint in it is damaged");
    if (good && H5Aexists(group, "stopped") > 0) {
        out->stopped = qfp_hdf5_read_text(group, "stopped");
        out->warning = qfp_hdf5_read_text(group, "warning");
    }
    if (group >= 0)
        H5Gclose(group);
    H5Fclose(file);
    if (status != QFP_OK || out->stopped != NULL)
        return status;
    char state[128];
    snprintf(state, sizeof state, "%s/state", name);
    QFP_TRY(qfp_hdf5_read(path, state, &rank, shape, &is_complex, &out->state));
    if (rank != 1 || is_complex) {
        free(out->state);
        out->state = NULL;
        return QFP_FAIL(QFP_IO, "%s: the checkpoint in it is damaged", path);
    }
    out->count = shape[0];
    return QFP_OK;
}

qfp_status qfp_snapshot_read_checkpoint(const qfp_snapshot *file, const char *label,
                                        qfp_checkpoint *out)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    char name[96];
    *out = (qfp_checkpoint){0};
    group_of(label, name, sizeof name);
    qfp_status status = read_theory(file->checkpoint, name, out);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

typedef struct cut_request {
    hsize_t rows;
    bool too_short; /* a dataset holds fewer rows than the checkpoint relies on */
    bool failed;
} cut_request;

/* Cuts every dataset that grows with time. */
static herr_t cut(hid_t root, const char *name, const H5O_info_t *information, void *data)
{
    cut_request *request = data;
    hsize_t extent[H5S_MAX_RANK], most[H5S_MAX_RANK];
    if (information->type != H5O_TYPE_DATASET)
        return 0;
    hid_t dataset = H5Dopen2(root, name, H5P_DEFAULT);
    if (dataset < 0) {
        request->failed = true;
        return -1;
    }
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, extent, most);
    H5Sclose(space);
    if (rank > 0 && most[0] == H5S_UNLIMITED) {
        if (extent[0] < request->rows)
            request->too_short = true;
        extent[0] = request->rows;
        if (!request->too_short && H5Dset_extent(dataset, extent) < 0)
            request->failed = true;
    }
    H5Dclose(dataset);
    return request->failed || request->too_short ? -1 : 0;
}

static qfp_status open_growing(const qfp_snapshot *s, const char *name, int rank,
                               const qfp_axis *wanted, hid_t *out)
{
    int axes;
    hsize_t extent[QFP_HDF5_MAX_RANK];
    QFP_TRY(qfp_hdf5_open_dataset(s->file, s->part, qfpi_relative(name), out, &axes, extent));
    bool same = axes == rank + 1;
    for (int i = 0; same && i < rank; ++i)
        same = extent[i + 1] == wanted[i].count;
    return same ? QFP_OK
                : QFP_FAIL(QFP_USAGE, "%s: %s has another shape than this run", s->part, name);
}

static qfp_status open_all(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    const qfp_axis plane[] = {s->x, s->p};
    qfp_axis all[2 * QFP_MAX_MODES];
    qfp_snapshot_phase_axes(s, all);
    QFP_TRY(open_growing(s, "/time", 0, NULL, &s->time));
    for (int j = 0; j < s->modes; ++j) {
        char name[32];
        snprintf(name, sizeof name, "/husimi/mode_%d", j + 1);
        QFP_TRY(open_growing(s, name, 2, plane, &s->marginal[j]));
    }
    if (layout->full)
        QFP_TRY(open_growing(s, "/husimi/full", 2 * s->modes, all, &s->full));
    for (size_t i = 0; i < s->observable_count; ++i) {
        char *name = qfpi_format("/observables/%s", layout->observables[i].name);
        if (name == NULL)
            return QFP_FAIL(QFP_MEMORY, "%s: out of memory", s->path);
        qfp_status status = open_growing(s, name, 0, NULL, &s->observables[i]);
        free(name);
        QFP_TRY(status);
    }
    return QFP_OK;
}

static qfp_status check_config(const qfp_snapshot *s, const char *config_text)
{
    char *stored = qfp_hdf5_read_text(s->file, "config");
    bool same = stored != NULL && strcmp(stored, config_text) == 0;
    free(stored);
    if (!same)
        return QFP_FAIL(QFP_USAGE,
                        "%s: belongs to another configuration; resume with the unchanged one, or "
                        "run without --resume to begin anew",
                        s->part);
    return QFP_OK;
}

static qfp_status open_part(qfp_snapshot *s)
{
    if (access(s->part, F_OK) != 0)
        return QFP_FAIL(QFP_IO, "%s: there is no interrupted run to resume", s->part);
    hid_t probe;
    QFP_TRY(qfp_hdf5_open(s->part, &probe));
    H5Fclose(probe);
    s->file = H5Fopen(s->part, H5F_ACC_RDWR, H5P_DEFAULT);
    return s->file >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "cannot be opened for writing");
}

static qfp_status resume(qfp_snapshot *s, const qfp_snapshot_layout *layout,
                         const char *config_text, size_t *next)
{
    QFP_TRY(open_part(s));
    QFP_TRY(check_config(s, config_text));
    if (H5Lexists(s->file, "/checkpoint", H5P_DEFAULT) <= 0)
        return QFP_FAIL(QFP_IO, "%s: the run was interrupted before its first checkpoint", s->part);
    QFP_TRY(open_all(s, layout));
    QFP_TRY(read_next(s->checkpoint, next));
    cut_request request = {.rows = *next};
    if (H5Ovisit(s->file, H5_INDEX_NAME, H5_ITER_NATIVE, cut, &request) < 0) {
        if (request.too_short)
            return QFP_FAIL(QFP_IO, "%s: holds fewer outputs than its checkpoint says", s->part);
        return QFP_HDF5_FAIL(s->part, "cannot be cut back to its checkpoint");
    }
    s->time_count = *next;
    return qfpi_snapshot_flush(s);
}

static qfp_status resume_group(const qfp_snapshot *file, const char *group,
                               const qfp_snapshot_layout *layout, qfp_snapshot *s)
{
    s->is_group = true;
    s->file = H5Gopen2(file->file, qfpi_relative(group), H5P_DEFAULT);
    if (s->file < 0)
        return QFP_HDF5_FAIL(file->part, "%s cannot be opened", group);
    s->time_count = file->time_count;
    return open_all(s, layout);
}

/* file and group NULL: the file itself */
static qfp_status open_again(const char *path, const qfp_snapshot_layout *layout,
                             const char *config_text, size_t *next, const qfp_snapshot *file,
                             const char *group, qfp_snapshot **out)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_snapshot *s = NULL;
    qfp_status status = qfpi_snapshot_new(path, layout, &s);
    if (status == QFP_OK)
        status = file != NULL ? resume_group(file, group, layout, s)
                              : resume(s, layout, config_text, next);
    if (status == QFP_OK)
        *out = s;
    else if (s != NULL) {
        (void)qfpi_snapshot_close(s); /* an unusable interrupted run is left as it is */
        qfpi_snapshot_free(s);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}

qfp_status qfp_snapshot_resume(const char *path, const qfp_snapshot_layout *layout,
                               const char *config_text, size_t *next, qfp_snapshot **out)
{
    return open_again(path, layout, config_text, next, NULL, NULL, out);
}

qfp_status qfp_snapshot_resume_group(qfp_snapshot *file, const char *group,
                                     const qfp_snapshot_layout *layout, qfp_snapshot **out)
{
    return open_again(file->path, layout, NULL, NULL, file, group, out);
}
