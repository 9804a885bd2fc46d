/* Dense Hermitian matrices: rows, conjugation and triangles are what the header says. */
#include <complex.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "core/hermitian.h"

enum { N = 7 };

/* A Hermitian matrix without symmetry between A and its conjugate; the upper triangle is filled
 * with rubbish that must not be read. */
static void fill(double complex a[N * N], double complex full[N * N])
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++) {
            double complex z = CMPLX(cos(1.0 + i + 3 * j), i == j ? 0.0 : sin(2.0 * i - j));
            full[i * N + j] = a[i * N + j] = z;
            full[j * N + i] = conj(z);
            if (i != j)
                a[j * N + i] = NAN;
        }
}

Test(hermitian, rows_are_eigenvectors)
{
    double complex a[N * N], full[N * N];
    double lambda[N];
    fill(a, full);
    cr_assert(eq(int, qfpi_hermitian_eigen(N, a, lambda), QFP_OK));
    for (int k = 0; k < N; k++) {
        if (k > 0)
            cr_expect(le(dbl, lambda[k - 1], lambda[k]));
        double norm = 0.0;
        for (int i = 0; i < N; i++) {
            double complex image = 0.0;
            for (int j = 0; j < N; j++)
                image += full[i * N + j] * a[k * N + j];
            /* rounding of seven terms of size one */
            cr_expect(lt(dbl, cabs(image - lambda[k] * a[k * N + i]), 1e-13));
            norm += creal(a[k * N + i] * conj(a[k * N + i]));
        }
        cr_expect(epsilon_eq(dbl, norm, 1.0, 1e-13));
    }
}

Test(hermitian, eigenvalues_alone_are_the_same)
{
    double complex a[N * N], full[N * N];
    double lambda[N], alone[N];
    fill(a, full);
    cr_assert(eq(int, qfpi_hermitian_eigenvalues(N, a, alone), QFP_OK));
    cr_assert(eq(int, qfpi_hermitian_eigen(N, a, lambda), QFP_OK));
    for (int k = 0; k < N; k++)
        cr_expect(epsilon_eq(dbl, alone[k], lambda[k], 1e-13)); /* as above */
}

Test(hermitian, positive_from_the_lowest_eigenvalue_on)
{
    double complex a[N * N], full[N * N], vectors[N * N];
    double lambda[N];
    bool above, below;
    fill(a, full);
    fill(vectors, full);
    cr_assert(eq(int, qfpi_hermitian_eigen(N, vectors, lambda), QFP_OK));
    cr_assert(eq(int, qfpi_hermitian_is_positive(N, a, 1e-6 - lambda[0], &above), QFP_OK));
    cr_assert(eq(int, qfpi_hermitian_is_positive(N, a, -1e-6 - lambda[0], &below), QFP_OK));
    cr_expect(above && !below);
}
