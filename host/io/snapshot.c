#include "io/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5_hl.h>

#include "io/output_path.h"
#include "io/snapshot_file.h"

qfp_status qfpi_snapshot_new(const char *path, const qfp_snapshot_layout *layout,
                             qfp_snapshot **out)
{
    qfp_snapshot *s = NULL;
    if (layout->modes < 1 || layout->modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "%s: %d modes", path, layout->modes);
    QFP_TRY(QFP_ALLOCATE(s, 1, "the output file"));
    s->file = s->time = s->x = s->p = s->full = -1;
    for (int j = 0; j < QFP_MAX_MODES; ++j)
        s->marginal[j] = -1;
    s->modes = layout->modes;
    s->x_count = layout->x_count;
    s->p_count = layout->p_count;
    s->path = qfpi_format("%s", path);
    s->part = qfpi_format("%s.part", path);
    s->checkpoint = qfpi_format("%s.part.checkpoint", path);
    qfp_status status = QFP_ALLOCATE(s->observables, layout->observable_count, "the observables");
    if (status == QFP_OK && (s->path == NULL || s->part == NULL || s->checkpoint == NULL))
        status = QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
    if (status != QFP_OK) {
        qfpi_snapshot_free(s);
        return status;
    }
    s->observable_count = layout->observable_count;
    for (size_t i = 0; i < s->observable_count; ++i)
        s->observables[i] = -1;
    *out = s;
    return QFP_OK;
}

static void close_dataset(hid_t *dataset)
{
    if (*dataset >= 0)
        H5Dclose(*dataset);
    *dataset = -1;
}

qfp_status qfpi_snapshot_close(qfp_snapshot *s)
{
    close_dataset(&s->time);
    close_dataset(&s->x);
    close_dataset(&s->p);
    close_dataset(&s->full);
    for (int j = 0; j < QFP_MAX_MODES; ++j)
        close_dataset(&s->marginal[j]);
    for (size_t i = 0; i < s->observable_count; ++i)
        close_dataset(&s->observables[i]);
    hid_t file = s->file;
    s->file = -1;
    if (file >= 0 && (s->is_group ? H5Gclose(file) : H5Fclose(file)) < 0)
        return QFP_HDF5_FAIL(s->part, "cannot be completed");
    return QFP_OK;
}

void qfpi_snapshot_free(qfp_snapshot *s)
{
    free(s->observables);
    free(s->path);
    free(s->part);
    free(s->checkpoint);
    free(s);
}

/* Plain calls first: their errors say in one sentence what HDF5 says in ten. */
static qfp_status claim_part(qfp_snapshot *s)
{
    QFP_TRY(qfpi_output_path_check(s->path, s->part));
    FILE *file = fopen(s->part, "wb");
    if (file == NULL)
        return QFP_FAIL(QFP_IO, "%s: cannot be created: %s", s->part, strerror(errno));
    fclose(file);
    s->made_part = true;
    return QFP_OK;
}

static qfp_status create_file(qfp_snapshot *s)
{
    QFP_TRY(claim_part(s));
    hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    s->file = H5Fcreate(s->part, H5F_ACC_TRUNC, creation, H5P_DEFAULT);
    H5Pclose(creation);
    return s->file >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "cannot be created");
}

static qfp_status create_group(const qfp_snapshot *s, const char *name)
{
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    hid_t group = H5Gcreate2(s->file, qfpi_relative(name), H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Pclose(creation);
    if (group < 0)
        return QFP_HDF5_FAIL(s->part, "the group %s cannot be created", name);
    H5Gclose(group);
    return QFP_OK;
}

/* xarray looks for the scales of a group inside that group; soft links show them there without
 * adding datasets that a walk through the file would meet twice. */
static qfp_status link_scales(const qfp_snapshot *s, const char *group, bool with_axes)
{
    static const char *const targets[] = {"/time", "/axes/x", "/axes/p"};
    for (size_t i = 0; i < (with_axes ? 3u : 1u); ++i) {
        char link[64];
        snprintf(link, sizeof link, "%s/%s", group, strrchr(targets[i], '/') + 1);
        if (H5Lcreate_soft(targets[i], s->file, qfpi_relative(link), H5P_DEFAULT, H5P_DEFAULT) < 0)
            return QFP_HDF5_FAIL(s->part, "the link %s cannot be created", link);
    }
    return QFP_OK;
}

static qfp_status write_axis(qfp_snapshot *s, const char *name, const char *long_name, size_t count,
                             const double *values, hid_t *out)
{
    const qfpi_dataset_spec spec = {
        .name = name, .units = "1", .long_name = long_name, .rank = 1, .shape = &count};
    QFP_TRY(qfpi_snapshot_create_dataset(s, &spec, out));
    const char *label = strrchr(name, '/') + 1;
    if (H5Dwrite(*out, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0 ||
        H5DSset_scale(*out, label) < 0)
        return QFP_HDF5_FAIL(s->part, "%s cannot be written", name);
    return QFP_OK;
}

static qfp_status write_axes(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    const qfpi_dataset_spec time = {
        .name = "/time", .units = "1", .long_name = "time", .rank = 0, .grows = true};
    hid_t dataset;
    QFP_TRY(qfpi_snapshot_create_dataset(s, &time, &dataset));
    if (H5DSset_scale(dataset, "time") < 0) {
        qfp_status status = QFP_HDF5_FAIL(s->part, "/time cannot be written");
        H5Dclose(dataset);
        return status;
    }
    QFP_TRY(create_group(s, "/axes"));
    qfp_status status = write_axis(s, "/axes/x", "position x", layout->x_count, layout->x, &s->x);
    if (status == QFP_OK)
        status = write_axis(s, "/axes/p", "momentum p", layout->p_count, layout->p, &s->p);
    s->time = dataset; /* from here on datasets are created with scales */
    return status;
}

static qfp_status create_husimi(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    size_t shape[2 * QFP_MAX_MODES];
    int rank = qfpi_snapshot_full_shape(s, shape);
    QFP_TRY(create_group(s, "/husimi"));
    QFP_TRY(link_scales(s, "/husimi", true));
    for (int j = 0; j < s->modes; ++j) {
        char name[32], long_name[80];
        snprintf(name, sizeof name, "/husimi/mode_%d", j + 1);
        snprintf(long_name, sizeof long_name, "Husimi function of mode %d per d2alpha%s", j + 1,
                 s->modes > 1 ? ", the others integrated out" : "");
        const qfpi_dataset_spec spec = {.name = name,
                                        .units = "1",
                                        .long_name = long_name,
                                        .rank = 2,
                                        .shape = shape,
                                        .grows = true};
        QFP_TRY(qfpi_snapshot_create_dataset(s, &spec, &s->marginal[j]));
    }
    const qfpi_dataset_spec full = {.name = "/husimi/full",
                                    .units = "1",
                                    .long_name = "Husimi function of all modes per d2alpha of each",
                                    .rank = rank,
                                    .shape = shape,
                                    .grows = true};
    return layout->full ? qfpi_snapshot_create_dataset(s, &full, &s->full) : QFP_OK;
}

static qfp_status create_observables(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    QFP_TRY(create_group(s, "/observables"));
    QFP_TRY(link_scales(s, "/observables", false));
    for (size_t i = 0; i < layout->observable_count; ++i) {
        const char *observable = layout->observable_names[i];
        const char *units = layout->observable_units != NULL ? layout->observable_units[i] : NULL;
        char *name = qfpi_format("/observables/%s", observable);
        if (name == NULL)
            return QFP_FAIL(QFP_MEMORY, "%s: out of memory", s->path);
        const qfpi_dataset_spec spec = {.name = name,
                                        .units = units != NULL ? units : "1",
                                        .long_name = observable,
                                        .grows = true};
        qfp_status status = qfpi_snapshot_create_dataset(s, &spec, &s->observables[i]);
        free(name);
        QFP_TRY(status);
    }
    return QFP_OK;
}

qfp_status qfpi_snapshot_create_layout(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    for (size_t i = 0; i < layout->attribute_count; ++i)
        QFP_TRY(qfp_hdf5_write_text(s->file, s->part, layout->attributes[i].name,
                                    layout->attributes[i].value));
    QFP_TRY(create_husimi(s, layout));
    return create_observables(s, layout);
}

static qfp_status create_all(qfp_snapshot *s, const qfp_snapshot_layout *layout)
{
    QFP_TRY(create_file(s));
    unlink(s->checkpoint); /* of an older run that was given up */
    QFP_TRY(write_axes(s, layout));
    QFP_TRY(qfpi_snapshot_create_layout(s, layout));
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_create(const char *path, const qfp_snapshot_layout *layout,
                               qfp_snapshot **out)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_snapshot *s = NULL;
    qfp_status status = qfpi_snapshot_new(path, layout, &s);
    if (status == QFP_OK)
        status = create_all(s, layout);
    if (status == QFP_OK)
        *out = s;
    else if (s != NULL) {
        (void)qfpi_snapshot_close(s); /* the first error is the one to report */
        if (s->made_part)
            unlink(s->part);
        qfpi_snapshot_free(s);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}

static qfp_status append(qfp_snapshot *s, double time, const double *const *marginals,
                         const double *full, const double *observables)
{
    size_t shape[2 * QFP_MAX_MODES];
    int rank = qfpi_snapshot_full_shape(s, shape);
    hsize_t row = s->time_count;
    if (s->full >= 0 && full == NULL)
        return QFP_FAIL(QFP_INTERNAL, "%s: /husimi/full was announced but not given", s->path);
    for (int j = 0; j < s->modes; ++j)
        QFP_TRY(qfpi_snapshot_append_row(s, s->marginal[j], row, 2, shape, marginals[j]));
    if (s->full >= 0)
        QFP_TRY(qfpi_snapshot_append_row(s, s->full, row, rank, shape, full));
    for (size_t i = 0; i < s->observable_count; ++i)
        QFP_TRY(qfpi_snapshot_append_row(s, s->observables[i], row, 0, NULL, &observables[i]));
    /* last: a time is in the file only when everything that belongs to it is */
    if (!s->is_group)
        QFP_TRY(qfpi_snapshot_append_row(s, s->time, row, 0, NULL, &time));
    ++s->time_count;
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_append(qfp_snapshot *s, double time, const double *const *marginals,
                               const double *full, const double *observables)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = append(s, time, marginals, full, observables);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

/* Opens GROUP/NAME when it is there, else creates it. */
static qfp_status open_field(qfp_snapshot *s, const char *group, const char *name, int rank,
                             const size_t *shape, bool grows, hid_t *out)
{
    if (H5Lexists(s->file, group, H5P_DEFAULT) <= 0) {
        QFP_TRY(create_group(s, group));
        QFP_TRY(link_scales(s, group, true));
    }
    char *full_name = qfpi_format("%s/%s", group, name);
    if (full_name == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", s->path);
    qfp_status status = QFP_OK;
    if (H5Lexists(s->file, qfpi_relative(full_name), H5P_DEFAULT) > 0) {
        *out = H5Dopen2(s->file, qfpi_relative(full_name), H5P_DEFAULT);
        if (*out < 0)
            status = QFP_HDF5_FAIL(s->part, "%s cannot be opened", full_name);
    } else {
        const qfpi_dataset_spec spec = {.name = full_name,
                                        .units = "1",
                                        .long_name = name,
                                        .rank = rank,
                                        .shape = shape,
                                        .grows = grows};
        status = qfpi_snapshot_create_dataset(s, &spec, out);
    }
    free(full_name);
    return status;
}

/* The extent of a field along time, after its other axes were checked against `shape`. */
static qfp_status check_field(const qfp_snapshot *s, hid_t dataset, const char *name, int rank,
                              const size_t *shape, bool grows, hsize_t *rows)
{
    hsize_t extent[H5S_MAX_RANK];
    hid_t space = H5Dget_space(dataset);
    int axes = H5Sget_simple_extent_ndims(space), first = grows ? 1 : 0;
    H5Sget_simple_extent_dims(space, extent, NULL);
    H5Sclose(space);
    bool same = axes == rank + first;
    for (int i = 0; same && i < rank; ++i)
        same = extent[first + i] == shape[i];
    if (!same)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s changed its shape", s->path, name);
    *rows = grows ? extent[0] : 0;
    return QFP_OK;
}

static qfp_status write_field(qfp_snapshot *s, const char *group, const char *name, int rank,
                              const size_t *shape, const double *data, bool grows)
{
    hid_t dataset;
    hsize_t row;
    QFP_TRY(open_field(s, group, name, rank, shape, grows, &dataset));
    qfp_status status = check_field(s, dataset, name, rank, shape, grows, &row);
    if (status == QFP_OK && grows)
        status = qfpi_snapshot_append_row(s, dataset, row, rank, shape, data);
    else if (status == QFP_OK &&
             H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        status = QFP_HDF5_FAIL(s->part, "%s/%s cannot be written", group, name);
    H5Dclose(dataset);
    QFP_TRY(status);
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_write_field(qfp_snapshot *s, const char *name, int rank,
                                    const size_t *shape, const double *data)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = write_field(s, "/fields", name, rank, shape, data, false);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

qfp_status qfp_snapshot_append_field(qfp_snapshot *s, const char *name, int rank,
                                     const size_t *shape, const double *data)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = write_field(s, "/fields", name, rank, shape, data, true);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

qfp_status qfp_snapshot_append_histogram(qfp_snapshot *s, int mode, const double *density)
{
    const size_t shape[2] = {s->x_count, s->p_count};
    char name[32];
    snprintf(name, sizeof name, "mode_%d", mode + 1);
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = write_field(s, "/histogram", name, 2, shape, density, true);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

qfp_status qfp_snapshot_set_attribute(qfp_snapshot *s, const char *name, const char *value)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = qfp_hdf5_write_text(s->file, s->part, name, value);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

/* The link into PATH.part.checkpoint goes; with `keep` a copy of its content takes the place. */
static qfp_status settle_checkpoint(const qfp_snapshot *s, bool keep)
{
    if (H5Lexists(s->file, "/checkpoint", H5P_DEFAULT) <= 0)
        return QFP_OK;
    if (H5Ldelete(s->file, "/checkpoint", H5P_DEFAULT) < 0)
        return QFP_HDF5_FAIL(s->part, "/checkpoint cannot be removed");
    if (!keep)
        return QFP_OK;
    hid_t source;
    QFP_TRY(qfp_hdf5_open(s->checkpoint, &source));
    herr_t copied =
        H5Ocopy(source, "/checkpoint", s->file, "/checkpoint", H5P_DEFAULT, H5P_DEFAULT);
    qfp_status status =
        copied >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "/checkpoint cannot be written");
    H5Fclose(source);
    return status;
}

static qfp_status finish(qfp_snapshot *s, bool keep_checkpoint)
{
    QFP_TRY(settle_checkpoint(s, keep_checkpoint));
    QFP_TRY(qfpi_snapshot_flush(s));
    QFP_TRY(qfpi_snapshot_close(s));
    if (rename(s->part, s->path) != 0)
        return QFP_FAIL(QFP_IO, "%s: cannot be renamed to %s: %s", s->part, s->path,
                        strerror(errno));
    unlink(s->checkpoint);
    return QFP_OK;
}

qfp_status qfp_snapshot_finish(qfp_snapshot *s, int keep_checkpoint)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = finish(s, keep_checkpoint != 0);
    if (status != QFP_OK)
        (void)qfpi_snapshot_close(s); /* the first error is the one to report */
    qfpi_snapshot_free(s);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

void qfp_snapshot_abandon(qfp_snapshot *s)
{
    if (s == NULL)
        return;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    (void)qfpi_snapshot_close(s); /* what it could not complete is removed next */
    unlink(s->part);
    unlink(s->checkpoint);
    qfpi_snapshot_free(s);
    qfp_hdf5_quiet_end(quiet);
}
