/* test_suite_slab.c - slabs of a grid compute what the whole grid does: every operation on one against the part of
 * the whole result that it stands for. */
#include "suite.h"

/* Slabs of an axis of a grid whose first indices are where they may be, the last one as long as what is left. */
typedef struct cut {
    qfp_grid grid;
    int axis, count, first[10];
} cut;

/* Grids with odd multiples of 2, with units of 1 to 8 indices and with a rest. */
enum { CUT_GRIDS = 7 };
static const qfp_grid cut_grid[CUT_GRIDS] = {
    {.modes = 1, .points = {20}, .extent = {7.0, 5.5}},
    {.modes = 1, .points = {74}, .extent = {9.0, 9.5}}, /* no lines of 37 points: FFTW */
    {.modes = 2, .points = {6, 8}, .extent = {5.0, 9.0, 6.0, 4.5}},
    {.modes = 2, .points = {10, 6}, .extent = {5.0, 9.0, 6.0, 4.5}},
    {.modes = 2, .points = {12, 14}, .extent = {5.0, 9.0, 6.0, 4.5}},
    {.modes = 3, .points = {4, 2, 6}, .extent = {4.0, 3.0, 6.5, 5.0, 2.5, 7.0}},
    {.modes = 3, .points = {6, 4, 4}, .extent = {4.0, 3.0, 6.5, 5.0, 2.5, 7.0}},
};

static cut cut_of(const qfp_grid *grid, int axis)
{
    cut c = {.grid = *grid, .axis = axis};
    int n = grid->points[axis % grid->modes], unit = qfp_slab_unit(grid, axis);
    for (int first = 0; first < n && c.count < 9; first += (1 + c.count % 2) * unit)
        c.first[c.count++] = first;
    c.first[c.count] = n;
    return c;
}

static qfp_grid slab_of(const cut *c, int i)
{
    qfp_grid grid = c->grid;
    grid.slab = (qfp_slab){c->axis, c->first[i], c->first[i + 1] - c->first[i]};
    return grid;
}

/* The part of an array of the whole grid, to be freed. */
static double *part_of(const qfp_grid *slab, qfp_space space, const double *whole)
{
    qfp_grid grid = *slab;
    grid.slab.count = 0;
    suite_axes s = suite_axes_of(&grid, space);
    size_t components = space == QFP_SPACE_Z ? 1 : 2, at = 0, index[2 * QFP_MAX_MODES];
    double *part = malloc((qfp_grid_doubles(slab, space) + 1) * sizeof *part);
    for (size_t e = 0; e < s.elements; ++e) {
        suite_decode(&s, e, index);
        size_t i = index[slab->slab.axis], first = (size_t)slab->slab.first;
        if (i >= first && i < first + (size_t)slab->slab.count)
            for (size_t k = 0; k < components; ++k)
                part[at++] = whole[components * e + k];
    }
    cr_assert(eq(sz, at, qfp_grid_doubles(slab, space)));
    return part;
}

static void close_to(size_t count, const double *got, const double *expected, double size)
{
    for (size_t i = 0; i < count; ++i)
        cr_assert(epsilon_eq(dbl, got[i], expected[i], 1e-13 * size)); /* roundings */
}

/* Bits of the strict build; else two vector loops of other lengths may round differently. */
static void same(size_t count, const double *got, const double *expected, double size)
{
#ifdef QFP_STRICT_ARITHMETIC
    (void)size;
    cr_assert(memcmp(got, expected, count * sizeof *got) == 0,
              "other bits than those of the whole");
#else
    close_to(count, got, expected, size);
#endif
}

/* Of what the whole rig's buffer holds, the slab rig's must hold its part. */
static void same_part(const rig *whole, int whole_buffer, const rig *slab, int slab_buffer,
                      qfp_space space, double size)
{
    double *all = rig_download(whole, whole->buffer[whole_buffer], whole->doubles[space]);
    double *got = rig_download(slab, slab->buffer[slab_buffer], slab->doubles[space]);
    double *expected = part_of(&slab->grid, space, all);
    /* for 37 points FFTW chooses by the number of arrays side by side */
    (whole->grid.points[0] == 74 ? close_to : same)(slab->doubles[space], got, expected, size);
    free(all);
    free(got);
    free(expected);
}

/* The same numbers into both. */
static void fill(const rig *whole, const rig *slab, int buffer, qfp_space space, uint64_t seed)
{
    double *all = suite_random_array(whole->doubles[space], seed);
    double *part = part_of(&slab->grid, space, all);
    OK(whole->backend->vector->upload(whole->buffer[buffer], 0, whole->doubles[space], all));
    OK(slab->backend->vector->upload(slab->buffer[buffer], 0, slab->doubles[space], part));
    free(all);
    free(part);
}

typedef void (*on_slab)(const rig *whole, const rig *slab);

static void on_slabs(const qfp_backend *b, int axis_of_group, on_slab check)
{
    for (int g = 0; g < CUT_GRIDS; ++g) {
        const qfp_grid *grid = &cut_grid[g];
        int axis = axis_of_group < 0 ? grid->modes : axis_of_group;
        if (axis > 0 && axis_of_group >= 0 && grid->modes == 1)
            continue;
        rig whole = rig_create(b, grid);
        cut c = cut_of(grid, axis);
        for (int i = 0; i < c.count; ++i) {
            qfp_grid slab = slab_of(&c, i);
            rig part = rig_create(b, &slab);
            check(&whole, &part);
            rig_destroy(&part);
        }
        rig_destroy(&whole);
    }
}

enum { OF_Q1 = 0, OF_Q2 = 1, OF_P1 = -1 };

static void check_transform(const rig *whole, const rig *slab)
{
    const qfp_backend *b = whole->backend;
    qfp_space space = slab->grid.slab.axis == 0 ? QFP_SPACE_A : QFP_SPACE_B;
    double size = (double)whole->doubles[QFP_SPACE_Z];
    fill(whole, slab, 0, QFP_SPACE_Z, 7);
    OK(b->grid->transform(whole->plan, space, QFP_FORWARD, whole->buffer[0], whole->buffer[1]));
    OK(b->grid->transform(slab->plan, space, QFP_FORWARD, slab->buffer[0], slab->buffer[1]));
    same_part(whole, 1, slab, 1, space, size);
    OK(b->grid->transform(whole->plan, space, QFP_INVERSE, whole->buffer[1], whole->buffer[2]));
    OK(b->grid->transform(slab->plan, space, QFP_INVERSE, slab->buffer[1], slab->buffer[2]));
    same_part(whole, 2, slab, 2, QFP_SPACE_Z, size);
    qfp_space other = space == QFP_SPACE_A ? QFP_SPACE_B : QFP_SPACE_A;
    FAILS(b->grid->transform(slab->plan, other, QFP_FORWARD, slab->buffer[0], slab->buffer[1]));
}

static void slabs_transform(const qfp_backend *b)
{
    on_slabs(b, OF_Q1, check_transform);
    on_slabs(b, OF_P1, check_transform);
}
ON_EVERY_BACKEND(slabs_transform)

/* A polynomial with every axis in it, and a window on every mode; `real`: no odd powers of i. */
static qfp_symbol *symbol_on(const rig *r, qfp_space space, int real)
{
    int modes = r->grid.modes;
    qfp_symbol_term terms[3] = {{.re = 0.75}, {.re = -0.5}, {.re = 0.25}};
    for (int axis = 0; axis < 2 * modes; ++axis) {
        terms[1].power[axis] = (uint8_t)(axis % 2);
        terms[2].power[axis] = (uint8_t)(1 + (axis + 1) % 2);
    }
    if (space != QFP_SPACE_Z && !real)
        terms[2].im = 0.5;
    qfp_grid grid = r->grid;
    grid.slab.count = 0;
    suite_axes s = suite_axes_of(&grid, space);
    qfp_symbol_spec spec = {.space = space, .term_count = 3, .terms = terms};
    double *table[QFP_MAX_MODES], *cut_table[QFP_MAX_MODES] = {NULL};
    for (int j = 0; j < modes; ++j) {
        size_t n = s.length[j], m = s.length[modes + j];
        table[j] = suite_random_array(n * m, (uint64_t)j + 40);
        spec.window[j] = table[j];
        if (r->grid.slab.count == 0 || r->grid.slab.axis % modes != j)
            continue;
        size_t first = (size_t)r->grid.slab.first, count = (size_t)r->grid.slab.count, at = 0;
        cut_table[j] = malloc(n * m * sizeof **cut_table);
        for (size_t i = 0; i < n; ++i)
            for (size_t k = 0; k < m; ++k) {
                size_t index = r->grid.slab.axis < modes ? i : k;
                if (index >= first && index < first + count)
                    cut_table[j][at++] = table[j][i * m + k];
            }
        spec.window[j] = cut_table[j];
    }
    qfp_symbol *symbol = NULL;
    OK(r->backend->symbol->create(r->plan, &spec, &symbol));
    for (int j = 0; j < modes; ++j) {
        free(table[j]);
        free(cut_table[j]);
    }
    return symbol;
}

static void multiply_in(const rig *whole, const rig *slab, qfp_space space)
{
    const rig *both[2] = {whole, slab};
    fill(whole, slab, 0, space, 3);
    fill(whole, slab, 1, space, 4);
    for (int i = 0; i < 2; ++i) {
        qfp_symbol *symbol = symbol_on(both[i], space, 0);
        OK(both[i]->backend->symbol->multiply(symbol, -1.25, both[i]->buffer[0], both[i]->buffer[1],
                                              1));
        both[i]->backend->symbol->destroy(symbol);
    }
    same_part(whole, 1, slab, 1, space, 1e6); /* powers up to 2 of up to six variables below 10 */
}

static void check_multiply(const rig *whole, const rig *slab)
{
    multiply_in(whole, slab, QFP_SPACE_Z);
    if (slab->grid.slab.axis == 0)
        multiply_in(whole, slab, QFP_SPACE_A);
    if (slab->grid.slab.axis == slab->grid.modes)
        multiply_in(whole, slab, QFP_SPACE_B);
}

static void slabs_multiply(const qfp_backend *b)
{
    on_slabs(b, OF_Q1, check_multiply);
    on_slabs(b, OF_Q2, check_multiply);
    on_slabs(b, OF_P1, check_multiply);
}
ON_EVERY_BACKEND(slabs_multiply)

/* The tree of shared/pairwise.h over leaves, from its text: aligned runs of 2^h, the right edge from its smallest
 * node up. */
static double tree_over(const double *leaf, size_t count)
{
    size_t run = 1;
    while (2 * run < count)
        run *= 2;
    return count == 0   ? 0.0
           : count == 1 ? leaf[0]
                        : tree_over(leaf, run) + tree_over(leaf + run, count - run);
}

static void sums_by_slabs(const qfp_backend *b, const qfp_grid *grid, qfp_space space, int squared)
{
    rig whole = rig_create(b, grid);
    cut c = cut_of(grid, space == QFP_SPACE_B ? grid->modes : 0);
    double total = 0.0, slices[74];
    for (int i = 0; i < c.count; ++i) {
        qfp_grid slab = slab_of(&c, i);
        rig part = rig_create(b, &slab);
        qfp_symbol *symbol = symbol_on(&part, space, 1);
        fill(&whole, &part, 0, space, 11);
        OK((squared ? b->symbol->power : b->symbol->sum)(symbol, part.buffer[0],
                                                         slices + c.first[i]));
        b->symbol->destroy(symbol);
        rig_destroy(&part);
    }
    qfp_symbol *symbol = symbol_on(&whole, space, 1);
    OK((squared ? b->symbol->power : b->symbol->sum)(symbol, whole.buffer[0], &total));
    double expected = tree_over(slices, (size_t)c.first[c.count]);
    same(1, &total, &expected, 1e7);
    b->symbol->destroy(symbol);
    rig_destroy(&whole);
}

static void slabs_are_summed(const qfp_backend *b)
{
    for (int g = 0; g < CUT_GRIDS; ++g) {
        sums_by_slabs(b, &cut_grid[g], QFP_SPACE_Z, 0);
        for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space)
            sums_by_slabs(b, &cut_grid[g], (qfp_space)space, 1);
    }
}
ON_EVERY_BACKEND(slabs_are_summed)

static void marginal_by_slabs(const qfp_backend *b, const qfp_grid *grid, int mode)
{
    enum { CELLS = 74 * 74 };
    rig whole = rig_create(b, grid);
    cut c = cut_of(grid, 0);
    int n = grid->points[mode];
    size_t cells = (size_t)(n * n), slice = mode == 0 ? (size_t)n : cells;
    double *slices = malloc((size_t)grid->points[0] * slice * sizeof *slices), plane[CELLS];
    for (int i = 0; i < c.count; ++i) {
        qfp_grid slab = slab_of(&c, i);
        rig part = rig_create(b, &slab);
        fill(&whole, &part, 0, QFP_SPACE_Z, 13);
        OK(b->grid->marginal(part.plan, mode, part.buffer[0], slices + (size_t)c.first[i] * slice));
        rig_destroy(&part);
    }
    OK(b->grid->marginal(whole.plan, mode, whole.buffer[0], plane));
    for (size_t cell = 0; cell < cells && mode > 0; ++cell) {
        double leaf[74], expected;
        for (size_t i = 0; i < (size_t)grid->points[0]; ++i)
            leaf[i] = slices[i * cells + cell];
        expected = tree_over(leaf, (size_t)grid->points[0]);
        same(1, &plane[cell], &expected, 100.0);
    }
    if (mode == 0)
        same(cells, plane, slices, 100.0);
    free(slices);
    rig_destroy(&whole);
}

static void slabs_have_marginals(const qfp_backend *b)
{
    for (int g = 0; g < CUT_GRIDS; ++g)
        for (int mode = 0; mode < cut_grid[g].modes; ++mode)
            marginal_by_slabs(b, &cut_grid[g], mode);
    cut c = cut_of(&cut_grid[2], 1);
    qfp_grid slab = slab_of(&c, 0);
    rig part = rig_create(b, &slab);
    double plane[64];
    FAILS(b->grid->marginal(part.plan, 0, part.buffer[0], plane));
    rig_destroy(&part);
}
ON_EVERY_BACKEND(slabs_have_marginals)

static void check_product(const rig *whole, const rig *slab)
{
    int modes = whole->grid.modes, axis = slab->grid.slab.axis;
    qfp_product_term term = {.weight_re = 0.5, .weight_im = -0.75}, part = term;
    double *table[QFP_MAX_MODES], *cut_table = NULL;
    for (int j = 0; j < modes; ++j) {
        size_t n = (size_t)whole->grid.points[j], at = 0;
        term.table[j] = part.table[j] = table[j] = suite_random_array(2 * n * n, (uint64_t)j + 2);
        if (j != axis % modes)
            continue;
        size_t first = (size_t)slab->grid.slab.first, count = (size_t)slab->grid.slab.count;
        cut_table = malloc(2 * n * n * sizeof *cut_table);
        for (size_t cell = 0; cell < n * n; ++cell) {
            size_t index = axis < modes ? cell / n : cell % n;
            if (index < first || index >= first + count)
                continue;
            cut_table[at++] = table[j][2 * cell];
            cut_table[at++] = table[j][2 * cell + 1];
        }
        part.table[j] = cut_table;
    }
    OK(whole->backend->grid->product_fill(whole->plan, 1, &term, whole->buffer[0]));
    OK(slab->backend->grid->product_fill(slab->plan, 1, &part, slab->buffer[0]));
    same_part(whole, 0, slab, 0, QFP_SPACE_Z, 1.0);
    free(cut_table);
    for (int j = 0; j < modes; ++j)
        free(table[j]);
}

static void slabs_are_filled(const qfp_backend *b)
{
    on_slabs(b, OF_Q1, check_product);
    on_slabs(b, OF_Q2, check_product);
    on_slabs(b, OF_P1, check_product);
}
ON_EVERY_BACKEND(slabs_are_filled)

/* i k_P Q² + i k_Q P, and a pair, in the planes of one mode; a spectator with coordinates of all others, one of them
 * with a window along the axis of the slab. */
static qfp_status plane_on(const rig *r, int mode, qfp_plane **out)
{
    int modes = r->grid.modes, axis = qfp_slab_axis_of_planes(&r->grid, mode);
    qfp_symbol_term a = {.im = 0.5}, b = {.im = -0.25}, f = {.re = 0.5}, g = {.im = 1.5},
                    c = {.re = 1.25};
    a.power[mode] = 2;
    a.power[modes + mode] = b.power[mode] = 1;
    b.power[modes + mode] = f.power[mode] = 1;
    g.power[mode] = 1;
    for (int other = 0; other < 2 * modes; ++other)
        c.power[other] = other % modes != mode;
    const qfp_plane_factor first = {1, &f}, second = {1, &g};
    qfp_plane_part part = {{1, &c}, {1, &a}, {1, &b}, 1, &first, &second};
    qfp_plane_spec spec = {.mode = mode, .symmetrised = 1, .part_count = 1, .part = &part};
    double *window = suite_random_array(100, 21);
    spec.window_z[axis] = window + r->grid.slab.first;
    qfp_status status = r->backend->plane->create(r->plan, &spec, out);
    free(window);
    return status;
}

static void check_planes(const rig *whole, const rig *slab)
{
    const rig *both[2] = {whole, slab};
    for (int mode = 0; mode < whole->grid.modes; ++mode) {
        qfp_plane *plane = NULL;
        if (slab->grid.slab.axis != qfp_slab_axis_of_planes(&whole->grid, mode)) {
            cr_assert(eq(int, slab->backend->plane->fits(slab->plan, mode), 0));
            if (whole->grid.modes > 1)
                FAILS(plane_on(slab, mode, &plane));
            continue;
        }
        fill(whole, slab, 0, QFP_SPACE_Z, 5);
        fill(whole, slab, 1, QFP_SPACE_Z, 6);
        for (int i = 0; i < 2; ++i) {
            cr_assert(both[i]->backend->plane->fits(both[i]->plan, mode));
            OK(plane_on(both[i], mode, &plane));
            OK(both[i]->backend->plane->apply(plane, both[i]->buffer[0], both[i]->buffer[1], 1));
            both[i]->backend->plane->destroy(plane);
        }
        same_part(whole, 1, slab, 1, QFP_SPACE_Z, 1e6);
    }
}

static void slabs_have_planes(const qfp_backend *b)
{
    if (b->plane == NULL)
        cr_skip("the backend %s has no planes", b->name);
    on_slabs(b, OF_Q1, check_planes);
    on_slabs(b, OF_Q2, check_planes);
}
ON_EVERY_BACKEND(slabs_have_planes)

static void slabs_are_refused(const qfp_backend *b)
{
    const qfp_slab bad[] = {{0, 1, 4}, {0, 8, 13}, {0, -8, 8}, {2, 0, 8}, {-1, 0, 8}, {0, 0, -8}};
    qfp_context *context = NULL;
    qfp_grid_plan *plan = NULL;
    OK(b->device->context_create(1, &context));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        qfp_grid grid = cut_grid[0];
        grid.slab = bad[i];
        FAILS(b->grid->create(context, &grid, &plan));
        cr_assert(plan == NULL);
    }
    b->device->context_destroy(context);
    const qfp_grid *one = &cut_grid[0], *four = &cut_grid[3], *three = &cut_grid[6];
    cr_assert(eq(int, qfp_slab_unit(one, 0), 8));
    cr_assert(eq(int, qfp_slab_unit(four, 0), 4));  /* 6 arrays, 10 planes of mode 2: 4 × 10 is */
    cr_assert(eq(int, qfp_slab_unit(four, 2), 4));  /* a multiple of 8 */
    cr_assert(eq(int, qfp_slab_unit(three, 1), 1)); /* 4 × 4 × 4 planes of mode 1 behind Q_2 */
}
ON_EVERY_BACKEND(slabs_are_refused)
