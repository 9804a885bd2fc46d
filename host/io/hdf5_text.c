/* hdf5_text.c - text attributes, read where they may be read. */
#include <stdbool.h>
#include <stdlib.h>

#include "io/guard.h"
#include "io/hdf5_access.h"

static qfp_status read_variable(hid_t attribute, hid_t stored, const char *path, const char *name,
                                char **out)
{
    char *text = NULL;
    hid_t type = qfp_hdf5_text_type();
    H5Tset_cset(type, H5Tget_cset(stored)); /* HDF5 does not convert between the two */
    herr_t read = H5Aread(attribute, type, &text);
    H5Tclose(type);
    if (read < 0)
        return QFP_HDF5_FAIL(path, "the attribute %s cannot be read", name);
    *out = qfpi_format("%s", text != NULL ? text : "");
    H5free_memory(text);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
}

static qfp_status read_fixed(hid_t attribute, hid_t stored, const char *path, const char *name,
                             char **out)
{
    char *text = NULL;
    QFP_TRY(QFP_ALLOCATE(text, H5Tget_size(stored) + 1, "a text attribute"));
    if (H5Aread(attribute, stored, text) < 0) {
        free(text);
        return QFP_HDF5_FAIL(path, "the attribute %s cannot be read", name);
    }
    *out = text;
    return QFP_OK;
}

qfp_status qfp_hdf5_read_text(hid_t object, const char *path, const char *name, char **text)
{
    *text = NULL;
    if (H5Aexists(object, name) == 0)
        return QFP_OK;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0)
        return QFP_HDF5_FAIL(path, "the attribute %s cannot be opened", name);
    hid_t space = H5Aget_space(attribute), stored = H5Aget_type(attribute);
    bool is_text = H5Tget_class(stored) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1;
    qfp_status status = !is_text ? QFP_OK
                        : H5Tis_variable_str(stored) > 0
                            ? read_variable(attribute, stored, path, name, text)
                            : read_fixed(attribute, stored, path, name, text);
    H5Tclose(stored);
    H5Sclose(space);
    H5Aclose(attribute);
    return status;
}

typedef struct question {
    hid_t object;
    const char *path, *name;
} question;

/* With its last zero; nothing where there is no text. */
static qfp_status answer_text(void *self, FILE *answer)
{
    const question *q = self;
    char *text;
    QFP_TRY(qfp_hdf5_read_text(q->object, q->path, q->name, &text));
    bool sent = text == NULL || (fputs(text, answer) >= 0 && fputc('\0', answer) == 0);
    free(text);
    return sent ? QFP_OK
                : QFP_FAIL(QFP_IO, "%s: the attribute %s cannot be handed over", q->path, q->name);
}

qfp_status qfpi_hdf5_guarded_text(hid_t object, const char *path, const char *name, char **text)
{
    question q = {object, path, name};
    size_t size;
    qfp_status status = qfpi_guard(&path, 1, answer_text, &q, text, &size);
    if (status == QFP_OK && size > 0 && (*text)[size - 1] != '\0')
        status = QFP_FAIL(QFP_IO, "%s: the attribute %s came back damaged", path, name);
    if (status != QFP_OK || size == 0) {
        free(*text);
        *text = NULL;
    }
    return status;
}
