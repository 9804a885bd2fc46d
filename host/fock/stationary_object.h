/* stationary_object.h - INTERNAL to stationary.c and stationary_modes.c. */
#ifndef QFPI_STATIONARY_OBJECT_H
#define QFPI_STATIONARY_OBJECT_H

#include <lapacke.h>

#include "evolve/propagator.h"
#include "fock/stationary.h"
#include "fock/unknown_map.h"

enum { QFP_STATIONARY_MOST_VECTORS = 70 }; /* of any space */
#define QFP_STATIONARY_EXHAUSTED 1e-13     /* what is left of a unit vector then is rounding */

struct qfp_stationary {
    qfp_unknown_map unknowns;
    double rate, shift;
    double *matrix; /* [n][n], factorised L − s; NULL: evolved */
    lapack_int *pivot;
    double *scratch; /* [2][n] */
    qfp_propagator *propagator;
};

/* x ← the operation on x */
qfp_status qfpi_stationary_operate(qfp_stationary *s, double *x) QFP_MUST_USE;

/* x less its part in the first `count` of the orthonormal rows of `basis`, twice; adds the parts to `parts`,
 * which may be NULL.  Returns what is left. */
double qfpi_stationary_orthogonalise(size_t n, size_t count, const double *basis, double *x,
                                     double *parts);

#endif
