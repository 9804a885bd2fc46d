#include "fock/stationary.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evolve/propagator.h"
#include "fock/unknown_map.h"

enum {
    DENSE_UNKNOWNS = 4096, /* 134 MB and a few seconds; more is evolved */
    KRYLOV = 24,
    KRYLOV_EVOLVED = 8, /* these steps are dear */
    RESTARTS = 12,
    SQUARINGS = 12, /* what rounding adds to a manifold of states grows by 2^12 */
    BLOCK = QFP_STATIONARY_MODES + 2,
    BLOCK_STEPS = 4, /* of the operation, until the best of the space begin it anew */
    BLOCK_ROUNDS = 24,
    BLOCK_EVOLVED = 6,
    STEPS_EVOLVED = 3,
    ROUNDS_EVOLVED = 6,
    ENOUGH_MODES = 4 /* that decay */
};
#define SHIFT 1e-3 /* s over the rates */
#define SHIFT_OF_SLOWEST 0.1
#define PERIOD 2.0    /* τ times the rates */
#define EVOLVED 1e-13 /* error of one evolution over τ */
#define EXHAUSTED 1e-13
#define ENOUGH 1e-13      /* of a residual, over the rates */
#define NO_DECAY 1e-11    /* of a rate, over the size of L on the space: rounding */
#define PER_RESIDUAL 10.0 /* modes are not orthogonal */
#define MODE_ERROR 1e-5   /* residual of a mode that is shown, over its rate or the rates */

struct qfp_stationary {
    qfp_unknown_map unknowns;
    double rate, shift;
    double *matrix; /* [n][n], factorised L − s; NULL: evolved */
    lapack_int *pivot;
    double *scratch; /* [2][n] */
    qfp_propagator *propagator;
};

/* ---- the operation ---------------------------------------------------------------------------- */

static qfp_status factorise(qfp_stationary *s)
{
    size_t n = s->unknowns.count;
    double *unit = NULL;
    QFP_TRY(QFP_ALLOCATE(s->matrix, n * n, "the matrix of a generator"));
    QFP_TRY(QFP_ALLOCATE(s->pivot, n, "the matrix of a generator"));
    QFP_TRY(QFP_ALLOCATE(s->scratch, 2 * n, "the matrix of a generator"));
    QFP_TRY(QFP_ALLOCATE(unit, n, "the matrix of a generator"));
    qfp_status status = QFP_OK;
    for (size_t column = 0; column < n && status == QFP_OK; column++) {
        unit[column] = 1.0;
        status = qfp_unknown_map_apply(&s->unknowns, unit, s->matrix + column * n);
        unit[column] = 0.0;
        s->matrix[column * n + column] -= s->shift;
    }
    free(unit);
    QFP_TRY(status);
    if (LAPACKE_dgetrf(LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)n, s->matrix, (lapack_int)n,
                       s->pivot) != 0)
        return QFP_FAIL(QFP_TOLERANCE, "the generator less %g has no inverse", s->shift);
    return QFP_OK;
}

qfp_status qfp_stationary_create(const qfp_fock_space *space, qfp_linear_map *map, double rate,
                                 double slowest, qfp_stationary **out)
{
    qfp_stationary *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "a stationary state"));
    *out = s;
    s->rate = rate;
    s->shift = fmin(SHIFT * rate, SHIFT_OF_SLOWEST * slowest);
    QFP_TRY(qfp_unknown_map_create(space, map, &s->unknowns));
    if (s->unknowns.count <= DENSE_UNKNOWNS)
        return factorise(s);
    const qfp_propagator_options options = {
        .integrator = QFP_INTEGRATOR_AUTO, .tolerance = EVOLVED, .time_scale = PERIOD / rate};
    return qfp_propagator_create(map, &options, &s->propagator);
}

void qfp_stationary_destroy(qfp_stationary *s)
{
    if (s == NULL)
        return;
    qfp_propagator_destroy(s->propagator);
    qfp_unknown_map_destroy(&s->unknowns);
    free(s->matrix);
    free(s->pivot);
    free(s->scratch);
    free(s);
}

double qfp_stationary_bytes(double dimension)
{
    double n = dimension * dimension;
    double vectors = fmax(KRYLOV + 4.0, 2.0 * BLOCK * (BLOCK_STEPS + 1.0) + 4.0);
    return 8.0 * n * (vectors + (n <= DENSE_UNKNOWNS ? n : 0.0));
}

static qfp_status no_monitor(void *data, double advanced, qfp_buffer *u)
{
    (void)data;
    (void)advanced;
    (void)u;
    return QFP_OK;
}

static qfp_status solve(const qfp_stationary *s, double *x)
{
    lapack_int n = (lapack_int)s->unknowns.count;
    return LAPACKE_dgetrs(LAPACK_COL_MAJOR, 'N', n, 1, s->matrix, n, s->pivot, x, n) == 0
               ? QFP_OK
               : QFP_FAIL(QFP_INTERNAL, "a factorised generator cannot be applied");
}

/* x ← −s (L − s)⁻¹ x, corrected once: what stays is kept to rounding, however often this is done. */
static qfp_status operate_dense(qfp_stationary *s, double *x)
{
    int n = (int)s->unknowns.count;
    double *y = s->scratch, *missed = s->scratch + n;
    cblas_dscal(n, -s->shift, x, 1);
    cblas_dcopy(n, x, 1, y, 1);
    QFP_TRY(solve(s, y));
    QFP_TRY(qfp_unknown_map_apply(&s->unknowns, y, missed));
    for (int i = 0; i < n; i++)
        missed[i] = x[i] + s->shift * y[i] - missed[i];
    QFP_TRY(solve(s, missed));
    for (int i = 0; i < n; i++)
        x[i] = y[i] + missed[i];
    return QFP_OK;
}

/* x ← e^{Lτ} x */
static qfp_status operate_evolved(qfp_stationary *s, double *x)
{
    qfp_unknown_map *u = &s->unknowns;
    const qfp_vector_operations *v = u->map->backend->vector;
    qfp_unknown_map_scatter(u, x);
    QFP_TRY(v->upload(u->x, 0, u->map->count, u->packed));
    QFP_TRY(qfp_propagator_advance(s->propagator, u->x, PERIOD / s->rate, no_monitor, NULL));
    QFP_TRY(v->download(u->x, 0, u->map->count, u->packed));
    qfp_unknown_map_gather(u, x);
    return QFP_OK;
}

static qfp_status operate(qfp_stationary *s, double *x)
{
    return s->matrix != NULL ? operate_dense(s, x) : operate_evolved(s, x);
}

/* ---- spaces ------------------------------------------------------------------------------------- */

/* x less its part in the first `count` of the orthonormal rows of `basis`, twice; adds the parts to `parts`,
 * which may be NULL.  Returns what is left. */
static double orthogonalise(size_t n, size_t count, const double *basis, double *x, double *parts)
{
    double part[BLOCK * (BLOCK_STEPS + 1) + KRYLOV];
    for (int turn = 0; turn < 2 && count > 0; turn++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)count, (int)n, 1.0, basis, (int)n, x, 1, 0.0,
                    part, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)count, (int)n, -1.0, basis, (int)n, part, 1,
                    1.0, x, 1);
        for (size_t i = 0; parts != NULL && i < count; i++)
            parts[i] += part[i];
    }
    return cblas_dnrm2((int)n, x, 1);
}

/* Eigenvalues and right eigenvectors (columns, as dgeev packs them) of small [m][m] by columns, which is
 * overwritten. */
static qfp_status small_eigen(size_t m, double *small, double *re, double *im, double *right)
{
    lapack_int n = (lapack_int)m;
    lapack_int failed =
        LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'V', n, small, n, re, im, NULL, 1, right, n);
    return failed == 0
               ? QFP_OK
               : QFP_FAIL(QFP_TOLERANCE, "the slowest modes did not converge (%d)", (int)failed);
}

/* ---- ρ(∞) ----------------------------------------------------------------------------------------- */

/* part [m] ← what the operation, small [m][m] by columns, makes of the first vector when it is repeated
 * 2^SQUARINGS times: all that is not stationary is gone, and whatever is keeps its share. */
static void repeat(size_t m, double *small, double *part)
{
    double square[KRYLOV * KRYLOV];
    for (int i = 0; i < SQUARINGS; i++) {
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)m, (int)m, 1.0, small,
                    (int)m, small, (int)m, 0.0, square, (int)m);
        double size = cblas_dnrm2((int)(m * m), square, 1); /* levels may lose a little */
        for (size_t k = 0; k < m * m; k++)
            small[k] = size > 0.0 ? square[k] / size : 0.0;
    }
    memcpy(part, small, m * sizeof *part);
}

/* x ← its part that stays, from its Krylov space; basis [KRYLOV + 1][n]. */
static qfp_status project(qfp_stationary *s, double *basis, double *x)
{
    size_t n = s->unknowns.count, m = 0, most = s->matrix != NULL ? KRYLOV : KRYLOV_EVOLVED;
    double columns[(KRYLOV + 1) * (KRYLOV + 1)] = {0}, small[KRYLOV * KRYLOV], part[KRYLOV];
    double size = cblas_dnrm2((int)n, x, 1);
    cblas_dcopy((int)n, x, 1, basis, 1);
    cblas_dscal((int)n, 1.0 / size, basis, 1);
    while (m < most) {
        double *next = basis + (m + 1) * n, *column = columns + m * (KRYLOV + 1);
        memcpy(next, basis + m * n, n * sizeof *next);
        QFP_TRY(operate(s, next));
        double left = orthogonalise(n, m + 1, basis, next, column);
        column[++m] = left;
        if (left < EXHAUSTED)
            break;
        cblas_dscal((int)n, 1.0 / left, next, 1);
    }
    for (size_t c = 0; c < m; c++)
        memcpy(small + c * m, columns + c * (KRYLOV + 1), m * sizeof *small);
    repeat(m, small, part);
    cblas_dgemv(CblasRowMajor, CblasTrans, (int)m, (int)n, 1.0, basis, (int)n, part, 1, 0.0, x, 1);
    return QFP_OK;
}

static double trace_of(const qfp_unknown_map *u, const double *x)
{
    /* the unknowns stand in the order of the packed triangle: the diagonal begins its rows */
    size_t d = (size_t)lround(sqrt((double)u->count)), at = 0;
    double sum = 0.0;
    for (size_t m = 0; m < d; at += 2 * (d - m) - 1, m++)
        sum += x[at];
    return sum;
}

/* Trace 1, and ‖L x‖; `scratch` [n]. */
static qfp_status measure(qfp_stationary *s, double *x, double *scratch, double *residual)
{
    int n = (int)s->unknowns.count;
    double trace = trace_of(&s->unknowns, x);
    if (!(fabs(trace) > EXHAUSTED))
        return QFP_FAIL(QFP_TOLERANCE, "the state that is left after a long time has no trace");
    cblas_dscal(n, 1.0 / trace, x, 1);
    QFP_TRY(qfp_unknown_map_apply(&s->unknowns, x, scratch));
    *residual = cblas_dnrm2(n, scratch, 1);
    return QFP_OK;
}

/* Until the residual is that of rounding. */
static qfp_status refine(qfp_stationary *s, double *basis, double *x, double *kept,
                         double *residual)
{
    size_t n = s->unknowns.count;
    *residual = INFINITY;
    for (int turn = 0; turn < RESTARTS; turn++) {
        double now = 0.0;
        QFP_TRY(project(s, basis, x));
        QFP_TRY(measure(s, x, basis, &now));
        if (now >= *residual)
            break;
        bool is_done = now > 0.3 * *residual || now < ENOUGH * s->rate;
        memcpy(kept, x, n * sizeof *x);
        *residual = now;
        if (is_done)
            break;
    }
    memcpy(x, kept, n * sizeof *x);
    return QFP_OK;
}

qfp_status qfp_stationary_find(qfp_stationary *s, double *packed, double *residual)
{
    qfp_unknown_map *u = &s->unknowns;
    double *x = NULL, *kept = NULL, *basis = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(x, u->count, "a stationary state"));
    QFP_TRY_GOTO(QFP_ALLOCATE(kept, u->count, "a stationary state"));
    QFP_TRY_GOTO(QFP_ALLOCATE(basis, (KRYLOV + 1) * u->count, "a stationary state"));
    for (size_t i = 0; i < u->count; i++)
        x[i] = packed[u->at[i]];
    status = refine(s, basis, x, kept, residual);
    for (size_t i = 0; i < u->count; i++)
        packed[u->at[i]] = x[i];
done:
    free(x);
    free(kept);
    free(basis);
    return status;
}

bool qfp_stationary_resolves(const qfp_stationary *s, double slowest)
{
    return s->matrix == NULL || !(s->shift > slowest);
}

/* ---- modes ---------------------------------------------------------------------------------------- */

typedef struct block {
    size_t n, wide, most;  /* vectors that begin a round, and that end it */
    size_t count;          /* vectors so far */
    double *basis, *moved; /* [count][n]: orthonormal; L on them */
    double re[BLOCK * (BLOCK_STEPS + 1)], im[BLOCK * (BLOCK_STEPS + 1)];
    double *right;                           /* [count][count], as dgeev packs them */
    size_t order[BLOCK * (BLOCK_STEPS + 1)]; /* of the eigenvalues, slowest first */
} block;

static qfp_status add_vector(block *b, double *x)
{
    double left = orthogonalise(b->n, b->count, b->basis, x, NULL);
    if (left < EXHAUSTED)
        return QFP_OK;
    double *to = b->basis + b->count++ * b->n;
    memcpy(to, x, b->n * sizeof *x);
    cblas_dscal((int)b->n, 1.0 / left, to, 1);
    return QFP_OK;
}

/* The operation on vectors of the last step until there are enough. */
static qfp_status fill_block(qfp_stationary *s, block *b, double *x)
{
    size_t from = 0;
    while (from < b->count && b->count < b->most) {
        memcpy(x, b->basis + from++ * b->n, b->n * sizeof *x);
        QFP_TRY(operate(s, x));
        double size = cblas_dnrm2((int)b->n, x, 1);
        if (size < EXHAUSTED)
            continue;
        cblas_dscal((int)b->n, 1.0 / size, x, 1);
        QFP_TRY(add_vector(b, x));
    }
    return QFP_OK;
}

/* Eigenvalues of L on the space, those nearest 0 first. */
static qfp_status ritz(qfp_stationary *s, block *b)
{
    size_t m = b->count;
    double *small = NULL;
    QFP_TRY(QFP_ALLOCATE(small, m * m, "the slowest modes"));
    qfp_status status = QFP_OK;
    for (size_t k = 0; k < m && status == QFP_OK; k++)
        status = qfp_unknown_map_apply(&s->unknowns, b->basis + k * b->n, b->moved + k * b->n);
    if (status == QFP_OK) {
        /* small[k m + i] = ⟨basis_i, L basis_k⟩: by columns */
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)m, (int)b->n, 1.0,
                    b->moved, (int)b->n, b->basis, (int)b->n, 0.0, small, (int)m);
        status = small_eigen(m, small, b->re, b->im, b->right);
    }
    free(small);
    for (size_t k = 0; k < m; k++) {
        size_t at = k;
        for (; at > 0 && b->re[b->order[at - 1]] < b->re[k]; at--)
            b->order[at] = b->order[at - 1];
        b->order[at] = k;
    }
    return status;
}

/* x ← Σ coefficient × rows of `rows`. */
static void combine(const block *b, const double *rows, const double *coefficient, double *x)
{
    cblas_dgemv(CblasRowMajor, CblasTrans, (int)b->count, (int)b->n, 1.0, rows, (int)b->n,
                coefficient, 1, 0.0, x, 1);
}

/* ‖L z − λz‖/‖z‖ of eigenvalue k; real and imaginary part by part. */
static double residual_of(const block *b, size_t k, double *x, double *y)
{
    bool is_pair = b->im[k] != 0.0;
    size_t first = is_pair && b->im[k] < 0.0 ? k - 1 : k;
    const double *re = b->right + first * b->count, *im = re + b->count;
    double lambda = b->re[k], omega = is_pair ? fabs(b->im[k]) : 0.0, sum = 0.0;
    for (int part = 0; part < (is_pair ? 2 : 1); part++) {
        combine(b, b->moved, part == 0 ? re : im, x);
        combine(b, b->basis, part == 0 ? re : im, y);
        cblas_daxpy((int)b->n, -lambda, y, 1, x, 1);
        if (is_pair) {
            combine(b, b->basis, part == 0 ? im : re, y);
            cblas_daxpy((int)b->n, part == 0 ? omega : -omega, y, 1, x, 1);
        }
        sum += cblas_ddot((int)b->n, x, 1, x, 1);
    }
    return sqrt(sum);
}

/* The slowest BLOCK of the space are the vectors of the next; `next` [BLOCK][n]. */
static qfp_status begin_again(block *b, double *next)
{
    size_t wanted = b->count < b->wide ? b->count : b->wide;
    for (size_t i = 0; i < wanted; i++) {
        size_t k = b->order[i];
        combine(b, b->basis, b->right + k * b->count, next + i * b->n);
    }
    b->count = 0;
    for (size_t i = 0; i < wanted; i++)
        QFP_TRY(add_vector(b, next + i * b->n));
    return QFP_OK;
}

static double size_of(const block *b)
{
    double most = 0.0;
    for (size_t k = 0; k < b->count; k++)
        most = fmax(most, cblas_dnrm2((int)b->n, b->moved + k * b->n, 1));
    return most;
}

/* What has converged, in order, up to the first that has not. */
static void take_modes(const qfp_stationary *s, const block *b, double *x, double *y,
                       qfp_stationary_modes *out)
{
    double rounding = NO_DECAY * fmax(size_of(b), s->rate);
    *out = (qfp_stationary_modes){0};
    for (size_t i = 0; i < b->count && out->count < QFP_STATIONARY_MODES; i++) {
        size_t k = b->order[i];
        double decay = -b->re[k], residual = residual_of(b, k, x, y);
        if (residual > fmax(MODE_ERROR * fmax(decay, MODE_ERROR * s->rate), rounding))
            return;
        bool stays = decay <= rounding && fabs(b->im[k]) <= rounding;
        out->stationary += stays;
        out->error[out->count] = PER_RESIDUAL * residual;
        out->decay[out->count] = stays ? 0.0 : fmax(decay, 0.0);
        bool turns = !stays && fabs(b->im[k]) > MODE_ERROR * MODE_ERROR * decay;
        out->frequency[out->count++] = turns ? fabs(b->im[k]) : 0.0;
    }
}

static int enough(const qfp_stationary_modes *m)
{
    int wanted = m->stationary + ENOUGH_MODES;
    return wanted < QFP_STATIONARY_MODES ? wanted : QFP_STATIONARY_MODES;
}

static qfp_status search(qfp_stationary *s, block *b, double *x, double *next,
                         qfp_stationary_modes *out)
{
    uint64_t seed = 1;
    int rounds = s->matrix != NULL ? BLOCK_ROUNDS : ROUNDS_EVOLVED;
    for (size_t i = 0; i < b->wide; i++) {
        for (size_t k = 0; k < b->n; k++) { /* a fixed start, in no invariant subspace */
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            x[k] = (double)(seed >> 11) * 0x1p-53 - 0.5;
        }
        QFP_TRY(add_vector(b, x));
    }
    for (int round = 0;; round++) {
        QFP_TRY(fill_block(s, b, x));
        QFP_TRY(ritz(s, b));
        take_modes(s, b, x, next, out);
        if (out->count >= enough(out) || round == rounds || b->count == b->n)
            return QFP_OK;
        QFP_TRY(begin_again(b, next));
    }
}

qfp_status qfp_stationary_find_modes(qfp_stationary *s, qfp_stationary_modes *out)
{
    bool is_dense = s->matrix != NULL;
    size_t n = s->unknowns.count, wide = is_dense ? BLOCK : BLOCK_EVOLVED;
    size_t most = wide * (1 + (is_dense ? BLOCK_STEPS : STEPS_EVOLVED));
    block *b = NULL;
    double *x = NULL, *next = NULL;
    qfp_status status;
    most = most < n ? most : n;
    wide = wide < n ? wide : n;
    QFP_TRY(QFP_ALLOCATE(b, 1, "the slowest modes"));
    b->n = n;
    b->wide = wide;
    b->most = most;
    QFP_TRY_GOTO(QFP_ALLOCATE(b->basis, most * n, "the slowest modes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(b->moved, most * n, "the slowest modes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(b->right, most * most, "the slowest modes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(x, n, "the slowest modes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(next, wide * n, "the slowest modes"));
    status = search(s, b, x, next, out);
done:
    free(b->basis);
    free(b->moved);
    free(b->right);
    free(x);
    free(next);
    free(b);
    return status;
}
