/* test_suite_plane.c - one mode's part of a generator against naive sums along its two axes. */
#include "suite.h"

static const double pi = 3.14159265358979323846;

enum { PLANE_GRIDS = SUITE_GRIDS + 18, MOST_PAIRS = 3, MOST_TERMS = 3, PARTS = 2 };
/* Every radix; planes with and without u beside them in shared memory, and in scratch. */
static const qfp_grid more_grids[PLANE_GRIDS - SUITE_GRIDS] = {
    {.modes = 1, .points = {14}, .extent = {6.0, 5.0}},
    {.modes = 1, .points = {30}, .extent = {8.0, 9.0}},
    {.modes = 1, .points = {48}, .extent = {10.0, 8.0}},
    {.modes = 1, .points = {64}, .extent = {11.0, 9.0}},
    {.modes = 1, .points = {42}, .extent = {7.0, 9.5}},
    {.modes = 1, .points = {72}, .extent = {9.0, 9.5}},
    {.modes = 1, .points = {80}, .extent = {10.0, 9.0}},
    {.modes = 1, .points = {84}, .extent = {10.0, 8.5}},
    {.modes = 1, .points = {90}, .extent = {10.0, 11.0}},
    {.modes = 1, .points = {96}, .extent = {12.0, 11.0}},
    {.modes = 1, .points = {112}, .extent = {12.0, 11.0}},
    {.modes = 2, .points = {16, 12}, .extent = {7.0, 8.0, 6.0, 9.0}},
    {.modes = 2, .points = {2, 20}, .extent = {3.0, 9.0, 4.0, 8.0}},
    {.modes = 2, .points = {90, 4}, .extent = {11.0, 3.0, 10.0, 4.0}},
    {.modes = 2, .points = {14, 4}, .extent = {6.0, 3.0, 5.0, 4.0}},
    {.modes = 2, .points = {2, 14}, .extent = {3.0, 8.0, 4.0, 9.0}},
    {.modes = 2, .points = {22, 4}, .extent = {6.0, 3.0, 5.0, 4.0}},
    {.modes = 3, .points = {4, 6, 2}, .extent = {3.0, 5.0, 4.0, 4.0, 3.5, 2.5}},
};

/* A plane's specification with room for its terms: one part alone and one with a spectator. */
typedef struct plane_case {
    qfp_plane_spec spec;
    qfp_plane_part part[PARTS];
    qfp_symbol_term spectator[2], term[PARTS][2 + 2 * MOST_PAIRS][MOST_TERMS];
    qfp_plane_factor f[PARTS][MOST_PAIRS], g[PARTS][MOST_PAIRS];
    double *window_a, *window_b, *window_z[2 * QFP_MAX_MODES];
} plane_case;

/* Terms with powers of Q_j, k_Pj (A) or k_Qj, P_j (B); `odd` powers of the wavenumber. */
static qfp_plane_factor make_factor(const qfp_grid *grid, int mode, qfp_space space, int odd,
                                    uint64_t *seed, qfp_symbol_term *term)
{
    memset(term, 0, MOST_TERMS * sizeof *term);
    for (int t = 0; t < MOST_TERMS; ++t) {
        int wavenumber = space == QFP_SPACE_A ? grid->modes + mode : mode;
        int coordinate = space == QFP_SPACE_A ? mode : grid->modes + mode;
        int parity = odd < 0 ? t % 2 : odd;
        *(parity ? &term[t].im : &term[t].re) = suite_random(seed);
        term[t].power[wavenumber] = (uint8_t)(parity + 2 * (t % 2));
        term[t].power[coordinate] = (uint8_t)t;
    }
    return (qfp_plane_factor){MOST_TERMS, term};
}

/* Real and even in the wavenumber, [i][k] with the wavenumber's axis last (A) or first (B). */
static double *make_window(int n, qfp_space space, uint64_t seed)
{
    double *table = malloc((size_t)(n * n) * sizeof *table);
    for (int i = 0; i < n; ++i)
        for (int k = 0; k <= n / 2; ++k) {
            double value = suite_random(&seed);
            int mirror = (n - k) % n;
            table[space == QFP_SPACE_A ? i * n + k : k * n + i] = value;
            table[space == QFP_SPACE_A ? i * n + mirror : mirror * n + i] = value;
        }
    return table;
}

/* c = 1.5 Q_k² P_l + 0.5 P_k of the modes k before and l behind this one, in cyclic order. */
static void make_spectator(const qfp_grid *grid, int mode, int windows, uint64_t *seed,
                           plane_case *c)
{
    int N = grid->modes, k = (mode + N - 1) % N, l = (mode + 1) % N;
    c->spectator[0].re = 1.5;
    c->spectator[0].power[k] = 2;
    c->spectator[0].power[N + l] = 1;
    c->spectator[1].re = 0.5;
    c->spectator[1].power[N + k] = 1;
    c->part[1].spectator = (qfp_real_polynomial){2, c->spectator};
    for (int axis = 0; axis < 2 * N && windows; ++axis) {
        int n = grid->points[axis % N];
        if (axis % N == mode)
            continue;
        c->window_z[axis] = malloc((size_t)n * sizeof **c->window_z);
        for (int i = 0; i < n; ++i)
            c->window_z[axis][i] = suite_random(seed);
        c->spec.window_z[axis] = c->window_z[axis];
    }
}

static void part_create(const qfp_grid *grid, int mode, int pairs, int pure, uint64_t *seed, int i,
                        plane_case *c)
{
    qfp_plane_part *part = &c->part[i];
    if (pure) {
        part->pure_a = make_factor(grid, mode, QFP_SPACE_A, 1, seed, c->term[i][0]);
        part->pure_b = make_factor(grid, mode, QFP_SPACE_B, -1, seed, c->term[i][1]);
    }
    for (int r = 0; r < pairs; ++r) {
        c->f[i][r] = make_factor(grid, mode, QFP_SPACE_A, r % 2, seed, c->term[i][2 + 2 * r]);
        c->g[i][r] = make_factor(grid, mode, QFP_SPACE_B, (r + 1) % 2, seed, c->term[i][3 + 2 * r]);
    }
    part->pair_count = (size_t)pairs;
    part->f = c->f[i];
    part->g = c->g[i];
}

static void case_create(const qfp_grid *grid, int mode, int pairs, int pure, int windows,
                        plane_case *c)
{
    uint64_t seed = (uint64_t)(mode + 10 * pairs + 100 * windows);
    *c = (plane_case){.spec = {.mode = mode,
                               .symmetrised = pairs % 2 == 1,
                               .part_count = grid->modes > 1 ? PARTS : 1}};
    part_create(grid, mode, pairs, pure, &seed, 0, c);
    if (grid->modes > 1) {
        part_create(grid, mode, pairs > 0, 1, &seed, 1, c);
        make_spectator(grid, mode, windows, &seed, c);
    }
    c->spec.part = c->part;
    if (windows) {
        c->window_a = make_window(grid->points[mode], QFP_SPACE_A, seed);
        c->window_b = make_window(grid->points[mode], QFP_SPACE_B, seed + 1);
        c->spec.window_a = c->window_a;
        c->spec.window_b = c->window_b;
    }
}

static void case_destroy(plane_case *c)
{
    free(c->window_a);
    free(c->window_b);
    for (int axis = 0; axis < 2 * QFP_MAX_MODES; ++axis)
        free(c->window_z[axis]);
}

static double axis_factor(const qfp_grid *grid, int axis, int is_k, int i, int power)
{
    int n = grid->points[axis % grid->modes];
    if (!is_k)
        return pow((i - n / 2) * grid->extent[axis] / n, power);
    if (i == n / 2 && power % 2 == 1)
        return 0.0;
    return pow(2 * pi * (i < n / 2 ? i : i - n) / grid->extent[axis], power);
}

/* The factor at coordinate i and wavenumber k. */
static double complex factor_at(const qfp_grid *grid, const plane_case *c, qfp_space space,
                                const qfp_plane_factor *factor, int i, int k)
{
    int mode = c->spec.mode, n = grid->points[mode];
    int first_is_k = space == QFP_SPACE_B;
    int first = first_is_k ? k : i, second = first_is_k ? i : k;
    const double *window = space == QFP_SPACE_A ? c->window_a : c->window_b;
    double complex sum = 0;
    for (size_t t = 0; t < factor->term_count; ++t) {
        const qfp_symbol_term *term = &factor->terms[t];
        sum += (term->re + I * term->im) *
               axis_factor(grid, mode, first_is_k, first, term->power[mode]) *
               axis_factor(grid, grid->modes + mode, !first_is_k, second,
                           term->power[grid->modes + mode]);
    }
    return window != NULL ? sum * window[first * n + second] : sum;
}

/* out += weight × factor in: along P_j for A, along Q_j for B, line by line.  The operator on the
 * line of coordinate i is the kernel r[m] = Σ_k factor(i, k) e^{2πi km/n}/n. */
static void apply_factor(const qfp_grid *grid, const plane_case *c, qfp_space space,
                         const qfp_plane_factor *factor, double weight, const double *in,
                         double *out)
{
    suite_axes z = suite_axes_of(grid, QFP_SPACE_Z);
    int mode = c->spec.mode, n = grid->points[mode];
    int along = space == QFP_SPACE_A ? grid->modes + mode : mode;
    int other = space == QFP_SPACE_A ? mode : grid->modes + mode;
    double *kernel = calloc((size_t)(n * n), sizeof *kernel);
    for (int i = 0; i < n; ++i)
        for (int k = 0; k < n; ++k) {
            double complex value = factor_at(grid, c, space, factor, i, k);
            for (int m = 0; m < n; ++m)
                kernel[i * n + m] += creal(value * cexp(2 * pi * I * (k * m % n) / n)) / n;
        }
    size_t stride = 1, index[2 * QFP_MAX_MODES];
    for (int axis = along + 1; axis < z.axes; ++axis)
        stride *= z.length[axis];
    for (size_t cell = 0; cell < z.elements; ++cell) {
        suite_decode(&z, cell, index);
        size_t start = cell - index[along] * stride;
        for (int m = 0; m < n; ++m)
            out[cell] += weight * kernel[(int)index[other] * n + ((int)index[along] - m + n) % n] *
                         in[start + (size_t)m * stride];
    }
    free(kernel);
}

/* out += weight × second first in */
static void apply_product(const qfp_grid *grid, const plane_case *c, const qfp_plane_part *part,
                          size_t r, int f_last, double weight, const double *in, double *out)
{
    size_t cells = qfp_grid_doubles(grid, QFP_SPACE_Z);
    double *middle = calloc(cells, sizeof *middle);
    if (f_last) {
        apply_factor(grid, c, QFP_SPACE_B, &part->g[r], 1.0, in, middle);
        apply_factor(grid, c, QFP_SPACE_A, &part->f[r], weight, middle, out);
    } else {
        apply_factor(grid, c, QFP_SPACE_A, &part->f[r], 1.0, in, middle);
        apply_factor(grid, c, QFP_SPACE_B, &part->g[r], weight, middle, out);
    }
    free(middle);
}

/* in times the spectator, cell by cell. */
static void multiply_by_spectator(const qfp_grid *grid, const plane_case *c,
                                  const qfp_real_polynomial *spectator, double *in)
{
    suite_axes z = suite_axes_of(grid, QFP_SPACE_Z);
    size_t index[2 * QFP_MAX_MODES];
    for (size_t cell = 0; cell < z.elements && spectator->term_count > 0; ++cell) {
        double sum = 0.0;
        suite_decode(&z, cell, index);
        for (size_t t = 0; t < spectator->term_count; ++t) {
            double product = spectator->terms[t].re;
            for (int axis = 0; axis < z.axes; ++axis) {
                int power = spectator->terms[t].power[axis];
                product *= axis_factor(grid, axis, 0, (int)index[axis], power);
                if (power != 0 && c->window_z[axis] != NULL)
                    product *= c->window_z[axis][index[axis]];
            }
            sum += product;
        }
        in[cell] *= sum;
    }
}

static void apply_naively(const qfp_grid *grid, const plane_case *c, const double *x, double *out)
{
    size_t cells = qfp_grid_doubles(grid, QFP_SPACE_Z);
    double share = c->spec.symmetrised ? 0.5 : 1.0, *in = malloc(cells * sizeof *in);
    for (size_t i = 0; i < c->spec.part_count; ++i) {
        const qfp_plane_part *part = &c->part[i];
        memcpy(in, x, cells * sizeof *in);
        multiply_by_spectator(grid, c, &part->spectator, in);
        apply_factor(grid, c, QFP_SPACE_A, &part->pure_a, 1.0, in, out);
        apply_factor(grid, c, QFP_SPACE_B, &part->pure_b, 1.0, in, out);
        for (size_t r = 0; r < part->pair_count; ++r) {
            apply_product(grid, c, part, r, 1, share, in, out);
            if (c->spec.symmetrised)
                apply_product(grid, c, part, r, 0, share, in, out);
        }
    }
    free(in);
}

static void check_case(rig *r, const plane_case *c, int accumulate)
{
    const qfp_backend *b = r->backend;
    size_t cells = r->doubles[QFP_SPACE_Z];
    qfp_plane *plane = NULL;
    double *x = suite_random_array(cells, 5), *y = suite_random_array(cells, 6);
    double *exact = accumulate ? suite_random_array(cells, 6) : calloc(cells, sizeof *exact);
    double largest = 0.0;
    OK(b->plane->create(r->plan, &c->spec, &plane));
    OK(b->vector->upload(r->buffer[0], 0, cells, x));
    OK(b->vector->upload(r->buffer[1], 0, cells, y));
    OK(b->plane->apply(plane, r->buffer[0], r->buffer[1], accumulate));
    double *out = rig_download(r, r->buffer[1], cells),
           *kept = rig_download(r, r->buffer[0], cells);
    cr_assert(memcmp(kept, x, cells * sizeof *x) == 0, "x was changed");
    apply_naively(&r->grid, c, x, exact);
    for (size_t i = 0; i < cells; ++i)
        largest = fmax(largest, fabs(exact[i]));
    for (size_t i = 0; i < cells; ++i)
        /* Two transforms of ≤ 112 points and two factors, measured against the largest value:
         * rounding grows like the logarithm of the length, in the naive sum like its root. */
        cr_assert(epsilon_eq(dbl, out[i], exact[i], 1e-13 * largest));
    free(x);
    free(y);
    free(exact);
    free(out);
    free(kept);
    b->plane->destroy(plane);
}

/* pairs 1 and 3 are symmetrised, 2 is not; 0 stands with pure factors only. */
static void planes(const qfp_backend *b)
{
    if (b->plane == NULL)
        cr_skip("the backend %s has no planes", b->name);
    for (int g = 0; g < PLANE_GRIDS; ++g) {
        rig r = rig_create(b, g < SUITE_GRIDS ? &suite_grid[g] : &more_grids[g - SUITE_GRIDS]);
        int large = r.doubles[QFP_SPACE_Z] > 2500;
        if (suite_is_ranks(b) && r.grid.points[0] > 22) { /* what a plane does is not theirs */
            rig_destroy(&r);
            continue;
        }
        for (int mode = 0; mode < r.grid.modes; ++mode)
            for (int pairs = large ? 2 : 0; pairs <= MOST_PAIRS; ++pairs) {
                plane_case c;
                case_create(&r.grid, mode, pairs, pairs != 1, pairs > 1, &c);
                /* any device that the backend runs on; 11 is a radix of the CPU alone, which
                 * leaves a single plane to transforms of the whole grid */
                int is_split = !suite_is_cuda(b) || suite_is_ranks(b); /* needs several planes */
                int expected = (!is_split || r.grid.modes > 1) &&
                               (!suite_is_cuda(b) || r.grid.points[mode] != 22);
                cr_assert(eq(int, b->plane->fits(r.plan, mode), expected));
                if (b->plane->fits(r.plan, mode)) {
                    check_case(&r, &c, pairs % 2);
                } else {
                    qfp_plane *plane = NULL;
                    FAILS(b->plane->create(r.plan, &c.spec, &plane));
                    cr_assert(plane == NULL);
                }
                case_destroy(&c);
            }
        rig_destroy(&r);
    }
}
ON_EVERY_BACKEND(planes)

/* What is no part of one mode, or no real operator, is refused. */
static void planes_refused(const qfp_backend *b)
{
    if (b->plane == NULL)
        cr_skip("the backend %s has no planes", b->name);
    rig r = rig_create(b, &suite_grid[2]);
    qfp_symbol_term term = {.im = 1.0, .power = {0, 1, 1, 0}}, other = {.re = 1.0};
    qfp_plane_part part = {.pure_a = {1, &term}};
    qfp_plane_spec spec = {.mode = 0, .part_count = 1, .part = &part};
    qfp_plane *plane = NULL;
    FAILS(b->plane->create(r.plan, &spec, &plane)); /* Q_2 k_P1 in mode 1 */
    term = (qfp_symbol_term){.re = 1.0, .power = {0, 0, 1, 0}};
    FAILS(b->plane->create(r.plan, &spec, &plane)); /* k without i */
    term = (qfp_symbol_term){.im = 1.0, .power = {QFPI_MAX_DEGREE + 1, 0, 1, 0}};
    FAILS(b->plane->create(r.plan, &spec, &plane));
    term = (qfp_symbol_term){.im = 1.0, .power = {0, 0, 1, 0}};
    part.spectator = (qfp_real_polynomial){1, &other};
    other.power[0] = 1;
    FAILS(b->plane->create(r.plan, &spec, &plane)); /* a spectator of the mode itself */
    other = (qfp_symbol_term){.re = 1.0, .im = 1.0, .power = {0, 1, 0, 0}};
    FAILS(b->plane->create(r.plan, &spec, &plane));
    part.pure_a.term_count = 0;
    FAILS(b->plane->create(r.plan, &spec, &plane)); /* nothing to do */
    spec.part_count = 0;
    FAILS(b->plane->create(r.plan, &spec, &plane));
    spec = (qfp_plane_spec){.mode = 2, .part_count = 1, .part = &part};
    FAILS(b->plane->create(r.plan, &spec, &plane));
    cr_assert(plane == NULL);
    cr_assert(eq(int, b->plane->fits(r.plan, 2), 0));
    cr_assert(eq(int, b->plane->fits(r.plan, -1), 0));
    b->plane->destroy(NULL);
    rig_destroy(&r);
}
ON_EVERY_BACKEND(planes_refused)
