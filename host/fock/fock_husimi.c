#include "fock/fock_husimi.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"

enum { BLOCK = 64 }; /* points of phase space treated by one product */

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

/* Rows ⟨α|n⟩ of a block of points. */
typedef struct bra_block {
    size_t levels;
    double complex *bra, *image; /* [BLOCK][levels] */
} bra_block;

static void bra_block_destroy(bra_block *b)
{
    free(b->bra);
    free(b->image);
    *b = (bra_block){0};
}

static qfp_status bra_block_create(size_t levels, bra_block *b)
{
    *b = (bra_block){.levels = levels};
    qfp_status status = QFP_ALLOCATE(b->bra, BLOCK * levels, "coherent states");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(b->image, BLOCK * levels, "coherent states");
    if (status != QFP_OK)
        bra_block_destroy(b);
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

static size_t fill_bras(bra_block *b, const output_grid *g, size_t from)
{
    size_t rest = g->n_q * g->n_p - from, count = rest < BLOCK ? rest : BLOCK;
    for (size_t i = 0; i < count; i++)
        qfp_fock_coherent_bra((int)b->levels, grid_point(g, from + i), b->bra + i * b->levels);
    return count;
}

/* out[g] = scale ⟨α_g|ρ|α_g⟩ */
static void expectations(bra_block *b, const output_grid *g, const double complex *rho,
                         double scale, double *out)
{
    const double complex one = 1.0, zero = 0.0;
    int d = (int)b->levels;
    for (size_t from = 0; from < g->n_q * g->n_p; from += BLOCK) {
        size_t count = fill_bras(b, g, from);
        cblas_zgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)count, d, d, &one, b->bra, d,
                    rho, d, &zero, b->image, d);
        for (size_t i = 0; i < count; i++) {
            const double complex *x = b->image + i * b->levels, *y = b->bra + i * b->levels;
            double sum = 0.0;
            for (size_t n = 0; n < b->levels; n++)
                sum += creal(x[n]) * creal(y[n]) + cimag(x[n]) * cimag(y[n]);
            out[from + i] = scale * sum;
        }
    }
}

qfp_status qfp_fock_husimi_marginal(int levels, const double complex *rho, size_t n_q,
                                    const double *q, size_t n_p, const double *p, double *out)
{
    bra_block block;
    output_grid grid = {n_q, n_p, q, p};
    QFP_TRY(bra_block_create((size_t)levels, &block));
    expectations(&block, &grid, rho, M_1_PI, out);
    bra_block_destroy(&block);
    return QFP_OK;
}

/* ---- all modes ----------------------------------------------------------------------------- */

enum { FEW = 8 }; /* points of an outer mode contracted together */

typedef struct full_husimi {
    const qfp_fock_space *space;
    output_grid grid[QFP_MAX_MODES];
    bra_block block[QFP_MAX_MODES];
    double complex *half[QFP_MAX_MODES];  /* [FEW][rest][levels rest] of modes but the last */
    double complex *inner[QFP_MAX_MODES]; /* [rest][rest] */
} full_husimi;

static void full_destroy(full_husimi *f)
{
    for (int j = 0; j < f->space->modes; j++) {
        bra_block_destroy(&f->block[j]);
        free(f->half[j]);
        free(f->inner[j]);
    }
}

static qfp_status full_create(const qfp_fock_space *space, size_t n_q, const double *q, size_t n_p,
                              const double *p, full_husimi *f)
{
    *f = (full_husimi){.space = space};
    for (int j = 0; j < space->modes; j++) {
        size_t rest = space->stride[j], levels = (size_t)space->levels[j];
        f->grid[j] = (output_grid){n_q, n_p, q + (size_t)j * n_q, p + (size_t)j * n_p};
        QFP_TRY(bra_block_create(levels, &f->block[j]));
        if (j + 1 == space->modes)
            break;
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
        expectations(&f->block[mode], g, sigma, pow(M_PI, -f->space->modes), out);
        return;
    }
    for (int j = mode + 1; j < f->space->modes; j++)
        below *= g->n_q * g->n_p;
    double complex *bra = f->block[mode].bra, *half = f->half[mode], *inner = f->inner[mode];
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

/* ---- Wehrl entropy ------------------------------------------------------------------------- */

#define STEP 0.08              /* in Re α and Im α: e^{-(π/0.08)²/2} of a Gaussian is nothing */
#define MARGIN 4.5             /* |⟨α|n⟩|² has fallen by e^{-40} that far beyond |α|² = n */
#define NEGLIGIBLE_LEVEL 1e-15 /* population; what lies outside the disk costs about that much */
/* Near zeros of Q an error like h⁴ is a sixteenth of theirs, but unevenly: in the generated family of
 * tests/family it was up to 0.44 of the difference. */
#define COARSE_SHARE 1.0
#define RULE_ROUNDING 2e-13   /* and what the disk leaves out */
#define ZERO_OF_Q 1e-28       /* its gradient is rounding there */
#define NEGLIGIBLE_RANK 1e-15 /* eigenvalue of ρ relative to the largest */

/* ρ = Σ_k w_k |k⟩⟨k|: a state of few kets is evaluated in the time of few kets. */
typedef struct eigenkets {
    int levels, count;
    double *weight;          /* ascending */
    double complex *ket;     /* [levels][levels], row k */
    double complex *lowered; /* a|k⟩ likewise; NULL: not asked for */
} eigenkets;

static qfp_status lower(eigenkets *e)
{
    size_t d = (size_t)e->levels;
    QFP_TRY(QFP_ALLOCATE(e->lowered, d * d, "eigenvectors"));
    for (size_t k = 0; k < (size_t)e->count; k++)
        for (size_t n = 0; n + 1 < d; n++)
            e->lowered[k * d + n] = sqrt((double)n + 1.0) * e->ket[k * d + n + 1];
    return QFP_OK;
}

static qfp_status diagonalise(int all, const double complex *rho, int levels, eigenkets *e)
{
    size_t d = (size_t)levels;
    *e = (eigenkets){.levels = levels};
    QFP_TRY(QFP_ALLOCATE(e->weight, d, "eigenvalues"));
    QFP_TRY(QFP_ALLOCATE(e->ket, d * d, "eigenvectors"));
    for (size_t m = 0; m < d; m++)
        memcpy(e->ket + m * d, rho + m * (size_t)all, d * sizeof *rho);
    QFP_TRY(qfpi_hermitian_eigen(d, e->ket, e->weight));
    double largest = fmax(fabs(e->weight[0]), fabs(e->weight[levels - 1]));
    for (int k = 0; k < levels; k++)
        if (fabs(e->weight[k]) > NEGLIGIBLE_RANK * largest) {
            e->weight[e->count] = e->weight[k];
            memmove(e->ket + (size_t)e->count * d, e->ket + (size_t)k * d, d * sizeof *e->ket);
            e->count++;
        }
    return QFP_OK;
}

static int occupied_levels(int levels, const double complex *rho)
{
    double beyond = 0.0;
    int n = levels;
    while (n > 1) {
        size_t last = (size_t)(n - 1);
        beyond += fabs(creal(rho[last * (size_t)levels + last]));
        if (beyond > NEGLIGIBLE_LEVEL)
            break;
        n--;
    }
    return n;
}

/* What is summed over the points. */
enum { WEHRL, TRACE, PRODUCTION, SUMS };

typedef struct entropy_sums {
    const eigenkets *e;
    const qfp_dissipation_facts *spreading;
    bra_block amplitudes, lowered;
    double fine[SUMS],
        coarse[4][SUMS]; /* by the parity of row and column: rules with twice the step */
} entropy_sums;

/* to[i][k] = ⟨α_i|k⟩ of all kets, by rows of `levels` */
static void project(const entropy_sums *s, int count, const double complex *kets,
                    double complex *to)
{
    const double complex one = 1.0, zero = 0.0;
    int levels = s->e->levels;
    cblas_zgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count, s->e->count, levels, &one,
                s->amplitudes.bra, levels, kets, levels, &zero, to, levels);
}

/* πQ = Σ_k w_k|⟨α|k⟩|² */
static double density(const eigenkets *e, const double complex *amplitude)
{
    double sum = 0.0;
    for (int k = 0; k < e->count; k++)
        sum += e->weight[k] * (creal(amplitude[k]) * creal(amplitude[k]) +
                               cimag(amplitude[k]) * cimag(amplitude[k]));
    return sum;
}

/* π∂̄Q = ⟨α|(a − α)ρ|α⟩ as the gradient of πQ along (Q, P), √2 times its parts; returns ⟨α|(a − α)ρ(a† − α*)|α⟩, at
 * least |π∂̄Q|²/πQ and equal to it in a pure state. */
static double find_gradient(const eigenkets *e, double complex alpha,
                            const double complex *amplitude, const double complex *lowered,
                            double gradient[2])
{
    double complex sum = 0.0;
    double square = 0.0;
    for (int k = 0; k < e->count; k++) {
        double complex difference = lowered[k] - alpha * amplitude[k];
        sum += e->weight[k] * difference * conj(amplitude[k]);
        square += e->weight[k] * creal(difference * conj(difference));
    }
    gradient[0] = M_SQRT2 * creal(sum);
    gradient[1] = M_SQRT2 * cimag(sum);
    return square;
}

static void add_spreading(entropy_sums *s, double complex alpha, size_t row, double q,
                          double *point, qfp_fock_entropy *out)
{
    const double z[2] = {M_SQRT2 * creal(alpha), M_SQRT2 * cimag(alpha)};
    double gradient[2];
    double square =
        find_gradient(s->e, alpha, s->amplitudes.image + row, s->lowered.image + row, gradient);
    qfp_spreading here = qfp_spreading_at(s->spreading, z, gradient);
    point[TRACE] = q * here.trace;
    /* on a zero of Q, which a mixture has none of: the average over directions */
    point[PRODUCTION] = q > ZERO_OF_Q ? here.production / q : 0.5 * here.trace * fmax(square, 0.0);
    out->largest_trace = fmax(out->largest_trace, fabs(here.trace));
    out->largest = fmax(out->largest, here.largest);
}

/* Adds a row of points, Re α = x and |Im α| ≤ height. */
static void add_row(entropy_sums *s, double x, double height, int parity, qfp_fock_entropy *out)
{
    long last = (long)floor(height / STEP);
    for (long from = -last; from <= last; from += BLOCK) {
        int count = (int)(last - from + 1 < BLOCK ? last - from + 1 : BLOCK);
        for (int i = 0; i < count; i++)
            qfp_fock_coherent_bra(s->e->levels, CMPLX(x, (double)(from + i) * STEP),
                                  s->amplitudes.bra + (size_t)i * s->amplitudes.levels);
        project(s, count, s->e->ket, s->amplitudes.image);
        if (s->spreading != NULL)
            project(s, count, s->e->lowered, s->lowered.image);
        for (int i = 0; i < count; i++) {
            size_t row = (size_t)i * s->amplitudes.levels;
            double q = density(s->e, s->amplitudes.image + row), point[SUMS] = {0.0};
            out->min_q = fmin(out->min_q, q * M_1_PI);
            out->max_q = fmax(out->max_q, q * M_1_PI);
            point[WEHRL] = q > 0.0 ? -q * log(q) : 0.0;
            if (s->spreading != NULL)
                add_spreading(s, CMPLX(x, (double)(from + i) * STEP), row, q, point, out);
            for (int k = 0; k < SUMS; k++) {
                s->fine[k] += point[k];
                s->coarse[parity + ((from + i) & 1)][k] += point[k];
            }
        }
    }
}

/* Of a sum, with the measure of a point; *error: of the rule and of what the disk leaves out, `scale` of which
 * counts as 1. */
static double integral(const entropy_sums *s, int which, double scale, double *error)
{
    double cell = STEP * STEP * M_1_PI, value = cell * s->fine[which];
    *error = 0.0;
    for (int i = 0; i < 4; i++)
        *error = fmax(*error, COARSE_SHARE * fabs(4.0 * cell * s->coarse[i][which] - value));
    *error += RULE_ROUNDING * fmax(scale, fabs(value));
    return value;
}

qfp_status qfp_fock_wehrl(int levels, const double complex *rho,
                          const qfp_dissipation_facts *spreading, qfp_fock_entropy *out)
{
    eigenkets e = {0};
    entropy_sums sums = {.e = &e, .spreading = spreading};
    int occupied = occupied_levels(levels, rho);
    double radius = sqrt(occupied) + MARGIN;
    qfp_status status;
    *out = (qfp_fock_entropy){.min_q = INFINITY, .max_q = -INFINITY};
    QFP_TRY_GOTO(diagonalise(levels, rho, occupied, &e));
    QFP_TRY_GOTO(bra_block_create((size_t)occupied, &sums.amplitudes));
    if (spreading != NULL) {
        QFP_TRY_GOTO(lower(&e));
        QFP_TRY_GOTO(bra_block_create((size_t)occupied, &sums.lowered));
    }
    long last = (long)floor(radius / STEP);
    for (long row = -last; row <= last; row++) {
        double x = (double)row * STEP;
        add_row(&sums, x, sqrt(fmax(radius * radius - x * x, 0.0)), 2 * (int)(row & 1), out);
    }
    out->wehrl = integral(&sums, WEHRL, 1.0, &out->wehrl_error);
    out->trace = integral(&sums, TRACE, out->largest_trace, &out->trace_error);
    /* |∇ln Q|² is about 40 where the disk ends */
    out->production = integral(&sums, PRODUCTION, 40.0 * out->largest, &out->production_error);
done:
    free(e.weight);
    free(e.ket);
    free(e.lowered);
    bra_block_destroy(&sums.amplitudes);
    bra_block_destroy(&sums.lowered);
    return status;
}
