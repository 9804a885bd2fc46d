#include "io/checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include "core/checksum.h"
#include "core/ranks.h"

/* Numbers start … start + count of a list, to or from `memory`; `failed` is what is said of `path` otherwise. */
static qfp_status move_numbers(hid_t dataset, hsize_t start, hsize_t count, bool writes,
                               void *memory, const char *path, const char *failed)
{
    hid_t space = H5Dget_space(dataset), block = H5Screate_simple(1, &count, NULL);
    herr_t done = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL);
    if (done >= 0 && writes)
        done = H5Dwrite(dataset, H5T_NATIVE_DOUBLE, block, space, H5P_DEFAULT, memory);
    else if (done >= 0)
        done = H5Dread(dataset, H5T_NATIVE_DOUBLE, block, space, H5P_DEFAULT, memory);
    qfp_status status = done >= 0 ? QFP_OK : QFP_HDF5_FAIL(path, "%s", failed);
    H5Sclose(block);
    H5Sclose(space);
    return status;
}

/* ---- writing ----------------------------------------------------------------------------------- */

static const char not_written[] = "the checkpoint cannot be written";

qfp_status qfpi_state_create(hid_t group, const char *path, size_t count, uint64_t checksum,
                             qfpi_state_file *out)
{
    hsize_t shape = count;
    hid_t space = H5Screate_simple(1, &shape, NULL);
    *out = (qfpi_state_file){
        .path = path, .count = count, .checksum = checksum ^ (count * sizeof(double))};
    out->dataset =
        H5Dcreate2(group, "state", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Sclose(space);
    return out->dataset >= 0 ? QFP_OK : QFP_HDF5_FAIL(path, "%s", not_written);
}

qfp_status qfpi_state_write(qfpi_state_file *f, size_t count, const void *numbers)
{
    if (count > f->count - f->at)
        return QFP_FAIL(QFP_INTERNAL, "%s: %zu numbers more than the %zu of the state", f->path,
                        count - (f->count - f->at), f->count);
    if (count > 0) /* what is written is not changed */
        QFP_TRY(
            move_numbers(f->dataset, f->at, count, true, (void *)numbers, f->path, not_written));
    f->checksum = qfpi_checksum_part(f->checksum, numbers, count * sizeof(double));
    f->at += count;
    return QFP_OK;
}

qfp_status qfpi_state_put(void *self, size_t count, const void *numbers)
{
    qfpi_state_file *f = self;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = f->dataset >= 0 ? qfpi_state_write(f, count, numbers) : QFP_OK;
    qfp_hdf5_quiet_end(quiet);
    return qfpi_ranks_agree(status);
}

qfp_status qfpi_state_finish(qfpi_state_file *f, qfp_status status)
{
    if (f->dataset < 0)
        return status;
    if (status == QFP_OK && f->at < f->count)
        status = QFP_FAIL(QFP_INTERNAL, "%s: %zu of %zu numbers of the state were given", f->path,
                          f->at, f->count);
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(f->dataset, f->path, "units", "1");
    if (status == QFP_OK)
        status = qfp_hdf5_write_text(f->dataset, f->path, "long_name",
                                     "complete state of the propagator, for --resume");
    H5Dclose(f->dataset);
    f->dataset = -1;
    return status;
}

/* ---- reading ----------------------------------------------------------------------------------- */

/* Of the process that reads. */
typedef struct question {
    const char *path, *group;
    uint64_t checksum;
} question;

/* All numbers of a list, into the answer or, NULL, into the checksum. */
static qfp_status pass(hid_t dataset, const question *q, const char *name, qfpi_state_facts *facts,
                       double *piece, FILE *answer)
{
    char failed[160];
    snprintf(failed, sizeof failed, "the dataset %s cannot be read", name);
    for (size_t at = 0; at < facts->count; at += QFP_STATE_PIECE) {
        size_t left = facts->count - at, count = left < QFP_STATE_PIECE ? left : QFP_STATE_PIECE;
        QFP_TRY(move_numbers(dataset, at, count, false, piece, q->path, failed));
        if (answer == NULL)
            facts->checksum = qfpi_checksum_part(facts->checksum, piece, count * sizeof *piece);
        else if (fwrite(piece, sizeof *piece, count, answer) != count)
            return QFP_FAIL(QFP_IO, "%s: %s cannot be handed over", q->path, name);
    }
    return QFP_OK;
}

static qfp_status hand_over(hid_t dataset, const question *q, const char *name, int rank,
                            const hsize_t *shape, FILE *answer)
{
    int doubles = 0;
    double *piece = NULL;
    hid_t stored = H5Dget_type(dataset), type = qfp_hdf5_number_type(stored, &doubles);
    qfpi_state_facts facts = {.is_list = rank == 1 && doubles == 1};
    H5Tclose(stored);
    if (type < 0)
        return QFP_FAIL(QFP_IO, "%s: %s holds no numbers", q->path, name);
    H5Tclose(type);
    if (facts.is_list)
        facts.count = shape[0];
    facts.checksum = q->checksum ^ (facts.count * sizeof *piece);
    qfp_status status = QFP_ALLOCATE(piece, QFP_STATE_PIECE, "a piece of a checkpoint");
    if (status == QFP_OK)
        status = pass(dataset, q, name, &facts, piece, NULL);
    if (status == QFP_OK && fwrite(&facts, sizeof facts, 1, answer) != 1)
        status = QFP_FAIL(QFP_IO, "%s: %s cannot be handed over", q->path, name);
    if (status == QFP_OK)
        status = pass(dataset, q, name, &facts, piece, answer);
    free(piece);
    return status;
}

/* qfp_guarded_work: what it found, and then, read again, the numbers. */
static qfp_status find(void *self, FILE *answer)
{
    const question *q = self;
    hid_t file, dataset;
    int rank;
    hsize_t shape[QFP_HDF5_MAX_RANK];
    char name[128];
    snprintf(name, sizeof name, "%s/state", q->group);
    QFP_TRY(qfp_hdf5_open(q->path, &file));
    qfp_status status = qfp_hdf5_open_dataset(file, q->path, name, &dataset, &rank, shape);
    if (status == QFP_OK) {
        status = hand_over(dataset, q, name, rank, shape, answer);
        H5Dclose(dataset);
    }
    H5Fclose(file);
    return status;
}

qfp_status qfpi_state_open(const char *path, const char *group, uint64_t checksum,
                           qfpi_state_facts *facts, qfpi_guarded **out)
{
    question q = {.path = path, .group = group, .checksum = checksum};
    *out = NULL;
    QFP_TRY(qfpi_guard_begin(&path, 1, find, &q, out));
    return qfpi_guard_take(*out, facts, sizeof *facts);
}

qfp_status qfpi_state_get(void *self, size_t count, void *numbers)
{
    const size_t bytes = count * sizeof(double);
    QFP_TRY(qfpi_ranks_agree(self != NULL ? qfpi_guard_take(self, numbers, bytes) : QFP_OK));
    return qfpi_ranks_share(numbers, bytes);
}
