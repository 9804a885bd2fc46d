#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/snapshot_file.h"

static hid_t create_group_tree(hid_t file, const char *name)
{
    hid_t links = H5Pcreate(H5P_LINK_CREATE), creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    hid_t group = H5Gcreate2(file, name, links, creation, H5P_DEFAULT);
    H5Pclose(links);
    H5Pclose(creation);
    return group;
}

/* The group shows the file's times and axes under the names they have at the root. */
static qfp_status link_axes(const qfp_snapshot *s)
{
    static const char *const names[] = {"time", "axes"};
    for (int i = 0; i < 2; ++i) {
        char target[8];
        snprintf(target, sizeof target, "/%s", names[i]);
        if (H5Lcreate_soft(target, s->file, names[i], H5P_DEFAULT, H5P_DEFAULT) < 0)
            return QFP_HDF5_FAIL(s->part, "the link %s cannot be created", names[i]);
    }
    return QFP_OK;
}

static qfp_status create_group(qfp_snapshot *file, const char *name,
                               const qfp_snapshot_layout *layout, qfp_snapshot *s)
{
    s->is_group = true;
    s->file = create_group_tree(file->file, qfpi_relative(name));
    if (s->file < 0)
        return QFP_HDF5_FAIL(file->part, "the group %s cannot be created", name);
    /* handles of its own, so that each of the two closes what it opened */
    s->time = H5Dopen2(file->file, "time", H5P_DEFAULT);
    s->x = H5Dopen2(file->file, "axes/x", H5P_DEFAULT);
    s->p = H5Dopen2(file->file, "axes/p", H5P_DEFAULT);
    if (s->time < 0 || s->x < 0 || s->p < 0)
        return QFP_HDF5_FAIL(file->part, "its axes cannot be opened");
    QFP_TRY(link_axes(s));
    QFP_TRY(qfpi_snapshot_create_layout(s, layout));
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_create_group(qfp_snapshot *file, const char *group,
                                     const qfp_snapshot_layout *layout, qfp_snapshot **out)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_snapshot *s = NULL;
    qfp_status status = qfpi_snapshot_new(file->path, layout, &s);
    if (status == QFP_OK)
        status = create_group(file, group, layout, s);
    qfp_hdf5_quiet_end(quiet);
    if (status == QFP_OK)
        *out = s;
    else if (s != NULL)
        qfp_snapshot_close_group(s);
    return status;
}

void qfp_snapshot_close_group(qfp_snapshot *group)
{
    if (group == NULL)
        return;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    (void)qfpi_snapshot_close(group); /* a failure to write shows when the file is completed */
    qfpi_snapshot_free(group);
    qfp_hdf5_quiet_end(quiet);
}

/* Extends a dataset that grows with time; the new rows read as its fill value, NaN. */
static herr_t extend(hid_t root, const char *name, const H5O_info_t *information, void *data)
{
    const hsize_t rows = *(const hsize_t *)data;
    hsize_t extent[H5S_MAX_RANK], most[H5S_MAX_RANK];
    if (information->type != H5O_TYPE_DATASET || strcmp(name, "time") == 0)
        return 0;
    hid_t dataset = H5Dopen2(root, name, H5P_DEFAULT);
    if (dataset < 0)
        return -1;
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, extent, most);
    H5Sclose(space);
    herr_t result = 0;
    if (rank > 0 && most[0] == H5S_UNLIMITED && extent[0] < rows) {
        extent[0] = rows;
        result = H5Dset_extent(dataset, extent);
    }
    H5Dclose(dataset);
    return result;
}

static qfp_status append_blank(qfp_snapshot *s, double time)
{
    hsize_t row = s->time_count, rows = row + 1;
    if (H5Ovisit(s->file, H5_INDEX_NAME, H5_ITER_NATIVE, extend, &rows) < 0)
        return QFP_HDF5_FAIL(s->part, "cannot be extended");
    if (!s->is_group)
        QFP_TRY(qfpi_snapshot_append_row(s, s->time, row, 0, NULL, &time));
    ++s->time_count;
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_append_blank(qfp_snapshot *s, double time)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = append_blank(s, time);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

/* The group of a series, with a link to the times beside it. */
static qfp_status make_parent(const qfp_snapshot *s, const char *name)
{
    const char *slash = strrchr(name, '/');
    char parent[96];
    snprintf(parent, sizeof parent, "%.*s", slash != NULL ? (int)(slash - name) : 0, name);
    if (slash == NULL || H5Lexists(s->file, parent, H5P_DEFAULT) > 0)
        return QFP_OK;
    hid_t group = create_group_tree(s->file, parent);
    bool good = group >= 0 && H5Lcreate_soft("/time", group, "time", H5P_DEFAULT, H5P_DEFAULT) >= 0;
    if (group >= 0)
        H5Gclose(group);
    return good ? QFP_OK : QFP_HDF5_FAIL(s->part, "the group %s cannot be created", parent);
}

static qfp_status append_series(qfp_snapshot *s, const char *name, const char *long_name,
                                double value)
{
    hid_t dataset;
    const qfpi_dataset_spec spec = {
        .name = name, .units = "1", .long_name = long_name, .grows = true};
    if (s->time_count == 0)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s has no time to belong to", s->path, name);
    bool exists = H5Lexists(s->file, name, H5P_DEFAULT) > 0;
    if (exists) {
        dataset = H5Dopen2(s->file, name, H5P_DEFAULT);
        if (dataset < 0)
            return QFP_HDF5_FAIL(s->part, "%s cannot be opened", name);
    } else {
        QFP_TRY(qfpi_snapshot_create_dataset(s, &spec, &dataset));
    }
    qfp_status status = qfpi_snapshot_append_row(s, dataset, s->time_count - 1, 0, NULL, &value);
    H5Dclose(dataset);
    return status;
}

qfp_status qfp_snapshot_append_series(qfp_snapshot *file, const char *name, const char *long_name,
                                      double value)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = make_parent(file, qfpi_relative(name));
    if (status == QFP_OK)
        status = append_series(file, qfpi_relative(name), long_name, value);
    qfp_hdf5_quiet_end(quiet);
    return status;
}

qfp_status qfp_snapshot_set_group_attribute(qfp_snapshot *s, const char *group, const char *name,
                                            const char *value)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status;
    hid_t opened = H5Gopen2(s->file, qfpi_relative(group), H5P_DEFAULT);
    if (opened < 0) {
        status = QFP_HDF5_FAIL(s->part, "the group %s cannot be opened", group);
    } else {
        status = qfp_hdf5_write_text(opened, s->part, name, value);
        H5Gclose(opened);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}
