#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/guard.h"
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

/* What precedes the values in the answer of the process that reads. */
typedef struct found {
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK], doubles;
} found;

typedef struct question {
    const char *path, *dataset;
} question;

static size_t count_doubles(const found *f)
{
    size_t count = f->is_complex ? 2 : 1;
    for (int i = 0; i < f->rank; ++i)
        count *= f->shape[i];
    return count;
}

static qfp_status find(void *self, FILE *answer)
{
    const question *q = self;
    found f = {0};
    double *data = NULL;
    hid_t file;
    QFP_TRY(qfp_hdf5_open(q->path, &file));
    qfp_status status =
        read_dataset(file, q->path, q->dataset, &f.rank, f.shape, &f.is_complex, &data);
    H5Fclose(file);
    QFP_TRY(status);
    f.doubles = count_doubles(&f);
    if (fwrite(&f, sizeof f, 1, answer) != 1 ||
        fwrite(data, sizeof *data, f.doubles, answer) != f.doubles)
        status = QFP_FAIL(QFP_IO, "%s: %s cannot be handed over", q->path, q->dataset);
    free(data);
    return status;
}

/* The process that read is believed no more than the file. */
static bool is_whole(const found *f, size_t bytes)
{
    bool good = f->rank >= 0 && f->rank <= QFP_HDF5_MAX_RANK &&
                f->doubles == bytes / sizeof(double) && bytes % sizeof(double) == 0;
    double count = f->is_complex ? 2 : 1;
    for (int i = 0; good && i < f->rank; ++i)
        count *= (double)f->shape[i];
    return good && count == (double)f->doubles;
}

qfp_status qfp_hdf5_read(const char *path, const char *dataset, int *rank, size_t *shape,
                         int *is_complex, double **data)
{
    question q = {path, dataset};
    char *answer = NULL;
    size_t size;
    found f;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = qfpi_guard(&path, 1, find, &q, &answer, &size);
    qfp_hdf5_quiet_end(quiet);
    if (status == QFP_OK && size >= sizeof f)
        memcpy(&f, answer, sizeof f);
    if (status == QFP_OK && (size < sizeof f || !is_whole(&f, size - sizeof f)))
        status =
            QFP_FAIL(QFP_IO, "%s: %s came back damaged from the process that reads", path, dataset);
    if (status != QFP_OK) {
        free(answer);
        return status;
    }
    memmove(answer, answer + sizeof f, size - sizeof f);
    memcpy(shape, f.shape, (size_t)f.rank * sizeof *shape);
    *rank = f.rank;
    *is_complex = f.is_complex;
    *data = (double *)(void *)answer;
    return QFP_OK;
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
