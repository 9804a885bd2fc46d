#include "io/config_output.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_correlation.h"
#include "io/config_observables.h"
#include "io/config_window.h"

/* `end`: the last time where the table of keys has none. */
static qfp_status read_time_range(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                  double end, double **times, size_t *time_count)
{
    qfp_time_range range = {.to = end};
    const qfp_yaml_node *last = qfp_yaml_find(node, "to");
    QFP_TRY(qfp_config_read(reader, node, node->path, &range));
    if (last == NULL && !(range.from < end))
        return QFP_CONFIG_FAIL(reader, node,
                               "begins at %g, but the last of output.times, where it ends unless "
                               "'to' says otherwise, is %g",
                               range.from, end);
    double from = range.from, to = range.to;
    int count = range.count;
    /* also refuses a range so narrow that two times would coincide */
    if (!(to > from) || from + (to - from) / (count - 1) <= from)
        return QFP_CONFIG_WRONG(reader, last != NULL ? last : node);
    QFP_TRY(QFP_ALLOCATE(*times, (size_t)count, "the output times"));
    *time_count = (size_t)count;
    for (int i = 0; i < count; ++i)
        (*times)[i] = from + (to - from) * i / (count - 1);
    (*times)[count - 1] = to;
    return QFP_OK;
}

/* {from, to, count}, or a list. */
static qfp_status read_times(const qfp_config_reader *reader, const qfp_yaml_node *node, double end,
                             double **times, size_t *count)
{
    if (node->kind == QFP_YAML_MAP)
        return read_time_range(reader, node, end, times, count);
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
    double end = config->times[config->time_count - 1];
    QFP_TRY(read_times(reader, node, end, &config->series_times, &config->series_count));
    config->series_line = node->from_override ? 0 : node->key_line;
    config->series_column = node->key_column;
    double last = config->series_times[config->series_count - 1];
    if (last > end)
        return QFP_CONFIG_FAIL(reader, node,
                               "expected times up to the last of output.times, %.12g, with which "
                               "the run ends, but found %.12g",
                               end, last);
    return QFP_OK;
}

/* `last`, `all`, or some of output.times. */
static qfp_status read_state_times(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                   qfp_config *config)
{
    size_t all = config->time_count;
    bool is_word = node->kind == QFP_YAML_SCALAR;
    config->state_is_last = is_word && strcmp(node->text, "last") == 0;
    if (is_word && !config->state_is_last && strcmp(node->text, "all") != 0)
        return QFP_CONFIG_WRONG(reader, node);
    if (!is_word)
        QFP_TRY(read_times(reader, node, NAN, &config->state_times, &config->state_count));
    for (size_t i = 0, t = 0; i < config->state_count; ++i, ++t) {
        double *wanted = &config->state_times[i], last_digits = 1e-12 * *wanted;
        while (t < all && config->times[t] < *wanted - last_digits)
            ++t;
        if (t == all || config->times[t] > *wanted + last_digits)
            return QFP_CONFIG_FAIL(reader, node->kind == QFP_YAML_LIST ? node->items[i] : node,
                                   "%.12g is none of output.times; add it there", *wanted);
        *wanted = config->times[t];
    }
    if (!is_word)
        return QFP_OK;
    config->state_count = config->state_is_last ? 1 : all;
    QFP_TRY(QFP_ALLOCATE(config->state_times, config->state_count, "the times of the state"));
    memcpy(config->state_times, config->times + all - config->state_count,
           config->state_count * sizeof *config->times);
    return QFP_OK;
}

static qfp_status read_state(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_config *config)
{
    const qfp_yaml_node *times;
    if (config->expression == NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node, "a process in real variables has no such state");
    QFP_TRY(qfp_config_check_keys(reader, node, "output.state"));
    QFP_TRY(qfp_config_require(reader, node, "times", &times));
    return read_state_times(reader, times, config);
}

/* "x_2" or "p_2", of one mode "x" or "p" too. */
static qfp_status read_axis(const qfp_config_reader *reader, const qfp_yaml_node *pair,
                            const qfp_yaml_node *node, int *axis)
{
    const char *text = node->kind == QFP_YAML_SCALAR ? node->text : "";
    const char *digits = text[0] != '\0' && text[1] == '_' ? text + 2 : "1";
    bool is_lone = reader->modes == 1 && text[0] != '\0' && text[1] == '\0';
    bool is_axis = (text[0] == 'x' || text[0] == 'p') && (is_lone || text[1] == '_') &&
                   isdigit((unsigned char)digits[0]) &&
                   digits[strspn(digits, "0123456789")] == '\0';
    long mode = strtol(digits, NULL, 10);
    if (!is_axis)
        return QFP_CONFIG_WRONG(reader, pair);
    if (mode < 1 || mode > reader->modes)
        return QFP_CONFIG_FAIL(reader, node, "there is no mode %s among %d", digits, reader->modes);
    *axis = (text[0] == 'p' ? reader->modes : 0) + (int)mode - 1;
    return QFP_OK;
}

static qfp_status read_planes(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_config *config)
{
    if (config->expression == NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node, "a process in real variables has no Q");
    if (node->kind != QFP_YAML_LIST)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(config->planes, node->count, "the planes"));
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *pair = node->items[i];
        qfp_axis_pair *out = &config->planes[config->plane_count++];
        if (pair->kind != QFP_YAML_LIST || pair->count != 2)
            return QFP_CONFIG_WRONG(reader, pair);
        QFP_TRY(read_axis(reader, pair, pair->items[0], &out->first));
        QFP_TRY(read_axis(reader, pair, pair->items[1], &out->second));
        if (out->first == out->second)
            return QFP_CONFIG_FAIL(reader, pair, "expected two different axes, but found %s twice",
                                   pair->items[0]->text);
        for (const qfp_axis_pair *other = config->planes; other < out; ++other)
            if (other->first == out->first && other->second == out->second)
                return QFP_CONFIG_FAIL(reader, pair, "the plane of %s and %s is asked for twice",
                                       pair->items[0]->text, pair->items[1]->text);
    }
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
    bool is_timeless = config->for_steady && qfp_yaml_find(output, "times") == NULL;
    if (is_timeless) {
        QFP_TRY(QFP_ALLOCATE(config->times, 1, "the output times"));
        config->time_count = 1; /* 0 */
    } else {
        QFP_TRY(qfp_config_require(reader, output, "times", &value));
        QFP_TRY(read_times(reader, value, NAN, &config->times, &config->time_count));
    }
    if (!is_timeless && (value = qfp_yaml_find(output, "series")) != NULL)
        QFP_TRY(read_series(reader, value, config));
    if ((value = qfp_yaml_find(output, "state")) != NULL)
        QFP_TRY(read_state(reader, value, config));
    if ((value = qfp_yaml_find(output, "planes")) != NULL)
        QFP_TRY(read_planes(reader, value, config));
    QFP_TRY(qfp_config_window(reader, qfp_yaml_find(output, "husimi"), config));
    QFP_TRY(qfp_config_read_observables(reader, output, config));
    if ((value = qfp_yaml_find(output, "correlations")) != NULL)
        QFP_TRY(qfp_config_correlations(reader, value, config));
    if ((value = qfp_yaml_find(output, "fields")) != NULL)
        QFP_TRY(read_fields(reader, value, config));
    if ((value = qfp_yaml_find(output, "checkpoint")) != NULL)
        QFP_TRY(read_checkpoint(reader, value, config));
    return QFP_OK;
}
