/* test_suite_grid.c - slots on phase-space grids against sums over all indices. */
#include "suite.h"

static const double pi = 3.14159265358979323846;

Test(grid, counts_doubles)
{
    const qfp_grid one = {1, {64}, {1.0, 1.0}}, two = {2, {6, 8}, {1.0, 1.0, 1.0, 1.0}};
    cr_assert(eq(sz, qfp_grid_doubles(&one, QFP_SPACE_Z), 4096));
    cr_assert(eq(sz, qfp_grid_doubles(&one, QFP_SPACE_A), 2 * 33 * 64));
    cr_assert(eq(sz, qfp_grid_doubles(&two, QFP_SPACE_Z), 36 * 64));
    cr_assert(eq(sz, qfp_grid_doubles(&two, QFP_SPACE_B), 2 * 36 * 8 * 5));
    const qfp_grid odd = {1, {7}, {1.0}}, none = {0, {8}, {1.0}};
    const qfp_grid huge = {4, {100000, 100000, 100000, 100000}, {1.0, 1.0, 1.0, 1.0}};
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
    size_t k[2 * QFP_MAX_MODES], i[2 * QFP_MAX_MODES];
    suite_decode(&s, element, k);
    double complex sum = 0;
    for (size_t cell = 0; cell < z.elements; ++cell) {
        suite_decode(&z, cell, i);
        double turns = 0;
        int kept = 1;
        for (int axis = 0; axis < z.axes; ++axis) {
            int transformed = (space == QFP_SPACE_A) == (axis >= grid->modes);
            if (transformed)
                turns += (double)(i[axis] * k[axis] % z.length[axis]) / (double)z.length[axis];
            else
                kept &= i[axis] == k[axis];
        }
        if (kept)
            sum += u[cell] * cexp(-2 * pi * I * turns);
    }
    return sum;
}

static void transforms(const qfp_backend *b)
{
    for (int g = 0; g < SUITE_GRIDS; ++g)
        for (int space = QFP_SPACE_A; space <= QFP_SPACE_B; ++space) {
            rig r = rig_create(b, &suite_grid[g]);
            size_t cells = r.doubles[QFP_SPACE_Z];
            double *u = suite_random_array(cells, 7), scale = 1;
            OK(b->vector->upload(r.buffer[0], 0, cells, u));
            OK(b->grid->transform(r.plan, (qfp_space)space, QFP_FORWARD, r.buffer[0], r.buffer[1]));
            double *hat = rig_download(&r, r.buffer[1], r.doubles[space]);
            for (size_t e = 0; e < r.doubles[space] / 2; ++e) {
                double complex exact = naive_transform(&r.grid, (qfp_space)space, u, e);
                /* ≤ 48 terms of size 1, angles exact to 1e-16 */
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
 * and, beyond its three axes, nothing.  1 + 2/n is rounded, the number of doubles is not. */
static void transform_bytes(const qfp_backend *b)
{
    const qfp_grid four = {.modes = 4, .points = {4, 4, 4, 4}};
    int cuda = strcmp(b->name, "cuda") == 0;
    for (int g = 0; g < SUITE_GRIDS; ++g) {
        double doubles = cuda ? (double)qfp_grid_doubles(&suite_grid[g], QFP_SPACE_A) : 0.0;
        double full = b->grid->transform_bytes(&suite_grid[g], QFP_PRECISION_DOUBLE);
        double half = b->grid->transform_bytes(&suite_grid[g], QFP_PRECISION_SINGLE);
        cr_assert(epsilon_eq(dbl, full, sizeof(double) * doubles, 1e-15 * full));
        cr_assert(epsilon_eq(dbl, half, sizeof(float) * doubles, 1e-15 * half));
    }
    cr_assert(eq(dbl, b->grid->transform_bytes(&four, QFP_PRECISION_DOUBLE), 0.0));
}
ON_EVERY_BACKEND(transform_bytes)

/* The axis variable as backend.h defines it. */
static double axis_factor(const qfp_grid *grid, qfp_space space, int axis, size_t index, int power)
{
    int n = grid->points[axis % grid->modes], i = (int)index;
    double extent = grid->extent[axis];
    int is_k = space == QFP_SPACE_Z ? 0 : (space == QFP_SPACE_A) == (axis >= grid->modes);
    if (!is_k)
        return pow((i - n / 2) * extent / n, power);
    if (i == n / 2)
        return power % 2 ? 0.0 : pow(pi * n / extent, power);
    return pow(2 * pi * (i < n / 2 ? i : i - n) / extent, power);
}

/* *size: the sum of magnitudes of the terms, which rounding is measured by. */
static double complex symbol_at(const qfp_grid *grid, const qfp_symbol_spec *spec, size_t element,
                                double *size)
{
    suite_axes s = suite_axes_of(grid, spec->space);
    size_t index[2 * QFP_MAX_MODES];
    suite_decode(&s, element, index);
    double complex sum = 0;
    *size = 0;
    for (size_t t = 0; t < spec->term_count; ++t) {
        double complex product = spec->terms[t].re + I * spec->terms[t].im;
        for (int axis = 0; axis < s.axes; ++axis)
            product *=
                axis_factor(grid, spec->space, axis, index[axis], spec->terms[t].power[axis]);
        sum += product;
        *size += cabs(product);
    }
    for (int j = 0; j < grid->modes; ++j)
        if (spec->window[j] != NULL)
            sum *= spec->window[j][index[j] * s.length[grid->modes + j] + index[grid->modes + j]];
    return sum;
}

typedef enum parts { REAL_PART = 1, IMAGINARY_PART = 2 } parts;

enum { MOST_TERMS = 9 };

/* `distinct` powers of the innermost variable, low powers of the others, some terms sharing. */
static void make_terms(const qfp_grid *grid, int present, int distinct, qfp_symbol_term *terms)
{
    uint64_t seed = (uint64_t)(31 * present + distinct);
    memset(terms, 0, MOST_TERMS * sizeof *terms);
    for (int t = 0; t < MOST_TERMS; ++t) {
        terms[t].re = present & REAL_PART ? suite_random(&seed) : 0.0;
        terms[t].im = present & IMAGINARY_PART ? suite_random(&seed) : 0.0;
        for (int axis = 0; axis < 2 * grid->modes - 1; ++axis)
            terms[t].power[axis] = (uint8_t)((t + 2 * axis) % 4);
        terms[t].power[2 * grid->modes - 1] = (uint8_t)(t % distinct);
    }
}

/* windows: bit j gives mode j a table. */
static void make_windows(const qfp_grid *grid, int windows, qfp_symbol_spec *spec)
{
    suite_axes s = suite_axes_of(grid, spec->space);
    for (int j = 0; j < grid->modes; ++j)
        if (windows >> j & 1)
            spec->window[j] =
                suite_random_array(s.length[j] * s.length[grid->modes + j], (uint64_t)j + 40);
}

static double complex element_of(const double *array, qfp_space space, size_t e)
{
    return space == QFP_SPACE_Z ? array[e] : array[2 * e] + I * array[2 * e + 1];
}

/* mode 0: y = s x, 1: y += s x, 2: x = s x */
static void check_multiply(rig *r, qfp_space space, const qfp_symbol *symbol,
                           const double complex *value, const double *magnitude, int mode)
{
    const qfp_backend *b = r->backend;
    size_t doubles = r->doubles[space];
    suite_axes s = suite_axes_of(&r->grid, space);
    double *x = suite_random_array(doubles, 3), *y = suite_random_array(doubles, 4);
    const double scale = -1.25;
    qfp_buffer *to = mode == 2 ? r->buffer[0] : r->buffer[1];
    OK(b->vector->upload(r->buffer[0], 0, doubles, x));
    OK(b->vector->upload(r->buffer[1], 0, doubles, y));
    OK(b->symbol->multiply(symbol, scale, r->buffer[0], to, mode == 1));
    double *out = rig_download(r, to, doubles);
    for (size_t e = 0; e < s.elements; ++e) {
        double complex at = element_of(x, space, e), got = element_of(out, space, e);
        double complex exact = scale * value[e] * at;
        double size = magnitude[e] * cabs(scale * at);
        if (mode == 1) {
            exact += element_of(y, space, e);
            size += 2;
        }
        /* some twenty roundings on either side; windows are below 1 */
        cr_assert(epsilon_eq(dbl, cabs(got - exact), 0.0, 4e-15 * size),
                  "space %d element %zu: %g%+gi, not %g%+gi", space, e, creal(got), cimag(got),
                  creal(exact), cimag(exact));
    }
    free(x);
    free(y);
    free(out);
}

static void check_symbol(rig *r, qfp_space space, int present, int distinct, int windows)
{
    qfp_symbol_term terms[MOST_TERMS];
    qfp_symbol_spec spec = {.space = space, .term_count = MOST_TERMS, .terms = terms};
    qfp_symbol *symbol = NULL;
    make_terms(&r->grid, present, distinct, terms);
    make_windows(&r->grid, windows, &spec);
    OK(r->backend->symbol->create(r->plan, &spec, &symbol));
    suite_axes s = suite_axes_of(&r->grid, space);
    double complex *value = malloc(s.elements * sizeof *value);
    double *magnitude = malloc(s.elements * sizeof *magnitude);
    for (size_t e = 0; e < s.elements; ++e)
        value[e] = symbol_at(&r->grid, &spec, e, &magnitude[e]);
    for (int mode = 0; mode < 3; ++mode)
        check_multiply(r, space, symbol, value, magnitude, mode);
    free(value);
    free(magnitude);
    r->backend->symbol->destroy(symbol);
    for (int j = 0; j < r->grid.modes; ++j)
        free((void *)spec.window[j]);
}

static void multiplies_by_symbols(const qfp_backend *b)
{
    for (int g = 0; g < SUITE_GRIDS; ++g) {
        rig r = rig_create(b, &suite_grid[g]);
        for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space)
            for (int present = 1; present <= (space == QFP_SPACE_Z ? 1 : 3); ++present)
                for (int distinct = 1; distinct <= 6; ++distinct) {
                    check_symbol(&r, (qfp_space)space, present, distinct, 0);
                    check_symbol(&r, (qfp_space)space, present, distinct, (1 << r.grid.modes) - 1);
                    check_symbol(&r, (qfp_space)space, present, distinct, 1);
                }
        rig_destroy(&r);
    }
}
ON_EVERY_BACKEND(multiplies_by_symbols)

/* A row longer than one strip of the general path, with more powers than the direct one. */
static void multiplies_long_rows(const qfp_backend *b)
{
    const qfp_grid grid = {1, {300}, {4.0, 5.0}};
    rig r = rig_create(b, &grid);
    check_symbol(&r, QFP_SPACE_Z, REAL_PART, 6, 1);
    check_symbol(&r, QFP_SPACE_Z, REAL_PART, 3, 0);
    check_symbol(&r, QFP_SPACE_B, REAL_PART, 5, 1);
    rig_destroy(&r);
}
ON_EVERY_BACKEND(multiplies_long_rows)

static void empty_symbol_is_zero(const qfp_backend *b)
{
    rig r = rig_create(b, &suite_grid[2]);
    qfp_symbol_spec spec = {.space = QFP_SPACE_A};
    qfp_symbol *symbol = NULL;
    OK(b->symbol->create(r.plan, &spec, &symbol));
    double *x = suite_random_array(r.doubles[QFP_SPACE_A], 1);
    OK(b->vector->upload(r.buffer[0], 0, r.doubles[QFP_SPACE_A], x));
    OK(b->symbol->multiply(symbol, 1.0, r.buffer[0], r.buffer[1], 0));
    double *out = rig_download(&r, r.buffer[1], r.doubles[QFP_SPACE_A]);
    for (size_t i = 0; i < r.doubles[QFP_SPACE_A]; ++i)
        cr_assert(out[i] == 0.0);
    free(x);
    free(out);
    b->symbol->destroy(symbol);
    rig_destroy(&r);
}
ON_EVERY_BACKEND(empty_symbol_is_zero)

/* ∂_P of sin(2πP m/L) through A: an end-to-end sign and scale check of transform and symbol. */
static void differentiates(const qfp_backend *b)
{
    const qfp_grid grid = {1, {16}, {4.0, 5.0}};
    rig r = rig_create(b, &grid);
    double u[256], k = 2 * pi * 3 / 5.0;
    for (int q = 0; q < 16; ++q)
        for (int p = 0; p < 16; ++p)
            u[16 * q + p] = (1 + q) * sin(k * (p - 8) * 5.0 / 16);
    const qfp_symbol_term term = {.im = 1.0, .power = {0, 1}};
    const qfp_symbol_spec spec = {.space = QFP_SPACE_A, .term_count = 1, .terms = &term};
    qfp_symbol *symbol = NULL;
    OK(b->symbol->create(r.plan, &spec, &symbol));
    OK(b->vector->upload(r.buffer[0], 0, 256, u));
    OK(b->grid->transform(r.plan, QFP_SPACE_A, QFP_FORWARD, r.buffer[0], r.buffer[1]));
    OK(b->symbol->multiply(symbol, 1.0 / 16, r.buffer[1], r.buffer[1], 0));
    OK(b->grid->transform(r.plan, QFP_SPACE_A, QFP_INVERSE, r.buffer[1], r.buffer[2]));
    double *out = rig_download(&r, r.buffer[2], 256);
    for (int q = 0; q < 16; ++q)
        for (int p = 0; p < 16; ++p) /* values up to 60, rounding of a short transform */
            cr_assert(
                epsilon_eq(dbl, out[16 * q + p], (1 + q) * k * cos(k * (p - 8) * 5.0 / 16), 1e-12));
    free(out);
    b->symbol->destroy(symbol);
    rig_destroy(&r);
}
ON_EVERY_BACKEND(differentiates)

static void check_reduction(rig *r, qfp_space space, int windows)
{
    const qfp_backend *b = r->backend;
    qfp_symbol_term terms[MOST_TERMS];
    qfp_symbol_spec spec = {.space = space, .term_count = MOST_TERMS, .terms = terms};
    qfp_symbol *symbol = NULL;
    size_t doubles = r->doubles[space];
    suite_axes s = suite_axes_of(&r->grid, space);
    double *x = suite_random_array(doubles, 12), out;
    make_terms(&r->grid, REAL_PART, 3, terms);
    make_windows(&r->grid, windows, &spec);
    OK(b->symbol->create(r->plan, &spec, &symbol));
    OK(b->vector->upload(r->buffer[0], 0, doubles, x));
    int last = r->grid.modes - 1, halved = space == QFP_SPACE_A ? 2 * last + 1 : last;
    long double sum = 0, power = 0, size = 0;
    for (size_t e = 0; e < s.elements; ++e) {
        size_t index[2 * QFP_MAX_MODES];
        suite_decode(&s, e, index);
        double magnitude, value = creal(symbol_at(&r->grid, &spec, e, &magnitude));
        double complex at = element_of(x, space, e);
        int inside = index[halved] > 0 && index[halved] < (size_t)r->grid.points[last] / 2;
        int copies = space != QFP_SPACE_Z && inside ? 2 : 1;
        power += (long double)copies * value * (creal(at) * creal(at) + cimag(at) * cimag(at));
        sum += (long double)value * creal(at);
        size += (long double)copies * magnitude * (cabs(at) + cabs(at) * cabs(at));
    }
    /* twenty roundings inside each value (see above), and the summation's own */
    double tolerance = 5e-15 * (double)size;
    OK(b->symbol->power(symbol, r->buffer[0], &out));
    cr_assert(epsilon_eq(dbl, out, (double)power, tolerance));
    if (space == QFP_SPACE_Z) {
        OK(b->symbol->sum(symbol, r->buffer[0], &out));
        cr_assert(epsilon_eq(dbl, out, (double)sum, tolerance));
    } else {
        FAILS(b->symbol->sum(symbol, r->buffer[0], &out));
    }
    b->symbol->destroy(symbol);
    for (int j = 0; j < r->grid.modes; ++j)
        free((void *)spec.window[j]);
    free(x);
}

static void reduces_with_symbols(const qfp_backend *b)
{
    for (int g = 0; g < SUITE_GRIDS; ++g) {
        rig r = rig_create(b, &suite_grid[g]);
        for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space) {
            check_reduction(&r, (qfp_space)space, 0);
            check_reduction(&r, (qfp_space)space, (1 << r.grid.modes) - 1);
        }
        rig_destroy(&r);
    }
}
ON_EVERY_BACKEND(reduces_with_symbols)

/* Parseval: Σ|û|² over the full array = Π n Σ u², which only the right mirror weights give. */
static void conserves_power(const qfp_backend *b)
{
    const qfp_symbol_term one = {.re = 1.0};
    for (int g = 0; g < SUITE_GRIDS; ++g)
        for (int space = QFP_SPACE_A; space <= QFP_SPACE_B; ++space) {
            rig r = rig_create(b, &suite_grid[g]);
            double *u = suite_random_array(r.doubles[0], 21), square = 0, out, points = 1;
            qfp_symbol_spec spec = {.space = (qfp_space)space, .term_count = 1, .terms = &one};
            qfp_symbol *symbol = NULL;
            for (size_t i = 0; i < r.doubles[0]; ++i)
                square += u[i] * u[i];
            for (int j = 0; j < r.grid.modes; ++j)
                points *= r.grid.points[j];
            OK(b->symbol->create(r.plan, &spec, &symbol));
            OK(b->vector->upload(r.buffer[0], 0, r.doubles[0], u));
            OK(b->grid->transform(r.plan, (qfp_space)space, QFP_FORWARD, r.buffer[0], r.buffer[1]));
            OK(b->symbol->power(symbol, r.buffer[1], &out));
            cr_assert(
                epsilon_eq(dbl, out, points * square, 1e-13 * points * square)); /* rounding */
            free(u);
            b->symbol->destroy(symbol);
            rig_destroy(&r);
        }
}
ON_EVERY_BACKEND(conserves_power)

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
        {0, {8}, {1.0, 1.0}},
        {9, {8}, {1.0, 1.0}},
        {1, {7}, {1.0, 1.0}},
        {1, {0}, {1.0, 1.0}},
        {1, {-4}, {1.0, 1.0}},
        {1, {8}, {-1.0, 1.0}},
        {1, {8}, {1.0, 0.0}},
        {1, {8}, {1.0, NAN}},
        {1, {8}, {INFINITY, 1.0}},
        {2, {8, 3}, {1.0, 1.0, 1.0, 1.0}},
        {4, {100000, 100000, 100000, 100000}, {1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0}},
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

static void refuses_bad_symbols(const qfp_backend *b)
{
    rig r = rig_create(b, &suite_grid[0]);
    qfp_symbol_term term = {.re = 1.0, .im = 1.0};
    qfp_symbol_spec spec = {.space = QFP_SPACE_Z, .term_count = 1, .terms = &term};
    qfp_symbol *symbol = NULL;
    double out;
    FAILS(b->symbol->create(r.plan, &spec, &symbol));
    cr_assert(symbol == NULL);
    spec.space = QFP_SPACE_B;
    OK(b->symbol->create(r.plan, &spec, &symbol));
    OK(b->vector->upload(r.buffer[0], 0, 1, &term.re));
    FAILS(b->symbol->power(symbol, r.buffer[0], &out));
    b->symbol->destroy(symbol);
    term.power[1] = QFPI_MAX_DEGREE + 1;
    FAILS(b->symbol->create(r.plan, &spec, &symbol));
    cr_assert(symbol == NULL);
    term.power[1] = QFPI_MAX_DEGREE;
    OK(b->symbol->create(r.plan, &spec, &symbol));
    b->symbol->destroy(symbol);
    spec.terms = NULL;
    FAILS(b->symbol->create(r.plan, &spec, &symbol));
    rig_destroy(&r);
}
ON_EVERY_BACKEND(refuses_bad_symbols)
