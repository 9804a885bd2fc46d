/* test_parity_run.c - whole runs with `backend: cuda` against the same runs on the CPU. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/cuda_objects.h"
#include "../support/simulate.h"
#include "qfp/plan.h"

static const char kerr[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [1.2]}\n"
                           "solver: {grid: {points: 40, extent: 12.0}, tolerance: 1.0e-6}\n"
                           "output:\n"
                           "  times: [0.0, 0.1, 0.3]\n"
                           "  husimi: {from: -4.0, to: 4.0, points: 21}\n"
                           "  observables: [\"x^4\"]\n"
                           "  series: [0.0, 0.05, 0.2]\n"
                           "  fields: [drift, diffusion, current]\n";

static const char dimer[] = "hamiltonian:\n"
                            "  modes: 2\n"
                            "  parameters: {J: 1.0, U: 0.5}\n"
                            "  operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2)\"\n"
                            "initial: {coherent: [0.7, 0.0]}\n"
                            "solver: {grid: {points: 14, extent: 7.5}, tolerance: 1.0e-3}\n"
                            "output:\n"
                            "  times: [0.0, 0.05]\n"
                            "  husimi: {from: -3.0, to: 3.0, points: 9}\n";

static void run_on(const char *yaml, const char *backend, const char *name)
{
    char text[1024];
    snprintf(text, sizeof text, "%sbackend: %s\n", yaml, backend);
    qfp_run_result r = simulate(text, name);
    cr_assert(strcmp(r.backend, backend) == 0, "ran on %s instead of %s", r.backend, backend);
    cr_assert(lt(sz, 1, r.time_count));
    qfp_run_result_destroy(&r);
}

/* The same steps on the same grid: rounding of some hundred applications, and of observables that
 * add numbers larger than their result. */
static const double rounding = 1e-10;
static void agree(const char *const *datasets, double bound)
{
    for (; *datasets != NULL; ++datasets) {
        double worst = disagreement(scratch_path("cuda.h5"), scratch_path("cpu.h5"), *datasets);
        cr_assert(lt(dbl, worst, bound), "%s: %.2e", *datasets, worst);
    }
}

/* Each stored number rounded to 24 bits, in every vector of some dozen Krylov steps: what is asked
 * for in single precision has to come out within the tolerance that single precision asks for. */
Test(parity_run, kerr_in_single_precision)
{
    static const char *const datasets[] = {"/husimi/mode_1", "/observables/n_1",
                                           "/observables/re_a_1", "/observables/purity", NULL};
    char text[1024];
    scratch_make();
    run_on(kerr, "cpu", "cpu.h5");
    const char *solver = strstr(kerr, "tolerance");
    snprintf(text, sizeof text, "%.*sprecision: single, tolerance: 1.0e-4%s", (int)(solver - kerr),
             kerr, solver + strlen("tolerance: 1.0e-6"));
    run_on(text, "cuda", "cuda.h5");
    for (const char *const *name = datasets; *name != NULL; ++name) {
        double worst = disagreement(scratch_path("cuda.h5"), scratch_path("cpu.h5"), *name);
        cr_assert(lt(dbl, worst, 1e-4), "%s: %.2e", *name, worst);
        cr_assert(lt(dbl, 1e-12, worst), "%s: %.2e is not single precision", *name, worst);
    }
    cuda_objects_are_gone();
    scratch_remove();
}

Test(parity_run, dimer_in_the_fock_basis)
{
    static const char *const datasets[] = {"/husimi/mode_1", "/observables/n_1",
                                           "/observables/energy", "/observables/purity", NULL};
    static const char yaml[] = "hamiltonian:\n"
                               "  modes: 2\n"
                               "  parameters: {J: 1.0, U: 0.5}\n"
                               "  operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2)\"\n"
                               "initial: {coherent: [0.7, 0.0]}\n"
                               "solver: {basis: fock, tolerance: 1.0e-6}\n"
                               "output:\n"
                               "  times: [0.0, 0.2]\n"
                               "  husimi: {from: -3.0, to: 3.0, points: 9}\n";
    scratch_make();
    run_on(yaml, "cpu", "cpu.h5");
    run_on(yaml, "cuda", "cuda.h5");
    agree(datasets, rounding);
    cuda_objects_are_gone();
    scratch_remove();
}

Test(parity_run, kerr)
{
    static const char *const datasets[] = {"/time",
                                           "/husimi/mode_1",
                                           "/observables/n_1",
                                           "/observables/energy",
                                           "/observables/re_a_1",
                                           "/observables/purity",
                                           "/observables/wehrl",
                                           "/observables/x_4",
                                           "/series/n_1",
                                           "/fields/drift",
                                           "/fields/diffusion",
                                           "/fields/current",
                                           NULL};
    scratch_make();
    run_on(kerr, "cpu", "cpu.h5");
    run_on(kerr, "cuda", "cuda.h5");
    agree(datasets, rounding);
    cuda_objects_are_gone();
    scratch_remove();
}

/* Squares of skew maps, a drive and a rate that depend on time, and what is read off an open system. */
Test(parity_run, driven_master_equation_on_the_grid)
{
    static const char *const datasets[] = {"/husimi/mode_1",
                                           "/observables/n_1",
                                           "/observables/energy",
                                           "/observables/re_a_1",
                                           "/observables/purity",
                                           "/observables/trace_d",
                                           "/observables/entropy_production",
                                           "/fields/drift",
                                           "/fields/diffusion",
                                           "/fields/current",
                                           NULL};
    static const char yaml[] =
        "hamiltonian: {operator: \"0.5*ad^2*a^2 + 0.3*cos(2*t)*(a + ad)\"}\n"
        "dissipation: [{operator: a, rate: \"0.4*(1 + t)\"}, {operator: n, rate: 0.3}, "
        "{operator: \"a^2 - 1\", rate: 0.2}]\n"
        "initial: {coherent: [1.0]}\n"
        "solver: {basis: fourier, grid: {points: 40, extent: 12.0}, tolerance: 1.0e-6}\n"
        "output:\n"
        "  times: [0.0, 0.05]\n"
        "  husimi: {from: -4.0, to: 4.0, points: 21}\n"
        "  fields: [drift, diffusion, current]\n";
    scratch_make();
    run_on(yaml, "cpu", "cpu.h5");
    run_on(yaml, "cuda", "cuda.h5");
    agree(datasets, rounding);
    cuda_objects_are_gone();
    scratch_remove();
}

Test(parity_run, master_equation_in_the_fock_basis)
{
    static const char *const datasets[] = {"/husimi/mode_1",
                                           "/observables/n_1",
                                           "/observables/n_2",
                                           "/observables/energy",
                                           "/observables/re_a_1",
                                           "/observables/purity",
                                           NULL};
    static const char yaml[] =
        "hamiltonian:\n"
        "  modes: 2\n"
        "  operator: \"-hc(ad[1]*a[2]) + 0.25*ad[1]^2*a[1]^2 + 0.1*cos(3*t)*(a[1] + ad[1])\"\n"
        "dissipation: [{operator: \"a[1]\", rate: 0.4}, {operator: \"a[1] - a[2]\", rate: \"0.2 + "
        "0.1*t\"}, {operator: \"n[2]\", rate: 0.3}]\n"
        "initial: {fock: [1, 0]}\n"
        "solver: {basis: fock, tolerance: 1.0e-6}\n"
        "output:\n"
        "  times: [0.0, 0.05]\n"
        "  husimi: {from: -3.0, to: 3.0, points: 9}\n";
    scratch_make();
    run_on(yaml, "cpu", "cpu.h5");
    run_on(yaml, "cuda", "cuda.h5");
    agree(datasets, rounding);
    cuda_objects_are_gone();
    scratch_remove();
}

Test(parity_run, dimer)
{
    static const char *const datasets[] = {"/husimi/mode_1",      "/husimi/mode_2",
                                           "/observables/n_1",    "/observables/n_2",
                                           "/observables/energy", NULL};
    scratch_make();
    run_on(dimer, "cpu", "cpu.h5");
    run_on(dimer, "cuda", "cuda.h5");
    agree(datasets, rounding);
    cuda_objects_are_gone();
    scratch_remove();
}

/* What a plan counts for the transforms exists on the device only, and is part of the total. */
Test(parity_run, plans_count_the_work_area)
{
    double total[2], transforms[2];
    scratch_make();
    for (int cuda = 0; cuda < 2; cuda++) {
        char text[512];
        qfp_plan plan;
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: 1}\n"
                 "solver: {grid: {points: 32, extent: 12}, integrator: rk4, tolerance: 1.0e-3}\n"
                 "output: {times: [0, 1]}\nbackend: %s\n",
                 cuda ? "cuda" : "cpu");
        qfp_config *config = load_text(text);
        OK(qfp_plan_create(config, &plan, NULL));
        total[cuda] = plan.bytes_total;
        transforms[cuda] = plan.bytes_transforms;
        qfp_config_destroy(config);
    }
    cr_assert(eq(dbl, transforms[0], 0.0));
    cr_assert(eq(dbl, transforms[1], 16.0 * 32 * 17)); /* complex, halved along one axis */
    cr_assert(eq(dbl, total[1], total[0] + transforms[1]));
    scratch_remove();
    cuda_objects_are_gone();
}
