/* What a run on a grid states about its errors, against exact answers: never below the truth, and not
 * far above it. */
#include "../support/kept_state.h"
#include "../support/simulate.h"

#include <criterion/new/assert.h>
#include <stdio.h>

#include "evolve/propagator.h"
#include "run/basis.h"

/* ---- the state ----------------------------------------------------------------------------- */

typedef struct outcome {
    double truth, stated, by_population; /* relative errors of u */
} outcome;

static qfp_status nothing(void *data, double t)
{
    (void)data, (void)t;
    return QFP_OK;
}

/* √(|u|² in the outer tenths), which looks at the state and not at what goes wrong. */
static double by_population(const qfp_solution *s, const double *values)
{
    double most = 0.0;
    for (size_t i = 0; i < s->observable_count; i++)
        if (strncmp(s->observables[i].name, "edge_", 5) == 0)
            most = fmax(most, values[i]);
    return sqrt(most);
}

/* A run over one period, after which u should be what it was. */
static outcome over_a_period(const char *yaml)
{
    qfp_config *config = load_text(yaml);
    const qfp_step_hook hook = {.after_step = nothing};
    qfp_equation equation;
    qfp_plan plan;
    qfp_solution s = {0};
    outcome out;
    OK(qfp_equation_create(config, &equation));
    OK(qfp_basis_plan(config, &equation, &plan));
    OK(qfp_basis_fourier.create(config, &equation, &plan, &s));
    size_t stored = qfp_basis_fourier.state_count(s.self), cells = (size_t)plan.cells;
    double *before = malloc(stored * sizeof *before), *after = malloc(stored * sizeof *after);
    double *values = calloc(2 * s.observable_count, sizeof *values), lost = 0.0, own = 0.0;
    OK(qfp_basis_fourier.save(s.self, TO_MEMORY(before)));
    OK(qfp_basis_fourier.advance(s.self, config->times[config->time_count - 1], &hook));
    OK(qfp_basis_fourier.save(s.self, TO_MEMORY(after)));
    for (size_t i = 0; i < cells; i++) {
        lost += (after[i] - before[i]) * (after[i] - before[i]);
        own += before[i] * before[i];
    }
    OK(qfp_basis_fourier.means(s.self, values));
    OK(qfp_basis_fourier.diagnose(s.self, values + s.mean_count));
    OK(qfp_basis_fourier.errors(s.self, values, &out.stated, values + s.observable_count));
    out.truth = sqrt(lost / own);
    out.by_population = by_population(&s, values);
    free(before);
    free(after);
    free(values);
    qfp_basis_fourier.destroy(s.self);
    free(s.observables);
    free(s.degrees);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
    return out;
}

/* Grids from too small to ample, and the planned one: from a hundredth to 1e-9. */
static void check_period(const char *system, int grids, const int (*grid)[2])
{
    for (int g = 0; g < grids; g++) {
        char yaml[512], given[64] = "";
        if (grid[g][0] > 0)
            snprintf(given, sizeof given, "solver: {grid: {points: %d, extent: %d}}", grid[g][0],
                     grid[g][1]);
        snprintf(yaml, sizeof yaml, "%s\noutput: {times: [0, 2*pi], husimi: {points: 5}}\n%s\n",
                 system, given);
        outcome o = over_a_period(yaml);
        cr_expect(lt(dbl, o.truth, o.stated), "%d² %d: %g > %g", grid[g][0], grid[g][1], o.truth,
                  o.stated);
        /* a planned grid is moved by a flow, whose witness is further off */
        double most = grid[g][0] > 0 ? 30.0 : 150.0;
        cr_expect(lt(dbl, o.stated, most * o.truth), "%d² %d: %g, truly %g", grid[g][0], grid[g][1],
                  o.stated, o.truth);
    }
}

Test(fourier_errors, the_state_after_a_period)
{
    static const int grids[][2] = {{28, 11}, {36, 11}, {36, 13}, {0}};
    static const int small[][2] = {{32, 12}, {40, 13}, {0}};
    scratch_make();
    check_period("hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [1.2]}",
                 4, grids);
    check_period("hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [1.2]}", 3, small);
    scratch_remove();
}

/* Two modes whose quanta are exchanged and come back: J t = π. */
Test(fourier_errors, the_state_of_two_modes)
{
    scratch_make();
    outcome o = over_a_period("hamiltonian: {modes: 2, operator: \"0.5*hc(ad[1]*a[2])\"}\n"
                              "initial: {coherent: [0.8, 0]}\n"
                              "solver: {grid: {points: 20, extent: 9}}\n"
                              "output: {times: [0, 4*pi], husimi: {points: 5}}\n");
    cr_expect(lt(dbl, o.truth, o.stated), "%g > %g", o.truth, o.stated);
    cr_expect(lt(dbl, o.stated, 30.0 * o.truth), "%g, truly %g", o.stated, o.truth);
    scratch_remove();
}

/* A displaced state on its planned grid is good to far less than the share of it in the outer tenth of
 * the box would say, and no warning advises against the plan's own grid. */
Test(fourier_errors, a_plan_is_not_warned_of)
{
    static const char yaml[] = "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [4]}\n"
                               "solver: {integrator: krylov}\n"
                               "output: {times: [0, 2*pi], husimi: {points: 5}}\n";
    scratch_make();
    outcome o = over_a_period(yaml);
    cr_expect(lt(dbl, o.truth, o.stated), "%g > %g", o.truth, o.stated);
    cr_expect(lt(dbl, o.stated, 30.0 * o.truth), "%g, truly %g", o.stated, o.truth);
    cr_expect(lt(dbl, 30.0 * o.truth, o.by_population)); /* what used to be said */
    qfp_run_result r = simulate(yaml, "out.h5");
    cr_expect(eq(str, r.warning, ""));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* ---- the values ---------------------------------------------------------------------------- */

static qfp_run_result run_with(const char *system, const char *solver, const char *name)
{
    char yaml[1024];
    snprintf(yaml, sizeof yaml, "%s\nsolver: {%s}\n", system, solver);
    return simulate(yaml, name);
}

/* Every value that both bases have, at every time; that of the energy is sharp once it has drifted. */
static void check_values(const qfp_theory_result *theirs, const char *system, const char *solver)
{
    qfp_run_result found = run_with(system, solver, "found.h5");
    const qfp_theory_result *mine = &found.theories[0];
    size_t compared = 0;
    for (size_t i = 0; i < mine->observable_count; i++)
        for (size_t k = 0; k < theirs->observable_count; k++) {
            if (strcmp(mine->names[i], theirs->names[k]) != 0 ||
                strcmp(mine->names[i], "truncation") == 0)
                continue;
            for (size_t t = 0; t < found.time_count; t++) {
                double value = theirs->values[t * theirs->observable_count + k];
                double truth = fabs(mine->values[t * mine->observable_count + i] - value);
                double stated = mine->errors[t * mine->observable_count + i];
                /* what the reference itself may be off by */
                double rounding = 1e-10 * fmax(1.0, fabs(value));
                cr_expect(le(dbl, truth, stated + rounding), "%s, %s: %s: %g > %g", system, solver,
                          mine->names[i], truth, stated);
                if (t == 2 && strcmp(mine->names[i], "energy") == 0)
                    cr_expect(lt(dbl, stated, 30.0 * truth + 3e-7), "%s, %s: %g, truly %g", system,
                              solver, stated, truth);
                compared++;
            }
        }
    cr_expect(lt(sz, 20, compared));
    qfp_run_result_destroy(&found);
}

#define TIMES                                                                                      \
    "\noutput: {times: [0, 0.5, 1], husimi: {points: 5}, observables: [\"ad^2*a^2\", \"x^4\"]}"

Test(fourier_errors, the_means_of_one_mode)
{
    static const char *const systems[] = {
        "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2 + 0.4*x\"}\ninitial: {coherent: "
        "[1]}" TIMES,
        "hamiltonian: {modes: 1, operator: \"n + 0.1*x^3\"}\ninitial: {coherent: ['0.3*I']}" TIMES,
        "hamiltonian: {modes: 1, operator: \"n + 0.2*x^2\"}\ninitial: {fock: [1]}" TIMES,
        "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\ninitial: {thermal: {nbar: "
        "0.4}}" TIMES};
    static const char *const solvers[] = {"tolerance: 1e-8", "grid: {points: 32, extent: 12}",
                                          "grid: {points: 48, extent: 15}"};
    scratch_make();
    for (int s = 0; s < 4; s++) {
        qfp_run_result exact =
            run_with(systems[s], "basis: reference, tolerance: 1e-12", "exact.h5");
        for (int g = 0; g < 3; g++)
            check_values(&exact.theories[0], systems[s], solvers[g]);
        qfp_run_result_destroy(&exact);
    }
    scratch_remove();
}

/* H = −γ/3 x³ turns a squeezed state into a cubic phase state: var_p = e^{−2}/2 + γ²e²t²/2·… in closed
 * form, var_p(t) = e^{2r}/2 + γ² e^{−4r} t²/2 for a variance of x of e^{−2r}/2. */
Test(fourier_errors, a_cubic_phase_state)
{
    const double gamma = 0.5, r = -0.4;
    scratch_make();
    qfp_run_result found = simulate("hamiltonian: {modes: 1, operator: \"-0.5/3*x^3\"}\n"
                                    "initial: {squeezed: {r: -0.4}}\n"
                                    "output: {times: [0, 0.5, 1], husimi: {points: 5}}\n",
                                    "out.h5");
    for (size_t t = 0; t < 3; t++) {
        double time = 0.5 * (double)t,
               exact = 0.5 * exp(2.0 * r) + 0.5 * gamma * gamma * exp(-4.0 * r) * time * time;
        double truth = fabs(observable(&found, "var_p_1", t) - exact);
        double stated = stated_error(&found, "var_p_1", t);
        cr_expect(le(dbl, truth, stated), "%g > %g", truth, stated);
        cr_expect(lt(dbl, stated, 1e-4)); /* the fourth digit stands */
    }
    qfp_run_result_destroy(&found);
    scratch_remove();
}

/* ---- what is done with them ---------------------------------------------------------------- */

Test(fourier_errors, a_tolerance_that_was_asked_for_is_refused_where_it_is_missed)
{
    scratch_make();
    qfp_config *config = load_text(
        "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [1.5]}\n"
        "solver: {tolerance: 1e-8, grid: {points: 40, extent: 12}}\n"
        "output: {times: [0, 1, 3], husimi: {points: 5}}\n");
    qfp_run_options options = {.output_path = scratch_path("out.h5")};
    qfp_run_result result;
    cr_expect(eq(int, qfp_run(config, &options, &result), QFP_TOLERANCE));
    cr_expect(ne(ptr, (void *)strstr(qfp_last_error(), "solver.grid"), NULL), "%s",
              qfp_last_error());
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    scratch_remove();
}

/* Where nothing keeps an error small, none is stated. */
Test(fourier_errors, no_error_is_stated_where_none_can_be)
{
    scratch_make();
    qfp_run_result r = simulate("hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                                "initial: {coherent: [0.5]}\nsolver: {ordering: 0.45}\n"
                                "output: {times: [0, 0.05], husimi: {points: 5}}\n",
                                "out.h5");
    cr_expect(isnan(stated_error(&r, "n_1", 1)));
    cr_expect(isnan(observable(&r, "truncation", 1)));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* But where the guess is far above a tolerance that the user wrote, the run stops. */
Test(fourier_errors, a_guess_far_above_the_tolerance_is_refused)
{
    static const char yaml[] = "hamiltonian: {modes: 1, operator: \"0.006*p^2 - 0.005*x\"}\n"
                               "initial: {fock: [1]}\n"
                               "solver: {ordering: 0.43, grid: {points: 30, extent: 13}%s}\n"
                               "output: {times: [0, 20], husimi: {points: 5}}\n";
    static const struct {
        const char *tolerance;
        qfp_status status;
    } of[] = {
        {"", QFP_OK}, {", tolerance: 1.0e-3", QFP_OK}, {", tolerance: 1.0e-8", QFP_TOLERANCE}};
    char text[512];
    for (int i = 0; i < 3; i++) {
        qfp_run_result r;
        snprintf(text, sizeof text, yaml, of[i].tolerance);
        qfp_config *config = load_text(text);
        cr_expect(eq(int, qfp_run(config, &(qfp_run_options){0}, &r), of[i].status), "%s: %s",
                  of[i].tolerance, qfp_last_error());
        cr_expect(of[i].status == QFP_OK || strstr(qfp_last_error(), "a guess") != NULL);
        qfp_run_result_destroy(&r);
        qfp_config_destroy(config);
    }
}
