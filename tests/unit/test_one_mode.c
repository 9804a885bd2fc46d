/* One mode in phase space at every ordering: a Gaussian by its moments on a grid. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "state/one_mode.h"

enum { N = 80 };

/* Sums over a grid of a Gaussian converge faster than any power: norm 1 with the measure dQ dP/2,
 * mean √2 α, and the covariance of the Wigner function widened by ½ − c. */
Test(one_mode, a_gaussian_at_every_ordering)
{
    static const double orderings[] = {0.0, 0.25, 0.5};
    static double complex table[N * N];
    const double covariance[3] = {0.8, 0.15, 0.45}, width = 16.0, step = width / N;
    const double complex alpha = 0.4 - 0.7 * I;
    double at[N];
    for (int i = 0; i < N; i++)
        at[i] = -0.5 * width + step * i;
    for (int o = 0; o < 3; o++) {
        double sum = 0.0, q = 0.0, p = 0.0, qq = 0.0, qp = 0.0, pp = 0.0;
        qfp_one_mode_gaussian(alpha, covariance, orderings[o], N, at, at, table);
        for (int i = 0; i < N; i++)
            for (int k = 0; k < N; k++) {
                double w = 0.5 * step * step * creal(table[i * N + k]);
                double dq = at[i] - sqrt(2.0) * creal(alpha);
                double dp = at[k] - sqrt(2.0) * cimag(alpha);
                sum += w;
                q += w * dq;
                p += w * dp;
                qq += w * dq * dq;
                qp += w * dq * dp;
                pp += w * dp * dp;
            }
        /* the box ends six standard deviations out: e^{−18} */
        cr_assert(epsilon_eq(dbl, sum, 1.0, 1e-7), "c = %g", orderings[o]);
        cr_assert(epsilon_eq(dbl, q, 0.0, 1e-6));
        cr_assert(epsilon_eq(dbl, p, 0.0, 1e-6));
        cr_assert(epsilon_eq(dbl, qq, covariance[0] + 0.5 - orderings[o], 1e-5));
        cr_assert(epsilon_eq(dbl, qp, covariance[1], 1e-5));
        cr_assert(epsilon_eq(dbl, pp, covariance[2] + 0.5 - orderings[o], 1e-5));
    }
}
