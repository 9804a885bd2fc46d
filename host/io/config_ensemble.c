#include "io/config_ensemble.h"

static qfp_status read_method(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_ensemble_settings *e)
{
    static const char *const words[] = {
#define X(name, kind, keys, meaning) #name,
        QFP_ENSEMBLE_METHODS(X)
#undef X
            NULL};
    int choice;
    QFP_TRY(qfp_config_choice(reader, node, words, &choice));
    e->method = &qfp_ensemble_methods[choice];
    return QFP_OK;
}

/* A key that other methods have and this one has not. */
static qfp_status refuse_foreign_keys(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                      const qfp_ensemble_method *method)
{
    for (size_t i = 0; i < node->count; ++i) {
        const qfp_yaml_node *child = node->items[i];
        const qfp_ensemble_method *owner = NULL;
        size_t owners = 0;
        for (size_t m = 0; m < qfp_ensemble_method_count; ++m)
            if (qfp_ensemble_method_has(&qfp_ensemble_methods[m], child->key)) {
                owner = &qfp_ensemble_methods[m];
                ++owners;
            }
        if (owners == 0 || qfp_ensemble_method_has(method, child->key))
            continue;
        if (owners > 1)
            return QFP_CONFIG_FAIL_KEY(reader, child, "`method: %s` does not have this key",
                                       method->name);
        return QFP_CONFIG_FAIL_KEY(reader, child,
                                   "`method: %s` does not have this key, only `method: %s` has it",
                                   method->name, owner->name);
    }
    return QFP_OK;
}

qfp_status qfp_config_ensemble(const qfp_config_reader *reader, const qfp_yaml_node *root,
                               qfp_config *config)
{
    const qfp_yaml_node *node = qfp_yaml_find(root, "ensemble"), *value;
    qfp_ensemble_settings *e = &config->ensemble;
    e->lambda = 1.0;
    if (node == NULL)
        return QFP_OK;
    QFP_TRY(qfp_config_require(reader, node, "method", &value));
    QFP_TRY(read_method(reader, value, e));
    QFP_TRY(refuse_foreign_keys(reader, node, e->method));
    if (e->slices % 2 != 0)
        return QFP_CONFIG_FAIL_KEY(reader, qfp_yaml_find(node, "slices"),
                                   "an even number is needed: a second run on half as many slices "
                                   "measures their error");
    value = qfp_yaml_find(node, "noise");
    if (value != NULL && !e->method->is_process) {
        QFP_TRY(qfp_config_real(reader, value, &e->lambda));
        if (!(e->lambda >= 0.0 && e->lambda <= 1.0))
            return QFP_CONFIG_WRONG(reader, value);
    }
    return QFP_OK;
}
