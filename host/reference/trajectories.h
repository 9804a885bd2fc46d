/* trajectories.h - INTERNAL to reference: quantum trajectories of kets, for a ρ that is too large.
 *
 *     dψ/dt = −(i/κ)Hψ − ½ Σ γ c†c ψ  until ‖ψ‖² falls to a number drawn from [0, 1];
 *     then ψ → c_k ψ / ‖c_k ψ‖ with probability γ_k ‖c_k ψ‖² over the sum of all
 *
 * The mean of |ψ⟩⟨ψ|/‖ψ‖² over trajectories is ρ.  Numbers are drawn by a counter of each trajectory, so
 * that none depends on the others.
 */
#ifndef QFPI_TRAJECTORIES_H
#define QFPI_TRAJECTORIES_H

#include "reference/one_mode_kets.h"
#include "reference/part_matrices.h"
#include "reference/power_series.h"

typedef struct qfp_trajectories qfp_trajectories;

/* What they share with the system, all borrowed; `series` moves one ket. */
typedef struct qfp_trajectories_system {
    const qfp_config *config;
    const qfp_kept *kept;
    qfp_drive *drive;
    const qfp_part_matrices *parts;
    qfp_power_series *series;
} qfp_trajectories_system;

/* `initial` is ρ at t = 0, copied: as many trajectories start from a ket as its weight says. */
qfp_status qfp_trajectories_create(const qfp_trajectories_system *system, size_t count,
                                   const qfp_ket_set *initial, qfp_trajectories **out) QFP_MUST_USE;
void qfp_trajectories_destroy(qfp_trajectories *t);

/* All at t = 0. */
qfp_status qfp_trajectories_restart(qfp_trajectories *t) QFP_MUST_USE;
/* Moves all to time `to`, later than now, or until more than `limit` has left. */
qfp_status qfp_trajectories_advance(qfp_trajectories *t, double to, double limit) QFP_MUST_USE;

double qfp_trajectories_time(const qfp_trajectories *t);
size_t qfp_trajectories_count(const qfp_trajectories *t);
/* Normalised kets with equal weights. */
qfp_status qfp_trajectories_kets(const qfp_trajectories *t, qfp_ket_set *out) QFP_MUST_USE;

/* Of ρ in the trace norm, on the average: what has left the levels, in all and by mode. */
double qfp_trajectories_lost(const qfp_trajectories *t, double *by_mode);

size_t qfp_trajectories_carried(const qfp_trajectories *t);
void qfp_trajectories_save(const qfp_trajectories *t, double *out);
void qfp_trajectories_load(qfp_trajectories *t, const double *from);

#endif
