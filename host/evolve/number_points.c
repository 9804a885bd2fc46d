#include "evolve/number_points.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

#include "core/error.h"

void qfp_number_values(size_t levels, double x, double *out)
{
    out[0] = pow(M_PI, -0.25) * exp(-0.5 * x * x);
    if (levels > 1)
        out[1] = sqrt(2.0) * x * out[0];
    for (size_t m = 2; m < levels; m++)
        out[m] =
            sqrt(2.0 / (double)m) * x * out[m - 1] - sqrt((double)(m - 1) / (double)m) * out[m - 2];
}

qfp_status qfp_number_samples(size_t points, double extent, int parity, double width, size_t levels,
                              double **out)
{
    size_t n = points / 2;
    double step = extent / (double)points;
    QFP_TRY(QFP_ALLOCATE(*out, n * levels, "number states"));
    for (size_t i = 0; i < n; i++) {
        double x = ((double)(2 * i + (size_t)parity) - (double)n) * step / width;
        qfp_number_values(levels, x, *out + i * levels);
        for (size_t m = 0; m < levels; m++)
            (*out)[i * levels + m] *= sqrt(2.0 * step / width);
    }
    return QFP_OK;
}

qfp_status qfp_number_points(size_t points, double extent, int parity, double width, double **out)
{
    size_t n = points / 2;
    double *tau = NULL, *sign = NULL;
    qfp_status status;
    QFP_TRY_GOTO(qfp_number_samples(points, extent, parity, width, n, out));
    QFP_TRY_GOTO(QFP_ALLOCATE(tau, n, "number states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(sign, n, "number states"));
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
