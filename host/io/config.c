#include "io/config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_correlation.h"
#include "io/config_dissipation.h"
#include "io/config_ensemble.h"
#include "io/config_load.h"
#include "io/config_model.h"
#include "io/config_observables.h"
#include "io/config_observed.h"
#include "io/config_output.h"
#include "io/config_parameters.h"
#include "io/config_process.h"
#include "io/config_state.h"
#include "io/config_sweep.h"
#include "io/config_table.h"
#include "io/config_theory.h"
#include "io/config_values.h"
#include "io/yaml_document.h"

static qfp_status copy_text(const char *text, char **out)
{
    *out = qfpi_format("%s", text);
    return *out != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
}

static qfp_status read_title(const qfp_config_reader *reader, const qfp_yaml_node *root,
                             qfp_config *config)
{
    const qfp_yaml_node *node = qfp_yaml_find(root, "title");
    const char *text;
    if (node != NULL) {
        QFP_TRY(qfp_config_text(reader, node, &text));
        return copy_text(text, &config->title);
    }
    const char *slash = strrchr(config->path, '/');
    return copy_text(slash != NULL ? slash + 1 : config->path, &config->title);
}

static qfp_status read_expression(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                  qfp_config *config)
{
    const char *text;
    QFP_TRY(qfp_config_text(reader, node, &text));
    config->expression_line = node->from_override ? 0 : node->line;
    config->expression_column = node->from_override ? 0 : node->column;
    return copy_text(text, &config->expression);
}

static qfp_status read_symbol(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              qfp_config *config)
{
    const qfp_yaml_node *value;
    QFP_TRY(qfp_config_read(reader, node, "hamiltonian.symbol", config));
    QFP_TRY(qfp_config_require(reader, node, "expression", &value));
    config->is_symbol = true;
    return read_expression(reader, value, config);
}

static qfp_status read_model(qfp_config_reader *reader, const qfp_yaml_node *hamiltonian,
                             const qfp_yaml_node *node, qfp_config *config, qfp_config_model *model)
{
    const qfp_yaml_node *modes = qfp_yaml_find(hamiltonian, "modes");
    if (qfp_yaml_find(hamiltonian, "operator") != NULL ||
        qfp_yaml_find(hamiltonian, "symbol") != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, node,
                                   "given together with operator or symbol; one of them is enough");
    QFP_TRY(qfp_config_model_read(reader, node, model));
    if (modes != NULL && config->modes != model->shape.modes)
        return QFP_CONFIG_FAIL(reader, modes,
                               "%d modes, but the model %s has %d with these parameters; the key "
                               "may be left out",
                               config->modes, model->model->name, model->shape.modes);
    config->modes = reader->modes = model->shape.modes;
    config->model = model->model->name;
    config->expression_line = node->from_override ? 0 : node->line;
    config->expression_column = node->from_override ? 0 : node->column;
    return QFP_OK;
}

static qfp_status read_hamiltonian(qfp_config_reader *reader, const qfp_yaml_node *root,
                                   qfp_config *config, qfp_config_model *model)
{
    const qfp_yaml_node *node, *value;
    QFP_TRY(qfp_config_require(reader, root, "hamiltonian", &node));
    QFP_TRY(qfp_config_check_keys(reader, node, "hamiltonian"));
    QFP_TRY(qfp_config_parameters(reader, qfp_yaml_find(node, "parameters"), config));
    if ((value = qfp_yaml_find(node, "modes")) != NULL)
        QFP_TRY(qfp_config_value(reader, value, config));
    reader->modes = config->modes;
    if ((value = qfp_yaml_find(node, "model")) != NULL)
        return read_model(reader, node, value, config, model);
    const qfp_yaml_node *operator_node = qfp_yaml_find(node, "operator");
    const qfp_yaml_node *symbol = qfp_yaml_find(node, "symbol");
    if (operator_node != NULL && symbol != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, symbol,
                                   "given together with operator; one of the two is enough");
    if (symbol != NULL)
        return read_symbol(reader, symbol, config);
    QFP_TRY(qfp_config_require(reader, node, "operator", &operator_node));
    return read_expression(reader, operator_node, config);
}

/* What is given, else what the model has, else 1. */
static qfp_status find_lengths(const qfp_config_reader *reader, const qfp_yaml_node *root,
                               const qfp_config_model *model, qfp_config *config)
{
    const qfp_yaml_node *frequencies = qfp_yaml_find(root, "frequencies");
    if (frequencies != NULL && qfp_yaml_find(root, "lengths") != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, frequencies,
                                   "given together with lengths; one of the two is enough");
    for (int j = 0; j < config->modes; ++j) {
        double frequency = config->frequency[j];
        if (frequency == 0.0 && model->model != NULL)
            frequency = model->shape.frequency[j];
        if (config->length[j] == 0.0)
            config->length[j] = frequency > 0.0 ? sqrt(config->kappa / frequency) : 1.0;
    }
    return QFP_OK;
}

const char *const qfp_basis_names[] = {
    [QFP_BASIS_AUTO] = "auto",
    [QFP_BASIS_FOURIER] = "fourier",
    [QFP_BASIS_FOCK] = "fock",
    [QFP_BASIS_REFERENCE] = "reference",
    NULL,
};

qfp_basis qfp_config_basis(const qfp_config *config)
{
    return config->basis;
}

void qfp_config_select_basis(qfp_config *config, qfp_basis basis)
{
    config->basis = basis;
}

/* A stored number is rounded by 6e-8, thousands of times in a run. */
static const double single_tolerance = 1e-5;

static qfp_status check_precision(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                  const qfp_config *config)
{
    if (!config->single_precision)
        return QFP_OK;
    if (config->tolerance < single_tolerance)
        return QFP_CONFIG_FAIL_KEY(reader, node,
                                   "`precision: single` carries seven digits and needs "
                                   "`tolerance: %g` or more, not %g",
                                   single_tolerance, config->tolerance);
    if (config->basis == QFP_BASIS_REFERENCE)
        return QFP_CONFIG_FAIL_KEY(reader, node, "`basis: reference` is double precision only");
    return QFP_OK;
}

/* What the table cannot say of `solver`. */
static qfp_status check_solver(const qfp_config_reader *reader, const qfp_yaml_node *node,
                               qfp_config *config)
{
    const qfp_yaml_node *value, *grid = qfp_yaml_find(node, "grid");
    config->tolerance_is_users = qfp_yaml_find(node, "tolerance") != NULL;
    if (grid != NULL && (value = qfp_yaml_find(grid, "points")) != NULL)
        for (int j = 0; j < reader->modes; ++j)
            if (config->points[j] % 2 != 0)
                return QFP_CONFIG_WRONG(reader, qfp_config_entry(value, j));
    value = qfp_yaml_find(node, "ordering");
    if (value != NULL &&
        !(value->kind == QFP_YAML_SCALAR && strcmp(value->text, "balanced") == 0)) {
        QFP_TRY(qfp_config_real(reader, value, &config->ordering));
        if (!(config->ordering >= 0 && config->ordering <= 0.5))
            return QFP_CONFIG_WRONG(reader, value);
        config->ordering_is_balanced = false;
    }
    value = qfp_yaml_find(node, "step");
    if (value != NULL && config->integrator != QFP_INTEGRATOR_RK4)
        return QFP_CONFIG_FAIL_KEY(reader, value,
                                   "only `integrator: rk4` has a fixed step; the others choose "
                                   "theirs from the tolerance");
    return check_precision(reader, qfp_yaml_find(node, "precision"), config);
}

qfp_status qfpi_config_read_tree(const qfp_yaml_node *root, qfp_config *config)
{
    qfp_config_reader reader = {
        .source = config->path, .modes = 1, .for_steady = config->for_steady};
    const qfp_yaml_node *node;
    qfp_config_model model = {0};
    bool is_process = qfp_config_asks_for_process(root);
    config->modes = 1;
    config->device = -1;
    config->ordering_is_balanced = true;
    config->theory = (qfp_theory){.order = QFP_ORDER_EXACT, .C = 1, .kappa = 1};
    QFP_TRY(qfp_config_check_keys(&reader, root, ""));
    if (is_process)
        QFP_TRY(qfp_config_refuse_system(&reader, root));
    else
        QFP_TRY(read_hamiltonian(&reader, root, config, &model)); /* modes and parameters */
    QFP_TRY(qfp_config_read(&reader, root, "", config));
    if (!is_process)
        QFP_TRY(qfp_config_constants(&reader, config));
    QFP_TRY(read_title(&reader, root, config));
    QFP_TRY(find_lengths(&reader, root, &model, config));
    QFP_TRY(qfp_config_ensemble(&reader, root, config));
    if ((node = qfp_yaml_find(root, "solver")) != NULL)
        QFP_TRY(check_solver(&reader, node, config));
    if (is_process) {
        QFP_TRY(qfp_config_process(&reader, root, config));
    } else {
        QFP_TRY(qfp_config_model_write(&model, config));
        QFP_TRY(qfp_config_dissipation(&reader, root, config));
        config->initial_is_vacuum = config->for_steady && qfp_yaml_find(root, "initial") == NULL;
        if (config->initial_is_vacuum) {
            config->initial.kind = QFP_STATE_FOCK;
        } else {
            QFP_TRY(qfp_config_require(&reader, root, "initial", &node));
            QFP_TRY(qfp_config_state(&reader, node, config));
        }
        QFP_TRY(qfp_config_theories(&reader, root, config));
    }
    if ((node = qfp_yaml_find(root, "device")) != NULL && config->backend == QFP_BACKEND_CPU)
        return QFP_CONFIG_WRONG(&reader, node);
    QFP_TRY(qfp_config_output(&reader, qfp_yaml_find(root, "output"), config));
    if (!config->for_steady)
        QFP_TRY(qfp_config_observed(&reader, root, config));
    return qfp_config_sweep(&reader, root, config);
}

void qfp_config_destroy(qfp_config *config)
{
    if (config == NULL)
        return;
    for (size_t i = 0; i < config->parameter_count; ++i) {
        free(config->parameters[i].name);
        qfp_time_function_clear(&config->functions[i]);
    }
    free(config->parameters);
    free(config->functions);
    qfp_config_dissipation_clear(config);
    free(config->parameter_uses);
    qfp_polynomial_destroy(&config->wick);
    qfp_state_clear(&config->initial);
    qfp_config_process_clear(&config->process);
    free(config->theories);
    qfp_config_observables_clear(config);
    qfp_config_correlations_clear(config);
    qfp_config_observed_clear(config);
    qfp_config_sweep_clear(config);
    for (size_t i = 0; i < config->override_count; ++i)
        free(config->overrides[i]);
    free(config->overrides);
    free(config->times);
    free(config->series_times);
    free(config->state_times);
    free(config->planes);
    free(config->expression);
    free(config->title);
    free(config->text);
    free(config->path);
    free(config);
}
