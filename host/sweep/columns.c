#include "sweep/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES ((size_t)64 << 20) /* of a column in memory */

static qfp_status grow(void *list, size_t count, size_t *room, size_t size)
{
    void **at = list;
    if (count < *room)
        return QFP_OK;
    size_t wanted = *room > 0 ? 2 * *room : 64;
    void *longer = realloc(*at, wanted * size);
    if (longer == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the points of a sweep");
    memset((char *)longer + *room * size, 0, (wanted - *room) * size);
    *at = longer;
    *room = wanted;
    return QFP_OK;
}

static qfp_status new_column(qfp_columns *c, const qfp_record_array *array, qfp_column **out)
{
    QFP_TRY(grow(&c->columns, c->count, &c->room, sizeof *c->columns));
    *out = &c->columns[c->count++];
    return qfp_record_array_copy(array, &(*out)->like);
}

/* Records list alike: the search begins where the last one ended. */
static qfp_column *find(qfp_columns *c, const char *name, size_t *hint)
{
    for (size_t k = 0; k < c->count; ++k) {
        size_t i = (*hint + k) % c->count;
        if (strcmp(c->columns[i].like.name, name) == 0) {
            *hint = i + 1;
            return &c->columns[i];
        }
    }
    return NULL;
}

static qfp_status widen(qfp_column *column, const qfp_record_array *array)
{
    if (column->like.rank != array->rank || column->like.is_complex != array->is_complex)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "%s has %d axes at some points of the sweep and %d at others; one file "
                        "cannot hold both",
                        array->name, column->like.rank, array->rank);
    for (int a = 0; a < array->rank; ++a)
        if (array->axes[a].count > column->like.axes[a].count)
            QFP_TRY(qfp_record_axis_replace(&column->like.axes[a], &array->axes[a]));
    return QFP_OK;
}

static bool same_attribute(const qfp_record_attribute *a, const qfp_record_attribute *b)
{
    if ((a->text == NULL) != (b->text == NULL) || a->count != b->count)
        return false;
    if (a->text != NULL)
        return strcmp(a->text, b->text) == 0;
    return a->count == 0 || memcmp(a->numbers, b->numbers, a->count * sizeof *a->numbers) == 0;
}

static qfp_column_attribute *find_attribute(qfp_columns *c, const qfp_record_attribute *a)
{
    for (size_t i = 0; i < c->attribute_count; ++i)
        if (strcmp(c->attributes[i].like.name, a->name) == 0 &&
            strcmp(c->attributes[i].like.object, a->object) == 0)
            return &c->attributes[i];
    return NULL;
}

static qfp_status note_attribute(qfp_columns *c, size_t point, const qfp_record_attribute *a)
{
    qfp_column_attribute *known = find_attribute(c, a);
    if (known == NULL) {
        QFP_TRY(
            grow(&c->attributes, c->attribute_count, &c->attribute_room, sizeof *c->attributes));
        known = &c->attributes[c->attribute_count++];
        QFP_TRY(qfp_record_attribute_copy(a, &known->like));
    }
    known->differs |= !same_attribute(&known->like, a);
    if (a->text != NULL || a->count != 1)
        return QFP_OK;
    if (known->values == NULL) {
        QFP_TRY(QFP_ALLOCATE(known->values, c->points, "the points of a sweep"));
        for (size_t i = 0; i < c->points; ++i)
            known->values[i] = NAN;
    }
    known->values[point] = a->numbers[0];
    return QFP_OK;
}

qfp_status qfp_columns_note(qfp_columns *c, size_t point, const qfp_record *record)
{
    size_t hint = 0;
    for (size_t i = 0; i < record->array_count; ++i) {
        qfp_column *column = find(c, record->arrays[i].name, &hint);
        if (column == NULL)
            QFP_TRY(new_column(c, &record->arrays[i], &column));
        QFP_TRY(widen(column, &record->arrays[i]));
    }
    for (size_t i = 0; i < record->attribute_count; ++i)
        QFP_TRY(note_attribute(c, point, &record->attributes[i]));
    return QFP_OK;
}

qfp_status qfp_columns_allocate(qfp_columns *c)
{
    for (size_t i = 0; i < c->count; ++i) {
        qfp_column *column = &c->columns[i];
        column->size = qfp_record_size(&column->like) * (column->like.is_complex ? 2 : 1);
        if (column->size > MOST_BYTES / sizeof(double) / c->points)
            continue;
        QFP_TRY(QFP_ALLOCATE(column->values, c->points * column->size, column->like.name));
        for (size_t k = 0; k < c->points * column->size; ++k)
            column->values[k] = NAN;
    }
    return QFP_OK;
}

void qfp_columns_destroy(qfp_columns *c)
{
    for (size_t i = 0; i < c->count; ++i) {
        qfp_record_array_clear(&c->columns[i].like);
        free(c->columns[i].values);
    }
    for (size_t i = 0; i < c->attribute_count; ++i) {
        qfp_record_attribute_clear(&c->attributes[i].like);
        free(c->attributes[i].values);
    }
    free(c->columns);
    free(c->attributes);
    *c = (qfp_columns){0};
}

/* from NULL: NaN */
static void spread(int rank, const size_t *from_shape, const double *from, const size_t *to_shape,
                   size_t unit, double *to)
{
    size_t from_size = unit, to_size = unit;
    for (int a = 1; a < rank; ++a) {
        from_size *= from_shape[a];
        to_size *= to_shape[a];
    }
    if (rank == 0)
        for (size_t i = 0; i < unit; ++i)
            to[i] = from != NULL ? from[i] : NAN;
    for (size_t i = 0; rank > 0 && i < to_shape[0]; ++i)
        spread(rank - 1, from_shape + 1,
               from != NULL && i < from_shape[0] ? from + i * from_size : NULL, to_shape + 1, unit,
               to + i * to_size);
}

void qfp_column_spread(const qfp_column *column, const qfp_record_array *array, double *to)
{
    size_t from_shape[QFP_RECORD_AXES], to_shape[QFP_RECORD_AXES];
    bool same = true;
    for (int a = 0; a < column->like.rank; ++a) {
        from_shape[a] = array->axes[a].count;
        to_shape[a] = column->like.axes[a].count;
        same = same && from_shape[a] == to_shape[a];
    }
    if (same && column->size > 0)
        memcpy(to, array->data, column->size * sizeof *to);
    else
        spread(column->like.rank, from_shape, array->data, to_shape,
               column->like.is_complex ? 2 : 1, to);
}
