#include "fock/fock_window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_ladder.h"
#include "fock/fock_total.h"

#define WORTHWHILE 0.25     /* of the levels: what leaving them out makes smaller */
#define LONGEST_STRETCH 300 /* mean number of jumps of one series: e^{−300} is no underflow */
#define MOST_WORK 3e8       /* products: half a second */
#define NEGLIGIBLE 1e-40    /* of the terms of a series */
enum { FEWEST = 8 };        /* levels that are left out */

/* What a term does to a mode: up − down. */
static int moved(const qfp_term *term, int modes, int mode)
{
    return (int)term->power[modes + mode] - (int)term->power[mode];
}

static bool is_of(const qfp_term *term, int modes, int mode)
{
    for (int j = 0; j < modes; j++)
        if (j != mode && (term->power[j] > 0 || term->power[modes + j] > 0))
            return false;
    return true;
}

/* Every term of c changes the number of the mode by the same `by`, and no other mode has a say in it. */
static bool is_plain(const qfp_polynomial *c, int modes, int mode, int *by)
{
    *by = c->count > 0 ? moved(&c->terms[0], modes, mode) : 0;
    for (size_t t = 0; t < c->count; t++)
        if (moved(&c->terms[t], modes, mode) != *by ||
            (*by != 0 && !is_of(&c->terms[t], modes, mode)))
            return false;
    return true;
}

/* Populations follow their own equation. */
static bool is_classical(const qfp_lindblad *l, int modes, int mode)
{
    int by;
    if (!is_plain(&l->wick, modes, mode, &by) || by != 0)
        return false;
    for (size_t k = 0; k < l->channel_count; k++)
        if (!is_plain(&l->channels[k].wick, modes, mode, &by))
            return false;
    return true;
}

/* The jumps downwards by one number: rate[n] of leaving level n. */
typedef struct descent {
    int by;
    double *rate;
} descent;

typedef struct descents {
    size_t count, levels;
    descent *list;
    double fastest; /* largest sum of the rates of a level */
    double *now, *next, *sum;
} descents;

static void descents_destroy(descents *d)
{
    for (size_t i = 0; d->list != NULL && i < d->count; i++)
        free(d->list[i].rate);
    free(d->list);
    free(d->now);
    free(d->next);
    free(d->sum);
}

static double element(const qfp_polynomial *c, int modes, int mode, int n)
{
    double complex sum = 0.0;
    for (size_t t = 0; t < c->count; t++)
        sum += c->terms[t].coefficient *
               qfp_fock_ladder(n, c->terms[t].power[modes + mode], c->terms[t].power[mode]);
    return cabs(sum);
}

static qfp_status descents_create(const qfp_lindblad *l, int modes, int mode, size_t levels,
                                  descents *d)
{
    *d = (descents){.levels = levels};
    QFP_TRY(QFP_ALLOCATE(d->list, l->channel_count + 1, "the jumps of a mode"));
    QFP_TRY(QFP_ALLOCATE(d->now, levels, "the populations of a mode"));
    QFP_TRY(QFP_ALLOCATE(d->next, levels, "the populations of a mode"));
    QFP_TRY(QFP_ALLOCATE(d->sum, levels, "the populations of a mode"));
    for (size_t k = 0; k < l->channel_count; k++) {
        const qfp_channel *channel = &l->channels[k];
        int by = channel->wick.count > 0 ? -moved(&channel->wick.terms[0], modes, mode) : 0;
        if (by <= 0)
            continue;
        descent *own = &d->list[d->count++];
        own->by = by;
        QFP_TRY(QFP_ALLOCATE(own->rate, levels, "the jumps of a mode"));
        for (size_t n = 0; n < levels; n++)
            own->rate[n] =
                fabs(channel->rate) * pow(element(&channel->wick, modes, mode, (int)n), 2.0);
    }
    for (size_t n = 0; n < levels; n++) {
        double leaving = 0.0;
        for (size_t i = 0; i < d->count; i++)
            leaving += d->list[i].rate[n];
        d->fastest = fmax(d->fastest, leaving);
    }
    return QFP_OK;
}

/* next = (1 + Q/λ) now, Q the generator of the jumps. */
static void jump_once(descents *d)
{
    for (size_t n = 0; n < d->levels; n++) {
        double stays = 1.0, arrives = 0.0;
        for (size_t i = 0; i < d->count; i++) {
            size_t from = n + (size_t)d->list[i].by;
            stays -= d->list[i].rate[n] / d->fastest;
            if (from < d->levels)
                arrives += d->list[i].rate[from] / d->fastest * d->now[from];
        }
        d->next[n] = fmax(stays, 0.0) * d->now[n] + arrives;
    }
    double *swap = d->now;
    d->now = d->next;
    d->next = swap;
}

/* now ← e^{tQ} now = Σ_k e^{−λt} (λt)^k/k! (1 + Q/λ)^k now, a stretch. */
static void pass(descents *d, double jumps)
{
    double weight = exp(-jumps);
    memset(d->sum, 0, d->levels * sizeof *d->sum);
    for (int k = 0; weight > 0.0 && (k < jumps || weight > NEGLIGIBLE); k++) {
        for (size_t n = 0; n < d->levels; n++)
            d->sum[n] += weight * d->now[n];
        jump_once(d);
        weight *= jumps / (k + 1.0);
    }
    memcpy(d->now, d->sum, d->levels * sizeof *d->now);
}

/* population [levels] after `duration`; *possible: in a reasonable time. */
static qfp_status descend(const qfp_lindblad *l, int modes, int mode, size_t levels,
                          double duration, double *population, bool *possible)
{
    descents d;
    qfp_status status = descents_create(l, modes, mode, levels, &d);
    double jumps = d.fastest * duration, stretches = ceil(jumps / LONGEST_STRETCH);
    *possible = jumps * (double)levels * (double)(d.count + 1) <= MOST_WORK;
    if (status == QFP_OK && *possible && jumps > 0.0) {
        memcpy(d.now, population, levels * sizeof *population);
        for (int i = 0; i < (int)stretches; i++)
            pass(&d, jumps / stretches);
        memcpy(population, d.now, levels * sizeof *population);
    }
    descents_destroy(&d);
    return status;
}

static int lowest(const double *population, size_t levels, double cut)
{
    double below = 0.0;
    size_t n = 0;
    while (n < levels && below + population[n] <= cut)
        below += population[n++];
    return n < levels ? (int)n : 0;
}

qfp_status qfp_fock_window_first(const qfp_lindblad *most, const qfp_state *state, int modes,
                                 const int *end, double duration, double cut, int *first)
{
    for (int j = 0; j < modes; j++) {
        int weight[QFP_MAX_MODES] = {0};
        size_t levels = 0;
        double *population = NULL;
        bool possible = true;
        first[j] = 0;
        if (!is_classical(most, modes, j))
            continue;
        weight[j] = 1;
        QFP_TRY(qfp_fock_total_populations(state, modes, weight, &levels, &population));
        qfp_status status = QFP_OK;
        if (levels > 0)
            status = descend(most, modes, j, levels, duration, population, &possible);
        if (status == QFP_OK && levels > 0 && possible)
            first[j] = lowest(population, levels, cut);
        free(population);
        QFP_TRY(status);
        if (first[j] < FEWEST || first[j] < WORTHWHILE * end[j])
            first[j] = 0;
    }
    return QFP_OK;
}
