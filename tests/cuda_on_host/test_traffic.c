/* test_traffic.c - what a step asks of the device: no allocation, no waiting, no copies inside. */
#include "../suite/suite.h"
#include "backend_paths.h"
#include "cuda_on_host.h"
#include "evolve/grid_generator.h"
#include "evolve/propagator.h"
#include "run/theory_check.h"
#include "state/phase_grid.h"

/* simulate.h has its own */
#undef OK
#include "../support/simulate.h"

static cuda_on_host_counters between(cuda_on_host_counters before, cuda_on_host_counters after)
{
    after.launches -= before.launches;
    after.transforms -= before.transforms;
    after.allocations -= before.allocations;
    after.synchronisations -= before.synchronisations;
    after.memory_questions -= before.memory_questions;
    after.bytes_to_device -= before.bytes_to_device;
    after.bytes_to_host -= before.bytes_to_host;
    return after;
}

static cuda_on_host_counters since(cuda_on_host_counters before)
{
    return between(before, cuda_on_host_count());
}

/* A dimer on a small grid, with one vector of noise. */
typedef struct dimer {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_linear_map *map;
    qfp_buffer *u, *y;
    size_t count;
    qfp_theory_check check;
    qfp_config *config;
} dimer;

static void dimer_create(const qfp_backend *b, const qfp_grid *shape, double taper, dimer *d)
{
    static const char yaml[] = "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + "
                               "0.5*ad[1]^2*a[1]^2 + 0.25*ad[2]^2*a[2]^2\"}\n"
                               "initial: {coherent: [0.5, 0.0]}\n"
                               "output: {times: [0.0, 0.02]}\n";
    *d = (dimer){.backend = b};
    scratch_make();
    d->config = load_text(yaml);
    OK(qfp_theory_check_create(d->config, &d->check));
    OK(b->context_create(1, &d->context));
    OK(qfp_phase_grid_create(b, d->context, shape, &d->grid));
    for (int axis = 0; axis < 4; axis++)
        d->grid->taper[axis] = taper;
    d->count = d->grid->doubles[QFP_SPACE_Z];
    OK(b->buffer_create(d->context, d->count, &d->u));
    OK(b->buffer_create(d->context, d->count, &d->y));
    double *numbers = suite_random_array(d->count, 1);
    OK(b->upload(d->u, 0, d->count, numbers));
    free(numbers);
    OK(qfp_grid_generator_create(d->grid, &d->check.generator, &d->generator));
    d->map = qfp_grid_generator_map(d->generator);
}

static void dimer_destroy(dimer *d)
{
    qfp_grid_generator_destroy(d->generator);
    d->backend->buffer_destroy(d->u);
    d->backend->buffer_destroy(d->y);
    qfp_phase_grid_destroy(d->grid);
    d->backend->context_destroy(d->context);
    qfp_theory_check_destroy(&d->check);
    qfp_config_destroy(d->config);
    scratch_remove();
    cuda_objects_are_gone();
}

static const qfp_grid small_shape = {2, {8, 6}, {7.0, 7.5, 7.0, 6.5}};

/* What one application asks of the device. */
static cuda_on_host_counters application(dimer *d)
{
    OK(qfp_linear_map_apply(d->map, d->u, d->y)); /* whatever is made at the first use */
    cuda_on_host_counters before = cuda_on_host_count();
    OK(qfp_linear_map_apply(d->map, d->u, d->y));
    return since(before);
}

static void is_only_queued(cuda_on_host_counters asked)
{
    /* One pass per mode: hopping is among the spectators of both. */
    cr_assert(eq(sz, asked.launches, 2));
    cr_assert(eq(sz, asked.transforms, 0));
    cr_assert(eq(sz, asked.allocations, 0));
    cr_assert(eq(sz, asked.synchronisations, 0));
    cr_assert(eq(sz, asked.memory_questions, 0));
    cr_assert(eq(sz, asked.bytes_to_device, 0));
    cr_assert(eq(sz, asked.bytes_to_host, 0));
}

Test(traffic, an_application_is_queued_and_nothing_else)
{
    dimer d;
    dimer_create(qfp_backend_cuda(), &small_shape, 3.0, &d);
    is_only_queued(application(&d));
    dimer_destroy(&d);
}

enum { STEPS = 2, VECTORS = 64 };
typedef struct steps {
    int count;
    cuda_on_host_counters at[STEPS + 1];
} steps;

/* A monitor that notes the counters after every step, and stops after the last one. */
static qfp_status note(void *data, double advanced, qfp_buffer *u)
{
    steps *s = data;
    (void)advanced;
    (void)u;
    s->at[++s->count] = cuda_on_host_count();
    return s->count < STEPS ? QFP_OK : QFP_INTERNAL;
}

/* Of the vectors of a basis: so many launches besides their applications, and no wait; one wait at
 * the end of a step.  12² × 12² numbers are two runs of the summation tree. */
Test(traffic, krylov_waits_once_a_step)
{
    enum { RECURRENCE = 2, STEP = 8 };
    const qfp_grid shape = {2, {12, 12}, {7.0, 7.5, 7.0, 6.5}};
    const qfp_propagator_options options = {
        .method = QFP_METHOD_KRYLOV, .tolerance = 1e-10, .time_scale = 1.0};
    dimer d;
    steps s = {0};
    qfp_propagator *propagator = NULL;
    dimer_create(qfp_backend_cuda(), &shape, 0.0, &d);
    cuda_on_host_counters once = application(&d);
    cr_assert(le(sz, once.launches + once.transforms + RECURRENCE, 8));
    OK(qfp_propagator_create(d.map, &options, &propagator));
    cr_assert(eq(int, qfp_propagator_advance(propagator, d.u, 1e3, note, &s), QFP_INTERNAL));
    for (int i = 1; i < STEPS; i++) { /* the first step reads norms now and then */
        cuda_on_host_counters asked = between(s.at[i], s.at[i + 1]);
        cr_assert(le(sz, asked.launches, VECTORS * (once.launches + RECURRENCE) + STEP));
        cr_assert(eq(sz, asked.transforms, VECTORS * once.transforms));
        cr_assert(eq(sz, asked.synchronisations, 1));
        cr_assert(eq(sz, asked.allocations, 0));
        cr_assert(eq(sz, asked.bytes_to_device, 0));
        cr_assert(eq(sz, asked.bytes_to_host, (VECTORS + 1) * sizeof(double)));
    }
    qfp_propagator_destroy(propagator);
    dimer_destroy(&d);
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
    dimer d;
    qfp_application_cost cost;
    dimer_create(b, &small_shape, taper, &d);
    qfp_grid_generator_cost(d.generator, &cost);
    *planes = cost.planes;
    *count = d.count;
    double *numbers = malloc(d.count * sizeof *numbers);
    OK(qfp_linear_map_apply(d.map, d.u, d.y));
    OK(b->download(d.y, 0, d.count, numbers));
    dimer_destroy(&d);
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
