#include "io/file_facts.h"

#include <stdlib.h>
#include <string.h>

#include <hdf5_hl.h>

#include "io/guard.h"
#include "io/hdf5_access.h"
#include "io/snapshot.h"

typedef struct question {
    const char *path, *dataset;
} question;

/* A lone number; anything else states nothing. */
static void read_error(hid_t dataset, qfp_file_facts *out)
{
    if (H5Aexists(dataset, QFP_STATED_ERROR) <= 0)
        return;
    hid_t attribute = H5Aopen(dataset, QFP_STATED_ERROR, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    out->is_stated = H5Tget_class(type) == H5T_FLOAT && H5Sget_simple_extent_npoints(space) == 1 &&
                     H5Aread(attribute, H5T_NATIVE_DOUBLE, &out->error) >= 0;
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
}

/* qfp_guarded_work */
static qfp_status look_for_facts(void *self, FILE *answer)
{
    const question *q = self;
    hid_t file = -1, dataset = -1;
    hsize_t extent[QFP_HDF5_MAX_RANK];
    int rank;
    char label[8] = "";
    qfp_file_facts facts = {0};
    qfp_status status;
    QFP_TRY_GOTO(qfp_hdf5_open(q->path, &file));
    QFP_TRY_GOTO(qfp_hdf5_open_dataset(file, q->path, q->dataset, &dataset, &rank, extent));
    if (rank > 0 && H5DSget_label(dataset, 0, label, sizeof label) > 0)
        facts.has_times = strcmp(label, "time") == 0;
    facts.has_names = label[0] != '\0';
    read_error(dataset, &facts);
    if (fwrite(&facts, sizeof facts, 1, answer) != 1)
        status = QFP_FAIL(QFP_IO, "%s: what %s says cannot be handed over", q->path, q->dataset);
done:
    if (dataset >= 0)
        H5Dclose(dataset);
    if (file >= 0)
        H5Fclose(file);
    return status;
}

qfp_status qfp_file_facts_read(const char *path, const char *dataset, qfp_file_facts *out)
{
    question q = {path, dataset};
    char *answer = NULL;
    size_t size;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = qfpi_guard(&path, 1, look_for_facts, &q, &answer, &size);
    qfp_hdf5_quiet_end(quiet);
    if (status == QFP_OK && size != sizeof *out)
        status = QFP_FAIL(QFP_IO, "%s: what %s says came back damaged", path, dataset);
    if (status == QFP_OK)
        memcpy(out, answer, sizeof *out);
    free(answer);
    return status;
}
