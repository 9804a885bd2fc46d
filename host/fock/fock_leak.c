#include "fock/fock_leak.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/ordered_product.h"
#include "fock/fock_ladder.h"

/* A jump c ρ c† leaves with one side or with both: (1 − P) cρc† P twice, and (1 − P) cρc† (1 − P), which is
 * smaller than once ‖(1 − P) cρ‖ ‖c‖; the halves of H have the factor 2 already. */
#define SIDES_OF_JUMP 1.5

struct qfp_fock_leak {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_fock_space space;
    bool is_exact;
    double kappa, noise;
    double largest;  /* of G */
    size_t rank;     /* states with G_mm > 0 */
    double *weight;  /* G_mm, [dimension] */
    double *by_edge; /* [2 modes][dimension]: the part that leaves above mode j, then below */
    double *energy;  /* Σ_δ |h_δ(m)|, [dimension] */
    double *band;    /* [2 dimension], the diagonal of ρ */
    qfp_stencil *stencil, *indicator; /* of G and of the states with G_mm > 0; NULL when G = 0 */
};

/* The part of an operator that moves by one δ. */
typedef struct move {
    int delta[QFP_MAX_MODES];
    size_t term_count;
    const qfp_term **terms;
} move;

typedef struct moves {
    int modes;
    size_t count, leaving; /* leaving: those that may lead out of the basis */
    move *list;
    int step[QFP_MAX_MODES]; /* longest change of a mode by the letters a† or a of a term */
} moves;

static void moves_destroy(moves *m)
{
    for (size_t i = 0; m->list != NULL && i < m->count; i++)
        free(m->list[i].terms);
    free(m->list);
}

static qfp_status add_term(moves *m, const qfp_fock_space *s, const qfp_term *term, size_t most)
{
    int delta[QFP_MAX_MODES] = {0};
    size_t at = 0;
    bool leaves = false;
    for (int j = 0; j < m->modes; j++) {
        int down = term->power[j], up = term->power[m->modes + j];
        delta[j] = up - down;
        leaves |= delta[j] > 0 || (delta[j] < 0 && s->first[j] > 0);
        m->step[j] = up > m->step[j] ? up : m->step[j];
        m->step[j] = down > m->step[j] ? down : m->step[j];
    }
    while (at < m->count && memcmp(m->list[at].delta, delta, sizeof delta) != 0)
        at++;
    move *found = &m->list[at];
    if (at == m->count) {
        QFP_TRY(QFP_ALLOCATE(found->terms, most, "the moves of an operator"));
        memcpy(found->delta, delta, sizeof delta);
        m->leaving += leaves;
        m->count++;
    }
    found->terms[found->term_count++] = term;
    return QFP_OK;
}

static qfp_status moves_create(const qfp_polynomial *wick, const qfp_fock_space *s, moves *m)
{
    *m = (moves){.modes = wick->variables / 2};
    QFP_TRY(QFP_ALLOCATE(m->list, wick->count + 1, "the moves of an operator"));
    for (size_t t = 0; t < wick->count; t++)
        QFP_TRY(add_term(m, s, &wick->terms[t], wick->count));
    return QFP_OK;
}

/* |h_δ(m)| */
static double magnitude(const move *moved, int modes, const int *level)
{
    double complex sum = 0.0;
    for (size_t t = 0; t < moved->term_count; t++) {
        const qfp_term *term = moved->terms[t];
        double element = 1.0;
        for (int j = 0; j < modes && element != 0.0; j++)
            element *= qfp_fock_ladder(level[j], term->power[modes + j], term->power[j]);
        sum += term->coefficient * element;
    }
    return cabs(sum);
}

/* The part of G_mm that leaves above a mode or below it. */
static double *edge(qfp_fock_leak *leak, int mode, bool is_below, size_t m)
{
    size_t row = (size_t)(is_below ? leak->space.modes + mode : mode);
    return &leak->by_edge[row * leak->space.dimension + m];
}

/* What the state m loses to an operator, times a factor. */
static void weigh_exact(qfp_fock_leak *leak, const moves *all, size_t m, const int *level,
                        double factor)
{
    const qfp_fock_space *s = &leak->space;
    for (size_t i = 0; i < all->count; i++) {
        const move *moved = &all->list[i];
        double part = -1.0;
        for (int j = 0; j < s->modes; j++) {
            int to = level[j] + moved->delta[j];
            if (qfp_fock_holds(s, j, to))
                continue;
            if (part < 0.0) {
                part = magnitude(moved, s->modes, level);
                part *= part * (double)all->leaving * factor;
                leak->weight[m] += part;
            }
            *edge(leak, j, to < s->first[j], m) += part;
        }
    }
}

static void weigh_other(qfp_fock_leak *leak, const moves *all, size_t m, const int *level)
{
    const qfp_fock_space *s = &leak->space;
    double sum = leak->energy[m];
    bool near = false;
    for (int j = 0; j < s->modes; j++)
        for (int below = 0; below < 2; below++) {
            int to = below ? level[j] - all->step[j] : level[j] + all->step[j];
            if (all->step[j] == 0 || to < 0 || qfp_fock_holds(s, j, to))
                continue;
            near = true;
            *edge(leak, j, below, m) = sum * sum;
        }
    if (near)
        leak->weight[m] = sum * sum;
}

/* ½(Gρ + ρG), whose product with ρ is Tr(ρGρ). */
static qfp_status stage(const qfp_fock_leak *leak, const double *weight, qfp_stencil **out)
{
    size_t d = leak->space.dimension;
    double *rows = NULL, *ones = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(rows, 4 * d, "the weights of the lost states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(ones, d, "the weights of the lost states"));
    for (size_t m = 0; m < d; m++) {
        rows[2 * m] = 0.5 * weight[m];
        rows[2 * d + 2 * m] = 0.5;
        ones[m] = 1.0;
    }
    const qfp_stencil_term terms[2] = {{.row = rows, .column = ones},
                                       {.row = rows + 2 * d, .column = weight}};
    status = leak->backend->stencil->create(leak->context, d, 2, terms, out);
done:
    free(rows);
    free(ones);
    return status;
}

static qfp_status stage_both(qfp_fock_leak *leak)
{
    double *marks = NULL;
    QFP_TRY(stage(leak, leak->weight, &leak->stencil));
    QFP_TRY(QFP_ALLOCATE(marks, leak->space.dimension, "the marks of the lost states"));
    for (size_t m = 0; m < leak->space.dimension; m++)
        marks[m] = leak->weight[m] > 0.0 ? 1.0 : 0.0;
    qfp_status status = stage(leak, marks, &leak->indicator);
    free(marks);
    return status;
}

/* H_eff = H − (iκ/2) Σ γ c†c */
static qfp_status effective_hamiltonian(const qfp_lindblad *l, double kappa, qfp_polynomial *out)
{
    qfp_letter_pairs ladder = qfp_ladder_pairs(l->wick.variables / 2);
    qfp_polynomial adjoint, number;
    qfp_polynomial_init(&adjoint, l->wick.variables);
    qfp_polynomial_init(&number, l->wick.variables);
    qfp_status status = qfp_polynomial_copy(&l->wick, out);
    for (size_t k = 0; k < l->channel_count && status == QFP_OK; k++) {
        const qfp_channel *channel = &l->channels[k];
        QFP_TRY_GOTO(qfp_symbol_adjoint(&channel->wick, &adjoint));
        QFP_TRY_GOTO(qfp_ordered_multiply(&ladder, &adjoint, &channel->wick, &number));
        QFP_TRY_GOTO(qfp_polynomial_add(out, -0.5 * kappa * channel->rate * I, &number, out));
    }
done:
    qfp_polynomial_destroy(&adjoint);
    qfp_polynomial_destroy(&number);
    return status;
}

/* H_eff, then the jumps. */
typedef struct all_moves {
    size_t count;
    moves *of;
} all_moves;

static void all_moves_destroy(all_moves *all)
{
    for (size_t k = 0; all->of != NULL && k < all->count; k++)
        moves_destroy(&all->of[k]);
    free(all->of);
}

static qfp_status all_moves_create(const qfp_lindblad *l, const qfp_polynomial *effective,
                                   const qfp_fock_space *s, all_moves *all)
{
    all->count = 1 + l->channel_count;
    QFP_TRY(QFP_ALLOCATE(all->of, all->count, "the moves of a generator"));
    QFP_TRY(moves_create(effective, s, &all->of[0]));
    for (size_t k = 0; k < l->channel_count; k++)
        QFP_TRY(moves_create(&l->channels[k].wick, s, &all->of[1 + k]));
    return QFP_OK;
}

/* Σ_δ |c_δ(m)| */
static double size_at(const moves *all, const int *level)
{
    double sum = 0.0;
    for (size_t i = 0; i < all->count; i++)
        sum += magnitude(&all->list[i], all->modes, level);
    return sum;
}

static void levels_of(const qfp_fock_space *s, size_t m, int *level)
{
    for (int j = 0; j < s->modes; j++)
        level[j] = qfp_fock_level(s, m, j);
}

/* The jumps of one channel, whose image on the other side is as large as ‖c‖. */
static void weigh_jumps(qfp_fock_leak *leak, const moves *of, double rate, double parts)
{
    const qfp_fock_space *s = &leak->space;
    double norm = 0.0;
    int level[QFP_MAX_MODES];
    for (size_t m = 0; m < s->dimension; m++) {
        levels_of(s, m, level);
        norm = fmax(norm, size_at(of, level));
    }
    for (size_t m = 0; m < s->dimension; m++) {
        if (!qfp_fock_is_kept(s, m))
            continue;
        levels_of(s, m, level);
        weigh_exact(leak, of, m, level,
                    parts * pow(SIDES_OF_JUMP * leak->kappa * rate * norm, 2.0));
    }
}

static void weigh(qfp_fock_leak *leak, const qfp_lindblad *l, all_moves *all)
{
    const qfp_fock_space *s = &leak->space;
    double parts = 1.0; /* (Σ x_i)² ≤ parts Σ x_i² */
    int level[QFP_MAX_MODES];
    for (size_t k = 1; k < all->count; k++) {
        parts += all->of[k].leaving > 0;
        for (int j = 0; j < s->modes; j++)
            if (all->of[k].step[j] > all->of[0].step[j])
                all->of[0].step[j] = all->of[k].step[j];
    }
    for (size_t m = 0; m < s->dimension; m++) {
        if (!qfp_fock_is_kept(s, m)) /* nothing is there */
            continue;
        levels_of(s, m, level);
        leak->energy[m] = size_at(&all->of[0], level);
        if (leak->is_exact)
            weigh_exact(leak, &all->of[0], m, level, parts);
        else
            weigh_other(leak, &all->of[0], m, level);
    }
    for (size_t k = 0; leak->is_exact && k < l->channel_count; k++)
        if (all->of[1 + k].leaving > 0)
            weigh_jumps(leak, &all->of[1 + k], fabs(l->channels[k].rate), parts);
    for (size_t m = 0; m < s->dimension; m++) {
        leak->rank += leak->weight[m] > 0.0;
        leak->largest = fmax(leak->largest, leak->weight[m]);
    }
}

static qfp_status build(qfp_fock_leak *leak, const qfp_lindblad *lindblad)
{
    const qfp_fock_space *s = &leak->space;
    all_moves all = {0};
    qfp_polynomial effective;
    qfp_polynomial_init(&effective, lindblad->wick.variables);
    qfp_status status;
    QFP_TRY_GOTO(effective_hamiltonian(lindblad, leak->kappa, &effective));
    QFP_TRY_GOTO(all_moves_create(lindblad, &effective, s, &all));
    QFP_TRY_GOTO(QFP_ALLOCATE(leak->weight, s->dimension, "the weights of the lost states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(leak->by_edge, 2 * (size_t)s->modes * s->dimension,
                              "the weights of the lost states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(leak->energy, s->dimension, "the energies of the levels"));
    QFP_TRY_GOTO(QFP_ALLOCATE(leak->band, 2 * s->dimension, "the populations"));
    weigh(leak, lindblad, &all);
    if (leak->rank > 0)
        status = stage_both(leak);
done:
    all_moves_destroy(&all);
    qfp_polynomial_destroy(&effective);
    return status;
}

qfp_status qfp_fock_leak_create(const qfp_backend *backend, qfp_context *context,
                                const qfp_fock_space *space, const qfp_lindblad *lindblad,
                                double kappa, bool is_exact, double noise, qfp_fock_leak **out)
{
    qfp_fock_leak *leak = NULL;
    QFP_TRY(QFP_ALLOCATE(leak, 1, "the watch over the last levels"));
    *leak = (qfp_fock_leak){.backend = backend,
                            .context = context,
                            .space = *space,
                            .is_exact = is_exact,
                            .noise = noise,
                            .kappa = kappa};
    qfp_status status = build(leak, lindblad);
    if (status != QFP_OK) {
        qfp_fock_leak_destroy(leak);
        return status;
    }
    *out = leak;
    return QFP_OK;
}

void qfp_fock_leak_destroy(qfp_fock_leak *leak)
{
    if (leak == NULL)
        return;
    leak->backend->stencil->destroy(leak->stencil);
    leak->backend->stencil->destroy(leak->indicator);
    free(leak->weight);
    free(leak->by_edge);
    free(leak->energy);
    free(leak->band);
    free(leak);
}

bool qfp_fock_leak_is_possible(const qfp_fock_leak *leak)
{
    return leak->rank > 0;
}

/* √Tr(ρGρ) with the weights staged in `stencil` */
static qfp_status weighted_norm(qfp_fock_leak *leak, const qfp_stencil *stencil, qfp_buffer *u,
                                qfp_buffer *scratch, double *norm)
{
    double lost;
    QFP_TRY(leak->backend->stencil->apply(stencil, u, scratch));
    QFP_TRY(leak->backend->vector->inner(leak->space.count, 1, &scratch, u, &lost));
    *norm = sqrt(fmax(lost, 0.0));
    return QFP_OK;
}

/* ‖(1 − P) H ρ‖₁ ≤ √(Tr ρG Tr ρ), for any number of kets */
static qfp_status weighted_trace(qfp_fock_leak *leak, const qfp_buffer *u, double *bound)
{
    double lost = 0.0, trace = 0.0;
    QFP_TRY(leak->backend->stencil->band(leak->context, leak->space.dimension, 0, u, leak->band));
    for (size_t m = 0; m < leak->space.dimension; m++) {
        lost += leak->weight[m] * fabs(leak->band[2 * m]);
        trace += leak->band[2 * m];
    }
    *bound = sqrt(lost * fabs(trace));
    return QFP_OK;
}

qfp_status qfp_fock_leak_measure(qfp_fock_leak *leak, qfp_buffer *u, qfp_buffer *scratch,
                                 bool is_ket, qfp_fock_loss *out)
{
    double squared, bound;
    *out = (qfp_fock_loss){0};
    if (leak->stencil == NULL)
        return QFP_OK;
    QFP_TRY(weighted_norm(leak, leak->indicator, u, scratch, &out->amplitude));
    QFP_TRY(weighted_norm(leak, leak->stencil, u, scratch, &out->rate));
    QFP_TRY(leak->backend->vector->inner(leak->space.count, 1, &u, u, &squared));
    double noise = leak->noise * sqrt((double)leak->space.dimension * squared);
    if (out->rate <= noise * sqrt(leak->largest))
        out->rate = 0.0;
    if (!is_ket && leak->is_exact) {
        QFP_TRY(weighted_trace(leak, u, &bound));
        out->rate = fmin(sqrt((double)leak->rank) * out->rate, bound);
    }
    out->rate *= (leak->is_exact ? 2.0 : M_SQRT2) / leak->kappa;
    return QFP_OK;
}

qfp_status qfp_fock_leak_energy(qfp_fock_leak *leak, const qfp_buffer *u, double *energy)
{
    double sum = 0.0;
    QFP_TRY(leak->backend->stencil->band(leak->context, leak->space.dimension, 0, u, leak->band));
    for (size_t m = 0; m < leak->space.dimension; m++)
        sum += fabs(leak->band[2 * m]) * leak->energy[m] * leak->energy[m];
    *energy = sqrt(sum);
    return QFP_OK;
}

qfp_status qfp_fock_leak_rates(qfp_fock_leak *leak, qfp_buffer *u, qfp_buffer *scratch,
                               double *rates)
{
    for (int j = 0; j < 2 * leak->space.modes; j++) {
        qfp_stencil *stencil = NULL;
        QFP_TRY(stage(leak, leak->by_edge + (size_t)j * leak->space.dimension, &stencil));
        qfp_status status = weighted_norm(leak, stencil, u, scratch, &rates[j]);
        leak->backend->stencil->destroy(stencil);
        QFP_TRY(status);
        rates[j] *= M_SQRT2 / leak->kappa;
    }
    return QFP_OK;
}

qfp_status qfp_fock_leak_population(qfp_fock_leak *leak, const qfp_buffer *u, double *population)
{
    *population = 0.0;
    if (leak->rank == 0)
        return QFP_OK;
    QFP_TRY(leak->backend->stencil->band(leak->context, leak->space.dimension, 0, u, leak->band));
    for (size_t m = 0; m < leak->space.dimension; m++)
        *population += leak->weight[m] > 0.0 ? fabs(leak->band[2 * m]) : 0.0;
    return QFP_OK;
}
