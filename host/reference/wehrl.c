/* The Wehrl entropy.  Where Q has no zeros the integrand is analytic and an equidistant rule
 * converges exponentially.  At a zero of Q (every pure state but a Gaussian has them) it behaves
 * like r² ln r, which an equidistant rule resolves only like h⁴: then cells are halved around the
 * zeros until a product Gauss rule has settled in each. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/husimi_sum.h"

#define SMOOTH_AGREEMENT 1e-11 /* of equidistant rules that share no point */
#define CELL_SIDE 0.5        /* in Re α and Im α; Q is a Gaussian of width 1 times slow factors */
#define SMOOTH_POINTS 2      /* of an equidistant rule along the side of a cell */
#define CELL_TOLERANCE 1e-12 /* absolute; the zeros whose cells only just meet it are some tens */
#define MAX_HALVINGS 12
#define GAUSS 6
#define KET_REST 1e-25     /* population left out of the kets: an error linear in its root */
#define RADIUS_REST 1e-14  /* population left out of the integral: an error linear in it */
#define EMPTY_POINTS 1e-17 /* Q at all points in a cell that is left out */
#define FEW_LEVELS 1000  /* by their sum: e^{−|α|²/2} is no zero of a double where they reach */
#define EMPTY_CELL 1e-13 /* Q everywhere in a cell that is not refined */
/* Of the integral: RADIUS_REST and as much beyond it, times ln Q there, and the cells that are left out
 * or not refined. */
#define EMPTY_SHARE 2e-12

/* Nodes and weights on [0, 1] of the six-point rule. */
static const double node[GAUSS] = {0.033765242898423989, 0.16939530676686774, 0.38069040695840156,
                                   0.61930959304159844,  0.83060469323313226, 0.96623475710157601};
static const double weight[GAUSS] = {0.085662246189585178, 0.18038078652406930,
                                     0.23395696728634552,  0.23395696728634552,
                                     0.18038078652406930,  0.085662246189585178};

enum { CELL_POINTS = GAUSS * GAUSS, FINE = 2 * SMOOTH_POINTS };

/* ⟨α|n⟩ of the points of a cell, upwards from e^{−|α|²/2}. */
typedef struct cell_bras {
    double *re, *im;      /* [levels][CELL_POINTS] */
    double *inverse_root; /* 1/√n */
} cell_bras;

typedef struct integrand {
    qfp_ket_set kets; /* with the empty upper levels cut off */
    cell_bras bras;
    const qfp_ket_tables *tables;
    double *waves;   /* of many levels: ψ(x) of the kets on the points of the tables; else NULL */
    int half;        /* cells from -half to half - 1 along each axis */
    double *axis[2]; /* x and y of FINE points per cell */
    double *q;       /* Q at all of them */
    double largest;  /* Q met since it was last reset */
    double error;    /* by how much the rules of the cells disagree with coarser ones */
} integrand;

static double entropy_of(integrand *f, double q)
{
    f->largest = fmax(f->largest, q);
    return q > DBL_MIN ? -q * log(M_PI * q) : 0.0;
}

/* No symmetry of a state about the origin may map one set of points on the other. */
static void fill_axes(integrand *f)
{
    static const double offset[2] = {0.22, 0.74};
    for (int axis = 0; axis < 2; axis++)
        for (int i = 0; i < 2 * f->half * FINE; i++)
            f->axis[axis][i] = (i + offset[axis]) * CELL_SIDE / FINE - f->half * CELL_SIDE;
}

/* A state far out is small within its disk. */
static bool is_occupied(const integrand *f, int row, int column)
{
    size_t side = 2 * (size_t)f->half * FINE;
    for (size_t i = 0; i < FINE; i++)
        for (size_t k = 0; k < FINE; k++)
            if (f->q[((size_t)row * FINE + i) * side + (size_t)column * FINE + k] > EMPTY_POINTS)
                return true;
    return false;
}

static void fill_bras(integrand *f, const double *x, const double *y)
{
    double re[CELL_POINTS], im[CELL_POINTS];
    for (int i = 0; i < CELL_POINTS; i++) {
        re[i] = exp(-0.5 * (x[i] * x[i] + y[i] * y[i]));
        im[i] = 0.0;
    }
    for (size_t n = 0; n < f->kets.dim; n++) {
        double *to_re = f->bras.re + n * CELL_POINTS, *to_im = f->bras.im + n * CELL_POINTS;
        double root = f->bras.inverse_root[n];
        for (int i = 0; i < CELL_POINTS; i++) {
            to_re[i] = re[i];
            to_im[i] = im[i];
            double next = (re[i] * x[i] + im[i] * y[i]) * root;
            im[i] = (im[i] * x[i] - re[i] * y[i]) * root;
            re[i] = next;
        }
    }
}

static void add_ket(const integrand *f, size_t ket, double *q)
{
    double re[CELL_POINTS] = {0.0}, im[CELL_POINTS] = {0.0};
    const double complex *c = f->kets.ket + ket * f->kets.dim;
    for (size_t n = 0; n < f->kets.dim; n++) {
        const double *a = f->bras.re + n * CELL_POINTS, *b = f->bras.im + n * CELL_POINTS;
        double u = creal(c[n]), v = cimag(c[n]);
        for (int i = 0; i < CELL_POINTS; i++) {
            re[i] += a[i] * u - b[i] * v;
            im[i] += a[i] * v + b[i] * u;
        }
    }
    for (int i = 0; i < CELL_POINTS; i++)
        q[i] += f->kets.weight[ket] * M_1_PI * (re[i] * re[i] + im[i] * im[i]);
}

/* Q at the points of a cell, which are a product of x and y; of many levels by ψ(x) around them. */
static void find_q(integrand *f, const double *x, const double *y, double *q)
{
    double z_x[GAUSS], z_y[GAUSS];
    for (int i = 0; i < GAUSS; i++) {
        z_x[i] = M_SQRT2 * x[i * GAUSS];
        z_y[i] = M_SQRT2 * y[i];
    }
    if (f->waves != NULL) {
        qfp_ket_tables_few(f->tables, &f->kets, f->waves, GAUSS, z_x, z_y, q);
        return;
    }
    memset(q, 0, CELL_POINTS * sizeof *q);
    fill_bras(f, x, y);
    for (size_t k = 0; k < f->kets.count; k++)
        add_ket(f, k, q);
}

static double gauss_cell(integrand *f, double x, double y, double side)
{
    double at_x[CELL_POINTS], at_y[CELL_POINTS], q[CELL_POINTS], sum = 0.0;
    for (int i = 0; i < CELL_POINTS; i++) {
        at_x[i] = x + node[i / GAUSS] * side;
        at_y[i] = y + node[i % GAUSS] * side;
    }
    find_q(f, at_x, at_y, q);
    for (int i = 0; i < CELL_POINTS; i++)
        sum += weight[i / GAUSS] * weight[i % GAUSS] * entropy_of(f, q[i]);
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

/* Four rules that are one of half the step, which is far better than they are. */
static double smooth_rules(integrand *f)
{
    int side = 2 * f->half * FINE;
    double cell = CELL_SIDE * CELL_SIDE / (SMOOTH_POINTS * SMOOTH_POINTS), rule[4] = {0.0};
    double smooth = 0.0;
    for (int i = 0; i < side; i++)
        for (int k = 0; k < side; k++)
            rule[2 * (i & 1) + (k & 1)] +=
                cell * entropy_of(f, f->q[(size_t)i * (size_t)side + (size_t)k]);
    for (int i = 0; i < 4; i++)
        smooth += 0.25 * rule[i];
    f->error = 0.0;
    for (int i = 0; i < 4; i++)
        f->error = fmax(f->error, fabs(rule[i] - smooth));
    return smooth;
}

static bool is_smooth(const integrand *f, double value)
{
    return f->error < SMOOTH_AGREEMENT * fmax(1.0, fabs(value));
}

static double integrate(integrand *f)
{
    int side = 2 * f->half;
    double smooth = smooth_rules(f), refined = 0.0;
    if (is_smooth(f, smooth))
        return smooth;
    f->error = 0.0;
    for (int c = 0; c < side * side; c++)
        if (is_occupied(f, c / side, c % side))
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

/* Some more, so that tables serve several states. */
static size_t levels_used(const qfp_ket_set *set)
{
    size_t occupied = occupied_levels(set, KET_REST), step = 1;
    while (occupied > 16 * step)
        step *= 2;
    size_t used = (occupied + step - 1) / step * step;
    return used < set->dim ? used : set->dim;
}

static qfp_status create(const qfp_ket_set *set, integrand *f)
{
    static const char what[] = "an entropy";
    size_t levels = levels_used(set);
    /* |⟨α|n⟩|² peaks at |α|² = n with width 1/2 in |α|: five beyond it is e^{-50}, e^{-36} for
     * n = 0, which one level counts as 1 */
    double radius = sqrt((double)occupied_levels(set, RADIUS_REST)) + 5.0;
    f->half = (int)ceil(radius / CELL_SIDE);
    size_t side = 2 * (size_t)f->half * FINE;
    QFP_TRY(QFP_ALLOCATE(f->bras.re, levels * CELL_POINTS, what));
    QFP_TRY(QFP_ALLOCATE(f->bras.im, levels * CELL_POINTS, what));
    QFP_TRY(QFP_ALLOCATE(f->bras.inverse_root, levels, what));
    QFP_TRY(QFP_ALLOCATE(f->axis[0], side, what));
    QFP_TRY(QFP_ALLOCATE(f->axis[1], side, what));
    QFP_TRY(QFP_ALLOCATE(f->q, side * side, what));
    QFP_TRY(qfp_ket_set_allocate(set->count, levels, &f->kets));
    for (size_t n = 0; n < levels; n++)
        f->bras.inverse_root[n] = 1.0 / sqrt((double)n + 1.0);
    for (size_t k = 0; k < set->count; k++) {
        f->kets.weight[k] = set->weight[k];
        for (size_t n = 0; n < levels; n++)
            f->kets.ket[k * levels + n] = set->ket[k * set->dim + n];
    }
    fill_axes(f);
    return QFP_OK;
}

/* Q at all points of the smooth rules; z = √2 α */
static qfp_status find_all(integrand *f, qfp_ket_tables *tables)
{
    size_t side = 2 * (size_t)f->half * FINE;
    double *z[2] = {NULL, NULL};
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(z[0], side, "an entropy"));
    QFP_TRY_GOTO(QFP_ALLOCATE(z[1], side, "an entropy"));
    for (int axis = 0; axis < 2; axis++)
        for (size_t i = 0; i < side; i++)
            z[axis][i] = M_SQRT2 * f->axis[axis][i];
    QFP_TRY_GOTO(qfp_ket_tables_for(tables, f->kets.dim, side, z[0], side, z[1]));
    qfp_ket_tables_apply(tables, &f->kets, f->q);
    f->tables = tables;
    if (f->kets.dim <= FEW_LEVELS)
        goto done;
    QFP_TRY_GOTO(QFP_ALLOCATE(f->waves, 2 * f->kets.count * tables->points, "an entropy"));
    qfp_ket_tables_waves(tables, &f->kets, f->waves);
done:
    free(z[0]);
    free(z[1]);
    return status;
}

static void destroy(integrand *f)
{
    free(f->waves);
    free(f->bras.re);
    free(f->bras.im);
    free(f->bras.inverse_root);
    free(f->axis[0]);
    free(f->axis[1]);
    free(f->q);
    qfp_ket_set_destroy(&f->kets);
}

qfp_status qfp_wehrl_needs_cells(qfp_ket_tables *tables, const qfp_ket_set *set, bool *needs)
{
    integrand f = {0};
    qfp_status status;
    *needs = false;
    QFP_TRY_GOTO(create(set, &f));
    QFP_TRY_GOTO(find_all(&f, tables));
    double value = smooth_rules(&f);
    *needs = !is_smooth(&f, value);
done:
    destroy(&f);
    return status;
}

qfp_status qfp_wehrl_entropy(qfp_ket_tables *tables, const qfp_ket_set *set, double *out,
                             double *left_out, double *error)
{
    integrand f = {0};
    qfp_status status;
    QFP_TRY_GOTO(create(set, &f));
    QFP_TRY_GOTO(find_all(&f, tables));
    *out = integrate(&f);
    *left_out = 2.0 * sqrt(KET_REST);
    *error = f.error + EMPTY_SHARE;
done:
    destroy(&f);
    return status;
}
