#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/snapshot_file.h"
#include "io/snapshot_record.h"

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
    if (file->record != NULL) {
        s->record = file->record;
        snprintf(s->prefix, sizeof s->prefix, "%s", name);
        return qfpi_snapshot_create_layout(s, layout);
    }
    QFP_TRY(qfpi_snapshot_ensure_group(file, name));
    s->file = H5Gopen2(file->file, qfpi_relative(name), H5P_DEFAULT);
    /* a handle of its own, so that each of the two closes what it opened */
    s->time = H5Dopen2(file->file, "time", H5P_DEFAULT);
    if (s->file < 0 || s->time < 0)
        return QFP_HDF5_FAIL(file->part, "the group %s cannot be created", name);
    QFP_TRY(link_axes(s));
    QFP_TRY(qfpi_snapshot_create_layout(s, layout));
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_create_group(qfp_snapshot *file, const char *group,
                                     const qfp_snapshot_layout *layout, qfp_snapshot **out)
{
    qfpi_pen pen = qfpi_pen_take(file);
    qfp_snapshot *s = NULL;
    qfp_status status = qfpi_snapshot_new(file->path, layout, &s);
    if (status == QFP_OK && pen.writes)
        status = create_group(file, group, layout, s);
    status = qfpi_pen_drop(&pen, status);
    if (status == QFP_OK)
        *out = s;
    else if (s != NULL)
        qfp_snapshot_close(s);
    return status;
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
    if (s->record != NULL)
        return qfpi_record_append_blank(s, time);
    if (H5Ovisit(s->file, H5_INDEX_NAME, H5_ITER_NATIVE, extend, &rows) < 0)
        return QFP_HDF5_FAIL(s->part, "cannot be extended");
    if (!s->is_group)
        QFP_TRY(qfpi_snapshot_append_row(s, s->time, row, 0, NULL, &time));
    ++s->time_count;
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_append_blank(qfp_snapshot *s, double time)
{
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? append_blank(s, time) : QFP_OK);
}

static qfp_status append_series(qfp_snapshot *s, const char *name, const char *long_name,
                                double value)
{
    hid_t dataset;
    const qfp_dataset_spec spec = {
        .name = name, .units = "1", .long_name = long_name, .grows = true};
    if (s->time_count == 0)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s has no time to belong to", s->path, name);
    if (s->record != NULL)
        return qfpi_record_dataset(s, &spec, &value);
    QFP_TRY(qfpi_snapshot_open_or_create(s, &spec, &dataset));
    qfp_status status = qfpi_snapshot_append_row(s, dataset, s->time_count - 1, 0, NULL, &value);
    H5Dclose(dataset);
    return status;
}

qfp_status qfp_snapshot_append_series(qfp_snapshot *file, const char *name, const char *long_name,
                                      double value)
{
    qfpi_pen pen = qfpi_pen_take(file);
    return qfpi_pen_drop(&pen, pen.writes ? append_series(file, name, long_name, value) : QFP_OK);
}
