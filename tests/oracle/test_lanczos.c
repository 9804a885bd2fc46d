/* The reference's Krylov steps on a chain, H = J Σ |n⟩⟨n+1| + h.c., whose eigenvectors are sines. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <complex.h>
#include <math.h>
#include <stdint.h>

#include "core/error.h"
#include "reference/lanczos.h"

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
    qfp_lanczos *l = NULL;
    double complex psi[MOST] = {1.0};
    const double j = 0.7, t = 30.0 * kappa / j;
    chain_make(dim, j, &c);
    cr_assert(eq(int, (int)qfp_lanczos_create(&c.matrix, kappa, &l), QFP_OK));
    cr_assert(eq(int, (int)qfp_lanczos_advance(l, t, tolerance, psi), QFP_OK), "%s",
              qfp_last_error());
    qfp_lanczos_destroy(l);
    return error_of(dim, j, t, kappa, psi);
}

/* Whatever the action scale: the bound on a step is one on phases, energies over κ. */
Test(lanczos, the_tolerance_is_met_at_any_kappa)
{
    static const double scales[] = {1e-3, 1.0, 1e3};
    for (int i = 0; i < 3; i++)
        for (double tolerance = 1e-4; tolerance > 1e-11; tolerance *= 1e-2) {
            double error = evolve(MOST, scales[i], tolerance);
            cr_assert(lt(dbl, error, tolerance), "kappa %g: %g", scales[i], error);
        }
}

/* Far apart energies: the outer ones converge first, and without orthogonalising again they would
 * appear twice.  Every component keeps its weight and turns at its own frequency. */
Test(lanczos, energies_far_apart_are_counted_once)
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
    qfp_lanczos *l = NULL;
    cr_assert(eq(int, (int)qfp_lanczos_create(&matrix, kappa, &l), QFP_OK));
    cr_assert(eq(int, (int)qfp_lanczos_advance(l, t, 1e-10, psi), QFP_OK), "%s", qfp_last_error());
    qfp_lanczos_destroy(l);
    for (int n = 0; n < DIM; n++) {
        double complex expected = cexp(-I * creal(value[n]) * t / kappa) / sqrt(DIM);
        cr_expect(lt(dbl, cabs(psi[n] - expected), 1e-10), "%d: %g", n, cabs(psi[n] - expected));
    }
}

/* A space that is exhausted is exact in one step. */
Test(lanczos, a_small_space_is_exact)
{
    for (size_t dim = 1; dim <= 6; dim++)
        cr_assert(lt(dbl, evolve(dim, 0.5, 1e-3), 1e-13)); /* rounding, phases of 60 */
}
