#include "reference/schrodinger.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/blocks.h"
#include "reference/dense_block.h"
#include "reference/large_blocks.h"

/* Seconds, roughly, on one core: to diagonalise n states, c n³; per number that a loop touches. */
#define DENSE_COST 5e-9
#define TOUCH 1.2e-9
#define WELL_BELOW 0.1  /* of a rough count, which is an upper bound: surely not less */
#define SMALL_BLOCK 64  /* diagonalised without asking */
#define NEGLIGIBLE 1e-2 /* of the tolerance, for blocks that are left out */
#define STRIDE_ANGLE                                                                               \
    120.0 /* of a series: a shorter one has many terms beside those for its angle */

struct qfp_schrodinger {
    double kappa, tolerance, horizon;
    double time, left_out; /* left_out: amplitude of the blocks that are */
    size_t kets, dim;
    int32_t *state; /* basis states sorted by block */
    size_t block_count;
    qfp_dense_block *blocks;
    qfp_dense_scratch scratch;
    qfp_large_blocks *large; /* the rest; NULL: there are none */
    size_t watched;
};

void qfp_schrodinger_destroy(qfp_schrodinger *s)
{
    if (s == NULL)
        return;
    for (size_t b = 0; b < s->block_count; b++)
        qfp_dense_block_destroy(&s->blocks[b]);
    free(s->blocks);
    free(s->state);
    free(s->scratch.turned);
    free(s->scratch.moved);
    free(s->scratch.phase);
    qfp_large_blocks_destroy(s->large);
    free(s);
}

static int ascending(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Gershgorin's bound on the spread of the energies of a block, and its elements. */
static double energy_spread(const qfp_sparse *h, const int32_t *state, size_t size)
{
    double lowest = INFINITY, highest = -INFINITY;
    for (size_t i = 0; i < size; i++) {
        double centre = 0.0, radius = 0.0;
        for (size_t k = h->row[state[i]]; k < h->row[state[i] + 1]; k++) {
            if (h->column[k] == state[i])
                centre = creal(h->value[k]);
            else
                radius += qfp_absolute(h->value[k]);
        }
        lowest = fmin(lowest, centre - radius);
        highest = fmax(highest, centre + radius);
    }
    return highest - lowest;
}

static double series_seconds(const qfp_sparse *h, const qfp_schrodinger_choice *choice, size_t kets,
                             const int32_t *state, size_t size)
{
    double angle = 0.5 * energy_spread(h, state, size) * choice->horizon / choice->kappa;
    double elements = 0.0;
    for (size_t i = 0; i < size; i++)
        elements += (double)(h->row[state[i] + 1] - h->row[state[i]]) + 6.0;
    return TOUCH * elements * (angle + 30.0 * choice->moves) * (double)kets;
}

static double dense_seconds(const qfp_schrodinger_choice *choice, size_t kets, size_t size)
{
    double n = (double)size;
    return DENSE_COST * n * n * n + 2.0 * TOUCH * n * n * choice->moves * (double)kets;
}

static bool is_better_dense(const qfp_sparse *h, const qfp_schrodinger_choice *choice, size_t kets,
                            const int32_t *state, size_t size)
{
    if (size > choice->dense_limit)
        return false;
    if (size <= SMALL_BLOCK || isinf(choice->horizon))
        return true;
    return dense_seconds(choice, kets, size) < series_seconds(h, choice, kets, state, size);
}

static qfp_status check_seconds(const qfp_schrodinger_choice *choice, double seconds)
{
    if (choice->expected != NULL)
        *choice->expected = seconds;
    if (choice->seconds == 0.0 || seconds <= choice->seconds)
        return QFP_OK;
    return QFP_FAIL(QFP_RESOLUTION, "the reference would take about %.0f s, more than %.0f s",
                    seconds, choice->seconds);
}

/* What moves take: not less than was expected without knowing where the energies are. */
static qfp_status make_large(qfp_schrodinger *s, const qfp_sparse *h,
                             const qfp_schrodinger_choice *c, const qfp_block_list *list,
                             const qfp_ket_set *initial, double *seconds)
{
    if (list->count == 0)
        return QFP_OK;
    QFP_TRY(qfp_large_blocks_create(h, s->kappa, list, initial, &s->large));
    if (!isinf(c->horizon))
        *seconds += TOUCH * qfp_large_blocks_products(s->large, c->horizon, fmax(c->moves, 1.0),
                                                      c->tolerance);
    return QFP_OK;
}

/* The blocks that are not negligible: those that are diagonalised, into s->blocks, and the others. */
static qfp_status sort_out(qfp_schrodinger *s, const qfp_sparse *h, const qfp_schrodinger_choice *c,
                           const qfp_ket_set *initial, const size_t *first, const bool *negligible,
                           size_t count, qfp_block_list *list, double *seconds)
{
    double rough = 0.0;
    for (size_t b = 0; b < count; b++) {
        int32_t *state = s->state + first[b];
        size_t size = first[b + 1] - first[b];
        if (negligible[b])
            continue;
        qsort(state, size, sizeof *state, ascending);
        if (is_better_dense(h, c, initial->count, state, size)) {
            s->blocks[s->block_count++] = (qfp_dense_block){.size = size, .state = state};
            *seconds += dense_seconds(c, initial->count, size);
        } else {
            list->state[list->count] = state;
            list->size[list->count++] = size;
            rough += series_seconds(h, c, initial->count, state, size);
            if (c->seconds > 0.0 && WELL_BELOW * rough > c->seconds) /* it is not even begun */
                return check_seconds(c, rough);
        }
    }
    return QFP_OK;
}

static qfp_status prepare(const qfp_sparse *h, const qfp_schrodinger_choice *choice,
                          const qfp_ket_set *initial, qfp_schrodinger *s)
{
    bool *negligible = NULL;
    size_t *first = NULL, count, largest = 0, most = 0;
    int32_t *work = NULL;
    qfp_block_list list = {0};
    double seconds = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(s->state, s->dim, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(first, s->dim + 1, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(work, s->dim, "blocks"));
    qfp_blocks_find(h, s->state, first, work, &count);
    QFP_TRY_GOTO(QFP_ALLOCATE(s->blocks, count, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(list.state, count, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(list.size, count, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(negligible, count, "blocks"));
    QFP_TRY_GOTO(qfp_blocks_negligible(initial, work, count, NEGLIGIBLE * choice->tolerance,
                                       negligible, &s->left_out));
    QFP_TRY_GOTO(sort_out(s, h, choice, initial, first, negligible, count, &list, &seconds));
    QFP_TRY_GOTO(make_large(s, h, choice, &list, initial, &seconds));
    QFP_TRY_GOTO(check_seconds(choice, seconds));
    for (size_t b = 0; b < s->block_count; b++) {
        qfp_dense_block *block = &s->blocks[b];
        for (size_t i = 0; i < block->size; i++)
            work[block->state[i]] = (int32_t)i; /* the place in its block */
        QFP_TRY_GOTO(qfp_dense_block_fill(h, work, initial, block));
        largest = block->size > largest ? block->size : largest;
        most = block->held * block->size > most ? block->held * block->size : most;
    }
    QFP_TRY_GOTO(QFP_ALLOCATE(s->scratch.phase, largest, "a block"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->scratch.turned, most, "a block"));
    status = QFP_ALLOCATE(s->scratch.moved, most, "a block");
done:
    free(negligible);
    free(first);
    free(work);
    free((void *)list.state);
    free(list.size);
    return status;
}

qfp_status qfp_schrodinger_create(const qfp_sparse *matrix, const qfp_schrodinger_choice *choice,
                                  const qfp_ket_set *initial, qfp_schrodinger **out)
{
    qfp_schrodinger *s = NULL;
    QFP_TRY(QFP_ALLOCATE(s, 1, "the reference's propagator"));
    s->kappa = choice->kappa;
    s->tolerance = choice->tolerance;
    s->horizon = choice->horizon;
    s->kets = initial->count;
    s->dim = initial->dim;
    qfp_status status = prepare(matrix, choice, initial, s);
    if (status != QFP_OK) {
        qfp_schrodinger_destroy(s);
        return status;
    }
    *out = s;
    return QFP_OK;
}

qfp_status qfp_schrodinger_watch(qfp_schrodinger *s, size_t count, const int32_t *state)
{
    s->watched = count;
    for (size_t b = 0; b < s->block_count; b++)
        QFP_TRY(qfp_dense_block_watch(&s->blocks[b], count, state));
    return s->large != NULL ? qfp_large_blocks_watch(s->large, count, state) : QFP_OK;
}

/* ---- moving ---------------------------------------------------------------------------------- */

double qfp_schrodinger_stride(const qfp_schrodinger *s)
{
    return s->large != NULL ? STRIDE_ANGLE / qfp_large_blocks_rate(s->large) : INFINITY;
}

qfp_status qfp_schrodinger_evolve_watched(qfp_schrodinger *s, double t, size_t times,
                                          const double *time, double complex *amplitude,
                                          qfp_ket_set *out)
{
    double passed = fabs(t - s->time);
    double allowed = isinf(s->horizon) ? s->tolerance : s->tolerance * passed / s->horizon;
    memset(out->ket, 0, s->kets * s->dim * sizeof *out->ket);
    if (times > 0)
        memset(amplitude, 0, s->kets * times * s->watched * sizeof *amplitude);
    for (size_t b = 0; b < s->block_count; b++) {
        qfp_dense_block_evolve(&s->blocks[b], t / s->kappa, &s->scratch, out);
        for (size_t i = 0; i < times; i++)
            qfp_dense_block_look(&s->blocks[b], s->kets, time[i] / s->kappa, &s->scratch,
                                 times * s->watched, amplitude + i * s->watched);
    }
    for (size_t q = 0; q < s->kets && s->large != NULL; q++)
        QFP_TRY(qfp_large_blocks_move(s->large, q, t, allowed, times, time,
                                      times > 0 ? amplitude + q * times * s->watched : NULL,
                                      out->ket + q * s->dim));
    if (s->large != NULL)
        qfp_large_blocks_arrive(s->large, t);
    s->time = t;
    return QFP_OK;
}

qfp_status qfp_schrodinger_evolve(qfp_schrodinger *s, double t, qfp_ket_set *out)
{
    return qfp_schrodinger_evolve_watched(s, t, 0, NULL, NULL, out);
}

size_t qfp_schrodinger_carried(const qfp_schrodinger *s)
{
    return s->large != NULL ? qfp_large_blocks_carried(s->large) : 0;
}

void qfp_schrodinger_save(const qfp_schrodinger *s, double *out)
{
    if (s->large != NULL)
        qfp_large_blocks_save(s->large, out);
}

qfp_status qfp_schrodinger_load(qfp_schrodinger *s, double t, const double *from, qfp_ket_set *out)
{
    if (s->large != NULL) /* there is no way to go: the dense blocks alone move */
        qfp_large_blocks_load(s->large, t, from);
    s->time = t;
    QFP_TRY(qfp_schrodinger_evolve(s, t, out));
    if (s->large != NULL)
        qfp_large_blocks_load(s->large, t, from);
    return QFP_OK;
}

void qfp_schrodinger_errors(const qfp_schrodinger *s, double *out)
{
    double angle = fabs(s->time) / s->kappa;
    for (size_t q = 0; q < s->kets; q++)
        out[q] = 0.0;
    for (size_t b = 0; b < s->block_count; b++)
        qfp_dense_block_errors(&s->blocks[b], s->kets, angle, out);
    for (size_t q = 0; q < s->kets; q++) {
        out[q] = sqrt(out[q]) + s->left_out;
        out[q] += s->large != NULL ? qfp_large_blocks_error(s->large, q) : 0.0;
    }
}
