/* spectrum.h - eigenvalues of a generator in the Fock basis: does a theory grow, and how fast?
 *
 * Zero real parts for a balanced theory; for an ill-posed one the largest rises without bound with
 * the number of levels (H = n + 0.1 x⁴ at M = 2: 26.6, 72.5, 142 with 8, 12, 16 levels).  On the
 * CPU, on the D² real unknowns of a Hermitian ρ with D levels in all: dense (LAPACK, work of order
 * D⁶) up to QFP_SPECTRUM_DENSE unknowns, else the rightmost few by implicitly restarted
 * Arnoldi iterations (ARPACK); a skew generator needs none.
 */
#ifndef QFPI_SPECTRUM_H
#define QFPI_SPECTRUM_H

#include "algebra/generator.h"

/* The largest D for which a dense spectrum takes a fraction of a second. */
#define QFP_GROWTH_MOST_LEVELS 16
#define QFP_SPECTRUM_DENSE 1600

typedef struct qfp_spectrum {
    double growth;    /* largest real part */
    double frequency; /* largest |imaginary part|; NaN when iterated */
    int dense;
} qfp_spectrum;

/* `generator`: Weyl form at c = 0; `levels` of every mode.  QFP_MEMORY with the arithmetic,
 * QFP_TOLERANCE when the iteration does not converge. */
qfp_status qfp_spectrum_find(const qfp_polynomial *generator, int modes, int levels,
                             qfp_spectrum *out) QFP_MUST_USE;

#endif
