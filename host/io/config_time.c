#include "io/config_time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/spline.h"
#include "io/config_load.h"

/* Appends the time to the sentence of what failed at it. */
static qfp_status at_time(qfp_status status, double t)
{
    char sentence[1024];
    if (status != QFP_CONFIG)
        return status;
    snprintf(sentence, sizeof sentence, "%s", qfp_last_error());
    return QFP_FAIL(status, "%s (at t = %.10g)", sentence, t);
}

static qfp_status evaluate(const qfp_config *config, size_t i, double t, qfp_parameter *all)
{
    const qfp_time_function *f = &config->functions[i];
    if (f->count > 0) {
        all[i].value = qfp_spline_value(f->count, f->times, f->values, f->bends, t);
        return QFP_OK;
    }
    char key[128];
    snprintf(key, sizeof key, "hamiltonian.parameters.%s", all[i].name);
    const qfp_place place = {.file = config->path, .key = key, .may_vary = true};
    return at_time(qfp_expression_scalar(f->text, all, i, &place, &all[i].value), t);
}

qfp_status qfp_config_parameters_at(const qfp_config *config, double t, qfp_parameter *out)
{
    for (size_t i = 0; i < config->parameter_count; ++i) {
        out[i] = config->parameters[i];
        out[i].uses = NULL;
        if (i == 0)
            out[i].value = config->origin + t;
        else if (out[i].varies)
            QFP_TRY(evaluate(config, i, config->origin + t, out));
    }
    return QFP_OK;
}

qfp_status qfp_config_wick_at(const qfp_config *config, double t, qfp_polynomial *out)
{
    qfp_parameter *parameters = NULL;
    qfp_polynomial_init(out, 2 * config->modes);
    if (!config->hamiltonian_varies)
        return qfp_polynomial_copy(&config->wick, out);
    QFP_TRY(QFP_ALLOCATE(parameters, config->parameter_count, "the parameters"));
    qfp_status status = qfp_config_parameters_at(config, t, parameters);
    if (status == QFP_OK)
        status = at_time(qfpi_config_wick(config, parameters, out), config->origin + t);
    free(parameters);
    return status;
}

qfp_status qfp_config_channel_at(const qfp_config *config, size_t k, double t, double *rate,
                                 qfp_polynomial *wick)
{
    const qfp_config_channel *channel = &config->channels[k];
    qfp_parameter *parameters = NULL;
    qfp_polynomial_init(wick, 2 * config->modes);
    *rate = channel->rate;
    if (!channel->varies)
        return qfp_polynomial_copy(&channel->wick, wick);
    QFP_TRY(QFP_ALLOCATE(parameters, config->parameter_count, "the parameters"));
    qfp_status status = qfp_config_parameters_at(config, t, parameters);
    if (status == QFP_OK)
        status = at_time(qfpi_config_channel_rate(config, channel, parameters, rate),
                         config->origin + t);
    if (status == QFP_OK && channel->operator_varies)
        status = at_time(qfpi_config_channel_operator(config, channel, parameters, wick),
                         config->origin + t);
    else if (status == QFP_OK)
        status = qfp_polynomial_copy(&channel->wick, wick);
    free(parameters);
    return status;
}

static qfp_status add_hamiltonian(const qfp_config *config, double t, double weight,
                                  qfp_lindblad *out)
{
    qfp_polynomial wick;
    qfp_status status = qfp_config_wick_at(config, t, &wick);
    if (status == QFP_OK)
        status = qfp_polynomial_add(&out->wick, weight, &wick, &out->wick);
    qfp_polynomial_destroy(&wick);
    return status;
}

static qfp_status add_channel(const qfp_config *config, size_t k, size_t count, const double *t,
                              const double *weight, qfp_lindblad *out)
{
    const qfp_config_channel *channel = &config->channels[k];
    double sum = 0.0;
    for (size_t i = 0; i < count; ++i) {
        double rate;
        qfp_polynomial wick;
        qfp_status status = qfp_config_channel_at(config, k, t[i], &rate, &wick);
        sum += weight[i] * rate;
        if (status == QFP_OK && channel->operator_varies)
            status = qfp_lindblad_add(out, weight[i] * rate, &wick);
        qfp_polynomial_destroy(&wick);
        QFP_TRY(status);
    }
    return channel->operator_varies ? QFP_OK : qfp_lindblad_add(out, sum, &channel->wick);
}

qfp_status qfp_config_lindblad(const qfp_config *config, size_t count, const double *t,
                               const double *weight, qfp_lindblad *out)
{
    double all = 0.0;
    qfp_lindblad_init(out, config->modes);
    for (size_t i = 0; i < count; ++i)
        all += weight[i];
    if (!config->hamiltonian_varies)
        QFP_TRY(qfp_polynomial_add(&out->wick, all, &config->wick, &out->wick));
    for (size_t i = 0; i < count && config->hamiltonian_varies; ++i)
        QFP_TRY(add_hamiltonian(config, t[i], weight[i], out));
    for (size_t k = 0; k < config->channel_count; ++k)
        QFP_TRY(add_channel(config, k, count, t, weight, out));
    return QFP_OK;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

qfp_status qfp_config_knots(const qfp_config *config, double from, double to, size_t *count,
                            double **out)
{
    size_t all = 0, found = 0, kept = 0;
    for (size_t i = 0; i < config->parameter_count; ++i)
        all += config->functions[i].count;
    *count = 0;
    QFP_TRY(QFP_ALLOCATE(*out, all + 1, "the knots of tables"));
    for (size_t i = 0; i < config->parameter_count; ++i) {
        const qfp_time_function *f = &config->functions[i];
        for (size_t k = 0; k < f->count; ++k)
            if (f->times[k] - config->origin >= from && f->times[k] - config->origin <= to)
                (*out)[found++] = f->times[k] - config->origin;
    }
    qsort(*out, found, sizeof **out, compare);
    for (size_t i = 0; i < found; ++i)
        if (kept == 0 || (*out)[i] > (*out)[kept - 1])
            (*out)[kept++] = (*out)[i];
    *count = kept;
    return QFP_OK;
}
