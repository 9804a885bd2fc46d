#include "plot/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_access.h"

bool qfpi_file_has(const qfp_source *f, const char *name)
{
    return H5Lexists(f->file, name, H5P_DEFAULT) > 0; /* below 0 where a group is missing */
}

qfp_status qfpi_file_block(qfp_source *f, const char *name, int rank, const size_t *shape,
                           const size_t *start, const size_t *count, double **out)
{
    size_t found[QFP_HDF5_MAX_RANK], all = 1;
    QFP_TRY(qfpi_hdf5_shape(f->file, f->path, name, rank, found));
    for (int i = 0; i < rank; i++) {
        if (found[i] != shape[i])
            return QFP_FAIL(QFP_IO, "%s: %s has not the shape of a qfp output", f->path, name);
        all *= count[i];
    }
    QFP_TRY(QFP_ROOM(f->picture, *out, all));
    return qfpi_hdf5_read_block(f->file, f->path, name, rank, start, count, *out);
}

qfp_status qfpi_file_numbers(qfp_source *f, const char *name, int rank, const size_t *shape,
                             double **out)
{
    const size_t start[QFP_HDF5_MAX_RANK] = {0};
    return qfpi_file_block(f, name, rank, shape, start, shape, out);
}

qfp_status qfpi_file_at(qfp_source *f, const char *name, int rank, const size_t *shape, size_t time,
                        double **out)
{
    size_t start[QFP_HDF5_MAX_RANK] = {time}, count[QFP_HDF5_MAX_RANK];
    memcpy(count, shape, (size_t)rank * sizeof *count);
    count[0] = 1;
    return qfpi_file_block(f, name, rank, shape, start, count, out);
}

/* What curves and maps are drawn against. */
static qfp_status check_growth(const char *path, const char *name, size_t count,
                               const double *values)
{
    for (size_t i = 0; i < count; ++i) {
        if (!qfpi_is_drawn(values[i]))
            return QFP_FAIL(QFP_IO, "%s: entry %zu of %s is %g: nothing can be drawn against it",
                            path, i + 1, name, values[i]);
        if (i > 0 && !(values[i] > values[i - 1]))
            return QFP_FAIL(QFP_IO,
                            "%s: entry %zu of %s, %g, is not larger than the one before it, %g",
                            path, i + 1, name, values[i], values[i - 1]);
    }
    return QFP_OK;
}

static qfp_status read_axis(qfp_source *f, const char *name, size_t least, qfp_plot_axis *out)
{
    QFP_TRY(qfpi_hdf5_shape(f->file, f->path, name, 1, &out->count));
    if (out->count == 0)
        return QFP_FAIL(QFP_IO, "%s: %s is empty", f->path, name);
    if (out->count < least)
        return QFP_FAIL(QFP_IO, "%s: %s has %zu entries; a picture needs %zu", f->path, name,
                        out->count, least);
    QFP_TRY(qfpi_file_numbers(f, name, 1, &out->count, &out->values));
    return check_growth(f->path, name, out->count, out->values);
}

qfp_status qfpi_file_axis(qfp_source *f, const char *name, size_t least, size_t *count,
                          const double **out)
{
    qfp_plot_axis *axis = f->axes;
    while (axis != NULL && strcmp(axis->name, name) != 0)
        axis = axis->next;
    if (axis == NULL) {
        QFP_TRY(QFP_ROOM(f->picture, axis, 1));
        QFP_TRY(read_axis(f, name, least, axis));
        axis->name = qfpi_picture_text(f->picture, "%s", name);
        axis->next = f->axes;
        f->axes = axis;
    }
    *count = axis->count;
    *out = axis->values;
    return QFP_OK;
}

qfp_status qfpi_file_plane(qfp_source *f, const char letters[2], const int modes[2], size_t n[2],
                           const double *grid[2])
{
    for (int k = 0; k < 2; k++) {
        char name[32];
        snprintf(name, sizeof name, "/axes/%c_%d", letters[k], modes[k]);
        if (!qfpi_file_has(f, name))
            snprintf(name, sizeof name, "/axes/%c", letters[k]);
        QFP_TRY(qfpi_file_axis(f, name, 2, &n[k], &grid[k]));
    }
    return QFP_OK;
}

qfp_status qfpi_file_text(qfp_source *f, const char *object, const char *name, const char **out)
{
    char *text = NULL;
    *out = "";
    if (strcmp(object, "/") != 0 && !qfpi_file_has(f, object))
        return QFP_OK;
    hid_t id = H5Oopen(f->file, object, H5P_DEFAULT);
    if (id < 0)
        return QFP_HDF5_FAIL(f->path, "%s cannot be opened", object);
    qfp_status status = qfp_hdf5_read_text(id, f->path, name, &text);
    H5Oclose(id);
    if (status == QFP_OK && text != NULL)
        *out = qfpi_picture_text(f->picture, "%s", text);
    free(text);
    return status;
}

qfp_status qfpi_file_begin(qfp_source *f)
{
    char name[2][32] = {"/husimi/mode_1", "/observables/n_1"};
    QFP_TRY(qfpi_file_axis(f, "/time", 1, &f->times, &f->time));
    while (f->modes < QFP_MAX_MODES && (qfpi_file_has(f, name[0]) || qfpi_file_has(f, name[1]))) {
        f->modes++;
        snprintf(name[0], sizeof name[0], "/husimi/mode_%d", f->modes + 1);
        snprintf(name[1], sizeof name[1], "/observables/n_%d", f->modes + 1);
    }
    return QFP_OK;
}

size_t qfpi_file_columns(const qfp_source *f, size_t most)
{
    return f->is_movie || f->times < most ? f->times : most;
}

size_t qfpi_file_time(const qfp_source *f, size_t columns, size_t column)
{
    size_t gaps = columns > 1 ? columns - 1 : 1;
    return (column * (f->times - 1) + gaps / 2) / gaps;
}

int qfpi_file_frame(const qfp_source *f, size_t column)
{
    return f->is_movie ? (int)column : QFP_EVERY_FRAME;
}
