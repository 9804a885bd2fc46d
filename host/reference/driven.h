/* driven.h - INTERNAL to reference: a state whose H depends on the time or that dissipates.
 *
 * Kets under i κ dψ/dt = H(t)ψ, or ρ under the master equation, by power series in time.  P is the
 * projector on the kept levels, and what leaves them is what the exact generator L has beyond that of the
 * kept levels, L_P.  Neither flow makes a difference of states larger in the trace norm, so that
 *     ‖ρ − ρ_P‖₁ ≤ ‖ρ(0) − ρ_P(0)‖₁ + ∫ ‖(L − L_P) ρ_P‖₁ dt.
 * Where ρ would be too large it is sampled by quantum trajectories.
 */
#ifndef QFPI_DRIVEN_H
#define QFPI_DRIVEN_H

#include "reference/part_matrices.h"
#include "reference/power_series.h"
#include "reference/one_mode_kets.h"

typedef struct qfp_driven qfp_driven;

typedef struct qfp_driven_choice {
    const qfp_config *config;
    const qfp_kept *kept;
    double error_rate; /* of what the integrator may be off by in ρ, per time */
    double horizon;    /* time that the moves will add up to; INFINITY: not known */
    double seconds;    /* what that may take, as expected */
    double *expected;  /* if not NULL: what it is expected to take, of ρ, not of trajectories */
} qfp_driven_choice;

/* `drive` is borrowed, `initial` copied.  QFP_RESOLUTION when it would take more than choice->seconds. */
qfp_status qfp_driven_create(const qfp_driven_choice *choice, qfp_drive *drive,
                             const qfp_ket_set *initial, qfp_driven **out) QFP_MUST_USE;
void qfp_driven_destroy(qfp_driven *d);

/* States above which ρ is sampled. */
double qfp_driven_most_density(void);

/* Back to t = 0. */
qfp_status qfp_driven_restart(qfp_driven *d) QFP_MUST_USE;
/* Moves to time t, or until what has left exceeds `limit`.  QFP_USAGE: back in time, of a state that
 * dissipates. */
qfp_status qfp_driven_evolve(qfp_driven *d, double t, double limit) QFP_MUST_USE;
double qfp_driven_time(const qfp_driven *d);

/* ρ now, NULL where there are kets; a copy of those, with their weights. */
const double complex *qfp_driven_density(const qfp_driven *d);
qfp_status qfp_driven_kets(const qfp_driven *d, qfp_ket_set *out) QFP_MUST_USE;
/* Trajectories; 0: ρ is not sampled. */
size_t qfp_driven_trajectories(const qfp_driven *d);

/* In the trace norm: what the integrator is off by, and what has left; the population of what has. */
typedef struct qfp_driven_error {
    double propagation, lost, population;
    double lost_by_mode[QFP_MAX_MODES];
} qfp_driven_error;
void qfp_driven_error_now(const qfp_driven *d, qfp_driven_error *out);

size_t qfp_driven_carried(const qfp_driven *d);
void qfp_driven_save(const qfp_driven *d, double *out);
void qfp_driven_load(qfp_driven *d, const double *from);

#endif
