/* A trajectory of the doubled phase space is lost where |αβ| passes its limit, whatever the phase
 * of the product, or is no number any more. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "shared/doubled_cell.h"

/* Of two modes that stay where they are: no drift and no noise. */
static int stays(double limit, const qfpi_complex *at)
{
    const size_t first[6 * 2 + 1] = {0};
    const qfpi_doubled_view view = {.modes = 2, .terms = NULL, .first = first};
    qfpi_complex z[4] = {at[0], at[1], at[2], at[3]};
    return qfpi_doubled_cell(&view, 0.1, 1, 2, 3, 1, limit, z);
}

Test(doubled_cell, the_limit_of_a_product)
{
    const qfpi_complex phases[4] = {{1.0, 0.0}, {0.0, 1.0}, {-0.6, 0.8}, {0.8, -0.6}};
    for (int p = 0; p < 4; p++) {
        qfpi_complex in_second[4] = {
            {1.0, 0.0}, {3.0 * phases[p].re, 3.0 * phases[p].im}, {1.0, 0.0}, {2.0, 0.0}};
        qfpi_complex in_first[4] = {in_second[1], in_second[0], in_second[3], in_second[2]};
        cr_assert(eq(int, stays(6.01, in_second), 1), "%d", p);
        cr_assert(eq(int, stays(5.99, in_second), 0), "%d", p);
        cr_assert(eq(int, stays(6.01, in_first), 1), "%d", p);
        cr_assert(eq(int, stays(5.99, in_first), 0), "%d", p);
    }
    qfpi_complex lost[4] = {{1.0, 0.0}, {NAN, 0.0}, {1.0, 0.0}, {1.0, 0.0}};
    cr_assert(eq(int, stays(1e6, lost), 0));
}
