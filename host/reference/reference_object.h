/* reference_object.h - INTERNAL to reference: what qfp_reference holds. */
#ifndef QFPI_REFERENCE_OBJECT_H
#define QFPI_REFERENCE_OBJECT_H

#include "reference/driven.h"
#include "reference/hamiltonian_matrix.h"
#include "reference/ket_tables.h"
#include "reference/quadrature_flow.h"
#include "reference/reference.h"
#include "reference/schrodinger.h"
#include "reference/states.h"

/* Standard errors of a mean over trajectories that are stated: one value in 10^4 is farther off. */
#define SAMPLING_DEVIATIONS 4.0

struct qfp_reference {
    const qfp_config *config; /* borrowed */
    int modes;
    int levels[QFP_MAX_MODES]; /* of modes whose number is not bound by a total */
    qfp_kept kept;
    size_t dim;                /* of the kept states */
    bool is_boxed;             /* nothing but levels may cut */
    int weight[QFP_MAX_MODES]; /* of a conserved number, 0: there is none */
    int most;                  /* of it that is kept */
    qfp_system_words words;
    qfp_sparse hamiltonian; /* at `time` */
    qfp_border border;
    /* One of two: of a constant H without dissipation; of all other systems. */
    qfp_schrodinger *propagator;
    qfp_driven *driven;
    qfp_quadrature_flow *flow; /* of those a polynomial of a quadrature, in place of the first */
    qfp_drive *drive;          /* NULL: constant, no dissipation */
    qfp_ket_set kets;          /* at `time`; of `density` a factor */
    const double complex *density; /* at `time`, borrowed from `driven`; NULL: kets */
    double left_out;               /* of the population of `density`, by its factor */
    double time,
        origin;    /* origin: where the propagator begins, but while levels are looked for 0 */
    double purity; /* at the start: a unitary flow keeps it */
    double accuracy, seconds; /* seconds: at most, as expected */
    double expected, until;   /* seconds of a passage; on the clock: of the trial, 0: no trial */
    bool is_too_large, may_sample; /* ρ; trajectories instead */
    qfp_state_error initial_error;
    /* What H leads out of the basis: by ket, its rate now and the integral of that; of the integral,
     * the part that leaves through each mode. */
    double *rate, *lost, lost_by_mode[QFP_MAX_MODES];
    size_t rim_count; /* states of the basis that lead out of it, and their amplitudes at looks */
    int32_t *rim;
    double complex *watched, *clipped, *outside; /* [looks][kets][rim], [rim], [border] */
    double look;                                 /* longest time between two looks at the rates */
    double growth_power;   /* states that were needed go with so high a power of the time */
    double complex *quiet; /* [kets][dim] of a rehearsal, when nothing had left */
    double quiet_time;
    double lost_limit, crossed; /* where a rehearsal ends; the time of that */
    qfp_ket_tables tables[QFP_MAX_MODES],
        whole; /* of Q on the grid asked for last; of all Q of mode 1 */
};

/* The integrals begin anew at t = 0. */
qfp_status qfp_reference_watch(qfp_reference *r) QFP_MUST_USE;
void qfp_reference_unwatch(qfp_reference *r);
/* Half of what has left in the trace norm, of kets Σ_k w_k ∫ ‖(1 − P) H ψ_k‖ dt / κ, up to the current
 * time; what of it through each mode into r->lost_by_mode */
double qfp_reference_lost(const qfp_reference *r);

/* Few kets with weights for one mode. */
qfp_status qfp_reference_marginal(const qfp_reference *r, int mode, qfp_ket_set *out) QFP_MUST_USE;

#endif
