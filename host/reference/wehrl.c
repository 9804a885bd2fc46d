/* The Wehrl entropy.  Where Q has no zeros the integrand is analytic and an equidistant rule
 * converges exponentially.  At a zero of Q (every pure state but a Gaussian has them) it behaves
 * like r² ln r, which an equidistant rule resolves only like h⁴: then cells are halved around the
 * zeros until a product Gauss rule has settled in each. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "reference/husimi_sum.h"

#define SMOOTH_AGREEMENT 1e-11 /* of two equidistant rules that share no point */
#define SMOOTH_STEP 0.2        /* in Re α; Q is a Gaussian of width 1 times slow factors */
#define CELL_SIDE 0.5
#define CELL_TOLERANCE 1e-13 /* absolute; a few hundred cells meet it only just */
#define MAX_HALVINGS 12
#define GAUSS 6

/* Nodes and weights on [0, 1] of the six-point rule. */
static const double node[GAUSS] = {0.033765242898423989, 0.16939530676686774, 0.38069040695840156,
                                   0.61930959304159844,  0.83060469323313226, 0.96623475710157601};
static const double weight[GAUSS] = {0.085662246189585178, 0.18038078652406930,
                                     0.23395696728634552,  0.23395696728634552,
                                     0.18038078652406930,  0.085662246189585178};

typedef struct integrand {
    qfp_ket_set kets; /* view with the empty upper levels cut off */
    double complex *bra;
    double radius;
} integrand;

static double entropy_density(const integrand *f, double x, double y)
{
    double q = qfp_husimi_at(&f->kets, CMPLX(x, y), f->bra);
    return q > DBL_MIN ? -q * log(M_PI * q) : 0.0;
}

static double equidistant(const integrand *f, double offset)
{
    int half = (int)ceil(f->radius / SMOOTH_STEP);
    double sum = 0.0;
    for (int i = -half; i <= half; i++)
        for (int k = -half; k <= half; k++)
            sum += entropy_density(f, (i + offset) * SMOOTH_STEP, (k + offset) * SMOOTH_STEP);
    return sum * SMOOTH_STEP * SMOOTH_STEP;
}

static double gauss_cell(const integrand *f, double x, double y, double side)
{
    double sum = 0.0;
    for (int i = 0; i < GAUSS; i++)
        for (int k = 0; k < GAUSS; k++)
            sum +=
                weight[i] * weight[k] * entropy_density(f, x + node[i] * side, y + node[k] * side);
    return sum * side * side;
}

static double adaptive_cell(const integrand *f, double x, double y, double side, double coarse,
                            int halvings)
{
    double h = 0.5 * side, fine[4], sum = 0.0;
    for (int i = 0; i < 4; i++) {
        fine[i] = gauss_cell(f, x + (i & 1) * h, y + (i >> 1) * h, h);
        sum += fine[i];
    }
    if (fabs(sum - coarse) < CELL_TOLERANCE || halvings == MAX_HALVINGS)
        return sum;
    sum = 0.0;
    for (int i = 0; i < 4; i++)
        sum += adaptive_cell(f, x + (i & 1) * h, y + (i >> 1) * h, h, fine[i], halvings + 1);
    return sum;
}

static double adaptive(const integrand *f)
{
    int half = (int)ceil(f->radius / CELL_SIDE);
    double sum = 0.0;
    for (int i = -half; i < half; i++)
        for (int k = -half; k < half; k++) {
            double x = i * CELL_SIDE, y = k * CELL_SIDE;
            sum += adaptive_cell(f, x, y, CELL_SIDE, gauss_cell(f, x, y, CELL_SIDE), 0);
        }
    return sum;
}

/* Levels above the last one with a population that could be seen. */
static size_t occupied_levels(const qfp_ket_set *set)
{
    double beyond = 0.0;
    size_t n = set->dim;
    for (; n > 1; n--) {
        for (size_t k = 0; k < set->count; k++)
            beyond += set->weight[k] * pow(cabs(set->ket[k * set->dim + n - 1]), 2.0);
        if (beyond > 1e-24)
            break;
    }
    return n;
}

qfp_status qfp_wehrl_entropy(const qfp_ket_set *set, double *out)
{
    integrand f = {0};
    size_t levels = occupied_levels(set);
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(f.bra, levels, "a coherent state"));
    QFP_TRY_GOTO(qfp_ket_set_allocate(set->count, levels, &f.kets));
    for (size_t k = 0; k < set->count; k++) {
        f.kets.weight[k] = set->weight[k];
        for (size_t n = 0; n < levels; n++)
            f.kets.ket[k * levels + n] = set->ket[k * set->dim + n];
    }
    /* |⟨α|n⟩|² peaks at |α|² = n with width 1/2 in |α|: five beyond is e^{-50} */
    f.radius = sqrt((double)levels) + 5.0;
    double one = equidistant(&f, 0.25), other = equidistant(&f, 0.75);
    *out = 0.5 * (one + other);
    if (!(fabs(one - other) < SMOOTH_AGREEMENT * fmax(1.0, fabs(one))))
        *out = adaptive(&f);
done:
    free(f.bra);
    qfp_ket_set_destroy(&f.kets);
    return status;
}
