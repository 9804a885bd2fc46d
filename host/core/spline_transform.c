#include "core/spline_transform.h"

#include <math.h>

#define SLOW 1.0 /* phases below which the recursion loses digits and the series is short */

/* ∫_0^1 v^m e^{−iθv} dv, m = 0…3 */
static void moments(double theta, double complex out[4])
{
    const double complex i_theta = CMPLX(0.0, theta);
    if (fabs(theta) < SLOW) {
        for (int m = 0; m < 4; m++) {
            double complex term = 1.0;
            out[m] = 0.0;
            for (int j = 0; j < 20; j++) { /* θ^20/20! < 1e-18 */
                out[m] += term / (m + j + 1);
                term *= -i_theta / (j + 1);
            }
        }
        return;
    }
    double complex end = CMPLX(cos(theta), -sin(theta));
    out[0] = (1.0 - end) / i_theta;
    for (int m = 1; m < 4; m++)
        out[m] = (m * out[m - 1] - end) / i_theta;
}

double complex qfp_spline_transform(size_t count, const double *x, const double complex *y,
                                    const double complex *bends, double omega)
{
    double complex sum = 0.0, piece[4] = {0};
    double last = NAN;
    for (size_t i = 0; i + 1 < count; i++) {
        double h = x[i + 1] - x[i], phase = omega * x[i];
        double complex slope = y[i + 1] - y[i] - h * h / 6.0 * (2.0 * bends[i] + bends[i + 1]);
        if (h != last)
            moments(omega * h, piece);
        last = h;
        double complex inside = y[i] * piece[0] + slope * piece[1] +
                                h * h / 2.0 * bends[i] * piece[2] +
                                h * h / 6.0 * (bends[i + 1] - bends[i]) * piece[3];
        sum += h * CMPLX(cos(phase), -sin(phase)) * inside;
    }
    return sum;
}
