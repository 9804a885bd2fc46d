#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5_hl.h>

#include "io/snapshot_file.h"

#define MAX_CHUNK_BYTES (16u << 20)
#define CHUNK_OF_TIMES 256 /* for datasets of one number per time */

int qfpi_snapshot_full_shape(const qfp_snapshot *s, size_t *shape)
{
    for (int j = 0; j < s->modes; ++j) {
        shape[2 * j] = s->x_count;
        shape[2 * j + 1] = s->p_count;
    }
    return 2 * s->modes;
}

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

/* Axes of vector and tensor components are numbered by scales of their own, component_1, …: xarray
 * refuses datasets that label only some of their axes. */
static hid_t open_component_scale(const qfp_snapshot *s, int number, size_t length)
{
    char name[48];
    snprintf(name, sizeof name, "fields/component_%d_of_%zu", number, length);
    if (H5Lexists(s->file, name, H5P_DEFAULT) > 0)
        return H5Dopen2(s->file, name, H5P_DEFAULT);
    hsize_t extent = length;
    hid_t space = H5Screate_simple(1, &extent, NULL);
    hid_t scale =
        H5Dcreate2(s->file, name, H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    int *values = malloc(length * sizeof *values);
    bool good = scale >= 0 && values != NULL;
    for (size_t i = 0; good && i < length; ++i)
        values[i] = (int)i + 1;
    good = good && H5Dwrite(scale, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0 &&
           H5DSset_scale(scale, strrchr(name, '/') + 1) >= 0;
    free(values);
    H5Sclose(space);
    if (!good && scale >= 0) {
        H5Dclose(scale);
        scale = -1;
    }
    return scale;
}

static herr_t attach(hid_t dataset, hid_t scale, int axis, const char *label)
{
    herr_t result = H5DSattach_scale(dataset, scale, (unsigned)axis);
    return result >= 0 ? H5DSset_label(dataset, (unsigned)axis, label) : result;
}

static herr_t attach_named(const qfp_snapshot *s, hid_t dataset, const qfpi_dataset_spec *spec)
{
    herr_t result = 0;
    for (int i = 0; i < spec->rank && result >= 0; ++i) {
        hid_t scale = H5Dopen2(s->file, spec->scales[i], H5P_DEFAULT);
        result = scale >= 0 ? attach(dataset, scale, (spec->grows ? 1 : 0) + i,
                                     strrchr(spec->scales[i], '/') + 1)
                            : -1;
        if (scale >= 0)
            H5Dclose(scale);
    }
    return result;
}

static herr_t attach_scales(const qfp_snapshot *s, hid_t dataset, const qfpi_dataset_spec *spec)
{
    int first = spec->grows ? 1 : 0, components = 0;
    bool in_phase_space = true;
    herr_t result = spec->grows ? attach(dataset, s->time, 0, "time") : 0;
    if (spec->scales != NULL)
        return result >= 0 ? attach_named(s, dataset, spec) : result;
    for (int i = 0; i < spec->rank && result >= 0; ++i) {
        bool is_x = i % 2 == 0;
        in_phase_space = in_phase_space && i < 2 * s->modes &&
                         spec->shape[i] == (is_x ? s->x_count : s->p_count);
        if (in_phase_space) {
            result = attach(dataset, is_x ? s->x : s->p, first + i, is_x ? "x" : "p");
            continue;
        }
        hid_t scale = open_component_scale(s, ++components, spec->shape[i]);
        result = scale >= 0 ? attach(dataset, scale, first + i, "component") : -1;
        if (scale >= 0)
            H5Dclose(scale);
    }
    return result;
}

qfp_status qfpi_snapshot_create_dataset(qfp_snapshot *s, const qfpi_dataset_spec *spec, hid_t *out)
{
    hsize_t shape[QFP_HDF5_MAX_RANK], most[QFP_HDF5_MAX_RANK], chunk[QFP_HDF5_MAX_RANK];
    int first = spec->grows ? 1 : 0, rank = spec->rank + first;
    if (rank > QFP_HDF5_MAX_RANK)
        return QFP_FAIL(QFP_UNSUPPORTED, "%s: %s has %d axes, at most %d can be written", s->path,
                        spec->name, rank, QFP_HDF5_MAX_RANK);
    for (int i = 0; i < spec->rank; ++i)
        shape[first + i] = most[first + i] = spec->shape[i];
    if (spec->grows) {
        shape[0] = 0;
        most[0] = H5S_UNLIMITED;
    }
    choose_chunk(rank, shape, spec->grows, chunk);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    const double missing = NAN; /* a row that was never written */
    if (rank > 0 && spec->grows) {
        H5Pset_chunk(creation, rank, chunk);
        H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &missing);
    }
    hid_t space = H5Screate_simple(rank, shape, most);
    hid_t dataset = H5Dcreate2(s->file, qfpi_relative(spec->name), H5T_IEEE_F64LE, space,
                               H5P_DEFAULT, creation, H5P_DEFAULT);
    qfp_status status = QFP_OK;
    if (dataset < 0)
        status = QFP_HDF5_FAIL(s->part, "the dataset %s cannot be created", spec->name);
    else if (s->time >= 0 && attach_scales(s, dataset, spec) < 0)
        status = QFP_HDF5_FAIL(s->part, "the axes of %s cannot be labelled", spec->name);
    if (status == QFP_OK && spec->units != NULL)
        status = qfp_hdf5_write_text(dataset, s->part, "units", spec->units);
    if (status == QFP_OK && spec->long_name != NULL)
        status = qfp_hdf5_write_text(dataset, s->part, "long_name", spec->long_name);
    H5Sclose(space);
    H5Pclose(creation);
    if (status != QFP_OK) {
        if (dataset >= 0)
            H5Dclose(dataset);
        return status;
    }
    *out = dataset;
    return QFP_OK;
}

qfp_status qfpi_snapshot_append_row(const qfp_snapshot *s, hid_t dataset, hsize_t row, int rank,
                                    const size_t *shape, const double *data)
{
    hsize_t extent[QFP_HDF5_MAX_RANK] = {row + 1}, start[QFP_HDF5_MAX_RANK] = {row};
    hsize_t block[QFP_HDF5_MAX_RANK] = {1};
    for (int i = 0; i < rank; ++i)
        extent[i + 1] = block[i + 1] = shape[i];
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

qfp_status qfpi_snapshot_flush(const qfp_snapshot *s)
{
    return H5Fflush(s->file, H5F_SCOPE_GLOBAL) >= 0
               ? QFP_OK
               : QFP_HDF5_FAIL(s->part, "cannot be written to disk");
}
