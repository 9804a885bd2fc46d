#include "io/config_output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_observables.h"

#define MAX_TIMES 1000000
#define MAX_PATHS 1000000000

static qfp_status read_time_range(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                  qfp_config *config)
{
    const qfp_yaml_node *from_node, *to_node, *count_node;
    double from, to;
    int count;
    QFP_TRY(qfp_config_check_keys(reader, node, "output.times"));
    QFP_TRY(qfp_config_require(reader, node, "from", &from_node));
    QFP_TRY(qfp_config_require(reader, node, "to", &to_node));
    QFP_TRY(qfp_config_require(reader, node, "count", &count_node));
    QFP_TRY(qfp_config_real(reader, from_node, &from));
    QFP_TRY(qfp_config_real(reader, to_node, &to));
    QFP_TRY(qfp_config_integer(reader, count_node, 2, MAX_TIMES, &count));
    if (from < 0)
        return QFP_CONFIG_WRONG(reader, from_node);
    /* also refuses a range so narrow that two times would coincide */
    if (!(to > from) || from + (to - from) / (count - 1) <= from)
        return QFP_CONFIG_WRONG(reader, to_node);
    QFP_TRY(QFP_ALLOCATE(config->times, (size_t)count, "the output times"));
    config->time_count = (size_t)count;
    for (int i = 0; i < count; ++i)
        config->times[i] = from + (to - from) * i / (count - 1);
    config->times[count - 1] = to;
    return QFP_OK;
}

static qfp_status read_times(const qfp_config_reader *reader, const qfp_yaml_node *output,
                             qfp_config *config)
{
    const qfp_yaml_node *node;
    QFP_TRY(qfp_config_require(reader, output, "times", &node));
    if (node->kind == QFP_YAML_MAP)
        return read_time_range(reader, node, config);
    if (node->kind != QFP_YAML_LIST || node->count == 0)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(config->times, node->count, "the output times"));
    config->time_count = node->count;
    for (size_t i = 0; i < node->count; ++i) {
        QFP_TRY(qfp_config_real(reader, node->items[i], &config->times[i]));
        if (config->times[i] < 0)
            return QFP_CONFIG_FAIL(reader, node->items[i],
                                   "times begin at 0, where the initial state is, but found %g",
                                   config->times[i]);
        if (i > 0 && !(config->times[i] > config->times[i - 1]))
            return QFP_CONFIG_FAIL(reader, node->items[i],
                                   "times must increase, but %.17g follows %.17g", config->times[i],
                                   config->times[i - 1]);
    }
    return QFP_OK;
}

static qfp_status read_husimi(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_config *config)
{
    const qfp_yaml_node *value;
    QFP_TRY(qfp_config_check_keys(reader, node, "output.husimi"));
    if ((value = qfp_yaml_find(node, "from")) != NULL)
        QFP_TRY(qfp_config_real(reader, value, &config->husimi_from));
    if ((value = qfp_yaml_find(node, "to")) != NULL)
        QFP_TRY(qfp_config_real(reader, value, &config->husimi_to));
    if ((value = qfp_yaml_find(node, "points")) != NULL)
        QFP_TRY(qfp_config_integer(reader, value, 2, 4096, &config->husimi_points));
    if ((value = qfp_yaml_find(node, "full")) != NULL)
        QFP_TRY(qfp_config_boolean(reader, value, &config->husimi_full));
    if (!(config->husimi_from < config->husimi_to))
        return QFP_CONFIG_FAIL(reader, node, "'from' must be below 'to', but found %g and %g",
                               config->husimi_from, config->husimi_to);
    return QFP_OK;
}

static qfp_status read_fields(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_config *config)
{
    static const char *const words[] = {"drift", "diffusion", "current", NULL};
    bool *const wanted[] = {&config->field_drift, &config->field_diffusion, &config->field_current};
    if (node->kind != QFP_YAML_LIST)
        return QFP_CONFIG_WRONG(reader, node);
    for (size_t i = 0; i < node->count; ++i) {
        int choice;
        QFP_TRY(qfp_config_choice(reader, node->items[i], words, &choice));
        *wanted[choice] = true;
    }
    return QFP_OK;
}

static qfp_status read_checkpoint(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                  qfp_config *config)
{
    const qfp_yaml_node *value;
    QFP_TRY(qfp_config_check_keys(reader, node, "output.checkpoint"));
    QFP_TRY(qfp_config_require(reader, node, "every", &value));
    if (value->kind != QFP_YAML_SCALAR)
        return QFP_CONFIG_WRONG(reader, value);
    char *unit;
    double seconds = strtod(value->text, &unit);
    if (unit == value->text)
        return QFP_CONFIG_WRONG(reader, value);
    unit += strspn(unit, " ");
    if (strcmp(unit, "h") == 0)
        seconds *= 3600;
    else if (strcmp(unit, "m") == 0)
        seconds *= 60;
    else if (*unit != '\0' && strcmp(unit, "s") != 0)
        return QFP_CONFIG_WRONG(reader, value);
    if (!isfinite(seconds) || !(seconds > 0))
        return QFP_CONFIG_WRONG(reader, value);
    config->checkpoint_seconds = seconds;
    return QFP_OK;
}

static qfp_status read_paths(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_config *config)
{
    const qfp_yaml_node *value;
    QFP_TRY(qfp_config_check_keys(reader, node, "output.paths"));
    QFP_TRY(qfp_config_require(reader, node, "count", &value));
    return qfp_config_integer(reader, value, 1, MAX_PATHS, &config->path_count);
}

qfp_status qfp_config_output(const qfp_config_reader *reader, const qfp_yaml_node *root,
                             qfp_config *config)
{
    const qfp_yaml_node *node, *value;
    QFP_TRY(qfp_config_require(reader, root, "output", &node));
    QFP_TRY(qfp_config_check_keys(reader, node, "output"));
    QFP_TRY(read_times(reader, node, config));
    if ((value = qfp_yaml_find(node, "husimi")) != NULL)
        QFP_TRY(read_husimi(reader, value, config));
    QFP_TRY(qfp_config_read_observables(reader, node, config));
    if ((value = qfp_yaml_find(node, "fields")) != NULL)
        QFP_TRY(read_fields(reader, value, config));
    if ((value = qfp_yaml_find(node, "checkpoint")) != NULL)
        QFP_TRY(read_checkpoint(reader, value, config));
    if ((value = qfp_yaml_find(node, "paths")) != NULL)
        QFP_TRY(read_paths(reader, value, config));
    return QFP_OK;
}
