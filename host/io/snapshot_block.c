/* snapshot_block.c - datasets that do not grow, of numbers block by block or of texts. */
#include <stdlib.h>

#include "io/snapshot_file.h"

static hid_t type_of(bool is_complex)
{
    if (!is_complex)
        return H5Tcopy(H5T_NATIVE_DOUBLE);
    hid_t type = H5Tcreate(H5T_COMPOUND, 2 * sizeof(double)); /* complex to h5py and NumPy */
    H5Tinsert(type, "r", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "i", sizeof(double), H5T_NATIVE_DOUBLE);
    return type;
}

static qfp_status create(qfp_snapshot *s, const qfp_dataset_spec *spec, hid_t type, hid_t *out)
{
    hsize_t shape[QFP_HDF5_MAX_RANK];
    if (spec->rank > QFP_HDF5_MAX_RANK)
        return QFP_FAIL(QFP_UNSUPPORTED, "%s: %s has %d axes, at most %d can be written", s->path,
                        spec->name, spec->rank, QFP_HDF5_MAX_RANK);
    QFP_TRY(qfpi_snapshot_ensure_group_of(s, spec->name));
    for (int i = 0; i < spec->rank; ++i)
        shape[i] = spec->axes[i].count;
    hid_t space = H5Screate_simple(spec->rank, shape, NULL);
    *out = H5Dcreate2(s->file, qfpi_relative(spec->name), type, space, H5P_DEFAULT, H5P_DEFAULT,
                      H5P_DEFAULT);
    H5Sclose(space);
    if (*out < 0)
        return QFP_HDF5_FAIL(s->part, "the dataset %s cannot be created", spec->name);
    QFP_TRY(qfpi_snapshot_label(s, *out, spec));
    QFP_TRY(qfp_hdf5_write_text(*out, s->part, "units", spec->units));
    return qfp_hdf5_write_text(*out, s->part, "long_name", spec->long_name);
}

static bool transfer(hid_t dataset, hid_t type, int rank, const size_t *start, const size_t *count,
                     const double *data)
{
    hsize_t from[QFP_HDF5_MAX_RANK], block[QFP_HDF5_MAX_RANK];
    for (int i = 0; i < rank; ++i) {
        from[i] = start[i];
        block[i] = count[i];
    }
    hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(rank, block, NULL);
    bool good =
        (rank == 0 || H5Sselect_hyperslab(space, H5S_SELECT_SET, from, NULL, block, NULL) >= 0) &&
        H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, data) >= 0;
    H5Sclose(memory);
    H5Sclose(space);
    return good;
}

static qfp_status write_block(qfp_snapshot *s, const qfp_dataset_spec *spec, bool is_complex,
                              const size_t *start, const size_t *count, const double *data)
{
    hid_t type = type_of(is_complex), dataset = -1;
    qfp_status status = QFP_OK;
    if (H5Lexists(s->file, qfpi_relative(spec->name), H5P_DEFAULT) > 0)
        dataset = H5Dopen2(s->file, qfpi_relative(spec->name), H5P_DEFAULT);
    else
        status = create(s, spec, type, &dataset);
    if (status == QFP_OK &&
        (dataset < 0 || !transfer(dataset, type, spec->rank, start, count, data)))
        status = QFP_HDF5_FAIL(s->part, "%s cannot be written", spec->name);
    if (dataset >= 0)
        H5Dclose(dataset);
    H5Tclose(type);
    return status;
}

qfp_status qfp_snapshot_write_block(qfp_snapshot *s, const qfp_dataset_spec *spec, bool is_complex,
                                    const size_t *start, const size_t *count, const double *data)
{
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? write_block(s, spec, is_complex, start, count, data)
                                          : QFP_OK);
}

static qfp_status write_texts(qfp_snapshot *s, const qfp_dataset_spec *spec,
                              const char *const *texts)
{
    hid_t type = qfp_hdf5_text_type(), dataset = -1;
    qfp_status status = create(s, spec, type, &dataset);
    if (status == QFP_OK &&
        H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, (const void *)texts) < 0)
        status = QFP_HDF5_FAIL(s->part, "%s cannot be written", spec->name);
    if (dataset >= 0)
        H5Dclose(dataset);
    H5Tclose(type);
    return status;
}

qfp_status qfp_snapshot_write_texts(qfp_snapshot *s, const qfp_dataset_spec *spec,
                                    const char *const *texts)
{
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? write_texts(s, spec, texts) : QFP_OK);
}
