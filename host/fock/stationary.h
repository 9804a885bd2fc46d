/* stationary.h - what a time-independent master equation ends in, and how fast: the eigenvalues of L nearest 0.
 *
 * On D² real unknowns (unknown_map.h) one operation is repeated whose eigenvalue 1 belongs to L x = 0 and
 * whose others are smaller the faster they decay:
 *     dense     s (s − L)⁻¹ by a factorisation (LAPACK), s far below the rates
 *     evolved   e^{Lτ}, τ of the order of 1/rate, where D⁴ numbers are too many
 * ρ(∞) is the part of ρ(0) with that eigenvalue, found in the Krylov space of ρ(0); the slowest modes are
 * those of a block of vectors, so that a manifold of stationary states shows all its dimensions.
 */
#ifndef QFPI_STATIONARY_H
#define QFPI_STATIONARY_H

#include "evolve/linear_map.h"
#include "fock/fock_space.h"

typedef struct qfp_stationary qfp_stationary;

/* rate: of the channels, their order of magnitude; slowest: of the modes, INFINITY where it is not known.
 * Keeps `map`. */
qfp_status qfp_stationary_create(const qfp_fock_space *space, qfp_linear_map *map, double rate,
                                 double slowest, qfp_stationary **out) QFP_MUST_USE;
void qfp_stationary_destroy(qfp_stationary *s);
/* Bytes that one with D states takes. */
double qfp_stationary_bytes(double dimension);

/* packed (host memory): ρ(0) ← ρ(∞) with trace 1; *residual: ‖L ρ‖ in the 2-norm. QFP_TOLERANCE when there is
 * no such part. */
qfp_status qfp_stationary_find(qfp_stationary *s, double *packed, double *residual) QFP_MUST_USE;

/* Is its shift below the slowest mode?  Else one made for that mode finds the state in fewer steps. */
bool qfp_stationary_resolves(const qfp_stationary *s, double slowest);

/* Modes of L, slowest first: e^{−decay t} cos(frequency t + …). */
#define QFP_STATIONARY_MODES 12
typedef struct qfp_stationary_modes {
    int count;      /* found */
    int stationary; /* of them do not decay */
    double decay[QFP_STATIONARY_MODES], frequency[QFP_STATIONARY_MODES];
    double error[QFP_STATIONARY_MODES]; /* of both, on these levels */
} qfp_stationary_modes;
qfp_status qfp_stationary_find_modes(qfp_stationary *s, qfp_stationary_modes *out) QFP_MUST_USE;

#endif
