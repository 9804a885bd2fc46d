/* snapshot_attributes.c - what an output file, a group or a dataset says of itself; flushed, so
 * that a run killed at any moment has left it in PATH.part. */
#include "io/snapshot_file.h"
#include "io/snapshot_record.h"

static qfp_status flush(const qfp_snapshot *s, qfp_status status)
{
    return status == QFP_OK ? qfpi_snapshot_flush(s) : status;
}

qfp_status qfp_snapshot_set_attribute(qfp_snapshot *s, const char *name, const char *value)
{
    if (s->record != NULL)
        return qfpi_record_text(s, "", name, value);
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = flush(s, qfp_hdf5_write_text(s->file, s->part, name, value));
    qfp_hdf5_quiet_end(quiet);
    return status;
}

static qfp_status set_numbers(qfp_snapshot *s, const char *name, hid_t type, size_t count,
                              const void *values)
{
    if (s->record != NULL)
        return qfpi_record_numbers(s, "", name, type, count, values);
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status =
        flush(s, qfp_hdf5_write_numbers(s->file, s->part, name, type, count, values));
    qfp_hdf5_quiet_end(quiet);
    return status;
}

qfp_status qfp_snapshot_set_reals(qfp_snapshot *s, const char *name, size_t count,
                                  const double *values)
{
    return set_numbers(s, name, H5T_NATIVE_DOUBLE, count, values);
}

qfp_status qfp_snapshot_set_integers(qfp_snapshot *s, const char *name, size_t count,
                                     const int64_t *values)
{
    return set_numbers(s, name, H5T_NATIVE_INT64, count, values);
}

qfp_status qfp_snapshot_set_attribute_of(qfp_snapshot *s, const char *object, const char *name,
                                         const char *value)
{
    if (s->record != NULL)
        return qfpi_record_text(s, object, name, value);
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    hid_t opened = H5Oopen(s->file, qfpi_relative(object), H5P_DEFAULT);
    qfp_status status = opened >= 0 ? qfp_hdf5_write_text(opened, s->part, name, value)
                                    : QFP_HDF5_FAIL(s->part, "%s cannot be opened", object);
    if (opened >= 0)
        H5Oclose(opened);
    status = flush(s, status);
    qfp_hdf5_quiet_end(quiet);
    return status;
}
