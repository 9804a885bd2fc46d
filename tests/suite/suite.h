/* suite.h - the conformance suite: every check is a function of a backend's table.
 *
 * The oracles here and in the tests are written from the text of host/backend/ alone: plain
 * loops over all indices, with none of the kernels' headers.
 */
#ifndef QFPI_TESTS_SUITE_H
#define QFPI_TESTS_SUITE_H

#include <complex.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"

#ifdef QFP_SUITE_CUDA
#include "../support/cuda_objects.h"
/* The suite compiled a second time: linked with the CUDA backend on a device (tests/gpu) or on the
 * host (tests/cuda_on_host). */
#define ON_EVERY_BACKEND(check)                                                                    \
    Test(cuda, check)                                                                              \
    {                                                                                              \
        check(qfp_backend_cuda());                                                                 \
        cuda_objects_are_gone();                                                                   \
    }
#elif defined(QFP_SUITE_RANKS)
/* A third time: on several ranks, each of them with a backend (tests/ranks).  SUITE_ONE: what one rank alone has. */
#ifdef QFP_CUDA_ON_HOST
#define SUITE_ONE qfp_backend_cuda()
#define ON_EVERY_BACKEND(check)                                                                    \
    Test(ranks_of_cuda, check)                                                                     \
    {                                                                                              \
        check(qfp_backend_distributed(qfp_backend_cuda()));                                        \
    }
#else
#define SUITE_ONE qfp_backend_cpu()
#define ON_EVERY_BACKEND(check)                                                                    \
    Test(ranks_of_cpu, check)                                                                      \
    {                                                                                              \
        check(qfp_backend_distributed(qfp_backend_cpu()));                                         \
    }                                                                                              \
    Test(ranks_of_checked, check)                                                                  \
    {                                                                                              \
        check(qfp_backend_distributed(qfp_backend_checked()));                                     \
    }
#endif
#else
/* One Criterion test per backend. */
#define ON_EVERY_BACKEND(check)                                                                    \
    Test(cpu, check)                                                                               \
    {                                                                                              \
        check(qfp_backend_cpu());                                                                  \
    }                                                                                              \
    Test(checked, check)                                                                           \
    {                                                                                              \
        check(qfp_backend_checked());                                                              \
    }
#endif

#define OK(call)                                                                                   \
    do {                                                                                           \
        qfp_status suite_status_ = (call);                                                         \
        cr_assert(suite_status_ == QFP_OK, "%s: %s", #call, qfp_last_error());                     \
    } while (0)

#define FAILS(call)                                                                                \
    do {                                                                                           \
        qfp_status suite_status_ = (call);                                                         \
        cr_assert(suite_status_ != QFP_OK, "%s should fail", #call);                               \
        cr_assert(qfp_last_error()[0] != '\0', "%s failed without a sentence", #call);             \
    } while (0)

/* On what a backend computes, which ranks of it hand on. */
static inline int suite_is_ranks(const qfp_backend *b)
{
    return strcmp(b->name, "distributed") == 0;
}

static inline int suite_is_cuda(const qfp_backend *b)
{
#ifdef SUITE_ONE
    b = SUITE_ONE;
#endif
    return strcmp(b->name, "cuda") == 0;
}

/* Grids of one, two and three modes, every mode with points and every axis with a box of its
 * own. */
enum { SUITE_GRIDS = 4 };
static const qfp_grid suite_grid[SUITE_GRIDS] = {
    {.modes = 1, .points = {10}, .extent = {7.0, 5.5}},
    {.modes = 1, .points = {2}, .extent = {3.0, 4.0}},
    {.modes = 2, .points = {6, 8}, .extent = {5.0, 9.0, 6.0, 4.5}},
    {.modes = 3, .points = {4, 2, 6}, .extent = {4.0, 3.0, 6.5, 5.0, 2.5, 7.0}},
};

/* Lengths around the block (512) and lane (8) sizes of the summation tree, and none at all. */
static const size_t suite_length[] = {0, 1, 7, 8, 9, 511, 512, 513, 1024, 5000, 40000};
enum { SUITE_LENGTHS = sizeof suite_length / sizeof suite_length[0] };

/* Uniform in (-1, 1), the same on every machine. */
static inline double suite_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(int64_t)(*state >> 11) / 4503599627370496.0 - 1.0;
}

static inline double *suite_random_array(size_t count, uint64_t seed)
{
    double *array = malloc((count + 1) * sizeof *array);
    for (size_t i = 0; i < count; ++i)
        array[i] = suite_random(&seed);
    return array;
}

/* A space as a list of axes. */
typedef struct suite_axes {
    int axes;
    size_t length[2 * QFP_MAX_MODES];
    size_t elements;
} suite_axes;

static inline suite_axes suite_axes_of(const qfp_grid *grid, qfp_space space)
{
    suite_axes s = {.axes = 2 * grid->modes, .elements = 1};
    for (int axis = 0; axis < s.axes; ++axis) {
        size_t n = (size_t)grid->points[axis % grid->modes];
        if ((space == QFP_SPACE_A && axis == 2 * grid->modes - 1) ||
            (space == QFP_SPACE_B && axis == grid->modes - 1))
            n = n / 2 + 1;
        s.length[axis] = n;
        s.elements *= n;
    }
    return s;
}

static inline void suite_decode(const suite_axes *s, size_t element, size_t *index)
{
    for (int axis = s->axes; axis-- > 0;) {
        index[axis] = element % s->length[axis];
        element /= s->length[axis];
    }
}

/* A context, a grid, and three buffers that hold any of its spaces. */
typedef struct rig {
    const qfp_backend *backend;
    qfp_grid grid;
    qfp_context *context;
    qfp_grid_plan *plan;
    size_t doubles[3], most;
    qfp_buffer *buffer[3];
} rig;

static inline rig rig_create(const qfp_backend *backend, const qfp_grid *grid)
{
    rig r = {.backend = backend, .grid = *grid};
    OK(backend->device->context_create(1, &r.context));
    OK(backend->grid->create(r.context, grid, &r.plan));
    for (int space = 0; space < 3; ++space) {
        r.doubles[space] = qfp_grid_doubles(grid, (qfp_space)space);
        r.most = r.doubles[space] > r.most ? r.doubles[space] : r.most;
    }
    for (int b = 0; b < 3; ++b)
        OK(backend->vector->create(r.context, r.most, &r.buffer[b]));
    return r;
}

static inline void rig_destroy(rig *r)
{
    for (int b = 0; b < 3; ++b)
        r->backend->vector->destroy(r->buffer[b]);
    r->backend->grid->destroy(r->plan);
    r->backend->device->context_destroy(r->context);
}

/* The buffer's first doubles, to be freed. */
static inline double *rig_download(const rig *r, const qfp_buffer *buffer, size_t count)
{
    double *array = malloc((count + 1) * sizeof *array);
    OK(r->backend->vector->download(buffer, 0, count, array));
    return array;
}

#endif
