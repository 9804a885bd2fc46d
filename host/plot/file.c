#include "plot/file.h"

#include <stdlib.h>
#include <string.h>

#include "io/hdf5_access.h"

static bool is_well(const qfp_source *f)
{
    return f->picture->status == QFP_OK;
}

bool qfpi_has(const qfp_source *f, const char *name)
{
    return H5Lexists(f->file, name, H5P_DEFAULT) > 0; /* below 0 where a group is missing */
}

bool qfpi_extents(const qfp_source *f, const char *name, int rank, size_t *shape)
{
    return qfpi_hdf5_shape(f->file, f->path, name, rank, shape) == QFP_OK;
}

static qfp_status check_shape(const qfp_source *f, const char *name, int rank, const size_t *shape)
{
    size_t found[QFP_HDF5_MAX_RANK];
    QFP_TRY(qfpi_hdf5_shape(f->file, f->path, name, rank, found));
    if (memcmp(found, shape, (size_t)rank * sizeof *found) != 0)
        return QFP_FAIL(QFP_IO, "%s: %s has not the shape of a qfp output", f->path, name);
    return QFP_OK;
}

double *qfpi_block(qfp_source *f, const char *name, int rank, const size_t *shape,
                   const size_t *start, const size_t *count)
{
    size_t all = 1;
    if (is_well(f))
        f->picture->status = check_shape(f, name, rank, shape);
    for (int i = 0; i < rank; i++)
        all *= count[i];
    double *out = qfpi_numbers(f->picture, all);
    if (is_well(f))
        f->picture->status = qfpi_hdf5_read_block(f->file, f->path, name, rank, start, count, out);
    return is_well(f) ? out : NULL;
}

double *qfpi_whole(qfp_source *f, const char *name, int rank, const size_t *shape)
{
    return qfpi_block(f, name, rank, shape, (const size_t[QFP_HDF5_MAX_RANK]){0}, shape);
}

double *qfpi_at(qfp_source *f, const char *name, int rank, const size_t *shape, size_t time)
{
    size_t start[QFP_HDF5_MAX_RANK] = {time}, count[QFP_HDF5_MAX_RANK] = {1};
    for (int i = 1; i < rank; i++)
        count[i] = shape[i];
    return qfpi_block(f, name, rank, shape, start, count);
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

static qfp_status read_axis(qfp_source *f, const char *name, size_t least, qfp_source_axis *out)
{
    QFP_TRY(qfpi_hdf5_shape(f->file, f->path, name, 1, &out->count));
    if (out->count == 0)
        return QFP_FAIL(QFP_IO, "%s: %s is empty", f->path, name);
    if (out->count < least)
        return QFP_FAIL(QFP_IO, "%s: %s has %zu entries; a picture needs %zu", f->path, name,
                        out->count, least);
    out->values = qfpi_whole(f, name, 1, &out->count);
    return is_well(f) ? check_growth(f->path, name, out->count, out->values) : f->picture->status;
}

const double *qfpi_axis(qfp_source *f, const char *name, size_t least, size_t *count)
{
    qfp_source_axis *axis = f->axes;
    while (axis != NULL && strcmp(axis->name, name) != 0)
        axis = axis->next;
    if (axis == NULL) {
        axis = qfpi_room(f->picture, 1, sizeof *axis);
        if (is_well(f))
            f->picture->status = read_axis(f, name, least, axis);
        if (!is_well(f))
            return NULL;
        axis->name = name;
        axis->next = f->axes;
        f->axes = axis;
    }
    *count = axis->count;
    return axis->values;
}

const char *qfpi_subscript(int number)
{
    static const char *const digits[] = {"", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈"};
    return digits[number];
}

qfp_plane qfpi_plane(qfp_source *f, char a, int a_mode, char b, int b_mode)
{
    const char letters[2] = {a, b};
    const int modes[2] = {a_mode, b_mode};
    bool is_mode = a != b && a_mode == b_mode;
    qfp_plane plane = {.n = {0}};
    for (int k = 0; k < 2; k++) {
        const char *name = qfpi_text(f->picture, "/axes/%c_%d", letters[k], modes[k]);
        if (!qfpi_has(f, name))
            name = qfpi_text(f->picture, "/axes/%c", letters[k]);
        plane.grid[k] = qfpi_axis(f, name, 2, &plane.n[k]);
        plane.name[k] =
            qfpi_text(f->picture, "%c%s", letters[k], qfpi_subscript(is_mode ? 0 : modes[k]));
    }
    return plane;
}

const char *qfpi_attribute(qfp_source *f, const char *object, const char *name)
{
    char *text = NULL;
    hid_t id = is_well(f) ? H5Oopen(f->file, object, H5P_DEFAULT) : -1;
    if (id < 0)
        return "";
    f->picture->status = qfp_hdf5_read_text(id, f->path, name, &text);
    H5Oclose(id);
    const char *kept = text != NULL ? qfpi_text(f->picture, "%s", text) : "";
    free(text);
    return kept;
}

void qfpi_source_begin(qfp_source *f)
{
    qfp_picture *q = f->picture;
    f->time = qfpi_axis(f, "/time", 1, &f->times);
    while (f->modes < QFP_MAX_MODES &&
           (qfpi_has(f, qfpi_text(q, "/husimi/mode_%d", f->modes + 1)) ||
            qfpi_has(f, qfpi_text(q, "/observables/n_%d", f->modes + 1))))
        f->modes++;
}

size_t qfpi_columns(const qfp_source *f, size_t most)
{
    return f->is_movie || f->times < most ? f->times : most;
}

size_t qfpi_time(const qfp_source *f, size_t columns, size_t column)
{
    size_t gaps = columns > 1 ? columns - 1 : 1;
    return (column * (f->times - 1) + gaps / 2) / gaps;
}

int qfpi_frame(const qfp_source *f, size_t column)
{
    return f->is_movie ? (int)column : QFP_EVERY_FRAME;
}
