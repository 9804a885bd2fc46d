#include "run/reference_means.h"

#include <stdlib.h>
#include <string.h>

static bool same_operator(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

qfp_status qfp_reference_means_create(const qfp_reference *reference,
                                      const qfp_observable_list *list, qfp_reference_means *out)
{
    *out = (qfp_reference_means){.reference = reference, .list = list};
    QFP_TRY(QFP_ALLOCATE(out->operators, list->moment_count, "observables"));
    QFP_TRY(QFP_ALLOCATE(out->before, list->moment_count, "observables"));
    QFP_TRY(QFP_ALLOCATE(out->raw, list->moment_count, "observables"));
    QFP_TRY(QFP_ALLOCATE(out->raw_errors, list->moment_count, "observables"));
    QFP_TRY(QFP_ALLOCATE(out->means, list->moment_count, "observables"));
    for (size_t i = 0; i < list->moment_count; i++) {
        const char *text = list->moments[i].text;
        size_t before = 0;
        while (!same_operator(list->moments[before].text, text))
            before++;
        out->before[i] = before;
        if (before == i)
            QFP_TRY(qfp_reference_operator_create(reference, text, &out->operators[i]));
    }
    return QFP_OK;
}

void qfp_reference_means_destroy(qfp_reference_means *m)
{
    for (size_t i = 0; m->operators != NULL && i < m->list->moment_count; i++)
        qfp_reference_operator_destroy(m->operators[i]);
    free(m->operators);
    free(m->before);
    free(m->raw);
    free(m->raw_errors);
    free(m->means);
    *m = (qfp_reference_means){0};
}

qfp_status qfp_reference_means_evaluate(qfp_reference_means *m, double *values)
{
    for (size_t i = 0; i < m->list->moment_count; i++) {
        if (m->before[i] == i)
            QFP_TRY(qfp_reference_mean(m->reference, m->operators[i], &m->means[i]));
        double complex mean = m->means[m->before[i]];
        m->raw[i] = m->list->moments[i].imaginary ? cimag(mean) : creal(mean);
    }
    qfp_observable_list_combine(m->list, m->raw, values);
    return QFP_OK;
}

qfp_status qfp_reference_means_errors(qfp_reference_means *m, const qfp_reference_error *error,
                                      double *errors)
{
    for (size_t i = 0; i < m->list->moment_count; i++) {
        size_t before = m->before[i];
        m->raw_errors[i] = m->raw_errors[before];
        if (before == i)
            QFP_TRY(qfp_reference_mean_error(m->reference, m->operators[i], m->means[i], error,
                                             &m->raw_errors[i]));
    }
    qfp_observable_list_errors(m->list, m->raw, m->raw_errors, errors);
    return QFP_OK;
}
