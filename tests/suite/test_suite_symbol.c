/* test_suite_symbol.c - symbols on phase-space grids against sums over all indices. */
#include "suite.h"

static const double pi = 3.14159265358979323846;

/* The axis variable as backend/symbol.h defines it. */
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
    const qfp_grid grid = {.modes = 1, .points = {300}, .extent = {4.0, 5.0}};
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
    const qfp_grid grid = {.modes = 1, .points = {16}, .extent = {4.0, 5.0}};
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
