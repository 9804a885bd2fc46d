#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "io/snapshot_file.h"
#include "io/snapshot_record.h"

#define MAX_CHUNK_BYTES (16u << 20)
#define CHUNK_OF_TIMES 256 /* for datasets of one number per time */

/* Whole rows where they are small; leading axes are cut until a chunk is. */
static void choose_chunk(int rank, const hsize_t *shape, bool grows, hsize_t *chunk)
{
    hsize_t bytes = sizeof(double);
    for (int i = 0; i < rank; ++i) {
        bool is_time = grows && i == 0;
        chunk[i] = is_time ? (rank == 1 ? CHUNK_OF_TIMES : 1) : (shape[i] > 0 ? shape[i] : 1);
        bytes *= chunk[i];
    }
    for (int i = grows ? 1 : 0; i < rank && bytes > MAX_CHUNK_BYTES; ++i) {
        hsize_t others = bytes / chunk[i];
        hsize_t fits = MAX_CHUNK_BYTES / others;
        chunk[i] = fits > 0 ? fits : 1;
        bytes = others * chunk[i];
    }
}

/* A chunk that comes in blocks stays in memory until it is whole: libhdf5 would write it and read it back with each. */
static hid_t access_to(const qfp_dataset_spec *spec)
{
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    if (spec->in_blocks)
        H5Pset_chunk_cache(access, H5D_CHUNK_CACHE_NSLOTS_DEFAULT, MAX_CHUNK_BYTES, 1.0);
    return access;
}

static qfp_status create(const qfp_snapshot *s, const qfp_dataset_spec *spec, hid_t *out)
{
    hsize_t shape[QFP_HDF5_MAX_RANK], most[QFP_HDF5_MAX_RANK], chunk[QFP_HDF5_MAX_RANK];
    int first = spec->grows ? 1 : 0, rank = spec->rank + first;
    if (rank > QFP_HDF5_MAX_RANK)
        return QFP_FAIL(QFP_UNSUPPORTED, "%s: %s has %d axes, at most %d can be written", s->path,
                        spec->name, rank, QFP_HDF5_MAX_RANK);
    for (int i = 0; i < spec->rank; ++i)
        shape[first + i] = most[first + i] = spec->axes[i].count;
    if (spec->grows) {
        shape[0] = 0;
        most[0] = H5S_UNLIMITED;
    }
    choose_chunk(rank, shape, spec->grows, chunk);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), access = access_to(spec);
    const double missing = NAN; /* a row that was never written */
    if (spec->grows) {
        H5Pset_chunk(creation, rank, chunk);
        H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &missing);
        H5Pset_fletcher32(creation); /* of every chunk: whoever reads it sees a flipped bit */
    }
    hid_t space = H5Screate_simple(rank, shape, most);
    *out = H5Dcreate2(s->file, qfpi_relative(spec->name), H5T_IEEE_F64LE, space, H5P_DEFAULT,
                      creation, access);
    H5Sclose(space);
    H5Pclose(creation);
    H5Pclose(access);
    return *out >= 0 ? QFP_OK
                     : QFP_HDF5_FAIL(s->part, "the dataset %s cannot be created", spec->name);
}

qfp_status qfpi_snapshot_ensure_group_of(const qfp_snapshot *s, const char *name)
{
    char group[160];
    const char *end = strrchr(qfpi_relative(name), '/');
    if (end == NULL)
        return QFP_OK;
    snprintf(group, sizeof group, "%.*s", (int)(end - name), name);
    return qfpi_snapshot_ensure_group(s, group);
}

qfp_status qfpi_snapshot_create_dataset(qfp_snapshot *s, const qfp_dataset_spec *spec, hid_t *out)
{
    hid_t dataset = -1;
    if (s->record != NULL)
        return qfpi_record_create(s, spec, out);
    QFP_TRY(qfpi_snapshot_ensure_group_of(s, spec->name));
    qfp_status status = create(s, spec, &dataset);
    if (status == QFP_OK && s->time >= 0) /* /time itself is a scale */
        status = qfpi_snapshot_label(s, dataset, spec);
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(dataset, s->part, "units", spec->units);
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(dataset, s->part, "long_name", spec->long_name);
    if (status == QFP_OK)
        *out = dataset;
    else if (dataset >= 0)
        H5Dclose(dataset);
    return status;
}

qfp_status qfpi_snapshot_append_row(const qfp_snapshot *s, hid_t dataset, hsize_t row, int rank,
                                    const qfp_axis *axes, const double *data)
{
    hsize_t extent[QFP_HDF5_MAX_RANK] = {row + 1}, start[QFP_HDF5_MAX_RANK] = {row};
    hsize_t block[QFP_HDF5_MAX_RANK] = {1};
    if (s->record != NULL)
        return qfpi_record_append_row(s, dataset, data);
    for (int i = 0; i < rank; ++i)
        extent[i + 1] = block[i + 1] = axes[i].count;
    if (H5Dset_extent(dataset, extent) < 0)
        return QFP_HDF5_FAIL(s->part, "cannot be extended");
    hid_t memory = H5Screate_simple(rank + 1, block, NULL);
    hid_t space = H5Dget_space(dataset);
    herr_t written = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, block, NULL);
    if (written >= 0)
        written = H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, data);
    H5Sclose(space);
    H5Sclose(memory);
    return written >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "cannot be written");
}

qfp_status qfpi_snapshot_open_or_create(qfp_snapshot *s, const qfp_dataset_spec *spec, hid_t *out)
{
    QFP_TRY(qfpi_snapshot_ensure_group_of(s, spec->name));
    if (H5Lexists(s->file, qfpi_relative(spec->name), H5P_DEFAULT) <= 0)
        return qfpi_snapshot_create_dataset(s, spec, out);
    hid_t access = access_to(spec);
    *out = H5Dopen2(s->file, qfpi_relative(spec->name), access);
    H5Pclose(access);
    return *out >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "%s cannot be opened", spec->name);
}

/* The extent along time, after the other axes were checked. */
static qfp_status check_shape(const qfp_snapshot *s, hid_t dataset, const qfp_dataset_spec *spec,
                              hsize_t *rows)
{
    hsize_t extent[H5S_MAX_RANK];
    hid_t space = H5Dget_space(dataset);
    int axes = H5Sget_simple_extent_ndims(space), first = spec->grows ? 1 : 0;
    H5Sget_simple_extent_dims(space, extent, NULL);
    H5Sclose(space);
    bool same = axes == spec->rank + first;
    for (int i = 0; same && i < spec->rank; ++i)
        same = extent[first + i] == spec->axes[i].count;
    if (!same) /* of an interrupted run it may be damage */
        return QFP_FAIL(s->has_checkpoint ? QFP_IO : QFP_INTERNAL, "%s: %s changed its shape",
                        s->path, spec->name);
    *rows = spec->grows ? extent[0] : 0;
    return QFP_OK;
}

static qfp_status write_dataset(qfp_snapshot *s, const qfp_dataset_spec *spec, const double *data)
{
    hid_t dataset;
    hsize_t row;
    if (s->record != NULL)
        return qfpi_record_dataset(s, spec, data);
    QFP_TRY(qfpi_snapshot_open_or_create(s, spec, &dataset));
    qfp_status status = check_shape(s, dataset, spec, &row);
    if (status == QFP_OK && spec->grows)
        status = qfpi_snapshot_append_row(s, dataset, row, spec->rank, spec->axes, data);
    else if (status == QFP_OK &&
             H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        status = QFP_HDF5_FAIL(s->part, "%s cannot be written", spec->name);
    H5Dclose(dataset);
    QFP_TRY(status);
    return qfpi_snapshot_flush(s);
}

qfp_status qfp_snapshot_write(qfp_snapshot *s, const qfp_dataset_spec *spec, const double *data)
{
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? write_dataset(s, spec, data) : QFP_OK);
}

/* Of one that grows, with so many `rows`: begins an entry, or goes on with the last one. */
static qfp_status write_part(const qfp_snapshot *s, hid_t dataset, const qfp_dataset_spec *spec,
                             hsize_t rows, const size_t *start, const size_t *count,
                             const double *data)
{
    hsize_t extent[QFP_HDF5_MAX_RANK], from[QFP_HDF5_MAX_RANK], block[QFP_HDF5_MAX_RANK] = {1};
    const int first = spec->grows ? 1 : 0;
    bool begins = spec->grows;
    for (int i = 0; i < spec->rank; ++i) {
        begins = begins && start[i] == 0;
        extent[first + i] = spec->axes[i].count;
        from[first + i] = start[i];
        block[first + i] = count[i];
    }
    if (spec->grows) {
        extent[0] = begins ? rows + 1 : rows;
        from[0] = extent[0] - 1;
    }
    if (spec->grows && rows + begins == 0)
        return QFP_FAIL(QFP_INTERNAL, "%s: %s has no entry to go on with", s->path, spec->name);
    if (begins && H5Dset_extent(dataset, extent) < 0)
        return QFP_HDF5_FAIL(s->part, "cannot be extended");
    hid_t memory = H5Screate_simple(spec->rank + first, block, NULL), space = H5Dget_space(dataset);
    herr_t written = H5Sselect_hyperslab(space, H5S_SELECT_SET, from, NULL, block, NULL);
    if (written >= 0)
        written = H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, data);
    qfp_status status = written >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "cannot be written");
    H5Sclose(space);
    H5Sclose(memory);
    return status;
}

static qfp_status append_block(qfp_snapshot *s, const qfp_dataset_spec *spec, const size_t *start,
                               const size_t *count, const double *data)
{
    hid_t dataset;
    hsize_t rows;
    if (s->record != NULL)
        return qfpi_record_append_block(s, spec, start, count, data);
    QFP_TRY(qfpi_snapshot_open_or_create(s, spec, &dataset));
    qfp_status status = check_shape(s, dataset, spec, &rows);
    if (status == QFP_OK)
        status = write_part(s, dataset, spec, rows, start, count, data);
    H5Dclose(dataset);
    return status;
}

qfp_status qfp_snapshot_append_block(qfp_snapshot *s, const qfp_dataset_spec *spec,
                                     const size_t *start, const size_t *count, const double *data)
{
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? append_block(s, spec, start, count, data) : QFP_OK);
}

static qfp_status read_dataset(const qfp_snapshot *s, const char *name, size_t count, double *data)
{
    hid_t dataset;
    hsize_t extent[QFP_HDF5_MAX_RANK];
    int rank;
    QFP_TRY(qfp_hdf5_open_dataset(s->file, s->part, qfpi_relative(name), &dataset, &rank, extent));
    bool good = rank == 1 && extent[0] == count &&
                H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    H5Dclose(dataset);
    return good ? QFP_OK : QFP_HDF5_FAIL(s->part, "%s cannot be read", name);
}

qfp_status qfp_snapshot_read(qfp_snapshot *s, const char *name, size_t count, double *data)
{
    qfpi_pen pen = qfpi_pen_take(s);
    QFP_TRY(qfpi_pen_drop(&pen, pen.writes ? read_dataset(s, name, count, data) : QFP_OK));
    return qfpi_ranks_share(data, count * sizeof *data);
}

qfp_status qfp_snapshot_append_histogram(qfp_snapshot *s, int mode, const double *density)
{
    qfp_axis axes[2];
    char name[48], long_name[160];
    qfpi_snapshot_mode_axes(s, mode, axes);
    snprintf(name, sizeof name, "/histogram/mode_%d", mode + 1);
    snprintf(long_name, sizeof long_name,
             "density of the sampled points of mode %d per d2alpha in cells centred on x and p",
             mode + 1);
    const qfp_dataset_spec spec = {
        .name = name, .units = "1", .long_name = long_name, .grows = true, .rank = 2, .axes = axes};
    return qfp_snapshot_write(s, &spec, density);
}

qfp_status qfpi_snapshot_flush(const qfp_snapshot *s)
{
    return s->record != NULL || H5Fflush(s->file, H5F_SCOPE_GLOBAL) >= 0
               ? QFP_OK
               : QFP_HDF5_FAIL(s->part, "cannot be written to disk");
}
