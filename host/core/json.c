#include "core/json.h"

#include <math.h>
#include <stdlib.h>

#include "core/text.h"

/* malloc'ed; NULL when out of memory. */
static char *to_utf8(const char *bytes)
{
    qfp_text text = {0};
    while (*bytes != '\0') {
        unsigned code;
        size_t length = qfpi_text_character(bytes, &code);
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

static bool has_controls(const char *document)
{
    unsigned code;
    for (size_t length; *document != '\0'; document += length > 0 ? length : 1) {
        length = qfpi_text_character(document, &code);
        if (qfpi_text_is_control(code))
            return true;
    }
    return false;
}

/* jansson leaves DEL, the C1 controls and what turns or hides text as they are, but a document is also read
 * on terminals. */
static char *escape_controls(const char *document)
{
    qfp_text text = {0};
    unsigned code;
    for (size_t length; *document != '\0'; document += length) {
        length = qfpi_text_character(document, &code);
        length = length > 0 ? length : 1;
        if (!qfpi_text_is_control(code))
            qfpi_text_put(&text, "%.*s", (int)length, document);
        else if (code < 0x10000)
            qfpi_text_put(&text, "\\u%04x", code);
        else
            qfpi_text_put(&text, "\\u%04x\\u%04x", 0xd800 + ((code - 0x10000) >> 10),
                          0xdc00 + (code & 0x3ff));
    }
    return qfpi_text_finish(&text);
}

char *qfpi_json_write(json_t *document)
{
    char *text = json_dumps(document, JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY);
    json_decref(document);
    if (text == NULL || !has_controls(text))
        return text;
    char *escaped = escape_controls(text);
    free(text);
    return escaped;
}
