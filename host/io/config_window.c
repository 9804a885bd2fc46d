#include "io/config_window.h"

#include <math.h>
#include <string.h>

/* x: [from, to] */
static qfp_status read_pair(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_interval *out)
{
    if (node->kind != QFP_YAML_LIST || node->count != 2)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(qfp_config_real(reader, node->items[0], &out->from));
    QFP_TRY(qfp_config_real(reader, node->items[1], &out->to));
    return out->from < out->to ? QFP_OK : QFP_CONFIG_WRONG(reader, node);
}

/* What a mapping says of mode `mode`: x and p before from and to, and those before what is left to the state. */
static qfp_status set_mode(const qfp_config_reader *reader, const qfp_yaml_node *map,
                           const qfp_husimi_keys *keys, int mode, qfp_config *config)
{
    const qfp_yaml_node *own[2] = {qfp_yaml_find(map, "x"), qfp_yaml_find(map, "p")};
    bool has_ends = qfp_yaml_find(map, "from") != NULL || qfp_yaml_find(map, "to") != NULL;
    const double unit[2] = {config->length[mode], config->kappa / config->length[mode]};
    if (!(keys->from < keys->to))
        return QFP_CONFIG_FAIL(reader, map, "'from' must be below 'to', but found %g and %g",
                               keys->from, keys->to);
    config->husimi_follows[mode] = !has_ends && own[0] == NULL && own[1] == NULL;
    for (int a = 0; a < 2; ++a) {
        qfp_interval *window = &config->husimi_window[mode][a];
        double of = has_ends ? 1.0 : unit[a];
        *window = (qfp_interval){keys->from * of, keys->to * of};
        if (own[a] != NULL)
            QFP_TRY(read_pair(reader, own[a], window));
    }
    return QFP_OK;
}

static qfp_status read_list(const qfp_config_reader *reader, const qfp_yaml_node *list,
                            qfp_config *config)
{
    if (list->count != (size_t)config->modes)
        return QFP_CONFIG_FAIL(reader, list,
                               "expected %d %s, one per mode, for example `husimi: [{from: -6, to: "
                               "6}, {x: [-3, 3], p: [-1, 1]}]`, but found %zu",
                               config->modes, config->modes == 1 ? "mapping" : "mappings",
                               list->count);
    for (int j = 0; j < config->modes; ++j) {
        const qfp_yaml_node *map = list->items[j];
        qfp_husimi_keys keys;
        QFP_TRY(qfp_config_read(reader, map, "output.husimi", &keys));
        const qfp_yaml_node *points = qfp_yaml_find(map, "points");
        if (points != NULL && j > 0 && keys.points != config->husimi_points)
            return QFP_CONFIG_FAIL_KEY(reader, points,
                                       "%d, but %d for the modes before it; all modes have the "
                                       "same number of points",
                                       keys.points, config->husimi_points);
        if (points != NULL || j == 0)
            config->husimi_points = keys.points;
        config->husimi_full = config->husimi_full || keys.full;
        QFP_TRY(set_mode(reader, map, &keys, j, config));
    }
    return QFP_OK;
}

qfp_status qfp_config_window(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_config *config)
{
    qfp_husimi_keys keys;
    if (node != NULL && node->kind == QFP_YAML_LIST)
        return read_list(reader, node, config);
    QFP_TRY(qfp_config_read(reader, node, "output.husimi", &keys));
    config->husimi_points = keys.points;
    config->husimi_full = keys.full;
    for (int j = 0; j < config->modes; ++j)
        QFP_TRY(set_mode(reader, node, &keys, j, config));
    return QFP_OK;
}
