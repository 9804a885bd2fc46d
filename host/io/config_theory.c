#include "io/config_theory.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ORDER 1000000

/* "exact", "M2", "liouville", "C0.9", "M2_C0.9" */
static void name_theory(const qfp_theory *theory, char *label, size_t size)
{
    bool exact = theory->order == QFP_ORDER_EXACT;
    if (theory->order == 1)
        snprintf(label, size, "liouville");
    else if (exact && theory->C == 1.0)
        snprintf(label, size, "exact");
    else if (exact)
        snprintf(label, size, "C%.6g", theory->C);
    else if (theory->C == 1.0)
        snprintf(label, size, "M%d", theory->order);
    else
        snprintf(label, size, "M%d_C%.6g", theory->order, theory->C);
}

/* A label is the name of a group in the output and of a column in the result. */
static qfp_status read_label(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             char *label, size_t size)
{
    const char *text;
    QFP_TRY(qfp_config_text(reader, node, &text));
    bool good = isalpha((unsigned char)text[0]) && strlen(text) < size;
    for (const char *c = text; *c != '\0'; ++c)
        good = good && (isalnum((unsigned char)*c) || strchr("_-.+", *c) != NULL);
    if (!good)
        return QFP_CONFIG_WRONG(reader, node);
    snprintf(label, size, "%s", text);
    return QFP_OK;
}

static qfp_status read_order(const qfp_config_reader *reader, const qfp_yaml_node *node, int *order)
{
    if (node->kind == QFP_YAML_SCALAR && strcmp(node->text, "exact") == 0) {
        *order = QFP_ORDER_EXACT;
        return QFP_OK;
    }
    return qfp_config_integer(reader, node, 1, MAX_ORDER, order);
}

static qfp_status read_theory(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_theory_choice *out)
{
    const qfp_yaml_node *value;
    QFP_TRY(qfp_config_read(reader, node, "theory", out));
    if ((value = qfp_yaml_find(node, "order")) != NULL)
        QFP_TRY(read_order(reader, value, &out->theory.order));
    name_theory(&out->theory, out->label, sizeof out->label);
    if ((value = qfp_yaml_find(node, "label")) != NULL)
        return read_label(reader, value, out->label, sizeof out->label);
    return QFP_OK;
}

static qfp_status read_list(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_config *config)
{
    for (size_t i = 0; i < node->count; ++i) {
        qfp_theory_choice *choice = &config->theories[i];
        QFP_TRY(read_theory(reader, node->items[i], choice));
        for (size_t k = 0; k < i; ++k)
            if (strcmp(config->theories[k].label, choice->label) == 0)
                return QFP_CONFIG_FAIL(reader, node->items[i],
                                       "two theories are called '%s'; give one of them another "
                                       "label, for example {order: 2, label: second}",
                                       choice->label);
    }
    return QFP_OK;
}

qfp_status qfp_config_theories(const qfp_config_reader *reader, const qfp_yaml_node *root,
                               qfp_config *config)
{
    const qfp_yaml_node *node = qfp_yaml_find(root, "theory");
    bool is_list = node != NULL && node->kind == QFP_YAML_LIST;
    size_t count = is_list ? node->count : 1;
    config->theory.kappa = config->kappa;
    if (count < 1 || count > QFP_MAX_THEORIES)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(config->theories, count, "the theories"));
    config->theory_count = count;
    for (size_t i = 0; i < count; ++i) {
        config->theories[i].theory = config->theory;
        name_theory(&config->theory, config->theories[i].label, sizeof config->theories[i].label);
    }
    if (is_list)
        QFP_TRY(read_list(reader, node, config));
    else if (node != NULL)
        QFP_TRY(read_theory(reader, node, &config->theories[0]));
    return qfp_config_select_theory(config, 0);
}

size_t qfp_config_theory_count(const qfp_config *config)
{
    return config->theory_count;
}

const char *qfp_config_theory_label(const qfp_config *config, size_t index)
{
    return index < config->theory_count ? config->theories[index].label : "";
}

qfp_status qfp_config_select_theory(qfp_config *config, size_t index)
{
    if (index >= config->theory_count)
        return QFP_FAIL(QFP_USAGE, "%s: theory number %zu of %zu", config->path, index + 1,
                        config->theory_count);
    config->theory = config->theories[index].theory;
    config->accept_unbalanced = config->theories[index].accept_unbalanced;
    return QFP_OK;
}
