#include "plot/file.h"

#include <stdlib.h>
#include <string.h>

#include <hdf5_hl.h>

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
    size_t extent[QFP_HDF5_MAX_RANK], from[QFP_HDF5_MAX_RANK], size[QFP_HDF5_MAX_RANK], all = 1;
    int used = 0,
        more = strncmp(name, "/axes/", 6) == 0 || strcmp(name, "/time") == 0 ? 0 : f->fixed_count;
    for (int i = 0; i < rank && used < QFP_HDF5_MAX_RANK - more; i++) {
        extent[used] = shape[i];
        from[used] = start[i];
        size[used++] = count[i];
        all *= count[i];
        for (int k = 0; i == 0 && k < more; k++) {
            extent[used] = f->fixed_extent[k];
            from[used] = f->fixed[k];
            size[used++] = 1;
        }
    }
    if (is_well(f))
        f->picture->status = check_shape(f, name, used, extent);
    double *out = qfpi_numbers(f->picture, all);
    if (is_well(f))
        f->picture->status = qfpi_hdf5_read_block(f->file, f->path, name, used, from, size, out);
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
    return number > 0 && number < (int)(sizeof digits / sizeof *digits) ? digits[number] : "";
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

/* The texts of an axis, [count]; NULL without a failure where it has none. */
static const char **read_labels(qfp_source *f, const char *name, size_t count)
{
    const char **kept = NULL;
    hid_t dataset = H5Dopen2(f->file, name, H5P_DEFAULT);
    if (!is_well(f) || dataset < 0)
        return NULL;
    hid_t space = H5Dget_space(dataset), stored = H5Dget_type(dataset), type = qfp_hdf5_text_type();
    bool are_texts =
        H5Tis_variable_str(stored) > 0 && H5Sget_simple_extent_npoints(space) == (hssize_t)count;
    char **labels = are_texts ? qfpi_room(f->picture, count, sizeof *labels) : NULL;
    H5Tset_cset(type, H5Tget_cset(stored)); /* HDF5 does not convert between the two */
    if (labels != NULL && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, labels) >= 0) {
        kept = qfpi_room(f->picture, count, sizeof *kept);
        for (size_t i = 0; kept != NULL && i < count; i++)
            kept[i] = qfpi_text(f->picture, "%s", labels[i] != NULL ? labels[i] : "");
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, labels);
    }
    H5Tclose(type);
    H5Tclose(stored);
    H5Sclose(space);
    H5Dclose(dataset);
    return kept;
}

/* The numbers 1, 2, … where what was swept are no numbers that grow. */
static qfp_swept read_swept(qfp_source *f, const char *name, size_t count)
{
    size_t found = 0;
    const char *axis = qfpi_text(f->picture, "/axes/%s", name);
    const char **labels = read_labels(f, axis, count);
    const double *values = labels == NULL ? qfpi_axis(f, axis, 1, &found) : NULL;
    if (values == NULL || found != count) {
        f->picture->status = QFP_OK;
        double *numbers = qfpi_numbers(f->picture, count);
        for (size_t i = 0; numbers != NULL && i < count; i++)
            numbers[i] = (double)(i + 1);
        values = numbers;
    }
    return (qfp_swept){qfpi_text(f->picture, "%s", name), values, labels};
}

/* What the numbers of an axis stand for; texts may be long, so the first of them. */
static void explain(qfp_picture *q, const qfp_swept *s, size_t count)
{
    enum { MOST = 6 };
    const char *text = qfpi_text(q, "%s:", s->symbol);
    for (size_t i = 0; i < count && i < MOST; i++)
        text = qfpi_text(q, "%s%s %zu is %s", text, i > 0 ? "," : "", i + 1, s->labels[i]);
    qfpi_note(q, qfpi_text(q, "%s%s", text, count > MOST ? ", …" : ""));
}

static const char *name_value(qfp_picture *q, const qfp_swept *s, size_t at)
{
    return s->labels != NULL   ? qfpi_text(q, "%s = %s", s->symbol, s->labels[at])
           : s->values != NULL ? qfpi_text(q, "%s = %.4g", s->symbol, s->values[at])
                               : "";
}

/* /points/exit_status has the swept axes, with their names. */
static void begin_sweep(qfp_source *f)
{
    static const char points[] = "/points/exit_status";
    qfp_picture *q = f->picture;
    char label[QFP_SOURCE_FIXED][64] = {""};
    size_t shape[QFP_SOURCE_FIXED];
    int rank = 1;
    while (rank < QFP_SOURCE_FIXED && !qfpi_extents(f, points, rank, shape))
        rank++;
    hid_t dataset = H5Dopen2(f->file, points, H5P_DEFAULT);
    bool is_named = is_well(f) && dataset >= 0 && rank < QFP_SOURCE_FIXED;
    for (int k = 0; k < rank && is_named; k++)
        is_named = H5DSget_label(dataset, (unsigned)k, label[k], sizeof label[k]) > 0;
    if (dataset >= 0)
        H5Dclose(dataset);
    if (!is_named) {
        q->status = QFP_FAIL(QFP_IO, "%s: %s names nothing that was swept", f->path, points);
        return;
    }
    const char *where = qfpi_has(f, "/steady") ? "stationary states"
                                               : qfpi_text(q, "at t = %.4g", f->time[f->times - 1]);
    for (int k = 1; k < rank; k++) {
        where =
            qfpi_text(q, "%s, %sthe first value of %s", where, k == 1 ? "maps at " : "", label[k]);
        f->fixed_extent[f->fixed_count++] = shape[k];
    }
    qfpi_note(q, where);
    f->fixed_extent[f->fixed_count] = f->times;
    f->fixed[f->fixed_count++] = f->times - 1;
    f->times = shape[0];
    f->along = read_swept(f, label[0], shape[0]);
    f->time = f->along.values;
    f->against = f->along.symbol;
    if (f->along.labels != NULL)
        explain(q, &f->along, f->times);
    if (rank > 1) {
        f->member_count = shape[1] < QFP_MOST_MEMBERS ? shape[1] : QFP_MOST_MEMBERS;
        f->members = read_swept(f, label[1], shape[1]);
    }
}

const char *qfpi_member(qfp_source *f, size_t member)
{
    if (f->member_count < 2)
        return "";
    f->fixed[0] = member * (f->fixed_extent[0] - 1) / (f->member_count - 1);
    return name_value(f->picture, &f->members, f->fixed[0]);
}

const char *qfpi_when(qfp_source *f, size_t time)
{
    return name_value(f->picture, &f->along, time);
}

void qfpi_source_begin(qfp_source *f)
{
    qfp_picture *q = f->picture;
    f->member_count = 1;
    f->against = "time";
    f->time = qfpi_axis(f, "/time", 1, &f->times);
    f->along = (qfp_swept){.symbol = "t", .values = f->time};
    if (strcmp(qfpi_attribute(f, "/", "kind"), "sweep") == 0)
        begin_sweep(f);
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
