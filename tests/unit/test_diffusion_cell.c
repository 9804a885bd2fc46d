/* The noise of an ordinary diffusion: the factor of its covariance, and where there is none. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <string.h>

#include "shared/diffusion_cell.h"

/* L Lᵀ gives the matrix back. */
static int factors(int size, const double *d)
{
    double l[16];
    memcpy(l, d, (size_t)(size * size) * sizeof *l);
    if (!qfpi_diffusion_factor(size, l))
        return 0;
    for (int i = 0; i < size; i++)
        for (int j = 0; j <= i; j++) {
            double sum = 0.0;
            for (int k = 0; k <= j; k++)
                sum += l[i * size + k] * l[j * size + k];
            cr_assert(lt(dbl, fabs(sum - d[i * size + j]), 1e-15 * 10), "%d %d", i, j);
        }
    return 1;
}

Test(diffusion_cell, positive_matrices_have_a_factor)
{
    const double full[9] = {4.0, 2.0, -1.0, 2.0, 5.0, 0.5, -1.0, 0.5, 2.0};
    const double flat[4] = {1.0, 1.0, 1.0, 1.0}, half[4] = {0.0, 0.0, 0.0, 2.0}, none[4] = {0.0};
    cr_assert(factors(3, full));
    cr_assert(factors(2, flat)); /* an eigenvalue 0 is no negative one */
    cr_assert(factors(2, half));
    cr_assert(factors(2, none));
}

Test(diffusion_cell, others_have_none)
{
    const double last[4] = {1.0, 0.0, 0.0, -0.1}, first[4] = {-0.1, 0.0, 0.0, 1.0};
    const double mixed[4] = {1.0, 2.0, 2.0, 1.0}, under_zero[4] = {0.0, 0.5, 0.5, 1.0};
    const double not_a_number[4] = {1.0, 0.0, 0.0, NAN};
    cr_assert(not(factors(2, last)));
    cr_assert(not(factors(2, first)));
    cr_assert(not(factors(2, mixed)));
    cr_assert(not(factors(2, under_zero)));
    cr_assert(not(factors(2, not_a_number)));
}
