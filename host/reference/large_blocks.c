#include "reference/large_blocks.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of a ket, by a series of so many terms: they round at random, and of many a part adds up.  Seen are a tenth of it for
 * 10², and a fifth for 10⁶ terms. */
#define RANDOM_ROUNDING (2.0 * DBL_EPSILON)
#define STEADY_ROUNDING (0.02 * DBL_EPSILON)

typedef struct block {
    size_t first;      /* of its states among all */
    qfp_sparse matrix; /* rows and columns of its own; arrays borrowed from the whole */
    qfp_chebyshev series;
    size_t watched; /* and which of those that are watched, and where in the block */
    size_t *which;
    int32_t *where;
} block;

struct qfp_large_blocks {
    double kappa, time;
    size_t kets, states, count;
    block *blocks;
    int32_t *state;    /* [states]: their places in the basis, block by block */
    qfp_sparse matrix; /* columns count within a block */
    double complex *ket, *start, *on_the_way; /* [kets][states], at `time` and at t = 0 */
    double *error;                            /* [kets] */
    size_t watched, room;
};

void qfp_large_blocks_destroy(qfp_large_blocks *l)
{
    if (l == NULL)
        return;
    for (size_t b = 0; l->blocks != NULL && b < l->count; b++) {
        qfp_chebyshev_destroy(&l->blocks[b].series);
        free(l->blocks[b].which);
        free(l->blocks[b].where);
    }
    free(l->blocks);
    free(l->state);
    qfp_sparse_destroy(&l->matrix);
    free(l->ket);
    free(l->start);
    free(l->on_the_way);
    free(l->error);
    free(l);
}

/* Rows and columns of the blocks; no element leads out of them. */
static qfp_status copy_matrix(const qfp_sparse *h, const qfp_block_list *list, qfp_large_blocks *l)
{
    size_t elements = 0, at = 0;
    int32_t *place = NULL;
    for (size_t i = 0; i < l->states; i++)
        elements += h->row[l->state[i] + 1] - h->row[l->state[i]];
    l->matrix.dim = l->states;
    QFP_TRY(QFP_ALLOCATE(l->matrix.row, l->states + 1, "the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(l->matrix.column, elements, "the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(l->matrix.value, elements, "the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(place, h->dim, "the Hamiltonian"));
    for (size_t b = 0; b < list->count; b++)
        for (size_t i = 0; i < list->size[b]; i++)
            place[list->state[b][i]] = (int32_t)i;
    for (size_t i = 0; i < l->states; i++) {
        for (size_t k = h->row[l->state[i]]; k < h->row[l->state[i] + 1]; k++) {
            l->matrix.column[at] = place[h->column[k]];
            l->matrix.value[at++] = h->value[k];
        }
        l->matrix.row[i + 1] = at;
    }
    free(place);
    return QFP_OK;
}

static qfp_status fill(qfp_large_blocks *l, const qfp_sparse *h, const qfp_block_list *list,
                       const qfp_ket_set *initial)
{
    QFP_TRY(QFP_ALLOCATE(l->blocks, l->count, "blocks"));
    QFP_TRY(QFP_ALLOCATE(l->state, l->states, "blocks"));
    for (size_t b = 0, at = 0; b < l->count; at += list->size[b++]) {
        l->blocks[b].first = at;
        memcpy(l->state + at, list->state[b], list->size[b] * sizeof *l->state);
    }
    QFP_TRY(copy_matrix(h, list, l));
    QFP_TRY(QFP_ALLOCATE(l->ket, l->kets * l->states, "kets"));
    QFP_TRY(QFP_ALLOCATE(l->start, l->kets * l->states, "kets"));
    QFP_TRY(QFP_ALLOCATE(l->error, l->kets, "errors"));
    for (size_t q = 0; q < l->kets; q++)
        for (size_t i = 0; i < l->states; i++)
            l->start[q * l->states + i] = l->ket[q * l->states + i] =
                initial->ket[q * initial->dim + (size_t)l->state[i]];
    for (size_t b = 0; b < l->count; b++) {
        block *own = &l->blocks[b];
        own->matrix = (qfp_sparse){.dim = list->size[b],
                                   .row = l->matrix.row + own->first,
                                   .column = l->matrix.column,
                                   .value = l->matrix.value};
        QFP_TRY(qfp_chebyshev_create(&own->matrix, l->kappa, &own->series));
    }
    return QFP_OK;
}

qfp_status qfp_large_blocks_create(const qfp_sparse *matrix, double kappa,
                                   const qfp_block_list *blocks, const qfp_ket_set *initial,
                                   qfp_large_blocks **out)
{
    qfp_large_blocks *l = NULL;
    QFP_TRY(QFP_ALLOCATE(l, 1, "blocks"));
    *out = l;
    l->kappa = kappa;
    l->kets = initial->count;
    l->count = blocks->count;
    for (size_t b = 0; b < blocks->count; b++)
        l->states += blocks->size[b];
    return fill(l, matrix, blocks, initial);
}

/* ---- states that are watched ----------------------------------------------------------------- */

static int by_state(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static qfp_status watch_block(qfp_large_blocks *l, block *own, size_t count, const int32_t *state)
{
    QFP_TRY(QFP_ALLOCATE(own->which, count, "states that are watched"));
    QFP_TRY(QFP_ALLOCATE(own->where, count, "states that are watched"));
    for (size_t i = 0; i < count; i++) {
        const int32_t *found =
            bsearch(&state[i], l->state + own->first, own->matrix.dim, sizeof *state, by_state);
        if (found == NULL)
            continue;
        own->which[own->watched] = i;
        own->where[own->watched++] = (int32_t)(found - (l->state + own->first));
    }
    return QFP_OK;
}

qfp_status qfp_large_blocks_watch(qfp_large_blocks *l, size_t count, const int32_t *state)
{
    l->watched = count;
    for (size_t b = 0; b < l->count; b++)
        QFP_TRY(watch_block(l, &l->blocks[b], count, state));
    return QFP_OK;
}

/* ---- moving ---------------------------------------------------------------------------------- */

static qfp_status make_room(qfp_large_blocks *l, size_t times)
{
    size_t wanted = times * l->watched;
    if (wanted <= l->room)
        return QFP_OK;
    free(l->on_the_way);
    l->on_the_way = NULL;
    l->room = 0;
    QFP_TRY(QFP_ALLOCATE(l->on_the_way, wanted, "states that are watched"));
    l->room = wanted;
    return QFP_OK;
}

static qfp_status move_block(qfp_large_blocks *l, block *own, double passed, double error,
                             size_t times, const double *time, double complex *ket,
                             double complex *amplitude, double *terms)
{
    const qfp_on_the_way way = {.count = times,
                                .states = own->watched,
                                .time = time,
                                .state = own->where,
                                .amplitude = l->on_the_way};
    bool is_watched = times > 0 && own->watched > 0;
    QFP_TRY(
        qfp_chebyshev_advance(&own->series, passed, error, is_watched ? &way : NULL, ket, terms));
    for (size_t i = 0; is_watched && i < times; i++)
        for (size_t k = 0; k < own->watched; k++)
            amplitude[i * l->watched + own->which[k]] = way.amplitude[i * own->watched + k];
    return QFP_OK;
}

/* ‖ |H| |ψ| ‖², of the root of which Hψ is good to rounding */
static double image_magnitude(const qfp_sparse *h, const double complex *ket)
{
    double squared = 0.0;
    for (size_t i = 0; i < h->dim; i++) {
        double sum = 0.0;
        for (size_t e = h->row[i]; e < h->row[i + 1]; e++)
            sum += qfp_absolute(h->value[e]) * qfp_absolute(ket[h->column[e]]);
        squared += sum * sum;
    }
    return squared;
}

qfp_status qfp_large_blocks_move(qfp_large_blocks *l, size_t q, double t, double error,
                                 size_t times, const double *time, double complex *amplitude,
                                 double complex *ket)
{
    double complex *own = l->ket + q * l->states;
    double passed = t - l->time, most_terms = 0.0, squared = 0.0, *since = NULL;
    qfp_status status = QFP_OK;
    if (t == 0.0 && times == 0) { /* known */
        memcpy(own, l->start + q * l->states, l->states * sizeof *own);
        l->error[q] = 0.0;
    } else {
        QFP_TRY(make_room(l, times));
        QFP_TRY(QFP_ALLOCATE(since, times, "times on the way"));
        for (size_t i = 0; i < times; i++)
            since[i] = time[i] - l->time;
        for (size_t b = 0; b < l->count && status == QFP_OK; b++) {
            block *one = &l->blocks[b];
            double terms = 0.0;
            status = move_block(l, one, passed, error / sqrt((double)l->count), times, since,
                                own + one->first, amplitude, &terms);
            most_terms = fmax(most_terms, terms);
            squared += image_magnitude(&one->matrix, own + one->first);
        }
        free(since);
        QFP_TRY(status);
        l->error[q] += error + RANDOM_ROUNDING * sqrt(most_terms) + STEADY_ROUNDING * most_terms +
                       DBL_EPSILON * sqrt(squared) * fabs(passed) / l->kappa;
    }
    for (size_t i = 0; i < l->states; i++)
        ket[l->state[i]] = own[i];
    return QFP_OK;
}

void qfp_large_blocks_arrive(qfp_large_blocks *l, double t)
{
    l->time = t;
}

double qfp_large_blocks_error(const qfp_large_blocks *l, size_t q)
{
    return l->error[q];
}

double qfp_large_blocks_rate(const qfp_large_blocks *l)
{
    double largest = 0.0;
    for (size_t b = 0; b < l->count; b++)
        largest = fmax(largest, l->blocks[b].series.radius / l->kappa);
    return largest;
}

double qfp_large_blocks_products(const qfp_large_blocks *l, double time, double moves, double error)
{
    double sum = 0.0;
    for (size_t b = 0; b < l->count; b++) {
        const block *own = &l->blocks[b];
        double terms = moves * qfp_chebyshev_terms(&own->series, time / moves, error / moves);
        double elements = (double)(own->matrix.row[own->matrix.dim] - own->matrix.row[0]);
        sum += terms * (elements + 6.0 * (double)own->matrix.dim);
    }
    return sum * (double)l->kets;
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

size_t qfp_large_blocks_carried(const qfp_large_blocks *l)
{
    return l->kets * (1 + 2 * l->states);
}

void qfp_large_blocks_save(const qfp_large_blocks *l, double *out)
{
    memcpy(out, l->error, l->kets * sizeof *out);
    memcpy(out + l->kets, l->ket, 2 * l->kets * l->states * sizeof *out);
}

void qfp_large_blocks_load(qfp_large_blocks *l, double t, const double *from)
{
    memcpy(l->error, from, l->kets * sizeof *from);
    memcpy(l->ket, from + l->kets, 2 * l->kets * l->states * sizeof *from);
    l->time = t;
}
