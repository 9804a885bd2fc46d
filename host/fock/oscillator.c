#include "fock/oscillator.h"

#include <math.h>

#define RESCALED 1e150

/* By φ_{n+1} = √(2/(n+1)) y φ_n − √(n/(n+1)) φ_{n−1}; the Gaussian is kept apart, since it underflows where
 * high levels do not. */
void qfp_oscillator_functions(int levels, double y, double *out)
{
    double now = pow(M_PI, -0.25), before = 0.0, exponent = -0.5 * y * y, factor = exp(exponent);
    for (int n = 0; n < levels; n++) {
        out[n] = now * factor;
        double next = sqrt(2.0 / (n + 1.0)) * y * now - sqrt(n / (n + 1.0)) * before;
        before = now;
        now = next;
        if (fabs(now) > RESCALED) {
            now /= RESCALED;
            before /= RESCALED;
            exponent += log(RESCALED);
            factor = exp(exponent);
        }
    }
}
