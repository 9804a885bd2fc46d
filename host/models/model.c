#include "models/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/models.h"

const qfp_model *const qfp_models[] = {
    &qfpi_model_scalar_field, &qfpi_model_bose_hubbard,         &qfpi_model_complex_scalar,
    &qfpi_model_gauge_bosons, &qfpi_model_parametric_amplifier, &qfpi_model_pointer,
    &qfpi_model_driven_kerr,  &qfpi_model_cross_kerr,
};
enum { MODELS = sizeof qfp_models / sizeof(void *) };
const size_t qfp_model_count = MODELS;

const qfp_model *qfp_model_find(const char *name, const char **nearest)
{
    const char *names[MODELS];
    for (size_t i = 0; i < MODELS; i++) {
        names[i] = qfp_models[i]->name;
        if (strcmp(name, names[i]) == 0)
            return qfp_models[i];
    }
    if (nearest != NULL)
        *nearest = qfp_nearest(name, names, MODELS);
    return NULL;
}

void qfp_model_defaults(const qfp_model *model, qfp_model_value *values)
{
    for (size_t i = 0; i < model->parameter_count; i++)
        values[i] = (qfp_model_value){.number = model->parameters[i].fallback,
                                      .choice = (int)model->parameters[i].fallback};
}

static void list_words(const char *const *words, char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t used = strlen(out);
        const char *before = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";
        snprintf(out + used, size - used, "%s%s", before, words[i]);
    }
}

const char *qfp_model_expected(const qfp_model_parameter *parameter, char *out, size_t size)
{
    char words[128];
    switch (parameter->type) {
    case QFP_MODEL_INTEGER:
        snprintf(out, size, "a whole number from %d to %d", parameter->low, parameter->high);
        break;
    case QFP_MODEL_REAL:
        snprintf(out, size, "a number");
        break;
    case QFP_MODEL_POSITIVE:
        snprintf(out, size, "a positive number");
        break;
    case QFP_MODEL_CHOICE:
        list_words(parameter->words, out, size);
        break;
    case QFP_MODEL_INTEGERS:
        snprintf(out, size, "a list of 1 to %d whole numbers from %d to %d", QFP_MAX_MODES,
                 parameter->low, parameter->high);
        break;
    case QFP_MODEL_GRAPH:
        list_words(parameter->words, words, sizeof words);
        snprintf(out, size, "%s, or a list of edges [i, j] or [i, j, weight]", words);
        break;
    }
    return out;
}

qfp_status qfp_model_operator(const qfp_model *model, const qfp_model_value *values,
                              const qfp_model_shape *shape, const qfp_model_units *units,
                              char **out)
{
    qfp_text text = {0};
    model->write(values, shape, units, &text);
    if (text.length == 0) /* every coupling is zero */
        qfpi_text_put(&text, "0");
    char *written = qfpi_text_finish(&text);
    if (written == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the model");
    if (strstr(written, "inf") != NULL || strstr(written, "nan") != NULL) {
        free(written);
        return QFP_FAIL(QFP_CONFIG,
                        "the model %s has a coefficient that is not finite: its "
                        "parameters are too large or too small",
                        model->name);
    }
    *out = written;
    return QFP_OK;
}
