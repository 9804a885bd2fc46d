/* test_plane_choice.c - which device a run is given, and which modes of a generator are done in
 * planes on devices with little shared memory. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "cuda_on_host.h"
#include "evolve/grid_generator.h"
#include "qfp/devices.h"
#include "run/engine.h"
#include "run/equation.h"

/* Planes of one application on a device with so much shared memory. */
static int planes_used(size_t shared)
{
    cuda_on_host_set_shared(shared);
    qfp_config *config =
        load_text("hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + ad[1]^2*a[1]^2 +"
                  " ad[2]^2*a[2]^2\"}\ninitial: {coherent: [0.5, 0.0]}\n"
                  "solver: {grid: {points: [16, 8], extent: 8.0}, tolerance: 1.0e-2}\n"
                  "output: {times: [0, 0.1]}\nbackend: cuda\n");
    qfp_plan plan;
    qfp_engine engine;
    qfp_equation equation;
    qfp_phase_grid *phase_grid;
    qfp_grid_generator *generator;
    qfp_application_cost cost;
    OK(qfp_plan_create(config, &plan, NULL));
    OK(qfp_engine_create(config->backend, config->device, QFP_PRECISION_DOUBLE, &engine));
    OK(qfp_equation_create(config, &equation));
    OK(qfp_engine_grid(&engine, &plan, &phase_grid));
    OK(qfp_grid_generator_create(phase_grid, &equation.generator, &generator));
    qfp_grid_generator_cost(generator, &cost);
    qfp_grid_generator_destroy(generator);
    qfp_phase_grid_destroy(phase_grid);
    qfp_equation_destroy(&equation);
    qfp_engine_destroy(&engine);
    qfp_config_destroy(config);
    return cost.planes;
}

/* `qfp devices`, and which device a run is given. */
Test(devices, are_listed_and_chosen)
{
    qfp_device devices[8];
    qfp_engine engine;
    char text[256];
    cuda_on_host_set_devices(2);
    cr_assert(eq(sz, qfp_devices_list(0, NULL), 3));
    cr_assert(eq(sz, qfp_devices_list(8, devices), 3));
    cr_assert(eq(str, devices[0].backend, "cpu"));
    for (int i = 1; i < 3; i++) {
        cr_assert(eq(str, devices[i].backend, "cuda"));
        cr_assert(eq(int, devices[i].available, 1));
        cr_assert(eq(int, devices[i].number, i - 1));
    }
    cr_assert(strstr(devices[1].description, "number 1") == NULL);
    cr_assert(strstr(devices[2].description, "number 1") != NULL);
    for (int device = -1; device < 2; device++) {
        OK(qfp_engine_create(QFP_BACKEND_AUTO, device, QFP_PRECISION_DOUBLE, &engine));
        OK(engine.backend->device->describe(engine.context, text, sizeof text));
        cr_assert(eq(int, strstr(text, "number 1") != NULL, device == 1), "%d: %s", device, text);
        qfp_engine_destroy(&engine);
    }
    cr_assert(
        eq(int, qfp_engine_create(QFP_BACKEND_AUTO, 2, QFP_PRECISION_DOUBLE, &engine), QFP_DEVICE));
    cuda_on_host_set_machine(CUDA_ON_HOST_NO_DEVICE); /* the CPU is not what was asked for */
    cr_assert(
        eq(int, qfp_engine_create(QFP_BACKEND_AUTO, 0, QFP_PRECISION_DOUBLE, &engine), QFP_DEVICE));
    OK(qfp_engine_create(QFP_BACKEND_AUTO, -1, QFP_PRECISION_DOUBLE, &engine));
    cr_assert(eq(str, (char *)engine.backend->name, "cpu"));
    qfp_engine_destroy(&engine);
}

/* Planes of 16² and of 8² points take 4096 and 1024 bytes for their lines at least: the mode that
 * does not fit takes transforms. */
Test(plane_choice, a_mode_that_does_not_fit_takes_transforms)
{
    scratch_make();
    cr_assert(eq(int, planes_used(4096), 2));
    cr_assert(eq(int, planes_used(4095), 1));
    cr_assert(eq(int, planes_used(1023), 0));
    scratch_remove();
}
