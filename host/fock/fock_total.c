#include "fock/fock_total.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/conserved.h"
#include "core/ranks.h"
#include "fock/fock_initial.h"
#include "fock/one_mode_density.h"
#include "state/initial_state.h"

#define NEGLIGIBLE 1e-34 /* population: its root is no error of a double */

/* ---- the weights --------------------------------------------------------------------------- */

/* What a term a†^up a^down, of powers down [modes], up [modes], adds to W. */
static int change(const qfp_term *term, int modes, const int *weight)
{
    int sum = 0;
    for (int j = 0; j < modes; j++)
        sum += weight[j] * ((int)term->power[modes + j] - (int)term->power[j]);
    return sum;
}

/* All terms change W alike: that of c†c is 0 then, as it must be. */
static bool is_even(const qfp_polynomial *wick, int modes, const int *weight, int *by)
{
    *by = wick->count > 0 ? change(&wick->terms[0], modes, weight) : 0;
    for (size_t t = 1; t < wick->count; t++)
        if (change(&wick->terms[t], modes, weight) != *by)
            return false;
    return true;
}

bool qfp_fock_total_is_sharp(const qfp_lindblad *l, int modes, const int *weight)
{
    int by;
    if (!is_even(&l->wick, modes, weight, &by) || by != 0)
        return false;
    for (size_t k = 0; k < l->channel_count; k++)
        if (!is_even(&l->channels[k].wick, modes, weight, &by))
            return false;
    return true;
}

static bool never_rises(const qfp_lindblad *l, int modes, const int *weight)
{
    if (!qfp_fock_total_is_sharp(l, modes, weight))
        return false;
    for (size_t k = 0; k < l->channel_count; k++) {
        const qfp_polynomial *c = &l->channels[k].wick;
        if (c->count > 0 && change(&c->terms[0], modes, weight) > 0)
            return false;
    }
    return true;
}

typedef struct equation {
    const qfp_lindblad *l;
    int modes;
} equation;

static bool keeps(const void *data, const int *weight)
{
    const equation *e = data;
    return never_rises(e->l, e->modes, weight);
}

void qfp_fock_total_conserved(const qfp_lindblad *l, int modes, int *weight)
{
    const equation e = {l, modes};
    qfp_conserved_weights(modes, keeps, &e, weight);
}

/* ---- the distribution of W in a state ------------------------------------------------------ */

/* population[W], W < count; `is_known` is false where it cannot be told. */
typedef struct totals {
    size_t count;
    double *population;
    bool is_known;
} totals;

static void totals_destroy(totals *t)
{
    free(t->population);
    *t = (totals){0};
}

/* out += factor × of */
static qfp_status add(double factor, const totals *of, totals *out)
{
    if (of->count > out->count) {
        double *grown = realloc(out->population, of->count * sizeof *grown);
        if (grown == NULL)
            return QFP_FAIL(QFP_MEMORY, "cannot allocate a distribution of quanta");
        memset(grown + out->count, 0, (of->count - out->count) * sizeof *grown);
        out->population = grown;
        out->count = of->count;
    }
    for (size_t i = 0; i < of->count; i++)
        out->population[i] += factor * of->population[i];
    return QFP_OK;
}

/* out ← the distribution of the sum of out's W and that of another mode or part. */
static qfp_status join(const totals *with, totals *out)
{
    totals sum = {.count = out->count + with->count - 1, .is_known = true};
    if (sum.count > QFP_MOST_CONSERVED + 1) {
        out->is_known = false;
        return QFP_OK;
    }
    QFP_TRY(QFP_ALLOCATE(sum.population, sum.count, "a distribution of quanta"));
    for (size_t i = 0; i < out->count; i++)
        for (size_t k = 0; k < with->count; k++)
            sum.population[i + k] += out->population[i] * with->population[k];
    totals_destroy(out);
    *out = sum;
    return QFP_OK;
}

static qfp_status nothing(totals *out)
{
    *out = (totals){.count = 1, .is_known = true};
    QFP_TRY(QFP_ALLOCATE(out->population, 1, "a distribution of quanta"));
    out->population[0] = 1.0;
    return QFP_OK;
}

/* One mode of a product state. */
static qfp_status of_mode(const qfp_state *state, int mode, int weight, int levels, totals *out)
{
    double *n = NULL;
    *out = (totals){.count = (size_t)(levels - 1) * (size_t)weight + 1, .is_known = true};
    QFP_TRY(QFP_ALLOCATE(out->population, out->count, "a distribution of quanta"));
    QFP_TRY(QFP_ALLOCATE(n, levels, "the populations of a mode"));
    qfp_status status = qfp_fock_one_mode_populations(state, mode, levels, n);
    for (int i = 0; i < levels && status == QFP_OK; i++)
        out->population[(size_t)(i * weight)] += n[i];
    free(n);
    return status;
}

static qfp_status of_state(const qfp_state *state, int modes, const int *weight, totals *out);

/* The factors of a product, or the modes of a state that is one. */
static qfp_status of_product(const qfp_state *state, int modes, const int *weight, totals *out)
{
    bool has_parts = state->kind == QFP_STATE_PRODUCT;
    int levels[QFP_MAX_MODES];
    for (int j = 0; j < modes; j++)
        levels[j] = 1;
    QFP_TRY(nothing(out));
    if (!has_parts &&
        qfpi_ranks_failed(qfp_fock_initial_levels(state, modes, modes * NEGLIGIBLE, levels))) {
        out->is_known = false; /* more levels than are ever chosen */
        return QFP_OK;
    }
    for (int j = 0; j < modes && out->is_known; j++) {
        totals mode = {0};
        qfp_status status = has_parts ? of_state(&state->parts[j], 1, &weight[j], &mode)
                                      : of_mode(state, j, weight[j], levels[j], &mode);
        if (status == QFP_OK && mode.is_known)
            status = join(&mode, out);
        else
            out->is_known = false;
        totals_destroy(&mode);
        QFP_TRY(status);
    }
    return QFP_OK;
}

/* Σ w_i (that of part i) of a mixture; for a superposition (Σ|w|) Σ|w_i| (that of part i)/norm is a bound. */
static qfp_status of_parts(const qfp_state *state, int modes, const int *weight, totals *out)
{
    bool is_mixture = state->kind == QFP_STATE_MIXTURE;
    double norm = 1.0, sum = 0.0;
    *out = (totals){.is_known = true};
    if (!is_mixture)
        QFP_TRY(qfp_superposition_norm(state, modes, &norm));
    for (size_t i = 0; i < state->part_count; i++)
        sum += cabs(state->weights[i]);
    for (size_t i = 0; i < state->part_count && out->is_known; i++) {
        totals part = {0};
        double share = is_mixture ? creal(state->weights[i]) : sum * cabs(state->weights[i]) / norm;
        qfp_status status = of_state(&state->parts[i], modes, weight, &part);
        out->is_known = part.is_known;
        if (status == QFP_OK && part.is_known)
            status = add(share, &part, out);
        totals_destroy(&part);
        QFP_TRY(status);
    }
    return QFP_OK;
}

static qfp_status of_state(const qfp_state *state, int modes, const int *weight, totals *out)
{
    *out = (totals){0};
    if (state->kind == QFP_STATE_FILE)
        return QFP_OK;
    if (state->kind == QFP_STATE_SUPERPOSITION || state->kind == QFP_STATE_MIXTURE)
        return of_parts(state, modes, weight, out);
    return of_product(state, modes, weight, out);
}

qfp_status qfp_fock_total_beyond(const qfp_state *state, int modes, const int *weight, int most,
                                 double *beyond)
{
    totals t;
    bool is_cut = false;
    *beyond = 0.0;
    for (int j = 0; j < modes; j++)
        is_cut = is_cut || weight[j] > 0;
    if (!is_cut)
        return QFP_OK;
    qfp_status status = of_state(state, modes, weight, &t);
    for (size_t w = t.count; w-- > (size_t)most + 1;)
        *beyond += t.population[w];
    totals_destroy(&t);
    return status;
}

qfp_status qfp_fock_total_populations(const qfp_state *state, int modes, const int *weight,
                                      size_t *count, double **population)
{
    totals t;
    *count = 0;
    *population = NULL;
    qfp_status status = of_state(state, modes, weight, &t);
    if (status == QFP_OK && t.is_known) {
        *count = t.count;
        *population = t.population;
        t.population = NULL;
    }
    totals_destroy(&t);
    return status;
}

qfp_status qfp_fock_total_most(const qfp_state *state, int modes, const int *weight, double beyond,
                               int *most)
{
    totals t;
    double sum = 0.0;
    *most = -1;
    qfp_status status = of_state(state, modes, weight, &t);
    size_t count = t.is_known ? t.count : 0; /* at most QFP_MOST_CONSERVED + 1 */
    /* from the end, where it is small */
    while (count > 1 && sum + t.population[count - 1] <= beyond)
        sum += t.population[--count];
    *most = (int)count - 1;
    totals_destroy(&t);
    return status;
}
