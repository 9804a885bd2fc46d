#include "io/hdf5_access.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

qfp_hdf5_quiet qfp_hdf5_quiet_begin(void)
{
    /* HDF5's handler at exit tries again to write what a full disk refused, and crashes; everything
     * here is closed explicitly.  Without effect, and harmless, after the first call. */
    H5dont_atexit();
    qfp_hdf5_quiet before = {0};
    H5Eget_auto2(H5E_DEFAULT, &before.function, &before.data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return before;
}

void qfp_hdf5_quiet_end(qfp_hdf5_quiet before)
{
    H5Eset_auto2(H5E_DEFAULT, before.function, before.data);
}

/* The innermost entry of the stack is the cause; the others say which function passed it on. */
static herr_t keep_innermost(unsigned index, const H5E_error2_t *entry, void *data)
{
    if (index == 0 && entry->desc != NULL)
        snprintf(data, 512, "%s", entry->desc);
    return 0;
}

/* HDF5 wraps what the system said into a paragraph of buffer addresses; the user needs the
 * quote. */
static void shorten(char *reason)
{
    static const char mark[] = "error message = '";
    char *quote = strstr(reason, mark);
    if (quote != NULL) {
        quote += sizeof mark - 1;
        memmove(reason, quote, strlen(quote) + 1);
        reason[strcspn(reason, "'")] = '\0';
    }
    reason[strcspn(reason, "\n")] = '\0';
}

qfp_status qfpi_hdf5_fail(const char *origin_file, int origin_line, const char *path,
                          const char *format, ...)
{
    char reason[512] = "", sentence[512];
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, reason);
    shorten(reason);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return qfpi_error_record(QFP_IO, origin_file, origin_line, "%s: %s%s%s%s", path, sentence,
                             reason[0] != '\0' ? " (" : "", reason, reason[0] != '\0' ? ")" : "");
}

qfp_status qfp_hdf5_open(const char *path, hid_t *out)
{
    struct stat found;
    if (stat(path, &found) == 0 && !S_ISREG(found.st_mode)) /* a pipe would be waited for */
        return QFP_FAIL(QFP_IO, "%s: is not a file", path);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return QFP_FAIL(QFP_IO, "%s: cannot be opened: %s", path, strerror(errno));
    fclose(file);
    if (H5Fis_hdf5(path) <= 0)
        return QFP_FAIL(QFP_IO, "%s: is not an HDF5 file", path);
    hid_t opened = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (opened < 0)
        return QFP_HDF5_FAIL(path, "the HDF5 file is truncated or damaged");
    *out = opened;
    return QFP_OK;
}

/* Values that a file does not hold are made up by libhdf5 as they are read, from a fill value or by a filter:
 * a small file may hold so many bytes, and so many for each of its own. */
#define FREE_BYTES (16u << 20)
#define BYTES_PER_BYTE 64

/* A dataset whose values lie in other files is none that is read; no more is read than the file can mean. */
static qfp_status check_storage(hid_t dataset, const char *path, const char *name, int rank,
                                const hsize_t *shape)
{
    hid_t creation = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    hid_t file = H5Iget_file_id(dataset);
    hsize_t length = 0;
    bool elsewhere = H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) != 0;
    double bytes = (double)H5Tget_size(type);
    for (int i = 0; i < rank; i++)
        bytes *= (double)shape[i];
    herr_t known = H5Fget_filesize(file, &length);
    double most = FREE_BYTES + BYTES_PER_BYTE * (double)length;
    H5Fclose(file);
    H5Tclose(type);
    H5Pclose(creation);
    if (elsewhere)
        return QFP_FAIL(QFP_IO, "%s: the values of %s lie in another file, which is not read", path,
                        name);
    if (known < 0)
        return QFP_HDF5_FAIL(path, "the dataset %s cannot be opened", name);
    return bytes <= most
               ? QFP_OK
               : QFP_FAIL(QFP_IO,
                          "%s: %s has %.3g bytes of values in a file of %.3g; at most %.3g are "
                          "read from one of that size",
                          path, name, bytes, (double)length, most);
}

qfp_status qfp_hdf5_open_dataset(hid_t file, const char *path, const char *dataset, hid_t *out,
                                 int *rank, hsize_t *shape)
{
    H5O_info_t information;
    if (H5Oget_info_by_name(file, dataset, &information, H5P_DEFAULT) < 0)
        return QFP_FAIL(QFP_IO, "%s: has no dataset %s", path, dataset);
    if (information.type != H5O_TYPE_DATASET)
        return QFP_FAIL(QFP_IO, "%s: %s is not a dataset", path, dataset);
    hid_t opened = H5Dopen2(file, dataset, H5P_DEFAULT);
    hid_t space = opened >= 0 ? H5Dget_space(opened) : -1;
    int axes = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    qfp_status status = QFP_OK;
    if (axes < 0)
        status = QFP_HDF5_FAIL(path, "the dataset %s cannot be opened", dataset);
    else if (axes > QFP_HDF5_MAX_RANK)
        status = QFP_FAIL(QFP_IO, "%s: %s has %d axes, at most %d are supported", path, dataset,
                          axes, QFP_HDF5_MAX_RANK);
    else if (H5Sget_simple_extent_dims(space, shape, NULL) < 0)
        status = QFP_HDF5_FAIL(path, "the dataset %s cannot be opened", dataset);
    else
        status = check_storage(opened, path, dataset, axes, shape);
    if (space >= 0)
        H5Sclose(space);
    if (status != QFP_OK) {
        if (opened >= 0)
            H5Dclose(opened);
        return status;
    }
    *rank = axes;
    *out = opened;
    return QFP_OK;
}

hid_t qfp_hdf5_text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

static qfp_status write_attribute(hid_t object, const char *path, const char *name, hid_t type,
                                  hid_t space, const void *data)
{
    if (H5Aexists(object, name) > 0)
        H5Adelete(object, name);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    herr_t written = attribute >= 0 ? H5Awrite(attribute, type, data) : -1;
    qfp_status status =
        written >= 0 ? QFP_OK : QFP_HDF5_FAIL(path, "the attribute %s cannot be written", name);
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    return status;
}

qfp_status qfp_hdf5_write_text(hid_t object, const char *path, const char *name, const char *text)
{
    hid_t type = qfp_hdf5_text_type();
    qfp_status status = write_attribute(object, path, name, type, H5Screate(H5S_SCALAR), &text);
    H5Tclose(type);
    return status;
}

qfp_status qfp_hdf5_write_numbers(hid_t object, const char *path, const char *name, hid_t type,
                                  size_t count, const void *values)
{
    hsize_t extent = count;
    return write_attribute(object, path, name, type,
                           count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &extent, NULL),
                           values);
}

void qfp_hdf5_keep_order(hid_t creation)
{
    const unsigned most = 4096; /* links in a header; the format allows 65535 */
    H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    H5Pset_link_phase_change(creation, most, most - 1);
}
