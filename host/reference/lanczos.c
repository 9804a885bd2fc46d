#include "reference/lanczos.h"

#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPACE 40       /* largest Krylov dimension */
#define SAMPLES 16     /* of |y_m| in the error bound */
#define MAX_STEPS 5000 /* of one advance; beyond it H is too large for the time asked for */

struct qfp_lanczos {
    const qfp_sparse *matrix;
    double kappa;
    double complex *basis; /* [SPACE + 1][dim] */
    size_t steps;
    int size; /* of the current space */
    double alpha[SPACE], beta[SPACE];
    double theta[SPACE], vector[SPACE * SPACE]; /* of T, column k the k-th eigenvector */
};

size_t qfp_lanczos_steps(const qfp_lanczos *l)
{
    return l->steps;
}

double qfp_lanczos_bytes(double dim)
{
    return (SPACE + 1) * dim * (double)sizeof(double complex);
}

qfp_status qfp_lanczos_create(const qfp_sparse *matrix, double kappa, qfp_lanczos **out)
{
    qfp_lanczos *l = NULL;
    QFP_TRY(QFP_ALLOCATE(l, 1, "a Krylov space"));
    l->matrix = matrix;
    l->kappa = kappa;
    qfp_status status = QFP_ALLOCATE(l->basis, (SPACE + 1) * matrix->dim, "a Krylov space");
    if (status != QFP_OK) {
        qfp_lanczos_destroy(l);
        return status;
    }
    *out = l;
    return QFP_OK;
}

void qfp_lanczos_destroy(qfp_lanczos *l)
{
    if (l == NULL)
        return;
    free(l->basis);
    free(l);
}

static double norm(size_t dim, const double complex *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < dim; i++)
        sum += creal(x[i]) * creal(x[i]) + cimag(x[i]) * cimag(x[i]);
    return sqrt(sum);
}

static double complex overlap(size_t dim, const double complex *x, const double complex *y)
{
    double re = 0.0, im = 0.0, cross_re = 0.0, cross_im = 0.0; /* four sums: no one waits */
    for (size_t i = 0; i < dim; i++) {
        re += creal(x[i]) * creal(y[i]);
        cross_re += cimag(x[i]) * cimag(y[i]);
        im += creal(x[i]) * cimag(y[i]);
        cross_im += cimag(x[i]) * creal(y[i]);
    }
    return CMPLX(re + cross_re, im - cross_im);
}

static void add_scaled(size_t dim, double complex factor, const double complex *x,
                       double complex *y)
{
    double a = creal(factor), b = cimag(factor);
    for (size_t i = 0; i < dim; i++)
        y[i] += CMPLX(a * creal(x[i]) - b * cimag(x[i]), a * cimag(x[i]) + b * creal(x[i]));
}

/* Lanczos with full reorthogonalisation; beta[size-1] links to the vector after the space and is 0
 * when the space is invariant. */
static void build_space(qfp_lanczos *l, const double complex *psi, double length)
{
    size_t dim = l->matrix->dim;
    double largest = 0.0;
    for (size_t i = 0; i < dim; i++)
        l->basis[i] = psi[i] / length;
    for (l->size = 0; l->size < SPACE;) {
        int k = l->size++;
        double complex *next = l->basis + (size_t)(k + 1) * dim;
        qfp_sparse_multiply(l->matrix, l->basis + (size_t)k * dim, next);
        l->alpha[k] = creal(overlap(dim, l->basis + (size_t)k * dim, next));
        double whole = norm(dim, next);
        add_scaled(dim, -l->alpha[k], l->basis + (size_t)k * dim, next);
        if (k > 0)
            add_scaled(dim, -l->beta[k - 1], l->basis + (size_t)(k - 1) * dim, next);
        for (int j = 0; j <= k; j++) { /* what is left of them is rounding: once is enough */
            const double complex *v = l->basis + (size_t)j * dim;
            add_scaled(dim, -overlap(dim, v, next), v, next);
        }
        largest = fmax(largest, whole);
        l->beta[k] = norm(dim, next);
        if (l->beta[k] <= 1e-14 * largest || (size_t)l->size == dim) {
            l->beta[k] = 0.0;
            return;
        }
        for (size_t i = 0; i < dim; i++)
            next[i] /= l->beta[k];
    }
}

static qfp_status diagonalise(qfp_lanczos *l)
{
    double below[SPACE];
    memcpy(l->theta, l->alpha, sizeof l->theta);
    memcpy(below, l->beta, sizeof below);
    if (LAPACKE_dsteqr(LAPACK_COL_MAJOR, 'I', l->size, l->theta, below, l->vector, l->size) != 0)
        return QFP_FAIL(QFP_INTERNAL, "a tridiagonal matrix could not be diagonalised");
    return QFP_OK;
}

/* component[i] = (e^{-iTs/κ} e_1)_i for i in [first, size) */
static void small_exponential(const qfp_lanczos *l, double s, int first, double complex *component)
{
    for (int i = first; i < l->size; i++)
        component[i] = 0.0;
    for (int k = 0; k < l->size; k++) {
        const double *v = l->vector + k * l->size;
        double complex phase = v[0] * cexp(CMPLX(0.0, -l->theta[k] * s / l->kappa));
        for (int i = first; i < l->size; i++)
            component[i] += phase * v[i];
    }
}

static double error_bound(const qfp_lanczos *l, double tau)
{
    double last = l->beta[l->size - 1], sum = 0.0;
    if (last == 0.0)
        return 0.0;
    for (int i = 1; i <= SAMPLES; i++) {
        double complex y[SPACE];
        small_exponential(l, tau * i / SAMPLES, l->size - 1, y);
        sum += cabs(y[l->size - 1]);
    }
    return last / l->kappa * sum * fabs(tau) / SAMPLES;
}

/* |y_m| that is rounding: what is left of it at s = 0, where it should vanish, and a few units. */
static double noise(const qfp_lanczos *l)
{
    double complex y[SPACE];
    small_exponential(l, 0.0, l->size - 1, y);
    return 8.0 * DBL_EPSILON + 2.0 * cabs(y[l->size - 1]);
}

/* The longest step, at most `whole`, whose bound is within its share of the tolerance, plus the
 * rounding of y_m itself, below which no step could go. */
static double choose_step(const qfp_lanczos *l, double whole, double rate)
{
    double tau = whole, rounding = l->beta[l->size - 1] / l->kappa * noise(l);
    for (;;) {
        double bound = error_bound(l, tau), allowed = (rate + rounding) * fabs(tau);
        if (bound <= allowed)
            return tau;
        double factor = 0.9 * pow(allowed / bound, 1.0 / l->size);
        tau *= fmax(0.1, fmin(factor, 0.9));
    }
}

qfp_status qfp_lanczos_advance(qfp_lanczos *l, double tau, double tolerance, double complex *psi)
{
    size_t dim = l->matrix->dim;
    double length = norm(dim, psi), rest = tau;
    if (!isfinite(length))
        return QFP_FAIL(QFP_NOT_FINITE, "the ket of the reference is not finite");
    if (length == 0.0 || tau == 0.0)
        return QFP_OK;
    for (long step = 0; rest != 0.0; step++) {
        if (step == MAX_STEPS)
            return QFP_FAIL(QFP_TOLERANCE,
                            "the reference took %d Krylov steps and is still %.3g short of its "
                            "time; the Hamiltonian is too large for it",
                            MAX_STEPS, rest);
        double complex y[SPACE];
        build_space(l, psi, length);
        QFP_TRY(diagonalise(l));
        double part = choose_step(l, rest, tolerance / fabs(tau));
        small_exponential(l, part, 0, y);
        memset(psi, 0, dim * sizeof *psi);
        for (int k = 0; k < l->size; k++)
            add_scaled(dim, length * y[k], l->basis + (size_t)k * dim, psi);
        rest = part == rest ? 0.0 : rest - part;
        l->steps++;
    }
    return QFP_OK;
}
