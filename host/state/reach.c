#include "state/reach.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "state/initial_state.h"
#include "state/reach_flow.h"

enum { DIRECTIONS = 48, EVERY_DIRECTION = 6, STEPS_LIMIT = 20000, SHELLS = 4 };
enum { PUSH_STEPS = 2000 };
enum { QUARTER = 4 };       /* intervals of a step, which looks at quarters of it */
#define PUSH_SAFETY 1.2     /* the pushes tried are not quite the cheapest */
#define ESCAPE_RADIUS 200.0 /* no grid could hold it: n ≥ 4R²/π would be 51 000 per axis */

/* A point on its way. */
typedef struct walker {
    const qfp_reach_flow *flow;
    int steps;
    /* Where noise pushes it, at a cost of ∫½w² for dz/dt = … + √D w: along an axis away from the other side,
     * or, in a mode's plane, from the centre. */
    int mode, axis; /* −1: from the centre */
    double from, until, budget;
    size_t slot; /* the part of the run that it is in */
} walker;

/* Returns how strongly, so that nothing jumps where an axis is crossed. */
static double direction_of(const walker *w, const double *z, double *n)
{
    int modes = w->flow->modes, q = w->mode, p = modes + w->mode;
    memset(n, 0, 2 * (size_t)modes * sizeof *n);
    if (w->axis >= 0) {
        n[w->axis] = z[w->axis] < 0.0 ? -1.0 : 1.0;
        return fabs(z[w->axis]) / hypot(z[w->axis], 0.5);
    }
    double length = hypot(z[q], z[p]);
    n[q] = length > 0.0 ? z[q] / length : 1.0;
    n[p] = length > 0.0 ? z[p] / length : 0.0;
    return 1.0;
}

/* *spends: the cost per time.  Against a drift inwards the cheapest way out is that way back, at twice its
 * speed; elsewhere the budget is spread over the time that is left of the push.  Noise that hardly acts along n, as
 * that of dephasing, which turns, pushes no faster sidewards for it. */
static void velocity(const walker *w, double t, const double *z, double left, double *dz,
                     double *spends)
{
    double n[2 * QFP_MAX_MODES], push[2 * QFP_MAX_MODES], outwards = 0.0, noise = 0.0, all = 0.0;
    int axes = 2 * w->flow->modes;
    qfp_reach_flow_velocity(w->flow, w->slot, z, dz);
    *spends = 0.0;
    if (!(left > 0.0) || t < w->from || t >= w->until)
        return;
    double strength = direction_of(w, z, n);
    qfp_reach_flow_noise(w->flow, w->slot, z, n, push);
    for (int v = 0; v < axes; v++) {
        noise += n[v] * push[v];
        all += push[v] * push[v];
        outwards += n[v] * dz[v];
    }
    if (!(noise > 0.0))
        return;
    double even = sqrt(2.0 * noise * w->budget / (w->until - w->from));
    double speed = strength * noise / sqrt(all) * fmax(even, -2.0 * outwards);
    for (int v = 0; v < axes; v++)
        dz[v] += speed / noise * push[v]; /* w ∝ √D n */
    *spends = 0.5 * speed * speed / noise;
}

/* z and, behind it, what is left of the budget. */
static void rk4_step(const walker *w, double t, const double *z, double h, double *out)
{
    static const double offset[4] = {0.0, 0.5, 0.5, 1.0}, weight[4] = {1, 2, 2, 1};
    double k[2 * QFP_MAX_MODES + 1] = {0}, at[2 * QFP_MAX_MODES + 1];
    double sum[2 * QFP_MAX_MODES + 1] = {0};
    int n = 2 * w->flow->modes;
    for (int s = 0; s < 4; s++) {
        for (int v = 0; v <= n; v++)
            at[v] = z[v] + offset[s] * h * k[v];
        velocity(w, t + offset[s] * h, at, at[n], k, &k[n]);
        k[n] = -k[n];
        for (int v = 0; v <= n; v++)
            sum[v] += weight[s] * k[v];
    }
    for (int v = 0; v <= n; v++)
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
static void follow(const walker *start, const double *from, double duration, qfp_reach *reach)
{
    enum { MOST = 2 * QFP_MAX_MODES + 1 };
    walker w = *start;
    int modes = w.flow->modes, n = 2 * modes;
    /* no step passes by a push */
    double longest = w.budget > 0.0 ? 0.25 * (w.until - w.from) : duration;
    double t = 0.0, proposed = fmin(duration / 16.0, longest), z[MOST];
    memcpy(z, from, (size_t)n * sizeof *z);
    z[n] = w.budget;
    w.slot = 0;
    if (!record(z, modes, 0.0, reach))
        return;
    for (int step = 0; step < w.steps && t < duration; step++) {
        double whole[MOST], half[MOST], fine[MOST];
        bool is_last = w.slot + 1 == w.flow->slots;
        double end = is_last ? duration : duration * (double)(w.slot + 1) / (double)w.flow->slots;
        double h = fmin(proposed, end - t);
        rk4_step(&w, t, z, h, whole);
        rk4_step(&w, t, z, 0.5 * h, half);
        rk4_step(&w, t + 0.5 * h, half, 0.5 * h, fine);
        double error = 0.0;
        for (int v = 0; v < n; v++) {
            double difference = fabs(whole[v] - fine[v]);
            if (!(difference <= error)) /* also when it is not a number */
                error = isfinite(difference) ? difference : INFINITY;
        }
        if (error <= 1e-3 || h < 1e-9 * duration) {
            bool at_end = h >= end - t;
            t = at_end ? end : t + h;
            w.slot += at_end && !is_last;
            memcpy(z, fine, ((size_t)n + 1) * sizeof *z);
            if (!record(z, modes, t, reach))
                return;
        }
        double factor = error > 0.0 ? 0.9 * pow(1e-3 / error, 0.2) : 4.0;
        factor = fmin(4.0, fmax(0.1, factor));
        proposed = fmin(longest, factor > 1.0 ? fmax(proposed, h * factor) : h * factor);
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

static void join(const qfp_reach *shell, const double *around, int modes, qfp_reach *out)
{
    out->escapes = out->escapes || shell->escapes;
    out->escape_time = fmin(out->escape_time, shell->escape_time);
    for (int axis = 0; axis < 2 * modes; axis++)
        out->of[axis] = fmax(out->of[axis], fmin(shell->of[axis] + around[axis], ESCAPE_RADIUS));
}

/* The contour at `fraction` of the depth, and what is left of the depth around each of its
 * points. */
static void follow_shell(const walker *w, const qfp_state_piece *piece, double depth,
                         double fraction, qfp_reach *out)
{
    int modes = w->flow->modes, directions = DIRECTIONS * (modes + (modes > 1 ? 2 : 0));
    double around[2 * QFP_MAX_MODES] = {0};
    qfp_reach shell = {.escape_time = w->flow->duration};
    uint64_t random = 1;
    for (int d = 0; d < directions; d++) {
        double z[2 * QFP_MAX_MODES];
        contour_point(piece, modes, fraction * depth, d, &random, z);
        follow(w, z, w->flow->duration, &shell);
    }
    for (int axis = 0; axis < 2 * modes; axis++)
        around[axis] = (1.0 - fraction) * depth * piece->width[axis % modes];
    join(&shell, around, modes, out);
}

/* Where noise takes the contour at `fraction` of the depth: W falls like e^{−d² − ∫½w²}, so that what the
 * distance leaves of depth² is for a push.  It begins at the start or halfway, and lasts as long as there
 * is time or a quarter of that. */
static void push_shell(const walker *plain, const qfp_state_piece *piece, double depth,
                       double fraction, qfp_reach *out)
{
    int modes = plain->flow->modes, directions = DIRECTIONS * modes;
    double duration = plain->flow->duration, nothing[2 * QFP_MAX_MODES] = {0};
    qfp_reach shell = {.escape_time = duration};
    uint64_t random = 1;
    walker w = *plain;
    w.steps = w.steps < PUSH_STEPS ? w.steps : PUSH_STEPS;
    w.budget = PUSH_SAFETY * depth * depth * (1.0 - fraction * fraction);
    for (int d = 0; d < directions; d += EVERY_DIRECTION)
        for (int way = 0; way < 3 * modes; way++)
            for (int when = 0; when < 4; when++) {
                double z[2 * QFP_MAX_MODES];
                w.mode = way % modes;
                w.axis = way < 2 * modes ? way : -1;
                w.from = when < 2 ? 0.0 : 0.5 * duration;
                w.until = w.from + (when % 2 == 0 ? 1.0 : 0.25) * (duration - w.from);
                contour_point(piece, modes, fraction * depth, d, &random, z);
                follow(&w, z, duration, &shell);
            }
    join(&shell, nothing, modes, out);
}

qfp_status qfp_reach_within(const qfp_config *config, double level, int steps, qfp_reach *out)
{
    static const double pushed[3] = {0.25, 0.6, 0.9};
    int modes = config->modes;
    double depth = sqrt(log(1.0 / level));
    qfp_reach_flow flow;
    size_t count;
    qfp_state_piece *pieces = NULL;
    QFP_TRY(qfp_reach_flow_create(config, &flow));
    const walker w = {.flow = &flow, .steps = steps};
    *out = (qfp_reach){.escape_time = flow.duration};
    qfp_status status = qfp_initial_state_pieces(&config->initial, modes, depth, &count, &pieces);
    for (size_t i = 0; status == QFP_OK && i < count; i++) {
        for (int shell = 0; shell <= SHELLS; shell++)
            follow_shell(&w, &pieces[i], depth, (double)shell / SHELLS, out);
        for (int shell = 0; flow.noises > 0 && shell < 3; shell++)
            push_shell(&w, &pieces[i], depth, pushed[shell], out);
    }
    free(pieces);
    qfp_reach_flow_destroy(&flow);
    return status;
}

qfp_status qfp_reach_estimate(const qfp_config *config, double level, qfp_reach *out)
{
    return qfp_reach_within(config, level, STEPS_LIMIT, out);
}
