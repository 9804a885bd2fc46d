/* Operators between the Fock basis and phase space, there and back, against the double sums of
 * state/one_mode.h written out here, overlaps with coherent states, and closed forms. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>
#include <math.h>
#include <stdlib.h>

#include "../support/operators.h"
#include "fock/fock_convert.h"
#include "state/one_mode.h"

/* A density matrix with random entries (A A†/Tr A A†), packed. */
static double *random_state(const qfp_fock_space *space, uint64_t seed)
{
    size_t d = space->dimension, at = 0;
    double complex *a = malloc(d * d * sizeof *a);
    double *u = malloc(space->count * sizeof *u), trace = 0.0;
    for (size_t i = 0; i < d * d; i++) {
        a[i] = random_number(&seed) + I * random_number(&seed);
        trace += creal(a[i] * conj(a[i]));
    }
    for (size_t m = 0; m < d; m++)
        for (size_t n = m; n < d; n++, at++) {
            double complex value = 0.0;
            for (size_t k = 0; k < d; k++)
                value += a[m * d + k] * conj(a[n * d + k]) / trace;
            u[2 * at] = (m == n ? 1.0 : sqrt(2.0)) * creal(value);
            u[2 * at + 1] = m == n ? 0.0 : sqrt(2.0) * cimag(value);
        }
    free(a);
    return u;
}

static double complex element(const qfp_fock_space *space, const double *u, size_t m, size_t n)
{
    size_t low = m < n ? m : n, high = m < n ? n : m;
    const double *entry = u + 2 * (low * (2 * space->dimension - low + 1) / 2 + high - low);
    double complex value = (m == n ? 1.0 : sqrt(0.5)) * (entry[0] + I * entry[1]);
    return m <= n ? value : conj(value);
}

/* z^n/n! */
static double complex term(double complex z, int n)
{
    double complex product = 1.0;
    for (int k = 1; k <= n; k++)
        product *= z / k;
    return product;
}

/* u of |m⟩⟨n| at γ and ordering c: the double sum, of few levels only. */
static double complex dyad(int m, int n, double c, double complex gamma)
{
    double s = 1.0 - c, radius = cabs(gamma);
    double complex sum = 0.0;
    for (int k = 0; k <= m && k <= n; k++)
        sum += term(-c / s, k) * term(conj(gamma) / s, m - k) * term(gamma / s, n - k);
    return exp(-radius * radius / s) / (M_PI * s) * sqrt(tgamma(m + 1.0) * tgamma(n + 1.0)) * sum;
}

static double *axis_of(size_t n, double half)
{
    double *axis = malloc(n * sizeof *axis);
    for (size_t i = 0; i < n; i++)
        axis[i] = ((double)i - (double)(n / 2)) * 2.0 * half / (double)n;
    return axis;
}

typedef struct view {
    const qfp_fock_space *space;
    const double *rho;
} view;

static double complex view_element(const void *data, size_t m, size_t n)
{
    const view *v = data;
    return element(v->space, v->rho, m, n);
}

/* Different levels, points and boxes of the two modes and the two axes: no index is mistaken. */
Test(dyads, two_modes_against_the_double_sum)
{
    enum { D1 = 3, D2 = 4, D = D1 * D2, POINTS = 4 * 2 * 3 * 5 };
    static const double orderings[] = {0.0, 0.3, 0.5};
    const int levels[2] = {D1, D2};
    double *q[2] = {axis_of(4, 1.5), axis_of(3, 2.0)}, *p[2] = {axis_of(2, 1.0), axis_of(5, 2.5)};
    qfp_dyad_grid grid = {.modes = 2,
                          .levels = {D1, D2},
                          .n_q = {4, 3},
                          .n_p = {2, 5},
                          .q = {q[0], q[1]},
                          .p = {p[0], p[1]}};
    qfp_fock_space space;
    MUST(qfp_fock_space_set(2, levels, &space));
    double *rho = random_state(&space, 3);
    double u[POINTS], x[D * D] = {0};
    double complex back[D * D];
    view v = {&space, rho};
    MUST(qfp_dyads_from_matrix(&grid, 0.25, view_element, &v, x));
    MUST(qfp_dyads_from_matrix(&grid, 0.75, view_element, &v, x)); /* weights add up */
    MUST(qfp_dyads_to_matrix(&grid, x, back));
    for (size_t m = 0; m < D; m++)
        for (size_t n = 0; n < D; n++)
            cr_assert(cabs(back[m * D + n] - element(&space, rho, m, n)) < 1e-15); /* rounding */
    for (int o = 0; o < 3; o++) {
        MUST(qfp_dyads_to_grid(&grid, orderings[o], x, u));
        for (int i = 0; i < POINTS; i++) {
            double complex first = (q[0][i / 30] + I * p[0][i / 15 % 2]) * sqrt(0.5);
            double complex second = (q[1][i / 5 % 3] + I * p[1][i % 5]) * sqrt(0.5), wanted = 0.0;
            for (int m = 0; m < D; m++)
                for (int n = 0; n < D; n++)
                    wanted += element(&space, rho, (size_t)m, (size_t)n) *
                              dyad(m / D2, n / D2, orderings[o], first) *
                              dyad(m % D2, n % D2, orderings[o], second);
            /* sums of 144 terms below 1 */
            cr_assert(cabs(u[i] - wanted) < 1e-14, "c = %g, point %d: %g, %g", orderings[o], i,
                      u[i], creal(wanted));
        }
    }
    free(rho);
    for (int j = 0; j < 2; j++) {
        free(q[j]);
        free(p[j]);
    }
}

/* u of ρ on a grid that has its levels. */
static void to_wigner(const qfp_fock_space *space, const qfp_dyad_grid *grid, const double *rho,
                      double *u)
{
    double *x = calloc(space->dimension * space->dimension, sizeof *x);
    view v = {space, rho};
    MUST(qfp_dyads_from_matrix(grid, 1.0, view_element, &v, x));
    MUST(qfp_dyads_to_grid(grid, 0.5, x, u));
    free(x);
}

/* There and back, and the share of ∫u² that the levels hold. */
static void round_trip(int modes, const int *levels, size_t n, double half, double tolerance)
{
    qfp_fock_space space;
    MUST(qfp_fock_space_set(modes, levels, &space));
    double *rho = random_state(&space, 11), *back = malloc(space.count * sizeof *back);
    double *axis = axis_of(n, half), kept;
    qfp_dyad_grid grid = {.modes = modes};
    size_t points = 1;
    for (int j = 0; j < modes; j++) {
        grid.levels[j] = levels[j];
        grid.n_q[j] = grid.n_p[j] = n;
        grid.q[j] = grid.p[j] = axis;
        points *= n * n;
    }
    double *u = malloc(points * sizeof *u);
    to_wigner(&space, &grid, rho, u);
    MUST(qfp_fock_from_wigner(&space, &grid, u, back, &kept));
    cr_assert(epsilon_eq(dbl, kept, 1.0, tolerance));
    for (size_t i = 0; i < space.count; i++)
        cr_assert(epsilon_eq(dbl, back[i], rho[i], tolerance), "%d modes, %zu", modes, i);
    free(rho);
    free(back);
    free(axis);
    free(u);
}

Test(fock_convert, there_and_back)
{
    /* the Wigner functions of d levels end at radius √(2d) and fall like e^{−r²} beyond, in the box
     * and among the wavenumbers up to twice the radius: below rounding on these grids */
    round_trip(1, (const int[]){18}, 128, 11.0, 1e-13);
    round_trip(1, (const int[]){36}, 190, 12.5, 1e-13);
    round_trip(2, (const int[]){3, 2}, 40, 5.5, 1e-12);
    /* 12⁶ points are coarse: at the edges W_{|1⟩⟨1|} is some 4e-3, and its square is missed */
    round_trip(3, (const int[]){2, 1, 2}, 12, 3.3, 1e-3);
}

/* |α⟩ of one mode: W = (2/π) e^{−2|γ−α|²} per d²α. */
Test(fock_convert, the_wigner_function_of_a_coherent_state)
{
    enum { LEVELS = 40, POINTS = 96 };
    const int levels[1] = {LEVELS};
    const double complex alpha = 0.7 - 0.3 * I;
    qfp_fock_space space;
    MUST(qfp_fock_space_set(1, levels, &space));
    double *rho = malloc(space.count * sizeof *rho), *axis = axis_of(POINTS, 6.0);
    static double u[POINTS * POINTS];
    qfp_dyad_grid grid = {
        .modes = 1, .levels = {LEVELS}, .n_q = {POINTS}, .n_p = {POINTS}, .q = {axis}, .p = {axis}};
    size_t at = 0;
    for (int m = 0; m < LEVELS; m++)
        for (int n = m; n < LEVELS; n++, at++) {
            double complex value = exp(-pow(cabs(alpha), 2.0)) * cpow(alpha, m) *
                                   cpow(conj(alpha), n) / sqrt(tgamma(m + 1.0) * tgamma(n + 1.0));
            rho[2 * at] = (m == n ? 1.0 : sqrt(2.0)) * creal(value);
            rho[2 * at + 1] = m == n ? 0.0 : sqrt(2.0) * cimag(value);
        }
    to_wigner(&space, &grid, rho, u);
    for (int i = 0; i < POINTS; i++)
        for (int k = 0; k < POINTS; k++) {
            double r = cabs((axis[i] + I * axis[k]) * sqrt(0.5) - alpha);
            cr_assert(epsilon_eq(dbl, u[i * POINTS + k], 2.0 / M_PI * exp(-2.0 * r * r),
                                 1e-13)); /* rounding */
        }
    free(rho);
    free(axis);
}

Test(fock_convert, what_is_cut_is_said)
{
    enum { POINTS = 96 };
    const int few[1] = {4};
    qfp_fock_space space;
    MUST(qfp_fock_space_set(1, few, &space));
    double *axis = axis_of(POINTS, 8.0), rho[4 * 5], kept, population = 0.0;
    static double u[POINTS * POINTS];
    qfp_dyad_grid grid = {.modes = 1, .n_q = {POINTS}, .n_p = {POINTS}, .q = {axis}, .p = {axis}};
    for (int i = 0; i < POINTS; i++)
        for (int k = 0; k < POINTS; k++)
            u[i * POINTS + k] =
                2.0 / M_PI * exp(-pow(axis[i] - 2.0 * sqrt(2.0), 2.0) - axis[k] * axis[k]);
    MUST(qfp_fock_from_wigner(&space, &grid, u, rho, &kept));
    for (int n = 0; n < 4; n++) /* of |2⟩ in the first four levels: Σ e^{−4} 4^n/n! */
        population += exp(-4.0) * pow(4.0, n) / tgamma(n + 1.0);
    /* a pure state: Σ|ρ_mn|² is the square of the population */
    cr_assert(epsilon_eq(dbl, kept, population * population, 1e-10)); /* the box cuts 1e-11 */
    free(axis);
}

/* Far out e^{−2|γ|²} is below the smallest number and the polynomials above the largest one.  There
 * W_{n+d,n} is still a tame function: |n⟩ at its turning point, and an overlap with the parity. */
Test(dyads, many_levels_at_large_radius)
{
    enum { LEVELS = 900 };
    double complex *out = malloc(LEVELS * (LEVELS + 1) / 2 * sizeof *out);
    for (double radius = 10.0; radius <= 40.0; radius += 7.5) {
        qfp_one_mode_number_dyads(LEVELS, 0.5, radius, out);
        /* (π/2) W is a matrix element of a displaced parity operator: of modulus ≤ 1 */
        for (size_t i = 0; i < LEVELS * (LEVELS + 1) / 2; i++)
            cr_assert(cabs(out[i]) <= 2.0 / M_PI * (1.0 + 1e-9), "radius %g: %zu", radius, i);
        /* W_nn(γ) = (2/π)(−1)^n e^{−x/2} L_n(x), x = 4|γ|², with the logarithm kept apart */
        double x = 4.0 * radius * radius, previous = 0.0, current = 1.0, scale = -0.5 * x;
        for (int n = 0; n < LEVELS; n++) {
            double wanted = 2.0 / M_PI * (n % 2 == 0 ? 1.0 : -1.0) * current * exp(scale);
            /* errors of e^{−x/2}, x = 6400, and of 900 steps of a recurrence */
            cr_assert(epsilon_eq(dbl, creal(out[n]), wanted, 1e-10), "radius %g, n = %d", radius,
                      n);
            double next = ((2.0 * n + 1.0 - x) * current - n * previous) / (n + 1.0);
            double size = fmax(fabs(next), fabs(current));
            previous = current / size;
            current = next / size;
            scale += log(size);
        }
    }
    free(out);
}

/* Down the first row of such a dyad the numbers pass 1e200 twice, while W_{d,0} is the closed form
 * (2/π) e^{−2γ²} (2γ)^d/√d!, here by logarithms, which lose eps times 6000. */
Test(dyads, many_levels_beside_the_vacuum)
{
    enum { LEVELS = 1900 };
    const double radius = 23.5;
    double complex *out = malloc(LEVELS * (LEVELS + 1) / 2 * sizeof *out);
    double largest = 0.0;
    qfp_one_mode_number_dyads(LEVELS, 0.5, radius, out);
    for (size_t d = 0, at = 0; d < LEVELS; at += LEVELS - d, d++) {
        double exponent =
            (double)d * log(2.0 * radius) - 0.5 * lgamma((double)d + 1.0) - 2.0 * radius * radius;
        double wanted = 2.0 / M_PI * exp(exponent);
        cr_assert(epsilon_eq(dbl, creal(out[at]), wanted, 1e-10 * wanted + 1e-250), "d = %zu: %g",
                  d, creal(out[at]));
        largest = fmax(largest, wanted);
    }
    cr_assert(lt(dbl, 1e-10, largest)); /* not all of them vanish */
    free(out);
}

Test(dyads, what_cannot_be_counted_is_refused)
{
    qfp_dyad_grid grid = {.modes = 8};
    size_t coefficients, points;
    for (int j = 0; j < 8; j++) {
        grid.levels[j] = 100;
        grid.n_q[j] = grid.n_p[j] = 1000;
    }
    cr_assert(qfp_dyad_grid_sizes(&grid, &coefficients, &points) == QFP_MEMORY);
}
