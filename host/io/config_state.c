#include "io/config_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_keys.h"

#define MAX_NESTING 8

/* How each is read stands in the table of keys. */
typedef struct state_kind_name {
    const char *key;
    qfp_state_kind kind;
    bool pure; /* may stand in a superposition */
} state_kind_name;

static const state_kind_name kinds[] = {
    {"coherent", QFP_STATE_GAUSSIAN, true},
    {"fock", QFP_STATE_FOCK, true},
    {"thermal", QFP_STATE_GAUSSIAN, false},
    {"displaced_thermal", QFP_STATE_GAUSSIAN, false},
    {"squeezed", QFP_STATE_GAUSSIAN, true},
    {"squeezed_thermal", QFP_STATE_GAUSSIAN, false},
    {"superposition", QFP_STATE_SUPERPOSITION, true},
    {"mixture", QFP_STATE_MIXTURE, false},
    {"file", QFP_STATE_FILE, true}, /* whether it holds a ket is known when it is read */
};

void qfp_state_clear(qfp_state *state)
{
    for (size_t i = 0; i < state->part_count; ++i)
        qfp_state_clear(&state->parts[i]);
    free(state->parts);
    free(state->weights);
    free(state->path);
    free(state->dataset);
    memset(state, 0, sizeof *state);
}

static qfp_status read_file(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_state *out)
{
    const qfp_yaml_node *value, *path_node;
    const char *path, *dataset;
    QFP_TRY(qfp_config_check_keys(reader, node, "initial.file"));
    QFP_TRY(qfp_config_require(reader, node, "path", &path_node));
    QFP_TRY(qfp_config_text(reader, path_node, &path));
    QFP_TRY(qfp_config_require(reader, node, "dataset", &value));
    QFP_TRY(qfp_config_text(reader, value, &dataset));
    /* A name in the file means the same from wherever the program is started; a name typed on the
     * command line starts where the user is. */
    const char *slash = strrchr(reader->source, '/');
    bool beside = path[0] != '/' && slash != NULL && !path_node->from_override;
    out->path = beside
                    ? qfpi_format("%.*s%s", (int)(slash - reader->source + 1), reader->source, path)
                    : qfpi_format("%s", path);
    out->dataset = qfpi_format("%s", dataset);
    if (out->path == NULL || out->dataset == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", reader->source);
    return QFP_OK;
}

static qfp_status read_state(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const state_kind_name *container, int depth, qfp_state *out);

static qfp_status read_weights(const qfp_config_reader *reader, const qfp_yaml_node *node,
                               bool mixture, qfp_state *out)
{
    double sum = 0;
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *weight = qfp_yaml_find(node->items[i], "weight");
        out->weights[i] = 1;
        if (weight != NULL && mixture) {
            double value;
            QFP_TRY(qfp_config_real(reader, weight, &value));
            if (value < 0)
                return QFP_CONFIG_WRONG(reader, weight);
            out->weights[i] = value;
        } else if (weight != NULL) {
            QFP_TRY(qfp_config_complex(reader, weight, &out->weights[i]));
        }
        sum += cabs(out->weights[i]);
    }
    if (!(sum > 0))
        return QFP_CONFIG_FAIL(reader, node, "all weights are zero");
    for (size_t i = 0; mixture && i < node->count; ++i)
        out->weights[i] /= sum;
    return QFP_OK;
}

static qfp_status read_parts(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const state_kind_name *container, int depth, qfp_state *out)
{
    if (node->kind != QFP_YAML_LIST || node->count == 0)
        return QFP_CONFIG_WRONG(reader, node);
    if (depth >= MAX_NESTING)
        return QFP_CONFIG_FAIL(reader, node, "states are nested deeper than %d", MAX_NESTING);
    QFP_TRY(QFP_ALLOCATE(out->parts, node->count, "the parts of the initial state"));
    out->part_count = node->count;
    QFP_TRY(QFP_ALLOCATE(out->weights, node->count, "the weights of the initial state"));
    for (size_t i = 0; i < node->count; ++i)
        QFP_TRY(read_state(reader, node->items[i], container, depth + 1, &out->parts[i]));
    return read_weights(reader, node, container->kind == QFP_STATE_MIXTURE, out);
}

/* The one key of the mapping that names a kind of state. */
static qfp_status find_kind(const qfp_config_reader *reader, const qfp_yaml_node *node, bool inside,
                            const qfp_yaml_node **value, const state_kind_name **kind)
{
    if (node->kind != QFP_YAML_MAP)
        return QFP_CONFIG_FAIL(reader, node,
                               "expected a mapping with one kind of state, for example "
                               "`{coherent: [2.0]}`");
    QFP_TRY(qfp_config_check_keys(reader, node, "initial"));
    *value = NULL;
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *child = node->items[i];
        if (strcmp(child->key, "weight") == 0) {
            if (!inside)
                return QFP_CONFIG_FAIL_KEY(reader, child,
                                           "a weight belongs to an entry of "
                                           "superposition or mixture");
            continue;
        }
        if (*value != NULL)
            return QFP_CONFIG_FAIL_KEY(
                reader, child, "the state is already given as '%s'; %s", (*value)->key,
                child->from_override ? "to replace it: --set 'initial={...}'"
                                     : "combine states by superposition or mixture");
        *value = child;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; ++k)
            if (strcmp(kinds[k].key, child->key) == 0)
                *kind = &kinds[k];
    }
    if (*value == NULL)
        return QFP_CONFIG_FAIL(reader, node, "no state given, for example `{coherent: [2.0]}`");
    return QFP_OK;
}

static qfp_status read_state(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             const state_kind_name *container, int depth, qfp_state *out)
{
    const qfp_yaml_node *value = NULL;
    const state_kind_name *kind = NULL;
    QFP_TRY(find_kind(reader, node, container != NULL, &value, &kind));
    if (container != NULL && container->kind == QFP_STATE_SUPERPOSITION && !kind->pure)
        return QFP_CONFIG_FAIL_KEY(reader, value,
                                   "a superposition is made of kets, and '%s' is "
                                   "none; use mixture",
                                   kind->key);
    out->kind = kind->kind;
    out->line = value->key_line;
    out->column = value->key_column;
    if (kind->kind == QFP_STATE_SUPERPOSITION || kind->kind == QFP_STATE_MIXTURE)
        return read_parts(reader, value, kind, depth, out);
    if (kind->kind == QFP_STATE_FILE)
        return read_file(reader, value, out);
    const qfp_config_key *key = qfp_config_key_find(value->path);
    return key->type.kind == QFP_KEY_GROUP ? qfp_config_read(reader, value, key->path, out)
                                           : qfp_config_value(reader, value, out);
}

qfp_status qfp_config_state(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_state *out)
{
    return read_state(reader, node, NULL, 0, out);
}
