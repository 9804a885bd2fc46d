#include "io/config_observables.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_load.h"

enum {
    MOST_OBSERVABLES = 100,
    LONGEST_NAME = QFP_OBSERVABLE_NAME - 4 /* with re_ or im_ before it */
};
#define HERMITIAN_TOLERANCE 1e-12 /* of H − H†, as for the Hamiltonian */

/* ---- names --------------------------------------------------------------------------------- */

/* "ad[1]^2*a[1]^2" to "ad1_2_a1_2": letters, digits and one _ for what stands between.  "" when it
 * would be too long. */
static void name_of_text(const char *text, char *out)
{
    static const struct {
        char symbol;
        const char *word;
    } words[] = {{'+', "plus"}, {'-', "minus"}, {'/', "over"}};
    size_t used = 0;
    bool gap = false;
    out[0] = '\0';
    for (const char *c = text; *c != '\0'; ++c) {
        char letter[2] = {*c, '\0'};
        const char *piece = letter;
        if (strchr("[]() \t\n", *c) != NULL)
            continue;
        bool is_word = false;
        for (size_t w = 0; w < sizeof words / sizeof *words; ++w)
            if (words[w].symbol == *c) {
                piece = words[w].word;
                is_word = true;
            }
        if (!is_word && !isalnum((unsigned char)*c)) {
            gap = used > 0;
            continue;
        }
        size_t length = strlen(piece) + (used > 0 && (gap || is_word));
        if (used + length > LONGEST_NAME) {
            out[0] = '\0';
            return;
        }
        used += (size_t)snprintf(out + used, LONGEST_NAME + 1 - used, "%s%s",
                                 used > 0 && (gap || is_word) ? "_" : "", piece);
        gap = is_word;
    }
    if (!isalpha((unsigned char)out[0]))
        out[0] = '\0';
}

static bool is_name(const char *text)
{
    static const char *const endings[] = {"_stderr", "_step_error", "_exact"};
    size_t length = strlen(text);
    if (!isalpha((unsigned char)text[0]) || length > LONGEST_NAME)
        return false;
    for (const char *c = text; *c != '\0'; ++c)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    for (size_t e = 0; e < sizeof endings / sizeof *endings; ++e) {
        size_t tail = strlen(endings[e]);
        if (length >= tail && strcmp(text + length - tail, endings[e]) == 0)
            return false; /* datasets of an ensemble */
    }
    return strncmp(text, "chi2_", 5) != 0;
}

/* The datasets that an observable makes: out[0], and out[1] unless it is Hermitian. */
static int list_datasets(const qfp_user_observable *o, char out[2][QFP_OBSERVABLE_NAME])
{
    snprintf(out[0], sizeof out[0], "%s%.*s", o->hermitian ? "" : "re_", LONGEST_NAME, o->name);
    snprintf(out[1], sizeof out[1], "im_%.*s", LONGEST_NAME, o->name);
    return o->hermitian ? 1 : 2;
}

/* A dataset of `o` that is also one of `other`, "" when there is none. */
static void find_shared(const qfp_user_observable *o, const qfp_user_observable *other, char *out)
{
    char mine[2][QFP_OBSERVABLE_NAME], theirs[2][QFP_OBSERVABLE_NAME];
    int count = list_datasets(o, mine), others = list_datasets(other, theirs);
    out[0] = '\0';
    for (int i = 0; i < count; ++i)
        for (int k = 0; k < others; ++k)
            if (strcmp(mine[i], theirs[k]) == 0)
                memcpy(out, mine[i], QFP_OBSERVABLE_NAME);
}

static qfp_status check_datasets(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                 const qfp_config *config, const qfp_user_observable *o)
{
    char names[2][QFP_OBSERVABLE_NAME], shared[QFP_OBSERVABLE_NAME];
    int count = list_datasets(o, names);
    for (int i = 0; i < count; ++i)
        if (qfp_observable_is_taken(names[i], config->modes))
            return QFP_CONFIG_FAIL(reader, node,
                                   "'%s' is written anyway and would be there twice; give another "
                                   "name, for example {name: mine, operator: \"%s\"}",
                                   names[i], o->text);
    for (const qfp_user_observable *other = config->observables; other < o; ++other) {
        find_shared(o, other, shared);
        if (shared[0] != '\0')
            return QFP_CONFIG_FAIL(reader, node,
                                   "two observables are called '%s': \"%s\" and \"%s\"; give one "
                                   "of them another name, for example {name: second, operator: "
                                   "\"%s\"}",
                                   shared, other->text, o->text, o->text);
    }
    return QFP_OK;
}

/* ---- operators ----------------------------------------------------------------------------- */

static qfp_status check_polynomial(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                   const qfp_polynomial *wick, int most)
{
    if (wick->count == 0)
        return QFP_CONFIG_FAIL(reader, node, "expected an operator, but \"%s\" is zero",
                               node->text);
    for (int j = 0; j < reader->modes; ++j)
        for (size_t t = 0; t < wick->count; ++t) {
            int degree = wick->terms[t].power[j] + wick->terms[t].power[reader->modes + j];
            if (degree > most)
                return QFP_CONFIG_FAIL(reader, node,
                                       "of degree %d in mode %d, and the highest supported is %d",
                                       degree, j + 1, most);
        }
    return QFP_OK;
}

qfp_status qfp_config_observable_operator(const qfp_config_reader *reader,
                                          const qfp_yaml_node *node, int degree,
                                          qfp_user_observable *out)
{
    char option[300];
    const char *text;
    qfp_node *tree = NULL;
    qfp_polynomial_init(&out->wick, 2 * reader->modes);
    QFP_TRY(qfp_config_text(reader, node, &text));
    QFP_TRY(QFP_ALLOCATE(out->text, strlen(text) + 1, "an observable"));
    strcpy(out->text, text);
    snprintf(option, sizeof option, "--set %s", node->path);
    bool set = node->from_override;
    const qfp_place place = {.file = set ? option : reader->source,
                             .key = set ? "value" : node->path,
                             .line = set ? 0 : node->line,
                             .column = set ? 0 : node->column};
    QFP_TRY(qfp_expression_parse(text, reader->modes, reader->parameters, reader->parameter_count,
                                 &place, &tree));
    qfp_status status = qfp_wick_from_operator(tree, reader->modes, &out->wick);
    qfp_node_destroy(tree);
    if (status == QFP_CONFIG)
        return QFP_CONFIG_FAIL(reader, node, "%s", qfp_last_error());
    QFP_TRY(status);
    out->hermitian = qfp_symbol_antihermitian_part(&out->wick) <= HERMITIAN_TOLERANCE;
    return check_polynomial(reader, node, &out->wick, degree);
}

/* "ad*a", or {name: quanta, operator: "ad*a"}. */
static qfp_status read_one(const qfp_config_reader *reader, const qfp_yaml_node *node,
                           qfp_config *config)
{
    qfp_user_observable *o = &config->observables[config->observable_count++];
    const qfp_yaml_node *operator= node, *name = node;
    const char *text;
    if (node->kind == QFP_YAML_MAP) {
        QFP_TRY(qfp_config_check_keys(reader, node, "output.observables"));
        QFP_TRY(qfp_config_require(reader, node, "operator", &operator));
        if (qfp_yaml_find(node, "name") != NULL)
            name = qfp_yaml_find(node, "name");
    }
    if (operator->kind == QFP_YAML_SCALAR && qfp_observable_is_taken(operator->text, config->modes))
        return QFP_CONFIG_FAIL(
            reader, operator,
            "'%s' is written anyway; this takes operators, such as ad^2*a^2", operator->text);
    QFP_TRY(qfp_config_observable_operator(reader, operator, QFPI_CONFIG_MAX_DEGREE, o));
    if (name != node) {
        QFP_TRY(qfp_config_text(reader, name, &text));
        if (!is_name(text))
            return QFP_CONFIG_WRONG(reader, name);
        snprintf(o->name, sizeof o->name, "%s", text);
    } else {
        name_of_text(o->text, o->name);
        if (o->name[0] == '\0')
            return QFP_CONFIG_FAIL(
                reader, operator, "no name of at most %d characters can be made of this text; give "
                                  "one, for example {name: mine, operator: \"...\"}",
                LONGEST_NAME);
    }
    return check_datasets(reader, name, config, o);
}

qfp_status qfp_config_read_observables(const qfp_config_reader *reader, const qfp_yaml_node *output,
                                       qfp_config *config)
{
    const qfp_yaml_node *node = qfp_yaml_find(output, "observables");
    if (node == NULL)
        return QFP_OK;
    if (config->expression == NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node, "a process in real variables has no operators");
    if (node->kind != QFP_YAML_LIST || node->count > MOST_OBSERVABLES)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(config->observables, node->count, "observables"));
    for (size_t i = 0; i < node->count; ++i)
        QFP_TRY(read_one(reader, node->items[i], config));
    return QFP_OK;
}

void qfp_user_observable_clear(qfp_user_observable *o)
{
    free(o->text);
    qfp_polynomial_destroy(&o->wick);
}

void qfp_config_observables_clear(qfp_config *config)
{
    for (size_t i = 0; i < config->observable_count; ++i)
        qfp_user_observable_clear(&config->observables[i]);
    free(config->observables);
}

qfp_status qfp_config_observables(const qfp_config *config, qfp_observable_set set,
                                  qfp_observable_list *out)
{
    return qfp_observable_list_create(config->modes, set, &config->wick, config->observable_count,
                                      config->observables, out);
}
