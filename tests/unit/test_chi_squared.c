/* χ² of a histogram: by hand, and its probability against tabulated quantiles. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "ensemble/chi_squared.h"

Test(chi_squared, cells_with_few_expected_counts_are_put_together)
{
    const double observed[] = {12.0, 18.0, 3.0, 1.0}, expected[] = {10.0, 20.0, 4.0, 2.0};
    qfp_chi_squared chi = qfp_chi_squared_of(4, observed, expected, 40.0);
    /* two cells, and one with 40 − 30 = 10 expected and 10 observed counts */
    cr_assert(epsilon_eq(dbl, chi.value, 0.4 + 0.2, 1e-14)); /* rounding */
    cr_assert(eq(dbl, chi.degrees, 2.0));
}

Test(chi_squared, probability_at_tabulated_quantiles)
{
    /* upper quantiles of χ² with 100 degrees of freedom (Abramowitz and Stegun, table 26.8) */
    const double quantile[] = {99.33413, 118.4980, 135.8067, 149.4493};
    const double probability[] = {0.5, 0.1, 0.01, 0.001};
    for (int i = 0; i < 4; i++) {
        double observed[101], expected[101];
        for (int c = 0; c < 101; c++)
            observed[c] = expected[c] = 100.0;
        observed[0] += sqrt(100.0 * quantile[i]);
        /* one cell more than expected: nothing is left for the rest */
        qfp_chi_squared chi = qfp_chi_squared_of(101, observed, expected, 10100.0);
        cr_assert(epsilon_eq(dbl, chi.value, quantile[i], 1e-9));
        /* Wilson and Hilferty's approximation, good to a few per cent of the tail */
        cr_assert(epsilon_eq(dbl, chi.probability / probability[i], 1.0, 0.03), "%g: %g",
                  quantile[i], chi.probability);
    }
}

Test(chi_squared, one_cell_says_nothing)
{
    const double observed[] = {10.0}, expected[] = {10.0};
    cr_assert(isnan(qfp_chi_squared_of(1, observed, expected, 10.0).probability));
}
