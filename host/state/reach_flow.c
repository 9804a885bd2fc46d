#include "state/reach_flow.h"

#include <math.h>
#include <stdlib.h>

#include "io/config_time.h"

/* Of a system that depends on time: parts of the run in each of which its mean over so many times stands for
 * it, so that no kick is lost however short it is; and of the noise, whose first part stands for several. */
enum { SLOTS = 128, OF_NOISE = 32, SAMPLES = 64 };

/* dQ/dt = ∂H/∂P/κ, dP/dt = −∂H/∂Q/κ with the Weyl symbol of H. */
static qfp_status add_hamiltonian(const qfp_polynomial *wick, double kappa, int modes,
                                  qfp_polynomial *drift)
{
    qfp_polynomial weyl, real, slope;
    qfp_polynomial_init(&weyl, 2 * modes);
    qfp_polynomial_init(&real, 2 * modes);
    qfp_polynomial_init(&slope, 2 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(wick, -0.5, &weyl));
    QFP_TRY_GOTO(qfp_symbol_to_real(&weyl, &real));
    for (int v = 0; v < 2 * modes; v++) {
        int of = v < modes ? modes + v : v - modes;
        QFP_TRY_GOTO(qfp_polynomial_differentiate(&real, of, &slope));
        QFP_TRY_GOTO(
            qfp_polynomial_add(&drift[v], (v < modes ? 1.0 : -1.0) / kappa, &slope, &drift[v]));
    }
done:
    qfp_polynomial_destroy(&weyl);
    qfp_polynomial_destroy(&real);
    qfp_polynomial_destroy(&slope);
    return status;
}

/* out = c* ∂c/∂α*_j − c ∂c* /∂α*_j of the symbol c */
static qfp_status drift_of_mode(const qfp_polynomial *c, const qfp_polynomial *adjoint,
                                int variable, qfp_polynomial *out)
{
    qfp_polynomial one, other;
    qfp_polynomial_init(&one, c->variables);
    qfp_polynomial_init(&other, c->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_differentiate(c, variable, &one));
    QFP_TRY_GOTO(qfp_polynomial_multiply(adjoint, &one, &one));
    QFP_TRY_GOTO(qfp_polynomial_differentiate(adjoint, variable, &other));
    QFP_TRY_GOTO(qfp_polynomial_multiply(c, &other, &other));
    status = qfp_polynomial_add(&one, -1.0, &other, out);
done:
    qfp_polynomial_destroy(&one);
    qfp_polynomial_destroy(&other);
    return status;
}

/* dα_j/dt = ½γ (c* ∂c/∂α*_j − c ∂c* /∂α*_j), from Tr a D[c]ρ */
static qfp_status add_channel(const qfp_channel *channel, int modes, qfp_polynomial *drift)
{
    const qfp_polynomial *c = &channel->wick;
    qfp_polynomial adjoint, rate, real;
    qfp_polynomial_init(&adjoint, c->variables);
    qfp_polynomial_init(&rate, c->variables);
    qfp_polynomial_init(&real, c->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_adjoint(c, &adjoint));
    for (int j = 0; j < modes; j++) {
        QFP_TRY_GOTO(drift_of_mode(c, &adjoint, modes + j, &rate));
        QFP_TRY_GOTO(qfp_symbol_to_real(&rate, &real));
        /* Q = √2 Re α, P = √2 Im α; values are taken of the real parts */
        QFP_TRY_GOTO(qfp_polynomial_add(&drift[j], M_SQRT1_2 * channel->rate, &real, &drift[j]));
        QFP_TRY_GOTO(qfp_polynomial_add(&drift[modes + j], -M_SQRT1_2 * channel->rate * I, &real,
                                        &drift[modes + j]));
    }
done:
    qfp_polynomial_destroy(&adjoint);
    qfp_polynomial_destroy(&rate);
    qfp_polynomial_destroy(&real);
    return status;
}

/* drift[2N] += that of a system */
static qfp_status add_system(const qfp_lindblad *l, double kappa, int modes, qfp_polynomial *drift)
{
    QFP_TRY(add_hamiltonian(&l->wick, kappa, modes, drift));
    for (size_t k = 0; k < l->channel_count; k++)
        QFP_TRY(add_channel(&l->channels[k], modes, drift));
    return QFP_OK;
}

/* The terms of Σ γ D[c] at c = ½ with two derivatives. */
static qfp_status find_noise(const qfp_lindblad *l, int modes, qfp_polynomial *noise)
{
    QFP_TRY(qfp_lindblad_dissipation(l, noise));
    QFP_TRY(qfp_generator_gauge(noise, 0.5, noise));
    size_t kept = 0;
    for (size_t t = 0; t < noise->count; t++) {
        int order = 0;
        for (int v = 0; v < 2 * modes; v++)
            order += noise->terms[t].power[v];
        if (order == 2)
            noise->terms[kept++] = noise->terms[t];
    }
    noise->count = kept;
    return QFP_OK;
}

/* Part i of the run. */
static qfp_status fill(const qfp_config *config, size_t i, qfp_reach_flow *f)
{
    double t[SAMPLES] = {0.0}, weight[SAMPLES] = {1.0};
    size_t samples = f->slots > 1 ? SAMPLES : 1, every = f->noises > 0 ? f->slots / f->noises : 0;
    qfp_lindblad mean;
    for (size_t k = 0; k < samples && f->slots > 1; k++) {
        t[k] = f->duration * ((double)i + ((double)k + 0.5) / SAMPLES) / (double)f->slots;
        weight[k] = 1.0 / SAMPLES;
    }
    qfp_status status = qfp_config_lindblad(config, samples, t, weight, &mean);
    if (status == QFP_OK)
        status = add_system(&mean, config->kappa, f->modes, f->drift + i * 2 * (size_t)f->modes);
    if (status == QFP_OK && every > 0 && i % every == 0)
        status = find_noise(&mean, f->modes, &f->noise[i / every]);
    qfp_lindblad_destroy(&mean);
    return status;
}

qfp_status qfp_reach_flow_create(const qfp_config *config, qfp_reach_flow *f)
{
    bool channels_vary = false;
    for (size_t k = 0; k < config->channel_count; k++)
        channels_vary = channels_vary || config->channels[k].varies;
    *f = (qfp_reach_flow){
        .modes = config->modes, .duration = config->times[config->time_count - 1], .slots = 1};
    if (config->varies && f->duration > 0.0)
        f->slots = SLOTS;
    if (config->channel_count > 0)
        f->noises = f->slots > 1 && channels_vary ? OF_NOISE : 1;
    size_t axes = 2 * (size_t)f->modes;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(f->drift, f->slots * axes, "the classical flow"));
    for (size_t v = 0; v < f->slots * axes; v++)
        qfp_polynomial_init(&f->drift[v], 2 * f->modes);
    QFP_TRY_GOTO(QFP_ALLOCATE(f->noise, f->noises, "the classical flow"));
    for (size_t i = 0; i < f->noises; i++)
        qfp_polynomial_init(&f->noise[i], 4 * f->modes);
    status = QFP_OK;
    for (size_t i = 0; i < f->slots && status == QFP_OK; i++)
        status = fill(config, i, f);
done:
    if (status != QFP_OK)
        qfp_reach_flow_destroy(f);
    return status;
}

void qfp_reach_flow_destroy(qfp_reach_flow *f)
{
    for (size_t v = 0; f->drift != NULL && v < f->slots * 2 * (size_t)f->modes; v++)
        qfp_polynomial_destroy(&f->drift[v]);
    for (size_t i = 0; f->noise != NULL && i < f->noises; i++)
        qfp_polynomial_destroy(&f->noise[i]);
    free(f->drift);
    free(f->noise);
    *f = (qfp_reach_flow){0};
}

static double real_value(const qfp_polynomial *p, const double *z)
{
    double sum = 0.0;
    for (size_t t = 0; t < p->count; t++) {
        double product = creal(p->terms[t].coefficient);
        for (int v = 0; v < p->variables; v++)
            for (int k = 0; k < p->terms[t].power[v]; k++)
                product *= z[v];
        sum += product;
    }
    return sum;
}

void qfp_reach_flow_velocity(const qfp_reach_flow *f, size_t slot, const double *z, double *dz)
{
    size_t axes = 2 * (size_t)f->modes;
    const qfp_polynomial *drift = f->drift + axes * slot;
    for (size_t v = 0; v < axes; v++)
        dz[v] = real_value(&drift[v], z);
}

/* Of variable l, ∂_j or ∂̄_j: its component along axis a, as in ∂_j = (∂_Q − i∂_P)/√2. */
static double complex component(int l, int a, int modes)
{
    if (l % modes != a % modes)
        return 0.0;
    return M_SQRT1_2 * (a < modes ? 1.0 : (l < modes ? -I : I));
}

void qfp_reach_flow_noise(const qfp_reach_flow *f, size_t slot, const double *z, const double *n,
                          double *dn)
{
    const qfp_polynomial *noise = &f->noise[slot * f->noises / f->slots];
    int modes = f->modes, axes = 2 * modes;
    for (int a = 0; a < axes; a++)
        dn[a] = 0.0;
    for (size_t i = 0; i < noise->count; i++) {
        const qfp_term *term = &noise->terms[i];
        double complex value = term->coefficient, along[2] = {0};
        int letter[2] = {0}, order = 0;
        for (int v = 0; v < axes; v++)
            for (int k = 0; k < term->power[v]; k++)
                letter[order++] = v;
        for (int v = 0; v < axes; v++) {
            int j = v % modes;
            double complex alpha = M_SQRT1_2 * (z[j] + (v < modes ? I : -I) * z[modes + j]);
            for (int k = 0; k < term->power[axes + v]; k++)
                value *= alpha;
        }
        for (int k = 0; k < 2; k++)
            for (int a = 0; a < axes; a++)
                along[k] += component(letter[k], a, modes) * n[a];
        for (int a = 0; a < axes; a++)
            dn[a] += creal(value * (component(letter[0], a, modes) * along[1] +
                                    component(letter[1], a, modes) * along[0]));
    }
}
