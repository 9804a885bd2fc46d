#include "io/config_parameters.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_identifier(const char *name)
{
    if (!isalpha((unsigned char)name[0]) && name[0] != '_')
        return false;
    for (; *name != '\0'; ++name)
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

qfp_status qfp_config_parameters(qfp_config_reader *reader, const qfp_yaml_node *node,
                                 qfp_config *config)
{
    static const char *const reserved[] = {"a",    "ad",  "n",   "x",   "p",  "I",   "pi",
                                           "sqrt", "cos", "sin", "exp", "hc", "sum", "comm"};
    if (node->kind != QFP_YAML_MAP)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(config->parameters, node->count, "the parameters"));
    QFP_TRY(QFP_ALLOCATE(config->parameter_uses, node->count, "the parameters"));
    reader->parameters = config->parameters;
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *child = node->items[i];
        if (!is_identifier(child->key))
            return QFP_CONFIG_FAIL_KEY(reader, child, "'%s' is not a name: letters, digits and _",
                                       child->key);
        for (size_t k = 0; k < sizeof reserved / sizeof *reserved; ++k)
            if (strcmp(child->key, reserved[k]) == 0)
                return QFP_CONFIG_FAIL_KEY(reader, child,
                                           "'%s' has a meaning in expressions; take another name",
                                           child->key);
        QFP_TRY(qfp_config_complex(reader, child, &config->parameters[i].value));
        config->parameters[i].uses = &config->parameter_uses[i];
        config->parameters[i].name = qfpi_format("%s", child->key);
        if (config->parameters[i].name == NULL)
            return QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
        config->parameter_count = reader->parameter_count = i + 1;
    }
    return QFP_OK;
}

/* The names that expressions use: what may have been meant. */
static size_t list_used(const qfp_config *config, size_t most, const char **used)
{
    size_t count = 0;
    for (size_t i = 0; i < config->parameter_count && count < most; ++i)
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
    for (size_t i = 0; i < config->parameter_count; ++i) {
        const qfp_yaml_node *node = qfp_yaml_find(parameters, config->parameters[i].name);
        if (config->parameter_uses[i] == 0 && (node->from_override || !only_overrides))
            return fail_unused(config, node);
    }
    return QFP_OK;
}
