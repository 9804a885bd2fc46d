/* stationary.h - what a time-independent master equation ends in, and how fast: the eigenvalues of L nearest 0.
 *
 * On D² real unknowns (unknown_map.h) s (s − L)⁻¹ is repeated, s far below the rates, whose eigenvalue 1 belongs
 * to L x = 0 and whose others are the smaller the further they are from 0:
 *     factorised  by LAPACK, where that takes no more than seconds (factorised.h)
 *     stepwise    elsewhere, by recycled_solver.h
 * ρ(∞) is the part of ρ(0) with that eigenvalue, found in the Krylov space of ρ(0); the slowest modes are
 * those of a block of vectors, so that a manifold of stationary states shows all its dimensions.
 */
#ifndef QFPI_STATIONARY_H
#define QFPI_STATIONARY_H

#include "algebra/lindblad.h"
#include "evolve/linear_map.h"
#include "fock/fock_space.h"
#include "fock/recycled_solver.h"

typedef struct qfp_stationary qfp_stationary;

/* map: L, of `lindblad`; rate: of the channels, their order of magnitude.  Keeps `map` and `watch`. */
qfp_status qfp_stationary_create(const qfp_fock_space *space, qfp_linear_map *map,
                                 const qfp_lindblad *lindblad, double kappa, double rate,
                                 const qfp_watch *watch, qfp_stationary **out) QFP_MUST_USE;
void qfp_stationary_destroy(qfp_stationary *s);
/* Bytes that one with D states takes. */
double qfp_stationary_bytes(double dimension);

/* packed (host memory): ρ(0) ← ρ(∞) with trace 1; *residual: ‖L ρ‖ in the 2-norm. QFP_TOLERANCE when there is
 * no such part. */
qfp_status qfp_stationary_find(qfp_stationary *s, double *packed, double *residual) QFP_MUST_USE;

/* By how much stationary states of a manifold may have been mixed where equations were not solved to the end, in the
 * trace norm. */
double qfp_stationary_mixed(const qfp_stationary *s);

/* Is its shift below the slowest mode?  Else one made for that mode finds the state in fewer steps. */
bool qfp_stationary_resolves(const qfp_stationary *s, double slowest);
qfp_status qfp_stationary_sharpen(qfp_stationary *s, double slowest) QFP_MUST_USE;

/* Modes of L, slowest first: e^{−decay t} cos(frequency t + …). */
#define QFP_STATIONARY_MODES 12
typedef struct qfp_stationary_modes {
    int count;      /* found */
    int stationary; /* of them do not decay */
    double decay[QFP_STATIONARY_MODES], frequency[QFP_STATIONARY_MODES];
    double error[QFP_STATIONARY_MODES]; /* of both, on these levels */
    double complete; /* no mode that decays slower than this is missing; 0: not known */
} qfp_stationary_modes;
/* Until none that decays slower than those found can be missing, where that is within reach. */
qfp_status qfp_stationary_find_modes(qfp_stationary *s, qfp_stationary_modes *out) QFP_MUST_USE;

#endif
