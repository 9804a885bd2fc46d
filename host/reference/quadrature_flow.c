#include "reference/quadrature_flow.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_COMMUTATOR 1e-12 /* of its terms */
#define BEYOND_TURNING 7.5  /* φ_n is nothing there */
#define WIDEST 36.0         /* of x: φ_0 is no zero of a double yet */
#define NOTHING 1e-15       /* of ψ(x) */
#define MOST_LEVELS 60000.0
#define MARGIN 12.0 /* of wavenumbers */
enum { LEAST_DEGREE = 3, MOST_DEGREE = 16 };

struct qfp_quadrature_flow {
    double kappa, angle;
    size_t kets, points;
    double step, steepest, widest; /* largest |V'| where the state is; and |x| */
    double *x, *potential;         /* [points] */
    double complex *psi;           /* [kets][points] at t = 0 */
    double *weight;                /* [kets] */
};

void qfp_quadrature_flow_destroy(qfp_quadrature_flow *f)
{
    if (f == NULL)
        return;
    free(f->x);
    free(f->potential);
    free(f->psi);
    free(f->weight);
    free(f);
}

/* ---- is H such a polynomial? ----------------------------------------------------------------- */

/* H as columns 0 … degree + 1 of a matrix of `dim` levels. */
typedef struct columns {
    size_t dim;
    int degree;
    double complex *h; /* [dim][dim] */
} columns;

static qfp_status fill_columns(const qfp_config *config, const qfp_words *words, columns *out)
{
    int levels;
    qfp_kept kept = {0};
    qfp_sparse h = {0};
    *out = (columns){0};
    for (size_t w = 0; w < words->count; w++)
        if ((int)strlen(words->word[w].letters) > out->degree)
            out->degree = (int)strlen(words->word[w].letters);
    levels = 2 * out->degree + 4;
    out->dim = (size_t)levels;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->h, out->dim * out->dim, "the Hamiltonian"));
    QFP_TRY_GOTO(qfp_kept_create(1, &levels, NULL, 0, &kept));
    QFP_TRY_GOTO(qfp_sparse_build(config, words, &kept, &h));
    for (size_t i = 0; i < h.dim; i++)
        for (size_t e = h.row[i]; e < h.row[i + 1]; e++)
            out->h[i * out->dim + (size_t)h.column[e]] = h.value[e];
done:
    qfp_kept_destroy(&kept);
    qfp_sparse_destroy(&h);
    return status;
}

/* ⟨m|x_θ|n⟩ */
static double complex quadrature(double angle, size_t m, size_t n)
{
    if (m == n + 1)
        return sqrt(0.5 * (double)m) * cexp(CMPLX(0.0, angle));
    if (n == m + 1)
        return sqrt(0.5 * (double)n) * cexp(CMPLX(0.0, -angle));
    return 0.0;
}

/* [H, x_θ]|n⟩ = 0 for n up to the degree says so of all n: it is a polynomial of that degree in a and a†. */
static bool commutes(const columns *c, double angle)
{
    for (size_t n = 0; n <= (size_t)c->degree; n++)
        for (size_t m = 0; m + 2 < c->dim; m++) {
            double complex sum = 0.0;
            double size = 0.0;
            for (size_t k = 0; k < c->dim; k++) {
                double complex one = c->h[m * c->dim + k] * quadrature(angle, k, n);
                double complex other = quadrature(angle, m, k) * c->h[k * c->dim + n];
                sum += one - other;
                size += cabs(one) + cabs(other);
            }
            if (cabs(sum) > NO_COMMUTATOR * size)
                return false;
        }
    return true;
}

/* θ from the phase of ⟨d|H|0⟩, which is that of e^{iθd}, or of its negative. */
static bool find_angle(const columns *c, double *angle)
{
    double complex last = c->h[(size_t)c->degree * c->dim];
    for (int k = 0; k < c->degree && last != 0.0; k++) {
        *angle = (carg(last) + M_PI * k) / c->degree;
        if (commutes(c, *angle))
            return true;
    }
    return false;
}

/* ---- on points ------------------------------------------------------------------------------- */

/* φ_{n+1} from φ_n and φ_{n−1} */
static double next_function(double x, size_t n, double now, double before)
{
    double up = (double)n + 1.0;
    return sqrt(2.0 / up) * x * now - sqrt((double)n / up) * before;
}

/* V(x) = Σ_n ⟨n|H|0⟩ e^{−iθn} φ_n(x)/φ_0(x), and V' */
static void potential_at(const columns *c, double angle, double x, double *value, double *slope)
{
    double now = 1.0, before = 0.0; /* over φ_0: their slope is √(2n) that of n − 1 */
    *value = *slope = 0.0;
    for (size_t n = 0; n <= (size_t)c->degree; n++) {
        double h = creal(c->h[n * c->dim] * cexp(CMPLX(0.0, -angle * (double)n)));
        double next = next_function(x, n, now, before);
        *value += h * now;
        *slope += h * sqrt(2.0 * (double)n) * before;
        before = now;
        now = next;
    }
}

static double complex wave_at(size_t levels, double angle, const double complex *c, double x)
{
    double now = pow(M_PI, -0.25) * exp(-0.5 * x * x), before = 0.0;
    double complex sum = 0.0;
    for (size_t n = 0; n < levels; n++) {
        double next = next_function(x, n, now, before);
        sum += c[n] * cexp(CMPLX(0.0, -angle * (double)n)) * now;
        before = now;
        now = next;
    }
    return sum;
}

/* Where the state is: the largest |x| and slope of V. */
static void measure(qfp_quadrature_flow *f, const columns *c, const qfp_ket_set *initial,
                    double reach)
{
    for (double x = -reach; x <= reach; x += 0.05) {
        double here = 0.0, value, slope;
        for (size_t k = 0; k < f->kets; k++)
            here = fmax(here,
                        cabs(wave_at(initial->dim, f->angle, initial->ket + k * initial->dim, x)));
        potential_at(c, f->angle, x, &value, &slope);
        if (here > NOTHING) {
            f->widest = fmax(f->widest, fabs(x));
            f->steepest = fmax(f->steepest, fabs(slope));
        }
    }
}

/* The largest wavenumber at time t. */
static double wavenumber(const qfp_quadrature_flow *f, double t)
{
    return f->steepest * fabs(t) / f->kappa + f->widest;
}

static qfp_status fill(qfp_quadrature_flow *f, const columns *c, const qfp_ket_set *initial,
                       double reach, double latest)
{
    double largest = wavenumber(f, latest);
    f->step = M_PI / (largest + MARGIN);
    size_t half = (size_t)ceil(reach / f->step);
    f->points = 2 * half + 1;
    QFP_TRY(QFP_ALLOCATE(f->x, f->points, "a quadrature"));
    QFP_TRY(QFP_ALLOCATE(f->potential, f->points, "a quadrature"));
    QFP_TRY(QFP_ALLOCATE(f->psi, f->kets * f->points, "a quadrature"));
    QFP_TRY(QFP_ALLOCATE(f->weight, f->kets, "a quadrature"));
    memcpy(f->weight, initial->weight, f->kets * sizeof *f->weight);
    for (size_t i = 0; i < f->points; i++) {
        double slope;
        f->x[i] = ((double)i - (double)half) * f->step;
        potential_at(c, f->angle, f->x[i], &f->potential[i], &slope);
        for (size_t k = 0; k < f->kets; k++)
            f->psi[k * f->points + i] =
                wave_at(initial->dim, f->angle, initial->ket + k * initial->dim, f->x[i]);
    }
    return QFP_OK;
}

qfp_status qfp_quadrature_flow_create(const qfp_config *config, const qfp_words *hamiltonian,
                                      const qfp_ket_set *initial, qfp_quadrature_flow **out)
{
    qfp_quadrature_flow *f = NULL;
    columns c = {0};
    double angle = 0.0, latest = 0.0;
    double reach = sqrt(2.0 * (double)initial->dim + 1.0) + BEYOND_TURNING;
    qfp_status status = QFP_OK;
    *out = NULL;
    for (size_t w = 0; w < hamiltonian->count; w++)
        if (strlen(hamiltonian->word[w].letters) > MOST_DEGREE)
            return QFP_OK;
    for (size_t i = 0; i < config->time_count; i++)
        latest = fmax(latest, fabs(config->times[i]));
    for (size_t i = 0; i < config->series_count; i++)
        latest = fmax(latest, fabs(config->series_times[i]));
    QFP_TRY_GOTO(fill_columns(config, hamiltonian, &c));
    if (c.degree < LEAST_DEGREE || reach > WIDEST || !find_angle(&c, &angle))
        goto done;
    QFP_TRY_GOTO(QFP_ALLOCATE(f, 1, "a quadrature"));
    *f = (qfp_quadrature_flow){.kappa = config->kappa, .angle = angle, .kets = initial->count};
    measure(f, &c, initial, reach);
    if (0.5 * pow(wavenumber(f, latest), 2.0) > MOST_LEVELS)
        goto done;
    QFP_TRY_GOTO(fill(f, &c, initial, reach, latest));
    *out = f;
    f = NULL;
done:
    free(c.h);
    qfp_quadrature_flow_destroy(f);
    return status;
}

/* ---- in time --------------------------------------------------------------------------------- */

/* amplitude [levels] of a ket at time t */
static qfp_status amplitudes(const qfp_quadrature_flow *f, size_t k, double t, size_t levels,
                             double complex *amplitude, double *phase_error)
{
    double *now = NULL, *before = NULL, *re = NULL, *im = NULL, squared = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(now, f->points, "a quadrature"));
    QFP_TRY_GOTO(QFP_ALLOCATE(before, f->points, "a quadrature"));
    QFP_TRY_GOTO(QFP_ALLOCATE(re, f->points, "a quadrature"));
    QFP_TRY_GOTO(QFP_ALLOCATE(im, f->points, "a quadrature"));
    for (size_t i = 0; i < f->points; i++) {
        double turned = f->potential[i] * t / f->kappa;
        double complex psi = f->psi[k * f->points + i] * f->step, e = cexp(CMPLX(0.0, -turned));
        re[i] = creal(psi) * creal(e) - cimag(psi) * cimag(e);
        im[i] = creal(psi) * cimag(e) + cimag(psi) * creal(e);
        now[i] = pow(M_PI, -0.25) * exp(-0.5 * f->x[i] * f->x[i]);
        squared += (re[i] * re[i] + im[i] * im[i]) * turned * turned / f->step;
    }
    for (size_t n = 0; n < levels; n++) {
        double sum_re = 0.0, sum_im = 0.0, up = (double)n + 1.0;
        double up_x = sqrt(2.0 / up), down = sqrt((double)n / up);
        for (size_t i = 0; i < f->points; i++) {
            double next = up_x * f->x[i] * now[i] - down * before[i];
            sum_re += now[i] * re[i];
            sum_im += now[i] * im[i];
            before[i] = now[i];
            now[i] = next;
        }
        double turned = f->angle * (double)n;
        amplitude[n] = CMPLX(cos(turned), sin(turned)) * CMPLX(sum_re, sum_im);
    }
    *phase_error = DBL_EPSILON * sqrt(squared);
done:
    free(now);
    free(before);
    free(re);
    free(im);
    return status;
}

/* Levels that hold all of it but rounding. */
static size_t all_levels(const qfp_quadrature_flow *f, double t)
{
    return (size_t)(0.5 * pow(wavenumber(f, t) + 0.5 * MARGIN, 2.0) + 40.0);
}

static double norm_squared(double complex z)
{
    return creal(z) * creal(z) + cimag(z) * cimag(z);
}

qfp_status qfp_quadrature_flow_levels(const qfp_quadrature_flow *f, double t, double limit,
                                      int *levels)
{
    size_t all = all_levels(f, t), needed = 1;
    double complex *amplitude = NULL;
    double phase_error;
    QFP_TRY(QFP_ALLOCATE(amplitude, all, "a ket"));
    qfp_status status = QFP_OK;
    for (size_t k = 0; k < f->kets && status == QFP_OK; k++) {
        double beyond = 0.0;
        size_t n = all;
        status = amplitudes(f, k, t, all, amplitude, &phase_error);
        while (n > 1 && beyond + norm_squared(amplitude[n - 1]) <= limit * limit)
            beyond += norm_squared(amplitude[--n]);
        needed = n > needed ? n : needed;
    }
    free(amplitude);
    *levels = (int)needed;
    return status;
}

qfp_status qfp_quadrature_flow_at(const qfp_quadrature_flow *f, double t, qfp_ket_set *out,
                                  double *beyond, double *rounding)
{
    size_t all = all_levels(f, t);
    double complex *amplitude = NULL;
    all = all > out->dim ? all : out->dim;
    QFP_TRY(QFP_ALLOCATE(amplitude, all, "a ket"));
    qfp_status status = QFP_OK;
    for (size_t k = 0; k < f->kets && status == QFP_OK; k++) {
        double left = 0.0;
        status = amplitudes(f, k, t, all, amplitude, &rounding[k]);
        memcpy(out->ket + k * out->dim, amplitude, out->dim * sizeof *amplitude);
        for (size_t n = out->dim; n < all; n++)
            left += norm_squared(amplitude[n]);
        beyond[k] = sqrt(left);
        rounding[k] += 4.0 * DBL_EPSILON * sqrt((double)out->dim);
    }
    free(amplitude);
    return status;
}
