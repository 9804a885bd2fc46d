/* The exact flow of closed systems, `integrator: split`: against closed forms, the reference and itself. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "../support/simulate.h"
#include "../support/text_attribute.h"

static const char system_text[] = "hamiltonian: {modes: 1, operator: \"%s\"}\n"
                                  "kappa: %s\n"
                                  "initial: {squeezed: {alpha: '1.0+0.5*I', r: 0.3, phi: 0.4}}\n"
                                  "solver: {%s}\n"
                                  "output:\n"
                                  "  times: %s\n"
                                  "  husimi: {from: -5.0, to: 5.0, points: 31}\n"
                                  "backend: cpu\n";

#define DRIVEN "0.5*ad^2*a^2 + 0.7*(a + ad) + 0.3*p^2"
#define QUARTIC "0.5*p^2 + 0.5*x^2 + 0.05*x^4"

static qfp_run_result run(const char *operator_text, const char *kappa, const char *solver,
                          const char *times, const char *name)
{
    char text[1024];
    snprintf(text, sizeof text, system_text, operator_text, kappa, solver, times);
    return simulate(text, name);
}

static void flow_agrees_with_the_reference(const char *operator_text, const char *kappa)
{
    scratch_make();
    qfp_run_result flow =
        run(operator_text, kappa, "basis: fourier, integrator: split", "[0, 0.3, 1.5]", "flow.h5");
    qfp_run_result exact =
        run(operator_text, kappa, "basis: reference", "[0, 0.3, 1.5]", "exact.h5");
    /* measured 3e-14; a flow with a sign or a factor wrong is off by 1 */
    double q = disagreement(scratch_path("flow.h5"), scratch_path("exact.h5"), "/husimi/mode_1");
    cr_assert(lt(dbl, q, 1e-11), "%s: %.2e", operator_text, q);
    double n = disagreement(scratch_path("flow.h5"), scratch_path("exact.h5"), "/observables/n_1");
    cr_assert(lt(dbl, n, 1e-10), "%s: %.2e", operator_text, n);
    qfp_run_result_destroy(&flow);
    qfp_run_result_destroy(&exact);
    scratch_remove();
}

Test(split, a_driven_kerr_oscillator_is_exact)
{
    flow_agrees_with_the_reference(DRIVEN, "1.0");
}

/* Boxes of different sides, κ ≠ 1. */
Test(split, a_quartic_oscillator_is_exact)
{
    flow_agrees_with_the_reference(QUARTIC, "0.7");
}

static void integrator_is(const char *name, const char *expected)
{
    hid_t file = H5Fopen(scratch_path(name), H5F_ACC_RDONLY, H5P_DEFAULT);
    char *text = text_attribute(file, "integrator");
    cr_assert(eq(str, text, (char *)expected));
    free(text);
    H5Fclose(file);
}

/* auto takes the flow on a grid of its own, and not on one that was given. */
Test(split, auto_takes_the_flow_where_the_grid_is_free)
{
    const char *const free_grid = "basis: fourier",
                      *const given = "basis: fourier, grid: {points: 96, extent: 18}";
    scratch_make();
    qfp_run_result flow = run(DRIVEN, "1.0", free_grid, "[0, 0.3]", "flow.h5");
    qfp_run_result krylov = run(DRIVEN, "1.0", given, "[0, 0.3]", "krylov.h5");
    integrator_is("flow.h5", "split");
    integrator_is("krylov.h5", "krylov");
    qfp_run_result_destroy(&flow);
    qfp_run_result_destroy(&krylov);
    scratch_remove();
}

/* Kerr at t = 2π is what it was, after 32 steps of which each is exact: rounding is left. */
Test(split, a_revival_is_exact)
{
    scratch_make();
    qfp_run_result r = run("0.5*ad^2*a^2", "1.0", "basis: fourier", "[0, '2*pi']", "kerr.h5");
    cr_assert(lt(dbl, fabs(observable(&r, "re_a_1", 1) - observable(&r, "re_a_1", 0)), 1e-11));
    cr_assert(lt(dbl, fabs(observable(&r, "im_a_1", 1) - observable(&r, "im_a_1", 0)), 1e-11));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

/* Against the reference, on a given grid: Q of both modes and means that tell signs and modes apart. */
static void modes_agree_with_the_reference(const char *system, double limit)
{
    static const char *const means[] = {"n_1", "re_a_1", "im_a_1", "n_2", "re_a_2", "im_a_2"};
    static const char *const solvers[] = {"fourier, integrator: split, grid: {points: [36, 32]}",
                                          "reference"};
    scratch_make();
    qfp_run_result r[2];
    for (int i = 0; i < 2; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "%s\nsolver: {basis: %s}\nbackend: cpu\n"
                 "output: {times: [0, 0.3, 1.1], husimi: {from: -4.0, to: 4.0, points: 15}}\n",
                 system, solvers[i]);
        r[i] = simulate(text, i == 0 ? "flow.h5" : "exact.h5");
    }
    integrator_is("flow.h5", "split");
    for (size_t m = 0; m < sizeof means / sizeof *means; m++)
        for (size_t t = 0; t < 3; t++) {
            double truth = fabs(observable(&r[0], means[m], t) - observable(&r[1], means[m], t));
            double stated = stated_error(&r[0], means[m], t) + stated_error(&r[1], means[m], t);
            cr_assert(le(dbl, truth, stated), "%s at t[%zu]: %.2e", means[m], t, truth);
        }
    const char *flow = scratch_path("flow.h5");
    double first = disagreement(flow, scratch_path("exact.h5"), "/husimi/mode_1");
    double second = disagreement(flow, scratch_path("exact.h5"), "/husimi/mode_2");
    cr_assert(lt(dbl, fmax(first, second), limit), "%.2e, %.2e", first, second);
    for (int i = 0; i < 2; i++)
        qfp_run_result_destroy(&r[i]);
    scratch_remove();
}

/* A phase in the hopping, unlike modes, squeezing across the axes, κ ≠ 1: a pure state, of rank 1 in every sector. */
Test(split, two_coupled_modes_are_exact)
{
    modes_agree_with_the_reference(
        "hamiltonian: {modes: 2, operator: 'hc((0.4 + 0.3*I)*ad[1]*a[2]) + 0.2*ad[1]^2*a[1]^2 + "
        "0.1*n[2]*n[1] + 0.05*hc(a[1]*a[2])'}\nkappa: 0.8\n"
        "initial: {squeezed: {alpha: [0.5, '0.2 - 0.3*I'], r: [0.2, 0.1], phi: [0.4, 0.0]}}",
        1e-6);
}

/* A mixed state takes more columns than are tried first. */
Test(split, two_modes_in_a_mixed_state_are_exact)
{
    modes_agree_with_the_reference(
        "hamiltonian: {modes: 2, operator: 'hc(0.5*ad[1]*a[2]) + 0.1*ad[1]^2*a[1]^2'}\n"
        "initial: {displaced_thermal: {nbar: [0.1, 0.05], alpha: [0.4, 0.0]}}",
        1e-4);
}

/* Where it cannot be had the sentence names what is missing. */
Test(split, what_has_no_flow_is_refused)
{
    static const char *const wrong[][2] = {
        {"solver: {basis: fourier, integrator: split, grid: {points: 64, extent: 16}}", "box"},
        {"solver: {basis: fourier, integrator: split}\ndissipation: [{operator: a, rate: 0.1}]",
         "without dissipation"},
        {"solver: {basis: fock, integrator: split}\ndissipation: [{operator: a, rate: 0.1}]",
         "basis: fourier"},
    };
    scratch_make();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [1.0]}\n"
                 "output: {times: [0, 0.5]}\nbackend: cpu\n%s\n",
                 wrong[i][0]);
        qfp_config *config = load_text(text);
        qfp_run_options options = {.output_path = scratch_path("none.h5")};
        qfp_run_result r;
        qfp_status status = qfp_run(config, &options, &r);
        cr_assert(eq(int, (int)status, (int)QFP_CONFIG), "%s", wrong[i][0]);
        cr_assert(strstr(qfp_last_error(), wrong[i][1]) != NULL, "%s", qfp_last_error());
        qfp_run_result_destroy(&r);
        qfp_config_destroy(config);
    }
    scratch_remove();
}
