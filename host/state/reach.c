#include "state/reach.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/lindblad.h"
#include "io/config_time.h"
#include "state/initial_state.h"

enum { DIRECTIONS = 48, STEPS_LIMIT = 20000, SHELLS = 4 };
/* Of a system that depends on time: parts of the run in each of which its mean over so many times stands for
 * it, so that no kick is lost however short it is. */
enum { SLOTS = 128, SAMPLES = 64 };
#define ESCAPE_RADIUS 200.0 /* no grid could hold it: n ≥ 4R²/π would be 51 000 per axis */

/* For a part of the run. */
typedef struct flow_slot {
    int modes;
    /* Of Q_j and P_j, as flat lists for fast evaluation. */
    qfp_polynomial drift[2 * QFP_MAX_MODES];
    /* What channels with a† in them do to the variance of a quadrature, dV/dt = 2 growth V + noise, at
     * the origin: what heats a state carries it beyond its flow. */
    double growth[QFP_MAX_MODES], noise[QFP_MAX_MODES];
} flow_slot;

typedef struct classical_flow {
    int modes, steps, slots;
    double duration;
    flow_slot *slot;
} classical_flow;

static void flow_destroy(classical_flow *f)
{
    for (int k = 0; f->slot != NULL && k < f->slots; k++)
        for (int v = 0; v < 2 * f->modes; v++)
            qfp_polynomial_destroy(&f->slot[k].drift[v]);
    free(f->slot);
}

/* dQ/dt = ∂H/∂P/κ, dP/dt = −∂H/∂Q/κ with the Weyl symbol of H. */
static qfp_status add_hamiltonian(const qfp_polynomial *wick, double kappa, flow_slot *f)
{
    int modes = f->modes;
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
        QFP_TRY_GOTO(qfp_polynomial_add(&f->drift[v], (v < modes ? 1.0 : -1.0) / kappa, &slope,
                                        &f->drift[v]));
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

static bool raises(const qfp_polynomial *c, int modes, int mode)
{
    for (size_t t = 0; t < c->count; t++)
        if (c->terms[t].power[modes + mode] > c->terms[t].power[mode])
            return true;
    return false;
}

static double linear(const qfp_polynomial *c, int variable)
{
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    power[variable] = 1;
    return pow(cabs(qfp_polynomial_coefficient(c, power)), 2.0);
}

/* dα_j/dt = ½γ (c* ∂c/∂α*_j − c ∂c* /∂α*_j), from Tr a D[c]ρ */
static qfp_status add_channel(const qfp_channel *channel, flow_slot *f)
{
    const qfp_polynomial *c = &channel->wick;
    qfp_polynomial adjoint, rate, real;
    qfp_polynomial_init(&adjoint, c->variables);
    qfp_polynomial_init(&rate, c->variables);
    qfp_polynomial_init(&real, c->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_adjoint(c, &adjoint));
    for (int j = 0; j < f->modes; j++) {
        double down = linear(c, j), up = linear(c, f->modes + j);
        f->growth[j] += 0.5 * channel->rate * (up - down);
        if (raises(c, f->modes, j))
            f->noise[j] += 0.5 * channel->rate * up;
        f->noise[j] += 0.5 * channel->rate * down;
        QFP_TRY_GOTO(drift_of_mode(c, &adjoint, f->modes + j, &rate));
        QFP_TRY_GOTO(qfp_symbol_to_real(&rate, &real));
        /* Q = √2 Re α, P = √2 Im α; values are taken of the real parts */
        QFP_TRY_GOTO(
            qfp_polynomial_add(&f->drift[j], M_SQRT1_2 * channel->rate, &real, &f->drift[j]));
        QFP_TRY_GOTO(qfp_polynomial_add(&f->drift[f->modes + j], -M_SQRT1_2 * channel->rate * I,
                                        &real, &f->drift[f->modes + j]));
    }
done:
    qfp_polynomial_destroy(&adjoint);
    qfp_polynomial_destroy(&rate);
    qfp_polynomial_destroy(&real);
    return status;
}

static qfp_status slot_create(const qfp_config *config, int samples, double from, double length,
                              flow_slot *f)
{
    double t[SAMPLES], weight[SAMPLES];
    qfp_lindblad mean;
    f->modes = config->modes;
    for (int v = 0; v < 2 * f->modes; v++)
        qfp_polynomial_init(&f->drift[v], 2 * f->modes);
    for (int i = 0; i < samples; i++) {
        t[i] = from + length * (i + 0.5) / samples;
        weight[i] = 1.0 / samples;
    }
    qfp_status status = qfp_config_lindblad(config, (size_t)samples, t, weight, &mean);
    if (status == QFP_OK)
        status = add_hamiltonian(&mean.wick, config->kappa, f);
    for (size_t k = 0; k < mean.channel_count && status == QFP_OK; k++)
        status = add_channel(&mean.channels[k], f);
    qfp_lindblad_destroy(&mean);
    return status;
}

static qfp_status flow_create(const qfp_config *config, int steps, double duration,
                              classical_flow *f)
{
    bool moves = config->varies && duration > 0.0;
    *f = (classical_flow){
        .modes = config->modes, .steps = steps, .slots = moves ? SLOTS : 1, .duration = duration};
    QFP_TRY(QFP_ALLOCATE(f->slot, f->slots, "a classical flow"));
    qfp_status status = QFP_OK;
    double length = moves ? duration / SLOTS : 0.0;
    for (int k = 0; k < f->slots && status == QFP_OK; k++)
        status = slot_create(config, moves ? SAMPLES : 1, k * length, length, &f->slot[k]);
    if (status != QFP_OK)
        flow_destroy(f);
    return status;
}

/* A packet as wide as that becomes so wide, or was so once. */
static double width_after(const classical_flow *f, int mode, double width)
{
    double variance = width * width, largest = width * width, part = f->duration / f->slots;
    for (int k = 0; k < f->slots; k++) {
        double rate = 2.0 * f->slot[k].growth[mode], stretch = exp(rate * part);
        double grown = rate != 0.0 ? (stretch - 1.0) / rate : part;
        variance = stretch * variance + 2.0 * f->slot[k].noise[mode] * grown;
        largest = fmax(largest, variance);
    }
    return sqrt(largest);
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

static void velocity(const flow_slot *f, const double *z, double *dz)
{
    for (int v = 0; v < 2 * f->modes; v++)
        dz[v] = real_value(&f->drift[v], z);
}

static void rk4_step(const flow_slot *f, const double *z, double h, double *out)
{
    static const double offset[4] = {0.0, 0.5, 0.5, 1.0}, weight[4] = {1, 2, 2, 1};
    double k[2 * QFP_MAX_MODES] = {0}, at[2 * QFP_MAX_MODES], sum[2 * QFP_MAX_MODES] = {0};
    int n = 2 * f->modes;
    for (int s = 0; s < 4; s++) {
        for (int v = 0; v < n; v++)
            at[v] = z[v] + offset[s] * h * k[v];
        velocity(f, at, k);
        for (int v = 0; v < n; v++)
            sum[v] += weight[s] * k[v];
    }
    for (int v = 0; v < n; v++)
        out[v] = z[v] + h / 6.0 * sum[v];
}

/* Whether this point is still within reach of a grid. */
static bool record(const double *z, int modes, double t, qfp_reach *reach)
{
    bool inside = true;
    for (int axis = 0; axis < 2 * modes; axis++)
        inside = inside && fabs(z[axis]) < ESCAPE_RADIUS;
    if (!inside) {
        reach->escapes = true;
        reach->escape_time = fmin(reach->escape_time, t);
    }
    for (int axis = 0; axis < 2 * modes; axis++)
        reach->of[axis] = reach->escapes ? ESCAPE_RADIUS : fmax(reach->of[axis], fabs(z[axis]));
    return inside;
}

/* Step doubling with a loose tolerance: only the radius is wanted. */
static void follow(const classical_flow *f, double *z, double duration, qfp_reach *reach)
{
    int n = 2 * f->modes;
    double t = 0.0, proposed = duration / 16.0;
    int k = 0;
    if (!record(z, f->modes, 0.0, reach))
        return;
    for (int step = 0; step < f->steps && t < duration; step++) {
        double whole[2 * QFP_MAX_MODES], half[2 * QFP_MAX_MODES], fine[2 * QFP_MAX_MODES];
        double end = k + 1 < f->slots ? duration * (k + 1) / f->slots : duration;
        double h = fmin(proposed, end - t);
        const flow_slot *slot = &f->slot[k];
        rk4_step(slot, z, h, whole);
        rk4_step(slot, z, 0.5 * h, half);
        rk4_step(slot, half, 0.5 * h, fine);
        double error = 0.0;
        for (int v = 0; v < n; v++) {
            double difference = fabs(whole[v] - fine[v]);
            if (!(difference <= error)) /* also when it is not a number */
                error = isfinite(difference) ? difference : INFINITY;
        }
        if (error <= 1e-3 || h < 1e-9 * duration) {
            bool at_end = h >= end - t;
            t = at_end ? end : t + h;
            k += at_end && k + 1 < f->slots;
            memcpy(z, fine, (size_t)n * sizeof *z);
            if (!record(z, f->modes, t, reach))
                return;
        }
        double factor = error > 0.0 ? 0.9 * pow(1e-3 / error, 0.2) : 4.0;
        factor = fmin(4.0, fmax(0.1, factor));
        proposed = factor > 1.0 ? fmax(proposed, h * factor) : h * factor;
    }
}

static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

/* A point of the contour: the deviation d obeys Σ_j (d_j/width_j)² = depth², in a direction that is
 * either inside one mode's plane or random over all of them. */
static void contour_point(const qfp_state_piece *piece, int modes, double depth, int direction,
                          uint64_t *random, double *z)
{
    double share[2 * QFP_MAX_MODES] = {0}, norm = 0.0;
    int plane = direction / DIRECTIONS;
    if (plane < modes) {
        double angle = 2.0 * M_PI * (direction % DIRECTIONS) / DIRECTIONS;
        share[plane] = cos(angle);
        share[modes + plane] = sin(angle);
    } else {
        for (int v = 0; v < 2 * modes; v++) {
            /* Box-Muller: normals are isotropic */
            share[v] = sqrt(-2.0 * log(1.0 - uniform(random))) * cos(2.0 * M_PI * uniform(random));
            norm += share[v] * share[v];
        }
        for (int v = 0; v < 2 * modes; v++)
            share[v] /= sqrt(norm);
    }
    for (int j = 0; j < modes; j++) {
        double dq = depth * piece->width[j] * share[j];
        double dp = depth * piece->width[j] * share[modes + j];
        double length = hypot(dq, dp);
        if (piece->ring[j] > 0.0) { /* outwards from the ring */
            double angle = length > 0.0 ? atan2(dp, dq) : 2.0 * M_PI * uniform(random);
            dq = (piece->ring[j] + length) * cos(angle);
            dp = (piece->ring[j] + length) * sin(angle);
        }
        z[j] = piece->q[j] + dq;
        z[modes + j] = piece->p[j] + dp;
    }
}

/* The contour at `fraction` of the depth, and what is left of the depth around each of its
 * points. */
static void follow_shell(const classical_flow *f, const qfp_state_piece *piece, double depth,
                         double fraction, double duration, qfp_reach *out)
{
    int modes = f->modes, directions = DIRECTIONS * (modes + (modes > 1 ? 2 : 0));
    qfp_reach shell = {.escape_time = duration};
    uint64_t random = 1;
    for (int d = 0; d < directions; d++) {
        double z[2 * QFP_MAX_MODES];
        contour_point(piece, modes, fraction * depth, d, &random, z);
        follow(f, z, duration, &shell);
    }
    out->escapes = out->escapes || shell.escapes;
    out->escape_time = fmin(out->escape_time, shell.escape_time);
    for (int axis = 0; axis < 2 * modes; axis++) {
        double own = piece->width[axis % modes];
        double around = width_after(f, axis % modes, own) - fraction * own;
        around *= depth;
        out->of[axis] = fmax(out->of[axis], fmin(shell.of[axis] + around, ESCAPE_RADIUS));
    }
}

qfp_status qfp_reach_within(const qfp_config *config, double level, int steps, qfp_reach *out)
{
    int modes = config->modes;
    double depth = sqrt(log(1.0 / level));
    double duration = config->times[config->time_count - 1];
    classical_flow flow;
    size_t count;
    qfp_state_piece *pieces = NULL;
    *out = (qfp_reach){.escape_time = duration};
    QFP_TRY(flow_create(config, steps, duration, &flow));
    qfp_status status = qfp_initial_state_pieces(&config->initial, modes, &count, &pieces);
    for (size_t i = 0; status == QFP_OK && i < count; i++)
        for (int shell = 0; shell <= SHELLS; shell++)
            follow_shell(&flow, &pieces[i], depth, (double)shell / SHELLS, duration, out);
    free(pieces);
    flow_destroy(&flow);
    return status;
}

qfp_status qfp_reach_estimate(const qfp_config *config, double level, qfp_reach *out)
{
    return qfp_reach_within(config, level, STEPS_LIMIT, out);
}
