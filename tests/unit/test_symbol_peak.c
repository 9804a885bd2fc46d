/* What an application and the spectral radius of a generator are, told without its grid. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "evolve/grid_generator.h"
#include "evolve/symbol_peak.h"
#include "run/engine.h"
#include "run/fourier_trial.h"

TestSuite(symbol_peak, .init = scratch_make, .fini = scratch_remove);

/* A generator on a grid that is planned or given. */
typedef struct rig {
    qfp_config *config;
    qfp_equation equation;
    qfp_plan plan;
    qfp_engine engine;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
} rig;

static void make(const char *yaml, rig *r)
{
    r->config = load_text(yaml);
    OK(qfp_plan_create(r->config, &r->plan, NULL));
    OK(qfp_equation_create(r->config, &r->equation));
    OK(qfp_engine_create(QFP_BACKEND_CPU, -1, QFP_PRECISION_DOUBLE, &r->engine));
    OK(qfp_engine_grid(&r->engine, &r->plan, &r->grid));
    OK(qfp_grid_generator_create(r->grid, &r->equation.generator, &r->generator));
}

static void destroy(rig *r)
{
    qfp_grid_generator_destroy(r->generator);
    qfp_phase_grid_destroy(r->grid);
    qfp_engine_destroy(&r->engine);
    qfp_equation_destroy(&r->equation);
    qfp_config_destroy(r->config);
}

static double peak_of(const rig *r)
{
    qfp_polynomial form;
    qfp_grid shape = qfp_engine_shape(&r->plan);
    double peak;
    qfp_polynomial_init(&form, 4 * r->plan.modes);
    OK(qfp_generator_to_real(&r->equation.generator, &form));
    OK(qfp_symbol_peak(&form, &shape, r->plan.taper, &peak));
    qfp_polynomial_destroy(&form);
    return peak;
}

#define SYSTEM(modes, h, initial, points)                                                          \
    "hamiltonian: {modes: " #modes ", operator: \"" h "\"}\ninitial: {coherent: " initial "}\n"    \
    "solver: {basis: fourier, integrator: krylov, tolerance: 1e-5" points "}\n"                    \
    "output: {times: [0, 0.1]}\nbackend: cpu\n"

/* P ∂_Q − Q ∂_P on P² + k_Q²/4 ≤ R² and Q² + k_P²/4 ≤ R²: R² each, and a little more in the fade. */
Test(symbol_peak, of_a_rotation_is_twice_the_square_of_the_radius)
{
    rig r;
    make(SYSTEM(1, "n", "[2]", ""), &r);
    double peak = peak_of(&r), a = r.plan.taper[0], b = r.plan.taper[1];
    cr_expect(lt(dbl, 0.99 * (a * a + b * b), peak), "%g", peak);
    cr_expect(lt(dbl, peak, 1.08 * 1.08 * (a * a + b * b)), "%g", peak);
    destroy(&r);
}

/* x² without a taper: Q k_P, half a box times the largest wavenumber. */
Test(symbol_peak, of_a_multiplier_is_that_of_the_corner_of_its_grid)
{
    rig r;
    make(SYSTEM(1, "x^2/2", "[0]", ", grid: {points: 32, extent: 12}"), &r);
    r.plan.taper[0] = r.plan.taper[1] = 0.0;
    double corner = 6.0 * M_PI * 32.0 / 12.0;
    cr_expect(epsilon_eq(dbl, peak_of(&r), corner, 1e-9 * corner));
    destroy(&r);
}

/* What a Krylov space of noise makes of the same generators on their grids: 0.58 of the peak and more of one mode, where
 * the box is off the origin and the peak in one corner of it. */
Test(symbol_peak, is_near_the_spectral_radius)
{
    static const struct {
        const char *yaml;
        double least;
    } cases[] = {
        {SYSTEM(1, "0.5*ad^2*a^2", "[1.5]", ""), 0.5},
        {SYSTEM(1, "0.5*ad^2*a^2 + 0.7*x + 0.3*p^2", "[1.5]", ""), 0.5},
        {SYSTEM(1, "p^2/2 + 0.1*x^4", "[1]", ""), 0.6},
        {SYSTEM(1, "n + 0.1*x^3", "[1]", ""), 0.6},
        {SYSTEM(2, "hc(ad[1]*a[2]) + 0.5*n[1]^2", "[0.5, 0]", ", grid: {points: 16, extent: 8}"),
         0.4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rig r;
        double radius;
        make(cases[i].yaml, &r);
        OK(qfp_linear_map_radius(qfp_grid_generator_map(r.generator), &radius));
        double peak = peak_of(&r);
        cr_expect(lt(dbl, cases[i].least * peak, radius), "%zu: %g of %g", i, radius, peak);
        cr_expect(lt(dbl, radius, peak), "%zu: %g of %g", i, radius, peak);
        destroy(&r);
    }
}

/* 44⁴ cells: the trial has a twentieth of them, and its figures are those of all. */
Test(symbol_peak, a_large_grid_is_tried_on_a_small_one)
{
    rig r;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_application_cost whole;
    qfp_plan_timing timing = {0};
    make(SYSTEM(2, "hc(ad[1]*a[2]) + 0.5*n[1]^2", "[1.5, 0]", ", grid: {points: 44, extent: 12}"),
         &r);
    qfp_plan tried = qfp_fourier_trial_plan(&r.engine, &r.plan);
    cr_expect(le(dbl, tried.cells, 2e5));
    cr_expect(eq(int, tried.points[0] % 4, 0));
    OK(qfp_engine_grid(&r.engine, &tried, &grid));
    OK(qfp_grid_generator_create(grid, &r.equation.generator, &generator));
    OK(qfp_fourier_trial(r.config, &r.equation, &r.plan, &tried, generator, &timing));
    qfp_grid_generator_cost(r.generator, &whole);
    cr_expect(epsilon_eq(dbl, timing.bytes, whole.bytes, 0.05 * whole.bytes));
    cr_expect(epsilon_eq(dbl, timing.floor_bytes, whole.floor_bytes, 1e-9 * whole.floor_bytes));
    double peak = peak_of(&r);
    cr_expect(epsilon_eq(dbl, timing.radius, 0.64 * peak, 1e-9 * peak));
    double phase = 0.1 * timing.radius; /* a vector covers 0.95 */
    cr_expect(epsilon_eq(dbl, timing.applications, phase / 0.95 + fmin(phase, 16.0),
                         1e-9 * timing.applications));
    qfp_grid_generator_destroy(generator);
    qfp_phase_grid_destroy(grid);
    destroy(&r);
}

Test(symbol_peak, a_small_grid_is_tried_as_it_is)
{
    rig r;
    make(SYSTEM(1, "n", "[2]", ""), &r);
    qfp_plan tried = qfp_fourier_trial_plan(&r.engine, &r.plan);
    cr_expect(eq(int, tried.points[0], r.plan.points[0]));
    cr_expect(eq(dbl, tried.extent[0], r.plan.extent[0]));
    destroy(&r);
}
