#include <stdlib.h>
#include <string.h>

#include <math.h>

#include "reference/density.h"
#include "reference/husimi_sum.h"
#include "reference/reference_object.h"

enum { FEW_POINTS = 64 }; /* of a grid: tables would take longer */

static double complex phase_point(double q, double p)
{
    return CMPLX(q * M_SQRT1_2, p * M_SQRT1_2);
}

qfp_status qfp_reference_marginal(const qfp_reference *r, int mode, qfp_ket_set *out)
{
    size_t n = (size_t)r->kept.levels[mode];
    double complex *rho = NULL;
    if (r->density == NULL)
        return qfp_marginal_kets(&r->kets, &r->kept, mode, out);
    QFP_TRY(QFP_ALLOCATE(rho, n * n, "a reduced density matrix"));
    qfp_status status = qfp_density_reduce(r->density, &r->kept, mode, rho);
    if (status == QFP_OK)
        status = qfp_density_kets(n, rho, out);
    free(rho);
    return status;
}

static qfp_status at_points(const qfp_ket_set *kets, size_t n_q, const double *q, size_t n_p,
                            const double *p, double *out)
{
    double complex *bra = NULL;
    QFP_TRY(QFP_ALLOCATE(bra, kets->dim, "a coherent state"));
    for (size_t i = 0; i < n_q; i++)
        for (size_t k = 0; k < n_p; k++)
            out[i * n_p + k] = qfp_husimi_at(kets, phase_point(q[i], p[k]), bra);
    free(bra);
    return QFP_OK;
}

qfp_status qfp_reference_husimi(qfp_reference *r, int mode, size_t n_q, const double *q, size_t n_p,
                                const double *p, double *out)
{
    qfp_ket_set kets = {0};
    qfp_status status;
    if (mode < 0 || mode >= r->modes)
        return QFP_FAIL(QFP_USAGE, "there is no mode %d among %d", mode + 1, r->modes);
    QFP_TRY_GOTO(qfp_reference_marginal(r, mode, &kets));
    if (n_q * n_p < FEW_POINTS) {
        QFP_TRY_GOTO(at_points(&kets, n_q, q, n_p, p, out));
    } else {
        QFP_TRY_GOTO(qfp_ket_tables_for(&r->tables[mode], kets.dim, n_q, q, n_p, p));
        qfp_ket_tables_apply(&r->tables[mode], &kets, out);
    }
done:
    qfp_ket_set_destroy(&kets);
    return status;
}

/* Contracts a ket with ⟨α_1|⟨α_2|… mode by mode, depth first: every level of the recursion fixes
 * one mode's grid point and keeps what is left of the ket. */
typedef struct contraction {
    const qfp_reference *r;
    size_t points;                       /* of one mode's grid */
    double complex *bra[QFP_MAX_MODES];  /* [points][levels] */
    double complex *left[QFP_MAX_MODES]; /* the ket after contracting modes up to and with j */
    double weight;                       /* w_k/π^N */
} contraction;

static void contract(const contraction *c, int mode, const double complex *ket, size_t size,
                     double *out, size_t stride)
{
    size_t levels = (size_t)c->r->kept.levels[mode], rest = size / levels;
    for (size_t point = 0; point < c->points; point++) {
        double complex *left = c->left[mode];
        const double complex *bra = c->bra[mode] + point * levels;
        memset(left, 0, rest * sizeof *left);
        for (size_t n = 0; n < levels; n++) {
            double re = creal(bra[n]), im = cimag(bra[n]);
            const double complex *x = ket + n * rest;
            for (size_t i = 0; i < rest; i++)
                left[i] +=
                    CMPLX(re * creal(x[i]) - im * cimag(x[i]), re * cimag(x[i]) + im * creal(x[i]));
        }
        if (mode + 1 < c->r->modes)
            contract(c, mode + 1, left, rest, out + point * stride, stride / c->points);
        else
            out[point] +=
                c->weight * (creal(left[0]) * creal(left[0]) + cimag(left[0]) * cimag(left[0]));
    }
}

qfp_status qfp_reference_husimi_full(qfp_reference *r, size_t n_q, const double *q, size_t n_p,
                                     const double *p, double *out)
{
    contraction c = {.r = r, .points = n_q * n_p};
    double complex *box = NULL;
    size_t total = 1, whole = 1, size;
    qfp_status status;
    for (int j = 0; j < r->modes; j++)
        whole *= (size_t)r->kept.levels[j];
    QFP_TRY_GOTO(QFP_ALLOCATE(box, whole, "a ket"));
    size = whole;
    for (int j = 0; j < r->modes; j++) {
        size_t levels = (size_t)r->kept.levels[j];
        total *= c.points;
        size /= levels;
        QFP_TRY_GOTO(QFP_ALLOCATE(c.bra[j], c.points * levels, "coherent states"));
        QFP_TRY_GOTO(QFP_ALLOCATE(c.left[j], size, "a contracted ket"));
        for (size_t i = 0; i < n_q; i++)
            for (size_t k = 0; k < n_p; k++)
                qfp_coherent_bra(levels, phase_point(q[i], p[k]),
                                 c.bra[j] + (i * n_p + k) * levels);
    }
    memset(out, 0, total * sizeof *out);
    for (size_t k = 0; k < r->kets.count && total > 0; k++) {
        c.weight = r->kets.weight[k] / pow(M_PI, r->modes);
        qfp_kept_spread(&r->kept, r->kets.ket + k * r->dim, box);
        contract(&c, 0, box, whole, out, total / c.points);
    }
done:
    free(box);
    for (int j = 0; j < r->modes; j++) {
        free(c.bra[j]);
        free(c.left[j]);
    }
    return status;
}
