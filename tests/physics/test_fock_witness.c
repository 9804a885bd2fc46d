/* What the exact kets beside a run in the Fock basis do for it: they state its error, lower its levels,
 * and have it computed again. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "qfp/plan.h"
#include "run/fock_evolution.h"

static qfp_status nothing(void *data, double t)
{
    (void)data;
    (void)t;
    return QFP_OK;
}

TestSuite(fock_evolution, .init = scratch_make, .fini = scratch_remove);

/* An amplitude that is below the tolerance at every step adds up to more: the exact kets notice, and the
 * state is computed again from the start. */
Test(fock_evolution, what_the_exact_kets_find_is_computed_again)
{
    static const char *const integrators[] = {"", ", integrator: krylov"};
    char text[1024];
    for (int i = 0; i < 2; i++) {
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 1, operator: \"1.241*n + hc((0.301+0.2749*I)*ad^2)\"}\n"
                 "initial: {coherent: [\"0.9928-2.171*I\"]}\n"
                 "solver: {basis: fock, tolerance: 6.6e-09%s}\n"
                 "output: {times: [0, 0.361131, 1.32068, 1.74645], husimi: {points: 9}}\n",
                 integrators[i]);
        qfp_run_result r = simulate(text, "x.h5");
        cr_assert(strstr(r.warning, "began again with them at t = 1.32068") != NULL, "%s",
                  r.warning);
        for (size_t t = 0; t < 4; t++)
            cr_assert(le(dbl, observable(&r, "truncation", t), 6.6e-9), "%zu", t);
        qfp_run_result_destroy(&r);
    }
}

static double stated_wehrl(const qfp_run_result *r, size_t time)
{
    const qfp_theory_result *theory = &r->theories[0];
    size_t column = 0;
    while (strcmp(theory->names[column], "wehrl") != 0)
        column++;
    return theory->errors[time * theory->observable_count + column];
}

/* What a mixture of number states loses at the cut is its population there, (n̄/(1 + n̄))^levels, and no
 * root of it. */
Test(fock_evolution, populations_that_are_cut_count_once)
{
    const double lost = pow(2.0 / 3.0, 40);
    qfp_run_result r = simulate("hamiltonian: {modes: 1, operator: \"n\"}\n"
                                "initial: {thermal: {nbar: 2.0}}\n"
                                "solver: {basis: fock, levels: 40, tolerance: 1.0e-5}\n"
                                "output: {times: [0.0, 1.0], husimi: {points: 9}}\n",
                                "x.h5");
    for (size_t t = 0; t < 2; t++) {
        cr_assert(le(dbl, lost, observable(&r, "truncation", t)));
        /* the exact kets' own error is a hundredth of the tolerance at most, and 1e-10 here */
        cr_assert(le(dbl, observable(&r, "truncation", t), 1.1 * lost));
        double off = fabs(observable(&r, "wehrl", t) - 1.0 - log(3.0));
        cr_assert(le(dbl, off, stated_wehrl(&r, t)));
        cr_assert(
            le(dbl, stated_wehrl(&r, t), 3.0 * off)); /* where it is, ln πQ is about ln lost */
    }
    qfp_run_result_destroy(&r);
}

/* The classical flow of the contour goes up the well's walls, where the state is not. */
Test(fock_evolution, the_exact_kets_say_what_levels_are_enough)
{
    qfp_config *config =
        load_text("hamiltonian: {modes: 1, operator: \"0.5*p^2 - 0.4*x^2 + 0.0446*x^4\"}\n"
                  "initial: {squeezed: {r: 0.7, phi: 0.7, alpha: 0.3}}\n"
                  "solver: {basis: fock, tolerance: 1.0e-8}\n"
                  "output: {times: [0, 0.4], husimi: {points: 9}}\n");
    qfp_equation equation;
    qfp_plan planned, timed;
    qfp_plan_timing timing;
    OK(qfp_equation_create(config, &equation));
    OK(qfp_plan_create(config, &planned, NULL));
    OK(qfp_plan_create(config, &timed, &timing));
    qfp_fock_evolution *e = calloc(1, sizeof *e);
    OK(qfp_fock_evolution_create(config, &equation, &planned, e));
    cr_assert(lt(int, 2 * e->plan.levels[0], planned.levels[0]));
    cr_assert(eq(int, e->plan.levels[0], e->stage.space.levels[0]));
    cr_assert(eq(int, e->plan.levels[0], timed.levels[0]));
    cr_assert(lt(dbl, timed.bytes_total, planned.bytes_total));
    const qfp_step_hook hook = {.after_step = nothing};
    double error;
    OK(qfp_fock_evolution_advance(e, 0.4, &hook));
    OK(qfp_fock_evolution_error(e, &error));
    cr_assert(le(dbl, error, 1e-8));
    cr_assert(not(e->has_grown));
    qfp_fock_evolution_destroy(e);
    free(e);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

TestSuite(fock_witness, .init = scratch_make, .fini = scratch_remove);

/* c_2n ∝ tanh^n r √((2n)!)/(2^n n!) falls slowly: nothing above 1e-12 is missing where there is room. */
Test(fock_witness, far_levels_of_a_squeezed_state_are_filled)
{
    qfp_run_result r = simulate("hamiltonian: {modes: 1, operator: \"n\"}\n"
                                "initial: {squeezed: {r: 1.3}}\n"
                                "solver: {basis: fock, levels: 420, tolerance: 1.0e-10}\n"
                                "output: {times: [0], husimi: {points: 5}}\n",
                                "x.h5");
    cr_assert(le(dbl, observable(&r, "truncation", 0), 1e-12));
    qfp_run_result_destroy(&r);
}

/* A thermal state that is changed by hand, δ from |1⟩ to |0⟩: its distance in the trace norm is 2δ, beside
 * what the kets do not know themselves, and its means are off by what they are off by. */
static void expect_what_was_changed(const char *text)
{
    const double changed = 1e-4;
    qfp_config *config = load_text(text);
    qfp_equation equation;
    qfp_plan plan;
    qfp_fock_evolution *e = calloc(1, sizeof *e);
    OK(qfp_equation_create(config, &equation));
    OK(qfp_plan_create(config, &plan, NULL));
    OK(qfp_fock_evolution_create(config, &equation, &plan, e));
    const qfp_vector_operations *v = e->engine.backend->vector;
    const size_t places[2] = {2 * qfp_fock_offset(&e->stage.space, 0),
                              2 * qfp_fock_offset(&e->stage.space, 1)};
    qfp_reference_error own;
    double before, after;
    OK(qfp_fock_witness_distance(&e->witness, &e->stage, 0.0, &before));
    OK(qfp_reference_error_now(e->witness.reference, &own));
    cr_assert(lt(dbl, 0.0, own.state));
    cr_assert(le(dbl, own.state, before));
    cr_assert(lt(dbl, before, 1e-3 * changed));
    for (int i = 0; i < 2; i++) {
        double population;
        OK(v->download(e->stage.u, places[i], 1, &population));
        population += i == 0 ? changed : -changed;
        OK(v->upload(e->stage.u, places[i], 1, &population));
    }
    OK(qfp_fock_witness_distance(&e->witness, &e->stage, 0.0, &after));
    cr_assert(epsilon_eq(dbl, after, 2.0 * changed, 2.0 * before));
    double means[32] = {0.0}, errors[32];
    OK(qfp_fock_witness_errors(&e->witness, 0.0, means, errors));
    for (size_t i = 0; i < e->witness.list.count;
         i++) /* of zeros: the means themselves, and more */
        cr_assert(le(dbl, fabs(e->witness.values[i]), errors[i]));
    memcpy(means, e->witness.values, e->witness.list.count * sizeof *means);
    OK(qfp_fock_witness_errors(&e->witness, 0.0, means, errors));
    for (size_t i = 0; i < e->witness.list.count; i++)
        cr_assert(lt(dbl, errors[i], 1e-6), "%zu: %g", i, errors[i]);
    qfp_fock_evolution_destroy(e);
    free(e);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

#define THERMAL                                                                                    \
    "hamiltonian: {modes: 1, operator: \"n\"}\n"                                                   \
    "initial: {thermal: {nbar: 0.5}}\n"                                                            \
    "solver: {basis: fock, levels: 30, tolerance: 1.0e-8}\n"                                       \
    "output: {times: [0, 1], husimi: {points: 9}}\n"

Test(fock_witness, a_state_changed_by_hand_is_as_far_off_as_it_was_changed)
{
    expect_what_was_changed(THERMAL);
    expect_what_was_changed(THERMAL "dissipation: [{operator: a, rate: 0.1}]\n");
}

/* The distance from a density matrix: that of a coherent state, turned and damped, to rounding; and what
 * too few levels leave out, which counts twice at most. */
static double distance_at(const char *text, double t)
{
    qfp_config *config = load_text(text);
    qfp_equation equation;
    qfp_plan plan;
    qfp_fock_evolution *e = calloc(1, sizeof *e);
    const qfp_step_hook hook = {.after_step = nothing};
    double distance;
    OK(qfp_equation_create(config, &equation));
    OK(qfp_plan_create(config, &plan, NULL));
    OK(qfp_fock_evolution_create(config, &equation, &plan, e));
    cr_assert(ne(ptr, e->witness.reference, NULL));
    OK(qfp_fock_evolution_advance(e, t, &hook));
    OK(qfp_fock_witness_distance(&e->witness, &e->stage, t, &distance));
    qfp_fock_evolution_destroy(e);
    free(e);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
    return distance;
}

Test(fock_witness, the_distance_from_a_density_matrix)
{
    double damped = distance_at("hamiltonian: {modes: 1, operator: \"n\"}\n"
                                "dissipation: [{operator: a, rate: 0.3}]\n"
                                "initial: {coherent: [\"0.8 + 0.3*I\"]}\n"
                                "solver: {basis: fock, levels: 30, tolerance: 1.0e-9}\n"
                                "output: {times: [0, 0.7], husimi: {points: 9}}\n",
                                0.7);
    cr_expect(lt(dbl, damped, 1e-9), "%g", damped);
    double cut = distance_at("hamiltonian: {modes: 1, operator: \"n\"}\n"
                             "dissipation: [{operator: n, rate: 0.3}]\n"
                             "initial: {thermal: {nbar: 0.5}}\n"
                             "solver: {basis: fock, levels: 12, tolerance: 1.0e-3}\n"
                             "output: {times: [0, 0.7], husimi: {points: 9}}\n",
                             0.0);
    double missing = pow(3.0, -12.0);
    cr_expect(lt(dbl, 0.999 * missing, cut), "%g %g", cut, missing);
    cr_expect(lt(dbl, cut, 2.001 * missing), "%g %g", cut, missing);
}

/* Of a ket that all levels hold, ρ is that of the kets to rounding: what is stated is what they may be off
 * by themselves. */
Test(fock_witness, the_error_of_the_kets_is_stated_too)
{
    qfp_config *config = load_text("hamiltonian: {modes: 1, operator: \"n\"}\n"
                                   "initial: {coherent: [0.5]}\n"
                                   "solver: {basis: fock, levels: 40, tolerance: 1.0e-8}\n"
                                   "output: {times: [0, 1], husimi: {points: 9}}\n");
    qfp_equation equation;
    qfp_plan plan;
    qfp_fock_evolution *e = calloc(1, sizeof *e);
    qfp_reference_error own;
    double distance;
    OK(qfp_equation_create(config, &equation));
    OK(qfp_plan_create(config, &plan, NULL));
    OK(qfp_fock_evolution_create(config, &equation, &plan, e));
    OK(qfp_fock_witness_distance(&e->witness, &e->stage, 0.0, &distance));
    OK(qfp_reference_error_now(e->witness.reference, &own));
    cr_assert(lt(dbl, 0.0, own.state));
    cr_assert(le(dbl, own.state, distance));
    cr_assert(le(dbl, distance, 3.0 * own.state)); /* what they cut is in both */
    qfp_fock_evolution_destroy(e);
    free(e);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}
