#include "ensemble/path_observables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raw means of mode j start at 5j; then the pairs i < j, then the energy. */
enum { ABSOLUTE, RE_A, IM_A, RE_AA, IM_AA, PER_MODE_RAW, PER_MODE = 7 };

static size_t pair_count(int modes)
{
    return (size_t)modes * (size_t)(modes - 1) / 2;
}

static qfp_status add_raw(qfp_path_observables *o, size_t count, const qfp_symbol_term *terms)
{
    qfp_symbol_term *copy = NULL;
    QFP_TRY(QFP_ALLOCATE(copy, count + 1, "the observables of an ensemble"));
    if (count > 0)
        memcpy(copy, terms, count * sizeof *copy);
    o->raw[o->raw_count++] = (qfp_path_polynomial){.term_count = count, .terms = copy};
    return QFP_OK;
}

static qfp_status add_mode(qfp_path_observables *o, int j)
{
    int n = o->modes;
    qfp_symbol_term absolute = {.re = 1.0}, a = {.re = 1.0}, aa = {.re = 1.0};
    absolute.power[j] = absolute.power[n + j] = 1;
    a.power[j] = 1;
    aa.power[j] = 2;
    qfp_symbol_term im_a = a, im_aa = aa; /* Im z = Re(−iz) */
    im_a.re = im_aa.re = 0.0;
    im_a.im = im_aa.im = -1.0;
    QFP_TRY(add_raw(o, 1, &absolute));
    QFP_TRY(add_raw(o, 1, &a));
    QFP_TRY(add_raw(o, 1, &im_a));
    QFP_TRY(add_raw(o, 1, &aa));
    return add_raw(o, 1, &im_aa);
}

/* (α_iβ_i − s)(α_jβ_j − s), the symbol of n_i n_j. */
static qfp_status add_pair(qfp_path_observables *o, int i, int j)
{
    int n = o->modes;
    double s = o->ordering;
    qfp_symbol_term terms[4] = {{.re = 1.0}, {.re = -s}, {.re = -s}, {.re = s * s}};
    terms[0].power[i] = terms[0].power[n + i] = terms[0].power[j] = terms[0].power[n + j] = 1;
    terms[1].power[i] = terms[1].power[n + i] = 1;
    terms[2].power[j] = terms[2].power[n + j] = 1;
    return add_raw(o, 4, terms);
}

static qfp_status add_energy(qfp_path_observables *o, const qfp_polynomial *symbol)
{
    qfp_symbol_term *terms = NULL;
    QFP_TRY(QFP_ALLOCATE(terms, symbol->count + 1, "the energy of an ensemble"));
    for (size_t t = 0; t < symbol->count; t++) {
        terms[t].re = creal(symbol->terms[t].coefficient);
        terms[t].im = cimag(symbol->terms[t].coefficient);
        memcpy(terms[t].power, symbol->terms[t].power, 2 * (size_t)o->modes);
    }
    qfp_status status = add_raw(o, symbol->count, terms);
    free(terms);
    return status;
}

static void name_all(qfp_path_observables *o)
{
    static const char *const kinds[PER_MODE] = {"n",     "re_a",  "im_a", "re_aa",
                                                "im_aa", "var_x", "var_p"};
    size_t k = 0;
    snprintf(o->name[k++], sizeof *o->name, "energy");
    for (int j = 0; j < o->modes; j++)
        for (int kind = 0; kind < PER_MODE; kind++)
            snprintf(o->name[k++], sizeof *o->name, "%s_%d", kinds[kind], j + 1);
    for (int i = 0; i < o->modes; i++)
        for (int j = i + 1; j < o->modes; j++)
            snprintf(o->name[k++], sizeof *o->name, "n_%d_n_%d", i + 1, j + 1);
    o->count = k;
}

qfp_status qfp_path_observables_create(const qfp_polynomial *symbol, int modes, double ordering,
                                       int doubled, qfp_path_observables *out)
{
    size_t pairs = pair_count(modes);
    *out = (qfp_path_observables){.modes = modes, .doubled = doubled, .ordering = ordering};
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->raw, (size_t)modes * PER_MODE_RAW + pairs + 1, "observables"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->name, (size_t)modes * PER_MODE + pairs + 1, "observables"));
    for (int j = 0; j < modes; j++)
        QFP_TRY_GOTO(add_mode(out, j));
    for (int i = 0; i < modes; i++)
        for (int j = i + 1; j < modes; j++)
            QFP_TRY_GOTO(add_pair(out, i, j));
    QFP_TRY_GOTO(add_energy(out, symbol));
    name_all(out);
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
    free(o->name);
    *o = (qfp_path_observables){0};
}

/* ⟨x²⟩ = Re⟨a²⟩ + ⟨n⟩ + ½ and ⟨p²⟩ = −Re⟨a²⟩ + ⟨n⟩ + ½. */
void qfp_path_observables_from_raw(const qfp_path_observables *o, const double *raw, double *values)
{
    size_t k = 0, pairs = pair_count(o->modes);
    values[k++] = raw[o->raw_count - 1];
    for (int j = 0; j < o->modes; j++) {
        const double *m = raw + j * PER_MODE_RAW;
        double n = m[ABSOLUTE] - o->ordering;
        values[k++] = n;
        values[k++] = m[RE_A];
        values[k++] = m[IM_A];
        values[k++] = m[RE_AA];
        values[k++] = m[IM_AA];
        values[k++] = n + 0.5 + m[RE_AA] - 2.0 * m[RE_A] * m[RE_A];
        values[k++] = n + 0.5 - m[RE_AA] - 2.0 * m[IM_A] * m[IM_A];
    }
    for (size_t pair = 0; pair < pairs; pair++)
        values[k++] = raw[o->modes * PER_MODE_RAW + (int)pair];
}

static size_t batch_paths(const qfp_path_set *set, size_t batch, size_t batches)
{
    return (batch + 1) * set->paths / batches - batch * set->paths / batches;
}

/* Σ w over the paths of every batch, and over all of them after it: [batches + 1]. */
static qfp_status count_batches(const qfp_backend *backend, qfp_context *context,
                                const qfp_path_set *set, int doubled, size_t batches,
                                const qfp_buffer *x, const qfp_buffer *weights, double *out)
{
    const qfp_symbol_term one = {.re = 1.0};
    const qfp_path_polynomial constant = {.term_count = 1, .terms = &one};
    for (size_t b = 0; b < batches; b++)
        out[b] = (double)batch_paths(set, b, batches);
    if (weights != NULL)
        QFP_TRY(
            backend->paths->sums(context, set, doubled, 1, &constant, batches, x, weights, out));
    out[batches] = 0.0;
    for (size_t b = 0; b < batches; b++)
        out[batches] += out[b];
    return QFP_OK;
}

qfp_status qfp_path_observables_evaluate(const qfp_path_observables *o, const qfp_backend *backend,
                                         qfp_context *context, const qfp_path_set *set,
                                         const qfp_buffer *x, const qfp_buffer *weights,
                                         double *values, double *errors)
{
    size_t batches = set->paths < QFP_BATCHES ? set->paths : QFP_BATCHES;
    double *sums = NULL, *mean = NULL, *part = NULL, *size = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(sums, o->raw_count * batches, "sums over batches"));
    QFP_TRY_GOTO(QFP_ALLOCATE(mean, 2 * o->raw_count, "sums over batches"));
    QFP_TRY_GOTO(QFP_ALLOCATE(part, 2 * o->count, "sums over batches"));
    QFP_TRY_GOTO(QFP_ALLOCATE(size, batches + 1, "sums over batches"));
    QFP_TRY_GOTO(backend->paths->sums(context, set, o->doubled, o->raw_count, o->raw, batches, x,
                                      weights, sums));
    QFP_TRY_GOTO(count_batches(backend, context, set, o->doubled, batches, x, weights, size));
    double *total = mean + o->raw_count, *centre = part + o->count;
    for (size_t k = 0; k < o->raw_count; k++) {
        total[k] = 0.0;
        for (size_t b = 0; b < batches; b++)
            total[k] += sums[k * batches + b];
        mean[k] = total[k] / size[batches];
    }
    qfp_path_observables_from_raw(o, mean, values);
    /* jackknife: the spread of what comes out when a batch is left out */
    memset(errors, 0, o->count * sizeof *errors);
    memset(centre, 0, o->count * sizeof *centre);
    for (int pass = 0; pass < 2; pass++)
        for (size_t b = 0; b < batches; b++) {
            double left = size[batches] - size[b];
            for (size_t k = 0; k < o->raw_count; k++)
                mean[k] = (total[k] - sums[k * batches + b]) / left;
            qfp_path_observables_from_raw(o, mean, part);
            for (size_t k = 0; k < o->count; k++) {
                if (pass == 0)
                    centre[k] += part[k] / (double)batches;
                else
                    errors[k] += (part[k] - centre[k]) * (part[k] - centre[k]);
            }
        }
    for (size_t k = 0; k < o->count; k++)
        errors[k] = sqrt(errors[k] * (double)(batches - 1) / (double)batches);
done:
    free(sums);
    free(mean);
    free(part);
    free(size);
    return status;
}

/* Σ_k w_k ⟨k|a_j^power|k⟩, power 1 or 2. */
static double complex ladder_mean(const qfp_reference_kets *kets, int modes, int mode, int power)
{
    size_t stride = 1, levels = (size_t)kets->levels[mode];
    double complex sum = 0.0;
    for (int j = mode + 1; j < modes; j++)
        stride *= (size_t)kets->levels[j];
    for (size_t k = 0; k < kets->count; k++)
        for (size_t i = 0; i < kets->dimension; i++) {
            size_t n = i / stride % levels;
            if (n + (size_t)power >= levels)
                continue;
            double root =
                power == 1 ? sqrt((double)n + 1.0) : sqrt(((double)n + 1.0) * ((double)n + 2.0));
            const double complex *ket = kets->ket + k * kets->dimension;
            sum += kets->weight[k] * root * conj(ket[i]) * ket[i + (size_t)power * stride];
        }
    return sum;
}

qfp_status qfp_path_observables_exact(const qfp_path_observables *o, qfp_reference *reference,
                                      double *values)
{
    qfp_reference_observables exact;
    qfp_reference_kets kets;
    size_t k = 0;
    QFP_TRY(qfp_reference_observe(reference, &exact));
    qfp_reference_state(reference, &kets);
    values[k++] = exact.energy;
    for (int j = 0; j < o->modes; j++) {
        double complex aa = ladder_mean(&kets, o->modes, j, 2);
        values[k++] = exact.n[j];
        values[k++] = exact.re_a[j];
        values[k++] = exact.im_a[j];
        values[k++] = creal(aa);
        values[k++] = cimag(aa);
        values[k++] = exact.var_x[j];
        values[k++] = exact.var_p[j];
    }
    for (int i = 0; i < o->modes; i++)
        for (int j = i + 1; j < o->modes; j++)
            values[k++] = exact.n_pair[i * o->modes + j];
    return QFP_OK;
}
