#include "state/reach.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "state/initial_state.h"
#include "state/reach_memo.h"
#include "state/reach_walk.h"

enum { DIRECTIONS = 48, COARSE = 3, EVERY_DIRECTION = 6, STEPS_LIMIT = 20000, SHELLS = 4 };
enum { PUSH_STEPS = 2000, PUSHED = 3, WHENS = 4, VALUES_PER_STEP = 6 };
#define MOST_VALUES                                                                                \
    3e6 /* of the flow, for contours and again for pushes: 0.15 s of one mode, 0.5 s of four */
#define FEW_STEPS 400.0 /* rather fewer directions */
#define PUSH_SAFETY 1.2 /* the pushes tried are not quite the cheapest */

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

/* Before anything is seen. */
static qfp_reach begin(double duration)
{
    qfp_reach reach = {.escape_time = duration};
    for (int axis = 0; axis < 2 * QFP_MAX_MODES; axis++) {
        reach.low[axis] = INFINITY;
        reach.high[axis] = -INFINITY;
    }
    return reach;
}

static void join(const qfp_reach *shell, const double *around, int modes, qfp_reach *out)
{
    out->evaluations += shell->evaluations;
    out->escapes = out->escapes || shell->escapes;
    out->escape_time = fmin(out->escape_time, shell->escape_time);
    for (int axis = 0; axis < 2 * modes; axis++) {
        out->of[axis] =
            fmax(out->of[axis], fmin(shell->of[axis] + around[axis], QFP_ESCAPE_RADIUS));
        out->low[axis] = fmin(out->low[axis], shell->low[axis] - around[axis]);
        out->high[axis] = fmax(out->high[axis], shell->high[axis] + around[axis]);
    }
}

/* All contours of a state. */
typedef struct contours {
    qfp_walker walker;
    double depth;
    size_t count;
    const qfp_state_piece *pieces;
    int stride; /* of the directions that are followed first */
} contours;

static int directions_of(int modes)
{
    return DIRECTIONS * (modes + (modes > 1 ? 2 : 0));
}

static bool is_ring(const qfp_state_piece *piece, int modes)
{
    bool ring = false;
    for (int j = 0; j < modes; j++)
        ring = ring || piece->ring[j] > 0.0;
    return ring;
}

/* The contour at `fraction` of the depth, in one direction of `stride` or (rest) in the others, and what is left of
 * the depth around each of its points. */
static void follow_shell(const contours *c, const qfp_state_piece *piece, double fraction,
                         bool rest, qfp_reach *out)
{
    int modes = c->walker.flow->modes, directions = directions_of(modes);
    double around[2 * QFP_MAX_MODES] = {0};
    qfp_reach shell = begin(c->walker.flow->duration);
    uint64_t random = 1;
    if (fraction == 0.0 && !is_ring(piece, modes))
        directions = 1; /* the centre */
    for (int d = 0; d < directions; d++) {
        double z[2 * QFP_MAX_MODES];
        contour_point(piece, modes, fraction * c->depth, d, &random, z);
        if ((d % c->stride != 0) == rest)
            qfp_walker_follow(&c->walker, z, &shell);
    }
    for (int axis = 0; axis < 2 * modes; axis++)
        around[axis] = (1.0 - fraction) * c->depth * piece->width[axis % modes];
    join(&shell, around, modes, out);
}

static void follow_shells(const contours *c, bool rest, qfp_reach *out)
{
    for (size_t i = 0; i < c->count; i++)
        for (int shell = 0; shell <= SHELLS; shell++)
            follow_shell(c, &c->pieces[i], (double)shell / SHELLS, rest, out);
}

/* Of `ways` to be followed, how many values each may take; every direction, then one of two, four, … where they would
 * be too few. */
static int share_out(double ways, int limit, int most_stride, int *stride)
{
    double steps = MOST_VALUES / (VALUES_PER_STEP * ways) * *stride;
    for (; steps < FEW_STEPS && *stride < most_stride; *stride *= 2)
        steps *= 2.0;
    return (int)fmin(fmax(steps, 1.0), limit);
}

/* The directions between those of the first pass where that was cheap. */
static void follow_contours(contours *c, int limit, qfp_reach *out)
{
    double ways = (double)c->count * SHELLS * directions_of(c->walker.flow->modes);
    c->stride = COARSE;
    c->walker.steps = share_out(ways, limit, DIRECTIONS / 2, &c->stride);
    follow_shells(c, false, out);
    if (out->evaluations * c->stride <= MOST_VALUES)
        follow_shells(c, true, out);
}

/* Where noise takes the contour at `fraction` of the depth: W falls like e^{−d² − ∫½w²}, so that what the
 * distance leaves of depth² is for a push.  It begins at the start or halfway, and lasts as long as there
 * is time or a quarter of that. */
static void push_shell(const contours *c, const qfp_state_piece *piece, double fraction,
                       qfp_reach *out)
{
    qfp_walker w = c->walker;
    int modes = w.flow->modes, directions = DIRECTIONS * modes;
    double duration = w.flow->duration, nothing[2 * QFP_MAX_MODES] = {0};
    qfp_reach shell = begin(duration);
    uint64_t random = 1;
    w.budget = PUSH_SAFETY * c->depth * c->depth * (1.0 - fraction * fraction);
    for (int d = 0; d < directions; d += c->stride)
        for (int way = 0; way < 3 * modes; way++)
            for (int when = 0; when < WHENS; when++) {
                double z[2 * QFP_MAX_MODES];
                w.mode = way % modes;
                w.axis = way < 2 * modes ? way : -1;
                w.from = when < 2 ? 0.0 : 0.5 * duration;
                w.until = w.from + (when % 2 == 0 ? 1.0 : 0.25) * (duration - w.from);
                contour_point(piece, modes, fraction * c->depth, d, &random, z);
                qfp_walker_follow(&w, z, &shell);
            }
    join(&shell, nothing, modes, out);
}

static void push_contours(contours *c, int limit, qfp_reach *out)
{
    static const double pushed[PUSHED] = {0.25, 0.6, 0.9};
    int modes = c->walker.flow->modes;
    double ways = (double)c->count * PUSHED * DIRECTIONS * modes * 3.0 * modes * WHENS;
    c->stride = EVERY_DIRECTION;
    c->walker.steps =
        share_out(ways, limit < PUSH_STEPS ? limit : PUSH_STEPS, DIRECTIONS / 2, &c->stride);
    for (size_t i = 0; i < c->count; i++)
        for (int shell = 0; shell < PUSHED; shell++)
            push_shell(c, &c->pieces[i], pushed[shell], out);
}

static qfp_status find(const qfp_config *config, const qfp_reach_flow *flow, double level,
                       int steps, qfp_reach *out)
{
    contours c = {.walker = {.flow = flow}, .depth = sqrt(log(1.0 / level))};
    qfp_state_piece *pieces = NULL;
    qfp_reach_key key = {0};
    qfp_status status;
    QFP_TRY_GOTO(
        qfp_initial_state_pieces(&config->initial, flow->modes, c.depth, &c.count, &pieces));
    QFP_TRY_GOTO(qfp_reach_key_create(flow, c.count, pieces, level, steps, &key));
    if (qfp_reach_recall(&key, out))
        goto done;
    c.pieces = pieces;
    *out = begin(flow->duration);
    follow_contours(&c, steps, out);
    if (flow->noises > 0)
        push_contours(&c, steps, out);
    qfp_reach_remember(&key, out);
done:
    free(key.value);
    free(pieces);
    return status;
}

static qfp_status find_each(const qfp_config *config, size_t count, const double *levels, int steps,
                            qfp_reach *out)
{
    qfp_reach_flow flow;
    QFP_TRY(qfp_reach_flow_create(config, &flow));
    qfp_status status = QFP_OK;
    for (size_t i = 0; i < count && status == QFP_OK; i++)
        status = find(config, &flow, levels[i], steps, &out[i]);
    qfp_reach_flow_destroy(&flow);
    return status;
}

qfp_status qfp_reach_within(const qfp_config *config, double level, int steps, qfp_reach *out)
{
    return find_each(config, 1, &level, steps, out);
}

qfp_status qfp_reach_estimate(const qfp_config *config, double level, qfp_reach *out)
{
    return find_each(config, 1, &level, STEPS_LIMIT, out);
}

qfp_status qfp_reach_estimate_each(const qfp_config *config, size_t count, const double *levels,
                                   qfp_reach *out)
{
    return find_each(config, count, levels, STEPS_LIMIT, out);
}
