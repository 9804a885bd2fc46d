/* schrodinger.h - INTERNAL to reference: i κ dψ/dt = H ψ on a set of kets.
 *
 * The basis is split into the blocks that H connects.  Blocks of at most QFP_DENSE_LIMIT states are
 * diagonalised once and then exact at every time; the larger ones share a Lanczos propagator.
 * Blocks without initial population cost nothing.
 */
#ifndef QFPI_SCHRODINGER_H
#define QFPI_SCHRODINGER_H

#include "reference/hamiltonian_matrix.h"
#include "reference/one_mode_kets.h"

#define QFP_DENSE_LIMIT 600

typedef struct qfp_schrodinger qfp_schrodinger;

/* `initial` is ρ at t = 0, copied.  Blocks above `dense_limit` states are not diagonalised. */
qfp_status qfp_schrodinger_create(const qfp_sparse *matrix, double kappa, double tolerance,
                                  size_t dense_limit, const qfp_ket_set *initial,
                                  qfp_schrodinger **out) QFP_MUST_USE;
void qfp_schrodinger_destroy(qfp_schrodinger *s);

/* Writes the kets at time t into `out` (same count and dimension as the initial ones). */
qfp_status qfp_schrodinger_evolve(qfp_schrodinger *s, double t, qfp_ket_set *out) QFP_MUST_USE;

#endif
