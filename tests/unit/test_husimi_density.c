/* A density matrix found from a grid of Q: how far it is from the one that Q was made of, and that
 * what is stated is not less; each share of the error on a grid that has this fault alone. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../support/operators.h"
#include "core/hermitian.h"
#include "io/husimi_density.h"

/* A ket by its amplitudes, and its Q per d²α from the same amplitudes. */
enum { MOST = 110 };
typedef double complex (*amplitudes)(int n);

static double complex coherent_amplitude(double complex alpha, int n)
{
    return cexp(n * clog(alpha) - 0.5 * lgamma(n + 1.0) - 0.5 * pow(cabs(alpha), 2.0));
}

static double complex coherent_ket(int n)
{
    return coherent_amplitude(1.2 - 0.5 * I, n);
}

/* |β⟩ + i|−β⟩, β = 1.1 */
static double complex cat_ket(int n)
{
    return sqrt(0.5) * (coherent_amplitude(1.1, n) + I * coherent_amplitude(-1.1, n));
}

/* (|0⟩ + 2i|3⟩)/√5 */
static double complex two_levels(int n)
{
    return n == 0 ? sqrt(0.2) : n == 3 ? 2.0 * I * sqrt(0.2) : 0.0;
}

/* ρ_mn of the states that grids are made of */
typedef double complex (*elements)(int m, int n);

static double complex coherent_density(int m, int n)
{
    return coherent_ket(m) * conj(coherent_ket(n));
}

static double complex cat_density(int m, int n)
{
    return cat_ket(m) * conj(cat_ket(n));
}

static double complex superposed_density(int m, int n)
{
    return two_levels(m) * conj(two_levels(n));
}

static double complex mixed_density(int m, int n)
{
    return 0.7 * coherent_density(m, n) + 0.3 * superposed_density(m, n);
}

static double complex warm_density(int m, int n) /* half a quantum */
{
    return m == n ? pow(1.0 / 3.0, n) / 1.5 : 0.0;
}

static double husimi_of(amplitudes ket, double q, double p)
{
    double complex back = (q - I * p) / sqrt(2.0), sum = 0.0, bra = 1.0;
    for (int n = 0; n < MOST; n++) {
        sum += bra * ket(n);
        bra *= back / sqrt(n + 1.0);
    }
    return exp(-0.5 * (q * q + p * p)) * creal(sum * conj(sum)) / M_PI;
}

static double coherent(double q, double p)
{
    return husimi_of(coherent_ket, q, p);
}

static double cat(double q, double p)
{
    return husimi_of(cat_ket, q, p);
}

static double superposed(double q, double p)
{
    return husimi_of(two_levels, q, p);
}

static double mixed(double q, double p)
{
    return 0.7 * coherent(q, p) + 0.3 * superposed(q, p);
}

static double warm(double q, double p)
{
    return exp(-0.5 * (q * q + p * p) / 1.5) / (1.5 * M_PI);
}

static qfp_husimi_grid grid_of(size_t points, double reach, double (*f)(double, double))
{
    qfp_husimi_grid g = {.nx = points, .np = points};
    g.x = malloc(points * sizeof *g.x);
    g.p = malloc(points * sizeof *g.p);
    g.q = malloc(points * points * sizeof *g.q);
    for (size_t i = 0; i < points; i++)
        g.x[i] = g.p[i] = reach * (2.0 * (double)i / (double)(points - 1) - 1.0);
    for (size_t i = 0; i < points; i++)
        for (size_t k = 0; k < points; k++)
            g.q[i * points + k] = f(g.x[i], g.p[k]);
    return g;
}

/* Tr |ρ − ρ_exact|, with what a ket of its populations has beyond the levels found. */
static double distance_to(elements exact, const qfp_husimi_density *d)
{
    size_t n = (size_t)d->levels;
    double complex *m = calloc(n * n, sizeof *m);
    double *eigenvalue = calloc(n, sizeof *eigenvalue), sum = 0.0, beyond = 0.0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            m[i * n + k] = d->rho[i * n + k] - exact((int)i, (int)k);
    MUST(qfpi_hermitian_eigen(n, m, eigenvalue));
    for (size_t k = 0; k < n; k++)
        sum += fabs(eigenvalue[k]);
    for (int k = (int)n; k < MOST; k++)
        beyond += creal(exact(k, k));
    free(m);
    free(eigenvalue);
    return sum + 2.0 * sqrt(beyond);
}

static void find(qfp_husimi_grid *g, qfp_husimi_density *d)
{
    MUST(qfp_husimi_density_find(g, 1.0, 1.0, d));
    qfp_husimi_grid_destroy(g);
}

/* Windows from one that cuts into the state to a wide one: an error that is not less than the
 * distance, and where nothing is cut, one that is small; 61 points are few for a thermal state, whose
 * elements are found one by one. */
static void is_stated(elements exact, double (*f)(double, double), double step, double small)
{
    for (double reach = 4.0; reach <= 8.0; reach += step) {
        qfp_husimi_grid g = grid_of(61, reach, f);
        qfp_husimi_density d;
        find(&g, &d);
        double distance = distance_to(exact, &d);
        double stated = d.error < 0.5 ? d.error : 2.0; /* so little is told that all is possible */
        cr_expect(le(dbl, distance, stated), "reach %g: %g, stated %g", reach, distance, d.error);
        if (reach == 8.0)
            cr_expect(lt(dbl, d.error, small), "%g", d.error);
        qfp_husimi_density_destroy(&d);
    }
}

Test(husimi_density, of_a_coherent_state_no_less_is_stated_than_the_distance)
{
    is_stated(coherent_density, coherent, 2.0, 1e-6);
}

Test(husimi_density, of_a_cat_no_less_is_stated_than_the_distance)
{
    is_stated(cat_density, cat, 2.0, 1e-6);
}

Test(husimi_density, of_two_levels_no_less_is_stated_than_the_distance)
{
    is_stated(superposed_density, superposed, 2.0, 1e-6);
}

Test(husimi_density, of_a_mixture_of_two_no_less_is_stated_than_the_distance)
{
    is_stated(mixed_density, mixed, 2.0, 1e-5);
}

Test(husimi_density, of_a_thermal_state_no_less_is_stated_than_the_distance)
{
    is_stated(warm_density, warm, 1.0, 1e-2);
}

static double a_thousandth_too_large(double q, double p)
{
    return 1.001 * coherent(q, p);
}

Test(husimi_density, an_integral_that_is_not_one_is_an_error)
{
    qfp_husimi_grid g = grid_of(81, 8.0, a_thousandth_too_large);
    qfp_husimi_density d;
    find(&g, &d);
    cr_expect(epsilon_eq(dbl, d.edge, 1e-3, 1e-6), "%g", d.edge); /* and what the window cuts */
    cr_expect(le(dbl, 1e-3, d.error));
    qfp_husimi_density_destroy(&d);
}

/* Cut at 3.5, and scaled so that the sum over the window is 1: what is outside does not show in the
 * integral.  Along x and p, with variance 1 about (1.7, −0.7), it is more than erfc(1.8/√2)/2 = 0.036. */
Test(husimi_density, a_window_that_cuts_is_an_error_whatever_the_integral)
{
    qfp_husimi_grid g = grid_of(61, 3.5, coherent);
    qfp_husimi_density d;
    double cell = 0.5 * pow(g.x[1] - g.x[0], 2.0), sum = 0.0;
    for (size_t i = 0; i < g.nx * g.np; i++)
        sum += cell * g.q[i];
    for (size_t i = 0; i < g.nx * g.np; i++)
        g.q[i] /= sum;
    find(&g, &d);
    cr_expect(lt(dbl, 0.036, d.edge), "%g", d.edge);
    cr_expect(le(dbl, d.edge, d.error));
    cr_expect(le(dbl, distance_to(coherent_density, &d), d.error));
    qfp_husimi_density_destroy(&d);
}

/* A spacing of 1.6: at its Nyquist wavenumber of 2 the transform of Q is still e^{−1} of its largest value,
 * and what is beyond has folded back. */
Test(husimi_density, a_coarse_grid_is_an_error)
{
    qfp_husimi_grid g = grid_of(11, 8.0, coherent);
    qfp_husimi_density d;
    find(&g, &d);
    cr_expect(lt(dbl, 0.1, d.noise), "%g", d.noise);
    cr_expect(lt(dbl, 0.1, d.error), "%g", d.error);
    qfp_husimi_density_destroy(&d);
}

/* Errors of 1e-5 that alternate from point to point, as of a printed table of few digits. */
static double rounded(double q, double p)
{
    return coherent(q, p) + 1e-5 * cos(37.0 * q + 11.0) * cos(41.0 * p + 5.0);
}

Test(husimi_density, noise_is_seen_and_not_taken_for_a_state)
{
    qfp_husimi_grid g = grid_of(81, 8.0, rounded);
    qfp_husimi_density d;
    double quanta = 0.0;
    find(&g, &d);
    for (int n = 0; n < d.levels; n++)
        quanta += n * creal(d.rho[n * d.levels + n]);
    double distance = distance_to(coherent_density, &d);
    cr_expect(le(dbl, distance, d.error), "%g, stated %g", distance, d.error);
    cr_expect(lt(dbl, d.error, 0.3), "%g", d.error);
    /* two hundred times the noise: not a bath of it */
    cr_expect(epsilon_eq(dbl, quanta, 1.69, 2e-3), "%g", quanta);
    qfp_husimi_density_destroy(&d);
}

/* Integral 1 and below zero at the origin: the nearest state misses it, and its ⟨n⟩, visibly. */
static double negative(double q, double p)
{
    double n = 0.5 * (q * q + p * p);
    return (1.3 * n - 0.3) * exp(-n) / M_PI;
}

Test(husimi_density, what_no_state_has_is_told_by_how_far_the_nearest_misses_it)
{
    qfp_husimi_grid g = grid_of(81, 8.0, negative);
    qfp_husimi_density d;
    find(&g, &d);
    cr_expect(lt(dbl, 0.1, d.mismatch), "%g", d.mismatch); /* it is −0.3 of 1/π */
    cr_expect(le(dbl, d.mismatch, d.error));
    cr_expect(le(dbl, d.quanta / (1.0 + 1.3), d.error));
    /* 1.3 |1⟩⟨1| − 0.3 |0⟩⟨0| is 0.6 from |1⟩⟨1| in the trace norm */
    cr_expect(le(dbl, 0.59, d.error), "%g", d.error);
    qfp_husimi_density_destroy(&d);
}
