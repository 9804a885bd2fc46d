#include "io/config_process.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_DEGREE 16

bool qfp_config_asks_for_process(const qfp_yaml_node *root)
{
    const qfp_yaml_node *ensemble = qfp_yaml_find(root, "ensemble"), *node;
    if (ensemble == NULL || ensemble->kind != QFP_YAML_MAP)
        return false;
    node = qfp_yaml_find(ensemble, "method");
    if (node == NULL || node->kind != QFP_YAML_SCALAR)
        return false;
    const qfp_ensemble_method *method = qfp_ensemble_method_find(node->text);
    return method != NULL && method->is_process;
}

void qfp_config_process_clear(qfp_process_settings *process)
{
    for (int i = 0; i < QFP_MAX_VARIABLES_OF_PROCESS; ++i) {
        qfp_polynomial_destroy(&process->drift[i]);
        for (int k = 0; k < QFP_MAX_VARIABLES_OF_PROCESS; ++k)
            qfp_polynomial_destroy(&process->noise[i][k]);
    }
    qfp_polynomial_destroy(&process->potential);
}

qfp_status qfp_config_require_system(const qfp_config *config)
{
    if (config->ensemble.method == NULL || !config->ensemble.method->is_process)
        return QFP_OK;
    return QFP_FAIL(QFP_CONFIG,
                    "%s:%d:%d: ensemble.method: a process without a hamiltonian; only `qfp sample` "
                    "can do something with it",
                    config->path, config->process.line, config->process.column);
}

qfp_status qfp_config_refuse_system(const qfp_config_reader *reader, const qfp_yaml_node *root)
{
    static const char *const system[] = {"hamiltonian", "lengths", "frequencies", "initial",
                                         "theory",      "solver",  "dissipation"};
    const qfp_yaml_node *value;
    for (size_t i = 0; i < sizeof system / sizeof *system; ++i)
        if ((value = qfp_yaml_find(root, system[i])) != NULL)
            return QFP_CONFIG_FAIL_KEY(
                reader, value,
                "`ensemble.method: %s` is defined by the keys of ensemble "
                "alone; leave this one out",
                qfp_yaml_find(qfp_yaml_find(root, "ensemble"), "method")->text);
    return QFP_OK;
}

/* A commuting product as the expression means it here: letters are numbers. */
static qfp_status evaluate(const qfp_node *node, qfp_polynomial *out);

static qfp_status evaluate_pair(const qfp_node *node, qfp_polynomial *out)
{
    qfp_polynomial right;
    qfp_polynomial_init(&right, QFP_MAX_VARIABLES_OF_PROCESS);
    qfp_status status;
    QFP_TRY_GOTO(evaluate(node->left, out));
    QFP_TRY_GOTO(evaluate(node->right, &right));
    if (node->kind == QFP_NODE_MULTIPLY)
        status = qfp_polynomial_multiply(out, &right, out);
    else
        status = qfp_polynomial_add(out, node->kind == QFP_NODE_ADD ? 1.0 : -1.0, &right, out);
done:
    qfp_polynomial_destroy(&right);
    return status;
}

static qfp_status evaluate_power(const qfp_node *node, qfp_polynomial *out)
{
    qfp_polynomial base;
    const uint8_t none[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial_init(&base, QFP_MAX_VARIABLES_OF_PROCESS);
    qfp_status status;
    if (node->exponent > MOST_DEGREE) {
        status = QFP_FAIL(QFP_CONFIG, "power %d, at most %d", node->exponent, MOST_DEGREE);
        goto done;
    }
    QFP_TRY_GOTO(evaluate(node->left, &base));
    QFP_TRY_GOTO(qfp_polynomial_add_term(out, 1.0, none));
    for (int i = 0; i < node->exponent; ++i) {
        QFP_TRY_GOTO(qfp_polynomial_multiply(out, &base, out));
        if (qfp_polynomial_degree(out, 0, QFP_MAX_VARIABLES_OF_PROCESS) > MOST_DEGREE) {
            status = QFP_FAIL(QFP_CONFIG, "degree above %d", MOST_DEGREE);
            goto done;
        }
    }
done:
    qfp_polynomial_destroy(&base);
    return status;
}

/* `out` zero on entry.  Recursion is bounded by QFP_MAX_HEIGHT but for the left operands of long
 * sums, which the parser bounds by the length of the text. */
static qfp_status evaluate(const qfp_node *node, qfp_polynomial *out)
{
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    switch (node->kind) {
    case QFP_NODE_NUMBER:
        if (cimag(node->value) != 0.0)
            return QFP_FAIL(QFP_CONFIG, "a complex number");
        return qfp_polynomial_add_term(out, creal(node->value), power);
    case QFP_NODE_POSITION:
        power[node->mode] = 1;
        return qfp_polynomial_add_term(out, 1.0, power);
    case QFP_NODE_NEGATE:
        QFP_TRY(evaluate(node->left, out));
        for (size_t i = 0; i < out->count; ++i)
            out->terms[i].coefficient = -out->terms[i].coefficient;
        return QFP_OK;
    case QFP_NODE_ADD:
    case QFP_NODE_SUBTRACT:
    case QFP_NODE_MULTIPLY:
        QFP_TRY(evaluate_pair(node, out));
        if (qfp_polynomial_degree(out, 0, QFP_MAX_VARIABLES_OF_PROCESS) > MOST_DEGREE)
            return QFP_FAIL(QFP_CONFIG, "degree above %d", MOST_DEGREE);
        return QFP_OK;
    case QFP_NODE_POWER:
        return evaluate_power(node, out);
    default:
        return QFP_FAIL(QFP_CONFIG, "an operator (a, ad, n, p, hc, comm)");
    }
}

static qfp_status read_polynomial(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                  int variables, qfp_polynomial *out)
{
    const char *text;
    qfp_node *tree = NULL;
    QFP_TRY(qfp_config_text(reader, node, &text));
    const qfp_place place = {.file = reader->source,
                             .key = node->path,
                             .line = node->from_override ? 0 : node->line,
                             .column = node->from_override ? 0 : node->column};
    QFP_TRY(qfp_expression_parse(text, variables, NULL, 0, &place, &tree));
    qfp_status status = evaluate(tree, out);
    qfp_node_destroy(tree);
    if (status == QFP_CONFIG) {
        char reason[256];
        snprintf(reason, sizeof reason, "%s", qfp_last_error());
        return QFP_CONFIG_FAIL(reader, node,
                               "expected a real polynomial in x of degree at most %d; this has %s",
                               MOST_DEGREE, reason);
    }
    return status;
}

static bool is_list(const qfp_yaml_node *node, size_t least, size_t most)
{
    return node->kind == QFP_YAML_LIST && node->count >= least && node->count <= most;
}

static qfp_status read_drift(const qfp_config_reader *reader, const qfp_yaml_node *ensemble,
                             qfp_process_settings *p)
{
    const qfp_yaml_node *node;
    QFP_TRY(qfp_config_require(reader, ensemble, "drift", &node));
    if (!is_list(node, 1, QFP_MAX_VARIABLES_OF_PROCESS))
        return QFP_CONFIG_WRONG(reader, node);
    p->variables = (int)node->count;
    for (int i = 0; i < p->variables; ++i)
        QFP_TRY(read_polynomial(reader, node->items[i], p->variables, &p->drift[i]));
    return QFP_OK;
}

static qfp_status read_noise(const qfp_config_reader *reader, const qfp_yaml_node *node,
                             qfp_process_settings *p)
{
    size_t rows = (size_t)p->variables;
    if (!is_list(node, rows, rows))
        return QFP_CONFIG_FAIL(reader, node,
                               "expected a matrix with one row per variable, here %d, for example "
                               "[[\"0.5*x\"]]",
                               p->variables);
    for (int i = 0; i < p->variables; ++i) {
        const qfp_yaml_node *row = node->items[i];
        size_t columns = i == 0 ? QFP_MAX_VARIABLES_OF_PROCESS : (size_t)p->noises;
        if (!is_list(row, i == 0 ? 1 : columns, columns))
            return QFP_CONFIG_FAIL(reader, row, "expected a row of %s%zu polynomials",
                                   i == 0 ? "1 to " : "", columns);
        p->noises = (int)row->count;
        for (int k = 0; k < p->noises; ++k)
            QFP_TRY(read_polynomial(reader, row->items[k], p->variables, &p->noise[i][k]));
    }
    return QFP_OK;
}

/* D = c cᵀ, Eq. (4): only a positive semi-definite D has a c. */
static qfp_status read_diffusion(const qfp_config_reader *reader, const qfp_yaml_node *node,
                                 qfp_process_settings *p)
{
    double d[2][2] = {{0.0}};
    const uint8_t none[QFP_MAX_VARIABLES] = {0};
    size_t n = (size_t)p->variables;
    if (!is_list(node, n, n))
        return QFP_CONFIG_WRONG(reader, node);
    for (size_t i = 0; i < n; ++i) {
        if (!is_list(node->items[i], n, n))
            return QFP_CONFIG_WRONG(reader, node->items[i]);
        for (size_t k = 0; k < n; ++k)
            QFP_TRY(qfp_config_real(reader, node->items[i]->items[k], &d[i][k]));
    }
    double size = fmax(fabs(d[0][0]), fabs(d[1][1])), rounding = 1e-14 * size * size;
    if (d[0][1] != d[1][0])
        return QFP_CONFIG_WRONG(reader, node);
    if (d[0][0] < 0.0 || d[1][1] < 0.0 || d[0][0] * d[1][1] - d[0][1] * d[0][1] < -rounding)
        return QFP_CONFIG_FAIL(reader, node,
                               "not positive semi-definite: no noise c gives D = c c^T, and the "
                               "density equation is ill-posed forward in time");
    double c00 = sqrt(d[0][0]), c10 = c00 > 0.0 ? d[0][1] / c00 : 0.0;
    double c11 = sqrt(fmax(d[1][1] - c10 * c10, 0.0));
    p->noises = p->variables;
    QFP_TRY(qfp_polynomial_add_term(&p->noise[0][0], c00, none));
    QFP_TRY(qfp_polynomial_add_term(&p->noise[1][0], c10, none));
    return qfp_polynomial_add_term(&p->noise[1][1], c11, none);
}

static qfp_status read_preparations(const qfp_config_reader *reader, const qfp_yaml_node *ensemble,
                                    qfp_process_settings *p)
{
    const qfp_yaml_node *list;
    qfp_config_reader per_variable = *reader;
    per_variable.modes = p->variables;
    QFP_TRY(qfp_config_require(reader, ensemble, "preparations", &list));
    if (!is_list(list, 1, QFP_MAX_PREPARATIONS))
        return QFP_CONFIG_WRONG(reader, list);
    for (size_t i = 0; i < list->count; ++i)
        QFP_TRY(qfp_config_read(&per_variable, list->items[i], "ensemble.preparations",
                                &p->preparations[i]));
    p->preparation_count = (int)list->count;
    return QFP_OK;
}

static qfp_status read_markov(const qfp_config_reader *reader, const qfp_yaml_node *ensemble,
                              qfp_process_settings *p)
{
    const qfp_yaml_node *noise = qfp_yaml_find(ensemble, "noise");
    const qfp_yaml_node *diffusion = qfp_yaml_find(ensemble, "diffusion");
    QFP_TRY(read_drift(reader, ensemble, p));
    if (noise != NULL && diffusion != NULL)
        return QFP_CONFIG_FAIL_KEY(reader, diffusion,
                                   "given together with noise; one of the two is enough");
    if (diffusion != NULL)
        QFP_TRY(read_diffusion(reader, diffusion, p));
    else
        QFP_TRY(qfp_config_require(reader, ensemble, "noise", &noise));
    if (noise != NULL)
        QFP_TRY(read_noise(reader, noise, p));
    return read_preparations(reader, ensemble, p);
}

static qfp_status read_packets(const qfp_config_reader *reader, const qfp_yaml_node *ensemble,
                               qfp_process_settings *p)
{
    const qfp_yaml_node *list;
    QFP_TRY(qfp_config_require(reader, ensemble, "packets", &list));
    if (!is_list(list, 1, QFP_MAX_PACKETS))
        return QFP_CONFIG_WRONG(reader, list);
    for (size_t i = 0; i < list->count; ++i)
        QFP_TRY(qfp_config_read(reader, list->items[i], "ensemble.packets", &p->packets[i]));
    p->packet_count = (int)list->count;
    return QFP_OK;
}

static qfp_status read_nelson(const qfp_config_reader *reader, const qfp_yaml_node *ensemble,
                              qfp_process_settings *p)
{
    const qfp_yaml_node *value;
    p->variables = p->noises = p->preparation_count = 1;
    if ((value = qfp_yaml_find(ensemble, "potential")) != NULL)
        QFP_TRY(read_polynomial(reader, value, 1, &p->potential));
    return read_packets(reader, ensemble, p);
}

qfp_status qfp_config_process(const qfp_config_reader *reader, const qfp_yaml_node *root,
                              qfp_config *config)
{
    qfp_process_settings *p = &config->process;
    const qfp_yaml_node *node = qfp_yaml_find(root, "ensemble"), *value;
    for (int i = 0; i < QFP_MAX_VARIABLES_OF_PROCESS; ++i) {
        qfp_polynomial_init(&p->drift[i], QFP_MAX_VARIABLES_OF_PROCESS);
        for (int k = 0; k < QFP_MAX_VARIABLES_OF_PROCESS; ++k)
            qfp_polynomial_init(&p->noise[i][k], QFP_MAX_VARIABLES_OF_PROCESS);
    }
    qfp_polynomial_init(&p->potential, QFP_MAX_VARIABLES_OF_PROCESS);
    value = qfp_yaml_find(node, "method");
    p->line = value->line;
    p->column = value->column;
    return qfp_ensemble_method_has(config->ensemble.method, "drift") ? read_markov(reader, node, p)
                                                                     : read_nelson(reader, node, p);
}
