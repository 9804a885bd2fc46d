/* chi_squared.h - does a histogram look like draws from a density? */
#ifndef QFPI_CHI_SQUARED_H
#define QFPI_CHI_SQUARED_H

#include <stddef.h>

/* χ² = Σ (O − E)²/E over the cells with E ≥ 5 expected counts, and one cell for all the others
 * together with what fell outside.  expected[cells] sums to at most `total`. */
typedef struct qfp_chi_squared {
    double value;
    double degrees;     /* cells used − 1 */
    double probability; /* of a larger value, by Wilson and Hilferty's cube root (1931): for some
                           tens of degrees and more good to three digits of the probability */
} qfp_chi_squared;

qfp_chi_squared qfp_chi_squared_of(size_t cells, const double *observed, const double *expected,
                                   double total);

#endif
