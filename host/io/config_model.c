#include "io/config_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 32 };

/* "expected …, for example `…`, but found …" in the words of the table of models. */
static qfp_status wrong(const qfp_config_reader *reader, const qfp_yaml_node *node,
                        const qfp_model_parameter *parameter)
{
    char expected[256], found[128];
    qfp_config_describe(node, found, sizeof found);
    return QFP_CONFIG_FAIL(reader, node, "expected %s, for example `%s`, but found %s",
                           qfp_model_expected(parameter, expected, sizeof expected),
                           parameter->example, found);
}

static qfp_status read_number(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              const qfp_model_parameter *parameter, double *out)
{
    if (!qfp_config_is_number(node))
        return wrong(reader, node, parameter);
    return qfp_config_real(reader, node, out);
}

static qfp_status read_integer(const qfp_config_reader *reader, const qfp_yaml_node *node,
                               const qfp_model_parameter *parameter, double *out)
{
    QFP_TRY(read_number(reader, node, parameter, out));
    if (!(*out >= parameter->low && *out <= parameter->high) || *out != floor(*out))
        return wrong(reader, node, parameter);
    return QFP_OK;
}

static qfp_status read_word(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            const qfp_model_parameter *parameter, int *out)
{
    size_t count = 0;
    for (; parameter->words[count] != NULL; ++count)
        if (strcmp(node->text, parameter->words[count]) == 0) {
            *out = (int)count;
            return QFP_OK;
        }
    const char *near = qfp_nearest(node->text, parameter->words, count);
    if (near == NULL)
        return wrong(reader, node, parameter);
    char expected[256];
    return QFP_CONFIG_FAIL(reader, node, "unknown value '%s'; did you mean '%s'? Possible: %s",
                           node->text, near,
                           qfp_model_expected(parameter, expected, sizeof expected));
}

static qfp_status read_integers(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                const qfp_model_parameter *parameter, qfp_model_value *out)
{
    if (node->kind != QFP_YAML_LIST || node->count == 0)
        return wrong(reader, node, parameter);
    if (node->count > QFP_MAX_MODES)
        return QFP_CONFIG_FAIL(reader, node, "%zu entries, one mode each, and at most %d modes",
                               node->count, QFP_MAX_MODES);
    out->count = node->count;
    for (size_t i = 0; i < node->count; ++i) {
        double value = 0.0;
        QFP_TRY(read_integer(reader, node->items[i], parameter, &value));
        out->integers[i] = (int)value;
    }
    return QFP_OK;
}

/* The ends of an edge are bounded here only so that they fit an int: which sites there are is the
 * model's to say, in its own sentence. */
static qfp_status read_edge(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            const qfp_model_parameter *parameter, qfp_model_edge *out)
{
    double number[3] = {0.0, 0.0, 1.0};
    if (node->kind != QFP_YAML_LIST || node->count < 2 || node->count > 3)
        return QFP_CONFIG_FAIL(reader, node,
                               "an edge is [i, j] or [i, j, weight], for example `%s`",
                               parameter->example);
    for (size_t i = 0; i < node->count; ++i) {
        QFP_TRY(read_number(reader, node->items[i], parameter, &number[i]));
        if (i < 2 && (number[i] != floor(number[i]) || fabs(number[i]) > 1e6))
            return QFP_CONFIG_FAIL(reader, node->items[i],
                                   "a site is a whole number, not '%s', for example `%s`",
                                   node->items[i]->text, parameter->example);
    }
    *out = (qfp_model_edge){(int)number[0], (int)number[1], number[2]};
    return QFP_OK;
}

static qfp_status read_graph(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const qfp_model_parameter *parameter, qfp_model_value *out)
{
    if (node->kind == QFP_YAML_SCALAR)
        return read_word(reader, node, parameter, &out->choice);
    if (node->kind != QFP_YAML_LIST || node->count == 0)
        return wrong(reader, node, parameter);
    if (node->count > QFP_MODEL_MOST_EDGES)
        return QFP_CONFIG_FAIL(reader, node, "%zu edges, and %d sites have at most %d different",
                               node->count, QFP_MAX_MODES, QFP_MODEL_MOST_EDGES);
    out->choice = -1;
    out->count = node->count;
    for (size_t i = 0; i < node->count; ++i)
        QFP_TRY(read_edge(reader, node->items[i], parameter, &out->edges[i]));
    return QFP_OK;
}

static qfp_status read_value(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const qfp_model_parameter *parameter, qfp_model_value *out)
{
    out->given = true;
    switch (parameter->type) {
    case QFP_MODEL_INTEGER:
        return read_integer(reader, node, parameter, &out->number);
    case QFP_MODEL_REAL:
        return read_number(reader, node, parameter, &out->number);
    case QFP_MODEL_POSITIVE:
        QFP_TRY(read_number(reader, node, parameter, &out->number));
        return out->number > 0.0 ? QFP_OK : wrong(reader, node, parameter);
    case QFP_MODEL_CHOICE:
        if (node->kind != QFP_YAML_SCALAR)
            return wrong(reader, node, parameter);
        return read_word(reader, node, parameter, &out->choice);
    case QFP_MODEL_INTEGERS:
        return read_integers(reader, node, parameter, out);
    case QFP_MODEL_GRAPH:
        return read_graph(reader, node, parameter, out);
    }
    return wrong(reader, node, parameter);
}

static qfp_status read_name(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            const qfp_model **out)
{
    const char *text, *near;
    QFP_TRY(qfp_config_text(reader, node, &text));
    *out = qfp_model_find(text, &near);
    if (*out != NULL)
        return QFP_OK;
    if (near != NULL)
        return QFP_CONFIG_FAIL(reader, node, "unknown model '%s'; did you mean '%s'?", text, near);
    char list[512] = "";
    for (size_t i = 0; i < qfp_model_count; ++i) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", qfp_models[i]->name);
    }
    return QFP_CONFIG_FAIL(reader, node, "unknown model '%s'; known: %s", text, list);
}

/* Every key below `model` is its name or one of its parameters. */
static qfp_status check_names(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              const qfp_model *model)
{
    const char *names[MOST_NAMES] = {"name"};
    size_t count = 1;
    for (size_t i = 0; i < model->parameter_count; ++i)
        names[count++] = model->parameters[i].name;
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *child = node->items[i];
        size_t k = 0;
        while (k < count && strcmp(names[k], child->key) != 0)
            ++k;
        if (k < count)
            continue;
        const char *near = qfp_nearest(child->key, names, count);
        if (near != NULL)
            return QFP_CONFIG_FAIL_KEY(reader, child,
                                       "unknown parameter of the model %s; did you mean '%s'?",
                                       model->name, near);
        char list[512] = "";
        for (size_t j = 1; j < count; ++j) {
            size_t used = strlen(list);
            snprintf(list + used, sizeof list - used, "%s%s", j > 1 ? ", " : "", names[j]);
        }
        return QFP_CONFIG_FAIL_KEY(reader, child, "unknown parameter of the model %s; known: %s",
                                   model->name, list);
    }
    return QFP_OK;
}

static qfp_status read_shape(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_config_model *out)
{
    out->shape = (qfp_model_shape){.fault = -1};
    if (out->model->shape(out->values, &out->shape) == QFP_OK)
        return QFP_OK;
    char sentence[1024];
    snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
    const qfp_yaml_node *blamed =
        out->shape.fault < 0 ? NULL
                             : qfp_yaml_find(node, out->model->parameters[out->shape.fault].name);
    if (blamed == NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node, "%s", sentence);
    return QFP_CONFIG_FAIL(reader, blamed, "%s", sentence);
}

qfp_status qfp_config_model_read(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                 qfp_config_model *out)
{
    const qfp_yaml_node *value;
    if (node->kind != QFP_YAML_MAP)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(qfp_config_require(reader, node, "name", &value));
    QFP_TRY(read_name(reader, value, &out->model));
    QFP_TRY(check_names(reader, node, out->model));
    qfp_model_defaults(out->model, out->values);
    for (size_t i = 0; i < out->model->parameter_count; ++i) {
        const qfp_model_parameter *parameter = &out->model->parameters[i];
        value = qfp_yaml_find(node, parameter->name);
        if (value != NULL)
            QFP_TRY(read_value(reader, value, parameter, &out->values[i]));
        else if (parameter->required)
            return QFP_CONFIG_FAIL_KEY(reader, node, "the model %s needs '%s', for example `%s`",
                                       out->model->name, parameter->name, parameter->example);
    }
    return read_shape(reader, node, out);
}

qfp_status qfp_config_model_write(const qfp_config_model *model, qfp_config *config)
{
    if (model->model == NULL)
        return QFP_OK;
    const qfp_model_units units = {.kappa = config->kappa, .length = config->length};
    qfp_status status =
        qfp_model_operator(model->model, model->values, &model->shape, &units, &config->expression);
    if (status != QFP_CONFIG)
        return status;
    char sentence[512];
    snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
    return QFP_FAIL(QFP_CONFIG, "%s:%d:%d: hamiltonian.model: %s", config->path,
                    config->expression_line, config->expression_column, sentence);
}
