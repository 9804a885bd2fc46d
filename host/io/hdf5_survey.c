/* hdf5_survey.c - everything of a file but its numbers is read once by a process of its own, before this one
 * opens it for writing. */
#include <stdlib.h>

#include "io/guard.h"
#include "io/hdf5_access.h"

typedef struct survey {
    const char *const *paths;
    int count;
} survey;

static herr_t look_at_attribute(hid_t object, const char *name, const H5A_info_t *information,
                                void *path)
{
    char *text;
    (void)information;
    qfp_status status = qfp_hdf5_read_text(object, path, name, &text);
    free(text);
    return status == QFP_OK ? 0 : -1;
}

static herr_t look_at_object(hid_t root, const char *name, const H5O_info_t *information,
                             void *path)
{
    hid_t object = H5Oopen(root, name, H5P_DEFAULT);
    herr_t looked = object < 0 ? -1
                               : H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, NULL,
                                             look_at_attribute, path);
    if (looked >= 0 && information->type == H5O_TYPE_DATASET) {
        int rank;
        hid_t dataset;
        hsize_t shape[QFP_HDF5_MAX_RANK];
        looked = qfp_hdf5_open_dataset(root, path, name, &dataset, &rank, shape) == QFP_OK ? 0 : -1;
        if (looked >= 0) {
            (void)H5Dget_storage_size(dataset); /* meets every chunk */
            H5Dclose(dataset);
        }
    }
    if (object >= 0)
        H5Oclose(object);
    return looked;
}

static qfp_status look(void *data, FILE *answer)
{
    const survey *s = data;
    (void)answer;
    for (int i = 0; i < s->count; ++i) {
        hid_t file;
        QFP_TRY(qfp_hdf5_open(s->paths[i], &file));
        herr_t looked = H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, look_at_object,
                                 (void *)(size_t)s->paths[i]);
        H5Fclose(file);
        if (looked < 0)
            return QFP_HDF5_FAIL(s->paths[i], "the HDF5 file is damaged");
    }
    return QFP_OK;
}

qfp_status qfpi_hdf5_survey(const char *const *paths, int count)
{
    survey s = {paths, count};
    char *answer = NULL;
    size_t size;
    qfp_status status = qfpi_guard(paths, count, look, &s, &answer, &size);
    free(answer);
    return status;
}
