/* The watch over the edges of the box and of the wavenumbers, on waves and cells made by hand. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "core/error.h"
#include "state/observables.h"

#define OK(call) cr_assert(eq(int, (int)(call), QFP_OK), "%s", qfp_last_error())

enum { N = 40 };

static qfp_context *context;
static qfp_phase_grid *grid;
static qfp_buffer *u;
static qfp_edges *edges;

static void make(void)
{
    const qfp_backend *b = qfp_backend_cpu();
    const qfp_grid shape = {.modes = 1, .points = {N}, .extent = {20.0, 10.0}};
    OK(b->device->context_create(1, &context));
    OK(qfp_phase_grid_create(b, context, &shape, &grid));
    OK(b->vector->create(context, N * N, &u));
    OK(qfp_edges_create(grid, &edges));
}

static void destroy(void)
{
    qfp_edges_destroy(edges);
    qfp_backend_cpu()->vector->destroy(u);
    qfp_phase_grid_destroy(grid);
    qfp_backend_cpu()->device->context_destroy(context);
}

TestSuite(edges, .init = make, .fini = destroy);

static void look(const double *values, double *edge_x, double *edge_k)
{
    OK(qfp_backend_cpu()->vector->upload(u, 0, N * N, values));
    OK(qfp_edges_evaluate(edges, u, edge_x, edge_k));
}

/* One cell of amplitude 1 at the place under test, one of amplitude 3 in the middle: a tenth. */
Test(edges, the_outer_tenth_of_the_box_along_both_axes)
{
    /* |i − N/2| ≤ 0.9 N/2 = 18 is inside */
    const struct {
        int q, p;
        double share;
    } places[] = {{20, 38, 0.0}, {20, 39, 0.1}, {20, 1, 0.1}, {20, 2, 0.0},
                  {38, 20, 0.0}, {39, 20, 0.1}, {1, 20, 0.1}, {2, 20, 0.0}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        double values[N * N] = {0.0}, edge_x, edge_k;
        values[places[i].q * N + places[i].p] = 1.0;
        values[21 * N + 21] = 3.0;
        look(values, &edge_x, &edge_k);
        cr_assert(epsilon_eq(dbl, edge_x, places[i].share, 1e-15), "%zu: %g", i, edge_x);
    }
}

/* A wave of index k along one axis beside three times a constant; cos² is ½ of a constant's square. */
Test(edges, the_outer_tenth_of_the_wavenumbers_along_both_axes)
{
    for (int axis = 0; axis < 2; axis++)
        for (int k = 17; k <= 20; k++) {
            double values[N * N], edge_x, edge_k, square = k == N / 2 ? 1.0 : 0.5;
            for (int i = 0; i < N * N; i++) {
                int at = axis == 0 ? i / N : i % N;
                values[i] = 3.0 + cos(2.0 * M_PI * k * at / N);
            }
            look(values, &edge_x, &edge_k);
            double share = k <= 18 ? 0.0 : square / (9.0 + square);
            cr_assert(epsilon_eq(dbl, edge_k, share, 1e-14), "%d %d: %g", axis, k, edge_k);
        }
}

Test(edges, nothing_is_nowhere)
{
    double values[N * N] = {0.0}, edge_x, edge_k;
    look(values, &edge_x, &edge_k);
    cr_assert(epsilon_eq(dbl, edge_x, 0.0, 0.0));
    cr_assert(epsilon_eq(dbl, edge_k, 0.0, 0.0));
}
