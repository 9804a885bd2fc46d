#include "core/json.h"

#include <math.h>
#include <stdlib.h>

#include "core/text.h"

/* Bytes of the UTF-8 character at `at`, 0 when it is none. */
static size_t utf8_length(const unsigned char *at)
{
    size_t length = *at < 0x80       ? 1
                    : *at >> 5 == 6  ? 2
                    : *at >> 4 == 14 ? 3
                    : *at >> 3 == 30 ? 4
                                     : 0;
    unsigned value = length == 1 ? *at : *at & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) { /* the end of the text is no continuation either */
        if (at[i] >> 6 != 2)
            return 0;
        value = value << 6 | (at[i] & 0x3f);
    }
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    return value < least[length] || value > 0x10ffff || value >> 11 == 0x1b ? 0 : length;
}

/* malloc'ed; NULL when out of memory. */
static char *to_utf8(const char *bytes)
{
    qfp_text text = {0};
    while (*bytes != '\0') {
        size_t length = utf8_length((const unsigned char *)bytes);
        qfpi_text_put(&text, "%.*s", length > 0 ? (int)length : 3, length > 0 ? bytes : "\uFFFD");
        bytes += length > 0 ? length : 1;
    }
    return qfpi_text_finish(&text);
}

json_t *qfpi_json_text(const char *text)
{
    json_t *string = json_string(text);
    if (string != NULL)
        return string;
    char *repaired = to_utf8(text);
    string = json_string(repaired);
    free(repaired);
    return string;
}

json_t *qfpi_json_number(double value)
{
    const double most = 9007199254740992.0; /* 2^53: every whole number up to it is a double */
    if (!isfinite(value))
        return json_null();
    if (value == floor(value) && fabs(value) <= most && !(value == 0.0 && signbit(value)))
        return json_integer((json_int_t)value);
    return json_real(value);
}

json_t *qfpi_json_numbers(size_t count, size_t stride, const double *values)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        list = qfpi_json_append(list, qfpi_json_number(values[i * stride]));
    return list;
}

json_t *qfpi_json_append(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item) == 0)
        return list;
    json_decref(list);
    return NULL;
}

json_t *qfpi_json_put(json_t *object, const char *key, json_t *value)
{
    char *name = to_utf8(key);
    int failed = json_object_set_new(object, name, value);
    free(name);
    if (failed == 0)
        return object;
    json_decref(object);
    return NULL;
}

char *qfpi_json_write(json_t *document)
{
    char *text = json_dumps(document, JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY);
    json_decref(document);
    return text;
}
