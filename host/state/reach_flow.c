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

/* Of variable l, ∂_j or ∂̄_j: its component along axis a, as in ∂_j = (∂_Q − i∂_P)/√2. */
static double complex component(int l, int a, int modes)
{
    if (l % modes != a % modes)
        return 0.0;
    return M_SQRT1_2 * (a < modes ? 1.0 : (l < modes ? -I : I));
}

/* matrix[a][b] += what a term with two derivatives has along both axes, as symbols in α and α*. */
static qfp_status add_noise(const qfp_term *term, int modes, qfp_polynomial *matrix)
{
    int letter[2] = {0}, order = 0, axes = 2 * modes;
    for (int v = 0; v < axes; v++)
        for (int k = 0; k < term->power[v] && order < 2; k++)
            letter[order++] = v;
    for (int a = 0; a < axes; a++)
        for (int b = 0; b < axes; b++) {
            double complex along = component(letter[0], a, modes) * component(letter[1], b, modes) +
                                   component(letter[1], a, modes) * component(letter[0], b, modes);
            if (along != 0.0)
                QFP_TRY(qfp_polynomial_add_term(&matrix[a * axes + b], term->coefficient * along,
                                                term->power + axes));
        }
    return QFP_OK;
}

static qfp_status each_to_real(size_t count, qfp_polynomial *symbols)
{
    for (size_t i = 0; i < count; i++)
        QFP_TRY(qfp_symbol_to_real(&symbols[i], &symbols[i]));
    return QFP_OK;
}

static qfp_status allocate(size_t count, int variables, qfp_polynomial **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, count, "the classical flow"));
    for (size_t i = 0; i < count; i++)
        qfp_polynomial_init(&(*out)[i], variables);
    return QFP_OK;
}

static void release(size_t count, qfp_polynomial *list)
{
    for (size_t i = 0; list != NULL && i < count; i++)
        qfp_polynomial_destroy(&list[i]);
    free(list);
}

/* D of the Wigner function: the terms of Σ γ D[c] at c = ½ with two derivatives. */
static qfp_status fill_noise(const qfp_lindblad *l, int modes, qfp_reach_table *out)
{
    size_t axes = 2 * (size_t)modes;
    qfp_polynomial noise, *matrix = NULL;
    qfp_polynomial_init(&noise, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_lindblad_dissipation(l, &noise));
    QFP_TRY_GOTO(qfp_generator_gauge(&noise, 0.5, &noise));
    QFP_TRY_GOTO(allocate(axes * axes, 2 * modes, &matrix));
    for (size_t t = 0; t < noise.count; t++) {
        int order = 0;
        for (size_t v = 0; v < axes; v++)
            order += noise.terms[t].power[v];
        if (order == 2)
            QFP_TRY_GOTO(add_noise(&noise.terms[t], modes, matrix));
    }
    QFP_TRY_GOTO(each_to_real(axes * axes, matrix));
    status = qfp_reach_table_create(matrix, axes * axes, out);
done:
    qfp_polynomial_destroy(&noise);
    release(axes * axes, matrix);
    return status;
}

static qfp_status fill_drift(const qfp_lindblad *l, double kappa, int modes, qfp_reach_table *out)
{
    size_t axes = 2 * (size_t)modes;
    qfp_polynomial *drift = NULL;
    qfp_status status = allocate(axes, 2 * modes, &drift);
    if (status == QFP_OK)
        status = add_system(l, kappa, modes, drift);
    if (status == QFP_OK)
        status = qfp_reach_table_create(drift, axes, out);
    release(axes, drift);
    return status;
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
        status = fill_drift(&mean, config->kappa, f->modes, &f->drift[i]);
    if (status == QFP_OK && every > 0 && i % every == 0)
        status = fill_noise(&mean, f->modes, &f->noise[i / every]);
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
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(f->drift, f->slots, "the classical flow"));
    QFP_TRY_GOTO(QFP_ALLOCATE(f->noise, f->noises, "the classical flow"));
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
    for (size_t i = 0; f->drift != NULL && i < f->slots; i++)
        qfp_reach_table_destroy(&f->drift[i]);
    for (size_t i = 0; f->noise != NULL && i < f->noises; i++)
        qfp_reach_table_destroy(&f->noise[i]);
    free(f->drift);
    free(f->noise);
    *f = (qfp_reach_flow){0};
}

void qfp_reach_flow_velocity(const qfp_reach_flow *f, size_t slot, const double *z, double *dz)
{
    qfp_reach_table_evaluate(&f->drift[slot], z, dz);
}

void qfp_reach_flow_noise(const qfp_reach_flow *f, size_t slot, const double *z, const double *n,
                          double *dn)
{
    double matrix[4 * QFP_MAX_MODES * QFP_MAX_MODES];
    int axes = 2 * f->modes;
    qfp_reach_table_evaluate(&f->noise[slot * f->noises / f->slots], z, matrix);
    for (int a = 0; a < axes; a++) {
        dn[a] = 0.0;
        for (int b = 0; b < axes; b++)
            dn[a] += matrix[a * axes + b] * n[b];
    }
}
