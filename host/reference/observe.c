#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/husimi_sum.h"
#include "reference/reference_object.h"

enum { MOST_PAIRED = 256 }; /* trajectories, of which all pairs are looked at */

static qfp_status entropy(qfp_reference *r, qfp_reference_diagnostics *out)
{
    qfp_ket_set kets = {0};
    out->wehrl = out->wehrl_left_out = out->wehrl_error = NAN;
    if (r->modes > 1)
        return QFP_OK;
    QFP_TRY(qfp_reference_marginal(r, 0, &kets));
    qfp_status status =
        qfp_wehrl_entropy(&r->whole, &kets, &out->wehrl, &out->wehrl_left_out, &out->wehrl_error);
    qfp_ket_set_destroy(&kets);
    return status;
}

qfp_status qfp_reference_has_zeros(qfp_reference *r, bool *has)
{
    qfp_ket_set kets = {0};
    *has = false;
    if (r->modes > 1)
        return QFP_OK;
    QFP_TRY(qfp_reference_marginal(r, 0, &kets));
    qfp_status status = qfp_wehrl_needs_cells(&r->whole, &kets, has);
    qfp_ket_set_destroy(&kets);
    return status;
}

/* |n⟩ lies in the last two levels of some mode, unless these are all that a conserved number leaves. */
static bool is_outer(const qfp_reference *r, const int *n)
{
    const qfp_kept *kept = &r->kept;
    for (int j = 0; j < r->modes; j++) {
        bool is_bound = kept->weight[j] > 0 && kept->levels[j] > kept->most / kept->weight[j];
        if (!is_bound && n[j] + 2 >= kept->levels[j])
            return true;
    }
    return false;
}

/* ⟨i|ρ|i⟩ */
static double population(const qfp_reference *r, size_t i)
{
    double sum = 0.0;
    if (r->density != NULL)
        return creal(r->density[i * r->dim + i]);
    for (size_t k = 0; k < r->kets.count; k++) {
        double complex x = r->kets.ket[k * r->dim + i];
        sum += r->kets.weight[k] * (creal(x) * creal(x) + cimag(x) * cimag(x));
    }
    return sum;
}

static double squared_overlap(size_t dim, const double complex *x, const double complex *y)
{
    double re = 0.0, im = 0.0;
    for (size_t i = 0; i < dim; i++) {
        re += creal(x[i]) * creal(y[i]) + cimag(x[i]) * cimag(y[i]);
        im += creal(x[i]) * cimag(y[i]) - cimag(x[i]) * creal(y[i]);
    }
    return re * re + im * im;
}

/* The mean of |⟨ψ_k|ψ_l⟩|² over pairs of trajectories, k ≠ l, with its error. */
static void sampled_purity(const qfp_reference *r, qfp_reference_diagnostics *out)
{
    size_t used = r->kets.count < MOST_PAIRED ? r->kets.count : MOST_PAIRED;
    double count = (double)used, mean = 0.0, squared = 0.0;
    for (size_t k = 0; k < used; k++) {
        double sum = 0.0;
        for (size_t l = 0; l < used; l++)
            if (l != k)
                sum += squared_overlap(r->dim, r->kets.ket + k * r->dim, r->kets.ket + l * r->dim);
        mean += sum / (count - 1.0) / count;
        squared += pow(sum / (count - 1.0), 2.0) / count;
    }
    out->purity = mean;
    out->purity_sampling =
        SAMPLING_DEVIATIONS * 2.0 * sqrt(fmax(squared - mean * mean, 0.0) / (count - 1.0));
}

static void purity(const qfp_reference *r, qfp_reference_diagnostics *out)
{
    out->purity = r->purity;
    if (qfp_reference_trajectories(r) > 0)
        sampled_purity(r, out);
    if (r->density == NULL)
        return;
    out->purity = 0.0;
    for (size_t i = 0; i < r->dim * r->dim; i++)
        out->purity += pow(creal(r->density[i]), 2.0) + pow(cimag(r->density[i]), 2.0);
}

qfp_status qfp_reference_diagnose(qfp_reference *r, qfp_reference_diagnostics *out)
{
    qfp_reference_diagnostics o = {0};
    double norm = 0.0;
    int n[QFP_MAX_MODES] = {0};
    for (size_t i = 0; i < r->dim; i++, qfp_kept_next(&r->kept, n)) {
        double here = population(r, i);
        norm += here;
        o.tail += is_outer(r, n) ? here : 0.0;
    }
    if (!isfinite(norm))
        return QFP_FAIL(QFP_NOT_FINITE, "the reference at t = %.6g is not finite", r->time);
    memcpy(o.levels, r->kept.levels, sizeof o.levels);
    purity(r, &o);
    QFP_TRY(entropy(r, &o));
    *out = o;
    return QFP_OK;
}
