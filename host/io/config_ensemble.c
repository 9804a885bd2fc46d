#include "io/config_ensemble.h"

#include <math.h>
#include <string.h>

#define MOST_PATHS 1000000000
#define MOST_STEPS 100000000
#define MOST_SLICES 1000000

static qfp_status read_method(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_ensemble_settings *e)
{
    static const char *const words[] = {
        "guided", "positive_p", "doubled_q", "truncated_wigner", "forward_backward",
        "action", "gaussian",   "markov",    "nelson",           NULL};
    static const qfp_ensemble_method methods[] = {
        QFP_ENSEMBLE_GUIDED,           QFP_ENSEMBLE_POSITIVE_P,       QFP_ENSEMBLE_DOUBLED_Q,
        QFP_ENSEMBLE_TRUNCATED_WIGNER, QFP_ENSEMBLE_FORWARD_BACKWARD, QFP_ENSEMBLE_ACTION,
        QFP_ENSEMBLE_GAUSSIAN,         QFP_ENSEMBLE_MARKOV,           QFP_ENSEMBLE_NELSON};
    int choice;
    QFP_TRY(qfp_config_choice(reader, node, words, &choice));
    e->method = methods[choice];
    return QFP_OK;
}

static qfp_status read_initialisation(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                      qfp_ensemble_settings *e)
{
    static const char *const words[] = {"independent", "conditional", "signed", NULL};
    int choice;
    if (e->method != QFP_ENSEMBLE_FORWARD_BACKWARD)
        return QFP_CONFIG_FAIL_KEY(reader, node,
                                   "only `method: forward_backward` has boundary values to choose");
    QFP_TRY(qfp_config_choice(reader, node, words, &choice));
    e->initialisation = (qfp_initialisation)choice;
    return QFP_OK;
}

static qfp_status read_action(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_ensemble_settings *e)
{
    static const char *const keys[] = {"begin", "end", "slices", "sweeps", "virtual_step"};
    const qfp_yaml_node *value;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if ((value = qfp_yaml_find(node, keys[k])) != NULL && e->method != QFP_ENSEMBLE_ACTION)
            return QFP_CONFIG_FAIL_KEY(reader, value, "only `method: action` has this key");
    if ((value = qfp_yaml_find(node, "begin")) != NULL)
        QFP_TRY(qfp_config_real(reader, value, &e->begin));
    if ((value = qfp_yaml_find(node, "end")) != NULL)
        QFP_TRY(qfp_config_real(reader, value, &e->end));
    if ((value = qfp_yaml_find(node, "slices")) != NULL)
        QFP_TRY(qfp_config_integer(reader, value, 2, MOST_SLICES, &e->slices));
    if (e->slices % 2 != 0)
        return QFP_CONFIG_FAIL_KEY(reader, value,
                                   "an even number is needed: a second run on half as many slices "
                                   "measures their error");
    if ((value = qfp_yaml_find(node, "sweeps")) != NULL)
        QFP_TRY(qfp_config_integer(reader, value, 1, MOST_STEPS, &e->sweeps));
    if ((value = qfp_yaml_find(node, "virtual_step")) != NULL) {
        QFP_TRY(qfp_config_positive(reader, value, &e->virtual_step));
        if (e->virtual_step > 2.0)
            return QFP_CONFIG_WRONG(reader, value);
    }
    return QFP_OK;
}

qfp_status qfp_config_ensemble(const qfp_config_reader *reader, const qfp_yaml_node *root,
                               qfp_config *config)
{
    const qfp_yaml_node *node = qfp_yaml_find(root, "ensemble"), *value;
    qfp_ensemble_settings *e = &config->ensemble;
    int seed;
    *e = (qfp_ensemble_settings){.paths = 10000,
                                 .steps = 1000,
                                 .seed = 1,
                                 .lambda = 1.0,
                                 .initialisation = QFP_INITIALISATION_SIGNED,
                                 .slices = 64,
                                 .sweeps = 100,
                                 .virtual_step = 0.5};
    if (node == NULL)
        return QFP_OK;
    QFP_TRY(qfp_config_check_keys(reader, node, "ensemble"));
    QFP_TRY(qfp_config_require(reader, node, "method", &value));
    QFP_TRY(read_method(reader, value, e));
    if ((value = qfp_yaml_find(node, "paths")) != NULL)
        QFP_TRY(qfp_config_integer(reader, value, 2, MOST_PATHS, &e->paths));
    if ((value = qfp_yaml_find(node, "steps")) != NULL)
        QFP_TRY(qfp_config_integer(reader, value, 1, MOST_STEPS, &e->steps));
    if ((value = qfp_yaml_find(node, "seed")) != NULL) {
        QFP_TRY(qfp_config_integer(reader, value, 0, 2147483647, &seed));
        e->seed = (uint64_t)seed;
    }
    if ((value = qfp_yaml_find(node, "target_error")) != NULL)
        QFP_TRY(qfp_config_positive(reader, value, &e->target_error));
    if ((value = qfp_yaml_find(node, "initialisation")) != NULL)
        QFP_TRY(read_initialisation(reader, value, e));
    QFP_TRY(read_action(reader, node, e));
    value = qfp_yaml_find(node, "noise");
    if (value != NULL && e->method != QFP_ENSEMBLE_MARKOV) {
        QFP_TRY(qfp_config_real(reader, value, &e->lambda));
        if (e->method != QFP_ENSEMBLE_GUIDED)
            return QFP_CONFIG_FAIL_KEY(reader, value,
                                       "only `method: guided` has a noise fraction to choose");
        if (!(e->lambda >= 0.0 && e->lambda <= 1.0))
            return QFP_CONFIG_WRONG(reader, value);
    }
    return QFP_OK;
}
