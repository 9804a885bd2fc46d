/* The exact flow of one mode, `integrator: split`: against closed forms, the reference and itself. */
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

/* Where it cannot be had the sentence names what is missing. */
Test(split, what_has_no_flow_is_refused)
{
    static const char *const wrong[][2] = {
        {"solver: {basis: fourier, integrator: split, grid: {points: 64, extent: 16}}", "box"},
        {"solver: {basis: fourier, integrator: split}\ndissipation: [{operator: a, rate: 0.1}]",
         "without dissipation"},
        {"solver: {basis: fock, integrator: split}\ndissipation: [{operator: a, rate: 0.1}]",
         "one mode in basis: fourier"},
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
