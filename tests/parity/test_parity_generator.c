/* One evolution on the checked backend (a device's rules, no device) and on the CPU: the same
 * bits. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "evolve/grid_generator.h"
#include "evolve/propagator.h"
#include "run/equation.h"
#include "state/husimi.h"
#include "state/initial_state.h"
#include "state/observables.h"

enum { VALUES = 64 };

typedef struct transcript {
    size_t count;
    double *u, values[VALUES];
} transcript;

static transcript evolve_on(const qfp_backend *b, const qfp_config *config,
                            qfp_integrator integrator)
{
    const qfp_grid shape = {.modes = 2, .points = {12, 10}, .extent = {7.0, 7.5, 7.0, 6.5}};
    qfp_context *context = NULL;
    qfp_phase_grid *grid = NULL;
    qfp_grid_generator *generator = NULL;
    qfp_propagator *propagator = NULL;
    qfp_moments *moments = NULL;
    qfp_observable_list list;
    qfp_edges *edges = NULL;
    qfp_husimi *husimi = NULL;
    qfp_buffer *u = NULL, *q = NULL;
    qfp_equation equation;
    char warning[128];
    transcript t = {0};
    OK(qfp_equation_create(config, &equation));
    OK(b->device->context_create(1, &context));
    OK(qfp_phase_grid_create(b, context, &shape, &grid));
    for (int axis = 0; axis < 4; axis++)
        grid->taper[axis] = 3.0;
    t.count = grid->doubles[QFP_SPACE_Z];
    OK(b->vector->create(context, t.count, &u));
    OK(b->vector->create(context, t.count, &q));
    OK(qfp_initial_state_fill(grid, &config->initial, equation.c, u, warning, sizeof warning));
    OK(qfp_grid_generator_create(grid, &equation.generator, &generator));
    const qfp_propagator_options options = {
        .integrator = integrator, .tolerance = 1e-8, .time_scale = 1.0, .step = 1e-3};
    OK(qfp_propagator_create(qfp_grid_generator_map(generator), &options, &propagator));
    OK(qfp_propagator_advance(propagator, u, 0.02, NULL, NULL));
    OK(qfp_observable_list_create(2, QFP_OF_RUNS, equation.wick, config->observable_count,
                                  config->observables, &list));
    OK(qfp_moments_create(grid, &list, equation.c, &moments));
    OK(qfp_moments_evaluate(moments, u, t.values));
    OK(qfp_moments_errors(moments, u, 1e-9, 1e-6, 1e-8, q, t.values + VALUES / 2));
    OK(qfp_edges_create(grid, &edges));
    OK(qfp_edges_evaluate(edges, u, &t.values[VALUES - 2], &t.values[VALUES - 1]));
    OK(qfp_husimi_create(grid, equation.c, &husimi));
    OK(qfp_husimi_apply(husimi, u, q));
    t.u = malloc(2 * t.count * sizeof *t.u);
    OK(b->vector->download(u, 0, t.count, t.u));
    OK(b->vector->download(q, 0, t.count, t.u + t.count));
    qfp_husimi_destroy(husimi);
    qfp_edges_destroy(edges);
    qfp_moments_destroy(moments);
    qfp_observable_list_destroy(&list);
    qfp_propagator_destroy(propagator);
    qfp_grid_generator_destroy(generator);
    b->vector->destroy(u);
    b->vector->destroy(q);
    qfp_phase_grid_destroy(grid);
    b->device->context_destroy(context);
    qfp_equation_destroy(&equation);
    return t;
}

Test(parity, an_evolution_is_the_same_on_cpu_and_checked)
{
    static const char yaml[] =
        "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2 + n[1]*n[2]\"}\n"
        "initial: {superposition: [{coherent: [0.5, 0.0], weight: 1}, {fock: [0, 1], weight: 1}]}\n"
        "output: {times: [0.0, 0.02], observables: [\"x[1]^4*n[2]\"]}\n";
    const qfp_integrator integrators[] = {QFP_INTEGRATOR_KRYLOV, QFP_INTEGRATOR_CHEBYSHEV,
                                          QFP_INTEGRATOR_RK4};
    scratch_make();
    qfp_config *config = load_text(yaml);
    for (int m = 0; m < 3; m++) {
        transcript cpu = evolve_on(qfp_backend_cpu(), config, integrators[m]);
        transcript checked = evolve_on(qfp_backend_checked(), config, integrators[m]);
        cr_assert(memcmp(cpu.u, checked.u, 2 * cpu.count * sizeof *cpu.u) == 0, "integrator %d", m);
        cr_assert(memcmp(cpu.values, checked.values, sizeof cpu.values) == 0, "integrator %d", m);
        cr_assert(lt(dbl, 0.01, cpu.values[3])); /* n_1: there is something to compare */
        free(cpu.u);
        free(checked.u);
    }
    qfp_config_destroy(config);
    scratch_remove();
}
