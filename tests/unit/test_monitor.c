/* What is watched on a grid while it is evolved, on states made by hand. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "evolve/grid_generator.h"
#include "run/basis.h"
#include "run/engine.h"
#include "run/fourier_monitor.h"

TestSuite(monitor, .init = scratch_make, .fini = scratch_remove);

enum { N = 32 };

typedef struct rig {
    qfp_config *config;
    qfp_equation equation;
    qfp_plan plan;
    qfp_engine engine;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_buffer *u;
    qfp_fourier_monitor monitor;
} rig;

/* Kerr at an ordering, watched from u = 0 on. */
static rig make(const char *ordering)
{
    rig r = {0};
    char text[512];
    double zero[N * N] = {0.0};
    snprintf(text, sizeof text,
             "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\ninitial: {coherent: [0.5]}\n"
             "solver: {ordering: %s, grid: {points: %d, extent: 12.0}}\nbackend: cpu\n"
             "output: {times: [0, 1]}\n",
             ordering, N);
    r.config = load_text(text);
    OK(qfp_equation_create(r.config, &r.equation));
    OK(qfp_basis_plan(r.config, &r.equation, &r.plan));
    OK(qfp_engine_create(QFP_BACKEND_CPU, -1, QFP_PRECISION_DOUBLE, &r.engine));
    OK(qfp_engine_grid(&r.engine, &r.plan, &r.grid));
    OK(qfp_grid_generator_create(r.grid, &r.equation.generator, &r.generator));
    OK(r.engine.backend->vector->create(r.engine.context, N * N, &r.u));
    OK(r.engine.backend->vector->upload(r.u, 0, N * N, zero));
    OK(qfp_fourier_monitor_create(r.config, &r.equation, r.grid,
                                  qfp_grid_generator_map(r.generator), r.u, &r.monitor));
    return r;
}

static void destroy(rig *r)
{
    qfp_fourier_monitor_destroy(&r->monitor);
    r->engine.backend->vector->destroy(r->u);
    qfp_grid_generator_destroy(r->generator);
    qfp_phase_grid_destroy(r->grid);
    qfp_engine_destroy(&r->engine);
    qfp_equation_destroy(&r->equation);
    qfp_config_destroy(r->config);
}

/* u = `size` in one cell; `q` counts from 0. */
static void bump(rig *r, int q, int p, double size)
{
    double u[N * N] = {0.0};
    u[q * N + p] = size;
    OK(r->engine.backend->vector->upload(r->u, 0, N * N, u));
}

/* Pure states have ∫W² = 1/π, and ∫Q² ≤ 1/(2π): the bound at an ordering between is the first. */
Test(monitor, the_largest_norm_of_a_state)
{
    static const char *const orderings[] = {"0", "0.25"};
    const double most[] = {0.5 / M_PI, 1.0 / M_PI};
    for (int i = 0; i < 2; i++) {
        rig r = make(orderings[i]);
        cr_assert(epsilon_eq(dbl, r.monitor.norm_limit, most[i], 1e-15), "%s", orderings[i]);
        for (int above = 0; above < 2; above++) {
            /* in the middle of the box; a single cell has all wavenumbers, which is told next */
            bump(&r, N / 2, N / 2, sqrt((above ? 1.01 : 0.99) * most[i] / r.grid->cell));
            qfp_status status = qfp_fourier_monitor_check(&r.monitor, r.u, 0.5);
            cr_assert(eq(int, (int)status, above ? QFP_GROWTH : QFP_RESOLUTION), "%s",
                      qfp_last_error());
        }
        destroy(&r);
    }
}

/* u = a Gaussian in the middle and another, `at_seam` of its amplitude, around Q = −L/2. */
static void gaussian(rig *r, double at_seam)
{
    double u[N * N], scale = sqrt(0.1 / r->grid->cell);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            double q = (i - N / 2) * 12.0 / N, p = (k - N / 2) * 12.0 / N, beyond = 6.0 - fabs(q);
            double middle = exp(-q * q - p * p), seam = exp(-beyond * beyond - p * p);
            u[i * N + k] = 0.1 * scale * (middle + at_seam * seam);
        }
    OK(r->engine.backend->vector->upload(r->u, 0, N * N, u));
}

/* What has crossed a seam once has made the state wrong, wherever it is later. */
Test(monitor, the_worst_that_was_at_the_rim_is_kept)
{
    rig r = make("0.5");
    r.monitor.norm_limit = 1.0;
    gaussian(&r, 1e-4);
    OK(qfp_fourier_monitor_check(&r.monitor, r.u, 0.25));
    double error = qfp_fourier_monitor_error(&r.monitor);
    cr_assert(lt(dbl, 1e-5, error)); /* of the order of the amplitude there */
    gaussian(&r, 0.0);
    OK(qfp_fourier_monitor_check(&r.monitor, r.u, 0.5));
    cr_assert(le(dbl, error, qfp_fourier_monitor_error(&r.monitor)));
    destroy(&r);
}

/* The edges are looked at after every 64 applications of the generator, not at outputs only. */
Test(monitor, edges_are_watched_between_outputs)
{
    rig r = make("0.5");
    qfp_linear_map *map = qfp_grid_generator_map(r.generator);
    bump(&r, 1, N / 2, 1e-3);
    r.monitor.norm_limit = 1.0;
    map->applications = 63;
    OK(qfp_fourier_monitor_step(&r.monitor, r.u, 0.25));
    map->applications = 64;
    cr_assert(eq(int, (int)qfp_fourier_monitor_step(&r.monitor, r.u, 0.25), QFP_RESOLUTION));
    cr_assert(strstr(qfp_last_error(), "t = 0.25") != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "outer tenth of the box") != NULL, "%s", qfp_last_error());
    r.monitor.norm_limit = 1e-12; /* the norm with them */
    map->applications = 128;
    cr_assert(eq(int, (int)qfp_fourier_monitor_step(&r.monitor, r.u, 0.25), QFP_GROWTH));
    destroy(&r);
}
