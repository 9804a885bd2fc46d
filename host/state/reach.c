#include "state/reach.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/lindblad.h"
#include "io/config_time.h"
#include "state/initial_state.h"

enum { DIRECTIONS = 48, STEPS_LIMIT = 20000, SHELLS = 4 };
#define ESCAPE_RADIUS 200.0 /* no grid could hold it: n ≥ 4R²/π would be 51 000 per axis */

/* The drift of Q_j and P_j, as flat lists for fast evaluation. */
typedef struct classical_flow {
    int modes, steps;
    qfp_polynomial drift[2 * QFP_MAX_MODES];
    /* What channels with a† in them do to the variance of a quadrature, dV/dt = 2 growth V + noise, at
     * the origin: what heats a state carries it beyond its flow. */
    double growth[QFP_MAX_MODES], noise[QFP_MAX_MODES];
} classical_flow;

static void flow_destroy(classical_flow *f)
{
    for (int v = 0; v < 2 * f->modes; v++)
        qfp_polynomial_destroy(&f->drift[v]);
}

/* dQ/dt = ∂H/∂P/κ, dP/dt = −∂H/∂Q/κ with the Weyl symbol of H. */
static qfp_status add_hamiltonian(const qfp_polynomial *wick, double kappa, classical_flow *f)
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
static qfp_status add_channel(const qfp_channel *channel, classical_flow *f)
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

static qfp_status flow_create(const qfp_config *config, const qfp_polynomial *wick, int steps,
                              classical_flow *f)
{
    const double start = 0.0, once = 1.0;
    qfp_lindblad lindblad;
    *f = (classical_flow){.modes = config->modes, .steps = steps};
    for (int v = 0; v < 2 * f->modes; v++)
        qfp_polynomial_init(&f->drift[v], 2 * f->modes);
    qfp_status status = qfp_config_lindblad(config, 1, &start, &once, &lindblad);
    if (status == QFP_OK)
        status = add_hamiltonian(wick, config->kappa, f);
    for (size_t k = 0; k < lindblad.channel_count && status == QFP_OK; k++)
        status = add_channel(&lindblad.channels[k], f);
    qfp_lindblad_destroy(&lindblad);
    if (status != QFP_OK)
        flow_destroy(f);
    return status;
}

/* A packet as wide as that has become so wide, and was never less so. */
static double width_after(const classical_flow *f, int mode, double width, double duration)
{
    double rate = 2.0 * f->growth[mode], stretch = exp(rate * duration);
    double grown = rate != 0.0 ? (stretch - 1.0) / rate : duration;
    return fmax(width, sqrt(stretch * width * width + 2.0 * f->noise[mode] * grown));
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

static void velocity(const classical_flow *f, const double *z, double *dz)
{
    for (int v = 0; v < 2 * f->modes; v++)
        dz[v] = real_value(&f->drift[v], z);
}

static void rk4_step(const classical_flow *f, const double *z, double h, double *out)
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
    double t = 0.0, h = duration / 16.0;
    if (!record(z, f->modes, 0.0, reach))
        return;
    for (int step = 0; step < f->steps && t < duration; step++) {
        double whole[2 * QFP_MAX_MODES], half[2 * QFP_MAX_MODES], fine[2 * QFP_MAX_MODES];
        if (t + h > duration)
            h = duration - t;
        rk4_step(f, z, h, whole);
        rk4_step(f, z, 0.5 * h, half);
        rk4_step(f, half, 0.5 * h, fine);
        double error = 0.0;
        for (int v = 0; v < n; v++) {
            double difference = fabs(whole[v] - fine[v]);
            if (!(difference <= error)) /* also when it is not a number */
                error = isfinite(difference) ? difference : INFINITY;
        }
        if (error <= 1e-3 || h < 1e-9 * duration) {
            t += h;
            memcpy(z, fine, (size_t)n * sizeof *z);
            if (!record(z, f->modes, t, reach))
                return;
        }
        double factor = error > 0.0 ? 0.9 * pow(1e-3 / error, 0.2) : 4.0;
        h *= fmin(4.0, fmax(0.1, factor));
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
        double around = width_after(f, axis % modes, own, duration) - fraction * own;
        around *= depth;
        out->of[axis] = fmax(out->of[axis], fmin(shell.of[axis] + around, ESCAPE_RADIUS));
    }
}

qfp_status qfp_reach_within(const qfp_config *config, const qfp_polynomial *wick, double level,
                            int steps, qfp_reach *out)
{
    int modes = config->modes;
    double depth = sqrt(log(1.0 / level));
    double duration = config->times[config->time_count - 1];
    classical_flow flow;
    size_t count;
    qfp_state_piece *pieces = NULL;
    *out = (qfp_reach){.escape_time = duration};
    QFP_TRY(flow_create(config, wick, steps, &flow));
    qfp_status status = qfp_initial_state_pieces(&config->initial, modes, &count, &pieces);
    for (size_t i = 0; status == QFP_OK && i < count; i++)
        for (int shell = 0; shell <= SHELLS; shell++)
            follow_shell(&flow, &pieces[i], depth, (double)shell / SHELLS, duration, out);
    free(pieces);
    flow_destroy(&flow);
    return status;
}

qfp_status qfp_reach_estimate(const qfp_config *config, const qfp_polynomial *wick, double level,
                              qfp_reach *out)
{
    return qfp_reach_within(config, wick, level, STEPS_LIMIT, out);
}
