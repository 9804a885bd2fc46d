/* Windows of levels of bright states, and equations that leave every diagonal of ρ to itself: against closed forms, and
 * against the same run on all levels and by the stencil. */
#include <complex.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/kept_state.h"
#include "../support/simulate.h"
#include "qfp/plan.h"
#include "run/basis.h"
#include "run/fock_evolution.h"

TestSuite(fock_window, .init = scratch_make, .fini = scratch_remove);

static qfp_plan plan_of(const char *yaml)
{
    qfp_config *config = load_text(yaml);
    qfp_plan plan;
    OK(qfp_plan_create(config, &plan, NULL));
    qfp_config_destroy(config);
    return plan;
}

static qfp_status attempt(const char *yaml, qfp_run_result *out)
{
    qfp_config *config = load_text(yaml);
    qfp_run_options options = {.output_path = scratch_path("x.h5")};
    qfp_status status = qfp_run(config, &options, out);
    qfp_config_destroy(config);
    return status;
}

static void assert_value(const qfp_run_result *r, const char *name, size_t time, double wanted,
                         double tolerance)
{
    double value = observable(r, name, time), error = fabs(value - wanted);
    cr_assert(le(dbl, error, tolerance), "%s: %.15g, not %.15g", name, value, wanted);
    cr_assert(le(dbl, error, stated_error(r, name, time)), "%s is %g off, and says %g", name, error,
              stated_error(r, name, time));
}

/* ⟨a⟩ of a Kerr oscillator that loses quanta, ½U a†²a² and γ D[a]. */
static double complex lossy_kerr(double complex alpha, double u, double gamma, double t)
{
    double complex w = gamma + I * u;
    double n = creal(alpha * conj(alpha));
    return alpha * cexp(-0.5 * gamma * t - n * I * u / w * (1.0 - cexp(-w * t)));
}

#define BRIGHT                                                                                     \
    "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n%sinitial: {coherent: [\"16 - 12*I\"]}\n"          \
    "backend: cpu\nsolver: {basis: fock, tolerance: 1e-8%s}\n"                                     \
    "output: {times: [0, 0.005, 0.011], husimi: {from: -33, to: 33, points: 11}, wigner: true,\n"  \
    "         state: {times: last}}\n"
#define LOSS "dissipation: [{operator: a, rate: 4}]\n"

/* Closed and with loss, by itself and as the stencil does it in its frame. */
Test(fock_window, a_bright_kerr_state_is_right_on_its_window)
{
    static const struct {
        const char *channels, *solver;
        double gamma;
    } cases[] = {{"", "", 0.0},
                 {LOSS, "", 4.0},
                 {LOSS, ", integrator: chebyshev", 4.0},
                 {LOSS, ", levels: 390, first_level: 190", 4.0}};
    const double complex start = 16.0 - 12.0 * I;
    char text[1024];
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof text, BRIGHT, cases[i].channels, cases[i].solver);
        qfp_plan plan = plan_of(text);
        cr_assert(lt(int, 180, plan.first[0]));
        cr_assert(lt(int, plan.levels[0], 400));
        qfp_run_result r = simulate(text, "x.h5");
        for (size_t k = 0; k < 3; k++) {
            double t = (double[]){0.0, 0.005, 0.011}[k];
            double complex a = lossy_kerr(start, 1.0, cases[i].gamma, t);
            assert_value(&r, "re_a_1", k, creal(a), 1e-7);
            assert_value(&r, "im_a_1", k, cimag(a), 1e-7);
            assert_value(&r, "n_1", k, 400.0 * exp(-cases[i].gamma * t), 1e-6);
        }
        qfp_run_result_destroy(&r);
    }
}

/* All that is read off it is what all levels give. */
Test(fock_window, what_is_read_off_begins_at_the_vacuum)
{
    static const char *const data[] = {
        "/husimi/mode_1",     "/wigner/mode_1",       "/state/rho",          "/observables/var_n_1",
        "/observables/wehrl", "/observables/var_p_1", "/observables/energy", "/observables/purity"};
    char all[1024], own[1024], path[512];
    qfp_plan plan;
    snprintf(own, sizeof own, BRIGHT, LOSS, "");
    plan = plan_of(own);
    cr_assert(lt(int, 180, plan.first[0]));
    char levels[64];
    snprintf(levels, sizeof levels, ", levels: %d", plan.first[0] + plan.levels[0]);
    snprintf(all, sizeof all, BRIGHT, LOSS, levels);
    qfp_run_result r = simulate(own, "own.h5"), s = simulate(all, "all.h5");
    snprintf(path, sizeof path, "%s", scratch_path("own.h5"));
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        cr_assert(lt(dbl, disagreement(path, scratch_path("all.h5"), data[i]), 1e-8), "%s",
                  data[i]);
    qfp_run_result_destroy(&r);
    qfp_run_result_destroy(&s);
}

/* Two modes, each in its window: planes and the whole Q need both. */
Test(fock_window, two_modes)
{
    static const char yaml[] =
        "hamiltonian: {modes: 2, operator: \"0.3*n[1]*n[2] + 0.1*n[2]^2\"}\n"
        "dissipation: [{operator: \"a[2]\", rate: 0.5}, {operator: \"n[1]\", rate: 0.1}]\n"
        "initial: {product: [{fock: [12]}, {coherent: [\"-6*I\"]}]}\nbackend: cpu\n"
        "solver: {basis: fock, tolerance: 1e-3, %s}\n"
        "output: {times: [0.05], planes: [[x_1, p_2]], wigner: true,\n"
        "         husimi: {from: -8, to: 8, points: 5, full: true}}\n";
    static const char *const data[] = {
        "/husimi/full",     "/husimi/x_1_p_2",     "/husimi/mode_1",      "/wigner/mode_2",
        "/observables/n_1", "/observables/im_a_2", "/observables/var_x_1"};
    char all[1024], own[1024], path[512];
    snprintf(own, sizeof own, yaml, "levels: [2, 67], first_level: [12, 8]");
    snprintf(all, sizeof all, yaml, "levels: [14, 75]");
    qfp_run_result r = simulate(own, "own.h5"), s = simulate(all, "all.h5");
    snprintf(path, sizeof path, "%s", scratch_path("own.h5"));
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        cr_assert(lt(dbl, disagreement(path, scratch_path("all.h5"), data[i]), 1e-3), "%s",
                  data[i]);
    qfp_run_result_destroy(&r);
    qfp_run_result_destroy(&s);
}

/* Gain, loss, loss of pairs and dephasing beside Kerr: one series for each diagonal, and steps of the stencil. */
Test(fock_window, diagonals_and_steps_agree)
{
    static const char yaml[] =
        "hamiltonian: {operator: \"0.4*n^2 + 0.1*n^3\"}\n"
        "dissipation: [{operator: a, rate: 0.7}, {operator: ad, rate: 0.3},\n"
        "              {operator: \"a^2\", rate: 0.05}, {operator: n, rate: 0.2}]\n"
        "initial: {superposition: [{coherent: [1.2], weight: 1}, {fock: [3], weight: \"I\"}]}\n"
        "backend: cpu\nsolver: {basis: fock, levels: 40, tolerance: 1e-6%s}\n"
        "output: {times: [0.3, 1], husimi: {points: 9}, state: {times: all}}\n";
    char text[1024], path[512];
    snprintf(text, sizeof text, yaml, "");
    qfp_run_result r = simulate(text, "own.h5");
    snprintf(text, sizeof text, yaml, ", integrator: chebyshev");
    qfp_run_result s = simulate(text, "other.h5");
    snprintf(path, sizeof path, "%s", scratch_path("own.h5"));
    cr_assert(lt(dbl, disagreement(path, scratch_path("other.h5"), "/state/rho"), 1e-9));
    qfp_run_result_destroy(&r);
    qfp_run_result_destroy(&s);
}

/* A window that the state is not in is refused, and the level is named; one that it leaves stops the run. */
Test(fock_window, a_window_that_is_too_narrow_is_refused)
{
    char text[1024];
    qfp_run_result r = {0};
    snprintf(text, sizeof text, BRIGHT, LOSS, ", levels: 390, first_level: 380");
    cr_assert(eq(int, attempt(text, &r), QFP_RESOLUTION));
    cr_assert(strstr(qfp_last_error(), "390 (from 380)") != NULL, "%s", qfp_last_error());
    qfp_run_result_destroy(&r);
    snprintf(text, sizeof text, BRIGHT, "dissipation: [{operator: a, rate: 90}]\n",
             ", levels: 380, first_level: 200");
    cr_assert(eq(int, attempt(text, &r), QFP_TOLERANCE));
    cr_assert(strstr(qfp_last_error(), "may be off") != NULL, "%s", qfp_last_error());
    qfp_run_result_destroy(&r);
}

static qfp_status nothing(void *data, double t)
{
    size_t *calls = data;
    (void)t;
    ++*calls;
    return QFP_OK;
}

/* One that was planned too high grows downwards, and the state goes on. */
Test(fock_window, it_grows_downwards)
{
    char text[1024];
    size_t calls = 0;
    const qfp_step_hook hook = {.data = &calls, .after_step = nothing};
    snprintf(text, sizeof text, BRIGHT, "dissipation: [{operator: a, rate: 30}]\n", "");
    qfp_config *config = load_text(text);
    qfp_equation equation;
    qfp_plan plan = {.basis = QFP_BASIS_FOCK, .modes = 1};
    qfp_fock_evolution e;
    OK(qfp_equation_create(config, &equation));
    OK(qfp_basis_plan(config, &equation, &plan));
    int planned = plan.first[0], end = plan.first[0] + plan.levels[0];
    plan.first[0] = 210;
    plan.levels[0] = end - 210;
    OK(qfp_fock_evolution_create(config, &equation, &plan, &e));
    OK(qfp_fock_evolution_advance(&e, 0.011, &hook));
    cr_assert(lt(int, planned, 205));
    cr_assert(lt(int, e.plan.first[0], 210));
    cr_assert(eq(int, e.plan.first[0] + e.plan.levels[0], end));
    double *values = calloc(e.stage.observables.count, sizeof *values), error;
    OK(qfp_fock_moments_evaluate(e.stage.moments, e.stage.u, values, NULL));
    for (size_t i = 0; i < e.stage.observables.count; i++)
        if (strcmp(e.stage.observables.observables[i].quantity.name, "n_1") == 0)
            cr_assert(lt(dbl, fabs(values[i] - 400.0 * exp(-30.0 * 0.011)), 1e-6), "%.12g",
                      values[i]);
    OK(qfp_fock_evolution_error(&e, &error));
    cr_assert(lt(dbl, error, 1e-8));
    free(values);
    qfp_fock_evolution_destroy(&e);
    qfp_equation_destroy(&equation);
    qfp_config_destroy(config);
}

/* From a checkpoint between two outputs it goes on to the bit, in the same stretches; so it does in a frame. */
Test(fock_window, a_checkpoint_goes_on_to_the_bit)
{
    static const char *const solvers[] = {"", ", integrator: chebyshev"};
    size_t calls = 0;
    const qfp_step_hook hook = {.data = &calls, .after_step = nothing};
    for (int i = 0; i < 2; i++) {
        char text[1024];
        qfp_equation equation;
        qfp_plan plan = {.basis = QFP_BASIS_FOCK, .modes = 1};
        qfp_fock_evolution first, second;
        snprintf(text, sizeof text, BRIGHT, LOSS, solvers[i]);
        qfp_config *config = load_text(text);
        OK(qfp_equation_create(config, &equation));
        OK(qfp_basis_plan(config, &equation, &plan));
        OK(qfp_fock_evolution_create(config, &equation, &plan, &first));
        OK(qfp_fock_evolution_create(config, &equation, &plan, &second));
        OK(qfp_fock_evolution_advance(&first, 0.005, &hook));
        size_t count = qfp_fock_evolution_state_count(&first);
        double *state = calloc(count, sizeof *state), *other = calloc(count, sizeof *other);
        OK(qfp_fock_evolution_save(&first, TO_MEMORY(state)));
        OK(qfp_fock_evolution_load(&second, 0.005, count, FROM_MEMORY(state)));
        OK(qfp_fock_evolution_advance(&first, 0.011, &hook));
        OK(qfp_fock_evolution_advance(&second, 0.011, &hook));
        OK(qfp_fock_evolution_save(&first, TO_MEMORY(state)));
        OK(qfp_fock_evolution_save(&second, TO_MEMORY(other)));
        for (size_t k = 0; k < count; k++)
            cr_assert(state[k] == other[k], "%s: %zu of %zu: %.17g, not %.17g", solvers[i], k,
                      count, other[k], state[k]);
        free(state);
        free(other);
        qfp_fock_evolution_destroy(&first);
        qfp_fock_evolution_destroy(&second);
        qfp_equation_destroy(&equation);
        qfp_config_destroy(config);
    }
}

/* Hopping with loss and dephasing, from coherent light and from four quanta: sectors of the total number, and steps of the
 * stencil. */
Test(fock_window, sectors_and_steps_agree)
{
    static const char yaml[] =
        "hamiltonian: {modes: 3, operator: \"-hc(ad[1]*a[2]) - hc(ad[2]*a[3]) + 0.5*n[1]^2\"}\n"
        "dissipation: [{operator: \"a[1]\", rate: 0.3}, {operator: \"n[3]\", rate: 0.2},\n"
        "              {operator: \"ad[2]*a[3]\", rate: 0.1}, {operator: \"a[2]^2\", rate: 0.2}]\n"
        "initial: {%s}\nbackend: cpu\nsolver: {basis: fock, levels: 5, tolerance: 0.05%s}\n"
        "output: {times: [0.4, 1], husimi: {points: 9}, state: {times: all}}\n";
    static const char *const states[] = {"coherent: [0.4, \"0.3*I\", 0]", "fock: [1, 2, 1]"};
    char text[1024], path[512];
    for (int i = 0; i < 2; i++) {
        snprintf(text, sizeof text, yaml, states[i], "");
        qfp_run_result r = simulate(text, "own.h5");
        snprintf(text, sizeof text, yaml, states[i], ", integrator: chebyshev");
        qfp_run_result s = simulate(text, "other.h5");
        snprintf(path, sizeof path, "%s", scratch_path("own.h5"));
        cr_assert(lt(dbl, disagreement(path, scratch_path("other.h5"), "/state/rho"), 1e-10));
        qfp_run_result_destroy(&r);
        qfp_run_result_destroy(&s);
    }
}
