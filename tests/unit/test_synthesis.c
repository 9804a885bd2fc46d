/* Q from u: the two ways to evaluate it against closed forms, where each is used, and the order of
 * the axes. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/error.h"
#include "state/synthesis.h"

#define OK(call) cr_assert(eq(int, (int)(call), QFP_OK), "%s", qfp_last_error())

typedef struct rig {
    qfp_context *context;
    qfp_phase_grid *grid;
    qfp_buffer *u;
} rig;

static rig make(int modes, int n, double extent)
{
    const qfp_backend *b = qfp_backend_cpu();
    rig r;
    qfp_grid shape = {.modes = modes};
    for (int j = 0; j < modes; j++)
        shape.points[j] = n;
    for (int a = 0; a < 2 * modes; a++)
        shape.extent[a] = extent;
    OK(b->device->context_create(1, &r.context));
    OK(qfp_phase_grid_create(b, r.context, &shape, &r.grid));
    OK(b->vector->create(r.context, r.grid->doubles[QFP_SPACE_Z], &r.u));
    return r;
}

static void destroy(rig *r)
{
    r->grid->backend->vector->destroy(r->u);
    qfp_phase_grid_destroy(r->grid);
    r->grid = NULL;
    qfp_backend_cpu()->device->context_destroy(r->context);
}

/* u(Q_j, P_k) = of_q[j] of_p[k] */
static void fill(rig *r, const double *of_q, const double *of_p)
{
    size_t n = (size_t)r->grid->shape.points[0];
    double *u = malloc(n * n * sizeof *u);
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++)
            u[j * n + k] = of_q[j] * of_p[k];
    OK(r->grid->backend->vector->upload(r->u, 0, n * n, u));
    free(u);
}

static void marginal(rig *r, double c, size_t n_q, const double *q, size_t n_p, const double *p,
                     double *out)
{
    qfp_synthesis *s;
    OK(qfp_synthesis_create(r->grid, c, n_q, q, n_p, p, &s));
    OK(qfp_synthesis_marginal(s, 0, r->u, out));
    qfp_synthesis_destroy(s);
}

enum { N = 16 };

/* Interpolation passes through all values of the grid, the highest wavenumber among them. */
Test(synthesis, interpolation_keeps_the_values_of_the_grid)
{
    rig r = make(1, N, 10.0);
    double z[N], f[N], g[N], out[N * N];
    for (int j = 0; j < N; j++) {
        z[j] = qfp_phase_grid_coordinate(r.grid, 0, j);
        f[j] = sin(1.0 + 3.0 * j * j) + (j % 2 == 0 ? 0.5 : -0.5);
        g[j] = cos(2.0 + 5.0 * j * j) + (j % 2 == 0 ? 0.3 : -0.3);
    }
    fill(&r, f, g);
    marginal(&r, 0.0, N, z, N, z, out);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) /* rounding of sums of N² terms */
            cr_assert(epsilon_eq(dbl, out[i * N + k], f[i] * g[k], 1e-13));
    destroy(&r);
}

/* e^{cΔ} of cos(kQ) is e^{−ck²/2} cos(kQ), between the points too; beyond the box there is nothing. */
Test(synthesis, a_wave_is_damped_between_the_points_and_ends_with_the_box)
{
    const double extent = 10.0, c = 0.1, k = 2.0 * M_PI * 3.0 / extent;
    const double z[4] = {0.123, -3.7, 4.99, 5.01}, origin[1] = {0.0};
    rig r = make(1, N, extent);
    double wave[N], one[N], out[4];
    for (int j = 0; j < N; j++) {
        wave[j] = cos(k * qfp_phase_grid_coordinate(r.grid, 0, j));
        one[j] = 1.0;
    }
    fill(&r, wave, one);
    marginal(&r, c, 4, z, 1, origin, out);
    for (int i = 0; i < 3; i++)
        cr_assert(epsilon_eq(dbl, out[i], exp(-0.5 * c * k * k) * cos(k * z[i]), 1e-14));
    cr_assert(epsilon_eq(dbl, out[3], 0.0, 0.0));
    destroy(&r);
}

/* Where the grid resolves the Gaussian, c k²/2 ≥ 4, Q goes on outside the box; a coarser grid shows
 * nothing there.  A bump of one cell at the box's last point, seen one unit beyond the box. */
Test(synthesis, the_tail_beyond_the_box_needs_a_grid_that_resolves_it)
{
    const double c = 0.5, origin[1] = {0.0};
    for (int i = 0; i < 2; i++) {
        double resolved = i == 0 ? 4.1 : 3.9; /* c k_max²/2, k_max = πN/L */
        double extent = M_PI * N * sqrt(0.5 * c / resolved), spacing = extent / N;
        double outside[1] = {0.5 * extent + 1.0}, bump[N] = {0.0}, flat[N], out[1];
        rig r = make(1, N, extent);
        bump[N - 1] = 1.0;
        for (int k = 0; k < N; k++)
            flat[k] = k == N / 2 ? 1.0 : 0.0;
        fill(&r, bump, flat);
        marginal(&r, c, 1, outside, 1, origin, out);
        double distance = 1.0 + spacing, weight = spacing / sqrt(2.0 * M_PI * c);
        double tail = weight * exp(-distance * distance / (2.0 * c)) * weight;
        cr_assert(epsilon_eq(dbl, out[0], i == 0 ? tail : 0.0, 1e-16), "%g", resolved);
        destroy(&r);
    }
}

enum { n = 26, n_q = 24, n_p = 25, SLICE = n_p * n_q * n_p };

typedef struct kept_slices {
    size_t end, times;
    double values[n_q * SLICE];
} kept_slices;

static qfp_status keep(void *data, size_t first, size_t count, double *values)
{
    kept_slices *kept = data;
    cr_assert(eq(sz, first, kept->end));
    memcpy(kept->values + first * SLICE, values, count * SLICE * sizeof *values);
    kept->end += count;
    kept->times++;
    return QFP_OK;
}

/* Two modes, other numbers of points along q and p: a product keeps its factors apart, in pieces. */
Test(synthesis, the_axes_of_the_file_go_mode_by_mode)
{
    static double u[n * n * n * n];
    static kept_slices kept;
    const qfp_slices slices = {.data = &kept, .take = keep};
    rig r = make(2, n, 8.0);
    double q[2 * n_q], p[2 * n_p], f[4][n];
    qfp_synthesis *s;
    for (int a = 0; a < 4; a++)
        for (int j = 0; j < n; j++)
            f[a][j] = sin(1.0 + a + (a + 2.0) * j * j);
    for (int at = 0; at < n * n * n * n; at++)
        u[at] = f[0][at / (n * n * n)] * f[1][at / (n * n) % n] * f[2][at / n % n] * f[3][at % n];
    for (int j = 0; j < 2; j++) { /* points of the grid: interpolation gives its values */
        for (int i = 0; i < n_q; i++)
            q[j * n_q + i] = qfp_phase_grid_coordinate(r.grid, j, i + 1 + j);
        for (int i = 0; i < n_p; i++)
            p[j * n_p + i] = qfp_phase_grid_coordinate(r.grid, 2 + j, n - 1 - i - j);
    }
    OK(r.grid->backend->vector->upload(r.u, 0, sizeof u / sizeof *u, u));
    OK(qfp_synthesis_create(r.grid, 0.0, n_q, q, n_p, p, &s));
    OK(qfp_synthesis_full(s, r.u, &slices));
    cr_assert(eq(sz, kept.end, n_q));
    cr_assert(eq(sz, kept.times, 2)); /* 360 000 numbers, 262 144 at most at once */
    for (int i = 0; i < n_q * n_p * n_q * n_p; i++) {
        int p2 = i % n_p, q2 = i / n_p % n_q, p1 = i / (n_p * n_q) % n_p,
            q1 = i / (n_p * n_q * n_p);
        double wanted = f[0][q1 + 1] * f[1][q2 + 2] * f[2][n - 1 - p1] * f[3][n - 2 - p2];
        cr_assert(epsilon_eq(dbl, kept.values[i], wanted, 1e-13), "%d", i);
    }
    qfp_synthesis_destroy(s);
    destroy(&r);
}
