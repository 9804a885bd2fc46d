#include "io/hdf5_access.h"

/* Opens a dataset of real numbers with `rank` axes. */
static qfp_status open_real(hid_t file, const char *path, const char *name, int rank, hid_t *out,
                            hsize_t *shape)
{
    int found;
    QFP_TRY(qfp_hdf5_open_dataset(file, path, name, out, &found, shape));
    hid_t type = H5Dget_type(*out);
    H5T_class_t kind = H5Tget_class(type);
    H5Tclose(type);
    qfp_status status = QFP_OK;
    if (kind != H5T_FLOAT && kind != H5T_INTEGER)
        status = QFP_FAIL(QFP_IO, "%s: %s holds no real numbers", path, name);
    else if (found != rank)
        status = QFP_FAIL(QFP_IO, "%s: %s has %d axes, expected %d", path, name, found, rank);
    if (status != QFP_OK)
        H5Dclose(*out);
    return status;
}

qfp_status qfpi_hdf5_shape(hid_t file, const char *path, const char *name, int rank, size_t *shape)
{
    hid_t dataset;
    hsize_t extent[QFP_HDF5_MAX_RANK];
    QFP_TRY(open_real(file, path, name, rank, &dataset, extent));
    H5Dclose(dataset);
    for (int i = 0; i < rank; ++i)
        shape[i] = extent[i];
    return QFP_OK;
}

qfp_status qfpi_hdf5_read_block(hid_t file, const char *path, const char *name, int rank,
                                const size_t *start, const size_t *count, double *out)
{
    hid_t dataset;
    hsize_t extent[QFP_HDF5_MAX_RANK], first[QFP_HDF5_MAX_RANK], block[QFP_HDF5_MAX_RANK];
    hsize_t all = 1;
    QFP_TRY(open_real(file, path, name, rank, &dataset, extent));
    for (int i = 0; i < rank; ++i) {
        first[i] = start[i];
        block[i] = count[i];
        all *= count[i];
    }
    hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(1, &all, NULL);
    herr_t done = H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, block, NULL);
    if (done >= 0)
        done = H5Dread(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, out);
    qfp_status status =
        done >= 0 ? QFP_OK : QFP_HDF5_FAIL(path, "the dataset %s cannot be read", name);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    return status;
}
