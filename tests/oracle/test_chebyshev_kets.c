/* The reference's series on a chain, H = J Σ |n⟩⟨n+1| + h.c., whose eigenvectors are sines. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <complex.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/error.h"
#include "reference/chebyshev.h"

enum { MOST = 80 };

typedef struct chain {
    size_t row[MOST + 1];
    int32_t column[2 * MOST];
    double complex value[2 * MOST];
    qfp_sparse matrix;
} chain;

static void chain_make(size_t dim, double j, chain *c)
{
    size_t at = 0;
    for (size_t n = 0; n < dim; n++) {
        c->row[n] = at;
        for (int side = -1; side <= 1; side += 2) {
            if ((side < 0 && n == 0) || (side > 0 && n + 1 == dim))
                continue;
            c->column[at] = (int32_t)n + side;
            c->value[at++] = j;
        }
    }
    c->row[dim] = at;
    c->matrix = (qfp_sparse){.dim = dim, .row = c->row, .column = c->column, .value = c->value};
}

/* ⟨n|e^{−iHt/κ}|0⟩ = 2/(d+1) Σ_k sin(πk/(d+1)) sin(πk(n+1)/(d+1)) e^{−2iJ cos(πk/(d+1)) t/κ} */
static double error_of(size_t dim, double j, double t, double kappa, const double complex *psi)
{
    double squared = 0.0;
    for (size_t n = 0; n < dim; n++) {
        double complex sum = 0.0;
        for (size_t k = 1; k <= dim; k++) {
            double angle = M_PI * (double)k / (double)(dim + 1);
            sum += 2.0 / (double)(dim + 1) * sin(angle) * sin(angle * (double)(n + 1)) *
                   cexp(-2.0 * I * j * cos(angle) * t / kappa);
        }
        squared += pow(cabs(psi[n] - sum), 2.0);
    }
    return sqrt(squared);
}

static double evolve(size_t dim, double kappa, double tolerance)
{
    chain c;
    qfp_chebyshev l;
    double complex psi[MOST] = {1.0};
    const double j = 0.7, t = 30.0 * kappa / j;
    double terms = 0.0;
    chain_make(dim, j, &c);
    cr_assert(eq(int, (int)qfp_chebyshev_create(&c.matrix, kappa, &l), QFP_OK));
    cr_expect(le(dbl, 2.0 * j * cos(M_PI / (double)(dim + 1)), l.centre + l.radius + 1e-15));
    cr_assert(eq(int, (int)qfp_chebyshev_advance(&l, t, tolerance, NULL, psi, &terms), QFP_OK),
              "%s", qfp_last_error());
    cr_expect(lt(dbl, terms, 1.3 * qfp_chebyshev_terms(&l, t, tolerance) + 4.0));
    cr_expect(lt(dbl, qfp_chebyshev_terms(&l, t, tolerance), 1.3 * terms + 12.0));
    qfp_chebyshev_destroy(&l);
    return error_of(dim, j, t, kappa, psi);
}

/* Whatever the action scale: the angles are energies over κ. */
Test(chebyshev_kets, the_tolerance_is_met_at_any_kappa)
{
    static const double scales[] = {1e-3, 1.0, 1e3};
    for (int i = 0; i < 3; i++)
        for (double tolerance = 1e-4; tolerance > 1e-11; tolerance *= 1e-2) {
            double error = evolve(MOST, scales[i], tolerance);
            cr_assert(lt(dbl, error, tolerance), "kappa %g: %g", scales[i], error);
        }
}

/* Far apart energies: every component keeps its weight and turns at its own frequency. */
Test(chebyshev_kets, energies_far_apart_are_counted_once)
{
    enum { DIM = 26 };
    size_t row[DIM + 1];
    int32_t column[DIM];
    double complex value[DIM], psi[DIM];
    const double kappa = 0.7, t = 1e-4;
    for (size_t n = 0; n <= DIM; n++)
        row[n] = n;
    for (int n = 0; n < DIM; n++) {
        column[n] = n;
        value[n] = pow(2.0, n);
        psi[n] = 1.0 / sqrt(DIM);
    }
    const qfp_sparse matrix = {.dim = DIM, .row = row, .column = column, .value = value};
    qfp_chebyshev l;
    double terms = 0.0;
    cr_assert(eq(int, (int)qfp_chebyshev_create(&matrix, kappa, &l), QFP_OK));
    cr_assert(eq(int, (int)qfp_chebyshev_advance(&l, t, 1e-10, NULL, psi, &terms), QFP_OK));
    qfp_chebyshev_destroy(&l);
    for (int n = 0; n < DIM; n++) {
        double complex expected = cexp(-I * creal(value[n]) * t / kappa) / sqrt(DIM);
        cr_expect(lt(dbl, cabs(psi[n] - expected), 1e-10), "%d: %g", n, cabs(psi[n] - expected));
    }
}

/* Of a matrix of one state, whose energies are all one, and of a few. */
Test(chebyshev_kets, a_small_space_is_exact)
{
    for (size_t dim = 1; dim <= 6; dim++)
        cr_assert(lt(dbl, evolve(dim, 0.5, 1e-14), 3e-13)); /* rounding, phases of 60 */
}

/* What some states are on the way is what moving there gives, forwards and backwards. */
Test(chebyshev_kets, what_is_on_the_way_is_where_it_leads)
{
    enum { DIM = 50, TIMES = 3 };
    static const int32_t state[] = {2, 7, 30};
    chain c;
    qfp_chebyshev l;
    chain_make(DIM, 0.7, &c);
    cr_assert(eq(int, (int)qfp_chebyshev_create(&c.matrix, 0.5, &l), QFP_OK));
    for (double sign = -1.0; sign < 2.0; sign += 2.0) {
        const double time[TIMES] = {sign * 1e-40, sign * 3.0, sign * 11.0};
        double complex amplitude[TIMES * 3], psi[DIM] = {0.6, 0.0, 0.8 * I}, all[DIM];
        const qfp_on_the_way way = {TIMES, 3, time, state, amplitude};
        double terms = 0.0;
        memcpy(all, psi, sizeof psi);
        cr_assert(
            eq(int, (int)qfp_chebyshev_advance(&l, 8.0 * sign, 1e-12, &way, all, &terms), QFP_OK));
        for (int i = 0; i < TIMES; i++) {
            double complex there[DIM];
            memcpy(there, psi, sizeof psi);
            cr_assert(eq(int, (int)qfp_chebyshev_advance(&l, time[i], 1e-12, NULL, there, &terms),
                         QFP_OK));
            for (int k = 0; k < 3; k++)
                cr_expect(lt(dbl, cabs(amplitude[i * 3 + k] - there[state[k]]), 3e-12));
        }
    }
    qfp_chebyshev_destroy(&l);
}

/* Complex elements: a phase of the hopping is one of the states. */
Test(chebyshev_kets, complex_elements_turn_the_states)
{
    chain c, turned;
    qfp_chebyshev l;
    double complex a[40] = {1.0}, b[40] = {1.0};
    double terms = 0.0;
    chain_make(40, 0.7, &c);
    chain_make(40, 0.7, &turned);
    for (size_t n = 0; n < 40; n++)
        for (size_t k = turned.row[n]; k < turned.row[n + 1]; k++)
            turned.value[k] *= cexp(0.3 * I * ((double)n - turned.column[k]));
    cr_assert(eq(int, (int)qfp_chebyshev_create(&c.matrix, 1.0, &l), QFP_OK));
    cr_assert(eq(int, (int)qfp_chebyshev_advance(&l, 9.0, 1e-13, NULL, a, &terms), QFP_OK));
    qfp_chebyshev_destroy(&l);
    cr_assert(eq(int, (int)qfp_chebyshev_create(&turned.matrix, 1.0, &l), QFP_OK));
    cr_assert(eq(int, (int)qfp_chebyshev_advance(&l, 9.0, 1e-13, NULL, b, &terms), QFP_OK));
    qfp_chebyshev_destroy(&l);
    for (size_t n = 0; n < 40; n++)
        cr_expect(lt(dbl, cabs(b[n] - a[n] * cexp(0.3 * I * (double)n)), 1e-12));
}
