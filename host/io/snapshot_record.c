#include "io/snapshot_record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more entry of `size` bytes in a list that doubles. */
static qfp_status grow(void *list, size_t count, size_t *room, size_t size)
{
    void **at = list;
    if (count < *room)
        return QFP_OK;
    size_t wanted = *room > 0 ? 2 * *room : 32;
    void *longer = realloc(*at, wanted * size);
    if (longer == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a result");
    memset((char *)longer + *room * size, 0, (wanted - *room) * size);
    *at = longer;
    *room = wanted;
    return QFP_OK;
}

static qfp_status copy_text(const char *text, char **out)
{
    *out = qfpi_format("%s", text);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for a result");
}

/* Of a group of a theory all but the shared scales stand inside it. */
static qfp_status place(const qfp_snapshot *s, const char *name, char **out)
{
    bool is_shared = strncmp(name, "/axes/", 6) == 0 || strcmp(name, "/time") == 0;
    *out = qfpi_format("%s%s%s", is_shared ? "" : s->prefix, name[0] == '/' ? "" : "/", name);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for a result");
}

static qfp_status copy_axis(const qfp_snapshot *s, const qfp_axis *axis, qfp_record_axis *out)
{
    char path[64];
    qfpi_snapshot_place_of_axis(axis, path, sizeof path);
    QFP_TRY(place(s, path, &out->path));
    QFP_TRY(copy_text(axis->long_name, &out->long_name));
    if (axis->values != NULL) {
        QFP_TRY(QFP_ALLOCATE(out->values, axis->count, "an axis"));
        memcpy(out->values, axis->values, axis->count * sizeof *out->values);
    } else if (axis->labels != NULL) {
        QFP_TRY(QFP_ALLOCATE(out->labels, axis->count, "an axis"));
    }
    out->count = axis->count;
    for (size_t i = 0; out->labels != NULL && i < out->count; ++i)
        QFP_TRY(copy_text(axis->labels[i], &out->labels[i]));
    return QFP_OK;
}

/* A new array at the end of the record, which owns it from then on. */
static qfp_status add(qfp_snapshot *s, const qfp_dataset_spec *spec, qfp_record_array **out)
{
    qfp_record *r = s->record;
    QFP_TRY(grow(&r->arrays, r->array_count, &r->array_room, sizeof *r->arrays));
    qfp_record_array *array = &r->arrays[r->array_count++];
    if (spec->rank + spec->grows > QFP_RECORD_AXES)
        return QFP_FAIL(QFP_UNSUPPORTED, "%s has %d axes, at most %d can be kept", spec->name,
                        spec->rank + spec->grows, QFP_RECORD_AXES);
    array->grows = spec->grows;
    QFP_TRY(place(s, spec->name, &array->name));
    QFP_TRY(copy_text(spec->units, &array->units));
    QFP_TRY(copy_text(spec->long_name, &array->long_name));
    const qfp_axis time = {.name = "/time", .long_name = qfpi_snapshot_times.long_name};
    if (spec->grows)
        QFP_TRY(copy_axis(s, &time, &array->axes[array->rank++]));
    for (int i = 0; i < spec->rank; ++i)
        QFP_TRY(copy_axis(s, &spec->axes[i], &array->axes[array->rank++]));
    *out = array;
    return QFP_OK;
}

qfp_status qfpi_record_create(qfp_snapshot *s, const qfp_dataset_spec *spec, hid_t *out)
{
    qfp_record_array *array = NULL;
    QFP_TRY(add(s, spec, &array));
    *out = array - s->record->arrays;
    return QFP_OK;
}

/* Numbers of one entry along time, or of the whole. */
static size_t row_size(const qfp_record_array *array)
{
    size_t size = array->is_complex ? 2 : 1;
    for (int a = array->grows ? 1 : 0; a < array->rank; ++a)
        size *= array->axes[a].count;
    return size;
}

static qfp_status make_room(qfp_record_array *array, size_t wanted)
{
    if (wanted <= array->capacity)
        return QFP_OK;
    size_t room = wanted > 2 * array->capacity ? wanted : 2 * array->capacity;
    double *longer = realloc(array->data, room * sizeof *longer);
    if (longer == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for %s", array->name);
    array->data = longer;
    array->capacity = room;
    return QFP_OK;
}

/* data NULL: NaN */
static qfp_status append(qfp_record_array *array, const double *data)
{
    size_t size = row_size(array), at = array->axes[0].count * size;
    QFP_TRY(make_room(array, at + size));
    for (size_t i = 0; i < size; ++i)
        array->data[at + i] = data != NULL ? data[i] : NAN;
    array->axes[0].count++;
    return QFP_OK;
}

qfp_status qfpi_record_append_row(const qfp_snapshot *s, hid_t array, const double *data)
{
    return append(&s->record->arrays[array], data);
}

static qfp_record_array *find(const qfp_snapshot *s, const char *name)
{
    char *placed = NULL;
    qfp_record_array *found = NULL;
    if (place(s, name, &placed) == QFP_OK)
        found = (qfp_record_array *)qfp_record_find(s->record, placed);
    free(placed);
    return found;
}

qfp_status qfpi_record_dataset(qfp_snapshot *s, const qfp_dataset_spec *spec, const double *data)
{
    qfp_record_array *array = find(s, spec->name);
    if (array == NULL)
        QFP_TRY(add(s, spec, &array));
    if (array->grows)
        return append(array, data);
    QFP_TRY(make_room(array, row_size(array)));
    memcpy(array->data, data, row_size(array) * sizeof *data);
    return QFP_OK;
}

qfp_status qfpi_record_append_block(qfp_snapshot *s, const qfp_dataset_spec *spec,
                                    const size_t *start, const size_t *count, const double *data)
{
    size_t all = 1;
    bool begins = true;
    qfp_record_array *array = find(s, spec->name);
    if (array == NULL)
        QFP_TRY(add(s, spec, &array));
    for (int i = 0; i < spec->rank; ++i) {
        all *= count[i];
        begins = begins && start[i] == 0;
    }
    if (array->grows && begins)
        QFP_TRY(append(array, NULL));
    QFP_TRY(make_room(array, row_size(array)));
    size_t before = array->grows ? array->axes[0].count - 1 : 0;
    double *entry = array->data + before * row_size(array);
    for (size_t k = 0; k < all; ++k) {
        size_t rest = k, place = 0, stride = 1;
        for (int i = spec->rank - 1; i >= 0; --i) {
            place += (start[i] + rest % count[i]) * stride;
            rest /= count[i];
            stride *= spec->axes[i].count;
        }
        entry[place] = data[k];
    }
    return QFP_OK;
}

qfp_status qfpi_record_append_blank(qfp_snapshot *s, double time)
{
    size_t length = strlen(s->prefix);
    for (size_t i = 0; i < s->record->array_count; ++i) {
        qfp_record_array *array = &s->record->arrays[i];
        bool is_time = strcmp(array->name, "/time") == 0;
        if (array->grows && !is_time && strncmp(array->name, s->prefix, length) == 0)
            while (array->axes[0].count <= s->time_count)
                QFP_TRY(append(array, NULL));
    }
    if (!s->is_group)
        QFP_TRY(qfpi_record_append_row(s, s->time, &time));
    ++s->time_count;
    return QFP_OK;
}

/* ---- the state ----------------------------------------------------------------------------- */

static qfp_status number_levels(qfp_record_axis *axis, size_t count)
{
    free(axis->values);
    axis->count = count;
    QFP_TRY(QFP_ALLOCATE(axis->values, count, "the levels of a state"));
    for (size_t i = 0; i < count; ++i)
        axis->values[i] = (double)i;
    return QFP_OK;
}

static qfp_status add_state(qfp_snapshot *s, const qfp_state_row *state, qfp_record_array **out)
{
    char names[2 * QFP_MAX_MODES][24];
    qfp_axis axes[2 * QFP_MAX_MODES + 1];
    int halves = state->is_matrix ? 2 : 1, rank = 0;
    if (state->rows > 0)
        axes[rank++] = (qfp_axis){.name = "/state/time",
                                  .count = state->rows,
                                  .long_name = "time of the state",
                                  .values = state->times};
    for (int h = 0, k = 0; h < halves; ++h)
        for (int j = 0; j < state->modes; ++j, ++k) {
            snprintf(names[k], sizeof names[k], "/state/%slevel_%d", h > 0 ? "bra_" : "", j + 1);
            axes[rank++] = (qfp_axis){.name = names[k],
                                      .count = (size_t)state->levels[j],
                                      .long_name = "number of quanta"};
        }
    const qfp_dataset_spec spec = {.name = state->is_matrix ? "/state/rho" : "/state/ket",
                                   .units = "1",
                                   .long_name = "the state on number states",
                                   .rank = rank,
                                   .axes = axes};
    QFP_TRY(add(s, &spec, out));
    (*out)->is_complex = true;
    for (int a = state->rows > 0 ? 1 : 0; a < rank; ++a)
        QFP_TRY(number_levels(&(*out)->axes[a], (*out)->axes[a].count));
    QFP_TRY(make_room(*out, row_size(*out)));
    for (size_t i = 0; i < row_size(*out); ++i)
        (*out)->data[i] = NAN;
    return QFP_OK;
}

/* Copies axis after axis the smaller of two shapes; from NULL: zeros. */
static void copy_corner(int rank, const size_t *from_shape, const double *from,
                        const size_t *to_shape, double *to)
{
    size_t from_size = 2, to_size = 2;
    if (rank == 0) {
        to[0] = from != NULL ? from[0] : 0.0;
        to[1] = from != NULL ? from[1] : 0.0;
        return;
    }
    for (int a = 1; a < rank; ++a) {
        from_size *= from_shape[a];
        to_size *= to_shape[a];
    }
    for (size_t i = 0; i < to_shape[0]; ++i)
        copy_corner(rank - 1, from_shape + 1,
                    from != NULL && i < from_shape[0] ? from + i * from_size : NULL, to_shape + 1,
                    to + i * to_size);
}

/* The array gets room for `levels`, what it holds in the corner. */
static qfp_status widen(qfp_record_array *array, int first, const size_t *levels)
{
    size_t shape[QFP_RECORD_AXES] = {0}, rows = first > 0 ? array->axes[0].count : 1;
    int rank = array->rank - first;
    bool same = true;
    size_t old_size = 2, size = 2;
    for (int a = 0; a < rank; ++a) {
        shape[a] = array->axes[first + a].count;
        same = same && shape[a] >= levels[a];
        old_size *= shape[a];
        size *= levels[a] > shape[a] ? levels[a] : shape[a];
    }
    if (same)
        return QFP_OK;
    double *wider = NULL;
    QFP_TRY(QFP_ALLOCATE(wider, rows * size, "the state"));
    size_t wide[QFP_RECORD_AXES];
    for (int a = 0; a < rank; ++a)
        wide[a] = levels[a] > shape[a] ? levels[a] : shape[a];
    for (size_t row = 0; row < rows; ++row) {
        const double *old = array->data + row * old_size;
        if (isnan(old[0])) /* not given yet */
            for (size_t i = 0; i < size; ++i)
                wider[row * size + i] = NAN;
        else
            copy_corner(rank, shape, old, wide, wider + row * size);
    }
    free(array->data);
    array->data = wider;
    array->capacity = rows * size;
    for (int a = 0; a < rank; ++a)
        QFP_TRY(number_levels(&array->axes[first + a], wide[a]));
    return QFP_OK;
}

qfp_status qfpi_record_state(qfp_snapshot *s, const qfp_state_row *state)
{
    size_t levels[QFP_RECORD_AXES], wide[QFP_RECORD_AXES];
    int first = state->rows > 0 ? 1 : 0, rank = (state->is_matrix ? 2 : 1) * state->modes;
    qfp_record_array *array = find(s, state->is_matrix ? "/state/rho" : "/state/ket");
    if (array == NULL)
        QFP_TRY(add_state(s, state, &array));
    for (int a = 0; a < rank; ++a)
        levels[a] = (size_t)state->levels[a % state->modes];
    QFP_TRY(widen(array, first, levels));
    size_t size = 2;
    for (int a = 0; a < rank; ++a) {
        wide[a] = array->axes[first + a].count;
        size *= wide[a];
    }
    copy_corner(rank, levels, (const double *)state->value, wide,
                array->data + (first > 0 ? state->row * size : 0));
    return qfpi_record_numbers(s, array->name + strlen(s->prefix), QFP_STATED_ERROR,
                               H5T_NATIVE_DOUBLE, 1, &state->error);
}

/* ---- attributes ---------------------------------------------------------------------------- */

/* The attribute of that name, emptied, or a new one. */
static qfp_status attribute_for(qfp_snapshot *s, const char *object, const char *name,
                                qfp_record_attribute **out)
{
    qfp_record *r = s->record;
    char *whole = qfpi_format("%s%s", s->prefix, object);
    if (whole == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for a result");
    for (size_t i = 0; i < r->attribute_count; ++i) {
        qfp_record_attribute *attribute = &r->attributes[i];
        if (strcmp(attribute->object, whole) != 0 || strcmp(attribute->name, name) != 0)
            continue;
        free(whole);
        free(attribute->text);
        free(attribute->numbers);
        attribute->text = NULL;
        attribute->numbers = NULL;
        *out = attribute;
        return QFP_OK;
    }
    qfp_status status =
        grow(&r->attributes, r->attribute_count, &r->attribute_room, sizeof *r->attributes);
    if (status != QFP_OK) {
        free(whole);
        return status;
    }
    *out = &r->attributes[r->attribute_count++];
    (*out)->object = whole;
    return copy_text(name, &(*out)->name);
}

qfp_status qfpi_record_text(qfp_snapshot *s, const char *object, const char *name,
                            const char *value)
{
    qfp_record_attribute *attribute;
    QFP_TRY(attribute_for(s, object, name, &attribute));
    return copy_text(value, &attribute->text);
}

qfp_status qfpi_record_numbers(qfp_snapshot *s, const char *object, const char *name, hid_t type,
                               size_t count, const void *values)
{
    qfp_record_attribute *attribute;
    QFP_TRY(attribute_for(s, object, name, &attribute));
    attribute->integer = type == H5T_NATIVE_INT64;
    attribute->count = count;
    QFP_TRY(QFP_ALLOCATE(attribute->numbers, count, "a result"));
    for (size_t i = 0; i < count; ++i)
        attribute->numbers[i] =
            attribute->integer ? (double)((const int64_t *)values)[i] : ((const double *)values)[i];
    return QFP_OK;
}
