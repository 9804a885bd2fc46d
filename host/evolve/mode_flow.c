#include "evolve/mode_flow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "core/dense.h"
#include "evolve/ket_hamiltonian.h"
#include "evolve/low_rank.h"
#include "evolve/number_points.h"

/* Number states of a witness: so many times those of the flow, of several modes fewer, and some more. */
#define MORE_OF_ONE 1.25
#define MORE_OF_SEVERAL 1.12
#define MORE 2.0
/* |ψ|² beyond the edge of a box, per its density there: it falls at least as fast as e^{−|x|/LENGTH}. */
#define LENGTH 0.5

/* An H of as many rows is diagonalised in seconds. */
enum { MOST_STATES = 2048, LOOKS_OF_ONE = 32, LOOKS_OF_SEVERAL = 2 };

/* Where the point (Q, k_P) of one mode is in ρ(x, x'). */
typedef struct place {
    size_t first, second; /* within the sublattice */
    int parity;
    bool is_inside;
    double sign;
} place;

struct qfp_mode_flow {
    const qfp_phase_grid *grid;
    int modes, sectors; /* 2^modes */
    size_t points[QFP_MAX_MODES], half[QFP_MAX_MODES],
        levels[QFP_MAX_MODES]; /* of an axis, of a sublattice; number states kept */
    size_t square, states;     /* D = Π half; Π levels */
    double *energy;            /* [states], over κ */
    double complex *eigen;     /* [states][states]: v_k* by rows */
    bool is_witness;
    double *points_of[QFP_MAX_MODES]
                     [2]; /* [half][levels] of a mode and a parity: number states at the points */
    double *edge[QFP_MAX_MODES]; /* [levels]: number states where the box ends */
    double before, after; /* what a witness saw beyond the box, before the last flow and after it */
    double complex *rho;  /* [sectors][square][square] */
    place *place[QFP_MAX_MODES]; /* [points][points] */
    double *host;                /* space A */
    qfp_buffer *spectral;
};

static double product_states(int modes, const int *points)
{
    double states = 1.0;
    for (int j = 0; j < modes; j++)
        states *= points[j] / 2;
    return states;
}

const char *qfp_mode_flow_lacks(const qfp_grid *grid)
{
    if (product_states(grid->modes, grid->points) > MOST_STATES)
        return "a grid whose halves of points multiply to 2048 at most";
    for (int j = 0; j < grid->modes; j++) {
        double area = grid->extent[j] * grid->extent[grid->modes + j];
        if (fabs(area / (M_PI * grid->points[j]) - 1.0) > 1e-9)
            return "a box with L_Q L_P = pi points, which is what is planned where "
                   "solver.grid.extent is left out";
    }
    return NULL;
}

double qfp_mode_flow_looks(const qfp_mode_flow *f)
{
    return f->modes == 1 ? LOOKS_OF_ONE : LOOKS_OF_SEVERAL;
}

static double more_levels(int modes, int points)
{
    return floor((modes == 1 ? MORE_OF_ONE : MORE_OF_SEVERAL) * (points / 2) + MORE);
}

static double more_states(int modes, const int *points)
{
    double states = 1.0;
    for (int j = 0; j < modes; j++)
        states *= more_levels(modes, points[j]);
    return states;
}

/* As long as it lives H's eigenvectors and ρ of all sectors; of H while it is made, and of a ρ of full rank while it is
 * moved, a few matrices more. */
double qfp_mode_flow_bytes(int modes, const int *points, int degree, bool is_witness)
{
    double states = product_states(modes, points), sectors = ldexp(1.0, modes), ladders = 0.0;
    double wide = is_witness ? more_states(modes, points) : states, space_a = 1.0;
    for (int j = 0; j < modes; j++) {
        double levels = is_witness ? more_levels(modes, points[j]) : 0.5 * points[j];
        ladders += (degree + 3.0) * pow(levels + degree, 2.0);
        space_a *= (double)points[j] * points[j];
    }
    space_a *= 1.0 + 2.0 / points[modes - 1];
    return 16.0 * ((sectors + 2.0) * states * states + 4.0 * wide * wide + ladders) +
           2.0 * 8.0 * space_a;
}

/* As of a pure state. */
double qfp_mode_flow_flops(int modes, const int *points)
{
    return ldexp(200.0, modes) * pow(product_states(modes, points), 2.0);
}

double qfp_mode_flow_setup_flops(int modes, const int *points)
{
    return 50.0 * (pow(product_states(modes, points), 3.0) + pow(more_states(modes, points), 3.0));
}

/* ---- eigenstates on the points --------------------------------------------------------------- */

static double half_box(size_t points)
{
    return 0.5 * sqrt(M_PI * (double)points);
}

/* A witness takes number states as they are, not as the points tell them apart. */
static qfp_status fill_points(qfp_mode_flow *f)
{
    const double *extent = f->grid->shape.extent;
    for (int j = 0; j < f->modes; j++) {
        double width = sqrt(extent[j] / extent[f->modes + j]);
        for (int parity = 0; parity < 2; parity++)
            QFP_TRY(f->is_witness ? qfp_number_samples(f->points[j], extent[j], parity, width,
                                                       f->levels[j], &f->points_of[j][parity])
                                  : qfp_number_points(f->points[j], extent[j], parity, width,
                                                      &f->points_of[j][parity]));
        QFP_TRY(QFP_ALLOCATE(f->edge[j], f->levels[j], "number states"));
        qfp_number_values(f->levels[j], half_box(f->points[j]), f->edge[j]);
    }
    return QFP_OK;
}

/* x and x' at i − m and i + m of n points; (−1)^m û = ρ, since transforms count their phases from the first point. */
static void fill_places(size_t n, place *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            ptrdiff_t m = k < n / 2 ? (ptrdiff_t)k : (ptrdiff_t)k - (ptrdiff_t)n;
            ptrdiff_t x = (ptrdiff_t)i - m, y = (ptrdiff_t)i + m, end = (ptrdiff_t)n;
            bool is_inside = x >= 0 && x < end && y >= 0 && y < end;
            out[i * n + k] = (place){.first = is_inside ? (size_t)x / 2 : 0,
                                     .second = is_inside ? (size_t)y / 2 : 0,
                                     .parity = is_inside ? (int)(x % 2) : 0,
                                     .is_inside = is_inside,
                                     .sign = m % 2 == 0 ? 1.0 : -1.0};
        }
}

static qfp_status allocate(qfp_mode_flow *f)
{
    const qfp_phase_grid *grid = f->grid;
    size_t matrix = f->square * f->square;
    QFP_TRY(QFP_ALLOCATE(f->energy, f->states, "an exact flow"));
    QFP_TRY(QFP_ALLOCATE(f->rho, (size_t)f->sectors * matrix, "an exact flow"));
    QFP_TRY(QFP_ALLOCATE(f->host, grid->doubles[QFP_SPACE_A], "an exact flow"));
    for (int j = 0; j < f->modes; j++) {
        QFP_TRY(QFP_ALLOCATE(f->place[j], f->points[j] * f->points[j], "an exact flow"));
        fill_places(f->points[j], f->place[j]);
    }
    return grid->backend->vector->create(grid->context, grid->doubles[QFP_SPACE_A], &f->spectral);
}

static qfp_status solve(qfp_mode_flow *f, const qfp_polynomial *wick, double kappa)
{
    const double *extent = f->grid->shape.extent;
    double width[QFP_MAX_MODES];
    for (int j = 0; j < f->modes; j++)
        width[j] = sqrt(extent[j] / extent[f->modes + j]);
    QFP_TRY(qfp_ket_hamiltonian(wick, f->modes, f->levels, width, &f->eigen));
    QFP_TRY(qfpi_hermitian_eigen(f->states, f->eigen, f->energy));
    for (size_t k = 0; k < f->states; k++)
        f->energy[k] /= kappa;
    for (size_t i = 0; i < f->states * f->states; i++)
        f->eigen[i] = conj(f->eigen[i]);
    return QFP_OK;
}

qfp_status qfp_mode_flow_create(const qfp_phase_grid *grid, const qfp_polynomial *wick,
                                double kappa, bool is_witness, qfp_mode_flow **out)
{
    qfp_mode_flow *f = NULL;
    QFP_TRY(QFP_ALLOCATE(f, 1, "an exact flow"));
    f->grid = grid;
    f->is_witness = is_witness;
    f->modes = grid->shape.modes;
    f->sectors = 1 << f->modes;
    f->square = f->states = 1;
    for (int j = 0; j < f->modes; j++) {
        f->points[j] = (size_t)grid->shape.points[j];
        f->half[j] = f->points[j] / 2;
        f->levels[j] =
            is_witness ? (size_t)more_levels(f->modes, grid->shape.points[j]) : f->half[j];
        f->square *= f->half[j];
        f->states *= f->levels[j];
    }
    qfp_status status = allocate(f);
    if (status == QFP_OK)
        status = fill_points(f);
    if (status == QFP_OK)
        status = solve(f, wick, kappa);
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
    for (int j = 0; j < f->modes; j++) {
        free(f->place[j]);
        free(f->edge[j]);
        for (int parity = 0; parity < 2; parity++)
            free(f->points_of[j][parity]);
    }
    free(f->energy);
    free(f->eigen);
    free(f->rho);
    free(f->host);
    free(f);
}

double qfp_mode_flow_beyond(const qfp_mode_flow *f)
{
    return sqrt(LENGTH * f->before) + sqrt(LENGTH * f->after);
}

double qfp_mode_flow_radius(const qfp_mode_flow *f)
{
    return f->energy[f->states - 1] - f->energy[0];
}

/* ---- moving --------------------------------------------------------------------------------- */

/* out = (⊗_j F_j) x, or its transpose, of `columns` vectors; F_j of the parities of a sector.  x is used
 * up, and as large as out. */
static void change_basis(const qfp_mode_flow *f, size_t sector, bool to_points, size_t columns,
                         double complex *x, double complex *out)
{
    size_t before = 1, after = columns;
    double complex *from = x, *to = out;
    for (int j = 1; j < f->modes; j++)
        after *= to_points ? f->levels[j] : f->half[j];
    for (int j = 0; j < f->modes; j++) {
        size_t rows = to_points ? f->half[j] : f->levels[j];
        size_t inner = to_points ? f->levels[j] : f->half[j];
        const double *own = f->points_of[j][sector >> (f->modes - 1 - j) & 1];
        for (size_t b = 0; b < before; b++)
            cblas_dgemm(CblasRowMajor, to_points ? CblasNoTrans : CblasTrans, CblasNoTrans,
                        (int)rows, (int)(2 * after), (int)inner, 1.0, own, (int)f->levels[j],
                        (const double *)(from + b * inner * after), (int)(2 * after), 0.0,
                        (double *)(to + b * rows * after), (int)(2 * after));
        before *= rows;
        if (j + 1 < f->modes)
            after /= to_points ? f->levels[j + 1] : f->half[j + 1];
        double complex *last = from;
        from = to;
        to = last;
    }
    if (from != out)
        memcpy(out, from, before * columns * sizeof *out);
}

/* Tr c B c† of c [rows][columns] */
static double trace_of(size_t rows, size_t columns, const double complex *c,
                       const double complex *b)
{
    double trace = 0.0;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < columns; i++) {
            double complex sum = 0.0;
            for (size_t k = 0; k < columns; k++)
                sum += b[i * columns + k] * conj(c[r * columns + k]);
            trace += creal(c[r * columns + i] * sum);
        }
    return trace;
}

/* Σ over its modes, of ρ = c B c† on the number states: what it has at the four edges of their boxes, of its trace.  At ±h
 * along Q a ket is Σ (±1)^m φ_m(h) c_m, along P Σ (∓i)^m φ_m(h) c_m. */
static double share_at_edges(const qfp_mode_flow *f, const double complex *c, const qfp_low_rank *l,
                             double complex *work)
{
    static const double complex turns[] = {1.0, -1.0, I, -I};
    double share = 0.0;
    size_t columns = l->rank, before = 1;
    for (int j = 0; j < f->modes; j++) {
        size_t own = f->levels[j], after = f->states / before / own * columns;
        for (int edge = 0; edge < 4; edge++) {
            memset(work, 0, before * after * sizeof *work);
            double complex turn = 1.0;
            for (size_t m = 0; m < own; m++, turn *= turns[edge])
                for (size_t b = 0; b < before; b++)
                    for (size_t a = 0; a < after; a++)
                        work[b * after + a] += turn * f->edge[j][m] * c[(b * own + m) * after + a];
            share += trace_of(before * after / columns, columns, work, l->b);
        }
        before *= own;
    }
    double trace = trace_of(f->states, columns, c, l->b);
    return trace > 0.0 ? fmax(share, 0.0) / trace : 0.0;
}

/* What points say of number states that reach beyond the box is folded over from the tails of ψ: 0 is nearer. */
static void drop_unresolved(const qfp_mode_flow *f, size_t columns, double complex *c)
{
    size_t before = 1;
    for (int j = 0; j < f->modes; j++) {
        size_t own = f->levels[j], kept = (size_t)(0.125 * M_PI * (double)f->points[j]),
               after = f->states / before / own * columns;
        for (size_t b = 0; b < before; b++)
            memset(c + (b * own + kept) * after, 0, (own - kept) * after * sizeof *c);
        before *= own;
    }
}

/* ψ ← e^{−iHt/κ}ψ of the kets of a sector, psi [square][rank], which has room, like `work`, for as many of a witness. */
static void move(qfp_mode_flow *f, double t, size_t sector, const qfp_low_rank *l,
                 double complex *psi, double complex *work)
{
    size_t states = f->states, columns = l->rank;
    change_basis(f, sector, false, columns, psi, work);
    if (f->is_witness) {
        drop_unresolved(f, columns, work);
        f->before = fmax(f->before, share_at_edges(f, work, l, psi));
    }
    qfpi_multiply(states, columns, states, CblasNoTrans, f->eigen, CblasNoTrans, work, 1.0, psi);
    for (size_t k = 0; k < states; k++) {
        double complex phase = cexp(-I * (f->energy[k] * t));
        for (size_t i = 0; i < columns; i++)
            psi[k * columns + i] *= phase;
    }
    qfpi_multiply(states, columns, states, CblasConjTrans, f->eigen, CblasNoTrans, psi, 1.0, work);
    if (f->is_witness)
        f->after = fmax(f->after, share_at_edges(f, work, l, psi));
    change_basis(f, sector, true, columns, work, psi);
}

/* ρ ← UρU† of one sector */
static qfp_status move_density(qfp_mode_flow *f, double t, size_t sector)
{
    size_t n = f->square, most = f->states > n ? f->states : n;
    double complex *rho = f->rho + sector * n * n, *psi = NULL, *work = NULL;
    qfp_low_rank l;
    qfp_status status;
    QFP_TRY_GOTO(qfp_low_rank_create(n, rho, &l));
    QFP_TRY_GOTO(QFP_ALLOCATE(psi, most * l.rank, "an exact flow"));
    QFP_TRY_GOTO(QFP_ALLOCATE(work, most * l.rank, "an exact flow"));
    memcpy(psi, l.q, n * l.rank * sizeof *psi);
    move(f, t, sector, &l, psi, work);
    qfpi_multiply(n, l.rank, l.rank, CblasNoTrans, psi, CblasNoTrans, l.b, 1.0, work);
    qfpi_multiply(n, n, l.rank, CblasNoTrans, work, CblasConjTrans, psi, 1.0, rho);
done:
    free(psi);
    free(work);
    qfp_low_rank_destroy(&l);
    return status;
}

/* One point (Q, k_P) of space A, to or from ρ. */
static void exchange_cell(qfp_mode_flow *f, const size_t *q, const size_t *k, bool to_rho,
                          double complex *cell)
{
    size_t first = 0, second = 0, sector = 0;
    double sign = 1.0;
    bool is_inside = true;
    for (int j = 0; j < f->modes && is_inside; j++) {
        const place *p = &f->place[j][q[j] * f->points[j] + k[j]];
        first = first * f->half[j] + p->first;
        second = second * f->half[j] + p->second;
        sector = 2 * sector + (size_t)p->parity;
        sign *= p->sign;
        is_inside = p->is_inside;
    }
    double complex *rho = f->rho + sector * f->square * f->square;
    if (to_rho && is_inside) {
        rho[first * f->square + second] = sign * *cell;
        rho[second * f->square + first] = sign * conj(*cell);
    } else if (!to_rho) {
        *cell = is_inside ? sign * rho[first * f->square + second] / f->grid->round_trip : 0.0;
    }
}

/* i in mixed radix, the last digit running fastest */
static void digits(size_t i, int count, const size_t *radix, size_t *out)
{
    for (int j = count - 1; j >= 0; j--) {
        out[j] = i % radix[j];
        i /= radix[j];
    }
}

/* ρ(x, x') from, or to, û(Q, k_P).  Transforms are unnormalised. */
static void exchange(qfp_mode_flow *f, bool to_rho)
{
    double complex *u = (double complex *)f->host;
    size_t q[QFP_MAX_MODES], k[QFP_MAX_MODES], wide[QFP_MAX_MODES], coordinates = 1,
                                                                    wavenumbers = 1;
    for (int j = 0; j < f->modes; j++) {
        bool is_last = j == f->modes - 1;
        wide[j] = is_last ? f->points[j] / 2 + 1 : f->points[j];
        coordinates *= f->points[j];
        wavenumbers *= wide[j];
    }
    for (size_t i = 0; i < coordinates; i++) {
        digits(i, f->modes, f->points, q);
        for (size_t m = 0; m < wavenumbers; m++) {
            digits(m, f->modes, wide, k);
            exchange_cell(f, q, k, to_rho, &u[i * wavenumbers + m]);
        }
    }
}

qfp_status qfp_mode_flow_apply(qfp_mode_flow *f, double t, qfp_buffer *u)
{
    const qfp_phase_grid *grid = f->grid;
    const qfp_backend *b = grid->backend;
    size_t count = grid->doubles[QFP_SPACE_A];
    QFP_TRY(b->grid->transform(grid->plan, QFP_SPACE_A, QFP_FORWARD, u, f->spectral));
    QFP_TRY(b->vector->download(f->spectral, 0, count, f->host));
    exchange(f, true);
    f->before = f->after = 0.0;
    for (size_t s = 0; s < (size_t)f->sectors; s++)
        QFP_TRY(move_density(f, t, s));
    exchange(f, false);
    QFP_TRY(b->vector->upload(f->spectral, 0, count, f->host));
    return b->grid->transform(grid->plan, QFP_SPACE_A, QFP_INVERSE, f->spectral, u);
}
