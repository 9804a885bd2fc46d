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
    QFP_TRY(qfp_marginal_kets(&r->kets, r->modes, r->levels, 0, &kets));
    qfp_status status =
        qfp_wehrl_entropy(&kets, &out->wehrl, &out->wehrl_left_out, &out->wehrl_error);
    qfp_ket_set_destroy(&kets);
    return status;
}

qfp_status qfp_reference_diagnose(const qfp_reference *r, qfp_reference_diagnostics *out)
{
    qfp_reference_diagnostics o = {.purity = r->purity};
    double norm = 0.0;
    for (size_t k = 0; k < r->kets.count; k++)
        for (size_t i = 0; i < r->dim; i++) {
            double complex x = r->kets.ket[k * r->dim + i];
            double population = r->kets.weight[k] * (creal(x) * creal(x) + cimag(x) * cimag(x));
            norm += population;
            o.tail += qfp_reference_is_outer(r, i) ? population : 0.0;
        }
    if (!isfinite(norm))
        return QFP_FAIL(QFP_NOT_FINITE, "the reference at t = %.6g is not finite", r->time);
    memcpy(o.levels, r->levels, sizeof o.levels);
    QFP_TRY(entropy(r, &o));
    *out = o;
    return QFP_OK;
}
