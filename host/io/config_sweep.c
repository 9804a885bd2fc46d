#include "io/config_sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "io/config_keys.h"
#include "io/config_load.h"

/* ---- what is varied ------------------------------------------------------------------------ */

/* Of these every point must have the same, or there would be no one file. */
static bool is_shared(const char *path)
{
    static const char *const shared[] = {"output", "backend",  "device",      "title",
                                         "sweep",  "ensemble", "solver.basis"};
    for (size_t i = 0; i < sizeof shared / sizeof *shared; ++i) {
        size_t length = strlen(shared[i]);
        if (strncmp(path, shared[i], length) == 0 && (path[length] == '\0' || path[length] == '.'))
            return true;
    }
    return false;
}

static qfp_status fail_unknown(const qfp_config_reader *reader, const qfp_yaml_node *node,
                               const qfp_config *config)
{
    enum { MOST = 1024 };
    const char *known[MOST];
    size_t count = 0;
    for (size_t i = 1; i < config->parameter_count && count < MOST; ++i) /* the first is t */
        known[count++] = config->parameters[i].name;
    for (size_t i = 0; i < qfp_config_key_count && count < MOST; ++i)
        known[count++] = qfp_config_keys[i].path;
    const char *near = qfp_nearest(node->key, known, count);
    if (near != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node,
                                   "neither a parameter nor a key; did you mean '%s'?", near);
    return QFP_CONFIG_FAIL_KEY(reader, node,
                               "neither a parameter of the hamiltonian nor the path of a key, such "
                               "as initial.coherent or solver.levels");
}

/* "hamiltonian.parameters.U" for U, "hamiltonian.model.U" for one of a model, paths as they are. */
static qfp_status find_key(const qfp_config_reader *reader, const qfp_yaml_node *root,
                           const qfp_yaml_node *node, const qfp_config *config, char **out)
{
    const qfp_yaml_node *hamiltonian = qfp_yaml_find(root, "hamiltonian");
    const char *name = node->key;
    if (qfp_yaml_find(qfp_yaml_find(hamiltonian, "parameters"), name) != NULL)
        *out = qfpi_format("hamiltonian.parameters.%s", name);
    else if (qfp_yaml_find(qfp_yaml_find(hamiltonian, "model"), name) != NULL)
        *out = qfpi_format("hamiltonian.model.%s", name);
    else if (strpbrk(name, "[]") != NULL || qfp_config_key_find(name) == NULL)
        return fail_unknown(reader, node, config);
    else if (is_shared(name))
        return QFP_CONFIG_FAIL_KEY(reader, node, "every point of a sweep must have the same '%s'",
                                   name);
    else
        *out = qfpi_format("%s", name);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
}

/* What the axis is called: U, initial_coherent. */
static qfp_status name_axis(const char *key, qfp_sweep_axis *axis)
{
    axis->name = qfpi_format("%s", key);
    if (axis->name == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
    for (char *c = axis->name; *c != '\0'; ++c)
        *c = *c == '.' ? '_' : *c;
    return QFP_OK;
}

/* ---- values -------------------------------------------------------------------------------- */

static bool needs_quotes(const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-*/^()";
    return text[0] == '\0' || text[strspn(text, plain)] != '\0';
}

/* A YAML text in one line; `quotes` around every scalar, which mean nothing, or where they are needed to read it. */
static void put_flow(qfp_text *out, const qfp_yaml_node *node, bool quotes)
{
    bool is_quoted = node->kind == QFP_YAML_SCALAR && (quotes || needs_quotes(node->text));
    json_t *quoted = is_quoted ? json_string(node->text) : NULL;
    char *text = quoted != NULL ? json_dumps(quoted, JSON_ENCODE_ANY) : NULL;
    if (node->kind == QFP_YAML_SCALAR)
        qfpi_text_put(out, "%s", !is_quoted ? node->text : text != NULL ? text : "");
    if (node->kind == QFP_YAML_NOTHING)
        qfpi_text_put(out, "null");
    if (node->kind == QFP_YAML_LIST || node->kind == QFP_YAML_MAP) {
        bool is_map = node->kind == QFP_YAML_MAP;
        qfpi_text_put(out, "%c", is_map ? '{' : '[');
        for (size_t i = 0; i < node->count; ++i) {
            qfpi_text_put(out, "%s", i > 0 ? ", " : "");
            if (is_map)
                qfpi_text_put(out, "%s: ", node->items[i]->key);
            put_flow(out, node->items[i], quotes);
        }
        qfpi_text_put(out, "%c", is_map ? '}' : ']');
    }
    free(text);
    json_decref(quoted);
}

static qfp_status allocate(size_t count, qfp_sweep_axis *axis)
{
    QFP_TRY(QFP_ALLOCATE(axis->texts, count, "a sweep"));
    QFP_TRY(QFP_ALLOCATE(axis->labels, count, "a sweep"));
    QFP_TRY(QFP_ALLOCATE(axis->numbers, count, "a sweep"));
    axis->count = count;
    return QFP_OK;
}

static qfp_status check_texts(const qfp_sweep_axis *axis)
{
    for (size_t i = 0; i < axis->count; ++i)
        if (axis->texts[i] == NULL || axis->labels[i] == NULL)
            return QFP_FAIL(QFP_MEMORY, "out of memory for a sweep");
    return QFP_OK;
}

/* {from, to, count}: both ends. */
static qfp_status read_range(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_sweep_axis *axis)
{
    static const char *const names[] = {"from", "to", "count"};
    const qfp_yaml_node *part[3];
    double from = 0.0, to = 0.0;
    int count = 0;
    for (int i = 0; i < 3; ++i)
        part[i] = qfp_yaml_find(node, names[i]);
    if (node->count != 3 || part[0] == NULL || part[1] == NULL || part[2] == NULL)
        return QFP_CONFIG_FAIL(
            reader, node,
            "expected a list of values or a range, for example `{from: 0, to: 2, "
            "count: 21}`");
    QFP_TRY(qfp_config_real(reader, part[0], &from));
    QFP_TRY(qfp_config_real(reader, part[1], &to));
    QFP_TRY(qfp_config_integer(reader, part[2], 2, QFP_MOST_POINTS, &count));
    QFP_TRY(allocate((size_t)count, axis));
    for (int i = 0; i < count; ++i) {
        axis->numbers[i] = i + 1 < count ? from + (to - from) * i / (count - 1) : to;
        axis->texts[i] = qfpi_format("%.17g", axis->numbers[i]);
        axis->labels[i] = qfpi_format("%.10g", axis->numbers[i]);
    }
    return check_texts(axis);
}

/* Numbers are numbers on the axis too, when all of them are. */
static qfp_status read_list(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_sweep_axis *axis)
{
    bool are_numbers = true;
    if (node->count == 0)
        return QFP_CONFIG_FAIL(reader, node, "expected at least one value");
    QFP_TRY(allocate(node->count, axis));
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *item = node->items[i];
        qfp_text text = {0}, label = {0};
        put_flow(&text, item, true);
        axis->texts[i] = qfpi_text_finish(&text);
        if (item->kind == QFP_YAML_SCALAR)
            qfpi_text_put(&label, "%s", item->text);
        else
            put_flow(&label, item, false);
        axis->labels[i] = qfpi_text_finish(&label);
        are_numbers = are_numbers && qfp_config_is_number(item) &&
                      qfp_config_real(reader, item, &axis->numbers[i]) == QFP_OK;
    }
    if (!are_numbers) {
        free(axis->numbers);
        axis->numbers = NULL;
    }
    return check_texts(axis);
}

static qfp_status read_axis(const qfp_config_reader *reader, const qfp_yaml_node *root,
                            const qfp_yaml_node *node, qfp_config *config)
{
    qfp_sweep_axis *axis = &config->sweep[config->sweep_count++];
    QFP_TRY(find_key(reader, root, node, config, &axis->key));
    QFP_TRY(name_axis(node->key, axis));
    for (int i = 0; i + 1 < config->sweep_count; ++i)
        if (strcmp(config->sweep[i].key, axis->key) == 0)
            return QFP_CONFIG_FAIL_KEY(reader, node, "the same as '%s'", axis->key);
    if (node->kind == QFP_YAML_MAP)
        return read_range(reader, node, axis);
    if (node->kind == QFP_YAML_LIST)
        return read_list(reader, node, axis);
    return QFP_CONFIG_FAIL(reader, node,
                           "expected a list of values or a range, for example `{from: 0, to: 2, "
                           "count: 21}`");
}

qfp_status qfp_config_sweep(const qfp_config_reader *reader, const qfp_yaml_node *root,
                            qfp_config *config)
{
    const qfp_yaml_node *node = qfp_yaml_find(root, "sweep");
    if (node == NULL || config->is_point)
        return QFP_OK;
    if (node->kind != QFP_YAML_MAP || node->count == 0)
        return QFP_CONFIG_WRONG(reader, node);
    if (node->count > QFP_MOST_SWEPT)
        return QFP_CONFIG_FAIL_KEY(reader, node, "at most %d keys can be swept", QFP_MOST_SWEPT);
    for (size_t i = 0; i < node->count; ++i)
        QFP_TRY(read_axis(reader, root, node->items[i], config));
    double points = 1.0;
    for (int i = 0; i < config->sweep_count; ++i)
        points *= (double)config->sweep[i].count;
    if (points > QFP_MOST_POINTS)
        return QFP_CONFIG_FAIL_KEY(reader, node, "%.3g points, at most %d are possible", points,
                                   QFP_MOST_POINTS);
    return QFP_OK;
}

void qfp_config_sweep_clear(qfp_config *config)
{
    for (int a = 0; a < config->sweep_count; ++a) {
        qfp_sweep_axis *axis = &config->sweep[a];
        for (size_t i = 0; i < axis->count; ++i) {
            free(axis->texts[i]);
            free(axis->labels[i]);
        }
        free(axis->texts);
        free(axis->labels);
        free(axis->numbers);
        free(axis->key);
        free(axis->name);
    }
    config->sweep_count = 0;
}

/* ---- points -------------------------------------------------------------------------------- */

size_t qfp_config_sweep_points(const qfp_config *config)
{
    size_t points = 1;
    for (int i = 0; i < config->sweep_count; ++i)
        points *= config->sweep[i].count;
    return points;
}

size_t qfp_config_sweep_index(const qfp_config *config, size_t point, int axis)
{
    for (int i = config->sweep_count - 1; i > axis; --i)
        point /= config->sweep[i].count;
    return point % config->sweep[axis].count;
}

qfp_status qfp_config_at_point(const qfp_config *config, size_t point, qfp_config **out)
{
    size_t given = config->override_count, count = given + (size_t)config->sweep_count;
    char **overrides = NULL, *swept[QFP_MOST_SWEPT] = {NULL};
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(overrides, count, "a point of the sweep"));
    memcpy(overrides, config->overrides, given * sizeof *overrides);
    for (int a = 0; a < config->sweep_count; ++a) {
        const qfp_sweep_axis *axis = &config->sweep[a];
        overrides[given + (size_t)a] = swept[a] =
            qfpi_format("%s=%s", axis->key, axis->texts[qfp_config_sweep_index(config, point, a)]);
        if (swept[a] == NULL) {
            status = QFP_FAIL(QFP_MEMORY, "out of memory for a point of the sweep");
            goto done;
        }
    }
    status =
        qfpi_config_parse_point(config->text, strlen(config->text), config->path,
                                config->for_steady, (const char *const *)overrides, count, out);
done:
    for (int a = 0; a < config->sweep_count; ++a)
        free(swept[a]);
    free(overrides);
    return status;
}

qfp_status qfp_config_require_point(const qfp_config *config)
{
    if (config->sweep_count == 0)
        return QFP_OK;
    return QFP_FAIL(QFP_CONFIG,
                    "%s: sweep: %zu systems; `qfp sweep` solves them, or take the key out",
                    config->path, qfp_config_sweep_points(config));
}
