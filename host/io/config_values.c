#include "io/config_values.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/config_keys.h"

#define MAX_SIBLINGS 32

void qfp_config_describe(const qfp_yaml_node *node, char *out, size_t size)
{
    switch (node->kind) {
    case QFP_YAML_NOTHING:
        snprintf(out, size, "nothing");
        break;
    case QFP_YAML_SCALAR:
        snprintf(out, size, "'%.60s'%s", node->text, strlen(node->text) > 60 ? "..." : "");
        break;
    case QFP_YAML_LIST:
        snprintf(out, size, "a list of %zu", node->count);
        break;
    case QFP_YAML_MAP:
        snprintf(out, size, "%s mapping", node->count == 0 ? "an empty" : "a");
        break;
    }
}

qfp_status qfpi_config_wrong(const char *origin_file, int origin_line,
                             const qfp_config_reader *reader, const qfp_yaml_node *node)
{
    char found[128];
    qfp_config_describe(node, found, sizeof found);
    const qfp_config_key *key = qfp_config_key_find(node->path);
    if (key == NULL)
        return qfpi_yaml_error(QFP_CONFIG, origin_file, origin_line, reader->source, node, false,
                               "%s is not possible here", found);
    return qfpi_yaml_error(QFP_CONFIG, origin_file, origin_line, reader->source, node, false,
                           "expected %s, for example `%s`, but found %s", key->expected,
                           key->example, found);
}

/* The names of the keys directly below `prefix`; returns their number. */
static size_t list_children(const char *prefix, const char **out)
{
    size_t count = 0;
    for (size_t i = 0; i < qfp_config_key_count && count < MAX_SIBLINGS; ++i) {
        const char *name = qfp_config_key_below(&qfp_config_keys[i], prefix);
        if (name != NULL)
            out[count++] = name;
    }
    return count;
}

/* U=2 on the command line, U being a parameter in the file `root`. */
static bool is_parameter(const qfp_yaml_node *root, const char *name)
{
    const qfp_yaml_node *hamiltonian = qfp_yaml_find(root, "hamiltonian");
    return qfp_yaml_find(qfp_yaml_find(hamiltonian, "parameters"), name) != NULL;
}

static qfp_status fail_unknown(const qfp_config_reader *reader, const qfp_yaml_node *map,
                               const qfp_yaml_node *node, const char *const *known, size_t count)
{
    if (map->path[0] == '\0' && is_parameter(map, node->key))
        return QFP_CONFIG_FAIL_KEY(reader, node,
                                   "a parameter and no key; did you mean "
                                   "'hamiltonian.parameters.%s'?",
                                   node->key);
    if (strchr(node->key, ':') != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node,
                                   "unknown key; a value stands after ': ', a colon "
                                   "and a space");
    const char *near = qfp_nearest(node->key, known, count);
    if (near != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node, "unknown key; did you mean '%s'?", near);
    if (node->kind == QFP_YAML_NOTHING)
        return QFP_CONFIG_FAIL_KEY(reader, node,
                                   "unknown key without a value; between { } a text "
                                   "with a comma is to be quoted");
    const char *elsewhere = qfp_config_key_ending(node->key);
    if (elsewhere != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node, "unknown key here; did you mean '%s'?", elsewhere);
    char list[512] = "";
    for (size_t i = 0; i < count; ++i) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", known[i]);
    }
    return QFP_CONFIG_FAIL_KEY(reader, node, "unknown key; known here: %s", list);
}

qfp_status qfp_config_check_keys(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                 const char *prefix)
{
    if (node->kind != QFP_YAML_MAP) {
        if (prefix[0] == '\0')
            return QFP_CONFIG_FAIL(reader, node, "expected `key: value` lines");
        return QFP_CONFIG_WRONG(reader, node);
    }
    const char *known[MAX_SIBLINGS];
    size_t count = list_children(prefix, known);
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *child = node->items[i];
        size_t k = 0;
        while (k < count && strcmp(known[k], child->key) != 0)
            ++k;
        if (k == count)
            return fail_unknown(reader, node, child, known, count);
    }
    return QFP_OK;
}

qfp_status qfp_config_require(const qfp_config_reader *reader, const qfp_yaml_node *map,
                              const char *key, const qfp_yaml_node **out)
{
    *out = qfp_yaml_find(map, key);
    if (*out != NULL)
        return QFP_OK;
    char path[256];
    snprintf(path, sizeof path, "%s%s%s", map->path, map->path[0] != '\0' ? "." : "", key);
    const qfp_config_key *known = qfp_config_key_find(path);
    return QFP_CONFIG_FAIL_KEY(reader, map, "the key '%s' is missing, for example `%s`", key,
                               known != NULL ? known->example : key);
}

static bool is_not_finite(const char *text)
{
    if (*text == '+' || *text == '-')
        ++text;
    if (*text == '.')
        ++text;
    return strcasecmp(text, "inf") == 0 || strcasecmp(text, "infinity") == 0 ||
           strcasecmp(text, "nan") == 0;
}

bool qfp_config_decimal(const char *text, double *out)
{
    if (text[0] == '\0' || strspn(text, "+-.0123456789eE") != strlen(text) ||
        strpbrk(text, "0123456789") == NULL)
        return false;
    char *end;
    *out = strtod(text, &end);
    return *end == '\0';
}

bool qfp_config_is_number(const qfp_yaml_node *node)
{
    return node->kind == QFP_YAML_SCALAR && node->text[0] != '\0' && !is_not_finite(node->text);
}

qfp_status qfp_config_complex(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              double complex *out)
{
    if (!qfp_config_is_number(node))
        return QFP_CONFIG_WRONG(reader, node);
    double decimal;
    double complex value;
    if (qfp_config_decimal(node->text, &decimal)) {
        value = decimal;
    } else {
        char option[300];
        snprintf(option, sizeof option, "--set %s", node->path);
        bool set = node->from_override;
        qfp_place place = {.file = set ? option : reader->source,
                           .key = set ? "value" : node->path,
                           .line = set ? 0 : node->line,
                           .column = set ? 0 : node->column,
                           .may_vary = reader->may_vary};
        qfp_status status = qfp_expression_scalar(node->text, reader->parameters,
                                                  reader->parameter_count, &place, &value);
        const qfp_config_key *key = qfp_config_key_find(node->path);
        if (status == QFP_CONFIG && key != NULL)
            return QFP_FAIL(QFP_CONFIG, "%s; expected %s, for example `%s`", qfp_last_error(),
                            key->expected, key->example);
        QFP_TRY(status);
    }
    if (!isfinite(creal(value)) || !isfinite(cimag(value)))
        return QFP_CONFIG_WRONG(reader, node);
    *out = value;
    return QFP_OK;
}

qfp_status qfp_config_real(const qfp_config_reader *reader, const qfp_yaml_node *node, double *out)
{
    double complex value;
    QFP_TRY(qfp_config_complex(reader, node, &value));
    /* sqrt, exp and powers leave rounding in the imaginary part of a real expression */
    if (fabs(cimag(value)) > 1e-14 * cabs(value))
        return QFP_CONFIG_FAIL(reader, node,
                               "must be a real number, but '%s' has the imaginary "
                               "part %g",
                               node->text, cimag(value));
    *out = creal(value);
    return QFP_OK;
}

qfp_status qfp_config_integer(const qfp_config_reader *reader, const qfp_yaml_node *node, int low,
                              int high, int *out)
{
    double value = 0.0;
    QFP_TRY(qfp_config_real(reader, node, &value));
    bool is_wrong = !(value >= low && value <= high) || value != floor(value);
    if (is_wrong && qfp_config_key_find(node->path) == NULL)
        return QFP_CONFIG_FAIL(reader, node,
                               "expected a whole number from %d to %d, but found '%.60s'", low,
                               high, node->text);
    if (is_wrong)
        return QFP_CONFIG_WRONG(reader, node);
    *out = (int)value;
    return QFP_OK;
}

qfp_status qfp_config_text(const qfp_config_reader *reader, const qfp_yaml_node *node,
                           const char **out)
{
    if (node->kind != QFP_YAML_SCALAR || node->text[strspn(node->text, " \t\n")] == '\0')
        return QFP_CONFIG_WRONG(reader, node);
    *out = node->text;
    return QFP_OK;
}

qfp_status qfp_config_file_name(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                char **out)
{
    const char *path = "";
    QFP_TRY(qfp_config_text(reader, node, &path));
    const char *slash = strrchr(reader->source, '/');
    bool beside = path[0] != '/' && slash != NULL && !node->from_override;
    *out = beside ? qfpi_format("%.*s%s", (int)(slash - reader->source + 1), reader->source, path)
                  : qfpi_format("%s", path);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", reader->source);
}

qfp_status qfp_config_choice(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const char *const *words, int *out)
{
    size_t count = 0;
    while (words[count] != NULL)
        ++count;
    if (node->kind == QFP_YAML_SCALAR) {
        for (size_t i = 0; i < count; ++i)
            if (strcmp(node->text, words[i]) == 0) {
                *out = (int)i;
                return QFP_OK;
            }
        const char *near = qfp_nearest(node->text, words, count);
        if (near != NULL)
            return QFP_CONFIG_FAIL(reader, node, "unknown value '%s'; did you mean '%s'?",
                                   node->text, near);
    }
    return QFP_CONFIG_WRONG(reader, node);
}

qfp_status qfp_config_check_per_mode(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                     bool all)
{
    if (node->kind == QFP_YAML_SCALAR && (all || reader->modes == 1))
        return QFP_OK;
    const qfp_config_key *key = qfp_config_key_find(node->path);
    if (node->kind == QFP_YAML_SCALAR)
        return QFP_CONFIG_FAIL(reader, node,
                               "expected a list of %d entries, one per mode, but found '%s'",
                               reader->modes, node->text);
    if (node->kind != QFP_YAML_LIST)
        return QFP_CONFIG_WRONG(reader, node);
    if (node->count != (size_t)reader->modes)
        return QFP_CONFIG_FAIL(reader, node,
                               "expected %d %s, one per mode, for example `%s`, but found %zu%s",
                               reader->modes, reader->modes == 1 ? "entry" : "entries",
                               key != NULL ? key->example : "", node->count,
                               reader->modes == 1 ? "; more modes need hamiltonian.modes" : "");
    return QFP_OK;
}

const qfp_yaml_node *qfp_config_entry(const qfp_yaml_node *node, int mode)
{
    return node->kind == QFP_YAML_LIST ? node->items[mode] : node;
}
