#include "fock/fock_plane.h"

#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fock/oscillator.h"
#include "state/dyad_grid.h"

#define FADED 7.0 /* an oscillator function and the Gaussian are nothing so far beyond their end */
#define BANDWIDTH 14.0 /* wavenumbers of the Gaussian, e^{−k²/4} */

/* ---- quadratures --------------------------------------------------------------------------- */

/* The rule for integrals of φ_m φ_n and the Gaussian: equal steps, good to rounding. */
typedef struct rule {
    int levels, count;
    double step, first, *functions; /* [count][levels] */
} rule;

static qfp_status rule_create(int levels, rule *r)
{
    double radius = sqrt(2.0 * levels + 1.0), reach = radius + FADED;
    *r = (rule){.levels = levels, .step = 2.0 * M_PI / (2.0 * radius + BANDWIDTH), .first = -reach};
    r->count = (int)ceil(2.0 * reach / r->step) + 1;
    QFP_TRY(QFP_ALLOCATE(r->functions, (size_t)r->count * (size_t)levels, "oscillator functions"));
    for (int k = 0; k < r->count; k++)
        qfp_oscillator_functions(levels, r->first + r->step * k,
                                 r->functions + (size_t)k * (size_t)levels);
    return QFP_OK;
}

/* ---- E(z) ------------------------------------------------------------------------------------ */

/* f [levels][levels] = ∫ φ_m φ_n e^{−(z − y)²}/√π dy; scaled: room for those of the rule. */
static void smear(const rule *r, double z, double *scaled, double *f)
{
    int d = r->levels;
    int from = (int)fmax(0.0, floor((z - FADED - r->first) / r->step));
    int to = (int)fmin(r->count - 1.0, ceil((z + FADED - r->first) / r->step));
    memset(f, 0, (size_t)d * (size_t)d * sizeof *f);
    if (from > to)
        return;
    for (int k = from; k <= to; k++) {
        double distance = z - (r->first + r->step * k);
        double weight = r->step * exp(-distance * distance) / sqrt(M_PI);
        for (int n = 0; n < d; n++)
            scaled[(size_t)(k - from) * (size_t)d + (size_t)n] =
                weight * r->functions[(size_t)k * (size_t)d + (size_t)n];
    }
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, d, d, to - from + 1, 1.0,
                r->functions + (size_t)from * (size_t)d, d, scaled, d, 0.0, f, d);
}

/* rows [count][levels²] of ⟨n|E(z_i)|m⟩ at place m levels + n: what multiplies ρ_mn. */
static qfp_status weights(int levels, bool is_momentum, size_t count, const double *z,
                          double complex **rows)
{
    static const double complex power[] = {1.0, I, -1.0, -I};
    rule r = {0};
    double *scaled = NULL, *f = NULL;
    size_t d = (size_t)levels;
    qfp_status status;
    QFP_TRY_GOTO(rule_create(levels, &r));
    QFP_TRY_GOTO(QFP_ALLOCATE(scaled, (size_t)r.count * d, "a quadrature"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f, d * d, "a quadrature"));
    QFP_TRY_GOTO(QFP_ALLOCATE(*rows, count * d * d, "a quadrature"));
    for (size_t i = 0; i < count; i++) {
        smear(&r, z[i], scaled, f);
        for (size_t m = 0; m < d; m++)
            for (size_t n = 0; n < d; n++)
                (*rows)[(i * d + m) * d + n] =
                    f[m * d + n] * (is_momentum ? power[(n + 4 * d - m) % 4] : 1.0);
    }
done:
    free(r.functions);
    free(scaled);
    free(f);
    return status;
}

/* ---- two modes ------------------------------------------------------------------------------- */

/* out [d_a d_a][d_b d_b]: Σ ρ over what the other modes hold, at (m n of mode a), (m n of mode b). */
static qfp_status pair_density(const qfp_fock_space *s, const double *packed, int a, int b,
                               double complex *out)
{
    size_t d_a = (size_t)s->levels[a], d_b = (size_t)s->levels[b], *others = NULL;
    QFP_TRY(QFP_ALLOCATE(others, s->dimension, "the levels of other modes"));
    for (size_t m = 0; m < s->dimension; m++)
        others[m] = m - (size_t)qfp_fock_level(s, m, a) * s->stride[a] -
                    (size_t)qfp_fock_level(s, m, b) * s->stride[b];
    memset(out, 0, d_a * d_a * d_b * d_b * sizeof *out);
    const double *u = packed;
    for (size_t m = 0; m < s->dimension; m++)
        for (size_t n = m; n < s->dimension; n++, u += 2) {
            if (others[m] != others[n])
                continue;
            size_t m_a = (size_t)qfp_fock_level(s, m, a), n_a = (size_t)qfp_fock_level(s, n, a);
            size_t m_b = (size_t)qfp_fock_level(s, m, b), n_b = (size_t)qfp_fock_level(s, n, b);
            double complex value = (n > m ? M_SQRT1_2 : 1.0) * CMPLX(u[0], u[1]);
            out[(m_a * d_a + n_a) * d_b * d_b + m_b * d_b + n_b] += value;
            if (n > m)
                out[(n_a * d_a + m_a) * d_b * d_b + n_b * d_b + m_b] += conj(value);
        }
    free(others);
    return QFP_OK;
}

double qfp_fock_plane_bytes(double levels_a, double levels_b, double points)
{
    double a = levels_a * levels_a, b = levels_b * levels_b;
    return 16.0 * (a * b + points * (a + 2.0 * b));
}

qfp_status qfp_fock_plane(const qfp_fock_space *space, const double *packed, int axis_a, size_t n_a,
                          const double *a, int axis_b, size_t n_b, const double *b, double *out)
{
    int modes = space->modes, mode_a = axis_a % modes, mode_b = axis_b % modes;
    size_t d_a = (size_t)space->levels[mode_a], d_b = (size_t)space->levels[mode_b];
    size_t basis_a = d_a * d_a, basis_b = d_b * d_b;
    const double complex one = 1.0, zero = 0.0;
    double complex *rho = NULL, *left = NULL, *right = NULL, *half = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(rho, basis_a * basis_b, "the density matrix of two modes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(half, n_a * basis_b, "a plane of Q"));
    QFP_TRY_GOTO(pair_density(space, packed, mode_a, mode_b, rho));
    QFP_TRY_GOTO(weights((int)d_a, axis_a >= modes, n_a, a, &left));
    QFP_TRY_GOTO(weights((int)d_b, axis_b >= modes, n_b, b, &right));
    cblas_zgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n_a, (int)basis_b, (int)basis_a,
                &one, left, (int)basis_a, rho, (int)basis_b, &zero, half, (int)basis_b);
    for (size_t i = 0; i < n_a; i++)
        for (size_t k = 0; k < n_b; k++) {
            const double complex *x = half + i * basis_b, *y = right + k * basis_b;
            double sum = 0.0;
            for (size_t n = 0; n < basis_b; n++)
                sum += creal(x[n]) * creal(y[n]) - cimag(x[n]) * cimag(y[n]);
            out[i * n_b + k] = 2.0 * sum;
        }
done:
    free(rho);
    free(left);
    free(right);
    free(half);
    return status;
}

/* ---- one mode -------------------------------------------------------------------------------- */

typedef struct matrix {
    size_t levels;
    const double complex *rho;
} matrix;

static double complex element(const void *data, size_t m, size_t n)
{
    const matrix *of = data;
    return of->rho[m * of->levels + n];
}

qfp_status qfp_fock_wigner(int levels, const double complex *rho, size_t n_q, const double *q,
                           size_t n_p, const double *p, double *out)
{
    const qfp_dyad_grid grid = {
        .modes = 1, .levels = {levels}, .n_q = {n_q}, .n_p = {n_p}, .q = {q}, .p = {p}};
    const matrix of = {(size_t)levels, rho};
    double *x = NULL;
    QFP_TRY(QFP_ALLOCATE(x, (size_t)levels * (size_t)levels, "a Wigner function"));
    qfp_status status = qfp_dyads_from_matrix(&grid, 1.0, element, &of, x);
    if (status == QFP_OK)
        status = qfp_dyads_to_grid(&grid, 0.5, x, out);
    free(x);
    return status;
}
