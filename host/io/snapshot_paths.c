#include <stdlib.h>
#include <string.h>

#include <hdf5_hl.h>

#include "io/snapshot_file.h"

static const char *const scales[2] = {"axes/path", "axes/coordinate"};

/* 1, 2, …: what path or coordinate an entry belongs to. */
static qfp_status create_scale(const qfp_snapshot *s, const char *name, size_t count)
{
    int *values = NULL;
    hsize_t extent = count;
    QFP_TRY(QFP_ALLOCATE(values, count, "the axes of trajectories"));
    for (size_t i = 0; i < count; ++i)
        values[i] = (int)i + 1;
    hid_t space = H5Screate_simple(1, &extent, NULL);
    hid_t scale =
        H5Dcreate2(s->file, name, H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    bool good = scale >= 0 &&
                H5Dwrite(scale, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0 &&
                H5DSset_scale(scale, strrchr(name, '/') + 1) >= 0;
    /* xarray looks for the scales of /paths beside it */
    good = good &&
           H5Lcreate_soft(name, s->file, strrchr(name, '/') + 1, H5P_DEFAULT, H5P_DEFAULT) >= 0;
    if (scale >= 0)
        H5Dclose(scale);
    H5Sclose(space);
    free(values);
    return good ? QFP_OK : QFP_HDF5_FAIL(s->part, "/%s cannot be written", name);
}

static qfp_status open_paths(qfp_snapshot *s, const size_t shape[2], const char *names, hid_t *out)
{
    const qfpi_dataset_spec spec = {.name = "/paths",
                                    .units = "1",
                                    .long_name = "trajectories",
                                    .rank = 2,
                                    .shape = shape,
                                    .grows = true,
                                    .scales = scales};
    if (H5Lexists(s->file, "paths", H5P_DEFAULT) > 0) {
        *out = H5Dopen2(s->file, "paths", H5P_DEFAULT);
        return *out >= 0 ? QFP_OK : QFP_HDF5_FAIL(s->part, "/paths cannot be opened");
    }
    for (int axis = 0; axis < 2; ++axis)
        QFP_TRY(create_scale(s, scales[axis], shape[axis]));
    QFP_TRY(qfpi_snapshot_create_dataset(s, &spec, out));
    qfp_status status = qfp_hdf5_write_text(*out, s->part, "coordinates", names);
    if (status != QFP_OK)
        H5Dclose(*out);
    return status;
}

qfp_status qfp_snapshot_append_paths(qfp_snapshot *s, size_t paths, size_t coordinates,
                                     const char *names, const double *data)
{
    const size_t shape[2] = {paths, coordinates};
    hid_t dataset;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = open_paths(s, shape, names, &dataset);
    if (status == QFP_OK) {
        status = qfpi_snapshot_append_row(s, dataset, s->time_count, 2, shape, data);
        H5Dclose(dataset);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}
