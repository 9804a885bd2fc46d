/* test_traffic.c - what a step asks of the device: no allocation, no waiting, no copies inside. */
#include "../suite/suite.h"
#include "backend.h"
#include "cuda_on_host.h"
#include "evolve/propagator.h"
#include "generator_rig.h"

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

static const char dimer[] = "hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2 + 0.25*ad[2]^2*a[2]^2";
static const qfp_grid small_shape = {.modes = 2, .points = {8, 6}, .extent = {7.0, 7.5, 7.0, 6.5}};

/* What one application asks of the device. */
static cuda_on_host_counters application(generator_rig *d)
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
    generator_rig d;
    rig_of_generator(qfp_backend_cuda(), dimer, &small_shape, 3.0, &d);
    is_only_queued(application(&d));
    rig_of_generator_destroy(&d);
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
    const qfp_grid shape = {.modes = 2, .points = {12, 12}, .extent = {7.0, 7.5, 7.0, 6.5}};
    const qfp_propagator_options options = {
        .integrator = QFP_INTEGRATOR_KRYLOV, .tolerance = 1e-10, .time_scale = 1.0};
    generator_rig d;
    steps s = {0};
    qfp_propagator *propagator = NULL;
    rig_of_generator(qfp_backend_cuda(), dimer, &shape, 0.0, &d);
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
    rig_of_generator_destroy(&d);
}

/* Several inner products wait once, a marginal copies a plane, and a sum over the grid one number a
 * slice: of 6 slices of 48 rows each, two runs of the summation tree, at once. */
Test(traffic, results_are_copied_not_arrays)
{
    rig r = rig_create(qfp_backend_cuda(), &suite_grid[2]);
    size_t cells = r.doubles[QFP_SPACE_Z];
    double *numbers = suite_random_array(r.most, 1), out[3], plane[64];
    for (int k = 0; k < 3; ++k)
        OK(r.backend->vector->upload(r.buffer[k], 0, r.most, numbers));
    cuda_on_host_counters before = cuda_on_host_count();
    OK(r.backend->vector->inner(cells, 3, r.buffer, r.buffer[0], out));
    cr_assert(eq(sz, since(before).synchronisations, 1));
    cr_assert(eq(sz, since(before).bytes_to_host, 3 * sizeof(double)));
    for (int mode = 0; mode < 2; ++mode) {
        size_t points = (size_t)r.grid.points[mode];
        before = cuda_on_host_count();
        OK(r.backend->grid->marginal(r.plan, mode, r.buffer[0], plane));
        cr_assert(eq(sz, since(before).bytes_to_host, points * points * sizeof *plane));
        cr_assert(eq(sz, since(before).allocations, 0));
    }
    qfp_symbol *symbol = NULL;
    const qfp_symbol_term one = {.re = 1.0};
    OK(r.backend->symbol->create(r.plan, &(qfp_symbol_spec){.term_count = 1, .terms = &one},
                                 &symbol));
    before = cuda_on_host_count();
    OK(r.backend->symbol->sum(symbol, r.buffer[0], out));
    cr_assert(eq(sz, since(before).launches, 2));
    cr_assert(eq(sz, since(before).synchronisations, 1));
    cr_assert(eq(sz, since(before).bytes_to_host, 6 * sizeof(double)));
    cr_assert(eq(sz, since(before).allocations, 0));
    r.backend->symbol->destroy(symbol);
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
    OK(b->device->context_create(1, &context));
    OK(b->vector->create(context, 2 * set.paths, &x));
    OK(b->paths->draw(context, &set, 1, spec.levels, 1, &weight, kets, x));
    OK(b->guide->create(context, &spec, &guide));
    for (int turns = 0; turns < 2; ++turns) {
        before = cuda_on_host_count();
        for (int node = 0; node < 3; ++node)
            OK(b->guide->load(guide, node, kets));
        OK(b->guide->advance(guide, &set, &step, x, &lost));
    }
    cuda_on_host_counters asked = since(before);
    cr_assert(eq(sz, asked.launches, 1));
    cr_assert(eq(sz, asked.allocations, 0));
    cr_assert(eq(sz, asked.memory_questions, 0));
    cr_assert(eq(sz, asked.bytes_to_device, 3 * sizeof kets));
    b->guide->destroy(guide);
    b->vector->destroy(x);
    b->device->context_destroy(context);
    cuda_objects_are_gone();
}
