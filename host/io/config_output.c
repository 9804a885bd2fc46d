#include "io/config_output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_observables.h"

static qfp_status read_time_range(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                  double **times, size_t *time_count)
{
    qfp_time_range range;
    QFP_TRY(qfp_config_read(reader, node, node->path, &range));
    double from = range.from, to = range.to;
    int count = range.count;
    /* also refuses a range so narrow that two times would coincide */
    if (!(to > from) || from + (to - from) / (count - 1) <= from)
        return QFP_CONFIG_WRONG(reader, qfp_yaml_find(node, "to"));
    QFP_TRY(QFP_ALLOCATE(*times, (size_t)count, "the output times"));
    *time_count = (size_t)count;
    for (int i = 0; i < count; ++i)
        (*times)[i] = from + (to - from) * i / (count - 1);
    (*times)[count - 1] = to;
    return QFP_OK;
}

/* {from, to, count}, or a list. */
static qfp_status read_times(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             double **times, size_t *count)
{
    if (node->kind == QFP_YAML_MAP)
        return read_time_range(reader, node, times, count);
    if (node->kind != QFP_YAML_LIST || node->count == 0)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(*times, node->count, "the output times"));
    *count = node->count;
    for (size_t i = 0; i < node->count; ++i) {
        double *t = &(*times)[i];
        QFP_TRY(qfp_config_real(reader, node->items[i], t));
        if (*t < 0)
            return QFP_CONFIG_FAIL(reader, node->items[i],
                                   "times begin at 0, where the initial state is, but found %g",
                                   *t);
        if (i > 0 && !(*t > t[-1]))
            return QFP_CONFIG_FAIL(reader, node->items[i], "times must increase, but %s follows %s",
                                   node->items[i]->text, node->items[i - 1]->text);
    }
    return QFP_OK;
}

/* A run ends with its last output. */
static qfp_status read_series(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_config *config)
{
    if (config->expression == NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node, "a process in real variables has no operators");
    QFP_TRY(read_times(reader, node, &config->series_times, &config->series_count));
    config->series_line = node->from_override ? 0 : node->key_line;
    config->series_column = node->key_column;
    double last = config->series_times[config->series_count - 1];
    double end = config->times[config->time_count - 1];
    if (last > end)
        return QFP_CONFIG_FAIL(reader, node,
                               "expected times up to the last of output.times, %.12g, with which "
                               "the run ends, but found %.12g",
                               end, last);
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

qfp_status qfp_config_output(const qfp_config_reader *reader, const qfp_yaml_node *output,
                             qfp_config *config)
{
    const qfp_yaml_node *value;
    QFP_TRY(qfp_config_require(reader, output, "times", &value));
    QFP_TRY(read_times(reader, value, &config->times, &config->time_count));
    if ((value = qfp_yaml_find(output, "series")) != NULL)
        QFP_TRY(read_series(reader, value, config));
    if (!(config->husimi_from < config->husimi_to))
        return QFP_CONFIG_FAIL(reader, qfp_yaml_find(output, "husimi"),
                               "'from' must be below 'to', but found %g and %g",
                               config->husimi_from, config->husimi_to);
    value = qfp_yaml_find(output, "husimi");
    config->husimi_follows = value == NULL || (qfp_yaml_find(value, "from") == NULL &&
                                               qfp_yaml_find(value, "to") == NULL);
    QFP_TRY(qfp_config_read_observables(reader, output, config));
    if ((value = qfp_yaml_find(output, "fields")) != NULL)
        QFP_TRY(read_fields(reader, value, config));
    if ((value = qfp_yaml_find(output, "checkpoint")) != NULL)
        QFP_TRY(read_checkpoint(reader, value, config));
    return QFP_OK;
}
