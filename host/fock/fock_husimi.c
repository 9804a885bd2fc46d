#include "fock/fock_husimi.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/husimi_tables.h"

/* ---- ⟨α|n⟩ --------------------------------------------------------------------------------- */

/* ln n! − (n ln n − n + ½ ln 2πn), n ≥ 1: Stirling's series where it has sixteen digits. */
static double stirling_rest(double n)
{
    if (n < 16.0)
        return lgamma(n + 1.0) - (n * log(n) - n + 0.5 * log(2.0 * M_PI * n));
    double r = 1.0 / (n * n);
    return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / n;
}

/* √(e^{−x} x^n/n!) without the cancellation of its three large factors (Loader's form): with
 * e = (x − n)/n the exponent is n (e − ln(1 + e)) + the rest of Stirling's formula. */
static double root_of_poisson(double n, double x)
{
    if (n == 0.0)
        return exp(-0.5 * x);
    double e = (x - n) / n;
    return exp(-0.5 * (n * (e - log1p(e)) + stirling_rest(n))) / sqrt(sqrt(2.0 * M_PI * n));
}

static double complex times(double complex a, double complex b)
{
    return CMPLX(creal(a) * creal(b) - cimag(a) * cimag(b),
                 creal(a) * cimag(b) + cimag(a) * creal(b));
}

void qfp_fock_coherent_bra(int levels, double complex alpha, double complex *bra)
{
    double r = cabs(alpha), x = r * r;
    int top = x < (double)(levels - 1) ? (int)x : levels - 1;
    double complex phase = 1.0, direction = r > 0.0 ? conj(alpha) / r : 1.0;
    for (int n = 0; n < top; n++)
        phase = times(phase, direction);
    bra[top] = root_of_poisson(top, x) * phase;
    for (int n = top; n + 1 < levels; n++)
        bra[n + 1] = times(bra[n], r / sqrt(n + 1.0) * direction);
    for (int n = top; n > 0; n--) /* r > 0 here: top > 0 */
        bra[n - 1] = times(bra[n], sqrt(n) / r * conj(direction));
}

/* ---- one mode ------------------------------------------------------------------------------ */

qfp_status qfp_fock_reduced(const qfp_backend *backend, qfp_context *context,
                            const qfp_fock_space *space, const qfp_buffer *u, int mode,
                            double complex *rho)
{
    size_t levels = (size_t)space->levels[mode], stride = space->stride[mode];
    double complex *band = NULL;
    QFP_TRY(QFP_ALLOCATE(band, space->dimension, "a band of the state"));
    memset(rho, 0, levels * levels * sizeof *rho);
    qfp_status status = QFP_OK;
    for (size_t step = 0; step < levels; step++) {
        QFP_TRY_GOTO(
            backend->stencil->band(context, space->dimension, step * stride, u, (double *)band));
        for (size_t m = 0; m + step * stride < space->dimension; m++) {
            size_t a = m / stride % levels;
            if (a + step < levels)
                rho[a * levels + a + step] += band[m];
        }
        for (size_t a = 0; a + step < levels; a++)
            rho[(a + step) * levels + a] = conj(rho[a * levels + a + step]);
    }
done:
    free(band);
    return status;
}

typedef struct output_grid {
    size_t n_q, n_p;
    const double *q, *p;
} output_grid;

static double complex grid_point(const output_grid *g, size_t at)
{
    return CMPLX(g->q[at / g->n_p], g->p[at % g->n_p]) * M_SQRT1_2;
}

qfp_status qfp_fock_husimi_marginal(int levels, const double complex *rho, size_t n_q,
                                    const double *q, size_t n_p, const double *p, double *out)
{
    qfp_husimi_tables tables = {0};
    QFP_TRY(qfp_husimi_tables_for(&tables, levels, n_q, q, n_p, p));
    qfp_husimi_tables_apply(&tables, rho, (size_t)levels, out);
    qfp_husimi_tables_destroy(&tables);
    return QFP_OK;
}

/* ---- all modes ----------------------------------------------------------------------------- */

enum { FEW = 8 }; /* points of an outer mode contracted together */

typedef struct full_husimi {
    const qfp_fock_space *space;
    output_grid grid[QFP_MAX_MODES];
    qfp_husimi_tables last;               /* of the last mode */
    double complex *bra[QFP_MAX_MODES];   /* [FEW][levels] of modes but the last */
    double complex *half[QFP_MAX_MODES];  /* [FEW][rest][levels rest] of modes but the last */
    double complex *inner[QFP_MAX_MODES]; /* [rest][rest] */
} full_husimi;

static void full_destroy(full_husimi *f)
{
    for (int j = 0; j < f->space->modes; j++) {
        free(f->bra[j]);
        free(f->half[j]);
        free(f->inner[j]);
    }
    qfp_husimi_tables_destroy(&f->last);
}

static qfp_status full_create(const qfp_fock_space *space, size_t n_q, const double *q, size_t n_p,
                              const double *p, full_husimi *f)
{
    *f = (full_husimi){.space = space};
    for (int j = 0; j < space->modes; j++) {
        size_t rest = space->stride[j], levels = (size_t)space->levels[j];
        f->grid[j] = (output_grid){n_q, n_p, q + (size_t)j * n_q, p + (size_t)j * n_p};
        if (j + 1 == space->modes)
            return qfp_husimi_tables_for(&f->last, (int)levels, n_q, f->grid[j].q, n_p,
                                         f->grid[j].p);
        QFP_TRY(QFP_ALLOCATE(f->bra[j], FEW * levels, "coherent states"));
        QFP_TRY(QFP_ALLOCATE(f->half[j], FEW * rest * rest * levels, "the full Husimi function"));
        QFP_TRY(QFP_ALLOCATE(f->inner[j], rest * rest, "the full Husimi function"));
    }
    return QFP_OK;
}

/* inner[r][s] = Σ_n half[r][n][s] conj(bra[n]).  A loop, because zgemv of OpenBLAS 0.3.21 (Debian
 * 12) reads beyond the end of a matrix (its issue 4013). */
static void contract_ket(size_t rest, size_t levels, const double complex *half,
                         const double complex *bra, double complex *inner)
{
    memset(inner, 0, rest * rest * sizeof *inner);
    for (size_t r = 0; r < rest; r++)
        for (size_t n = 0; n < levels; n++) {
            const double complex ket = conj(bra[n]), *row = half + (r * levels + n) * rest;
            for (size_t s = 0; s < rest; s++)
                inner[r * rest + s] += ket * row[s];
        }
}

/* σ [levels rest][levels rest] of the modes from `mode` on: contracts this mode at every point of
 * its grid and hands what is left to the next. */
static void contract_mode(full_husimi *f, int mode, const double complex *sigma, double *out)
{
    const double complex one = 1.0, zero = 0.0;
    const output_grid *g = &f->grid[mode];
    size_t rest = f->space->stride[mode], levels = (size_t)f->space->levels[mode], below = 1;
    if (mode + 1 == f->space->modes) {
        qfp_husimi_tables_apply(&f->last, sigma, levels, out);
        double others = pow(M_PI, 1 - f->space->modes);
        for (size_t i = 0; i < g->n_q * g->n_p; i++)
            out[i] *= others;
        return;
    }
    for (int j = mode + 1; j < f->space->modes; j++)
        below *= g->n_q * g->n_p;
    double complex *bra = f->bra[mode], *half = f->half[mode], *inner = f->inner[mode];
    size_t wide = rest * levels * rest; /* a row: everything but the first index a */
    for (size_t from = 0; from < g->n_q * g->n_p; from += FEW) {
        size_t left = g->n_q * g->n_p - from, count = left < FEW ? left : FEW;
        for (size_t i = 0; i < count; i++)
            qfp_fock_coherent_bra((int)levels, grid_point(g, from + i), bra + i * levels);
        cblas_zgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)count, (int)wide, (int)levels,
                    &one, bra, (int)levels, sigma, (int)wide, &zero, half, (int)wide);
        for (size_t i = 0; i < count; i++) {
            contract_ket(rest, levels, half + i * wide, bra + i * levels, inner);
            contract_mode(f, mode + 1, inner, out + (from + i) * below);
        }
    }
}

qfp_status qfp_fock_husimi_full(const qfp_fock_space *space, const double *packed, size_t n_q,
                                const double *q, size_t n_p, const double *p, double *out)
{
    full_husimi f;
    double complex *rho = NULL;
    qfp_status status = full_create(space, n_q, q, n_p, p, &f);
    if (status == QFP_OK)
        status = QFP_ALLOCATE(rho, space->dimension * space->dimension, "the density matrix");
    if (status == QFP_OK) {
        qfp_fock_unpack(space, packed, rho);
        contract_mode(&f, 0, rho, out);
    }
    free(rho);
    full_destroy(&f);
    return status;
}
