/* snapshot_contents.c - /checkpoint/contents: the datasets that a file must still hold when its run is gone
 * on with. */
#include <stdlib.h>
#include <string.h>

#include "io/snapshot_file.h"

/* The names of all datasets of the unfinished file, a line each. */
typedef struct contents {
    char *text;
    size_t length;
    bool failed;
} contents;

static herr_t list(hid_t root, const char *name, const H5O_info_t *information, void *data)
{
    contents *c = data;
    (void)root;
    if (information->type != H5O_TYPE_DATASET)
        return 0;
    size_t more = strlen(name) + 1;
    char *text = realloc(c->text, c->length + more);
    if (text == NULL) {
        c->failed = true;
        return -1;
    }
    memcpy(text + c->length, name, more - 1);
    text[c->length + more - 1] = '\n';
    c->text = text;
    c->length += more;
    return 0;
}

qfp_status qfpi_snapshot_write_contents(const qfp_snapshot *s, hid_t file, const char *path)
{
    contents c = {.text = NULL};
    if (H5Ovisit(s->file, H5_INDEX_NAME, H5_ITER_INC, list, &c) < 0) {
        free(c.text);
        return c.failed ? QFP_FAIL(QFP_MEMORY, "%s: out of memory", path)
                        : QFP_HDF5_FAIL(s->part, "cannot be read");
    }
    hsize_t shape = c.length;
    hid_t space = H5Screate_simple(1, &shape, NULL);
    hid_t dataset = H5Dcreate2(file, "/checkpoint/contents", H5T_STD_U8LE, space, H5P_DEFAULT,
                               H5P_DEFAULT, H5P_DEFAULT);
    bool good = dataset >= 0 &&
                H5Dwrite(dataset, H5T_NATIVE_UCHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, c.text) >= 0;
    qfp_status status = good ? QFP_OK : QFP_HDF5_FAIL(path, "the checkpoint cannot be written");
    if (dataset >= 0)
        H5Dclose(dataset);
    H5Sclose(space);
    free(c.text);
    return status;
}

/* Every dataset that the checkpoint relies on is there. */
static qfp_status check_names(const qfp_snapshot *s, char *text)
{
    for (char *name = strtok(text, "\n"); name != NULL; name = strtok(NULL, "\n")) {
        hid_t dataset = H5Dopen2(s->file, name, H5P_DEFAULT);
        if (dataset < 0)
            return QFP_FAIL(QFP_IO,
                            "%s: the dataset /%s, on which its checkpoint relies, is missing or "
                            "damaged; run with --force to begin anew",
                            s->part, name);
        H5Dclose(dataset);
    }
    return QFP_OK;
}

qfp_status qfpi_snapshot_check_contents(const qfp_snapshot *s)
{
    hid_t file;
    hsize_t shape = 0;
    QFP_TRY(qfp_hdf5_open(s->checkpoint, &file));
    if (H5Lexists(file, "/checkpoint/contents", H5P_DEFAULT) <= 0) {
        H5Fclose(file);
        return QFP_OK; /* of a version that wrote none */
    }
    const hsize_t most = 1 << 24;
    hid_t dataset = H5Dopen2(file, "/checkpoint/contents", H5P_DEFAULT);
    hid_t space = dataset >= 0 ? H5Dget_space(dataset) : -1;
    bool good = space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
                H5Sget_simple_extent_dims(space, &shape, NULL) >= 0 && shape < most;
    char *text = good ? calloc((size_t)shape + 1, 1) : NULL;
    good = text != NULL &&
           H5Dread(dataset, H5T_NATIVE_UCHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) >= 0;
    qfp_status status =
        good ? check_names(s, text)
             : QFP_HDF5_FAIL(
                   s->checkpoint,
                   "/checkpoint/contents in it is damaged; run with --force to begin anew");
    free(text);
    if (space >= 0)
        H5Sclose(space);
    if (dataset >= 0)
        H5Dclose(dataset);
    H5Fclose(file);
    return status;
}
