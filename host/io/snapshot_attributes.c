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
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(
        &pen, pen.writes ? flush(s, qfp_hdf5_write_text(s->file, s->part, name, value)) : QFP_OK);
}

static qfp_status set_numbers(qfp_snapshot *s, const char *name, hid_t type, size_t count,
                              const void *values)
{
    if (s->record != NULL)
        return qfpi_record_numbers(s, "", name, type, count, values);
    qfpi_pen pen = qfpi_pen_take(s);
    qfp_status status = QFP_OK;
    if (pen.writes)
        status = flush(s, qfp_hdf5_write_numbers(s->file, s->part, name, type, count, values));
    return qfpi_pen_drop(&pen, status);
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

static qfp_status write_text_of(const qfp_snapshot *s, const char *object, const char *name,
                                const char *value)
{
    hid_t opened = H5Oopen(s->file, qfpi_relative(object), H5P_DEFAULT);
    qfp_status status = opened >= 0 ? qfp_hdf5_write_text(opened, s->part, name, value)
                                    : QFP_HDF5_FAIL(s->part, "%s cannot be opened", object);
    if (opened >= 0)
        H5Oclose(opened);
    return flush(s, status);
}

qfp_status qfp_snapshot_set_attribute_of(qfp_snapshot *s, const char *object, const char *name,
                                         const char *value)
{
    if (s->record != NULL)
        return qfpi_record_text(s, object, name, value);
    qfpi_pen pen = qfpi_pen_take(s);
    return qfpi_pen_drop(&pen, pen.writes ? write_text_of(s, object, name, value) : QFP_OK);
}
