#include "reference/schrodinger.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/blocks.h"
#include "reference/dense_block.h"
#include "reference/lanczos.h"

/* Seconds, roughly, on one core: to diagonalise n states, c n³; per state, ket and Krylov vector,
 * c' (with what its reorthogonalisation costs).  Krylov vectors: per time × spread of energies. */
#define DENSE_COST 5e-9
#define KRYLOV_COST 7e-7
#define KRYLOV_VECTORS 0.8
#define SMALL_BLOCK 64                    /* diagonalised without asking */
#define NEGLIGIBLE 1e-2                   /* of the tolerance, for blocks that are left out */
#define STEP_ROUNDING (4.0 * DBL_EPSILON) /* of a ket, by one Krylov step */

struct qfp_schrodinger {
    double kappa, tolerance, horizon;
    double time, left_out; /* left_out: amplitude of the blocks that are */
    size_t kets, dim;
    int32_t *state; /* basis states sorted by block */
    size_t block_count;
    qfp_dense_block *blocks;
    qfp_dense_scratch scratch;
    /* the rest, evolved together from its latest time */
    size_t large_count;
    int32_t *large_state;                    /* ascending */
    qfp_sparse large;                        /* H restricted to them */
    double complex *large_ket, *large_start; /* [kets][large_count]; start: at t = 0 */
    double *large_error;                     /* [kets] */
    double large_time;
    qfp_lanczos *lanczos;
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
    free(s->large_state);
    qfp_sparse_destroy(&s->large);
    free(s->large_ket);
    free(s->large_start);
    free(s->large_error);
    qfp_lanczos_destroy(s->lanczos);
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
                radius += cabs(h->value[k]);
        }
        lowest = fmin(lowest, centre - radius);
        highest = fmax(highest, centre + radius);
    }
    return highest - lowest;
}

static double krylov_seconds(const qfp_sparse *h, const qfp_schrodinger_choice *choice, size_t kets,
                             const int32_t *state, size_t size)
{
    double vectors =
        KRYLOV_VECTORS * energy_spread(h, state, size) * choice->horizon / choice->kappa;
    return KRYLOV_COST * (double)size * vectors * (double)kets;
}

static double dense_seconds(size_t size)
{
    return DENSE_COST * (double)size * (double)size * (double)size;
}

static bool is_better_dense(const qfp_sparse *h, const qfp_schrodinger_choice *choice, size_t kets,
                            const int32_t *state, size_t size)
{
    if (size > choice->dense_limit)
        return false;
    if (size <= SMALL_BLOCK || isinf(choice->horizon))
        return true;
    return dense_seconds(size) < krylov_seconds(h, choice, kets, state, size);
}

static double expected_seconds(const qfp_sparse *h, const qfp_schrodinger_choice *choice,
                               size_t kets, const int32_t *state, size_t size)
{
    return is_better_dense(h, choice, kets, state, size)
               ? dense_seconds(size)
               : krylov_seconds(h, choice, kets, state, size);
}

/* Rows and columns of the large blocks; no element leads out of them. */
static qfp_status restrict_matrix(const qfp_sparse *h, const int32_t *place, qfp_schrodinger *s)
{
    size_t elements = 0;
    for (size_t i = 0; i < s->large_count; i++)
        elements += h->row[s->large_state[i] + 1] - h->row[s->large_state[i]];
    s->large.dim = s->large_count;
    QFP_TRY(QFP_ALLOCATE(s->large.row, s->large_count + 1, "the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(s->large.column, elements, "the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(s->large.value, elements, "the Hamiltonian"));
    size_t at = 0;
    for (size_t i = 0; i < s->large_count; i++) {
        for (size_t k = h->row[s->large_state[i]]; k < h->row[s->large_state[i] + 1]; k++) {
            s->large.column[at] = place[h->column[k]];
            s->large.value[at++] = h->value[k];
        }
        s->large.row[i + 1] = at;
    }
    return QFP_OK;
}

static qfp_status prepare_large(const qfp_sparse *h, int32_t *place, const qfp_ket_set *initial,
                                qfp_schrodinger *s)
{
    if (s->large_count == 0)
        return QFP_OK;
    qsort(s->large_state, s->large_count, sizeof *s->large_state, ascending);
    for (size_t i = 0; i < s->large_count; i++)
        place[s->large_state[i]] = (int32_t)i;
    QFP_TRY(restrict_matrix(h, place, s));
    QFP_TRY(QFP_ALLOCATE(s->large_ket, s->kets * s->large_count, "kets"));
    QFP_TRY(QFP_ALLOCATE(s->large_start, s->kets * s->large_count, "kets"));
    for (size_t q = 0; q < s->kets; q++)
        for (size_t i = 0; i < s->large_count; i++)
            s->large_start[q * s->large_count + i] = s->large_ket[q * s->large_count + i] =
                initial->ket[q * s->dim + (size_t)s->large_state[i]];
    return qfp_lanczos_create(&s->large, s->kappa, &s->lanczos);
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

static qfp_status prepare(const qfp_sparse *h, const qfp_schrodinger_choice *choice,
                          const qfp_ket_set *initial, qfp_schrodinger *s)
{
    bool *negligible = NULL;
    size_t *first = NULL, count, largest = 0, most = 0;
    int32_t *work = NULL;
    double seconds = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(s->large_error, s->kets, "errors"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->state, s->dim, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->large_state, s->dim, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(first, s->dim + 1, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(work, s->dim, "blocks"));
    qfp_blocks_find(h, s->state, first, work, &count);
    QFP_TRY_GOTO(QFP_ALLOCATE(s->blocks, count, "blocks"));
    QFP_TRY_GOTO(QFP_ALLOCATE(negligible, count, "blocks"));
    QFP_TRY_GOTO(qfp_blocks_negligible(initial, work, count, NEGLIGIBLE * choice->tolerance,
                                       negligible, &s->left_out));
    for (size_t b = 0; b < count; b++)
        if (!negligible[b])
            seconds += expected_seconds(h, choice, initial->count, s->state + first[b],
                                        first[b + 1] - first[b]);
    QFP_TRY_GOTO(check_seconds(choice, seconds));
    for (size_t b = 0; b < count; b++) {
        int32_t *state = s->state + first[b];
        size_t size = first[b + 1] - first[b];
        if (negligible[b])
            continue;
        if (!is_better_dense(h, choice, initial->count, state, size)) {
            memcpy(s->large_state + s->large_count, state, size * sizeof *state);
            s->large_count += size;
            continue;
        }
        qsort(state, size, sizeof *state, ascending);
        for (size_t i = 0; i < size; i++)
            work[state[i]] = (int32_t)i; /* from here on the place in its block */
        qfp_dense_block *block = &s->blocks[s->block_count++];
        *block = (qfp_dense_block){.size = size, .state = state};
        QFP_TRY_GOTO(qfp_dense_block_fill(h, work, initial, block));
        largest = size > largest ? size : largest;
        most = block->held * size > most ? block->held * size : most;
    }
    QFP_TRY_GOTO(QFP_ALLOCATE(s->scratch.phase, largest, "a block"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->scratch.turned, most, "a block"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->scratch.moved, most, "a block"));
    status = prepare_large(h, work, initial, s);
done:
    free(negligible);
    free(first);
    free(work);
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

/* ‖ |H| |ψ| ‖, of which Hψ is good to rounding */
static double image_magnitude(const qfp_sparse *h, const double complex *ket)
{
    double squared = 0.0;
    for (size_t i = 0; i < h->dim; i++) {
        double sum = 0.0;
        for (size_t e = h->row[i]; e < h->row[i + 1]; e++)
            sum += cabs(h->value[e]) * cabs(ket[h->column[e]]);
        squared += sum * sum;
    }
    return sqrt(squared);
}

static qfp_status move_large(qfp_schrodinger *s, double t, size_t q)
{
    double complex *ket = s->large_ket + q * s->large_count;
    double passed = fabs(t - s->large_time);
    if (t == 0.0) { /* known */
        memcpy(ket, s->large_start + q * s->large_count, s->large_count * sizeof *ket);
        s->large_error[q] = 0.0;
        return QFP_OK;
    }
    double allowed = isinf(s->horizon) ? s->tolerance : s->tolerance * passed / s->horizon;
    size_t steps = qfp_lanczos_steps(s->lanczos);
    QFP_TRY(qfp_lanczos_advance(s->lanczos, t - s->large_time, allowed, ket));
    s->large_error[q] += allowed + STEP_ROUNDING * (double)(qfp_lanczos_steps(s->lanczos) - steps) +
                         DBL_EPSILON * image_magnitude(&s->large, ket) * passed / s->kappa;
    return QFP_OK;
}

qfp_status qfp_schrodinger_evolve(qfp_schrodinger *s, double t, qfp_ket_set *out)
{
    memset(out->ket, 0, s->kets * s->dim * sizeof *out->ket);
    for (size_t b = 0; b < s->block_count; b++)
        qfp_dense_block_evolve(&s->blocks[b], t / s->kappa, &s->scratch, out);
    for (size_t q = 0; q < s->kets && s->large_count > 0; q++) {
        double complex *ket = out->ket + q * s->dim;
        QFP_TRY(move_large(s, t, q));
        for (size_t i = 0; i < s->large_count; i++)
            ket[s->large_state[i]] = s->large_ket[q * s->large_count + i];
    }
    s->large_time = s->time = t;
    return QFP_OK;
}

size_t qfp_schrodinger_carried(const qfp_schrodinger *s)
{
    return s->kets * (1 + 2 * s->large_count);
}

void qfp_schrodinger_save(const qfp_schrodinger *s, double *out)
{
    memcpy(out, s->large_error, s->kets * sizeof *out);
    if (s->large_count > 0)
        memcpy(out + s->kets, s->large_ket, 2 * s->kets * s->large_count * sizeof *out);
}

qfp_status qfp_schrodinger_load(qfp_schrodinger *s, double t, const double *from, qfp_ket_set *out)
{
    if (s->large_count > 0)
        memcpy(s->large_ket, from + s->kets, 2 * s->kets * s->large_count * sizeof *from);
    s->large_time = t; /* there is no way to go: the dense blocks alone move */
    QFP_TRY(qfp_schrodinger_evolve(s, t, out));
    memcpy(s->large_error, from, s->kets * sizeof *from);
    return QFP_OK;
}

void qfp_schrodinger_errors(const qfp_schrodinger *s, double *out)
{
    double angle = fabs(s->time) / s->kappa;
    for (size_t q = 0; q < s->kets; q++)
        out[q] = 0.0;
    for (size_t b = 0; b < s->block_count; b++)
        qfp_dense_block_errors(&s->blocks[b], s->kets, angle, out);
    for (size_t q = 0; q < s->kets; q++)
        out[q] = sqrt(out[q]) + s->large_error[q] + s->left_out;
}
