#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_access.h"
#include "qfp/compare.h"

typedef struct name_list {
    size_t count, capacity;
    char **names;
    bool out_of_memory;
} name_list;

static void destroy_names(name_list *list)
{
    for (size_t i = 0; i < list->count; ++i)
        free(list->names[i]);
    free(list->names);
}

static bool append_name(name_list *list, const char *name)
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

static bool is_compared(hid_t parent, const char *name)
{
    if (strncmp(name, "checkpoint", strlen("checkpoint")) == 0)
        return false;
    hid_t dataset = H5Dopen2(parent, name, H5P_DEFAULT);
    if (dataset < 0)
        return false;
    hid_t type = H5Dget_type(dataset);
    bool floating = H5Tget_class(type) == H5T_FLOAT;
    H5Tclose(type);
    H5Dclose(dataset);
    return floating;
}

static herr_t visit(hid_t root, const char *name, const H5O_info_t *information, void *data)
{
    name_list *list = data;
    if (information->type != H5O_TYPE_DATASET || !is_compared(root, name))
        return 0;
    if (append_name(list, name))
        return 0;
    list->out_of_memory = true;
    return -1;
}

static qfp_status list_names(hid_t file, const char *path, name_list *out)
{
    if (H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, visit, out) >= 0)
        return QFP_OK;
    if (out->out_of_memory)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory while listing datasets", path);
    return QFP_HDF5_FAIL(path, "its contents cannot be listed");
}

static bool contains(const name_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; ++i)
        if (strcmp(list->names[i], name) == 0)
            return true;
    return false;
}

/* One dataset in one file, read row by row of its first axis: a run may be larger than memory. */
typedef struct row_source {
    const char *path, *name;
    hid_t dataset, space;
    int rank;
    hsize_t shape[QFP_HDF5_MAX_RANK];
    size_t row_size; /* elements of one row */
} row_source;

static void close_source(row_source *source)
{
    if (source->space >= 0)
        H5Sclose(source->space);
    if (source->dataset >= 0)
        H5Dclose(source->dataset);
}

static qfp_status open_source(hid_t file, const char *path, const char *name, row_source *out)
{
    *out = (row_source){.path = path, .name = name, .dataset = -1, .space = -1, .row_size = 1};
    QFP_TRY(qfp_hdf5_open_dataset(file, path, name, &out->dataset, &out->rank, out->shape));
    for (int i = 1; i < out->rank; ++i)
        out->row_size *= out->shape[i];
    out->space = H5Dget_space(out->dataset);
    return out->space >= 0 ? QFP_OK : QFP_HDF5_FAIL(path, "the dataset %s cannot be read", name);
}

static qfp_status read_row(const row_source *source, hsize_t row, double *out)
{
    hsize_t start[QFP_HDF5_MAX_RANK] = {row}, block[QFP_HDF5_MAX_RANK];
    memcpy(block, source->shape, sizeof block);
    block[0] = 1;
    hsize_t count = source->row_size;
    hid_t memory = H5Screate_simple(1, &count, NULL);
    bool good = source->rank == 0 ||
                H5Sselect_hyperslab(source->space, H5S_SELECT_SET, start, NULL, block, NULL) >= 0;
    good = good && H5Dread(source->dataset, H5T_NATIVE_DOUBLE, memory, source->space, H5P_DEFAULT,
                           out) >= 0;
    H5Sclose(memory);
    return good ? QFP_OK
                : QFP_HDF5_FAIL(source->path, "the dataset %s cannot be read", source->name);
}

typedef struct difference {
    double largest, scale; /* max |a - b|, max(|a|, |b|) over finite values */
    hsize_t row;           /* where `largest` is */
} difference;

static void compare_row(const double *a, const double *b, size_t count, hsize_t row,
                        difference *out)
{
    for (size_t i = 0; i < count; ++i) {
        if (isfinite(a[i]))
            out->scale = fmax(out->scale, fabs(a[i]));
        if (isfinite(b[i]))
            out->scale = fmax(out->scale, fabs(b[i]));
        /* an observable that does not apply is NaN in every file: that is agreement */
        if (a[i] == b[i] || (isnan(a[i]) && isnan(b[i])))
            continue;
        double d = fabs(a[i] - b[i]);
        if (!isfinite(d))
            d = INFINITY;
        if (d > out->largest) {
            out->largest = d;
            out->row = row;
        }
    }
}

static qfp_status compare_rows(const row_source *a, const row_source *b, difference *out)
{
    double *buffer = NULL;
    QFP_TRY(QFP_ALLOCATE(buffer, 2 * a->row_size, a->name));
    hsize_t rows = a->rank > 0 ? a->shape[0] : 1;
    qfp_status status = QFP_OK;
    for (hsize_t row = 0; row < rows && a->row_size > 0 && status == QFP_OK; ++row) {
        status = read_row(a, row, buffer);
        if (status == QFP_OK)
            status = read_row(b, row, buffer + a->row_size);
        if (status == QFP_OK)
            compare_row(buffer, buffer + a->row_size, a->row_size, row, out);
    }
    free(buffer);
    return status;
}

/* The name inside the group of a theory: "/theories/M2/husimi/mode_1" is "/husimi/mode_1". */
static const char *inside_theory(const char *name)
{
    const char *prefix = "/theories/";
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return name;
    const char *rest = strchr(name + strlen(prefix), '/');
    return rest != NULL ? rest : name;
}

static bool has_time_axis(const char *full_name)
{
    const char *name = inside_theory(full_name);
    return strcmp(name, "/time") == 0 || strncmp(name, "/husimi/", 8) == 0 ||
           strncmp(name, "/observables/", 13) == 0 || strncmp(name, "/fields/", 8) == 0 ||
           strncmp(name, "/distance/", 10) == 0;
}

/* The time of a row, NaN when the dataset has no time axis (a static field has its own length). */
static double time_of_row(hid_t file, const char *path, const row_source *source, hsize_t row)
{
    row_source time;
    double value = NAN;
    if (has_time_axis(source->name) && source->rank > 0) {
        qfp_status status = open_source(file, path, "/time", &time);
        if (status == QFP_OK && time.rank == 1 && time.shape[0] == source->shape[0])
            status = read_row(&time, row, &value);
        if (status != QFP_OK)
            value = NAN; /* a file without times can still be compared */
        close_source(&time);
    }
    return value;
}

static qfp_status compare_dataset(hid_t file_a, const char *path_a, hid_t file_b,
                                  const char *path_b, const char *name, qfp_comparison_row *out)
{
    row_source a, b = {.dataset = -1, .space = -1};
    difference d = {0};
    qfp_status status;
    snprintf(out->dataset, sizeof out->dataset, "%s", name);
    out->at_time = NAN;
    QFP_TRY_GOTO(open_source(file_a, path_a, name, &a));
    QFP_TRY_GOTO(open_source(file_b, path_b, name, &b));
    if (a.rank != b.rank || memcmp(a.shape, b.shape, (size_t)a.rank * sizeof *a.shape) != 0) {
        out->shapes_differ = 1;
        out->disagreement = INFINITY;
        goto done;
    }
    QFP_TRY_GOTO(compare_rows(&a, &b, &d));
    const char *kind = inside_theory(name);
    bool relative = strncmp(kind, "/husimi/", 8) == 0 || strncmp(kind, "/fields/", 8) == 0;
    double scale = relative ? d.scale : fmax(1, d.scale);
    out->disagreement = d.largest > 0 ? d.largest / scale : 0;
    if (isnan(out->disagreement)) /* nothing finite to be relative to */
        out->disagreement = INFINITY;
    out->at_time = time_of_row(file_a, path_a, &a, d.row);
done:
    close_source(&a);
    close_source(&b);
    return status;
}

static qfp_status compare_common(hid_t file_a, const char *path_a, const name_list *names_a,
                                 hid_t file_b, const char *path_b, const name_list *names_b,
                                 qfp_comparison *out)
{
    QFP_TRY(QFP_ALLOCATE(out->rows, names_a->count, "the comparison"));
    for (size_t i = 0; i < names_a->count; ++i) {
        const char *name = names_a->names[i];
        if (!contains(names_b, name)) {
            ++out->only_in_a;
            continue;
        }
        qfp_comparison_row *row = &out->rows[out->count];
        QFP_TRY(compare_dataset(file_a, path_a, file_b, path_b, name, row));
        ++out->count;
        if (row->disagreement > out->worst || out->count == 1) {
            out->worst = row->disagreement;
            memcpy(out->worst_dataset, row->dataset, sizeof row->dataset);
        }
    }
    out->only_in_b = names_b->count - out->count;
    if (out->count == 0) { /* nothing compared must not read as agreement */
        out->worst = INFINITY;
        snprintf(out->worst_dataset, sizeof out->worst_dataset, "(no dataset in common)");
    }
    return QFP_OK;
}

qfp_status qfp_compare_files(const char *a, const char *b, qfp_comparison *out)
{
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    name_list names_a = {0}, names_b = {0};
    qfp_comparison result = {0};
    hid_t file_a = -1, file_b = -1;
    qfp_status status;
    QFP_TRY_GOTO(qfp_hdf5_open(a, &file_a));
    QFP_TRY_GOTO(qfp_hdf5_open(b, &file_b));
    QFP_TRY_GOTO(list_names(file_a, a, &names_a));
    QFP_TRY_GOTO(list_names(file_b, b, &names_b));
    QFP_TRY_GOTO(compare_common(file_a, a, &names_a, file_b, b, &names_b, &result));
done:
    destroy_names(&names_a);
    destroy_names(&names_b);
    if (file_a >= 0)
        H5Fclose(file_a);
    if (file_b >= 0)
        H5Fclose(file_b);
    qfp_hdf5_quiet_end(quiet);
    if (status != QFP_OK) {
        qfp_comparison_destroy(&result);
        return status;
    }
    *out = result;
    return QFP_OK;
}

void qfp_comparison_destroy(qfp_comparison *c)
{
    if (c == NULL)
        return;
    free(c->rows);
    memset(c, 0, sizeof *c);
}
