#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/husimi_sum.h"
#include "reference/reference_object.h"

static qfp_status entropy(const qfp_reference *r, qfp_reference_diagnostics *out)
{
    qfp_ket_set kets = {0};
    out->wehrl = out->wehrl_left_out = out->wehrl_error = NAN;
    if (r->modes > 1)
        return QFP_OK;
    QFP_TRY(qfp_reference_marginal(r, 0, &kets));
    qfp_status status =
        qfp_wehrl_entropy(&kets, &out->wehrl, &out->wehrl_left_out, &out->wehrl_error);
    qfp_ket_set_destroy(&kets);
    return status;
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

static double purity(const qfp_reference *r)
{
    double sum = 0.0;
    if (r->density == NULL)
        return r->purity;
    for (size_t i = 0; i < r->dim * r->dim; i++)
        sum += pow(creal(r->density[i]), 2.0) + pow(cimag(r->density[i]), 2.0);
    return sum;
}

qfp_status qfp_reference_diagnose(const qfp_reference *r, qfp_reference_diagnostics *out)
{
    qfp_reference_diagnostics o = {.purity = purity(r)};
    double norm = 0.0;
    for (size_t i = 0; i < r->dim; i++) {
        double here = population(r, i);
        norm += here;
        o.tail += qfp_reference_is_outer(r, i) ? here : 0.0;
    }
    if (!isfinite(norm))
        return QFP_FAIL(QFP_NOT_FINITE, "the reference at t = %.6g is not finite", r->time);
    memcpy(o.levels, r->levels, sizeof o.levels);
    QFP_TRY(entropy(r, &o));
    *out = o;
    return QFP_OK;
}
