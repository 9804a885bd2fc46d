/* factorised.h - L − s on the D² real unknowns of a state (unknown_map.h), as a matrix and its triangular factors.
 *
 * L connects unknowns that lie within some reach of each other: of one mode a term that shifts levels by k reaches
 * over k rows of the triangle, 2Dk unknowns, so that D⁴ (4k)² operations factorise what would take D⁶ as a full
 * matrix.  Small matrices are taken as full.
 */
#ifndef QFPI_FACTORISED_H
#define QFPI_FACTORISED_H

#include "fock/unknown_map.h"

typedef struct qfp_factorised qfp_factorised;

/* *out is NULL where it would take more than seconds or some gigabytes. */
qfp_status qfp_factorised_create(qfp_unknown_map *map, qfp_factorised **out) QFP_MUST_USE;
void qfp_factorised_destroy(qfp_factorised *f);
/* Small enough for hundreds of solutions in no time. */
bool qfp_factorised_is_full(const qfp_factorised *f);
/* Bytes that one of n unknowns takes at most. */
double qfp_factorised_bytes(double n);

/* QFP_TOLERANCE when L − shift has no inverse. */
qfp_status qfp_factorised_shift(qfp_factorised *f, double shift) QFP_MUST_USE;
/* x ← (L − shift)⁻¹ x */
qfp_status qfp_factorised_solve(const qfp_factorised *f, double *x) QFP_MUST_USE;

#endif
