#include "io/husimi_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"

#define COARSEST 0.45 /* spacing of the points that are fitted: Q varies over a length of 1 */
#define UNSEEN 1e-13  /* of the largest eigenvalue of JᵀJ: phases, rotations of columns */
#define SAFETY 10.0   /* errors of Q need not be independent from point to point */
enum { MOST_STEPS = 12 };

typedef struct fit {
    int levels, rank;
    size_t unknowns; /* 2 levels rank: Re and Im of A [rank][levels] */
    size_t points;
    double *q;           /* [points]: π Q */
    double complex *bra; /* [points][levels]: ⟨α|n⟩ */
    double complex *a;   /* [rank][levels] */
    double *row, *gradient, *eigenvalue, *step;
    double complex *normal; /* [unknowns][unknowns] */
    double inverse;         /* Σ 1/λ over the eigenvalues of JᵀJ that are seen */
} fit;

static void fit_destroy(fit *f)
{
    free(f->q);
    free(f->bra);
    free(f->a);
    free(f->row);
    free(f->gradient);
    free(f->eigenvalue);
    free(f->step);
    free(f->normal);
}

static size_t stride_of(size_t n, const double *axis, double scale)
{
    double spacing = (axis[n - 1] - axis[0]) / (double)(n - 1) / scale;
    return spacing < COARSEST ? (size_t)(COARSEST / spacing) : 1;
}

static qfp_status take_points(const qfp_husimi_grid *g, double scale_x, double scale_p, fit *f)
{
    size_t sx = stride_of(g->nx, g->x, scale_x), sp = stride_of(g->np, g->p, scale_p);
    size_t most = (g->nx / sx + 1) * (g->np / sp + 1), levels = (size_t)f->levels;
    QFP_TRY(QFP_ALLOCATE(f->q, most, "points of a Q grid"));
    QFP_TRY(QFP_ALLOCATE(f->bra, most * levels, "points of a Q grid"));
    for (size_t i = 0; i < g->nx; i += sx)
        for (size_t j = 0; j < g->np; j += sp, f->points++) {
            double complex back = (g->x[i] / scale_x - I * (g->p[j] / scale_p)) / sqrt(2.0);
            double complex *bra = f->bra + f->points * levels;
            f->q[f->points] = M_PI * g->q[i * g->np + j];
            bra[0] = exp(-0.5 * creal(back * conj(back)));
            for (size_t n = 1; n < levels; n++)
                bra[n] = bra[n - 1] * back / sqrt((double)n);
        }
    return QFP_OK;
}

static double complex amplitude(const fit *f, size_t point, int column)
{
    double complex sum = 0.0;
    const double complex *bra = f->bra + point * (size_t)f->levels;
    const double complex *a = f->a + (size_t)column * (size_t)f->levels;
    for (int n = 0; n < f->levels; n++)
        sum += bra[n] * a[n];
    return sum;
}

/* What is left of π Q at a point; the row of J, where it is wanted. */
static double residual(const fit *f, size_t point, double *row)
{
    double left = f->q[point];
    size_t half = (size_t)f->rank * (size_t)f->levels;
    const double complex *bra = f->bra + point * (size_t)f->levels;
    for (int k = 0; k < f->rank; k++) {
        double complex s = amplitude(f, point, k);
        left -= creal(s * conj(s));
        for (int n = 0; row != NULL && n < f->levels; n++) {
            double complex derivative = 2.0 * conj(s) * bra[n];
            row[(size_t)k * (size_t)f->levels + (size_t)n] = creal(derivative);
            row[half + (size_t)k * (size_t)f->levels + (size_t)n] = -cimag(derivative);
        }
    }
    return left;
}

static double squared_residuals(const fit *f)
{
    double sum = 0.0;
    for (size_t point = 0; point < f->points; point++)
        sum += pow(residual(f, point, NULL), 2.0);
    return sum;
}

static void add_step(fit *f, double sign)
{
    size_t half = f->unknowns / 2;
    for (size_t i = 0; i < half; i++)
        f->a[i] += sign * CMPLX(f->step[i], f->step[half + i]);
}

/* The step of Gauss and Newton, from the eigenvectors of JᵀJ. */
static qfp_status find_step(fit *f)
{
    size_t u = f->unknowns;
    memset(f->normal, 0, u * u * sizeof *f->normal);
    memset(f->gradient, 0, u * sizeof *f->gradient);
    memset(f->step, 0, u * sizeof *f->step);
    for (size_t point = 0; point < f->points; point++) {
        double left = residual(f, point, f->row);
        for (size_t i = 0; i < u; i++) {
            f->gradient[i] += f->row[i] * left;
            for (size_t j = 0; j <= i; j++)
                f->normal[i * u + j] += f->row[i] * f->row[j];
        }
    }
    QFP_TRY(qfpi_hermitian_eigen(u, f->normal, f->eigenvalue));
    f->inverse = 0.0;
    for (size_t k = 0; k < u; k++) {
        double projection = 0.0;
        if (f->eigenvalue[k] <= UNSEEN * f->eigenvalue[u - 1])
            continue;
        f->inverse += 1.0 / f->eigenvalue[k];
        for (size_t i = 0; i < u; i++)
            projection += creal(f->normal[k * u + i]) * f->gradient[i];
        for (size_t i = 0; i < u; i++)
            f->step[i] += creal(f->normal[k * u + i]) * projection / f->eigenvalue[k];
    }
    return QFP_OK;
}

static qfp_status iterate(fit *f, double *left)
{
    *left = squared_residuals(f);
    for (int step = 0; step < MOST_STEPS; step++) {
        QFP_TRY(find_step(f));
        add_step(f, 1.0);
        double after = squared_residuals(f);
        for (int halved = 0; halved < 6 && !(after < *left); halved++) {
            add_step(f, -1.0);
            for (size_t i = 0; i < f->unknowns; i++)
                f->step[i] *= 0.25;
            add_step(f, 1.0);
            after = squared_residuals(f);
        }
        if (!(after < *left))
            add_step(f, -1.0);
        bool finished = !(after < 0.9 * *left);
        *left = fmin(*left, after);
        if (finished)
            return QFP_OK;
    }
    return QFP_OK;
}

static void write_density(const fit *f, double complex *rho, double *trace)
{
    size_t d = (size_t)f->levels;
    *trace = 0.0;
    for (size_t i = 0; i < (size_t)f->rank * d; i++)
        *trace += creal(f->a[i] * conj(f->a[i]));
    memset(rho, 0, d * d * sizeof *rho);
    for (int k = 0; k < f->rank; k++)
        for (size_t m = 0; m < d; m++)
            for (size_t n = 0; n < d; n++)
                rho[m * d + n] += f->a[(size_t)k * d + m] * conj(f->a[(size_t)k * d + n]) / *trace;
}

static qfp_status allocate(fit *f)
{
    size_t u = f->unknowns;
    QFP_TRY(QFP_ALLOCATE(f->a, u / 2, "a state fitted to a Q grid"));
    QFP_TRY(QFP_ALLOCATE(f->row, u, "a state fitted to a Q grid"));
    QFP_TRY(QFP_ALLOCATE(f->gradient, u, "a state fitted to a Q grid"));
    QFP_TRY(QFP_ALLOCATE(f->step, u, "a state fitted to a Q grid"));
    QFP_TRY(QFP_ALLOCATE(f->eigenvalue, u, "a state fitted to a Q grid"));
    return QFP_ALLOCATE(f->normal, u * u, "a state fitted to a Q grid");
}

qfp_status qfp_husimi_fit(const qfp_husimi_grid *grid, double scale_x, double scale_p, int levels,
                          int rank, const double *eigenvalue, const double complex *vector,
                          double complex *rho, double *error)
{
    fit f = {.levels = levels, .rank = rank, .unknowns = 2 * (size_t)levels * (size_t)rank};
    size_t d = (size_t)levels;
    double left, trace;
    qfp_status status;
    QFP_TRY_GOTO(allocate(&f));
    QFP_TRY_GOTO(take_points(grid, scale_x, scale_p, &f));
    for (size_t k = 0; k < (size_t)rank; k++)
        for (size_t n = 0; n < d; n++)
            f.a[k * d + n] = sqrt(fmax(eigenvalue[d - 1 - k], 1e-6)) * vector[(d - 1 - k) * d + n];
    QFP_TRY_GOTO(iterate(&f, &left));
    write_density(&f, rho, &trace);
    double rounding = 1e-16 * (double)f.points;
    double noise =
        sqrt((left + rounding * rounding) / fmax(1.0, (double)f.points - (double)f.unknowns));
    *error = fabs(trace - 1.0) + SAFETY * 2.0 * noise * sqrt(f.inverse);
done:
    fit_destroy(&f);
    return status;
}
