#include "evolve/mode_flow.h"

#include <cblas.h>
#include <complex.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

#include "core/hermitian.h"

/* A witness keeps so much of the number states and of the box: its errors, where a state falls like a Gaussian, are
 * several times those of a flow that has all of them. */
#define FEWER 0.68
#define NARROW 0.90

enum { MOST_POINTS = 2048 }; /* diagonalising half as many rows takes seconds */

struct qfp_mode_flow {
    const qfp_phase_grid *grid;
    size_t n, half, levels; /* points of an axis, of a sublattice; number states kept */
    double *energy;         /* [levels], over κ */
    double complex *modes;  /* [2][half][levels]: eigenstates of H at the points, by columns */
    double complex
        *seen; /* the same within less of the box, which ρ is reduced to first; NULL: all */
    double complex *u;       /* [2][half][half]: P e^{−iHt/κ} of `duration` */
    double complex *rho;     /* [2][half][half] */
    double complex *product; /* [half][half] */
    double duration;         /* NAN: of no time yet */
    double *host;            /* space A */
    qfp_buffer *spectral;
};

const char *qfp_mode_flow_lacks(const qfp_grid *grid)
{
    double n = grid->points[0];
    if (grid->modes != 1)
        return "one mode only";
    if (grid->points[0] > MOST_POINTS)
        return "at most 2048 points";
    if (fabs(grid->extent[0] * grid->extent[1] / (M_PI * n) - 1.0) > 1e-9)
        return "a box with L_Q L_P = pi points, which is what is planned where "
               "solver.grid.extent is left out";
    return NULL;
}

/* out [rows][columns] = factor × A B, `inner` terms each; A and B transposed as told, all by rows */
static void multiply_sized(size_t rows, size_t columns, size_t inner, CBLAS_TRANSPOSE left,
                           const double complex *a, CBLAS_TRANSPOSE right, const double complex *b,
                           double complex factor, double complex *out)
{
    const double complex zero = 0.0;
    size_t of_a = left == CblasNoTrans ? inner : rows,
           of_b = right == CblasNoTrans ? columns : inner;
    cblas_zgemm(CblasRowMajor, left, right, (int)rows, (int)columns, (int)inner, &factor, a,
                (int)of_a, b, (int)of_b, &zero, out, (int)columns);
}

static void multiply(size_t n, CBLAS_TRANSPOSE left, const double complex *a, CBLAS_TRANSPOSE right,
                     const double complex *b, double complex factor, double complex *out)
{
    multiply_sized(n, n, n, left, a, right, b, factor, out);
}

/* ---- H on number states --------------------------------------------------------------------- */

/* a on number states of width σ: Q = σq, P = p/σ */
static void fill_ladder(size_t n, double width, double complex *a)
{
    double lower = 0.5 * (width + 1.0 / width), raise = 0.5 * (width - 1.0 / width);
    for (size_t i = 0; i + 1 < n; i++) {
        a[i * n + i + 1] = lower * sqrt((double)(i + 1));
        a[(i + 1) * n + i] = raise * sqrt((double)(i + 1));
    }
}

/* powers[k] = a^k, k ≤ degree */
static qfp_status create_powers(size_t n, int degree, double width, double complex **powers)
{
    QFP_TRY(QFP_ALLOCATE(*powers, n * n * (size_t)(degree + 2), "the powers of a"));
    double complex *a = *powers + n * n;
    for (size_t i = 0; i < n; i++)
        (*powers)[i * n + i] = 1.0;
    fill_ladder(n, width, a);
    for (int k = 2; k <= degree; k++)
        multiply(n, CblasNoTrans, a, CblasNoTrans, a + (size_t)(k - 2) * n * n, 1.0,
                 a + (size_t)(k - 1) * n * n);
    return QFP_OK;
}

/* P H P exactly: no product of at most `degree` letters leads further than the levels beyond. */
static qfp_status create_hamiltonian(const qfp_polynomial *wick, size_t levels, double width,
                                     double complex **out)
{
    int degree = qfp_polynomial_degree(wick, 0, wick->variables);
    size_t n = levels + (size_t)degree;
    double complex *powers = NULL, *product = NULL;
    qfp_status status;
    QFP_TRY_GOTO(create_powers(n, degree, width, &powers));
    QFP_TRY_GOTO(QFP_ALLOCATE(product, n * n, "a Hamiltonian"));
    QFP_TRY_GOTO(QFP_ALLOCATE(*out, levels * levels, "a Hamiltonian"));
    for (size_t t = 0; t < wick->count; t++) {
        const qfp_term *term = &wick->terms[t]; /* α^power[0] α*^power[1] */
        multiply(n, CblasConjTrans, powers + term->power[1] * n * n, CblasNoTrans,
                 powers + term->power[0] * n * n, term->coefficient, product);
        for (size_t i = 0; i < levels; i++)
            for (size_t k = 0; k < levels; k++)
                (*out)[i * levels + k] += product[i * n + k];
    }
done:
    free(powers);
    free(product);
    return status;
}

/* ---- number states on the points ------------------------------------------------------------ */

/* f[point][level] = φ_level at the points of a sublattice, orthonormalised: the first stay nearly what they
 * are, and an orthogonal basis is left of the last, which the points do not tell apart. */
static qfp_status create_states(const qfp_mode_flow *flow, int parity, double width, double **out)
{
    size_t n = flow->half;
    double step = flow->grid->shape.extent[0] / (double)flow->n, *tau = NULL, *sign = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(*out, n * n, "number states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(tau, n, "number states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(sign, n, "number states"));
    for (size_t i = 0; i < n; i++) {
        double x = ((double)(2 * i + (size_t)parity) - 0.5 * (double)flow->n) * step / width;
        double *f = *out + i * n;
        f[0] = pow(M_PI, -0.25) * exp(-0.5 * x * x) * sqrt(2.0 * step / width);
        if (n > 1)
            f[1] = sqrt(2.0) * x * f[0];
        for (size_t m = 2; m < n; m++)
            f[m] =
                sqrt(2.0 / (double)m) * x * f[m - 1] - sqrt((double)(m - 1) / (double)m) * f[m - 2];
    }
    lapack_int size = (lapack_int)n;
    if (LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, size, size, *out, size, tau) != 0)
        QFP_TRY_GOTO(QFP_FAIL(QFP_INTERNAL, "number states could not be orthonormalised"));
    for (size_t m = 0; m < n; m++)
        sign[m] = (*out)[m * n + m] < 0.0 ? -1.0 : 1.0;
    if (LAPACKE_dorgqr(LAPACK_ROW_MAJOR, size, size, size, *out, size, tau) != 0)
        QFP_TRY_GOTO(QFP_FAIL(QFP_INTERNAL, "number states could not be orthonormalised"));
    for (size_t i = 0; i < n * n; i++)
        (*out)[i] *= sign[i % n];
done:
    free(tau);
    free(sign);
    return status;
}

/* modes[point][k] = Σ_m states[point][m] v_k[m], eigenvectors by rows */
static qfp_status fill_modes(qfp_mode_flow *flow, int parity, double width, const double complex *v)
{
    size_t n = flow->half, levels = flow->levels;
    double *states = NULL;
    double complex *out = flow->modes + (size_t)parity * n * levels;
    qfp_status status = create_states(flow, parity, width, &states);
    if (status == QFP_OK) {
        for (size_t i = 0; i < n * levels; i++)
            flow->product[i] = states[i / levels * n + i % levels];
        multiply_sized(n, levels, levels, CblasNoTrans, flow->product, CblasTrans, v, 1.0, out);
    }
    free(states);
    return status;
}

/* seen = W_x W_p modes, W the projectors on |x| and |p| within NARROW of the box */
static qfp_status narrow(qfp_mode_flow *f)
{
    size_t n = f->half, levels = f->levels;
    double window = floor(NARROW * 0.5 * (double)n), terms = 2.0 * window + 1.0;
    QFP_TRY(QFP_ALLOCATE(f->seen, 2 * n * levels, "the flow of a mode"));
    for (size_t i = 0; i < n * n; i++) {
        double apart = M_PI * ((double)(i / n) - (double)(i % n)) / (double)n;
        f->product[i] =
            (apart == 0.0 ? terms : sin(terms * apart) / sin(apart)) / (double)n; /* W_p */
    }
    for (size_t parity = 0; parity < 2; parity++) {
        double complex *seen = f->seen + parity * n * levels;
        multiply_sized(n, levels, n, CblasNoTrans, f->product, CblasNoTrans,
                       f->modes + parity * n * levels, 1.0, seen);
        for (size_t i = 0; i < n * levels; i++)
            if (fabs((double)(2 * (i / levels) + parity) - (double)n) > NARROW * (double)n)
                seen[i] = 0.0;
    }
    return QFP_OK;
}

qfp_status qfp_mode_flow_create(const qfp_phase_grid *grid, const qfp_polynomial *wick,
                                double kappa, bool is_witness, qfp_mode_flow **out)
{
    qfp_mode_flow *f = NULL;
    double complex *h = NULL;
    size_t n = (size_t)grid->shape.points[0], half = n / 2, square = half * half;
    size_t levels = is_witness ? (size_t)(FEWER * (double)half) : half;
    double width = sqrt(grid->shape.extent[0] / grid->shape.extent[1]);
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(f, 1, "the flow of a mode"));
    f->grid = grid;
    f->n = n;
    f->half = half;
    f->levels = levels;
    f->duration = NAN;
    QFP_TRY_GOTO(QFP_ALLOCATE(f->energy, levels, "the flow of a mode"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->modes, 2 * half * levels, "the flow of a mode"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->u, 2 * square, "the flow of a mode"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->rho, 2 * square, "the flow of a mode"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->product, square, "the flow of a mode"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->host, grid->doubles[QFP_SPACE_A], "the flow of a mode"));
    QFP_TRY_GOTO(
        grid->backend->vector->create(grid->context, grid->doubles[QFP_SPACE_A], &f->spectral));
    QFP_TRY_GOTO(create_hamiltonian(wick, levels, width, &h));
    QFP_TRY_GOTO(qfpi_hermitian_eigen(levels, h, f->energy));
    for (size_t k = 0; k < levels; k++)
        f->energy[k] /= kappa;
    for (int parity = 0; parity < 2; parity++)
        QFP_TRY_GOTO(fill_modes(f, parity, width, h));
    if (is_witness)
        QFP_TRY_GOTO(narrow(f));
done:
    free(h);
    if (status != QFP_OK) {
        qfp_mode_flow_destroy(f);
        return status;
    }
    *out = f;
    return QFP_OK;
}

void qfp_mode_flow_destroy(qfp_mode_flow *f)
{
    if (f == NULL)
        return;
    f->grid->backend->vector->destroy(f->spectral);
    free(f->energy);
    free(f->modes);
    free(f->seen);
    free(f->u);
    free(f->rho);
    free(f->product);
    free(f->host);
    free(f);
}

/* Matrices of half the points, all complex: as long as it lives modes, U, ρ and a product; of H while it is made
 * powers of a, H and a product, on as many levels more as H has letters. */
double qfp_mode_flow_bytes(int points, int degree)
{
    double half = 0.5 * points, wide = half + degree, space_a = points * (points + 2.0);
    return 16.0 * (7.0 * half * half + (degree + 4.0) * wide * wide) + 2.0 * 8.0 * space_a;
}

double qfp_mode_flow_radius(const qfp_mode_flow *f)
{
    return f->energy[f->levels - 1] - f->energy[0];
}

/* ---- moving --------------------------------------------------------------------------------- */

static void prepare(qfp_mode_flow *f, double t)
{
    size_t n = f->half, levels = f->levels;
    if (t == f->duration)
        return;
    for (size_t parity = 0; parity < 2; parity++) {
        const double complex *modes = f->modes + parity * n * levels;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < levels; k++)
                f->product[i * levels + k] = modes[i * levels + k] * cexp(-I * (f->energy[k] * t));
        const double complex *seen = f->seen != NULL ? f->seen + parity * n * levels : modes;
        multiply_sized(n, n, levels, CblasNoTrans, f->product, CblasConjTrans, seen, 1.0,
                       f->u + parity * n * n);
    }
    f->duration = t;
}

/* ρ(x₁, x₂) from, or to, û(Q, k_P): x₁ and x₂ at i − m and i + m of n points; (−1)^m û = ρ, since transforms
 * count their phases from the first point.  Transforms are unnormalised. */
static void exchange(qfp_mode_flow *f, bool to_rho)
{
    size_t n = f->n, half = f->half;
    double complex *u = (double complex *)f->host;
    for (size_t i = 0; i < n; i++)
        for (size_t m = 0; m <= n / 2; m++) {
            bool inside = m <= i && i + m < n;
            double complex *cell = &u[i * (n / 2 + 1) + m];
            double sign = m % 2 == 0 ? 1.0 : -1.0;
            if (!inside) {
                *cell = to_rho ? *cell : 0.0;
                continue;
            }
            size_t first = (i - m) / 2, second = (i + m) / 2;
            double complex *rho = f->rho + ((i + m) % 2) * half * half;
            if (to_rho) {
                rho[first * half + second] = sign * *cell;
                rho[second * half + first] = sign * conj(*cell);
            } else {
                *cell = sign * rho[first * half + second] / (double)n;
            }
        }
}

qfp_status qfp_mode_flow_apply(qfp_mode_flow *f, double t, qfp_buffer *u)
{
    const qfp_phase_grid *grid = f->grid;
    const qfp_backend *b = grid->backend;
    size_t n = f->half, count = grid->doubles[QFP_SPACE_A];
    prepare(f, t);
    QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_A, QFP_FORWARD, u, f->spectral));
    QFP_TRY(b->vector->download(f->spectral, 0, count, f->host));
    exchange(f, true);
    for (size_t parity = 0; parity < 2; parity++) {
        double complex *rho = f->rho + parity * n * n, *own = f->u + parity * n * n;
        multiply(n, CblasNoTrans, own, CblasNoTrans, rho, 1.0, f->product);
        multiply(n, CblasNoTrans, f->product, CblasConjTrans, own, 1.0, rho);
    }
    exchange(f, false);
    QFP_TRY(b->vector->upload(f->spectral, 0, count, f->host));
    return b->grid->transform(grid->plan, QFP_SPACE_A, QFP_INVERSE, f->spectral, u);
}
