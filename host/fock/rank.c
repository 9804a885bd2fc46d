#include "fock/rank.h"

#include <math.h>

#define RANK_ROUNDING 2e-16 /* of the trace: what is left of ρ is rounding */

/* column −= factor of what the columns before have explained */
static void take_off(size_t d, const double complex *before, size_t top, double complex *column)
{
    double re = creal(before[top]), im = -cimag(before[top]);
    for (size_t m = 0; m < d; m++)
        column[m] -= CMPLX(re * creal(before[m]) - im * cimag(before[m]),
                           re * cimag(before[m]) + im * creal(before[m]));
}

size_t qfp_fock_factor(size_t d, const double complex *rho, size_t leading, size_t most,
                       double *rest, double complex *kets)
{
    double trace = 0.0;
    for (size_t m = 0; m < d; m++) {
        rest[m] = creal(rho[m * leading + m]);
        trace += fabs(rest[m]);
    }
    for (size_t rank = 0; rank <= most; rank++) {
        size_t top = 0;
        double complex *column = kets + rank * d;
        for (size_t m = 0; m < d; m++) {
            top = rest[m] > rest[top] ? m : top;
            if (rest[m] < -RANK_ROUNDING * trace)
                return 0;
        }
        if (rest[top] <= RANK_ROUNDING * trace)
            return rank;
        for (size_t m = 0; m < d; m++)
            column[m] = rho[m * leading + top];
        for (size_t k = 0; k < rank; k++)
            take_off(d, kets + k * d, top, column);
        double scale = 1.0 / sqrt(rest[top]);
        for (size_t m = 0; m < d; m++) {
            column[m] *= scale;
            rest[m] -= creal(column[m]) * creal(column[m]) + cimag(column[m]) * cimag(column[m]);
        }
        rest[top] = 0.0;
    }
    return 0;
}
