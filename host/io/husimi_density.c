#include "io/husimi_density.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "io/husimi_fit.h"

#define FARTHEST 12.5    /* wavenumber: e^{−k²/4} is below rounding there */
#define ROUNDING 2e-16   /* of F: what the sums of doubles leave */
#define KEPT 3.0         /* ε: smaller components are left out */
#define SURE 2.0         /* what is left out falls slower for some states than for others */
#define JUDGED 30.0      /* ε: see husimi_density.h */
#define NEAR_NYQUIST 0.9 /* beyond: where images of a coarse grid fold back */
#define INSIDE 1e-13     /* of the largest Q: where a state counts as absent */
#define UNSEEN 3.0       /* √mismatch: see improve */
#define WORTH_A_FIT 1e-7 /* error of a state */
#define GOOD_ENOUGH 1e-6 /* of a fit; UNSEEN makes 2e-7 of rounding */
enum {
    MOST_LEVELS = 256,
    SPARE_LEVELS = 6,
    MOST_COMPARED = 48,
    MOST_UNKNOWNS = 160,
    MOST_RANK = 4
};

/* F on the lattice of the window's wavenumbers, |k_x|, |k_p| ≤ FARTHEST and below Nyquist. */
typedef struct spectrum {
    size_t nx, np;
    double *kx, *kp;
    double complex *f; /* [nx][np] */
    double cell;       /* dk_x dk_p */
    double nyquist_x, nyquist_p;
} spectrum;

static void spectrum_destroy(spectrum *s)
{
    free(s->kx);
    free(s->kp);
    free(s->f);
}

void qfp_husimi_density_destroy(qfp_husimi_density *density)
{
    free(density->rho);
    *density = (qfp_husimi_density){0};
}

static double spacing(size_t n, const double *axis, double scale)
{
    return (axis[n - 1] - axis[0]) / (double)(n - 1) / scale;
}

/* 2π m/(n h), |m| as far as FARTHEST and n/2 allow; *e [count][n] = h e^{−i k x} */
static qfp_status wave_table(size_t n, const double *axis, double scale, size_t *count, double **k,
                             double complex **e)
{
    double h = spacing(n, axis, scale), dk = 2.0 * M_PI / ((double)n * h);
    size_t most = (size_t)fmin(floor(FARTHEST / dk), (double)((n - 1) / 2));
    *count = 2 * most + 1;
    QFP_TRY(QFP_ALLOCATE(*k, *count, "wavenumbers of a Q grid"));
    QFP_TRY(QFP_ALLOCATE(*e, *count * n, "the transform of a Q grid"));
    for (size_t m = 0; m < *count; m++) {
        (*k)[m] = dk * ((double)m - (double)most);
        for (size_t i = 0; i < n; i++)
            (*e)[m * n + i] = h * cexp(-I * (*k)[m] * (axis[i] / scale));
    }
    return QFP_OK;
}

static qfp_status transform(const qfp_husimi_grid *g, double scale_x, double scale_p, spectrum *out)
{
    double complex *ex = NULL, *ep = NULL, *half = NULL;
    qfp_status status;
    *out = (spectrum){.nyquist_x = M_PI / spacing(g->nx, g->x, scale_x),
                      .nyquist_p = M_PI / spacing(g->np, g->p, scale_p)};
    QFP_TRY_GOTO(wave_table(g->nx, g->x, scale_x, &out->nx, &out->kx, &ex));
    QFP_TRY_GOTO(wave_table(g->np, g->p, scale_p, &out->np, &out->kp, &ep));
    QFP_TRY_GOTO(QFP_ALLOCATE(half, g->nx * out->np, "the transform of a Q grid"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->f, out->nx * out->np, "the transform of a Q grid"));
    for (size_t i = 0; i < g->nx; i++)
        for (size_t l = 0; l < out->np; l++)
            for (size_t j = 0; j < g->np; j++)
                half[i * out->np + l] += ep[l * g->np + j] * g->q[i * g->np + j];
    for (size_t k = 0; k < out->nx; k++)
        for (size_t i = 0; i < g->nx; i++)
            for (size_t l = 0; l < out->np; l++)
                out->f[k * out->np + l] += 0.5 * ex[k * g->nx + i] * half[i * out->np + l];
    out->cell = 4.0 * M_PI * M_PI /
                ((double)g->nx * spacing(g->nx, g->x, scale_x) * (double)g->np *
                 spacing(g->np, g->p, scale_p));
done:
    free(ex);
    free(ep);
    free(half);
    if (status != QFP_OK)
        spectrum_destroy(out);
    return status;
}

static double squared(const spectrum *s, size_t at)
{
    double kx = s->kx[at / s->np], kp = s->kp[at % s->np];
    return kx * kx + kp * kp;
}

/* F is divided by F(0), the integral of Q. */
static qfp_status normalise(spectrum *s, qfp_husimi_density *out)
{
    double integral = creal(s->f[s->nx / 2 * s->np + s->np / 2]);
    if (!(integral > 0.0))
        return QFP_FAIL(QFP_CONFIG, "the Q grid has no positive integral");
    for (size_t at = 0; at < s->nx * s->np; at++)
        s->f[at] /= integral;
    out->edge = fabs(integral - 1.0);
    return QFP_OK;
}

static double find_noise(const spectrum *s)
{
    double noise = ROUNDING;
    for (size_t at = 0; at < s->nx * s->np; at++) {
        double size = cabs(s->f[at]);
        bool folded = fabs(s->kx[at / s->np]) > NEAR_NYQUIST * s->nyquist_x ||
                      fabs(s->kp[at % s->np]) > NEAR_NYQUIST * s->nyquist_p;
        noise = fmax(noise, folded ? size : size - exp(-0.25 * squared(s, at)));
    }
    return noise;
}

/* F becomes χ; returns what that may be off by, in the norm √Tr δ². */
static double amplify(spectrum *s, double noise)
{
    double sum = 0.0;
    for (size_t at = 0; at < s->nx * s->np; at++) {
        double size = cabs(s->f[at]), factor = exp(0.25 * squared(s, at));
        bool kept = size > KEPT * noise;
        if (kept) {
            sum += pow(fmin(noise * factor, 1.0), 2.0);
            s->f[at] *= factor;
        }
        if (kept && size <= JUDGED * noise)
            sum += pow(fmin(size * factor, 1.0), 2.0);
        if (cabs(s->f[at]) > 1.0)
            s->f[at] /= cabs(s->f[at]);
        if (!kept)
            s->f[at] = 0.0;
    }
    return sqrt(sum * s->cell / (2.0 * M_PI));
}

/* Levels that the state may occupy: those whose ring lies within the part where Q is above `floor` of
 * its largest value. */
static qfp_status count_levels(const qfp_husimi_grid *g, double scale_x, double scale_p,
                               double floor, int *levels)
{
    double largest = 0.0, radius = 0.0;
    for (size_t i = 0; i < g->nx * g->np; i++)
        largest = fmax(largest, g->q[i]);
    for (size_t i = 0; i < g->nx; i++)
        for (size_t j = 0; j < g->np; j++)
            if (g->q[i * g->np + j] > floor * largest)
                radius = fmax(radius, hypot(g->x[i] / scale_x, g->p[j] / scale_p));
    double needed = ceil(0.5 * radius * radius) + SPARE_LEVELS;
    if (needed > MOST_LEVELS)
        return QFP_FAIL(QFP_RESOLUTION,
                        "the Q grid reaches to %.3g from the origin, up to level %.0f, and at most "
                        "%d are found from a grid; give a ket or a density matrix",
                        radius, needed, MOST_LEVELS);
    *levels = (int)needed;
    return QFP_OK;
}

/* rho [..][stride] += weight e^{+ik·z}, that is D(γ) with γ = (i k_x − k_p)/√2, by diagonals. */
static void add_displacement(int levels, int stride, double kx, double kp, double complex weight,
                             double complex *rho)
{
    double complex gamma = (I * kx - kp) / sqrt(2.0), first = 1.0;
    double x = creal(gamma * conj(gamma));
    first = exp(-0.5 * x);
    for (int d = 0; d < levels; d++) {
        double now = 1.0, before = 0.0;
        if (d > 0)
            first *= gamma / sqrt(d);
        double complex lower = weight * first, upper = weight * conj(first) * (d % 2 ? -1.0 : 1.0);
        for (int n = 0; n + d < levels; n++) {
            rho[(n + d) * stride + n] += lower * now;
            if (d > 0)
                rho[n * stride + n + d] += upper * now;
            double next = ((2.0 * n + d + 1.0 - x) * now - sqrt((double)n * (n + d)) * before) /
                          sqrt((n + 1.0) * (n + d + 1.0));
            before = now;
            now = next;
        }
    }
}

/* Of the first `levels` levels; the others are left empty. */
static qfp_status find_elements(const spectrum *s, int levels, qfp_husimi_density *out)
{
    size_t d = (size_t)out->levels;
    QFP_TRY(QFP_ALLOCATE(out->rho, d * d, "the density matrix of a Q grid"));
    for (size_t at = 0; at < s->nx * s->np; at++)
        if (s->f[at] != 0.0)
            add_displacement(levels, out->levels, s->kx[at / s->np], s->kp[at % s->np],
                             s->f[at] * s->cell / (2.0 * M_PI), out->rho);
    return QFP_OK;
}

/* Eigenvalues no larger than the most negative one become 0: they are of its kind, and to keep the
 * positive ones alone would heat the state.  Their sum is added to the error; the trace becomes 1. */
static void make_positive(const double *eigenvalue, const double complex *vector,
                          qfp_husimi_density *out)
{
    size_t d = (size_t)out->levels;
    double floor = fmax(0.0, -eigenvalue[0]), dropped = 0.0, kept = 0.0;
    for (size_t k = 0; k < d; k++)
        *(eigenvalue[k] > floor ? &kept : &dropped) += fabs(eigenvalue[k]);
    memset(out->rho, 0, d * d * sizeof *out->rho);
    for (size_t k = 0; k < d; k++)
        for (size_t m = 0; m < d && eigenvalue[k] > floor; m++)
            for (size_t n = 0; n < d; n++)
                out->rho[m * d + n] +=
                    eigenvalue[k] / kept * vector[k * d + m] * conj(vector[k * d + n]);
    out->error = fmax(out->error, dropped + fabs(kept - 1.0));
}

/* What a window leaves outside whose Q falls off beyond its edge within a unit of length. */
static double outside(const qfp_husimi_grid *g, double scale_x, double scale_p)
{
    double hx = spacing(g->nx, g->x, scale_x), hp = spacing(g->np, g->p, scale_p), sum = 0.0;
    for (size_t i = 0; i < g->nx; i++)
        sum += hx * (fabs(g->q[i * g->np]) + fabs(g->q[i * g->np + g->np - 1]));
    for (size_t j = 0; j < g->np; j++)
        sum += hp * (fabs(g->q[j]) + fabs(g->q[(g->nx - 1) * g->np + j]));
    return 0.5 * sum;
}

/* π Q = ⟨α|ρ|α⟩ */
static double husimi_at(const qfp_husimi_density *d, double complex alpha, double complex *ket)
{
    double complex sum = 0.0;
    ket[0] = exp(-0.5 * creal(alpha * conj(alpha)));
    for (int n = 1; n < d->levels; n++)
        ket[n] = ket[n - 1] * alpha / sqrt(n);
    for (int m = 0; m < d->levels; m++) {
        double complex row = 0.0;
        for (int n = 0; n < d->levels; n++)
            row += d->rho[m * d->levels + n] * ket[n];
        sum += conj(ket[m]) * row;
    }
    return creal(sum);
}

/* On at most MOST_COMPARED points each way: what is wrong in a part of phase space is seen there. */
static void compare(const qfp_husimi_grid *g, double scale_x, double scale_p,
                    qfp_husimi_density *out)
{
    double complex ket[MOST_LEVELS];
    double cell = 0.5 * spacing(g->nx, g->x, scale_x) * spacing(g->np, g->p, scale_p);
    double given = -1.0, found = 0.0;
    size_t step_x = g->nx / MOST_COMPARED + 1, step_p = g->np / MOST_COMPARED + 1;
    out->mismatch = 0.0;
    for (size_t i = 0; i < g->nx; i++)
        for (size_t j = 0; j < g->np; j++) {
            double x = g->x[i] / scale_x, p = g->p[j] / scale_p;
            given += cell * 0.5 * (x * x + p * p) * g->q[i * g->np + j];
            if (i % step_x != 0 || j % step_p != 0)
                continue;
            double q = husimi_at(out, (x + I * p) / sqrt(2.0), ket);
            out->mismatch = fmax(out->mismatch, fabs(q - M_PI * g->q[i * g->np + j]));
        }
    for (int n = 0; n < out->levels; n++)
        found += n * creal(out->rho[n * out->levels + n]);
    out->quanta = fabs(found - given);
    out->error = fmax(out->error, fmax(out->mismatch, out->quanta / (1.0 + found)));
}

/* Fits of one column, two, …: the first that is as good as the grid can tell, or the best.  A ket that has
 * some amplitude more where the grid ends differs by twice the root of its population, and shows in Q
 * by no more than that population. */
static qfp_status improve(const qfp_husimi_grid *g, double scale_x, double scale_p,
                          const double *eigenvalue, const double complex *vector,
                          qfp_husimi_density *best)
{
    size_t d = (size_t)best->levels;
    qfp_husimi_density fitted = *best;
    qfp_status status;
    fitted.rho = NULL;
    QFP_TRY_GOTO(QFP_ALLOCATE(fitted.rho, d * d, "a state fitted to a Q grid"));
    for (int rank = 1; rank * best->levels <= MOST_UNKNOWNS && rank <= MOST_RANK; rank++) {
        QFP_TRY_GOTO(qfp_husimi_fit(g, scale_x, scale_p, best->levels, rank, eigenvalue, vector,
                                    fitted.rho, &fitted.error));
        compare(g, scale_x, scale_p, &fitted);
        fitted.error = fmax(fitted.error, UNSEEN * sqrt(fitted.mismatch));
        if (!(fitted.error < best->error))
            continue;
        double complex *spare = best->rho;
        *best = fitted;
        fitted.rho = spare;
        if (best->error < GOOD_ENOUGH)
            break;
    }
done:
    free(fitted.rho);
    return status;
}

/* ρ by elements, made positive, or the fit where that is better. */
static qfp_status find_state(const qfp_husimi_grid *g, double scale_x, double scale_p,
                             const spectrum *s, int levels, qfp_husimi_density *out)
{
    size_t d = (size_t)out->levels;
    double *eigenvalue = NULL;
    double complex *vector = NULL;
    qfp_status status;
    QFP_TRY_GOTO(find_elements(s, levels, out));
    QFP_TRY_GOTO(QFP_ALLOCATE(eigenvalue, d, "eigenvalues"));
    QFP_TRY_GOTO(QFP_ALLOCATE(vector, d * d, "eigenvectors"));
    for (size_t m = 0; m < d; m++)
        for (size_t n = 0; n < d; n++)
            vector[m * d + n] = 0.5 * (out->rho[m * d + n] + conj(out->rho[n * d + m]));
    QFP_TRY_GOTO(qfpi_hermitian_eigen(d, vector, eigenvalue));
    make_positive(eigenvalue, vector, out);
    compare(g, scale_x, scale_p, out);
    if (out->error > WORTH_A_FIT)
        status = improve(g, scale_x, scale_p, eigenvalue, vector, out);
done:
    free(eigenvalue);
    free(vector);
    return status;
}

qfp_status qfp_husimi_density_find(const qfp_husimi_grid *grid, double scale_x, double scale_p,
                                   qfp_husimi_density *out)
{
    spectrum s;
    int levels;
    *out = (qfp_husimi_density){0};
    QFP_TRY(transform(grid, scale_x, scale_p, &s));
    qfp_status status;
    QFP_TRY_GOTO(normalise(&s, out));
    out->edge += outside(grid, scale_x, scale_p);
    out->noise = find_noise(&s);
    QFP_TRY_GOTO(count_levels(grid, scale_x, scale_p, INSIDE, &out->levels));
    QFP_TRY_GOTO(count_levels(grid, scale_x, scale_p, fmax(INSIDE, out->noise), &levels));
    out->error = SURE * sqrt(2.0) * amplify(&s, out->noise);
    QFP_TRY_GOTO(find_state(grid, scale_x, scale_p, &s, levels, out));
    out->error += out->edge;
done:
    spectrum_destroy(&s);
    if (status != QFP_OK)
        qfp_husimi_density_destroy(out);
    return status;
}
