#include "evolve/number_points.h"

#include <lapacke.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/error.h"

qfp_status qfp_number_points(size_t points, double extent, int parity, double width, double **out)
{
    size_t n = points / 2;
    double step = extent / (double)points, *tau = NULL, *sign = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(*out, n * n, "number states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(tau, n, "number states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(sign, n, "number states"));
    for (size_t i = 0; i < n; i++) {
        double x = ((double)(2 * i + (size_t)parity) - (double)n) * step / width;
        double *f = *out + i * n;
        f[0] = pow(M_PI, -0.25) * exp(-0.5 * x * x) * sqrt(2.0 * step / width);
        if (n > 1)
            f[1] = sqrt(2.0) * x * f[0];
        for (size_t m = 2; m < n; m++)
            f[m] =
                sqrt(2.0 / (double)m) * x * f[m - 1] - sqrt((double)(m - 1) / (double)m) * f[m - 2];
    }
    lapack_int size = (lapack_int)n;
    if (LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, size, size, *out, size, tau) != 0)
        QFP_TRY_GOTO(QFP_FAIL(QFP_INTERNAL, "number states could not be orthonormalised"));
    for (size_t m = 0; m < n; m++)
        sign[m] = (*out)[m * n + m] < 0.0 ? -1.0 : 1.0;
    if (LAPACKE_dorgqr(LAPACK_ROW_MAJOR, size, size, size, *out, size, tau) != 0)
        QFP_TRY_GOTO(QFP_FAIL(QFP_INTERNAL, "number states could not be orthonormalised"));
    for (size_t i = 0; i < n * n; i++)
        (*out)[i] *= sign[i % n];
done:
    free(tau);
    free(sign);
    return status;
}

/* W_p is a Dirichlet kernel: the sum over the wavenumbers within. */
qfp_status qfp_number_points_within(size_t points, int parity, double share, const double *f,
                                    double **out)
{
    size_t n = points / 2;
    double window = floor(share * 0.5 * (double)n), terms = 2.0 * window + 1.0;
    QFP_TRY(QFP_ALLOCATE(*out, n * n, "number states"));
    for (size_t i = 0; i < n; i++) {
        bool is_within = fabs((double)(2 * i + (size_t)parity) - (double)n) <= share * (double)n;
        for (size_t k = 0; is_within && k < n; k++) {
            double apart = M_PI * ((double)i - (double)k) / (double)n;
            double kernel = (i == k ? terms : sin(terms * apart) / sin(apart)) / (double)n;
            for (size_t m = 0; m < n; m++)
                (*out)[i * n + m] += kernel * f[k * n + m];
        }
    }
    return QFP_OK;
}
