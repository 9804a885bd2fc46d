/* Dissipation in the Fock basis against closed forms.  Every value has to be as good as the tolerance asks,
 * and as good as it says. */
#include <complex.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "run/basis.h"
#include "run/fock_evolution.h"

TestSuite(open_fock, .init = scratch_make, .fini = scratch_remove);

#define TOLERANCE 1e-8

static double stated(const qfp_run_result *r, const char *name, size_t time)
{
    const qfp_theory_result *first = &r->theories[0];
    for (size_t c = 0; c < first->observable_count; c++)
        if (strcmp(first->names[c], name) == 0)
            return first->errors[time * first->observable_count + c];
    return NAN;
}

/* Sums of a closed form are good to a few roundings. */
static void assert_value(const qfp_run_result *r, const char *name, size_t time, double wanted)
{
    double value = observable(r, name, time), error = fabs(value - wanted);
    cr_assert(le(dbl, error, TOLERANCE), "%s: %.15g, not %.15g", name, value, wanted);
    cr_assert(le(dbl, error, stated(r, name, time) + 1e-13 * (1.0 + fabs(wanted))),
              "%s is %g off, and says %g", name, error, stated(r, name, time));
}

/* A master equation keeps the trace: within 1e-12 per unit of time. */
static void assert_trace(const qfp_run_result *r, size_t time, double t)
{
    cr_assert(le(dbl, fabs(observable(r, "norm", time) - 1.0), 1e-12 * fmax(t, 1.0)), "%g",
              observable(r, "norm", time) - 1.0);
}

Test(open_fock, lossy_kerr)
{
    const double u = 1.0, gamma = 0.3, times[] = {0.4, 1.5, 3.0};
    const double complex start = 1.7 - 0.4 * I;
    qfp_run_result r = simulate("hamiltonian: {operator: \"n + 0.5*ad^2*a^2\"}\n"
                                "dissipation: [{operator: a, rate: 0.3}]\n"
                                "initial: {coherent: [\"1.7 - 0.4*I\"]}\n"
                                "solver: {basis: fock}\nbackend: cpu\n"
                                "output: {times: [0.4, 1.5, 3.0], husimi: {points: 9}}\n",
                                "x.h5");
    for (size_t i = 0; i < 3; i++) {
        double t = times[i], n = pow(cabs(start), 2.0);
        double complex w = gamma + I * u;
        double complex a =
            start * cexp(-(I + 0.5 * gamma) * t - n * I * u / w * (1.0 - cexp(-w * t)));
        assert_value(&r, "re_a_1", i, creal(a));
        assert_value(&r, "im_a_1", i, cimag(a));
        assert_value(&r, "n_1", i, n * exp(-gamma * t));
        assert_trace(&r, i, t);
    }
    qfp_run_result_destroy(&r);
}

/* Gaussian in, Gaussian out; from vacuum the bath fills many more levels than the state needs at first. */
Test(open_fock, thermal_bath)
{
    const double nbar = 1.5, gamma = 0.8, times[] = {0.5, 2.0, 6.0}, alpha = 0.9;
    qfp_run_result r =
        simulate("hamiltonian: {operator: \"2*n\"}\n"
                 "dissipation: [{operator: a, rate: 0.8*2.5}, {operator: ad, rate: 0.8*1.5}]\n"
                 "initial: {coherent: [0.9]}\nsolver: {basis: fock}\nbackend: cpu\n"
                 "output: {times: [0.5, 2, 6], husimi: {points: 9}}\n",
                 "x.h5");
    for (size_t i = 0; i < 3; i++) {
        double t = times[i], left = exp(-gamma * t), heat = nbar * (1.0 - left);
        double complex a = alpha * cexp(-(2.0 * I + 0.5 * gamma) * t);
        assert_value(&r, "n_1", i, alpha * alpha * left + heat);
        assert_value(&r, "re_a_1", i, creal(a));
        assert_value(&r, "im_a_1", i, cimag(a));
        assert_value(&r, "var_x_1", i, 0.5 + heat);
        assert_value(&r, "var_p_1", i, 0.5 + heat);
        assert_value(&r, "purity", i, 1.0 / (1.0 + 2.0 * heat));
        assert_trace(&r, i, t);
    }
    qfp_run_result_destroy(&r);
}

/* Nothing is shifted: one pass to any time.  ρ_mn falls as e^{−γ(m−n)²t/2}. */
Test(open_fock, dephasing)
{
    const double gamma = 0.7, t = 1.3, alpha = 1.2;
    qfp_run_result r = simulate("hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
                                "dissipation: [{operator: n, rate: 0.7}]\n"
                                "initial: {coherent: [1.2]}\nsolver: {basis: fock}\nbackend: cpu\n"
                                "output: {times: [1.3], husimi: {points: 9}, "
                                "observables: [{name: pair, operator: \"a^2\"}]}\n",
                                "x.h5");
    double n = alpha * alpha;
    double complex a = alpha * exp(-0.5 * gamma * t) * cexp(n * (cexp(-I * t) - 1.0));
    double complex pair =
        n * exp(-2.0 * gamma * t) * cexp(-I * t) * cexp(n * (cexp(-2.0 * I * t) - 1.0));
    assert_value(&r, "n_1", 0, n);
    assert_value(&r, "re_a_1", 0, creal(a));
    assert_value(&r, "im_a_1", 0, cimag(a));
    assert_value(&r, "re_pair", 0, creal(pair));
    assert_value(&r, "im_pair", 0, cimag(pair));
    assert_trace(&r, 0, t);
    qfp_run_result_destroy(&r);
}

/* D[a² − β²] takes the vacuum to the even cat |β⟩ + |−β⟩, through levels that a state of no quanta at t = 0
 * does not need; parity is kept. */
Test(open_fock, two_photon_dissipation_makes_a_cat)
{
    const double beta2 = 2.0;
    qfp_run_result r = simulate("hamiltonian: {operator: \"0*n\"}\n"
                                "dissipation: [{operator: \"a^2 - 2\", rate: 1}]\n"
                                "initial: {fock: [0]}\nsolver: {basis: fock}\nbackend: cpu\n"
                                "output: {times: [18], husimi: {points: 9}, "
                                "observables: [{name: pair, operator: \"a^2\"}]}\n",
                                "x.h5");
    /* what is left of the way falls about as e^{−2t} */
    assert_value(&r, "n_1", 0, beta2 * tanh(beta2));
    assert_value(&r, "re_pair", 0, beta2);
    assert_value(&r, "re_a_1", 0, 0.0);
    assert_value(&r, "purity", 0, 1.0);
    assert_trace(&r, 0, 18.0);
    qfp_run_result_destroy(&r);
}

/* Loss only lowers: a number state needs no more levels than it has, whatever is exchanged on the way; a
 * thermal state becomes purer, which is no noise. */
Test(open_fock, loss_needs_no_more_levels)
{
    qfp_config *config = load_text(
        "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2])\"}\n"
        "dissipation: [{operator: \"a[1]\", rate: 0.5}, {operator: \"n[2]\", rate: 0.2}]\n"
        "initial: {fock: [2, 1]}\nsolver: {basis: fock}\noutput: {times: [1]}\n");
    qfp_plan plan;
    OK(qfp_plan_create(config, &plan, NULL));
    cr_assert(eq(int, plan.levels[0], 4));
    cr_assert(eq(int, plan.levels[1], 4));
    qfp_config_destroy(config);
    /* c†c raises where c does not */
    config = load_text("hamiltonian: {operator: n}\ninitial: {fock: [0]}\nsolver: {basis: fock}\n"
                       "dissipation: [{operator: \"a^2 - 2\", rate: 1}]\noutput: {times: [1]}\n");
    OK(qfp_plan_create(config, &plan, NULL));
    cr_assert(le(int, 8, plan.levels[0]));
    qfp_config_destroy(config);
    qfp_run_result r =
        simulate("hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2])\"}\n"
                 "dissipation: [{operator: \"a[1]\", rate: 0.5}, {operator: \"n[2]\", rate: 0.2}]\n"
                 "initial: {fock: [2, 1]}\nsolver: {basis: fock}\nbackend: cpu\n"
                 "output: {times: [1, 3], husimi: {points: 9}}\n",
                 "x.h5");
    cr_assert(le(dbl, stated(&r, "truncation", 1), 1e-9)); /* nothing can leave */
    qfp_run_result_destroy(&r);
    r = simulate("hamiltonian: {operator: n}\ndissipation: [{operator: a, rate: 1}]\n"
                 "initial: {thermal: {nbar: 1}}\nsolver: {basis: fock}\nbackend: cpu\n"
                 "output: {times: [4], husimi: {points: 9}}\n",
                 "x.h5");
    assert_value(&r, "n_1", 0, exp(-4.0));
    assert_value(&r, "purity", 0, 1.0 / (1.0 + 2.0 * exp(-4.0)));
    qfp_run_result_destroy(&r);
}

static qfp_status nothing(void *data, double t)
{
    (void)data, (void)t;
    return QFP_OK;
}

/* The stated errors of a run that nobody watches, on too few levels and on enough: what leaves with H, with
 * c†c and with a jump is seen. */
static void try_alone(const char *system, int few, int many)
{
    const char *format = "%s\nsolver: {basis: fock, levels: %d, tolerance: 1.0e-3}\nbackend: cpu\n"
                         "output: {times: [0.7], husimi: {points: 9}}\n";
    double values[2][32], errors[2][32], state[2];
    size_t count = 0;
    for (int i = 0; i < 2; i++) {
        char text[1024];
        snprintf(text, sizeof text, format, system, i == 0 ? few : many);
        qfp_config *config = load_text(text);
        qfp_equation equation;
        qfp_plan plan;
        qfp_fock_evolution e;
        const qfp_step_hook hook = {.after_step = nothing};
        OK(qfp_equation_create(config, &equation));
        OK(qfp_basis_plan(config, &equation, &plan));
        OK(qfp_fock_evolution_create(config, &equation, &plan, &e));
        qfp_fock_witness_destroy(&e.witness);
        OK(qfp_fock_evolution_advance(&e, 0.7, &hook));
        count = e.stage.observables.count;
        OK(qfp_fock_moments_evaluate(e.stage.moments, e.stage.u, values[i], NULL));
        OK(qfp_fock_evolution_error(&e, &state[i]));
        OK(qfp_fock_evolution_errors(&e, values[i], errors[i]));
        qfp_fock_evolution_destroy(&e);
        qfp_equation_destroy(&equation);
        qfp_config_destroy(config);
    }
    cr_assert(le(dbl, state[1], 0.1 * state[0]), "%s: %g", system, state[1]);
    cr_assert(le(dbl, 1e-6, state[0]), "%s: %g", system, state[0]);
    for (size_t i = 0; i < count; i++) {
        double error = fabs(values[0][i] - values[1][i]);
        cr_assert(le(dbl, error, errors[0][i] + errors[1][i] + 1e-13),
                  "%s: number %zu is %g off, and says %g", system, i, error, errors[0][i]);
    }
}

Test(open_fock, errors_are_stated_without_a_witness)
{
    try_alone("hamiltonian: {operator: \"0.3*n\"}\ninitial: {fock: [1]}\n"
              "dissipation: [{operator: ad, rate: 0.4}]",
              5, 60);
    try_alone("hamiltonian: {operator: \"a + ad\"}\ninitial: {coherent: [0.8]}\n"
              "dissipation: [{operator: a, rate: 0.4}]",
              8, 40);
    try_alone("hamiltonian: {operator: \"0*n\"}\ninitial: {fock: [0]}\n"
              "dissipation: [{operator: \"a^2 - 1\", rate: 0.5}]",
              7, 40);
    try_alone("hamiltonian: {operator: \"n + 0.02*x^4\"}\ninitial: {coherent: [0.6]}\n"
              "dissipation: [{operator: a, rate: 0.2}, {operator: n, rate: 0.2}]",
              12, 60);
    try_alone("hamiltonian: {operator: \"n\"}\ninitial: {coherent: [0.5]}\n"
              "dissipation: [{operator: x, rate: 0.4}]",
              8, 40);
}
