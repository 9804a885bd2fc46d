#include "ensemble/path_observables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_observables.h"

static qfp_status add_raw(qfp_path_observables *o, const qfp_polynomial *wick)
{
    qfp_symbol_term *terms = NULL;
    qfp_polynomial symbol;
    qfp_polynomial_init(&symbol, wick->variables);
    QFP_TRY(qfp_symbol_exp_laplacian(wick, -o->ordering, &symbol));
    qfp_status status = QFP_ALLOCATE(terms, symbol.count + 1, "the observables of an ensemble");
    for (size_t t = 0; status == QFP_OK && t < symbol.count; t++) {
        terms[t].re = creal(symbol.terms[t].coefficient);
        terms[t].im = cimag(symbol.terms[t].coefficient);
        memcpy(terms[t].power, symbol.terms[t].power, (size_t)symbol.variables);
    }
    if (status == QFP_OK)
        o->raw[o->raw_count++] = (qfp_path_polynomial){.term_count = symbol.count, .terms = terms};
    qfp_polynomial_destroy(&symbol);
    return status;
}

qfp_status qfp_path_observables_create(const qfp_config *config, double ordering, int doubled,
                                       qfp_path_observables *out)
{
    *out = (qfp_path_observables){.doubled = doubled, .ordering = ordering};
    qfp_status status;
    QFP_TRY_GOTO(qfp_config_observables(config, QFP_OF_ENSEMBLES, &out->list));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->raw, out->list.moment_count, "observables"));
    for (size_t i = 0; i < out->list.moment_count; i++)
        QFP_TRY_GOTO(add_raw(out, &out->list.moments[i].wick));
done:
    if (status != QFP_OK)
        qfp_path_observables_destroy(out);
    return status;
}

void qfp_path_observables_destroy(qfp_path_observables *o)
{
    for (size_t k = 0; o->raw != NULL && k < o->raw_count; k++)
        free((void *)o->raw[k].terms);
    free(o->raw);
    qfp_observable_list_destroy(&o->list);
    *o = (qfp_path_observables){0};
}

/* Σ w f over the paths of every batch of the ensemble, [count][batches]. */
static qfp_status sum_batches(const qfp_path_observables *o, const qfp_backend *backend,
                              qfp_context *context, const qfp_weighted_paths *p, size_t count,
                              const qfp_path_polynomial *functions, double *out)
{
    const qfp_batches *batches = &p->share->batches;
    double *own = NULL;
    QFP_TRY(QFP_ALLOCATE(own, count * batches->count, "sums over batches"));
    qfp_status status = backend->paths->sums(context, p->set, o->doubled, count, functions, batches,
                                             p->x, p->weights, own);
    if (status == QFP_OK)
        status = qfp_share_sums(p->share, count, own, out);
    free(own);
    return status;
}

/* Σ w over the paths of every batch, and over all of them after it: [batches + 1]. */
static qfp_status count_batches(const qfp_path_observables *o, const qfp_backend *backend,
                                qfp_context *context, const qfp_weighted_paths *p, double *out)
{
    const qfp_symbol_term one = {.re = 1.0};
    const qfp_path_polynomial constant = {.term_count = 1, .terms = &one};
    const size_t batches = p->share->batches.of;
    const qfp_batches all = {.paths = p->share->batches.paths, .of = batches, .count = batches};
    for (size_t b = 0; b < batches; b++)
        out[b] = (double)(qfpi_paths_before(&all, b + 1) - qfpi_paths_before(&all, b));
    if (p->weights != NULL)
        QFP_TRY(sum_batches(o, backend, context, p, 1, &constant, out));
    out[batches] = 0.0;
    for (size_t b = 0; b < batches; b++)
        out[batches] += out[b];
    return QFP_OK;
}

qfp_status qfp_path_observables_evaluate(const qfp_path_observables *o, const qfp_backend *backend,
                                         qfp_context *context, const qfp_weighted_paths *paths,
                                         double *values, double *errors)
{
    size_t batches = paths->share->batches.of;
    double *sums = NULL, *mean = NULL, *part = NULL, *size = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(sums, o->raw_count * batches, "sums over batches"));
    QFP_TRY_GOTO(QFP_ALLOCATE(mean, 2 * o->raw_count, "sums over batches"));
    QFP_TRY_GOTO(QFP_ALLOCATE(part, 2 * o->list.count, "sums over batches"));
    QFP_TRY_GOTO(QFP_ALLOCATE(size, batches + 1, "sums over batches"));
    QFP_TRY_GOTO(sum_batches(o, backend, context, paths, o->raw_count, o->raw, sums));
    QFP_TRY_GOTO(count_batches(o, backend, context, paths, size));
    double *total = mean + o->raw_count, *centre = part + o->list.count;
    for (size_t k = 0; k < o->raw_count; k++) {
        total[k] = 0.0;
        for (size_t b = 0; b < batches; b++)
            total[k] += sums[k * batches + b];
        mean[k] = total[k] / size[batches];
    }
    qfp_observable_list_combine(&o->list, mean, values);
    /* jackknife: the spread of what comes out when a batch is left out */
    memset(errors, 0, o->list.count * sizeof *errors);
    memset(centre, 0, o->list.count * sizeof *centre);
    for (int pass = 0; pass < 2; pass++)
        for (size_t b = 0; b < batches; b++) {
            double left = size[batches] - size[b];
            for (size_t k = 0; k < o->raw_count; k++)
                mean[k] = (total[k] - sums[k * batches + b]) / left;
            qfp_observable_list_combine(&o->list, mean, part);
            for (size_t k = 0; k < o->list.count; k++) {
                if (pass == 0)
                    centre[k] += part[k] / (double)batches;
                else
                    errors[k] += (part[k] - centre[k]) * (part[k] - centre[k]);
            }
        }
    for (size_t k = 0; k < o->list.count; k++)
        errors[k] = sqrt(errors[k] * (double)(batches - 1) / (double)batches);
done:
    free(sums);
    free(mean);
    free(part);
    free(size);
    return status;
}
