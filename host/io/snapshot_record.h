/* snapshot_record.h - INTERNAL to io: a snapshot without a file, whose datasets are arrays of a record.
 *
 * The number of an array stands where the handle of a dataset would.
 */
#ifndef QFPI_SNAPSHOT_RECORD_H
#define QFPI_SNAPSHOT_RECORD_H

#include "io/record.h"
#include "io/snapshot_file.h"

qfp_status qfpi_record_create(qfp_snapshot *s, const qfp_dataset_spec *spec,
                              hid_t *out) QFP_MUST_USE;
/* The next entry along time. */
qfp_status qfpi_record_append_row(const qfp_snapshot *s, hid_t array,
                                  const double *data) QFP_MUST_USE;
/* The whole array, or of one that grows its next entry; created where it is missing. */
qfp_status qfpi_record_dataset(qfp_snapshot *s, const qfp_dataset_spec *spec,
                               const double *data) QFP_MUST_USE;
/* A block, as qfp_snapshot_append_block. */
qfp_status qfpi_record_append_block(qfp_snapshot *s, const qfp_dataset_spec *spec,
                                    const size_t *start, const size_t *count,
                                    const double *data) QFP_MUST_USE;
/* NaN in everything that grows. */
qfp_status qfpi_record_append_blank(qfp_snapshot *s, double time) QFP_MUST_USE;
/* `row` of `rows` [levels…]: rows with fewer levels than others have zeros there, those not given are NaN. */
qfp_status qfpi_record_state(qfp_snapshot *s, const qfp_state_row *state) QFP_MUST_USE;
/* object "": of the file, or of the group. */
qfp_status qfpi_record_text(qfp_snapshot *s, const char *object, const char *name,
                            const char *value) QFP_MUST_USE;
qfp_status qfpi_record_numbers(qfp_snapshot *s, const char *object, const char *name, hid_t type,
                               size_t count, const void *values) QFP_MUST_USE;

#endif
