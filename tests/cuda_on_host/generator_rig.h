/* generator_rig.h - what the tests of whole applications share. */
#ifndef QFP_GENERATOR_RIG_H
#define QFP_GENERATOR_RIG_H

#include "../suite/suite.h"
#include "cuda_on_host.h"
#include "evolve/grid_generator.h"
#include "run/equation.h"
#include "state/phase_grid.h"

/* simulate.h has its own */
#undef OK
#include "../support/simulate.h"

/* The generator of a Hamiltonian on a small grid, with one vector of noise. */
typedef struct generator_rig {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_linear_map *map;
    qfp_buffer *u, *y;
    size_t count;
    qfp_equation equation;
    qfp_config *config;
} generator_rig;

/* The CPU without planes: transforms of the whole grid do everything. */
static inline const qfp_backend *backend_of_transforms(void)
{
    static qfp_backend plain;
    plain = *qfp_backend_cpu();
    plain.plane = NULL;
    return &plain;
}

/* taper: of every axis, 0 for none.  dissipation: its list, of squares; NULL: none. */
static inline void rig_of_master_equation(const qfp_backend *b, const char *hamiltonian,
                                          const char *dissipation, const qfp_grid *shape,
                                          double taper, generator_rig *d)
{
    static const char *const vacuum[] = {"0", "0, 0", "0, 0, 0"};
    char yaml[512];
    snprintf(yaml, sizeof yaml,
             "hamiltonian: {modes: %d, operator: \"%s\"}\ninitial: {fock: [%s]}\n%s%s\n"
             "output: {times: [0.0, 0.02]}\n",
             shape->modes, hamiltonian, vacuum[shape->modes - 1],
             dissipation != NULL ? "dissipation: " : "", dissipation != NULL ? dissipation : "");
    *d = (generator_rig){.backend = b};
    scratch_make();
    d->config = load_text(yaml);
    OK(qfp_equation_create(d->config, &d->equation));
    OK(b->device->context_create(1, &d->context));
    OK(qfp_phase_grid_create(b, d->context, shape, &d->grid));
    for (int axis = 0; axis < 2 * shape->modes; axis++)
        d->grid->taper[axis] = taper;
    d->count = d->grid->doubles[QFP_SPACE_Z];
    OK(b->vector->create(d->context, d->count, &d->u));
    OK(b->vector->create(d->context, d->count, &d->y));
    double *numbers = suite_random_array(d->count, 1);
    OK(b->vector->upload(d->u, 0, d->count, numbers));
    free(numbers);
    if (dissipation != NULL)
        OK(qfp_grid_generator_create_open(d->grid, &d->equation.lindblad, &d->config->theory, 0.5,
                                          &d->generator));
    else
        OK(qfp_grid_generator_create(d->grid, &d->equation.generator, &d->generator));
    d->map = qfp_grid_generator_map(d->generator);
}

static inline void rig_of_generator(const qfp_backend *b, const char *hamiltonian,
                                    const qfp_grid *shape, double taper, generator_rig *d)
{
    rig_of_master_equation(b, hamiltonian, NULL, shape, taper, d);
}

static inline void rig_of_generator_destroy(generator_rig *d)
{
    qfp_grid_generator_destroy(d->generator);
    d->backend->vector->destroy(d->u);
    d->backend->vector->destroy(d->y);
    qfp_phase_grid_destroy(d->grid);
    d->backend->device->context_destroy(d->context);
    qfp_equation_destroy(&d->equation);
    qfp_config_destroy(d->config);
    scratch_remove();
    cuda_objects_are_gone();
}

#endif
