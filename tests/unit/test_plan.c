/* What a plan rests on: the reach of a state under the classical flow in closed form, and the bytes
 * that are really taken. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <malloc.h>

#include "../support/config_text.h"
#include "../support/simulate.h"
#include "evolve/grid_generator.h"
#include "qfp/plan.h"
#include "run/engine.h"
#include "run/member.h"
#include "run/equation.h"
#include "state/reach.h"

TestSuite(plan, .init = scratch_make, .fini = scratch_remove);

/* The contour of a coherent state's Wigner function e^{−d²} at this level is a circle of radius 3. */
static const double level = 1.2340980408667956e-4;

static qfp_reach reach_of(const char *h, const char *kappa, const char *initial, double time)
{
    char text[512];
    qfp_reach reach;
    snprintf(
        text, sizeof text,
        "kappa: %s\nhamiltonian: {operator: \"%s\"}\ninitial: {%s}\noutput: {times: [0, %g]}\n",
        kappa, h, initial, time);
    qfp_config *config = load_text(text);
    OK(qfp_reach_estimate(config, level, &reach));
    qfp_config_destroy(config);
    return reach;
}

/* dP/dt = −f/κ and dQ/dt = g/κ: twice the action scale, half the way. */
Test(plan, a_push_is_divided_by_kappa)
{
    qfp_reach r = reach_of("3*x + 5*p", "2", "coherent: [0]", 4.0);
    cr_assert(not(r.escapes));
    cr_assert(epsilon_eq(dbl, r.of[0], 3.0 + 10.0, 1e-12)); /* rounding of a few hundred steps */
    cr_assert(epsilon_eq(dbl, r.of[1], 3.0 + 6.0, 1e-12));
}

/* The same of a system with these lines for its dissipation, on the level of radius 3. */
static qfp_reach open_reach_of(const char *h, const char *dissipation, const char *initial,
                               double time)
{
    char text[512];
    qfp_reach reach;
    snprintf(text, sizeof text,
             "hamiltonian: {modes: %d, operator: \"%s\"}\ndissipation: [%s]\ninitial: {%s}\n"
             "output: {times: [0, %g]}\n",
             strstr(h, "[2]") != NULL ? 2 : 1, h, dissipation, initial, time);
    qfp_config *config = load_text(text);
    OK(qfp_reach_estimate(config, level, &reach));
    qfp_config_destroy(config);
    return reach;
}

/* At least `exact`, and at most a third more: pushes are followed with a margin of a tenth, beside packets that
 * keep their first width. */
static void holds(qfp_reach r, double exact)
{
    cr_expect(not(r.escapes));
    for (int axis = 0; axis < 2; axis++) {
        cr_expect(le(dbl, exact, r.of[axis]), "%g of %g", r.of[axis], exact);
        cr_expect(le(dbl, r.of[axis], 1.35 * exact), "%g of %g", r.of[axis], exact);
    }
}

/* Variances of W in closed form; the contour e^{−9} of a Gaussian is at 3 √(2 V). */
Test(plan, noise_carries_a_state_beyond_its_flow)
{
    /* amplified vacuum: V = ½ (2G − 1), G = e^{γt} */
    holds(open_reach_of("0*n", "{operator: ad, rate: 1}", "coherent: [0]", 1.0),
          3.0 * sqrt(2.0 * exp(1.0) - 1.0));
    /* a bath of one quantum, to the end: V = 3/2 */
    holds(open_reach_of("0*n", "{operator: ad, rate: 1}, {operator: a, rate: 2}", "coherent: [0]",
                        20.0),
          3.0 * sqrt(3.0));
    /* noise along both axes and no drift: V = ½ + Dt, D = ½ for c = x and for c = p */
    holds(open_reach_of("0*n", "{operator: x, rate: 2}, {operator: p, rate: 2}", "coherent: [0]",
                        3.0),
          3.0 * sqrt(1.0 + 2.0 * 3.0 * 2.0));
}

/* Dephasing turns, loss draws in. */
Test(plan, noise_that_leads_nowhere_needs_no_room)
{
    double radius = 2.0 * sqrt(2.0) + 3.0;
    qfp_reach r = open_reach_of("0*n", "{operator: n, rate: 0.5}", "coherent: [2]", 6.0);
    for (int axis = 0; axis < 2; axis++)
        cr_expect(le(dbl, r.of[axis], 1.1 * radius), "%g", r.of[axis]);
    r = open_reach_of("0*n", "{operator: a, rate: 0.5}", "coherent: [2]", 6.0);
    cr_expect(epsilon_eq(dbl, r.of[0], radius, 0.05));
    /* quanta go from mode to mode, and none is added: no further than the whole contour */
    double whole = sqrt(2.0) + 3.0;
    r = open_reach_of("hc(ad[1]*a[2])", "{operator: \"n[2]\", rate: 0.1}", "coherent: [0, 1]", 3.0);
    for (int axis = 0; axis < 4; axis++)
        cr_expect(le(dbl, r.of[axis], 1.1 * whole), "%g on axis %d", r.of[axis], axis);
    r = open_reach_of("hc(ad[1]*a[2]) + 0.3*n[1]^2",
                      "{operator: \"n[2]\", rate: 2}, {operator: \"a[1]\", rate: 0.4}",
                      "coherent: [0, 1]", 3.0);
    for (int axis = 0; axis < 4; axis++) /* the noise of loss pushes by as much as it draws */
        cr_expect(le(dbl, r.of[axis], 1.35 * whole), "%g on axis %d", r.of[axis], axis);
}

/* Two-photon dissipation takes the vacuum to ±√2 β, as wide as it was. */
Test(plan, a_cat_grows_out_of_the_vacuum)
{
    qfp_reach r = open_reach_of("0*n", "{operator: a^2 - 4, rate: 1}", "coherent: [0]", 6.0);
    cr_expect(le(dbl, 2.0 * sqrt(2.0) + 3.0, r.of[0]), "%g", r.of[0]);
    cr_expect(le(dbl, r.of[0], 1.2 * (2.0 * sqrt(2.0) + 3.0)), "%g", r.of[0]);
}

/* Whatever its place, a pulse of a thousandth of the run pushes P by its area. */
Test(plan, a_short_pulse_is_not_passed_by)
{
    for (int i = 0; i < 5; i++) {
        char h[96];
        snprintf(h, sizeof h, "-300*exp(-((t - %.4f)/0.01)^2)*x", 3.0 + 0.7313 * i);
        qfp_reach r = reach_of(h, "1", "coherent: [0]", 10.0);
        double area = 300.0 * 0.01 * sqrt(M_PI);
        cr_expect(epsilon_eq(dbl, r.of[1], 3.0 + area, 0.3), "%s: %g of %g", h, r.of[1], area);
    }
}

/* P(t) = P − cQ², c = 3gt/κ, of the Weyl symbol gQ³ (that of Q would add a constant force): on the
 * contour P = −3 sin θ its magnitude is largest at sin θ = 1/(2·3c), which c = ⅓ makes ½, one of the
 * directions that are followed. */
Test(plan, a_cubic_force_bends_the_contour)
{
    qfp_reach r = reach_of("0.5*x^3", "1.125", "coherent: [0]", 0.25);
    cr_assert(epsilon_eq(dbl, r.of[0], 3.0, 1e-12));
    cr_assert(epsilon_eq(dbl, r.of[1], 1.25 * 3.0, 1e-12));
}

/* Kerr turns every point about the origin, the outer ones fast: radius √2 α + 3 for all times.  The
 * flow is followed with errors of 1e-3 a step, over some fifty steps. */
Test(plan, a_rotation_keeps_the_radius)
{
    qfp_reach r = reach_of("0.5*ad^2*a^2", "1", "coherent: [2]", 3.0);
    double radius = 2.0 * sqrt(2.0) + 3.0;
    cr_assert(not(r.escapes));
    for (int axis = 0; axis < 2; axis++)
        cr_assert(epsilon_eq(dbl, r.of[axis], radius, 0.05), "%g", r.of[axis]);
}

/* The Wigner function of |n⟩ lives inside the classical orbit of radius √(2n + 1). */
Test(plan, a_number_state_is_a_ring)
{
    qfp_reach r = reach_of("n", "1", "fock: [12]", 1.0);
    for (int axis = 0; axis < 2; axis++)
        cr_assert(epsilon_eq(dbl, r.of[axis], 5.0 + 3.0, 1e-3), "%g", r.of[axis]);
}

/* dP/dt = x/κ grows like e^t: from 3 it passes 200 at t = 4.2. */
Test(plan, a_flow_that_runs_away_is_told)
{
    static const char barrier[] = "p^2/2 - x^2/2";
    qfp_reach before = reach_of(barrier, "1", "coherent: [0]", 3.0);
    qfp_reach after = reach_of(barrier, "1", "coherent: [0]", 5.0);
    cr_assert(not(before.escapes));
    cr_assert(after.escapes);
    cr_assert(epsilon_eq(dbl, after.of[0], 200.0, 0.0));
}

/* The number of points that a given box asks for: even, and of the primes that transforms are quick
 * at, 7 among them. */
Test(plan, grids_have_quick_sizes)
{
    bool has_seven = false;
    for (int i = 0; i < 40; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {operator: \"n\"}\ninitial: {coherent: [0.5]}\n"
                 "solver: {grid: {extent: %g}, tolerance: 1.0e-5}\noutput: {times: [0, 0.1]}\n",
                 12.0 + 0.5 * i);
        qfp_config *config = load_text(text);
        qfp_plan plan;
        OK(qfp_plan_create(config, &plan, NULL));
        qfp_config_destroy(config);
        int rest = plan.points[0];
        cr_assert(eq(int, rest % 2, 0));
        has_seven = has_seven || rest % 7 == 0;
        static const int primes[] = {2, 3, 5, 7};
        for (int p = 0; p < 4; p++)
            while (rest % primes[p] == 0)
                rest /= primes[p];
        cr_assert(eq(int, rest, 1), "%d points", plan.points[0]);
    }
    cr_assert(has_seven);
}

/* Doubles of the buffers that a backend was asked for. */
static size_t doubles_asked;

static qfp_status count_create(qfp_context *context, size_t count, qfp_buffer **out)
{
    doubles_asked += count;
    return qfp_backend_cpu()->vector->create(context, count, out);
}

/* What the plan calls the generator's memory is what it takes: five arrays of a mixed space and one
 * of the grid's where products of both occur, as in x⁴ p. */
Test(plan, the_generator_takes_what_was_planned)
{
    static const char yaml[] = "hamiltonian: {operator: \"hc(x^2*p^2) + n\"}\n"
                               "initial: {coherent: [0.5]}\n"
                               "solver: {grid: {points: 24, extent: 11.0}}\n"
                               "output: {times: [0, 0.1]}\nbackend: cpu\n";
    qfp_config *config = load_text(yaml);
    qfp_equation equation;
    qfp_plan plan;
    qfp_engine engine;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    OK(qfp_plan_create(config, &plan, NULL));
    OK(qfp_equation_create(config, &equation));
    OK(qfp_engine_create(QFP_BACKEND_CPU, -1, QFP_PRECISION_DOUBLE, &engine));
    qfp_backend counting = *engine.backend;
    qfp_vector_operations vector = *counting.vector;
    vector.create = count_create;
    counting.vector = &vector;
    qfp_engine counted = engine;
    counted.backend = &counting;
    OK(qfp_engine_grid(&counted, &plan, &grid));
    OK(qfp_grid_generator_create(grid, &equation.generator, &generator));
    cr_assert(epsilon_eq(dbl, plan.bytes_generator, 8.0 * (double)doubles_asked, 0.0));
    cr_assert(epsilon_eq(dbl, plan.bytes_state, 8.0 * 24.0 * 24.0, 0.0));
    double parts = plan.bytes_state + plan.bytes_generator + plan.bytes_transforms +
                   plan.bytes_propagator + plan.bytes_output;
    cr_assert(epsilon_eq(dbl, plan.bytes_total, parts, 1.0));
    cr_assert(lt(dbl, 10.0 * plan.bytes_state, plan.bytes_propagator)); /* of Krylov vectors */
    qfp_grid_generator_destroy(generator);
    qfp_phase_grid_destroy(grid);
    qfp_engine_destroy(&engine);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

static double heap(void)
{
    struct mallinfo2 now = mallinfo2();
    return (double)(now.uordblks + now.hblkhd);
}

static qfp_status nothing(void *data, double t)
{
    (void)data, (void)t;
    return QFP_OK;
}

/* qfp_slices */
static qfp_status weigh(void *data, size_t first, size_t count, double *values)
{
    double *most = data;
    (void)first, (void)count, (void)values;
    *most = fmax(*most, heap());
    return QFP_OK;
}

/* What a run has taken once it has made an output: all of it was planned, and not much more. */
static void check_memory(const char *yaml)
{
    const qfp_step_hook hook = {.after_step = nothing};
    qfp_config *config = load_text(yaml);
    qfp_member m;
    OK(qfp_member_prepare(config, 0, &m));
    double before = heap();
    OK(qfp_member_start(&m));
    OK(m.basis->advance(m.solution.self, config->times[1], &hook));
    OK(qfp_member_observe(&m));
    OK(qfp_member_husimi(&m));
    double most = heap();
    const qfp_slices full = {.data = &most, .take = weigh};
    if (config->husimi_full)
        OK(m.basis->full(m.solution.self, &full));
    double taken = most - before;
    cr_expect(le(dbl, taken, m.plan.bytes_total), "%s", yaml);
    /* what each part takes beside its arrays is estimated: 1.01 to 1.1 here */
    cr_expect(le(dbl, m.plan.bytes_total, 1.3 * taken), "%s", yaml);
    qfp_member_destroy(&m);
    qfp_config_destroy(config);
}

Test(plan, a_run_takes_what_was_planned)
{
#ifdef __SANITIZE_ADDRESS__
    cr_skip_test("the sanitizer's heap is not glibc's");
#endif
#define ONE "hamiltonian: {operator: n}\ninitial: {coherent: [0.5]}\nbackend: cpu\n"
    check_memory(ONE "solver: {grid: {points: 150, extent: 18.0}, integrator: rk4, step: 0.01}\n"
                     "output: {times: [0, 0.01], husimi: {points: 9}}\n");
    check_memory(ONE "solver: {grid: {points: 200, extent: 20.0}, integrator: rk4, step: 0.01}\n"
                     "output: {times: [0, 0.01], husimi: {points: 9}}\n");
    check_memory(ONE "solver: {grid: {points: 150, extent: 18.0}, integrator: rk4, step: 0.01}\n"
                     "output: {times: [0, 0.01], husimi: {points: 150, full: true}}\n");
    check_memory("hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + n[1]^2\"}\n"
                 "initial: {coherent: [0.5, 0]}\nbackend: cpu\n"
                 "solver: {grid: {points: 24, extent: 11.0}, integrator: rk4, step: 0.01}\n"
                 "output: {times: [0, 0.01], husimi: {points: 9}}\n");
    check_memory("hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + n[1]^2\"}\n"
                 "initial: {coherent: [0.5, 0]}\nbackend: cpu\n"
                 "solver: {grid: {points: 20, extent: 11.0}, integrator: rk4, step: 0.01}\n"
                 "output: {times: [0, 0.01], husimi: {points: 25, full: true}}\n");
}
