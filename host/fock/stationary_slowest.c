/* stationary_slowest.c - the modes that decay slowest whatever their frequency: those of e^{Lτ} with the largest
 * modulus e^{−decay τ}.
 *
 * From noise that has aged by τ a Krylov space of e^{Lτ} is made beside the modes that are known, to which
 * it is orthogonal: what is left of e^{Lτ} there has all the other modes and no more. When its largest value has
 * settled and belongs to a decay beyond those that are known, none of these was missed.
 */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/stationary_object.h"

enum {
    STEPS = 30,
    FEWEST_STEPS = 10,
    LEADING = 8,
    ROUNDS = 14,
    TRIES = 4,
    ROUNDS_FOR_MORE = 3,
    ENOUGH_MODES = 4
};
_Static_assert(STEPS + 1 + (int)QFP_STATIONARY_WIDEST <= (int)QFP_STATIONARY_MOST_VECTORS,
               "they fit");
#define PERIOD 1.0    /* τ times the rates */
#define EVOLVED 1e-11 /* error of one evolution over τ */
#define FADED 1e-2    /* of the largest value: smaller ones decay too fast to be of interest */
#define ALMOST                                                                                     \
    1e-4 /* residual of a value whose vector L is looked at with: more would spoil the others */
#define EXHAUSTED 1e-11 /* what is left of a unit vector then is mostly rounding */
#define SETTLED 1e-4    /* residual of a value of e^{Lτ}, over it */
#define LONGEST 4.0     /* the same, over the first */
#define MOST_WORK 4e9   /* unknowns times applications of L: 20 s */

typedef qfp_stationary_block block;

typedef struct slowest {
    qfp_stationary *stationary;
    block *b;
    qfp_propagator *propagator;
    double tau, work;
    double columns[(STEPS + 1) * STEPS]; /* [STEPS][STEPS + 1]: e^{Lτ} on the Krylov space */
    double re[STEPS], im[STEPS], right[STEPS * STEPS];
    size_t order[STEPS];                /* largest modulus first */
    double largest, open;               /* of them, and its residual */
    const qfp_stationary_modes *listed; /* so far */
    double *start;                      /* [n] what a round left unfinished */
    bool is_noise;                      /* that a round began with: all modes are in it */
    int tries;                          /* to finish it; then other noise is tried */
} slowest;

static qfp_status no_monitor(void *data, double advanced, qfp_buffer *u)
{
    (void)data;
    (void)advanced;
    (void)u;
    return QFP_OK;
}

/* x ← e^{Lτ} x */
static qfp_status evolve(slowest *w, double *x)
{
    qfp_unknown_map *u = &w->stationary->unknowns;
    const qfp_vector_operations *v = u->map->backend->vector;
    size_t before = u->map->applications;
    w->stationary->watch->look(w->stationary->watch->data, "slowest modes");
    qfp_unknown_map_scatter(u, x);
    QFP_TRY(v->upload(u->x, 0, u->map->count, u->packed));
    QFP_TRY(qfp_propagator_advance(w->propagator, u->x, w->tau, no_monitor, NULL));
    QFP_TRY(v->download(u->x, 0, u->map->count, u->packed));
    qfp_unknown_map_gather(u, x);
    w->work += (double)(u->map->applications - before) * (double)u->count;
    return QFP_OK;
}

static double modulus(const slowest *w, size_t k)
{
    return hypot(w->re[k], w->im[k]);
}

/* ‖(e^{Lτ} − μ) z‖ of a value μ, beside the known modes */
static double unsettled(const slowest *w, size_t m, size_t k)
{
    bool is_pair = w->im[k] != 0.0;
    size_t first = is_pair && w->im[k] < 0.0 ? k - 1 : k;
    double last = w->right[first * m + m - 1];
    double other = is_pair ? w->right[(first + 1) * m + m - 1] : 0.0;
    return w->columns[(m - 1) * (STEPS + 1) + m] * hypot(last, other);
}

/* Of e^{Lτ} on the first m vectors. */
static qfp_status values(slowest *w, size_t m)
{
    double small[STEPS * STEPS];
    for (size_t c = 0; c < m; c++)
        memcpy(small + c * m, w->columns + c * (STEPS + 1), m * sizeof *small);
    QFP_TRY(qfpi_small_eigen(m, small, w->re, w->im, w->right));
    for (size_t k = 0; k < m; k++) {
        size_t at = k;
        for (; at > 0 && modulus(w, w->order[at - 1]) < modulus(w, k); at--)
            w->order[at] = w->order[at - 1];
        w->order[at] = k;
    }
    w->largest = modulus(w, w->order[0]);
    w->open = unsettled(w, m, w->order[0]);
    return QFP_OK;
}

/* The decay that no other mode is slower than; 0 where that is not clear. */
static double seen_to(const slowest *w)
{
    bool settled = w->is_noise && w->open <= SETTLED * w->largest;
    return settled ? fmax(-log(w->largest + w->open) / w->tau, 0.0) : 0.0;
}

static double gap_of(const qfp_stationary_modes *m)
{
    double gap = INFINITY;
    for (int i = m->stationary; i < m->count; i++)
        gap = fmin(gap, m->decay[i]);
    return gap;
}

/* Are some shown that are surely the slowest, where nothing slower than `complete` is missing? */
static bool is_enough(const qfp_stationary_modes *m, double complete)
{
    int shown = 0;
    while (shown < m->count && m->decay[shown] <= complete)
        shown++;
    return shown >= m->stationary + ENOUGH_MODES || shown == QFP_STATIONARY_MODES;
}

/* Behind the known ones in b->basis, from b->x; *steps: how many were made.  It is enough to see that nothing is
 * slower than they are. */
static qfp_status krylov(slowest *w, size_t known, size_t *steps)
{
    block *b = w->b;
    size_t m = 0, n = b->n;
    bool settled = false;
    b->count = known;
    memset(w->columns, 0, sizeof w->columns);
    qfpi_stationary_block_add(b, b->x);
    while (m < STEPS && b->count == known + m + 1 && b->count < n && !settled) {
        double part[QFP_STATIONARY_MOST_VECTORS] = {0};
        memcpy(b->x, b->basis + (known + m) * n, n * sizeof *b->x);
        QFP_TRY(evolve(w, b->x));
        double left = qfpi_stationary_orthogonalise(n, b->count, b->basis, b->x, part);
        memcpy(w->columns + m * (STEPS + 1), part + known, (m + 1) * sizeof *part);
        w->columns[m * (STEPS + 1) + m + 1] = left;
        m++;
        if (left > EXHAUSTED)
            qfpi_stationary_block_add(b, b->x);
        QFP_TRY(values(w, m));
        settled = m >= FEWEST_STEPS && is_enough(w->listed, seen_to(w));
    }
    *steps = m;
    return QFP_OK;
}

/* The known modes and those leading vectors of the Krylov space that have settled, on which L is looked at; the
 * others are for the next round. */
static qfp_status look(slowest *w, size_t known, size_t m)
{
    block *b = w->b;
    size_t settled = 0, leading = 0;
    while (leading < m && leading < LEADING &&
           modulus(w, w->order[leading]) > FADED * fmin(w->largest, 1.0))
        leading++;
    if (leading < m && leading > 0 && w->im[w->order[leading - 1]] > 0.0)
        leading++; /* both of a pair */
    memset(w->start, 0, b->n * sizeof *w->start);
    for (size_t i = 0; i < leading; i++) {
        size_t k = w->order[i];
        double *to = b->next + settled * b->n;
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)m, (int)b->n, 1.0, b->basis + known * b->n,
                    (int)b->n, w->right + k * m, 1, 0.0, to, 1);
        cblas_daxpy((int)b->n, 1.0 / LEADING, to, 1, w->start, 1);
        settled += unsettled(w, m, k) < ALMOST * modulus(w, k);
    }
    b->count = known;
    for (size_t i = 0; i < settled; i++)
        qfpi_stationary_block_add(b, b->next + i * b->n);
    return qfpi_stationary_ritz(w->stationary, b);
}

/* From noise that has aged, or from what has not converged in the round before. */
static qfp_status one_round(slowest *w, uint64_t round, qfp_stationary_modes *out, bool *done)
{
    block *b = w->b;
    size_t known = b->count, m = 0;
    w->listed = out;
    w->is_noise = w->tries == 0;
    if (!w->is_noise) {
        memcpy(b->x, w->start, b->n * sizeof *b->x);
        QFP_TRY(krylov(w, known, &m));
    }
    if (m == 0) {
        w->is_noise = true;
        qfpi_stationary_block_noise(b, 1000 + round);
        QFP_TRY(evolve(w, b->x));
        QFP_TRY(krylov(w, known, &m));
    }
    *done = m == 0; /* nothing is left but what is known */
    if (m == 0) {
        out->complete = -log(EXHAUSTED) / w->tau;
        return QFP_OK;
    }
    double complete = seen_to(w);
    int before = out->count;
    qfp_stationary_modes fresh;
    QFP_TRY(look(w, known, m));
    qfpi_stationary_take_modes(w->stationary, b, false, &fresh);
    if (fresh.stationary < out->stationary || fresh.count < out->count) {
        b->count = known; /* the new vectors have spoilt the old ones */
    } else {
        *out = fresh;
        qfpi_stationary_narrow(w->stationary, b, QFP_STATIONARY_MODES, true);
    }
    out->complete = complete;
    w->tries = out->count != before || w->tries == TRIES ? 0 : w->tries + 1;
    if (w->tries > 0 && w->tau < LONGEST * PERIOD / w->stationary->rate)
        w->tau *= 2.0; /* older noise has less in it */
    bool sure = complete > gap_of(out) || gap_of(out) == 0.0;
    *done = out->stationary == QFP_STATIONARY_MODES ||
            (sure && (round >= ROUNDS_FOR_MORE || is_enough(out, complete)));
    return QFP_OK;
}

qfp_status qfpi_stationary_slowest(qfp_stationary *s, block *b, qfp_stationary_modes *out)
{
    slowest w = {.stationary = s, .b = b, .tau = PERIOD / s->rate};
    const qfp_propagator_options options = {
        .integrator = QFP_INTEGRATOR_AUTO, .tolerance = EVOLVED, .time_scale = w.tau};
    bool done = false;
    qfp_status status = QFP_ALLOCATE(w.start, b->n, "the slowest modes");
    if (status == QFP_OK)
        status = qfp_propagator_create(s->unknowns.map, &options, &w.propagator);
    for (uint64_t round = 0; status == QFP_OK && !done && round < ROUNDS && w.work < MOST_WORK;
         round++) {
        status = one_round(&w, round, out, &done);
    }
    qfp_propagator_destroy(w.propagator);
    free(w.start);
    return status;
}
