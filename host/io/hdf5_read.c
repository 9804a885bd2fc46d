#include <stdint.h>
#include <stdlib.h>

#include "io/hdf5_access.h"
#include "io/snapshot.h"

static bool is_complex_type(hid_t type)
{
    return H5Tget_class(type) == H5T_COMPOUND && H5Tget_nmembers(type) == 2 &&
           H5Tget_member_class(type, 0) == H5T_FLOAT && H5Tget_member_class(type, 1) == H5T_FLOAT;
}

/* The pair of doubles that is read for `stored`: members are matched by name. */
static hid_t new_pair_type(hid_t stored)
{
    hid_t pair = H5Tcreate(H5T_COMPOUND, 2 * sizeof(double));
    for (unsigned member = 0; member < 2; ++member) {
        char *name = H5Tget_member_name(stored, member);
        if (name != NULL)
            H5Tinsert(pair, name, member * sizeof(double), H5T_NATIVE_DOUBLE);
        H5free_memory(name);
    }
    return pair;
}

hid_t qfp_hdf5_number_type(hid_t stored, int *doubles)
{
    H5T_class_t kind = H5Tget_class(stored);
    bool pairs = is_complex_type(stored);
    *doubles = pairs ? 2 : 1;
    if (pairs)
        return new_pair_type(stored);
    return kind == H5T_FLOAT || kind == H5T_INTEGER ? H5Tcopy(H5T_NATIVE_DOUBLE) : -1;
}

static qfp_status read_values(hid_t dataset, const char *path, const char *name, size_t count,
                              int *is_complex, double **data)
{
    hid_t stored = H5Dget_type(dataset);
    int doubles;
    double *values = NULL;
    qfp_status status;
    hid_t type = qfp_hdf5_number_type(stored, &doubles);
    if (type < 0) {
        status = QFP_FAIL(QFP_IO, "%s: %s holds no numbers", path, name);
        goto done;
    }
    QFP_TRY_GOTO(QFP_ALLOCATE(values, (size_t)doubles * count, name));
    if (count > 0 && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        status = QFP_HDF5_FAIL(path, "the dataset %s cannot be read", name);
done:
    if (type >= 0)
        H5Tclose(type);
    H5Tclose(stored);
    if (status != QFP_OK) {
        free(values);
        return status;
    }
    *is_complex = doubles == 2;
    *data = values;
    return QFP_OK;
}

static qfp_status read_dataset(hid_t file, const char *path, const char *name, int *rank,
                               size_t *shape, int *is_complex, double **data)
{
    hid_t dataset;
    int axes;
    hsize_t extent[QFP_HDF5_MAX_RANK];
    QFP_TRY(qfp_hdf5_open_dataset(file, path, name, &dataset, &axes, extent));
    qfp_status status = QFP_OK;
    size_t count = 1;
    for (int i = 0; i < axes && status == QFP_OK; ++i) {
        if (extent[i] > 0 && count > SIZE_MAX / 16 / extent[i])
            status = QFP_FAIL(QFP_MEMORY, "%s: %s is too large to be read at once", path, name);
        count *= extent[i];
    }
    if (status == QFP_OK)
        status = read_values(dataset, path, name, count, is_complex, data);
    H5Dclose(dataset);
    QFP_TRY(status);
    for (int i = 0; i < axes; ++i)
        shape[i] = extent[i];
    *rank = axes;
    return QFP_OK;
}

qfp_status qfp_hdf5_read(const char *path, const char *dataset, int *rank, size_t *shape,
                         int *is_complex, double **data)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    hid_t file;
    qfp_status status = qfp_hdf5_open(path, &file);
    if (status == QFP_OK) {
        status = read_dataset(file, path, dataset, rank, shape, is_complex, data);
        H5Fclose(file);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}

bool qfp_hdf5_has_axis(const char *path, const char *dataset, size_t length)
{
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK];
    double *data = NULL;
    if (qfp_hdf5_read(path, dataset, &rank, shape, &is_complex, &data) != QFP_OK)
        return false;
    free(data);
    return rank == 1 && shape[0] == length;
}
