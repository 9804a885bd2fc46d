#include "reference/chebyshev.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ANGLE 2e6  /* z: beyond it H is too large for the time asked for */
#define NEGLIGIBLE 1e-3 /* of the error: coefficients of what is on the way */
#define WIDER (1.0 + 1e-12)
enum { BOUNDING = 12 }; /* vectors d that are tried */

void qfp_chebyshev_destroy(qfp_chebyshev *c)
{
    free(c->real);
    free(c->last);
    free(c->before);
    free(c->sum);
    *c = (qfp_chebyshev){0};
}

double qfp_chebyshev_bytes(double dim)
{
    return 3.0 * dim * (double)sizeof(double complex);
}

/* ---- where the energies are ------------------------------------------------------------------ */

/* size ← |elements|, but the own ones of a state with their sign. */
static void fill_sizes(const qfp_sparse *h, double *size)
{
    for (size_t i = 0; i < h->dim; i++)
        for (size_t k = h->row[i]; k < h->row[i + 1]; k++) {
            double complex v = h->value[k];
            size[k - h->row[0]] = (size_t)h->column[k] == i ? creal(v) : qfp_absolute(v);
        }
}

/* (size d)_i with sign × the own element */
static double image(const qfp_sparse *h, const double *size, double sign, const double *d, size_t i)
{
    double sum = 0.0;
    for (size_t k = h->row[i]; k < h->row[i + 1]; k++) {
        double factor = (size_t)h->column[k] == i ? sign : 1.0;
        sum += factor * size[k - h->row[0]] * d[h->column[k]];
    }
    return sum;
}

/* An upper bound of the energies of sign × H, in d [dim], next [dim]. */
static double upper_bound(const qfp_sparse *h, const double *size, double sign, double *d,
                          double *next)
{
    double best = INFINITY, shift = 0.0;
    for (size_t i = 0; i < h->dim; i++) {
        d[i] = 1.0;
        for (size_t k = h->row[i]; k < h->row[i + 1]; k++)
            if ((size_t)h->column[k] == i)
                shift = fmax(shift, -sign * size[k - h->row[0]]);
    }
    for (int tried = 0; tried < BOUNDING; tried++) {
        double largest = -INFINITY, most = 0.0;
        for (size_t i = 0; i < h->dim; i++) {
            double sum = image(h, size, sign, d, i), ratio = sum / d[i];
            next[i] = sum + shift * d[i]; /* not below 0 */
            largest = ratio > largest ? ratio : largest;
            most = next[i] > most ? next[i] : most;
        }
        best = fmin(best, largest);
        for (size_t i = 0; i < h->dim && most > 0.0; i++)
            d[i] = next[i] / most > 1e-6 * d[i] ? next[i] / most : 1e-6 * d[i];
    }
    return best;
}

static qfp_status bound(qfp_chebyshev *c, size_t elements)
{
    double *size = NULL, *d = (double *)c->last, *next = d + c->matrix->dim;
    QFP_TRY(QFP_ALLOCATE(size, elements, "the Hamiltonian"));
    fill_sizes(c->matrix, size);
    double highest = upper_bound(c->matrix, size, 1.0, d, next);
    double lowest = -upper_bound(c->matrix, size, -1.0, d, next);
    free(size);
    c->centre = 0.5 * (highest + lowest);
    c->radius = WIDER * 0.5 * fabs(highest - lowest) + DBL_MIN;
    return QFP_OK;
}

qfp_status qfp_chebyshev_create(const qfp_sparse *matrix, double kappa, qfp_chebyshev *out)
{
    size_t elements = matrix->row[matrix->dim] - matrix->row[0];
    bool is_real = true;
    *out = (qfp_chebyshev){.matrix = matrix, .kappa = kappa};
    QFP_TRY(QFP_ALLOCATE(out->last, matrix->dim, "a ket"));
    QFP_TRY(QFP_ALLOCATE(out->before, matrix->dim, "a ket"));
    QFP_TRY(QFP_ALLOCATE(out->sum, matrix->dim, "a ket"));
    QFP_TRY(bound(out, elements));
    for (size_t k = 0; k < elements && is_real; k++)
        is_real = cimag(matrix->value[matrix->row[0] + k]) == 0.0;
    if (!is_real)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(out->real, elements, "the Hamiltonian"));
    for (size_t k = 0; k < elements; k++)
        out->real[k] = creal(matrix->value[matrix->row[0] + k]);
    return QFP_OK;
}

/* ---- the series ------------------------------------------------------------------------------ */

/* Beyond so many J_k(z) is nothing: at k = z + s z^{1/3} it falls like e^{−0.94 s^{3/2}}. */
static size_t orders(double z)
{
    return (size_t)(fabs(z) + 14.0 * cbrt(fabs(z)) + 40.0);
}

/* J_0 … J_{count−1}(|z|), by the recurrence downwards; their sum J_0 + 2 Σ J_2k is 1. */
static void bessel(double z, size_t count, double *j)
{
    double x = fabs(z), above = 0.0, now = 1e-300, sum = 0.0;
    for (size_t k = 0; k < count; k++)
        j[k] = 0.0;
    j[0] = 1.0;
    j[1] = 0.5 * x;
    if (x < 1e-30)
        return;
    for (size_t k = count; k-- > 0;) {
        double below = 2.0 * (double)(k + 1) / x * now - above;
        above = now;
        now = below;
        j[k] = now;
        if (fabs(now) > 1e250) {
            for (size_t i = k; i < count; i++)
                j[i] *= 1e-250;
            now *= 1e-250;
            above *= 1e-250;
        }
    }
    sum = j[0];
    for (size_t k = 2; k < count; k += 2)
        sum += 2.0 * j[k];
    for (size_t k = 0; k < count; k++)
        j[k] /= sum;
}

/* The terms that are needed of so many. */
static size_t needed(const double *j, size_t count, double error)
{
    double left = 0.0;
    while (count > 1 && left + 2.0 * fabs(j[count - 1]) <= error)
        left += 2.0 * fabs(j[--count]);
    return count;
}

double qfp_chebyshev_terms(const qfp_chebyshev *c, double tau, double error)
{
    double z = fabs(c->radius * tau / c->kappa), decades = -log(fmin(error, 0.1));
    return z + 1.0 + pow(decades / 0.94, 2.0 / 3.0) * cbrt(z) + 0.3 * decades;
}

/* (2 − δ_k0) (∓i)^k J_k, but for the phase of c; a sign for the direction of time */
static double complex coefficient(size_t k, double z, double j)
{
    static const double complex power[4] = {1.0, CMPLX(0.0, -1.0), -1.0, CMPLX(0.0, 1.0)};
    double complex p = power[k % 4];
    return (k == 0 ? 1.0 : 2.0) * j * (z < 0.0 ? conj(p) : p);
}

/* next = factor (H − c)/R now − next, sum += a next */
static void recur(const qfp_chebyshev *c, double factor, const double complex *now,
                  double complex *next, double complex a, double complex *sum)
{
    const qfp_sparse *h = c->matrix;
    const double *real = c->real != NULL ? c->real - h->row[0] : NULL;
    double scale = factor / c->radius, a_re = creal(a), a_im = cimag(a);
    for (size_t i = 0; i < h->dim; i++) {
        double re = -c->centre * creal(now[i]), im = -c->centre * cimag(now[i]);
        if (real != NULL)
            for (size_t k = h->row[i]; k < h->row[i + 1]; k++) {
                double complex x = now[h->column[k]];
                re += real[k] * creal(x);
                im += real[k] * cimag(x);
            }
        else
            for (size_t k = h->row[i]; k < h->row[i + 1]; k++) {
                double complex v = h->value[k], x = now[h->column[k]];
                re += creal(v) * creal(x) - cimag(v) * cimag(x);
                im += creal(v) * cimag(x) + cimag(v) * creal(x);
            }
        re = scale * re - creal(next[i]);
        im = scale * im - cimag(next[i]);
        next[i] = CMPLX(re, im);
        sum[i] += CMPLX(a_re * re - a_im * im, a_re * im + a_im * re);
    }
}

/* What is on the way: of each time its own series. */
typedef struct ways {
    const qfp_on_the_way *way;
    size_t *count; /* terms of each */
    double **j, *z;
} ways;

static void ways_destroy(ways *w)
{
    for (size_t l = 0; w->j != NULL && l < w->way->count; l++)
        free(w->j[l]);
    free(w->j);
    free(w->z);
    free(w->count);
}

static qfp_status ways_create(const qfp_chebyshev *c, const qfp_on_the_way *way, double error,
                              ways *out)
{
    *out = (ways){.way = way};
    if (way == NULL)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(out->count, way->count, "times on the way"));
    QFP_TRY(QFP_ALLOCATE(out->z, way->count, "times on the way"));
    QFP_TRY(QFP_ALLOCATE(out->j, way->count, "times on the way"));
    for (size_t l = 0; l < way->count; l++) {
        out->z[l] = c->radius * way->time[l] / c->kappa;
        size_t room = orders(out->z[l]);
        QFP_TRY(QFP_ALLOCATE(out->j[l], room, "times on the way"));
        bessel(out->z[l], room, out->j[l]);
        out->count[l] = needed(out->j[l], room, error);
    }
    return QFP_OK;
}

static void ways_add(const ways *w, size_t k, double floor, const double complex *vector)
{
    const qfp_on_the_way *way = w->way;
    for (size_t l = 0; way != NULL && l < way->count; l++) {
        if (k >= w->count[l] || fabs(w->j[l][k]) < floor)
            continue;
        double complex a = coefficient(k, w->z[l], w->j[l][k]);
        double re = creal(a), im = cimag(a);
        double complex *to = way->amplitude + l * way->states;
        for (size_t i = 0; i < way->states; i++) {
            double complex x = vector[way->state[i]];
            to[i] += CMPLX(re * creal(x) - im * cimag(x), re * cimag(x) + im * creal(x));
        }
    }
}

static void turn(double angle, size_t count, double complex *x)
{
    double complex phase = CMPLX(cos(angle), sin(angle));
    for (size_t i = 0; i < count; i++)
        x[i] = CMPLX(creal(phase) * creal(x[i]) - cimag(phase) * cimag(x[i]),
                     creal(phase) * cimag(x[i]) + cimag(phase) * creal(x[i]));
}

/* Σ_k of the ket into c->sum, and of what is on the way. */
static void sum_up(qfp_chebyshev *c, double z, size_t count, const double *j, const ways *w,
                   double floor)
{
    size_t dim = c->matrix->dim;
    double complex *now = c->last, *next = c->before, *swap;
    for (size_t i = 0; i < dim; i++) {
        c->sum[i] = j[0] * now[i];
        next[i] = 0.0;
    }
    ways_add(w, 0, floor, now);
    for (size_t k = 1; k < count; k++) {
        recur(c, k == 1 ? 1.0 : 2.0, now, next, coefficient(k, z, j[k]), c->sum);
        swap = now;
        now = next;
        next = swap;
        ways_add(w, k, floor, now);
    }
}

qfp_status qfp_chebyshev_advance(qfp_chebyshev *c, double tau, double error,
                                 const qfp_on_the_way *way, double complex *psi, double *terms)
{
    size_t dim = c->matrix->dim, room;
    double z = c->radius * tau / c->kappa, squared = 0.0, *j = NULL;
    ways w = {0};
    qfp_status status;
    if (fabs(z) > MOST_ANGLE)
        return QFP_FAIL(QFP_TOLERANCE,
                        "the reference would need %.3g terms for a time of %.3g; the Hamiltonian "
                        "is too large for it",
                        fabs(z), tau);
    for (size_t i = 0; i < dim; i++)
        squared += creal(psi[i]) * creal(psi[i]) + cimag(psi[i]) * cimag(psi[i]);
    if (!isfinite(squared))
        return QFP_FAIL(QFP_NOT_FINITE, "the ket of the reference is not finite");
    if (way != NULL)
        memset(way->amplitude, 0, way->count * way->states * sizeof *way->amplitude);
    if (squared == 0.0)
        return QFP_OK;
    double allowed = error / sqrt(squared);
    room = orders(z);
    QFP_TRY_GOTO(QFP_ALLOCATE(j, room, "a series"));
    QFP_TRY_GOTO(ways_create(c, way, allowed, &w));
    bessel(z, room, j);
    size_t count = needed(j, room, allowed);
    for (size_t l = 0; way != NULL && l < way->count; l++)
        count = w.count[l] > count ? w.count[l] : count;
    memcpy(c->last, psi, dim * sizeof *psi);
    sum_up(c, z, count, j, &w, NEGLIGIBLE * allowed / (double)count);
    memcpy(psi, c->sum, dim * sizeof *psi);
    turn(-c->centre * tau / c->kappa, dim, psi);
    for (size_t l = 0; way != NULL && l < way->count; l++)
        turn(-c->centre * way->time[l] / c->kappa, way->states, way->amplitude + l * way->states);
    *terms += (double)count;
done:
    ways_destroy(&w);
    free(j);
    return status;
}
