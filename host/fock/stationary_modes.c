/* stationary_modes.c - the modes of a master equation that decay slowest, as those of a block of vectors. */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/stationary_object.h"

enum {
    BLOCK = QFP_STATIONARY_MODES + 2,
    BLOCK_STEPS = 4, /* of the operation, until the best of the space begin it anew */
    BLOCK_ROUNDS = 24,
    BLOCK_EVOLVED = 6,
    STEPS_EVOLVED = 3,
    ROUNDS_EVOLVED = 6,
    ENOUGH_MODES = 4 /* that decay */
};
_Static_assert(BLOCK *(BLOCK_STEPS + 1) <= QFP_STATIONARY_MOST_VECTORS, "there is room for them");
#define NO_DECAY 1e-11    /* of a rate, over the size of L on the space: rounding */
#define PER_RESIDUAL 10.0 /* modes are not orthogonal */
#define MODE_ERROR 1e-5   /* residual of a mode that is shown, over its rate or the rates */

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
    double left = qfpi_stationary_orthogonalise(b->n, b->count, b->basis, x, NULL);
    if (left < QFP_STATIONARY_EXHAUSTED)
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
        QFP_TRY(qfpi_stationary_operate(s, x));
        double size = cblas_dnrm2((int)b->n, x, 1);
        if (size < QFP_STATIONARY_EXHAUSTED)
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
