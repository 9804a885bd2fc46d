/* What a run in the Fock basis does on its way: integrators, levels that grow or refuse,
 * checkpoints, what it says about its accuracy. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/kept_state.h"
#include "../support/simulate.h"
#include "qfp/compare.h"
#include "qfp/plan.h"
#include "run/basis.h"
#include "run/fock_evolution.h"

static qfp_status nothing(void *data, double t)
{
    size_t *calls = data;
    (void)t;
    ++*calls;
    return QFP_OK;
}

/* An observable of a run that may be stopped; the status is the caller's to judge. */
static qfp_status attempt(const char *yaml, qfp_run_result *out)
{
    qfp_config *config = load_text(yaml);
    qfp_run_options options = {.output_path = scratch_path("x.h5")};
    qfp_status status = qfp_run(config, &options, out);
    qfp_config_destroy(config);
    return status;
}

/* Steps of the stencil by three propagators, and the diagonalisation of auto. */
Test(fock_evolution, integrators_agree)
{
    static const char yaml[] = "hamiltonian: {modes: 1, operator: \"-n + 0.25*n*(n-1) + a + ad\"}\n"
                               "initial: {displaced_thermal: {nbar: 0.2, alpha: 0.5}}\n"
                               "solver: {basis: fock, levels: 28, tolerance: %s, integrator: %s}\n"
                               "output: {times: [0.0, 0.3, 1.0], husimi: {points: 9}}\n";
    static const char *const integrators[] = {"auto", "krylov", "chebyshev", "rk4, step: 2.0e-4"};
    static const char *const names[] = {"norm", "energy", "n_1", "re_a_1", "im_a_1", "purity"};
    char text[1024];
    qfp_run_result found[4];
    scratch_make();
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof text, yaml, "1.0e-6", integrators[i]);
        found[i] = simulate(text, "x.h5");
    }
    for (int i = 1; i < 4; i++)
        for (int n = 0; n < 6; n++)
            for (size_t t = 0; t < 3; t++)
                /* the propagators' share is a tenth of 1e-6 in ρ, and n is up to 28; rk4 with
                 * radius 400 loses (400 × 2e-4)^5 / 120 per step, 1e-4 in the corner, where nobody
                 * is
                 */
                cr_assert(epsilon_eq(dbl, observable(&found[i], names[n], t),
                                     observable(&found[0], names[n], t), 3e-6),
                          "%s %s", integrators[i], names[n]);
    for (int i = 0; i < 4; i++)
        qfp_run_result_destroy(&found[i]);
    scratch_remove();
}

/* Given levels that hold the initial state but not what the drive makes of it. */
Test(fock_evolution, given_levels_refuse_what_they_cannot_hold)
{
    static const char yaml[] = "hamiltonian: {modes: 1, operator: \"-n + 0.25*n*(n-1) + a + ad\"}\n"
                               "initial: {coherent: [0.0]}\n"
                               "solver: {basis: fock, levels: 8, tolerance: 1.0e-6%s}\n"
                               "output: {times: [0.0, 0.05, 2.0], husimi: {points: 9}}\n";
    static const char *const integrators[] = {"", ", integrator: krylov"};
    char text[1024];
    scratch_make();
    for (int i = 0; i < 2; i++) {
        qfp_run_result r;
        snprintf(text, sizeof text, yaml, integrators[i]);
        cr_assert(eq(int, attempt(text, &r), QFP_TOLERANCE));
        cr_assert(strstr(qfp_last_error(), "solver.levels") != NULL, "%s", qfp_last_error());
        cr_assert(eq(sz, r.time_count, 2)); /* what came before is kept */
        qfp_run_result_destroy(&r);
    }
    scratch_remove();
}

/* Levels that hold the population but not the amplitude: a tolerance that the user wrote ends the run,
 * the default one is a warning with the figure.  The coherent state leaves √(Σ e^{-1}/n!, n > 16) =
 * 3.3e-8 outside at the start, twice that in the trace norm. */
Test(fock_evolution, given_levels_state_their_error)
{
    static const char yaml[] = "hamiltonian: {modes: 1, operator: \"0.3*(a + ad)\"}\n"
                               "initial: {coherent: [1.0]}\n"
                               "solver: {basis: fock, levels: 17%s}\n"
                               "output: {times: [0.0, 0.5], husimi: {points: 9}}\n";
    char text[512];
    double cut = 0.0, term = exp(-1.0);
    qfp_run_result r;
    for (int n = 1; n < 60; n++) {
        term /= n;
        cut += n >= 17 ? term : 0.0;
    }
    scratch_make();
    snprintf(text, sizeof text, yaml, ", tolerance: 1.0e-9");
    cr_assert(eq(int, attempt(text, &r), QFP_TOLERANCE));
    cr_assert(strstr(qfp_last_error(), "solver.levels") != NULL, "%s", qfp_last_error());
    qfp_run_result_destroy(&r);
    snprintf(text, sizeof text, yaml, "");
    r = simulate(text, "x.h5");
    cr_assert(strstr(r.warning, "solver.levels") != NULL, "%s", r.warning);
    double stated = observable(&r, "truncation", 0);
    cr_assert(le(dbl, 2.0 * sqrt(cut), stated));
    cr_assert(le(dbl, stated, 2.1 * sqrt(cut)));
    qfp_run_result_destroy(&r);
    /* a population of 1.1e-7 outside is more than the default tolerance, and no state to begin with */
    cr_assert(eq(int,
                 attempt("hamiltonian: {modes: 1, operator: \"0.3*(a + ad)\"}\n"
                         "initial: {coherent: [1.0]}\n"
                         "solver: {basis: fock, levels: 10}\n"
                         "output: {times: [0.0, 0.5], husimi: {points: 9}}\n",
                         &r),
                 QFP_RESOLUTION));
    cr_assert(strstr(qfp_last_error(), "1.1e-07 of the initial state lies outside of 10 levels") !=
                  NULL,
              "%s", qfp_last_error());
    scratch_remove();
}

/* The bound on what is lost is the integral of the rate, by steps or by diagonalisation: over a time
 * in which nothing moves, rate times time. */
Test(fock_evolution, what_is_lost_is_the_integral_of_its_rate)
{
    static const char *const integrators[] = {"", ", integrator: krylov"};
    const double t = 1e-5;
    scratch_make();
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 1, operator: \"n + 0.3*(a + ad)\"}\n"
                 "initial: {coherent: [1.0]}\n"
                 "solver: {basis: fock, levels: 12, tolerance: 1.0e-3%s}\n"
                 "output: {times: [0.0, 1.0e-5], husimi: {points: 9}}\n",
                 integrators[i]);
        qfp_config *config = load_text(text);
        qfp_equation equation;
        qfp_plan plan;
        qfp_fock_evolution *e = calloc(1, sizeof *e);
        OK(qfp_equation_create(config, &equation));
        OK(qfp_plan_create(config, &plan, NULL));
        OK(qfp_fock_evolution_create(config, &equation, &plan, e));
        size_t calls = 0;
        const qfp_step_hook hook = {.data = &calls, .after_step = nothing};
        OK(qfp_fock_evolution_advance(e, t, &hook));
        cr_assert(lt(dbl, 0.0, e->loss.rate));
        cr_assert(epsilon_eq(dbl, e->bound, e->loss.rate * t, 1e-3 * e->loss.rate * t));
        qfp_fock_evolution_destroy(e);
        free(e);
        qfp_equation_destroy(&equation);
        qfp_config_destroy(config);
    }
    scratch_remove();
}

/* A well that opens: part of the state's rim leaves it, further than the plan can know. */
static const char leaving[] = "hamiltonian: {modes: 1, operator: \"p^2/2 + x^2/2 - 0.01*x^4\"}\n"
                              "initial: {coherent: [0.5]}\n"
                              "solver: {basis: %s, tolerance: 1.0e-8%s}\n"
                              "output: {times: [0.0, 0.3, 0.6], husimi: {from: -6, to: 6, points: "
                              "13}}\n";

Test(fock_evolution, levels_grow_before_they_are_felt)
{
    char text[1024];
    qfp_comparison comparison;
    static const char *const integrators[] = {"", ", integrator: krylov"};
    scratch_make();
    snprintf(text, sizeof text, leaving, "reference", "");
    qfp_run_result exact = simulate(text, "exact.h5");
    for (int i = 0; i < 2; i++) {
        snprintf(text, sizeof text, leaving, "fock", integrators[i]);
        qfp_run_result grown = simulate(text, "grown.h5");
        cr_assert(strstr(grown.warning, "raised") != NULL, "%s", grown.warning);
        OK(qfp_compare_files(scratch_path("grown.h5"), scratch_path("exact.h5"), NULL,
                             &comparison));
        for (size_t d = 0; d < comparison.count; d++)
            if (strncmp(comparison.rows[d].dataset, "/husimi", 7) == 0)
                /* the tolerance of ρ for the cut, and as much for the propagation */
                cr_assert(le(dbl, comparison.rows[d].disagreement, 2e-8), "%.2e",
                          comparison.rows[d].disagreement);
        cr_assert(
            epsilon_eq(dbl, observable(&grown, "n_1", 2), observable(&exact, "n_1", 2), 1e-7));
        qfp_comparison_destroy(&comparison);
        qfp_run_result_destroy(&grown);
    }
    qfp_run_result_destroy(&exact);
    scratch_remove();
}

/* Three-photon driving has no bounded flow: the levels follow for a while, then it ends. */
Test(fock_evolution, a_state_that_runs_away_is_stopped)
{
    qfp_run_result r;
    scratch_make();
    cr_assert(eq(int,
                 attempt("hamiltonian: {modes: 1, operator: \"0.3*(ad^3 + a^3)\"}\n"
                         "initial: {coherent: [0.5]}\n"
                         "solver: {basis: fock, tolerance: 1.0e-2}\n"
                         "output: {times: [0.0, 0.6], husimi: {points: 9}}\n",
                         &r),
                 QFP_RESOLUTION));
    cr_assert(strstr(qfp_last_error(), "runs away") != NULL, "%s", qfp_last_error());
    qfp_run_result_destroy(&r);
    scratch_remove();
}

static qfp_fock_evolution *begin(const qfp_config *config, const qfp_equation *equation)
{
    qfp_fock_evolution *e = calloc(1, sizeof *e);
    qfp_plan plan;
    OK(qfp_basis_plan(config, equation, &plan));
    OK(qfp_fock_evolution_create(config, equation, &plan, e));
    return e;
}

static void end(qfp_fock_evolution *e)
{
    qfp_fock_evolution_destroy(e);
    free(e);
}

static double *state_of(qfp_fock_evolution *e, size_t *count)
{
    *count = qfp_fock_evolution_state_count(e);
    double *state = malloc(*count * sizeof *state);
    OK(qfp_fock_evolution_save(e, TO_MEMORY(state)));
    return state;
}

/* A checkpoint taken after the levels grew is loaded into a run that planned fewer, and goes on as
 * the first one did. */
Test(fock_evolution, a_checkpoint_carries_its_levels)
{
    char text[1024];
    size_t calls = 0, count, resumed_count, before;
    const qfp_step_hook hook = {.data = &calls, .after_step = nothing};
    scratch_make();
    snprintf(text, sizeof text, leaving, "fock", ", integrator: krylov");
    qfp_config *config = load_text(text);
    qfp_equation equation;
    OK(qfp_equation_create(config, &equation));
    qfp_fock_evolution *first = begin(config, &equation), *second = begin(config, &equation);
    before = qfp_fock_evolution_state_count(first);
    OK(qfp_fock_evolution_advance(first, 0.5, &hook));
    double *state = state_of(first, &count);
    cr_assert(lt(sz, before, count));
    OK(qfp_fock_evolution_load(second, 0.5, count, FROM_MEMORY(state)));
    double *again = state_of(second, &resumed_count);
    cr_assert(eq(sz, resumed_count, count));
    cr_assert(memcmp(again, state, count * sizeof *state) == 0);
    free(state);
    free(again);
    OK(qfp_fock_evolution_advance(first, 0.6, &hook));
    OK(qfp_fock_evolution_advance(second, 0.6, &hook));
    state = state_of(first, &count);
    again = state_of(second, &resumed_count);
    cr_assert(eq(sz, count, resumed_count));
    cr_assert(memcmp(again, state, count * sizeof *state) == 0);
    cr_assert(lt(sz, 2, calls));
    free(state);
    free(again);
    end(first);
    end(second);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
    scratch_remove();
}

/* The same state, the same steps: a diagonal and a unitary run resume bit for bit. */
Test(fock_evolution, a_resumed_run_of_exact_steps_is_the_same)
{
    static const char *const operators[] = {"0.5*ad^2*a^2", "n + 0.05*x^4"};
    size_t calls = 0, count;
    const qfp_step_hook hook = {.data = &calls, .after_step = nothing};
    scratch_make();
    for (int i = 0; i < 2; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 1, operator: \"%s\"}\n"
                 "initial: {coherent: [1.0]}\n"
                 "solver: {basis: fock, tolerance: 1.0e-5}\n"
                 "output: {times: [0.0, 0.5, 1.0], husimi: {points: 9}}\n",
                 operators[i]);
        qfp_config *config = load_text(text);
        qfp_equation equation;
        OK(qfp_equation_create(config, &equation));
        qfp_fock_evolution *first = begin(config, &equation), *second = begin(config, &equation);
        OK(qfp_fock_evolution_advance(first, 0.5, &hook));
        double *state = state_of(first, &count);
        OK(qfp_fock_evolution_load(second, 0.5, count, FROM_MEMORY(state)));
        free(state);
        OK(qfp_fock_evolution_advance(first, 1.0, &hook));
        OK(qfp_fock_evolution_advance(second, 1.0, &hook));
        state = state_of(first, &count);
        double *again = state_of(second, &count);
        cr_assert(memcmp(state + 3, again + 3, (count - 3) * sizeof *state) == 0, "%s",
                  operators[i]);
        free(state);
        free(again);
        end(first);
        end(second);
        qfp_equation_destroy(&equation);
        qfp_config_destroy(config);
    }
    scratch_remove();
}

/* Checkpoints that do not belong are refused, not read. */
Test(fock_evolution, a_foreign_checkpoint_is_refused)
{
    double state[64] = {0};
    scratch_make();
    qfp_config *config = load_text("hamiltonian: {modes: 1, operator: \"n\"}\n"
                                   "initial: {fock: [1]}\n"
                                   "solver: {basis: fock, levels: 4}\n"
                                   "output: {times: [0.0, 0.5]}\n");
    qfp_equation equation;
    OK(qfp_equation_create(config, &equation));
    qfp_fock_evolution *e = begin(config, &equation);
    cr_assert(eq(int, qfp_fock_evolution_load(e, 0.1, 2, FROM_MEMORY(state)), QFP_USAGE));
    cr_assert(eq(int, qfp_fock_evolution_load(e, 0.1, 23, FROM_MEMORY(state)), QFP_USAGE));
    state[0] = 5.0; /* 5 levels: 30 numbers and the header */
    cr_assert(eq(int, qfp_fock_evolution_load(e, 0.1, 33, FROM_MEMORY(state)), QFP_USAGE));
    state[0] = NAN;
    cr_assert(eq(int, qfp_fock_evolution_load(e, 0.1, 23, FROM_MEMORY(state)), QFP_USAGE));
    end(e);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
    scratch_remove();
}

/* Liouville and Fokker-Planck theories in the other basis: cubic at M = 2 is balanced, and Q of
 * both bases is the same. */
Test(fock_evolution, a_truncated_theory_agrees_with_the_grid)
{
    static const char yaml[] =
        "hamiltonian: {modes: 1, operator: \"n + 0.03*x^3\"}\n"
        "initial: {coherent: [1.0]}\n"
        "theory: {order: 2}\n"
        "solver: {basis: %s, tolerance: 1.0e-7}\n"
        "output: {times: [0.0, 1.0], husimi: {from: -4, to: 4, points: 17}}\n";
    char text[1024];
    scratch_make();
    snprintf(text, sizeof text, yaml, "fock");
    qfp_run_result a = simulate(text, "fock.h5");
    snprintf(text, sizeof text, yaml, "fourier");
    qfp_run_result b = simulate(text, "grid.h5");
    /* the sum of both tolerances, and the grid's own margin for Q */
    double worst = disagreement(scratch_path("fock.h5"), scratch_path("grid.h5"), "/husimi/mode_1");
    cr_assert(le(dbl, worst, 4e-7), "%.2e", worst);
    qfp_run_result_destroy(&a);
    qfp_run_result_destroy(&b);
    scratch_remove();
}

/* Numbers that H keeps bound the levels: no mode can get more than there is. */
Test(fock_evolution, kept_numbers_bound_the_plan)
{
    static const struct {
        const char *operator, * initial;
        int levels[3];
    } cases[] = {
        {"-hc(ad[1]*a[2]) - hc(ad[2]*a[3]) + sum(j, ad[j]^2*a[j]^2)", "[3, 1, 0]", {5, 5, 5}},
        {"-hc(ad[1]*a[3]) + n[2]^2", "[3, 1, 0]", {4, 2, 4}},
        {"n[1] + n[2]*n[3]", "[3, 1, 0]", {4, 2, 2}},
    };
    scratch_make();
    for (int i = 0; i < 3; i++) {
        char text[512];
        qfp_plan plan;
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 3, operator: \"%s\"}\ninitial: {fock: %s}\n"
                 "solver: {basis: fock}\noutput: {times: [0.0, 1.0]}\n",
                 cases[i].operator, cases[i].initial);
        qfp_config *config = load_text(text);
        OK(qfp_plan_create(config, &plan, NULL));
        for (int j = 0; j < 3; j++)
            cr_assert(eq(int, plan.levels[j], cases[i].levels[j]), "%s", cases[i].operator);
        cr_assert(
            eq(dbl, plan.dimension, (double)(plan.levels[0] * plan.levels[1] * plan.levels[2])));
        cr_assert(eq(dbl, plan.bytes_state, 8.0 * plan.dimension * (plan.dimension + 1.0)));
        qfp_config_destroy(config);
    }
    scratch_remove();
}

/* More levels, the same ρ: entries move, none is lost. */
Test(fock_evolution, embedding_keeps_every_entry)
{
    const int few[2] = {2, 3}, many[2] = {4, 5};
    qfp_fock_space small, large;
    double from[42], to[420] = {0};
    OK(qfp_fock_space_set(2, few, &small));
    OK(qfp_fock_space_set(2, many, &large));
    cr_assert(eq(sz, small.count, 42));
    for (int i = 0; i < 42; i++)
        from[i] = i + 1;
    qfp_fock_embed(&small, from, &large, to);
    for (size_t m = 0; m < 6; m++)
        for (size_t n = m; n < 6; n++) {
            size_t a = 5 * (m / 3) + m % 3, b = 5 * (n / 3) + n % 3;
            size_t at = 2 * (qfp_fock_offset(&small, m) + n - m);
            size_t target = 2 * (qfp_fock_offset(&large, a) + b - a);
            cr_assert(eq(dbl, to[target], from[at]));
            cr_assert(eq(dbl, to[target + 1], from[at + 1]));
            to[target] = to[target + 1] = 0.0;
        }
    for (int i = 0; i < 420; i++)
        cr_assert(eq(dbl, to[i], 0.0));
}

/* Two coherent states at ±1e-7 with opposite signs are |1⟩ to 1e-14, whatever is left of their norm;
 * on a grid, whose dyads cancel to 4e-14, it is refused. */
Test(fock_evolution, parts_that_nearly_cancel)
{
    static const char yaml[] = "hamiltonian: {modes: 1, operator: \"n\"}\n"
                               "initial: {superposition: [{weight: 1, coherent: [1.0e-7]},"
                               " {weight: -1, coherent: [-1.0e-7]}]}\n"
                               "solver: {basis: %s}\n"
                               "output: {times: [0.0], husimi: {points: 9}}\n";
    char text[512];
    qfp_run_result r;
    scratch_make();
    for (int i = 0; i < 2; i++) {
        snprintf(text, sizeof text, yaml, i == 0 ? "fock" : "reference");
        r = simulate(text, "x.h5");
        cr_assert(epsilon_eq(dbl, observable(&r, "purity", 0), 1.0, 1e-8));
        cr_assert(epsilon_eq(dbl, observable(&r, "n_1", 0), 1.0, 1e-8));
        qfp_run_result_destroy(&r);
    }
    snprintf(text, sizeof text, yaml, "fourier");
    cr_assert(eq(int, attempt(text, &r), QFP_RESOLUTION));
    cr_assert(strstr(qfp_last_error(), "basis: fock") != NULL, "%s", qfp_last_error());
    qfp_run_result_destroy(&r);
    scratch_remove();
}
