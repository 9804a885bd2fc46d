#include "fock/recycled_solver.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_STEPS = 600, /* of one right-hand side */
    PATIENCE = 40,    /* steps in which a residual has to halve */
    FRESH_LOOKS = 3   /* at the residual itself, not at what the recursion says */
};
#define STALLED 1e-2   /* of a residual, that a direction takes off: another one is looked for */
#define DEPENDENT 1e-8 /* of an image, that is not in those before */

struct qfp_recycled_solver {
    qfp_unknown_map *map;
    qfp_jump_free *inverse;
    const qfp_watch *watch;
    double shift;
    size_t n, count;
    double *directions, *images; /* [QFP_RECYCLED_PAIRS][n] */
    double *residual;            /* [n] */
};

qfp_status qfp_recycled_solver_create(qfp_unknown_map *map, qfp_jump_free *inverse,
                                      const qfp_watch *watch, qfp_recycled_solver **out)
{
    size_t n = map->count;
    qfp_recycled_solver *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "a solver"));
    *out = s;
    *s = (qfp_recycled_solver){.map = map, .inverse = inverse, .watch = watch, .n = n};
    QFP_TRY(QFP_ALLOCATE(s->directions, QFP_RECYCLED_PAIRS * n, "a solver"));
    QFP_TRY(QFP_ALLOCATE(s->images, QFP_RECYCLED_PAIRS * n, "a solver"));
    return QFP_ALLOCATE(s->residual, n, "a solver");
}

void qfp_recycled_solver_destroy(qfp_recycled_solver *s)
{
    if (s == NULL)
        return;
    free(s->directions);
    free(s->images);
    free(s->residual);
    free(s);
}

void qfp_recycled_solver_shift(qfp_recycled_solver *s, double shift)
{
    s->shift = shift;
    s->count = 0;
}

/* out ← (L − s) x */
static qfp_status apply(const qfp_recycled_solver *s, const double *x, double *out)
{
    QFP_TRY(qfp_unknown_map_apply(s->map, x, out));
    cblas_daxpy((int)s->n, -s->shift, x, 1, out, 1);
    return QFP_OK;
}

/* Rows of `from` times `part` off or on to `to`. */
static void combine(const qfp_recycled_solver *s, const double *from, double sign,
                    const double *part, double *to)
{
    cblas_dgemv(CblasRowMajor, CblasTrans, (int)s->count, (int)s->n, sign, from, (int)s->n, part, 1,
                1.0, to, 1);
}

/* part ← the images' shares of x */
static void share(const qfp_recycled_solver *s, const double *x, double *part)
{
    cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)s->count, (int)s->n, 1.0, s->images, (int)s->n, x,
                1, 0.0, part, 1);
}

static void meet_with_kept(qfp_recycled_solver *s, double *y)
{
    double part[QFP_RECYCLED_PAIRS];
    for (int turn = 0; turn < 2 && s->count > 0; turn++) {
        share(s, s->residual, part);
        combine(s, s->directions, 1.0, part, y);
        combine(s, s->images, -1.0, part, s->residual);
    }
}

/* The oldest half makes room. */
static void make_room(qfp_recycled_solver *s)
{
    size_t kept = QFP_RECYCLED_PAIRS / 2, from = s->count - kept;
    if (s->count < QFP_RECYCLED_PAIRS)
        return;
    memmove(s->directions, s->directions + from * s->n, kept * s->n * sizeof *s->directions);
    memmove(s->images, s->images + from * s->n, kept * s->n * sizeof *s->images);
    s->count = kept;
}

/* One more pair, for which there is room, from (L₀ − s)⁻¹ `source`; *found: it is none of those kept. */
static qfp_status add_direction(qfp_recycled_solver *s, const double *source, bool *found)
{
    double part[QFP_RECYCLED_PAIRS];
    double *z = s->directions + s->count * s->n, *w = s->images + s->count * s->n;
    memcpy(z, source, s->n * sizeof *z);
    QFP_TRY(qfp_jump_free_solve(s->inverse, s->shift, z));
    QFP_TRY(apply(s, z, w));
    double before = cblas_dnrm2((int)s->n, w, 1);
    for (int turn = 0; turn < 2 && s->count > 0; turn++) {
        share(s, w, part);
        combine(s, s->directions, -1.0, part, z);
        combine(s, s->images, -1.0, part, w);
    }
    double left = cblas_dnrm2((int)s->n, w, 1);
    *found = left > DEPENDENT * before;
    if (!*found)
        return QFP_OK;
    cblas_dscal((int)s->n, 1.0 / left, z, 1);
    cblas_dscal((int)s->n, 1.0 / left, w, 1);
    s->count++;
    return QFP_OK;
}

/* Directions until the residual of the recursion is `enough` or does not fall any more. */
static qfp_status descend(qfp_recycled_solver *s, double enough, int *steps, double *y)
{
    double best = cblas_dnrm2((int)s->n, s->residual, 1), now = best;
    bool is_stalled = false;
    for (int since = 0; now > enough && since < PATIENCE && *steps < MOST_STEPS; (*steps)++) {
        char at[64];
        bool found;
        snprintf(at, sizeof at, "state to %.0e", now);
        s->watch->look(s->watch->data, at);
        make_room(s);
        const double *last = s->images + (s->count > 0 ? s->count - 1 : 0) * s->n;
        /* the residual was orthogonal to what it led to: the last image leads on */
        QFP_TRY(add_direction(s, is_stalled && s->count > 0 ? last : s->residual, &found));
        if (!found && is_stalled)
            return QFP_OK;
        is_stalled = !found;
        if (!found)
            continue;
        const double *z = s->directions + (s->count - 1) * s->n,
                     *w = s->images + (s->count - 1) * s->n;
        double part = cblas_ddot((int)s->n, w, 1, s->residual, 1);
        cblas_daxpy((int)s->n, part, z, 1, y, 1);
        cblas_daxpy((int)s->n, -part, w, 1, s->residual, 1);
        is_stalled = fabs(part) < STALLED * now;
        now = cblas_dnrm2((int)s->n, s->residual, 1);
        since = now < 0.5 * best ? 0 : since + 1;
        best = now < 0.5 * best ? now : best;
    }
    return QFP_OK;
}

qfp_status qfp_recycled_solver_solve(qfp_recycled_solver *s, const double *b, double enough,
                                     double *y, double *left)
{
    double before = INFINITY;
    int steps = 0;
    *left = cblas_dnrm2((int)s->n, b, 1);
    memset(y, 0, s->n * sizeof *y);
    memcpy(s->residual, b, s->n * sizeof *b);
    for (int look = 0; look<FRESH_LOOKS && * left> enough && *left < 0.5 * before; look++) {
        meet_with_kept(s, y);
        QFP_TRY(descend(s, 0.5 * enough, &steps, y));
        QFP_TRY(apply(s, y, s->residual));
        for (size_t i = 0; i < s->n; i++)
            s->residual[i] = b[i] - s->residual[i];
        before = *left;
        *left = cblas_dnrm2((int)s->n, s->residual, 1);
    }
    return QFP_OK;
}
