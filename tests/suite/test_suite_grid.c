/* test_suite_grid.c - slots on phase-space grids against sums over all indices. */
#include "suite.h"

static const double pi = 3.14159265358979323846;

Test(grid, counts_doubles)
{
    const qfp_grid one = {.modes = 1, .points = {64}, .extent = {1.0, 1.0}},
                   two = {.modes = 2, .points = {6, 8}, .extent = {1.0, 1.0, 1.0, 1.0}};
    cr_assert(eq(sz, qfp_grid_doubles(&one, QFP_SPACE_Z), 4096));
    cr_assert(eq(sz, qfp_grid_doubles(&one, QFP_SPACE_A), 2 * 33 * 64));
    cr_assert(eq(sz, qfp_grid_doubles(&two, QFP_SPACE_Z), 36 * 64));
    cr_assert(eq(sz, qfp_grid_doubles(&two, QFP_SPACE_B), 2 * 36 * 8 * 5));
    const qfp_grid odd = {.modes = 1, .points = {7}, .extent = {1.0}},
                   none = {.modes = 0, .points = {8}, .extent = {1.0}};
    const qfp_grid huge = {
        .modes = 4, .points = {100000, 100000, 100000, 100000}, .extent = {1.0, 1.0, 1.0, 1.0}};
    cr_assert(eq(sz, qfp_grid_doubles(&odd, QFP_SPACE_Z), 0));
    cr_assert(eq(sz, qfp_grid_doubles(&none, QFP_SPACE_Z), 0));
    cr_assert(eq(sz, qfp_grid_doubles(&huge, QFP_SPACE_Z), 0));
    cr_assert(eq(sz, qfp_grid_doubles(NULL, QFP_SPACE_Z), 0));
}

/* û[element] = Σ u[z] Π_{transformed axes} e^{-2πi i k/n}, over all z with the other axes equal. */
static double complex naive_transform(const qfp_grid *grid, qfp_space space, const double *u,
                                      size_t element)
{
    suite_axes z = suite_axes_of(grid, QFP_SPACE_Z), s = suite_axes_of(grid, space);
    const int modes = grid->modes, first = space == QFP_SPACE_A ? modes : 0;
    size_t k[2 * QFP_MAX_MODES], i[2 * QFP_MAX_MODES], terms = 1;
    suite_decode(&s, element, k);
    memcpy(i, k, sizeof i);
    for (int axis = first; axis < first + modes; ++axis)
        terms *= z.length[axis];
    double complex sum = 0;
    for (size_t term = 0; term < terms; ++term) {
        double turns = 0;
        size_t left = term, cell = 0;
        for (int axis = first; axis < first + modes; left /= z.length[axis++]) {
            i[axis] = left % z.length[axis];
            turns += (double)(i[axis] * k[axis] % z.length[axis]) / (double)z.length[axis];
        }
        for (int axis = 0; axis < z.axes; ++axis)
            cell = cell * z.length[axis] + i[axis];
        sum += u[cell] * cexp(-2 * pi * I * turns);
    }
    return sum;
}

/* Lengths with a factor of 11, and of 37, of which the CPU has no transform of its own. */
enum { MORE_GRIDS = 3 };
static const qfp_grid more_grids[MORE_GRIDS] = {
    {.modes = 1, .points = {22}, .extent = {6.0, 5.0}},
    {.modes = 1, .points = {74}, .extent = {9.0, 9.5}},
    {.modes = 2, .points = {4, 14}, .extent = {3.0, 6.0, 4.0, 5.0}}};

static void transforms(const qfp_backend *b)
{
    for (int g = 0; g < SUITE_GRIDS + MORE_GRIDS; ++g)
        for (int space = QFP_SPACE_A; space <= QFP_SPACE_B; ++space) {
            rig r = rig_create(b, g < SUITE_GRIDS ? &suite_grid[g] : &more_grids[g - SUITE_GRIDS]);
            size_t cells = r.doubles[QFP_SPACE_Z];
            double *u = suite_random_array(cells, 7), scale = 1;
            OK(b->vector->upload(r.buffer[0], 0, cells, u));
            OK(b->grid->transform(r.plan, (qfp_space)space, QFP_FORWARD, r.buffer[0], r.buffer[1]));
            double *hat = rig_download(&r, r.buffer[1], r.doubles[space]);
            for (size_t e = 0; e < r.doubles[space] / 2; ++e) {
                double complex exact = naive_transform(&r.grid, (qfp_space)space, u, e);
                /* ≤ 74 terms of size 1, angles exact to 1e-16 */
                cr_assert(epsilon_eq(dbl, hat[2 * e], creal(exact), 1e-13));
                cr_assert(epsilon_eq(dbl, hat[2 * e + 1], cimag(exact), 1e-13));
            }
            double *kept = rig_download(&r, r.buffer[0], cells);
            cr_assert(memcmp(kept, u, cells * sizeof *u) == 0, "forward changed its input");
            OK(b->grid->transform(r.plan, (qfp_space)space, QFP_INVERSE, r.buffer[1], r.buffer[2]));
            double *back = rig_download(&r, r.buffer[2], cells);
            for (int j = 0; j < r.grid.modes; ++j)
                scale *= r.grid.points[j];
            for (size_t i = 0; i < cells; ++i)
                cr_assert(epsilon_eq(dbl, back[i], scale * u[i], 1e-13 * scale)); /* rounding */
            FAILS(b->grid->transform(r.plan, QFP_SPACE_Z, QFP_FORWARD, r.buffer[0], r.buffer[1]));
            free(u);
            free(hat);
            free(kept);
            free(back);
            rig_destroy(&r);
        }
}
ON_EVERY_BACKEND(transforms)

/* What a plan is told before there is one: FFTW takes nothing, cuFFT as much as the transformed array
 * and, beyond its three axes, nothing; several ranks exchange an array on Z.  1 + 2/n is rounded,
 * the number of doubles is not. */
static void transform_bytes(const qfp_backend *b)
{
    const qfp_grid four = {.modes = 4, .points = {4, 4, 4, 4}};
    for (int g = 0; g < SUITE_GRIDS; ++g) {
        double doubles = 0.0;
        if (suite_is_cuda(b))
            doubles += (double)qfp_grid_doubles(&suite_grid[g], QFP_SPACE_A);
        if (suite_is_ranks(b))
            doubles += (double)qfp_grid_doubles(&suite_grid[g], QFP_SPACE_Z);
        double full = b->grid->transform_bytes(&suite_grid[g], QFP_PRECISION_DOUBLE);
        double half = b->grid->transform_bytes(&suite_grid[g], QFP_PRECISION_SINGLE);
        cr_assert(epsilon_eq(dbl, full, sizeof(double) * doubles, 1e-15 * full));
        cr_assert(epsilon_eq(dbl, half, sizeof(float) * doubles, 1e-15 * half));
    }
    if (!suite_is_ranks(b))
        cr_assert(eq(dbl, b->grid->transform_bytes(&four, QFP_PRECISION_DOUBLE), 0.0));
}
ON_EVERY_BACKEND(transform_bytes)

static void fills_products(const qfp_backend *b)
{
    enum { TERMS = 3 };
    for (int g = 0; g < SUITE_GRIDS; ++g) {
        rig r = rig_create(b, &suite_grid[g]);
        suite_axes z = suite_axes_of(&r.grid, QFP_SPACE_Z);
        qfp_product_term terms[TERMS] = {{0}};
        uint64_t seed = 17;
        for (int t = 0; t < TERMS; ++t) {
            terms[t].weight_re = suite_random(&seed);
            terms[t].weight_im = suite_random(&seed);
            for (int j = 0; j < r.grid.modes; ++j)
                terms[t].table[j] =
                    suite_random_array(2 * z.length[j] * z.length[j], (uint64_t)(10 * t + j));
        }
        OK(b->grid->product_fill(r.plan, TERMS, terms, r.buffer[0]));
        double *out = rig_download(&r, r.buffer[0], z.elements);
        for (size_t cell = 0; cell < z.elements; ++cell) {
            size_t i[2 * QFP_MAX_MODES];
            suite_decode(&z, cell, i);
            double complex sum = 0;
            for (int t = 0; t < TERMS; ++t) {
                double complex product = terms[t].weight_re + I * terms[t].weight_im;
                for (int j = 0; j < r.grid.modes; ++j) {
                    size_t at = 2 * (i[j] * z.length[j] + i[r.grid.modes + j]);
                    product *= terms[t].table[j][at] + I * terms[t].table[j][at + 1];
                }
                sum += product;
            }
            /* a dozen roundings of numbers below 8 */
            cr_assert(epsilon_eq(dbl, out[cell], creal(sum), 1e-14));
        }
        OK(b->grid->product_fill(r.plan, 0, NULL, r.buffer[0]));
        OK(b->vector->download(r.buffer[0], 0, z.elements, out));
        for (size_t cell = 0; cell < z.elements; ++cell)
            cr_assert(out[cell] == 0.0);
        free(out);
        for (int t = 0; t < TERMS; ++t)
            for (int j = 0; j < r.grid.modes; ++j)
                free((void *)terms[t].table[j]);
        rig_destroy(&r);
    }
}
ON_EVERY_BACKEND(fills_products)

static void sums_marginals(const qfp_backend *b)
{
    for (int g = 0; g < SUITE_GRIDS; ++g) {
        rig r = rig_create(b, &suite_grid[g]);
        suite_axes z = suite_axes_of(&r.grid, QFP_SPACE_Z);
        double *u = suite_random_array(z.elements, 2), plane[100];
        OK(b->vector->upload(r.buffer[0], 0, z.elements, u));
        for (int mode = 0; mode < r.grid.modes; ++mode) {
            long double exact[100] = {0};
            for (size_t cell = 0; cell < z.elements; ++cell) {
                size_t i[2 * QFP_MAX_MODES];
                suite_decode(&z, cell, i);
                exact[i[mode] * z.length[mode] + i[r.grid.modes + mode]] += u[cell];
            }
            OK(b->grid->marginal(r.plan, mode, r.buffer[0], plane));
            for (size_t i = 0; i < z.length[mode] * z.length[mode]; ++i)
                /* ≤ 576 numbers below 1, partial sums below 50 */
                cr_assert(epsilon_eq(dbl, plane[i], (double)exact[i], 1e-13));
        }
        FAILS(b->grid->marginal(r.plan, r.grid.modes, r.buffer[0], plane));
        FAILS(b->grid->marginal(r.plan, -1, r.buffer[0], plane));
        free(u);
        rig_destroy(&r);
    }
}
ON_EVERY_BACKEND(sums_marginals)

static void refuses_bad_grids(const qfp_backend *b)
{
    /* each with one defect only */
    const qfp_grid bad[] = {
        {.modes = 0, .points = {8}, .extent = {1.0, 1.0}},
        {.modes = 9, .points = {8}, .extent = {1.0, 1.0}},
        {.modes = 1, .points = {7}, .extent = {1.0, 1.0}},
        {.modes = 1, .points = {0}, .extent = {1.0, 1.0}},
        {.modes = 1, .points = {-4}, .extent = {1.0, 1.0}},
        {.modes = 1, .points = {8}, .extent = {-1.0, 1.0}},
        {.modes = 1, .points = {8}, .extent = {1.0, 0.0}},
        {.modes = 1, .points = {8}, .extent = {1.0, NAN}},
        {.modes = 1, .points = {8}, .extent = {INFINITY, 1.0}},
        {.modes = 2, .points = {8, 3}, .extent = {1.0, 1.0, 1.0, 1.0}},
        {.modes = 4,
         .points = {100000, 100000, 100000, 100000},
         .extent = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0}},
    };
    qfp_context *context = NULL;
    OK(b->device->context_create(1, &context));
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; ++k) {
        qfp_grid_plan *plan = NULL;
        FAILS(b->grid->create(context, &bad[k], &plan));
        cr_assert(plan == NULL);
    }
    b->device->context_destroy(context);
}
ON_EVERY_BACKEND(refuses_bad_grids)
