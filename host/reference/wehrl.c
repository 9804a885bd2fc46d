/* The Wehrl entropy.  Where Q has no zeros the integrand is analytic and an equidistant rule
 * converges exponentially.  At a zero of Q (every pure state but a Gaussian has them) it behaves
 * like r² ln r, which an equidistant rule resolves only like h⁴: then cells are halved around the
 * zeros until a product Gauss rule has settled in each. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "reference/husimi_sum.h"

#define SMOOTH_AGREEMENT 1e-11 /* of equidistant rules that share no point */
#define CELL_SIDE 0.5        /* in Re α and Im α; Q is a Gaussian of width 1 times slow factors */
#define SMOOTH_POINTS 2      /* of an equidistant rule along the side of a cell */
#define CELL_TOLERANCE 1e-12 /* absolute; the zeros whose cells only just meet it are some tens */
#define MAX_HALVINGS 12
#define GAUSS 6
#define KET_REST 1e-25      /* population left out of the kets: an error linear in its root */
#define RADIUS_REST 1e-14   /* population left out of the integral: an error linear in it */
#define EMPTY_CORNERS 1e-17 /* Q at all corners of a cell that is left out */
#define EMPTY_CELL 1e-13    /* Q everywhere in a cell that is not refined */
/* Of the integral: RADIUS_REST and as much beyond it, times ln Q there, and the cells that are left out
 * or not refined. */
#define EMPTY_SHARE 2e-12

/* Nodes and weights on [0, 1] of the six-point rule. */
static const double node[GAUSS] = {0.033765242898423989, 0.16939530676686774, 0.38069040695840156,
                                   0.61930959304159844,  0.83060469323313226, 0.96623475710157601};
static const double weight[GAUSS] = {0.085662246189585178, 0.18038078652406930,
                                     0.23395696728634552,  0.23395696728634552,
                                     0.18038078652406930,  0.085662246189585178};

typedef struct integrand {
    qfp_ket_set kets; /* with the empty upper levels cut off */
    double complex *bra;
    int half;          /* cells from -half to half - 1 along each axis */
    bool *is_occupied; /* [2 half][2 half] */
    double largest;    /* Q met since it was last reset */
    double error;      /* by how much the rules of the cells disagree with coarser ones */
} integrand;

static double entropy_density(integrand *f, double x, double y)
{
    double q = qfp_husimi_at(&f->kets, CMPLX(x, y), f->bra);
    f->largest = fmax(f->largest, q);
    return q > DBL_MIN ? -q * log(M_PI * q) : 0.0;
}

/* Marks the cells where Q is not negligible: a state far out is small within its disk. */
static void find_occupied(integrand *f)
{
    int side = 2 * f->half;
    for (int i = 0; i <= side; i++)
        for (int k = 0; k <= side; k++) {
            double complex corner = CMPLX((i - f->half) * CELL_SIDE, (k - f->half) * CELL_SIDE);
            if (qfp_husimi_at(&f->kets, corner, f->bra) < EMPTY_CORNERS)
                continue;
            for (int di = i > 0 ? -1 : 0; di <= (i < side ? 0 : -1); di++)
                for (int dk = k > 0 ? -1 : 0; dk <= (k < side ? 0 : -1); dk++)
                    f->is_occupied[(i + di) * side + k + dk] = true;
        }
}

/* Offsets as fractions of the step. */
static double equidistant_cell(integrand *f, double x, double y, double dx, double dy)
{
    const double step = CELL_SIDE / SMOOTH_POINTS;
    double sum = 0.0;
    for (int i = 0; i < SMOOTH_POINTS; i++)
        for (int k = 0; k < SMOOTH_POINTS; k++)
            sum += entropy_density(f, x + (i + dx) * step, y + (k + dy) * step);
    return sum * step * step;
}

static double gauss_cell(integrand *f, double x, double y, double side)
{
    double sum = 0.0;
    for (int i = 0; i < GAUSS; i++)
        for (int k = 0; k < GAUSS; k++)
            sum +=
                weight[i] * weight[k] * entropy_density(f, x + node[i] * side, y + node[k] * side);
    return sum * side * side;
}

static double adaptive_cell(integrand *f, double x, double y, double side, double coarse,
                            int halvings)
{
    double h = 0.5 * side, fine[4], sum = 0.0;
    for (int i = 0; i < 4; i++) {
        fine[i] = gauss_cell(f, x + (i & 1) * h, y + (i >> 1) * h, h);
        sum += fine[i];
    }
    if (fabs(sum - coarse) < CELL_TOLERANCE || halvings == MAX_HALVINGS) {
        f->error += fabs(sum - coarse);
        return sum;
    }
    sum = 0.0;
    for (int i = 0; i < 4; i++)
        sum += adaptive_cell(f, x + (i & 1) * h, y + (i >> 1) * h, h, fine[i], halvings + 1);
    return sum;
}

static double refined_cell(integrand *f, double x, double y)
{
    f->largest = 0.0;
    double coarse = gauss_cell(f, x, y, CELL_SIDE);
    return f->largest < EMPTY_CELL ? coarse : adaptive_cell(f, x, y, CELL_SIDE, coarse, 0);
}

static double integrate(integrand *f)
{
    int side = 2 * f->half;
    double rule[4] = {0.0}, smooth = 0.0, refined = 0.0;
    find_occupied(f);
    /* Four rules that are one of half the step, which is far better than they are. No symmetry of a state
     * about the origin may map one set of points on the other. */
    for (int c = 0; c < side * side; c++)
        for (int i = 0; f->is_occupied[c] && i < 4; i++)
            rule[i] += equidistant_cell(f, (c / side - f->half) * CELL_SIDE,
                                        (c % side - f->half) * CELL_SIDE, 0.11 + 0.5 * (i & 1),
                                        0.37 + 0.5 * (i >> 1));
    for (int i = 0; i < 4; i++)
        smooth += 0.25 * rule[i];
    for (int i = 0; i < 4; i++)
        f->error = fmax(f->error, fabs(rule[i] - smooth));
    if (f->error < SMOOTH_AGREEMENT * fmax(1.0, fabs(smooth)))
        return smooth;
    f->error = 0.0;
    for (int c = 0; c < side * side; c++)
        if (f->is_occupied[c])
            refined +=
                refined_cell(f, (c / side - f->half) * CELL_SIDE, (c % side - f->half) * CELL_SIDE);
    return refined;
}

/* The levels beyond which the population is less than `rest`. */
static size_t occupied_levels(const qfp_ket_set *set, double rest)
{
    double beyond = 0.0;
    size_t n = set->dim;
    for (; n > 1; n--) {
        for (size_t k = 0; k < set->count; k++)
            beyond += set->weight[k] * pow(cabs(set->ket[k * set->dim + n - 1]), 2.0);
        if (beyond > rest)
            break;
    }
    return n;
}

qfp_status qfp_wehrl_entropy(const qfp_ket_set *set, double *out, double *left_out, double *error)
{
    integrand f = {0};
    size_t levels = occupied_levels(set, KET_REST);
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(f.bra, levels, "a coherent state"));
    QFP_TRY_GOTO(qfp_ket_set_allocate(set->count, levels, &f.kets));
    for (size_t k = 0; k < set->count; k++) {
        f.kets.weight[k] = set->weight[k];
        for (size_t n = 0; n < levels; n++)
            f.kets.ket[k * levels + n] = set->ket[k * set->dim + n];
    }
    /* |⟨α|n⟩|² peaks at |α|² = n with width 1/2 in |α|: five beyond it is e^{-50}, e^{-36} for
     * n = 0, which one level counts as 1 */
    double radius = sqrt((double)occupied_levels(set, RADIUS_REST)) + 5.0;
    f.half = (int)ceil(radius / CELL_SIDE);
    QFP_TRY_GOTO(QFP_ALLOCATE(f.is_occupied, 4 * (size_t)f.half * (size_t)f.half, "cells"));
    *out = integrate(&f);
    *left_out = 2.0 * sqrt(KET_REST);
    *error = f.error + EMPTY_SHARE;
done:
    free(f.bra);
    free(f.is_occupied);
    qfp_ket_set_destroy(&f.kets);
    return status;
}
