#include "io/compare_names.h"

#include <stdlib.h>
#include <string.h>

void qfpi_compare_names_destroy(compare_names *list)
{
    for (size_t i = 0; i < list->count; ++i)
        free(list->names[i]);
    free(list->names);
    *list = (compare_names){0};
}

static bool append_name(compare_names *list, const char *name)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 32;
        char **names = realloc(list->names, capacity * sizeof(*names));
        if (names == NULL)
            return false;
        list->names = names;
        list->capacity = capacity;
    }
    list->names[list->count] = qfpi_format("/%s", name);
    return list->names[list->count] != NULL && ++list->count > 0;
}

static bool holds_numbers(hid_t parent, const char *name)
{
    if (strncmp(name, "checkpoint", strlen("checkpoint")) == 0)
        return false;
    hid_t dataset = H5Dopen2(parent, name, H5P_DEFAULT);
    if (dataset < 0)
        return false;
    int doubles;
    hid_t stored = H5Dget_type(dataset), type = qfp_hdf5_number_type(stored, &doubles);
    if (type >= 0)
        H5Tclose(type);
    H5Tclose(stored);
    H5Dclose(dataset);
    return type >= 0;
}

static herr_t visit(hid_t root, const char *name, const H5O_info_t *information, void *data)
{
    compare_names *list = data;
    if (information->type != H5O_TYPE_DATASET || !holds_numbers(root, name))
        return 0;
    if (append_name(list, name))
        return 0;
    list->out_of_memory = true;
    return -1;
}

static int order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

qfp_status qfpi_compare_names_list(hid_t file, const char *path, compare_names *out)
{
    herr_t visited = H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, visit, out);
    if (out->out_of_memory)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory while listing datasets", path);
    if (visited < 0)
        return QFP_HDF5_FAIL(path, "its contents cannot be listed");
    if (out->count > 0)
        qsort(out->names, out->count, sizeof *out->names, order);
    return QFP_OK;
}

bool qfpi_compare_names_contain(const compare_names *list, const char *name)
{
    return list->count > 0 && name != NULL &&
           bsearch(&name, list->names, list->count, sizeof *list->names, order) != NULL;
}
