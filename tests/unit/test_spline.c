/* The spline of tabulated parameters: what it must reproduce exactly, and where it stops. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>

#include "core/spline.h"

#define ROUNDING 1e-13 /* of numbers of the size 1 to 10 after a tridiagonal solve */

static double complex cubic(double x)
{
    return 1.0 - 2.0 * x + 0.5 * x * x * x + I * (0.3 * x * x - x);
}

/* A cubic is its own spline where nothing is known of its ends: not of a natural spline. */
Test(spline, reproduces_a_cubic_on_uneven_knots)
{
    const double x[] = {-1.0, -0.4, 0.1, 0.9, 2.0, 2.3};
    double complex y[6], bends[6];
    for (int i = 0; i < 6; i++)
        y[i] = cubic(x[i]);
    for (size_t count = 4; count <= 6; count++) {
        cr_assert(qfp_spline_create(count, x, y, bends) == QFP_OK);
        for (double at = -1.0; at <= x[count - 1]; at += 0.01)
            cr_assert(lt(dbl, cabs(qfp_spline_value(count, x, y, bends, at) - cubic(at)), ROUNDING),
                      "at %g with %zu knots", at, count);
    }
}

Test(spline, is_a_parabola_through_three_knots_and_a_line_through_two)
{
    const double x[] = {0.0, 1.0, 2.0};
    const double complex y[] = {0.0, 0.8, 0.0};
    double complex bends[3];
    cr_assert(qfp_spline_create(3, x, y, bends) == QFP_OK);
    for (double at = 0.0; at <= 2.0; at += 0.05)
        cr_assert(
            lt(dbl, cabs(qfp_spline_value(3, x, y, bends, at) - 0.8 * at * (2.0 - at)), ROUNDING));
    cr_assert(qfp_spline_create(2, x, y, bends) == QFP_OK);
    cr_assert(lt(dbl, cabs(qfp_spline_value(2, x, y, bends, 0.25) - 0.2), ROUNDING));
}

Test(spline, is_constant_outside)
{
    const double x[] = {0.0, 1.0, 2.0, 4.0};
    const double complex y[] = {1.0, 5.0, -2.0, 3.0 + I};
    double complex bends[4];
    cr_assert(qfp_spline_create(4, x, y, bends) == QFP_OK);
    bool before = qfp_spline_value(4, x, y, bends, -7.0) == y[0];
    bool behind = qfp_spline_value(4, x, y, bends, 4.0) == y[3] &&
                  qfp_spline_value(4, x, y, bends, 9.0) == y[3];
    cr_assert(before && behind);
}

/* Of order 4: half the spacing leaves a sixteenth of the error. */
Test(spline, converges_with_the_fourth_power)
{
    double error[2] = {0.0, 0.0}, x[41];
    double complex y[41], bends[41];
    for (int k = 0; k < 2; k++) {
        size_t count = k == 0 ? 21 : 41;
        for (size_t i = 0; i < count; i++) {
            x[i] = 4.0 * (double)i / (double)(count - 1);
            y[i] = sin(x[i]);
        }
        cr_assert(qfp_spline_create(count, x, y, bends) == QFP_OK);
        for (double at = 0.0; at <= 4.0; at += 0.003)
            error[k] = fmax(error[k], cabs(qfp_spline_value(count, x, y, bends, at) - sin(at)));
    }
    double ratio = error[0] / error[1];
    cr_assert(lt(dbl, fabs(log2(ratio) - 4.0), 0.6), "%g", ratio);
}
