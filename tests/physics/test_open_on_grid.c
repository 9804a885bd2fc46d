/* The generator of a master equation on a grid: stable as squares of skew operators, and not as the
 * symmetrised whole; equal to D[c] in Fock space. */
#include <lapacke.h>

#include "../support/operators.h"
#include "evolve/grid_generator.h"
#include "evolve/grid_operator.h"
#include "state/phase_grid.h"

typedef struct rig {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_phase_grid *grid;
    qfp_buffer *u, *y;
    size_t count;
} rig;

static rig rig_create(int points, double extent, double taper)
{
    rig r = {.backend = qfp_backend_cpu()};
    const qfp_grid shape = {.modes = 1, .points = {points}, .extent = {extent, extent}};
    MUST(r.backend->device->context_create(1, &r.context));
    MUST(qfp_phase_grid_create(r.backend, r.context, &shape, &r.grid));
    r.grid->taper[0] = r.grid->taper[1] = taper;
    r.count = r.grid->doubles[QFP_SPACE_Z];
    MUST(r.backend->vector->create(r.context, r.count, &r.u));
    MUST(r.backend->vector->create(r.context, r.count, &r.y));
    return r;
}

static void rig_destroy(rig *r)
{
    r->backend->vector->destroy(r->u);
    r->backend->vector->destroy(r->y);
    qfp_phase_grid_destroy(r->grid);
    r->backend->device->context_destroy(r->context);
}

typedef struct channel {
    const char *text;
    double rate;
} channel;

static qfp_lindblad system_of(const char *hamiltonian, const channel *channels)
{
    qfp_lindblad l;
    qfp_lindblad_init(&l, 1);
    qfp_polynomial wick = wick_of(hamiltonian, 1);
    MUST(qfp_polynomial_copy(&wick, &l.wick));
    qfp_polynomial_destroy(&wick);
    for (; channels->text != NULL; channels++) {
        wick = wick_of(channels->text, 1);
        MUST(qfp_lindblad_add(&l, channels->rate, &wick));
        qfp_polynomial_destroy(&wick);
    }
    return l;
}

static const qfp_theory quantum = {.order = QFP_ORDER_EXACT, .C = 1.0, .kappa = 1.0};

/* The operator of a form, as a map of its own. */
typedef struct form_map {
    qfpi_grid_operator own;
    qfp_buffer *buffer[6];
} form_map;

static qfp_status apply_form(void *self, qfp_buffer *u, qfp_buffer *y)
{
    form_map *m = self;
    const qfp_phase_grid *grid = m->own.grid;
    const qfp_grid_operations *g = grid->backend->grid;
    qfpi_gathered sum = {.a = m->buffer[2], .b = m->buffer[3]};
    int started = 0;
    QFP_TRY(g->transform(grid->plan, QFP_SPACE_A, QFP_FORWARD, u, m->buffer[0]));
    QFP_TRY(g->transform(grid->plan, QFP_SPACE_B, QFP_FORWARD, u, m->buffer[1]));
    QFP_TRY(qfpi_grid_operator_gather(&m->own, 1.0, m->buffer[0], m->buffer[1], &sum, m->buffer[4],
                                      m->buffer[5]));
    const double zero = 0.0;
    QFP_TRY(qfpi_gathered_invert(grid, &sum, y, m->buffer[5], &started));
    return started
               ? QFP_OK
               : grid->backend->vector->combine(grid->doubles[QFP_SPACE_Z], 0.0, y, 1, &zero, &u);
}

/* The map as a matrix [column][row]. */
static double *matrix_of(rig *r, qfp_linear_map *map)
{
    double *matrix = malloc(r->count * r->count * sizeof *matrix);
    double *unit = calloc(r->count, sizeof *unit);
    for (size_t i = 0; i < r->count; i++) {
        unit[i] = 1.0;
        MUST(r->backend->vector->upload(r->u, 0, r->count, unit));
        unit[i] = 0.0;
        MUST(qfp_linear_map_apply(map, r->u, r->y));
        MUST(r->backend->vector->download(r->y, 0, r->count, matrix + i * r->count));
    }
    free(unit);
    return matrix;
}

static double largest_real_part(const rig *r, double *matrix)
{
    lapack_int n = (lapack_int)r->count;
    double *re = malloc(r->count * sizeof *re);
    double *im = malloc(r->count * sizeof *im), largest = -INFINITY;
    cr_assert(eq(
        int, LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, matrix, n, re, im, NULL, 1, NULL, 1), 0));
    for (size_t i = 0; i < r->count; i++)
        largest = fmax(largest, re[i]);
    free(matrix);
    free(re);
    free(im);
    return largest;
}

static double *matrix_of_form(rig *r, const qfp_polynomial *form, bool symmetrised)
{
    form_map m = {0};
    qfp_linear_map map = {.backend = r->backend,
                          .context = r->context,
                          .count = r->count,
                          .self = &m,
                          .apply = apply_form};
    MUST(qfpi_grid_operator_create(r->grid, form, symmetrised, &m.own));
    for (int i = 0; i < 6; i++)
        MUST(r->backend->vector->create(r->context, r->grid->doubles[QFP_SPACE_A], &m.buffer[i]));
    double *matrix = matrix_of(r, &map);
    for (int i = 0; i < 6; i++)
        r->backend->vector->destroy(m.buffer[i]);
    qfpi_grid_operator_destroy(&m.own);
    return matrix;
}

/* The obvious way, kept here to be seen failing: the symmetric part of L at c = ½ as products on the grid, and half the sum
 * with its transpose. */
static double *half_sums(rig *r, const qfp_lindblad *l)
{
    qfp_polynomial whole, skew, even;
    qfp_polynomial_init(&whole, 2 * l->wick.variables);
    qfp_polynomial_init(&skew, 2 * l->wick.variables);
    qfp_polynomial_init(&even, 2 * l->wick.variables);
    MUST(qfp_lindblad_generator(l, &quantum, &whole));
    MUST(qfp_generator_gauge(&whole, 0.5, &whole));
    MUST(qfp_generator_symmetric_part(&whole, &even));
    MUST(qfp_polynomial_add(&whole, -1.0, &even, &skew));
    MUST(qfp_generator_to_real(&even, &even));
    MUST(qfp_generator_to_real(&skew, &skew));
    MUST(qfp_generator_to_symmetrised(&skew, &skew));
    double *out = matrix_of_form(r, &skew, true), *s = matrix_of_form(r, &even, false);
    for (size_t i = 0; i < r->count; i++)
        for (size_t j = 0; j < r->count; j++)
            out[i * r->count + j] += 0.5 * (s[i * r->count + j] + s[j * r->count + i]);
    free(s);
    qfp_polynomial_destroy(&whole);
    qfp_polynomial_destroy(&skew);
    qfp_polynomial_destroy(&even);
    return out;
}

static double growth(const char *hamiltonian, const channel *channels, double taper, bool squares)
{
    rig r = rig_create(24, 8.0, taper);
    qfp_lindblad l = system_of(hamiltonian, channels);
    double found, *matrix;
    if (squares) {
        qfp_grid_generator *g;
        MUST(qfp_grid_generator_create_open(r.grid, &l, &quantum, 0.5, &g));
        matrix = matrix_of(&r, qfp_grid_generator_map(g));
        qfp_grid_generator_destroy(g);
    } else {
        matrix = half_sums(&r, &l);
    }
    found = largest_real_part(&r, matrix);
    qfp_lindblad_destroy(&l);
    rig_destroy(&r);
    return found;
}

/* 24², L = 8, γ = 1 */
static void stable_as(const char *text, double taper, double squares, double half_sum)
{
    const channel one[] = {{text, 1.0}, {NULL, 0.0}};
    double as_squares = growth("0*n", one, taper, true);
    cr_expect(lt(dbl, as_squares, squares), "%s: %g", text, as_squares);
    if (half_sum > 0.0) {
        double otherwise = growth("0*n", one, taper, false);
        cr_expect(lt(dbl, half_sum, otherwise), "%s: %g", text, otherwise);
    }
}

/* What half sums make of dephasing grows at 6.8, of D[n²] at 5.6e5; squares are never positive, to rounding
 * of numbers of the size of the largest decay rate, 1e2 and 1e6. */
Test(open_on_grid, squares_are_stable_and_half_sums_are_not)
{
    stable_as("n", 0.0, 1e-11, 5.0);
    stable_as("n^2", 0.0, 1e-8, 1e5);
}

/* Loss: all that is symmetric but a number is in both a multiplier.  Two-photon loss: a box without tapers
 * holds a mode that is not quite bound. */
Test(open_on_grid, loss_gain_and_two_photon_loss_are_stable)
{
    stable_as("a", 0.0, 1e-5, 0.0);
    stable_as("ad", 0.0, -0.9, 0.0);
    stable_as("a^2", 0.0, 0.01, 0.0);
}

/* Beyond the tapers, which half sums do not survive, nothing grows: without absorption 0.5 and 8.6. */
Test(open_on_grid, tapers_absorb)
{
    stable_as("a", 3.6, 1e-5, 0.4);
    stable_as("a^2", 3.6, 1e-3, 10.0);
}

/* A smooth bump away from the middle, far from the edges: e^{−d²}, wide enough for its wavenumbers. */
static double *bump(const rig *r)
{
    double *u = malloc(r->count * sizeof *u);
    int n = r->grid->shape.points[0];
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            double q = qfp_phase_grid_coordinate(r->grid, 0, i) - 0.6;
            double p = qfp_phase_grid_coordinate(r->grid, 1, k) + 0.4;
            u[i * n + k] = exp(-q * q - p * p);
        }
    return u;
}

static double *image(rig *r, qfp_grid_generator *g, const double *u)
{
    double *y = malloc(r->count * sizeof *y);
    MUST(r->backend->vector->upload(r->u, 0, r->count, u));
    MUST(qfp_linear_map_apply(qfp_grid_generator_map(g), r->u, r->y));
    MUST(r->backend->vector->download(r->y, 0, r->count, y));
    return y;
}

/* max |Σ_i w_i y_i| over the cells, and relative to max |y_0| */
static double largest_sum(size_t count, int terms, double *const *y, const double *weight)
{
    double largest = 0.0, size = 0.0;
    for (size_t i = 0; i < count; i++) {
        double sum = 0.0;
        for (int k = 0; k < terms; k++)
            sum += weight[k] * y[k][i];
        largest = fmax(largest, fabs(sum));
        size = fmax(size, fabs(y[0][i]));
    }
    return largest / size;
}

static const channel six[] = {
    {"a", 0.3}, {"n", 0.2}, {"a^2 - 0.5*I", 0.15}, {"0.6*ad", 0.25}, {"a + 0.4*ad + 0.1*n", 0.1},
    {NULL, 0.0}};
#define SIX_H "0.5*ad^2*a^2 + 0.4*(a + ad) + 0.1*hc(I*a^2)"

/* Every square in its place: the same L as plain products make of its Weyl polynomial. */
Test(open_on_grid, is_the_generator_of_the_master_equation)
{
    rig r = rig_create(48, 13.0, 0.0);
    qfp_lindblad l = system_of(SIX_H, six);
    qfp_polynomial whole;
    qfp_grid_generator *squares, *plain;
    qfp_polynomial_init(&whole, 4);
    MUST(qfp_lindblad_generator(&l, &quantum, &whole));
    MUST(qfp_generator_gauge(&whole, 0.5, &whole));
    MUST(qfp_grid_generator_create_open(r.grid, &l, &quantum, 0.5, &squares));
    MUST(qfp_grid_generator_create(r.grid, &whole, &plain));
    const qfp_linear_map *map = qfp_grid_generator_map(squares);
    cr_assert(not(map->skew));
    cr_assert(map->dissipative);
    cr_assert(not(qfp_grid_generator_map(plain)->dissipative));
    double *u = bump(&r), *y[2] = {image(&r, squares, u), image(&r, plain, u)};
    const double difference[] = {1.0, -1.0};
    /* the bump has fallen to 1e-15 at the edges, and polynomials weigh it by a few thousand */
    cr_assert(lt(dbl, largest_sum(r.count, 2, y, difference), 1e-10));
    double trace = 0.0, size = 0.0;
    for (size_t i = 0; i < r.count; i++) {
        trace += y[0][i];
        size += fabs(y[0][i]);
    }
    cr_assert(lt(dbl, fabs(trace), 1e-12 * size)); /* d Tr ρ/dt = 0 */
    for (int i = 0; i < 2; i++)
        free(y[i]);
    free(u);
    qfp_grid_generator_destroy(squares);
    qfp_grid_generator_destroy(plain);
    qfp_polynomial_destroy(&whole);
    qfp_lindblad_destroy(&l);
    rig_destroy(&r);
}

/* A generator that is set again is that of the other system; L is linear in what it is set to, also where
 * a square counts negative, as in the sums of a Magnus step. */
Test(open_on_grid, is_set_again)
{
    rig r = rig_create(48, 13.0, 0.0);
    const double rate[] = {0.7, -0.4, 0.3};
    qfp_grid_generator *g = NULL;
    double *u = bump(&r), *y[3];
    for (int i = 0; i < 3; i++) {
        const channel own[] = {{"n", rate[i]}, {"a^2", 2.0 * rate[i]}, {NULL, 0.0}};
        qfp_lindblad l = system_of(i == 2 ? "0*n" : i == 0 ? "x" : "-1*x", own);
        if (g == NULL)
            MUST(qfp_grid_generator_create_open(r.grid, &l, &quantum, 0.5, &g));
        else
            MUST(qfp_grid_generator_set(g, &l));
        y[i] = image(&r, g, u);
        qfp_lindblad_destroy(&l);
    }
    const double sum[] = {1.0, 1.0, -1.0};
    cr_assert(lt(dbl, largest_sum(r.count, 3, y, sum), 1e-11));
    for (int i = 0; i < 3; i++)
        free(y[i]);
    free(u);
    qfp_grid_generator_destroy(g);
    rig_destroy(&r);
}

/* Transforms of one application: loss and gain ride along, dephasing takes four, a channel of x none. */
Test(open_on_grid, squares_cost_what_they_must)
{
    static const struct {
        channel channels[3];
        int more;
    } cases[] = {{{{"x", 0.1}}, 0}, {{{"n", 0.1}}, 4}, {{{"n", 0.1}, {"I*n", 0.2}}, 4}};
    rig r = rig_create(24, 8.0, 0.0);
    const channel none[] = {{NULL, 0.0}};
    qfp_lindblad kerr = system_of("0.5*ad^2*a^2", none);
    qfp_grid_generator *g;
    qfp_application_cost alone, with, lossy;
    MUST(qfp_grid_generator_create_open(r.grid, &kerr, &quantum, 0.5, &g));
    cr_assert(qfp_grid_generator_map(g)->skew);
    qfp_grid_generator_cost(g, &alone);
    for (int i = 0; i < 3; i++) {
        qfp_lindblad l = system_of("0.5*ad^2*a^2", cases[i].channels);
        MUST(qfp_grid_generator_set(g, &l));
        qfp_grid_generator_cost(g, &with);
        cr_expect(eq(int, with.half_transforms, alone.half_transforms + cases[i].more), "%d", i);
        qfp_lindblad_destroy(&l);
    }
    const channel loss[] = {{"a", 0.1}, {NULL, 0.0}},
                  both[] = {{"a", 0.1}, {"ad", 0.3}, {NULL, 0.0}};
    qfp_lindblad one = system_of("0.5*ad^2*a^2", loss), two = system_of("0.5*ad^2*a^2", both);
    MUST(qfp_grid_generator_set(g, &one));
    qfp_grid_generator_cost(g, &lossy);
    MUST(qfp_grid_generator_set(g, &two));
    qfp_grid_generator_cost(g, &with);
    /* the drift inwards is two more products, of Q ∂_Q and of P ∂_P */
    cr_expect(eq(int, lossy.half_transforms, alone.half_transforms + 8));
    cr_expect(eq(int, with.half_transforms, lossy.half_transforms));
    qfp_lindblad_destroy(&one);
    qfp_lindblad_destroy(&two);
    qfp_lindblad_destroy(&kerr);
    qfp_grid_generator_destroy(g);
    rig_destroy(&r);
}

/* Where squares cannot be had, at another ordering or where the theory cuts the dissipation, plain products
 * are: the same L, and no word of stability. */
Test(open_on_grid, without_squares_it_is_plain)
{
    const qfp_theory cut = {.order = 2, .C = 1.0, .kappa = 1.0};
    const channel two_photons[] = {{"a^2", 0.2}, {NULL, 0.0}}, loss[] = {{"a", 0.2}, {NULL, 0.0}};
    qfp_lindblad l = system_of("n", two_photons), linear = system_of("n", loss);
    bool found;
    MUST(qfp_grid_generator_has_squares(&l, &quantum, 0.5, &found));
    cr_expect(found);
    MUST(qfp_grid_generator_has_squares(&l, &quantum, 0.0, &found));
    cr_expect(not(found));
    MUST(qfp_grid_generator_has_squares(&l, &cut, 0.5, &found));
    cr_expect(not(found));
    MUST(qfp_grid_generator_has_squares(&linear, &cut, 0.5, &found));
    cr_expect(found);
    rig r = rig_create(24, 8.0, 0.0);
    qfp_grid_generator *g;
    MUST(qfp_grid_generator_create_open(r.grid, &linear, &quantum, 0.0, &g));
    cr_expect(not(qfp_grid_generator_map(g)->dissipative));
    qfp_grid_generator_destroy(g);
    qfp_lindblad_destroy(&l);
    qfp_lindblad_destroy(&linear);
    rig_destroy(&r);
}
