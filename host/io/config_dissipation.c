#include "io/config_dissipation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_load.h"

#define REAL_TOLERANCE 1e-14 /* of a rate: what functions leave in its imaginary part */

static qfp_place place_of(const qfp_config *config, const char *key, int line, int column)
{
    return (qfp_place){.file = line > 0 ? config->path : "--set dissipation",
                       .key = key,
                       .line = line,
                       .column = column,
                       .may_vary = true};
}

/* "FILE:LINE:COLUMN: dissipation.rate: " for the start of an error. */
static void write_place(const qfp_place *place, char *out, size_t size)
{
    if (place->line > 0)
        snprintf(out, size, "%s:%d:%d: %s", place->file, place->line, place->column, place->key);
    else
        snprintf(out, size, "%s: %s", place->file, place->key);
}

qfp_status qfpi_config_channel_rate(const qfp_config *config, const qfp_config_channel *channel,
                                    const qfp_parameter *parameters, double *rate)
{
    const qfp_place place =
        place_of(config, "dissipation.rate", channel->rate_line, channel->rate_column);
    double complex value;
    char where[512];
    QFP_TRY(qfp_expression_scalar(channel->rate_text, parameters, config->parameter_count, &place,
                                  &value));
    write_place(&place, where, sizeof where);
    if (!isfinite(creal(value)) || !isfinite(cimag(value)))
        return QFP_FAIL(QFP_CONFIG, "%s: the rate is not finite", where);
    if (fabs(cimag(value)) > REAL_TOLERANCE * cabs(value))
        return QFP_FAIL(QFP_CONFIG,
                        "%s: a rate is a real number >= 0, and this one has the "
                        "imaginary part %g",
                        where, cimag(value));
    if (creal(value) < 0.0)
        return QFP_FAIL(QFP_CONFIG, "%s: a rate is never negative, and this one is %g", where,
                        creal(value));
    *rate = creal(value);
    return QFP_OK;
}

static qfp_status check_operator(const qfp_config *config, const char *where,
                                 const qfp_polynomial *wick)
{
    for (int j = 0; j < config->modes; ++j)
        for (size_t t = 0; t < wick->count; ++t) {
            int degree = wick->terms[t].power[j] + wick->terms[t].power[config->modes + j];
            if (degree > QFPI_CHANNEL_MAX_DEGREE)
                return QFP_FAIL(QFP_CONFIG,
                                "%s: of degree %d in mode %d, and the highest supported is %d",
                                where, degree, j + 1, QFPI_CHANNEL_MAX_DEGREE);
        }
    return QFP_OK;
}

qfp_status qfpi_config_channel_operator(const qfp_config *config, const qfp_config_channel *channel,
                                        const qfp_parameter *parameters, qfp_polynomial *wick)
{
    const qfp_place place =
        place_of(config, "dissipation.operator", channel->operator_line, channel->operator_column);
    qfp_node *tree = NULL;
    char where[512];
    write_place(&place, where, sizeof where);
    QFP_TRY(qfp_expression_parse(channel->operator_text, config->modes, parameters,
                                 config->parameter_count, &place, &tree));
    qfp_status status = qfp_wick_from_operator(tree, config->modes, wick);
    qfp_node_destroy(tree);
    if (status == QFP_CONFIG) {
        char sentence[512];
        snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
        return QFP_FAIL(status, "%s: %s", where, sentence);
    }
    QFP_TRY(status);
    return check_operator(config, where, wick);
}

static qfp_status copy_scalar(const qfp_config_reader *reader, const qfp_yaml_node *node,
                              char **text, int *line, int *column)
{
    const char *given;
    QFP_TRY(qfp_config_text(reader, node, &given));
    *line = node->from_override ? 0 : node->line;
    *column = node->from_override ? 0 : node->column;
    *text = qfpi_format("%s", given);
    return *text != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");
}

static qfp_status read_channel(const qfp_config_reader *reader, const qfp_yaml_node *node,
                               qfp_config *config)
{
    const qfp_yaml_node *value;
    qfp_config_channel *channel = &config->channels[config->channel_count++];
    qfp_polynomial_init(&channel->wick, 2 * config->modes);
    QFP_TRY(qfp_config_check_keys(reader, node, "dissipation"));
    QFP_TRY(qfp_config_require(reader, node, "operator", &value));
    QFP_TRY(copy_scalar(reader, value, &channel->operator_text, &channel->operator_line,
                        &channel->operator_column));
    if ((value = qfp_yaml_find(node, "rate")) != NULL)
        QFP_TRY(copy_scalar(reader, value, &channel->rate_text, &channel->rate_line,
                            &channel->rate_column));
    else if ((channel->rate_text = qfpi_format("1")) == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the configuration");

    size_t before = qfpi_config_time_uses(config);
    QFP_TRY(qfpi_config_channel_operator(config, channel, config->parameters, &channel->wick));
    channel->operator_varies = qfpi_config_time_uses(config) > before;
    QFP_TRY(qfpi_config_channel_rate(config, channel, config->parameters, &channel->rate));
    channel->varies = qfpi_config_time_uses(config) > before;
    config->varies = config->varies || channel->varies;
    if (channel->wick.count == 0 && !channel->operator_varies)
        return QFP_CONFIG_FAIL(reader, qfp_yaml_find(node, "operator"),
                               "expected an operator, but \"%s\" is zero", channel->operator_text);
    return QFP_OK;
}

qfp_status qfp_config_dissipation(const qfp_config_reader *reader, const qfp_yaml_node *root,
                                  qfp_config *config)
{
    const qfp_yaml_node *node = qfp_yaml_find(root, "dissipation");
    if (node == NULL)
        return QFP_OK;
    if (node->kind != QFP_YAML_LIST || node->count == 0 || node->count > QFP_MAX_CHANNELS)
        return QFP_CONFIG_WRONG(reader, node);
    QFP_TRY(QFP_ALLOCATE(config->channels, node->count, "the channels"));
    for (size_t k = 0; k < node->count; ++k)
        QFP_TRY(read_channel(reader, node->items[k], config));
    return QFP_OK;
}

void qfp_config_dissipation_clear(qfp_config *config)
{
    for (size_t k = 0; k < config->channel_count; ++k) {
        free(config->channels[k].operator_text);
        free(config->channels[k].rate_text);
        qfp_polynomial_destroy(&config->channels[k].wick);
    }
    free(config->channels);
}
