/* The eigenpairs of a traceless diffusion matrix of one mode, all round. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "shared/eigen_cell.h"

/* D = [[a, b], [b, −a]] with (a, b) = 1.7 (cos φ, sin φ): ±1.7, and vectors that turn by φ/2. */
Test(eigen_cell, one_mode_in_every_direction)
{
    for (int i = 0; i < 64; i++) {
        double phi = 2.0 * M_PI * i / 64.0, a = 1.7 * cos(phi), b = 1.7 * sin(phi);
        const double D[4] = {a, b, b, -a};
        double value[2], vector[4], work[QFPI_EIGEN_WORK];
        qfpi_eigen_cell(1, D, value, vector, work);
        for (int k = 0; k < 2; k++) {
            const double *v = vector + 2 * k;
            /* rounding of a few operations */
            cr_assert(epsilon_eq(dbl, value[k], k == 0 ? 1.7 : -1.7, 1e-15));
            cr_assert(epsilon_eq(dbl, v[0] * v[0] + v[1] * v[1], 1.0, 1e-15));
            cr_assert(epsilon_eq(dbl, a * v[0] + b * v[1], value[k] * v[0], 2e-15), "%d %d", i, k);
            cr_assert(epsilon_eq(dbl, b * v[0] - a * v[1], value[k] * v[1], 2e-15), "%d %d", i, k);
        }
    }
}
