#include "reference/system_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_time.h"

static qfp_status read_hamiltonian(const qfp_config *config, qfp_system_words *w)
{
    const qfp_place place = {.file = config->path,
                             .key = config->is_symbol ? "hamiltonian.symbol.expression"
                                                      : "hamiltonian.operator",
                             .line = config->expression_line,
                             .column = config->expression_column,
                             .may_vary = true};
    qfp_node *tree = NULL;
    qfp_words_destroy(&w->hamiltonian);
    QFP_TRY(qfp_expression_parse(config->expression, config->modes, w->parameters,
                                 config->parameter_count, &place, &tree));
    qfp_status status = config->is_symbol
                            ? qfp_words_from_symbol(tree, config->symbol_ordering, &w->hamiltonian)
                            : qfp_words_from_operator(tree, &w->hamiltonian);
    qfp_node_destroy(tree);
    return status;
}

static qfp_status read_rate(const qfp_config *config, size_t k, double t, qfp_system_words *w)
{
    const qfp_config_channel *channel = &config->channels[k];
    const qfp_place place = {.file = config->path,
                             .key = "dissipation.rate",
                             .line = channel->rate_line,
                             .column = channel->rate_column,
                             .may_vary = true};
    double complex rate;
    QFP_TRY(qfp_expression_scalar(channel->rate_text, w->parameters, config->parameter_count,
                                  &place, &rate));
    if (!(creal(rate) >= 0.0) || isinf(creal(rate)))
        return QFP_FAIL(QFP_CONFIG,
                        "%s:%d:%d: dissipation.rate: expected a rate >= 0 at every time, but it is "
                        "%g at t = %.6g",
                        config->path, channel->rate_line, channel->rate_column, creal(rate),
                        config->origin + t);
    w->rate[k] = creal(rate);
    return QFP_OK;
}

static qfp_status read_operator(const qfp_config *config, size_t k, qfp_system_words *w)
{
    const qfp_config_channel *channel = &config->channels[k];
    const qfp_place place = {.file = config->path,
                             .key = "dissipation.operator",
                             .line = channel->operator_line,
                             .column = channel->operator_column,
                             .may_vary = true};
    qfp_node *tree = NULL;
    qfp_words_destroy(&w->jump[k]);
    qfp_words_destroy(&w->damping[k]);
    QFP_TRY(qfp_expression_parse(channel->operator_text, config->modes, w->parameters,
                                 config->parameter_count, &place, &tree));
    qfp_status status = qfp_words_from_operator(tree, &w->jump[k]);
    qfp_node_destroy(tree);
    QFP_TRY(status);
    return qfp_words_adjoint_product(&w->jump[k], &w->jump[k], &w->damping[k]);
}

qfp_status qfp_system_words_create(const qfp_config *config, qfp_system_words *out)
{
    size_t channels = config->channel_count;
    *out = (qfp_system_words){.channels = channels};
    QFP_TRY(QFP_ALLOCATE(out->rate, channels, "the rates"));
    QFP_TRY(QFP_ALLOCATE(out->jump, channels, "the channels"));
    QFP_TRY(QFP_ALLOCATE(out->damping, channels, "the channels"));
    QFP_TRY(QFP_ALLOCATE(out->parameters, config->parameter_count, "the parameters"));
    for (size_t i = 0; i < config->parameter_count; i++) {
        out->parameters[i] = config->parameters[i];
        out->parameters[i].uses = NULL;
    }
    if (config->varies)
        QFP_TRY(qfp_config_parameters_at(config, 0.0, out->parameters));
    QFP_TRY(read_hamiltonian(config, out));
    for (size_t k = 0; k < channels; k++) {
        QFP_TRY(read_rate(config, k, 0.0, out));
        QFP_TRY(read_operator(config, k, out));
    }
    return QFP_OK;
}

void qfp_system_words_destroy(qfp_system_words *w)
{
    qfp_words_destroy(&w->hamiltonian);
    for (size_t k = 0; k < w->channels; k++) {
        if (w->jump != NULL)
            qfp_words_destroy(&w->jump[k]);
        if (w->damping != NULL)
            qfp_words_destroy(&w->damping[k]);
    }
    free(w->rate);
    free(w->jump);
    free(w->damping);
    free(w->parameters);
    *w = (qfp_system_words){0};
}

qfp_status qfp_system_words_at(const qfp_config *config, double t, qfp_system_words *w)
{
    if (!config->varies)
        return QFP_OK;
    QFP_TRY(qfp_config_parameters_at(config, t, w->parameters));
    if (config->hamiltonian_varies)
        QFP_TRY(read_hamiltonian(config, w));
    for (size_t k = 0; k < w->channels; k++) {
        if (config->channels[k].varies)
            QFP_TRY(read_rate(config, k, t, w));
        if (config->channels[k].operator_varies)
            QFP_TRY(read_operator(config, k, w));
    }
    return QFP_OK;
}

static void append(const qfp_words *from, double complex factor, qfp_words *to)
{
    for (size_t i = 0; i < from->count; i++)
        to->word[to->count++] =
            (qfp_word){factor * from->word[i].coefficient, from->word[i].letters};
}

qfp_status qfp_system_words_drift(const qfp_config *config, const qfp_system_words *w,
                                  qfp_words *out)
{
    size_t count = w->hamiltonian.count;
    for (size_t k = 0; k < w->channels; k++)
        count += w->damping[k].count;
    *out = (qfp_words){0};
    QFP_TRY(QFP_ALLOCATE(out->word, count + 1, "operator products"));
    append(&w->hamiltonian, -I / config->kappa, out);
    for (size_t k = 0; k < w->channels; k++)
        append(&w->damping[k], -0.5 * w->rate[k], out);
    return QFP_OK;
}
