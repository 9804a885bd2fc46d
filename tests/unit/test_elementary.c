/* Logarithm, sine and cosine of the random numbers against the C library's. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "shared/elementary.h"

/* What the header states, and the library's own last digit. */
#define CLOSE 5e-16

Test(elementary, logarithm)
{
    for (double u = 0x1p-53; u < 1.0; u *= 1.0 + 1.0 / 1024.0)
        cr_assert(lt(dbl, fabs(qfpi_log(u) / log(u) - 1.0), CLOSE), "ln %.17g", u);
    for (int i = 1; i < 2000; i++) { /* up to 1, where ln u has lost its size */
        double u = 1.0 - i * 0x1p-53;
        cr_assert(lt(dbl, fabs(qfpi_log(u) / log(u) - 1.0), CLOSE), "ln %.17g", u);
    }
    cr_assert(eq(dbl, qfpi_log(1.0), 0.0));
    cr_assert(lt(dbl, fabs(qfpi_log(1e300) / log(1e300) - 1.0), CLOSE));
}

Test(elementary, sine_and_cosine)
{
    const double turn = 6.283185307179586476925;
    for (int i = 0; i <= 100000; i++) {
        double u = i / 100000.0, sine, cosine;
        qfpi_sin_cos_turns(u, &sine, &cosine);
        /* the argument 2πu of the library is rounded: up to 4e-16 at u = 1 */
        cr_assert(lt(dbl, fabs(sine - sin(turn * u)), 1e-15), "u = %.17g", u);
        cr_assert(lt(dbl, fabs(cosine - cos(turn * u)), 1e-15), "u = %.17g", u);
    }
    for (int q = 0; q <= 4; q++) { /* quarters of a turn exactly */
        static const double exact[] = {0.0, 1.0, 0.0, -1.0, 0.0, 1.0};
        double sine, cosine;
        qfpi_sin_cos_turns(0.25 * q, &sine, &cosine);
        cr_assert(eq(dbl, sine, exact[q]));
        cr_assert(eq(dbl, cosine, exact[q + 1]));
    }
}

Test(elementary, whole_numbers)
{
    static const uint64_t n[] = {0, 1, 4503599627370495u};
    for (int i = 0; i < 3; i++)
        cr_assert(eq(dbl, qfpi_double_of_whole(n[i]), (double)n[i]));
}
