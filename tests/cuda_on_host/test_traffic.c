/* test_traffic.c - what a step asks of the device: no allocation, no waiting, no copies inside. */
#include "../suite/suite.h"
#include "backend_paths.h"
#include "cuda_on_host.h"
#include "evolve/grid_generator.h"
#include "run/theory_check.h"
#include "state/phase_grid.h"

/* simulate.h has its own */
#undef OK
#include "../support/simulate.h"

static cuda_on_host_counters since(cuda_on_host_counters before)
{
    cuda_on_host_counters now = cuda_on_host_count();
    now.launches -= before.launches;
    now.transforms -= before.transforms;
    now.allocations -= before.allocations;
    now.synchronisations -= before.synchronisations;
    now.memory_questions -= before.memory_questions;
    now.bytes_to_device -= before.bytes_to_device;
    now.bytes_to_host -= before.bytes_to_host;
    return now;
}

Test(traffic, an_application_is_queued_and_nothing_else)
{
    static const char yaml[] =
        "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2\"}\n"
        "initial: {coherent: [0.5, 0.0]}\n"
        "output: {times: [0.0, 0.02]}\n";
    const qfp_backend *b = qfp_backend_cuda();
    const qfp_grid shape = {2, {8, 6}, {7.0, 7.5, 7.0, 6.5}};
    qfp_context *context = NULL;
    qfp_phase_grid *grid = NULL;
    qfp_grid_generator *generator = NULL;
    qfp_buffer *u = NULL, *y = NULL;
    qfp_theory_check check;
    scratch_make();
    qfp_config *config = load_text(yaml);
    OK(qfp_theory_check_create(config, &check));
    OK(b->context_create(1, &context));
    OK(qfp_phase_grid_create(b, context, &shape, &grid));
    for (int axis = 0; axis < 4; axis++)
        grid->taper[axis] = 3.0;
    size_t count = grid->doubles[QFP_SPACE_Z];
    OK(b->buffer_create(context, count, &u));
    OK(b->buffer_create(context, count, &y));
    double *numbers = suite_random_array(count, 1);
    OK(b->upload(u, 0, count, numbers));
    OK(qfp_grid_generator_create(grid, &check.generator, &generator));
    qfp_linear_map *map = qfp_grid_generator_map(generator);
    OK(qfp_linear_map_apply(map, u, y)); /* whatever is made at the first use */
    cuda_on_host_counters before = cuda_on_host_count();
    OK(qfp_linear_map_apply(map, u, y));
    cuda_on_host_counters asked = since(before);
    /* One pass per mode: hopping is among the spectators of both. */
    cr_assert(eq(sz, asked.launches, 2));
    cr_assert(eq(sz, asked.transforms, 0));
    cr_assert(eq(sz, asked.allocations, 0));
    cr_assert(eq(sz, asked.synchronisations, 0));
    cr_assert(eq(sz, asked.memory_questions, 0));
    cr_assert(eq(sz, asked.bytes_to_device, 0));
    cr_assert(eq(sz, asked.bytes_to_host, 0));
    free(numbers);
    qfp_grid_generator_destroy(generator);
    b->buffer_destroy(u);
    b->buffer_destroy(y);
    qfp_phase_grid_destroy(grid);
    b->context_destroy(context);
    qfp_theory_check_destroy(&check);
    qfp_config_destroy(config);
    scratch_remove();
    cuda_objects_are_gone();
}

/* Several inner products wait once, a marginal copies a plane. */
Test(traffic, results_are_copied_not_arrays)
{
    rig r = rig_create(qfp_backend_cuda(), &suite_grid[2]);
    size_t cells = r.doubles[QFP_SPACE_Z];
    double *numbers = suite_random_array(r.most, 1), out[3], plane[36];
    for (int k = 0; k < 3; ++k)
        OK(r.backend->upload(r.buffer[k], 0, r.most, numbers));
    cuda_on_host_counters before = cuda_on_host_count();
    OK(r.backend->inner(cells, 3, r.buffer, r.buffer[0], out));
    cr_assert(eq(sz, since(before).synchronisations, 1));
    cr_assert(eq(sz, since(before).bytes_to_host, 3 * sizeof(double)));
    before = cuda_on_host_count();
    OK(r.backend->marginal(r.plan, 0, r.buffer[0], plane));
    cr_assert(eq(sz, since(before).bytes_to_host, sizeof plane));
    cr_assert(eq(sz, since(before).allocations, 0));
    free(numbers);
    rig_destroy(&r);
}

/* A step of trajectories: kets go in, a count comes out, and the room for it is there already. */
Test(traffic, a_guided_step_allocates_nothing)
{
    static const qfp_symbol_term turn = {.im = -1.0, .power = {1}};
    static const qfp_path_polynomial lists[3] = {{1, &turn}};
    static const double weight = 1.0, kets[4] = {0.8, 0.0, 0.6, 0.0};
    const qfp_backend *b = qfp_backend_cuda();
    const qfp_path_backend *p = qfp_path_backend_cuda();
    const qfp_path_set set = {.paths = 1000, .coordinates = 1, .seed = 3};
    const qfp_path_step step = {.duration = 0.01, .merge = 1, .pieces_most = 100};
    const qfp_guide_spec spec = {.modes = 1,
                                 .levels = {2},
                                 .ket_count = 1,
                                 .weights = &weight,
                                 .lambda = 1.0,
                                 .polynomials = lists};
    qfp_context *context = NULL;
    qfp_buffer *x = NULL;
    qfp_guide *guide = NULL;
    cuda_on_host_counters before;
    size_t lost;
    OK(b->context_create(1, &context));
    OK(b->buffer_create(context, 2 * set.paths, &x));
    OK(p->draw(context, &set, 1, spec.levels, 1, &weight, kets, x));
    OK(p->guide_create(context, &spec, &guide));
    for (int turns = 0; turns < 2; ++turns) {
        before = cuda_on_host_count();
        for (int node = 0; node < 3; ++node)
            OK(p->guide_load(guide, node, kets));
        OK(p->guide_advance(guide, &set, &step, x, &lost));
    }
    cuda_on_host_counters asked = since(before);
    cr_assert(eq(sz, asked.launches, 1));
    cr_assert(eq(sz, asked.allocations, 0));
    cr_assert(eq(sz, asked.memory_questions, 0));
    cr_assert(eq(sz, asked.bytes_to_device, 3 * sizeof kets));
    p->guide_destroy(guide);
    b->buffer_destroy(x);
    b->context_destroy(context);
    cuda_objects_are_gone();
}

static double *applied(const qfp_backend *b, double taper, size_t *count, int *planes)
{
    static const char yaml[] = "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + "
                               "0.5*ad[1]^2*a[1]^2 + 0.25*ad[2]^2*a[2]^2\"}\n"
                               "initial: {coherent: [0.5, 0.0]}\n"
                               "output: {times: [0.0, 0.02]}\n";
    const qfp_grid shape = {2, {8, 6}, {7.0, 7.5, 7.0, 6.5}};
    qfp_context *context = NULL;
    qfp_phase_grid *grid = NULL;
    qfp_grid_generator *generator = NULL;
    qfp_buffer *u = NULL, *y = NULL;
    qfp_theory_check check;
    scratch_make();
    qfp_config *config = load_text(yaml);
    OK(qfp_theory_check_create(config, &check));
    OK(b->context_create(1, &context));
    OK(qfp_phase_grid_create(b, context, &shape, &grid));
    for (int axis = 0; axis < 4; axis++)
        grid->taper[axis] = taper;
    *count = grid->doubles[QFP_SPACE_Z];
    OK(b->buffer_create(context, *count, &u));
    OK(b->buffer_create(context, *count, &y));
    double *numbers = suite_random_array(*count, 1);
    OK(b->upload(u, 0, *count, numbers));
    OK(qfp_grid_generator_create(grid, &check.generator, &generator));
    qfp_application_cost cost;
    qfp_grid_generator_cost(generator, &cost);
    *planes = cost.planes;
    OK(qfp_linear_map_apply(qfp_grid_generator_map(generator), u, y));
    OK(b->download(y, 0, *count, numbers));
    qfp_grid_generator_destroy(generator);
    b->buffer_destroy(u);
    b->buffer_destroy(y);
    qfp_phase_grid_destroy(grid);
    b->context_destroy(context);
    qfp_theory_check_destroy(&check);
    qfp_config_destroy(config);
    scratch_remove();
    return numbers;
}

/* Planes and the transforms of the whole grid are the same operator where nothing fades out. */
Test(traffic, planes_are_the_plain_generator)
{
    size_t count;
    int with, without;
    double *cpu = applied(qfp_backend_cpu(), 0.0, &count, &without);
    double *cuda = applied(qfp_backend_cuda(), 0.0, &count, &with), largest = 0.0;
    cr_assert(eq(int, without, 0));
    cr_assert(eq(int, with, 2));
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(cpu[i]));
    for (size_t i = 0; i < count; i++) /* rounding of a dozen transforms of 8 points */
        cr_assert(epsilon_eq(dbl, cuda[i], cpu[i], 1e-13 * largest));
    free(cpu);
    free(cuda);
}
