#include "io/config_correlation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/config_keys.h"
#include "io/config_observables.h"

/* A spline takes the third power of what lies between delays, and the phase omega tau keeps no digit beyond. */
#define CLOSEST 1e-100
#define FARTHEST 1e100
#define MOST_PHASE 1e15
enum { MOST_CORRELATIONS = 16, DELAYS = 201, MOST_DELAYS = 4000 };

static qfp_status read_operator(const qfp_config_reader *reader, const qfp_yaml_node *map,
                                const char *key, qfp_user_observable *out)
{
    const qfp_yaml_node *node;
    QFP_TRY(qfp_config_require(reader, map, key, &node));
    return qfp_config_observable_operator(reader, node, QFPI_CORRELATION_MAX_DEGREE, out);
}

/* t within the run; without the key its end. */
static qfp_status read_at(const qfp_config_reader *reader, const qfp_yaml_node *map, double end,
                          qfp_correlation *out)
{
    const qfp_yaml_node *node = qfp_yaml_find(map, "at");
    out->at = end;
    if (node == NULL)
        return QFP_OK;
    QFP_TRY(qfp_config_real(reader, node, &out->at));
    if (out->at < 0.0 || out->at > end)
        return QFP_CONFIG_FAIL(reader, node,
                               "expected a time between 0 and the last of output.times, %.12g, "
                               "with which the run ends, but found %.12g",
                               end, out->at);
    return QFP_OK;
}

static qfp_status make_delays(double to, size_t count, qfp_correlation *out)
{
    QFP_TRY(QFP_ALLOCATE(out->tau, count, "the delays of a correlation"));
    out->count = count;
    for (size_t i = 0; i < count; ++i)
        out->tau[i] = to * (double)i / (double)(count - 1);
    return QFP_OK;
}

static qfp_status read_list(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_correlation *out)
{
    if (node->kind != QFP_YAML_LIST || node->count < 2 || node->count > MOST_DELAYS)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(make_delays(1.0, node->count, out));
    for (size_t i = 0; i < node->count; ++i) {
        QFP_TRY(qfp_config_real(reader, node->items[i], &out->tau[i]));
        if (i == 0 && out->tau[0] != 0.0)
            return QFP_CONFIG_FAIL(reader, node->items[0],
                                   "delays begin at 0, where <A B> itself is, but found %g",
                                   out->tau[0]);
        if (i > 0 && !(out->tau[i] > out->tau[i - 1]))
            return QFP_CONFIG_FAIL(reader, node->items[i],
                                   "delays must increase, but %s follows %s", node->items[i]->text,
                                   node->items[i - 1]->text);
    }
    return QFP_OK;
}

/* {to, count}, a list, or from t to the end of the run; as long as the run where t is its end. */
static qfp_status read_delays(const qfp_config_reader *reader, const qfp_yaml_node *map, double end,
                              qfp_correlation *out)
{
    const qfp_yaml_node *node = qfp_yaml_find(map, "tau");
    if (node != NULL && node->kind == QFP_YAML_MAP) {
        qfp_delay_range range;
        QFP_TRY(qfp_config_check_keys(reader, node, "output.correlations.tau"));
        QFP_TRY(qfp_config_read(reader, node, "output.correlations.tau", &range));
        if (!(range.to > 0.0))
            return QFP_CONFIG_WRONG(reader, qfp_yaml_find(node, "to"));
        return make_delays(range.to, (size_t)range.count, out);
    }
    if (node != NULL)
        return read_list(reader, node, out);
    if (end == 0.0)
        return QFP_CONFIG_FAIL(
            reader, map,
            "without an output time after 0 there is no length to take the delays "
            "from; give them, for example tau: {to: 10, count: 201}");
    return make_delays(end > out->at ? end - out->at : end, DELAYS, out);
}

static qfp_status check_delays(const qfp_config_reader *reader, const qfp_yaml_node *map,
                               const qfp_correlation *c)
{
    const qfp_yaml_node *node = qfp_yaml_find(map, "tau");
    for (size_t i = 1; i < c->count; ++i)
        if (c->tau[i] - c->tau[i - 1] < CLOSEST || c->tau[i] > FARTHEST)
            return QFP_CONFIG_FAIL(reader, node != NULL ? node : map,
                                   "delays lie %g apart at least and end by %g, but found %g and "
                                   "%g one after the other; measure the time in other units",
                                   CLOSEST, FARTHEST, c->tau[i - 1], c->tau[i]);
    return QFP_OK;
}

static qfp_status read_frequencies(const qfp_config_reader *reader, const qfp_yaml_node *map,
                                   qfp_correlation *out)
{
    const qfp_yaml_node *node = qfp_yaml_find(map, "omega");
    if (node == NULL)
        return QFP_OK;
    QFP_TRY(qfp_config_check_keys(reader, node, "output.correlations.omega"));
    QFP_TRY(qfp_config_read(reader, node, "output.correlations.omega", &out->omega));
    if (!(out->omega.from < out->omega.to))
        return QFP_CONFIG_WRONG(reader, qfp_yaml_find(node, "to"));
    double most = MOST_PHASE / out->tau[out->count - 1];
    double farthest = fmax(fabs(out->omega.from), fabs(out->omega.to));
    if (farthest > most)
        return QFP_CONFIG_FAIL(reader, node,
                               "with delays up to %g no frequency beyond %g has a phase that is "
                               "known, but found %g",
                               out->tau[out->count - 1], most, farthest);
    return QFP_OK;
}

qfp_status qfp_config_correlations(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                   qfp_config *config)
{
    double end = config->times[config->time_count - 1];
    if (config->expression == NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node, "a process in real variables has no operators");
    if (node->kind != QFP_YAML_LIST || node->count == 0 || node->count > MOST_CORRELATIONS)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(config->correlations, node->count, "the correlations"));
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *map = node->items[i];
        qfp_correlation *c = &config->correlations[config->correlation_count++];
        QFP_TRY(qfp_config_check_keys(reader, map, "output.correlations"));
        QFP_TRY(read_operator(reader, map, "left", &c->left));
        QFP_TRY(read_operator(reader, map, "right", &c->right));
        if (qfp_yaml_find(map, "before") != NULL)
            QFP_TRY(read_operator(reader, map, "before", &c->before));
        QFP_TRY(read_at(reader, map, end, c));
        QFP_TRY(read_delays(reader, map, end, c));
        QFP_TRY(check_delays(reader, map, c));
        QFP_TRY(read_frequencies(reader, map, c));
    }
    return QFP_OK;
}

void qfp_config_correlations_clear(qfp_config *config)
{
    for (size_t i = 0; i < config->correlation_count; ++i) {
        qfp_correlation *c = &config->correlations[i];
        qfp_user_observable_clear(&c->left);
        qfp_user_observable_clear(&c->right);
        qfp_user_observable_clear(&c->before);
        free(c->tau);
    }
    free(config->correlations);
}
