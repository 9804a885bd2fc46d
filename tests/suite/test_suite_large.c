/* Arrays of more than 2^31 numbers, where an index of 32 bits comes to its end.
 *
 * 17 GB each.  On the CPU they are memory that nobody has written: pages of zeros that the kernel
 * of the operating system lends out again and again, so that reading all of them takes seconds and
 * no memory.  Only the few numbers that are uploaded get pages of their own; nothing here writes a
 * whole array.  A device has to write its zeros, and takes part where it has room for them.
 */
#include "suite.h"

/* Odd, and beyond 2^31 by more than a block of any kernel. */
static const size_t many = ((size_t)1 << 31) + 70001;

static qfp_context *context_of(const qfp_backend *b)
{
    qfp_context *context;
    OK(b->device->context_create(0, &context));
    return context;
}

#ifdef QFP_SUITE_CUDA
#define BACKEND qfp_backend_cuda()
#else
#define BACKEND qfp_backend_cpu()
#endif

#ifdef __SANITIZE_ADDRESS__
#define NEED_ROOM(x) cr_skip_test("the sanitizer's own memory of such an array would be written")
#else
#define NEED_ROOM(x)                                                                               \
    if ((x) == NULL)                                                                               \
    cr_skip_test("no room for 2^31 numbers: %s", qfp_last_error())
#endif

/* `count` zeros; NULL where there is no room. */
static qfp_buffer *room(const qfp_backend *b, qfp_context *context, size_t count)
{
    qfp_buffer *x = NULL;
#ifndef __SANITIZE_ADDRESS__
    if (b->vector->create(context, count, &x) != QFP_OK)
        return NULL;
    if (strcmp(b->name, "cuda") == 0)
        OK(b->vector->combine(count, 0.0, x, 0, NULL, NULL));
#else
    (void)b, (void)context, (void)count;
#endif
    return x;
}

Test(large, vectors)
{
    const qfp_backend *b = BACKEND;
    qfp_context *context = context_of(b);
    qfp_buffer *x = room(b, context, many);
    NEED_ROOM(x);
    const double far[3] = {-2.0, 3.0, 5.0};
    double min, max, square, back[4];
    int finite;
    OK(b->vector->upload(x, many - 3, 3, far));
    OK(b->vector->extrema(many, x, &min, &max, &finite));
    cr_assert(eq(dbl, min, -2.0));
    cr_assert(eq(dbl, max, 5.0));
    cr_assert(finite);
    OK(b->vector->inner(many, 1, &x, x, &square));
    cr_assert(eq(dbl, square, 38.0)); /* whole numbers add up exactly in any order */
    OK(b->vector->download(x, many - 4, 4, back));
    cr_assert(back[0] == 0.0 && memcmp(back + 1, far, sizeof far) == 0);
#ifdef QFP_SUITE_CUDA /* it writes the whole array */
    qfp_recurrence *recurrence = NULL;
    OK(b->recurrence->create(context, 1, &recurrence));
    OK(b->recurrence->step(recurrence, 0, many, NULL, x));
    OK(b->recurrence->norms(recurrence, 0, 1, &square));
    cr_assert(eq(dbl, square, sqrt(38.0)));
    OK(b->vector->download(x, many - 1, 1, back));
    cr_assert(eq(dbl, back[0], 1.0 / sqrt(38.0) * 5.0));
    b->recurrence->destroy(recurrence);
#endif
    b->vector->destroy(x);
    b->device->context_destroy(context);
}

/* ρ_{m, m+1} of a density matrix of 46500 levels: D(D + 1) = 2.16e9 numbers. */
Test(large, band)
{
    enum { D = 46500, SHIFT = 1 };
    const qfp_backend *b = BACKEND;
    qfp_context *context = context_of(b);
    const size_t d = D;
    qfp_buffer *x = room(b, context, d * (d + 1));
    NEED_ROOM(x);
    double *out = malloc(2 * (d - SHIFT) * sizeof *out);
    static const size_t rows[] = {0, 40000, D - 2}; /* the last offsets lie beyond 2^31 */
    cr_assert(lt(sz, (size_t)1 << 31, 2 * (rows[2] * (2 * d - rows[2] + 1) / 2)));
    for (size_t k = 0; k < 3; k++) {
        const double value[2] = {sqrt(2.0) * (double)(k + 1), -sqrt(2.0)};
        OK(b->vector->upload(x, 2 * (rows[k] * (2 * d - rows[k] + 1) / 2 + SHIFT), 2, value));
    }
    OK(b->stencil->band(context, d, SHIFT, x, out));
    for (size_t m = 0, k = 0; m < d - SHIFT; m++) {
        double re = k < 3 && m == rows[k] ? (double)(k + 1) : 0.0, im = re != 0.0 ? -1.0 : 0.0;
        k += re != 0.0;
        cr_assert(fabs(out[2 * m] - re) < 1e-15 * 4.0 && fabs(out[2 * m + 1] - im) < 1e-15 * 4.0,
                  "row %zu: %g %g", m, out[2 * m], out[2 * m + 1]); /* √2 √½ */
    }
    free(out);
    b->vector->destroy(x);
    b->device->context_destroy(context);
}

/* Two modes on 216⁴ = 2.18e9 cells: sums with a multiplier, and over the axes of the other mode. */
Test(large, grid)
{
    enum { N = 216 };
    const qfp_backend *b = BACKEND;
    const qfp_grid grid = {.modes = 2, .points = {N, N}, .extent = {8.0, 9.0, 10.0, 12.0}};
    qfp_context *context = context_of(b);
    const size_t cells = (size_t)N * N * N * N;
    cr_assert(eq(sz, qfp_grid_doubles(&grid, QFP_SPACE_Z), cells));
    qfp_buffer *x = room(b, context, cells);
    NEED_ROOM(x);
    qfp_grid_plan *plan;
    qfp_symbol *symbol;
    const qfp_symbol_term terms[2] = {{.re = 1.0, .power = {1, 1, 1, 1}},
                                      {.re = 0.5, .power = {0, 0, 0, 2}}};
    const qfp_symbol_spec spec = {.space = QFP_SPACE_Z, .term_count = 2, .terms = terms};
    const size_t index[4] = {215, 214, 3, 199}; /* Q_1, Q_2, P_1, P_2 */
    const size_t cell = ((index[0] * N + index[1]) * N + index[2]) * N + index[3];
    cr_assert(lt(sz, (size_t)1 << 31, cell));
    const double value = 2.0;
    double z[4], sum, *plane = malloc((size_t)N * N * sizeof *plane);
    for (int a = 0; a < 4; a++)
        z[a] = ((double)index[a] - N / 2) * grid.extent[a] / N;
    OK(b->vector->upload(x, cell, 1, &value));
    OK(b->grid->create(context, &grid, &plan));
    OK(b->symbol->create(plan, &spec, &symbol));
    OK(b->symbol->sum(symbol, x, &sum));
    /* products of a few numbers, then zeros */
    cr_assert(epsilon_eq(dbl, sum, value * (z[0] * z[1] * z[2] * z[3] + 0.5 * z[3] * z[3]), 1e-12));
    OK(b->grid->marginal(plan, 0, x, plane));
    for (size_t i = 0; i < (size_t)N * N; i++)
        cr_assert(eq(dbl, plane[i], i == index[0] * N + index[2] ? value : 0.0), "cell %zu", i);
    free(plane);
    b->symbol->destroy(symbol);
    b->grid->destroy(plan);
    b->vector->destroy(x);
    b->device->context_destroy(context);
}
