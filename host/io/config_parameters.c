#include "io/config_parameters.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/spline.h"
#include "io/config_load.h"
#include "io/config_table.h"

/* The action scale under both of its names; many a system has a rate called kappa, which comes first. */
static const char *const constants[] = {"kappa", "hbar"};
enum { CONSTANTS = sizeof constants / sizeof *constants };

static bool is_identifier(const char *name)
{
    if (!isalpha((unsigned char)name[0]) && name[0] != '_')
        return false;
    for (; *name != '\0'; ++name)
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

size_t qfpi_config_time_uses(const qfp_config *config)
{
    size_t uses = 0;
    for (size_t i = 0; i < config->parameter_count; ++i)
        uses += config->parameters[i].varies ? config->parameter_uses[i] : 0;
    return uses;
}

/* The next parameter, whose value is there, becomes known to expressions. */
static qfp_status add_parameter(qfp_config_reader *reader, qfp_config *config, const char *name)
{
    qfp_parameter *parameter = &config->parameters[config->parameter_count];
    parameter->uses = &config->parameter_uses[config->parameter_count];
    parameter->name = qfpi_format("%s", name);
    if (parameter->name == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
    reader->parameter_count = ++config->parameter_count;
    return QFP_OK;
}

/* The value of the next parameter, at t = 0 where it varies. */
static qfp_status read_parameter(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                 qfp_config *config)
{
    qfp_config_reader of_time = *reader;
    qfp_parameter *parameter = &config->parameters[config->parameter_count];
    qfp_time_function *f = &config->functions[config->parameter_count];
    size_t before = qfpi_config_time_uses(config);
    of_time.may_vary = true;
    if (node->kind == QFP_YAML_MAP) {
        QFP_TRY(qfp_config_table(reader, node, f));
        parameter->varies = true;
        parameter->value = qfp_spline_value(f->count, f->times, f->values, f->bends, 0.0);
        return QFP_OK;
    }
    QFP_TRY(qfp_config_complex(&of_time, node, &parameter->value));
    parameter->varies = qfpi_config_time_uses(config) > before;
    if (!parameter->varies)
        return QFP_OK;
    f->text = qfpi_format("%s", node->text);
    return f->text != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
}

qfp_status qfp_config_parameters(qfp_config_reader *reader, const qfp_yaml_node *node,
                                 qfp_config *config)
{
    static const char *const reserved[] = {"a",   "ad",  "n",   "x",  "p",   "I",    "pi", "sqrt",
                                           "cos", "sin", "exp", "hc", "sum", "comm", "t"};
    size_t count = node != NULL ? node->count : 0;
    if (node != NULL && node->kind != QFP_YAML_MAP)
        return QFP_CONFIG_WRONG(reader, node);
    size_t most = count + 1 + CONSTANTS;
    QFP_TRY(QFP_ALLOCATE(config->parameters, most, "the parameters"));
    QFP_TRY(QFP_ALLOCATE(config->parameter_uses, most, "the parameters"));
    QFP_TRY(QFP_ALLOCATE(config->functions, most, "the parameters"));
    reader->parameters = config->parameters;
    QFP_TRY(add_parameter(reader, config, "t"));
    config->parameters[0].varies = true;
    for (size_t i = 0; i < count; ++i) {
        const qfp_yaml_node *child = node->items[i];
        if (!is_identifier(child->key))
            return QFP_CONFIG_FAIL_KEY(
                reader, child, "'%s' is not a name: letters, digits and _%s", child->key,
                child->kind == QFP_YAML_NOTHING ? "; between { } a comma ends a value" : "");
        for (size_t k = 0; k < sizeof reserved / sizeof *reserved; ++k)
            if (strcmp(child->key, reserved[k]) == 0)
                return QFP_CONFIG_FAIL_KEY(reader, child,
                                           "'%s' has a meaning in expressions; take another name",
                                           child->key);
        QFP_TRY(read_parameter(reader, child, config));
        QFP_TRY(add_parameter(reader, config, child->key));
    }
    return QFP_OK;
}

qfp_status qfp_config_constants(qfp_config_reader *reader, qfp_config *config)
{
    for (size_t k = 0; k < CONSTANTS; ++k) {
        bool is_taken = false;
        for (size_t i = 0; i < config->parameter_count; ++i)
            is_taken |= strcmp(config->parameters[i].name, constants[k]) == 0;
        if (is_taken)
            continue;
        config->parameters[config->parameter_count].value = config->kappa;
        QFP_TRY(add_parameter(reader, config, constants[k]));
    }
    return QFP_OK;
}

/* The names that expressions use: what may have been meant. */
static size_t list_used(const qfp_config *config, size_t most, const char **used)
{
    size_t count = 0;
    for (size_t i = 1; i < config->parameter_count && count < most; ++i)
        if (config->parameter_uses[i] > 0)
            used[count++] = config->parameters[i].name;
    return count;
}

static qfp_status fail_unused(const qfp_config *config, const qfp_yaml_node *node)
{
    enum { MOST = 32 };
    const qfp_config_reader reader = {.source = config->path};
    const char *used[MOST] = {NULL};
    size_t count = list_used(config, MOST, used), at = 0;
    const char *near = qfp_nearest(node->key, used, count);
    char list[256] = "no parameter";
    if (near != NULL)
        return QFP_CONFIG_FAIL_KEY(&reader, node,
                                   "no expression of the configuration uses this parameter; did "
                                   "you mean '%s'?",
                                   near);
    for (size_t i = 0; i < count && at < sizeof list; ++i)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", i > 0 ? ", " : "", used[i]);
    return QFP_CONFIG_FAIL_KEY(
        &reader, node, "no expression of the configuration uses this parameter; used: %s", list);
}

qfp_status qfp_config_parameters_used(const qfp_yaml_node *root, const qfp_config *config,
                                      bool only_overrides)
{
    const qfp_yaml_node *parameters =
        qfp_yaml_find(qfp_yaml_find(root, "hamiltonian"), "parameters");
    for (size_t i = 1; i < config->parameter_count; ++i) { /* the first is t */
        const qfp_yaml_node *node = qfp_yaml_find(parameters, config->parameters[i].name);
        if (node != NULL && config->parameter_uses[i] == 0 &&
            (node->from_override || !only_overrides))
            return fail_unused(config, node);
    }
    return QFP_OK;
}
