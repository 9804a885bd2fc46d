#include "io/config_load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/print.h"

#define HERMITIAN_TOLERANCE 1e-12

static const char *key_of(const qfp_config *config)
{
    return config->model != NULL ? "hamiltonian.model"
           : config->is_symbol   ? "hamiltonian.symbol.expression"
                                 : "hamiltonian.operator";
}

/* "FILE:LINE:COLUMN: key" or "--set key" for the start of an error. */
static void write_place(const qfp_config *config, char *out, size_t size)
{
    if (config->expression_line > 0)
        snprintf(out, size, "%s:%d:%d: %s", config->path, config->expression_line,
                 config->expression_column, key_of(config));
    else
        snprintf(out, size, "--set %s", key_of(config));
}

static qfp_status check_degree(const qfp_config *config, const qfp_polynomial *wick)
{
    for (int j = 0; j < config->modes; ++j) {
        int highest = 0;
        for (size_t t = 0; t < wick->count; ++t) {
            int degree = wick->terms[t].power[j] + wick->terms[t].power[config->modes + j];
            highest = degree > highest ? degree : highest;
        }
        if (highest > QFPI_CONFIG_MAX_DEGREE) {
            char place[512];
            write_place(config, place, sizeof place);
            return QFP_FAIL(QFP_CONFIG,
                            "%s: of degree %d in mode %d, and the highest supported is %d", place,
                            highest, j + 1, QFPI_CONFIG_MAX_DEGREE);
        }
    }
    return QFP_OK;
}

/* The coefficient of a†^q a^p, the adjoint of a†^p a^q. */
static double complex find_adjoint(const qfp_polynomial *wick, int modes, const qfp_term *term)
{
    for (size_t t = 0; t < wick->count; ++t)
        if (memcmp(wick->terms[t].power, term->power + modes, (size_t)modes) == 0 &&
            memcmp(wick->terms[t].power + modes, term->power, (size_t)modes) == 0)
            return wick->terms[t].coefficient;
    return 0;
}

static qfp_status fail_not_hermitian(const qfp_config *config, const qfp_polynomial *wick)
{
    size_t worst = 0;
    double largest = -1;
    for (size_t t = 0; t < wick->count; ++t) {
        double complex adjoint = find_adjoint(wick, config->modes, &wick->terms[t]);
        double difference = cabs(wick->terms[t].coefficient - conj(adjoint));
        if (difference > largest) {
            largest = difference;
            worst = t;
        }
    }
    qfp_polynomial term;
    qfp_polynomial_init(&term, wick->variables);
    char *text = NULL;
    if (qfp_polynomial_add_term(&term, wick->terms[worst].coefficient, wick->terms[worst].power) ==
        QFP_OK)
        text = qfp_print_symbol(&term, config->modes, QFP_PRINT_TEXT);
    qfp_polynomial_destroy(&term);
    char place[512];
    write_place(config, place, sizeof place);
    qfp_status status = QFP_FAIL(QFP_CONFIG,
                                 "%s: not Hermitian: in normal order the term %s has no adjoint "
                                 "partner of the same size; hc(A) adds the adjoint of A",
                                 place, text != NULL ? text : "of largest coefficient");
    free(text);
    return status;
}

static qfp_status to_wick(const qfp_config *config, const qfp_node *node, qfp_polynomial *wick)
{
    if (!config->is_symbol)
        return qfp_wick_from_operator(node, config->modes, wick);
    QFP_TRY(qfp_symbol_from_expression(node, config->modes, wick));
    /* H_Weyl = e^{-Δ/2} H_W and H_aW = e^{-Δ} H_W, undone */
    double s = config->symbol_ordering == QFP_WEYL       ? 0.5
               : config->symbol_ordering == QFP_ANTIWICK ? 1.0
                                                         : 0.0;
    return s > 0 ? qfp_symbol_exp_laplacian(wick, s, wick) : QFP_OK;
}

qfp_status qfpi_config_wick(const qfp_config *config, const qfp_parameter *parameters,
                            qfp_polynomial *out)
{
    char option[64];
    snprintf(option, sizeof option, "--set %s", key_of(config));
    bool set = config->expression_line == 0;
    qfp_place place = {.file = set ? option : config->path,
                       .key = set ? "value" : key_of(config),
                       .line = config->expression_line,
                       .column = config->expression_column,
                       .may_vary = true};
    qfp_node *node = NULL;
    qfp_polynomial_init(out, 2 * config->modes);
    QFP_TRY(qfp_expression_parse(config->expression, config->modes, parameters,
                                 config->parameter_count, &place, &node));
    qfp_status status = to_wick(config, node, out);
    qfp_node_destroy(node);
    if (status == QFP_CONFIG) {
        char where[512];
        write_place(config, where, sizeof where);
        return QFP_FAIL(status, "%s: %s", where, qfp_last_error());
    }
    QFP_TRY(status);
    QFP_TRY(check_degree(config, out));
    return qfp_symbol_antihermitian_part(out) > HERMITIAN_TOLERANCE
               ? fail_not_hermitian(config, out)
               : QFP_OK;
}

qfp_status qfpi_config_find_wick(qfp_config *config)
{
    size_t before = qfpi_config_time_uses(config);
    QFP_TRY(qfpi_config_wick(config, config->parameters, &config->wick));
    config->hamiltonian_varies = qfpi_config_time_uses(config) > before;
    config->varies = config->varies || config->hamiltonian_varies;
    return QFP_OK;
}
