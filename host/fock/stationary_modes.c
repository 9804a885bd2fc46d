/* stationary_modes.c - the modes of a master equation that decay slowest: first those nearest 0 where the generator is
 * factorised, then all others by what is left of noise after a long time. */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/stationary_object.h"

enum {
    BLOCK = QFP_STATIONARY_MODES + 2,
    BLOCK_STEPS = 4, /* of the operation, until the best of the space begin it anew */
    BLOCK_ROUNDS = 24,
    ENOUGH_MODES = 4 /* that decay */
};
_Static_assert(BLOCK *(BLOCK_STEPS + 1) <= QFP_STATIONARY_MOST_VECTORS, "there is room for them");
_Static_assert((int)BLOCK <= (int)QFP_STATIONARY_WIDEST, "there is room for them");
#define DEPENDENT 1e-8 /* of a unit vector, beside the others: less is mostly rounding */
#define NO_DECAY 1e-11 /* of a rate, over the size of L on the space: rounding */
#define CLEAN 1e-10    /* of a residual, over the same: what evolving leaves */
#define PURE 1e-10     /* the same, of what others are made orthogonal to */
#define TWICE 2.0      /* of what leaves beyond the last levels, which no state there is free of */
#define PER_RESIDUAL 10.0 /* modes are not orthogonal */
#define MODE_ERROR 1e-5   /* residual of a mode that is shown, over its rate or the rates */

typedef qfp_stationary_block block;

/* Without balancing, which makes rounding as large as what it stands beside. */
qfp_status qfpi_small_eigen(size_t m, double *small, double *re, double *im, double *right)
{
    lapack_int n = (lapack_int)m, low, high;
    double scale[QFP_STATIONARY_MOST_VECTORS], norm;
    lapack_int failed = LAPACKE_dgeevx(LAPACK_COL_MAJOR, 'N', 'N', 'V', 'N', n, small, n, re, im,
                                       NULL, 1, right, n, &low, &high, scale, &norm, NULL, NULL);
    return failed == 0
               ? QFP_OK
               : QFP_FAIL(QFP_TOLERANCE, "the slowest modes did not converge (%d)", (int)failed);
}

/* ---- vectors -------------------------------------------------------------------------------------- */

qfp_status qfpi_stationary_block_create(size_t n, block **out)
{
    const size_t most = QFP_STATIONARY_MOST_VECTORS;
    block *b = NULL;
    QFP_TRY(QFP_ALLOCATE(b, 1, "the slowest modes"));
    *out = b;
    b->n = n;
    QFP_TRY(QFP_ALLOCATE(b->basis, most * n, "the slowest modes"));
    QFP_TRY(QFP_ALLOCATE(b->moved, most * n, "the slowest modes"));
    QFP_TRY(QFP_ALLOCATE(b->right, most * most, "the slowest modes"));
    QFP_TRY(QFP_ALLOCATE(b->x, n, "the slowest modes"));
    QFP_TRY(QFP_ALLOCATE(b->y, n, "the slowest modes"));
    return QFP_ALLOCATE(b->next, QFP_STATIONARY_WIDEST * n, "the slowest modes");
}

void qfpi_stationary_block_destroy(block *b)
{
    if (b == NULL)
        return;
    free(b->basis);
    free(b->moved);
    free(b->right);
    free(b->x);
    free(b->y);
    free(b->next);
    free(b);
}

void qfpi_stationary_block_add(block *b, double *x)
{
    double size = cblas_dnrm2((int)b->n, x, 1);
    if (size == 0.0 || b->count == QFP_STATIONARY_MOST_VECTORS || b->count == b->n)
        return;
    cblas_dscal((int)b->n, 1.0 / size, x, 1);
    double left = qfpi_stationary_orthogonalise(b->n, b->count, b->basis, x, NULL);
    if (left < DEPENDENT)
        return;
    double *to = b->basis + b->count++ * b->n;
    memcpy(to, x, b->n * sizeof *x);
    cblas_dscal((int)b->n, 1.0 / left, to, 1);
}

void qfpi_stationary_block_noise(block *b, uint64_t seed)
{
    seed = 2 * seed + 1;
    for (size_t k = 0; k < b->n; k++) { /* in no invariant subspace */
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        b->x[k] = (double)(seed >> 11) * 0x1p-53 - 0.5;
    }
}

/* ---- modes on the span ------------------------------------------------------------------------------ */

/* The slower one first; of those that do not decay, the one that turns slower. */
static bool is_before(const block *b, double none, size_t k, size_t other)
{
    bool lasts = b->re[k] > -none, other_lasts = b->re[other] > -none;
    if (lasts && other_lasts)
        return fabs(b->im[k]) < fabs(b->im[other]);
    return b->re[k] > b->re[other];
}

qfp_status qfpi_stationary_ritz(qfp_stationary *s, block *b)
{
    size_t m = b->count;
    double *small = NULL;
    if (m == 0)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(small, m * m, "the slowest modes"));
    qfp_status status = QFP_OK;
    for (size_t k = 0; k < m && status == QFP_OK; k++) {
        double *moved = b->moved + k * b->n;
        status = qfp_unknown_map_apply(&s->unknowns, b->basis + k * b->n, moved);
        s->size = fmax(s->size, cblas_dnrm2((int)b->n, moved, 1));
    }
    if (status == QFP_OK) {
        /* small[k m + i] = ⟨basis_i, L basis_k⟩: by columns */
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)m, (int)b->n, 1.0,
                    b->moved, (int)b->n, b->basis, (int)b->n, 0.0, small, (int)m);
        status = qfpi_small_eigen(m, small, b->re, b->im, b->right);
    }
    free(small);
    for (size_t k = 0; k < m; k++) {
        size_t at = k;
        for (; at > 0 && is_before(b, NO_DECAY * s->size, k, b->order[at - 1]); at--)
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
static double residual_of(block *b, size_t k)
{
    bool is_pair = b->im[k] != 0.0;
    size_t first = is_pair && b->im[k] < 0.0 ? k - 1 : k;
    const double *re = b->right + first * b->count, *im = re + b->count;
    double lambda = b->re[k], omega = is_pair ? fabs(b->im[k]) : 0.0, sum = 0.0;
    for (int part = 0; part < (is_pair ? 2 : 1); part++) {
        combine(b, b->moved, part == 0 ? re : im, b->x);
        combine(b, b->basis, part == 0 ? re : im, b->y);
        cblas_daxpy((int)b->n, -lambda, b->y, 1, b->x, 1);
        if (is_pair) {
            combine(b, b->basis, part == 0 ? im : re, b->y);
            cblas_daxpy((int)b->n, part == 0 ? omega : -omega, b->y, 1, b->x, 1);
        }
        sum += cblas_ddot((int)b->n, b->x, 1, b->x, 1);
    }
    return sqrt(sum);
}

static double rounding_of(const qfp_stationary *s)
{
    return NO_DECAY * fmax(s->rate, s->size);
}

/* clean: so much that others can be looked for beside it */
static bool has_converged(const qfp_stationary *s, double decay, double residual, bool clean)
{
    double size = rounding_of(s) / NO_DECAY;
    return residual <= fmax(MODE_ERROR * fmax(decay, MODE_ERROR * s->rate), CLEAN * size) &&
           !(clean && residual > PURE * size);
}

void qfpi_stationary_narrow(const qfp_stationary *s, block *b, size_t modes, bool clean)
{
    size_t wide = 0;
    for (size_t i = 0; i < b->count && modes > 0 && wide < QFP_STATIONARY_WIDEST; i++) {
        size_t k = b->order[i];
        if (clean && !has_converged(s, -b->re[k], residual_of(b, k), true))
            continue;
        /* of a pair the real and the imaginary part, one with each of the two */
        combine(b, b->basis, b->right + k * b->count, b->next + wide++ * b->n);
        modes--;
    }
    b->count = 0;
    for (size_t i = 0; i < wide; i++)
        qfpi_stationary_block_add(b, b->next + i * b->n);
}

/* Mode k after those before it, a stationary one after the stationary. */
static void insert(qfp_stationary_modes *m, bool stays, double decay, double frequency,
                   double error)
{
    int at = stays ? m->stationary : m->count;
    for (int i = m->count; i > at; i--) {
        m->decay[i] = m->decay[i - 1];
        m->frequency[i] = m->frequency[i - 1];
        m->error[i] = m->error[i - 1];
    }
    m->decay[at] = decay;
    m->frequency[at] = frequency;
    m->error[at] = error;
    m->stationary += stays;
    m->count++;
}

void qfpi_stationary_take_modes(const qfp_stationary *s, block *b, bool clean,
                                qfp_stationary_modes *out)
{
    double none = rounding_of(s) + TWICE * s->leak;
    *out = (qfp_stationary_modes){0};
    for (size_t i = 0; i < b->count && out->count < QFP_STATIONARY_MODES; i++) {
        size_t k = b->order[i];
        double decay = fmax(-b->re[k], 0.0), frequency = fabs(b->im[k]);
        double residual = residual_of(b, k), error = PER_RESIDUAL * residual;
        if (!has_converged(s, decay, residual, clean))
            continue;
        bool turns = frequency > fmax(none, MODE_ERROR * MODE_ERROR * decay);
        bool lasts = decay <= none;
        insert(out, lasts && !turns, lasts ? 0.0 : decay, turns ? frequency : 0.0,
               error + (lasts ? decay : 0.0));
    }
}

/* ---- those nearest 0 -------------------------------------------------------------------------------- */

static bool is_enough(const qfp_stationary_modes *m)
{
    int wanted = m->stationary + ENOUGH_MODES;
    return m->count >= (wanted < QFP_STATIONARY_MODES ? wanted : QFP_STATIONARY_MODES);
}

/* Clean ones are left in `b`; where it has become the whole space, these are all. */
static qfp_status search(qfp_stationary *s, block *b, qfp_stationary_modes *out)
{
    for (uint64_t i = 0; i < BLOCK; i++) {
        qfpi_stationary_block_noise(b, i);
        qfpi_stationary_block_add(b, b->x);
    }
    for (int round = 0;; round++) {
        for (size_t from = 0; from < b->count && b->count < BLOCK * (BLOCK_STEPS + 1); from++) {
            memcpy(b->x, b->basis + from * b->n, b->n * sizeof *b->x);
            QFP_TRY(qfpi_stationary_operate(s, b->x));
            if (cblas_dnrm2((int)b->n, b->x, 1) > QFP_STATIONARY_EXHAUSTED)
                qfpi_stationary_block_add(b, b->x);
        }
        QFP_TRY(qfpi_stationary_ritz(s, b));
        qfpi_stationary_take_modes(s, b, true, out);
        if (b->count == b->n) {
            out->complete = INFINITY;
            return QFP_OK;
        }
        bool is_last = is_enough(out) || round == BLOCK_ROUNDS;
        qfpi_stationary_narrow(s, b, BLOCK, is_last);
        if (is_last)
            return QFP_OK;
    }
}

/* What rounding is measured against: L on noise. */
static qfp_status measure_size(qfp_stationary *s, block *b)
{
    qfpi_stationary_block_noise(b, 0);
    cblas_dscal((int)b->n, 1.0 / cblas_dnrm2((int)b->n, b->x, 1), b->x, 1);
    QFP_TRY(qfp_unknown_map_apply(&s->unknowns, b->x, b->y));
    s->size = fmax(s->size, cblas_dnrm2((int)b->n, b->y, 1));
    return QFP_OK;
}

qfp_status qfp_stationary_find_modes(qfp_stationary *s, qfp_stationary_modes *out)
{
    block *b = NULL;
    *out = (qfp_stationary_modes){0};
    qfp_status status = qfpi_stationary_block_create(s->unknowns.count, &b);
    if (status == QFP_OK)
        status = measure_size(s, b);
    if (status == QFP_OK && qfpi_stationary_is_full(s))
        status = search(s, b, out);
    if (status == QFP_OK && out->complete == 0.0)
        status = qfpi_stationary_slowest(s, b, out);
    qfpi_stationary_block_destroy(b);
    return status;
}
