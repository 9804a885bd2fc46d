#include "io/config_state.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_keys.h"
#include "io/file_facts.h"

#define MAX_NESTING 8
#define UNUSUAL 100 /* the size of a weight, as a power of two */
/* Of the state of a Q grid, unless the user gave a tolerance; a judge does not warn. */
#define GRID_ACCURACY 1e-3
#define GRID_ACCURACY_REFERENCE 1e-6

/* Where a state stands: what may be there, and for which modes. */
typedef struct place_of_state {
    qfp_config_reader reader;
    const qfp_config *config;
    int first; /* the first of reader.modes modes */
    int depth;
    bool kets_only; /* inside a superposition */
    bool may_weigh; /* an entry of superposition or mixture */
} place_of_state;

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
    {"product", QFP_STATE_PRODUCT, true}, /* its parts are asked */
    {"file", QFP_STATE_FILE, true},       /* whether it holds a ket is known when it is read */
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

/* As it is named, or what output.state wrote, which is a ket or ρ depending on the basis. */
static qfp_status find_dataset(const qfp_config_reader *reader, const qfp_yaml_node *node,
                               qfp_state *out)
{
    static const char ket[] = "/state/ket";
    const qfp_yaml_node *value = qfp_yaml_find(node, "dataset");
    const char *dataset = "/state/rho";
    qfp_file_facts facts;
    if (value != NULL)
        QFP_TRY(qfp_config_text(reader, value, &dataset));
    else if (qfp_file_facts_read(out->path, ket, &facts) == QFP_OK)
        dataset = ket;
    out->dataset = qfpi_format("%s", dataset);
    return out->dataset != NULL ? QFP_OK
                                : QFP_FAIL(QFP_MEMORY, "%s: out of memory", reader->source);
}

static qfp_status read_file(const place_of_state *at, const qfp_yaml_node *node, qfp_state *out)
{
    const qfp_config_reader *reader = &at->reader;
    const qfp_config *config = at->config;
    const qfp_yaml_node *path_node;
    QFP_TRY(qfp_config_check_keys(reader, node, "initial.file"));
    QFP_TRY(qfp_config_require(reader, node, "path", &path_node));
    QFP_TRY(qfp_config_file_name(reader, path_node, &out->path));
    QFP_TRY(find_dataset(reader, node, out));
    out->scale_x = config->length[at->first];
    out->scale_p = config->kappa / config->length[at->first];
    out->accuracy = config->tolerance_is_users             ? config->tolerance
                    : config->basis == QFP_BASIS_REFERENCE ? GRID_ACCURACY_REFERENCE
                                                           : GRID_ACCURACY;
    memcpy(out->levels, config->levels + at->first, (size_t)reader->modes * sizeof *out->levels);
    return QFP_OK;
}

static qfp_status read_state(const place_of_state *at, const qfp_yaml_node *node, qfp_state *out);

/* Those of a mixture add up to 1. Where squares would overflow, or be lost, all are taken by a power of two, which
 * changes no digit. */
static void scale_weights(double largest, bool mixture, qfp_state *out)
{
    int exponent;
    double sum = 0.0;
    (void)frexp(largest, &exponent);
    if (abs(exponent) < UNUSUAL)
        exponent = 0;
    for (size_t i = 0; i < out->part_count; ++i) {
        double complex w = out->weights[i];
        out->weights[i] = CMPLX(ldexp(creal(w), -exponent), ldexp(cimag(w), -exponent));
        sum += creal(out->weights[i]);
    }
    for (size_t i = 0; mixture && i < out->part_count; ++i)
        out->weights[i] /= sum;
}

static qfp_status read_weights(const qfp_config_reader *reader, const qfp_yaml_node *node,
                               bool mixture, qfp_state *out)
{
    double largest = 0.0;
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
        largest = fmax(largest, fmax(fabs(creal(out->weights[i])), fabs(cimag(out->weights[i]))));
    }
    if (!(largest > 0.0))
        return QFP_CONFIG_FAIL(reader, node, "all weights are zero");
    scale_weights(largest, mixture, out);
    return QFP_OK;
}

static qfp_status make_parts(const place_of_state *at, const qfp_yaml_node *node, qfp_state *out)
{
    if (node->kind != QFP_YAML_LIST || node->count == 0)
        return QFP_CONFIG_WRONG(&at->reader, node);
    if (at->depth >= MAX_NESTING)
        return QFP_CONFIG_FAIL(&at->reader, node, "states are nested deeper than %d", MAX_NESTING);
    QFP_TRY(QFP_ALLOCATE(out->parts, node->count, "the parts of the initial state"));
    out->part_count = node->count;
    return QFP_OK;
}

/* Of superposition and mixture: states of all modes. */
static qfp_status read_sum(const place_of_state *at, const qfp_yaml_node *node, qfp_state *out)
{
    place_of_state inner = *at;
    inner.depth++;
    inner.may_weigh = true;
    inner.kets_only = at->kets_only || out->kind == QFP_STATE_SUPERPOSITION;
    QFP_TRY(make_parts(at, node, out));
    QFP_TRY(QFP_ALLOCATE(out->weights, node->count, "the weights of the initial state"));
    for (size_t i = 0; i < node->count; ++i)
        QFP_TRY(read_state(&inner, node->items[i], &out->parts[i]));
    return read_weights(&at->reader, node, out->kind == QFP_STATE_MIXTURE, out);
}

/* The parts as one state of all modes, where there is such a kind. */
static void merge_parts(qfp_state *out)
{
    qfp_state merged = {.kind = out->parts[0].kind, .line = out->line, .column = out->column};
    for (size_t j = 0; j < out->part_count; ++j) {
        const qfp_state *part = &out->parts[j];
        if (part->kind != merged.kind ||
            (part->kind != QFP_STATE_GAUSSIAN && part->kind != QFP_STATE_FOCK))
            return;
        merged.alpha[j] = part->alpha[0];
        merged.r[j] = part->r[0];
        merged.phi[j] = part->phi[0];
        merged.nbar[j] = part->nbar[0];
        merged.level[j] = part->level[0];
    }
    qfp_state_clear(out);
    *out = merged;
}

/* One state of one mode per entry. */
static qfp_status read_product(const place_of_state *at, const qfp_yaml_node *node, qfp_state *out)
{
    place_of_state inner = *at;
    inner.depth++;
    inner.may_weigh = false;
    inner.reader.modes = 1;
    QFP_TRY(qfp_config_check_per_mode(&at->reader, node, false));
    QFP_TRY(make_parts(at, node, out));
    for (int j = 0; j < at->reader.modes; ++j) {
        inner.first = at->first + j;
        QFP_TRY(read_state(&inner, node->items[j], &out->parts[j]));
    }
    merge_parts(out);
    return QFP_OK;
}

static qfp_status fail_second(const qfp_config_reader *reader, const qfp_yaml_node *first,
                              const qfp_yaml_node *second)
{
    if (second->from_override)
        return QFP_CONFIG_FAIL_KEY(reader, second,
                                   "the state is already given as '%s'; to replace it: --set "
                                   "'initial={...}'",
                                   first->key);
    if (reader->modes == 1)
        return QFP_CONFIG_FAIL_KEY(reader, second,
                                   "the state is already given as '%s'; combine states by "
                                   "superposition or mixture",
                                   first->key);
    return QFP_CONFIG_FAIL_KEY(reader, second,
                               "the state is already given as '%s'; a state of its own for every "
                               "mode is a product, for example `initial: {product: [{fock: [1]}, "
                               "{coherent: [2.0]}]}`; sums are superposition and mixture",
                               first->key);
}

/* The one key of the mapping that names a kind of state. */
static qfp_status find_kind(const place_of_state *at, const qfp_yaml_node *node,
                            const qfp_yaml_node **value, const state_kind_name **kind)
{
    const qfp_config_reader *reader = &at->reader;
    char found[128];
    qfp_config_describe(node, found, sizeof found);
    if (node->kind != QFP_YAML_MAP)
        return QFP_CONFIG_FAIL(reader, node,
                               "expected a mapping with one kind of state, for example "
                               "`{coherent: [2.0]}` or for the vacuum `{fock: [0]}`, but found %s",
                               found);
    QFP_TRY(qfp_config_check_keys(reader, node, "initial"));
    *value = NULL;
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *child = node->items[i];
        if (strcmp(child->key, "weight") == 0) {
            if (!at->may_weigh)
                return QFP_CONFIG_FAIL_KEY(reader, child,
                                           "a weight belongs to an entry of "
                                           "superposition or mixture");
            continue;
        }
        if (*value != NULL)
            return fail_second(reader, *value, child);
        *value = child;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; ++k)
            if (strcmp(kinds[k].key, child->key) == 0)
                *kind = &kinds[k];
    }
    if (*value == NULL)
        return QFP_CONFIG_FAIL(reader, node, "no state given, for example `{coherent: [2.0]}`");
    return QFP_OK;
}

static qfp_status read_state(const place_of_state *at, const qfp_yaml_node *node, qfp_state *out)
{
    const qfp_yaml_node *value = NULL;
    const state_kind_name *kind = NULL;
    QFP_TRY(find_kind(at, node, &value, &kind));
    if (at->kets_only && !kind->pure)
        return QFP_CONFIG_FAIL_KEY(&at->reader, value,
                                   "a superposition is made of kets, and '%s' is "
                                   "none; use mixture",
                                   kind->key);
    out->kind = kind->kind;
    out->line = value->key_line;
    out->column = value->key_column;
    if (kind->kind == QFP_STATE_SUPERPOSITION || kind->kind == QFP_STATE_MIXTURE)
        return read_sum(at, value, out);
    if (kind->kind == QFP_STATE_PRODUCT)
        return read_product(at, value, out);
    if (kind->kind == QFP_STATE_FILE)
        return read_file(at, value, out);
    const qfp_config_key *key = qfp_config_key_find(value->path);
    return key->type.kind == QFP_KEY_GROUP ? qfp_config_read(&at->reader, value, key->path, out)
                                           : qfp_config_value(&at->reader, value, out);
}

qfp_status qfp_config_state(const qfp_config_reader *reader, const qfp_yaml_node *node,
                            qfp_config *config)
{
    const place_of_state at = {.reader = *reader, .config = config};
    return read_state(&at, node, &config->initial);
}
