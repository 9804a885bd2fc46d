#include "io/record.h"

#include <stdlib.h>
#include <string.h>

static void clear_axis(qfp_record_axis *axis)
{
    for (size_t i = 0; axis->labels != NULL && i < axis->count; ++i)
        free(axis->labels[i]);
    free(axis->labels);
    free(axis->values);
    free(axis->path);
    free(axis->long_name);
    *axis = (qfp_record_axis){0};
}

void qfp_record_array_clear(qfp_record_array *array)
{
    for (int a = 0; a < array->rank; ++a)
        clear_axis(&array->axes[a]);
    free(array->name);
    free(array->units);
    free(array->long_name);
    free(array->data);
    *array = (qfp_record_array){0};
}

void qfp_record_attribute_clear(qfp_record_attribute *attribute)
{
    free(attribute->object);
    free(attribute->name);
    free(attribute->text);
    free(attribute->numbers);
    *attribute = (qfp_record_attribute){0};
}

void qfp_record_destroy(qfp_record *record)
{
    for (size_t i = 0; i < record->array_count; ++i)
        qfp_record_array_clear(&record->arrays[i]);
    for (size_t i = 0; i < record->attribute_count; ++i)
        qfp_record_attribute_clear(&record->attributes[i]);
    free(record->arrays);
    free(record->attributes);
    *record = (qfp_record){0};
}

void qfpi_record_free(qfp_record *record)
{
    if (record != NULL)
        qfp_record_destroy(record);
    free(record);
}

/* ---- copies -------------------------------------------------------------------------------- */

static qfp_status copy_text(const char *text, char **out)
{
    if (text == NULL)
        return QFP_OK;
    *out = qfpi_format("%s", text);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for a result");
}

static qfp_status copy_reals(size_t count, const double *values, double **out)
{
    if (values == NULL)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(*out, count, "a result"));
    memcpy(*out, values, count * sizeof *values);
    return QFP_OK;
}

qfp_status qfp_record_axis_replace(qfp_record_axis *axis, const qfp_record_axis *by)
{
    clear_axis(axis);
    QFP_TRY(copy_text(by->path, &axis->path));
    QFP_TRY(copy_text(by->long_name, &axis->long_name));
    QFP_TRY(copy_reals(by->count, by->values, &axis->values));
    if (by->labels != NULL)
        QFP_TRY(QFP_ALLOCATE(axis->labels, by->count, "an axis"));
    axis->count = by->count;
    for (size_t i = 0; by->labels != NULL && i < by->count; ++i)
        QFP_TRY(copy_text(by->labels[i], &axis->labels[i]));
    return QFP_OK;
}

qfp_status qfp_record_array_copy(const qfp_record_array *array, qfp_record_array *out)
{
    *out = (qfp_record_array){.grows = array->grows, .is_complex = array->is_complex};
    QFP_TRY(copy_text(array->name, &out->name));
    QFP_TRY(copy_text(array->units, &out->units));
    QFP_TRY(copy_text(array->long_name, &out->long_name));
    for (; out->rank < array->rank;) {
        int a = out->rank++;
        QFP_TRY(qfp_record_axis_replace(&out->axes[a], &array->axes[a]));
    }
    return QFP_OK;
}

qfp_status qfp_record_attribute_copy(const qfp_record_attribute *attribute,
                                     qfp_record_attribute *out)
{
    *out = (qfp_record_attribute){.integer = attribute->integer, .count = attribute->count};
    QFP_TRY(copy_text(attribute->object, &out->object));
    QFP_TRY(copy_text(attribute->name, &out->name));
    QFP_TRY(copy_text(attribute->text, &out->text));
    return copy_reals(attribute->count, attribute->numbers, &out->numbers);
}

const qfp_record_array *qfp_record_find(const qfp_record *record, const char *name)
{
    for (size_t i = 0; i < record->array_count; ++i)
        if (strcmp(record->arrays[i].name, name) == 0)
            return &record->arrays[i];
    return NULL;
}

const qfp_record_attribute *qfp_record_attribute_find(const qfp_record *record, const char *name)
{
    for (size_t i = 0; i < record->attribute_count; ++i)
        if (record->attributes[i].object[0] == '\0' &&
            strcmp(record->attributes[i].name, name) == 0)
            return &record->attributes[i];
    return NULL;
}

size_t qfp_record_size(const qfp_record_array *array)
{
    size_t size = 1;
    for (int a = 0; a < array->rank; ++a)
        size *= array->axes[a].count;
    return size;
}

/* ---- as bytes ------------------------------------------------------------------------------ */

/* A text's length stands before it, one more; 0: there is none. */
static void put_number(FILE *to, uint64_t number)
{
    fwrite(&number, sizeof number, 1, to);
}

static void put_text(FILE *to, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;
    put_number(to, text != NULL ? length + 1 : 0);
    if (length > 0)
        fwrite(text, 1, length, to);
}

static void put_reals(FILE *to, size_t count, const double *values)
{
    put_number(to, values != NULL ? count : 0);
    if (values != NULL)
        fwrite(values, sizeof *values, count, to);
}

static void put_axis(FILE *to, const qfp_record_axis *axis)
{
    put_text(to, axis->path);
    put_text(to, axis->long_name);
    put_number(to, axis->count);
    put_reals(to, axis->count, axis->values);
    put_number(to, axis->labels != NULL);
    for (size_t i = 0; axis->labels != NULL && i < axis->count; ++i)
        put_text(to, axis->labels[i]);
}

void qfp_record_write(const qfp_record *record, FILE *to)
{
    put_number(to, record->array_count);
    for (size_t i = 0; i < record->array_count; ++i) {
        const qfp_record_array *array = &record->arrays[i];
        put_text(to, array->name);
        put_text(to, array->units);
        put_text(to, array->long_name);
        put_number(to, (array->grows ? 1u : 0u) | (array->is_complex ? 2u : 0u));
        put_number(to, (uint64_t)array->rank);
        for (int a = 0; a < array->rank; ++a)
            put_axis(to, &array->axes[a]);
        put_reals(to, qfp_record_size(array) * (array->is_complex ? 2 : 1), array->data);
    }
    put_number(to, record->attribute_count);
    for (size_t i = 0; i < record->attribute_count; ++i) {
        const qfp_record_attribute *attribute = &record->attributes[i];
        put_text(to, attribute->object);
        put_text(to, attribute->name);
        put_text(to, attribute->text);
        put_number(to, attribute->integer);
        put_reals(to, attribute->count, attribute->numbers);
    }
}

/* What is left to read. */
typedef struct reader {
    const char *name;
    const unsigned char *at;
    size_t left;
} reader;

static qfp_status damaged(const reader *r)
{
    return QFP_FAIL(QFP_IO, "%s: damaged: what it should hold of a run is not there", r->name);
}

static qfp_status get_number(reader *r, uint64_t most, uint64_t *out)
{
    if (r->left < sizeof *out)
        return damaged(r);
    memcpy(out, r->at, sizeof *out);
    r->at += sizeof *out;
    r->left -= sizeof *out;
    return *out <= most ? QFP_OK : damaged(r);
}

static qfp_status get_text(reader *r, char **out)
{
    uint64_t length = 0;
    QFP_TRY(get_number(r, UINT64_MAX, &length));
    if (length == 0)
        return QFP_OK;
    if (length - 1 > r->left)
        return damaged(r);
    QFP_TRY(QFP_ALLOCATE(*out, length, "a text of a result"));
    memcpy(*out, r->at, length - 1);
    r->at += length - 1;
    r->left -= length - 1;
    return QFP_OK;
}

static qfp_status get_reals(reader *r, size_t *count, double **out)
{
    uint64_t number = 0;
    QFP_TRY(get_number(r, r->left / sizeof **out, &number));
    *count = (size_t)number;
    if (number == 0)
        return QFP_OK;
    if (number > r->left / sizeof **out)
        return damaged(r);
    QFP_TRY(QFP_ALLOCATE(*out, *count, "a result"));
    memcpy(*out, r->at, *count * sizeof **out);
    r->at += *count * sizeof **out;
    r->left -= *count * sizeof **out;
    return QFP_OK;
}

static qfp_status get_axis(reader *r, qfp_record_axis *axis)
{
    uint64_t number = 0, has_labels = 0;
    size_t values = 0;
    QFP_TRY(get_text(r, &axis->path));
    QFP_TRY(get_text(r, &axis->long_name));
    QFP_TRY(get_number(r, SIZE_MAX / 2, &number));
    QFP_TRY(get_reals(r, &values, &axis->values));
    QFP_TRY(get_number(r, 1, &has_labels));
    if (axis->path == NULL || axis->long_name == NULL || (values != 0 && values != number))
        return damaged(r);
    if (has_labels != 0) {
        if (number > r->left / sizeof number)
            return damaged(r);
        QFP_TRY(QFP_ALLOCATE(axis->labels, (size_t)number, "an axis"));
    }
    axis->count = (size_t)number;
    for (size_t i = 0; has_labels != 0 && i < axis->count; ++i) {
        QFP_TRY(get_text(r, &axis->labels[i]));
        if (axis->labels[i] == NULL)
            return damaged(r);
    }
    return QFP_OK;
}

static qfp_status get_array(reader *r, qfp_record_array *array)
{
    uint64_t flags = 0, rank = 0;
    QFP_TRY(get_text(r, &array->name));
    QFP_TRY(get_text(r, &array->units));
    QFP_TRY(get_text(r, &array->long_name));
    QFP_TRY(get_number(r, 3, &flags));
    QFP_TRY(get_number(r, QFP_RECORD_AXES, &rank));
    if (array->name == NULL || array->units == NULL || array->long_name == NULL)
        return damaged(r);
    array->grows = (flags & 1) != 0;
    array->is_complex = (flags & 2) != 0;
    size_t size = array->is_complex ? 2 : 1;
    for (; array->rank < (int)rank;) {
        qfp_record_axis *axis = &array->axes[array->rank++];
        QFP_TRY(get_axis(r, axis));
        if (axis->count > 0 && size > SIZE_MAX / axis->count)
            return damaged(r);
        size *= axis->count;
    }
    QFP_TRY(get_reals(r, &array->capacity, &array->data));
    return array->capacity == size ? QFP_OK : damaged(r);
}

static qfp_status get_attribute(reader *r, qfp_record_attribute *attribute)
{
    uint64_t integer = 0;
    QFP_TRY(get_text(r, &attribute->object));
    QFP_TRY(get_text(r, &attribute->name));
    QFP_TRY(get_text(r, &attribute->text));
    QFP_TRY(get_number(r, 1, &integer));
    attribute->integer = integer != 0;
    QFP_TRY(get_reals(r, &attribute->count, &attribute->numbers));
    return attribute->object != NULL && attribute->name != NULL ? QFP_OK : damaged(r);
}

/* Every entry takes a number at least. */
static qfp_status get_count(reader *r, size_t *out)
{
    uint64_t number = 0;
    QFP_TRY(get_number(r, r->left / sizeof number, &number));
    *out = (size_t)number;
    return QFP_OK;
}

qfp_status qfp_record_read(const char *name, const void *bytes, size_t size, qfp_record *out)
{
    reader r = {.name = name, .at = bytes, .left = size};
    size_t count;
    *out = (qfp_record){0};
    QFP_TRY(get_count(&r, &count));
    QFP_TRY(QFP_ALLOCATE(out->arrays, count, "a result"));
    out->array_room = count;
    while (out->array_count < count)
        QFP_TRY(get_array(&r, &out->arrays[out->array_count++]));
    QFP_TRY(get_count(&r, &count));
    QFP_TRY(QFP_ALLOCATE(out->attributes, count, "a result"));
    out->attribute_room = count;
    while (out->attribute_count < count)
        QFP_TRY(get_attribute(&r, &out->attributes[out->attribute_count++]));
    return r.left == 0 ? QFP_OK : damaged(&r);
}
