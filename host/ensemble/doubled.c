/* doubled.c - positive P, doubled Q and truncated Wigner: drift and noise in a doubled phase space.
 *
 * The stochastic equations are in kernels/shared/doubled_cell.h.  Positive P and doubled Q are
 * exact until trajectories run away, which these do at a time of their own; truncated Wigner drops
 * the third derivatives of Moyal's equation and stays bounded.  Dissipation is ordinary noise in all three
 * (channel_noise.h).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "algebra/hamiltonian.h"
#include "ensemble/channel_noise.h"
#include "ensemble/method.h"

#define SPIKE 1e3 /* |αβ| this much above what the state has: a trajectory has run away */

typedef struct variant {
    double ordering;
    double noise; /* in front of ±i S/κ; 0: none */
    const char *statement;
} variant;

static const variant positive_p = {
    0.0, 1.0,
    "positive P in the doubled phase space (alpha, beta): normally ordered means are those of "
    "quantum theory until trajectories run away; no density on phase space belongs to it"};
static const variant doubled_q = {
    1.0, -1.0,
    "the traceless equation of Q continued to independent alpha and beta: anti-normally ordered "
    "means are those of quantum theory until trajectories run away; Q itself is the density at "
    "t = 0 only"};
static const variant truncated_wigner = {
    0.5, 0.0,
    "truncated Wigner: the classical flow of the Wigner function without its third and higher "
    "derivatives; an approximation whose error these figures do not show"};

typedef struct doubled {
    qfp_method_setting setting;
    const variant *variant;
    qfp_doubled *flow;
    double limit;
} doubled;

static bool is_coherent(const qfp_state *s, int modes)
{
    bool plain = s->kind == QFP_STATE_GAUSSIAN;
    for (int j = 0; j < modes; j++)
        plain = plain && s->r[j] == 0.0 && s->nbar[j] == 0.0;
    return plain;
}

/* The noise of a mode is the root of its own S_j. */
static qfp_status refuse_coupled_noise(const qfp_config *config)
{
    int pair[2] = {-1, -1};
    qfp_polynomial antiwick;
    qfp_polynomial_init(&antiwick, 2 * config->modes);
    qfp_status status = qfp_symbol_exp_laplacian(&config->wick, -1.0, &antiwick);
    if (status == QFP_OK)
        status = qfp_ensemble_couples(&antiwick, config->modes, pair);
    if (status == QFP_OK && pair[0] >= 0)
        status = QFP_FAIL(QFP_UNSUPPORTED,
                          "%s: ensemble.method: this method takes Hamiltonians whose diffusion "
                          "does not couple modes; here modes %d and %d are coupled by a term like "
                          "n_i n_j or a_i a_j; take method: guided",
                          config->path, pair[0] + 1, pair[1] + 1);
    qfp_polynomial_destroy(&antiwick);
    return status;
}

/* Dissipation must be a noise of this phase space. */
static qfp_status check_channels(const qfp_config *config, const variant *v)
{
    qfp_channel_noise *noise = NULL;
    QFP_TRY(QFP_ALLOCATE(noise, 1, "the noise of dissipation"));
    qfp_status status = qfp_channel_noise_create(config, v->ordering, noise);
    qfp_channel_noise_destroy(noise);
    free(noise);
    return status;
}

qfp_status qfp_truncated_wigner_check(const qfp_config *config)
{
    QFP_TRY(check_channels(config, &truncated_wigner));
    if (config->initial.kind == QFP_STATE_GAUSSIAN)
        return QFP_OK;
    return QFP_FAIL(QFP_CONFIG,
                    "%s: initial: truncated_wigner draws from the Wigner function, which must be a "
                    "Gaussian: coherent, squeezed or thermal",
                    config->path);
}

qfp_status qfp_positive_p_check(const qfp_config *config)
{
    QFP_TRY(check_channels(config, &positive_p));
    QFP_TRY(qfp_ensemble_check_class(config)); /* the noise of H exists for it only */
    return refuse_coupled_noise(config);
}

qfp_status qfp_doubled_q_check(const qfp_config *config)
{
    QFP_TRY(check_channels(config, &doubled_q));
    QFP_TRY(qfp_ensemble_check_class(config));
    return refuse_coupled_noise(config);
}

/* A, S and ∂S of coordinate `own` with its partner `other`, for the sign −1 (α) or +1 (β); `dissipated` adds to
 * A. */
static qfp_status derive_one(const doubled *d, const qfp_polynomial *symbol, int own, int other,
                             double sign, const qfp_polynomial *dissipated,
                             qfp_path_polynomial *out)
{
    int modes = d->setting.config->modes;
    double complex unit = sign * I / d->setting.config->kappa;
    double complex noise = d->variant->noise * unit;
    qfp_polynomial p, drift;
    qfp_polynomial_init(&p, 2 * modes);
    qfp_polynomial_init(&drift, 2 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_differentiate(symbol, other, &p));
    QFP_TRY_GOTO(qfp_polynomial_copy(&p, &drift));
    for (size_t t = 0; t < drift.count; t++)
        drift.terms[t].coefficient *= unit;
    QFP_TRY_GOTO(qfp_polynomial_add(&drift, 1.0, dissipated, &drift));
    QFP_TRY_GOTO(qfp_ensemble_terms(&drift, modes, 1.0, &out[0]));
    QFP_TRY_GOTO(qfp_polynomial_differentiate(&p, other, &p));
    if (noise == 0.0)
        p.count = 0;
    QFP_TRY_GOTO(qfp_ensemble_terms(&p, modes, noise, &out[1]));
    QFP_TRY_GOTO(qfp_polynomial_differentiate(&p, own, &p));
    status = qfp_ensemble_terms(&p, modes, noise, &out[2]);
done:
    qfp_polynomial_destroy(&p);
    qfp_polynomial_destroy(&drift);
    return status;
}

/* The polynomials that the backend asks for, in its order. */
static qfp_status list_polynomials(const doubled *d, const qfp_channel_noise *noise,
                                   qfp_path_polynomial *list)
{
    int modes = d->setting.config->modes;
    qfp_polynomial symbol;
    qfp_polynomial_init(&symbol, 2 * modes);
    qfp_status status =
        qfp_symbol_exp_laplacian(&d->setting.config->wick, -d->variant->ordering, &symbol);
    for (int j = 0; j < modes && status == QFP_OK; j++) {
        status = derive_one(d, &symbol, j, modes + j, -1.0, &noise->drift[j], &list[6 * j]);
        if (status == QFP_OK)
            status = derive_one(d, &symbol, modes + j, j, 1.0, &noise->drift[modes + j],
                                &list[6 * j + 3]);
    }
    for (int k = 0; k < noise->fields; k++)
        for (int c = 0; c < 2 * modes && status == QFP_OK; c++)
            status = qfp_ensemble_terms(&noise->field[k][c], modes, 1.0,
                                        &list[6 * modes + 2 * modes * k + c]);
    qfp_polynomial_destroy(&symbol);
    return status;
}

static qfp_status create_flow(doubled *d)
{
    int modes = d->setting.config->modes, count = 0;
    qfp_path_polynomial *list = NULL;
    qfp_channel_noise *noise = NULL;
    QFP_TRY(QFP_ALLOCATE(noise, 1, "the noise of dissipation"));
    qfp_status status;
    QFP_TRY_GOTO(qfp_channel_noise_create(d->setting.config, d->variant->ordering, noise));
    count = 2 * modes * (3 + noise->fields);
    QFP_TRY_GOTO(QFP_ALLOCATE(list, (size_t)count, "drift and noise"));
    QFP_TRY_GOTO(list_polynomials(d, noise, list));
    status = d->setting.backend->doubled->create(d->setting.context, modes, noise->fields, list,
                                                 &d->flow);
done:
    for (int k = 0; list != NULL && k < count; k++)
        free((void *)list[k].terms);
    free(list);
    qfp_channel_noise_destroy(noise);
    free(noise);
    return status;
}

static void destroy(void *self)
{
    doubled *d = self;
    if (d == NULL)
        return;
    d->setting.backend->doubled->destroy(d->flow);
    free(d);
}

/* Real coordinates are (Re α_1, Im α_1, …, Re β_1, Im β_1, …). */
typedef struct gaussian {
    int reals;
    double mean[4 * QFP_MAX_MODES];
    double spread[16 * QFP_MAX_MODES * QFP_MAX_MODES];
} gaussian;

/* β = α* with the same noise. */
static void mirror(gaussian *g, int modes)
{
    for (int c = 0; c < 2 * modes; c++) {
        double sign = c % 2 == 0 ? 1.0 : -1.0;
        g->mean[2 * modes + c] = sign * g->mean[c];
        for (int k = 0; k < g->reals; k++)
            g->spread[(2 * modes + c) * g->reals + k] = sign * g->spread[c * g->reals + k];
    }
}

/* The root of the covariance of (Re α, Im α) in the Wigner function of one mode. */
static void wigner_root(const qfp_state *s, int j, double root[4])
{
    double size = sqrt(0.5 * (s->nbar[j] + 0.5)), turn = 0.5 * s->phi[j];
    double along = size * exp(-s->r[j]), across = size * exp(s->r[j]);
    root[0] = along * cos(turn);
    root[1] = -across * sin(turn);
    root[2] = along * sin(turn);
    root[3] = across * cos(turn);
}

static void wigner_gaussian(const qfp_state *s, int modes, gaussian *g)
{
    for (int j = 0; j < modes; j++) {
        double root[4];
        wigner_root(s, j, root);
        for (int c = 0; c < 2; c++) {
            g->mean[2 * j + c] = c == 0 ? creal(s->alpha[j]) : cimag(s->alpha[j]);
            for (int k = 0; k < 2; k++)
                g->spread[(2 * j + c) * g->reals + 2 * j + k] = root[2 * c + k];
        }
    }
    mirror(g, modes);
}

/* α = μ + γ, β = μ* − γ* with E|γ|² = 1 turns μ drawn from Q into the positive P of any state. */
static void split(int modes, gaussian *g)
{
    for (int c = 0; c < 2 * modes; c++) {
        g->spread[c * g->reals + c] = sqrt(0.5);
        g->spread[(2 * modes + c) * g->reals + c] = c % 2 == 0 ? -sqrt(0.5) : sqrt(0.5);
    }
}

static qfp_status draw(void *self, const qfp_path_set *set, qfp_buffer *x)
{
    const uint64_t block = (uint64_t)1 << 61; /* apart from the steps and from the draws of Q */
    doubled *d = self;
    const qfp_config *config = d->setting.config;
    const qfp_backend *b = d->setting.backend;
    gaussian g = {.reals = 2 * set->coordinates};
    if (d->variant == &truncated_wigner) {
        wigner_gaussian(&config->initial, config->modes, &g);
        return b->paths->gaussian(d->setting.context, set, block, 0, g.mean, g.spread, x);
    }
    if (d->variant == &positive_p && is_coherent(&config->initial, config->modes)) {
        for (int j = 0; j < config->modes; j++) { /* a point: nothing is drawn */
            g.mean[2 * j] = creal(config->initial.alpha[j]);
            g.mean[2 * j + 1] = cimag(config->initial.alpha[j]);
        }
        mirror(&g, config->modes);
        return b->paths->gaussian(d->setting.context, set, block, 0, g.mean, g.spread, x);
    }
    qfp_reference_kets kets;
    qfp_reference_state(d->setting.reference, &kets);
    QFP_TRY(b->paths->draw(d->setting.context, set, config->modes, kets.levels, kets.count,
                           kets.weight, (const double *)kets.ket, x));
    if (d->variant == &doubled_q)
        return QFP_OK;
    split(config->modes, &g);
    return b->paths->gaussian(d->setting.context, set, block, 1, g.mean, g.spread, x);
}

static qfp_status advance(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse)
{
    doubled *d = self;
    const qfp_path_step steps[3] = {{h, step, 1, 0}, {h, step + 1, 1, 0}, {2.0 * h, step, 2, 0}};
    size_t lost[3];
    for (int k = 0; k < 3; k++)
        QFP_TRY(d->setting.backend->doubled->advance(d->flow, set, &steps[k], d->limit,
                                                     k < 2 ? x : coarse, &lost[k]));
    QFP_TRY(qfp_share_count(3, lost));
    for (int k = 0; k < 3; k++)
        if (lost[k] > 0)
            return QFP_FAIL(QFP_GROWTH,
                            "t = %.6g: %zu of %zu trajectories ran away (|alpha beta| above %.3g): "
                            "the useful time of this ensemble is over, its means no longer stand "
                            "for the state",
                            t, lost[k], d->setting.share->batches.paths, d->limit);
    return QFP_OK;
}

/* The largest mean number of quanta of a mode at the start, at least 1. */
static qfp_status most_quanta(const qfp_method_setting *setting, double *out)
{
    *out = 1.0;
    for (int j = 1; j <= setting->config->modes; j++) {
        char text[16];
        double complex mean;
        qfp_reference_operator *n = NULL;
        snprintf(text, sizeof text, "n[%d]", j);
        QFP_TRY(qfp_reference_operator_create(setting->reference, text, &n));
        qfp_status status = qfp_reference_mean(setting->reference, n, &mean);
        qfp_reference_operator_destroy(n);
        QFP_TRY(status);
        *out = fmax(*out, creal(mean));
    }
    return QFP_OK;
}

static qfp_status create(const qfp_method_setting *setting, const variant *v,
                         qfp_ensemble_object *out)
{
    doubled *d = NULL;
    double most;
    QFP_TRY(QFP_ALLOCATE(d, 1, "an ensemble in a doubled phase space"));
    d->setting = *setting;
    d->variant = v;
    qfp_status status = most_quanta(setting, &most);
    if (status == QFP_OK)
        status = create_flow(d);
    if (status != QFP_OK) {
        destroy(d);
        return status;
    }
    d->limit = SPIKE * most;
    *out = (qfp_ensemble_object){.self = d,
                                 .coordinates = 2 * setting->config->modes,
                                 .doubled = 1,
                                 .ordering = v->ordering,
                                 .draw = draw,
                                 .advance = advance,
                                 .destroy = destroy};
    snprintf(out->statement, sizeof out->statement, "%s", v->statement);
    return QFP_OK;
}

qfp_status qfp_positive_p_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    return create(setting, &positive_p, out);
}

qfp_status qfp_doubled_q_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    return create(setting, &doubled_q, out);
}

qfp_status qfp_truncated_wigner_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    return create(setting, &truncated_wigner, out);
}
