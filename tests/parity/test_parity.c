/* test_parity.c - two runs of the same calls in one process give the same bits: cpu and checked,
 * one thread and several. */
#include "../suite/suite.h"

/* Everything a run returns, in one array. */
typedef struct transcript {
    double *value;
    size_t count, capacity;
} transcript;

static void keep(transcript *r, const double *from, size_t count)
{
    if (r->count + count > r->capacity) {
        r->capacity = 2 * (r->count + count);
        r->value = realloc(r->value, r->capacity * sizeof *r->value);
    }
    memcpy(r->value + r->count, from, count * sizeof *from);
    r->count += count;
}

static void keep_buffer(transcript *record, const rig *r, const qfp_buffer *buffer, size_t count)
{
    double *array = rig_download(r, buffer, count);
    keep(record, array, count);
    free(array);
}

static void keep_reductions(transcript *record, const rig *r, size_t count)
{
    const qfp_backend *b = r->backend;
    double out[4];
    int finite;
    OK(b->vector->inner(count, 2, r->buffer, r->buffer[0], out));
    OK(b->vector->extrema(count, r->buffer[0], &out[2], &out[3], &finite));
    keep(record, out, 4);
    OK(b->vector->entropy(count, r->buffer[0], 0.5, out));
    keep(record, out, 1);
}

static void keep_symbols(transcript *record, const rig *r, qfp_space space)
{
    const qfp_backend *b = r->backend;
    int last = 2 * r->grid.modes - 1;
    qfp_symbol_term terms[3] = {{.re = 0.3}, {.re = 0.2, .im = 0.1}, {.re = -0.7}};
    terms[0].power[0] = 2;
    terms[1].power[last] = 1;
    terms[2].power[last] = 2;
    if (space == QFP_SPACE_Z)
        terms[1].im = 0.0;
    qfp_symbol_spec spec = {.space = space, .term_count = 3, .terms = terms};
    qfp_symbol *symbol = NULL;
    double out;
    OK(b->symbol->create(r->plan, &spec, &symbol));
    if (space != QFP_SPACE_Z)
        OK(b->grid->transform(r->plan, space, QFP_FORWARD, r->buffer[0], r->buffer[1]));
    qfp_buffer *x = space == QFP_SPACE_Z ? r->buffer[0] : r->buffer[1];
    OK(b->symbol->multiply(symbol, 1e-3, x, r->buffer[2], 0));
    OK(b->symbol->multiply(symbol, 2e-3, x, r->buffer[2], 1));
    keep_buffer(record, r, r->buffer[2], r->doubles[space]);
    if (space != QFP_SPACE_Z) {
        OK(b->grid->transform(r->plan, space, QFP_INVERSE, r->buffer[2], r->buffer[1]));
        keep_buffer(record, r, r->buffer[1], r->doubles[QFP_SPACE_Z]);
    } else {
        OK(b->symbol->sum(symbol, x, &out));
        keep(record, &out, 1);
        OK(b->symbol->power(symbol, x, &out));
        keep(record, &out, 1);
    }
    b->symbol->destroy(symbol);
}

static void keep_flow(transcript *record, const rig *r)
{
    const qfp_backend *b = r->backend;
    int n = 2 * r->grid.modes;
    const qfp_symbol_term term = {.re = 0.4, .power = {1, 1, 1}};
    qfp_real_polynomial polynomial[4 * QFP_MAX_MODES * QFP_MAX_MODES] = {{0}};
    for (int k = 0; k < n * n; k += 3)
        polynomial[k] = (qfp_real_polynomial){1, &term};
    qfp_flow *flow = NULL;
    OK(b->flow->create(r->context, r->grid.modes, 1.0, 1.0, polynomial, polynomial, &flow));
    OK(b->flow->multiply(flow, r->plan, 0, n - 1, r->buffer[0], r->buffer[1]));
    keep_buffer(record, r, r->buffer[1], r->doubles[QFP_SPACE_Z]);
    b->flow->destroy(flow);
}

static transcript run(const qfp_backend *b, const qfp_grid *grid, int threads)
{
    transcript record = {0};
    rig r = {.backend = b, .grid = *grid};
    OK(b->device->context_create(threads, &r.context));
    OK(b->grid->create(r.context, grid, &r.plan));
    for (int s = 0; s < 3; ++s) {
        r.doubles[s] = qfp_grid_doubles(grid, (qfp_space)s);
        r.most = r.doubles[s] > r.most ? r.doubles[s] : r.most;
    }
    double *u = suite_random_array(r.most, 1), a[2] = {0.3, -0.8}, *plane;
    for (int k = 0; k < 3; ++k) {
        OK(b->vector->create(r.context, r.most, &r.buffer[k]));
        OK(b->vector->upload(r.buffer[k], 0, r.most, u));
    }
    size_t cells = r.doubles[QFP_SPACE_Z];
    OK(b->vector->combine(cells, 0.7, r.buffer[2], 2, a, r.buffer));
    keep_buffer(&record, &r, r.buffer[2], cells);
    keep_reductions(&record, &r, cells);
    for (int s = 0; s < 3; ++s)
        keep_symbols(&record, &r, (qfp_space)s);
    size_t n = (size_t)grid->points[0];
    plane = malloc(n * n * sizeof *plane);
    OK(b->grid->marginal(r.plan, 0, r.buffer[0], plane));
    keep(&record, plane, n * n);
    OK(b->grid->contract(1, 1, n, cells / n, n, plane, r.buffer[0], r.buffer[1]));
    keep_buffer(&record, &r, r.buffer[1], cells);
    keep_flow(&record, &r);
    free(plane);
    free(u);
    rig_destroy(&r);
    return record;
}

static void same_bits(transcript first, transcript second)
{
    cr_assert(first.count > 100);
    cr_assert(eq(sz, first.count, second.count));
    for (size_t i = 0; i < first.count; ++i)
        cr_assert(memcmp(&first.value[i], &second.value[i], sizeof(double)) == 0,
                  "value %zu of %zu: %.17g and %.17g", i, first.count, first.value[i],
                  second.value[i]);
    free(first.value);
    free(second.value);
}

static const qfp_grid small = {.modes = 2, .points = {8, 6}, .extent = {6.0, 5.0, 7.0, 4.0}};
/* Above the size from which the CPU shares its loops among threads (2^17 cells). */
static const qfp_grid large = {.modes = 2, .points = {24, 16}, .extent = {8.0, 7.0, 6.0, 9.0}};

Test(parity, cpu_and_checked)
{
    same_bits(run(qfp_backend_cpu(), &small, 1), run(qfp_backend_checked(), &small, 1));
}

Test(parity, one_and_three_threads)
{
    cr_assert(qfp_grid_doubles(&large, QFP_SPACE_Z) >= (size_t)1 << 17);
    same_bits(run(qfp_backend_cpu(), &large, 1), run(qfp_backend_cpu(), &large, 3));
}

Test(parity, small_grids_on_two_threads)
{
    same_bits(run(qfp_backend_cpu(), &small, 1), run(qfp_backend_cpu(), &small, 2));
}
