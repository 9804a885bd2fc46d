/* test_parity_single.c - the CUDA backend with buffers of single precision against the CPU.
 *
 * Numbers are rounded to 24 bits when stored, once per operation; products, coefficients and sums
 * are double.  The bounds are a few of these roundings, 6e-8 each, of the largest number.
 */
#include "../suite/suite.h"

static const double stored = 1.2e-7;    /* one rounding of the input, one of the result */
static const double transformed = 2e-6; /* a dozen butterflies in single precision */

/* What one run returns, slot by slot, in the same order for every run. */
enum { MOST_PARTS = 48 };
typedef struct transcript {
    int parts;
    const char *name[MOST_PARTS];
    double *value[MOST_PARTS], bound[MOST_PARTS];
    size_t count[MOST_PARTS];
} transcript;

static void keep(transcript *t, const char *name, double bound, size_t count, const double *from)
{
    cr_assert(lt(int, t->parts, MOST_PARTS));
    t->name[t->parts] = name;
    t->bound[t->parts] = bound;
    t->count[t->parts] = count;
    t->value[t->parts] = malloc((count + 1) * sizeof *from);
    memcpy(t->value[t->parts++], from, count * sizeof *from);
}

static void keep_buffer(transcript *t, const char *name, double bound, const rig *r, int k,
                        size_t count)
{
    double *array = rig_download(r, r->buffer[k], count);
    keep(t, name, bound, count, array);
    free(array);
}

static void vectors(transcript *t, const rig *r)
{
    const qfp_backend *b = r->backend;
    const double a[2] = {0.3, -0.8};
    double out[2];
    int finite;
    OK(b->vector->inner(r->most, 2, r->buffer, r->buffer[1], out));
    keep(t, "inner", stored, 2, out);
    OK(b->vector->extrema(r->most, r->buffer[0], &out[0], &out[1], &finite));
    keep(t, "extrema", stored, 2, out);
    OK(b->vector->entropy(r->most, r->buffer[0], 0.5, out));
    keep(t, "entropy", stored, 1, out);
    OK(b->vector->combine(r->most, 0.7, r->buffer[2], 2, a, r->buffer));
    keep_buffer(t, "combine", 3 * stored, r, 2, r->most);
    OK(b->vector->combine(r->most, 0.0, r->buffer[2], 0, NULL, NULL));
    keep_buffer(t, "cleared", 0.0, r, 2, r->most);
}

static void symbols(transcript *t, const rig *r, qfp_space space)
{
    const qfp_backend *b = r->backend;
    int last = 2 * r->grid.modes - 1;
    size_t cells = r->doubles[QFP_SPACE_Z], doubles = r->doubles[space];
    qfp_symbol_term terms[3] = {{.re = 0.3}, {.im = 0.1}, {.re = -0.7}};
    terms[0].power[0] = 2;
    terms[1].power[last] = 1;
    terms[2].power[last] = 2;
    qfp_symbol_spec complex_spec = {.space = space, .term_count = 3, .terms = terms};
    qfp_symbol_spec real_spec = {.space = space, .term_count = 1, .terms = terms};
    qfp_symbol *complex_symbol = NULL, *real_symbol = NULL;
    double out = 0.0;
    if (space == QFP_SPACE_Z)
        complex_spec.term_count = 1;
    OK(b->symbol->create(r->plan, &complex_spec, &complex_symbol));
    OK(b->symbol->create(r->plan, &real_spec, &real_symbol));
    if (space != QFP_SPACE_Z) {
        OK(b->grid->transform(r->plan, space, QFP_FORWARD, r->buffer[0], r->buffer[1]));
        keep_buffer(t, "transform", transformed, r, 1, doubles);
    }
    OK(b->symbol->multiply(complex_symbol, 1e-3, r->buffer[1], r->buffer[2], 0));
    OK(b->symbol->multiply(real_symbol, 2e-3, r->buffer[1], r->buffer[2], 1));
    keep_buffer(t, "symbol_multiply", transformed, r, 2, doubles);
    OK(b->symbol->power(real_symbol, r->buffer[1], &out));
    keep(t, "symbol_power", transformed, 1, &out);
    if (space == QFP_SPACE_Z)
        OK(b->symbol->sum(real_symbol, r->buffer[1], &out));
    else
        OK(b->grid->transform(r->plan, space, QFP_INVERSE, r->buffer[2], r->buffer[1]));
    keep(t, "symbol_sum", 1e-5, 1, &out); /* numbers of both signs cancel */
    keep_buffer(t, "inverse transform", transformed, r, 1, cells);
    b->symbol->destroy(complex_symbol);
    b->symbol->destroy(real_symbol);
}

static void outputs(transcript *t, const rig *r)
{
    const qfp_backend *b = r->backend;
    size_t n = (size_t)r->grid.points[0], cells = r->doubles[QFP_SPACE_Z];
    qfp_product_term term = {.weight_re = 0.4, .weight_im = -0.2};
    double *table[QFP_MAX_MODES], *plane = malloc(n * n * sizeof *plane);
    for (int j = 0; j < r->grid.modes; ++j) {
        size_t points = (size_t)r->grid.points[j];
        term.table[j] = table[j] = suite_random_array(2 * points * points, 7 + (uint64_t)j);
    }
    OK(b->grid->product_fill(r->plan, 1, &term, r->buffer[0]));
    keep_buffer(t, "product_fill", stored, r, 0, cells);
    OK(b->grid->marginal(r->plan, 0, r->buffer[0], plane));
    keep(t, "marginal", 1e-6, n * n, plane);
    OK(b->grid->contract(1, 1, n, cells / n, n, table[0], r->buffer[0], r->buffer[1]));
    keep_buffer(t, "contract", 3 * stored, r, 1, cells);
    for (int j = 0; j < r->grid.modes; ++j)
        free(table[j]);
    free(plane);
}

static void stencils(transcript *t, const rig *r)
{
    enum { LEVELS = 5 };
    const qfp_backend *b = r->backend;
    double *tables = suite_random_array(6 * LEVELS, 3), band[2 * (LEVELS - 1)];
    qfp_stencil_term terms[2] = {{.row = tables, .column = tables + 2 * LEVELS},
                                 {1, -1, tables + 3 * LEVELS, tables + 5 * LEVELS}};
    qfp_stencil *stencil = NULL;
    size_t doubles = LEVELS * (LEVELS + 1);
    tables[3 * LEVELS + 2 * (LEVELS - 1)] = tables[3 * LEVELS + 2 * (LEVELS - 1) + 1] = 0.0;
    cr_assert(ge(sz, r->most, doubles));
    OK(b->stencil->create(r->context, LEVELS, 2, terms, &stencil));
    OK(b->stencil->apply(stencil, r->buffer[0], r->buffer[2]));
    keep_buffer(t, "stencil_apply", 4 * stored, r, 2, doubles);
    OK(b->stencil->exponential(stencil, 0.3, r->buffer[2]));
    keep_buffer(t, "stencil_exponential", 4 * stored, r, 2, doubles);
    OK(b->stencil->band(r->context, LEVELS, 1, r->buffer[2], band));
    keep(t, "band", 4 * stored, 2 * (LEVELS - 1), band);
    b->stencil->destroy(stencil);
    free(tables);
}

static transcript run(const qfp_backend *b, qfp_precision precision, const qfp_grid *grid)
{
    transcript t = {0};
    rig r = {.backend = b, .grid = *grid};
    OK(b->device->context_create(1, &r.context));
    OK(b->device->precision_set(r.context, precision));
    OK(b->grid->create(r.context, grid, &r.plan));
    for (int s = 0; s < 3; ++s) {
        r.doubles[s] = qfp_grid_doubles(grid, (qfp_space)s);
        r.most = r.doubles[s] > r.most ? r.doubles[s] : r.most;
    }
    for (int k = 0; k < 3; ++k) {
        double *numbers = suite_random_array(r.most, 1 + (uint64_t)k);
        OK(b->vector->create(r.context, r.most, &r.buffer[k]));
        OK(b->vector->upload(r.buffer[k], 0, r.most, numbers));
        OK(b->vector->upload(r.buffer[k], 1, 2, numbers + 5)); /* an offset counts elements */
        free(numbers);
    }
    keep_buffer(&t, "upload and download", stored, &r, 0, r.most);
    stencils(&t, &r);
    vectors(&t, &r);
    for (int s = 0; s < 3; ++s)
        symbols(&t, &r, (qfp_space)s);
    outputs(&t, &r);
    rig_destroy(&r);
    return t;
}

static const qfp_grid grids[] = {
    {.modes = 1, .points = {24}, .extent = {7.0, 5.5}},
    {.modes = 2, .points = {12, 8}, .extent = {5.0, 9.0, 6.0, 4.5}},
    {.modes = 4, .points = {4, 2, 4, 6}, .extent = {4.0, 3.0, 6.5, 5.0, 2.5, 7.0, 4.0, 5.0}},
};

Test(parity_single, every_slot)
{
    for (size_t g = 0; g < sizeof grids / sizeof *grids; ++g) {
        transcript cpu = run(qfp_backend_cpu(), QFP_PRECISION_DOUBLE, &grids[g]);
        transcript cuda = run(qfp_backend_cuda(), QFP_PRECISION_SINGLE, &grids[g]);
        cr_assert(eq(int, cpu.parts, cuda.parts));
        size_t rounded = 0;
        for (int p = 0; p < cpu.parts; ++p) {
            double largest = 0.0;
            for (size_t i = 0; i < cpu.count[p]; ++i)
                largest = fmax(largest, fabs(cpu.value[p][i]));
            for (size_t i = 0; i < cpu.count[p]; ++i) {
                double error = fabs(cpu.value[p][i] - cuda.value[p][i]);
                cr_assert(error <= cpu.bound[p] * largest, "grid %zu, %s: %zu is %.9g, not %.9g", g,
                          cpu.name[p], i, cuda.value[p][i], cpu.value[p][i]);
                rounded += error > 1e-12 * largest;
            }
            free(cpu.value[p]);
            free(cuda.value[p]);
        }
        cr_assert(lt(sz, 100, rounded), "this was not single precision");
    }
}

/* The precision belongs to everything a context holds, and is half of the memory. */
Test(parity_single, is_chosen_before_the_first_buffer)
{
    const qfp_backend *b = qfp_backend_cuda();
    qfp_context *context = NULL;
    qfp_buffer *buffer = NULL;
    size_t before = 0, after = 0;
    const size_t count = (size_t)1 << 22;
    OK(b->device->context_create(1, &context));
    OK(b->device->precision_set(context, QFP_PRECISION_SINGLE));
    OK(b->device->memory(context, &before));
    OK(b->vector->create(context, count, &buffer));
    OK(b->device->memory(context, &after));
    /* 16 MB of floats, and some scratch for sums; drivers hand out pages of 2 MB */
    cr_assert(lt(sz, before - after, 24u << 20));
    FAILS(b->device->precision_set(context, QFP_PRECISION_DOUBLE));
    b->vector->destroy(buffer);
    OK(b->device->precision_set(context, QFP_PRECISION_DOUBLE));
    b->device->context_destroy(context);
}
