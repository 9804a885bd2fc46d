/* Fourier integrals of tables, against integrals known in closed form. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <math.h>

#include "core/spline_transform.h"

enum { MOST = 161 };

/* ∫_0^end e^{λx} e^{−iωx} dx of a table of e^{λx} */
static double error_of(size_t count, double complex lambda, double end, double omega)
{
    double x[MOST];
    double complex y[MOST], bends[MOST], z = lambda - I * omega;
    for (size_t i = 0; i < count; i++) {
        x[i] = end * (double)i / (double)(count - 1);
        y[i] = cexp(lambda * x[i]);
    }
    cr_assert(qfp_spline_create(count, x, y, bends) == QFP_OK);
    double complex exact = (cexp(z * end) - 1.0) / z;
    return cabs(qfp_spline_transform(count, x, y, bends, omega) - exact);
}

/* A cubic is its own spline, whatever ω is: slow, fast and between the two formulas. */
Test(spline_transform, is_exact_for_cubics)
{
    const double x[] = {0.0, 0.3, 0.9, 1.0, 2.0};
    double complex y[5], bends[5];
    for (int i = 0; i < 5; i++)
        y[i] = x[i] * x[i] * x[i] * (1.0 - 2.0 * I) + x[i];
    cr_assert(qfp_spline_create(5, x, y, bends) == QFP_OK);
    const double omegas[] = {-40.0, -1.1, 0.999, 1.001, 3.4, 200.0};
    for (int k = 0; k < 6; k++) {
        double w = omegas[k];
        double complex e = cexp(-2.0 * I * w), iw = I * w;
        /* ∫ x³ and ∫ x over [0, 2], by parts */
        double complex first = -2.0 * e / iw + (1.0 - e) / (iw * iw);
        double complex third = -8.0 * e / iw - 12.0 * e / (iw * iw) - 12.0 * e / (iw * iw * iw) +
                               6.0 * (1.0 - e) / (iw * iw * iw * iw);
        double complex exact = (1.0 - 2.0 * I) * third + first;
        double complex found = qfp_spline_transform(5, x, y, bends, w);
        /* the closed form itself cancels like ω⁻⁴ where ω is small */
        cr_assert(lt(dbl, cabs(found - exact), 1e-13), "%g at %g", cabs(found - exact), w);
    }
    double complex whole = qfp_spline_transform(5, x, y, bends, 0.0);
    cr_assert(lt(dbl, cabs(whole - (4.0 * (1.0 - 2.0 * I) + 2.0)), 1e-14));
}

/* Half the distance, a sixteenth of the error, where e^{−iωx} turns slowly and where it turns several times
 * between two knots. */
Test(spline_transform, is_of_fourth_order)
{
    const double complex lambda = -0.3 + 2.0 * I;
    const double omegas[] = {0.0, 1.7, 30.0};
    for (int k = 0; k < 3; k++) {
        double coarse = error_of(81, lambda, 8.0, omegas[k]);
        double fine = error_of(161, lambda, 8.0, omegas[k]);
        cr_assert(lt(dbl, fine, coarse / 10.0), "%g after %g at %g", fine, coarse, omegas[k]);
    }
}
