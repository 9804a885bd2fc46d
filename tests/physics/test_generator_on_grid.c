/* One application of the generator: skew to rounding, and equal to −i[H, ρ]/κ in Fock space. */
#include <complex.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/simulate.h"
#include "evolve/grid_generator.h"
#include "evolve/propagator.h"
#include "run/equation.h"
#include "state/one_mode.h"

typedef struct rig {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_phase_grid *grid;
    qfp_grid_generator *generator;
    qfp_equation equation;
    qfp_buffer *u, *y;
    size_t count;
} rig;

static rig rig_create(const char *hamiltonian, const char *theory, const qfp_grid *shape,
                      double ordering)
{
    char text[1024];
    rig r = {.backend = qfp_backend_cpu()};
    snprintf(text, sizeof text,
             "hamiltonian: {modes: %d, operator: \"%s\"}\ntheory: %s\ninitial: {fock: [%s]}\n"
             "kappa: 0.7\nsolver: {ordering: %s}\noutput: {times: [0, 1]}\n",
             shape->modes, hamiltonian, theory, shape->modes == 1 ? "0" : "0, 0",
             ordering < 0.0    ? "balanced"
             : ordering == 0.0 ? "0.0"
                               : "0.25");
    qfp_config *config = load_text(text);
    OK(qfp_equation_create(config, &r.equation));
    OK(r.backend->device->context_create(1, &r.context));
    OK(qfp_phase_grid_create(r.backend, r.context, shape, &r.grid));
    OK(qfp_grid_generator_create(r.grid, &r.equation.generator, &r.generator));
    r.count = r.grid->doubles[QFP_SPACE_Z];
    OK(r.backend->vector->create(r.context, r.count, &r.u));
    OK(r.backend->vector->create(r.context, r.count, &r.y));
    qfp_config_destroy(config);
    return r;
}

static void rig_destroy(rig *r)
{
    r->backend->vector->destroy(r->u);
    r->backend->vector->destroy(r->y);
    qfp_grid_generator_destroy(r->generator);
    qfp_phase_grid_destroy(r->grid);
    qfp_equation_destroy(&r->equation);
    r->backend->device->context_destroy(r->context);
}

static void is_skew(const char *hamiltonian, const char *theory, const qfp_grid *shape)
{
    rig r = rig_create(hamiltonian, theory, shape, -1.0);
    double *u = malloc(r.count * sizeof *u), overlap, uu, yy;
    uint64_t state = 7;
    for (size_t i = 0; i < r.count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        u[i] = (double)(state >> 11) * 0x1p-53 - 0.5;
    }
    OK(r.backend->vector->upload(r.u, 0, r.count, u));
    OK(qfp_linear_map_apply(qfp_grid_generator_map(r.generator), r.u, r.y));
    OK(r.backend->vector->inner(r.count, 1, &r.y, r.u, &overlap));
    OK(r.backend->vector->inner(r.count, 1, &r.u, r.u, &uu));
    OK(r.backend->vector->inner(r.count, 1, &r.y, r.y, &yy));
    cr_assert(lt(dbl, 0.0, yy));
    /* rounding of some 10 transforms, relative to ‖u‖‖Lu‖; an aliasing error would be of order
     * 1e-2 */
    cr_assert(lt(dbl, fabs(overlap) / sqrt(uu * yy), 1e-15 * sqrt((double)r.count)), "%s: %.2e",
              hamiltonian, fabs(overlap) / sqrt(uu * yy));
    free(u);
    rig_destroy(&r);
}

Test(generator, is_skew_on_random_data)
{
    const qfp_grid one = {.modes = 1, .points = {24}, .extent = {8.0, 8.0}},
                   other = {.modes = 1, .points = {32}, .extent = {9.5, 7.0}};
    const qfp_grid two = {.modes = 2, .points = {8, 10}, .extent = {6.0, 7.0, 6.5, 5.0}};
    scratch_make();
    is_skew("0.5*ad^2*a^2", "{}", &one);
    is_skew("0.5*ad^2*a^2", "{C: 0.5}", &one); /* c = 0.25 */
    is_skew("0.5*p^2 + 0.5*x^2 + 0.1*x^4", "{}", &other);
    is_skew("x^3 + 0.3*hc(I*a^2)", "{}", &one);
    is_skew("ad^3*a^3 + x", "{}", &one);
    is_skew("x^4", "{order: 1}", &one); /* Liouville, c = 0 */
    is_skew("hc(ad[1]*a[2]) + n[1]*n[2] + ad[2]^2*a[2]^2 + x[1]^2*p[2]^2", "{}", &two);
    scratch_remove();
}

enum { LEVELS = 40 };

/* Matrix elements of words in a and a†, cut far above the state. */
static void lower(const double complex *in, double complex *out)
{
    for (int m = 0; m < LEVELS; m++)
        out[m] = m + 1 < LEVELS ? sqrt(m + 1.0) * in[m + 1] : 0.0;
}

static void lift(const double complex *in, double complex *out)
{
    for (int m = 0; m < LEVELS; m++)
        out[m] = m > 0 ? sqrt(m) * in[m - 1] : 0.0;
}

/* The Hamiltonians of the test act on kets here by hand, sharing nothing with the algebra. */
typedef enum { KERR, QUARTIC, CUBIC, SEXTIC } which;

static void position(const double complex *in, double complex *out)
{
    double complex down[LEVELS], up[LEVELS];
    lower(in, down);
    lift(in, up);
    for (int m = 0; m < LEVELS; m++)
        out[m] = (down[m] + up[m]) / sqrt(2.0);
}

static void hamiltonian(which h, const double complex *in, double complex *out)
{
    double complex a[LEVELS], b[LEVELS];
    for (int m = 0; m < LEVELS; m++) {
        double n = m;
        out[m] = h == KERR     ? 0.5 * n * (n - 1) * in[m]
                 : h == SEXTIC ? n * (n - 1) * (n - 2) * in[m]
                               : n * in[m];
    }
    if (h != QUARTIC && h != CUBIC)
        return;
    position(in, a);
    position(a, b);
    position(b, a);
    if (h == QUARTIC) {
        position(a, b);
        for (int m = 0; m < LEVELS; m++)
            out[m] += 0.1 * b[m];
    } else {
        for (int m = 0; m < LEVELS; m++)
            out[m] += 0.3 * a[m];
    }
}

/* u and ∂u/∂t of ψ = (|0⟩ + i|1⟩ − |3⟩)/√3 at ordering c by ρ̇ = −i[H, ρ]/κ, on the grid. */
static void generator_equals_commutator(which h, const char *text, double c)
{
    const qfp_grid shape = {.modes = 1, .points = {80}, .extent = {17.0, 17.0}};
    rig r = rig_create(text, "{}", &shape, c);
    double complex psi[LEVELS] = {sqrt(1.0 / 3), I * sqrt(1.0 / 3), 0.0, -sqrt(1.0 / 3)};
    double complex h_psi[LEVELS], *rho = calloc(LEVELS * LEVELS, sizeof *rho);
    double complex *rate = calloc(LEVELS * LEVELS, sizeof *rate);
    hamiltonian(h, psi, h_psi);
    for (int m = 0; m < LEVELS; m++)
        for (int n = 0; n < LEVELS; n++) {
            rho[m * LEVELS + n] = psi[m] * conj(psi[n]);
            rate[m * LEVELS + n] = -I / 0.7 * (h_psi[m] * conj(psi[n]) - psi[m] * conj(h_psi[n]));
        }
    double coordinates[80], u[80 * 80], y[80 * 80];
    double complex *table = malloc(80 * 80 * sizeof *table);
    for (int i = 0; i < 80; i++)
        coordinates[i] = qfp_phase_grid_coordinate(r.grid, 0, i);
    double ordering = c < 0.0 ? 0.5 : c;
    OK(qfp_one_mode_density(LEVELS, rho, ordering, 80, coordinates, coordinates, table));
    for (int i = 0; i < 80 * 80; i++)
        u[i] = creal(table[i]);
    OK(r.backend->vector->upload(r.u, 0, r.count, u));
    OK(qfp_linear_map_apply(qfp_grid_generator_map(r.generator), r.u, r.y));
    OK(r.backend->vector->download(r.y, 0, r.count, y));
    OK(qfp_one_mode_density(LEVELS, rate, ordering, 80, coordinates, coordinates, table));
    double worst = 0.0, largest = 0.0;
    for (int i = 0; i < 80 * 80; i++) {
        worst = fmax(worst, fabs(y[i] - creal(table[i])));
        largest = fmax(largest, fabs(creal(table[i])));
    }
    /* Multipliers grow to 10⁵ in the corners of the grid (no taper here) where u is rounding; at c
     * = 0 the state is wider and its tail at the edge of the box, 1e-12, is weighed by as much. */
    double tolerance = c < 0.0 ? 1e-10 : 1e-7;
    cr_assert(lt(dbl, worst / largest, tolerance), "%s at c = %g: %.2e", text, ordering,
              worst / largest);
    free(rho);
    free(rate);
    free(table);
    rig_destroy(&r);
}

Test(generator, equals_the_commutator_at_every_ordering)
{
    const double orderings[] = {-1.0, 0.25, 0.0};
    scratch_make();
    for (int i = 0; i < 3; i++) {
        generator_equals_commutator(KERR, "0.5*ad^2*a^2", orderings[i]);
        generator_equals_commutator(QUARTIC, "n + 0.1*x^4", orderings[i]);
        generator_equals_commutator(CUBIC, "n + 0.3*x^3", orderings[i]);
    }
    generator_equals_commutator(SEXTIC, "ad^3*a^3", -1.0);
    scratch_remove();
}

/* Forward t, T, forward t, T returns the initial state when H(Q, P) = H(Q, −P) (Eq. 19). */
Test(generator, time_reversal_returns_the_initial_state)
{
    enum { N = 64 };
    const qfp_grid shape = {.modes = 1, .points = {N}, .extent = {14.2, 14.2}};
    scratch_make();
    rig r = rig_create("0.5*ad^2*a^2 + 0.3*x", "{}", &shape, -1.0);
    r.grid->taper[0] = r.grid->taper[1] = 6.7;
    const double tolerance = 1e-8;
    qfp_propagator_options options = {
        .integrator = QFP_INTEGRATOR_KRYLOV, .tolerance = tolerance, .time_scale = 1.0};
    qfp_propagator *propagator = NULL;
    double coordinates[N], start[N * N], now[N * N], turned[N * N];
    double complex *table = malloc(N * N * sizeof *table);
    const double vacuum[3] = {0.5, 0.0, 0.5};
    for (int i = 0; i < N; i++)
        coordinates[i] = qfp_phase_grid_coordinate(r.grid, 0, i);
    qfp_one_mode_gaussian(1.2 + 0.5 * I, vacuum, 0.5, N, coordinates, coordinates, table);
    for (int i = 0; i < N * N; i++)
        start[i] = creal(table[i]);
    OK(r.backend->vector->upload(r.u, 0, r.count, start));
    OK(qfp_propagator_create(qfp_grid_generator_map(r.generator), &options, &propagator));
    double moved = 0.0;
    for (int half = 0; half < 2; half++) {
        OK(qfp_propagator_advance(propagator, r.u, 0.4, NULL, NULL));
        OK(r.backend->vector->download(r.u, 0, r.count, now));
        for (int i = 0; i < N; i++)
            for (int k = 0; k < N; k++) { /* P[k] → −P[k]; index 0 is its own mirror */
                turned[i * N + (N - k) % N] = now[i * N + k];
                moved = fmax(moved, fabs(now[i * N + k] - start[i * N + k]));
            }
        OK(r.backend->vector->upload(r.u, 0, r.count, turned));
    }
    double worst = 0.0;
    for (int i = 0; i < N * N; i++)
        worst = fmax(worst, fabs(turned[i] - start[i]));
    cr_assert(lt(dbl, 0.1, moved)); /* it did go somewhere */
    cr_assert(lt(dbl, worst, 10.0 * tolerance), "%.2e", worst);
    qfp_propagator_destroy(propagator);
    free(table);
    rig_destroy(&r);
    scratch_remove();
}
