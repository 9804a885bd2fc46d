#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/stationary_object.h"

enum {
    KRYLOV = 24,
    RESTARTS = 12,
    CORRECTIONS = 40,
    SQUARINGS = 12 /* what rounding adds to a manifold of states grows by 2^12 */
};
#define SHIFT 1e-3 /* s over the rates */
#define SHIFT_STEPWISE 1e-2
#define SLOWER 0.9 /* of a residual: it falls no more */
#define SHIFT_OF_SLOWEST 0.1
#define SOLVED 1e-12      /* of the first right-hand side; later ones are smaller */
#define LEAST_SHIFT 1e-10 /* over the rates: below it the inverse is rounding */
#define ENOUGH 1e-13      /* of a residual, over the rates */

/* ---- the operation ---------------------------------------------------------------------------- */

bool qfpi_stationary_is_full(const qfp_stationary *s)
{
    return s->factorised != NULL && qfp_factorised_is_full(s->factorised);
}

static qfp_status set_shift(qfp_stationary *s, double shift)
{
    s->shift = shift;
    if (s->factorised != NULL)
        return qfp_factorised_shift(s->factorised, shift);
    qfp_recycled_solver_shift(s->solver, shift);
    return QFP_OK;
}

qfp_status qfp_stationary_create(const qfp_fock_space *space, qfp_linear_map *map,
                                 const qfp_lindblad *lindblad, double kappa, double rate,
                                 const qfp_watch *watch, qfp_stationary **out)
{
    qfp_stationary *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "a stationary state"));
    *out = s;
    s->rate = rate;
    s->watch = watch;
    QFP_TRY(qfp_unknown_map_create(space, map, &s->unknowns));
    size_t n = s->unknowns.count;
    QFP_TRY(QFP_ALLOCATE(s->scratch, 2 * n, "a stationary state"));
    QFP_TRY(qfp_factorised_create(&s->unknowns, &s->factorised));
    if (s->factorised == NULL) {
        QFP_TRY(qfp_jump_free_create(space, lindblad, kappa, &s->inverse));
        QFP_TRY(qfp_recycled_solver_create(&s->unknowns, s->inverse, watch, &s->solver));
    }
    return set_shift(s, (qfpi_stationary_is_full(s) ? SHIFT : SHIFT_STEPWISE) * rate);
}

void qfp_stationary_destroy(qfp_stationary *s)
{
    if (s == NULL)
        return;
    qfp_recycled_solver_destroy(s->solver);
    qfp_jump_free_destroy(s->inverse);
    qfp_unknown_map_destroy(&s->unknowns);
    qfp_factorised_destroy(s->factorised);
    free(s->scratch);
    free(s);
}

double qfp_stationary_bytes(double dimension)
{
    double n = dimension * dimension;
    double vectors = 2.0 * QFP_STATIONARY_MOST_VECTORS + 20.0;
    return 8.0 * n * (vectors + 2.0 * QFP_RECYCLED_PAIRS + 10.0) + qfp_factorised_bytes(n);
}

/* Corrected once: what stays is kept to rounding, however often this is done. */
qfp_status qfpi_stationary_operate(qfp_stationary *s, double *x)
{
    int n = (int)s->unknowns.count;
    double *y = s->scratch, *missed = s->scratch + n;
    cblas_dscal(n, -s->shift, x, 1);
    cblas_dcopy(n, x, 1, y, 1);
    QFP_TRY(qfp_factorised_solve(s->factorised, y));
    QFP_TRY(qfp_unknown_map_apply(&s->unknowns, y, missed));
    for (int i = 0; i < n; i++)
        missed[i] = x[i] + s->shift * y[i] - missed[i];
    QFP_TRY(qfp_factorised_solve(s->factorised, missed));
    for (int i = 0; i < n; i++)
        x[i] = y[i] + missed[i];
    return QFP_OK;
}

/* ---- spaces ------------------------------------------------------------------------------------- */

double qfpi_stationary_orthogonalise(size_t n, size_t count, const double *basis, double *x,
                                     double *parts)
{
    double part[QFP_STATIONARY_MOST_VECTORS];
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
    size_t n = s->unknowns.count, m = 0;
    double columns[(KRYLOV + 1) * (KRYLOV + 1)] = {0}, small[KRYLOV * KRYLOV], part[KRYLOV];
    double size = cblas_dnrm2((int)n, x, 1);
    cblas_dcopy((int)n, x, 1, basis, 1);
    cblas_dscal((int)n, 1.0 / size, basis, 1);
    while (m < KRYLOV) {
        double *next = basis + (m + 1) * n, *column = columns + m * (KRYLOV + 1);
        memcpy(next, basis + m * n, n * sizeof *next);
        QFP_TRY(qfpi_stationary_operate(s, next));
        double left = qfpi_stationary_orthogonalise(n, m + 1, basis, next, column);
        column[++m] = left;
        if (left < QFP_STATIONARY_EXHAUSTED)
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
    if (!(fabs(trace) > QFP_STATIONARY_EXHAUSTED))
        return QFP_FAIL(QFP_TOLERANCE, "the state that is left after a long time has no trace");
    cblas_dscal(n, 1.0 / trace, x, 1);
    QFP_TRY(qfp_unknown_map_apply(&s->unknowns, x, scratch));
    s->leak = fabs(trace_of(&s->unknowns, scratch));
    *residual = cblas_dnrm2(n, scratch, 1);
    return QFP_OK;
}

/* step ← the solution of (L − s) step = wanted; *left: what is not solved of it. */
static qfp_status solve(qfp_stationary *s, const double *wanted, double enough, double *step,
                        double *left)
{
    int n = (int)s->unknowns.count;
    if (s->factorised == NULL)
        return qfp_recycled_solver_solve(s->solver, wanted, enough, step, left);
    cblas_dcopy(n, wanted, 1, step, 1);
    QFP_TRY(qfp_factorised_solve(s->factorised, step));
    *left = 0.0; /* rounding */
    return QFP_OK;
}

/* x ← s (s − L)⁻¹ x again and again, as x + δ with (L − s) δ = −L x, until the residual is that of rounding.  What
 * an equation leaves unsolved moves the parts that stay by so much over s. */
static qfp_status correct(qfp_stationary *s, double *x, double *kept, double *residual)
{
    size_t n = s->unknowns.count;
    double *wanted = s->scratch, *step = s->scratch + n, first = 0.0, left;
    *residual = INFINITY;
    s->mixed = 0.0;
    for (int turn = 0; turn < CORRECTIONS; turn++) {
        double now = 0.0;
        QFP_TRY(measure(s, x, wanted, &now));
        if (now >= *residual)
            break;
        bool is_done = now > SLOWER * *residual || now < ENOUGH * s->rate;
        memcpy(kept, x, n * sizeof *x);
        *residual = now;
        if (is_done)
            break;
        first = fmax(first, now);
        cblas_dscal((int)n, -1.0, wanted, 1);
        QFP_TRY(solve(s, wanted, SOLVED * first, step, &left));
        cblas_daxpy((int)n, 1.0, step, 1, x, 1);
        s->mixed += sqrt(sqrt((double)n)) * left / s->shift;
    }
    memcpy(x, kept, n * sizeof *x);
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
    if (qfpi_stationary_is_full(s))
        QFP_TRY_GOTO(QFP_ALLOCATE(basis, (KRYLOV + 1) * u->count, "a stationary state"));
    for (size_t i = 0; i < u->count; i++)
        x[i] = packed[u->at[i]];
    status = qfpi_stationary_is_full(s) ? refine(s, basis, x, kept, residual)
                                        : correct(s, x, kept, residual);
    for (size_t i = 0; i < u->count; i++)
        packed[u->at[i]] = x[i];
done:
    free(x);
    free(kept);
    free(basis);
    return status;
}

double qfp_stationary_mixed(const qfp_stationary *s)
{
    return s->mixed;
}

bool qfp_stationary_resolves(const qfp_stationary *s, double slowest)
{
    return !(s->shift > slowest);
}

qfp_status qfp_stationary_sharpen(qfp_stationary *s, double slowest)
{
    return set_shift(s, fmax(SHIFT_OF_SLOWEST * slowest, LEAST_SHIFT * s->rate));
}
