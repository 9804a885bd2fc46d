/* test_bits.c - what several ranks compute is what one computes, bit for bit in the strict build: every operation on
 * divided arrays against the same backend's on whole ones, on grids whose slabs are aligned to nothing. */
#include "core/ranks.h"
#include "suite.h"

enum { GRIDS = 7 };
static const qfp_grid grids[GRIDS] = {
    {.modes = 1, .points = {20}, .extent = {7.0, 5.5}},
    {.modes = 1, .points = {48}, .extent = {9.0, 9.5}},
    {.modes = 2, .points = {6, 8}, .extent = {5.0, 9.0, 6.0, 4.5}},
    {.modes = 2, .points = {12, 14}, .extent = {5.0, 9.0, 6.0, 4.5}},
    {.modes = 2, .points = {20, 6}, .extent = {5.0, 9.0, 6.0, 4.5}},
    {.modes = 3, .points = {4, 2, 6}, .extent = {4.0, 3.0, 6.5, 5.0, 2.5, 7.0}},
    {.modes = 3, .points = {6, 4, 4}, .extent = {4.0, 3.0, 6.5, 5.0, 2.5, 7.0}},
};

/* one: the CPU alone; all: the ranks */
typedef struct pair {
    rig one, all;
} pair;

static void close_to(size_t count, const double *got, const double *expected, double size)
{
    for (size_t i = 0; i < count; ++i)
        cr_assert(epsilon_eq(dbl, got[i], expected[i], 1e-13 * size)); /* roundings */
}

static void same(size_t count, const double *got, const double *expected, double size)
{
#ifdef QFP_STRICT_ARITHMETIC
    (void)size;
    for (size_t i = 0; i < count; ++i)
        cr_assert(memcmp(&got[i], &expected[i], sizeof *got) == 0);
#else
    close_to(count, got, expected, size);
#endif
}

typedef void (*comparison)(size_t count, const double *got, const double *expected, double size);

static void compare_buffer(const pair *p, int buffer, size_t count, double size, comparison compare)
{
    double *one = rig_download(&p->one, p->one.buffer[buffer], count);
    double *all = rig_download(&p->all, p->all.buffer[buffer], count);
    compare(count, all, one, size);
    free(one);
    free(all);
}

static void same_buffer(const pair *p, int buffer, size_t count, double size)
{
    compare_buffer(p, buffer, count, size, same);
}

static void fill(const pair *p, int buffer, qfp_space space, uint64_t seed)
{
    size_t count = p->one.doubles[space];
    double *x = suite_random_array(count, seed);
    OK(p->one.backend->vector->upload(p->one.buffer[buffer], 0, count, x));
    OK(p->all.backend->vector->upload(p->all.buffer[buffer], 0, count, x));
    free(x);
}

/* The same call on both sides of a pair. */
#define ON_BOTH(p, r, call)                                                                        \
    for (const rig *r = &(p)->one; r != NULL; r = r == &(p)->one ? &(p)->all : NULL)               \
    OK(call)

static void on_grids(const qfp_backend *b, void (*check)(const pair *p))
{
    for (int g = 0; g < GRIDS; ++g) {
        pair p = {rig_create(SUITE_ONE, &grids[g]), rig_create(b, &grids[g])};
        check(&p);
        rig_destroy(&p.all);
        rig_destroy(&p.one);
    }
}

static void check_transforms(const pair *p)
{
    double size = (double)p->one.doubles[QFP_SPACE_Z];
    for (int space = QFP_SPACE_A; space <= QFP_SPACE_B; ++space) {
        fill(p, 0, QFP_SPACE_Z, 7);
        ON_BOTH(p, r,
                r->backend->grid->transform(r->plan, (qfp_space)space, QFP_FORWARD, r->buffer[0],
                                            r->buffer[1]));
        same_buffer(p, 1, p->one.doubles[space], size);
        ON_BOTH(p, r,
                r->backend->grid->transform(r->plan, (qfp_space)space, QFP_INVERSE, r->buffer[1],
                                            r->buffer[2]));
        same_buffer(p, 2, p->one.doubles[QFP_SPACE_Z], size);
    }
}

static void transforms_bits(const qfp_backend *b)
{
    on_grids(b, check_transforms);
}
ON_EVERY_BACKEND(transforms_bits)

static void symbol_on(const pair *p, qfp_space space, qfp_symbol *symbol[2])
{
    int modes = p->one.grid.modes;
    qfp_symbol_term terms[3] = {{.re = 0.75}, {.re = -0.5}, {.re = 0.25}};
    suite_axes s = suite_axes_of(&p->one.grid, space);
    qfp_symbol_spec spec = {.space = space, .term_count = 3, .terms = terms};
    for (int axis = 0; axis < 2 * modes; ++axis) {
        terms[1].power[axis] = (uint8_t)(axis % 2);
        terms[2].power[axis] = (uint8_t)(1 + (axis + 1) % 2);
    }
    for (int j = 0; j < modes; ++j)
        spec.window[j] = suite_random_array(s.length[j] * s.length[modes + j], (uint64_t)j + 40);
    OK(p->one.backend->symbol->create(p->one.plan, &spec, &symbol[0]));
    OK(p->all.backend->symbol->create(p->all.plan, &spec, &symbol[1]));
    for (int j = 0; j < modes; ++j)
        free((void *)spec.window[j]);
}

static void check_symbols(const pair *p)
{
    for (int space = QFP_SPACE_Z; space <= QFP_SPACE_B; ++space) {
        qfp_symbol *symbol[2] = {NULL};
        double out[2][2] = {{0}};
        symbol_on(p, (qfp_space)space, symbol);
        fill(p, 0, (qfp_space)space, 3);
        fill(p, 1, (qfp_space)space, 4);
#define SYMBOL symbol[r == &p->all]
        ON_BOTH(p, r, r->backend->symbol->multiply(SYMBOL, -1.25, r->buffer[0], r->buffer[1], 1));
        ON_BOTH(p, r, r->backend->symbol->multiply(SYMBOL, 0.5, r->buffer[0], r->buffer[0], 0));
        ON_BOTH(p, r, r->backend->symbol->power(SYMBOL, r->buffer[1], &out[r == &p->all][0]));
        if (space == QFP_SPACE_Z)
            ON_BOTH(p, r, r->backend->symbol->sum(SYMBOL, r->buffer[1], &out[r == &p->all][1]));
        same_buffer(p, 0, p->one.doubles[space], 1e6);
        same_buffer(p, 1, p->one.doubles[space], 1e6);
        same(2, out[1], out[0], 1e18);
        for (int i = 0; i < 2; ++i)
            p->one.backend->symbol->destroy(i == 0 ? symbol[0] : NULL);
        p->all.backend->symbol->destroy(symbol[1]);
#undef SYMBOL
    }
}

static void symbols_bits(const qfp_backend *b)
{
    on_grids(b, check_symbols);
}
ON_EVERY_BACKEND(symbols_bits)

/* Sums over as many doubles as the grid has and over fewer, so that the last leaf ends anywhere; linear
 * combinations and a recurrence. */
static void check_vectors(const pair *p)
{
    size_t cells = p->one.doubles[QFP_SPACE_Z],
           counts[3] = {cells, cells - cells / 3, cells / 5 + 1};
    for (int b = 0; b < 3; ++b)
        fill(p, b, QFP_SPACE_Z, (uint64_t)b + 1);
    for (int c = 0; c < 3; ++c) {
        double out[2][6] = {{0}};
        int finite[2];
        ON_BOTH(
            p, r,
            r->backend->vector->inner(counts[c], 3, r->buffer, r->buffer[1], out[r == &p->all]));
        ON_BOTH(p, r,
                r->backend->vector->entropy(counts[c], r->buffer[2], 0.75, &out[r == &p->all][3]));
        ON_BOTH(p, r,
                r->backend->vector->extrema(counts[c], r->buffer[0], &out[r == &p->all][4],
                                            &out[r == &p->all][5], &finite[r == &p->all]));
        same(6, out[1], out[0], (double)cells);
        cr_assert(finite[0] == finite[1]);
    }
    const double a[2] = {0.3, -1.7};
    ON_BOTH(p, r, r->backend->vector->combine(cells, 0.6, r->buffer[2], 2, a, r->buffer));
    same_buffer(p, 2, cells, 10.0);
    ON_BOTH(p, r, r->backend->vector->combine(cells, 0.0, r->buffer[2], 1, a, r->buffer));
    same_buffer(p, 2, cells, 10.0);
    double part[2][5];
    size_t at = cells / 2 - 2;
    ON_BOTH(p, r, r->backend->vector->download(r->buffer[0], at, 5, part[r == &p->all]));
    same(5, part[1], part[0], 10.0);
    ON_BOTH(p, r, r->backend->vector->upload(r->buffer[1], at, 5, part[0]));
    same_buffer(p, 1, cells, 10.0);
    qfp_recurrence *recurrence[2] = {NULL};
    double norms[2][2];
    ON_BOTH(p, r, r->backend->recurrence->create(r->context, 4, &recurrence[r == &p->all]));
    ON_BOTH(p, r,
            r->backend->recurrence->step(recurrence[r == &p->all], 0, cells, NULL, r->buffer[0]));
    ON_BOTH(p, r,
            r->backend->recurrence->step(recurrence[r == &p->all], 1, cells, r->buffer[0],
                                         r->buffer[1]));
    ON_BOTH(p, r,
            r->backend->recurrence->norms(recurrence[r == &p->all], 0, 2, norms[r == &p->all]));
    same(2, norms[1], norms[0], (double)cells);
    same_buffer(p, 1, cells, 1.0);
    p->one.backend->recurrence->destroy(recurrence[0]);
    p->all.backend->recurrence->destroy(recurrence[1]);
}

static void vectors_bits(const qfp_backend *b)
{
    on_grids(b, check_vectors);
}
ON_EVERY_BACKEND(vectors_bits)

static void check_states(const pair *p)
{
    enum { MOST_POINTS = 48 };
    int modes = p->one.grid.modes;
    qfp_product_term term = {.weight_re = 0.5, .weight_im = -0.75};
    double plane[2][MOST_POINTS * MOST_POINTS];
    for (int j = 0; j < modes; ++j) {
        size_t n = (size_t)p->one.grid.points[j];
        term.table[j] = suite_random_array(2 * n * n, (uint64_t)j + 2);
    }
    ON_BOTH(p, r, r->backend->grid->product_fill(r->plan, 1, &term, r->buffer[0]));
    same_buffer(p, 0, p->one.doubles[QFP_SPACE_Z], 1.0);
    for (int j = 0; j < modes; ++j) {
        size_t n = (size_t)p->one.grid.points[j];
        ON_BOTH(p, r, r->backend->grid->marginal(r->plan, j, r->buffer[0], plane[r == &p->all]));
        same(n * n, plane[1], plane[0], 100.0);
        free((void *)term.table[j]);
    }
}

static void states_bits(const qfp_backend *b)
{
    on_grids(b, check_states);
}
ON_EVERY_BACKEND(states_bits)

/* Axis after axis to other numbers of points, as where Q is evaluated on the grid of a file. */
static void check_contractions(const pair *p)
{
    int axes = 2 * p->one.grid.modes;
    suite_axes z = suite_axes_of(&p->one.grid, QFP_SPACE_Z);
    size_t largest = 1, wanted[2 * QFP_MAX_MODES], count = 1;
    for (int a = 0; a < axes; ++a) {
        wanted[a] = a % 2 == 0 ? 7 : 3;
        largest *= z.length[a] > wanted[a] ? z.length[a] : wanted[a];
        count *= wanted[a];
    }
    fill(p, 0, QFP_SPACE_Z, 8);
    qfp_buffer *stage[2][2];
    for (int i = 0; i < 2; ++i)
        ON_BOTH(p, r, r->backend->vector->create(r->context, largest, &stage[r == &p->all][i]));
    for (int a = 0; a < axes; ++a) {
        size_t slices = a > 0 ? wanted[0] : 1, outer = 1, inner = 1;
        for (int i = 1; i < a; ++i)
            outer *= wanted[i];
        for (int i = a + 1; i < axes; ++i)
            inner *= z.length[i];
        double *matrix = suite_random_array(wanted[a] * z.length[a], (uint64_t)a + 1);
#define STAGE(i) stage[r == &p->all][i]
        ON_BOTH(p, r,
                r->backend->grid->contract(slices, outer, z.length[a], inner, wanted[a], matrix,
                                           a > 0 ? STAGE((a - 1) % 2) : r->buffer[0],
                                           STAGE(a % 2)));
        free(matrix);
    }
    double *out[2], entropy[2];
    int last = (axes - 1) % 2;
    for (int i = 0; i < 2; ++i)
        out[i] = malloc(count * sizeof **out);
    ON_BOTH(p, r, r->backend->vector->download(STAGE(last), 0, count, out[r == &p->all]));
    same(count, out[1], out[0], 1e6);
    ON_BOTH(p, r, r->backend->vector->entropy(count, STAGE(last), 0.5, &entropy[r == &p->all]));
    same(1, &entropy[1], &entropy[0], 1e9);
    for (int i = 0; i < 2; ++i) {
        free(out[i]);
        p->one.backend->vector->destroy(stage[0][i]);
        p->all.backend->vector->destroy(stage[1][i]);
    }
#undef STAGE
}

static void contractions_bits(const qfp_backend *b)
{
    on_grids(b, check_contractions);
}
ON_EVERY_BACKEND(contractions_bits)

/* i k_P Q² + i k_Q P and a pair, with a spectator of all other coordinates and a window on each. */
static void check_planes(const pair *p)
{
    int modes = p->one.grid.modes;
    for (int mode = 0; mode < modes && modes > 1; ++mode) {
        qfp_symbol_term a = {.im = 0.5}, b = {.im = -0.25}, f = {.re = 0.5}, g = {.im = 1.5},
                        c = {.re = 1.25};
        a.power[mode] = 2;
        a.power[modes + mode] = b.power[mode] = 1;
        b.power[modes + mode] = f.power[mode] = g.power[mode] = 1;
        const qfp_plane_factor first = {1, &f}, second = {1, &g};
        qfp_plane_part part = {{1, &c}, {1, &a}, {1, &b}, 1, &first, &second};
        qfp_plane_spec spec = {.mode = mode, .symmetrised = 1, .part_count = 1, .part = &part};
        double *window = suite_random_array(100, 21);
        for (int axis = 0; axis < 2 * modes; ++axis) {
            c.power[axis] = axis % modes != mode;
            spec.window_z[axis] = window + axis;
        }
        qfp_plane *plane[2] = {NULL};
        fill(p, 0, QFP_SPACE_Z, 5);
        fill(p, 1, QFP_SPACE_Z, 6);
        cr_assert(p->all.backend->plane->fits(p->all.plan, mode) ==
                  p->one.backend->plane->fits(p->one.plan, mode));
        ON_BOTH(p, r, r->backend->plane->create(r->plan, &spec, &plane[r == &p->all]));
        for (int accumulate = 1; accumulate >= 0; --accumulate) {
            ON_BOTH(p, r,
                    r->backend->plane->apply(plane[r == &p->all], r->buffer[0], r->buffer[1],
                                             accumulate));
            /* the device adds both halves of a plane to y, ranks their sum, of mode 1 */
            int apart = accumulate && mode == 0 && suite_is_cuda(p->all.backend);
            compare_buffer(p, 1, p->one.doubles[QFP_SPACE_Z], 1e6, apart ? close_to : same);
        }
        p->one.backend->plane->destroy(plane[0]);
        p->all.backend->plane->destroy(plane[1]);
        free(window);
    }
}

static void planes_bits(const qfp_backend *b)
{
    on_grids(b, check_planes);
}
ON_EVERY_BACKEND(planes_bits)
