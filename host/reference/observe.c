#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/husimi_sum.h"
#include "reference/reference_object.h"

#define TAIL_LEVELS 2

/* What one walk over a ket collects about a mode. */
typedef struct mode_sums {
    double complex a, a2; /* ⟨a⟩, ⟨a²⟩ */
    double n;
    size_t stride, levels;
} mode_sums;

/* x* y, without C's test for infinities. */
static double complex conjugate_product(double complex x, double complex y)
{
    return CMPLX(creal(x) * creal(y) + cimag(x) * cimag(y),
                 creal(x) * cimag(y) - cimag(x) * creal(y));
}

static void add_state(const qfp_reference *r, double weight, const double complex *ket, size_t i,
                      mode_sums *mode, qfp_reference_observables *out)
{
    double population = weight * creal(conjugate_product(ket[i], ket[i]));
    size_t n[QFP_MAX_MODES];
    bool in_tail = false;
    for (int j = 0; j < r->modes; j++) {
        mode_sums *m = &mode[j];
        n[j] = i / m->stride % m->levels;
        in_tail = in_tail || n[j] + TAIL_LEVELS >= m->levels;
        m->n += population * (double)n[j];
        if (n[j] >= 1)
            m->a += weight * sqrt((double)n[j]) * conjugate_product(ket[i - m->stride], ket[i]);
        if (n[j] >= 2)
            m->a2 += weight * sqrt((double)n[j] * (double)(n[j] - 1)) *
                     conjugate_product(ket[i - 2 * m->stride], ket[i]);
    }
    out->norm += population;
    out->tail += in_tail ? population : 0.0;
    for (int j = 0; j < r->modes; j++)
        for (int k = 0; k < r->modes; k++)
            out->n_pair[j * r->modes + k] += population * (double)n[j] * (double)n[k];
}

static qfp_status energy(const qfp_reference *r, double *out)
{
    double complex *image = NULL;
    QFP_TRY(QFP_ALLOCATE(image, r->dim, "a ket"));
    *out = 0.0;
    for (size_t k = 0; k < r->kets.count; k++) {
        const double complex *ket = r->kets.ket + k * r->dim;
        double sum = 0.0;
        qfp_sparse_multiply(&r->hamiltonian, ket, image);
        for (size_t i = 0; i < r->dim; i++)
            sum += creal(conjugate_product(ket[i], image[i]));
        *out += r->kets.weight[k] * sum;
    }
    free(image);
    return QFP_OK;
}

static qfp_status entropy(const qfp_reference *r, double *out)
{
    qfp_ket_set kets = {0};
    *out = NAN;
    if (r->modes > 1)
        return QFP_OK;
    QFP_TRY(qfp_marginal_kets(&r->kets, r->modes, r->levels, 0, &kets));
    qfp_status status = qfp_wehrl_entropy(&kets, out);
    qfp_ket_set_destroy(&kets);
    return status;
}

qfp_status qfp_reference_observe(qfp_reference *r, qfp_reference_observables *out)
{
    qfp_reference_observables o = {0};
    mode_sums mode[QFP_MAX_MODES] = {0};
    size_t stride = 1;
    for (int j = r->modes - 1; j >= 0; j--) {
        mode[j].stride = stride;
        mode[j].levels = (size_t)r->levels[j];
        stride *= mode[j].levels;
    }
    for (size_t k = 0; k < r->kets.count; k++)
        for (size_t i = 0; i < r->dim; i++)
            add_state(r, r->kets.weight[k], r->kets.ket + k * r->dim, i, mode, &o);
    if (!isfinite(o.norm))
        return QFP_FAIL(QFP_NOT_FINITE, "the reference at t = %.6g is not finite", r->time);
    for (int j = 0; j < r->modes; j++) {
        const mode_sums *m = &mode[j];
        o.n[j] = m->n;
        o.re_a[j] = creal(m->a);
        o.im_a[j] = cimag(m->a);
        o.levels[j] = r->levels[j];
        /* ⟨x²⟩ = Re⟨a²⟩ + ⟨n⟩ + ½, ⟨x⟩ = √2 Re⟨a⟩; p with -Re⟨a²⟩ and Im⟨a⟩ */
        o.var_x[j] = creal(m->a2) + m->n + 0.5 * o.norm - 2.0 * o.re_a[j] * o.re_a[j];
        o.var_p[j] = -creal(m->a2) + m->n + 0.5 * o.norm - 2.0 * o.im_a[j] * o.im_a[j];
    }
    o.purity = r->purity;
    QFP_TRY(energy(r, &o.energy));
    QFP_TRY(entropy(r, &o.wehrl));
    *out = o;
    return QFP_OK;
}
