#include "state/reach_walk.h"

#include <math.h>
#include <string.h>

#define TOLERANCE                                                                                  \
    1e-4 /* of a step: only the radius is wanted, but a few hundred turns later still */
enum { STAGES = 7, AXES = 2 * QFP_MAX_MODES, PLACES = AXES + 1 };

/* Returns how strongly, so that nothing jumps where an axis is crossed. */
static double direction_of(const qfp_walker *w, const double *z, double *n)
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

/* A way in progress: z and, behind it, what is left of the budget. */
typedef struct way {
    const qfp_walker *w;
    qfp_reach *reach;
    double t, at[PLACES], slope[PLACES]; /* slope: the velocity there, in the present slot */
    size_t slot;                         /* the part of the run that it is in */
} way;

/* dz [2N] and, behind it, minus the cost per time.  Against a drift inwards the cheapest way out is that way back, at
 * twice its speed; elsewhere the budget is spread over the time that is left of the push.  Noise that hardly acts
 * along n, as that of dephasing, which turns, pushes no faster sidewards for it. */
static void velocity(way *y, double t, const double *z, double *dz)
{
    const qfp_walker *w = y->w;
    double n[AXES], push[AXES], outwards = 0.0, noise = 0.0, all = 0.0;
    int axes = 2 * w->flow->modes;
    y->reach->evaluations += 1.0;
    qfp_reach_flow_velocity(w->flow, y->slot, z, dz);
    dz[axes] = 0.0;
    if (!(z[axes] > 0.0) || t < w->from || t >= w->until)
        return;
    double strength = direction_of(w, z, n);
    qfp_reach_flow_noise(w->flow, y->slot, z, n, push);
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
    dz[axes] = -0.5 * speed * speed / noise;
}

/* Dormand and Prince, order 5 with an embedded 4: k[0] is the slope here, k[6] that at `out`.  Returns the largest
 * difference of the two, INFINITY where one is not a number. */
static double step(way *y, double h, double k[STAGES][PLACES], double *out)
{
    static const double node[STAGES] = {0.0, 0.2, 0.3, 0.8, 8.0 / 9.0, 1.0, 1.0};
    static const double a[STAGES][STAGES - 1] = {
        {0.0},
        {1.0 / 5.0},
        {3.0 / 40.0, 9.0 / 40.0},
        {44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0},
        {19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0},
        {9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0},
        {35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0}};
    static const double difference[STAGES] = {
        71.0 / 57600.0,      0.0,          -71.0 / 16695.0, 71.0 / 1920.0,
        -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0};
    int n = 2 * y->w->flow->modes;
    double error = 0.0;
    memcpy(k[0], y->slope, ((size_t)n + 1) * sizeof *k[0]);
    for (int s = 1; s < STAGES; s++) {
        for (int v = 0; v <= n; v++) {
            double sum = 0.0;
            for (int i = 0; i < s; i++)
                sum += a[s][i] * k[i][v];
            out[v] = y->at[v] + h * sum;
        }
        velocity(y, y->t + node[s] * h, out, k[s]);
    }
    for (int v = 0; v < n; v++) {
        double sum = 0.0;
        for (int s = 0; s < STAGES; s++)
            sum += difference[s] * k[s][v];
        sum = fabs(h * sum);
        if (!(sum <= error)) /* also when it is not a number */
            error = isfinite(sum) ? sum : INFINITY;
    }
    return error;
}

/* Whether this point is still within reach of a grid. */
static bool record(const double *z, int modes, double t, qfp_reach *reach)
{
    bool inside = true;
    for (int axis = 0; axis < 2 * modes; axis++)
        inside = inside && fabs(z[axis]) < QFP_ESCAPE_RADIUS;
    if (!inside) {
        reach->escapes = true;
        reach->escape_time = fmin(reach->escape_time, t);
    }
    for (int axis = 0; axis < 2 * modes; axis++) {
        reach->of[axis] = reach->escapes ? QFP_ESCAPE_RADIUS : fmax(reach->of[axis], fabs(z[axis]));
        reach->low[axis] = fmin(reach->low[axis], z[axis]);
        reach->high[axis] = fmax(reach->high[axis], z[axis]);
    }
    return inside;
}

/* The quarters of a step and its end, by the cubic with the slopes of both ends: a step may be half a turn of a
 * fast rotation. */
static bool record_step(const way *y, double h, const double *out, const double *slope)
{
    enum { QUARTERS = 4 };
    int modes = y->w->flow->modes;
    bool inside = true;
    for (int i = 1; i <= QUARTERS && inside; i++) {
        double z[AXES], at = (double)i / QUARTERS;
        for (int v = 0; v < 2 * modes; v++) {
            double whole = out[v] - y->at[v];
            double bend =
                (1.0 - 2.0 * at) * whole + (at - 1.0) * h * y->slope[v] + at * h * slope[v];
            z[v] = y->at[v] + at * whole + at * (at - 1.0) * bend;
        }
        inside = record(i < QUARTERS ? z : out, modes, y->t + at * h, y->reach);
    }
    return inside;
}

/* The time in which the point moves about as far as it is out, or by 1. */
static double pace(const way *y)
{
    int n = 2 * y->w->flow->modes;
    double far = 1.0, speed = 0.0;
    for (int v = 0; v < n; v++) {
        far += fabs(y->at[v]);
        speed += fabs(y->slope[v]);
    }
    return speed > 0.0 ? far / speed : INFINITY;
}

void qfp_walker_follow(const qfp_walker *w, const double *z, qfp_reach *reach)
{
    int n = 2 * w->flow->modes;
    double duration = w->flow->duration;
    /* no step passes by a push */
    double longest = w->budget > 0.0 ? 0.25 * (w->until - w->from) : duration;
    way y = {.w = w, .reach = reach};
    memcpy(y.at, z, (size_t)n * sizeof *z);
    y.at[n] = w->budget;
    if (!record(z, w->flow->modes, 0.0, reach))
        return;
    velocity(&y, 0.0, y.at, y.slope);
    double proposed = fmin(fmin(duration / 16.0, longest), pace(&y));
    for (int i = 0; i < w->steps && y.t < duration; i++) {
        double k[STAGES][PLACES], out[PLACES];
        bool is_last = y.slot + 1 == w->flow->slots;
        double end = is_last ? duration : duration * (double)(y.slot + 1) / (double)w->flow->slots;
        double h = fmin(proposed, end - y.t), error = step(&y, h, k, out);
        if (error <= TOLERANCE || h < 1e-9 * fmin(duration, pace(&y))) {
            bool at_end = h >= end - y.t;
            if (!record_step(&y, h, out, k[STAGES - 1]))
                return;
            y.t = at_end ? end : y.t + h;
            memcpy(y.at, out, ((size_t)n + 1) * sizeof *out);
            memcpy(y.slope, k[STAGES - 1], ((size_t)n + 1) * sizeof *out);
            if (at_end && !is_last) {
                y.slot++;
                velocity(&y, y.t, y.at, y.slope);
            }
        }
        double factor = error > 0.0 ? 0.9 * pow(TOLERANCE / error, 0.2) : 4.0;
        factor = fmin(4.0, fmax(0.1, factor));
        proposed = fmin(longest, factor > 1.0 ? fmax(proposed, h * factor) : h * factor);
    }
}
