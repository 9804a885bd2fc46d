/* test_failures.c - the CUDA backend when a call fails: a status, a sentence, nothing left
 * behind. */
#include "../suite/suite.h"

#include "backend.h"
#include "cuda_on_host.h"

#define STEP(call)                                                                                 \
    if (status == QFP_OK)                                                                          \
    status = (call)

/* The slots of the Fock basis, on two levels. */
static qfp_status use_stencil(const qfp_backend *b, qfp_context *context, qfp_buffer *x,
                              qfp_buffer *y)
{
    const double row[4] = {1, 0, 1, 0}, column[2] = {1, 1};
    const qfp_stencil_term term = {0, 0, row, column};
    qfp_stencil *stencil = NULL;
    qfp_status status = QFP_OK;
    double diagonal[4];
    STEP(b->stencil->create(context, 2, 1, &term, &stencil));
    STEP(b->stencil->apply(stencil, x, y));
    STEP(b->stencil->exponential(stencil, 0.1, y));
    STEP(b->stencil->band(context, 2, 0, y, diagonal));
    b->stencil->destroy(stencil);
    return status;
}

/* The slots of trajectories: draws and moves eight paths of one mode. */
static qfp_status use_paths(const qfp_backend *b, qfp_context *context)
{
    static const qfp_symbol_term term = {.re = 0.1, .power = {1}};
    static const qfp_path_polynomial list[6] = {{1, &term}};
    static const double one = 1.0, kets[4] = {0.8, 0.0, 0.6, 0.0}, mean[4] = {0.1},
                        spread[16] = {0.1}, bounds[4] = {-3.0, 3.0, -3.0, 3.0};
    static const int levels[1] = {2};
    const qfp_path_set set = {.paths = 8, .coordinates = 1, .seed = 3};
    const qfp_path_set pairs = {.paths = 8, .coordinates = 2, .seed = 3};
    const qfp_path_step step = {.duration = 0.01, .merge = 1, .pieces_most = 100};
    const qfp_guide_spec spec = {.modes = 1,
                                 .levels = {2},
                                 .ket_count = 1,
                                 .weights = &one,
                                 .lambda = 1.0,
                                 .polynomials = list};
    static const size_t slices[] = {1};
    static const qfp_gaussian_term vacuum = {
        .re = {-0.5, 0.0, -0.5}, .root = {1.0, 0.0, 1.0}, .mass_until = 1.0};
    const qfp_boundary_spec boundary = {.turn = {1.0},
                                        .end_count = 1,
                                        .begin_count = 1,
                                        .end = &vacuum,
                                        .begin = &vacuum,
                                        .node_count = 1,
                                        .decay = &one};
    const qfp_action_spec chain = {
        .rate = 1.0, .duration = 1.0, .slices = 2, .sweeps = 1, .merge = 1, .virtual_step = 1.0};
    qfp_buffer *x = NULL, *weights = NULL;
    qfp_guide *guide = NULL;
    qfp_doubled *doubled = NULL;
    qfp_status status = QFP_OK;
    const qfp_batches batches = {.paths = set.paths, .of = 2, .count = 2};
    double sums[2], counts[4], out[16], acceptance;
    size_t lost;
    STEP(b->vector->create(context, 4 * set.paths, &x));
    STEP(b->paths->draw(context, &set, 1, levels, 1, &one, kets, x));
    STEP(b->guide->create(context, &spec, &guide));
    for (int node = 0; node < 3; ++node)
        STEP(b->guide->load(guide, node, kets));
    STEP(b->guide->advance(guide, &set, &step, x, &lost));
    STEP(b->paths->sums(context, &set, 0, 1, list, &batches, x, NULL, sums));
    STEP(b->paths->histogram(context, &set, 0, 2, bounds, x, NULL, counts));
    STEP(b->paths->gaussian(context, &pairs, 0, 0, mean, spread, x));
    STEP(b->vector->create(context, set.paths, &weights));
    STEP(b->boundary->begin(context, &set, &boundary, x, weights));
    STEP(b->boundary->advance(context, &set, &boundary, 0, x));
    STEP(b->action->run(context, &set, &chain, 1, slices, out, &acceptance));
    STEP(b->doubled->create(context, 1, 0, list, &doubled));
    STEP(b->doubled->advance(doubled, &pairs, &step, 1e300, x, &lost));
    b->doubled->destroy(doubled);
    b->guide->destroy(guide);
    b->vector->destroy(weights);
    b->vector->destroy(x);
    return status;
}

/* One mode's part of a generator: Q_2 (Q_1 ∂_P1 + ∂_Q1 ∂_P1). */
static qfp_status use_plane(const qfp_backend *b, qfp_grid_plan *plan, const qfp_buffer *x,
                            qfp_buffer *y)
{
    static const qfp_symbol_term turn = {.im = 1, .power = {1, 0, 1, 0}},
                                 along_p = {.im = 1, .power = {0, 0, 1, 0}},
                                 along_q = {.im = 1, .power = {1, 0, 0, 0}},
                                 other = {.re = 1, .power = {0, 1, 0, 0}};
    const qfp_plane_factor f = {1, &along_p}, g = {1, &along_q};
    const qfp_plane_part part = {
        .spectator = {1, &other}, .pure_a = {1, &turn}, .pair_count = 1, .f = &f, .g = &g};
    const qfp_plane_spec spec = {.part_count = 1, .part = &part};
    qfp_plane *plane = NULL;
    qfp_status status = b->plane->create(plan, &spec, &plane);
    cr_assert(eq(int, plane != NULL, status == QFP_OK));
    STEP(b->plane->apply(plane, x, y, 0));
    b->plane->destroy(plane);
    return status;
}

/* One of everything; returns the first failure, destroys all there is. */
static qfp_status use_everything(const qfp_backend *b)
{
    const qfp_grid *grid = &suite_grid[2];
    qfp_context *context = NULL;
    qfp_grid_plan *plan = NULL;
    qfp_buffer *x = NULL, *y = NULL;
    qfp_symbol *symbol = NULL;
    qfp_flow *flow = NULL;
    qfp_status status = QFP_OK;
    size_t doubles = qfp_grid_doubles(grid, QFP_SPACE_A);
    double *numbers = suite_random_array(doubles, 1), out[3], plane[64], matrix[36] = {1};
    double drift[4], points[4] = {0}, weight = 1;
    int finite;
    const qfp_symbol_term term = {.re = 1, .power = {1}};
    const qfp_symbol_spec spec = {.space = QFP_SPACE_A, .term_count = 1, .terms = &term};
    const qfp_real_polynomial polynomial[16] = {{1, &term}};
    double *table = suite_random_array(2 * 64, 2);
    const qfp_product_term product = {.weight_re = 1, .table = {table, table}};
    STEP(b->device->context_create(1, &context));
    STEP(b->grid->create(context, grid, &plan));
    STEP(b->vector->create(context, doubles, &x));
    STEP(b->vector->create(context, doubles, &y));
    STEP(b->vector->upload(x, 0, doubles, numbers));
    STEP(b->symbol->create(plan, &spec, &symbol));
    STEP(b->flow->create(context, 2, 1.0, 1.0, polynomial, polynomial, &flow));
    STEP(use_stencil(b, context, x, y));
    STEP(use_plane(b, plan, x, y));
    STEP(b->grid->product_fill(plan, 1, &product, x));
    STEP(b->flow->multiply(flow, plan, 0, -1, x, x));
    STEP(b->grid->marginal(plan, 1, x, plane));
    STEP(b->grid->contract(1, 1, 6, 36 * 64 / 6, 6, matrix, x, y));
    STEP(b->vector->inner(36 * 64, 1, &x, y, out));
    STEP(b->vector->extrema(36 * 64, x, out, out + 1, &finite));
    STEP(b->vector->entropy(36 * 64, x, 1.0, out));
    STEP(b->grid->transform(plan, QFP_SPACE_A, QFP_FORWARD, x, y));
    STEP(b->symbol->multiply(symbol, 1.0, y, y, 0));
    STEP(b->symbol->power(symbol, y, out));
    STEP(b->grid->transform(plan, QFP_SPACE_A, QFP_INVERSE, y, x));
    STEP(b->vector->combine(36 * 64, 1.0, y, 1, &weight, &x));
    STEP(b->flow->evaluate(flow, 1, points, drift, NULL, NULL, NULL));
    STEP(b->vector->download(x, 0, 36 * 64, numbers));
    STEP(use_paths(b, context));
    STEP(b->device->synchronize(context));
    b->flow->destroy(flow);
    b->symbol->destroy(symbol);
    b->vector->destroy(y);
    b->vector->destroy(x);
    b->grid->destroy(plan);
    b->device->context_destroy(context);
    free(table);
    free(numbers);
    return status;
}

/* The n-th call fails, for every n there is. */
static void every_call_may_fail(cuda_on_host_call call, qfp_status expected)
{
    const qfp_backend *b = qfp_backend_cuda();
    size_t n = 1;
    for (;; ++n) {
        cuda_on_host_fail(call, n);
        qfp_status status = use_everything(b);
        cuda_objects_are_gone();
        if (status == QFP_OK)
            break; /* fewer than n calls */
        cr_assert(eq(int, status, expected), "call %zu: %s", n, qfp_last_error());
        cr_assert(strlen(qfp_last_error()) > 10, "call %zu: \"%s\"", n, qfp_last_error());
        cr_assert(lt(sz, n, 1000));
        cuda_on_host_repair();
    }
    cr_assert(lt(sz, 1, n), "no such call at all");
    cuda_on_host_fail(call, 0);
    OK(use_everything(b));
}

Test(failures, allocations)
{
    every_call_may_fail(CUDA_ON_HOST_MALLOC, QFP_MEMORY);
}

Test(failures, copies)
{
    every_call_may_fail(CUDA_ON_HOST_COPY, QFP_DEVICE);
}

Test(failures, plans)
{
    every_call_may_fail(CUDA_ON_HOST_PLAN, QFP_DEVICE);
}

/* Noticed where somebody waits; the device is lost until it is repaired. */
Test(failures, launches)
{
    every_call_may_fail(CUDA_ON_HOST_LAUNCH, QFP_DEVICE);
}

Test(failures, a_lost_device_stays_lost)
{
    const qfp_backend *b = qfp_backend_cuda();
    cuda_on_host_fail(CUDA_ON_HOST_LAUNCH, 1);
    FAILS(use_everything(b));
    FAILS(use_everything(b));
    cuda_objects_are_gone();
    cuda_on_host_repair();
    OK(use_everything(b));
}

Test(failures, too_large_for_the_device)
{
    const qfp_backend *b = qfp_backend_cuda();
    qfp_context *context = NULL;
    qfp_buffer *buffer = NULL;
    OK(b->device->context_create(1, &context));
    cuda_on_host_set_memory((size_t)1 << 20);
    cr_assert(eq(int, b->vector->create(context, (size_t)1 << 18, &buffer), QFP_MEMORY));
    cr_assert(buffer == NULL);
    cr_assert(strstr(qfp_last_error(), "262144") != NULL, "%s", qfp_last_error());
    cr_assert(eq(int, b->vector->create(context, SIZE_MAX / 4, &buffer), QFP_MEMORY));
    b->device->context_destroy(context);
    cuda_objects_are_gone();
}

/* The driver is not asked how much is free while there is enough. */
Test(failures, memory_is_asked_about_only_when_refused)
{
    cuda_on_host_counters before = cuda_on_host_count();
    OK(use_everything(qfp_backend_cuda()));
    cr_assert(eq(sz, cuda_on_host_count().memory_questions, before.memory_questions));
    cuda_on_host_fail(CUDA_ON_HOST_MALLOC, 5);
    FAILS(use_everything(qfp_backend_cuda()));
    cr_assert(eq(sz, cuda_on_host_count().memory_questions, before.memory_questions + 1));
}

/* 4096 threads are resident on the shim's device. */
Test(failures, stacks_of_kernels_are_counted)
{
    const qfp_backend *b = qfp_backend_cuda();
    const size_t stack = 5120, more = (stack - 1024) * 4096;
    qfp_context *context = NULL;
    size_t before, after;
    OK(b->device->memory(NULL, &before));
    cuda_on_host_set_stack(stack);
    cuda_on_host_set_memory(more - 1);
    OK(b->device->context_create(1, &context));
    cr_assert(eq(int, use_paths(b, context), QFP_MEMORY));
    cr_assert(strstr(qfp_last_error(), "stacks of 5120 bytes for the device's 4096 threads") !=
                  NULL,
              "%s", qfp_last_error());
    cuda_on_host_set_memory(before);
    OK(b->device->memory(context, &before));
    OK(use_paths(b, context)); /* guide and doubled space share them */
    OK(b->device->memory(context, &after));
    b->device->context_destroy(context);
    cr_assert(ge(sz, before, after + more));
    cr_assert(lt(sz, before, after + more + ((size_t)1 << 20)));
    cuda_objects_are_gone();
}

/* The second of three devices: its memory, its name; what there is not is refused with the
 * count. */
Test(failures, devices_are_chosen_by_number)
{
    const qfp_backend *b = qfp_backend_cuda();
    qfp_context *context = NULL;
    char text[256];
    size_t first, second;
    cuda_on_host_set_devices(3);
    OK(b->device->memory(NULL, &first));
    OK(b->device->choose(1));
    OK(b->device->available());
    OK(b->device->memory(NULL, &second));
    cr_assert(eq(sz, second, first / 2));
    OK(b->device->context_create(0, &context));
    OK(b->device->describe(context, text, sizeof text));
    cr_assert(strstr(text, "number 1, 4.0 GiB") != NULL, "%s", text);
    b->device->context_destroy(context);
    for (int wrong = -1; wrong < 4; wrong += 4) {
        cr_assert(eq(int, b->device->choose(wrong), QFP_DEVICE));
        cr_assert(strstr(qfp_last_error(), "this machine shows 3") != NULL, "%s", qfp_last_error());
    }
    OK(b->device->memory(NULL, &second)); /* still the second one */
    cr_assert(eq(sz, second, first / 2));
    OK(b->device->choose(0));
    OK(b->device->context_create(0, &context));
    OK(b->device->memory(NULL, &second));
    cr_assert(le(sz, second, first));
    cr_assert(lt(sz, first / 2, second));
    OK(b->device->choose(1));
    OK(b->device->memory(context, &second)); /* of the first, where the context is */
    cr_assert(lt(sz, first / 2, second));
    b->device->context_destroy(context);
    cuda_objects_are_gone();
}

static void is_unavailable(cuda_on_host_machine machine, const char *word)
{
    const qfp_backend *b = qfp_backend_cuda();
    qfp_context *context = NULL;
    cuda_on_host_set_machine(machine);
    cr_assert(eq(int, b->device->available(), QFP_DEVICE));
    cr_assert(strstr(qfp_last_error(), word) != NULL, "%s", qfp_last_error());
    cr_assert(eq(int, b->device->context_create(1, &context), QFP_DEVICE));
    cr_assert(context == NULL);
    cuda_on_host_set_machine(CUDA_ON_HOST_PRESENT);
    OK(b->device->available());
    OK(b->device->context_create(1, &context)); /* no error is left over */
    b->device->context_destroy(context);
}

Test(failures, no_driver)
{
    is_unavailable(CUDA_ON_HOST_NO_DRIVER, "driver");
}

Test(failures, no_device)
{
    is_unavailable(CUDA_ON_HOST_NO_DEVICE, "device");
}
