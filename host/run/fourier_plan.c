/* fourier_plan.c - grid, memory and time of a run in the Fourier basis, by the rules
 * of qfp/plan.h. */
#include "run/fourier_ranks.h"
#include "run/fourier_plan.h"

#include <math.h>
#include <stdio.h>

#include "core/ranks.h"
#include "evolve/grid_generator.h"
#include "run/basis.h"
#include "run/engine.h"
#include "run/field_output.h"
#include "run/flow_choice.h"
#include "run/flow_witness.h"
#include "run/fourier_frame.h"
#include "run/fourier_open.h"
#include "run/fourier_state.h"
#include "run/fourier_trial.h"
#include "run/fourier_wehrl.h"
#include "state/initial_state.h"
#include "state/reach.h"

#define MARGIN 1.05      /* room beyond the contour: the tail behind it still has to fade */
#define TAPERED 1.03     /* the fade begins in the first half of that room */
#define OVERHANG 1.06    /* a grid smaller than the reach is faded out just beyond what it holds */
#define WITNESSED 1.5    /* times the time of a frame by steps: that of a flow has its witness */
#define WIDEST 1.6       /* Q against u: √2 times the contour's depth, at most that much wider */
#define LIBRARIES 4e5    /* bytes of FFTW's plans */
#define LONG_BOX 2.0     /* sides of a box that auto leaves to Krylov */
#define WORTH_MOVING 1.5 /* times fewer cells */
#define FRAMES_PER_UNIT                                                                            \
    32.0 /* a centre of few binary digits: symbols that are moved there keep theirs */
enum { MOST_POINTS = 1 << 15 };

/* The next even number ≥ n whose prime factors are 2, 3, 5 and 7: what FFTs are quick at. */
static int next_fast_even(double n)
{
    if (n > MOST_POINTS)
        return MOST_POINTS;
    for (int candidate = n < 8.0 ? 8 : 2 * (int)ceil(0.5 * n);; candidate += 2) {
        int rest = candidate;
        const int primes[] = {2, 3, 5, 7};
        for (int i = 0; i < 4; i++)
            while (rest % primes[i] == 0)
                rest /= primes[i];
        if (rest == 1)
            return candidate;
    }
}

/* n and the boxes of one mode from its reach along both axes; what the user gave stays.  With all
 * free, n = 4 R_Q R_P/π rounded up, and what rounding gained is shared between box and
 * wavenumbers. */
static void size_mode(int given_points, double given_extent, double reach_q, double reach_p,
                      int *points, double *extent_q, double *extent_p)
{
    double q = MARGIN * reach_q, p = MARGIN * reach_p;
    *points = given_points;
    *extent_q = *extent_p = given_extent;
    if (given_points == 0 && given_extent > 0.0)
        *points = next_fast_even(2.0 * fmax(q, p) * given_extent / M_PI);
    else if (given_points == 0)
        *points = next_fast_even(4.0 * q * p / M_PI);
    if (given_extent == 0.0) {
        *extent_q = sqrt(M_PI * *points * q / p);
        *extent_p = sqrt(M_PI * *points * p / q);
    }
}

/* Symbols are kept by rows, and a window of a mode as a whole: of the generator, the observables, the
 * current, the edges and the rim. */
static double symbol_bytes(const qfp_plan *plan)
{
    const double rows = 54.0, windows = 7.0;
    double last = plan->points[plan->modes - 1];
    return 8.0 * (rows * plan->cells / last + windows * last * last);
}

static void count_bytes(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan)
{
    double share = qfpi_fourier_share(config, plan), real = config->single_precision ? 4.0 : 8.0;
    double state = real * plan->cells * share, spectral = state;
    int last = plan->modes - 1;
    qfp_grid shape = qfp_engine_shape(plan);
    spectral *= 1.0 + 2.0 / plan->points[last];
    plan->bytes_state = state;
    plan->bytes_generator = 5.0 * spectral + state;
    if (config->channel_count > 0) /* squares: K u beside u */
        plan->bytes_generator += 2.0 * spectral + state;
    plan->bytes_transforms =
        qfp_engine_backend(config)->grid->transform_bytes(&shape, qfp_engine_precision(config)) *
            share +
        qfpi_fourier_exchanged_bytes(plan, real, share);
    int shown = config->husimi_points;
    double tables = qfp_synthesis_bytes(plan->modes, plan->points, shown, 0.0);
    plan->bytes_output = 6.0 * state + 5.0 * spectral + symbol_bytes(plan) * share + LIBRARIES +
                         qfp_wehrl_bytes(plan, real) * share + 2.0 * tables +
                         8.0 * plan->modes * shown * shown;
    if (config->husimi_full)
        plan->bytes_output +=
            (qfp_synthesis_bytes(plan->modes, plan->points, shown, real) - tables) * share +
            qfp_synthesis_full_bytes(plan->modes, shown);
    if (config->plane_count > 0)
        plan->bytes_output +=
            qfp_synthesis_plane_bytes(plan->modes, plan->points, shown, plan->cells, real);
    plan->bytes_output += qfp_field_output_bytes(config) + qfpi_fourier_state_bytes(config, plan) +
                          qfp_initial_state_bytes(&config->initial, plan->modes, plan->points);
    qfp_plan_vectors(config,
                     plan->bytes_state + plan->bytes_generator + plan->bytes_transforms +
                         plan->bytes_output,
                     plan);
    if (plan->by_flow) { /* in place of vectors of the generator */
        int degree = qfp_polynomial_degree(equation->wick, 0, equation->wick->variables);
        plan->bytes_total -= plan->bytes_propagator;
        plan->krylov_vectors = 0;
        plan->bytes_propagator = qfp_mode_flow_bytes(plan->modes, plan->points, degree, false) +
                                 qfp_flow_witness_bytes(plan->modes, plan->points, degree);
        plan->bytes_total += plan->bytes_propagator;
    }
}

/* Away from its centre a state's u falls like e^{−d²/2(1−c)}: its contour at `tolerance` is the
 * contour of the Wigner function, e^{−d²}, at tolerance^{2(1−c)}.  Q is the case c = 0. */
static qfp_status estimate_reaches(const qfp_config *config, const qfp_equation *equation,
                                   qfp_reach *of_u, qfp_reach *of_q)
{
    const double levels[2] = {pow(config->tolerance, 2.0 * (1.0 - equation->c)),
                              config->tolerance * config->tolerance};
    qfp_reach found[2];
    QFP_TRY(qfp_reach_estimate_each(config, 2, levels, found));
    *of_u = found[0];
    *of_q = found[1];
    return QFP_OK;
}

/* How far it comes from a point on an axis. */
static double reach_from(const qfp_reach *reach, int axis, double centre)
{
    return fmax(reach->high[axis] - centre, centre - reach->low[axis]);
}

/* Where a state stays away from the origin the box is put around what it covers, and both reaches are told from there. */
static void choose_centre(const qfp_config *config, const qfp_equation *equation, qfp_reach *reach,
                          qfp_reach *wide, qfp_plan *plan)
{
    double fewer = 1.0, centre[2 * QFP_MAX_MODES];
    bool is_free = true;
    for (int j = 0; j < config->modes; j++)
        is_free = is_free && config->points[j] == 0 && config->extent[j] == 0.0;
    if (!is_free || reach->escapes || wide->escapes || !qfp_fourier_frame_serves(config, equation))
        return;
    for (int axis = 0; axis < 2 * config->modes; axis++) { /* of α = (Q + iP)/√2 */
        double middle = 0.5 * M_SQRT1_2 * (reach->low[axis] + reach->high[axis]);
        centre[axis] = M_SQRT2 * round(FRAMES_PER_UNIT * middle) / FRAMES_PER_UNIT;
        /* as many points along Q as along P, each from both reaches of the mode */
        double narrower = reach->of[axis] / reach_from(reach, axis, centre[axis]);
        fewer *= narrower * narrower;
    }
    if (!(fewer > WORTH_MOVING))
        return;
    for (int axis = 0; axis < 2 * config->modes; axis++) {
        plan->centre[axis] = centre[axis];
        reach->of[axis] = reach_from(reach, axis, centre[axis]);
        wide->of[axis] = reach_from(wide, axis, centre[axis]);
    }
}

/* A flow moves kets, whose tails are the roots of those of u: its grid holds the contour of Q.  Auto leaves a given
 * grid to Krylov, which needs less of one. */
static bool takes_flow(const qfp_config *config, const qfp_equation *equation,
                       const qfp_reach *wide)
{
    bool is_free = config->points[0] == 0 && config->extent[0] == 0.0;
    bool is_asked = config->integrator == QFP_INTEGRATOR_SPLIT ||
                    (config->integrator == QFP_INTEGRATOR_AUTO && is_free);
    qfp_grid shape = {.modes = config->modes};
    if (!is_asked || wide->escapes || qfp_fourier_flow_lacks(config, equation) != NULL)
        return false;
    for (int j = 0; j < config->modes; j++) {
        double aspect = wide->of[j] / wide->of[config->modes + j];
        /* the corners of a long box are beyond its ellipse of number states, and a state that is there for a short time
         * is known by the box only */
        if (config->integrator == QFP_INTEGRATOR_AUTO && fmax(aspect, 1.0 / aspect) > LONG_BOX)
            return false;
        size_mode(config->points[j], config->extent[j], wide->of[j], wide->of[config->modes + j],
                  &shape.points[j], &shape.extent[j], &shape.extent[config->modes + j]);
    }
    return qfp_mode_flow_lacks(&shape) == NULL;
}

static void size_grid(const qfp_config *config, const qfp_reach *reach, const qfp_reach *wide,
                      qfp_plan *plan)
{
    plan->cells = 1.0;
    plan->flow_escapes = reach->escapes;
    plan->escape_time = reach->escape_time;
    for (int j = 0; j < config->modes; j++) {
        int q = j, p = config->modes + j;
        const double *held = plan->by_flow ? wide->of : reach->of;
        plan->reach[q] = held[q];
        plan->reach[p] = held[p];
        plan->husimi_reach[q] = fmin(wide->of[q], WIDEST * reach->of[q]);
        plan->husimi_reach[p] = fmin(wide->of[p], WIDEST * reach->of[p]);
        size_mode(config->points[j], config->extent[j], held[q], held[p], &plan->points[j],
                  &plan->extent[q], &plan->extent[p]);
        plan->cells *= (double)plan->points[j] * (double)plan->points[j];
        double held_q = fmin(0.5 * plan->extent[q], 0.5 * M_PI * plan->points[j] / plan->extent[p]);
        double held_p = fmin(0.5 * plan->extent[p], 0.5 * M_PI * plan->points[j] / plan->extent[q]);
        double least = plan->by_flow ? INFINITY : TAPERED; /* a flow fades nothing out */
        plan->taper[q] = fmin(least * held[q], OVERHANG * held_q);
        plan->taper[p] = fmin(least * held[p], OVERHANG * held_p);
        plan->underresolved |= held_q < held[q] || held_p < held[p];
    }
}

/* Of several modes a flow has its price. */
static qfp_status reconsider_flow(const qfp_config *config, const qfp_equation *equation,
                                  const qfp_reach *reach, const qfp_reach *wide, qfp_plan *plan)
{
    qfp_plan steps = *plan;
    qfp_fourier_frame frame;
    bool is_cheaper;
    steps.by_flow = steps.underresolved = 0;
    size_grid(config, reach, wide, &steps);
    count_bytes(config, equation, plan);
    qfp_status status = qfp_fourier_frame_create(config, equation, plan, &frame);
    if (status == QFP_OK)
        status = qfp_flow_is_cheaper(config, frame.equation, &steps, plan, &is_cheaper);
    qfp_fourier_frame_destroy(&frame);
    QFP_TRY(status);
    if (!is_cheaper || plan->bytes_total > 0.9 * plan->bytes_available)
        *plan = steps;
    return QFP_OK;
}

void qfp_grid_describe(const qfp_plan *plan, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int j = 0; j < plan->modes && used < size; j++)
        used += (size_t)snprintf(text + used, size - used, "%s%d²", j > 0 ? " × " : "",
                                 plan->points[j]);
}

static qfp_status refuse_escape(const qfp_config *config, const qfp_plan *out)
{
    return QFP_FAIL(
        QFP_RESOLUTION,
        "%s: the classical flow leaves every box: from the contour of the initial state "
        "at the tolerance %g motion is unbounded, as over a barrier, and has run away "
        "at t = %.3g, before the last of output.times, %.6g; no grid holds that. Take "
        "output.times that end before, or basis: fock with solver.levels given, which "
        "watches what leaves them",
        config->path, config->tolerance, out->escape_time, config->times[config->time_count - 1]);
}

static bool ranks_hold(const qfp_config *config, const qfp_equation *equation, int ranks,
                       qfp_plan *plan)
{
    qfp_config cluster = *config;
    cluster.cluster.ranks = ranks;
    count_bytes(&cluster, equation, plan);
    return plan->bytes_total <= 0.9 * plan->bytes_available;
}

/* The fewest ranks, each with as much memory, that hold the run; 0: no number of them does. */
static int fewest_ranks(const qfp_config *config, const qfp_equation *equation,
                        const qfp_plan *plan)
{
    qfp_plan tried = *plan;
    int too_few = plan->ranks, enough = plan->points[0];
    if (!ranks_hold(config, equation, enough, &tried))
        return 0;
    while (enough - too_few > 1) {
        int middle = too_few + (enough - too_few) / 2;
        *(ranks_hold(config, equation, middle, &tried) ? &enough : &too_few) = middle;
    }
    return enough;
}

static qfp_status refuse(const qfp_config *config, const qfp_equation *equation,
                         const qfp_plan *out)
{
    char grid[128], several[80] = "";
    if (out->flow_escapes)
        return refuse_escape(config, out);
    int fewest = fewest_ranks(config, equation, out);
    if (fewest > 0)
        snprintf(several, sizeof several, ", or take %d processes with as much each (mpirun)",
                 fewest);
    qfp_grid_describe(out, grid, sizeof grid);
    const char *advice = out->bytes_output > 0.5 * out->bytes_total
                             ? "ask for fewer output.husimi.points, or without full and fields"
                         : config->points[0] > 0
                             ? "lower solver.grid.points or raise solver.tolerance"
                             : "raise solver.tolerance or take fewer modes";
    return QFP_FAIL(QFP_MEMORY,
                    "%s: solver.grid: %s = %.3g cells need %.3g GB (state %.3g GB, generator %.3g, "
                    "transforms %.3g, propagator %.3g, output %.3g), %s has %.3g GB; %s%s",
                    config->path, grid, out->cells, out->bytes_total / 1e9, out->bytes_state / 1e9,
                    out->bytes_generator / 1e9, out->bytes_transforms / 1e9,
                    out->bytes_propagator / 1e9, out->bytes_output / 1e9,
                    out->ranks > 1 ? "each rank" : "this machine", out->bytes_available / 1e9,
                    advice, several);
}

qfp_status qfp_fourier_plan(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan)
{
    qfp_reach reach, wide;
    QFP_TRY(estimate_reaches(config, equation, &reach, &wide));
    plan->bytes_available =
        config->cluster.memory > 0.0 ? config->cluster.memory : qfp_engine_memory(config);
    choose_centre(config, equation, &reach, &wide, plan);
    plan->by_flow = takes_flow(config, equation, &wide);
    size_grid(config, &reach, &wide, plan);
    if (plan->by_flow && config->modes > 1 && config->integrator == QFP_INTEGRATOR_AUTO)
        QFP_TRY(reconsider_flow(config, equation, &reach, &wide, plan));
    count_bytes(config, equation, plan);
    return plan->bytes_total <= 0.9 * plan->bytes_available ? QFP_OK
                                                            : refuse(config, equation, plan);
}

/* The flows of a run in place of its applications, where it has them; `larger`: cells of the run's grid over those
 * of this one. */
static qfp_status time_flow(const qfp_config *config, const qfp_equation *equation,
                            const qfp_plan *plan, const qfp_phase_grid *grid, double larger,
                            qfp_plan_timing *out)
{

    qfp_mode_flow *flow = NULL;
    qfp_buffer *u = NULL;
    const double zero = 0.0;
    double start = qfpi_ranks_seconds_now();
    qfp_status status;
    QFP_TRY_GOTO(qfp_fourier_flow_create(config, equation, plan, grid, &flow));
    if (flow == NULL)
        goto done;
    double built = qfpi_ranks_seconds_now(),
           flows = qfp_mode_flow_looks(flow) + (double)config->time_count;
    size_t count = grid->doubles[QFP_SPACE_Z];
    QFP_TRY_GOTO(grid->backend->vector->create(grid->context, count, &u));
    QFP_TRY_GOTO(grid->backend->vector->combine(count, 0.0, u, 0, &zero, NULL));
    QFP_TRY_GOTO(qfp_mode_flow_apply(flow, 1.0, u));
    out->application_seconds = (qfpi_ranks_seconds_now() - built) * larger;
    out->applications = flows;
    out->outputs *= WITNESSED;
    out->seconds =
        flows * out->application_seconds + (built - start) * pow(larger, 1.5) + out->outputs;
done:
    if (u != NULL)
        grid->backend->vector->destroy(u);
    qfp_mode_flow_destroy(flow);
    return status;
}

qfp_status qfp_fourier_measure(const qfp_config *config, const qfp_equation *equation,
                               qfp_plan *plan, qfp_plan_timing *out)
{
    qfp_engine engine = {0};
    qfp_fourier_frame frame = {0};
    qfp_phase_grid *grid = NULL;
    qfp_grid_generator *generator = NULL;
    qfp_plan tried;
    double start = qfpi_ranks_seconds_now(), made;
    *out = (qfp_plan_timing){0};
    qfp_status status = QFP_OK;
    QFP_TRY_GOTO(qfp_engine_create_for_grids(config, &engine));
    QFP_TRY_GOTO(engine.backend->device->reproducible_set(engine.context, config->reproducible));
    tried = qfp_fourier_trial_plan(&engine, plan);
    QFP_TRY_GOTO(qfp_engine_grid(&engine, &tried, &grid));
    QFP_TRY_GOTO(qfp_fourier_frame_create(config, equation, plan, &frame));
    config = frame.config;
    equation = frame.equation;
    QFP_TRY_GOTO(qfp_fourier_generator(config, equation, grid, &generator));
    made = (qfpi_ranks_seconds_now() - start) * plan->cells / tried.cells * qfpi_ranks() *
           qfpi_fourier_share(config, plan);
    QFP_TRY_GOTO(qfp_fourier_trial(config, equation, plan, &tried, generator, out));
    status = time_flow(config, equation, plan, grid, plan->cells / tried.cells, out);
    out->seconds += made;
done:
    qfp_grid_generator_destroy(generator);
    qfp_phase_grid_destroy(grid);
    qfp_engine_destroy(&engine);
    qfp_fourier_frame_destroy(&frame);
    return status;
}
