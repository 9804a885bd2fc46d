/* test_planes.c - planes of 80 x 80 points on devices with more and less shared memory. */
#include "../suite/suite.h"

#include "cuda_on_host.h"

static const double pi = 3.14159265358979323846;

enum { N = 80, WAVE_Q = 3, WAVE_P = 5, CELLS = N * N };
static const qfp_grid grid = {.modes = 1, .points = {N}, .extent = {11.0, 9.0}};
static const qfp_symbol_term turn = {.im = 1, .power = {1, 1}},
                             along_p = {.im = 1, .power = {0, 1}},
                             along_q = {.im = 1, .power = {1, 0}};

typedef struct plane_rig {
    const qfp_backend *b;
    qfp_context *context;
    qfp_grid_plan *plan;
    qfp_buffer *x, *y;
    qfp_plane *plane;
} plane_rig;

/* Q ∂_P + ∂_Q ∂_P, whose second part is left for the pairs. */
static qfp_status plane_of(plane_rig *r)
{
    const qfp_plane_factor f = {1, &along_p}, g = {1, &along_q};
    const qfp_plane_part part = {.pure_a = {1, &turn}, .pair_count = 1, .f = &f, .g = &g};
    const qfp_plane_spec spec = {.symmetrised = 1, .part_count = 1, .part = &part};
    return r->b->plane->create(r->plan, &spec, &r->plane);
}

static plane_rig rig_of_plane(qfp_precision precision)
{
    plane_rig r = {.b = qfp_backend_cuda()};
    OK(r.b->device->context_create(1, &r.context));
    OK(r.b->device->precision_set(r.context, precision));
    OK(r.b->grid->create(r.context, &grid, &r.plan));
    OK(r.b->vector->create(r.context, CELLS, &r.x));
    OK(r.b->vector->create(r.context, CELLS, &r.y));
    return r;
}

static void rig_of_plane_destroy(plane_rig *r)
{
    r->b->plane->destroy(r->plane);
    r->b->vector->destroy(r->y);
    r->b->vector->destroy(r->x);
    r->b->grid->destroy(r->plan);
    r->b->device->context_destroy(r->context);
    cr_assert(eq(sz, cuda_on_host_live_total(), 0));
}

/* x = cos(kQ) sin(pP): the operator gives Q p cos(kQ) cos(pP) - k p sin(kQ) cos(pP). */
static void check_waves(plane_rig *r, double tolerance)
{
    const double k = 2 * pi * WAVE_Q / grid.extent[0], p = 2 * pi * WAVE_P / grid.extent[1];
    double *x = malloc(CELLS * sizeof *x), *exact = malloc(CELLS * sizeof *exact), largest = 0.0;
    for (int i = 0; i < CELLS; ++i) {
        double Q = (i / N - N / 2) * grid.extent[0] / N, P = (i % N - N / 2) * grid.extent[1] / N;
        x[i] = cos(k * Q) * sin(p * P);
        exact[i] = (Q * p * cos(k * Q) - k * p * sin(k * Q)) * cos(p * P);
        largest = fmax(largest, fabs(exact[i]));
    }
    OK(r->b->vector->upload(r->x, 0, CELLS, x));
    for (int accumulate = 0; accumulate < 2; ++accumulate) {
        OK(r->b->plane->apply(r->plane, r->x, r->y, accumulate));
        OK(r->b->vector->download(r->y, 0, CELLS, x));
        for (int i = 0; i < CELLS; ++i)
            cr_assert(epsilon_eq(dbl, x[i], (1 + accumulate) * exact[i], tolerance * largest),
                      "cell %d", i);
    }
    free(x);
    free(exact);
}

/* The largest wavenumbers, 13 and 8 times those of the wave, enlarge its rounding (1e-16, 6e-8). */
static void check_precision(qfp_precision precision, double tolerance)
{
    plane_rig r = rig_of_plane(precision);
    cr_assert(r.b->plane->fits(r.plan, 0));
    OK(plane_of(&r));
    check_waves(&r, tolerance);
    rig_of_plane_destroy(&r);
}

Test(planes, of_80_points_in_double_precision)
{
    check_precision(QFP_PRECISION_DOUBLE, 1e-14 * 13 * 8);
}

Test(planes, of_80_points_in_single_precision)
{
    check_precision(QFP_PRECISION_SINGLE, 6e-7 * 13 * 8);
}

static int fits(qfp_precision precision, size_t shared)
{
    cuda_on_host_set_shared(shared);
    plane_rig r = rig_of_plane(precision);
    int answer = r.b->plane->fits(r.plan, 0);
    qfp_status status = plane_of(&r);
    cr_assert(eq(int, status, answer ? QFP_OK : QFP_UNSUPPORTED));
    cr_assert(eq(int, r.plane != NULL, answer != 0));
    if (answer)
        check_waves(&r, 6e-7 * 13 * 8);
    rig_of_plane_destroy(&r);
    return answer;
}

/* One complex plane takes 80 × 81 numbers, with u beside it twice as many; where that is too much,
 * the inner part moves to scratch and 14 warps exchange 3 lines each, 14 × 3 × 80 numbers. */
Test(planes, fit_to_the_byte)
{
    static const struct {
        qfp_precision precision;
        size_t number;
    } kind[] = {{QFP_PRECISION_DOUBLE, 16}, {QFP_PRECISION_SINGLE, 8}};
    enum { PLANE = 80 * 81, LINES = 14 * 3 * 80 };
    for (int i = 0; i < 2; ++i) {
        size_t number = kind[i].number;
        cr_assert(eq(int, fits(kind[i].precision, 2 * PLANE * number), 1));
        cr_assert(eq(int, fits(kind[i].precision, 2 * PLANE * number - 1), 1));
        cr_assert(eq(int, fits(kind[i].precision, PLANE * number), 1));
        cr_assert(eq(int, fits(kind[i].precision, PLANE * number - 1), 1));
        cr_assert(eq(int, fits(kind[i].precision, LINES * number), 1));
        cr_assert(eq(int, fits(kind[i].precision, LINES * number - 1), 0));
    }
}

/* What the device no longer grants is an error of the application, not silence; later ones work. */
Test(planes, a_refused_launch_is_reported)
{
    plane_rig r = rig_of_plane(QFP_PRECISION_DOUBLE);
    OK(plane_of(&r));
    cuda_on_host_set_shared(80 * 81 * 16);
    cr_assert(eq(int, r.b->plane->apply(r.plane, r.x, r.y, 0), QFP_DEVICE));
    cr_assert(strstr(qfp_last_error(), "launching k_plane") != NULL, "%s", qfp_last_error());
    cuda_on_host_set_shared(227 * 1024);
    check_waves(&r, 1e-14 * 13 * 8);
    rig_of_plane_destroy(&r);
}

Test(planes, a_launch_without_its_shared_memory_is_reported)
{
    const qfp_backend *b = qfp_backend_cuda();
    double minimum, maximum;
    int finite;
    plane_rig r = rig_of_plane(QFP_PRECISION_DOUBLE);
    double *zeros = calloc(CELLS, sizeof *zeros);
    OK(b->vector->upload(r.x, 0, CELLS, zeros));
    cuda_on_host_set_shared(16);
    cr_assert(eq(int, b->vector->extrema(CELLS, r.x, &minimum, &maximum, &finite), QFP_DEVICE));
    cr_assert(strstr(qfp_last_error(), "configuration") != NULL, "%s", qfp_last_error());
    cuda_on_host_set_shared(227 * 1024);
    OK(b->vector->extrema(CELLS, r.x, &minimum, &maximum, &finite));
    free(zeros);
    rig_of_plane_destroy(&r);
}
